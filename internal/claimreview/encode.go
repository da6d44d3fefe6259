package claimreview

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// ErrNoVerdict says that a claim has nothing to mark up: no verdict of the house, or one that is suspended or retracted.
var ErrNoVerdict = errors.New("the claim has no current verdict of the house")

// Options shape what Encode writes.
type Options struct {
	MaxAppearances int   // how many appearances are listed; 0 means all
	Logo           Image // of the house, for Encode; one without an address is left out
}

// Image is a picture at an absolute address.
type Image struct {
	URL           string
	Width, Height int
}

// mostOthers is how many verdicts of other publishers are marked up beside the house's.
const mostOthers = 10

// Encode returns the markup of the house's verdict on c, for a page: JSON that may stand in a script element as it is
// (<, >, & and the line separators are escaped). It is a ClaimReview whose url is the claim's page, where the markup must be
// found. Where others checked the same claim, or the house judged what the claim shows, it is an array: the house's
// ClaimReview, the others' in short, each at the element of the page with the verdict's id, then MediaReviews.
// It fails with ErrNoVerdict when there is nothing to mark up, and when c lacks what Google requires: an address, a text,
// a label. ratingValue stands only where the finding is on the line from false to true, always 1 to 5. A private person's
// name is not in c and so not in the markup; nobody is put in their place.
func Encode(c document.Claim, o Options) ([]byte, error) {
	v, ok := c.House()
	if !ok || v.State != "current" {
		return nil, fmt.Errorf("mark up %s: %w", c.ID, ErrNoVerdict)
	}
	r, err := markup(c, v, c.URL, claimOf(c, o))
	if err != nil {
		return nil, fmt.Errorf("mark up %s: %w", c.ID, err)
	}
	if o.Logo.URL != "" { // the author's image is what Google's tools read, the publisher's logo what schema.org says
		r.Author.Image = o.Logo.URL
		r.House = &agentLD{Type: r.Author.Type, Name: r.Author.Name, URL: r.Author.URL, Logo: &imageLD{Type: "ImageObject", URL: o.Logo.URL, Width: o.Logo.Width, Height: o.Logo.Height}}
	}
	media := mediaReviews(c, v, c.URL)
	for _, m := range media {
		r.Media = append(r.Media, nodeLD{m.ID})
	}
	others := otherReviews(c, v.ID)
	var all any = r
	if len(others)+len(media) > 0 {
		all = slices.Concat([]any{r}, others, anys(media))
	}
	b, err := json.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("mark up %s: %w", c.ID, err)
	}
	return b, nil
}

func anys[T any](all []T) []any {
	out := make([]any, len(all))
	for i, one := range all {
		out[i] = one
	}
	return out
}

// otherReviews returns what other publishers found of the same claim, in short. Its url may not be theirs: markup speaks of
// the page that it stands on. Where their check can be read is what it is based on.
func otherReviews(c document.Claim, house string) []any {
	var all []any
	for _, v := range c.Verdicts {
		if len(all) == mostOthers {
			break
		}
		if v.ID == "" || v.ID == house || v.State != "current" || v.Origin == "house" {
			continue
		}
		r, err := markup(c, v, c.URL, claimLD{Type: "Claim", ID: claimID(c)}) // the house's review describes it
		if err != nil {
			continue // without a label it is no ClaimReview; its own publisher marks it up
		}
		r.URL, r.Keywords, r.Citations = r.ID, nil, nil
		if isWeb(v.ReviewURL) {
			r.Based = v.ReviewURL
		}
		all = append(all, r)
	}
	return all
}

// Term returns the name of a word of Touchstone, such as a truth or a reason, as an additionalType: schema.org has no
// property for it, and types from other vocabularies go there.
func Term(kind, word string) string { return "urn:touchstone:" + kind + ":" + word }

// Words returns the words of a kind among additional types.
func Words(types []string, kind string) []string {
	var words []string
	for _, t := range types {
		if word, ok := strings.CutPrefix(t, Term(kind, "")); ok && word != "" {
			words = append(words, word)
		}
	}
	return words
}

