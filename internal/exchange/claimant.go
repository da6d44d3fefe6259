package exchange

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// setClaimant decides who made the claim. Whoever checked it did not: a name that is the publisher's, its site's or the
// byline's is dropped, whatever the markup calls it.
func (r *Record) setClaimant(f found, clean cleaner) {
	name := clean.line(f.claimant)
	if name == "" {
		return
	}
	key := NormaliseText(name)
	for _, checker := range []string{r.Publisher.Name, r.Publisher.Site, siteWord(r.Publisher.Site), f.publisher, f.byline} {
		if !f.own && checker != "" && NormaliseText(checker) == key {
			r.note("%q is given as the claimant but is who checked the claim; left out.", name)
			return
		}
	}
	if strings.Contains(name, "://") {
		r.note("The claimant is given as an address, %q; left out.", clipText(name, 80))
		return
	}
	r.Claimant = Claimant{Name: name, Kind: claimantKind(name, f.claimantKind)}
	for _, s := range f.claimantURLs {
		if address, err := webURL(s); err == nil && !slices.Contains(r.Claimant.SameAs, address) && len(r.Claimant.SameAs) < 20 {
			r.Claimant.SameAs = append(r.Claimant.SameAs, address)
		}
	}
}

// siteWord returns the first part of a site: politifact of politifact.com, which crawls use as a name.
func siteWord(site string) string {
	word, _, _ := strings.Cut(site, ".")
	return word
}

// claimantKind returns person, organisation or anonymous. A name made only of words such as "viral", "Facebook" and
// "posts" is nobody's, whatever type the markup gives it. When nothing tells, it is a person: of the three, a person is
// who can be hurt by being named.
func claimantKind(name, given string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\''
	})
	if len(words) == 0 || !slices.ContainsFunc(words, func(w string) bool { return !anonymousWords[w] }) {
		return "anonymous"
	}
	switch given {
	case "person", "organisation", "anonymous":
		return given
	case "Person":
		return "person"
	case "Organization", "NewsMediaOrganization", "GovernmentOrganization", "Corporation", "NGO", "PoliticalParty", "EducationalOrganization":
		return "organisation"
	}
	if slices.ContainsFunc(words, func(w string) bool { return organisationWords[w] }) || strings.HasPrefix(name, "The ") {
		return "organisation"
	}
	return "person"
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// Never changed.
var (
	anonymousWords = wordSet(`viral post posts social media user users facebook instagram twitter tiktok whatsapp telegram youtube
		threads reddit x weibo snapchat pinterest linkedin tweet tweets tweeter blog blogs blogger bloggers meme memes image images
		photo photos video videos picture pictures message messages chain email emails e-mail text texts rumor rumour rumors rumours
		internet online web website websites site sites page pages account accounts multiple several various many some different people
		source sources unknown anonymous unnamed unidentified forwarded forward claim claims the a an on in of and or by from via
		reel reels story stories article articles news outlets fake posting postings netizens group groups channel channels
		redes sociales usuarios publicaciones publicación cadena varios anónimo desconocido mensaje mensajes de en las los
		réseaux sociaux internautes publications utilisateurs plusieurs anonyme inconnu sur les des
		soziale medien nutzer beiträge beitrag unbekannt anonym mehrere diverse
		redes sociais usuários publicações correntes vários anônimo desconhecido nas
		مواقع التواصل الاجتماعي مستخدمون صفحات حسابات مجهول منشورات متداول
		सोशल मीडिया यूजर्स यूजर वायरल पोस्ट`)
	organisationWords = wordSet(`party ministry department government university institute committee council agency association
		foundation company corporation inc ltd llc gmbh bank news times post gazette tribune herald press tv radio magazine network
		union campaign group coalition commission office bureau parliament senate congress party's
		partido ministerio gobierno universidad asociación fundación parti ministère gouvernement université association
		partei ministerium regierung universität verein stiftung ministério governo حزب وزارة حكومة جامعة`)
)

// isStaffPage reports whether an address is that of somebody who works for the site of the review.
func isStaffPage(address, site string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	if host, err := SiteOf(u.Host); err != nil || host != site {
		return false
	}
	for part := range strings.SplitSeq(strings.ToLower(u.Path), "/") {
		switch part {
		case "staff", "author", "authors", "team", "people", "profile", "journalist", "reporter", "by", "contributors", "writers":
			return true
		}
	}
	return false
}
