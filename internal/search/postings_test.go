package search

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// randomPostings are lists of many lengths, dense and sparse, with counts of all sizes.
func randomPostings(r *rand.Rand, lists int) (postings, [][]posting) {
	var p postings
	all := make([][]posting, lists)
	for i := range all {
		doc, gap, most := uint32(0), 1+r.IntN(1<<r.IntN(16)), 1+r.IntN(1<<r.IntN(8))
		for n := range r.IntN(1 << r.IntN(12)) {
			if doc += uint32(r.IntN(gap)); n > 0 {
				doc++
			}
			all[i] = append(all[i], posting{doc, uint8(1 + r.IntN(most))})
		}
		p.add(all[i], func(e posting) float64 { return float64(e.tf) })
	}
	p.seal()
	return p, all
}

func TestCursorsFindWhatIsThereAndNothingElse(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	p, all := randomPostings(r, 300)
	for term, list := range all {
		var c cursor
		c.open(&p, uint32(term))
		for _, want := range list {
			if c.doc != want.doc || c.tf() != want.tf {
				t.Fatalf("list %d: got document %d, %d times, want %+v", term, c.doc, c.tf(), want)
			}
			c.next()
		}
		if c.doc != noDoc {
			t.Fatalf("list %d: got document %d after the last", term, c.doc)
		}
		last := uint32(100)
		if len(list) > 0 {
			last += list[len(list)-1].doc
		}
		for range 5 {
			c.open(&p, uint32(term))
			for want := uint32(0); want < last; want += 1 + r.Uint32N(1+last>>r.IntN(12)) {
				c.seek(want)
				at, _ := slices.BinarySearchFunc(list, want, func(e posting, doc uint32) int { return int(e.doc) - int(doc) })
				if at == len(list) {
					if c.doc != noDoc {
						t.Fatalf("list %d: got document %d from %d on, want none", term, c.doc, want)
					}
					break
				}
				if c.doc != list[at].doc || c.tf() != list[at].tf {
					t.Fatalf("list %d: got document %d, %d times from %d on, want %+v", term, c.doc, c.tf(), want, list[at])
				}
				if bound, _ := c.blockBound(want); bound < float64(list[at].tf) {
					t.Fatalf("list %d: got bound %f for document %d with %d", term, bound, list[at].doc, list[at].tf)
				}
			}
		}
	}
}

func TestNumbersOfStreamsComeBack(t *testing.T) {
	t.Parallel()
	want := []uint32{0, 1, codeTwo - 1, codeTwo, 255, fromThree - 1, fromThree, fromFive - 1, fromFive, 1 << 24, 1<<32 - 1}
	var data []byte
	for _, n := range want {
		at := len(data)
		if data = appendNumber(data, n); codeSize(data[at]) != len(data)-at {
			t.Errorf("got %d bytes for %d, its first says %d", len(data)-at, n, codeSize(data[at]))
		}
	}
	var got []uint32
	streamText{data: data}.each(func(n uint32) { got = append(got, n) })
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestRunsBeginWhereNumbersDo has a text whose bytes hold a run between its numbers.
func TestRunsBeginWhereNumbersDo(t *testing.T) {
	t.Parallel()
	number := func(all ...uint32) (data []byte) {
		for _, n := range all {
			data = appendNumber(data, n)
		}
		return data
	}
	inside := uint32(fromTwo + 5) // two bytes, the second is the number 5
	for _, c := range []struct {
		text, run []byte
		want      bool
	}{
		{number(inside, 7), number(5, 7), false},
		{number(inside, 7, 5, 7), number(5, 7), true},
		{number(inside, inside, 7), number(inside, 7), true},
		{number(1, 2), number(1, 2, 3), false},
		{nil, number(1), false},
		{number(fromThree+9, 4), number(fromThree+9, 4), true},
	} {
		if got := containsRun(c.text, c.run); got != c.want {
			t.Errorf("got %v for %v in %v", got, c.run, c.text)
		}
	}
}
