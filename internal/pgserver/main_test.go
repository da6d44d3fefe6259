package pgserver

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// childEnv makes the test binary be a program that opens a server, told how by
// a childOrder in the variable's value.
const childEnv = "TOUCHSTONE_PGSERVER_TEST_CHILD"

// patience is how long a test waits for what must happen. Nothing takes a tenth
// of it on an idle machine.
const patience = 120 * time.Second

// readyCluster is a cluster that tests copy instead of running initdb again.
type readyCluster struct {
	once sync.Once
	dir  string
	err  error
}

var prepared readyCluster

func TestMain(m *testing.M) {
	if order := os.Getenv(childEnv); order != "" {
		os.Exit(runChild(order))
	}
	code := m.Run()
	if prepared.dir != "" {
		if err := os.RemoveAll(prepared.dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	os.Exit(code)
}

type childOrder struct {
	Dir    string
	Mode   Mode
	Fast   bool
	BinDir string
}

// childReport is what a child says after Open.
type childReport struct {
	PID     int
	Owned   bool
	Version int
	Took    time.Duration
	Error   string
}

// runChild opens a server as ordered, reports, and closes it when a line comes
// in. When its input ends without one it exits without closing.
func runChild(order string) int {
	signal.Ignore(syscall.SIGINT) // as serve does while it drains
	var o childOrder
	if err := json.Unmarshal([]byte(order), &o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	begin := time.Now()
	srv, err := Open(context.Background(), Options{DataDir: o.Dir, BinDir: o.BinDir, Fast: o.Fast}, o.Mode)
	report := childReport{PID: os.Getpid(), Took: time.Since(begin)}
	if err != nil {
		report.Error = err.Error()
	} else {
		report.Owned, report.Version = srv.Owned(), srv.Version()
	}
	if err := json.NewEncoder(os.Stdout).Encode(report); err != nil {
		return 2
	}
	if report.Error != "" {
		return 1
	}
	if line, _ := bufio.NewReader(os.Stdin).ReadString('\n'); line == "" {
		return 3
	}
	if err := srv.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// child is a process that opens a server.
type child struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	exited chan struct{}
}

// spawn starts a child and does not wait for its report.
func spawn(t *testing.T, order childOrder, change ...func(*exec.Cmd)) *child {
	t.Helper()
	text, err := json.Marshal(order)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.Background(), "/proc/self/exe") // works for another user too, who cannot reach the binary by its path
	cmd.Env = append(os.Environ(), childEnv+"="+string(text))
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	for _, f := range change {
		f(cmd)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &child{cmd: cmd, in: in, out: bufio.NewReader(out), exited: make(chan struct{})}
	go func() { _, _ = cmd.Process.Wait(); close(c.exited) }()
	t.Cleanup(func() { c.kill(t) })
	return c
}

// report waits for what the child says after Open.
func (c *child) report(t *testing.T) childReport {
	t.Helper()
	line, err := c.out.ReadBytes('\n')
	if err != nil {
		t.Fatalf("read the child's report: %v", err)
	}
	var r childReport
	if err := json.Unmarshal(line, &r); err != nil {
		t.Fatalf("read the child's report %q: %v", line, err)
	}
	return r
}

// opened waits for a child that must have opened its server.
func (c *child) opened(t *testing.T) childReport {
	t.Helper()
	r := c.report(t)
	if r.Error != "" {
		t.Fatalf("child's Open: got error %q, want none", r.Error)
	}
	return r
}

// askClose tells the child to close its server.
func (c *child) askClose(t *testing.T) {
	t.Helper()
	if _, err := io.WriteString(c.in, "close\n"); err != nil {
		t.Fatalf("tell the child to close: %v", err)
	}
}

// kill ends the child as kill -9 does, and waits until it is gone.
func (c *child) kill(t *testing.T) {
	t.Helper()
	_ = c.cmd.Process.Kill() // it may have ended already
	c.wait(t)
}

func (c *child) wait(t *testing.T) {
	t.Helper()
	select {
	case <-c.exited:
	case <-time.After(patience):
		t.Errorf("child %d: still runs after %s", c.cmd.Process.Pid, patience)
	}
}

// newDir returns an empty data directory with a short path, made as "mktemp -d"
// makes it. Whatever server is left in it is stopped at the end.
func newDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ts") //nolint:usetesting // t.TempDir is too long a path for a socket, and below a closed directory
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { removeDataDir(t, dir) })
	return dir
}

// newOpenDir returns an empty directory that other users can enter.
func newOpenDir(t *testing.T) string {
	t.Helper()
	dir := newDir(t)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func removeDataDir(t *testing.T, dir string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := StopDetached(ctx, dir); err != nil {
		t.Errorf("stop what runs in %s: %v", dir, err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Errorf("remove %s: %v", dir, err)
	}
}

// newClusterDir returns a data directory that was used before.
func newClusterDir(t *testing.T) string {
	t.Helper()
	prepared.once.Do(func() {
		prepared.dir, prepared.err = os.MkdirTemp("", "ts") //nolint:usetesting // it outlives the test that comes first
		if prepared.err != nil {
			return
		}
		var srv *Server
		srv, prepared.err = Open(context.Background(), Options{DataDir: prepared.dir, Fast: true}, Own)
		if prepared.err == nil {
			prepared.err = srv.Close()
		}
	})
	if prepared.err != nil {
		t.Fatalf("prepare a cluster: %v", prepared.err)
	}
	dir := newDir(t)
	if out, err := exec.CommandContext(t.Context(), "cp", "-a", prepared.dir+"/.", dir).CombinedOutput(); err != nil {
		t.Fatalf("copy the prepared cluster: %v: %s", err, out)
	}
	return dir
}

// mustOpen opens a server in this process and closes it at the end.
func mustOpen(t *testing.T, opts Options, mode Mode) *Server {
	t.Helper()
	srv, err := Open(t.Context(), opts, mode)
	if err != nil {
		t.Fatalf("Open(%v): got error %v, want none", mode, err)
	}
	t.Cleanup(func() {
		if err := srv.Close(); err != nil {
			t.Errorf("Close: got error %v, want none", err)
		}
	})
	return srv
}

// query runs one statement on a connection of its own and returns the first
// column of its first row as text.
func query(t *testing.T, dsn, sql string) string {
	t.Helper()
	got, err := tryQuery(t.Context(), dsn, sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return got
}

func tryQuery(ctx context.Context, dsn, sql string) (string, error) {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, sql, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	got := ""
	if rows.Next() {
		got = string(rows.RawValues()[0])
	}
	rows.Close()
	return got, rows.Err()
}

// eventually polls until ok says true.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := poll(ctx, func() (bool, error) { return ok(), nil }); err != nil {
		t.Fatalf("%s: not within %s", what, patience)
	}
}

func mustLayout(t *testing.T, dir string) layout {
	t.Helper()
	lay, err := newLayout(dir)
	if err != nil {
		t.Fatal(err)
	}
	return lay
}

// postmasterPID returns the process id in postmaster.pid, or 0.
func postmasterPID(lay layout) int {
	text, err := os.ReadFile(filepath.Join(lay.cluster, "postmaster.pid"))
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		return 0
	}
	return pid
}

// snapshot lists every file below dir with its size, mode and time of change.
func snapshot(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		files = append(files, fmt.Sprint(strings.TrimPrefix(path, dir), " ", info.Size(), " ", info.Mode(), " ", ownerOf(info), " ", info.ModTime().UnixNano()))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// bufferLogger returns a logger and a function that returns what it was told.
func bufferLogger() (*slog.Logger, func() string) {
	var (
		mu  sync.Mutex
		buf strings.Builder
	)
	write := writerFunc(func(p []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		return buf.Write(p)
	})
	read := func() string {
		mu.Lock()
		defer mu.Unlock()
		return buf.String()
	}
	return slog.New(slog.NewTextHandler(write, &slog.HandlerOptions{Level: slog.LevelDebug})), read
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
