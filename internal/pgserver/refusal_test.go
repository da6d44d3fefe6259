package pgserver

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wantRefusal opens dir, which must be refused with an error of a kind and with
// certain words.
func wantRefusal(t *testing.T, opts Options, kind error, words ...string) {
	t.Helper()
	srv, err := Open(t.Context(), opts, Own)
	if err == nil {
		_ = srv.Close() // the test has failed
	}
	wantError(t, err, kind, words...)
}

func wantError(t *testing.T, err, kind error, words ...string) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("got error %v, want %v", err, kind)
		return
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("text: got %q, want it to contain %q", err, word)
		}
	}
}

func TestClusterOfAnotherVersionIsRefusedAndUntouched(t *testing.T) {
	t.Parallel()
	bins, err := FindBinaries(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, made := range []string{fmt.Sprint(bins.Version + 90), "14", "9.6"} {
		t.Run(made, func(t *testing.T) {
			t.Parallel()
			dir := newClusterDir(t)
			lay := mustLayout(t, dir)
			if err := os.WriteFile(filepath.Join(lay.cluster, "PG_VERSION"), []byte(made+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			before := snapshot(t, lay.cluster)
			major, _, _ := strings.Cut(made, ".")
			wantRefusal(t, Options{DataDir: dir}, ErrVersionMismatch, "PostgreSQL "+major, fmt.Sprintf("version %d", bins.Version),
				"PG_BINDIR", "touchstone backup", "mv "+lay.cluster, "touchstone restore", "nothing was touched")
			if diff := cmp.Diff(before, snapshot(t, lay.cluster)); diff != "" {
				t.Errorf("cluster after the refusal (-before +after):\n%s", diff)
			}
		})
	}
}

func TestDirectoriesThatAreNoClustersAreRefusedAndUntouched(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(layout) error{
		"no PG_VERSION": func(l layout) error { return os.Remove(filepath.Join(l.cluster, "PG_VERSION")) },
		"empty PG_VERSION": func(l layout) error {
			return os.Truncate(filepath.Join(l.cluster, "PG_VERSION"), 0)
		},
		"a file": func(l layout) error {
			if err := os.RemoveAll(l.cluster); err != nil {
				return err
			}
			info, err := os.Stat(l.run)
			if err != nil {
				return err
			}
			if err := os.WriteFile(l.cluster, nil, 0o600); err != nil {
				return err
			}
			return os.Chown(l.cluster, ownerOf(info), -1)
		},
		"strange PG_VERSION": func(l layout) error {
			return os.WriteFile(filepath.Join(l.cluster, "PG_VERSION"), []byte("elephant"), 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newClusterDir(t)
			lay := mustLayout(t, dir)
			if err := damage(lay); err != nil {
				t.Fatal(err)
			}
			before := snapshot(t, lay.cluster)
			wantRefusal(t, Options{DataDir: dir}, ErrDirectory, lay.cluster, "TOUCHSTONE_DATA_DIR")
			if diff := cmp.Diff(before, snapshot(t, lay.cluster)); diff != "" {
				t.Errorf("directory after the refusal (-before +after):\n%s", diff)
			}
		})
	}
}

func TestEmptyClusterDirectoryIsFilled(t *testing.T) {
	t.Parallel()
	acct, err := serverAccount()
	if err != nil {
		t.Fatal(err)
	}
	dir := newDir(t)
	lay := mustLayout(t, dir)
	if err := lay.prepare(acct); err != nil {
		t.Fatal(err)
	}
	if err := acct.makeDir(lay.cluster); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, Options{DataDir: dir, Fast: true}, Own)
}

func TestDataDirectoryThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	base := newOpenDir(t)
	locked := filepath.Join(base, "locked")
	if err := os.Mkdir(locked, 0o555); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{"itself": locked, "its parent": filepath.Join(locked, "data")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := spawn(t, childOrder{Dir: dir, Mode: Own, Fast: true}, ordinary(65534)).report(t)
			for _, want := range []string{dir, "cannot be written", "permission denied", "TOUCHSTONE_DATA_DIR"} {
				if !strings.Contains(r.Error, want) {
					t.Errorf("error: got %q, want it to contain %q", r.Error, want)
				}
			}
		})
	}
	if got := snapshot(t, locked); len(got) != 1 {
		t.Errorf("directory after the refusal: got %v, want it empty", got)
	}
}

// ordinary makes a child run as another user when we are root.
func ordinary(uid uint32) func(*exec.Cmd) {
	return func(cmd *exec.Cmd) {
		if os.Geteuid() == 0 {
			cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uid, Gid: uid}
			cmd.Env = append(cmd.Env, "HOME=/nonexistent")
		}
	}
}

func TestDataDirectoryWhereNothingCanBeMade(t *testing.T) {
	t.Parallel()
	wantRefusal(t, Options{DataDir: "/proc/touchstone"}, ErrDirectory, "/proc/touchstone", "cannot be written", "TOUCHSTONE_DATA_DIR")
	file := filepath.Join(newDir(t), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, Options{DataDir: file}, ErrDirectory, "is a file", "TOUCHSTONE_DATA_DIR")
	wantRefusal(t, Options{DataDir: filepath.Join(file, "data")}, ErrDirectory, "not a directory", "TOUCHSTONE_DATA_DIR")
}

