// Package matchbench measures how fast texts are matched at several sizes of the index. Its claims are real ones taken apart
// and put together anew, so that words are as frequent and texts as long as in real ones, with made-up names for the words that
// a larger collection has more of.
package matchbench

import (
	"context"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/match"
	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// How much is asked at each size.
const (
	rounds    = 3
	articles  = 12
	sentences = 60
	// nameEvery is for how many claims there is one with a name that no other has.
	nameEvery = 4
)

// Times are how long something took, over many times.
type Times struct {
	P50, P95, Most time.Duration
}

// Row is what was measured at one size.
type Row struct {
	Claims       int
	Build        time.Duration
	HeapBytes    int64 // of the index, a collection before
	EntryBytes   int64 // of these, what only matching needs
	Words        int   // different ones, as written
	Posts        Times // one after the other
	Articles     Times // of sixty sentences, each
	PostsPerCore float64
}

// claims puts real claims together anew; the first are the real ones as they are.
type claims struct {
	real []match.Claim
	rng  *rand.Rand
}

// next makes the i-th claim.
func (c *claims) next(i int) match.Claim {
	if i < len(c.real) {
		return c.real[i]
	}
	a, b := &c.real[c.rng.IntN(len(c.real))], &c.real[c.rng.IntN(len(c.real))]
	out := match.Claim{ID: fmt.Sprint("made ", i), Text: c.cross(a.Text, b.Text), Title: c.cross(a.Title, b.Title), Answer: c.cross(a.Answer, b.Answer)}
	if i%nameEvery == 0 {
		out.Text += " " + name(i)
	}
	return out
}

// cross takes the beginning of one text and the end of another.
func (c *claims) cross(a, b string) string {
	x, y := strings.Fields(a), strings.Fields(b)
	return strings.Join(append(slices.Clone(x[:c.rng.IntN(len(x)+1)]), y[c.rng.IntN(len(y)+1):]...), " ")
}

// name spells a number as a name.
func name(n int) string {
	const letters = "bcdfgklmnprstvz"
	var b strings.Builder
	for ; n > 0; n /= len(letters) {
		b.WriteByte(letters[n%len(letters)])
		b.WriteByte("aeiou"[n%5])
	}
	s := b.String()
	return strings.ToUpper(s[:1]) + s[1:]
}

func (c *claims) docs(n int) iter.Seq2[search.Doc, error] {
	return func(yield func(search.Doc, error) bool) {
		for i := range n {
			claim := c.next(i)
			if !yield(claim.Doc(), nil) {
				return
			}
		}
	}
}

// Run measures each size in turn with the committed model: the posts of the data one after the other, and articles of sixty
// sentences. A million claims take a minute and about 1 GB.
func Run(ctx context.Context, data *match.Dataset, sizes []int, say func(format string, args ...any)) ([]Row, error) {
	m, err := match.New(nil)
	if err != nil {
		return nil, err
	}
	var out []Row
	for _, n := range sizes {
		row, err := run(ctx, m, data, n)
		if err != nil {
			return nil, err
		}
		say("%d claims: one post p50 %s, p95 %s; an article p50 %s", row.Claims, row.Posts.P50, row.Posts.P95, row.Articles.P50)
		out = append(out, row)
	}
	return out, nil
}

func run(ctx context.Context, m *match.Matcher, data *match.Dataset, n int) (Row, error) {
	c := &claims{data.Claims, rand.New(rand.NewPCG(uint64(n), 1))} //nolint:gosec // a benchmark wants the same claims every time
	before, began := heap(), time.Now()
	x, err := search.Build(ctx, search.Options{}, c.docs(n))
	if err != nil {
		return Row{}, fmt.Errorf("build %d claims: %w", n, err)
	}
	row := Row{Claims: n, Build: time.Since(began)}
	row.HeapBytes = heap() - before
	stats := x.Stats()
	row.Words, row.EntryBytes = stats.Surfaces, stats.EntryBytes
	snap := x.Snapshot()
	var took []time.Duration
	var total time.Duration
	for round := range rounds {
		for _, q := range data.Queries {
			began := time.Now()
			m.Match(q.Text, match.Options{}, snap)
			if round > 0 {
				took = append(took, time.Since(began))
				total += took[len(took)-1]
			}
		}
		if ctx.Err() != nil {
			return row, fmt.Errorf("measure matching: %w", context.Cause(ctx))
		}
	}
	row.Posts = times(took)
	row.PostsPerCore = float64(len(took)) / total.Seconds()
	took = nil
	for range articles {
		text := c.article()
		began := time.Now()
		if _, err := m.Article(ctx, text, match.Options{}, snap); err != nil {
			return row, err
		}
		took = append(took, time.Since(began))
	}
	row.Articles = times(took)
	return row, nil
}

// article writes sixty sentences of about twenty words.
func (c *claims) article() string {
	var b strings.Builder
	for range sentences {
		claim := c.next(len(c.real))
		fmt.Fprintf(&b, "%s %s.\n", strings.TrimRight(claim.Text, ".!? "), strings.ToLower(strings.TrimRight(claim.Title, ".!? ")))
	}
	return b.String()
}

// Print writes the rows as a table.
func Print(w io.Writer, rows []Row) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "claims\tbuild s\tMB\tbytes a claim for matching\twords\tpost p50 ms\tp95 ms\tmost ms\tposts/s a core\tarticle of 60 p50 ms\tp95 ms\t")
	ms := func(d time.Duration) string { return fmt.Sprintf("%.3f", float64(d)/1e6) }
	for _, r := range rows {
		fmt.Fprintf(t, "%d\t%.1f\t%d\t%.1f\t%d\t%s\t%s\t%s\t%.0f\t%s\t%s\t\n", r.Claims, r.Build.Seconds(), r.HeapBytes>>20,
			float64(r.EntryBytes)/float64(r.Claims), r.Words, ms(r.Posts.P50), ms(r.Posts.P95), ms(r.Posts.Most), r.PostsPerCore,
			ms(r.Articles.P50), ms(r.Articles.P95))
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print what was measured: %w", err)
	}
	return nil
}

// heap is what is held after a collection.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc)
}

// times sorts what it is given.
func times(took []time.Duration) Times {
	if len(took) == 0 {
		return Times{}
	}
	slices.Sort(took)
	return Times{P50: took[len(took)/2], P95: took[min(len(took)-1, len(took)*95/100)], Most: took[len(took)-1]}
}
