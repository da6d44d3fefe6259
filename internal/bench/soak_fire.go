package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	// fireDesks is how many publish at once.
	fireDesks = 16
	// fireURL is what partners know both nodes by; it stands in what they are told.
	fireURL = "http://localhost:8080"
)

// fire is a newsroom that publishes from many desks at once behind two nodes, one of which is killed and started again, and
// partners who follow it and are killed all the time.
type fire struct {
	*Fixture
	start func(ctx context.Context, name string, env ...string) (*program, error)

	acts     int           // of each desk
	partners int           // of each way to follow
	hooks    int           // partners who are told
	owner    string        // e-mail of whom their keys are entrusted to
	quiet    time.Duration // the most that anything may take when nothing burns any more
	expire   func(ctx context.Context) error

	nodes [2]atomic.Pointer[program]
	done  atomic.Int64 // acts
	last  atomic.Int64 // number of the last change, once all is published
}

// soakFire publishes, corrects, suspends, restores, retracts, links and merges from sixteen desks at once, while partners follow by
// long-poll, by server-sent events and by webhook from two nodes. All of them are killed and started again, one node too. In the
// end each must hold exactly what an export says, and each webhook must have come in the order of its claim.
func soakFire(ctx context.Context, o Options) (found string, err error) {
	o.Claims = min(o.Claims, 200) // what was there before does not matter here
	f, err := NewFixture(ctx, o)
	if err != nil {
		return "", fmt.Errorf("prepare: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := f.program.stop(); err != nil {
		return "", err
	}
	fire := &fire{Fixture: f, acts: max(4, o.Publications/fireDesks), partners: max(4, o.Followers/50), hooks: 4, owner: "e@bench.example", quiet: 10 * time.Minute}
	fire.start = func(ctx context.Context, name string, env ...string) (*program, error) {
		return startProgram(ctx, o, "serve", append(env, "DATABASE_URL="+f.Server.AppDSN(pgserver.DatabaseName), "TOUCHSTONE_MIGRATE_URL="+f.Server.OwnerDSN(pgserver.DatabaseName),
			"TOUCHSTONE_DATA_DIR="+filepath.Join(f.Dir, name))...)
	}
	bar := newProgress(o, "acts of the desks", fire.acts*fireDesks)
	defer bar.end()
	return fire.burn(ctx, bar)
}

// burn lets everything happen at once, and looks at what everybody holds in the end.
func (f *fire) burn(ctx context.Context, bar *progress) (string, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	_, before, _, err := f.DB.Head(ctx)
	if err != nil {
		return "", err
	}
	told, stop, err := f.listen()
	if err != nil {
		return "", err
	}
	defer stop()
	env := append(allowed(told), "TOUCHSTONE_PUBLIC_URL="+fireURL, "TOUCHSTONE_RATE_LIMIT=off", "TOUCHSTONE_SECRET_KEY="+strings.Repeat("fire", 16))
	for i := range f.nodes {
		p, err := f.start(ctx, fmt.Sprintf("node-%d", i), env...)
		if err != nil {
			return "", err
		}
		f.nodes[i].Store(p)
	}
	defer func() {
		for i := range f.nodes {
			_ = f.nodes[i].Load().stop() // what went wrong is told already
		}
	}()
	if err := f.subscribe(ctx, told); err != nil {
		return "", err
	}
	crowd, err := f.follow(ctx, cancel, env, bar)
	if err != nil {
		return "", err
	}
	for _, r := range told {
		if err := r.complete(ctx, f, before); err != nil {
			return "", err
		}
	}
	return f.agree(ctx, crowd, told)
}

// follow lets the desks publish, the partners follow and a node be killed, and returns when every partner is at the end.
func (f *fire) follow(ctx context.Context, cancel context.CancelCauseFunc, env []string, bar *progress) ([]*partner, error) {
	var crowd []*partner
	var all sync.WaitGroup
	try := func(fn func() error) {
		all.Go(func() {
			if err := fn(); err != nil {
				cancel(err)
			}
		})
	}
	for i := range 2 * f.partners {
		p := newPartner(f, i)
		crowd = append(crowd, p)
		try(func() error { return p.follow(ctx) })
	}
	try(func() error { return f.killNode(ctx, env) })
	err := inParallel(fireDesks, fireDesks, func(n int) error {
		d := &desk{fire: f, n: n}
		for range f.acts {
			if err := d.act(ctx); err != nil {
				return fmt.Errorf("desk %d: %w", n, err)
			}
			f.done.Add(1)
			bar.add(1)
		}
		return nil
	})
	if err == nil {
		_, head, _, herr := f.DB.Head(ctx)
		f.last.Store(head)
		err = herr
	}
	if err != nil {
		cancel(err)
	}
	late := time.AfterFunc(f.quiet, func() {
		cancel(fmt.Errorf("the last partner is not at the end %s after everything was published", f.quiet))
	})
	defer late.Stop()
	all.Wait()
	return crowd, context.Cause(ctx)
}

// killNode kills the second node when two fifths are published, and starts it again after another fifth.
func (f *fire) killNode(ctx context.Context, env []string) error {
	total := int64(f.acts * fireDesks)
	if err := f.until(ctx, total*2/5); err != nil {
		return err
	}
	if err := f.nodes[1].Load().kill(); err != nil {
		return err
	}
	if f.expire != nil {
		if err := f.expire(ctx); err != nil {
			return err
		}
	}
	if err := f.until(ctx, total*3/5); err != nil {
		return err
	}
	p, err := f.start(ctx, "node-1", env...)
	if err != nil {
		return err
	}
	f.nodes[1].Store(p)
	return nil
}

// until waits until so many acts are done.
func (f *fire) until(ctx context.Context, acts int64) error {
	for f.done.Load() < acts {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}

// agree holds what everybody has to what both nodes export.
func (f *fire) agree(ctx context.Context, crowd []*partner, told []*receiver) (string, error) {
	truth, err := exported(ctx, f.nodes[0].Load().Base)
	if err != nil {
		return "", err
	}
	other, err := exported(ctx, f.nodes[1].Load().Base)
	if err != nil {
		return "", err
	}
	if err := same(truth, other); err != nil {
		return "", fmt.Errorf("the second node exports something else: %w", err)
	}
	lives, again := 0, 0
	for _, p := range crowd {
		if err := holds(truth, p.held); err != nil {
			return "", fmt.Errorf("%s: %w", p.name, err)
		}
		lives += p.lives
	}
	for _, r := range told {
		if err := holds(truth, r.held); err != nil {
			return "", fmt.Errorf("%s: %w", r.name, err)
		}
		again += r.again
	}
	return fmt.Sprintf("%d acts from %d desks, %d changes, one of two nodes killed: %d partners, killed %d times, and %d webhooks, %d messages of which came again, hold exactly the %d claims that are public; every webhook in order",
		f.done.Load(), fireDesks, f.last.Load(), len(crowd), lives-len(crowd), len(told), again, len(truth)), nil
}

// subscribe makes a key and a webhook for each receiver, which begins with an export: it is told of what comes after.
func (f *fire) subscribe(ctx context.Context, told []*receiver) error {
	for _, r := range told {
		_, key, err := f.DB.CreateKey(ctx, factcheck.Operator(), store.KeyInput{Name: r.name, Scopes: []factcheck.Scope{factcheck.ScopeManage}, Owner: f.owner})
		if err != nil {
			return err
		}
		if err := post(ctx, f.nodes[0].Load().Base+"/api/v1/webhooks", key, fmt.Sprintf(`{"url":%q,"name":%q}`, r.url(), r.name)); err != nil {
			return err
		}
		if err := r.begin(ctx, f.nodes[0].Load().Base); err != nil {
			return err
		}
	}
	return nil
}

// holds returns an error if what somebody holds is not exactly what is true.
func holds(truth map[string]any, held map[string]json.RawMessage) error {
	claims := make(map[string]any, len(held))
	for id, text := range held {
		claim, err := decoded(text)
		if err != nil {
			return fmt.Errorf("what is held of %s: %w", id, err)
		}
		claims[id] = claim
	}
	return same(truth, claims)
}

// same returns an error that names the first claim that differs.
func same(truth, got map[string]any) error {
	for id, want := range truth {
		if !reflect.DeepEqual(want, got[id]) {
			return fmt.Errorf("of %s it has\n%.2000v\nwant\n%.2000v", id, got[id], want)
		}
	}
	for id := range got {
		if truth[id] == nil {
			return fmt.Errorf("it has %s, which is not public", id)
		}
	}
	return nil
}
