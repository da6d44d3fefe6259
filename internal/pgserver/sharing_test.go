package pgserver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestSecondServeIsRefusedAndToldWhoIsThere(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	first := spawn(t, childOrder{Dir: dir, Mode: Own, Fast: true}).opened(t)

	begin := time.Now()
	_, err := Open(t.Context(), Options{DataDir: dir, Fast: true}, Own)
	if took := time.Since(begin); took >= commandPatience {
		t.Errorf("second Own: took %s, want at once", took)
	}
	var held *HeldError
	if !errors.Is(err, ErrHeld) || !errors.As(err, &held) {
		t.Fatalf("second Own: got error %v, want ErrHeld", err)
	}
	if held.PID != first.PID || held.DataDir != dir {
		t.Errorf("HeldError: got %d, %s, want %d, %s", held.PID, held.DataDir, first.PID, dir)
	}
	for _, want := range []string{fmt.Sprint(first.PID), dir, "TOUCHSTONE_DATA_DIR"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("text: got %q, want it to name %s", err, want)
		}
	}
	if got := query(t, mustLayout(t, dir).dsn(AppRole, DatabaseName), "SELECT 1"); got != "1" {
		t.Errorf("first server after the refusal: got %q, want 1", got)
	}
}

func TestCommandAttachesToTheServerThatRuns(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	spawn(t, childOrder{Dir: dir, Mode: Own, Fast: true}).opened(t)
	srv := mustOpen(t, Options{DataDir: dir}, Attach)
	if srv.Owned() {
		t.Error("Owned: got true, want false")
	}
	if srv.Version() < MinVersion {
		t.Errorf("Version: got %d, want at least %d", srv.Version(), MinVersion)
	}
	if _, err := srv.Binaries().Tool("pg_dump"); err != nil {
		t.Errorf("pg_dump of the server: got error %v, want none", err)
	}
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	if got := query(t, srv.AppDSN(DatabaseName), "SELECT 1"); got != "1" {
		t.Errorf("the owner's server after the command's Close: got %q, want 1", got)
	}
}

func TestCommandWaitsForAServerThatIsStarting(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	owner := spawn(t, childOrder{Dir: dir, Mode: Own, Fast: true})
	eventually(t, "the owner's lock", func() bool {
		text, err := os.ReadFile(mustLayout(t, dir).lock)
		return err == nil && len(text) > 0
	})
	srv := mustOpen(t, Options{DataDir: dir, Fast: true}, Attach) // during initdb
	if srv.Owned() {
		t.Error("Owned: got true, want false")
	}
	owner.opened(t)
}

func TestCommandOwnsTheServerWhenNobodyDoes(t *testing.T) {
	t.Parallel()
	srv := mustOpen(t, Options{DataDir: newClusterDir(t), Fast: true}, Attach)
	if !srv.Owned() {
		t.Error("Owned: got false, want true")
	}
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := tryQuery(t.Context(), srv.AppDSN(DatabaseName), "SELECT 1"); err == nil {
		t.Error("query after Close: got an answer, want the server stopped")
	}
}

func TestOwningCommandWaitsForThoseThatAttached(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	log, read := bufferLogger()
	owner, err := Open(t.Context(), Options{DataDir: dir, Fast: true, Logger: log}, Attach)
	if err != nil {
		t.Fatal(err)
	}
	guest := spawn(t, childOrder{Dir: dir, Mode: Attach, Fast: true})
	if r := guest.opened(t); r.Owned {
		t.Fatal("second command: got Owned, want attached")
	}
	closed := make(chan error, 1)
	go func() { closed <- owner.Close() }()
	eventually(t, "the owner waiting", func() bool { return strings.Contains(read(), "waiting for other touchstone commands") })
	if got := query(t, owner.AppDSN(DatabaseName), "SELECT 1"); got != "1" {
		t.Errorf("server while the owner waits: got %q, want 1", got)
	}
	third := spawn(t, childOrder{Dir: dir, Mode: Attach, Fast: true}) // comes too late and owns the next server
	guest.kill(t)                                                     // kill -9 counts as gone
	if err := <-closed; err != nil {
		t.Errorf("Close: got error %v, want none", err)
	}
	if r := third.opened(t); !r.Owned {
		t.Error("command that came during Close: got attached to a server about to stop, want its own")
	}
}

