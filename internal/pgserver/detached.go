package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"syscall"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sys/unix"
)

// lastOneOut stops a detached server ($1 is its cluster) while flock(1) holds
// the users' lock exclusively, that is, when the last user has gone. It keeps
// the lock until the server has ended, so that a newcomer does not meet a
// server in the act of stopping.
const lastOneOut = `
pid=$(head -n1 "$1/postmaster.pid") &&
tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qxF -e "$1" &&
kill -INT "$pid" || exit 0
n=0
while [ -e "$1/postmaster.pid" ] && [ $n -lt 400 ]; do n=$((n+1)); sleep 0.05; done`

// detached is Open in mode Detached. The lock is held only while the server is
// looked for and started; from before that until Close the process is counted
// as a user by a shared lock, which the kernel takes back when the process is
// killed.
func (c *cluster) detached(ctx context.Context) (*Server, error) {
	lock, err := openLock(c.lock)
	if err != nil {
		return nil, c.unwritable(err)
	}
	defer lock.close()
	users, err := openLock(c.users)
	if err != nil {
		return nil, c.unwritable(err)
	}
	if err := c.findOrStart(ctx, lock, users); err != nil {
		users.close()
		return nil, err
	}
	return c.newServer(false, func(ctx context.Context) error {
		<-ctx.Done()
		users.close()
		return nil
	}), nil
}

// findOrStart returns when the detached server runs and we are its user.
func (c *cluster) findOrStart(ctx context.Context, lock, users *lockFile) error {
	if err := poll(ctx, func() (bool, error) { return lock.try(unix.LOCK_EX) }); err != nil {
		return fmt.Errorf("wait for another process to start PostgreSQL: %w", err)
	}
	if err := poll(ctx, func() (bool, error) { return users.try(unix.LOCK_SH) }); err != nil {
		return fmt.Errorf("wait for PostgreSQL to stop: %w", err)
	}
	var conn *pgx.Conn
	err := poll(ctx, func() (bool, error) {
		var err error
		if conn, err = c.connect(ctx); err == nil {
			return true, nil
		}
		if len(c.postmasters()) > 0 {
			return false, nil // it starts, or stops, or is full: others may be using it
		}
		conn, err = c.startDetached(ctx)
		return err == nil, err
	})
	if err != nil {
		return err
	}
	if c.bins.Dir == "" {
		err = c.identify(ctx)
	}
	if err != nil {
		return errors.Join(err, conn.Close(ctx))
	}
	if err := c.ensureDatabase(ctx, conn, DatabaseName); err != nil {
		return errors.Join(err, conn.Close(ctx))
	}
	if err := conn.Close(ctx); err != nil {
		return fmt.Errorf("close a connection: %w", err)
	}
	return nil
}

// identify finds the programs of a server that another process has started.
func (c *cluster) identify(ctx context.Context) error {
	version, err := c.clusterVersion()
	if err != nil {
		return err
	}
	return c.findPrograms(ctx, version)
}

// startDetached starts the server and, before it, what will stop it, so that
// being killed in between leaves no server without an end.
func (c *cluster) startDetached(ctx context.Context) (*pgx.Conn, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	stopper := exec.CommandContext(context.Background(), "flock", "--exclusive", c.users, "sh", "-c", lastOneOut, "sh", c.cluster)
	stopper.Env, stopper.Dir, stopper.SysProcAttr = serverEnv(c.bins.Dir), "/", &syscall.SysProcAttr{Setsid: true}
	if err := stopper.Start(); err != nil {
		c.log.Warn("the test server will not stop by itself", "error", err)
	} else {
		go func() { _ = stopper.Wait() }() // only so that no zombie stays
	}
	_, conn, err := c.launch(ctx, true)
	return conn, err
}

// StopDetached stops the detached server of a data directory now, whoever still
// uses it, and clears away what a killed one left. Without one it does nothing.
func StopDetached(ctx context.Context, dataDir string) error {
	lay, err := newLayout(dataDir)
	if err != nil {
		return err
	}
	acct, err := serverAccount()
	if err != nil {
		return err
	}
	lock, err := openLock(lay.lock)
	if errors.Is(err, unix.ENOENT) {
		return nil // the data directory is not there
	}
	if err != nil {
		return lay.unwritable(err)
	}
	defer lock.close()
	if err := poll(ctx, func() (bool, error) { return lock.try(unix.LOCK_EX) }); err != nil {
		return fmt.Errorf("wait for another process to start PostgreSQL: %w", err)
	}
	c := &cluster{layout: lay, account: acct, log: discard()}
	return c.clearOrphans(ctx)
}
