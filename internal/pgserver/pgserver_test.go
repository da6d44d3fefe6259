package pgserver

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestColdStartMakesADurableClusterThatOnlyASocketLeadsTo(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	begin := time.Now()
	srv := mustOpen(t, Options{DataDir: dir}, Own)
	t.Logf("cold start took %s", time.Since(begin).Round(time.Millisecond))

	if !srv.Owned() || srv.Version() < MinVersion {
		t.Errorf("Owned, Version: got %v, %d, want true, at least %d", srv.Owned(), srv.Version(), MinVersion)
	}
	got := map[string]string{}
	for _, name := range []string{"fsync", "full_page_writes", "synchronous_commit", "data_checksums", "listen_addresses", "server_encoding", "TimeZone"} {
		got[name] = query(t, srv.SuperDSN(DatabaseName), "SHOW "+name)
	}
	want := map[string]string{"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on",
		"listen_addresses": "", "server_encoding": "UTF8", "TimeZone": "UTC"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if got := query(t, srv.SuperDSN(DatabaseName), "SELECT datcollate FROM pg_database WHERE datname = current_database()"); got != "C.UTF-8" {
		t.Errorf("collation: got %q, want C.UTF-8", got)
	}
	for _, sub := range []string{"postgres", "run"} {
		info, err := os.Stat(filepath.Join(dir, sub))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode(); got != fs.ModeDir|0o700 {
			t.Errorf("mode of %s: got %v, want drwx------", sub, got)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "postgres.new-*")); len(left) != 0 {
		t.Errorf("unfinished clusters: got %v, want none", left)
	}
}

func TestWarmStartKeepsWhatWasCommitted(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	srv, err := Open(t.Context(), Options{DataDir: dir}, Own)
	if err != nil {
		t.Fatal(err)
	}
	query(t, srv.OwnerDSN(DatabaseName), "CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)")
	if err := srv.Close(); err != nil {
		t.Fatalf("Close: got error %v, want none", err)
	}
	if _, err := tryQuery(t.Context(), srv.SuperDSN("postgres"), "SELECT 1"); err == nil {
		t.Error("query after Close: got an answer, want an error")
	}

	begin := time.Now()
	srv = mustOpen(t, Options{DataDir: dir}, Own)
	t.Logf("warm start took %s", time.Since(begin).Round(time.Millisecond))
	if got := query(t, srv.OwnerDSN(DatabaseName), "SELECT n FROM kept"); got != "42" {
		t.Errorf("value after a restart: got %q, want 42", got)
	}
}

func TestCloseIsCalledTwice(t *testing.T) {
	t.Parallel()
	srv := mustOpen(t, Options{DataDir: newClusterDir(t), Fast: true}, Own)
	select {
	case <-srv.Done():
		t.Error("Done before Close: got closed, want open")
	default:
	}
	for range 2 {
		if err := srv.Close(); err != nil {
			t.Errorf("Close: got error %v, want none", err)
		}
	}
	<-srv.Done()
	if err := srv.Err(); err != nil {
		t.Errorf("Err after Close: got %v, want none", err)
	}
}

func TestRolesHaveTheRightsTheyNeedAndNoMore(t *testing.T) {
	t.Parallel()
	srv := mustOpen(t, Options{DataDir: newClusterDir(t), Fast: true}, Own)
	query(t, srv.OwnerDSN(DatabaseName), `
		CREATE TABLE guarded (n int);
		CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
		CREATE TRIGGER guard BEFORE DELETE ON guarded FOR EACH STATEMENT EXECUTE FUNCTION refuse();
		GRANT SELECT, INSERT, UPDATE, DELETE ON guarded TO `+AppRole)
	query(t, srv.AppDSN(DatabaseName), "INSERT INTO guarded VALUES (1)")
	if err := srv.EnsureDatabase(t.Context(), "second newsroom"); err != nil {
		t.Fatalf("EnsureDatabase: got error %v, want none", err)
	}

	for _, tc := range []struct{ name, dsn, sql, code string }{
		{"app deletes against the guard", srv.AppDSN(DatabaseName), "DELETE FROM guarded", "refused"},
		{"app disables a trigger", srv.AppDSN(DatabaseName), "ALTER TABLE guarded DISABLE TRIGGER guard", "must be owner"},
		{"app skips triggers", srv.AppDSN(DatabaseName), "SET session_replication_role = replica", "permission denied"},
		{"app truncates", srv.AppDSN(DatabaseName), "TRUNCATE guarded", "permission denied"},
		{"app creates a table", srv.AppDSN(DatabaseName), "CREATE TABLE mine (n int)", "permission denied"},
		{"app becomes the owner", srv.AppDSN(DatabaseName), "SET ROLE " + OwnerRole, "permission denied"},
		{"app creates a database", srv.AppDSN(DatabaseName), "CREATE DATABASE mine", "permission denied"},
		{"app creates in the second database", srv.AppDSN("second newsroom"), "CREATE TABLE mine (n int)", "permission denied"},
		{"owner creates a role", srv.OwnerDSN(DatabaseName), "CREATE ROLE friend", "permission denied"},
		{"owner reads files", srv.OwnerDSN(DatabaseName), "SELECT pg_read_file('PG_VERSION')", "permission denied"},
	} {
		_, err := tryQuery(t.Context(), tc.dsn, tc.sql)
		if err == nil || !strings.Contains(err.Error(), tc.code) {
			t.Errorf("%s: got error %v, want one with %q", tc.name, err, tc.code)
		}
	}
	query(t, srv.OwnerDSN(DatabaseName), "CREATE EXTENSION pg_trgm")
	query(t, srv.OwnerDSN("second newsroom"), "CREATE TABLE mine (n int)")
	if got := query(t, srv.SuperDSN("postgres"), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"); got != "t" {
		t.Errorf("SuperDSN is a superuser: got %q, want t", got)
	}
}

func TestRightsThatWereWidenedAreTakenBackAtTheNextStart(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	srv, err := Open(t.Context(), Options{DataDir: dir, Fast: true}, Own)
	if err != nil {
		t.Fatal(err)
	}
	query(t, srv.OwnerDSN(DatabaseName), "CREATE TABLE kept (n int)")
	query(t, srv.SuperDSN(DatabaseName), "GRANT "+OwnerRole+" TO "+AppRole+"; ALTER ROLE "+AppRole+" SUPERUSER; GRANT CONNECT ON DATABASE touchstone TO PUBLIC")
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	srv = mustOpen(t, Options{DataDir: dir, Fast: true}, Own)
	for _, sql := range []string{"SET ROLE " + OwnerRole, "DROP TABLE kept", "SET session_replication_role = replica"} {
		if _, err := tryQuery(t.Context(), srv.AppDSN(DatabaseName), sql); err == nil {
			t.Errorf("%s as the app: got no error, want permission denied", sql)
		}
	}
}

func TestDSNsSurviveAwkwardPathsAndTheEnvironment(t *testing.T) {
	t.Parallel()
	base := newOpenDir(t)
	dir := filepath.Join(base, `it's 100% "ü"+& [a]\`)
	if out, err := exec.CommandContext(t.Context(), "cp", "-a", newClusterDir(t), dir).CombinedOutput(); err != nil {
		t.Fatalf("copy: %v: %s", err, out)
	}
	srv := mustOpen(t, Options{DataDir: dir, Fast: true}, Own)
	psql, err := srv.Binaries().Tool("psql")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), psql, "-XAtc", "SELECT current_user", srv.AppDSN(DatabaseName))
	cmd.Env = []string{"PGPORT=1", "PGHOST=nowhere.invalid", "PGUSER=nobody", "PGSSLMODE=verify-full", "PGDATABASE=none"}
	out, err := cmd.CombinedOutput()
	if got := strings.TrimSpace(string(out)); err != nil || got != AppRole {
		t.Errorf("psql by the DSN: got %q, %v, want %s", got, err, AppRole)
	}
	if got := query(t, srv.AppDSN(DatabaseName), "SELECT current_user"); got != AppRole {
		t.Errorf("pgx by the DSN: got %q, want %s", got, AppRole)
	}
}

func TestServerLogHoldsNoValuesOfStatements(t *testing.T) {
	t.Parallel()
	log, read := bufferLogger()
	srv := mustOpen(t, Options{DataDir: newClusterDir(t), Fast: true, Logger: log}, Own)
	query(t, srv.OwnerDSN(DatabaseName), "CREATE TABLE tip (text text PRIMARY KEY, n int CHECK (n > 0))")
	for range 2 {
		_, _ = tryQuery(t.Context(), srv.OwnerDSN(DatabaseName), "INSERT INTO tip VALUES ('the whistle', 1)")
	}
	if _, err := tryQuery(t.Context(), srv.OwnerDSN(DatabaseName), "INSERT INTO tip VALUES ('the whistle', 0)"); err == nil {
		t.Fatal("insert against the check: got no error, want one")
	}
	eventually(t, "the errors in the log", func() bool {
		return strings.Contains(read(), "tip_pkey") && strings.Contains(read(), "tip_n_check")
	})
	if strings.Contains(read(), "whistle") {
		t.Errorf("server log: got the text of a tip in it, want none:\n%s", read())
	}
}

func TestServerLogLineOfAnyLengthDoesNotStopTheServer(t *testing.T) {
	t.Parallel()
	log, read := bufferLogger()
	srv := mustOpen(t, Options{DataDir: newClusterDir(t), Fast: true, Logger: log}, Own)
	query(t, srv.OwnerDSN(DatabaseName), "DO $$ BEGIN RAISE WARNING '%', repeat('x', 1000000); END $$")
	query(t, srv.OwnerDSN(DatabaseName), "DO $$ BEGIN RAISE WARNING 'after it'; END $$")
	eventually(t, "the next line", func() bool { return strings.Contains(read(), "after it") })
}

func TestSettingsAreAppliedAndABadOneSaysSo(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	_, err := Open(t.Context(), Options{DataDir: dir, Fast: true, Settings: map[string]string{"max_connections": "many"}}, Own)
	if err == nil || !strings.Contains(err.Error(), "max_connections") {
		t.Fatalf("Open with a bad setting: got error %v, want one with the server's own words", err)
	}
	srv := mustOpen(t, Options{DataDir: dir, Fast: true, Settings: map[string]string{"max_connections": "17"}}, Own)
	if got := query(t, srv.SuperDSN("postgres"), "SHOW max_connections"); got != "17" {
		t.Errorf("max_connections: got %q, want 17", got)
	}
}

func TestOpenRefusesAnUnknownMode(t *testing.T) {
	t.Parallel()
	if _, err := Open(t.Context(), Options{DataDir: newDir(t)}, 0); err == nil {
		t.Error("Open with mode 0: got no error, want one")
	}
}

func TestErrorsKeepTheirKindAndCause(t *testing.T) {
	t.Parallel()
	err := error(&problem{kind: ErrDirectory, text: "for a person", cause: fs.ErrPermission})
	if !errors.Is(err, ErrDirectory) || !errors.Is(err, fs.ErrPermission) || err.Error() != "for a person" {
		t.Errorf("problem: got %v, want kind, cause and only its own text", err)
	}
}
