package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The patience with a server that is told to stop.
const (
	fastPatience      = 20 * time.Second // after SIGINT: it rolls back, disconnects and writes a checkpoint
	immediatePatience = 10 * time.Second // after SIGQUIT: it only ends its children
)

// name is the cluster_name of the server. Its processes carry it in their
// titles, where we find those that a killed postmaster has left behind. It is
// made of what identifies the directory on this machine, for the path may be
// the same in a container whose processes we see too.
func (l layout) name() (string, error) {
	info, err := os.Stat(l.cluster)
	if err != nil {
		return "", fmt.Errorf("look at the cluster: %w", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", fmt.Errorf("look at the cluster: no inode")
	}
	return fmt.Sprintf("touchstone-%x-%x", st.Dev, st.Ino), nil
}

// clearOrphans makes the cluster startable, whatever has happened to the server
// that ran on it last. The caller holds the lock, so none is in use: a server
// that still runs lost its owner and is stopped, processes whose postmaster was
// killed are ended, and the files by which a server says that it runs are
// removed, because their process id may belong to a zombie or to a stranger by
// now. Should a server be there nevertheless, PostgreSQL itself still refuses
// to start, by its shared memory.
func (c *cluster) clearOrphans(ctx context.Context) error {
	if pid := c.postmasterPID(); c.isPostmaster(pid) {
		c.log.Info("stopping a PostgreSQL server that lost its owner", "pid", pid)
		if err := c.stopOrphan(ctx, pid); err != nil {
			return err
		}
	}
	if err := c.endLeftovers(ctx); err != nil {
		return err
	}
	stale := []string{
		filepath.Join(c.cluster, "postmaster.pid"),
		filepath.Join(c.run, socketName),
		filepath.Join(c.run, socketName+".lock"),
	}
	for _, path := range stale {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
			return fmt.Errorf("remove what a killed server left: %w", err)
		}
	}
	return nil
}

// postmasterPID returns the process id in postmaster.pid, or 0.
func (l layout) postmasterPID() int {
	text, err := os.ReadFile(filepath.Join(l.cluster, "postmaster.pid"))
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return 0
	}
	return pid
}

// isPostmaster reports whether a process is a live server on this cluster. Its
// number alone proves nothing: after a restart of the machine or the container
// another process may have it.
func (l layout) isPostmaster(pid int) bool {
	if !alive(pid) {
		return false
	}
	args := commandLine(pid)
	at := slices.Index(args, "-D")
	if at < 0 || at+1 >= len(args) {
		return false
	}
	theirs, err := os.Stat(args[at+1])
	if err != nil {
		return false
	}
	ours, err := os.Stat(l.cluster)
	return err == nil && os.SameFile(theirs, ours)
}

// stopOrphan stops a server that is no child of ours.
func (c *cluster) stopOrphan(ctx context.Context, pid int) error {
	gone := func() (bool, error) { return !alive(pid), nil } // its command line is empty a little before
	for _, step := range []struct {
		signal   syscall.Signal
		patience time.Duration
	}{{syscall.SIGINT, fastPatience}, {syscall.SIGQUIT, immediatePatience}} {
		err := signalAndWait(ctx, []int{pid}, step.signal, step.patience, gone)
		if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return err
		}
	}
	return fmt.Errorf("a PostgreSQL server (process %d) still runs on %s and does not stop: end it with kill -9 %d", pid, c.cluster, pid)
}

// endLeftovers ends the processes that outlive a killed postmaster. Idle ones
// notice by themselves; one that is busy with a long query does not, and as
// long as it is attached to the shared memory no new server starts.
func (c *cluster) endLeftovers(ctx context.Context) error {
	gone := func() (bool, error) { return len(c.leftovers()) == 0, nil }
	for _, signal := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGKILL} {
		pids := c.leftovers()
		if len(pids) == 0 {
			return nil
		}
		c.log.Info("ending processes that a killed PostgreSQL server left", "pids", pids, "signal", signal.String())
		err := signalAndWait(ctx, pids, signal, 5*time.Second, gone)
		if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return err
		}
	}
	return fmt.Errorf("processes %v of a killed PostgreSQL server on %s do not end: end them with kill -9", c.leftovers(), c.cluster)
}

// leftovers returns the live children of a former server on this cluster.
func (c *cluster) leftovers() []int {
	name, err := c.name()
	if err != nil {
		return nil // without a cluster there was no server
	}
	title := "postgres: " + name + ": "
	var pids []int
	for _, pid := range processes(c.account.uid) {
		args := commandLine(pid)
		if len(args) > 0 && strings.HasPrefix(args[0], title) && alive(pid) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// signalAndWait signals processes and waits until gone says true. It returns
// context.DeadlineExceeded when patience ran out.
func signalAndWait(ctx context.Context, pids []int, signal syscall.Signal, patience time.Duration, gone func() (bool, error)) error {
	for _, pid := range pids {
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("signal process %d of a former server: %w", pid, err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return poll(ctx, gone)
}
