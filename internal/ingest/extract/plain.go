package extract

import (
	"strings"
	"unicode"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Text reads the plain text of an article or of a whole page, as pasted by a person: its title, its author, its
// paragraphs, and the other stories it points to, told apart. It fails with CodeInvalid if the text is empty or larger
// than 1 MiB. Without markup everything is told by form: labels in many languages, line lengths, names, times ago.
// Where a line's part is not plain it stays in the text.
func Text(text string) (Reading, error) {
	if len(text) > maxText {
		return Reading{}, factcheck.Invalid("text", "this text has %d bytes; at most %d (%d MiB) are read", len(text), maxText, maxText>>20)
	}
	pars := split(text)
	if len(pars) == 0 {
		return Reading{}, checkSize(0, "text")
	}
	t := &pasted{}
	pars = t.takeLists(pars)
	pars = t.takeLines(pars)
	pars = t.takeHead(pars)
	pars = t.takeSignature(pars)
	w := &writer{}
	for _, par := range pars {
		w.put(kindOfLine(par), par)
	}
	b := w.body()
	r := Reading{Title: t.title, Byline: t.byline, Text: b.text, Blocks: b.blocks, Leads: distinctLeads(t.leads, t.title), Direction: direction(b.text)}
	for _, f := range []Found{{Field: "title", Value: t.title}, {Field: "byline", Value: t.byline}} {
		if f.Value != "" {
			r.Found = append(r.Found, Found{Field: f.Field, Value: cut(f.Value, maxValue), Where: t.where[f.Field], Chosen: true})
		}
	}
	var dates []Found
	r.Published, dates = t.published()
	r.Found = append(r.Found, dates...)
	var languages []Found
	r.Language, languages = chooseLanguage(nil, sample(b.text, t.title))
	r.Found = append(r.Found, languages...)
	if r.Text == "" {
		r.Wall = Wall{Kind: WallEmpty, Why: "the text has nothing but lists and labels"}
		return r, nil
	}
	r.Quotations = quotations(r.Text, r.Blocks)
	return r, nil
}

// pasted is what was told apart of a text.
type pasted struct {
	title, byline, date string
	leads               []Lead
	where               map[string]string
}

// split cuts a text into paragraphs: at blank lines, or at each line where it has none.
func split(text string) []string {
	text = clean(text)
	if len(text) > maxText {
		text = cut(text, maxText)
	}
	parts := blankLine().Split(text, -1)
	if len(parts) < 3 && strings.Count(text, "\n") >= 3 {
		parts = strings.Split(text, "\n")
	}
	var pars []string
	for _, part := range parts {
		if part = tidy(part); part != "" {
			pars = append(pars, part)
		}
	}
	return pars
}

var blankLine = lazy(`\n[ \t]*\n`)

var ago = lazy(`(?i)^(?:about |over |published |updated |posted )?(?:a|an|one|\d{1,3})\+? ?(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|months?|years?)(?: ago)?(?: •.*)?$|^(?:just now|yesterday|today)$|` +
	`^(?:il y a|hace|há|vor|fa|przed|před|för|for) .{1,25}$|^.{1,25} (?:ago|geleden|temu|sedan|siden|sitten|önce|назад|тому|fa|atrás|fa)$|^(?:منذ|قبل) .{1,25}$|^לפני .{1,25}$|^.{1,20} (?:पहले|আগে|lalu|trước)$|^\d{1,3} ?(?:分钟|分鐘|小时|小時|天|分|時間|日|시간|분|일) ?(?:前|전)$`)

// timeLine reports whether a line says only when.
func timeLine(s string) bool {
	if len(s) > 60 {
		return false
	}
	if ago().MatchString(s) {
		return true
	}
	_, ok := parseDate(s)
	return ok
}

// takeLists takes lists of other stories off: all between their heading and text that is an article's again, or the end.
func (t *pasted) takeLists(pars []string) []string {
	var kept []string
	for i := 0; i < len(pars); i++ {
		if !isListLabel(pars[i]) || len(pars[i]) > 60 || i == 0 {
			kept = append(kept, pars[i])
			continue
		}
		end := listEnd(pars, i+1)
		if end == i+1 {
			if !furniture(pars[i]) {
				kept = append(kept, pars[i])
			}
			continue
		}
		t.entries(pars[i+1:end], strings.TrimRight(pars[i], ":： "))
		i = end - 1
	}
	return kept
}

// listEnd returns where a list of other stories that begins at from ends: before two paragraphs of text in a row.
func listEnd(pars []string, from int) int {
	for i := from; i < len(pars); i++ {
		if prose(pars[i]) && i+1 < len(pars) && prose(pars[i+1]) && (i+2 >= len(pars) || !timeLine(pars[i+2])) {
			return i
		}
	}
	return len(pars)
}

// prose reports whether a paragraph is running text: some length, ending as a sentence does, and not cut off as teasers
// are.
func prose(s string) bool {
	if len(words(s)) < 14 || strings.HasSuffix(s, "…") || strings.HasSuffix(s, "...") {
		return false
	}
	return ends(s)
}

// ends reports whether s ends with the full stop of some script, quotation marks and brackets aside.
func ends(s string) bool {
	s = strings.TrimRightFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Pe, unicode.Pf, unicode.Pi) || r == '"' || r == '\'' || r == ' '
	})
	return strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "。") || strings.HasSuffix(s, "！") ||
		strings.HasSuffix(s, "？") || strings.HasSuffix(s, "।") || strings.HasSuffix(s, "؟") || strings.HasSuffix(s, "…") || strings.HasSuffix(s, "۔")
}

