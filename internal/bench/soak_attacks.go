package bench

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	attackers    = 16               // attacks at once
	slowAttacks  = 200              // at most, beside the others: each lasts until the server loses patience
	attackMemory = 400 << 20        // bytes that the program may hold when the attacks are over
	attacksShown = 20               // failures told in full
	answerLimit  = 25 * time.Second // a handler has 20 s
	halfHeader   = 20 * time.Second // the program waits 10 s for a header
	halfBody     = 45 * time.Second // and 30 s for a body
)

// soakAttacks sends o.Attacks hostile requests to the demonstration newsroom. Each must be answered or closed within its
// limit, never with a 5xx, a header or markup of the attacker's; afterwards the program must be alive and well.
func soakAttacks(ctx context.Context, o Options) (found string, err error) {
	err = withDemo(ctx, o, func(d *demoHouse) error {
		found, err = d.attack(ctx, o)
		return err
	})
	return found, err
}

// demoHouse is a running demonstration newsroom.
type demoHouse struct {
	*program
	key string // of the API
}

// withDemo runs fn beside a demonstration newsroom of its own.
func withDemo(ctx context.Context, o Options, fn func(*demoHouse) error) error {
	return withTempDir(func(dir string) error {
		p, err := startProgram(ctx, o, "demo", "TOUCHSTONE_DATA_DIR="+filepath.Join(dir, "data"), "TOUCHSTONE_RATE_LIMIT=off")
		if err != nil {
			return fmt.Errorf("start the demonstration: %w", err)
		}
		d := &demoHouse{program: p}
		// Printed after the address is served.
		for range 100 {
			if m := demoKey.FindStringSubmatch(p.said.String()); m != nil {
				d.key = m[1]
				break
			}
			if err = pause(ctx, 50*time.Millisecond); err != nil {
				break
			}
		}
		if err == nil && d.key == "" {
			err = fmt.Errorf("the demonstration prints no API key: %s", p.said.String())
		}
		if err == nil {
			err = fn(d)
		}
		return errors.Join(err, p.stop())
	})
}

var demoKey = regexp.MustCompile(`API key +(ts_\S+)`)

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// attack sends everything and looks at the program afterwards.
func (d *demoHouse) attack(ctx context.Context, o Options) (string, error) {
	tg, err := findTargets(ctx, d.Base, d.key)
	if err != nil {
		return "", fmt.Errorf("look for what to attack: %w", err)
	}
	r := &attackReport{codes: map[int]int{}}
	bar := newProgress(o, "attacks", o.Attacks)
	slow := min(slowAttacks, max(2, o.Attacks/50))
	var wg sync.WaitGroup
	for i := range slow {
		wg.Go(func() {
			// Of few, none waits as long as a body may.
			r.take(tg.slow(i, o.Attacks >= 1000).send(ctx, d.Base))
			bar.add(1)
		})
	}
	err = inParallel(attackers, max(0, o.Attacks-slow), func(i int) error {
		r.take(tg.attack(i).send(ctx, d.Base))
		bar.add(1)
		return ctx.Err()
	})
	wg.Wait()
	bar.end()
	if err != nil {
		return "", err
	}
	found, err := r.verdict(o)
	return found, errors.Join(err, d.wellAfter(ctx, o))
}

// wellAfter looks whether the program lives, can serve, has not panicked and is no larger than it may be.
func (d *demoHouse) wellAfter(ctx context.Context, o Options) error {
	if !d.alive() {
		return fmt.Errorf("the program has ended: %s", d.said.String())
	}
	if _, err := fetch(ctx, d.Base+"/readyz", nil); err != nil {
		return fmt.Errorf("the program is not well afterwards: %w", err)
	}
	for _, word := range []string{"panic", "DATA RACE"} {
		if strings.Contains(d.said.String(), word) {
			return fmt.Errorf("the program's log tells of a %s: %s", strings.ToLower(word), d.said.String())
		}
	}
	held, err := memoryOf(d.cmd.Process.Pid)
	if err != nil {
		return err
	}
	o.say("memory: %d MB now, %d MB at most\n", held.now>>20, held.most>>20)
	if bound := cmp.Or(o.memory, attackMemory); held.now > bound {
		return fmt.Errorf("the program holds %d MB after the attacks; the bound is %d", held.now>>20, bound>>20)
	}
	return nil
}

var memoryLine = regexp.MustCompile(`(?m)^(VmRSS|VmHWM|RssFile):\s+(\d+) kB$`)

// memory is what of a process is resident, in bytes.
type memory struct {
	now, most int64
	files     int64 // of now, pages of files: a kernel with large folios maps far more than were used, and all programs share them
}

