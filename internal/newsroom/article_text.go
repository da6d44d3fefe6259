package newsroom

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// paragraphs cuts an article's text into paragraphs, and those at the ends of passages. Passages may overlap and lie in one
// another; n counts the appearances from 1, in their order, and so it does the suggestions.
func paragraphs(text string, appearances []store.ArticleAppearance, suggested []store.Suggestion) []pages.Paragraph {
	var out []pages.Paragraph
	standing := standing(text, appearances)
	for _, s := range suggestedStretches(text, suggested) {
		s.suggested = true
		standing = append(standing, s)
	}
	at := 0
	for block := range strings.SplitSeq(text, "\n\n") {
		if strings.TrimSpace(block) != "" {
			out = append(out, pages.Paragraph{At: at, Parts: parts(text, at, at+len(block), standing)})
		}
		at += len(block) + len("\n\n")
	}
	return out
}

// stretch is a passage that stands in the text: its bytes, and the number of its appearance or suggestion.
type stretch struct {
	start, end, n int
	suggested     bool
}

// standing returns the passages that stand in the text.
func standing(text string, appearances []store.ArticleAppearance) []stretch {
	var out []stretch
	for i, a := range appearances {
		if located(text, a) {
			out = append(out, stretch{start: a.Anchor.Start, end: a.Anchor.End, n: i + 1})
		}
	}
	return out
}

// parts cuts a stretch of the text, from one byte up to another, where a passage begins or ends.
func parts(text string, from, to int, passages []stretch) []pages.Part {
	cuts := []int{from, to}
	for _, p := range passages {
		for _, cut := range []int{p.start, p.end} {
			if cut > from && cut < to {
				cuts = append(cuts, cut)
			}
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []pages.Part
	for i := range len(cuts) - 1 {
		part := pages.Part{Text: text[cuts[i]:cuts[i+1]]}
		for _, p := range passages {
			if p.start >= cuts[i+1] || p.end <= cuts[i] {
				continue
			}
			all, begins := &part.Passages, &part.Begins
			if p.suggested {
				all, begins = &part.Suggested, &part.SuggestedBegins
			}
			*all = append(*all, p.n)
			if p.start >= from && p.start == cuts[i] || p.start < from && i == 0 && beginsBetween(text, p.start, from) {
				*begins = append(*begins, p.n)
			}
		}
		out = append(out, part)
	}
	return out
}

// beginsBetween reports whether nothing but space stands between a passage's first byte and the paragraph it is shown in.
func beginsBetween(text string, start, from int) bool {
	return strings.TrimSpace(text[start:from]) == ""
}

// located reports whether the passage of an appearance stands in the text, at places where characters begin and in its own
// words: other words are never shown as what an article says.
func located(text string, a store.ArticleAppearance) bool {
	start, end := a.Anchor.Start, a.Anchor.End
	if a.Lost || start < 0 || start >= end || end > len(text) || !utf8.RuneStart(text[start]) || end < len(text) && !utf8.RuneStart(text[end]) {
		return false
	}
	return slices.Equal(strings.Fields(text[start:end]), strings.Fields(a.Anchor.Quote)) || reads(text, a.Anchor)
}

// reads reports whether a passage stands where it is said to in words that are alike, as a later version of the text may have it.
func reads(text string, a factcheck.Anchor) bool {
	const around = 4 * factcheck.MaxAnchor // bytes
	from, to := max(0, a.Start-around), min(len(text), a.End+around)
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	at, ok := ingest.Locate(text[from:to], factcheck.Anchor{Quote: a.Quote, Prefix: a.Prefix, Suffix: a.Suffix, Start: a.Start - from})
	return ok && at.Start < a.End-from && at.End > a.Start-from
}
