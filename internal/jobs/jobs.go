// Package jobs works the background jobs that the store enqueues in its transactions, on River. A job carries ids, reloads
// the state, runs at least once, and doing it again changes nothing. What a job does is handed in, so that this package
// knows the queue and nothing of pages, files or tips.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/observe"
	"github.com/touchstone-factcheck/touchstone/internal/task"
)

const (
	// stopPatience is how long running jobs may take to finish when the program stops; then their contexts end, and
	// the jobs run again at the next start.
	stopPatience = 10 * time.Second
	// jobTimeout is the longest a short job may take.
	jobTimeout = time.Minute
	// backupTimeout is the longest a backup may take.
	backupTimeout = 2 * time.Hour
	// importTurn is how long an import reads before it goes to the end of the queue: one whose program was killed is given
	// to another one after this time.
	importTurn = 5 * time.Minute
	// notYet is when a job that cannot be done yet is tried again.
	notYet = 3 * time.Second
	// rescueAfter is when a job whose program was killed is given to another one, kinds with a longer time-out apart.
	rescueAfter = 2 * time.Minute
	// short, long and mails are the queues: neither a backup nor a slow mail server must keep pages waiting.
	short, long, mails = river.QueueDefault, "long", "mail"
)

// Config says what the jobs do. All functions are required; each must be idempotent and end soon after its context.
type Config struct {
	// Render renders and stores the finished page of a public claim.
	Render func(context.Context, factcheck.ClaimID) error
	// Backup writes an automatic backup if one is due; BackupLook is how often it is asked, 0 for never.
	Backup     func(context.Context) error
	BackupLook time.Duration
	// PublishDue publishes a submission that was approved for a moment which has come.
	PublishDue func(ctx context.Context, submission int64) error
	// ExpireTips erases the contacts of tips and complaints whose time is over, and looks after imports, followers and budgets. It is
	// called at the start and once an hour.
	ExpireTips func(context.Context) error
	// PruneSnapshots deletes the kept pages that need not be kept any longer. It is called at the start and once a day.
	PruneSnapshots func(context.Context) error
	// TendEditions counts the months that are over, makes the monthly edition where it is due, and editions again that something was recalled from. It is called at
	// the start, once an hour and after each recall.
	TendEditions func(context.Context) error
	// Suggest looks which claims an article makes. CodeUnavailable says that it cannot be done yet: it is tried again soon, and
	// no failure.
	Suggest func(context.Context, factcheck.ArticleID) error
	// Import goes on with a file that was uploaded, until its end or until somebody stops it.
	Import func(context.Context, factcheck.ImportID) error
	// Tell queues the mails to those who follow a claim that changed.
	Tell func(context.Context, factcheck.ClaimID) error
	// SendMail sends one mail; last says that it is not tried again. Nil: there is no mail server, and mails wait for a program
	// that has one.
	SendMail func(ctx context.Context, id int64, last bool) error
	// Observe is told of each job that ended; outcome is ok, error or panic.
	Observe func(kind, outcome string, took time.Duration)
	Logger  *slog.Logger
	// Workers is how many short jobs run at a time; 0 for two.
	Workers int
}

// Workers works jobs. New makes it; Start and Stop may be called once each.
type Workers struct {
	client *river.Client[pgx.Tx]
	cancel context.CancelFunc
}

