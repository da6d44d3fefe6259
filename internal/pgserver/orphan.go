package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// The patience with a server that is told to stop.
const (
	fastPatience      = 20 * time.Second // after SIGINT: it rolls back, disconnects and writes a checkpoint
	immediatePatience = 10 * time.Second // after SIGQUIT: it ends its children, with SIGKILL after five seconds
)

// name is the cluster_name of the server. It is on the server's command line and
// in the titles of its children, by which we find them. It is made of what
// identifies the directory on this machine, for the path may be the same in a
// container whose processes we see too.
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
	if pids := c.postmasters(); len(pids) > 0 {
		c.log.Info("stopping a PostgreSQL server that lost its owner", "pids", pids)
		if err := c.endAll(ctx, c.postmasters, step{syscall.SIGINT, fastPatience}, step{syscall.SIGQUIT, immediatePatience}); err != nil {
			return err
		}
	}
	if pids := c.leftovers(); len(pids) > 0 {
		c.log.Info("ending processes that a killed PostgreSQL server left", "pids", pids)
		if err := c.endAll(ctx, c.leftovers, step{syscall.SIGQUIT, immediatePatience}, step{syscall.SIGKILL, immediatePatience}); err != nil {
			return err
		}
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

// postmasters returns the live servers on this cluster. They are found by the
// cluster's name on their command lines. The number in postmaster.pid is no
// proof, for after a restart of the machine or the container another process may
// have it, and a server whose starter was killed a moment ago has not written
// that file yet.
func (c *cluster) postmasters() []int {
	name, err := c.name()
	if err != nil {
		return nil // without a cluster there is no server
	}
	return c.find(func(args []string) bool { return slices.Contains(args, "cluster_name="+name) })
}

// leftovers returns the live children of servers on this cluster. Idle ones
// notice by themselves that their server was killed; one that is busy with a
// long query does not, and as long as it is attached to the shared memory no
// new server starts.
func (c *cluster) leftovers() []int {
	name, err := c.name()
	if err != nil {
		return nil // without a cluster there was no server
	}
	return c.find(func(args []string) bool { return strings.HasPrefix(args[0], "postgres: "+name+": ") })
}

// find returns the live processes of the server's user with certain arguments.
func (c *cluster) find(wanted func(args []string) bool) []int {
	var pids []int
	for _, pid := range processes(c.account.uid) {
		if args := commandLine(pid); len(args) > 0 && wanted(args) && alive(pid) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// step is a signal and how long to wait for its effect.
type step struct {
	signal   syscall.Signal
	patience time.Duration
}

// endAll signals the processes that list returns and waits until those are
// gone; when patience runs out, it goes on with the next step.
func (c *cluster) endAll(ctx context.Context, list func() []int, steps ...step) error {
	for _, s := range steps {
		err := signalAndWait(ctx, list(), s)
		if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return err
		}
	}
	return fmt.Errorf("PostgreSQL processes %v on %s do not end: end them with kill -9", list(), c.cluster)
}

// signalAndWait signals processes that are no children of ours and waits until
// all are gone. It returns context.DeadlineExceeded when patience ran out.
func signalAndWait(ctx context.Context, pids []int, s step) error {
	for _, pid := range pids {
		if err := syscall.Kill(pid, s.signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("signal process %d of a former server: %w", pid, err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	// A process that is exiting has no command line any more, but still holds
	// the shared memory, so looking for its command line would not do.
	return poll(ctx, func() (bool, error) { return !slices.ContainsFunc(pids, alive), nil })
}
