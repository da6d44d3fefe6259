package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

const (
	queueLength = 6    // entries of a queue that the desk shows
	queueCount  = 1000 // how far queues are counted
)

// QueueCounts is how much waits for somebody, each up to 1000, which stands for that many or more.
type QueueCounts struct {
	Mine        int // open claims of the person, and those whose open draft they had a hand in
	ToApprove   int // submitted versions that they may decide on
	Mentions    int // comments that name them, unseen
	Notices     int // unread
	Tips        int // open
	Suggestions int // open
	Corrections int // begun or submitted
	Proposals   int // open
	Complaints  int // open disputes and complaints
	Reviews     int // verdicts to be looked at again
}

// DeskQueues is what waits for somebody: how much of it, and the first of each.
type DeskQueues struct {
	QueueCounts
	Approvals  []WaitingVersion    // that the person may decide on, the longest waiting first
	Back       []SentBack          // drafts of the person that were sent back, the newest first
	Work       []DeskClaim         // what else is Mine, by priority
	Mentioned  []Mention           // newest first
	Told       []Notice            // unread, newest first
	NewTips    []Tip               // the newest open ones
	Suggested  []WaitingSuggestion // newest first
	Corrected  []WaitingVersion    // corrections begun or submitted
	Proposed   []Proposal          // open ones, newest first
	Complained []Complaint         // open ones, the first due first
}

// SentBack is a draft that an approver sent back and nobody has submitted since.
type SentBack struct {
	Claim          factcheck.ClaimID
	Text, Language string
	Note           string // of the approver
	By             string
	At             time.Time
}

// WaitingSuggestion is a claim that an article may make, waiting for somebody to say so.
type WaitingSuggestion struct {
	Article         factcheck.ArticleID
	Title           string // of the article, or its address
	Claim, Language string // the claim's text
	Stance          factcheck.Stance
	At              time.Time
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

// DeskQueues returns what waits for the actor: an operator or a key of nobody has no work and approves nothing, and nobody
// but people is told of complaints. Checkers and above, and keys with the scope file. One round trip; the counts end at
// 1000, so it costs the same however much waits.
func (db *DB) DeskQueues(ctx context.Context, actor factcheck.Actor) (DeskQueues, error) {
	var out DeskQueues
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read what waits", func(t *tx) error {
		batch := &pgx.Batch{}
		t.queueCounts(batch, &out.QueueCounts)
		person, editor := t.actor.Person, factcheck.Permit(t.actor, factcheck.ApproveVerdict) == nil
		queueVersions(batch, `ver.state = 'submitted' AND $2 AND `+mayDecide, `ver.submitted_at, ver.id`, []any{person, editor}, &out.Approvals)
		queueVersions(batch, `ver.state IN ('draft', 'submitted') AND ver.correction_kind <> ''`, `ver.updated_at DESC, ver.id`, []any{person}, &out.Corrected)
		queueRows(batch, &out.NewTips, scanTip, tipQuery+`WHERE x.state = 'open' ORDER BY x.id DESC LIMIT $1`, queueLength)
		queueRows(batch, &out.Mentioned, pgx.RowToStructByPos[Mention], mentionsQuery, person, queueLength)
		queueRows(batch, &out.Told, scanNotice, noticesQuery+`WHERE n.person_id = $1 AND n.read_at IS NULL ORDER BY n.id DESC LIMIT $2`, person, queueLength)
		queueRows(batch, &out.Suggested, pgx.RowToStructByPos[WaitingSuggestion], `SELECT a.id, coalesce(nullif(a.title, ''), a.url, ''), c.text, c.language, s.stance, s.created_at
			FROM suggestions s JOIN articles a ON a.id = s.article_id JOIN claims c ON c.id = s.claim_id WHERE `+openSuggestion+` ORDER BY s.id DESC LIMIT $1`, queueLength)
		queueRows(batch, &out.Proposed, scanProposal, proposalsQuery, factcheck.DecisionOpen, factcheck.ProposalID{}, queueLength)
		if factcheck.Permit(t.actor, factcheck.ReadComplaints) == nil {
			queueRows(batch, &out.Complained, scanComplaint, complaintsOpenQuery, factcheck.ComplaintID{}, queueLength)
		}
		work := DeskList{}
		if !person.IsZero() {
			queueRows(batch, &out.Back, pgx.RowToStructByPos[SentBack], sentBackQuery, person, queueLength)
			work.ask(batch, DeskQuery{Stage: StageOpen, Mine: person, Limit: 2 * queueLength}, t.now)
		}
		if err := t.pgx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("read the queues: %w", err)
		}
		out.Work = work.Claims
		out.leaveOutBack()
		return nil
	})
	return out, err
}

// leaveOutBack drops from the work what stands above it as sent back, and what is too much.
func (q *DeskQueues) leaveOutBack() {
	q.Work = slices.DeleteFunc(q.Work, func(c DeskClaim) bool {
		return slices.ContainsFunc(q.Back, func(b SentBack) bool { return b.Claim == c.ID })
	})
	q.Work = q.Work[:min(len(q.Work), queueLength)]
}

// CountQueues returns how much waits for the actor, as DeskQueues counts it. Checkers and above, and keys with the scope
// file. One round trip.
func (db *DB) CountQueues(ctx context.Context, actor factcheck.Actor) (QueueCounts, error) {
	var out QueueCounts
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "count what waits", func(t *tx) error {
		batch := &pgx.Batch{}
		t.queueCounts(batch, &out)
		return t.pgx.SendBatch(ctx, batch).Close()
	})
	return out, err
}

