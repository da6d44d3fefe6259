package site

import (
	"slices"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// truthCount is how many verdicts lie at one place on the line.
type truthCount struct {
	Truth factcheck.Truth
	Count int
}

// agreement is how the current verdicts on one claim stand to each other, by the shared reading of their labels. A label
// nobody has mapped says nothing about agreement.
type agreement struct {
	Truths   []truthCount // places on the line that are taken, from true to false
	OffLine  int          // mapped findings with no place on the line, such as satire
	Disagree bool         // they lie at different places, or some are on the line and some are off it
}

func agreementOf(verdicts []document.Verdict) agreement {
	var a agreement
	count := map[factcheck.Truth]int{}
	for _, v := range verdicts {
		switch t := ui.MarkOf(v.Rating).Truth; {
		case t != factcheck.TruthNone:
			count[t]++
		case len(v.Rating.Reasons) > 0:
			a.OffLine++
		}
	}
	for _, t := range factcheck.Truths() {
		if count[t] > 0 {
			a.Truths = append(a.Truths, truthCount{t, count[t]})
		}
	}
	a.Disagree = len(a.Truths) > 1 || len(a.Truths) == 1 && a.OffLine > 0
	return a
}

// sentence says how the verdicts agree: "Publishers disagree: 2 say False, 1 says Mixed." It is empty when there is
// nothing to compare.
func (a agreement) sentence(l ui.Locale) string {
	total := a.OffLine
	for _, t := range a.Truths {
		total += t.Count
	}
	if total < 2 {
		return ""
	}
	if !a.Disagree {
		if len(a.Truths) == 0 {
			return ""
		}
		return l.N("agree.all", total, l.TruthWord(a.Truths[0].Truth))
	}
	var parts []string
	for _, t := range a.Truths {
		parts = append(parts, l.N("agree.say", t.Count, l.TruthWord(t.Truth)))
	}
	if a.OffLine > 0 {
		parts = append(parts, l.N("agree.off", a.OffLine))
	}
	return l.T("agree.disagree", strings.Join(parts, l.T("list.comma")))
}

// publisherNames lists the publishers of verdicts, each once, for a sentence.
func publisherNames(verdicts []document.Verdict) string {
	var names []string
	for _, v := range verdicts {
		if n := ui.PublisherName(v.Publisher); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}
