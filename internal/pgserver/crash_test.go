package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

func TestKillingTheProgramStopsTheServerAndLosesNothing(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	lay := mustLayout(t, dir)
	for round := range 5 {
		c := spawn(t, childOrder{Dir: dir, Mode: Own})
		c.opened(t)
		query(t, lay.dsn(OwnerRole, DatabaseName), "CREATE TABLE IF NOT EXISTS kept (n int)")
		query(t, lay.dsn(OwnerRole, DatabaseName), fmt.Sprintf("INSERT INTO kept VALUES (%d)", round))
		c.kill(t) // and start again at once, without waiting for the server to end
	}
	srv := mustOpen(t, Options{DataDir: dir}, Own)
	if got := query(t, srv.SuperDSN(DatabaseName), "SELECT string_agg(n::text, ',' ORDER BY n) FROM kept"); got != "0,1,2,3,4" {
		t.Errorf("rows after five kills: got %q, want 0,1,2,3,4", got)
	}
}

func TestServerOfAKilledProgramEndsByItself(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	lay := mustLayout(t, dir)
	c := spawn(t, childOrder{Dir: dir, Mode: Own})
	c.opened(t)
	pid := postmasterPID(lay)
	if !alive(pid) {
		t.Fatalf("process %d: got no server, want one", pid)
	}
	c.kill(t)
	eventually(t, "the end of the server", func() bool { return !alive(pid) })
	if _, err := os.Stat(filepath.Join(lay.cluster, "postmaster.pid")); err == nil {
		t.Error("postmaster.pid after the server ended: got a file, want none, as after a fast shutdown")
	}
}

func TestKillingTheServerBringsItBackUnderTheProgram(t *testing.T) {
	t.Parallel()
	srv := mustOpen(t, Options{DataDir: newClusterDir(t)}, Own)
	query(t, srv.OwnerDSN(DatabaseName), "CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)")
	pid := postmasterPID(srv.layout)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	var got string
	eventually(t, "an answer after the server was killed", func() bool {
		var err error
		got, err = tryQuery(t.Context(), srv.AppDSN(DatabaseName), "SELECT 'answer'")
		return err == nil && postmasterPID(srv.layout) != pid
	})
	if got != "answer" {
		t.Errorf("answer: got %q", got)
	}
	if got := query(t, srv.SuperDSN(DatabaseName), "SELECT n FROM kept"); got != "42" {
		t.Errorf("value after the server was killed: got %q, want 42", got)
	}
	select {
	case <-srv.Done():
		t.Errorf("Done: got closed (%v), want open", srv.Err())
	default:
	}
}

func TestServerThatKeepsDyingIsGivenUp(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	srv, err := Open(t.Context(), Options{DataDir: dir, Fast: true}, Own)
	if err != nil {
		t.Fatal(err)
	}
	last, kills := 0, 0
	eventually(t, "Done", func() bool {
		if pid := postmasterPID(srv.layout); pid != last && alive(pid) {
			last = pid
			kills++
			_ = syscall.Kill(pid, syscall.SIGKILL) // gone already is as good
		}
		select {
		case <-srv.Done():
			return true
		default:
			return false
		}
	})
	if srv.Err() == nil || srv.Close() == nil {
		t.Errorf("Err, Close: got %v, %v, want the reason", srv.Err(), srv.Close())
	}
	if kills != maxDeaths+1 {
		t.Errorf("kills until it was given up: got %d, want %d", kills, maxDeaths+1)
	}
	mustOpen(t, Options{DataDir: dir, Fast: true}, Own) // and the directory is free again
}

