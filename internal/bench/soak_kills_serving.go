package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// newsroomUnderFire is a serving program with its private PostgreSQL, what was published in it, and one follower.
type newsroomUnderFire struct {
	Fixture
	data     string
	mu       sync.Mutex
	promised []factcheck.ClaimID // whose publication was acknowledged
	after    int64               // what the follower has seen
	pages    *seqPages
}

// stormServing kills a serving program and its PostgreSQL while verdicts are published in its database and it works the
// jobs that follow. Started again, it must have every publication that was acknowledged, and a follower of its feed must
// go on where it was, seeing each number once.
func stormServing(ctx context.Context, o Options) (found string, err error) {
	err = withTempDir(func(dir string) error {
		n := &newsroomUnderFire{data: filepath.Join(dir, "data"), pages: newSeqPages()}
		n.Dir = dir
		bar := newProgress(o, "serving programs killed", o.Kills)
		defer bar.end()
		for i := range o.Kills {
			if err := n.round(ctx, o, i%2 == 1); err != nil {
				return fmt.Errorf("kill %d: %w", i+1, err)
			}
			bar.set(i + 1)
		}
		p, err := n.start(ctx, o)
		if err != nil {
			return fmt.Errorf("after the storm: %w", err)
		}
		if err := p.stop(); err != nil {
			return err
		}
		if _, err := checkLedger(ctx, n.data); err != nil {
			return fmt.Errorf("after the storm: %w", err)
		}
		found = fmt.Sprintf("%d serving programs killed: all %d acknowledged publications are there, the follower saw 1 to %d once each", o.Kills, len(n.promised), n.after)
		return nil
	})
	return found, err
}

// start starts the program, follows its feed to the head and looks for everything that was promised.
func (n *newsroomUnderFire) start(ctx context.Context, o Options) (*program, error) {
	p, err := startProgram(ctx, o, "serve", "TOUCHSTONE_DATA_DIR="+n.data, "TOUCHSTONE_BACKUP_EVERY=0", "TOUCHSTONE_RATE_LIMIT=off")
	if err != nil {
		return nil, err
	}
	n.Base = p.Base
	if err := errors.Join(n.catchUp(ctx), n.keptPromises(ctx)); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

// round starts the program, publishes, and kills both at a random moment.
func (n *newsroomUnderFire) round(ctx context.Context, o Options, postgres bool) error {
	p, err := n.start(ctx, o)
	if err != nil {
		return err
	}
	n.Server, err = pgserver.Open(ctx, pgserver.Options{DataDir: n.data}, pgserver.Attach)
	if err != nil {
		return errors.Join(err, p.stop())
	}
	if n.DB, err = store.Open(ctx, store.Options{URL: n.Server.AppDSN(pgserver.DatabaseName), MaxConns: 8}); err != nil {
		return errors.Join(err, n.Server.Close(), p.stop())
	}
	defer n.DB.Close()
	if n.Scale.IsZero() {
		if err := n.furnish(ctx); err != nil {
			return errors.Join(err, n.Server.Close(), p.stop())
		}
	}
	stopped := n.publishUntilKilled(ctx)
	select {
	case <-ctx.Done():
	case <-time.After(time.Duration(200+rand.IntN(2000)) * time.Millisecond):
	}
	if postgres {
		killPostmaster(n.data)
	}
	err = p.kill()
	stopped()
	return errors.Join(err, n.Server.Close(), ctx.Err())
}

// publishUntilKilled publishes from four desks at once until the database goes away or the function it returns is called,
// which waits for them. What is acknowledged is noted.
func (n *newsroomUnderFire) publishUntilKilled(ctx context.Context) func() {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for desk := range 4 {
		wg.Go(func() {
			for ctx.Err() == nil {
				v, err := n.submit(ctx, desk, 1)
				if err == nil {
					_, err = n.DB.ApproveVerdict(ctx, n.Editor, v.ID, v.Hash)
				}
				if err != nil {
					return // killed: an answer that did not come promises nothing
				}
				n.mu.Lock()
				n.promised = append(n.promised, v.Claim)
				n.mu.Unlock()
			}
		})
	}
	return func() {
		cancel()
		wg.Wait()
	}
}

// catchUp follows the feed to its head over HTTP.
func (n *newsroomUnderFire) catchUp(ctx context.Context) error {
	for {
		body, err := fetch(ctx, fmt.Sprintf("%s/api/v1/changes?limit=1000&after=%d", n.Base, n.after), nil)
		if err != nil {
			return err
		}
		seqs, err := n.pages.read(body)
		if err != nil || len(seqs) == 0 {
			return err
		}
		if n.after, err = goOn(n.after, seqs); err != nil {
			return err
		}
	}
}

// keptPromises looks for every acknowledged publication, the last ones of all, which a crash would take first.
func (n *newsroomUnderFire) keptPromises(ctx context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if int64(len(n.promised)) > n.after {
		return fmt.Errorf("%d publications were acknowledged and the feed ends at %d", len(n.promised), n.after)
	}
	for _, id := range n.promised[max(0, len(n.promised)-200):] {
		if _, err := fetch(ctx, n.Base+"/api/v1/claims/"+id.String(), nil); err != nil {
			return fmt.Errorf("an acknowledged publication is not there: %w", err)
		}
	}
	return nil
}
