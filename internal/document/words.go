package document

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Op says what became of a stretch of text.
type Op string

// What becomes of text.
const (
	Same    Op = "same"
	Added   Op = "added"
	Removed Op = "removed"
)

// Part is a stretch of text in a comparison.
type Part struct {
	Op   Op
	Text string
}

// mostSteps bounds the work of a comparison: texts that differ by more words than this are taken for another text.
const mostSteps = 1000

// Words compares two texts word by word. The parts that are same or removed make the one before, those that are same or
// added the one after. Scripts without spaces are compared by character. It takes steps in the product of length and
// difference, and at most some 10 ms: texts with nothing in common are removed and added as a whole.
func Words(before, after string) []Part {
	a, b := tokens(before), tokens(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out []Part
	add := func(op Op, words ...string) {
		if text := strings.Join(words, ""); text != "" {
			out = append(out, Part{op, text})
		}
	}
	add(Same, a[:head]...)
	out = append(out, between(a[head:len(a)-tail], b[head:len(b)-tail])...)
	add(Same, a[len(a)-tail:]...)
	return joined(out)
}

// whole returns two texts as one that was removed and one that was added.
func whole(before, after string) []Part {
	var out []Part
	for _, p := range []Part{{Removed, before}, {Added, after}} {
		if p.Text != "" {
			out = append(out, p)
		}
	}
	return out
}

// Differs reports whether a comparison found anything.
func Differs(parts []Part) bool {
	return slices.ContainsFunc(parts, func(p Part) bool { return p.Op != Same })
}

// tokens splits a text into words, the space between them, and characters of scripts that do not space words. A number
// stays whole with what parts it, as in 5.2, 14:30 and 2026-11-21: half of a number changed reads as another number.
func tokens(s string) []string {
	var out []string
	start, kind := 0, 0
	before := rune(0)
	for i, r := range s {
		k := kindOf(r)
		if unicode.IsDigit(before) && strings.ContainsRune(".,:/\u066b\u066c", r) {
			if next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):]); unicode.IsDigit(next) {
				k = kind
			}
		}
		before = r
		if i > start && (k != kind || k == 0) {
			out = append(out, s[start:i])
			start = i
		}
		kind = k
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

// kindOf tells space, words and single characters (0) apart. Punctuation stands alone, so that a comma more is a comma more.
func kindOf(r rune) int {
	switch {
	case unicode.IsSpace(r):
		return 1
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return 0
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), r == '\'', r == '’', r == '-':
		return 2
	}
	return 0
}

// between compares what has neither beginning nor end in common (E. Myers, An O(ND) Difference Algorithm, 1986).
func between(a, b []string) []Part {
	whole := []Part{{Removed, strings.Join(a, "")}, {Added, strings.Join(b, "")}}
	if len(a) == 0 || len(b) == 0 {
		return whole
	}
	most := min(len(a)+len(b), mostSteps)
	reach := make([]int, 2*most+2) // furthest x on each diagonal
	var trace [][]int
	for d := 0; d <= most; d++ {
		trace = append(trace, slices.Clone(reach[most-d:most+d+2]))
		for k := -d; k <= d; k += 2 {
			x := furthest(reach, most, k, d)
			y := x - k
			for x < len(a) && y < len(b) && a[x] == b[y] {
				x, y = x+1, y+1
			}
			reach[most+k] = x
			if x >= len(a) && y >= len(b) {
				return backtrack(a, b, trace)
			}
		}
	}
	return whole
}

// furthest returns where the step d begins on diagonal k: down from the diagonal above, or right from the one below.
func furthest(reach []int, mid, k, d int) int {
	if k == -d || k != d && reach[mid+k-1] < reach[mid+k+1] {
		return reach[mid+k+1]
	}
	return reach[mid+k-1] + 1
}

// backtrack follows the trace of reaches from the end to the beginning. trace[d] holds diagonals -d to d+1 before step d.
func backtrack(a, b []string, trace [][]int) []Part {
	var out []Part
	x, y := len(a), len(b)
	for d, reach := range slices.Backward(trace) {
		k := x - y
		prev := k - 1
		if k == -d || k != d && reach[d+k-1] < reach[d+k+1] {
			prev = k + 1
		}
		px := 0
		if d > 0 {
			px = reach[d+prev]
		}
		py := px - prev
		for x > max(px, 0) && y > max(py, 0) {
			x, y = x-1, y-1
			out = append(out, Part{Same, a[x]})
		}
		switch {
		case d == 0:
		case x == px:
			y--
			out = append(out, Part{Added, b[y]})
		default:
			x--
			out = append(out, Part{Removed, a[x]})
		}
	}
	slices.Reverse(out)
	return out
}

// joined merges neighbours, puts what was removed before what was added, and takes a single space between two changes as
// part of both: a phrase that was replaced reads as one.
func joined(parts []Part) []Part {
	var out []Part
	var removed, added strings.Builder
	flush := func() {
		if removed.Len() > 0 {
			out = append(out, Part{Removed, removed.String()})
		}
		if added.Len() > 0 {
			out = append(out, Part{Added, added.String()})
		}
		removed.Reset()
		added.Reset()
	}
	for i, p := range parts {
		switch {
		case p.Text == "":
		case p.Op == Removed:
			removed.WriteString(p.Text)
		case p.Op == Added:
			added.WriteString(p.Text)
		case i+1 < len(parts) && parts[i+1].Op != Same && removed.Len() > 0 && added.Len() > 0 && strings.TrimSpace(p.Text) == "":
			removed.WriteString(p.Text)
			added.WriteString(p.Text)
		default:
			flush()
			if n := len(out); n > 0 && out[n-1].Op == Same {
				out[n-1].Text += p.Text
			} else {
				out = append(out, p)
			}
		}
	}
	flush()
	return out
}
