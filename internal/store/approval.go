package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/task"
)

// SendBack returns a submitted version to draft with a note for its authors, and notes on passages, each of which must stand
// in what was submitted. The author is told. CodeInvalid if it says nothing; CodeConflict if the version is not submitted.
// Editors and above.
func (db *DB) SendBack(ctx context.Context, actor factcheck.Actor, id factcheck.VersionID, note string, passages ...factcheck.PassageNote) error {
	return db.write(ctx, actor, factcheck.SendBack, "send back "+id.String(), func(t *tx) error {
		note, passages, err := cleanSendBack(note, passages)
		if err != nil {
			return err
		}
		v, err := t.lockVersion(id)
		if err != nil {
			return err
		}
		if v.State != factcheck.VersionSubmitted {
			return factcheck.Conflict("this version is not waiting for approval")
		}
		if err := checkPassages(v.Approved, passages); err != nil {
			return err
		}
		if err := t.endSubmission(v, passages); err != nil {
			return err
		}
		res := t.db.Model(&versionModel{}).Where("id = ? AND state = 'submitted'", id).Updates(map[string]any{
			"state": factcheck.VersionDraft, "note": factcheck.SendBackText(note, passages), "updated_at": t.now, "version": v.Revision + 1,
		})
		if err := one(res, "this version"); err != nil {
			return err
		}
		if err := t.moveClaim(v.Claim, factcheck.StageChecking, ""); err != nil {
			return err
		}
		return t.audit("verdict.send_back", id, nil)
	})
}

// cleanSendBack checks the notes of an approver; the error is CodeInvalid.
func cleanSendBack(note string, passages []factcheck.PassageNote) (string, []factcheck.PassageNote, error) {
	if note = strings.TrimSpace(note); note == "" && len(passages) == 0 {
		return note, nil, factcheck.Invalid("note", "say what is missing, so that the author knows what to do")
	}
	if len(passages) > factcheck.MaxPassageNotes {
		return note, nil, factcheck.Invalid("notes", "these are too many notes; the limit is %d", factcheck.MaxPassageNotes)
	}
	out := make([]factcheck.PassageNote, 0, len(passages))
	for i, p := range passages {
		p, err := p.Clean(fmt.Sprintf("notes[%d]", i))
		if err != nil {
			return note, nil, err
		}
		out = append(out, p)
	}
	return note, out, factcheck.CheckText("note", factcheck.SendBackText(note, out), factcheck.MaxNote)
}

// checkPassages returns a CodeInvalid error unless every passage stands where its note says.
func checkPassages(text string, notes []factcheck.PassageNote) error {
	if len(notes) == 0 {
		return nil
	}
	approved, err := document.DecodeApproved([]byte(text))
	if err != nil {
		return err
	}
	fields := map[string]string{}
	for _, f := range approved.Fields() {
		fields[f.Name] = f.Text
	}
	for i, n := range notes {
		text, ok := fields[n.Field]
		if !ok || !strings.Contains(text, n.Passage) {
			return factcheck.Invalid(fmt.Sprintf("notes[%d]", i), "this passage does not stand there; copy it as it is written")
		}
	}
	return nil
}

// endSubmission notes who sent a submission back and why, and tells its author and whoever approved it already.
func (t *tx) endSubmission(v Version, passages []factcheck.PassageNote) error {
	notes, err := json.Marshal(emptyNotNil(passages))
	if err != nil {
		return fmt.Errorf("encode the notes: %w", err)
	}
	_, err = t.pgx.Exec(t.ctx, `WITH ended AS (
			UPDATE verdict_submissions SET outcome = 'sent_back', ended_by = $2, ended_at = $3, notes = $4, publish_at = NULL, scheduled_by = NULL
			WHERE version_id = $1 AND outcome = 'open' RETURNING id, submitted_by)
		INSERT INTO notices (person_id, kind, claim_id, from_id, at)
		SELECT p, 'sent_back', $5, $2, $3 FROM (SELECT submitted_by FROM ended UNION SELECT a.person_id FROM approvals a JOIN ended e ON e.id = a.submission_id) AS x (p)
		WHERE p <> $2`, v.ID, t.actor.Person, t.now, notes, v.Claim)
	if err != nil {
		return fmt.Errorf("end the submission: %w", err)
	}
	return nil
}

// ApproveVerdict approves a submitted version, and publishes it if no second approval is asked for: readers, feed and partners
// see it when this returns, and the version returned is published. Of a sensitive claim the first of two approvals is
// noted, and the version stays submitted. hash is the SHA-256 of the text the approver read; CodeConflict if it is not what
// stands submitted, or if the claim moved on since. CodeForbidden for whoever had a hand in it. Editors and above; no key
// may approve.
func (db *DB) ApproveVerdict(ctx context.Context, actor factcheck.Actor, id factcheck.VersionID, hash []byte) (Version, error) {
	var out Version
	err := db.write(ctx, actor, factcheck.ApproveVerdict, "approve "+id.String(), func(t *tx) error {
		v, given, err := t.approve(id, hash)
		if err != nil {
			return err
		}
		if given.enough() {
			if err := t.publish(v, t.actor.Person); err != nil {
				return err
			}
			t.change(change{kind: v.Draft.Correction.Change(), claim: v.Claim, verdict: v.Verdict, note: v.Draft.Note})
			err = t.notice("published", v.Claim, v.SubmittedBy)
		} else {
			err = t.notice("approved_once", v.Claim, v.SubmittedBy)
		}
		if err != nil {
			return err
		}
		out, err = t.version(id)
		return err
	})
	return out, err
}

