package search

import (
	"math/rand/v2"
	"testing"
)

// randomWord has few letters, so that words meet; some are beyond ASCII, and one word in ten is long.
func randomWord(r *rand.Rand) []rune {
	letters := []rune("abcdeéñжя疫")
	n := r.IntN(12)
	if r.IntN(10) == 0 {
		n = 55 + r.IntN(20)
	}
	out := make([]rune, n)
	for i := range out {
		out[i] = letters[r.IntN(len(letters))]
	}
	return out
}

// edited makes some edits of any kind.
func edited(r *rand.Rand, word []rune, times int) []rune {
	word = append([]rune{}, word...)
	for range times {
		if len(word) < 2 {
			return append(word, 'a')
		}
		switch i := r.IntN(len(word) - 1); r.IntN(4) {
		case 0:
			word = append(word[:i:i], word[i+1:]...)
		case 1:
			word[i] = 'y'
		case 2:
			word[i], word[i+1] = word[i+1], word[i]
		default:
			word = append(word[:i:i], append([]rune{'é'}, word[i:]...)...)
		}
	}
	return word
}

// TestDistancesAreTheOracles compares both ways of measuring with the recursive definition, and sees to it that letter
// sets never rule out what is near.
func TestDistancesAreTheOracles(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	seen := make(map[int]int)
	for range 20_000 {
		a := randomWord(r)
		b := edited(r, a, r.IntN(5))
		if r.IntN(4) == 0 {
			b = randomWord(r)
		}
		if len(a) > 30 && r.IntN(20) > 0 {
			continue // the oracle is slow
		}
		want := distance(string(a), string(b))
		seen[want]++
		if got := newEdits(a).distance([]byte(string(b)), 100); got != want {
			t.Fatalf("%q to %q: got %d, oracle %d", string(a), string(b), got, want)
		}
		if got := newEdits(a).table([]byte(string(b)), 100); got != want {
			t.Fatalf("%q to %q: got %d by the table, oracle %d", string(a), string(b), got, want)
		}
		if !couldBe(letterSet([]byte(string(a))), letterSet([]byte(string(b))), want) {
			t.Fatalf("%q to %q: got ruled out at %d edits", string(a), string(b), want)
		}
	}
	for d := range 4 {
		if seen[d] < 100 {
			t.Errorf("got %d pairs at %d edits, want enough of each", seen[d], d)
		}
	}
}

func TestLetterSetsRuleMostOut(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	through := 0
	for range 10_000 {
		if a, b := newRandomLatin(r), newRandomLatin(r); couldBe(letterSet(a), letterSet(b), 2) {
			through++
		}
	}
	if through > 50 {
		t.Errorf("got %d of 10,000 pairs of random words through, want few", through)
	}
}

func newRandomLatin(r *rand.Rand) []byte {
	out := make([]byte, 8+r.IntN(3))
	for i := range out {
		out[i] = byte('a' + r.IntN(20))
	}
	return out
}
