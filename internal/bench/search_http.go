package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// searchAsks is how many questions a round of search_http has.
const searchAsks = 60

// searchPairs is what a reader or a partner waits for: words in, and out comes the page or the JSON, with rows, snippets and
// facets. Beside it, PostgreSQL ranks the same words and reads the same rows.
func (f *Fixture) searchPairs(o Options) []Pair {
	return []Pair{{
		Name: "search_http", Unit: "1/s at p95", Limit: "PostgreSQL, ts_rank and 20 rows, without facets",
		Ours: func(ctx context.Context) (float64, error) { return f.searchHTTP(ctx, o) },
		Peer: func(ctx context.Context) (float64, error) { return f.searchSQL(ctx, o) },
	}}
}

// searchClient keeps its connection, as a partner's does.
//
//nolint:gochecknoglobals // it has no state but connections
var searchClient = &http.Client{Timeout: time.Minute}

// searchQuestions are of every kind: one word and several, of which some are in nearly all claims and some in one, phrases,
// exclusions, misspellings, filters, other orders, later pages.
func searchQuestions(claims int) []url.Values {
	words := []string{"harbour", "council", "bridge", "mayor", "budget", "river", "school", "vaccine", "storm", "election", "tax", "hospital"}
	kinds := []func(i int) url.Values{
		func(i int) url.Values { return url.Values{"q": {words[i%12]}} },
		func(i int) url.Values { return url.Values{"q": {words[i%12] + " " + words[(i+5)%12]}} },
		func(i int) url.Values { return url.Values{"q": {fmt.Sprintf("number %d", i*7919%claims)}} },
		func(i int) url.Values { return url.Values{"q": {`"closed the ` + words[i%12] + `"`}} },
		func(i int) url.Values { return url.Values{"q": {words[i%12] + " -" + words[(i+7)%12]}} },
		func(i int) url.Values {
			w := words[i%12]
			return url.Values{"q": {w[:len(w)-2] + w[len(w)-1:] + " closed"}}
		},
		func(i int) url.Values { return url.Values{"q": {words[i%12]}, "language": {"en"}} },
		func(i int) url.Values { return url.Values{"q": {words[i%12] + " sampletown"}, "sort": {"newest"}} },
		func(i int) url.Values { return url.Values{"q": {words[i%12] + " year"}, "page": {"3"}} },
		func(i int) url.Values {
			return url.Values{"q": {fmt.Sprintf("the %s of sampletown closed the %s because of the %s", words[i%12], words[(i+1)%12], words[(i+2)%12])}}
		},
	}
	out := make([]url.Values, searchAsks)
	for i := range out {
		out[i] = kinds[i%len(kinds)](i)
	}
	return out
}

// apiQuestion is a question as partners ask it, without what only pages have.
func apiQuestion(page url.Values) url.Values {
	v := url.Values{"query": page["q"], "publisher": {"any"}}
	if page.Get("sort") == "newest" {
		v.Set("sort", "published")
	}
	if l := page.Get("language"); l != "" {
		v.Set("language", l)
	}
	return v
}

// searchHTTP asks all questions of the page and of the API, one at a time, and returns one over the 95th percentile.
func (f *Fixture) searchHTTP(ctx context.Context, o Options) (float64, error) {
	if err := f.awaitIndex(ctx); err != nil {
		return 0, err
	}
	var pages, answers []time.Duration
	for _, q := range searchQuestions(o.Claims) {
		page, err := timed(ctx, f.Base+"/search?"+q.Encode())
		if err != nil {
			return 0, err
		}
		answer, err := timed(ctx, f.Base+"/api/v1/claims?"+apiQuestion(q).Encode())
		if err != nil {
			return 0, err
		}
		pages, answers = append(pages, page), append(answers, answer)
	}
	o.say("search_http: page p50 %s p95 %s, API p50 %s p95 %s\n", percentile(pages, 50), percentile(pages, 95), percentile(answers, 50), percentile(answers, 95))
	return 1 / percentile(append(pages, answers...), 95).Seconds(), nil
}

// awaitIndex waits until the program answers from its index.
func (f *Fixture) awaitIndex(ctx context.Context) error {
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.Base+"/api/v1/claims?limit=1&query=warm", nil)
		if err != nil {
			return err
		}
		resp, err := searchClient.Do(req)
		if err != nil {
			return err
		}
		if err := resp.Body.Close(); err != nil {
			return err
		}
		if resp.Header.Get("Search-Index") == "" {
			return nil
		}
		time.Sleep(100 * time.Millisecond) //nolint:forbidigo // waiting for another program
	}
}

// timed fetches an address to its end.
func timed(ctx context.Context, address string) (time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	resp, err := searchClient.Do(req)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return 0, err
	}
	if resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s answers %s", address, resp.Status)
	}
	return time.Since(began), nil
}

// searchSQL asks PostgreSQL the same. It knows no misspellings and no half of the words; what it cannot find is not its fault.
func (f *Fixture) searchSQL(ctx context.Context, o Options) (float64, error) {
	var took []time.Duration
	for _, q := range searchQuestions(o.Claims) {
		began := time.Now()
		rows, err := f.DB.Pool().Query(ctx, `SELECT d.document, count(*) OVER () FROM claim_words w JOIN claim_documents d ON d.claim_id = w.claim_id,
			websearch_to_tsquery('simple', $1) AS q WHERE w.words @@ q ORDER BY ts_rank(w.words, q) DESC, d.claim_id LIMIT 20`, q.Get("q"))
		if err != nil {
			return 0, err
		}
		for rows.Next() { // they are read, and left
		}
		if err := rows.Err(); err != nil {
			return 0, err
		}
		took = append(took, time.Since(began))
	}
	o.say("search_http: PostgreSQL p50 %s p95 %s\n", percentile(took, 50), percentile(took, 95))
	return 1 / percentile(took, 95).Seconds(), nil
}

// percentile returns the p-th of some durations, in tens of microseconds; nothing of none.
func percentile(all []time.Duration, p int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)-1, len(sorted)*p/100)].Round(10 * time.Microsecond)
}