// ScheduleVerdict approves a submitted version to be published at a moment, within factcheck.MaxSchedule. It stays submitted
// until then; any edit takes it back, and the publication with it. Of a sensitive claim the moment holds once the second
// approval is given. Errors and actors as for ApproveVerdict.
func (db *DB) ScheduleVerdict(ctx context.Context, actor factcheck.Actor, id factcheck.VersionID, hash []byte, at time.Time) error {
	return db.write(ctx, actor, factcheck.ApproveVerdict, "schedule "+id.String(), func(t *tx) error {
		at = at.UTC().Truncate(time.Second)
		if err := factcheck.CheckSchedule(at, t.now); err != nil {
			return err
		}
		v, given, err := t.approve(id, hash)
		if err != nil {
			return err
		}
		if !given.enough() {
			return t.notice("approved_once", v.Claim, v.SubmittedBy)
		}
		_, err = t.pgx.Exec(ctx, `UPDATE verdict_submissions SET publish_at = $2, scheduled_by = $3 WHERE id = $1`, given.submission, at, t.actor.Person)
		if err != nil {
			return fmt.Errorf("set the moment: %w", err)
		}
		t.enqueueAt(task.PublishDue{Submission: given.submission}, at)
		if err := t.audit("verdict.schedule", id, map[string]any{"at": at}); err != nil {
			return err
		}
		return t.notice("scheduled", v.Claim, v.SubmittedBy)
	})
}

// UnscheduleVerdict takes the moment of a publication back; the version waits for approval again. CodeConflict if none is
// set. Editors and above.
func (db *DB) UnscheduleVerdict(ctx context.Context, actor factcheck.Actor, id factcheck.VersionID) error {
	return db.write(ctx, actor, factcheck.SendBack, "unschedule "+id.String(), func(t *tx) error {
		v, err := t.lockVersion(id)
		if err != nil {
			return err
		}
		tag, err := t.pgx.Exec(ctx, `UPDATE verdict_submissions SET publish_at = NULL, scheduled_by = NULL WHERE version_id = $1 AND outcome = 'open' AND publish_at IS NOT NULL`, id)
		if err != nil {
			return fmt.Errorf("take the moment back: %w", err)
		}
		if tag.RowsAffected() != 1 {
			return factcheck.Conflict("no publication is set for this version")
		}
		if err := t.audit("verdict.unschedule", id, nil); err != nil {
			return err
		}
		return t.notice("unscheduled", v.Claim, v.SubmittedBy)
	})
}

// PublishDue publishes a submission whose moment has come. One that was edited, sent back, rescheduled or published since is
// left alone, so doing it again changes nothing. What can no longer be published (its approver was disabled, something it
// rests on changed) loses its moment, and its author and approver are told. The program itself.
func (db *DB) PublishDue(ctx context.Context, actor factcheck.Actor, submission int64) error {
	err := db.write(ctx, actor, factcheck.PublishDue, "publish what is due", func(t *tx) error { return t.publishDue(submission) })
	switch factcheck.CodeOf(err) {
	case factcheck.CodeConflict, factcheck.CodeForbidden, factcheck.CodeInvalid:
		return db.write(ctx, actor, factcheck.PublishDue, "give a publication up", func(t *tx) error { return t.giveUp(submission) })
	}
	return err
}

func (t *tx) publishDue(submission int64) error {
	var id factcheck.VersionID
	if err := t.pgx.QueryRow(t.ctx, `SELECT version_id FROM verdict_submissions WHERE id = $1`, submission).Scan(&id); err != nil {
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // discarded with its draft
		}
		return fmt.Errorf("read submission %d: %w", submission, err)
	}
	v, err := t.lockVersion(id)
	if err != nil {
		return err
	}
	var approver factcheck.PersonID
	var due bool
	err = t.pgx.QueryRow(t.ctx, `SELECT scheduled_by, coalesce(outcome = 'open' AND publish_at <= $2, false) FROM verdict_submissions WHERE id = $1`, submission, t.now).Scan(&approver, &due)
	if err != nil || !due {
		return err
	}
	if err := t.checkUnmoved(v); err != nil {
		return err
	}
	if err := t.publish(v, approver); err != nil {
		return err
	}
	t.change(change{kind: v.Draft.Correction.Change(), claim: v.Claim, verdict: v.Verdict, note: v.Draft.Note})
	if err := t.audit("verdict.publish_due", id, map[string]any{"hash": fmt.Sprintf("%x", v.Hash), "claim": v.Claim, "approver": approver}); err != nil {
		return err
	}
	return t.notice("published", v.Claim, v.SubmittedBy, approver)
}

