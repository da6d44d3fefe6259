package bench

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// Pairs returns every measurement on a fixture, and what has to be stopped afterwards.
func Pairs(ctx context.Context, f *Fixture, o Options) ([]Pair, func() error, error) {
	page := f.Base + "/claims/" + url.PathEscape(f.Claim.Slug)
	gz, err := fetch(ctx, page, http.Header{"Accept-Encoding": {"gzip"}})
	if err != nil {
		return nil, nil, err
	}
	html, err := gunzip(gz)
	if err != nil {
		return nil, nil, fmt.Errorf("the page is not gzipped: %w", err)
	}
	limit, err := startNginx(ctx, f.Dir, html, gz)
	if err != nil {
		return nil, nil, err
	}
	pairs := f.pagePairs(o, page, limit)
	pairs = append(pairs, f.apiPairs(o)...)
	pairs = append(pairs, f.lookupPairs(o)...)
	pairs = append(pairs, f.searchPairs(o)...) // before what publishes and imports: the index would still be following
	return append(pairs, f.ledgerPairs(o)...), limit.stop, nil
}

func gunzip(b []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// pagePairs are the finished page and its 304, beside nginx with the same bytes.
func (f *Fixture) pagePairs(o Options, page string, limit *nginx) []Pair {
	const gzipped = "Accept-Encoding: gzip"
	file := limit.Base + "/page.html"
	notModified := func(ctx context.Context) (float64, error) {
		return wrk(ctx, o, file, gzipped, "If-None-Match: "+limit.ETag)
	}
	return []Pair{
		{
			Name: "304 floor", Unit: "requests/s", Limit: "nginx, 304 for the same file, beside fasthttp with nothing of ours",
			Ours: func(ctx context.Context) (float64, error) { return bare304(ctx, o, limit.ETag) }, Peer: notModified,
		},
		{
			Name: "page", Unit: "requests/s", Limit: "nginx, the same gzipped bytes from a file", Goal: 0.75,
			Ours: func(ctx context.Context) (float64, error) { return wrk(ctx, o, page, gzipped) },
			Peer: func(ctx context.Context) (float64, error) { return wrk(ctx, o, file, gzipped) },
		},
		{
			Name: "304", Unit: "requests/s", Limit: "nginx, 304 for the same file", Goal: 0.95,
			Ours: func(ctx context.Context) (float64, error) {
				tag, err := etagOf(ctx, page)
				if err != nil {
					return 0, err
				}
				return wrk(ctx, o, page, gzipped, "If-None-Match: "+tag)
			},
			Peer: notModified,
		},
	}
}

// bare304 loads a server of fasthttp alone, with our limits, that answers all with 304: no program that stands on it does better.
func bare304(ctx context.Context, o Options, etag string) (n float64, err error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	srv := &fasthttp.Server{NoDefaultServerHeader: true, NoDefaultContentType: true, ReadTimeout: time.Minute, WriteTimeout: time.Minute, IdleTimeout: time.Minute, Handler: func(c *fasthttp.RequestCtx) {
		c.Response.Header.Set(fasthttp.HeaderETag, etag)
		c.SetStatusCode(http.StatusNotModified)
	}}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	defer func() { err = errors.Join(err, srv.Shutdown(), <-served) }()
	return wrk(ctx, o, "http://"+ln.Addr().String()+"/page.html", "Accept-Encoding: gzip", "If-None-Match: "+etag)
}

// apiPairs are one claim, a list and the change feed.
func (f *Fixture) apiPairs(o Options) []Pair {
	dsn := f.Server.AppDSN(pgserver.DatabaseName)
	one := "SELECT seq, document FROM claim_documents WHERE claim_id = '" + f.Claim.Claim.UUID() + "'"
	pages := max(o.Claims/500-1, 1)
	deep := min(400, pages) * 500
	changes := func(after int) Measure {
		return func(ctx context.Context) (float64, error) {
			return wrk(ctx, o, f.Base+"/api/v1/changes?limit=500&after="+strconv.Itoa(after))
		}
	}
	return []Pair{
		{
			Name: "single", Unit: "requests/s", Limit: "pgbench, the same SELECT", Goal: 0.5,
			Ours: func(ctx context.Context) (float64, error) {
				address := f.Base + "/api/v1/claims/" + f.Claim.Claim.String()
				if _, err := fetch(ctx, address, nil); err != nil {
					return 0, err
				}
				return wrk(ctx, o, address)
			},
			Peer: func(ctx context.Context) (float64, error) { return f.pgbench(ctx, o, dsn, one+";\n") },
		},
		{
			Name: "list", Unit: "requests/s", Limit: "pgbench, the same SELECT of 20",
			Ours: func(ctx context.Context) (float64, error) { return wrk(ctx, o, f.Base+"/api/v1/claims?limit=20") },
			Peer: func(ctx context.Context) (float64, error) {
				return f.pgbench(ctx, o, dsn, "SELECT claim_id, seq, document, published_at, updated_at FROM claim_documents WHERE house ORDER BY published_at DESC, claim_id DESC LIMIT 21;\n")
			},
		},
		{
			Name: "changes", Unit: "bytes/s", Limit: "psql COPY of the same documents", Goal: 0.8,
			Ours: func(ctx context.Context) (float64, error) { return f.followAll(ctx) },
			Peer: func(ctx context.Context) (float64, error) {
				return f.copyOut(ctx, dsn, "SELECT c.seq, c.type, c.at, d.document FROM changes c LEFT JOIN claim_documents d USING (claim_id) ORDER BY c.seq")
			},
		},
		{
			Name: "changes deep", Unit: "requests/s", Limit: "the first page of the feed", Goal: 1 / 1.05,
			Ours: changes(deep), Peer: changes(0),
		},
	}
}

// followAll follows the whole feed once, as a partner would, and returns bytes per second.
func (f *Fixture) followAll(ctx context.Context) (float64, error) {
	client := &http.Client{Timeout: time.Minute}
	began, total := time.Now(), 0.0
	for after := 0; ; after += 1000 {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.Base+"/api/v1/changes?limit=1000&after="+strconv.Itoa(after), nil)
		if err != nil {
			return 0, err
		}
		resp, err := client.Do(req)
		if err != nil {
			return 0, err
		}
		n, err := io.Copy(io.Discard, resp.Body)
		if cerr := resp.Body.Close(); err == nil {
			err = cerr
		}
		if resp.StatusCode == http.StatusGone {
			return total / time.Since(began).Seconds(), nil // went past the head
		}
		if err != nil || resp.StatusCode != http.StatusOK {
			return 0, fmt.Errorf("follow after %d: %s: %w", after, resp.Status, err)
		}
		if n < 200 {
			return total / time.Since(began).Seconds(), nil
		}
		total += float64(n)
	}
}

