// Package storetest gives each test a PostgreSQL database of its own: real, migrated, with a small newsroom in it.
//
// One server is shared by all test processes of a user and stops by itself after the last. A template database stands for
// each state of the migrations, and another, with a newsroom in it, for each process; a test's database is a copy of one (about
// 20 ms in memory, see Scratch) and is dropped when the test ends.
// TOUCHSTONE_TEST_DATABASE_URL, a superuser's URL, puts another server in its place.
package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/migrations"
)

// Env is a test's database and the people of its newsroom.
type Env struct {
	DB       *store.DB
	URL      string // as the program's role, which owns nothing
	OwnerURL string // as the role that owns the tables
	Clock    *Clock

	Checker, Checker2, Editor, Editor2, Admin factcheck.Actor
	Scale                                     factcheck.ScaleID // the house's
}

// Clock is a clock that tests move. It starts at 2025-06-07 12:00 UTC and each reading is a millisecond later.
type Clock struct{ micros atomic.Int64 }

// Now returns the time.
func (c *Clock) Now() time.Time { return time.UnixMicro(c.micros.Add(1000)).UTC() }

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) { c.micros.Add(d.Microseconds()) }

// New returns a fresh database with the house "Test Desk" (desk.example), its scale, two checkers, two editors and an admin.
func New(t testing.TB) *Env {
	t.Helper()
	srv := server(t)
	like := newsroom.of(t, srv)
	owner, app := srv.copyOf(t, like.name)
	env, err := open(t.Context(), owner, app)
	check(t, err)
	t.Cleanup(env.DB.Close)
	env.Clock.micros.Store(like.at)
	env.Checker, env.Checker2, env.Editor, env.Editor2, env.Admin, env.Scale = like.env.Checker, like.env.Checker2, like.env.Editor, like.env.Editor2, like.env.Admin, like.env.Scale
	return env
}

// Empty returns a fresh, migrated database with nobody and nothing in it.
func Empty(t testing.TB) *Env {
	t.Helper()
	owner, app := Database(t, true)
	env, err := open(t.Context(), owner, app)
	check(t, err)
	t.Cleanup(env.DB.Close)
	return env
}

// open opens a database by its URLs as owner and as the program's role.
func open(ctx context.Context, owner, app string) (*Env, error) {
	env := &Env{URL: app, OwnerURL: owner, Clock: &Clock{}}
	env.Clock.micros.Store(time.Date(2025, 6, 7, 12, 0, 0, 0, time.UTC).UnixMicro())
	var err error
	env.DB, err = store.Open(ctx, store.Options{URL: app, MaxConns: 8, Now: env.Clock.Now, Logger: slog.New(slog.DiscardHandler)})
	return env, err
}

// Database makes a database, migrated or empty, and returns its URLs as owner and as the program's role.
func Database(t testing.TB, migrated bool) (owner, app string) {
	t.Helper()
	srv := server(t)
	if migrated {
		return srv.copyOf(t, srv.template(t))
	}
	return srv.copyOf(t, "template0")
}

// copyOf makes a database like a template, until the test ends.
func (s *testServer) copyOf(t testing.TB, template string) (owner, app string) {
	t.Helper()
	name := "t_" + strings.ReplaceAll(factcheck.ClaimID(factcheck.NewUUID(time.Now())).UUID(), "-", "")
	s.exec(t, fmt.Sprintf(`CREATE DATABASE %s OWNER %s TEMPLATE %s STRATEGY file_copy`, name, pgserver.OwnerRole, template))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.tryExec(ctx, `DROP DATABASE IF EXISTS `+name+` WITH (FORCE)`); err != nil {
			t.Logf("drop the test's database: %v", err)
		}
	})
	return s.dsn(pgserver.OwnerRole, name), s.dsn(pgserver.AppRole, name)
}

// testServer is the shared server.
type testServer struct {
	super string // URL of a superuser
	once  sync.Once
	name  string // of the template database
	err   error
}

//nolint:gochecknoglobals // one server per process
var shared struct {
	once   sync.Once
	server *testServer
	err    error
}

func server(t testing.TB) *testServer {
	t.Helper()
	shared.once.Do(func() { shared.server, shared.err = openServer() })
	check(t, shared.err)
	return shared.server
}

func openServer() (*testServer, error) {
	if u := os.Getenv("TOUCHSTONE_TEST_DATABASE_URL"); u != "" {
		return &testServer{super: u}, nil
	}
	dir := filepath.Join(Scratch(), "touchstone-test-"+strconv.Itoa(os.Getuid()))
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	srv, err := pgserver.Open(ctx, pgserver.Options{
		DataDir: dir, Fast: true, Settings: map[string]string{"max_connections": "400", "shared_buffers": "256MB", "max_wal_size": "256MB"},
	}, pgserver.Detached)
	if err != nil {
		return nil, fmt.Errorf("start the tests' PostgreSQL: %w", err)
	}
	return &testServer{super: srv.SuperDSN("postgres")}, nil
}

// dsn returns the URL of a database for a role.
func (s *testServer) dsn(role, database string) string {
	u, err := url.Parse(s.super)
	if err != nil {
		return s.super
	}
	u.User, u.Path = url.User(role), "/"+database
	return u.String()
}

// template returns the name of the migrated template database, made by whichever process comes first.
func (s *testServer) template(t testing.TB) string {
	t.Helper()
	s.once.Do(func() { s.name, s.err = s.makeTemplate() })
	check(t, s.err)
	return s.name
}

func (s *testServer) makeTemplate() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	hash, err := migrationsHash()
	if err != nil {
		return "", err
	}
	name := "template_" + hash
	conn, err := pgx.Connect(ctx, s.super)
	if err != nil {
		return "", fmt.Errorf("connect to the tests' PostgreSQL: %w", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // the lock goes with it
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(hashtext($1))`, name); err != nil {
		return "", fmt.Errorf("lock the template: %w", err)
	}
	var there bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND NOT datallowconn)`, name).Scan(&there); err != nil || there {
		return name, err
	}
	for _, q := range []string{`DROP DATABASE IF EXISTS ` + name + ` WITH (FORCE)`, `CREATE DATABASE ` + name + ` OWNER ` + pgserver.OwnerRole + ` TEMPLATE template0`} {
		if _, err := conn.Exec(ctx, q); err != nil {
			return "", fmt.Errorf("make the template: %w", err)
		}
	}
	if _, err := store.Migrate(ctx, s.dsn(pgserver.OwnerRole, name), slog.New(slog.DiscardHandler)); err != nil {
		return "", fmt.Errorf("migrate the template: %w", err)
	}
	_, err = conn.Exec(ctx, `ALTER DATABASE `+name+` ALLOW_CONNECTIONS false`)
	return name, err
}

func migrationsHash() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(migrations.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(migrations.Files, path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(b), b)
		return err
	})
	return hex.EncodeToString(h.Sum(nil))[:16], err
}

func (s *testServer) exec(t testing.TB, query string) {
	t.Helper()
	check(t, s.tryExec(t.Context(), query))
}

func (s *testServer) tryExec(ctx context.Context, query string) error {
	conn, err := pgx.Connect(ctx, s.super)
	if err != nil {
		return fmt.Errorf("connect to the tests' PostgreSQL: %w", err)
	}
	_, err = conn.Exec(ctx, query)
	if cerr := conn.Close(ctx); err == nil {
		err = cerr
	}
	return err
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
