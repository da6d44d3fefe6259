package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
)

// hostileQueries are what attackers type.
func hostileQueries() map[string]string {
	many := func(f string) string {
		var b strings.Builder
		for i := range 1_000 {
			fmt.Fprintf(&b, f+" ", i)
		}
		return b.String()
	}
	return map[string]string{
		"10 KB of one word":    strings.Repeat("a", 10_000),
		"10 KB of letters":     strings.Repeat("a ", 5_000),
		"unbalanced quotes":    strings.Repeat(`"a `, 3_000),
		"1,000 phrases":        strings.Repeat(`"the virus" `, 1_000),
		"control characters":   strings.Repeat("\x00\x01\x1b[31m\u202e", 1_000),
		"1,000 terms":          many("word%d"),
		"1,000 unknown words":  many("vaxcine%dx"),
		"1,000 exclusions":     many("-virus%d"),
		"1,000 fields":         many("claim:virus%d"),
		"1,000 filters":        many("topic:topic-%d"),
		"1,000 excluded terms": strings.Repeat("-virus -the ", 500),
		"regular expression":   "(a+)+$ " + strings.Repeat("(.*)*", 1_000),
		"signs":                strings.Repeat("-\"':(){}[]\\/*?~^", 600),
		"combining marks":      "e" + strings.Repeat("\u0301", 5_000),
		"broken bytes":         strings.Repeat("\xff\xc0\xaf", 3_000),
		"Han":                  strings.Repeat("疫苗接种", 800),
		"emoji":                strings.Repeat("💉", 2_000),
		"all words":            strings.Repeat("the vaccine of virus claims president war water ", 200),
		"SQL":                  "'; DROP TABLE claims; --",
		"markup":               strings.Repeat("<script>virus</script>", 400),
	}
}

func TestHostileQueriesAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 31, 4000)
	s := w.x.Snapshot()
	for name, text := range hostileQueries() {
		began := time.Now()
		a, err := s.Search(Query{Text: text, Facets: true})
		if err != nil {
			t.Errorf("%s: got %v, want an answer", name, err)
		}
		look(text, "en", 20, nil, s)
		s.Suggest(text, 10)
		if got := a.Marker.Snippet(text, "en", 200); strings.Contains(strings.ReplaceAll(strings.ReplaceAll(got, "<mark>", ""), "</mark>", ""), "<") {
			t.Errorf("%s: got %q, want no markup but marks", name, got)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%s: got an answer after %s, want it within 2 s on a busy machine", name, took)
		}
	}
}

func FuzzSearch(f *testing.F) {
	for _, q := range hostileQueries() {
		f.Add(q[:min(len(q), 200)], uint8(0))
	}
	f.Add(`claimant:"a b" -truth:false after:2020 «x»`, uint8(3))
	w := newWorld(f, 32, 200)
	f.Fuzz(func(t *testing.T, text string, mode uint8) {
		a, err := w.x.Snapshot().Search(Query{Text: text, Mode: Mode(mode % 4), Sort: Sort(mode / 4 % 3), Facets: true})
		if err != nil || a.Total < len(a.Hits) || a.Total > 200 {
			t.Fatalf("got %d of %d, %v", len(a.Hits), a.Total, err)
		}
		a.Marker.Snippet(text, "en", 50)
	})
}

// TestReadersDuringChanges asks all the while batches, compactions and replacements go on. Each document of a batch has
// the batch's number as a word and a facet, so that a torn answer shows.
func TestReadersDuringChanges(t *testing.T) {
	t.Parallel()
	const size = 20
	batch := func(n int) Batch {
		var b Batch
		for i := range size {
			b.Put = append(b.Put, Doc{ID: docID(i), Published: randomDay, Facets: []Facet{{"round", fmt.Sprint(n)}}, Texts: []Text{{FieldClaim, "en", fmt.Sprintf("steady round%d", n)}}})
		}
		return b
	}
	x, err := Build(t.Context(), Options{Workers: 2}, stream(batch(0).Put))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for i := range 3 {
		readers.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 1))
			for ctx.Err() == nil {
				s := x.Snapshot()
				a, err := s.Search(Query{Text: []string{"steady", ""}[r.IntN(2)], Facets: true})
				if err != nil || a.Total != size || len(a.Facets["round"]) != 1 || a.Facets["round"][0].Count != size {
					t.Errorf("got %+v, %v, want all %d documents of one batch", a, err, size)
					return
				}
				look("steady round7", "en", 20, nil, s)
				s.Suggest("rou", 3)
			}
		})
	}
	for n := 1; n < 80; n++ {
		switch {
		case n%25 == 0:
			if err := x.Compact(t.Context()); err != nil {
				t.Fatal(err)
			}
		case n%33 == 0:
			y, err := Build(t.Context(), Options{Workers: 2}, stream(batch(n).Put))
			if err != nil {
				t.Fatal(err)
			}
			if err := x.Replace(y); err != nil {
				t.Fatal(err)
			}
		}
		if err := x.Apply(batch(n)); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	readers.Wait()
}

func TestCompactStops(t *testing.T) {
	t.Parallel()
	x := claimsIndex(t, "one", "two")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := x.Compact(ctx); err == nil {
		t.Error("got no error from a compaction that was stopped")
	}
	if got := x.Stats().Docs; got != 2 {
		t.Errorf("got %d documents, want both still there", got)
	}
}
