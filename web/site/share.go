package site

import (
	"github.com/a-h/templ"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// Mark returns what stands for the claim where there is room for little: the word that the title begins with, and its place
// on the line. A claim under review has none, whatever its verdict was.
func (p ClaimPage) Mark() ui.Mark {
	m := ui.Mark{Label: p.Prefix(), Lang: p.Lang}
	switch p.state() {
	case stateFinding:
		m.Truth, m.Lang = ui.MarkOf(p.verdict().Rating).Truth, p.lang(p.verdict())
	case stateOthers:
		found := agreementOf(p.others())
		if len(found.Truths) == 1 && found.Truths[0].Count == len(p.others()) {
			m.Truth = found.Truths[0].Truth
		}
	}
	return m
}

// Finding returns the verdict that stands: the house's, or of others the one that leads; false while there is none.
func (p ClaimPage) Finding() (document.Verdict, bool) {
	switch p.state() {
	case stateFinding:
		return p.verdict(), true
	case stateOthers:
		return p.others()[0], true
	}
	return document.Verdict{}, false
}

// Dated says in words as of when the finding holds; empty without one.
func (p ClaimPage) Dated() string {
	v, ok := p.Finding()
	if !ok {
		return ""
	}
	return p.T("verdict.asof", p.Day(asOf(v)))
}

// Description returns the answer in a line or two, as the head of the page says it.
func (p ClaimPage) Description() string { return p.description() }

// anchor gives the verdict of another publisher the id that its markup leads to.
func anchor(v document.Verdict) templ.Attributes {
	if _, err := factcheck.ParseVerdictID(v.ID); err != nil {
		return nil
	}
	return templ.Attributes{"id": v.ID}
}
