package newsroom

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// paragraphs cuts an article's text into paragraphs, and those at the ends of passages. Passages may overlap and lie in one
// another; n counts the appearances from 1, in their order.
func paragraphs(text string, appearances []store.ArticleAppearance) []pages.Paragraph {
	var out []pages.Paragraph
	at := 0
	for block := range strings.SplitSeq(text, "\n\n") {
		if strings.TrimSpace(block) != "" {
			out = append(out, pages.Paragraph{At: at, Parts: parts(text, at, at+len(block), appearances)})
		}
		at += len(block) + len("\n\n")
	}
	return out
}

// parts cuts a stretch of the text, from one byte up to another, where a passage begins or ends.
func parts(text string, from, to int, appearances []store.ArticleAppearance) []pages.Part {
	cuts := []int{from, to}
	for _, a := range appearances {
		if !located(text, a) {
			continue
		}
		for _, cut := range []int{a.Anchor.Start, a.Anchor.End} {
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
		for n, a := range appearances {
			if !located(text, a) || a.Anchor.Start >= cuts[i+1] || a.Anchor.End <= cuts[i] {
				continue
			}
			part.Passages = append(part.Passages, n+1)
			if a.Anchor.Start >= from && a.Anchor.Start == cuts[i] || a.Anchor.Start < from && i == 0 && beginsBetween(text, a.Anchor.Start, from) {
				part.Begins = append(part.Begins, n+1)
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

// located reports whether the passage of an appearance stands in the text, at places where characters begin.
func located(text string, a store.ArticleAppearance) bool {
	start, end := a.Anchor.Start, a.Anchor.End
	return !a.Lost && start >= 0 && start < end && end <= len(text) && utf8.RuneStart(text[start]) && (end == len(text) || utf8.RuneStart(text[end]))
}
