package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/backup"
	"github.com/touchstone-factcheck/touchstone/internal/config"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// testApp is the program without a terminal.
func testApp() *app {
	return &app{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, log: slog.New(slog.DiscardHandler)}
}

// managed returns a test's database as one that the program does not run.
func managed(t *testing.T, env *storetest.Env) *database {
	t.Helper()
	return &database{
		cfg: config.Config{DatabaseURL: env.URL, MigrateURL: env.OwnerURL, DataDir: filepath.Join(t.TempDir(), "data")},
		log: slog.New(slog.DiscardHandler),
	}
}

// superServer is a test's database on a server that allows restores.
func superServer(t *testing.T, env *storetest.Env) backup.Server {
	t.Helper()
	name, err := backup.DatabaseOf(env.OwnerURL)
	check(t, err)
	admin := storetest.Admin(t)
	srv := backup.Server{
		Database: name, Admin: admin, Private: true,
		Owner: func(database string) string { return backup.WithDatabase(env.OwnerURL, database) },
		Provide: func(ctx context.Context, database string) error {
			if err := backup.CreateDatabase(ctx, admin, database); err != nil {
				return err
			}
			return run1(ctx, admin, `ALTER DATABASE `+database+` OWNER TO `+pgserver.OwnerRole)
		},
	}
	t.Cleanup(func() {
		if _, err := backup.DropKept(context.Background(), srv); err != nil {
			t.Error(err)
		}
	})
	return srv
}

// run1 runs one statement.
func run1(ctx context.Context, url, query string) error {
	db, err := store.Open(ctx, store.Options{URL: url, MaxConns: 1})
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Pool().Exec(ctx, query)
	return err
}

func TestADatabaseInUseIsBackedUpBeforeMigrating(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	d := managed(t, env)
	for _, schema := range []store.Schema{{Used: true}, {Pending: 1}, {Pending: 1, Fresh: true}} {
		_, err := d.migrate(t.Context(), schema, migrateOptions{backup: true, keep: 3, actor: factcheck.System()})
		check(t, err)
		if _, err := os.Stat(d.cfg.DataDir); err == nil {
			t.Errorf("%+v: a backup was written, though nothing is pending, or nobody works with it yet", schema)
		}
	}
	_, err := d.migrate(t.Context(), store.Schema{Pending: 1, Used: true}, migrateOptions{backup: true, keep: 3, actor: factcheck.System()})
	check(t, err)
	files, err := os.ReadDir(backup.Directory(d.cfg.DataDir))
	check(t, err)
	if len(files) != 1 {
		t.Fatalf("got %d backups, want 1", len(files))
	}
	m, err := backup.Inspect(t.Context(), filepath.Join(backup.Directory(d.cfg.DataDir), files[0].Name()))
	check(t, err)
	if m.Tables["people"] != 5 {
		t.Errorf("got %+v, want the five people of the newsroom", m.Tables)
	}
}

func TestAutomaticBackupsAreWrittenWhenTheyAreDue(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	s := &service{app: testApp(), d: managed(t, env), db: env.DB, log: slog.New(slog.DiscardHandler), set: config.Server{BackupKeep: 2}}
	count := func() int {
		files, err := os.ReadDir(backup.Directory(s.d.cfg.DataDir))
		if err != nil {
			return 0
		}
		return len(files)
	}
	const long = 10 * 365 * 24 * time.Hour // longer than the tests' template of a database may have been there
	for _, step := range []struct {
		every time.Duration
		want  int
	}{{0, 0}, {long, 0}, {time.Nanosecond, 1}, {long, 1}} {
		s.set.BackupEvery = step.every
		check(t, s.backupIfDue(t.Context()))
		if got := count(); got != step.want {
			t.Errorf("every %s: got %d backups, want %d", step.every, got, step.want)
		}
	}
	note, err := env.DB.LastBackup(t.Context())
	check(t, err)
	if !note.Automatic || note.Bytes == 0 {
		t.Errorf("got %+v, want it noted as automatic", note)
	}
}

