package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Approval is all that an approver has before their eyes: what would be published, what changed, the rules and the evidence.
type Approval struct {
	Claim      factcheck.ClaimID
	ClaimText  string // as it is filed now
	Language   string
	Slug       string
	Public     bool
	Stage      factcheck.Stage
	Verdict    factcheck.VerdictID // the house's; zero if none was begun
	State      factcheck.VerdictState
	Version    Version    // what is submitted; the zero Version if nothing is
	Submission Submission // of it
	Approved   document.Approved
	Preview    Preview
	States     []State // public states of the claim's page so far
	Rules      []factcheck.RuleCheck
	Refused    error              // why the actor may not approve it; nil: they may
	Given      bool               // the actor approved it already
	Published  *document.Approved // the version that is public now
	PublishedN int
	Seen       *Submission // what the actor looked at last, if that was another text
	SeenText   *document.Approved
	Earlier    []Submission // of this version, newest first
	Sensitive  bool
	OnCall     Colleague // who is called when it cannot wait
	Draft      factcheck.VersionID
	DraftNote  string // why it was sent back
}

// Submission is one time that a version was submitted.
type Submission struct {
	ID        int64
	N         int
	By        Colleague
	At        time.Time
	Needed    int
	Outcome   string // open, sent_back, taken_back or published
	EndedBy   string
	EndedAt   *time.Time
	Notes     []factcheck.PassageNote
	PublishAt *time.Time // approved for this moment
	Scheduled string     // who gave the last approval for it
	Approvals []GivenApproval
}

// GivenApproval is somebody's approval of a submission.
type GivenApproval struct {
	Person factcheck.PersonID
	Name   string
	At     time.Time
}

// Colleague is somebody of the newsroom; the zero Colleague is nobody.
type Colleague struct {
	ID   factcheck.PersonID
	Name string
}

// ClaimApproval returns what waits for approval on a claim, and notes that the actor had it before their eyes, so that the
// next submission says what changed since: as with a session's last sight, that is no act. CodeNotFound if there is no such
// claim. Checkers and above. A constant number of queries.
func (db *DB) ClaimApproval(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID) (Approval, error) {
	var out Approval
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read the approval of "+claim.String(), func(t *tx) error {
		var err error
		out, err = t.claimApproval(claim)
		return err
	})
	if err != nil || !out.Public || out.Submission.ID == 0 {
		return out, err
	}
	out.States, err = db.States(ctx, claim)
	return out, err
}

func (t *tx) claimApproval(claim factcheck.ClaimID) (Approval, error) {
	a := Approval{Claim: claim}
	var open, current factcheck.VersionID
	var state *factcheck.VersionState
	var verdict *factcheck.VerdictState
	err := t.pgx.QueryRow(t.ctx, `SELECT c.text, c.language, c.slug, c.stage, EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = c.id), is_sensitive(c.id),
			v.id, v.state, v.current_version_id, ver.id, ver.state, coalesce(ver.note, '')
		FROM claims c LEFT JOIN (verdicts v JOIN publishers p ON p.id = v.publisher_id AND p.is_house) ON v.claim_id = c.id
		LEFT JOIN verdict_versions ver ON ver.verdict_id = v.id AND ver.state <> 'published' WHERE c.id = $1`, claim).Scan(
		&a.ClaimText, &a.Language, &a.Slug, &a.Stage, &a.Public, &a.Sensitive, &a.Verdict, &verdict, &current, &open, &state, &a.DraftNote)
	if err != nil {
		return a, fmt.Errorf("read %s: %w", claim, err)
	}
	if verdict != nil {
		a.State = *verdict
	}
	if a.OnCall, err = t.onCall(); err != nil {
		return a, err
	}
	if state == nil {
		return a, nil
	}
	if a.Earlier, err = t.submissions(open); err != nil {
		return a, err
	}
	if *state != factcheck.VersionSubmitted {
		a.Draft = open
		return a, nil
	}
	if a.Version, err = t.version(open); err != nil {
		return a, err
	}
	return a, errors.Join(t.fillApproval(&a), t.compareApproval(&a, current))
}

