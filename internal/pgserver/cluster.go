package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// cluster is a data directory in the hands of the process that holds its lock.
type cluster struct {
	layout
	account account
	opts    Options
	log     *slog.Logger
	bins    Binaries
}

// ready makes the cluster startable: the programs found and of its version, the
// directories there.
func (c *cluster) ready(ctx context.Context) error {
	version, err := c.clusterVersion()
	if err != nil {
		return err
	}
	if err := c.findPrograms(ctx, version); err != nil {
		return err
	}
	if version != 0 && version != c.bins.Version {
		return c.versionMismatch(version)
	}
	if version == 0 {
		if err := c.create(ctx); err != nil {
			return err
		}
	}
	if err := c.account.makeDir(c.run); err != nil {
		return c.unwritable(err)
	}
	return nil
}

// clusterVersion returns the major version that made the cluster, or 0 when
// there is none yet. It refuses a directory of the cluster's name with
// something else in it, and a cluster that the server's user does not own.
func (c *cluster) clusterVersion() (int, error) {
	info, err := os.Stat(c.cluster)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, c.unwritable(err)
	}
	if owner := ownerOf(info); owner != c.account.uid {
		return 0, &problem{kind: ErrDirectory, text: fmt.Sprintf(
			"the database in %s belongs to %s, but PostgreSQL would run as %s: start Touchstone as it was started before, "+
				"or set TOUCHSTONE_DATA_DIR to another directory", c.cluster, userName(owner), c.account.name)}
	}
	text, err := os.ReadFile(filepath.Join(c.cluster, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		entries, err := os.ReadDir(c.cluster)
		if err == nil && len(entries) == 0 {
			return 0, nil
		}
		return 0, &problem{kind: ErrDirectory, cause: err, text: fmt.Sprintf(
			"%s is not a PostgreSQL cluster (it has no PG_VERSION), and was left as it is: move it away, or set TOUCHSTONE_DATA_DIR to another directory", c.cluster)}
	}
	if err != nil {
		return 0, c.unwritable(err)
	}
	major, _, _ := strings.Cut(strings.TrimSpace(string(text)), ".")
	version, err := strconv.Atoi(major)
	if err != nil || version <= 0 {
		return 0, &problem{kind: ErrDirectory, cause: err, text: fmt.Sprintf(
			"%s/PG_VERSION is damaged (%q); nothing was touched: restore a backup into another TOUCHSTONE_DATA_DIR", c.cluster, text)}
	}
	return version, nil
}

// versionMismatch explains how to carry the data over to another version.
func (c *cluster) versionMismatch(version int) error {
	aside := fmt.Sprintf("%s-%d", c.cluster, version)
	return &problem{kind: ErrVersionMismatch, text: fmt.Sprintf(`the database in %s was made by PostgreSQL %d, but the programs in %s are version %d; nothing was touched.
To go on with version %d, install it and set PG_BINDIR to its programs (on Debian and Ubuntu /usr/lib/postgresql/%d/bin).
To carry the data over to version %d:
  1. PG_BINDIR=/usr/lib/postgresql/%d/bin touchstone backup touchstone.backup
  2. mv %s %s
  3. touchstone restore touchstone.backup`,
		c.cluster, version, c.bins.Dir, c.bins.Version, version, version, c.bins.Version, version, c.cluster, aside)}
}

// findPrograms finds the programs and asks for their version in the way the
// server will run: as its user, in the data directory. So we learn at once, and
// from the system itself, when that user cannot get at the one or the other.
func (c *cluster) findPrograms(ctx context.Context, want int) error {
	dir, err := locateHere(c.opts.BinDir, want)
	if err != nil {
		return err
	}
	version, err := askVersion(ctx, dir, c.root, procAttr(c.account, 0))
	if errors.Is(err, fs.ErrPermission) {
		return c.unreachable(dir, err)
	}
	if err != nil {
		return err
	}
	c.bins = Binaries{Dir: dir, Version: version}
	return nil
}

