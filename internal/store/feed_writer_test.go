package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// feedWriter publishes, corrects, suspends and links through a store of its own.
type feedWriter struct {
	URL             string
	Name            string // of its connections, for whoever kills them
	Ops             int
	Checker, Editor factcheck.Actor
	Scale           factcheck.ScaleID

	db       *store.DB
	rnd      *rand.Rand
	verdicts []store.Version // its own, current
}

func newFeedWriter(env *storetest.Env, n, ops int) *feedWriter {
	return &feedWriter{URL: env.URL, Name: fmt.Sprintf("writer-%d", n), Ops: ops, Checker: env.Checker, Editor: env.Editor, Scale: env.Scale}
}

// run does its share. What a kill or a lock cost it may fail; anything else is an error.
func (w *feedWriter) run(ctx context.Context) error {
	var err error
	w.rnd = rand.New(rand.NewPCG(uint64(len(w.Name)), uint64(w.Name[len(w.Name)-1]))) //nolint:gosec // the same each time
	w.db, err = store.Open(ctx, store.Options{URL: w.URL + "&application_name=" + w.Name, MaxConns: 2, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer w.db.Close()
	for i := range w.Ops {
		if err := w.act(ctx, i); err != nil && !tolerable(err) {
			return fmt.Errorf("%s, act %d: %w", w.Name, i, err)
		}
		if ctx.Err() != nil {
			return nil
		}
	}
	return nil
}

func tolerable(err error) bool {
	code := factcheck.CodeOf(err)
	return code == factcheck.CodeConflict || code == factcheck.CodeUnavailable || errors.Is(err, context.Canceled)
}

func (w *feedWriter) act(ctx context.Context, i int) error {
	if len(w.verdicts) == 0 || w.rnd.IntN(3) == 0 {
		return w.publish(ctx, i)
	}
	n := w.rnd.IntN(len(w.verdicts))
	v := w.verdicts[n]
	switch w.rnd.IntN(3) {
	case 0:
		return w.db.SuspendVerdict(ctx, w.Editor, v.Verdict, "A source is in doubt.")
	case 1:
		a, err := w.db.AddArticle(ctx, w.Checker, factcheck.ArticleInput{URL: fmt.Sprintf("https://news.example/%s/%d", w.Name, i), Title: "He did"})
		if err == nil {
			_, err = w.db.LinkArticle(ctx, w.Checker, a.Article, v.Claim, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats})
		}
		return err
	}
	c, err := w.db.DraftCorrection(ctx, w.Checker, v.Verdict, factcheck.CorrectionUpdate, "More was found.")
	if err != nil {
		w.verdicts = append(w.verdicts[:n], w.verdicts[n+1:]...) // a kill left a draft open: let it be
		return err
	}
	return w.approve(ctx, c)
}

func (w *feedWriter) publish(ctx context.Context, i int) error {
	claim, err := w.db.FileClaim(ctx, w.Checker, factcheck.ClaimInput{Text: fmt.Sprintf("Rumour %d of %s", i, w.Name), Language: "en"})
	if err != nil {
		return err
	}
	env := storetest.Env{Scale: w.Scale}
	v, err := w.db.DraftVerdict(ctx, w.Checker, claim, env.Draft("False"))
	if err != nil {
		return err
	}
	if err := w.approve(ctx, v); err != nil {
		return err
	}
	w.verdicts = append(w.verdicts, v)
	return nil
}

func (w *feedWriter) approve(ctx context.Context, v store.Version) error {
	v, err := w.db.SubmitVerdict(ctx, w.Checker, v.ID, v.Revision)
	if err != nil {
		return err
	}
	_, err = w.db.ApproveVerdict(ctx, w.Editor, v.ID, v.Hash)
	return err
}

// asProcess returns the writer as a process of its own: this test binary, told by the environment to be one.
func (w *feedWriter) asProcess(ctx context.Context) (*exec.Cmd, error) {
	raw, err := json.Marshal(w)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestFeedWriterProcess$", "-test.count=1") //nolint:gosec // this binary
	cmd.Env = append(os.Environ(), "TOUCHSTONE_FEED_WRITER="+string(raw))
	return cmd, nil
}

// TestFeedWriterProcess is a writer of the tests below in a process of its own.
func TestFeedWriterProcess(t *testing.T) {
	raw := os.Getenv("TOUCHSTONE_FEED_WRITER")
	if raw == "" {
		t.Skip("run by the tests of the change feed, as a process of its own")
	}
	var w feedWriter
	if err := json.Unmarshal([]byte(raw), &w); err != nil {
		t.Fatal(err)
	}
	if err := w.run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// rawWriter appends to the feed by plain SQL, with pauses of random length before and after taking its numbers. Of its
// transactions some are rolled back and some die with their connection, killed while they hold the lock.
func rawWriter(ctx context.Context, url string, seed uint64, ops int) error {
	rnd := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // the same each time
	for range ops {
		if err := rawAppend(ctx, url, rnd); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

func rawAppend(ctx context.Context, url string, rnd *rand.Rand) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.Background()) }() // it may have been killed
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	pause := func() string { return fmt.Sprintf("SELECT pg_sleep(%g)", rnd.Float64()*0.02) }
	n := 1 + rnd.IntN(4)
	if _, err := tx.Exec(ctx, pause()); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `SELECT append_changes(array_fill('source.dead'::text, ARRAY[n]), now(), array_fill(claim_id, ARRAY[n]), array_fill(NULL::uuid, ARRAY[n]), array_fill(NULL::uuid, ARRAY[n]))
		FROM (SELECT claim_id, $1::int AS n FROM claim_documents ORDER BY random() LIMIT 1) x`, n)
	if err != nil {
		return ignoreDeadlock(err)
	}
	if _, err := tx.Exec(ctx, pause()); err != nil {
		return err
	}
	switch rnd.IntN(4) {
	case 0:
		return tx.Rollback(ctx)
	case 1:
		killer, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		_, err = killer.Exec(ctx, `SELECT pg_terminate_backend($1)`, conn.PgConn().PID())
		return errors.Join(err, killer.Close(ctx))
	}
	return ignoreDeadlock(tx.Commit(ctx))
}

func ignoreDeadlock(err error) error {
	if guardOf(err) == "40P01" {
		return nil
	}
	return err
}

// killWriters ends connections of writers at random until ctx is done.
func killWriters(ctx context.Context, url string, every time.Duration) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(every):
		}
		_, err := conn.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity
			WHERE datname = current_database() AND application_name LIKE 'writer-%' AND state <> 'idle' ORDER BY random() LIMIT 1) x`)
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
}
