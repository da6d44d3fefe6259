package pgserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"time"
)

// debianBinaries is where Debian and Ubuntu put the programs of each version.
const debianBinaries = "/usr/lib/postgresql/*/bin"

// versionPattern finds the major version in what "postgres --version" prints:
// "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", "… 19devel".
var versionPattern = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// Binaries are the programs of one PostgreSQL installation.
type Binaries struct {
	// Dir is the directory they are in, symbolic links resolved.
	Dir string
	// Version is the major version of its server, at least MinVersion.
	Version int
}

// Tool returns the path of a program such as pg_dump. It returns ErrNoBinaries
// when the installation lacks it.
func (b Binaries) Tool(name string) (string, error) {
	path := filepath.Join(b.Dir, name)
	if !executable(path) {
		return "", &problem{kind: ErrNoBinaries, text: fmt.Sprintf(
			"no %s in %s: install all of PostgreSQL's programs (apt-get install postgresql)", name, b.Dir)}
	}
	return path, nil
}

// FindBinaries finds PostgreSQL's programs and asks the server for its version,
// which takes about ten milliseconds. It looks in binDir, or, when that is
// empty, in PG_BINDIR; when that is empty too, in the highest version under
// /usr/lib/postgresql and then in PATH. It returns ErrNoBinaries or ErrTooOld.
func FindBinaries(ctx context.Context, binDir string) (Binaries, error) {
	dir, err := locateHere(binDir, 0)
	if err != nil {
		return Binaries{}, err
	}
	version, err := askVersion(ctx, dir, "/", nil)
	if err != nil {
		return Binaries{}, err
	}
	return Binaries{Dir: dir, Version: version}, nil
}

// locateHere is locate with this machine's environment.
func locateHere(binDir string, want int) (string, error) {
	if binDir == "" {
		binDir = os.Getenv("PG_BINDIR")
	}
	return locate(binDir, debianBinaries, os.Getenv("PATH"), want)
}

// locate returns the directory of the server program. An explicit binDir is the
// only candidate. Otherwise, of the directories that match glob, the one of
// version want is preferred, so that a newer PostgreSQL installed beside the
// one in use does not lock its users out, and then the highest.
func locate(binDir, glob, path string, want int) (string, error) {
	if binDir != "" {
		if !executable(filepath.Join(binDir, "postgres")) {
			return "", &problem{kind: ErrNoBinaries, text: fmt.Sprintf(
				"no PostgreSQL server program in %s: point PG_BINDIR to the directory that holds postgres and initdb", binDir)}
		}
		return resolve(filepath.Join(binDir, "postgres"))
	}
	dirs, err := filepath.Glob(glob)
	if err != nil {
		return "", fmt.Errorf("search %s: %w", glob, err)
	}
	best, highest := "", -1
	for _, dir := range dirs {
		version, err := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
		if err != nil || !executable(filepath.Join(dir, "postgres")) {
			continue // the client package alone leaves a directory without a server
		}
		if version == want {
			return dir, nil
		}
		if version > highest {
			best, highest = dir, version
		}
	}
	if best != "" {
		return best, nil
	}
	for _, dir := range filepath.SplitList(path) {
		if file := filepath.Join(dir, "postgres"); filepath.IsAbs(dir) && executable(file) {
			return resolve(file)
		}
	}
	return "", &problem{kind: ErrNoBinaries, text: "PostgreSQL is not installed: apt-get install postgresql " +
		"(or set PG_BINDIR to the directory of its programs), or set DATABASE_URL to a server that runs already"}
}

// resolve returns the real directory of a program: a lone symbolic link in
// /usr/local/bin does not have initdb's siblings beside it.
func resolve(file string) (string, error) {
	target, err := filepath.EvalSymlinks(file)
	if err != nil {
		return "", fmt.Errorf("resolve %s: %w", file, err)
	}
	target, err = filepath.Abs(target)
	if err != nil {
		return "", fmt.Errorf("resolve %s: %w", file, err)
	}
	return filepath.Dir(target), nil
}

// executable reports whether path is a file that somebody may execute.
func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// askVersion runs "postgres --version" in cwd and returns the major version. It
// returns ErrTooOld, and the system's error when the program cannot be started.
func askVersion(ctx context.Context, binDir, cwd string, attr *syscall.SysProcAttr) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	file := filepath.Join(binDir, "postgres")
	cmd := exec.CommandContext(ctx, file, "--version")
	cmd.Env, cmd.Dir, cmd.SysProcAttr = serverEnv(binDir), cwd, attr
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("ask %s for its version: %w", file, explainExit(err))
	}
	match := versionPattern.FindSubmatch(out)
	if match == nil {
		return 0, fmt.Errorf("ask %s for its version: cannot read %q", file, out)
	}
	version, err := strconv.Atoi(string(match[1]))
	if err != nil {
		return 0, fmt.Errorf("ask %s for its version: %w", file, err)
	}
	if version < MinVersion {
		return 0, &problem{kind: ErrTooOld, text: fmt.Sprintf(
			"PostgreSQL %d in %s is too old, Touchstone needs %d or newer: install one (apt-get install postgresql), "+
				"set PG_BINDIR to its programs, or set DATABASE_URL", version, binDir, MinVersion)}
	}
	return version, nil
}

// explainExit adds what a program wrote to its error output.
func explainExit(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w: %s", err, exit.Stderr)
	}
	return err
}

// serverEnv is the whole environment of PostgreSQL's programs. Nothing of ours
// is passed on: PG* variables would redirect them, and secrets are none of
// their business. TZ spares initdb a search through all time zones (80 ms).
func serverEnv(binDir string) []string {
	env := []string{"PATH=" + binDir + ":/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"}
	if path := os.Getenv("LD_LIBRARY_PATH"); path != "" {
		env = append(env, "LD_LIBRARY_PATH="+path) // a server built by hand may need it
	}
	return env
}
