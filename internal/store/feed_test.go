package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// feedTrial is many writers of random duration and followers who must see 1, 2, 3, … without gap, repeat or late arrival.
type feedTrial struct {
	env       *storetest.Env
	writers   int // in this process, each with a store of its own
	processes int // writers in processes of their own
	raw       int // writers by plain SQL
	ops       int // of each
	kill      time.Duration

	followers []*feedFollower
	stop      atomic.Bool // writers are done
	mu        sync.Mutex
	wrong     []string
}

func (f *feedTrial) report(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.wrong) < 20 {
		f.wrong = append(f.wrong, fmt.Sprintf(format, args...))
	}
}

// feedFollower is one who follows, in one of several ways.
type feedFollower struct {
	name string
	last atomic.Int64
	run  func(context.Context, *feedFollower) error
}

// saw notes a page of numbers and reports whatever is not the next one.
func (f *feedTrial) saw(who *feedFollower, seqs []int64) {
	for _, seq := range seqs {
		if want := who.last.Load() + 1; seq != want {
			f.report("%s saw %d, want %d", who.name, seq, want)
		}
		who.last.Store(seq)
	}
}

// follow adds followers: by pages of the store, by its Follow, and by the bare table, which no head protects.
func (f *feedTrial) follow(each int) {
	for i := range each {
		f.followers = append(f.followers,
			&feedFollower{name: fmt.Sprintf("page follower %d", i), run: func(ctx context.Context, who *feedFollower) error { return f.byPages(ctx, who, 1+i*3) }},
			&feedFollower{name: fmt.Sprintf("woken follower %d", i), run: f.byFollow},
			&feedFollower{name: fmt.Sprintf("table follower %d", i), run: f.byTable})
	}
}

func (f *feedTrial) open(ctx context.Context) (*store.DB, error) {
	return store.Open(ctx, store.Options{URL: f.env.URL, MaxConns: 2, Logger: slog.New(slog.DiscardHandler)})
}

func (f *feedTrial) byPages(ctx context.Context, who *feedFollower, limit int) error {
	db, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	for {
		last := f.stop.Load()
		feed, err := db.Changes(ctx, who.last.Load(), limit)
		if err != nil {
			return err
		}
		f.saw(who, seqsOf(f, who, feed))
		if last && who.last.Load() == feed.Head {
			return nil
		}
		breathe(len(feed.Changes) == 0)
	}
}

// seqsOf returns the numbers of a page, and holds its documents to them: a claim as it is now is never older than the
// entry that speaks of it.
func seqsOf(f *feedTrial, who *feedFollower, feed store.Feed) []int64 {
	var seqs []int64
	for _, c := range feed.Changes {
		seqs = append(seqs, c.Seq)
		if c.Seq > feed.Head {
			f.report("%s saw %d beyond the head %d", who.name, c.Seq, feed.Head)
		}
		if c.Document == nil || c.Document.Seq < c.Seq {
			f.report("%s saw %d (%s) with a document %+v", who.name, c.Seq, c.Type, c.Document)
		}
	}
	return seqs
}

func (f *feedTrial) byFollow(ctx context.Context, who *feedFollower) error {
	db, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return db.Follow(ctx, func(m store.Moved) {
		last := f.stop.Load()
		claims := map[factcheck.ClaimID]bool{}
		for who.last.Load() < m.Seq {
			feed, err := db.Changes(ctx, who.last.Load(), int(min(m.Seq-who.last.Load(), store.MaxChanges)))
			if err != nil || len(feed.Changes) == 0 {
				f.report("%s was told of %d and got %d entries after %d, %v", who.name, m.Seq, len(feed.Changes), who.last.Load(), err)
				cancel()
				return
			}
			f.saw(who, seqsOf(f, who, feed))
			for _, c := range feed.Changes {
				claims[c.Claim] = true
			}
		}
		if !m.All && len(m.Claims) != len(claims) {
			f.report("%s was told of %d claims up to %d, want %d", who.name, len(m.Claims), m.Seq, len(claims))
		}
		if _, head, _, err := db.Head(ctx); last && err == nil && head == who.last.Load() {
			cancel()
		}
	}, func(err error) { f.report("%s lost the database: %v", who.name, err) })
}

// byTable reads all there is after the last, and nothing but the order of commits keeps what is missing from coming late.
func (f *feedTrial) byTable(ctx context.Context, who *feedFollower) error {
	conn, err := pgx.Connect(ctx, f.env.URL)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	for {
		last := f.stop.Load()
		rows, err := conn.Query(ctx, `SELECT seq FROM changes WHERE seq > $1 ORDER BY seq`, who.last.Load())
		if err != nil {
			return err
		}
		seqs, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return err
		}
		f.saw(who, seqs)
		if last && len(seqs) == 0 {
			return nil
		}
		breathe(len(seqs) == 0)
	}
}

// breathe leaves the processor to the writers while there is nothing new.
func breathe(idle bool) {
	if idle {
		time.Sleep(time.Millisecond)
	}
}

