package pgserver

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestDetachedServerIsSharedAndOutlivesItsStarter(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	lay := mustLayout(t, dir)
	var children []*child
	for range 6 {
		children = append(children, spawn(t, childOrder{Dir: dir, Mode: Detached, Fast: true}))
	}
	for _, c := range children {
		if r := c.opened(t); r.Owned || r.Version < MinVersion {
			t.Errorf("child: got Owned %v, Version %d, want false, at least %d", r.Owned, r.Version, MinVersion)
		}
	}
	pid := postmasterPID(lay)
	for _, c := range children[:5] { // the starter is among these or it is the last
		c.kill(t)
		if got := query(t, lay.dsn(AppRole, DatabaseName), "SELECT 1"); got != "1" || postmasterPID(lay) != pid {
			t.Fatalf("server with users left: got %q from process %d, want 1 from %d", got, postmasterPID(lay), pid)
		}
	}
	children[5].kill(t)
	eventually(t, "the server's end after its last user", func() bool { return !alive(pid) })

	c := spawn(t, childOrder{Dir: dir, Mode: Detached, Fast: true})
	c.opened(t)
	if postmasterPID(lay) == pid {
		t.Errorf("next server: got process %d again, want another", pid)
	}
	next := postmasterPID(lay)
	c.askClose(t)
	c.wait(t)
	eventually(t, "the server's end after Close", func() bool { return !alive(next) })
}

func TestDetachedServerComesAndGoesUnderPressure(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	for range 4 { // each round's end stops the server while the next round's start looks for it
		var children []*child
		for range 3 {
			children = append(children, spawn(t, childOrder{Dir: dir, Mode: Detached, Fast: true}))
		}
		for _, c := range children {
			c.opened(t)
			if got := query(t, mustLayout(t, dir).dsn(AppRole, DatabaseName), "SELECT 1"); got != "1" {
				t.Errorf("query: got %q, want 1", got)
			}
		}
		for _, c := range children {
			c.kill(t)
		}
	}
}

func TestDetachedServerThatWasKilledIsStartedAgain(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	lay := mustLayout(t, dir)
	spawn(t, childOrder{Dir: dir, Mode: Detached, Fast: true}).opened(t)
	pid := postmasterPID(lay)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the server's end", func() bool { return !alive(pid) })
	srv := mustOpen(t, Options{DataDir: dir, Fast: true}, Detached)
	if got := query(t, srv.AppDSN(DatabaseName), "SELECT 1"); got != "1" {
		t.Errorf("query: got %q, want 1", got)
	}
}

func TestDetachedStarterKilledAtAnyPoint(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	lay := mustLayout(t, dir)
	for _, sign := range []string{lay.lock, lay.users, filepath.Join(dir, "postgres.new-*", "base"), lay.cluster, lay.serverLog,
		filepath.Join(lay.cluster, "postmaster.pid"), filepath.Join(lay.run, socketName)} {
		c := spawn(t, childOrder{Dir: dir, Mode: Detached, Fast: true})
		eventually(t, sign, func() bool {
			found, _ := filepath.Glob(sign)
			return len(found) > 0
		})
		c.kill(t)
	}
	srv := mustOpen(t, Options{DataDir: dir, Fast: true}, Detached)
	if got := query(t, srv.AppDSN(DatabaseName), "SELECT 1"); got != "1" {
		t.Errorf("query: got %q, want 1", got)
	}
}

func TestDetachedServerThatIsFullIsLeftToItsUsers(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	lay := mustLayout(t, dir)
	srv := mustOpen(t, Options{DataDir: dir, Fast: true, Settings: map[string]string{"max_connections": "5", "superuser_reserved_connections": "0"}}, Detached)
	pid := postmasterPID(lay)
	var conns []interface{ Close(context.Context) error }
	eventually(t, "a full server", func() bool {
		conn, err := srv.layout.connect(t.Context())
		if err == nil {
			conns = append(conns, conn)
		}
		return err != nil
	})
	refused := func() int {
		text, err := os.ReadFile(lay.serverLog)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(text), "too many clients already")
	}
	before := refused()
	late := spawn(t, childOrder{Dir: dir, Mode: Detached, Fast: true})
	eventually(t, "the newcomer refused a few times", func() bool { return refused() > before+3 })
	for _, c := range conns {
		if err := c.Close(t.Context()); err != nil {
			t.Errorf("close a connection: got error %v, want the server alive", err)
		}
	}
	late.opened(t)
	if postmasterPID(lay) != pid {
		t.Errorf("server: got process %d, want still %d", postmasterPID(lay), pid)
	}
}

func TestStopDetached(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	spawn(t, childOrder{Dir: dir, Mode: Detached, Fast: true}).opened(t)
	pid := postmasterPID(mustLayout(t, dir))
	for range 2 { // the second time there is nothing to do
		if err := StopDetached(t.Context(), dir); err != nil {
			t.Fatalf("StopDetached: got error %v, want none", err)
		}
		if alive(pid) {
			t.Error("server after StopDetached: got alive, want ended")
		}
	}
	if err := StopDetached(t.Context(), filepath.Join(dir, "none")); err != nil {
		t.Errorf("StopDetached without a directory: got error %v, want none", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "none")); err == nil {
		t.Error("StopDetached without a directory: got one made, want none")
	}
}
