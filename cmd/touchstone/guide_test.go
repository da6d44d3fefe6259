package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/config"
	"github.com/touchstone-factcheck/touchstone/internal/demo"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/observe"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
	"github.com/touchstone-factcheck/touchstone/internal/webhook"
	"github.com/touchstone-factcheck/touchstone/web/guide"
)

// guided is a served demonstration newsroom, and what runs the programs of the guides beside it.
type guided struct {
	db      *store.DB
	url     string
	busy    string            // a door before it that sends everybody away once
	tools   map[string]string // programs that run others, by language
	program string            // the programs in Go as one: its argument chooses
}

// TestEveryGuideRuns runs every program of the guides, in every language, against the demonstration newsroom, and holds what it
// prints to what the guide shows. A program that follows without end is stopped once it has printed that.
func TestEveryGuideRuns(t *testing.T) {
	t.Parallel()
	g := &guided{tools: interpreters(t)}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g.url = "http://" + ln.Addr().String()
	g.busy = g.busyDoor(t)
	built := make(chan error, 1)
	dir := t.TempDir()
	g.program = filepath.Join(dir, "programs")
	go func() { built <- g.build(t.Context(), dir) }()
	g.serve(t, ln)
	if err := <-built; err != nil {
		t.Fatal(err)
	}
	for _, task := range guide.Tasks() {
		for _, code := range task.Codes {
			t.Run(code.File, func(t *testing.T) {
				t.Parallel()
				g.run(t, task.Name, code)
			})
		}
	}
}

// interpreters finds what runs programs. Where every test must run, all have to be there.
func interpreters(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for lang, name := range map[string]string{"curl": "bash", "python": "python3", "javascript": "node"} {
		path, err := exec.LookPath(name)
		if _, lacks := exec.LookPath("curl"); lang == "curl" && err == nil {
			err = lacks
		}
		if err != nil && os.Getenv("CI") != "" {
			t.Fatalf("%v: .ci/install interpreters installs it", err)
		}
		out[lang] = path
	}
	return out
}

// build builds all programs in Go as one, each as a package of its own that is laid over the module: linking all takes as long as
// linking one.
func (g *guided) build(ctx context.Context, dir string) error {
	root, err := filepath.Abs("../..")
	if err != nil {
		return err
	}
	const at = "cmd/guideprograms"
	over := map[string]string{}
	put := func(path, text string) error {
		file := filepath.Join(dir, strings.ReplaceAll(path, "/", "_"))
		over[filepath.Join(root, at, path)] = file
		return os.WriteFile(file, []byte(text), 0o600)
	}
	imports, cases := "", ""
	for _, task := range guide.Tasks() {
		pkg := strings.ReplaceAll(task.Name, "-", "_")
		for _, code := range task.Codes {
			if code.Lang != "go" {
				continue
			}
			text := strings.Replace(strings.ReplaceAll(code.Text, guide.Origin, g.at(task.Name)), "package main\n", "package "+pkg+"\n", 1)
			if err := put(pkg+"/program.go", strings.Replace(text, "\nfunc main() {", "\nfunc Main() {", 1)); err != nil {
				return err
			}
		}
		imports += fmt.Sprintf("import %q\n", module+"/"+at+"/"+pkg)
		cases += fmt.Sprintf("case %q: %s.Main()\n", task.Name, pkg)
	}
	if err := put("main.go", "package main\nimport \"os\"\n"+imports+"func main() {\nswitch os.Args[1] {\n"+cases+"}\n}\n"); err != nil {
		return err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": over})
	if err != nil {
		return err
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		return err
	}
	args := []string{"build", "-overlay", file, "-o", g.program}
	if raceEnabled {
		args = append(args, "-race") // what it imports has been compiled so
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "./"+at)...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the programs in Go: %w: %s", err, out)
	}
	return nil
}

const module = "github.com/touchstone-factcheck/touchstone"