// giveUp takes the moment of a publication back that cannot be.
func (t *tx) giveUp(submission int64) error {
	var id factcheck.VersionID
	var author, approver factcheck.PersonID
	var claim factcheck.ClaimID
	err := t.pgx.QueryRow(t.ctx, `WITH was AS (SELECT id, scheduled_by FROM verdict_submissions WHERE id = $1)
		UPDATE verdict_submissions s SET publish_at = NULL, scheduled_by = NULL FROM was, verdict_versions ver, verdicts v
		WHERE s.id = was.id AND ver.id = s.version_id AND v.id = ver.verdict_id AND s.outcome = 'open' AND s.publish_at <= $2
		RETURNING s.version_id, s.submitted_by, was.scheduled_by, v.claim_id`, submission, t.now).Scan(&id, &author, &approver, &claim)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("take the moment back: %w", err)
	}
	if err := t.audit("verdict.unschedule", id, map[string]any{"why": "it could not be published"}); err != nil {
		return err
	}
	return t.notice("not_published", claim, author, approver)
}

// givenApprovals says how far a submission is.
type givenApprovals struct {
	submission    int64
	given, needed int
}

func (g givenApprovals) enough() bool { return g.given >= g.needed }

// approve notes the actor's approval of what they read, after all that speaks against it was asked.
func (t *tx) approve(id factcheck.VersionID, hash []byte) (Version, givenApprovals, error) {
	var g givenApprovals
	v, err := t.lockVersion(id)
	if err != nil {
		return v, g, err
	}
	if v.State != factcheck.VersionSubmitted {
		return v, g, factcheck.Conflict("this version is not waiting for approval")
	}
	if err := factcheck.CheckApprover(t.actor, v.Authors); err != nil {
		return v, g, err
	}
	if !bytes.Equal(v.Hash, hash) {
		return v, g, factcheck.Conflict("this was edited and submitted again since you read it; read it once more")
	}
	if err := t.checkUnmoved(v); err != nil {
		return v, g, err
	}
	err = t.pgx.QueryRow(t.ctx, `INSERT INTO approvals (submission_id, person_id, approved_at)
		SELECT id, $2, $3 FROM verdict_submissions WHERE version_id = $1 AND outcome = 'open' ON CONFLICT DO NOTHING RETURNING submission_id`, id, t.actor.Person, t.now).Scan(&g.submission)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return v, g, fmt.Errorf("note the approval: %w", err)
	}
	// The same people count here as in the database's rule: who was disabled since does not.
	err = t.pgx.QueryRow(t.ctx, `SELECT s.id, greatest(s.needed, CASE WHEN is_sensitive($2) THEN 2 ELSE 1 END),
			(SELECT count(*) FROM approvals a JOIN people p ON p.id = a.person_id WHERE a.submission_id = s.id AND p.role IN ('editor', 'admin') AND p.disabled_at IS NULL)
		FROM verdict_submissions s WHERE s.version_id = $1 AND s.outcome = 'open'`, id, v.Claim).Scan(&g.submission, &g.needed, &g.given)
	if err != nil {
		return v, g, fmt.Errorf("count the approvals: %w", err)
	}
	return v, g, t.audit("verdict.approve", id, map[string]any{"hash": fmt.Sprintf("%x", hash), "claim": v.Claim})
}

// checkUnmoved compares what was submitted with what it would be now: a claimant renamed in between, say.
func (t *tx) checkUnmoved(v Version) error {
	rules, err := t.houseRules()
	if err != nil {
		return err
	}
	if err := factcheck.GapError(v.Draft.Gaps(v.Rating, rules)); err != nil {
		return err
	}
	_, hash, err := t.approvedText(v)
	if err != nil {
		return err
	}
	if !bytes.Equal(hash[:], v.Hash) {
		return factcheck.Conflict("something this rests on changed after it was submitted; send it back and submit it again")
	}
	return nil
}

// publish makes a submitted version the current one of its verdict and the claim published.
func (t *tx) publish(v Version, approver factcheck.PersonID) error {
	res := t.db.Model(&versionModel{}).Where("id = ? AND state = 'submitted'", v.ID).Updates(map[string]any{
		"state": factcheck.VersionPublished, "approved_by": approver, "published_at": t.now, "updated_at": t.now,
		"version": v.Revision + 1,
		"n":       t.db.Raw(`SELECT coalesce(max(o.n), 0) + 1 FROM verdict_versions o WHERE o.verdict_id = ?`, v.Verdict),
	})
	if err := one(res, "this version"); err != nil {
		return err
	}
	state, notice := factcheck.VerdictCurrent, ""
	if v.Draft.Correction == factcheck.CorrectionRetraction {
		state, notice = factcheck.VerdictRetracted, v.Draft.Note
	}
	res = t.db.Model(&verdictModel{}).Where("id = ?", v.Verdict).Updates(map[string]any{
		"current_version_id": v.ID, "state": state, "notice": notice, "origin": factcheck.OriginHouse,
	})
	if err := one(res, "this verdict"); err != nil {
		return err
	}
	return t.moveClaim(v.Claim, factcheck.StagePublished, "")
}
