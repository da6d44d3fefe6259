package site

import (
	"strconv"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/ui"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// HistoryPage is /claims/{slug}/history: every public state of a claim's page, and what differs between two of them.
type HistoryPage struct {
	ui.Shell
	Canonical  string
	Text, Lang string
	ClaimURL   string
	Entries    []HistoryEntry // newest first
	UnderWay   bool           // the verdict is under review now: no rating is shown
	Compared   *Comparison    // of ?from=&to=
	Pager      ui.Pager
}

// Comparison is what one state of the page says that another does not.
type Comparison struct {
	From, To HistoryEntry
	Changes  []document.StateChange
}

func (p HistoryPage) head() ui.Head {
	h := ui.Head{
		Title: p.T("history.title", ui.Quoted(p.Lang, ui.Clip(p.Text, 200))), Canonical: p.Canonical, Unrated: p.UnderWay,
	}
	if p.Compared != nil {
		h.Robots = "noindex"
	}
	return h
}

// historyURL is this page's own address.
func (p HistoryPage) historyURL() string { return p.ClaimURL + "/history" }

// compares reports whether there are two states to compare. While the verdict is under review none may be read.
func (p HistoryPage) compares() bool { return len(p.Entries) > 1 && !p.UnderWay }

// chosen are the states that the form names: those compared, else the newest and the one before.
func (p HistoryPage) chosen() (from, to int) {
	if p.Compared != nil {
		return p.Compared.From.N, p.Compared.To.N
	}
	return p.Entries[1].N, p.Entries[0].N
}

// option names a state where one is chosen.
func (p HistoryPage) option(e HistoryEntry) string {
	name := p.T("compare.state", p.Number(e.N), p.Instant(e.At))
	if label := e.label(p.Locale); label != "" && e.Publisher == "" {
		name += p.T("list.comma") + label
	}
	return name
}

// changeGroup is the changes of one part of the page: of the claim, of one publisher's verdict, or of the articles.
type changeGroup struct {
	Title   string
	Changes []document.StateChange
}

// groups puts the changes under the part of the page they are in, keeping their order.
func (c Comparison) groups(l ui.Locale) []changeGroup {
	var out []changeGroup
	for _, change := range c.Changes {
		title := known(l, "compare.part."+change.Part)
		if change.Publisher != "" {
			title = l.T("compare.part.theirs", change.Publisher)
		}
		if n := len(out); n == 0 || out[n-1].Title != title {
			out = append(out, changeGroup{Title: title})
		}
		last := &out[len(out)-1]
		last.Changes = append(last.Changes, change)
	}
	return out
}

// changeName says which place of the page changed. The stance or the state of an article has its own words already.
func changeName(l ui.Locale, c document.StateChange) string {
	switch {
	case c.Part == "appearances" && (c.Field == "corrected" || c.Field == "removed"):
		return l.T("state." + c.Field)
	case c.Part == "appearances":
		return known(l, "stance."+c.Field)
	}
	return known(l, "compare.field."+c.Field)
}

// known returns a message whose key is put together, or a general word where a later version of the program wrote the field.
func known(l ui.Locale, key string) string {
	if !text.Has(key) {
		return l.T("history.changed")
	}
	return l.T(key)
}

// CompareURL is the address at which two states of a claim's page are compared; path is the page's own, in its language.
func CompareURL(path string, from, to int) string {
	return path + "/history?from=" + strconv.Itoa(from) + "&to=" + strconv.Itoa(to) + "#compared"
}

// changedText is what a change shows: moments and days in the reader's language, other texts word by word.
func changedText(l ui.Locale, c document.StateChange) []document.Part {
	switch c.Field {
	case "valid_from", "valid_to":
		return retold(c.Words, func(written string) (string, bool) {
			at, err := time.Parse(document.MomentLayout, written)
			return l.Instant(at), err == nil
		})
	case "date":
		return retold(c.Words, func(written string) (string, bool) {
			day, err := factcheck.ParseDate(written)
			return l.Date(day), err == nil
		})
	case "label":
		return excerpt(document.Words(rated(l, side(c.Words, document.Removed)), rated(l, side(c.Words, document.Added))))
	case "state":
		return excerpt(document.Words(inWords(l, side(c.Words, document.Removed), "verdict."), inWords(l, side(c.Words, document.Added), "verdict.")))
	case "replies":
		return excerpt(document.Words(retelling(l, c.Words, document.Removed), retelling(l, c.Words, document.Added)))
	}
	return excerpt(c.Words)
}

// side is one side of a comparison: the text before, with what was removed, or the one after, with what was added.
func side(parts []document.Part, op document.Op) string {
	var written strings.Builder
	for _, part := range parts {
		if part.Op == op || part.Op == document.Same {
			written.WriteString(part.Text)
		}
	}
	return written.String()
}

// retold tells both sides in other words, whole; word by word if one of them cannot be, which a later version of the program wrote.
func retold(parts []document.Part, tell func(string) (string, bool)) []document.Part {
	var out []document.Part
	for _, op := range []document.Op{document.Removed, document.Added} {
		written := side(parts, op)
		if written == "" {
			continue
		}
		told, ok := tell(written)
		if !ok {
			return excerpt(parts)
		}
		out = append(out, document.Part{Op: op, Text: told})
	}
	return out
}

// rated tells a label and the reasons below it. A reason that only says the label again is left out.
func rated(l ui.Locale, written string) string {
	label, reasons, _ := strings.Cut(inWords(l, written, "reason."), "\n")
	if reasons == "" || strings.EqualFold(reasons, label) {
		return label
	}
	return label + "\n" + reasons
}

// inWords writes the lines of a text that are the program's own words, such as a reason, as the interface says them.
func inWords(l ui.Locale, written, prefix string) string {
	lines := strings.Split(written, "\n")
	for i, line := range lines {
		if text.Has(prefix + line) {
			lines[i] = l.T(prefix + line)
		}
	}
	return strings.Join(lines, "\n")
}

// retelling is one side of a changed reply (who was asked, the days of asking and of the answer, the answer) with its days in words.
func retelling(l ui.Locale, parts []document.Part, op document.Op) string {
	lines := strings.Split(side(parts, op), "\n")
	for i, key := range []string{"compare.asked", "compare.answered"} {
		if i+1 >= len(lines) {
			break
		}
		if day, err := factcheck.ParseDate(lines[i+1]); err == nil && day.Precision == factcheck.PrecisionDay {
			lines[i+1] = l.T(key, l.Date(day))
		}
	}
	return strings.Join(lines, "\n")
}

// excerpt leaves most of what is the same out of a long comparison: a reader wants the change and the words around it.
func excerpt(parts []document.Part) []document.Part {
	const around = 160
	out := make([]document.Part, len(parts))
	for i, part := range parts {
		out[i] = part
		runes := []rune(part.Text)
		if part.Op != document.Same || len(runes) <= 3*around {
			continue
		}
		begin, end := string(runes[:around]), string(runes[len(runes)-around:])
		switch {
		case i == 0:
			out[i].Text = "… " + strings.TrimLeft(end, " \n")
		case i == len(parts)-1:
			out[i].Text = strings.TrimRight(begin, " \n") + " …"
		default:
			out[i].Text = begin + " … " + end
		}
	}
	return out
}

// correctedIn returns the newest state of the house's that was a correction of a kind, and the one before it; false if the
// list does not reach so far back.
func correctedIn(entries []HistoryEntry, kind string) (before, at HistoryEntry, ok bool) {
	for i, e := range entries {
		if e.Kind == kind && e.Publisher == "" && i+1 < len(entries) {
			return entries[i+1], e, true
		}
	}
	return HistoryEntry{}, HistoryEntry{}, false
}