// entries makes leads of a list. Where entries end with a time, the first line of each is its title; elsewhere each line
// that is no running text is one.
func (t *pasted) entries(pars []string, label string) {
	timed := 0
	for _, par := range pars {
		if timeLine(par) {
			timed++
		}
	}
	first := true
	for _, par := range pars {
		for l := range strings.SplitSeq(par, "\n") {
			if timeLine(l) {
				first = true
				continue
			}
			teaser := strings.HasSuffix(l, "…") || strings.HasSuffix(l, "...") || prose(l)
			if timed > 0 && first || timed == 0 && !teaser {
				if title := strings.TrimLeft(l, "•·-–—*▪►> 0123456789."); letters(title) >= 4 && len(t.leads) < maxLeads {
					t.leads = append(t.leads, Lead{Title: cut(line(title), maxValue), Label: label})
				}
			}
			first = false
		}
	}
}

// takeLines takes single pointers to other stories and lines of page furniture off.
func (t *pasted) takeLines(pars []string) []string {
	var kept []string
	for _, par := range pars {
		var lines []string
		for l := range strings.SplitSeq(par, "\n") {
			if label, title, ok := leadLine(l); ok {
				t.leads = append(t.leads, Lead{Title: title, Label: label})
				continue
			}
			if !furniture(l) {
				lines = append(lines, l)
			}
		}
		if len(lines) > 0 {
			kept = append(kept, strings.Join(lines, "\n"))
		}
	}
	return kept
}

// takeHead takes title, author and time from the beginning of a text.
func (t *pasted) takeHead(pars []string) []string {
	t.where = map[string]string{}
	if len(pars) == 0 { // all of it was lists and labels
		return nil
	}
	at := -1
	for i, par := range pars[:min(len(pars), 6)] {
		if headline(par) && !timeLine(par) && byLabel().FindString(par) == "" {
			at = i
			break
		}
		if prose(par) {
			break
		}
	}
	if at < 0 { // a text of short lines, or none that looks like a headline
		if first, rest, ok := strings.Cut(pars[0], "\n"); ok && headline(first) && len(pars[0]) > 2*len(first) {
			t.title, t.where["title"] = first, "first line"
			pars = append([]string{rest}, pars[1:]...)
			return t.takeCredits(pars)
		}
		if len(pars) > 1 && !ends(pars[0]) && len(words(pars[0])) <= 30 {
			t.title, t.where["title"] = line(pars[0]), "first line"
			return t.takeCredits(pars[1:])
		}
		return t.takeCredits(pars)
	}
	t.title, t.where["title"] = line(pars[at]), "first headline"
	var head []string
	for _, par := range pars[:at] { // sections and crumbs before the title; a credit or a time may be among them
		if byLabel().MatchString(par) || timeLine(par) {
			head = append(head, par)
		}
	}
	return t.takeCredits(append(head, pars[at+1:]...))
}