// lockedRow is what any gapless feed costs: one locked row, one entry.
const lockedRow = `
BEGIN;
UPDATE bench_feed SET seq = seq + 1 RETURNING seq AS n \gset
INSERT INTO bench_changes (seq, type) VALUES (:n, 'verdict.published');
COMMIT;
`

// ledgerPairs are publishing, import and export.
func (f *Fixture) ledgerPairs(o Options) []Pair {
	owner, app := f.Server.OwnerDSN(pgserver.DatabaseName), f.Server.AppDSN(pgserver.DatabaseName)
	imported := 0
	return []Pair{
		{
			// The transaction with document, audit and jobs; the pages are finished after the commit, by whoever works the jobs.
			Name: "publishing", Unit: "publications/s", Limit: "pgbench, one locked row and one entry", Goal: 0.6,
			Ours: func(ctx context.Context) (float64, error) {
				return whilePaused(f.program.cmd.Process, func() (float64, error) { return f.publish(ctx, o, 1500) })
			},
			Peer: func(ctx context.Context) (float64, error) { return f.lockRows(ctx, o, owner) },
		},
		{
			Name: "and pages", Unit: "publications/s", Limit: "the same, while the program finishes the pages",
			Ours: func(ctx context.Context) (float64, error) { return f.publish(ctx, o, 500) },
			Peer: func(ctx context.Context) (float64, error) { return f.lockRows(ctx, o, owner) },
		},
		{
			Name: "import", Unit: "records/s", Limit: "one INSERT a row of the same documents, 500 a transaction",
			Ours: func(ctx context.Context) (float64, error) {
				imported++
				return f.importNew(ctx, fmt.Sprintf("other%d.example", imported), 5000)
			},
			Peer: func(ctx context.Context) (float64, error) { return f.insertRows(ctx, owner, 5000) },
		},
		{
			Name: "export", Unit: "bytes/s", Limit: "psql COPY of the documents", Goal: 1 / 1.10,
			Ours: func(ctx context.Context) (float64, error) { return f.export(ctx, o) },
			Peer: func(ctx context.Context) (float64, error) {
				return f.copyOut(ctx, app, "SELECT document FROM claim_documents ORDER BY claim_id")
			},
		},
	}
}

// lockRows runs the limit of publishing.
func (f *Fixture) lockRows(ctx context.Context, o Options, owner string) (float64, error) {
	if err := f.psql(ctx, owner, `CREATE TABLE IF NOT EXISTS bench_feed (seq bigint); CREATE TABLE IF NOT EXISTS bench_changes (seq bigint PRIMARY KEY, type text);
		INSERT INTO bench_feed SELECT 0 WHERE NOT EXISTS (SELECT FROM bench_feed)`); err != nil {
		return 0, err
	}
	return f.pgbench(ctx, o, owner, lockedRow)
}

// whilePaused runs fn while a process takes no time of the machine.
func whilePaused(p *os.Process, fn func() (float64, error)) (n float64, err error) {
	if err := p.Signal(syscall.SIGSTOP); err != nil {
		return 0, fmt.Errorf("pause the program: %w", err)
	}
	defer func() {
		if cerr := p.Signal(syscall.SIGCONT); cerr != nil && err == nil {
			err = fmt.Errorf("go on with the program: %w", cerr)
		}
	}()
	return fn()
}

