package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
)

// Soak runs the long proofs: followers of the feed while many publish, and a storm of kills during imports. Each has a
// small version in the tests. It stops at the first promise that does not hold.
func Soak(ctx context.Context, o Options) error {
	f, err := NewFixture(ctx, o)
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	err = f.soakFeed(ctx, o)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("feed: %w", err)
	}
	if err := killStorm(ctx, o, 20); err != nil {
		return fmt.Errorf("kill storm: %w", err)
	}
	return nil
}

// soakFeed lets followers read the feed over HTTP while versions are published: each must see every number once, in order.
func (f *Fixture) soakFeed(ctx context.Context, o Options) error {
	const followers, publications = 1000, 3000
	_, head, _, err := f.DB.Head(ctx)
	if err != nil {
		return err
	}
	var reached atomic.Int64
	last := head + publications
	followed := make(chan error, 1)
	go func() {
		followed <- inParallel(followers, followers, func(int) error {
			if err := f.follow(ctx, head, last); err != nil {
				return err
			}
			reached.Add(1)
			return nil
		})
	}()
	if _, err := f.publish(ctx, o, publications); err != nil {
		return err
	}
	if err := <-followed; err != nil {
		return err
	}
	o.say("feed: %d followers each saw %d changes, gapless and in order\n", reached.Load(), publications)
	return nil
}

// follow reads the feed from a number to another and checks what it sees.
func (f *Fixture) follow(ctx context.Context, after, last int64) error {
	for after < last {
		body, err := fetch(ctx, f.Base+"/api/v1/changes?limit=500&wait=20&after="+strconv.FormatInt(after, 10), nil)
		if err != nil {
			return err
		}
		var page struct {
			Data []struct {
				Seq int64 `json:"seq"`
			} `json:"data"`
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return err
		}
		for _, c := range page.Data {
			if c.Seq != after+1 {
				return fmt.Errorf("after %d came %d", after, c.Seq)
			}
			after = c.Seq
		}
	}
	return nil
}

// killStorm imports a file again and again and kills the import, PostgreSQL included, at a random moment. What was counted
// as taken in must be there, the feed gapless, and the last run whole.
func killStorm(ctx context.Context, o Options, kills int) error {
	dir, err := os.MkdirTemp("", "ts-soak-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary directory
	file := filepath.Join(dir, "checks.jsonl")
	if err := writeChecks(file, 20_000); err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	run := func() *exec.Cmd {
		cmd := exec.CommandContext(ctx, o.Program, "import", "--allow-publishers", file)
		cmd.Env = append(os.Environ(), "TOUCHSTONE_DATA_DIR="+data, "DATABASE_URL=")
		return cmd
	}
	for i := range kills {
		cmd := run()
		if err := cmd.Start(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(200+rand.IntN(4000)) * time.Millisecond):
		}
		if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
			return err
		}
		_ = cmd.Wait() // it was killed
		if err := checkLedger(ctx, data); err != nil {
			return fmt.Errorf("after kill %d: %w", i+1, err)
		}
		o.say("\rkill storm: %d of %d", i+1, kills)
	}
	if out, err := run().CombinedOutput(); err != nil {
		return fmt.Errorf("the import after the storm: %w: %s", err, out)
	}
	o.say("\nkill storm: nothing was lost, nothing was half-written\n")
	return checkLedger(ctx, data)
}

// checkLedger opens the cluster of a data directory and looks for halves and gaps.
func checkLedger(ctx context.Context, data string) error {
	srv, err := pgserver.Open(ctx, pgserver.Options{DataDir: data}, pgserver.Attach)
	if err != nil {
		return err
	}
	f := &Fixture{Server: srv, Dir: filepath.Dir(data)}
	err = f.psql(ctx, srv.SuperDSN(pgserver.DatabaseName), `DO $$ BEGIN
		IF to_regclass('changes') IS NULL THEN RETURN; END IF;
		ASSERT (SELECT coalesce(max(seq), 0) = count(*) FROM changes), 'the feed has gaps';
		ASSERT (SELECT coalesce(max(c.seq), 0) = max(f.seq) FROM changes c, feed f) OR NOT EXISTS (SELECT FROM changes), 'the head is not the newest change';
		ASSERT NOT EXISTS (SELECT FROM import_records r LEFT JOIN verdicts v ON v.id = r.verdict_id WHERE v.current_version_id IS NULL), 'half a record';
		ASSERT NOT EXISTS (SELECT FROM claim_documents d WHERE NOT EXISTS (SELECT FROM changes c WHERE c.seq = d.seq)), 'a document without its change';
	END $$`)
	if cerr := srv.Close(); err == nil {
		err = cerr
	}
	return err
}

// writeChecks writes synthetic checks in the shape of JSON Lines that import recognises.
func writeChecks(path string, n int) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(out)
	for i := range n {
		r := Record("storm.example", i)
		if err := enc.Encode(map[string]any{
			"@context": "https://schema.org", "@type": "ClaimReview", "url": r.ReviewURL, "claimReviewed": r.Text, "datePublished": r.Published.String(),
			"author":       map[string]any{"@type": "Organization", "name": "Storm Checks", "url": "https://storm.example/"},
			"reviewRating": map[string]any{"@type": "Rating", "alternateName": string(factcheck.TruthFalse), "ratingValue": 1, "bestRating": 5, "worstRating": 1},
		}); err != nil {
			return err
		}
	}
	return out.Close()
}
