package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/touchstone-factcheck/touchstone/internal/backup"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// TestMain gives the scripts the program itself and what they look at it with.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"touchstone": main,
		"get":        func() { helper(get) },
		"await":      func() { helper(await) },
		"pgalive":    func() { helper(pgAlive) },
		"damage":     func() { helper(damage) },
		"claimed":    func() { helper(claimed) },
		"awaitline":  func() { helper(awaitLine) },
		"hold":       func() { helper(hold) },
		"busy":       func() { helper(busy) },
	})
}

// helper runs a helper program of the scripts.
func helper(run func(args []string) error) {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// get prints status and body of an address. Further arguments are header fields, Name=value.
func get(args []string) error {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, args[0], nil)
	if err != nil {
		return err
	}
	for _, field := range args[1:] {
		name, value, _ := strings.Cut(field, "=")
		req.Header.Set(name, value)
	}
	client := &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(res.Body)
	fmt.Println(res.StatusCode)
	fmt.Println(string(body))
	return errors.Join(err, res.Body.Close())
}

// await waits until an address answers 200.
func await(args []string) error {
	deadline := time.Now().Add(3 * time.Minute) // the demonstration is filled first, on a machine that may be busy
	for {
		res, err := (&http.Client{Timeout: 5 * time.Second}).Get(args[0]) //nolint:noctx // the client has a time-out
		if err == nil {
			_ = res.Body.Close() // only the status counts
			if res.StatusCode == http.StatusOK {
				return nil
			}
			err = errors.New(res.Status)
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s does not answer: %w", args[0], err)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// pgAlive waits until the private PostgreSQL of a directory is alive (yes) or has ended (no).
func pgAlive(args []string) error {
	deadline := time.Now().Add(30 * time.Second)
	for {
		text, err := os.ReadFile(filepath.Join(args[0], "postgres", "postmaster.pid"))
		alive := false
		if err == nil {
			line, _, _ := strings.Cut(string(text), "\n")
			pid, perr := strconv.Atoi(line)
			alive = perr == nil && syscall.Kill(pid, 0) == nil
		}
		if alive == (args[1] == "yes") {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("PostgreSQL in %s is alive: %v, want %s", args[0], alive, args[1])
		}
		<-time.After(10 * time.Millisecond)
	}
}

// claimed waits until there is a claim in the private database of a directory.
func claimed(args []string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, "host="+filepath.Join(args[0], "run")+" user=postgres dbname=touchstone")
		if err == nil {
			var there bool
			err = conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM claims)`).Scan(&there)
			if cerr := conn.Close(ctx); err == nil && cerr == nil && there {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("there is no claim: %w", err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// awaitLine waits until a text is in a file.
func awaitLine(args []string) error {
	deadline := time.Now().Add(time.Minute)
	for {
		text, err := os.ReadFile(args[0])
		if err == nil && strings.Contains(string(text), args[1]) {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s has no %q: %s", args[0], args[1], text)
		}
		<-time.After(10 * time.Millisecond)
	}
}

// hold keeps a server busy: it sends half a request, notes that in a file, and waits until the connection ends.
func hold(args []string) error {
	conn, err := net.DialTimeout("tcp", args[0], time.Minute) //nolint:noctx // it has a time-out
	if err != nil {
		return err
	}
	if _, err := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHo"); err != nil {
		return err
	}
	if _, err := conn.Read(make([]byte, 4096)); err != nil { // the first answer: the second request is being read
		return err
	}
	if err := os.WriteFile(args[1], []byte("held"), 0o600); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, conn)
	return errors.Join(err, conn.Close())
}

// busy waits until the metrics at an address tell of another request that is being answered besides the one for them.
func busy(args []string) error {
	client := &http.Client{Timeout: 5 * time.Second}
	for deadline := time.Now().Add(time.Minute); ; <-time.After(10 * time.Millisecond) {
		res, err := client.Get(args[0]) //nolint:noctx // the client has a time-out
		if err != nil {
			return err
		}
		body, err := io.ReadAll(res.Body)
		if err = errors.Join(err, res.Body.Close()); err != nil {
			return err
		}
		if strings.Contains(string(body), "\ntouchstone_http_requests_running 2\n") {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s tells of no other request: %s", args[0], body)
		}
	}
}

// damage changes a byte in the middle of a file.
func damage(args []string) error {
	text, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	text[len(text)/3] ^= 1
	return os.WriteFile(args[0], text, 0o600)
}

// commands are those of the scripts that are no programs.
func commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		// exits N PROGRAM ARGS…: the program ends with N.
		"exits": func(ts *testscript.TestScript, _ bool, args []string) {
			err := ts.Exec(args[1], args[2:]...)
			code := 0
			if exit, ok := errors.AsType[*exec.ExitError](err); ok {
				code = exit.ExitCode()
			} else if err != nil {
				ts.Fatalf("%v", err)
			}
			if fmt.Sprint(code) != args[0] {
				ts.Fatalf("it ended with %d, want %s", code, args[0])
			}
		},
		// oneline stdout|stderr|FILE: it has exactly one line.
		"oneline": func(ts *testscript.TestScript, _ bool, args []string) {
			text := ts.ReadFile(args[0])
			if strings.Count(text, "\n") != 1 || !strings.HasSuffix(text, "\n") || len(strings.TrimSpace(text)) == 0 {
				ts.Fatalf("%s has not exactly one line: %q", args[0], text)
			}
		},
		// setenv NAME stdout|FILE: the variable becomes what is in it.
		"setenv": func(ts *testscript.TestScript, _ bool, args []string) {
			ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(args[1])))
		},
		// lastjson FILE NAME VALUE…: the last line is an object with these members.
		"lastjson": func(ts *testscript.TestScript, _ bool, args []string) {
			lines := strings.Split(strings.TrimSpace(ts.ReadFile(args[0])), "\n")
			var object map[string]any
			ts.Check(json.Unmarshal([]byte(lines[len(lines)-1]), &object))
			for i := 1; i+1 < len(args); i += 2 {
				if got := fmt.Sprint(object[args[i]]); got != args[i+1] {
					ts.Fatalf("%s is %s, want %s, in %s", args[i], got, args[i+1], lines[len(lines)-1])
				}
			}
		},
	}
}

// setUp gives a script a data directory, which is not below its working directory because the server's user could not reach
// it there, and a free port.
func setUp(env *testscript.Env) error {
	dir, err := os.MkdirTemp(storetest.Scratch(), fmt.Sprintf("ts-cli-%d-", os.Getpid())) // .ci/run removes those of processes that were killed
	if err != nil {
		return err
	}
	env.Defer(func() { _ = os.RemoveAll(dir) }) // the system's to clear up otherwise
	addr, err := freePort()
	if err != nil {
		return err
	}
	env.Setenv("ADDR", addr)
	env.Setenv("GORACE", "atexit_sleep_ms=0") // a program with the race detector would sleep for a second at each of its ends
	env.Setenv("TOUCHSTONE_DATA_DIR", dir)
	env.Setenv("PG_BINDIR", os.Getenv("PG_BINDIR"))
	return nil
}

const (
	firstPort, somePorts = 12_000, 20_000 // below 32768, where Linux begins to give ports to whoever does not ask for one
)

// ports counts the ports that scripts were given, so that none is given twice.
//
//nolint:gochecknoglobals // the scripts of one process share the machine's ports
var ports atomic.Int64

// freePort returns an address of loopback on which nobody listens. The system gives its port to nobody by itself, so it is still
// free when the script's program asks for it, whatever else opens connections until then.
func freePort() (string, error) {
	err := errors.New("no port was tried")
	for range 100 {
		addr := fmt.Sprintf("127.0.0.1:%d", firstPort+(int64(os.Getpid())*131+ports.Add(1))%somePorts)
		ln, lerr := net.Listen("tcp", addr) //nolint:noctx // it is closed at once
		if lerr == nil {
			return addr, ln.Close()
		}
		err = lerr
	}
	return "", fmt.Errorf("find a free port: %w", err)
}

func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", Cmds: commands(), Setup: setUp, RequireExplicitExec: true, RequireUniqueNames: true,
	})
}

// TestManaged runs the scripts about DATABASE_URL, each on an empty database of a server that the program does not run.
func TestManaged(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/managed", Cmds: commands(), RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			owner, app := storetest.Database(t, false)
			env.Setenv("DATABASE_URL", app)
			env.Setenv("TOUCHSTONE_MIGRATE_URL", owner)
			return setUp(env)
		},
	})
}

// TestSuper runs the scripts about a DATABASE_URL whose role may do everything, as on a server of one's own.
func TestSuper(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/super", Cmds: commands(), RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			owner, _ := storetest.Database(t, false)
			name, err := backup.DatabaseOf(owner)
			if err != nil {
				return err
			}
			env.Setenv("DATABASE_URL", backup.WithDatabase(storetest.Admin(t), name))
			return setUp(env)
		},
	})
}

func TestPrintableTextCannotMoveTheCursor(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := table(&out, [][]string{{"A", "B"}, {"x\x1b[2J", "y\u202ez"}, {"", ""}}); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "A      B\nx�[2J  y�z\n\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNumbersForPeople(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{-1: "unknown", 999: "999 B", 25_000: "25 KB", 12_345_678: "12 MB", 99_000_000_000: "99 GB"} {
		if got := size(n); got != want {
			t.Errorf("size(%d) = %q, want %q", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		time.Second: "less than a minute", 90 * time.Minute: "90 minutes", 30 * time.Hour: "30 hours", 100 * time.Hour: "4 days",
	} {
		if got := ago(d); got != want {
			t.Errorf("ago(%s) = %q, want %q", d, got, want)
		}
	}
}
