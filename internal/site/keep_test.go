package site_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// asked counts statements, those of the follower apart.
type asked struct {
	mu sync.Mutex
	n  int
}

func (a *asked) note(sql string) {
	if strings.HasPrefix(sql, "LISTEN") || strings.HasPrefix(sql, "SELECT DISTINCT claim_id FROM changes") || strings.HasSuffix(sql, "i.render_epoch FROM feed f, installation i") || strings.HasPrefix(sql, "-- ping") {
		return
	}
	a.mu.Lock()
	a.n++
	a.mu.Unlock()
}

// so returns how many statements there were so far.
func (a *asked) so() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.n
}

func (a *asked) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	a.note(q.SQL)
	return ctx
}

func (a *asked) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (a *asked) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}

func (a *asked) TraceBatchQuery(_ context.Context, _ *pgx.Conn, q pgx.TraceBatchQueryData) {
	a.note(q.SQL)
}

func (a *asked) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// newCounted returns a desk with so much memory whose statements are counted, with a topic and a claimant.
func newCounted(t *testing.T, memory int) (*desk, *asked, factcheck.ClaimInput) {
	t.Helper()
	d, count := &desk{Env: storetest.New(t), memory: memory}, &asked{}
	counting, err := store.Open(t.Context(), store.Options{URL: d.URL, MaxConns: 8, Now: d.Clock.Now, Logger: slog.New(slog.DiscardHandler), Tracer: count})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(counting.Close)
	own := *d.Env
	own.DB = counting
	d.Env = &own
	topic, err := d.DB.AddTopic(t.Context(), d.Editor, factcheck.TopicInput{Name: "Politics"})
	if err != nil {
		t.Fatal(err)
	}
	who, err := d.DB.AddClaimant(t.Context(), d.Checker, factcheck.ClaimantInput{Name: "Ann Example", Kind: factcheck.ClaimantPerson})
	if err != nil {
		t.Fatal(err)
	}
	d.open(t, live.New(d.DB, slog.New(slog.DiscardHandler)))
	return d, count, factcheck.ClaimInput{Language: "en", Topics: []factcheck.TopicID{topic}, Claimant: who}
}