func TestServeWaitsForACommandToFinish(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	command, err := Open(t.Context(), Options{DataDir: dir, Fast: true}, Attach)
	if err != nil {
		t.Fatal(err)
	}
	log, read := bufferLogger()
	opened := make(chan error, 1)
	go func() {
		srv, err := Open(t.Context(), Options{DataDir: dir, Fast: true, Logger: log}, Own)
		if err == nil {
			err = srv.Close()
		}
		opened <- err
	}()
	eventually(t, "serve waiting", func() bool { return strings.Contains(read(), "waiting for another touchstone command") })
	if err := command.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-opened; err != nil {
		t.Errorf("Own after the command: got error %v, want none", err)
	}
}

func TestManyCommandsAtOnce(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	var children []*child
	for range 6 {
		children = append(children, spawn(t, childOrder{Dir: dir, Mode: Attach, Fast: true}))
	}
	owners := 0
	for _, c := range children {
		if c.opened(t).Owned {
			owners++
		}
	}
	if owners != 1 {
		t.Errorf("owners: got %d, want 1", owners)
	}
	for _, c := range children {
		c.askClose(t)
	}
	for _, c := range children {
		c.wait(t)
	}
}

func TestCommandOutlivesAnOwnerKilledWhileItWaits(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	owner := spawn(t, childOrder{Dir: dir, Mode: Own, Fast: true})
	eventually(t, "a data directory in use", func() bool {
		_, err := os.Stat(mustLayout(t, dir).users)
		return err == nil
	})
	command := spawn(t, childOrder{Dir: dir, Mode: Attach, Fast: true})
	owner.kill(t)
	if r := command.opened(t); !r.Owned {
		t.Error("command after the owner was killed: got attached, want its own server")
	}
}

func TestCtrlCInTheTerminalDoesNotReachTheServer(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	lay := mustLayout(t, dir)
	c := spawn(t, childOrder{Dir: dir, Mode: Own, Fast: true}) // leads a process group, as under a shell, and drains on SIGINT
	r := c.opened(t)
	pid := postmasterPID(lay)
	group, err := syscall.Getpgid(pid)
	if err != nil {
		t.Fatal(err)
	}
	if group == r.PID {
		t.Errorf("process group of the server: got the program's, want its own")
	}
	if err := syscall.Kill(-r.PID, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	// A server that was signalled refuses new connections from then on.
	if got := query(t, lay.dsn(AppRole, DatabaseName), "SELECT 1"); got != "1" || postmasterPID(lay) != pid {
		t.Errorf("server after Ctrl-C: got %q from process %d, want 1 from %d", got, postmasterPID(lay), pid)
	}
	c.askClose(t)
	c.wait(t)
	if alive(pid) {
		t.Error("server after Close: got alive, want ended")
	}
}

func TestServerGetsNothingOfOurEnvironment(t *testing.T) {
	t.Parallel()
	dir := newClusterDir(t)
	spawn(t, childOrder{Dir: dir, Mode: Own, Fast: true}, func(cmd *exec.Cmd) {
		cmd.Env = append(cmd.Env, "PGDATA=/nowhere", "PGPORT=1", "PGOPTIONS=-c geqo=off", "PGHOST=nowhere.invalid",
			"TOUCHSTONE_SMTP_URL=smtp://user:secret@mail.invalid", "LC_ALL=de_DE.UTF-8", "TZ=Asia/Tokyo")
	}).opened(t)
	environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", postmasterPID(mustLayout(t, dir))))
	if err != nil {
		t.Skipf("the environment of a process cannot be read here: %v", err)
	}
	for v := range strings.SplitSeq(strings.Trim(string(environ), "\x00"), "\x00") {
		name, _, _ := strings.Cut(v, "=")
		switch name {
		case "PATH", "LC_ALL", "TZ", "LD_LIBRARY_PATH":
		case "PGLOCALEDIR", "PGSYSCONFDIR": // set by the server itself
		default:
			t.Errorf("environment of the server: got %q, want nothing of ours", v)
		}
		if strings.Contains(v, "de_DE") || strings.Contains(v, "Tokyo") {
			t.Errorf("environment of the server: got %q, want C.UTF-8 and UTC", v)
		}
	}
}
