package ui

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Spread is where a claim appeared: the articles somebody judged, in the order of their stance and time, and the
// addresses that imported checks list, which nobody here has judged.
type Spread struct {
	Judged []document.Appearance
	Listed []document.Appearance

	Outlets  int // among the judged
	Asserted int // made or repeated the claim
	Mended   int // of those, corrected or removed since
}

// SpreadOf sorts appearances for readers. Unknown stances count as listed: nothing is accused by mistake.
func SpreadOf(all []document.Appearance) Spread {
	var s Spread
	outlets := map[string]bool{}
	for _, a := range all {
		st := factcheck.Stance(a.Stance)
		if !st.Valid() || st == factcheck.StanceListed {
			s.Listed = append(s.Listed, a)
			continue
		}
		s.Judged = append(s.Judged, a)
		if o := outletOf(a.Article); o != "" {
			outlets[o] = true
		}
		if st.Asserts() {
			s.Asserted++
			if mended(a) {
				s.Mended++
			}
		}
	}
	s.Outlets = len(outlets)
	slices.SortStableFunc(s.Judged, func(a, b document.Appearance) int {
		order := factcheck.Stances()
		i, j := slices.Index(order, factcheck.Stance(a.Stance)), slices.Index(order, factcheck.Stance(b.Stance))
		if i != j {
			return i - j
		}
		return appearedAt(a).Compare(appearedAt(b))
	})
	return s
}

// StanceGroup is the articles of one stance: the first ones, and the rest if there are many more.
type StanceGroup struct {
	Stance     string
	Open, Rest []document.Appearance
}

// Count is how many articles the group holds.
func (g StanceGroup) Count() int { return len(g.Open) + len(g.Rest) }

// openArticles is how many articles of a stance are shown before the others are folded away.
const openArticles = 6

// Groups returns the judged articles by stance, in the order of the stances.
func (s Spread) Groups() []StanceGroup {
	var groups []StanceGroup
	for _, a := range s.Judged {
		if n := len(groups); n == 0 || groups[n-1].Stance != a.Stance {
			groups = append(groups, StanceGroup{Stance: a.Stance})
		}
		g := &groups[len(groups)-1]
		g.Open = append(g.Open, a)
	}
	for i := range groups {
		if g := &groups[i]; len(g.Open) > openArticles+2 {
			g.Open, g.Rest = g.Open[:openArticles], g.Open[openArticles:]
		}
	}
	return groups
}

func mended(a document.Appearance) bool {
	s := factcheck.CorrectionState(a.Correction.State)
	return s == factcheck.StateCorrected || s == factcheck.StateRemoved
}

// Appeared is when the article first carried the claim, to the precision known; the zero Date where only its publication
// is known.
func Appeared(a document.Appearance) factcheck.Date {
	if a.AppearedAt == nil || a.AppearedPrecision == nil {
		return factcheck.Date{}
	}
	d, err := factcheck.ParseDate(*a.AppearedAt)
	if precision := factcheck.Precision(*a.AppearedPrecision); err == nil && precision.Valid() {
		return factcheck.Date{At: d.At, Precision: precision}
	}
	return factcheck.Date{}
}

// Published is when an article was published, to the precision known.
func Published(a document.Article) factcheck.Date {
	if a.PublishedAt == nil {
		return factcheck.Date{}
	}
	d := factcheck.Date{At: *a.PublishedAt, Precision: factcheck.PrecisionInstant}
	if a.PublishedPrecision != nil && factcheck.Precision(*a.PublishedPrecision).Valid() {
		d.Precision = factcheck.Precision(*a.PublishedPrecision)
	}
	return d
}

// appearedAt is when the article put the claim out, as well as is known; the zero time if it is not.
func appearedAt(a document.Appearance) time.Time {
	if d := Appeared(a); !d.IsZero() {
		return d.At
	}
	for _, t := range []*time.Time{a.Article.PublishedAt, a.FirstSeenAt} {
		if t != nil {
			return *t
		}
	}
	return time.Time{}
}

func outletOf(a document.Article) string {
	if a.Outlet != "" {
		return a.Outlet
	}
	return HostOf(Original(a))
}

// Original returns the address of an article outside of this site; a post that nobody can open has none, and its documents
// name its page here.
func Original(a document.Article) string {
	if a.Slug != "" && strings.HasSuffix(a.URL, "/articles/"+PathSegment(a.Slug)) {
		return ""
	}
	return a.URL
}

func articleTitle(l Locale, a document.Article) string {
	for _, name := range []string{a.Title, Original(a)} {
		if name != "" {
			return Clip(name, 300)
		}
	}
	return l.T("article.untitled")
}

var notAnchor = regexp.MustCompile(`[^\p{L}\p{N}_-]+`)

// Anchor makes an element's id of a name: lower case, a hyphen for whatever is no letter, digit or underscore.
func Anchor(name string) string {
	return strings.Trim(notAnchor.ReplaceAllString(strings.ToLower(name), "-"), "-")
}
