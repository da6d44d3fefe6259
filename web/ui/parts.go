package ui

import (
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// MaxSearch is how many characters the search field takes: what still fits in an address in any script. Longer texts have a
// field of their own.
const MaxSearch = 1500

// PathSegment escapes s for use as one segment of a path.
func PathSegment(s string) string { return url.PathEscape(s) }

// Crumb is one step of the line above a heading. URL may be empty.
type Crumb struct {
	Label, Lang, URL string
}

// Pager is the way to the neighbouring pages of a list. Empty addresses leave a side out.
type Pager struct {
	PrevURL, NextURL string
}

// Field is one control of a form with its label, its hint and what is wrong with it.
type Field struct {
	ID, Name, Label, Value string
	Type                   string // of the input: text if empty; "textarea" for a text of several lines
	Hint, Error            string
	Required               bool
	Autocomplete           string // HTML autofill token; empty leaves it out
	MaxLength              int    // characters; 0 leaves it out
}

// describedBy returns the ids of the hint and the error of f, as aria-describedby wants them.
func (f Field) describedBy() string {
	ids := ""
	if f.Hint != "" {
		ids = f.ID + "-hint"
	}
	if f.Error != "" {
		if ids != "" {
			ids += " "
		}
		ids += f.ID + "-error"
	}
	return ids
}

// ClaimItem is a claim in a list: home, search, an article's claims.
type ClaimItem struct {
	Text, Lang string
	URL        string // path or address of the claim's page
	State      string // of the leading verdict: current, suspended, retracted; empty when there is none
	Mark       Mark   // ignored unless State is current
	Publisher  string // whose rating it is when it is not the house's
	Answer     string
	AnswerLang string
	Claimant   string    // as readers may see it; empty when unknown
	At         time.Time // when the verdict was published or last changed
	Note       string    // one line more, such as what was corrected or how often it was seen; the interface's words
}

// Lead returns the verdict that speaks first for a claim: the house's own or its archive's, else the first public one of
// another publisher; nil when there is none.
func Lead(c document.Claim) *document.Verdict {
	for i := range c.Verdicts {
		if IsHouse(c.Verdicts[i]) {
			return &c.Verdicts[i]
		}
	}
	if len(c.Verdicts) > 0 {
		return &c.Verdicts[0]
	}
	return nil
}

// IsHouse reports whether the verdict is the house's own, its older archive included.
func IsHouse(v document.Verdict) bool { return v.Origin == "house" || v.Origin == "legacy" }

// ItemOf returns the list entry of a public claim, in the interface's language where the claim has words in it. A suspended or retracted verdict carries neither mark nor answer.
func ItemOf(l Locale, c document.Claim) ClaimItem {
	words := l.Words(c)
	it := ClaimItem{
		Text: words.Text, Lang: words.Lang, URL: l.Local("/claims/" + PathSegment(c.Slug)), Claimant: l.ClaimantName(c.Claimant),
	}
	v := Lead(c)
	if v == nil {
		return it
	}
	it.State, it.At = v.State, v.PublishedAt
	if v.State != StateCurrent {
		return it
	}
	it.Mark = l.MarkOf(*v)
	it.Answer, it.AnswerLang = l.Answer(c, *v)
	if !IsHouse(*v) {
		it.Publisher = PublisherName(v.Publisher)
	}
	return it
}

// The states of a public verdict.
const (
	StateCurrent   = "current"
	StateSuspended = "suspended"
	StateRetracted = "retracted"
)

// PublisherName is what a publisher is called: its name, else its site.
func PublisherName(p document.Publisher) string {
	if p.Name != "" {
		return p.Name
	}
	return p.Site
}

// ClaimantName is what readers are told of who said it: a name, or "a private person" and the like where there is none.
func (l Locale) ClaimantName(c *document.Claimant) string {
	switch {
	case c == nil:
		return ""
	case c.Name != "":
		return c.Name
	case c.Kind == "person" || c.Kind == "organisation" || c.Kind == "anonymous":
		return l.T("claimant." + c.Kind)
	}
	return ""
}

// ClaimDate returns when the claim was made, as far as it is known.
func ClaimDate(c document.Claim) factcheck.Date {
	if c.Date == nil {
		return factcheck.Date{}
	}
	d, err := factcheck.ParseDate(*c.Date)
	if err != nil {
		return factcheck.Date{}
	}
	if c.DatePrecision != nil && factcheck.Precision(*c.DatePrecision).Valid() {
		d.Precision = factcheck.Precision(*c.DatePrecision)
	}
	return d
}

// attributes returns the attributes of f that are not always there.
func (f Field) attributes() templ.Attributes {
	a := templ.Attributes{}
	if by := f.describedBy(); by != "" {
		a["aria-describedby"] = by
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	if f.Required {
		a["required"] = true
	}
	if f.Autocomplete != "" {
		a["autocomplete"] = f.Autocomplete
	}
	if f.MaxLength > 0 {
		a["maxlength"] = strconv.Itoa(f.MaxLength)
	}
	return a
}
