package factcheck

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
)

// PutSource replaces the source with the same id, or adds one without an id at the end. CodeNotFound for an id that is not
// among the draft's: somebody removed it.
func (d *Draft) PutSource(s Source) error {
	d.Sources = slices.Clone(d.Sources)
	if s.ID.IsZero() {
		d.Sources = append(d.Sources, s)
		return nil
	}
	i := slices.IndexFunc(d.Sources, func(o Source) bool { return o.ID == s.ID })
	if i < 0 {
		return errNoSource
	}
	d.Sources[i] = s
	return nil
}

var errNoSource = NotFound("this source was removed meanwhile")

// Source returns the source with an id.
func (d *Draft) Source(id SourceID) (Source, bool) {
	i := slices.IndexFunc(d.Sources, func(o Source) bool { return o.ID == id })
	if i < 0 || id.IsZero() {
		return Source{}, false
	}
	return d.Sources[i], true
}

// RemoveSource takes a source out. CodeNotFound if it is not there.
func (d *Draft) RemoveSource(id SourceID) error {
	if _, ok := d.Source(id); !ok {
		return errNoSource
	}
	d.Sources = slices.DeleteFunc(slices.Clone(d.Sources), func(o Source) bool { return o.ID == id })
	return nil
}

// MoveSource moves a source up (-1) or down (1) by so many places, as far as there are any. CodeNotFound if it is not there.
func (d *Draft) MoveSource(id SourceID, by int) error {
	s, ok := d.Source(id)
	if !ok {
		return errNoSource
	}
	i := slices.IndexFunc(d.Sources, func(o Source) bool { return o.ID == id })
	to := min(max(i+by, 0), len(d.Sources)-1)
	d.Sources = slices.Insert(slices.Delete(slices.Clone(d.Sources), i, i+1), to, s)
	return nil
}

// Key names a reply by what it says, so that a form finds it again wherever it stands by now.
func (r Reply) Key() string {
	raw, err := json.Marshal(r)
	if err != nil { // a year that JSON cannot write; such a reply is not saved
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}

// PutReply replaces the reply that had a key, or adds one if the key is empty. CodeConflict if no reply has the key any more.
func (d *Draft) PutReply(key string, r Reply) error {
	d.Replies = slices.Clone(d.Replies)
	if key == "" {
		d.Replies = append(d.Replies, r)
		return nil
	}
	i := slices.IndexFunc(d.Replies, func(o Reply) bool { return o.Key() == key })
	if i < 0 {
		return Conflict("somebody else changed this meanwhile; look at it and say it again")
	}
	d.Replies[i] = r
	return nil
}

// RemoveReply takes the reply that has a key out; one that is not there any more is removed already.
func (d *Draft) RemoveReply(key string) {
	d.Replies = slices.DeleteFunc(slices.Clone(d.Replies), func(o Reply) bool { return o.Key() == key })
}

// Waive meets a house rule by a reason, or takes that back if the reason is empty.
func (d *Draft) Waive(rule Rule, reason string) {
	d.Waivers = slices.DeleteFunc(slices.Clone(d.Waivers), func(w Waiver) bool { return w.Rule == rule })
	if reason = strings.TrimSpace(reason); reason != "" {
		d.Waivers = append(d.Waivers, Waiver{Rule: rule, Reason: reason})
	}
}

// PutWording sets headline and answer in a language, or takes it out if both are empty.
func (d *Draft) PutWording(w VerdictWording) {
	d.Wordings = slices.Clone(d.Wordings)
	i := slices.IndexFunc(d.Wordings, func(o VerdictWording) bool { return o.Language == w.Language })
	empty := w.Headline == "" && w.Answer == ""
	switch {
	case i >= 0 && empty:
		d.Wordings = slices.Delete(d.Wordings, i, i+1)
	case i >= 0:
		d.Wordings[i] = w
	case !empty:
		d.Wordings = append(d.Wordings, w)
	}
}

// RuleStanding says how a verdict stands to one thing that is asked of it before approval.
type RuleStanding struct {
	Name   string // what is asked, in words
	Field  string // of the draft: where to mend it
	Rule   Rule   // the house rule that a reason could meet; empty: nothing can stand in for it
	Gap    string // what is missing; empty: it is met
	Reason string // met by this reason instead
}

// Met reports whether nothing is missing.
func (r RuleStanding) Met() bool { return r.Gap == "" }

// Standing returns everything that is asked of the draft, met or not: what every verdict needs, then the rules that the house
// has set. What is missing is exactly what Gaps says.
func (d Draft) Standing(rating Rating, rules HouseRules) []RuleStanding {
	var out []RuleStanding
	if d.Correction != CorrectionNone {
		out = append(out, RuleStanding{Name: "A public note says what changed and why", Field: "note"})
	}
	if d.Correction != CorrectionRetraction {
		out = append(out,
			RuleStanding{Name: "A rating", Field: "label"},
			RuleStanding{Name: "The answer in two sentences", Field: "answer"},
			RuleStanding{Name: "Sources with locator, passage and day", Field: "sources"})
		for _, r := range []struct {
			rule  Rule
			asked bool
			name  string
			field string
		}{
			{RuleOrigins, rules.IndependentOrigins > 1, "Independent origins", "sources"},
			{RuleArchive, rules.ArchivedSources, "Every source archived", "sources"},
			{RulePrimary, rules.PrimarySource, "A primary source", "sources"},
			{RuleReply, rules.ReplyAsked, "Claimant asked for a reply", "replies"},
		} {
			if r.asked {
				out = append(out, RuleStanding{Name: r.name, Field: r.field, Rule: r.rule, Reason: d.Waived(r.rule)})
			}
		}
	}
	for _, g := range d.Gaps(rating, rules) {
		field, _, _ := strings.Cut(g.Field, "[")
		i := slices.IndexFunc(out, func(s RuleStanding) bool { return s.Rule == g.Rule && s.Field == field })
		if i >= 0 && out[i].Gap == "" {
			out[i].Gap, out[i].Field = g.Message, g.Field
			continue
		}
		out = append(out, RuleStanding{Name: g.Message, Field: g.Field, Rule: g.Rule, Gap: g.Message})
	}
	return out
}

// Waived returns the reason that stands in for a house rule; empty if there is none.
func (d Draft) Waived(rule Rule) string {
	for _, w := range d.Waivers {
		if w.Rule == rule {
			return w.Reason
		}
	}
	return ""
}
