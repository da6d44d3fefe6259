package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/newsroom"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	// newsroomPart is the name of the part that measures the newsroom's pages.
	newsroomPart = "newsroom"
	// newsroomClaims is how many claims there are.
	newsroomClaims = 100_000
	// newsroomAsks is how often each page is asked for.
	newsroomAsks = 20
	// newsroomGoal is the p95 that a page should stay under on a quiet machine.
	newsroomGoal = 50 * time.Millisecond
	// someHash is the hash of a password that nobody signs in with.
	someHash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
)

// newsroomDesk is a newsroom in this process over a filled database of its own.
type newsroomDesk struct {
	room    *newsroom.Newsroom
	handle  fasthttp.RequestHandler
	counter *Statements
	session string
	things  map[string]string // what stands for :claim and the like
	close   []func() error
}

// Newsroom measures every page of the newsroom, from its own list of routes, with 100,000 claims, if o.Only names newsroom or nothing: how
// many statements it asks, and how long it takes an admin, at the median and for the slowest twentieth. Pages slower than 50 ms
// are marked. It makes a PostgreSQL of its own, and reports whether nothing else is asked for. It takes about three minutes.
func Newsroom(ctx context.Context, o Options) (alone bool, err error) {
	if !o.wants(newsroomPart) {
		return false, nil
	}
	d := &newsroomDesk{counter: &Statements{}}
	defer func() {
		for _, end := range slices.Backward(d.close) {
			err = errors.Join(err, end())
		}
	}()
	if err := d.open(ctx, o); err != nil {
		return true, fmt.Errorf("prepare the newsroom: %w", err)
	}
	return o.Only == newsroomPart, d.measure(o)
}

