package mcp

import (
	"fmt"
	"strings"
	"unicode"
)

// words writes an answer for people and for assistants that read no structure. What others wrote stands in quotation marks, on
// one line, without what could end the quotation or turn its direction.
type words struct{ strings.Builder }

func begin(asOf string) *words {
	w := &words{}
	w.line("As of %s. %s", asOf, warning)
	return w
}

func (w *words) line(format string, args ...any) {
	fmt.Fprintf(w, format, args...)
	w.WriteByte('\n')
}

// maxQuoted is how many characters of a text are quoted in words; the structured answer has all of it.
const maxQuoted = 2000

// quoted returns a text as a quotation.
func quoted(s string) string {
	runes := make([]rune, 0, len(s))
	for _, r := range s {
		switch {
		case r == '"' || r == '“' || r == '”':
			r = '\''
		case unicode.IsSpace(r) || unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
			r = ' '
		case r == '\u200c' || r == '\u200d': // words of Persian and of Indic scripts need them
		case unicode.Is(unicode.Cf, r):
			continue // marks of direction, tags and the like, which nobody sees
		}
		runes = append(runes, r)
	}
	text := strings.Join(strings.Fields(string(runes)), " ")
	if cut := []rune(text); len(cut) > maxQuoted {
		text = string(cut[:maxQuoted]) + "…"
	}
	return "“" + text + "”"
}

// claim writes a claim with what was found of it.
func (w *words) claim(n int, c Claim) {
	w.line("\n%d. Claim: %s", n, quoted(c.Text))
	if c.Claimant != "" {
		w.line("   Made by %s%s", quoted(c.Claimant), since(", ", c.Date))
	}
	w.line("   %s", concluded(c.Conclusion))
	for _, v := range c.Verdicts {
		w.verdict(v)
	}
	w.line("   Page: %s", c.URL)
	if c.Licence != "" {
		w.line("   Licence: %s", quoted(c.Licence))
	}
}

// concluded says what the conclusion means, so that silence is never taken for one.
func concluded(c string) string {
	switch c {
	case hasVerdict:
		return "There is a verdict:"
	case underReview:
		return "No verdict now: the finding is being looked at again. Do not repeat an earlier one."
	case takenBack:
		return "No verdict: the finding was retracted. Do not repeat it."
	}
	return "No verdict: nobody here has published a finding. That does not make the claim true or false."
}

func (w *words) verdict(v Verdict) {
	switch v.State {
	case "current":
		reading := ""
		if v.Truth != "" {
			reading = ", that is " + strings.ReplaceAll(v.Truth, "_", " ")
		}
		if len(v.Reasons) > 0 {
			reading += " (" + strings.ReplaceAll(strings.Join(v.Reasons, ", "), "_", " ") + ")"
		}
		w.line("   - %s says %s%s. Published %s, version %d%s%s.", quoted(v.Publisher), quoted(v.Rating), reading, v.PublishedAt, v.Version, since(", holds from ", v.ValidFrom), since(", holds until ", v.ValidTo))
	default:
		w.line("   - The verdict of %s is %s; it does not count. %s", quoted(v.Publisher), v.State, quoted(v.Notice))
	}
	if v.Headline != "" || v.Answer != "" {
		w.line("     %s %s", quoted(v.Headline), quoted(v.Answer))
	}
	if v.Correction != "" {
		w.line("     Corrected: %s", quoted(v.Correction))
	}
	for _, s := range v.Sources {
		w.line("     Source (%s, %s): %s %s %s", s.Kind, s.Bearing, quoted(s.Title), s.URL, quoted(s.Quote))
	}
	w.line("     Fact-check: %s%s", v.URL, since(" Licence: ", passage(v.Licence)))
}

func since(before, what string) string {
	if what == "" {
		return ""
	}
	return before + what
}
