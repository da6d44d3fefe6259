package searchbench

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// Rounds of sixty questions that are asked one after the other, and as many candidates asked for.
const (
	rounds     = 6
	candidates = 600
)

// Times are how long something took, over many times.
type Times struct {
	P50, P95, Most time.Duration
}

// Row is what was measured at one size. A question is timed from its text to the JSON of its answer with hits, counts and
// snippets; the texts of the claims found come from memory, not from a database.
type Row struct {
	Claims                     int
	Build, Save, Load, Compact time.Duration
	FileBytes                  int64
	HeapBytes                  int64 // of the index alone, after a collection
	Words                      int   // as written, in all languages
	Questions                  Times
	Kinds                      map[string]Times // by Kinds
	Candidates                 Times            // for matching: the best 20 for a sentence of 18 words
	EditsPerSecond             float64          // in batches of 50 one after the other, while questions are asked
	DuringBatches              Times            // of the questions meanwhile
	DuringSingles              Times            // while 50 claims a second change, one at a time
	DuringCompact              Times
}

// Measure builds an index of so many claims and measures it. It takes about a minute and a half for a million.
func Measure(ctx context.Context, claims *Claims, n int, say func(format string, args ...any)) (Row, error) {
	m := &meter{claims: claims, n: n, texts: make(map[search.ID]texts)}
	before := heap()
	began := time.Now()
	x, err := search.Build(ctx, search.Options{FilterOnly: FilterOnly()}, claims.Stream(n))
	if err != nil {
		return Row{}, err
	}
	m.x = x
	row := Row{Claims: n, Build: time.Since(began), Kinds: make(map[string]Times)}
	row.HeapBytes = heap() - before
	row.Words = x.Stats().Surfaces
	say("%d claims: built in %s, %d MB\n", n, row.Build.Round(time.Millisecond), row.HeapBytes>>20)
	if err := m.ask(ctx, &row); err != nil {
		return row, err
	}
	m.match(&row)
	say("%d claims: questions p50 %s, p95 %s\n", n, row.Questions.P50, row.Questions.P95)
	if err := m.file(&row); err != nil {
		return row, err
	}
	return row, m.changes(ctx, &row)
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
	at := func(q float64) time.Duration { return took[max(0, int(math.Ceil(q*float64(len(took))))-1)] }
	return Times{at(.5), at(.95), took[len(took)-1]}
}

// texts are what is shown of a claim.
type texts struct {
	language, claim, answer string
}

// meter asks one index.
type meter struct {
	claims *Claims
	n      int
	x      *search.Index
	texts  map[search.ID]texts // of claims found before, as a cache of rows would have them
}

// shown is a hit as it is sent.
type shown struct {
	ID        string    `json:"id"`
	Score     float64   `json:"score"`
	Published time.Time `json:"published_at"`
	Claim     string    `json:"claim"`
	Snippet   string    `json:"snippet"`
}

// page is an answer as it is sent.
type page struct {
	Total       int                            `json:"total"`
	Hits        []shown                        `json:"hits,omitempty"`
	Facets      map[string][]search.FacetCount `json:"facets,omitempty"`
	Corrections []search.Correction            `json:"corrections,omitempty"`
	Suggestions []string                       `json:"suggestions,omitempty"`
}

// answer answers a question and returns how long that took and what was found.
func (m *meter) answer(q Query) (time.Duration, page, error) {
	began, missing := time.Now(), time.Duration(0)
	s := m.x.Snapshot()
	var p page
	if q.Prefix != "" {
		p.Suggestions = s.Suggest(q.Prefix, 10)
		p.Total = len(p.Suggestions)
	} else {
		a, err := s.Search(q.Search)
		if err != nil {
			return 0, p, err
		}
		p = page{Total: a.Total, Facets: a.Facets, Corrections: a.Corrections, Hits: make([]shown, len(a.Hits))}
		for i, h := range a.Hits {
			t, known := m.texts[h.ID]
			if !known {
				fetching := time.Now()
				t = m.fetch(h.ID)
				missing += time.Since(fetching)
			}
			p.Hits[i] = shown{
				ID: fmt.Sprintf("%x", h.ID), Score: h.Score, Published: h.Published,
				Claim: a.Marker.Snippet(t.claim, t.language, 0), Snippet: a.Marker.Snippet(t.answer, t.language, 160),
			}
		}
	}
	if _, err := json.Marshal(p); err != nil {
		return 0, p, err
	}
	return time.Since(began) - missing, p, nil
}

// fetch makes a claim's texts anew.
func (m *meter) fetch(of search.ID) texts {
	n, _ := number(of)
	d := m.claims.Claim(n, 0)
	t := texts{d.Texts[0].Language, d.Texts[0].Text, d.Texts[2].Text}
	m.texts[of] = t
	return t
}

// ask measures the questions; a first round warms what is fetched and does not count.
func (m *meter) ask(ctx context.Context, row *Row) error {
	kinds := make(map[string][]time.Duration)
	var all []time.Duration
	for round := range rounds + 1 {
		for _, q := range m.claims.Sixty(round, m.n) {
			took, _, err := m.answer(q)
			if err != nil {
				return err
			}
			if round > 0 {
				all, kinds[q.Kind] = append(all, took), append(kinds[q.Kind], took)
			}
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	row.Questions = times(all)
	for kind, took := range kinds {
		row.Kinds[kind] = times(took)
	}
	return nil
}

// match measures what matching asks for.
func (m *meter) match(row *Row) {
	r := rand.New(rand.NewPCG(m.claims.seed, 99)) //nolint:gosec // a benchmark wants the same claims every time
	took := make([]time.Duration, candidates)
	for i := range took {
		text := m.claims.text(r, "en", 18)
		began := time.Now()
		l := search.Look(m.x.Snapshot())
		search.EachWord(text, "en", func(surface []byte, _, _ int) {
			if p, ok := l.Probe("en", surface); ok {
				l.Add(p)
			}
		})
		l.Top(20, nil)
		l.Close()
		took[i] = time.Since(began)
	}
	row.Candidates = times(took)
}