// New returns workers on a pool, which needs at least three free connections besides those the jobs use. The job tables
// must be there. It fails on a Config without its functions.
func New(pool *pgxpool.Pool, cfg Config) (*Workers, error) {
	if cfg.Render == nil || cfg.PublishDue == nil || cfg.Backup == nil || cfg.ExpireTips == nil || cfg.PruneSnapshots == nil || cfg.TendEditions == nil || cfg.Suggest == nil || cfg.Import == nil || cfg.Tell == nil || cfg.Observe == nil || cfg.Logger == nil {
		return nil, errors.New("jobs: a function of the configuration is missing")
	}
	if cfg.Workers == 0 {
		cfg.Workers = 2
	}
	workers := river.NewWorkers()
	add := errors.Join(
		river.AddWorkerSafely(workers, &renderClaim{render: cfg.Render}),
		river.AddWorkerSafely(workers, &publishDue{publish: cfg.PublishDue}),
		river.AddWorkerSafely(workers, &backup{backup: cfg.Backup}),
		river.AddWorkerSafely(workers, &expireTips{expire: cfg.ExpireTips}),
		river.AddWorkerSafely(workers, &pruneSnapshots{prune: cfg.PruneSnapshots}),
		river.AddWorkerSafely(workers, &tendEditions{tend: cfg.TendEditions}),
		river.AddWorkerSafely(workers, &importFile{run: cfg.Import}),
		river.AddWorkerSafely(workers, &suggestClaims{suggest: cfg.Suggest}),
		river.AddWorkerSafely(workers, &tellFollowers{tell: cfg.Tell}),
	)
	queues := map[string]river.QueueConfig{short: {MaxWorkers: cfg.Workers}, long: {MaxWorkers: 1}}
	if cfg.SendMail != nil {
		queues[mails] = river.QueueConfig{MaxWorkers: 2}
		add = errors.Join(add, river.AddWorkerSafely(workers, &sendMail{send: cfg.SendMail}))
	}
	if add != nil {
		return nil, fmt.Errorf("register the jobs: %w", add)
	}
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		Queues:               queues,
		Workers:              workers,
		PeriodicJobs:         periodic(cfg.BackupLook),
		Logger:               observe.AtLeast(cfg.Logger, slog.LevelWarn), // reporter tells of failed jobs, and better
		ErrorHandler:         &reporter{log: cfg.Logger},
		Middleware:           []rivertype.Middleware{&observer{observe: cfg.Observe}},
		JobTimeout:           jobTimeout,
		RescueStuckJobsAfter: rescueAfter,
		SoftStopTimeout:      stopPatience,
		// A wake-up can be lost (see the store); then a job waits for this long.
		FetchPollInterval: time.Second,
		// Rebuilding indexes is the owner's right, which the program does not have.
		ReindexerSchedule: river.NeverSchedule(),
		// Kinds of a newer program beside this one are left to it.
		FetchOnlyKnownKinds: true,
	})
	if err != nil {
		return nil, fmt.Errorf("open the job queue: %w", err)
	}
	return &Workers{client: client}, nil
}

// periodic returns the jobs that time makes necessary. Whichever program leads inserts them; a job that is still waiting
// or running is not inserted again.
func periodic(backupLook time.Duration) []*river.PeriodicJob {
	once := river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}}
	onStart := &river.PeriodicJobOpts{RunOnStart: true}
	jobs := []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) {
		return task.ExpireTips{}, &river.InsertOpts{UniqueOpts: once}
	}, onStart), river.NewPeriodicJob(river.PeriodicInterval(24*time.Hour), func() (river.JobArgs, *river.InsertOpts) {
		return task.PruneSnapshots{}, &river.InsertOpts{UniqueOpts: once, Queue: long}
	}, onStart), river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) {
		return task.TendEditions{}, &river.InsertOpts{UniqueOpts: once, Queue: long}
	}, onStart)}
	if backupLook > 0 {
		jobs = append(jobs, river.NewPeriodicJob(river.PeriodicInterval(backupLook), func() (river.JobArgs, *river.InsertOpts) {
			return task.Backup{}, &river.InsertOpts{UniqueOpts: once, Queue: long, MaxAttempts: 3}
		}, onStart))
	}
	return jobs
}

// Start begins to work. Jobs run until Stop, whatever becomes of ctx.
func (w *Workers) Start(ctx context.Context) error {
	ctx, w.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if err := w.client.Start(ctx); err != nil {
		w.cancel()
		return fmt.Errorf("start the job queue: %w", err)
	}
	return nil
}

// Stop takes no new jobs and waits for running ones, ten seconds at most; then, or when ctx ends, they are broken off, which may take
// them as long again on a machine that is hard pressed, and run again at the next start.
func (w *Workers) Stop(ctx context.Context) error {
	defer w.cancel()
	err := w.client.Stop(ctx)
	if err == nil {
		return nil
	}
	breakOff, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
	defer cancel()
	if err := w.client.StopAndCancel(breakOff); err != nil {
		return fmt.Errorf("stop the job queue: %w", err)
	}
	return nil
}
