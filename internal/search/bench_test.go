package search

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// synthetic makes claims of about 1.3 KB in five languages, with words as frequent as in real text (Zipf), 400,000
// different ones, and the facets of published claims.
type synthetic struct {
	*rand.Rand
	zipf *rand.Zipf
}

func newSynthetic(seed uint64) *synthetic {
	r := rand.New(rand.NewPCG(seed, 1))
	return &synthetic{r, rand.NewZipf(r, 1.4, 80, 400_000)}
}

// syllables spell a number as a word, so that words look and stem like words.
var syllables = strings.Fields("ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo zu")

func spelled(n uint64) string {
	var b strings.Builder
	for n += 20; n > 0; n /= 20 {
		b.WriteString(syllables[n%20])
	}
	return b.String()
}

func (s *synthetic) text(n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(spelled(s.zipf.Uint64()))
		b.WriteByte(' ')
	}
	return b.String()
}

func (s *synthetic) doc(n int) Doc {
	lang := []string{"en", "en", "en", "en", "es", "fr", "pt", "hi"}[s.IntN(8)]
	d := Doc{ID: docID(n), Seq: int64(n), Published: randomDay.Add(time.Duration(s.IntN(4*365*24)) * time.Hour)}
	d.Texts = []Text{
		{FieldClaim, lang, s.text(12 + s.IntN(10))}, {FieldTitle, lang, s.text(10)}, {FieldAnswer, lang, s.text(30)},
		{FieldClaimant, lang, s.text(2)}, {FieldBody, lang, s.text(80 + s.IntN(60))},
	}
	skew := func(n int) int { f := s.Float64(); return int(f * f * float64(n)) }
	add := func(name, value string) { d.Facets = append(d.Facets, Facet{name, value}) }
	add("truth", []string{"false", "false", "false", "mostly_false", "mixed", "mostly_true", "true"}[s.IntN(7)])
	add("language", lang)
	add("publisher", "publisher-"+strconv.Itoa(skew(150)))
	add("topic", "topic-"+strconv.Itoa(skew(60)))
	add("topic", "topic-"+strconv.Itoa(skew(60)))
	if s.IntN(3) == 0 {
		add("reason", "reason-"+strconv.Itoa(skew(9)))
	}
	add("claimant", "claimant-"+strconv.Itoa(skew(20_000)))
	return d
}

func (s *synthetic) stream(n int) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		for i := range n {
			if !yield(s.doc(i), nil) {
				return
			}
		}
	}
}

// sixty makes queries of eight kinds.
func (s *synthetic) sixty() []Query {
	word := func(rank int) string { return spelled(uint64(rank + s.IntN(rank+1))) }
	var all []Query
	for i := range 60 {
		q := Query{Facets: true, Language: "en"}
		switch i % 8 {
		case 0: // a common word
			q.Text = word(5)
		case 1: // a rare one
			q.Text = word(20_000)
		case 2:
			q.Text = word(30) + " " + word(300)
		case 3:
			q.Text = word(10) + " " + word(60) + " " + word(200)
		case 4:
			q.Text = word(50) + " -" + word(100)
		case 5:
			q.Text, q.Filters = word(40), []Filter{{Name: "truth", Values: []string{"false"}}, {Name: "topic", Values: []string{"topic-3"}}}
		case 6:
			q.Text, q.From, q.Sort = word(100), randomDay.AddDate(1, 0, 0), SortNewest
		case 7: // a pasted sentence
			q.Text = s.text(18)
		}
		if i%15 == 14 { // a typo
			q.Text = word(3000)[1:] + " " + word(100)
		}
		if i%20 == 19 {
			q.Text = `"` + word(3) + " " + word(3) + `"`
		}
		all = append(all, q)
	}
	return all
}