// publish approves n prepared versions over o.Conns connections and returns approvals per second.
func (f *Fixture) publish(ctx context.Context, o Options, n int) (float64, error) {
	versions, err := f.prepare(ctx, n, 3)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	err = f.approve(ctx, o, versions)
	return float64(n) / time.Since(began).Seconds(), err
}

// prepare files n claims and submits a verdict on each with so many sources.
func (f *Fixture) prepare(ctx context.Context, n, sources int) ([]store.Version, error) {
	versions := make([]store.Version, n)
	err := inParallel(8, n, func(i int) (err error) {
		versions[i], err = f.submit(ctx, i, sources)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	return versions, nil
}

// submit files a claim and submits a verdict on it.
func (f *Fixture) submit(ctx context.Context, i, sources int) (store.Version, error) {
	claim, err := f.DB.FileClaim(ctx, f.Checker, factcheck.ClaimInput{Text: fmt.Sprintf("Claim %d filed at %d.", i, time.Now().UnixNano()), Language: "en"})
	if err != nil {
		return store.Version{}, err
	}
	draft := factcheck.Draft{Scale: f.Scale, Label: "False", Language: "en", Answer: "No. The register shows that it stayed open."}
	for k := range sources {
		s := source(i, k)
		draft.Sources = append(draft.Sources, factcheck.Source{
			URL: s.URL, Title: s.Title, Origin: s.Origin, Kind: factcheck.SourcePrimary, Bearing: factcheck.BearingAgainst, Quote: s.Quote, ReadAt: time.Now(),
		})
	}
	v, err := f.DB.DraftVerdict(ctx, f.Checker, claim, draft)
	if err != nil {
		return store.Version{}, err
	}
	return f.DB.SubmitVerdict(ctx, f.Checker, v.ID, v.Revision)
}

// approve publishes submitted versions over o.Conns connections.
func (f *Fixture) approve(ctx context.Context, o Options, versions []store.Version) error {
	return inParallel(o.Conns, len(versions), func(i int) error {
		_, err := f.DB.ApproveVerdict(ctx, f.Editor, versions[i].ID, versions[i].Hash)
		return err
	})
}

func (f *Fixture) importNew(ctx context.Context, site string, n int) (float64, error) {
	began := time.Now()
	run, err := f.DB.BeginImport(ctx, factcheck.Operator(), store.ImportOptions{Name: site, Format: "synthetic", AllowPublishers: true})
	if err != nil {
		return 0, err
	}
	for done := 0; done < n; done += store.MaxImportBatch {
		batch := make([]exchange.Record, min(store.MaxImportBatch, n-done))
		for i := range batch {
			batch[i] = Record(site, 10_000_000+done+i)
			batch[i].Text = site + ": " + batch[i].Text
		}
		if _, err := run.Add(ctx, batch); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(began).Seconds(), run.Finish(ctx)
}

// insertRows is what an import cannot beat: the finished documents, written row by row with one index.
func (f *Fixture) insertRows(ctx context.Context, owner string, n int) (float64, error) {
	if err := f.psql(ctx, owner, `DROP TABLE IF EXISTS bench_documents; CREATE TABLE bench_documents (id bigint PRIMARY KEY, document text)`); err != nil {
		return 0, err
	}
	began := time.Now()
	err := f.psql(ctx, owner, fmt.Sprintf(`DO $$ BEGIN FOR i IN 1..%d LOOP INSERT INTO bench_documents SELECT i, document FROM claim_documents LIMIT 1; IF i %% 500 = 0 THEN COMMIT; END IF; END LOOP; END $$`, n))
	return float64(n) / time.Since(began).Seconds(), err
}

func (f *Fixture) export(ctx context.Context, o Options) (float64, error) {
	cmd := exec.CommandContext(ctx, o.Program, "export", "--format", "ndjson")
	cmd.Env = append(cmd.Environ(), "DATABASE_URL="+f.Server.AppDSN(pgserver.DatabaseName))
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	n, err := io.Copy(io.Discard, out)
	if werr := cmd.Wait(); err == nil {
		err = werr
	}
	return float64(n) / time.Since(began).Seconds(), err
}

func (f *Fixture) psql(ctx context.Context, dsn, query string) error {
	tool, err := f.Server.Binaries().Tool("psql")
	if err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, tool, "-Xq", "-v", "ON_ERROR_STOP=1", "-d", dsn, "-c", query).CombinedOutput(); err != nil {
		return fmt.Errorf("psql: %w: %s", err, out)
	}
	return nil
}

// inParallel calls fn for 0 to n-1 on so many goroutines and returns the first error.
func inParallel(workers, n int, fn func(int) error) error {
	next, first := make(chan int), make(chan error, 1)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range next {
				if err := fn(i); err != nil {
					select {
					case first <- err:
					default:
					}
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	select {
	case err := <-first:
		return err
	default:
		return nil
	}
}
