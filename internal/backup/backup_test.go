package backup_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/backup"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// desk is a newsroom whose database is backed up.
type desk struct {
	*storetest.Env
	srv  backup.Server
	dir  string
	opts backup.RestoreOptions
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	env := storetest.New(t)
	return &desk{Env: env, srv: serverOf(t, env.OwnerURL), dir: t.TempDir(), opts: backup.RestoreOptions{Logger: slog.New(slog.DiscardHandler)}}
}

// serverOf returns the tests' server with the database of a URL. What the test makes on it is dropped after the test.
func serverOf(t *testing.T, owner string) backup.Server {
	t.Helper()
	name, err := backup.DatabaseOf(owner)
	check(t, err)
	admin := storetest.Admin(t)
	srv := backup.Server{
		Database: name, Admin: admin, Private: true,
		Owner: func(database string) string { return backup.WithDatabase(owner, database) },
		Provide: func(ctx context.Context, database string) error {
			return exec(ctx, admin, `CREATE DATABASE `+database+` OWNER `+pgserver.OwnerRole+` TEMPLATE template0`)
		},
	}
	t.Cleanup(func() {
		if _, err := backup.DropKept(context.Background(), srv); err != nil {
			t.Error(err)
		}
		for _, left := range scratch(t, srv) {
			t.Errorf("the database %s was left", left)
		}
	})
	return srv
}