// open makes the database, fills it, and opens the newsroom with an index that is warm.
func (d *newsroomDesk) open(ctx context.Context, o Options) error {
	dir, err := os.MkdirTemp("", "ts-bench-")
	if err != nil {
		return err
	}
	d.close = append(d.close, func() error { return os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // the server's user passes through it
		return err
	}
	pg, err := pgserver.Open(ctx, pgserver.Options{DataDir: filepath.Join(dir, "data"), Fast: true, Settings: map[string]string{"shared_buffers": "512MB", "max_wal_size": "2GB"}}, pgserver.Own)
	if err != nil {
		return err
	}
	d.close = append(d.close, pg.Close)
	quiet := slog.New(slog.DiscardHandler)
	if _, err := store.Migrate(ctx, pg.OwnerDSN(pgserver.DatabaseName), quiet); err != nil {
		return err
	}
	db, err := store.Open(ctx, store.Options{URL: pg.AppDSN(pgserver.DatabaseName), MaxConns: 16, Logger: quiet, Tracer: d.counter})
	if err != nil {
		return err
	}
	d.close = append(d.close, func() error { db.Close(); return nil })
	if err := d.furnish(ctx, db, pg.OwnerDSN(pgserver.DatabaseName)); err != nil {
		return err
	}
	o.say("filled; indexing\n")
	owner := &Fixture{Server: pg}
	if err := owner.psql(ctx, pg.OwnerDSN(pgserver.DatabaseName), "VACUUM ANALYZE"); err != nil {
		return err
	}
	found, err := finder.New(finder.Config{Store: db, Live: live.New(db, quiet), Logger: quiet})
	if err != nil {
		return err
	}
	if err := found.Warm(ctx, nil); err != nil {
		return err
	}
	const url = "http://localhost:8080"
	d.room = newsroom.New(newsroom.Config{Store: db, Finder: found, PublicURL: url, Logger: quiet})
	d.handle = server.New(server.Config{PublicURL: url, Logger: quiet, Mounts: []server.Mounter{d.room}}).Handler()
	return nil
}

// furnish makes the house, an admin who is signed in, and what they have worked on.
func (d *newsroomDesk) furnish(ctx context.Context, db *store.DB, ownerURL string) error {
	op := factcheck.Operator()
	err := db.SetHouse(ctx, op, store.House{Name: "Bench Desk", Site: site, Licence: "CC-BY-4.0", Language: "en"})
	if err == nil {
		_, err = db.InstallScales(ctx, op)
	}
	if err != nil {
		return err
	}
	admin, err := db.AddPerson(ctx, op, store.PersonInput{Email: "a@bench.example", Name: "A", Role: factcheck.RoleAdmin, PasswordHash: someHash})
	if err != nil {
		return err
	}
	if d.session, err = db.BeginSession(ctx, admin, store.SessionInput{Proof: store.Proof{Password: someHash}}); err != nil {
		return err
	}
	busy := Busy{Person: admin.Person}
	if busy.Claim, err = db.FileClaim(ctx, admin, factcheck.ClaimInput{Text: "The bridge of town 1000 is closed.", Language: "en"}); err != nil {
		return err
	}
	added, err := db.AddArticle(ctx, admin, factcheck.ArticleInput{URL: "https://busy.example/a", Title: "All bridges", Text: "All bridges are closed, they say."})
	if err != nil {
		return err
	}
	busy.Article = added.Article
	if err := FillNewsroom(ctx, ownerURL, 1, newsroomClaims, busy); err != nil {
		return err
	}
	tips, err := db.Tips(ctx, admin, factcheck.TipOpen, factcheck.TipID{}, 1)
	if err != nil {
		return err
	}
	complaints, err := db.Complaints(ctx, admin, true, factcheck.ComplaintID{}, 1)
	if err != nil {
		return err
	}
	d.things = map[string]string{
		"claim": busy.Claim.String(), "article": busy.Article.String(), "person": admin.Person.String(), "tip": tips[0].ID.String(), "complaint": complaints[0].ID.String(), "snapshot": "1",
	}
	return nil
}

// pageCost is what a page costs.
type pageCost struct {
	path       string
	statements int
	p50, p95   time.Duration
}

// measure asks for every page in turn, and prints a table, the slowest first.
func (d *newsroomDesk) measure(o Options) error {
	var costs []pageCost
	passed := 0
	for _, r := range d.room.Routes() {
		if r.Method != fasthttp.MethodGet || r.Open() {
			continue
		}
		address, ok := d.filled(r.Path)
		if !ok || d.ask(address) != fasthttp.StatusOK { // it leads elsewhere, or is about what this newsroom has none of
			passed++
			continue
		}
		d.counter.Take()
		d.ask(address)
		cost := pageCost{path: r.Path, statements: len(d.counter.Take())}
		took := make([]time.Duration, newsroomAsks)
		for i := range took {
			began := time.Now()
			d.ask(address)
			took[i] = time.Since(began)
		}
		cost.p50, cost.p95 = percentile(took, 50), percentile(took, 95)
		costs = append(costs, cost)
	}
	slices.SortFunc(costs, func(a, b pageCost) int { return int(b.p95 - a.p95) })
	o.say("\nEvery page of the newsroom with %d claims, asked for %d times by an admin; %d addresses lead elsewhere or have nothing to show\n\n", newsroomClaims, newsroomAsks, passed)
	t := tabwriter.NewWriter(o.Out, 2, 4, 2, ' ', 0)
	_, err := fmt.Fprint(t, "page\tstatements\tp50 ms\tp95 ms\t\n")
	for _, c := range costs {
		slow := ""
		if c.p95 > newsroomGoal {
			slow = fmt.Sprintf("slower than %s", newsroomGoal)
		}
		_, werr := fmt.Fprintf(t, "%s\t%d\t%.1f\t%.1f\t%s\n", c.path, c.statements, millis(c.p50), millis(c.p95), slow)
		err = errors.Join(err, werr)
	}
	return errors.Join(err, t.Flush())
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// filled returns the address of a route; false where nothing stands for a parameter of it.
func (d *newsroomDesk) filled(route string) (string, bool) {
	parts := strings.Split(route, "/")
	for i, part := range parts {
		if name, ok := strings.CutPrefix(part, ":"); ok {
			if d.things[name] == "" {
				return "", false
			}
			parts[i] = d.things[name]
		}
	}
	return strings.Join(parts, "/"), true
}

// ask asks for a page as the admin and returns its status.
func (d *newsroomDesk) ask(address string) int {
	var ctx fasthttp.RequestCtx
	var req fasthttp.Request
	req.SetRequestURI(address)
	req.Header.SetHost("localhost:8080")
	req.Header.SetCookie("__Host-touchstone", d.session)
	ctx.Init(&req, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, nil)
	d.handle(&ctx)
	_ = ctx.Response.Body() // what is streamed is read to its end
	return ctx.Response.StatusCode()
}
