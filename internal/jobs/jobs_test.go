package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/jobs"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// desk is a newsroom's database whose jobs are worked by functions that a test sets.
type desk struct {
	*storetest.Env
	config jobs.Config
	log    *syncBuffer
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	log := &syncBuffer{}
	nothing := func(context.Context) error { return nil }
	return &desk{Env: storetest.New(t), log: log, config: jobs.Config{
		Render: func(context.Context, factcheck.ClaimID) error { return nil }, PublishDue: func(context.Context, int64) error { return nil }, Backup: nothing, ExpireTips: nothing, PruneSnapshots: nothing, TendEditions: nothing, Import: func(context.Context, factcheck.ImportID) error { return nil },
		Tell:    func(context.Context, factcheck.ClaimID) error { return nil },
		Suggest: func(context.Context, factcheck.ArticleID) error { return nil },
		Observe: func(string, string, time.Duration) {}, Logger: slog.New(slog.NewTextHandler(log, nil)),
	}}
}

// start works the jobs until the test ends.
func (d *desk) start(t *testing.T) *jobs.Workers {
	t.Helper()
	w, err := jobs.New(d.DB.Pool(), d.config)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := w.Start(ctx); err != nil {
		t.Fatal(err)
	}
	cancel() // the workers do not hang on it
	return w
}

func stop(t *testing.T, w *jobs.Workers) {
	t.Helper()
	if err := w.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

// await returns what comes out of a channel.
func await[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatalf("no %s within %s", what, patience)
		panic("unreachable")
	}
}

// awaitState waits until a job that renders is in one of the states.
func (d *desk) awaitState(t *testing.T, states ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		var there bool
		err := d.DB.Pool().QueryRow(ctx, `SELECT EXISTS (SELECT FROM river_job WHERE kind = 'render_claim' AND state::text = ANY ($1))`, states).Scan(&there)
		if err != nil {
			t.Fatalf("wait for a job that is %v: %v", states, err)
		}
		if there {
			return
		}
		<-tick.C
	}
}

// hurry has a failed job run again now; River would wait for a second and more.
func (d *desk) hurry(t *testing.T) {
	t.Helper()
	d.awaitState(t, "available", "retryable")
	if _, err := d.DB.Pool().Exec(t.Context(), `UPDATE river_job SET state = 'available', scheduled_at = now() WHERE kind = 'render_claim'`); err != nil {
		t.Fatal(err)
	}
}

func TestPublishingRendersThePageWhoeverEnqueuedIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False") // before anybody works
	rendered := make(chan factcheck.ClaimID, 10)
	outcomes := make(chan string, 10)
	d.config.Render = func(_ context.Context, id factcheck.ClaimID) error {
		rendered <- id
		return nil
	}
	d.config.Observe = func(kind, outcome string, _ time.Duration) {
		if kind == "render_claim" {
			outcomes <- outcome
		}
	}
	w := d.start(t)
	if got := await(t, rendered, "rendering"); got != v.Claim {
		t.Errorf("got claim %s, want %s", got, v.Claim)
	}
	if got := await(t, outcomes, "outcome"); got != "ok" {
		t.Errorf("got outcome %q, want ok", got)
	}
	second := d.Published(t, "The bridge of Sampleton is closed.", "True") // while somebody works
	if got := await(t, rendered, "rendering"); got != second.Claim {
		t.Errorf("got claim %s, want %s", got, second.Claim)
	}
	stop(t, w)
}

func TestAFailedJobIsLoggedAndTriedAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	tries := make(chan int, 10)
	n := 0
	d.config.Render = func(context.Context, factcheck.ClaimID) error {
		n++
		tries <- n
		switch n {
		case 1:
			return errors.New("no paper")
		case 2:
			panic("no ink")
		}
		return factcheck.NotFound("this claim is not public")
	}
	outcomes := make(chan string, 10)
	d.config.Observe = func(kind, outcome string, _ time.Duration) {
		if kind == "render_claim" {
			outcomes <- outcome
		}
	}
	w := d.start(t)
	d.Published(t, "The mayor of Exampleville has resigned.", "False")
	for i, want := range []string{"error", "panic", "ok"} {
		if got := await(t, tries, "attempt"); got != i+1 {
			t.Errorf("got attempt %d, want %d", got, i+1)
		}
		if got := await(t, outcomes, "outcome"); got != want {
			t.Errorf("attempt %d: got outcome %q, want %q", i+1, got, want)
		}
		if want == "ok" {
			break
		}
		d.hurry(t)
	}
	d.awaitState(t, "completed") // a claim that is gone needs no page
	stop(t, w)
	var id string // periodic jobs may have come before it
	if err := d.DB.Pool().QueryRow(t.Context(), `SELECT id::text FROM river_job WHERE kind = 'render_claim'`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`level=WARN msg="a background job failed" kind=render_claim job=` + id + ` attempt=1 of=25 error="no paper"`,
		`level=ERROR msg="a background job panicked" kind=render_claim job=` + id + ` attempt=2 of=25 panic="no ink"`,
	} {
		if got := strings.Count(d.log.String(), want); got != 1 || strings.Contains(d.log.String(), "level=INFO") {
			t.Errorf("%q is logged %d times, want once and nothing of River:\n%s", want, got, d.log.String())
		}
	}
}

