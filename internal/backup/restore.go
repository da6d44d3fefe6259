package backup

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/observe"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// RestoreOptions configure Verify and Restore.
type RestoreOptions struct {
	Logger   *slog.Logger
	Progress func(Progress) // may be nil
	// Replay carries the redactions of the replaced database over to the restored one, both given by the URL of their
	// owner, and returns how many it applied. What a court has ordered away must not come back with a backup.
	Replay func(ctx context.Context, from, to string) (int, error)
	// Now is the time the restored database begins to be used at; nil: the system's clock.
	Now func() time.Time
}

// Verified says how far a backup was proved.
type Verified struct {
	File     string        `json:"file"`
	Manifest Manifest      `json:"manifest"`
	Restored bool          `json:"restored"`      // into a database of its own, which was compared and is gone again
	Why      string        `json:"why,omitempty"` // not
	Took     time.Duration `json:"took"`
}

// Verify proves a backup: checksum, then a restore into a scratch database, whose rows and ledger are compared with the
// manifest, and which this program's migrations are tried on. The newsroom's database is not touched. Where the server
// allows no second database only the archive is looked through, and Restored is false. It fails with CodeInvalid when the
// backup is not what it was.
func Verify(ctx context.Context, srv Server, file string, opts RestoreOptions) (Verified, error) {
	began := time.Now()
	v := Verified{File: file}
	a, err := opened(ctx, srv, file, opts)
	v.File, v.Manifest = a.file, a.manifest
	if err != nil {
		return v, err
	}
	sweepScratch(ctx, srv)
	scratch := scratchName(srv.Database, "verify")
	err = srv.Provide(ctx, scratch)
	if factcheck.CodeOf(err) == factcheck.CodeForbidden {
		v.Why, v.Took = err.Error(), time.Since(began)
		return v, nil
	}
	if err != nil {
		return v, err
	}
	err = a.fill(ctx, scratch)
	if derr := drop(ctx, srv, scratch); err == nil {
		err = derr
	}
	v.Restored, v.Took = err == nil, time.Since(began)
	return v, err
}

// Restored says what a restore did.
type Restored struct {
	File       string        `json:"file"`
	Manifest   Manifest      `json:"manifest"`
	Epoch      string        `json:"epoch"`      // of the feed, from now on
	Redactions int           `json:"redactions"` // carried over from the database that was replaced
	Kept       string        `json:"kept"`       // name the replaced database has now; "" when there was none
	Took       time.Duration `json:"took"`
}

// Restore replaces the newsroom's database by a backup. It restores into a database beside it, proves that, brings it to
// this program's schema, carries redactions and the administrator's own grants over, begins a new epoch of the change feed, so that no follower mistakes the
// past for what it knows, which webhooks are told, and swaps the names. The database that was replaced is kept under another name.
//
// It fails with CodeConflict while somebody works with the database, or when one is a demonstration and the other is not;
// CodeForbidden when the server allows no second database; CodeInvalid as Verify does. After any error the newsroom's
// database is as it was.
func Restore(ctx context.Context, srv Server, file string, opts RestoreOptions) (Restored, error) {
	began := time.Now()
	a, err := opened(ctx, srv, file, opts)
	out := Restored{File: a.file, Manifest: a.manifest}
	if err != nil {
		return out, err
	}
	old, err := store.SchemaOf(ctx, srv.Owner(srv.Database))
	if err != nil {
		return out, err
	}
	if old.Used && old.Demo != a.manifest.Demo {
		return out, factcheck.Conflict("%s", map[bool]string{
			true:  "this is the backup of a demonstration, and the database is a newsroom's",
			false: "this is the backup of a newsroom, and the database is a demonstration's",
		}[a.manifest.Demo])
	}
	if err := alone(ctx, srv); err != nil {
		return out, err
	}
	sweepScratch(ctx, srv)
	fresh := scratchName(srv.Database, "restoring")
	if err := srv.Provide(ctx, fresh); err != nil {
		return out, err
	}
	err = a.into(ctx, fresh, old.Fresh, &out)
	if err != nil {
		return out, errors.Join(err, drop(ctx, srv, fresh))
	}
	out.Took = time.Since(began)
	return out, nil
}

