package pgserver

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

const (
	// socketPort only names the socket file: nothing listens on a port.
	socketPort = 5432
	socketName = ".s.PGSQL.5432"
	// maxSocketPath is the size of sun_path in unix(7) without its final NUL.
	maxSocketPath = 107
)

// layout is the data directory and what is in it.
type layout struct {
	root, cluster, run, lock, users, serverLog string
}

// DefaultDataDir returns the data directory for when TOUCHSTONE_DATA_DIR is not
// set: /var/lib/touchstone for root, otherwise touchstone in the user's data
// directory ($XDG_DATA_HOME, by default ~/.local/share; XDG Base Directory
// Specification 0.8). The demonstration has its own, with "-demo" at its end.
func DefaultDataDir(demo bool) (string, error) {
	return defaultDataDir(demo, os.Geteuid() == 0, os.Getenv)
}

func defaultDataDir(demo, root bool, env func(string) string) (string, error) {
	name := "touchstone"
	if demo {
		name += "-demo"
	}
	if root {
		return filepath.Join("/var/lib", name), nil
	}
	if xdg := env("XDG_DATA_HOME"); filepath.IsAbs(xdg) { // the specification says to ignore a relative one
		return filepath.Join(xdg, name), nil
	}
	if home := env("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".local/share", name), nil
	}
	return "", errors.New("no home directory to keep data in: set TOUCHSTONE_DATA_DIR to a directory")
}

// newLayout checks the path alone. A comma would be read by every client as the
// start of a second host, a line break would end a line of postmaster.pid.
func newLayout(root string) (layout, error) {
	if !filepath.IsAbs(root) {
		return layout{}, &problem{kind: ErrDirectory, text: fmt.Sprintf("the data directory %q is not an absolute path", root)}
	}
	if strings.ContainsFunc(root, func(r rune) bool { return r == ',' || unicode.IsControl(r) }) {
		return layout{}, &problem{kind: ErrDirectory, text: fmt.Sprintf(
			"the data directory %q has a comma or a control character in its path, which PostgreSQL's clients cannot use: choose another TOUCHSTONE_DATA_DIR", root)}
	}
	root = filepath.Clean(root)
	l := layout{
		root:      root,
		cluster:   filepath.Join(root, "postgres"),
		run:       filepath.Join(root, "run"),
		lock:      filepath.Join(root, "postgres.lock"),
		users:     filepath.Join(root, "postgres.users"),
		serverLog: filepath.Join(root, "postgres.log"),
	}
	socket := filepath.Join(l.run, socketName)
	if over := len(socket) - maxSocketPath; over > 0 {
		return layout{}, &problem{kind: ErrDirectory, text: fmt.Sprintf(
			"the data directory %s is too long a path: the server's socket in it would have %d bytes, the system allows %d; "+
				"set TOUCHSTONE_DATA_DIR to a path of at most %d bytes", root, len(socket), maxSocketPath, len(root)-over)}
	}
	return l, nil
}

// prepare creates the data directory if it is absent. For root it also lets the
// server's user pass through it, by its group alone, when the directory is new,
// empty or ours: "mktemp -d" makes one that nobody else can enter.
func (l layout) prepare(a account) error {
	if err := os.MkdirAll(filepath.Dir(l.root), 0o755); err != nil { //nolint:gosec // the server's user passes through it
		return l.unwritable(err)
	}
	if err := os.Mkdir(l.root, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return l.unwritable(err)
	}
	info, err := os.Stat(l.root)
	if err != nil {
		return l.unwritable(err)
	}
	if !info.IsDir() {
		return &problem{kind: ErrDirectory, text: fmt.Sprintf("the data directory %s is a file: set TOUCHSTONE_DATA_DIR to a directory", l.root)}
	}
	if !a.switched || a.mayEnter(info) || ownerOf(info) != 0 || !l.ours() {
		return nil
	}
	if err := os.Chown(l.root, -1, a.gid); err != nil {
		return l.unwritable(err)
	}
	if err := os.Chmod(l.root, info.Mode().Perm()|0o010); err != nil {
		return l.unwritable(err)
	}
	return nil
}

// ours reports whether the data directory is empty or has a cluster of ours.
// The lock is no sign: a run that failed may have left it anywhere.
func (l layout) ours() bool {
	if _, err := os.Lstat(l.cluster); err == nil {
		return true
	}
	entries, err := os.ReadDir(l.root)
	return err == nil && len(entries) == 0
}

// unwritable explains that the data directory cannot be written.
func (l layout) unwritable(cause error) error {
	return &problem{kind: ErrDirectory, cause: cause, text: fmt.Sprintf(
		"the data directory %s cannot be written by %s: %v; make it writable or set TOUCHSTONE_DATA_DIR to another directory",
		l.root, processUser(), cause)}
}

// syncDir makes the names in a directory durable.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open a directory to sync it: %w", err)
	}
	if err := dir.Sync(); err != nil {
		_ = dir.Close() // the first error says more
		return fmt.Errorf("sync directory %s: %w", path, err)
	}
	if err := dir.Close(); err != nil {
		return fmt.Errorf("close directory %s: %w", path, err)
	}
	return nil
}
