package jobs

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/task"
)

// renderClaim works task.RenderClaim.
type renderClaim struct {
	river.WorkerDefaults[task.RenderClaim]
	render func(context.Context, factcheck.ClaimID) error
}

// Work renders the page. A claim that is no longer public has none, and that is well.
func (w *renderClaim) Work(ctx context.Context, job *river.Job[task.RenderClaim]) error {
	return settled(w.render(ctx, job.Args.Claim))
}

// publishDue works task.PublishDue.
type publishDue struct {
	river.WorkerDefaults[task.PublishDue]
	publish func(context.Context, int64) error
}

// Work publishes what is due; a submission that ended otherwise is left alone.
func (w *publishDue) Work(ctx context.Context, job *river.Job[task.PublishDue]) error {
	return settled(w.publish(ctx, job.Args.Submission))
}

// backup works task.Backup.
type backup struct {
	river.WorkerDefaults[task.Backup]
	backup func(context.Context) error
}

// Work writes a backup if one is due.
func (w *backup) Work(ctx context.Context, _ *river.Job[task.Backup]) error { return w.backup(ctx) }

// Timeout lets a backup take longer than other jobs.
func (*backup) Timeout(*river.Job[task.Backup]) time.Duration { return backupTimeout }

// expireTips works task.ExpireTips.
type expireTips struct {
	river.WorkerDefaults[task.ExpireTips]
	expire func(context.Context) error
}

// Work erases what may no longer be kept.
func (w *expireTips) Work(ctx context.Context, _ *river.Job[task.ExpireTips]) error {
	return w.expire(ctx)
}

// pruneSnapshots works task.PruneSnapshots.
type pruneSnapshots struct {
	river.WorkerDefaults[task.PruneSnapshots]
	prune func(context.Context) error
}

// Work deletes what need not be kept.
func (w *pruneSnapshots) Work(ctx context.Context, _ *river.Job[task.PruneSnapshots]) error {
	return w.prune(ctx)
}

// Timeout lets it take longer than other jobs; each five hundred are kept as deleted when it is broken off.
func (*pruneSnapshots) Timeout(*river.Job[task.PruneSnapshots]) time.Duration { return backupTimeout }

// tendEditions works task.TendEditions.
type tendEditions struct {
	river.WorkerDefaults[task.TendEditions]
	tend func(context.Context) error
}

// Work makes what is due.
func (w *tendEditions) Work(ctx context.Context, _ *river.Job[task.TendEditions]) error {
	return w.tend(ctx)
}

// Timeout lets it take longer than other jobs.
func (*tendEditions) Timeout(*river.Job[task.TendEditions]) time.Duration { return backupTimeout }

// suggestClaims works task.SuggestClaims.
type suggestClaims struct {
	river.WorkerDefaults[task.SuggestClaims]
	suggest func(context.Context, factcheck.ArticleID) error
}

// Work looks which claims an article makes. While there is no index the job waits, which counts as no attempt. A text that was
// changed at this moment has a job of its own.
func (w *suggestClaims) Work(ctx context.Context, job *river.Job[task.SuggestClaims]) error {
	err := w.suggest(ctx, job.Args.Article)
	switch factcheck.CodeOf(err) {
	case factcheck.CodeUnavailable:
		return river.JobSnooze(notYet)
	case factcheck.CodeConflict:
		return nil
	}
	return settled(err)
}

// importFile works task.ImportFile.
type importFile struct {
	river.WorkerDefaults[task.ImportFile]
	run func(context.Context, factcheck.ImportID) error
}

// Work reads the file behind what was read before, for importTurn at most. That its turn ended counts as no attempt.
func (w *importFile) Work(ctx context.Context, job *river.Job[task.ImportFile]) error {
	err := w.run(ctx, job.Args.Job)
	if err != nil && ctx.Err() != nil {
		return river.JobSnooze(time.Second)
	}
	return settled(err)
}

// Timeout lets it take longer than other jobs; what was taken in stays when it is broken off.
func (*importFile) Timeout(*river.Job[task.ImportFile]) time.Duration { return importTurn }

// tellFollowers works task.TellFollowers.
type tellFollowers struct {
	river.WorkerDefaults[task.TellFollowers]
	tell func(context.Context, factcheck.ClaimID) error
}

// Work implements river.Worker.
func (w *tellFollowers) Work(ctx context.Context, job *river.Job[task.TellFollowers]) error {
	return settled(w.tell(ctx, job.Args.Claim))
}

// sendMail works task.SendMail.
type sendMail struct {
	river.WorkerDefaults[task.SendMail]
	send func(context.Context, int64, bool) error
}

// Work implements river.Worker.
func (w *sendMail) Work(ctx context.Context, job *river.Job[task.SendMail]) error {
	return w.send(ctx, job.Args.Mail, job.Attempt >= job.MaxAttempts)
}

// settled turns errors that no repetition mends into success: what the job was about is gone.
func settled(err error) error {
	switch factcheck.CodeOf(err) {
	case factcheck.CodeNotFound, factcheck.CodeGone:
		return nil
	}
	return err
}

// reporter logs failed jobs once each, with what is to become of them.
type reporter struct{ log *slog.Logger }

// HandleError implements river.ErrorHandler.
func (r *reporter) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	r.log.LogAttrs(ctx, gravity(job), "a background job failed", append(about(job), slog.Any("error", err))...)
	return nil
}

// HandlePanic implements river.ErrorHandler.
func (r *reporter) HandlePanic(ctx context.Context, job *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	r.log.LogAttrs(ctx, slog.LevelError, "a background job panicked", append(about(job), slog.Any("panic", value), slog.String("trace", trace))...)
	return nil
}

// gravity is that of a warning as long as a job will be tried again.
func gravity(job *rivertype.JobRow) slog.Level {
	if job.Attempt >= job.MaxAttempts {
		return slog.LevelError
	}
	return slog.LevelWarn
}

func about(job *rivertype.JobRow) []slog.Attr {
	return []slog.Attr{slog.String("kind", job.Kind), slog.Int64("job", job.ID), slog.Int("attempt", job.Attempt), slog.Int("of", job.MaxAttempts)}
}

// observer tells how long each job took.
type observer struct {
	river.MiddlewareDefaults
	observe func(kind, outcome string, took time.Duration)
}

// Work implements rivertype.WorkerMiddleware.
func (o *observer) Work(ctx context.Context, job *rivertype.JobRow, do func(context.Context) error) error {
	began, outcome := time.Now(), "panic"
	defer func() { o.observe(job.Kind, outcome, time.Since(began)) }()
	err := do(ctx)
	outcome = "ok"
	if err != nil {
		outcome = "error"
	}
	return err
}
