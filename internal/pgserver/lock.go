package pgserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// What a holder says of itself in the lock file.
const (
	roleServe   = "serve"
	roleCommand = "command"
)

// commandPatience is how long serve waits for a subcommand to give the data
// directory up, and for a lock file to tell who holds it.
const commandPatience = 10 * time.Second

// holder is what the lock file tells about the process that holds it. It is
// only meaningful while the lock is held.
type holder struct {
	PID     int    `json:"pid"`
	Role    string `json:"role"`
	Ready   bool   `json:"ready"` // others may connect
	BinDir  string `json:"bin_dir"`
	Version int    `json:"version"`
}

// HeldError says which process owns the server of a data directory. It matches
// ErrHeld.
type HeldError struct {
	// DataDir is the directory.
	DataDir string
	// PID is the process that holds it, or 0 when it cannot be told.
	PID int
}

// Error says who holds the directory and what to do.
func (e *HeldError) Error() string {
	who, stop := "another process", "stop it first"
	if e.PID != 0 {
		who, stop = fmt.Sprintf("process %d", e.PID), fmt.Sprintf("stop it first (kill %d)", e.PID)
	}
	return fmt.Sprintf("Touchstone already runs on the data directory %s, as %s: %s, or give this one a directory of its own with TOUCHSTONE_DATA_DIR",
		e.DataDir, who, stop)
}

// Is reports whether target is ErrHeld.
func (e *HeldError) Is(target error) bool { return target == ErrHeld }

// lockFile is an open file for flock(2). It is a bare descriptor, because an
// os.File that nobody refers to any more is closed by the garbage collector,
// and the lock would go with it. It is closed on exec, so the server does not
// inherit it and the lock ends with this process.
type lockFile struct{ fd int }

func openLock(path string) (*lockFile, error) {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_CREAT|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return &lockFile{fd: fd}, nil
}

// try takes the lock, LOCK_EX or LOCK_SH, unless someone else has it.
func (l *lockFile) try(how int) (bool, error) {
	for {
		err := unix.Flock(l.fd, how|unix.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, unix.EWOULDBLOCK):
			return false, nil
		case !errors.Is(err, unix.EINTR):
			return false, fmt.Errorf("lock the data directory: %w", err)
		}
	}
}

// unlock gives the lock up and keeps the file open. It says so explicitly,
// because a child that is between fork and exec still has the descriptor.
func (l *lockFile) unlock() {
	_ = unix.Flock(l.fd, unix.LOCK_UN) // cannot fail on an open descriptor
}

// close gives the lock up for good.
func (l *lockFile) close() {
	l.unlock()
	_ = unix.Close(l.fd) // nothing was written that could be lost
}

// tell writes what others may know of the holder. A reader that comes in
// between sees an empty file and asks again.
func (l *lockFile) tell(h holder) error {
	text, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("encode the lock's holder: %w", err)
	}
	if err := unix.Ftruncate(l.fd, 0); err != nil {
		return fmt.Errorf("write the lock's holder: %w", err)
	}
	if _, err := unix.Pwrite(l.fd, append(text, '\n'), 0); err != nil {
		return fmt.Errorf("write the lock's holder: %w", err)
	}
	return nil
}

// ask returns the holder, if it is a process that lives: the file may still
// tell of one that was killed. An unreadable file tells of nobody.
func (l *lockFile) ask() (holder, bool) {
	buf := make([]byte, 4096)
	n, err := unix.Pread(l.fd, buf, 0)
	if err != nil {
		return holder{}, false
	}
	var h holder
	if err := json.Unmarshal(buf[:n], &h); err != nil {
		return holder{}, false
	}
	return h, alive(h.PID)
}

// poll calls ready every few milliseconds until it says true, fails, or ctx ends.
func poll(ctx context.Context, ready func() (bool, error)) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := ready()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("stop waiting: %w", context.Cause(ctx))
		case <-tick.C:
		}
	}
}
