package exchange

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/document"
)

// findClaimsKG reads the CSV of the ClaimsKG extractors (github.com/claimskg/claimskg-extractor). Its columns do not always
// hold what they are named after; what the extractors put there was read from their code:
//
//   - creativeWork_author_name is the claimant for some sites, and the journalist or the site itself for others. A name is
//     taken for the claimant only if something says so: an address that identifies them, or the claim or headline itself.
//   - claimReview_author_name is a word for the site, claimReview_author_url the journalist's page.
//   - creativeWork_datePublished is the claim's date for some sites and the article's for others. It is taken for the
//     claim's only if it comes before the article's.
//   - The links column has all links of the article, evidence and posts alike. They are not appearances.
//   - extra_body is the whole text of the article, which is the publisher's, and no answer.
func findClaimsKG(r row) (found, error) {
	f := found{
		claim: r.get("claimReview_claimReviewed"), url: r.get("claimReview_url"), label: r.get("rating_alternateName"),
		value: r.get("rating_ratingValue"), best: r.get("rating_bestRating"), worst: r.get("rating_worstRating"),
		title: r.get("extra_title"), published: r.get("claimReview_datePublished"), topics: splitList(r.get("extra_tags")),
		byline: r.get("claimReview_author"),
	}
	site, err := SiteOf(f.url)
	if err != nil {
		return f, nil //nolint:nilerr // build says what is wrong with the address
	}
	f.claimDate = claimsKGDate(r.get("creativeWork_datePublished"), f.published)
	name, same := r.get("creativeWork_author_name"), r.get("creativeWork_author_sameAs")
	crawler := []string{r.get("claimReview_author_name"), r.get("claimReview_source")}
	switch {
	case name == "" || name == crawler[0] || name == crawler[1]:
	case !isStaffPage(r.get("claimReview_author_url"), site) && (same != "" || mentions(f.claim+" "+f.title, name)):
		f.claimant, f.claimantURLs = name, strings.Fields(same)
	default:
		f.byline = cmp.Or(f.byline, name)
	}
	switch site {
	case "politifact.com":
		f.politiFact()
	case "fullfact.org":
		f.notes = append(f.notes, "The label is the data set's: the publisher writes a sentence.")
	}
	return f, nil
}

// claimsKGDate returns the date of the claim if it is surely one.
func claimsKGDate(created, published string) string {
	c, ok := parseDate(created, unknownOrder)
	p, known := parseDate(published, unknownOrder)
	if ok && known && c.At.Before(p.At) {
		return created
	}
	return ""
}

// mentions reports whether a text names somebody, as whole words.
func mentions(text, name string) bool {
	return strings.Contains(" "+NormaliseText(text)+" ", " "+NormaliseText(name)+" ")
}

var politiFactPath = regexp.MustCompile(`/factchecks/(\d{4})/([a-z]{3})/(\d{1,2})/([a-z0-9-]+)/`)

// politiFact reads what PolitiFact's addresses say: the day of publication, and the speaker, whose name is then among the
// tags. The extractor's date is that of the statement ("stated on July 20"), so it is the claim's, unless it comes after
// the publication, which it cannot.
func (f *found) politiFact() {
	m := politiFactPath.FindStringSubmatch(f.url)
	if m == nil {
		return
	}
	published, ok := parseDate(m[3]+" "+m[2]+" "+m[1], unknownOrder)
	if !ok {
		return
	}
	if stated, known := parseDate(f.published, monthFirst); known && !stated.At.After(published.At) {
		f.claimDate = f.published
	} else if known {
		f.notes = append(f.notes, "The date "+clipText(f.published, 20)+" comes after the publication and is left out.")
	}
	f.published = published.String()
	if f.claimant != "" {
		return
	}
	var topics []string
	for _, tag := range f.topics {
		if document.Slug(strings.Join(strings.Fields(tag), " ")) == m[4] {
			f.claimant = tag
			continue
		}
		topics = append(topics, tag)
	}
	f.topics = topics
}

// setImage adds an image the claim is about.
func (f *found) setImage(address string) {
	u, err := webURL(address)
	if err != nil {
		return
	}
	f.finish = func(r *Record) {
		r.Media = append(r.Media, document.Media{URL: u, Kind: "image"})
	}
}
