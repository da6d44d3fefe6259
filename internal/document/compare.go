package document

import (
	"fmt"
	"strings"
	"time"
)

// FieldChange is a field of what is approved that is not what it was.
type FieldChange struct {
	Field string // as Fields names it; sources, replies and wordings carry their number: sources[2]
	Parts []Part
}

// Field is a field of what is approved, as text.
type Field struct{ Name, Text string }

// Compare returns what differs between two approved texts, field by field in reading order and word by word. Sources are
// told apart by their locator: one that moved in the list has not changed.
func Compare(before, after Approved) []FieldChange {
	var out []FieldChange
	was := before.Fields()
	used := make([]bool, len(was))
	find := func(f Field) (string, bool) {
		for i, w := range was {
			if !used[i] && matches(w, f) {
				used[i] = true
				return w.Text, true
			}
		}
		return "", false
	}
	for _, f := range after.Fields() {
		old, _ := find(f)
		if old == f.Text {
			continue
		}
		out = append(out, FieldChange{Field: f.Name, Parts: Words(old, f.Text)})
	}
	for i, w := range was {
		if !used[i] && w.Text != "" {
			out = append(out, FieldChange{Field: w.Name, Parts: []Part{{Removed, w.Text}}})
		}
	}
	return out
}

// matches reports whether two fields are the same one: by name, or in a list by the first line.
func matches(was, is Field) bool {
	a, _, listed := strings.Cut(was.Name, "[")
	b, _, also := strings.Cut(is.Name, "[")
	if a != b || listed != also {
		return false
	}
	if !listed {
		return true
	}
	first := func(s string) string { line, _, _ := strings.Cut(s, "\n"); return line }
	return first(was.Text) == first(is.Text)
}

// Fields returns everything that an approval covers as named texts, in reading order. Fields that are not lists are always
// there; an entry of a list begins with a line that tells it apart.
func (a Approved) Fields() []Field {
	out := a.Claim.fields()
	truth := ""
	if a.Rating.Truth != nil {
		truth = *a.Rating.Truth
	}
	rating := a.Rating.Label
	if truth != "" || len(a.Rating.Reasons) > 0 {
		rating = lines(rating, strings.Join(append([]string{strings.ReplaceAll(truth, "_", " ")}, a.Rating.Reasons...), ", "))
	}
	out = append(out, Field{"label", strings.TrimSuffix(strings.ReplaceAll(rating, "\n, ", "\n"), ", ")})
	if a.Correction != nil {
		out = append(out, Field{"note", a.Correction.Note})
	}
	out = append(out, Field{"headline", a.Headline}, Field{"answer", a.Answer}, Field{"what_is_true", a.True}, Field{"what_is_false", a.False},
		Field{"what_is_unknown", a.Unknown}, Field{"body", a.Body}, Field{"how_checked", a.HowChecked}, Field{"valid_from", moment(a.ValidFrom)},
		Field{"valid_to", moment(a.ValidTo)})
	for i, s := range a.Sources {
		interest := ""
		if s.Interest != "" {
			interest = "Interest: " + s.Interest
		}
		read := ""
		if s.ReadAt != "" {
			read = "Read " + s.ReadAt
		}
		out = append(out, Field{fmt.Sprintf("sources[%d]", i), lines(s.URL+s.Document, s.Title, s.Origin, s.Kind+", "+s.Bearing, s.Quote, read, interest)})
	}
	for i, r := range a.Replies {
		answered := "no answer"
		if r.AnsweredAt != nil {
			answered = "answered " + r.AnsweredAt.Format(time.DateOnly)
		}
		out = append(out, Field{fmt.Sprintf("replies[%d]", i), lines(r.Asked, "asked "+r.AskedAt.Format(time.DateOnly)+", "+answered, r.Answer)})
	}
	for i, w := range a.Waivers {
		out = append(out, Field{fmt.Sprintf("waivers[%d]", i), lines(strings.ReplaceAll(w.Rule, "_", " "), w.Reason)})
	}
	for i, w := range a.Wordings {
		out = append(out, Field{fmt.Sprintf("wordings[%d]", i), lines(w.Language, w.Headline, w.Answer)})
	}
	return out
}

// fields returns the claim's part of what is approved.
func (c ApprovedClaim) fields() []Field {
	claimant, date := "", ""
	if c.Claimant != nil {
		claimant = c.Claimant.Name
	}
	if c.Date != nil {
		date = *c.Date
	}
	out := []Field{
		{"claim.text", c.Text}, {"claim.language", c.Language}, {"claim.claimant", claimant}, {"claim.date", date}, {"claim.place", c.Place}, {"claim.why", c.Why},
	}
	for i, w := range c.Wordings {
		out = append(out, Field{fmt.Sprintf("claim.wordings[%d]", i), lines(w.Language, w.Text)})
	}
	for i, m := range c.Media {
		out = append(out, Field{fmt.Sprintf("claim.media[%d]", i), lines(m.URL, m.Kind, m.Category, m.Alt)})
	}
	return out
}

// lines joins what is not empty, a line each. The first line stays, also empty: it tells entries apart.
func lines(first string, more ...string) string {
	out := []string{first}
	for _, s := range more {
		if strings.Trim(s, ", ") != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "\n")
}

// MomentLayout is how a comparison writes a point in time, always in UTC, for [time.Parse].
const MomentLayout = "2006-01-02 15:04 UTC"

func moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(MomentLayout)
}