func TestWhatWasRedactedDoesNotComeBackWithABackup(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	srv := superServer(t, env)
	const secret = "Maple Street 12"
	v := env.Published(t, "The mayor of Exampleville lives at "+secret+" and has resigned.", "False")
	out, err := backup.Create(ctx, srv, filepath.Join(t.TempDir(), "desk.backup"), backup.Options{})
	check(t, err)
	proposal, err := env.DB.ProposeRedaction(ctx, env.Checker, store.RedactionInput{
		Claim: v.Claim, Passage: secret, Class: factcheck.RedactSafety, Reason: "A home address.",
	})
	check(t, err)
	check(t, env.DB.DecideProposal(ctx, env.Editor, proposal, true))
	env.DB.Close()

	restored, err := backup.Restore(ctx, srv, out.File, backup.RestoreOptions{Logger: slog.New(slog.DiscardHandler), Replay: testApp().replayRedactions})
	check(t, err)
	if restored.Redactions == 0 {
		t.Error("no redaction was carried over")
	}
	db, err := store.Open(ctx, store.Options{URL: env.URL})
	check(t, err)
	defer db.Close()
	doc, err := db.ClaimByID(ctx, v.Claim)
	check(t, err)
	if bytes.Contains(doc.Stored, []byte(secret)) {
		t.Errorf("the passage is back: %s", doc.Stored)
	}
	// A backup of what was redacted is whole, though the approved text is not the one that was hashed.
	again, err := backup.Create(ctx, srv, filepath.Join(t.TempDir(), "again.backup"), backup.Options{})
	check(t, err)
	if _, err := backup.Verify(ctx, srv, again.File, backup.RestoreOptions{Logger: slog.New(slog.DiscardHandler)}); err != nil {
		t.Errorf("the redacted ledger is taken for broken: %v", err)
	}
}

func TestAnInterruptedImportKeepsWhatItTookAndGoesOn(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	record := func(i int) string {
		return fmt.Sprintf(`{"@context":"https://schema.org","@type":"ClaimReview","datePublished":"2024-05-01","url":"https://checks.example/%d","claimReviewed":"Bridge number %d of Sampleton is closed for good.","author":{"@type":"Organization","name":"Checks","url":"https://checks.example/"},"reviewRating":{"@type":"Rating","alternateName":"False"}}`+"\n", i, i)
	}
	start := func() (*exec.Cmd, io.WriteCloser, *bytes.Buffer) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // a program that does not end fails the test
		t.Cleanup(cancel)
		cmd := exec.CommandContext(ctx, "touchstone", "import", "--format", "jsonl", "--json", "-")
		cmd.Env = append(os.Environ(), "DATABASE_URL="+env.URL, "TOUCHSTONE_MIGRATE_URL="+env.OwnerURL)
		in, err := cmd.StdinPipe()
		check(t, err)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, os.Stderr
		check(t, cmd.Start())
		return cmd, in, &out
	}
	counts := func(out *bytes.Buffer) (c store.Counts) {
		t.Helper()
		check(t, json.Unmarshal(out.Bytes(), &c))
		return c
	}
	cmd, in, out := start()
	for i := range batchSize + 10 {
		_, err := io.WriteString(in, record(i))
		check(t, err)
	}
	deadline := time.Now().Add(time.Minute)
	for taken := 0; taken < batchSize; {
		check(t, env.DB.Pool().QueryRow(t.Context(), `SELECT count(*) FROM import_records`).Scan(&taken))
		if time.Now().After(deadline) {
			t.Fatalf("got %d records, want the first batch", taken)
		}
	}
	check(t, cmd.Process.Signal(os.Interrupt)) // standard input stays open, as at a terminal
	err := cmd.Wait()
	if cmd.ProcessState.ExitCode() != exitInterrupted {
		t.Errorf("got %v, want it to end with %d", err, exitInterrupted)
	}
	if c := counts(out); c.Created != batchSize || c.Read != batchSize {
		t.Errorf("got %+v, want the first batch", c)
	}

	cmd, in, out = start()
	for i := range batchSize + 10 {
		_, err := io.WriteString(in, record(i))
		check(t, err)
	}
	check(t, in.Close())
	check(t, cmd.Wait())
	if c := counts(out); c.Unchanged != batchSize || c.Created != 10 {
		t.Errorf("got %+v, want the first batch unchanged and the rest created", c)
	}
}
