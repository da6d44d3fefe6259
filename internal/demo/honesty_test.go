package demo

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

// recordHosts are the hosts that claims about real events may cite. Each was read at the address given; a new one needs
// the same care.
func recordHosts() []string {
	return []string{
		"www.whitehouse.gov", "time.com", "www.law.cornell.edu", "www.senate.gov", "news.ballotpedia.org", "constitution.congress.gov",
		"blogs.loc.gov", "www.politico.com", "www.historycentral.com", "news.by", "www.themoscowtimes.com", "kyivindependent.com",
		"ukrainetoday.org", "www.deccanherald.com", "news.yahoo.com", "ca.sports.yahoo.com", "trt.global", "www.devdiscourse.com", "www.kyivpost.com",
		"sputnikglobe.com", "www.anews.com.tr", "tass.ru", "pledgetimes.com", "zambianobserver.com", "en.mehrnews.com", "www.waaytv.com",
		"www.pravda.com.ua", "babel.ua",
	}
}

// reserved reports whether nobody can own the host: RFC 2606 and RFC 6761.
func reserved(host string) bool {
	for _, d := range []string{"example", "test", "invalid", "localhost", "example.com", "example.net", "example.org"} {
		if host == d || strings.HasSuffix(host, "."+d) {
			return true
		}
	}
	return false
}

// addresses returns every address an article names. Only an old spelling of one may begin with http.
func (a Article) addresses() []string {
	all := []string{a.URL, a.Archive, a.Image}
	for _, s := range a.Spellings {
		all = append(all, strings.Replace(s, "http://", "https://", 1))
	}
	for _, l := range a.Leads {
		all = append(all, l.URL)
	}
	return slices.DeleteFunc(all, func(u string) bool { return u == "" })
}

func checkURL(t *testing.T, where, raw string, allow ...string) {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "https" || u.User != nil || !reserved(u.Host) && !slices.Contains(allow, u.Host) {
		t.Errorf("%s: %q is not an https address on a reserved domain", where, raw)
	}
}

func TestEverythingInventedLivesOnReservedDomains(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	for _, a := range c.Articles {
		for _, u := range a.addresses() {
			checkURL(t, "article "+a.Key, u)
		}
	}
	for _, im := range c.Imports {
		checkURL(t, "import "+im.Key, im.ReviewURL)
		for _, l := range im.Listed {
			checkURL(t, "import "+im.Key, l)
		}
	}
	for _, tip := range c.Tips {
		if tip.URL != "" {
			checkURL(t, "tip "+tip.Key, tip.URL)
		}
		if _, host, _ := strings.Cut(tip.Contact, "@"); tip.Contact != "" && !reserved(host) {
			t.Errorf("tip %s: contact %q is not on a reserved domain", tip.Key, tip.Contact)
		}
	}
	for _, p := range c.People {
		if !strings.HasSuffix(p.Email, "@newsroom.example") {
			t.Errorf("person %s: address %q is not at newsroom.example", p.Key, p.Email)
		}
	}
	hosts := []string{c.House.Site}
	for _, o := range c.Outlets {
		hosts = append(hosts, o.Domains...)
	}
	for _, p := range c.Publishers {
		hosts = append(hosts, p.Site)
	}
	for _, h := range hosts {
		if !reserved(h) {
			t.Errorf("host %q is not reserved", h)
		}
	}
	for _, cl := range c.Claims {
		checkClaimURLs(t, cl)
	}
}

func checkClaimURLs(t *testing.T, cl Claim) {
	t.Helper()
	var allow []string
	if cl.PublicRecord {
		allow = recordHosts()
	}
	for _, m := range cl.Media {
		checkURL(t, "media of "+cl.Key, m.URL)
	}
	for _, s := range cl.Steps {
		if s.Verdict == nil {
			continue
		}
		if strings.Contains(s.Verdict.Body.String()+s.Verdict.Answer, "http") {
			t.Errorf("claim %s: an address in the text, want it among the sources", cl.Key)
		}
		for _, src := range s.Verdict.Sources {
			if src.URL != "" {
				checkURL(t, "source of "+cl.Key, src.URL, allow...)
			}
			if src.Archive != "" {
				checkURL(t, "archive of "+cl.Key, src.Archive)
			}
		}
	}
}

func TestARealEventRestsOnRealSourcesOnly(t *testing.T) {
	t.Parallel()
	for _, cl := range loaded(t).Claims {
		if !cl.PublicRecord {
			continue
		}
		for _, v := range submitted(cl) {
			for _, src := range v.Sources {
				u, err := url.Parse(src.URL)
				if err != nil || !slices.Contains(recordHosts(), u.Host) {
					t.Errorf("claim %s: source %q is at %q, want public record", cl.Key, src.Title, src.URL)
				}
			}
			if len(v.Replies) > 0 {
				t.Errorf("claim %s: an invented newsroom has asked somebody real", cl.Key)
			}
		}
	}
}

func TestAQuotedPassageStandsInItsArticle(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	for _, cl := range c.Claims {
		for _, s := range cl.Steps {
			a, ok := c.Article(s.Article)
			if ok && !slices.ContainsFunc(a.Says(), func(text string) bool { return strings.Contains(text, s.Quote) }) {
				t.Errorf("claim %s: article %s does not say %q", cl.Key, a.Key, s.Quote)
			}
		}
	}
}

func TestAPrivatePersonIsNamedNowhere(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	private := 0
	for _, cl := range c.Claimants {
		if !cl.Private {
			continue
		}
		private++
		for part := range strings.FieldsSeq(cl.Name) {
			if where := textWith(c, part); where != "" {
				t.Errorf("%s names %q", where, part)
			}
		}
		if !slices.ContainsFunc(c.Claims, func(claim Claim) bool { return claim.Claimant == cl.Key && public(claim) }) {
			t.Errorf("%s makes no public claim", cl.Key)
		}
	}
	if private == 0 {
		t.Error("no claimant is a private person")
	}
}

// textWith returns where word stands in an article, claim or step, or "".
func textWith(c *Content, word string) string {
	for _, a := range c.Articles {
		if strings.Contains(strings.Join(a.Says(), " ")+a.Author+a.Handle, word) {
			return "article " + a.Key
		}
	}
	for _, cl := range c.Claims {
		for _, s := range cl.Steps {
			text := cl.Text + cl.Why + s.Note + s.Quote
			if v := s.Verdict; v != nil {
				text += v.Headline + v.Answer + v.Body.String() + v.True + v.False + v.Unknown + v.HowChecked
				for _, src := range v.Sources {
					text += src.Title + src.Document + src.Origin + src.Quote + src.Interest
				}
				for _, r := range v.Replies {
					text += r.Asked + r.Answer
				}
			}
			if strings.Contains(text, word) {
				return "claim " + cl.Key
			}
		}
	}
	return ""
}