// unreachable explains which directory keeps the server's user out.
func (c *cluster) unreachable(binDir string, cause error) error {
	if closed := c.account.closedTo(c.root); closed == c.root {
		return &problem{kind: ErrDirectory, cause: cause, text: fmt.Sprintf(
			"PostgreSQL runs as %s, who cannot enter the data directory %s: let its group pass (chgrp %d %s && chmod g+x %s), "+
				"or set TOUCHSTONE_DATA_DIR to another directory", c.account.name, c.root, c.account.gid, c.root, c.root)}
	} else if closed != "" {
		return &problem{kind: ErrDirectory, cause: cause, text: fmt.Sprintf(
			"PostgreSQL runs as %s, who cannot enter %s, so the data directory cannot be %s: "+
				"set TOUCHSTONE_DATA_DIR to a directory outside of it, such as /var/lib/touchstone", c.account.name, closed, c.root)}
	}
	if closed := c.account.closedTo(binDir); closed != "" {
		return &problem{kind: ErrNoBinaries, cause: cause, text: fmt.Sprintf(
			"PostgreSQL runs as %s, who cannot enter %s, so its programs cannot be in %s: set PG_BINDIR to others", c.account.name, closed, binDir)}
	}
	return fmt.Errorf("run PostgreSQL's programs in %s on %s as %s: %w", binDir, c.root, c.account.name, cause)
}

// create makes the cluster under another name and renames it when it is whole
// and on disk, so an interruption at any point leaves either nothing that
// counts or a cluster. What an earlier interruption left is removed.
func (c *cluster) create(ctx context.Context) error {
	c.sweep()
	tmp, err := os.MkdirTemp(c.root, "postgres.new-")
	if err != nil {
		return c.unwritable(err)
	}
	if err := c.account.makeDir(tmp); err != nil {
		c.sweep()
		return c.unwritable(err)
	}
	begin := time.Now()
	if err := c.initdb(ctx, tmp); err != nil {
		c.sweep()
		return err
	}
	if err := unix.Rename(tmp, c.cluster); err != nil { // os.Rename refuses an empty directory as the target
		c.sweep()
		return fmt.Errorf("put the new cluster in its place: %w", err)
	}
	c.log.Info("created a PostgreSQL cluster", "dir", c.cluster, "version", c.bins.Version, "took", time.Since(begin).Round(time.Millisecond))
	if c.opts.Fast {
		return nil
	}
	_ = syncDir(filepath.Dir(c.root)) // it may not be ours to open; the data directory is seldom new
	return syncDir(c.root)
}

// sweep removes unfinished clusters. A process of a killed initdb may still be
// writing into one; then it stays until the next time, and harms nobody.
func (c *cluster) sweep() {
	dirs, err := filepath.Glob(filepath.Join(escapeGlob(c.root), "postgres.new-*"))
	if err != nil {
		return // the pattern is right
	}
	for _, dir := range dirs {
		if err := os.RemoveAll(dir); err != nil {
			c.log.Warn("an unfinished cluster could not be removed", "dir", dir, "error", err)
		}
	}
}

// escapeGlob makes filepath.Glob take a path literally.
func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// initdb fills an empty directory with a cluster. It syncs all files itself
// unless opts.Fast. C.UTF-8 sorts by code point and is the same everywhere and
// for ever; text that people read sorted is ordered by an ICU collation, which
// the query names. Whoever can enter the socket directory is trusted.
func (c *cluster) initdb(ctx context.Context, dir string) error {
	file, err := c.bins.Tool("initdb")
	if err != nil {
		return err
	}
	args := []string{"--pgdata=" + dir, "--username=" + SuperRole, "--encoding=UTF8", "--locale=C.UTF-8",
		"--auth-local=trust", "--auth-host=reject", "--no-instructions"}
	if c.opts.Fast {
		args = append(args, "--no-sync")
	} else {
		args = append(args, "--data-checksums")
	}
	// The kernel ends initdb with the thread that started it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, file, args...)
	cmd.Env, cmd.Dir, cmd.SysProcAttr = serverEnv(c.bins.Dir), "/", procAttr(c.account, syscall.SIGKILL)
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // its children too
	cmd.WaitDelay = 2 * time.Second
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return fmt.Errorf("create a PostgreSQL cluster in %s: %w", c.root, context.Cause(ctx))
	}
	if err != nil {
		return fmt.Errorf("create a PostgreSQL cluster in %s: initdb: %w: %s", c.root, err, lastLines(string(out), 5))
	}
	return nil
}

// lastLines returns the end of a program's output on one line.
func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "; ")
}
