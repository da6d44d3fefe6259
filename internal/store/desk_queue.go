package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

const (
	queueLength = 6    // entries of a queue that the desk shows
	queueCount  = 1000 // how far queues are counted
)

// DeskQueues is what waits for somebody: how much of it, and the first of each.
type DeskQueues struct {
	Mine, ToApprove, Tips, Suggestions, Corrections, Proposals int              // up to 1000, which stands for that many or more
	Approvals                                                  []WaitingVersion // that the person may decide on, the longest waiting first
	Work                                                       []DeskClaim      // the person's open claims, by priority
	Corrected                                                  []WaitingVersion // corrections begun or submitted
	NewTips                                                    []Tip            // the newest open ones
}

// WaitingVersion is a version of a verdict that is not published.
type WaitingVersion struct {
	Version  factcheck.VersionID
	Claim    factcheck.ClaimID
	Text     string
	Language string
	Kind     factcheck.CorrectionKind // empty for a first verdict
	State    factcheck.VersionState
	By       string // who submitted or began it
	At       time.Time
	Own      bool // the person had a hand in it and may not approve it
}

// DeskQueues returns what waits for the actor: an operator or a key of nobody has no work and approves nothing. Checkers and
// above, and keys with the scope file. One round trip; the counts end at 1000, so it costs the same however much waits.
func (db *DB) DeskQueues(ctx context.Context, actor factcheck.Actor) (DeskQueues, error) {
	var out DeskQueues
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read what waits", func(t *tx) error {
		editor := factcheck.Permit(t.actor, factcheck.ApproveVerdict) == nil
		batch := &pgx.Batch{}
		for _, c := range []struct {
			into  *int
			query string
			args  []any
		}{
			{&out.Mine, `SELECT FROM claim_desk WHERE assignee_id = $1 AND open`, []any{t.actor.Person}},
			{&out.ToApprove, `SELECT FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id WHERE ver.state = 'submitted' AND $2 AND ` + mayDecide, []any{t.actor.Person, editor}},
			{&out.Tips, `SELECT FROM tips WHERE state = 'open'`, nil},
			{&out.Suggestions, `SELECT FROM suggestions WHERE state = 'open'`, nil},
			{&out.Corrections, `SELECT FROM verdict_versions WHERE state IN ('draft', 'submitted') AND correction_kind <> ''`, nil},
			{&out.Proposals, `SELECT FROM proposals WHERE decision = 'open'`, nil},
		} {
			batch.Queue(fmt.Sprintf(`SELECT count(*) FROM (%s LIMIT %d) AS x`, c.query, queueCount), c.args...).QueryRow(func(row pgx.Row) error { return row.Scan(c.into) })
		}
		queueVersions(batch, `ver.state = 'submitted' AND $2 AND `+mayDecide, `ver.submitted_at, ver.id`, []any{t.actor.Person, editor}, &out.Approvals)
		queueVersions(batch, `ver.state IN ('draft', 'submitted') AND ver.correction_kind <> ''`, `ver.updated_at DESC, ver.id`, []any{t.actor.Person}, &out.Corrected)
		batch.Queue(tipQuery+`WHERE x.state = 'open' ORDER BY x.id DESC LIMIT $1`, queueLength).Query(func(rows pgx.Rows) (err error) {
			out.NewTips, err = pgx.CollectRows(rows, scanTip)
			return err
		})
		work := DeskList{}
		if !t.actor.Person.IsZero() {
			work.ask(batch, DeskQuery{Stage: StageOpen, Assignee: t.actor.Person, Limit: queueLength}, t.now)
		}
		if err := t.pgx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("read the queues: %w", err)
		}
		out.Work = work.Claims
		return nil
	})
	return out, err
}

// notMine holds for versions ver that person $1 had no hand in.
const notMine = `NOT EXISTS (SELECT FROM version_authors a WHERE a.version_id = ver.id AND a.person_id = $1)`

// mayDecide holds for those of verdicts v that no conflict of interest of theirs reaches besides.
const mayDecide = notMine + ` AND NOT has_interest($1, v.claim_id)`

// queueVersions queues a query for versions that meet a condition, with the person $1.
func queueVersions(batch *pgx.Batch, where, order string, args []any, into *[]WaitingVersion) {
	query := fmt.Sprintf(`SELECT ver.id, c.id, c.text, c.language, ver.correction_kind, ver.state, coalesce(p.name, q.name, ''), coalesce(ver.submitted_at, ver.updated_at), NOT (%s)
		FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id JOIN claims c ON c.id = v.claim_id
		LEFT JOIN people p ON p.id = ver.submitted_by LEFT JOIN actors a ON a.id = ver.created_by LEFT JOIN people q ON q.id = a.person_id
		WHERE %s ORDER BY %s LIMIT %d`, notMine, where, order, queueLength)
	batch.Queue(query, args...).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (WaitingVersion, error) {
			var w WaitingVersion
			return w, row.Scan(&w.Version, &w.Claim, &w.Text, &w.Language, &w.Kind, &w.State, &w.By, &w.At, &w.Own)
		})
		return err
	})
}