// fill publishes a claim, corrected, with so many articles of one outlet.
func (d *desk) fill(t *testing.T, in factcheck.ClaimInput, text string, articles int) {
	t.Helper()
	in.Text = text
	id, err := d.DB.FileClaim(t.Context(), d.Checker, in)
	if err != nil {
		t.Fatal(err)
	}
	d.publish(t, id, "Mostly false")
	for i := range articles {
		a, err := d.DB.AddArticle(t.Context(), d.Checker, factcheck.ArticleInput{URL: fmt.Sprintf("https://wire.example/%s/%d", id, i), Title: text, Text: "x"})
		if err == nil {
			_, err = d.DB.LinkArticle(t.Context(), d.Checker, a.Article, id, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// statements returns how many a request for the path asks.
func (d *desk) statements(t *testing.T, count *asked, path string) int {
	t.Helper()
	before := count.so()
	if got, body := d.get(t, path); got.StatusCode != http.StatusOK {
		t.Errorf("%s: got %d: %.200s", path, got.StatusCode, body)
	}
	return count.so() - before
}

func TestPagesAreMadeOnceWithAFixedNumberOfStatements(t *testing.T) {
	t.Parallel()
	d, count, in := newCounted(t, 0)
	d.fill(t, in, "The mayor of Exampleville has resigned.", 2)
	_, body := d.get(t, mayor)
	article := regexp.MustCompile(`/articles/[a-z0-9-]+`).FindString(body)
	paths := []string{
		"/", "/es/", mayor, "/ar" + mayor, mayor + "/v/1", mayor + "/history", mayor + "/cite.bib", article, "/topics/politics", "/topics/politics?rating=mostly_false", "/claimants/ann-example",
		"/outlets/wire-example", "/outlets/wire-example?show=asserted", "/corrections", "/corrections?kind=correction", "/about", "/about/method", "/about/scales", "/developers", "/developers/guides/changes", "/developers/changelog",
		"/search", "/search?q=mayor", "/feed.rss", "/topics/politics/feed.json", mayor + "/feed.atom", "/sitemap.xml", "/embed/claims/" + d.claimID(t, mayor).String(), "/robots.txt",
	}
	small := map[string]int{}
	for _, path := range paths {
		if small[path] = d.statements(t, count, path); small[path] > 12 {
			t.Errorf("%s: asked %d statements, want a few", path, small[path])
		}
		if again := d.statements(t, count, path); again != 0 {
			t.Errorf("%s: asked %d statements again, want it from memory", path, again)
		}
	}
	for i := range 9 {
		d.fill(t, in, fmt.Sprintf("The bridge of Exampleville is closed for the %d. time.", i), 2)
	}
	d.fill(t, in, "The last one.", 1)
	d.Corrected(t, d.Published(t, "The lake is dry.", "True").Verdict, factcheck.CorrectionCorrection, "Not all of it.")
	d.eventually(t, "/feed.atom", func(body string) bool {
		return strings.Contains(body, "The lake is dry.") && strings.Contains(body, "The last one.")
	})
	for _, path := range paths {
		if path == "/about" || path == "/about/method" || path == "/about/scales" || strings.HasPrefix(path, "/developers") || path == "/robots.txt" || path == "/search" || strings.Contains(path, mayor) {
			continue // they hold nothing that there is more of now, or have not moved
		}
		if large := d.statements(t, count, path); large > small[path] {
			t.Errorf("%s: asked %d statements with twelve times as much, %d before", path, large, small[path])
		}
	}
	if n := d.statements(t, count, mayor); n != 0 {
		t.Errorf("asked %d statements for the page of a claim that did not move", n)
	}
}

// claimID returns the id of the claim at a path.
func (d *desk) claimID(t *testing.T, path string) factcheck.ClaimID {
	t.Helper()
	doc, err := d.DB.ClaimBySlug(t.Context(), strings.TrimPrefix(path, "/claims/"))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Claim
}

func TestAHerdIsAnsweredByOneRendering(t *testing.T) {
	t.Parallel()
	d, count, in := newCounted(t, 0)
	d.fill(t, in, "The mayor of Exampleville has resigned.", 1)
	d.eventually(t, "/feed.atom", func(body string) bool { return strings.Contains(body, "The mayor") })
	for path, most := range map[string]int{"/": d.statements(t, count, "/es/"), mayor: d.statements(t, count, "/es"+mayor)} {
		var herd sync.WaitGroup
		before := count.so()
		for range 40 {
			herd.Go(func() {
				if got, _ := d.get(t, path); got.StatusCode != http.StatusOK {
					t.Errorf("%s: got %d", path, got.StatusCode)
				}
			})
		}
		herd.Wait()
		if n := count.so() - before; n == 0 || n > most {
			t.Errorf("%s: forty asked %d statements, want the %d of one", path, n, most)
		}
	}
}

func TestMadeUpAddressesDriveOutNothing(t *testing.T) {
	t.Parallel()
	d, count, in := newCounted(t, 1<<20)
	d.fill(t, in, "The mayor of Exampleville has resigned.", 1)
	d.eventually(t, "/feed.atom", func(body string) bool { return strings.Contains(body, "The mayor") })
	// On a busy machine the follower may be late for a moment, and memory is not trusted then; what is driven out is so in every round.
	var out string
	for range 5 {
		if out = d.crowd(t, count); out == "" {
			break
		}
	}
	if out != "" {
		t.Errorf("%s, want it still in memory", out)
	}
	first := "/search?q=mayor0"
	if n := d.statements(t, count, first); n == 0 {
		t.Errorf("%s is still in memory: nothing bounds what strangers put there", first)
	}
}

// crowd asks for pages that are asked for often, then for many that are made up, and says which of the former is no more in memory; empty
// if all are.
func (d *desk) crowd(t *testing.T, count *asked) string {
	t.Helper()
	hot := []string{"/", mayor, "/topics/politics", "/search", "/feed.atom"}
	for _, path := range hot {
		d.statements(t, count, path)
	}
	for i := range 60 { // a sixteenth of a megabyte holds about ten
		d.get(t, fmt.Sprintf("/search?q=mayor%d", i))
		d.get(t, fmt.Sprintf("/?x=%d", i))
		d.get(t, fmt.Sprintf(mayor+"?x=%d&as_of=2025-07-%02d", i, i%28+1))
		d.get(t, fmt.Sprintf("/claims/nobody-said-this-%d", i))
	}
	for _, path := range hot {
		if n := d.statements(t, count, path); n != 0 {
			return fmt.Sprintf("%s: asked %d statements", path, n)
		}
	}
	return ""
}

func TestPagesForPeopleAreNotKept(t *testing.T) {
	t.Parallel()
	d, _, in := newCounted(t, 0)
	d.fill(t, in, "The mayor of Exampleville has resigned.", 1)
	for _, path := range []string{"/tips/new", mayor + "/report", "/search/suggest?q=ma", "/claims/nobody-said-this", "/nowhere"} {
		got, _ := d.get(t, path)
		if kept := got.Header.Get("Cache-Control"); got.StatusCode == http.StatusOK && kept != "no-store" || strings.Contains(kept, "public") || got.Header.Get("ETag") != "" {
			t.Errorf("%s: got %d, Cache-Control %q, ETag %q; want nothing that is kept", path, got.StatusCode, kept, got.Header.Get("ETag"))
		}
	}
}