// sizes are those of TOUCHSTONE_SEARCH_SIZES, such as 10000,200000,1000000; by default small.
func sizes(b *testing.B) []int {
	var out []int
	for _, s := range strings.Split(cmpOr(os.Getenv("TOUCHSTONE_SEARCH_SIZES"), "10000"), ",") {
		n, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

func cmpOr(s, other string) string {
	if s != "" {
		return s
	}
	return other
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkIndex builds an index of each size and reports what a build, a file, queries, matches and updates cost there.
// One iteration is a whole run; use -benchtime 1x.
func BenchmarkIndex(b *testing.B) {
	for _, n := range sizes(b) {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			before := heap()
			began := time.Now()
			x, err := Build(context.Background(), Options{FilterOnly: []string{"claimant"}}, newSynthetic(1).stream(n))
			if err != nil {
				b.Fatal(err)
			}
			took := time.Since(began)
			b.Run("build", func(b *testing.B) {
				b.ReportMetric(took.Seconds(), "build-s")
				b.ReportMetric(float64(heap()-before)/float64(n), "heap-B/doc")
				b.ReportMetric(float64(x.Stats().Bytes)/float64(n), "counted-B/doc")
				b.ReportMetric(float64(x.Stats().Surfaces), "surfaces")
				b.ReportMetric(0, "ns/op")
			})
			b.Run("queries", func(b *testing.B) { benchQueries(b, x) })
			b.Run("match", func(b *testing.B) { benchMatch(b, x) })
			b.Run("file", func(b *testing.B) { benchFile(b, x) })
			b.Run("updates", func(b *testing.B) { benchUpdates(b, x, n) })
			b.ReportMetric(0, "ns/op")
		})
	}
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	ms := func(q float64) float64 {
		return float64(took[min(len(took)-1, int(math.Ceil(q*float64(len(took)))))]) / 1e6
	}
	b.ReportMetric(ms(.5), "p50-ms")
	b.ReportMetric(ms(.95), "p95-ms")
	b.ReportMetric(float64(took[len(took)-1])/1e6, "max-ms")
	b.ReportMetric(0, "ns/op")
}

func benchQueries(b *testing.B, x *Index) {
	s := newSynthetic(2)
	kinds := make([][]time.Duration, 8)
	var took []time.Duration
	for round := range 4 {
		for i, q := range s.sixty() {
			began := time.Now()
			if _, err := x.Snapshot().Search(q); err != nil {
				b.Fatal(err)
			}
			if round > 0 {
				took = append(took, time.Since(began))
				kinds[i%8] = append(kinds[i%8], time.Since(began))
			}
		}
	}
	report(b, took)
	for i, k := range kinds {
		slices.Sort(k)
		b.ReportMetric(float64(k[len(k)*3/4])/1e6, fmt.Sprintf("kind%d-p75-ms", i))
	}
}

func benchMatch(b *testing.B, x *Index) {
	s := newSynthetic(3)
	var took []time.Duration
	for range 2000 {
		text := s.text(18)
		began := time.Now()
		x.Snapshot().Candidates(CandidateQuery{Text: text, Language: "en", Limit: 20})
		took = append(took, time.Since(began))
	}
	report(b, took)
}

func benchFile(b *testing.B, x *Index) {
	var buf bytes.Buffer
	began := time.Now()
	if err := x.Save(&buf); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(time.Since(began).Seconds(), "save-s")
	b.ReportMetric(float64(buf.Len())/1e6, "file-MB")
	began = time.Now()
	if _, err := Load(&buf, x.opts); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(time.Since(began).Seconds(), "load-s")
	b.ReportMetric(0, "ns/op")
}

// benchUpdates applies batches of 50 edits and counts documents per second, with one reader asking all the while.
func benchUpdates(b *testing.B, x *Index, n int) {
	s := newSynthetic(4)
	queries := newSynthetic(5).sixty()
	stop, done := make(chan struct{}), make(chan []time.Duration)
	go func() {
		var took []time.Duration
		for i := 0; ; i++ {
			select {
			case <-stop:
				done <- took
				return
			default:
			}
			began := time.Now()
			_, _ = x.Snapshot().Search(queries[i%len(queries)])
			took = append(took, time.Since(began))
		}
	}()
	began, docs := time.Now(), 0
	for time.Since(began) < 3*time.Second {
		var batch Batch
		for range 50 {
			batch.Put = append(batch.Put, s.doc(s.IntN(n)))
		}
		if err := x.Apply(batch); err != nil {
			b.Fatal(err)
		}
		docs += len(batch.Put)
	}
	b.ReportMetric(float64(docs)/time.Since(began).Seconds(), "edits/s")
	close(stop)
	report(b, <-done)
}
