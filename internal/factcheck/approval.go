package factcheck

import (
	"strings"
	"time"
	"unicode"
)

// MaxPassageNotes is how many notes on passages a version is sent back with at most.
const MaxPassageNotes = 50

// MaxSchedule is how far ahead a publication may be set: what was approved should still be what one would say.
const MaxSchedule = 90 * 24 * time.Hour

// PassageNote is a note of an approver on a passage of what was submitted.
type PassageNote struct {
	Field   string `json:"field"`             // what it stands in, as document.Compare names it
	Passage string `json:"passage,omitempty"` // as it stands there; empty: the field as a whole
	Note    string `json:"note"`
}

// Clean returns the note trimmed, after checking it; the error is CodeInvalid and names the field.
func (n PassageNote) Clean(at string) (PassageNote, error) {
	n.Field, n.Passage, n.Note = CleanLine(n.Field), strings.TrimSpace(n.Passage), strings.TrimSpace(n.Note)
	if n.Note == "" {
		return n, Invalid(at, "say what is to be done about this passage, or leave it out")
	}
	return n, firstError(CheckText(at, n.Field, MaxLine), CheckText(at, n.Passage, MaxQuote), CheckText(at, n.Note, MaxNote))
}

// SendBackText returns the notes as one text, as authors read it where there is room for one only.
func SendBackText(note string, passages []PassageNote) string {
	var b strings.Builder
	b.WriteString(note)
	for _, p := range passages {
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(fieldWord(p.Field) + ": ")
		if p.Passage != "" {
			b.WriteString("“" + p.Passage + "” – ")
		}
		b.WriteString(p.Note)
	}
	return b.String()
}

// fieldWord is how a field is called in a sentence: what_is_true becomes What is true.
func fieldWord(field string) string {
	words := []rune(strings.ReplaceAll(strings.TrimPrefix(field, "claim."), "_", " "))
	if len(words) == 0 {
		return "Text"
	}
	words[0] = unicode.ToUpper(words[0])
	return string(words)
}

// CheckSchedule returns a CodeInvalid error unless at is a moment to publish at: after now, and within MaxSchedule.
func CheckSchedule(at, now time.Time) error {
	switch {
	case !at.After(now):
		return Invalid("publish_at", "this moment is over; approve it now, or choose a later one")
	case at.After(now.Add(MaxSchedule)):
		return Invalid("publish_at", "choose a moment within 90 days")
	}
	return nil
}

// RuleState says whether a version meets a rule.
type RuleState string

// The states of a rule.
const (
	RuleMet    RuleState = "met"
	RuleUnmet  RuleState = "unmet"
	RuleWaived RuleState = "waived" // met by a stated reason
)

// RuleCheck is a rule as a version meets it.
type RuleCheck struct {
	Text   string
	State  RuleState
	Reason string // the waiver's, or what is missing
	Field  string // where to go
}

// RuleChecks returns all rules that hold for a version, those of every verdict and those of the house, each with whether the
// version meets it. What it says is unmet is what Gaps would refuse.
func (d Draft) RuleChecks(rating Rating, rules HouseRules) []RuleCheck {
	missing := map[string]string{}
	house := map[Rule]string{}
	for _, g := range d.Gaps(rating, rules) {
		if g.Rule != "" {
			house[g.Rule] = g.Message
		} else if missing[g.Field] == "" {
			missing[g.Field] = g.Message
		}
		if strings.HasPrefix(g.Field, "sources[") {
			missing["sources[]"] = g.Message
		}
	}
	var out []RuleCheck
	every := func(field, text string) {
		c := RuleCheck{Text: text, State: RuleMet, Field: field}
		if why := missing[field]; why != "" {
			c.State, c.Reason = RuleUnmet, why
		}
		out = append(out, c)
	}
	if d.Correction != CorrectionNone {
		every("note", "The correction says in public what changed and why")
	}
	if d.Correction == CorrectionRetraction {
		return out
	}
	every("label", "A rating of the house’s scale")
	every("answer", "An answer in two sentences")
	every("sources", "A source with a locator, a quoted passage and the day it was read")
	every("sources[]", "Every source can be retraced")
	asked := []struct {
		rule  Rule
		on    bool
		field string
		text  string
	}{
		{RuleOrigins, rules.IndependentOrigins > 1, "sources", "Sources of independent origin"},
		{RulePrimary, rules.PrimarySource, "sources", "A primary source"},
		{RuleArchive, rules.ArchivedSources, "sources", "An archived copy of every source"},
		{RuleReply, rules.ReplyAsked, "replies", "The claimant was asked for a reply"},
	}
	for _, a := range asked {
		waiver := d.waiver(a.rule)
		if !a.on && waiver == "" {
			continue
		}
		c := RuleCheck{Text: a.text, State: RuleMet, Field: a.field}
		switch why := house[a.rule]; {
		case waiver != "":
			c.State, c.Reason = RuleWaived, waiver
		case why != "":
			c.State, c.Reason = RuleUnmet, why
		}
		out = append(out, c)
	}
	return out
}

// waiver returns the stated reason by which the draft meets a rule; empty if there is none.
func (d Draft) waiver(rule Rule) string {
	for _, w := range d.Waivers {
		if w.Rule == rule {
			return w.Reason
		}
	}
	return ""
}
