package ui

import (
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// Mark is a verdict as word and shape: the publisher's own label, and the place on the line from true to false that
// fills the disc. A label off the line, or one nobody has mapped, takes the dashed ring.
type Mark struct {
	Label string
	Truth factcheck.Truth
	Lang  string // of the label; empty when unknown
}

// MarkOf returns the mark of a public rating.
func MarkOf(r document.Rating) Mark {
	m := Mark{Label: r.Label}
	if r.Truth != nil && factcheck.Truth(*r.Truth).Valid() {
		m.Truth = factcheck.Truth(*r.Truth)
	}
	return m
}

// MarkOf returns the mark of a verdict: the publisher's own label, or for the house's the interface's word for it.
func (l Locale) MarkOf(v document.Verdict) Mark {
	m := MarkOf(v.Rating)
	if IsHouse(v) {
		m.Label, m.Lang = l.HouseLabel(m.Label)
	}
	return m
}

// HouseLabel returns the interface's word for a label of the house, with its language, where it is one of the usual ten; a
// label of the house's own making stays as it is, in a language that is not known here.
func (l Locale) HouseLabel(label string) (word, lang string) {
	key := "label." + strings.ReplaceAll(Anchor(label), "-", "_")
	if !l.prefixed() || !text.Has(key) {
		return label, ""
	}
	return l.T(key), l.Lang
}

// Class returns the CSS class that carries the verdict's colour.
func (m Mark) Class() string {
	switch m.Truth {
	case factcheck.TruthTrue:
		return "t-true"
	case factcheck.TruthMostlyTrue:
		return "t-mostly-true"
	case factcheck.TruthMixed:
		return "t-mixed"
	case factcheck.TruthMostlyFalse:
		return "t-mostly-false"
	case factcheck.TruthFalse:
		return "t-false"
	}
	return "t-none"
}

// Mapped reports whether the publisher's label has a shared reading.
func Mapped(r document.Rating) bool { return MarkOf(r).Truth != "" || len(r.Reasons) > 0 }

// TruthWord returns the interface's word for a place on the line, "" for none.
func (l Locale) TruthWord(t factcheck.Truth) string {
	if t == factcheck.TruthNone || !t.Valid() {
		return ""
	}
	return l.T("truth." + string(t))
}

// ReasonWord returns the interface's words for a reason, "" for one it does not know.
func (l Locale) ReasonWord(reason string) string {
	if !factcheck.Reason(reason).Valid() {
		return ""
	}
	return l.T("reason." + reason)
}
