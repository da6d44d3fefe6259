package pgserver

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// postmaster is a server process that we started.
type postmaster struct {
	process *os.Process
	// exited is closed when it has ended and was waited for.
	exited chan struct{}
	// said returns the last lines of its log, for error messages.
	said func() string
}

// startPostmaster starts the server and does not wait until it is ready. A
// server that is not detached ends with this process: the kernel sends it
// SIGINT, a fast shutdown, when the thread that started it ends, so that thread
// is kept until the server has ended.
func (c *cluster) startPostmaster(detached bool) (*postmaster, error) {
	file, err := c.bins.Tool("postgres")
	if err != nil {
		return nil, err
	}
	args, err := c.serverArgs()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.Background(), file, args...) // ended by end, not by whoever opened it
	cmd.Env, cmd.Dir = serverEnv(c.bins.Dir), "/"
	pm := &postmaster{exited: make(chan struct{})}
	var output *os.File
	if detached {
		// A pipe would end with us, and keep "go test" waiting for its end.
		cmd.SysProcAttr = procAttr(c.account, 0)
		output, err = os.OpenFile(c.serverLog, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		pm.said = func() string { return readTail(c.serverLog) }
	} else {
		cmd.SysProcAttr = procAttr(c.account, syscall.SIGINT)
		output, pm.said, err = c.logPipe()
	}
	if err != nil {
		return nil, fmt.Errorf("open the server's log: %w", err)
	}
	cmd.Stdout, cmd.Stderr = output, output
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		_ = output.Close() // the server has its own copy
		pm.process = cmd.Process
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended is in its log
			close(pm.exited)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	return pm, nil
}

// serverArgs returns the server's command line. What must hold is set here and
// not in postgresql.conf, which keeps what its owner writes into it.
func (c *cluster) serverArgs() ([]string, error) {
	name, err := c.name()
	if err != nil {
		return nil, err
	}
	set := map[string]string{
		"cluster_name":            name,
		"listen_addresses":        "",
		"port":                    strconv.Itoa(socketPort),
		"unix_socket_directories": `"` + strings.ReplaceAll(c.run, `"`, `""`) + `"`,
		"fsync":                   "on",
		"full_page_writes":        "on",
		"timezone":                "UTC",
		// The log comes to us, in the form that logServer reads. It must not
		// hold the values of statements: tips and sources are confidential.
		"log_destination":         "stderr",
		"logging_collector":       "off",
		"log_line_prefix":         "",
		"lc_messages":             "C",
		"log_checkpoints":         "off",
		"log_error_verbosity":     "terse",
		"log_min_error_statement": "panic",
	}
	if c.opts.Fast {
		maps.Copy(set, map[string]string{
			"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off",
			"wal_level": "minimal", "max_wal_senders": "0", "max_connections": "300",
		})
	}
	maps.Copy(set, c.opts.Settings)
	args := []string{"-D", c.cluster}
	for _, key := range slices.Sorted(maps.Keys(set)) {
		args = append(args, "-c", key+"="+set[key])
	}
	return args, nil
}

// launch starts the server and waits until it accepts connections. A server
// whose starter was killed between fork and exec cannot be seen by clearOrphans,
// but stands in the way a moment later, so a server that ends at once is started
// again, a few times. The connection is one of SuperRole to "postgres".
func (c *cluster) launch(ctx context.Context, detached bool) (*postmaster, *pgx.Conn, error) {
	for attempt := 1; ; attempt++ {
		if err := c.clearOrphans(ctx); err != nil {
			return nil, nil, err
		}
		pm, err := c.startPostmaster(detached)
		if err != nil {
			return nil, nil, err
		}
		conn, err := c.awaitReady(ctx, pm)
		if err == nil {
			return pm, conn, nil
		}
		said := pm.said()
		if err := pm.end(fastPatience); err != nil {
			return nil, nil, err
		}
		inTheWay := strings.Contains(said, "is still in use") || strings.Contains(said, "already exists")
		if !inTheWay || attempt == 5 || ctx.Err() != nil {
			return nil, nil, err
		}
		c.log.Info("another PostgreSQL server is in the way", "last", said)
	}
}