// serve plays the demonstration and serves it until the test ends, with everything that runs beside it.
func (g *guided) serve(t *testing.T, ln net.Listener) {
	t.Helper()
	env := storetest.Empty(t)
	clock := &demo.Clock{}
	quiet := slog.New(slog.DiscardHandler)
	db, err := store.Open(t.Context(), store.Options{URL: env.URL, MaxConns: 12, Now: clock.Now, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	g.db = db
	if err := demo.Play(t.Context(), db, clock, time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	a := &app{log: quiet, build: observe.Build{Version: "test"}}
	d := &database{cfg: config.Config{DataDir: t.TempDir(), DatabaseURL: env.URL}, log: quiet, build: a.build}
	s := a.newService(d, db, config.Server{PublicURL: g.url, SecretKey: "of the test", RateLimit: true})
	if err := s.furnishSite(); err != nil {
		t.Fatal(err)
	}
	front := s.server()
	ctx, cancel := context.WithCancel(context.Background())
	stop, err := s.work(ctx)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- front.Serve(ln) }()
	t.Cleanup(func() {
		defer cancel()
		stopping, done := context.WithTimeout(context.Background(), 20*time.Second)
		defer done()
		if err := errors.Join(front.Shutdown(stopping), stop(), <-served); err != nil {
			t.Error(err)
		}
	})
}

// key makes a key that may do everything keys may.
func (g *guided) key(t *testing.T) string {
	t.Helper()
	people, err := g.db.Persons(t.Context(), factcheck.Operator())
	if err != nil {
		t.Fatal(err)
	}
	editor := slices.IndexFunc(people, func(p store.Person) bool { return p.Role == factcheck.RoleEditor && p.DisabledAt == nil })
	_, key, err := g.db.CreateKey(t.Context(), factcheck.Operator(), store.KeyInput{Name: t.Name(), Scopes: []factcheck.Scope{factcheck.ScopeManage}, Owner: people[editor].Email})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// run runs a program in a directory of its own, and stops it once it has printed what it should, or when it takes too long.
func (g *guided) run(t *testing.T, task string, code guide.Code) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	dir := t.TempDir()
	cmd := exec.CommandContext(ctx, g.program, task) //nolint:gosec // it was built above
	if code.Lang != "go" {
		cmd = g.interpreted(ctx, t, dir, task, code)
	}
	key := g.key(t)
	var said bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stderr = dir, append(os.Environ(), "TOUCHSTONE_KEY="+key), &said
	cmd.Cancel, cmd.WaitDelay = func() error { return cmd.Process.Signal(syscall.SIGTERM) }, time.Second
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	endless := strings.HasSuffix(code.Output, "\n…\n")
	want := shown(strings.ReplaceAll(code.Output, guide.Origin, g.url))
	var got strings.Builder
	for lines := bufio.NewScanner(out); lines.Scan(); {
		got.WriteString(lines.Text() + "\n")
		if endless && want.MatchString(got.String()+"\n") {
			cancel()
			break
		}
	}
	err = cmd.Wait()
	if !want.MatchString(got.String()+"\n") || err != nil && !endless {
		t.Errorf("got %v and %s%s, want %s", err, got.String(), said.String(), code.Output)
	}
}

// interpreted is the command for a program that is not in Go.
func (g *guided) interpreted(ctx context.Context, t *testing.T, dir, task string, code guide.Code) *exec.Cmd {
	t.Helper()
	if g.tools[code.Lang] == "" {
		t.Skipf("there is nothing here that runs %s", code.Label)
	}
	if strings.Contains(code.Text, "@googleapis") {
		modules, err := filepath.Abs("../../.tools/node/node_modules")
		if err == nil {
			_, err = os.Stat(filepath.Join(modules, "@googleapis"))
		}
		if err != nil && os.Getenv("CI") == "" {
			t.Skipf("Google's client for node is not here (%v): .ci/install node installs it", err)
		}
		if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, code.File)
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(code.Text, guide.Origin, g.at(task))), 0o600); err != nil {
		t.Fatal(err)
	}
	return exec.CommandContext(ctx, g.tools[code.Lang], file) //nolint:gosec // a program of ours
}

// shown matches what a guide shows: … stands for anything.
func shown(output string) *regexp.Regexp {
	return regexp.MustCompile("(?s)^" + strings.ReplaceAll(regexp.QuoteMeta(strings.TrimRight(output, "\n")), "…", ".*?") + "\\s*$")
}

// busyDoor serves until the test ends: the first request of each key is refused as one too many, as the server does and proxies in front
// of it do, and all others go through.
func (g *guided) busyDoor(t *testing.T) string {
	t.Helper()
	origin, err := url.Parse(g.url)
	if err != nil {
		t.Fatal(err)
	}
	var knocked sync.Map
	through := httputil.NewSingleHostReverseProxy(origin)
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, again := knocked.LoadOrStore(r.Header.Get("Authorization"), true); again {
			through.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	t.Cleanup(door.Close)
	return door.URL
}

// at is where the programs of a task ask.
func (g *guided) at(task string) string {
	if task == "retry" {
		return g.busy
	}
	return g.url
}

// TestGuidesVerifyWhatIsSigned holds the message that the guide verifies to what is sent.
func TestGuidesVerifyWhatIsSigned(t *testing.T) {
	t.Parallel()
	body := []byte(`{"type":"verdict.corrected","timestamp":"2025-06-07T16:40:00Z","data":{"seq":1043}}`)
	want := webhook.Sign("delivery_01h455vb4pex5vsknk084sn02q", time.Unix(1749314400, 0), body, []byte("0123456789abcdef0123456789abcdef"))
	found := 0
	for _, task := range guide.Tasks() {
		for _, code := range task.Codes {
			if task.Name == "verify" && strings.Contains(code.Text, want) && strings.Contains(code.Text, string(body)) {
				found++
			}
		}
	}
	if found != 4 {
		t.Errorf("%d programs verify a message as it is sent, want all 4; it is signed %s", found, want)
	}
}