// headline reports whether a paragraph may be a title: a line of several words that is no sentence of running text.
func headline(s string) bool {
	n := len(words(s))
	return !strings.Contains(s, "\n") && len(s) <= 300 && n >= 3 && n <= 40 && !severalSentences(s) && !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "。") &&
		!strings.HasSuffix(s, "।") && !strings.HasSuffix(s, "۔") && !isListLabel(s) && (n >= 4 || !personName(s))
}

// takeCredits takes lines of author and time off the beginning.
func (t *pasted) takeCredits(pars []string) []string {
	for range 4 {
		if len(pars) == 0 {
			break
		}
		first, rest, several := strings.Cut(pars[0], "\n")
		switch {
		case len(first) > 160 || prose(first):
			return pars
		case t.byline == "" && byLabel().MatchString(first) && byName(first) != "" && !ends(first):
			t.byline, t.where["byline"] = byName(first), "by-line"
		case t.byline == "" && personName(first) && len(pars) > 1:
			t.byline, t.where["byline"] = byName(first), "name below the title"
		case t.date == "" && timeLine(first):
			t.date = first
		default:
			return pars
		}
		if pars = pars[1:]; several {
			pars = append([]string{rest}, pars...)
		}
	}
	return pars
}

// takeSignature takes the author's name from the end of a text.
func (t *pasted) takeSignature(pars []string) []string {
	for i := len(pars) - 1; i > 0 && i >= len(pars)-3; i-- {
		switch last := pars[i]; {
		case t.date == "" && timeLine(last):
			t.date = last
		case t.byline == "" && (personName(last) || byLabel().MatchString(last) && len(last) < 100 && !ends(last)) && byName(last) != "":
			t.byline, t.where["byline"] = byName(last), "name at the end"
			return append(pars[:i:i], dropTimes(pars[i+1:])...)
		case prose(last):
			return pars
		}
	}
	return pars
}

func dropTimes(pars []string) []string {
	var kept []string
	for _, par := range pars {
		if !timeLine(par) {
			kept = append(kept, par)
		}
	}
	return kept
}

// personName reports whether a line is the name of a person and nothing else: two to four words, each with a capital
// where the script has them, no stop.
func personName(s string) bool {
	fields := strings.Fields(s)
	if len(fields) < 2 || len(fields) > 4 || len(s) > 60 || strings.ContainsAny(s, ".:;!?\"“”…0123456789\n|/") && !initials().MatchString(s) || isListLabel(s) || furniture(s) {
		return false
	}
	capitals := 0
	for _, f := range fields {
		r := []rune(f)[0]
		switch {
		case unicode.IsUpper(r) && f != strings.ToUpper(f), unicode.IsUpper(r) && len([]rune(f)) <= 2, !unicode.IsUpper(r) && !unicode.IsLower(r) && unicode.IsLetter(r):
			capitals++
		case unicode.IsUpper(r):
			capitals++
		case len(f) > 5:
			return false
		}
	}
	return capitals >= 2
}

var initials = lazy(`^[\p{L}\s'’.-]+$`)

func kindOfLine(s string) BlockKind {
	first, _, _ := strings.Cut(s, "\n")
	if strings.HasPrefix(first, "• ") || strings.HasPrefix(first, "- ") || strings.HasPrefix(first, "* ") {
		return BlockItem
	}
	if len(words(s)) <= 12 && !ends(s) && letters(s) > 0 && !strings.ContainsAny(s, "“”\"«»„") {
		return BlockHeading
	}
	return BlockParagraph
}