// archive is a backup that was looked at, and what it takes to restore it.
type archive struct {
	srv      Server
	opts     RestoreOptions
	file     string // absolute
	size     int64
	manifest Manifest
	tools    toolset
}

// opened checks a file and finds the tools that can read it. With an error, what was found out is returned all the same.
func opened(ctx context.Context, srv Server, file string, opts RestoreOptions) (archive, error) {
	a := archive{srv: srv, opts: opts, file: file}
	path, err := filepath.Abs(file)
	if err != nil {
		return a, fmt.Errorf("find the backup: %w", err)
	}
	a.file = path
	if a.manifest, err = Inspect(ctx, path); err != nil {
		return a, err
	}
	if info, err := os.Stat(path); err == nil {
		a.size = info.Size()
	}
	err = within(ctx, srv.Admin, func(conn *pgx.Conn) error {
		a.tools, err = findTools(ctx, srv, conn)
		return err
	})
	if err != nil {
		return a, err
	}
	if a.manifest.Tools > a.tools.version {
		return a, factcheck.Invalid("FILE", "this backup was written by PostgreSQL %d; the tools here are version %d, and older ones cannot read it", a.manifest.Tools, a.tools.version)
	}
	return a, a.tools.list(ctx, path)
}

// into restores into a fresh database and puts it in the place of the newsroom's, which is empty or not.
func (a archive) into(ctx context.Context, fresh string, empty bool, out *Restored) error {
	err := a.fill(ctx, fresh)
	if err != nil {
		return err
	}
	old, restored := a.srv.Owner(a.srv.Database), a.srv.Owner(fresh)
	if !empty && a.opts.Replay != nil {
		if out.Redactions, err = a.opts.Replay(ctx, old, restored); err != nil {
			return fmt.Errorf("carry the redactions over: %w", err)
		}
	}
	if !empty {
		if err = a.carryGrants(ctx, old, restored, fresh); err != nil {
			return fmt.Errorf("carry the server's own grants over: %w", err)
		}
	}
	if out.Epoch, err = a.beginEpoch(ctx, restored); err != nil {
		return err
	}
	out.Kept, err = swap(ctx, a.srv, fresh, empty, a.now())
	return err
}

// fill restores into an empty database, compares, and brings the schema up to date.
func (a archive) fill(ctx context.Context, database string) error {
	url := a.srv.Owner(database)
	if err := a.tools.restore(ctx, a.srv, database, a.file, a.opts.Progress); err != nil {
		return &factcheck.Error{Code: factcheck.CodeInvalid, Field: "FILE", Message: "this backup cannot be restored: " + err.Error(), Err: err}
	}
	tell(a.opts.Progress, "comparing")
	err := within(ctx, url, func(conn *pgx.Conn) error {
		if err := compare(ctx, conn, a.manifest); err != nil {
			return err
		}
		if err := checkLedger(ctx, conn); err != nil {
			return err
		}
		// The number of a transaction is of the server it ran on: here it could come again, and open the ledger.
		_, err := conn.Exec(ctx, `DELETE FROM redaction_passes`)
		return err
	})
	if err != nil {
		return err
	}
	tell(a.opts.Progress, "migrating")
	schema, err := store.SchemaOf(ctx, url)
	if err != nil {
		return err
	}
	if schema.Newer > 0 {
		return factcheck.Invalid("FILE", "this backup has the schema of a newer Touchstone (migration %d); restore it with that", schema.Newer)
	}
	if _, err := store.Migrate(ctx, url, observe.AtLeast(a.opts.Logger, slog.LevelWarn)); err != nil { // also gives the program's role its rights
		return err
	}
	return within(ctx, url, func(conn *pgx.Conn) error { return analyze(ctx, conn) })
}