// memoryOf returns the memory of a process.
func memoryOf(pid int) (memory, error) {
	var out memory
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return out, err
	}
	into := map[string]*int64{"VmRSS": &out.now, "VmHWM": &out.most, "RssFile": &out.files}
	for _, m := range memoryLine.FindAllStringSubmatch(string(status), -1) {
		kb, err := strconv.ParseInt(m[2], 10, 64)
		if err != nil {
			return out, err
		}
		*into[m[1]] = kb << 10
	}
	return out, nil
}

// attackReport collects what became of attacks.
type attackReport struct {
	mu                  sync.Mutex
	sent, closed, wrong int
	codes               map[int]int
	shown               []string
	slowest             time.Duration
}

func (r *attackReport) take(a attackResult) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent++
	if a.status == 0 {
		r.closed++
	} else {
		r.codes[a.status]++
	}
	if !a.slow {
		r.slowest = max(r.slowest, a.took)
	}
	if a.err == nil {
		return
	}
	r.wrong++
	if len(r.shown) < attacksShown {
		r.shown = append(r.shown, fmt.Sprintf("%s: %v\n    request %.600q\n    answer  %.600q", a.name, a.err, a.raw, a.head))
	}
}

func (r *attackReport) verdict(o Options) (string, error) {
	var codes []string
	for code, n := range r.codes {
		codes = append(codes, fmt.Sprintf("%d: %d", code, n))
	}
	slices.Sort(codes)
	found := fmt.Sprintf("%d hostile requests, %d answers wrong, %d closed without one, slowest %s; %s", r.sent, r.wrong, r.closed, r.slowest.Round(time.Millisecond), strings.Join(codes, ", "))
	if r.wrong > 0 {
		for _, s := range r.shown {
			o.say("  %s\n", s)
		}
		return found, fmt.Errorf("%d of %d answers are wrong", r.wrong, r.sent)
	}
	return found, nil
}

// targets is what there is to attack: read from the program itself, so that what is added is attacked too.
type targets struct {
	key    string
	pages  []string // addresses of pages
	ops    []operation
	cookie string // that the sign-in asks for
}

// operation is an operation of the OpenAPI document.
type operation struct {
	method, path string
	params       []parameter
}

type parameter struct {
	Name string `json:"name"`
	In   string `json:"in"`
}

var localLink = regexp.MustCompile(`href="(/[^"#]*)"`)

// findTargets reads the OpenAPI document and the links of the home page and of the pages behind them.
func findTargets(ctx context.Context, base, key string) (*targets, error) {
	t := &targets{key: key, pages: []string{"/", "/sign-in", "/newsroom", "/healthz", "/openapi.json", "/search", "/static/x.css"}}
	spec, err := fetch(ctx, base+"/openapi.json", nil)
	if err != nil {
		return nil, err
	}
	if t.ops, err = operations(spec); err != nil {
		return nil, err
	}
	for i := 0; i < len(t.pages) && i < 20; i++ {
		html, err := fetch(ctx, base+t.pages[i], nil)
		if err != nil {
			continue // there need not be such a page yet
		}
		for _, m := range localLink.FindAllSubmatch(html, -1) {
			if link := string(m[1]); len(t.pages) < 200 && !slices.Contains(t.pages, link) {
				t.pages = append(t.pages, link)
			}
		}
	}
	res := attack{raw: []byte("GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), method: "GET", limit: answerLimit}.send(ctx, base)
	t.cookie, _, _ = strings.Cut(res.header.Get("Set-Cookie"), ";")
	return t, nil
}

// operations lists the operations of an OpenAPI document.
func operations(spec []byte) ([]operation, error) {
	var doc struct {
		Servers []struct {
			URL string `json:"url"`
		} `json:"servers"`
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(spec, &doc); err != nil {
		return nil, fmt.Errorf("parse the OpenAPI document: %w", err)
	}
	prefix := ""
	if len(doc.Servers) > 0 {
		prefix = strings.TrimSuffix(regexp.MustCompile(`^https?://[^/]+`).ReplaceAllString(doc.Servers[0].URL, ""), "/")
	}
	var ops []operation
	for path, item := range doc.Paths {
		for method, raw := range item {
			if !slices.Contains([]string{"get", "post", "put", "patch", "delete"}, method) {
				continue
			}
			var op struct {
				Parameters []parameter `json:"parameters"`
			}
			if err := json.Unmarshal(raw, &op); err != nil {
				return nil, fmt.Errorf("parse %s %s: %w", method, path, err)
			}
			ops = append(ops, operation{strings.ToUpper(method), prefix + path, op.Parameters})
		}
	}
	if len(ops) == 0 {
		return nil, errors.New("the OpenAPI document has no operations")
	}
	slices.SortFunc(ops, func(a, b operation) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return ops, nil
}