// scratch lists the databases beside the newsroom's.
func scratch(t *testing.T, srv backup.Server) []string {
	t.Helper()
	conn := connect(t, srv.Admin)
	rows, err := conn.Query(context.Background(), `SELECT datname FROM pg_database WHERE starts_with(datname, $1 || '_')`, srv.Database[:30])
	check(t, err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	check(t, err)
	return names
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	check(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// exec runs statements as somebody, each in a transaction of its own.
func exec(ctx context.Context, url string, queries ...string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	for _, q := range queries {
		if _, err = conn.Exec(ctx, q); err != nil {
			break
		}
	}
	return errors.Join(err, conn.Close(ctx))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t *testing.T, err error, want factcheck.Code) {
	t.Helper()
	if got := factcheck.CodeOf(err); got != want {
		t.Errorf("got %v (code %q), want code %q", err, got, want)
	}
}

// written writes a backup.
func (d *desk) written(t *testing.T) backup.Result {
	t.Helper()
	out, err := backup.Create(t.Context(), d.srv, filepath.Join(d.dir, "desk.backup"), backup.Options{Program: "test", Force: true})
	check(t, err)
	return out
}

// files lists what is in the directory of the backups.
func (d *desk) files(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(d.dir)
	check(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestABackupHoldsOneMomentAndSaysWhat(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Published(t, "The mayor of Exampleville has resigned.", "False")
	d.Claim(t, "The bridge of Sampleton is closed.")
	var seen []backup.Progress
	out, err := backup.Create(t.Context(), d.srv, filepath.Join(d.dir, "desk.backup"), backup.Options{
		Program: "test", Progress: func(p backup.Progress) { seen = append(seen, p) },
	})
	check(t, err)
	m := out.Manifest
	if m.Tables["claims"] != 2 || m.Tables["changes"] != 1 || m.Seq != 1 || m.House != "desk.example" || m.Guards < 20 || m.Program != "test" || m.Demo {
		t.Errorf("got %+v, want two claims, one change, the house and its guards", m)
	}
	if time.Since(m.At) > time.Minute {
		t.Errorf("got the moment %s, want now", m.At)
	}
	info, err := os.Stat(out.File)
	check(t, err)
	if info.Mode().Perm() != 0o600 || info.Size() != out.Bytes {
		t.Errorf("got mode %o and %d bytes, want 600 and %d", info.Mode().Perm(), info.Size(), out.Bytes)
	}
	if len(seen) < 20 || !strings.HasPrefix(seen[0].Doing, "saving ") {
		t.Errorf("got progress %v, want each table", seen)
	}
	if diff := cmp.Diff([]string{"desk.backup"}, d.files(t)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	read, err := backup.Inspect(t.Context(), out.File)
	check(t, err)
	if diff := cmp.Diff(m, read); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
}

func TestABackupNeverOverwritesByAccident(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	file := filepath.Join(d.dir, "precious")
	check(t, os.WriteFile(file, []byte("precious"), 0o600))
	_, err := backup.Create(t.Context(), d.srv, file, backup.Options{})
	wantCode(t, err, factcheck.CodeConflict)
	if text, err := os.ReadFile(file); err != nil || string(text) != "precious" {
		t.Errorf("got %q, %v, want the file as it was", text, err)
	}
	_, err = backup.Create(t.Context(), d.srv, file, backup.Options{Force: true})
	check(t, err)
	for _, wrong := range []string{"", "-", d.dir, filepath.Join(d.dir, "absent", "file"), filepath.Join(file, "below"), "/dev/null"} {
		_, err := backup.Create(t.Context(), d.srv, wrong, backup.Options{Force: true})
		wantCode(t, err, factcheck.CodeInvalid)
	}
}

func TestACancelledBackupLeavesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	// A table that is locked holds pg_dump up for as long as the test needs.
	conn := connect(t, d.OwnerURL)
	_, err := conn.Exec(t.Context(), `BEGIN; LOCK TABLE settings IN ACCESS EXCLUSIVE MODE`)
	check(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := backup.Create(ctx, d.srv, filepath.Join(d.dir, "desk.backup"), backup.Options{})
		done <- err
	}()
	waiting := connect(t, d.srv.Admin)
	deadline := time.Now().Add(20 * time.Second)
	for found := false; !found; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the backup does not wait for the lock")
		}
		check(t, waiting.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = $1 AND NOT l.granted)`, d.srv.Database).Scan(&found))
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it cancelled", err)
	}
	if left := d.files(t); len(left) != 0 {
		t.Errorf("got %v, want nothing left", left)
	}
}

func TestWhatAKilledBackupLeftIsRemoved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	old, other := filepath.Join(d.dir, ".desk.backup.part-1"), filepath.Join(d.dir, ".desk.backup.part-2")
	for _, file := range []string{old, other} {
		check(t, os.WriteFile(file, nil, 0o600))
	}
	yesterday := time.Now().Add(-25 * time.Hour)
	check(t, os.Chtimes(old, yesterday, yesterday))
	d.written(t)
	if diff := cmp.Diff([]string{".desk.backup.part-2", "desk.backup"}, d.files(t)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestDamageIsSeen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	whole, err := os.ReadFile(d.written(t).File)
	check(t, err)
	mark := strings.Index(string(whole), "\nTOUCHSTONE BACKUP\n")
	for name, damage := range map[string]func([]byte) []byte{
		"in the archive":     func(b []byte) []byte { b[mark/2] ^= 1; return b },
		"in the manifest":    func(b []byte) []byte { b[mark+30] ^= 1; return b },
		"in the checksum":    func(b []byte) []byte { b[len(b)-80] ^= 1; return b },
		"in the length":      func(b []byte) []byte { b[len(b)-3] ^= 1; return b },
		"the last byte":      func(b []byte) []byte { return b[:len(b)-1] },
		"one byte more":      func(b []byte) []byte { return append(b, '\n') },
		"the end cut off":    func(b []byte) []byte { return b[:mark] },
		"the middle cut out": func(b []byte) []byte { return append(b[:mark/2], b[mark/2+10:]...) },
		"empty":              func([]byte) []byte { return nil },
		"something else":     func([]byte) []byte { return []byte(strings.Repeat("not a backup\n", 100)) },
	} {
		file := filepath.Join(t.TempDir(), "damaged")
		check(t, os.WriteFile(file, damage(append([]byte(nil), whole...)), 0o600))
		_, err := backup.Verify(t.Context(), d.srv, file, d.opts)
		if factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: got %v, want CodeInvalid", name, err)
		}
	}
	_, err = backup.Inspect(t.Context(), filepath.Join(d.dir, "absent"))
	wantCode(t, err, factcheck.CodeNotFound)
	_, err = backup.Inspect(t.Context(), d.dir)
	wantCode(t, err, factcheck.CodeInvalid)
}

func TestAnEmptyDatabaseIsNotBackedUp(t *testing.T) {
	t.Parallel()
	owner, _ := storetest.Database(t, false)
	_, err := backup.Create(t.Context(), serverOf(t, owner), filepath.Join(t.TempDir(), "b"), backup.Options{})
	wantCode(t, err, factcheck.CodeConflict)
}

func TestToolsThatAreMissingAreNamed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.srv.Tools = t.TempDir()
	_, err := backup.Create(t.Context(), d.srv, filepath.Join(d.dir, "b"), backup.Options{})
	wantCode(t, err, factcheck.CodeUnavailable)
	if err == nil || !strings.Contains(err.Error(), "apt-get install postgresql-client-") {
		t.Errorf("got %v, want it to say what to install", err)
	}
}

func TestAutomaticBackupsAreFew(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dir := backup.Directory(filepath.Join(d.dir, "data"))
	check(t, os.MkdirAll(dir, 0o700))
	for _, name := range []string{"touchstone-20240101T000000Z.backup", "touchstone-20240102T000000Z.backup", "touchstone-20240103T000000Z.backup", "mine.backup", "touchstone-20240101T000000Z.backup.old"} {
		check(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	out, err := backup.Automatic(t.Context(), d.srv, dir, 2, backup.Options{})
	check(t, err)
	d.dir = dir
	want := []string{"mine.backup", "touchstone-20240101T000000Z.backup.old", "touchstone-20240103T000000Z.backup", filepath.Base(out.File)}
	if diff := cmp.Diff(want, d.files(t)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if _, err := backup.Verify(t.Context(), d.srv, out.File, d.opts); err != nil {
		t.Errorf("the automatic backup cannot be restored: %v", err)
	}
	var pathErr *fs.PathError
	if _, err := backup.Automatic(t.Context(), d.srv, filepath.Join(out.File, "x"), 2, backup.Options{}); !errors.As(err, &pathErr) {
		t.Errorf("got %v, want it to say that there is no such directory", err)
	}
}
