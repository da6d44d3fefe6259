package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// Fixture is a private PostgreSQL with durable settings, a filled database, and the program serving it.
type Fixture struct {
	Dir     string
	Server  *pgserver.Server
	DB      *store.DB
	Base    string // address of the program
	Claim   store.Document
	Checker factcheck.Actor
	Editor  factcheck.Actor
	Scale   factcheck.ScaleID

	program *program
}

const site = "bench.example"

// NewFixture makes a fixture with o.Claims claims in a temporary directory.
func NewFixture(ctx context.Context, o Options) (_ *Fixture, err error) {
	f := &Fixture{}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	if f.Dir, err = os.MkdirTemp("", "ts-bench-"); err != nil {
		return f, err
	}
	if err := os.Chmod(f.Dir, 0o755); err != nil {
		return f, err
	}
	f.Server, err = pgserver.Open(ctx, pgserver.Options{
		DataDir: filepath.Join(f.Dir, "data"), Fast: o.fast,
		Settings: map[string]string{"max_connections": "200", "shared_buffers": "1GB", "max_wal_size": "4GB"},
	}, pgserver.Own)
	if err != nil {
		return f, err
	}
	if _, err := store.Migrate(ctx, f.Server.OwnerDSN(pgserver.DatabaseName), slog.New(slog.DiscardHandler)); err != nil {
		return f, err
	}
	if f.DB, err = store.Open(ctx, store.Options{URL: f.Server.AppDSN(pgserver.DatabaseName), MaxConns: 64}); err != nil {
		return f, err
	}
	if err := f.furnish(ctx); err != nil {
		return f, err
	}
	if err := f.fill(ctx, o); err != nil {
		return f, err
	}
	return f, f.serve(ctx, o)
}

func (f *Fixture) furnish(ctx context.Context) error {
	op := factcheck.Operator()
	if err := f.DB.SetHouse(ctx, op, store.House{Name: "Bench Desk", Site: site, Licence: "CC-BY-4.0", Language: "en"}); err != nil {
		return err
	}
	if _, err := f.DB.InstallScales(ctx, op); err != nil {
		return err
	}
	var err error
	if f.Scale, _, err = f.DB.HouseScale(ctx); err != nil {
		return err
	}
	if f.Checker, err = f.DB.AddPerson(ctx, op, store.PersonInput{Email: "c@bench.example", Name: "C", Role: factcheck.RoleChecker}); err != nil {
		return err
	}
	f.Editor, err = f.DB.AddPerson(ctx, op, store.PersonInput{Email: "e@bench.example", Name: "E", Role: factcheck.RoleEditor})
	return err
}

// fill takes synthetic checks of the house's archive in, so that lists of the house have something to list.
func (f *Fixture) fill(ctx context.Context, o Options) error {
	run, err := f.DB.BeginImport(ctx, factcheck.Operator(), store.ImportOptions{Name: "bench", Format: "synthetic", Legacy: true})
	if err != nil {
		return err
	}
	p := newProgress(o, fmt.Sprintf("filling %d claims", o.Claims), o.Claims)
	defer p.end()
	for done, analyzed := 0, 500; done < o.Claims; {
		n := min(store.MaxImportBatch, o.Claims-done)
		batch := make([]exchange.Record, n)
		for i := range batch {
			batch[i] = Record(site, done+i)
		}
		if _, err := run.Add(ctx, batch); err != nil {
			return err
		}
		done += n
		p.set(done)
		if done >= analyzed*2 {
			// Autovacuum comes once a minute at most; until then the plans are those of an empty house.
			if err := f.psql(ctx, f.Server.OwnerDSN(pgserver.DatabaseName), "ANALYZE"); err != nil {
				return err
			}
			analyzed = done
		}
	}
	p.end()
	// As the owner, for others are passed over with a warning. An installation's autovacuum has done this long since.
	if err := f.psql(ctx, f.Server.OwnerDSN(pgserver.DatabaseName), "VACUUM ANALYZE"); err != nil {
		return err
	}
	docs, _, err := f.DB.ListClaims(ctx, store.ListFilter{Limit: 1})
	if err != nil || len(docs) == 0 {
		return fmt.Errorf("find a claim to ask for: %w", errors.Join(err, run.Finish(ctx)))
	}
	f.Claim = docs[0]
	return run.Finish(ctx)
}

// serve starts the program on the fixture's database, as an installation would run it.
func (f *Fixture) serve(ctx context.Context, o Options) (err error) {
	// The log as nginx beside it has it: without a line a request.
	f.program, err = startProgram(ctx, o, "serve", "DATABASE_URL="+f.Server.AppDSN(pgserver.DatabaseName),
		"TOUCHSTONE_MIGRATE_URL="+f.Server.OwnerDSN(pgserver.DatabaseName), "TOUCHSTONE_DATA_DIR="+filepath.Join(f.Dir, "serve"), "TOUCHSTONE_RATE_LIMIT=off")
	if f.program != nil {
		f.Base = f.program.Base
	}
	return err
}

// Close stops everything and removes it.
func (f *Fixture) Close() error {
	var errs []error
	if f.program != nil {
		errs = append(errs, f.program.stop())
	}
	if f.DB != nil {
		f.DB.Close()
	}
	if f.Server != nil {
		errs = append(errs, f.Server.Close())
	}
	return errors.Join(append(errs, os.RemoveAll(f.Dir))...)
}

// Record returns the i-th synthetic check of a site: 1.3 KB of text, three sources, two articles.
func Record(site string, i int) exchange.Record {
	words := []string{"harbour", "council", "bridge", "mayor", "budget", "river", "school", "vaccine", "storm", "election", "tax", "hospital"}
	pick := func(n int) string { return words[(i*7+n*13)%len(words)] }
	r := exchange.Record{
		Publisher: exchange.Publisher{Name: "Bench Desk", Site: site},
		Text:      fmt.Sprintf("The %s of Sampletown number %d closed the %s because of the %s.", pick(1), i, pick(2), pick(3)),
		Language:  "en", ReviewURL: fmt.Sprintf("https://%s/checks/%d", site, i), Headline: fmt.Sprintf("What happened to the %s", pick(2)),
		Answer: fmt.Sprintf("No. The records of the %s show that the %s stayed open all year, and nobody applied to close it.", pick(1), pick(2)),
		Body:   strings.Repeat(fmt.Sprintf("We read the minutes of the %s and compared them with the %s register. ", pick(1), pick(3)), 10),
		Rating: factcheck.Rating{Label: "False", Truth: factcheck.TruthFalse}, Scale: "house/1",
		Published: factcheck.Date{At: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Minute), Precision: factcheck.PrecisionInstant},
		Topics:    []string{"Politics"},
	}
	for n := range 3 {
		r.Sources = append(r.Sources, source(i, n))
	}
	for n := range 2 {
		r.Appearances = append(r.Appearances, exchange.Appearance{URL: fmt.Sprintf("https://news%d.example/a/%d", n, i), Stance: factcheck.StanceListed})
	}
	return r
}
