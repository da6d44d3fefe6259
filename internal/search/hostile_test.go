package search

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
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
		"10,000 short words":   strings.Repeat("ab ba ", 5_000),
		"8,000 of one letter":  strings.Repeat("e", 8_000),
		"1,000 quotes":         strings.Repeat(`"`, 1_000),
		"closed empty quotes":  strings.Repeat(`"" `, 2_000),
		"one endless phrase":   `"` + strings.Repeat("the virus of ", 600) + `"`,
		"right to left":        strings.Repeat("\u202evirus\u202c \u2067فيروس\u2069 \u200f", 300),
		"eight long typos":     strings.Repeat("vaccinnatiox ", 2) + "presidxent elecctionx vaccinxated immigraxion",
		"all facets":           strings.Repeat("truth:false topic:topic-1 publisher:x claimant:person-1 -language:en ", 150),
		"dates":                strings.Repeat("before:2024 after:2020-13-45 before:99999999 ", 200),
		"colons and hyphens":   strings.Repeat("claim:-truth:-\"a:b:c\":: -- - −x ", 300),
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

// FuzzLoad loads files that were changed anywhere, also with a sum that fits: whatever comes of them, it is an error or an
// index, not a panic. What loads is asked and changed.
func FuzzLoad(f *testing.F) {
	w := newWorld(f, 33, 30)
	w.change(f, 10)
	var good bytes.Buffer
	if err := w.x.Save(&good); err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(0), []byte{}, false)
	f.Add(uint32(60), []byte{255, 255, 255, 255}, true)
	f.Add(uint32(good.Len()-40), []byte{1, 0, 0, 0}, true)
	f.Fuzz(func(t *testing.T, at uint32, with []byte, sum bool) {
		data := bytes.Clone(good.Bytes())
		changed := copy(data[int(at)%len(data):], with)
		if sum {
			binary.LittleEndian.PutUint32(data[len(data)-4:], crc32.Checksum(data[:len(data)-4], castagnoli))
		}
		x, err := Load(bytes.NewReader(data), w.x.opts)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Fatalf("got %v, want ErrDamaged", err)
			}
			return
		}
		if changed > 0 && !sum && !bytes.Equal(data, good.Bytes()) {
			t.Fatal("got an index from a file with a wrong sum")
		}
		if x.Stats().Docs < 0 {
			t.Fatal("got less than no documents")
		}
	})
}

// FuzzSequence applies changes as bytes say and compares with the oracle.
func FuzzSequence(f *testing.F) {
	f.Add(uint64(1), []byte{1, 2, 3, 250, 4, 5})
	f.Add(uint64(2), []byte{200, 251, 251, 7, 252, 9})
	f.Fuzz(func(t *testing.T, seed uint64, steps []byte) {
		w := newWorld(t, seed, 40)
		for _, step := range steps[:min(len(steps), 12)] {
			switch step {
			case 250:
				if err := w.x.Compact(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.o.freeze()
			case 251:
				var b bytes.Buffer
				if err := w.x.Save(&b); err != nil {
					t.Fatal(err)
				}
				x, err := Load(&b, w.x.opts)
				if err != nil {
					t.Fatal(err)
				}
				w.x = x
			default:
				if len(w.live) > 10 {
					w.change(t, 1+int(step)/8)
				}
			}
			w.agree(t, 4)
		}
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
