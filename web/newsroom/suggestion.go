package newsroom

import (
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/a-h/templ"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// FoundItem is a claim that was found or suggested, with what is known of it and why it was found.
type FoundItem struct {
	ClaimItem
	StageNote string // why it was declined
	Label     string // of the leading verdict; empty if there is none
	Truth     string
	Publisher string // whose verdict that is, if not the house's
	Review    bool   // that verdict is suspended

	Reading     factcheck.MatchReading // empty: it was looked for by words
	Probability float32
	Why         factcheck.MatchWhy
	Exact       bool   // it has the very words
	Stops       bool   // it must be told apart before a claim like it is filed
	Said        string // why somebody said that a claim in these words is not this one
	SaidBy      string
	NotSame     string // what is typed into the field that tells it apart
}

// SuggestionBox is what was suggested of an article.
type SuggestionBox struct {
	Open     []Suggestion
	Decided  []DecidedSuggestion // decided last first
	Warming  bool                // there is no index yet
	Looked   bool                // somebody looked at this very text
	HasText  bool
	Problems []string // what could not be decided, and why
}

// Suggestion is a claim that the article may make.
type Suggestion struct {
	FoundItem
	ID       string // of the suggestion
	N        int    // from 1
	Item     string // id and revision, as the form sends them
	Quote    string
	Start    int // bytes of the text; both 0 when the passage is not in it any more
	End      int
	Others   []OtherPlace
	Stance   factcheck.Stance // chosen in the form
	Proposed factcheck.Stance
	Because  string // why that is proposed, in words
	Selected bool
}

// OtherPlace is another passage of the article that says the claim.
type OtherPlace struct {
	Quote string
	Start int // of the text; 0 when it does not stand there
}

// DecidedSuggestion is a suggestion that was decided, and can be taken back.
type DecidedSuggestion struct {
	Item, ClaimText, Lang, By, Act string // Act names what was decided at once
	Accepted                       bool
	Linked                         bool // and the link is still there
	Chosen                         factcheck.Stance
	At                             *time.Time
}

// letter names a suggestion where the text is marked; numbers are those of links.
func (s Suggestion) letter() string { return string(rune('a' + (s.N-1)%26)) }

func letterOf(n int) string { return Suggestion{N: n}.letter() }

// stamped reports whether the claim has a verdict to be shown.
func (f FoundItem) stamped() bool { return f.Label != "" && !f.Review }

// mark is the verdict as it is stamped.
func (f FoundItem) mark() ui.Mark { return ui.Mark{Label: f.Label, Truth: factcheck.Truth(f.Truth)} }

// readingWord says how the program reads the match.
func (f FoundItem) readingWord() string {
	switch {
	case f.Exact:
		return "The very words"
	case f.Reading == factcheck.MatchSame:
		return "The same claim"
	case f.Reading == factcheck.MatchRelated:
		return "Related, look closely"
	}
	return ""
}

// cautions say what speaks against the match.
func (f FoundItem) cautions() []string {
	var out []string
	w := f.Why
	switch {
	case len(w.TextNumbers) > 0 && len(w.ClaimNumbers) > 0:
		out = append(out, "different numbers: "+strings.Join(w.TextNumbers, ", ")+" here, "+strings.Join(w.ClaimNumbers, ", ")+" in the claim")
	case len(w.ClaimNumbers) > 0:
		out = append(out, "only the claim says "+strings.Join(w.ClaimNumbers, ", "))
	case len(w.TextNumbers) > 0:
		out = append(out, "only the passage says "+strings.Join(w.TextNumbers, ", "))
	}
	if w.Negated {
		out = append(out, "one of the two is negated")
	}
	return out
}

// sure writes a probability as two digits.
func (f FoundItem) sure() string {
	n := int(f.Probability*100 + .5)
	return "0." + string(rune('0'+min(n, 99)/10)) + string(rune('0'+min(n, 99)%10))
}

// piece is a stretch of a passage; a shared one has a word that the claim has too.
type piece struct {
	text   string
	shared bool
}

// pieces cuts a text into stretches with and without words that both have.
func pieces(text string, words []string) []piece {
	shared := map[string]bool{}
	for _, w := range words {
		for _, p := range strings.FieldsFunc(strings.ToLower(w), notWord) {
			shared[p] = true
		}
	}
	var out []piece
	add := func(s string, is bool) {
		if s == "" {
			return
		}
		if n := len(out); n > 0 && out[n-1].shared == is {
			out[n-1].text += s
			return
		}
		out = append(out, piece{s, is})
	}
	start := 0
	word := func(end int) {
		add(text[start:end], shared[strings.ToLower(text[start:end])])
		start = end
	}
	in := false
	for i, r := range text {
		if is := !notWord(r); is != in {
			word(i)
			in = is
		}
	}
	word(len(text))
	return out
}

func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }

// newURL returns the address that puts the passage of a suggestion into the form, as a new claim in its place.
func (p ArticlePage) newURL(s Suggestion) templ.SafeURL {
	q := url.Values{"instead": {s.Item}, "stance": {string(s.Proposed)}}
	if s.End > 0 {
		q.Set("passage", number(s.Start)+"-"+number(s.End))
	}
	if p.From != "" {
		q.Set("from", p.From)
	}
	return templ.SafeURL(articlePath(p.ID) + "?" + q.Encode() + "#link")
}

// undoable returns those of the newest decision, to be taken back at once; nil for one alone, which has its own button.
func (b SuggestionBox) undoable() []DecidedSuggestion {
	if len(b.Decided) < 2 {
		return nil
	}
	n := 1
	for n < len(b.Decided) && b.Decided[n].Act == b.Decided[0].Act {
		n++
	}
	if n == 1 {
		return nil
	}
	return b.Decided[:n]
}

// word says what was decided.
func (d DecidedSuggestion) word() string {
	switch {
	case d.Accepted && d.Linked:
		return "accepted: " + stanceWord(d.Chosen)
	case d.Accepted:
		return "accepted, and unlinked since"
	}
	return "rejected"
}

// declined says why a claim was declined, cut short.
func (f FoundItem) declined() string {
	if f.Stage != "declined" {
		return ""
	}
	return ui.Clip(f.StageNote, 200)
}

func suggestedCount(n int) string {
	if n == 1 {
		return "1 suggestion"
	}
	return number(n) + " suggestions"
}

// NearList are the claims that are like one that is being written.
type NearList struct {
	Claims  []FoundItem
	Looked  bool   // they were looked for
	Warming bool   // there is no index yet: only those in the very words are known
	Chosen  string // id of the claim that is chosen instead
	Wrong   bool   // one of them must be told apart, and was not
}

// nearPath is where claims like one that is being written are asked for.
const nearPath = "/newsroom/claims/near"

// head says what is shown.
func (n NearList) head() string {
	for _, c := range n.Claims {
		if c.Stops {
			return "It seems to be here already"
		}
	}
	return "Claims like it"
}

// sharedLine names what text and claim share.
func (f FoundItem) sharedLine() string {
	if len(f.Why.Words) == 0 {
		return ""
	}
	return "shares " + strings.Join(f.Why.Words[:min(len(f.Why.Words), 6)], ", ")
}