// awaitReady waits until the server accepts connections, however long it
// recovers, and returns one of SuperRole to the database "postgres".
func (c *cluster) awaitReady(ctx context.Context, pm *postmaster) (*pgx.Conn, error) {
	var conn *pgx.Conn
	next := time.Now().Add(5 * time.Second)
	err := poll(ctx, func() (bool, error) {
		select {
		case <-pm.exited:
			return false, fmt.Errorf("PostgreSQL in %s did not start: %s", c.bins.Dir, pm.said())
		default:
		}
		if time.Now().After(next) {
			next = next.Add(5 * time.Second)
			c.log.Info("waiting for PostgreSQL to start", "last", pm.said())
		}
		var err error
		conn, err = c.connect(ctx)
		return err == nil, nil
	})
	if err != nil {
		return nil, fmt.Errorf("wait for PostgreSQL: %w", err)
	}
	return conn, nil
}

// connect opens one connection as SuperRole to the database "postgres".
// A server that does not even refuse within ten seconds counts as absent.
func (l layout) connect(ctx context.Context) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, l.dsn(SuperRole, "postgres"))
	if err != nil {
		return nil, fmt.Errorf("connect to the private PostgreSQL: %w", err)
	}
	return conn, nil
}

// answers reports whether the server accepts connections.
func (l layout) answers(ctx context.Context) bool {
	conn, err := l.connect(ctx)
	if err != nil {
		return false
	}
	_ = conn.Close(ctx) // it has answered, that was all
	return true
}

// end stops the server: SIGINT, after patience SIGQUIT, and SIGKILL should even
// that not help. It returns an error when SIGINT was not enough.
func (pm *postmaster) end(patience time.Duration) error {
	for i, s := range []step{{syscall.SIGINT, patience}, {syscall.SIGQUIT, immediatePatience}, {syscall.SIGKILL, immediatePatience}} {
		if err := pm.process.Signal(s.signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("stop PostgreSQL: %w", err)
		}
		timeout := time.NewTimer(s.patience)
		defer timeout.Stop()
		select {
		case <-pm.exited:
			if i > 0 {
				return fmt.Errorf("PostgreSQL did not stop within %s and was stopped with %s; it recovers at the next start", patience, s.signal)
			}
			return nil
		case <-timeout.C:
		}
	}
	return fmt.Errorf("PostgreSQL (process %d) does not end", pm.process.Pid)
}

// logPipe returns a file whose lines go to the log, and a function that returns
// the last of them.
func (c *cluster) logPipe() (*os.File, func() string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, nil, fmt.Errorf("make a pipe: %w", err)
	}
	tail := &tail{drained: make(chan struct{})}
	go func() {
		defer close(tail.drained)
		in := bufio.NewReaderSize(r, 8192)
		for {
			line, more, err := in.ReadLine()
			if err != nil {
				_ = r.Close() // nothing more to read
				return
			}
			tail.add(string(line))
			logServer(c.log, string(line))
			for more && err == nil { // never let the pipe fill up: the server would stand still
				_, more, err = in.ReadLine()
			}
		}
	}()
	return w, tail.said, nil
}

// logServer logs one line of the server. What clients did wrong is for those
// clients to report, so only what the server itself suffers is worth a warning.
func logServer(log *slog.Logger, line string) {
	level := slog.LevelDebug
	switch {
	case strings.HasPrefix(line, "PANIC:"):
		level = slog.LevelError
	case strings.HasPrefix(line, "WARNING:"),
		strings.Contains(line, "terminated by signal"),
		strings.Contains(line, "was not properly shut down"):
		level = slog.LevelWarn
	}
	log.Log(context.Background(), level, "postgres", "line", line)
}

// tail keeps the last lines of a log.
type tail struct {
	mu      sync.Mutex
	lines   []string
	drained chan struct{}
}

func (t *tail) add(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, line)
	if len(t.lines) > 5 {
		t.lines = slices.Delete(t.lines, 0, 1)
	}
}

// said returns the last lines. After the end of a server it waits a moment for
// those that are still on their way.
func (t *tail) said() string {
	select {
	case <-t.drained:
	case <-time.After(100 * time.Millisecond):
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.lines, "; ")
}

// readTail returns the last lines of a log file.
func readTail(path string) string {
	text, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return err.Error()
	}
	return lastLines(string(text), 5)
}