func TestPathsThatNoSocketCanHave(t *testing.T) {
	t.Parallel()
	base := newOpenDir(t)
	longest := filepath.Join(base, strings.Repeat("x", maxSocketPath-len("/run/"+socketName)-len(base)-1))
	wantRefusal(t, Options{DataDir: longest + "x"}, ErrDirectory, "108 bytes", "allows 107", "at most 89 bytes", "TOUCHSTONE_DATA_DIR")
	if _, err := os.Stat(longest + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("directory with too long a path: got %v, want it not created", err)
	}
	wantRefusal(t, Options{DataDir: "relative/path"}, ErrDirectory, "absolute")
	wantRefusal(t, Options{DataDir: ""}, ErrDirectory, "absolute")
	wantRefusal(t, Options{DataDir: base + "/a,b"}, ErrDirectory, "comma")
	wantRefusal(t, Options{DataDir: base + "/a\nb"}, ErrDirectory, "control character")

	srv := mustOpen(t, Options{DataDir: longest, Fast: true}, Own)
	if got := query(t, srv.AppDSN(DatabaseName), "SELECT 1"); got != "1" {
		t.Errorf("query over the longest path: got %q, want 1", got)
	}
}

func TestNoBinariesAndOldOnes(t *testing.T) {
	t.Parallel()
	empty := newDir(t)
	wantRefusal(t, Options{DataDir: newDir(t), BinDir: empty}, ErrNoBinaries, empty, "PG_BINDIR")
	bin := newOpenDir(t)
	old := fakeBinaries(t, filepath.Join(bin, "14"), "postgres (PostgreSQL) 14.9 (Debian 14.9-1)")
	wantRefusal(t, Options{DataDir: newDir(t), BinDir: old}, ErrTooOld, "PostgreSQL 14", old, "15 or newer", "apt-get install postgresql", "DATABASE_URL")
	noInitdb := fakeBinaries(t, filepath.Join(bin, "15"), "postgres (PostgreSQL) 15.4")
	wantRefusal(t, Options{DataDir: newDir(t), BinDir: noInitdb}, ErrNoBinaries, "no initdb", noInitdb)
}

// fakeBinaries puts a postgres into dir that only tells its version.
func fakeBinaries(t *testing.T, dir, version string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\necho '" + version + "'\n"
	if err := os.WriteFile(filepath.Join(dir, "postgres"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestFailedInitdbSaysWhyAndLeavesNothing(t *testing.T) {
	t.Parallel()
	bin := fakeBinaries(t, filepath.Join(newOpenDir(t), "bin"), "postgres (PostgreSQL) 15.4")
	if err := os.WriteFile(filepath.Join(bin, "initdb"), []byte("#!/bin/sh\necho 'disk on fire' >&2; exit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	dir := newDir(t)
	_, err := Open(t.Context(), Options{DataDir: dir, BinDir: bin}, Own)
	if err == nil || !strings.Contains(err.Error(), "disk on fire") {
		t.Errorf("Open: got error %v, want initdb's own words", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "postgres*-*")); len(left) != 0 {
		t.Errorf("after a failed initdb: got %v, want nothing left", left)
	}
}

func TestRootRunsTheServerAsPostgres(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root becomes another user")
	}
	acct, err := serverAccount()
	if err != nil {
		t.Fatal(err)
	}
	srv := mustOpen(t, Options{DataDir: newDir(t), Fast: true}, Own) // a directory as of mktemp -d
	info, err := os.Stat(fmt.Sprintf("/proc/%d", postmasterPID(srv.layout)))
	if err != nil {
		t.Fatal(err)
	}
	if got := ownerOf(info); got != acct.uid || got == 0 {
		t.Errorf("user of the server: got %d, want %d", got, acct.uid)
	}
	dir, err := os.Stat(srv.layout.root)
	if err != nil {
		t.Fatal(err)
	}
	if got := dir.Mode().Perm(); got != 0o710 || ownerOf(dir) != 0 {
		t.Errorf("data directory: got mode %o of user %d, want 710 of 0", got, ownerOf(dir))
	}

	closed := newDir(t)
	inner := filepath.Join(closed, "data")
	wantRefusal(t, Options{DataDir: inner}, ErrDirectory, "postgres", "cannot enter "+closed+",", inner, "/var/lib/touchstone")

	full := newDir(t) // somebody's own directory is not opened to postgres
	if err := os.WriteFile(filepath.Join(full, "diary"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, Options{DataDir: full}, ErrDirectory, "cannot enter the data directory "+full, "chgrp")
	if info, err := os.Stat(full); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("somebody's directory: got %v, %v, want mode 700", info.Mode(), err)
	}

	bin := filepath.Join(closed, "bin")
	fakeBinaries(t, bin, "postgres (PostgreSQL) 15.4")
	wantRefusal(t, Options{DataDir: newDir(t), BinDir: bin}, ErrNoBinaries, "cannot enter "+closed+",", bin, "PG_BINDIR")
}

func TestOrdinaryUserAndRootDoNotTakeEachOthersCluster(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can be two users")
	}
	const uid = 65534
	dir := newDir(t)
	if err := os.Chown(dir, uid, uid); err != nil {
		t.Fatal(err)
	}
	c := spawn(t, childOrder{Dir: dir, Mode: Own, Fast: true}, ordinary(uid))
	c.opened(t)
	lay := mustLayout(t, dir)
	if info, err := os.Stat(fmt.Sprintf("/proc/%d", postmasterPID(lay))); err != nil || ownerOf(info) != uid {
		t.Errorf("user of an ordinary user's server: got %v, %v, want %d", info, err, uid)
	}
	srv := mustOpen(t, Options{DataDir: dir}, Attach) // root may use it while it runs
	if srv.Owned() {
		t.Error("Owned: got true, want false")
	}
	c.askClose(t)
	c.wait(t)
	before := snapshot(t, lay.cluster)
	wantRefusal(t, Options{DataDir: dir}, ErrDirectory, "belongs to user nobody", "as it was started before")
	if diff := cmp.Diff(before, snapshot(t, lay.cluster)); diff != "" {
		t.Errorf("cluster after the refusal (-before +after):\n%s", diff)
	}
}
