package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// A server that dies more often than this is not started again.
const (
	maxDeaths    = 3
	deathsWithin = time.Minute
)

// own is Open in mode Own.
func (c *cluster) own(ctx context.Context) (*Server, error) {
	lock, err := openLock(c.lock)
	if err != nil {
		return nil, c.unwritable(err)
	}
	if err := c.waitForCommand(ctx, lock); err != nil {
		lock.close()
		return nil, err
	}
	srv, err := c.serve(ctx, lock, roleServe)
	if err != nil {
		lock.close()
		return nil, err
	}
	return srv, nil
}

// waitForCommand takes the lock. A subcommand that holds it is waited for a
// little, another serve is not.
func (c *cluster) waitForCommand(ctx context.Context, lock *lockFile) error {
	patience, cancel := context.WithTimeout(ctx, commandPatience)
	defer cancel()
	said := false
	err := poll(patience, func() (bool, error) {
		free, err := lock.try(unix.LOCK_EX)
		if free || err != nil {
			return free, err
		}
		h, known := lock.ask()
		if known && h.Role == roleServe {
			return false, &HeldError{DataDir: c.root, PID: h.PID}
		}
		if known && !said {
			said = true
			c.log.Info("waiting for another touchstone command to finish", "pid", h.PID, "dir", c.root)
		}
		return false, nil
	})
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		held := &HeldError{DataDir: c.root}
		if h, known := lock.ask(); known {
			held.PID = h.PID
		}
		return held
	}
	return err
}

// attach is Open in mode Attach: whichever comes first, the lock or a server
// that is ready. It also outlasts an owner that dies or stops meanwhile.
func (c *cluster) attach(ctx context.Context) (*Server, error) {
	lock, err := openLock(c.lock)
	if err != nil {
		return nil, c.unwritable(err)
	}
	users, err := openLock(c.users)
	if err != nil {
		lock.close()
		return nil, c.unwritable(err)
	}
	var srv *Server
	next := time.Now().Add(5 * time.Second)
	err = poll(ctx, func() (bool, error) {
		free, err := lock.try(unix.LOCK_EX)
		if err != nil {
			return false, err
		}
		if free {
			users.close()
			srv, err = c.serve(ctx, lock, roleCommand)
			return err == nil, err
		}
		if time.Now().After(next) {
			next = next.Add(5 * time.Second)
			h, _ := lock.ask()
			c.log.Info("waiting for the PostgreSQL server of another touchstone", "pid", h.PID, "dir", c.root)
		}
		srv, err = c.join(ctx, lock, users)
		return srv != nil, err
	})
	if err != nil {
		lock.close()
		users.close()
		return nil, err
	}
	return srv, nil
}

// join uses the server of the lock's holder, or returns nil when it is not
// ready. The shared lock keeps an owning subcommand from stopping it; an owner
// first says that it is no longer ready, so asking once more after taking that
// lock leaves no gap.
func (c *cluster) join(ctx context.Context, lock, users *lockFile) (*Server, error) {
	if h, known := lock.ask(); !known || !h.Ready {
		return nil, nil
	}
	shared, err := users.try(unix.LOCK_SH)
	if !shared || err != nil {
		return nil, err
	}
	h, known := lock.ask()
	if !known || !h.Ready || !c.answers(ctx) {
		users.unlock()
		return nil, nil
	}
	c.bins = Binaries{Dir: h.BinDir, Version: h.Version}
	return c.newServer(false, func(ctx context.Context) error {
		<-ctx.Done()
		users.close()
		lock.close()
		return nil
	}), nil
}

// serve starts the server for the holder of the lock and keeps it running. The
// lock is given up when the returned Server is closed; after an error it is
// still the caller's.
func (c *cluster) serve(ctx context.Context, lock *lockFile, role string) (*Server, error) {
	h := holder{PID: os.Getpid(), Role: role}
	if err := lock.tell(h); err != nil {
		return nil, err
	}
	users, err := openLock(c.users)
	if err != nil {
		return nil, c.unwritable(err)
	}
	pm, err := c.bringUp(ctx)
	if err != nil {
		users.close()
		return nil, err
	}
	ready := h
	ready.Ready, ready.BinDir, ready.Version = true, c.bins.Dir, c.bins.Version
	if err := lock.tell(ready); err != nil {
		users.close()
		return nil, errors.Join(err, pm.end(fastPatience))
	}
	return c.newServer(true, func(ctx context.Context) error {
		defer lock.close()
		defer users.close()
		return c.keep(ctx, pm, func() error {
			if err := lock.tell(h); err != nil || role == roleServe {
				return err
			}
			return c.waitForUsers(users)
		})
	}), nil
}

// waitForUsers waits until no other subcommand uses our server.
func (c *cluster) waitForUsers(users *lockFile) error {
	said := false
	return poll(context.Background(), func() (bool, error) {
		free, err := users.try(unix.LOCK_EX)
		if !free && err == nil && !said {
			said = true
			c.log.Info("waiting for other touchstone commands that use this database", "dir", c.root)
		}
		return free, err
	})
}

// newServer returns a Server that lives until keep returns; keep's context ends
// with Close.
func (c *cluster) newServer(owned bool, keep func(context.Context) error) *Server {
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{layout: c.layout, bins: c.bins, owned: owned, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer cancel()
		s.err = keep(ctx)
		close(s.done)
	}()
	return s
}

// bringUp starts the server the first time and makes sure of database and roles.
func (c *cluster) bringUp(ctx context.Context) (*postmaster, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	pm, conn, err := c.launch(ctx, false)
	if err != nil {
		return nil, err
	}
	if err := c.ensureDatabase(ctx, conn, DatabaseName); err != nil {
		return nil, errors.Join(err, conn.Close(ctx), pm.end(fastPatience))
	}
	if err := conn.Close(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("close a connection: %w", err), pm.end(fastPatience))
	}
	return pm, nil
}

// keep watches the server until ctx ends, then calls before and stops it. A
// server that ends by itself is started again: pools reconnect, so its users
// see a second of errors instead of an outage.
func (c *cluster) keep(ctx context.Context, pm *postmaster, before func() error) error {
	var deaths []time.Time
	for {
		select {
		case <-ctx.Done():
			return errors.Join(before(), pm.end(fastPatience))
		case <-pm.exited:
		}
		now := time.Now()
		deaths = append(slices.DeleteFunc(deaths, func(t time.Time) bool { return now.Sub(t) > deathsWithin }), now)
		if len(deaths) > maxDeaths {
			return fmt.Errorf("PostgreSQL ended %d times within %s, the last time saying: %s", len(deaths), deathsWithin, pm.said())
		}
		c.log.Error("PostgreSQL ended unexpectedly, starting it again", "last", pm.said())
		next, conn, err := c.launch(ctx, false)
		if ctx.Err() != nil && err != nil {
			return before() // closed while there was no server to stop
		}
		if err != nil {
			c.log.Error("PostgreSQL did not start again", "error", err)
			continue // it counts as one more death
		}
		_ = conn.Close(ctx) // it has answered, that was all
		c.log.Info("PostgreSQL runs again", "after", time.Since(now).Round(time.Millisecond))
		pm = next
	}
}
