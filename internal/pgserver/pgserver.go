// Package pgserver runs the private PostgreSQL server that Touchstone uses
// when DATABASE_URL is absent.
//
// One data directory holds one cluster. Whoever holds the lock on the
// directory owns the server: it creates the cluster, starts the server, starts
// it again when it is killed, and stops it. The server listens on a Unix socket
// in a directory that only its own user can enter, never on a port, and ends
// when its owner ends, however that happens.
//
//	DIR/postgres          the cluster, made by initdb
//	DIR/run               the socket directory, mode 0700
//	DIR/postgres.lock     held by the owner, and tells who it is
//	DIR/postgres.users    held, shared, by those who use another's server
//	DIR/postgres.log      the log of a detached server (tests only)
//
// Started by root, the server runs as the system user postgres, because
// PostgreSQL refuses to run as root. Linux only: elsewhere Open returns an
// error that points to DATABASE_URL.
package pgserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"runtime"
	"strconv"
	"strings"
)

// The names Open makes sure of in every cluster.
const (
	// DatabaseName is the database of the newsroom.
	DatabaseName = "touchstone"
	// OwnerRole owns the database and every table in it, and runs migrations.
	// It may log in and is no superuser.
	OwnerRole = "touchstone_owner"
	// AppRole is the role of the running program. It may connect and use the
	// public schema; rights on tables are granted by the migrations, so that
	// it cannot switch off the guards that the owner has put on them.
	AppRole = "touchstone_app"
	// SuperRole is the superuser of the cluster, for backup, restore and tests.
	SuperRole = "postgres"
)

// MinVersion is the oldest major version of PostgreSQL that is accepted.
const MinVersion = 15

// Mode says what Open does about other processes on the same data directory.
type Mode int

const (
	// Own is for serve: the caller owns the server until Close, and Open
	// returns ErrHeld when another process owns it. A subcommand that owns it
	// is given ten seconds to finish first.
	Own Mode = iota + 1
	// Attach is for the other subcommands: the caller uses the server of the
	// process that owns it, or owns it itself until Close.
	Attach
	// Detached is for tests: the server outlives the process that started it
	// and is shared by many. It stops by itself when the last process that
	// opened it ends or calls Close.
	Detached
)

// Options say where the cluster is and how it runs. DataDir is required.
type Options struct {
	// DataDir is the absolute path of the data directory, created if absent.
	// The socket below it must fit into 107 bytes, so it has at most 89.
	DataDir string
	// BinDir is the directory of PostgreSQL's programs. When it is empty
	// FindBinaries searches.
	BinDir string
	// Logger gets the server's log and what happens to the server. When it is
	// nil, nothing is logged.
	Logger *slog.Logger
	// Fast gives up durability for speed. For tests only: a crash of the
	// machine can destroy the cluster.
	Fast bool
	// Settings are further server settings, which win over those that Open
	// chooses. They have no effect on a server that is already running.
	Settings map[string]string
}

// Server is a running private PostgreSQL server, as Open returns it. Its
// methods may be called concurrently.
type Server struct {
	layout layout
	bins   Binaries
	owned  bool
	cancel context.CancelFunc
	done   chan struct{}
	err    error // set before done is closed
}

// Open makes sure that the server of opts.DataDir runs, that it accepts
// connections, and that the database and the two roles exist; it creates the
// cluster the first time. ctx limits only the opening: about one second for a
// new cluster and a tenth of that for an existing one, longer when the server
// has to recover from a crash, so ctx needs no tight deadline.
//
// The errors to tell apart are ErrHeld, ErrNoBinaries, ErrTooOld,
// ErrVersionMismatch and ErrDirectory. Their text is for a person and says what
// to do. After any error an existing cluster is as it was before.
func Open(ctx context.Context, opts Options, mode Mode) (*Server, error) {
	if runtime.GOOS != "linux" {
		return nil, errors.New("the private PostgreSQL runs on Linux only: set DATABASE_URL to a PostgreSQL server")
	}
	if opts.Logger == nil {
		opts.Logger = discard()
	}
	lay, err := newLayout(opts.DataDir)
	if err != nil {
		return nil, err
	}
	acct, err := serverAccount()
	if err != nil {
		return nil, err
	}
	if err := lay.prepare(acct); err != nil {
		return nil, err
	}
	c := &cluster{layout: lay, account: acct, opts: opts, log: opts.Logger}
	switch mode {
	case Own:
		return c.own(ctx)
	case Attach:
		return c.attach(ctx)
	case Detached:
		return c.detached(ctx)
	}
	return nil, fmt.Errorf("open the private PostgreSQL: unknown mode %d", mode)
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// OwnerDSN returns the connection string of OwnerRole for a database of the
// cluster, for migrations.
func (s *Server) OwnerDSN(database string) string { return s.layout.dsn(OwnerRole, database) }

// AppDSN returns the connection string of AppRole for a database of the
// cluster, for the running program.
func (s *Server) AppDSN(database string) string { return s.layout.dsn(AppRole, database) }

// SuperDSN returns the connection string of SuperRole for a database of the
// cluster, for backup, restore and tests. The database "postgres" always exists.
func (s *Server) SuperDSN(database string) string { return s.layout.dsn(SuperRole, database) }

// Owned reports whether this process owns the server, so that Close stops it.
// It is false for a server that was attached to, and for a detached one.
func (s *Server) Owned() bool { return s.owned }

// Version returns the major version of the server, such as 15.
func (s *Server) Version() int { return s.bins.Version }

// Binaries returns the programs the server was started from, whose pg_dump and
// pg_restore fit its version.
func (s *Server) Binaries() Binaries { return s.bins }

// Done returns a channel that is closed when the server is gone: after Close,
// or when it died and could not be started again, which Err then explains. A
// server that was attached to is not watched.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err returns why the server is gone. It is nil before Done is closed, and
// after a Close that stopped the server in good order.
func (s *Server) Err() error {
	select {
	case <-s.done:
		return s.err
	default:
		return nil
	}
}

// Close gives the server up. Close all pools first.
//
// The owner stops it: open transactions are rolled back and connections
// closed; after 20 seconds without an end the server is stopped at once, which
// is reported as an error and loses nothing that was committed. An owner that
// opened with Attach first waits until nobody else uses the server. For
// everyone else Close only says that they no longer use it. Only the first call
// does something; all return the same.
func (s *Server) Close() error {
	s.cancel()
	<-s.done
	return s.err
}

// dsn returns a URL that libpq and pgx read alike. Its parameters are
// percent-encoded by hand, because libpq takes the "+" of a query string for a
// plus sign. Everything that the environment could otherwise fill in, such as
// PGPORT, is spelled out.
func (l layout) dsn(role, database string) string {
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	return "postgres://" + role + "@/" + url.PathEscape(database) +
		"?host=" + escape(l.run) + "&port=" + strconv.Itoa(socketPort) + "&sslmode=disable"
}
