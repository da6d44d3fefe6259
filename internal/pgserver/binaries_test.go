package pgserver

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLocateSearchesInOrder(t *testing.T) {
	t.Parallel()
	base := newDir(t)
	lib := func(version string) string { return filepath.Join(base, "lib", version, "bin") }
	for _, version := range []string{"9.6", "15", "17"} {
		fakeBinaries(t, lib(version), "")
	}
	if err := os.MkdirAll(lib("18"), 0o755); err != nil { // only the client package
		t.Fatal(err)
	}
	onPath := fakeBinaries(t, filepath.Join(base, "path"), "")
	links := filepath.Join(base, "links")
	if err := os.Mkdir(links, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(lib("15"), "postgres"), filepath.Join(links, "postgres")); err != nil {
		t.Fatal(err)
	}
	glob, none := filepath.Join(base, "lib/*/bin"), filepath.Join(base, "none/*/bin")

	for _, tc := range []struct {
		name, binDir, glob, path string
		version                  int
		want                     string
	}{
		{"the given directory comes first", onPath, glob, "", 17, onPath},
		{"the highest by number, with a server in it", "", glob, onPath, 0, lib("17")},
		{"the version that made the cluster before a higher one", "", glob, onPath, 15, lib("15")},
		{"the highest when the cluster's version is not there", "", glob, onPath, 16, lib("17")},
		{"then PATH", "", none, "relative:" + lib("18") + ":" + onPath, 0, onPath},
		{"a symbolic link in PATH leads to the real directory", "", none, links, 0, lib("15")},
		{"a symbolic link in the given directory too", links, glob, "", 0, lib("15")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := locate(tc.binDir, tc.glob, tc.path, tc.version)
			if err != nil || got != tc.want {
				t.Errorf("locate: got %q, %v, want %q", got, err, tc.want)
			}
		})
	}
}

func TestLocateFindsNothing(t *testing.T) {
	t.Parallel()
	empty := newDir(t)
	_, err := locate("", filepath.Join(empty, "*/bin"), empty, 0)
	wantError(t, err, ErrNoBinaries, "apt-get install postgresql", "PG_BINDIR", "DATABASE_URL")
	_, err = locate(empty, debianBinaries, "/usr/bin", 0)
	wantError(t, err, ErrNoBinaries, empty, "PG_BINDIR")
}

func TestFindBinariesReadsEveryKindOfVersion(t *testing.T) {
	t.Parallel()
	base := newOpenDir(t)
	for said, want := range map[string]int{
		"postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)": 15,
		"postgres (PostgreSQL) 19devel":                        19,
		"postgres (PostgreSQL) 18beta2":                        18,
		"postgres (PostgreSQL) 15":                             15,
	} {
		dir := fakeBinaries(t, filepath.Join(base, said), said)
		got, err := FindBinaries(t.Context(), dir)
		if diff := cmp.Diff(Binaries{Dir: dir, Version: want}, got); err != nil || diff != "" {
			t.Errorf("FindBinaries of %q: error %v (-want +got):\n%s", said, err, diff)
		}
	}
	for _, said := range []string{"postgres (PostgreSQL) 9.6.24", "postgres (PostgreSQL) 14.9"} {
		_, err := FindBinaries(t.Context(), fakeBinaries(t, filepath.Join(base, said), said))
		wantError(t, err, ErrTooOld, "15 or newer")
	}
	if _, err := FindBinaries(t.Context(), fakeBinaries(t, filepath.Join(base, "hello"), "hello")); err == nil {
		t.Error("FindBinaries of a program that says hello: got no error, want one")
	}
}

func TestFindBinariesOfThisMachine(t *testing.T) {
	t.Parallel()
	bins, err := FindBinaries(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"postgres", "initdb", "pg_dump", "pg_restore"} {
		if _, err := bins.Tool(name); err != nil {
			t.Errorf("Tool(%q): got error %v, want none", name, err)
		}
	}
	_, err = bins.Tool("pg_nothing")
	wantError(t, err, ErrNoBinaries, "pg_nothing", "apt-get install postgresql")
}

func TestDefaultDataDir(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name       string
		demo, root bool
		env        map[string]string
		want       string
	}{
		{"root", false, true, map[string]string{"HOME": "/root", "XDG_DATA_HOME": "/x"}, "/var/lib/touchstone"},
		{"root's demonstration", true, true, nil, "/var/lib/touchstone-demo"},
		{"a user", false, false, map[string]string{"HOME": "/home/ada"}, "/home/ada/.local/share/touchstone"},
		{"a user's demonstration", true, false, map[string]string{"HOME": "/home/ada"}, "/home/ada/.local/share/touchstone-demo"},
		{"a user with an XDG directory", false, false, map[string]string{"HOME": "/home/ada", "XDG_DATA_HOME": "/data"}, "/data/touchstone"},
		{"a relative XDG directory is ignored", false, false, map[string]string{"HOME": "/home/ada", "XDG_DATA_HOME": "data"}, "/home/ada/.local/share/touchstone"},
		{"nowhere", false, false, nil, ""},
	} {
		got, err := defaultDataDir(tc.demo, tc.root, func(name string) string { return tc.env[name] })
		if got != tc.want || (err != nil) != (tc.want == "") {
			t.Errorf("%s: got %q, %v, want %q", tc.name, got, err, tc.want)
		}
	}
	if _, err := DefaultDataDir(false); err != nil && os.Getenv("HOME") != "" {
		t.Errorf("DefaultDataDir here: got error %v, want none", err)
	}
}