// run lets everybody loose, waits, and returns what was wrong.
func (f *feedTrial) run(t *testing.T) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	f.env.Published(t, "The first rumour.", "False") // raw writers speak of a public claim
	var writing, following sync.WaitGroup
	spawn := func(wg *sync.WaitGroup, what string, do func() error) {
		wg.Go(func() {
			if err := do(); err != nil {
				f.report("%s: %v", what, err)
			}
		})
	}
	for _, who := range f.followers {
		spawn(&following, who.name, func() error { return who.run(ctx, who) })
	}
	for i := range f.writers {
		spawn(&writing, "writer", func() error { return newFeedWriter(f.env, i, f.ops).run(ctx) })
	}
	for i := range f.processes {
		spawn(&writing, "process", func() error {
			cmd, err := newFeedWriter(f.env, 1000+i, f.ops).asProcess(ctx)
			if err != nil {
				return err
			}
			if out, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("%w: %s", err, out)
			}
			return nil
		})
	}
	for i := range f.raw {
		spawn(&writing, "raw writer", func() error { return rawWriter(ctx, f.env.URL, uint64(i), f.ops) }) //nolint:gosec // small
	}
	if f.kill > 0 {
		killing, done := context.WithCancel(ctx)
		defer done()
		spawn(&following, "killer", func() error { return killWriters(killing, f.env.URL, f.kill) })
		writing.Wait()
		done()
	}
	writing.Wait()
	f.stop.Store(true)
	following.Wait()
	return f.wrong
}

// pauses makes every transaction of the store stop for a moment of random length, before and while it holds the feed.
func pauses(t *testing.T, owner *pgx.Conn) {
	t.Helper()
	_, err := owner.Exec(t.Context(), `
		CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$ BEGIN PERFORM pg_sleep(random() * TG_ARGV[0]::float); RETURN NULL; END $$;
		CREATE TRIGGER pause AFTER INSERT ON audit FOR EACH STATEMENT EXECUTE FUNCTION pause(0.01);
		CREATE TRIGGER pause AFTER INSERT ON changes FOR EACH STATEMENT EXECUTE FUNCTION pause(0.002);
		CREATE CONSTRAINT TRIGGER pause_at_commit AFTER INSERT ON changes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pause(0.002)`)
	if err != nil {
		t.Fatal(err)
	}
}

func TestFeedIsGaplessAndInCommitOrder(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	owner := connect(t, env.OwnerURL)
	pauses(t, owner)
	trial := &feedTrial{env: env, writers: 14, processes: 2, raw: 3, ops: 6, kill: 300 * time.Millisecond}
	trial.follow(2)
	if os.Getenv("TOUCHSTONE_SOAK") != "" {
		trial.writers, trial.processes, trial.raw, trial.ops = 24, 8, 8, 150
		trial.follow(2)
	}
	began := time.Now()
	for _, wrong := range trial.run(t) {
		t.Error(wrong)
	}
	_, head, _, err := env.DB.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range trial.followers {
		if got := who.last.Load(); got != head {
			t.Errorf("%s ended at %d, want %d", who.name, got, head)
		}
	}
	if least := int64(trial.writers); head < least {
		t.Errorf("got %d changes, want at least %d: nothing was tried", head, least)
	}
	auditLedger(t, owner)
	t.Logf("%d changes by %d writers, seen by %d followers, in %s", head, trial.writers+trial.processes+trial.raw, len(trial.followers), time.Since(began).Round(time.Millisecond))
}

// The trial must be able to fail: with numbers from a sequence, taken without a lock, followers lose entries.
func TestFeedTrialSeesWhatASequenceLoses(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	owner := connect(t, env.OwnerURL)
	pauses(t, owner)
	_, err := owner.Exec(t.Context(), `
		ALTER TABLE changes DISABLE TRIGGER changes_guard;
		ALTER TABLE feed DISABLE TRIGGER feed_matches_changes;
		CREATE SEQUENCE careless;
		CREATE OR REPLACE FUNCTION append_changes(types text[], happened timestamptz, claim_ids uuid[], verdict_ids uuid[], appearance_ids uuid[])
		RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
		DECLARE head bigint;
		BEGIN
			INSERT INTO changes (seq, type, at, claim_id, verdict_id, appearance_id)
			SELECT nextval('careless'), t, happened, c, v, a FROM unnest(types, claim_ids, verdict_ids, appearance_ids) AS x (t, c, v, a);
			head := currval('careless');
			UPDATE claim_documents d SET seq = head WHERE d.claim_id = ANY (claim_ids);
			UPDATE claim_states s SET seq = head WHERE s.claim_id = ANY (claim_ids) AND s.seq IS NULL;
			RETURN head;
		END $$;`)
	if err != nil {
		t.Fatal(err)
	}
	trial := &feedTrial{env: env, writers: 6, raw: 2, ops: 4}
	who := &feedFollower{name: "table follower", run: trial.byTable}
	trial.followers = []*feedFollower{who}
	wrong := trial.run(t)
	if !slices.ContainsFunc(wrong, func(s string) bool { return strings.HasPrefix(s, who.name+" saw") }) {
		t.Errorf("got %q, want the follower to see a gap", wrong)
	}
}