// analyze tells the planner what is in the tables. Only in ours: the server complains about its own.
func analyze(ctx context.Context, conn *pgx.Conn) error {
	names, err := tables(ctx, conn)
	for _, name := range names {
		if err == nil {
			_, err = conn.Exec(ctx, `ANALYZE public.`+pgx.Identifier{name}.Sanitize())
		}
	}
	if err != nil {
		return fmt.Errorf("analyze the restored tables: %w", err)
	}
	return nil
}

// beginEpoch begins a new epoch of the feed and writes down that the database was restored, in one transaction.
func (a archive) beginEpoch(ctx context.Context, url string) (string, error) {
	epoch := strings.ToLower(rand.Text())[:12]
	m := a.manifest
	note := store.BackupNote{At: m.At, File: a.file, Bytes: a.size}
	err := within(ctx, url, func(conn *pgx.Conn) error {
		tx, err := conn.Begin(ctx)
		if err != nil {
			return unavailable("begin the new epoch", err)
		}
		defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // after the commit it does nothing
		at := a.now().UTC().Truncate(time.Microsecond)
		for _, step := range []struct {
			query string
			args  []any
		}{
			{`UPDATE feed SET epoch = $1`, []any{epoch}},
			{`UPDATE installation SET render_epoch = render_epoch + 1`, nil},
			{`DELETE FROM claim_pages`, nil},
			{`DELETE FROM sessions`, nil}, // one that was ended since must not come back
			{endLinks, nil},
			{`INSERT INTO settings (name, value, updated_at) VALUES ('last_backup', $1, $2)
				ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at, version = settings.version + 1`, []any{note, at}},
			{`INSERT INTO audit (at, actor_id, action, object, details) VALUES ($1, $2, 'database.restore', '', $3)`,
				[]any{at, factcheck.Operator().ID, map[string]any{"file": a.file, "from": m.At, "epoch": m.Epoch, "seq": m.Seq}}},
		} {
			if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
				return fmt.Errorf("begin the new epoch: %w", err)
			}
		}
		if err := restartWebhooks(ctx, tx, at); err != nil {
			return fmt.Errorf("begin the new epoch of the webhooks: %w", err)
		}
		return tx.Commit(ctx)
	})
	return epoch, err
}

// endLinks takes the links back that let somebody in once: one that was used or taken back since must not be good again. An
// older release's backup has none.
const endLinks = `DO $$ BEGIN
	IF to_regclass('public.entry_links') IS NOT NULL THEN
		UPDATE entry_links SET revoked_at = now() WHERE used_at IS NULL AND revoked_at IS NULL;
	END IF;
END $$`

// within lends a connection to a database.
func within(ctx context.Context, url string, fn func(*pgx.Conn) error) error {
	conn, err := connect(ctx, url)
	if err != nil {
		return err
	}
	defer closeConn(ctx, conn)
	return fn(conn)
}

func (a archive) now() time.Time {
	if a.opts.Now != nil {
		return a.opts.Now()
	}
	return time.Now()
}

func tell(progress func(Progress), doing string) {
	if progress != nil {
		progress(Progress{Doing: doing})
	}
}

// scratchName returns a name for a database that is being filled.
func scratchName(database, what string) string {
	return clip(database) + "_" + what + "_" + strings.ToLower(rand.Text())[:8]
}

// clip leaves room for a suffix within the 63 bytes PostgreSQL allows a name.
func clip(database string) string { return database[:min(len(database), 30)] }

// scratchPattern finds the names that scratchName gives, for a LIKE-free comparison in Go.
func scratchPattern(database string) *regexp.Regexp {
	return regexp.MustCompile(`^` + regexp.QuoteMeta(clip(database)) + `_(?:verify|restoring)_[a-z2-7]{8}$`)
}