// queueCounts queues counting what waits for the actor.
func (t *tx) queueCounts(batch *pgx.Batch, out *QueueCounts) {
	person, editor := t.actor.Person, factcheck.Permit(t.actor, factcheck.ApproveVerdict) == nil
	for _, c := range []struct {
		into  *int
		query string
		args  []any
	}{
		{&out.Mine, fmt.Sprintf(`SELECT claim_id FROM claim_desk WHERE assignee_id = $1 AND open UNION %s`, draftedBy("$1")), []any{person}},
		{&out.ToApprove, `SELECT FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id WHERE ver.state = 'submitted' AND $2 AND ` + mayDecide, []any{person, editor}},
		{&out.Mentions, `SELECT FROM comment_mentions m JOIN comments c ON c.id = m.comment_id WHERE m.person_id = $1 AND m.seen_at IS NULL AND c.back_at IS NULL`, []any{person}},
		{&out.Notices, `SELECT FROM notices WHERE person_id = $1 AND read_at IS NULL`, []any{person}},
		{&out.Tips, `SELECT FROM tips WHERE state = 'open'`, nil},
		{&out.Suggestions, `SELECT FROM suggestions s WHERE ` + openSuggestion, nil},
		{&out.Corrections, `SELECT FROM verdict_versions WHERE state IN ('draft', 'submitted') AND correction_kind <> ''`, nil},
		{&out.Proposals, `SELECT FROM proposals WHERE decision = 'open'`, nil},
		{&out.Complaints, `SELECT FROM complaints WHERE state = 'open'`, nil},
		{&out.Reviews, dueReviews, []any{t.now}},
	} {
		batch.Queue(fmt.Sprintf(`SELECT count(*) FROM (%s LIMIT %d) AS x`, c.query, queueCount), c.args...).QueryRow(func(row pgx.Row) error { return row.Scan(c.into) })
	}
}

// draftedBy selects the claims with an open version that a person began, wrote in or submitted. It costs what they ever wrote.
func draftedBy(person string) string {
	return fmt.Sprintf(`SELECT v.claim_id FROM version_authors a JOIN verdict_versions ver ON ver.id = a.version_id AND ver.state IN ('draft', 'submitted')
		JOIN verdicts v ON v.id = ver.verdict_id WHERE a.person_id = %s`, person)
}

// sentBackQuery returns the drafts that person $1 had a hand in and whose last submission was sent back, one of a claim.
const sentBackQuery = `SELECT x.claim_id, x.text, x.language, x.note, x.by, x.at FROM (
		SELECT DISTINCT ON (v.claim_id) v.claim_id, c.text, c.language, ver.note, coalesce(p.name, '') AS by, last.ended_at AS at
		FROM version_authors a JOIN verdict_versions ver ON ver.id = a.version_id AND ver.state = 'draft'
		JOIN verdicts v ON v.id = ver.verdict_id JOIN claims c ON c.id = v.claim_id
		JOIN LATERAL (SELECT s.outcome, s.ended_by, s.ended_at FROM verdict_submissions s WHERE s.version_id = ver.id ORDER BY s.n DESC LIMIT 1) AS last ON last.outcome = 'sent_back'
		LEFT JOIN people p ON p.id = last.ended_by
		WHERE a.person_id = $1 ORDER BY v.claim_id, last.ended_at DESC) AS x
	ORDER BY x.at DESC, x.claim_id LIMIT $2`

// queueRows queues a query and what becomes of its rows.
func queueRows[T any](batch *pgx.Batch, into *[]T, scan pgx.RowToFunc[T], query string, args ...any) {
	batch.Queue(query, args...).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, scan)
		return err
	})
}

// notMine holds for versions ver that person $1 had no hand in.
const notMine = `NOT EXISTS (SELECT FROM version_authors a WHERE a.version_id = ver.id AND a.person_id = $1)`

// mayDecide holds for those of verdicts v that no conflict of interest of theirs reaches besides, that they have not approved
// as the first of two, and that nobody approved for a later moment.
const mayDecide = notMine + ` AND NOT has_interest($1, v.claim_id) AND NOT EXISTS (SELECT FROM verdict_submissions sub WHERE sub.version_id = ver.id AND sub.outcome = 'open'
	AND (sub.publish_at IS NOT NULL OR EXISTS (SELECT FROM approvals ap WHERE ap.submission_id = sub.id AND ap.person_id = $1)))`

// queueVersions queues a query for versions that meet a condition, with the person $1.
func queueVersions(batch *pgx.Batch, where, order string, args []any, into *[]WaitingVersion) {
	query := fmt.Sprintf(`SELECT ver.id, c.id, c.text, c.language, ver.correction_kind, ver.state, coalesce(p.name, q.name, ''), coalesce(ver.submitted_at, ver.updated_at), NOT (%s)
		FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id JOIN claims c ON c.id = v.claim_id
		LEFT JOIN people p ON p.id = ver.submitted_by LEFT JOIN actors a ON a.id = ver.created_by LEFT JOIN people q ON q.id = a.person_id
		WHERE %s ORDER BY %s LIMIT %d`, notMine, where, order, queueLength)
	queueRows(batch, into, func(row pgx.CollectableRow) (WaitingVersion, error) {
		var w WaitingVersion
		return w, row.Scan(&w.Version, &w.Claim, &w.Text, &w.Language, &w.Kind, &w.State, &w.By, &w.At, &w.Own)
	}, query, args...)
}