func TestStoppingWaitsForARunningJob(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	began, finish := make(chan struct{}), make(chan struct{})
	d.config.Render = func(ctx context.Context, _ factcheck.ClaimID) error {
		close(began)
		<-finish
		return ctx.Err()
	}
	w := d.start(t)
	d.Published(t, "The mayor of Exampleville has resigned.", "False")
	await(t, began, "beginning")
	stopped := make(chan error, 1)
	go func() { stopped <- w.Stop(context.Background()) }()
	select {
	case err := <-stopped:
		t.Fatalf("stopped (%v) though a job runs", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(finish)
	if err := await(t, stopped, "end"); err != nil {
		t.Error(err)
	}
	d.awaitState(t, "completed")
}

func TestAJobThatDoesNotEndIsBrokenOffAndRunsAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	began := make(chan struct{}, 1)
	d.config.Render = func(ctx context.Context, _ factcheck.ClaimID) error {
		began <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}
	w := d.start(t)
	d.Published(t, "The mayor of Exampleville has resigned.", "False")
	await(t, began, "beginning")
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // the second signal
	if err := w.Stop(ctx); err != nil {
		t.Errorf("got %v, want the job broken off", err)
	}
	d.hurry(t)
	d.config.Render = func(context.Context, factcheck.ClaimID) error { return nil }
	next := d.start(t)
	d.awaitState(t, "completed")
	stop(t, next)
}

func TestTimeMakesBackupsAndExpiryNecessary(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	backups, expiries := make(chan struct{}, 100), make(chan struct{}, 100)
	d.config.BackupLook = time.Hour
	d.config.Backup = func(ctx context.Context) error {
		if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) < time.Hour {
			t.Errorf("a backup has until %v, want hours", deadline)
		}
		backups <- struct{}{}
		return nil
	}
	d.config.ExpireTips = func(context.Context) error {
		expiries <- struct{}{}
		return nil
	}
	w := d.start(t)
	await(t, backups, "backup")
	await(t, expiries, "expiry")
	stop(t, w)
}

// The store's clock is the test's, the queue's is the server's: what the store sets for a moment long over is worked at once.
func TestWhatIsApprovedForAMomentIsPublishedThen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	if err := d.DB.ScheduleVerdict(t.Context(), d.Editor, v.ID, v.Hash, d.Clock.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	d.Clock.Advance(2 * time.Hour)
	published := make(chan error, 1)
	d.config.PublishDue = func(ctx context.Context, submission int64) error {
		err := d.DB.PublishDue(ctx, factcheck.System(), submission)
		published <- err
		return err
	}
	w := d.start(t)
	if err := await(t, published, "publication"); err != nil {
		t.Error(err)
	}
	stop(t, w)
	if doc, err := d.DB.ClaimByID(t.Context(), v.Claim); err != nil || doc.Seq != 1 {
		t.Errorf("got %d, %v; want the claim public", doc.Seq, err)
	}
}

func TestAnArticleIsLookedAtOnceThereIsAnIndex(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	warm, looked := make(chan struct{}), make(chan factcheck.ArticleID, 10)
	cold := make(chan struct{}, 10)
	d.config.Suggest = func(_ context.Context, id factcheck.ArticleID) error {
		select {
		case <-warm:
			looked <- id
			return factcheck.Conflict("the text is another by now") // it has a job of its own
		default:
			cold <- struct{}{}
			return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "the index is being made"}
		}
	}
	w := d.start(t)
	added, err := d.DB.AddArticle(t.Context(), d.Checker, factcheck.ArticleInput{URL: "https://paper.example/a", Text: "A text."})
	if err != nil {
		t.Fatal(err)
	}
	await(t, cold, "first look")
	close(warm)
	if got := await(t, looked, "second look"); got != added.Article {
		t.Errorf("got %s, want %s", got, added.Article)
	}
	stop(t, w)
	if strings.Contains(d.log.String(), "failed") {
		t.Errorf("waiting was logged as a failure:\n%s", d.log.String())
	}
}

func TestAConfigurationWithoutItsFunctionsIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := jobs.New(nil, jobs.Config{}); err == nil {
		t.Error("got workers that can do nothing")
	}
}

// syncBuffer is a log that several goroutines write.
type syncBuffer struct {
	mu  sync.Mutex
	buf strings.Builder
}

// Write implements io.Writer.
func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

// String returns what was logged.
func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
