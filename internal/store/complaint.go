package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Complaint is a dispute of a verdict or a complaint about the house's work, as the newsroom sees it. It is in no log and no
// export.
type Complaint struct {
	factcheck.ComplaintInput
	ID         factcheck.ComplaintID
	ClaimText  string
	Language   string // of the claim
	ClaimSlug  string // of its public page; empty when it is not public
	State      factcheck.ComplaintState
	Answer     string
	ReceivedAt time.Time
	ExpiresAt  time.Time // the contact is erased then
	TakenBy    string    // who entered it; empty: it came by the public form
	Decider    string
	DecidedAt  *time.Time
	Revision   int // guards edits: pass it back
}

// FileComplaint takes a dispute or complaint in. The actor is factcheck.System() for a reader without an account; the edge
// limits how many come from an address, and no more than factcheck.MaxOpenComplaints that came so are open about one claim, or
// factcheck.MaxOpenHouseComplaints about none: CodeRateLimited then. A reader may name a public claim only: CodeInvalid alike for what is not public and what never was.
// Errors do not repeat what was sent. The very same complaint from the same sender within a day is the one that is there already.
// Checkers and above, and the program itself.
func (db *DB) FileComplaint(ctx context.Context, actor factcheck.Actor, in factcheck.ComplaintInput) (factcheck.ComplaintID, error) {
	var id factcheck.ComplaintID
	err := db.write(ctx, actor, factcheck.FileComplaint, "file a complaint", func(t *tx) error {
		in, err := in.Clean()
		if err != nil {
			return err
		}
		if id, err = t.sameComplaint(in); err != nil || !id.IsZero() {
			return err
		}
		if err := t.checkComplained(in.Claim); err != nil {
			return err
		}
		due := in.DueOn
		if due.IsZero() || t.actor.Kind != factcheck.ActorPerson {
			due = t.now.AddDate(0, 0, factcheck.ComplaintDays)
		}
		if due.Before(t.now.AddDate(0, 0, -1)) || due.After(t.now.AddDate(1, 0, 0)) {
			return invalidf("due_on", "choose a day from today on, within a year")
		}
		id = factcheck.ComplaintID(newID(t))
		_, err = t.pgx.Exec(ctx, `INSERT INTO complaints (id, claim_id, kind, from_kind, text, url, contact, received_at, due_on, expires_at, created_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, id, in.Claim, in.Kind, in.From, in.Text, in.URL, in.Contact, t.now, due, t.now.Add(factcheck.ComplaintLife), t.actor.ID)
		if err != nil {
			return fmt.Errorf("write the complaint: %w", err)
		}
		return t.audit("complaint.file", id, complained(in.Claim))
	})
	return id, err
}

// sameComplaint returns the very same complaint if its sender sent it within a day before, the zero id if not; the latest, if several
// sent the same.
func (t *tx) sameComplaint(in factcheck.ComplaintInput) (factcheck.ComplaintID, error) {
	var id factcheck.ComplaintID
	again, err := t.sentBefore(in.Sender, in.Claim.String(), string(in.Kind), string(in.From), in.Text, in.URL, in.Contact)
	if err != nil || !again {
		return id, err
	}
	err = t.pgx.QueryRow(t.ctx, `SELECT id FROM complaints WHERE received_at > $1 AND claim_id IS NOT DISTINCT FROM $2::uuid AND kind = $3 AND from_kind = $4
		AND text = $5 AND url = $6 AND contact = $7 AND created_by = $8 ORDER BY id DESC LIMIT 1`,
		t.now.Add(-letterLife), in.Claim, in.Kind, in.From, in.Text, in.URL, in.Contact, t.actor.ID).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return id, nil
	}
	if err != nil {
		return id, fmt.Errorf("look for the same complaint: %w", err)
	}
	return id, nil
}

// complained are the details that the audit log keeps.
func complained(claim factcheck.ClaimID) map[string]any {
	if claim.IsZero() {
		return nil
	}
	return map[string]any{"claim": claim}
}

// checkComplained returns an error if no complaint about the claim is taken from the actor.
func (t *tx) checkComplained(claim factcheck.ClaimID) error {
	reader := t.actor.Kind != factcheck.ActorPerson
	if claim.IsZero() {
		if reader {
			return t.checkHouseComplained()
		}
		return nil
	}
	var public bool
	var open int
	// Locked, so that two at once do not both pass the limit.
	err := t.pgx.QueryRow(t.ctx, `SELECT EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = c.id),
			(SELECT count(*) FROM complaints x WHERE x.claim_id = c.id AND x.state = 'open' AND x.created_by = $2)
		FROM claims c WHERE c.id = $1 FOR NO KEY UPDATE OF c`, claim, factcheck.System().ID).Scan(&public, &open)
	switch {
	case errors.Is(err, pgx.ErrNoRows), err == nil && reader && !public:
		return invalidf("claim", "there is no such claim here")
	case err != nil:
		return fmt.Errorf("read what it is about: %w", err)
	case reader && open >= factcheck.MaxOpenComplaints:
		return &factcheck.Error{Code: factcheck.CodeRateLimited, Message: "many have written about this claim already; it is being looked at", RetryAfter: 24 * time.Hour}
	}
	return nil
}

// checkHouseComplained returns an error if readers have filed as many complaints about no claim as wait to be decided at once.
func (t *tx) checkHouseComplained() error {
	// Locked, so that two at once do not both pass the limit.
	if _, err := t.pgx.Exec(t.ctx, `SELECT pg_advisory_xact_lock(hashtextextended('complaints about the house', 0))`); err != nil {
		return fmt.Errorf("wait for other complaints: %w", err)
	}
	var open int
	err := t.pgx.QueryRow(t.ctx, `SELECT count(*) FROM complaints WHERE state = 'open' AND claim_id IS NULL AND created_by = $1`, factcheck.System().ID).Scan(&open)
	if err != nil {
		return fmt.Errorf("count what is open: %w", err)
	}
	if open >= factcheck.MaxOpenHouseComplaints {
		return &factcheck.Error{Code: factcheck.CodeRateLimited, Message: "many complaints wait to be decided; try again tomorrow", RetryAfter: 24 * time.Hour}
	}
	return nil
}

const complaintColumns = `x.id, x.claim_id, coalesce(c.text, ''), coalesce(c.language, ''), CASE WHEN EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = c.id) THEN c.slug ELSE '' END,
	x.kind, x.from_kind, x.text, x.url, x.contact, x.state, x.answer, x.received_at, x.due_on, x.expires_at, coalesce(p.name, ''), coalesce(e.name, ''), x.decided_at, x.version
	FROM complaints x LEFT JOIN claims c ON c.id = x.claim_id LEFT JOIN actors a ON a.id = x.created_by LEFT JOIN people p ON p.id = a.person_id LEFT JOIN people e ON e.id = x.decided_by`

// complaintsOpenQuery has no pages: $1 is NULL.
const complaintsOpenQuery = `SELECT ` + complaintColumns + ` WHERE x.state = 'open' AND $1::uuid IS NULL ORDER BY x.due_on, x.id LIMIT $2`

func scanComplaint(row pgx.CollectableRow) (Complaint, error) {
	var c Complaint
	return c, row.Scan(&c.ID, &c.Claim, &c.ClaimText, &c.Language, &c.ClaimSlug, &c.Kind, &c.From, &c.Text, &c.URL, &c.Contact, &c.State, &c.Answer, &c.ReceivedAt,
		&c.DueOn, &c.ExpiresAt, &c.TakenBy, &c.Decider, &c.DecidedAt, &c.Revision)
}

// Complaints returns up to limit (at most MaxPage) complaints: open ones by their day, the first due first; decided ones
// newest first, those before one when paging (the zero ComplaintID begins; open ones are not paged). Checkers and above. One query.
func (db *DB) Complaints(ctx context.Context, actor factcheck.Actor, open bool, before factcheck.ComplaintID, limit int) ([]Complaint, error) {
	var out []Complaint
	err := db.write(ctx, actor, factcheck.ReadComplaints, "list complaints", func(t *tx) error {
		if err := checkPage(limit); err != nil {
			return err
		}
		query := `SELECT ` + complaintColumns + ` WHERE x.state <> 'open' AND ($1::uuid IS NULL OR x.id < $1) ORDER BY x.id DESC LIMIT $2`
		if open {
			query = complaintsOpenQuery
		}
		rows, err := t.pgx.Query(ctx, query, before, limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, scanComplaint)
		return err
	})
	return out, err
}

// ComplaintByID returns a complaint. Checkers and above. One query.
func (db *DB) ComplaintByID(ctx context.Context, actor factcheck.Actor, id factcheck.ComplaintID) (Complaint, error) {
	var out Complaint
	err := db.write(ctx, actor, factcheck.ReadComplaints, "read "+id.String(), func(t *tx) error {
		rows, err := t.pgx.Query(ctx, `SELECT `+complaintColumns+` WHERE x.id = $1`, id)
		if err != nil {
			return err
		}
		out, err = pgx.CollectExactlyOneRow(rows, scanComplaint)
		return err
	})
	return out, err
}

// PostponeComplaint sets another day for an open complaint. CodeConflict if it was decided or changed meanwhile. Editors and
// above; no key may.
func (db *DB) PostponeComplaint(ctx context.Context, actor factcheck.Actor, id factcheck.ComplaintID, revision int, on time.Time) error {
	return db.write(ctx, actor, factcheck.EndComplaint, "postpone "+id.String(), func(t *tx) error {
		if on.Before(t.now.AddDate(0, 0, -1)) || on.After(t.now.AddDate(1, 0, 0)) {
			return invalidf("due_on", "choose a day from today on, within a year")
		}
		return t.changeComplaint(id, "complaint.postpone", `UPDATE complaints SET due_on = $3, version = version + 1 WHERE id = $1 AND version = $2 AND state = 'open'`, revision, on)
	})
}

// DecideComplaint ends a complaint with what was found. CodeForbidden for whoever approved or wrote the verdict it disputes:
// nobody judges their own work, nor how they did it; errors of detail they may. CodeConflict if it was decided or changed meanwhile. Editors and above; no key may.
func (db *DB) DecideComplaint(ctx context.Context, actor factcheck.Actor, id factcheck.ComplaintID, revision int, d factcheck.ComplaintDecision) error {
	return db.write(ctx, actor, factcheck.EndComplaint, "decide "+id.String(), func(t *tx) error {
		d, err := d.Clean()
		if err != nil {
			return err
		}
		var own bool
		err = t.pgx.QueryRow(ctx, `SELECT x.kind <> 'error' AND EXISTS (SELECT FROM verdicts v JOIN verdict_versions ver ON ver.id = v.current_version_id
				LEFT JOIN version_authors w ON w.version_id = ver.id WHERE v.claim_id = x.claim_id AND v.origin <> 'imported' AND (ver.approved_by = $2 OR w.person_id = $2))
			FROM complaints x WHERE x.id = $1`, id, t.actor.Person).Scan(&own)
		if err != nil {
			return fmt.Errorf("read what it is about: %w", err)
		}
		if own && d.State != factcheck.ComplaintUpheld {
			return factcheck.Forbidden("nobody rejects a dispute of their own work: you wrote or approved this verdict; ask a colleague")
		}
		return t.changeComplaint(id, "complaint.decide", `UPDATE complaints SET state = $3, answer = $4, decided_by = $5, decided_at = $6, version = version + 1 WHERE id = $1 AND version = $2 AND state = 'open'`,
			revision, d.State, d.Answer, t.actor.Person, t.now)
	})
}

// changeComplaint runs a guarded statement and notes the act.
func (t *tx) changeComplaint(id factcheck.ComplaintID, action, query string, args ...any) error {
	tag, err := t.pgx.Exec(t.ctx, query, append([]any{id}, args...)...)
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	if tag.RowsAffected() != 1 {
		return factcheck.Conflict("this was decided or changed by somebody else meanwhile; reload it and look")
	}
	return t.audit(action, id, nil)
}

// ExpireComplaints erases the contacts of complaints whose time is over and returns how many. Doing it again changes
// nothing, and writes nothing down. The operator and the program itself.
func (db *DB) ExpireComplaints(ctx context.Context, actor factcheck.Actor) (int, error) {
	erased := 0
	err := db.write(ctx, actor, factcheck.ExpireTips, "expire complaints", func(t *tx) error {
		tag, err := t.pgx.Exec(ctx, `UPDATE complaints SET contact = '', version = version + 1 WHERE contact <> '' AND expires_at <= $1`, t.now)
		if err != nil {
			return fmt.Errorf("erase the contacts: %w", err)
		}
		if erased = int(tag.RowsAffected()); erased == 0 {
			return nil
		}
		return t.audit("complaint.expire", nil, map[string]any{"complaints": erased})
	})
	return erased, err
}