// fillApproval adds what is submitted, as the public would see it, and how it stands to the rules.
func (t *tx) fillApproval(a *Approval) error {
	if len(a.Earlier) > 0 && a.Earlier[0].Outcome == "open" {
		a.Submission, a.Earlier = a.Earlier[0], a.Earlier[1:]
	}
	if a.Sensitive {
		a.Submission.Needed = 2
	}
	for _, g := range a.Submission.Approvals {
		a.Given = a.Given || g.Person == t.actor.Person
	}
	if a.Refused = factcheck.CheckApprover(t.actor, a.Version.Authors); a.Refused == nil {
		a.Refused = factcheck.Permit(t.actor, factcheck.ApproveVerdict)
	}
	var interested bool
	if err := t.pgx.QueryRow(t.ctx, `SELECT coalesce(has_interest($1, $2), false)`, t.actor.Person, a.Claim).Scan(&interested); err != nil {
		return fmt.Errorf("ask for a conflict of interest: %w", err)
	}
	if interested && a.Refused == nil {
		a.Refused = factcheck.Forbidden("you have declared a conflict of interest in this; ask a colleague to approve it")
	}
	rules, err := t.houseRules()
	if err != nil {
		return err
	}
	a.Rules = a.Version.Draft.RuleChecks(a.Version.Rating, rules)
	if a.Approved, err = document.DecodeApproved([]byte(a.Version.Approved)); err != nil {
		return err
	}
	if a.Preview, err = t.preview(a.Version); err != nil {
		return err
	}
	_, err = t.pgx.Exec(t.ctx, `INSERT INTO submission_looks (submission_id, person_id, looked_at) SELECT $1::bigint, $2::uuid, $3::timestamptz WHERE $2::uuid IS NOT NULL AND $1::bigint > 0 ON CONFLICT DO NOTHING`,
		a.Submission.ID, t.actor.Person, t.now)
	if err != nil {
		return fmt.Errorf("note the look: %w", err)
	}
	return nil
}

// compareApproval adds what the submitted text is compared with: the published version, and what the actor saw last.
func (t *tx) compareApproval(a *Approval, current factcheck.VersionID) error {
	if !current.IsZero() {
		var text *string
		if err := t.pgx.QueryRow(t.ctx, `SELECT approved, n FROM verdict_versions WHERE id = $1 AND import_id IS NULL UNION ALL SELECT NULL, 0 LIMIT 1`, current).Scan(&text, &a.PublishedN); err != nil {
			return fmt.Errorf("read the published version: %w", err)
		}
		if text != nil {
			approved, err := document.DecodeApproved([]byte(*text))
			if err != nil {
				return err
			}
			a.Published = &approved
		}
	}
	var text string
	var seen int64
	err := t.pgx.QueryRow(t.ctx, `SELECT s.id, s.approved FROM verdict_submissions s JOIN submission_looks l ON l.submission_id = s.id AND l.person_id = $3
		WHERE s.version_id = $1 AND s.approved_hash <> $2 ORDER BY s.n DESC LIMIT 1`, a.Version.ID, a.Version.Hash, t.actor.Person).Scan(&seen, &text)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read what was looked at last: %w", err)
	}
	approved, err := document.DecodeApproved([]byte(text))
	if err != nil {
		return err
	}
	a.SeenText = &approved
	for i := range a.Earlier {
		if a.Earlier[i].ID == seen {
			a.Seen = &a.Earlier[i]
		}
	}
	return nil
}

