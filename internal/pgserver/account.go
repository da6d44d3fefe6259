package pgserver

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// account is the user the server runs as.
type account struct {
	name     string
	uid, gid int
	groups   []int
	// switched means that we are root and the server is not.
	switched bool
}

// serverAccount returns ourselves, or for root the system user postgres.
// Another unprivileged user such as nobody would do for the server, but would
// share the data with whatever else runs under that name, so there is no
// fallback.
func serverAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{name: userName(os.Geteuid()), uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return account{}, &problem{kind: ErrNoBinaries, cause: err, text: "PostgreSQL does not run as root and there is no user " +
			"postgres to run it as: apt-get install postgresql (which creates it), start Touchstone as an ordinary user, or set DATABASE_URL"}
	}
	a := account{name: "user " + u.Username, switched: true}
	ids, err := u.GroupIds()
	if err != nil {
		return account{}, fmt.Errorf("look up the groups of user postgres: %w", err)
	}
	for _, id := range append([]string{u.Uid, u.Gid}, ids...) {
		n, err := strconv.Atoi(id)
		if err != nil {
			return account{}, fmt.Errorf("look up user postgres: %w", err)
		}
		a.groups = append(a.groups, n)
	}
	a.uid, a.gid, a.groups = a.groups[0], a.groups[1], a.groups[2:]
	return a, nil
}

// userName returns the name of a user for messages.
func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return "user " + u.Username
	}
	return "user " + strconv.Itoa(uid)
}

// processUser returns the name of the user of this process for messages.
func processUser() string { return userName(os.Geteuid()) }

// ownerOf returns the user a file belongs to, or -1.
func ownerOf(info fs.FileInfo) int {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid)
	}
	return -1
}

// credential returns what a child process needs to become the account.
func (a account) credential() *syscall.Credential {
	if !a.switched {
		return nil
	}
	c := &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	for _, g := range a.groups {
		c.Groups = append(c.Groups, uint32(g))
	}
	return c
}

// makeDir makes sure that path is a directory of the account with mode 0700.
func (a account) makeDir(path string) error {
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("create a directory: %w", err)
	}
	if a.switched {
		if err := os.Chown(path, a.uid, a.gid); err != nil {
			return fmt.Errorf("give a directory to %s: %w", a.name, err)
		}
	}
	if err := os.Chmod(path, 0o700); err != nil { //nolint:gosec // a directory, which needs the x
		return fmt.Errorf("close a directory to other users: %w", err)
	}
	return nil
}

// mayEnter reports whether the permission bits of a directory let the account
// pass through it. Access control lists are not looked at.
func (a account) mayEnter(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	bit := fs.FileMode(0o001)
	switch {
	case int(st.Uid) == a.uid:
		bit = 0o100
	case int(st.Gid) == a.gid || slices.Contains(a.groups, int(st.Gid)):
		bit = 0o010
	}
	return info.Mode().Perm()&bit != 0
}

// closedTo returns the first directory on the way to path, path included, that
// the account may not enter, or "".
func (a account) closedTo(path string) string {
	if parent := filepath.Dir(path); parent != path {
		if closed := a.closedTo(parent); closed != "" {
			return closed
		}
	}
	info, err := os.Stat(path)
	if err == nil && !a.mayEnter(info) {
		return path
	}
	return ""
}
