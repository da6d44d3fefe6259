// Package task holds the arguments of background jobs. It stands below the store, which enqueues them in the transaction
// that makes them necessary; the workers are in jobs. Arguments carry ids: a job reloads the state, runs at least once,
// and doing it again changes nothing.
package task

import "github.com/touchstone-factcheck/touchstone/internal/factcheck"

// RenderClaim renders and compresses the finished page of a public claim.
type RenderClaim struct {
	Claim factcheck.ClaimID `json:"claim" river:"unique"`
}

// Kind names the job in the queue.
func (RenderClaim) Kind() string { return "render_claim" }

// Backup writes an automatic backup of the database.
type Backup struct{}

// Kind names the job in the queue.
func (Backup) Kind() string { return "backup" }

// TendEditions makes the edition of the month if it is due, and makes again those that something was recalled from.
type TendEditions struct{}

// Kind names the job in the queue.
func (TendEditions) Kind() string { return "tend_editions" }

// PruneSnapshots deletes the kept pages of articles that the house's rules no longer keep.
type PruneSnapshots struct{}

// Kind names the job in the queue.
func (PruneSnapshots) Kind() string { return "prune_snapshots" }

// ExpireTips erases the contacts of tips whose time is over.
type ExpireTips struct{}

// Kind names the job in the queue.
func (ExpireTips) Kind() string { return "expire_tips" }

// SuggestClaims looks which claims the text of an article makes, and suggests them to the newsroom.
type SuggestClaims struct {
	Article factcheck.ArticleID `json:"article" river:"unique"`
}

// Kind names the job in the queue.
func (SuggestClaims) Kind() string { return "suggest_claims" }

// PublishDue publishes a submission that was approved for a moment, when that has come.
type PublishDue struct {
	Submission int64 `json:"submission" river:"unique"`
}

// Kind names the job in the queue.
func (PublishDue) Kind() string { return "publish_due" }

// ImportFile reads a file of fact-checks that was uploaded.
type ImportFile struct {
	Job factcheck.ImportID `json:"job" river:"unique"`
}

// Kind names the job in the queue.
func (ImportFile) Kind() string { return "import_file" }

// TellFollowers queues the mails to those who follow a claim. It waits a while, so that many changes are one mail, and finds
// nothing to do where another one has been before it.
type TellFollowers struct {
	Claim factcheck.ClaimID `json:"claim"`
}

// Kind implements river.JobArgs.
func (TellFollowers) Kind() string { return "tell_followers" }

// SendMail sends one mail. It composes it of what is public when it runs.
type SendMail struct {
	Mail int64 `json:"mail"`
}

// Kind implements river.JobArgs.
func (SendMail) Kind() string { return "send_mail" }
