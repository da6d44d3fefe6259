package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	// memoryPart is the name of the part that weighs the program.
	memoryPart = "memory"
	// warmPages is how many finished pages of claims are asked for.
	warmPages = 5000
	// idleGoal and warmGoal are the most megabytes that the program should hold with the demonstration's claims, and more with warm pages.
	idleGoal, warmGoal = 40, 150
	// settledAfter is when the program has given back what only its start needed.
	settledAfter = 75 * time.Second
)

// Memory weighs the program, if o.Only names memory or nothing: at rest with the demonstration's claims, and how much more it holds when
// 5,000 finished pages were asked for, all in resident megabytes as the kernel counts them. It reports whether nothing else is asked
// for. It takes about four minutes.
func Memory(ctx context.Context, o Options) (alone bool, err error) {
	if !o.wants(memoryPart) {
		return false, nil
	}
	idle, err := weighDemo(ctx, o)
	if err != nil {
		return false, fmt.Errorf("weigh the demonstration: %w", err)
	}
	o.Claims, o.fast = warmPages, true
	before, after, err := weighWarm(ctx, o)
	if err != nil {
		return false, fmt.Errorf("weigh warm pages: %w", err)
	}
	o.say("memory       %.0f MB at rest with the demonstration's claims (goal ≤ %d); %d warm pages take %.0f MB more than %.0f (goal ≤ %d)\n",
		idle, idleGoal, warmPages, after-before, before, warmGoal)
	return o.Only == memoryPart, nil
}

// weighDemo starts the demonstration and returns what it holds at rest.
func weighDemo(ctx context.Context, o Options) (mb float64, err error) {
	dir, err := os.MkdirTemp("", "ts-bench-demo-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.Chmod(dir, 0o755); err != nil {
		return 0, err
	}
	p, err := startProgram(ctx, o, "demo", "TOUCHSTONE_DATA_DIR="+filepath.Join(dir, "demo"))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if mb, err = weigh(ctx, p); err != nil {
		return 0, err
	}
	held, err := memoryOf(p.cmd.Process.Pid)
	if err != nil {
		return 0, err
	}
	if held.files == 0 {
		return 0, errors.New("the kernel does not say which memory is of files")
	}
	file := float64(held.files) / 1e6
	o.say("memory       of %.0f MB at rest %.0f are the program's own file, as far as the kernel has mapped it, and %.0f its own\n", mb, file, mb-file)
	return mb, nil
}

// weighWarm returns what the program holds at rest with warmPages claims, and when the page of each was asked for.
func weighWarm(ctx context.Context, o Options) (before, after float64, err error) {
	f, err := NewFixture(ctx, o)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if before, err = weigh(ctx, f.program); err != nil {
		return 0, 0, err
	}
	if err := f.warm(ctx); err != nil {
		return 0, 0, err
	}
	held, err := memoryOf(f.program.cmd.Process.Pid)
	return before, float64(held.now) / 1e6, err
}

// weigh returns the resident megabytes of a program when it is at rest.
func weigh(ctx context.Context, p *program) (float64, error) {
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(settledAfter):
	}
	held, err := memoryOf(p.cmd.Process.Pid)
	return float64(held.now) / 1e6, err
}

// warm asks for the page of every claim once.
func (f *Fixture) warm(ctx context.Context) error {
	client := &http.Client{Timeout: time.Minute}
	for cursor := ""; ; {
		docs, next, err := f.DB.ListClaims(ctx, store.ListFilter{Limit: store.MaxPage, Cursor: cursor})
		if err != nil {
			return err
		}
		err = inParallel(4, len(docs), func(i int) error {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.Base+"/claims/"+url.PathEscape(docs[i].Slug), nil)
			if err != nil {
				return err
			}
			resp, err := client.Do(req)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, resp.Body)
			if resp.StatusCode != http.StatusOK {
				err = errors.Join(err, fmt.Errorf("%s answers %s", req.URL, resp.Status))
			}
			return errors.Join(err, resp.Body.Close())
		})
		if err != nil || next == "" {
			return err
		}
		cursor = next
	}
}