// markup builds the ClaimReview of one verdict at an address, of a claim that is described as item.
func markup(c document.Claim, v document.Verdict, address string, item claimLD) (reviewLD, error) {
	switch {
	case address == "":
		return reviewLD{}, errors.New("it has no address")
	case c.Text == "":
		return reviewLD{}, errors.New("it has no text")
	case v.Rating.Label == "":
		return reviewLD{}, errors.New("its verdict has no label")
	}
	r := reviewLD{
		Context:   "https://schema.org",
		Type:      "ClaimReview",
		Terms:     []string{Term("export", "1"), Term("origin", v.Origin)},
		URL:       address,
		Claim:     c.Text,
		Headline:  v.Headline,
		Language:  v.Language,
		Published: Instant(v.FirstAt),
		Author:    agentLD{Type: "Organization", Name: v.Publisher.Name, URL: home(v.Publisher.Site, address)},
		Credit:    v.Byline,
		Item:      item,
		Rating:    ratingOf(v),
		Coverage:  coverage(v),
		Citations: citations(v.Sources),
		License:   licence(cmp.Or(v.Licence, c.Licence)),
	}
	if v.Publisher.Site != "" {
		r.Terms = append(r.Terms, Term("site", v.Publisher.Site)) // the review's host may be another
	}
	if v.ID != "" {
		r.ID = address + "#" + v.ID
	}
	if r.Published == "" {
		r.Published = Instant(v.PublishedAt)
	} else if !v.PublishedAt.Equal(v.FirstAt) {
		r.Modified = Instant(v.PublishedAt)
	}
	for _, t := range c.Topics {
		r.Keywords = append(r.Keywords, t.Name)
	}
	if v.Correction != nil {
		r.Correction = &workLD{Type: "CorrectionComment", Text: v.Correction.Note, Terms: []string{Term("correction", v.Correction.Kind)}}
	}
	return r, nil
}

func ratingOf(v document.Verdict) ratingLD {
	r := ratingLD{Type: "Rating", Label: v.Rating.Label, Explanation: v.Answer}
	if v.Rating.Scale != "" {
		r.Terms = append(r.Terms, Term("scale", v.Rating.Scale))
	}
	for _, reason := range v.Rating.Reasons {
		r.Terms = append(r.Terms, Term("reason", reason))
	}
	if v.Rating.Truth == nil {
		return r
	}
	r.Terms = append(r.Terms, Term("truth", *v.Rating.Truth))
	if i := slices.Index(factcheck.Truths(), factcheck.Truth(*v.Rating.Truth)); i >= 0 {
		r.Value, r.Best, r.Worst = number{n: 5 - i}, number{n: 5}, number{n: 1}
	}
	return r
}

func citations(sources []document.Source) []workLD {
	var all []workLD
	for _, s := range sources {
		w := workLD{Type: "CreativeWork", URL: s.URL, Name: s.Title, Alternate: s.Document, Text: s.Quote, ArchivedAt: s.ArchiveURL}
		if s.Origin != "" {
			w.Publisher = &agentLD{Type: "Organization", Name: s.Origin}
		}
		for _, term := range [][2]string{{"kind", s.Kind}, {"bearing", s.Bearing}, {"read", s.ReadAt}} {
			if term[1] != "" {
				w.Terms = append(w.Terms, Term(term[0], term[1]))
			}
		}
		all = append(all, w)
	}
	return all
}

// coverage is the time a finding holds for, an interval of ISO 8601 with ".." for an open end.
func coverage(v document.Verdict) string {
	if v.ValidFrom == nil && v.ValidTo == nil {
		return ""
	}
	from, to := "..", ".."
	if v.ValidFrom != nil {
		from = Instant(*v.ValidFrom)
	}
	if v.ValidTo != nil {
		to = Instant(*v.ValidTo)
	}
	return from + "/" + to
}

// licence returns an address as it is and another text as a work of that name: schema.org wants nothing else there.
func licence(s string) any {
	switch {
	case s == "":
		return nil
	case isWeb(s):
		return s
	}
	return workLD{Type: "CreativeWork", Name: s}
}

// deed is licence with the address of those of Creative Commons that were given by their usual names.
func deed(s string) any {
	if s == "CC0" || s == "CC0 1.0" {
		return "https://creativecommons.org/publicdomain/zero/1.0/"
	}
	if m := creativeCommons.FindStringSubmatch(s); m != nil {
		return "https://creativecommons.org/licenses/" + strings.ToLower(m[1]) + "/" + m[2] + "/"
	}
	return licence(s)
}

// creativeCommons is a licence of Creative Commons by its name, such as CC BY-SA 4.0.
var creativeCommons = regexp.MustCompile(`^CC[ -](BY(?:-NC)?(?:-SA|-ND)?)[ -]([1-4]\.[05])$`)

// home returns the front page of a publisher: of the review's own server if that is the publisher's.
func home(site, review string) string {
	if site == "" {
		return ""
	}
	scheme, rest, _ := strings.Cut(review, "://")
	host, _, _ := strings.Cut(rest, "/")
	name, _, _ := strings.Cut(host, ":")
	if strings.TrimPrefix(name, "www.") == site {
		return scheme + "://" + host + "/"
	}
	return "https://" + site + "/"
}

// Instant writes a time as schema.org's Date or DateTime: midnight in UTC is a day, since imported days are stored so, and
// a time that was never set is nothing.
func Instant(t time.Time) string {
	t = t.UTC()
	switch {
	case t.IsZero():
		return ""
	case t.Equal(t.Truncate(24 * time.Hour)):
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339Nano)
}

// version states what a stream is true at.
func version(epoch string, seq int64) string {
	if epoch == "" {
		return ""
	}
	return epoch + ":" + strconv.FormatInt(seq, 10)
}