// submissions returns the times a version was submitted, newest first, at most MaxPage.
func (t *tx) submissions(version factcheck.VersionID) ([]Submission, error) {
	rows, err := t.pgx.Query(t.ctx, `SELECT s.id, s.n, s.submitted_by, p.name, s.submitted_at, s.needed, s.outcome, coalesce(e.name, ''), s.ended_at, s.notes, s.publish_at, coalesce(sb.name, ''),
			coalesce((SELECT json_agg(json_build_object('Name', ap.name, 'At', a.approved_at, 'ID', a.person_id) ORDER BY a.approved_at) FROM approvals a JOIN people ap ON ap.id = a.person_id WHERE a.submission_id = s.id), '[]')
		FROM verdict_submissions s JOIN people p ON p.id = s.submitted_by LEFT JOIN people e ON e.id = s.ended_by LEFT JOIN people sb ON sb.id = s.scheduled_by
		WHERE s.version_id = $1 ORDER BY s.n DESC LIMIT $2`, version, MaxPage)
	if err != nil {
		return nil, fmt.Errorf("read the submissions: %w", err)
	}
	return pgx.CollectRows(rows, scanSubmission)
}

func scanSubmission(row pgx.CollectableRow) (Submission, error) {
	var s Submission
	var notes, approvals []byte
	err := row.Scan(&s.ID, &s.N, &s.By.ID, &s.By.Name, &s.At, &s.Needed, &s.Outcome, &s.EndedBy, &s.EndedAt, &notes, &s.PublishAt, &s.Scheduled, &approvals)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(notes, &s.Notes); err != nil {
		return s, fmt.Errorf("notes: %w", err)
	}
	var given []struct {
		ID   string
		Name string
		At   time.Time
	}
	if err := json.Unmarshal(approvals, &given); err != nil {
		return s, fmt.Errorf("approvals: %w", err)
	}
	for _, g := range given {
		approval := GivenApproval{Name: g.Name, At: g.At}
		if err := approval.Person.Scan(g.ID); err != nil {
			return s, err
		}
		s.Approvals = append(s.Approvals, approval)
	}
	return s, nil
}

// WaitingApproval is a submitted version in the list of what waits.
type WaitingApproval struct {
	Claim      factcheck.ClaimID
	ClaimText  string
	Language   string
	Label      string
	Correction factcheck.CorrectionKind
	Submission Submission
	Own        bool // the actor had a hand in it
	Given      bool // the actor approved it already
}

// WaitingApprovals returns up to limit (at most MaxPage) submitted versions, the longest waiting first. Checkers and above.
// One query.
func (db *DB) WaitingApprovals(ctx context.Context, actor factcheck.Actor, limit int) ([]WaitingApproval, error) {
	var out []WaitingApproval
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "list what waits for approval", func(t *tx) error {
		if err := checkPage(limit); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, `SELECT v.claim_id, c.text, c.language, ver.label, ver.correction_kind, s.id, s.n, s.submitted_by, p.name, s.submitted_at,
				greatest(s.needed, CASE WHEN is_sensitive(c.id) THEN 2 ELSE 1 END), s.publish_at,
				EXISTS (SELECT FROM version_authors w WHERE w.version_id = ver.id AND w.person_id = $1),
				EXISTS (SELECT FROM approvals a WHERE a.submission_id = s.id AND a.person_id = $1), (SELECT count(*) FROM approvals a WHERE a.submission_id = s.id)
			FROM verdict_submissions s JOIN verdict_versions ver ON ver.id = s.version_id JOIN verdicts v ON v.id = ver.verdict_id JOIN claims c ON c.id = v.claim_id
			JOIN people p ON p.id = s.submitted_by WHERE s.outcome = 'open' ORDER BY s.submitted_at, s.id LIMIT $2`, actor.Person, limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (WaitingApproval, error) {
			var w WaitingApproval
			var given int
			err := row.Scan(&w.Claim, &w.ClaimText, &w.Language, &w.Label, &w.Correction, &w.Submission.ID, &w.Submission.N, &w.Submission.By.ID, &w.Submission.By.Name, &w.Submission.At,
				&w.Submission.Needed, &w.Submission.PublishAt, &w.Own, &w.Given, &given)
			w.Submission.Approvals = make([]GivenApproval, given)
			return w, err
		})
		return err
	})
	return out, err
}
