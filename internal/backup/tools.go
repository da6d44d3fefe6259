package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/observe"
)

// toolset is pg_dump and pg_restore of one installation.
type toolset struct {
	dir     string
	version int
}

// versionPattern finds the major version in "pg_dump (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)".
var versionPattern = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// findTools finds programs that can read the server: pg_dump refuses a server newer than itself. The server's own version
// is preferred, so that its pg_restore can read what is written.
func findTools(ctx context.Context, srv Server, conn *pgx.Conn) (toolset, error) {
	var server int
	if err := conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::int / 10000`).Scan(&server); err != nil {
		return toolset{}, unavailable("ask for the server's version", err)
	}
	var found []toolset
	for _, dir := range toolDirs(srv.Tools) {
		version, err := askVersion(ctx, filepath.Join(dir, "pg_dump"))
		if err != nil {
			continue // a directory without it is no news
		}
		if version == server {
			return toolset{dir: dir, version: version}, nil
		}
		found = append(found, toolset{dir: dir, version: version})
	}
	best := toolset{}
	for _, t := range found {
		if t.version > server && (best.dir == "" || t.version < best.version) {
			best = t
		}
	}
	if best.dir != "" {
		return best, nil
	}
	have := "there is none here"
	if len(found) > 0 {
		have = fmt.Sprintf("the newest here is %d", found[0].version)
	}
	return toolset{}, &factcheck.Error{Code: factcheck.CodeUnavailable, Message: fmt.Sprintf(
		"the server is PostgreSQL %d and needs pg_dump and pg_restore %d or newer; %s: apt-get install postgresql-client-%d, or set PG_BINDIR to the directory of newer ones",
		server, server, have, server)}
}

// toolDirs lists where the programs may be, best first. A directory that was named is the only one.
func toolDirs(named string) []string {
	if named == "" {
		named = os.Getenv("PG_BINDIR")
	}
	if named != "" {
		return []string{named}
	}
	dirs, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		dirs = nil // the pattern is right
	}
	for i, j := 0, len(dirs)-1; i < j; i, j = i+1, j-1 {
		dirs[i], dirs[j] = dirs[j], dirs[i]
	}
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if filepath.IsAbs(dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

func askVersion(ctx context.Context, program string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, "--version").Output()
	if err != nil {
		return 0, fmt.Errorf("ask %s for its version: %w", program, err)
	}
	match := versionPattern.FindSubmatch(out)
	if match == nil {
		return 0, fmt.Errorf("ask %s for its version: cannot read %q", program, out)
	}
	version, err := strconv.Atoi(string(match[1]))
	if err != nil {
		return 0, fmt.Errorf("ask %s for its version: %w", program, err)
	}
	return version, nil
}

// dump writes an archive of the snapshot into file.
func (t toolset) dump(ctx context.Context, srv Server, snapshot, file string, progress func(Progress)) error {
	args := []string{"--format=custom", "--snapshot=" + snapshot, "--file=" + file, "--lock-wait-timeout=60s", "--no-password", "--verbose"}
	said := watch(progress, file, `dumping contents of table "public\.([^"]+)"`, "saving ")
	return t.run(ctx, "pg_dump", call{address: srv.Owner(srv.Database), private: srv.Private, args: args, said: said})
}

// restore fills an empty database from an archive, as the owner of everything in it: whoever wrote the archive gets no
// more rights than the owner has.
func (t toolset) restore(ctx context.Context, srv Server, database, file string, progress func(Progress)) error {
	args := []string{
		"--dbname=dbname='" + database + "'", "--format=custom", "--no-owner", "--no-privileges", "--exit-on-error", "--no-password", "--verbose",
	}
	if info, err := os.Stat(file); err == nil && info.Size() > 8<<20 {
		args = append(args, "--jobs="+strconv.Itoa(min(4, runtime.NumCPU())))
	}
	args = append(args, file)
	said := watch(progress, "", `processing data for table "public\.([^"]+)"`, "restoring ")
	// Each of its hundreds of commits would wait for the disk; that of the swap, or of the first that follows, waits for all.
	return t.run(ctx, "pg_restore", call{address: srv.Owner(database), private: srv.Private, args: args, said: said, options: "-c synchronous_commit=off"})
}

// list has pg_restore read the table of contents.
func (t toolset) list(ctx context.Context, file string) error {
	return t.run(ctx, "pg_restore", call{address: "host=/nowhere", private: true, args: []string{"--list", "--format=custom", file}})
}

// call is how one of the programs is run.
type call struct {
	address string // of the database
	private bool   // see Server.Private
	args    []string
	said    func(line string) // gets each line of what it says; may be nil
	options string            // settings of its sessions, in the form of PGOPTIONS
}

// run runs one of the programs and returns what it complained of. When ctx ends, or this program, it ends too.
func (t toolset) run(ctx context.Context, name string, c call) error {
	env, err := toolEnv(c.address, c.private)
	if err != nil {
		return err
	}
	env = withOptions(env, c.options)
	// The kernel ends the child with the thread that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, filepath.Join(t.dir, name), c.args...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.SysProcAttr = env, "/", io.Discard, childAttr()
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	errs := &complaints{said: c.said}
	cmd.Stderr = errs
	err = cmd.Run()
	errs.flush()
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", name, context.Cause(ctx))
	}
	if errors.Is(err, os.ErrNotExist) {
		return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: fmt.Sprintf("there is no %s in %s", name, t.dir), Err: err}
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, errs.last())
	}
	return nil
}

// complaints reads the lines of a program's error output: progress is passed on, the rest is kept, its last lines at least.
type complaints struct {
	said func(line string)
	mu   sync.Mutex
	part []byte
	kept []string
}

// Write implements io.Writer.
func (c *complaints) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.part = append(c.part, p...)
	for {
		line, rest, found := bytes.Cut(c.part, []byte("\n"))
		if !found {
			return len(p), nil
		}
		c.take(string(line))
		c.part = append(c.part[:0:0], rest...)
	}
}

func (c *complaints) flush() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.part) > 0 {
		c.take(string(c.part))
	}
}

// take keeps what is an error and what explains one.
func (c *complaints) take(line string) {
	if c.said != nil {
		c.said(line)
	}
	if !strings.Contains(line, "error:") && !strings.Contains(line, "detail:") && !strings.Contains(line, "hint:") && !strings.Contains(line, "ERROR:") && len(c.kept) == 0 {
		return
	}
	if c.kept = append(c.kept, observe.Redact(line)); len(c.kept) > 6 {
		c.kept = c.kept[:6] // the first ones are about the reason
	}
}

func (c *complaints) last() string { return strings.Join(c.kept, "; ") }

// watch turns a program's chatter into progress.
func watch(progress func(Progress), file, pattern, doing string) func(string) {
	if progress == nil {
		return nil
	}
	table := regexp.MustCompile(pattern)
	return func(line string) {
		match := table.FindStringSubmatch(line)
		if match == nil {
			return
		}
		p := Progress{Doing: doing + match[1]}
		if info, err := os.Stat(file); err == nil {
			p.Bytes = info.Size()
		}
		progress(p)
	}
}

// CheckTools fails with CodeUnavailable when the programs that backup and restore need are not here.
func CheckTools(ctx context.Context, srv Server) error {
	return within(ctx, srv.Owner(srv.Database), func(conn *pgx.Conn) error {
		_, err := findTools(ctx, srv, conn)
		return err
	})
}