func TestKillingProgramAndServerTogetherWithABusyBackend(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	lay := mustLayout(t, dir)
	c := spawn(t, childOrder{Dir: dir, Mode: Own})
	c.opened(t)
	query(t, lay.dsn(OwnerRole, DatabaseName), "CREATE TABLE kept (n int); INSERT INTO kept VALUES (42)")
	conn, err := pgx.Connect(t.Context(), lay.dsn(SuperRole, DatabaseName))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	busy := int(conn.PgConn().PID())
	go func() { // it never waits, so it does not notice that the postmaster has gone
		_, _ = conn.Exec(context.Background(), "DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$")
	}()
	eventually(t, "the busy backend", func() bool {
		return query(t, lay.dsn(SuperRole, "postgres"), fmt.Sprintf("SELECT state FROM pg_stat_activity WHERE pid = %d", busy)) == "active"
	})
	postmaster := postmasterPID(lay)
	// The server first, so that no signal from its owner's end can stop it well.
	for _, pid := range []int{postmaster, c.cmd.Process.Pid} {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	c.wait(t)
	if !alive(busy) {
		t.Fatal("busy backend: got ended with its postmaster, want it left behind (or this test proves nothing)")
	}
	srv := mustOpen(t, Options{DataDir: dir}, Own)
	if got := query(t, srv.SuperDSN(DatabaseName), "SELECT n FROM kept"); got != "42" {
		t.Errorf("value after both were killed: got %q, want 42", got)
	}
	if alive(busy) {
		t.Errorf("busy backend %d of the killed server: got alive, want ended", busy)
	}
}

func TestPidFileThatNamesAZombieOrAStranger(t *testing.T) {
	t.Parallel()
	acct, err := serverAccount() // PostgreSQL asks only about processes of its own user
	if err != nil {
		t.Fatal(err)
	}
	zombie := exec.CommandContext(t.Context(), "true")
	zombie.SysProcAttr = procAttr(acct, 0)
	if err := zombie.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = zombie.Wait() })
	eventually(t, "a zombie", func() bool { return !alive(zombie.Process.Pid) })
	if err := syscall.Kill(zombie.Process.Pid, 0); err != nil {
		t.Fatalf("signal to the zombie: got %v, want none, as to a process that lives", err)
	}
	stranger := exec.CommandContext(t.Context(), "sleep", "1000")
	stranger.SysProcAttr = procAttr(acct, syscall.SIGKILL)
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = stranger.Process.Kill(), stranger.Wait() })

	for name, pid := range map[string]int{"zombie": zombie.Process.Pid, "stranger": stranger.Process.Pid} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newClusterDir(t)
			lay := mustLayout(t, dir)
			lines := fmt.Sprintf("%d\n%s\n1700000000\n5432\n%s\n\n  1 1\nready   \n", pid, lay.cluster, lay.run)
			for _, path := range []string{filepath.Join(lay.cluster, "postmaster.pid"), filepath.Join(lay.run, socketName+".lock")} {
				if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Chown(path, acct.uid, acct.gid); err != nil {
					t.Fatal(err)
				}
			}
			mustOpen(t, Options{DataDir: dir, Fast: true}, Own)
			if name == "stranger" && !alive(pid) {
				t.Error("stranger: got ended, want left alone")
			}
		})
	}
}

func TestInterruptedInitdbIsDoneAgain(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	c := spawn(t, childOrder{Dir: dir, Mode: Own, Fast: true})
	eventually(t, "initdb at work", func() bool {
		found, _ := filepath.Glob(filepath.Join(dir, "postgres.new-*", "base"))
		return len(found) > 0
	})
	c.kill(t)
	if _, err := os.Stat(filepath.Join(dir, "postgres")); err == nil {
		t.Fatal("cluster after the interruption: got one, want none yet")
	}
	srv := mustOpen(t, Options{DataDir: dir, Fast: true}, Own)
	if got := query(t, srv.AppDSN(DatabaseName), "SELECT 1"); got != "1" {
		t.Errorf("answer: got %q, want 1", got)
	}
	// What the killed initdb left may have been in use just now; then the next
	// creation sweeps it. It must never be taken for the cluster.
	if got, err := os.ReadFile(filepath.Join(dir, "postgres", "PG_VERSION")); err != nil || len(got) == 0 {
		t.Errorf("PG_VERSION: got %q, %v", got, err)
	}
}

func TestOpenThatIsCancelledLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		_ = poll(t.Context(), func() (bool, error) {
			found, _ := filepath.Glob(filepath.Join(dir, "postgres.new-*", "base"))
			return len(found) > 0, nil
		})
	}()
	_, err := Open(ctx, Options{DataDir: dir, Fast: true}, Own)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("Open: got error %v, want context.Canceled", err)
	}
	var got []string
	for _, line := range snapshot(t, dir) {
		got = append(got, strings.Fields(line)[0])
	}
	want := []string{"/postgres.lock", "/postgres.users"}
	if diff := cmp.Diff(want, slices.DeleteFunc(got, func(s string) bool { return !strings.HasPrefix(s, "/") })); diff != "" {
		t.Errorf("files after a cancelled Open (-want +got):\n%s", diff)
	}
	mustOpen(t, Options{DataDir: dir, Fast: true}, Own)
}

func TestStopOfAServerThatHangsIsEnforced(t *testing.T) {
	t.Parallel()
	acct, err := serverAccount()
	if err != nil {
		t.Fatal(err)
	}
	log, _ := bufferLogger()
	c := &cluster{layout: mustLayout(t, newClusterDir(t)), account: acct, opts: Options{Fast: true}, log: log}
	pm, err := c.bringUp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), c.dsn(SuperRole, DatabaseName))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if err := syscall.Kill(int(conn.PgConn().PID()), syscall.SIGSTOP); err != nil { // it cannot obey
		t.Fatal(err)
	}
	if err := pm.end(100 * time.Millisecond); err == nil || !strings.Contains(err.Error(), "quit") {
		t.Errorf("end: got error %v, want one that says it took SIGQUIT", err)
	}
	select {
	case <-pm.exited:
	default:
		t.Error("server after end: got running, want ended")
	}
	pm, err = c.bringUp(t.Context())
	if err != nil {
		t.Fatalf("start after it: got error %v, want none", err)
	}
	if err := pm.end(fastPatience); err != nil {
		t.Errorf("end: got error %v, want none", err)
	}
}
