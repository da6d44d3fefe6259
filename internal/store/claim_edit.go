package store

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/clause"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// EditClaim replaces what is said of a claim. revision is the one the editor saw: CodeConflict if somebody saved meanwhile,
// or if the claim was merged. A submitted version goes back to draft, and the editor becomes an author of the open version.
// A claim that is public goes on showing what was approved, or imported; its topics are public at once. Checkers and above,
// and keys with the scope file.
func (db *DB) EditClaim(ctx context.Context, actor factcheck.Actor, id factcheck.ClaimID, revision int, in factcheck.ClaimInput) error {
	return db.write(ctx, actor, factcheck.FileClaim, "edit "+id.String(), func(t *tx) error {
		return t.editClaim(id, revision, in)
	})
}

// editClaim replaces what is said of a claim that is at a revision.
func (t *tx) editClaim(id factcheck.ClaimID, revision int, in factcheck.ClaimInput) error {
	in, err := in.Clean()
	if err != nil {
		return err
	}
	if err := t.checkRefers(in); err != nil {
		return err
	}
	old, err := t.lockClaimAt(id, revision)
	if err != nil {
		return err
	}
	slug, err := t.ownSlug(old, in.Text)
	if err != nil {
		return err
	}
	key := exchange.TextKey(in.Text, in.Language)
	date, precision := dateColumns(in.Date)
	res := t.db.Model(&claimModel{}).Where("id = ? AND version = ?", id, revision).Updates(map[string]any{
		"slug": slug, "text": in.Text, "text_key": key[:], "language": in.Language, "claimant_id": in.Claimant, "date": date, "date_precision": precision,
		"place": in.Place, "why": in.Why, "selection": in.Selection, "edited_by": t.actor.ID, "updated_at": t.now, "version": revision + 1,
	})
	if err := one(res, "this claim"); err != nil {
		return err
	}
	if err := t.setTopics(id, in.Topics); err != nil {
		return err
	}
	if err := t.changeIfMoved(factcheck.ChangeVerdictUpdated, "The claim was filed under other topics.", id); err != nil {
		return err
	}
	return t.audit("claim.edit", id, editedClaim(old, in))
}

// editedClaim is what the audit log keeps of an edit: which fields changed, and of those that hold no text what they were.
func editedClaim(old claimModel, in factcheck.ClaimInput) map[string]any {
	fields := []string{}
	for name, changed := range map[string]bool{"text": old.Text != in.Text, "place": old.Place != in.Place, "why": old.Why != in.Why} {
		if changed {
			fields = append(fields, name)
		}
	}
	slices.Sort(fields)
	before, after := map[string]any{}, map[string]any{}
	if old.Language != in.Language {
		before["language"], after["language"] = old.Language, in.Language
	}
	if old.Selection != in.Selection {
		before["selection"], after["selection"] = old.Selection, in.Selection
	}
	if old.ClaimantID != in.Claimant {
		before["claimant"], after["claimant"] = old.ClaimantID, in.Claimant
	}
	out := map[string]any{}
	if len(fields) > 0 {
		out["changed"] = fields
	}
	if len(after) > 0 {
		out["before"], out["after"] = before, after
	}
	return out
}

// ReviseClaim replaces what is said of a claim by what revise makes of it as it is now, whoever saved last: for a form whose
// fields are told apart one by one. revise may run more than once; its error ends it. What comes out as it went in changes
// nothing. Otherwise as EditClaim.
func (db *DB) ReviseClaim(ctx context.Context, actor factcheck.Actor, id factcheck.ClaimID, revise func(factcheck.ClaimInput) (factcheck.ClaimInput, error)) error {
	return db.write(ctx, actor, factcheck.FileClaim, "edit "+id.String(), func(t *tx) error {
		for try := 1; ; try++ {
			now, err := t.workingClaim(id)
			if err != nil {
				return err
			}
			in, err := revise(now.ClaimInput)
			if err != nil {
				return err
			}
			if in, err = in.Clean(); err != nil || reflect.DeepEqual(in, now.ClaimInput) {
				return err
			}
			// Somebody may save between the reading and the lock: claimants and topics are locked before claims.
			if err = t.editClaim(id, now.Revision, in); factcheck.CodeOf(err) != factcheck.CodeConflict || now.Stage == factcheck.StageMerged || try == 5 {
				return err
			}
		}
	})
}

// ownSlug returns the slug of a claim that gets another text: a new one if the old was made of an imported text that was never
// public, because the house's page must not speak for a publisher who is not allowed. Others stay as they are.
func (t *tx) ownSlug(old claimModel, text string) (string, error) {
	base := document.Slug(old.Text)
	if document.Slug(text) == base || !strings.HasPrefix(old.Slug, base) {
		return old.Slug, nil
	}
	var theirs bool
	err := t.pgx.QueryRow(t.ctx, `SELECT EXISTS (SELECT FROM import_records WHERE claim_id = $1) AND NOT EXISTS (SELECT FROM changes WHERE claim_id = $1)`, old.ID).Scan(&theirs)
	if err != nil {
		return "", fmt.Errorf("look where the claim came from: %w", err)
	}
	if !theirs {
		return old.Slug, nil
	}
	return t.takeSlug(old.ID, text)
}

// StartChecking says that work on a claim has begun: its stage becomes checking. CodeConflict if it was declined or merged,
// waits for approval, or is published. Checkers and above, and keys with the scope file.
func (db *DB) StartChecking(ctx context.Context, actor factcheck.Actor, id factcheck.ClaimID) error {
	return db.write(ctx, actor, factcheck.FileClaim, "start checking "+id.String(), func(t *tx) error {
		row, err := t.lockClaim(id)
		if err != nil {
			return err
		}
		switch row.Stage {
		case factcheck.StageInReview:
			return factcheck.Conflict("a verdict on this claim waits for approval; send it back to go on checking")
		case factcheck.StagePublished:
			return factcheck.Conflict("this claim is published; begin a draft or a correction instead")
		}
		if err := t.moveClaim(id, factcheck.StageChecking, ""); err != nil {
			return err
		}
		return t.audit("claim.check", id, nil)
	})
}

// DeclineClaim says that this claim is not checked, and why. CodeConflict if somebody edited it meanwhile, if a draft is
// open, or if the house has published a verdict on it. Who asked to be told what becomes of a tip of it is told so, without the reason.
// Checkers and above, and keys with the scope file.
func (db *DB) DeclineClaim(ctx context.Context, actor factcheck.Actor, id factcheck.ClaimID, revision int, note string) error {
	return db.write(ctx, actor, factcheck.DeclineClaim, "decline "+id.String(), func(t *tx) error {
		note, err := cleanReason(note, "say why it is not checked")
		if err != nil {
			return err
		}
		row, err := t.lockClaimAt(id, revision)
		if err != nil {
			return err
		}
		work, err := t.houseWork(id)
		if err != nil {
			return err
		}
		if work[id].open {
			return factcheck.Conflict("a draft of a verdict is open on this claim; discard it first")
		}
		if work[id].published {
			return factcheck.Conflict("this house has published a verdict on this claim; retract it instead")
		}
		if err := t.moveClaim(id, factcheck.StageDeclined, note); err != nil {
			return err
		}
		if err := t.tellDeclinedClaims([]string{id.UUID()}); err != nil {
			return err
		}
		return t.audit("claim.decline", id, map[string]any{"before": row.Stage, "after": factcheck.StageDeclined})
	})
}

// ReopenClaim takes a declined claim back into triage. CodeConflict if it is not declined, or was edited meanwhile. Checkers
// and above, and keys with the scope file.
func (db *DB) ReopenClaim(ctx context.Context, actor factcheck.Actor, id factcheck.ClaimID, revision int) error {
	return db.write(ctx, actor, factcheck.DeclineClaim, "reopen "+id.String(), func(t *tx) error {
		row, err := t.lockClaimAt(id, revision)
		if err != nil {
			return err
		}
		if row.Stage != factcheck.StageDeclined {
			return factcheck.Conflict("this claim is %s; only a declined one is reopened", row.Stage)
		}
		if err := t.moveClaim(id, factcheck.StageTriage, ""); err != nil {
			return err
		}
		return t.audit("claim.reopen", id, map[string]any{"before": row.Stage, "after": factcheck.StageTriage})
	})
}

// AssignClaim says who works on a claim; the zero PersonID takes the assignment away. It does not count as an edit: whoever
// is editing the claim is not disturbed. CodeInvalid for somebody who is not there any more, CodeConflict for somebody who
// has declared a conflict of interest. Checkers and above, and keys with the scope file.
func (db *DB) AssignClaim(ctx context.Context, actor factcheck.Actor, id factcheck.ClaimID, person factcheck.PersonID) error {
	return db.write(ctx, actor, factcheck.FileClaim, "assign "+id.String(), func(t *tx) error {
		row, err := t.lockClaim(id)
		if err != nil {
			return err
		}
		if row.Stage == factcheck.StageMerged {
			return errMerged
		}
		var here bool
		err = t.pgx.QueryRow(ctx, `SELECT $1::uuid IS NULL OR EXISTS (SELECT FROM people WHERE id = $1 AND disabled_at IS NULL)`, person).Scan(&here)
		if err != nil {
			return fmt.Errorf("look for the person: %w", err)
		}
		if !here {
			return invalidf("assignee", "there is nobody here with this id")
		}
		if err := t.checkInterest(person, id); err != nil {
			return err
		}
		if err := one(t.db.Model(&claimModel{}).Where("id = ?", id).Updates(map[string]any{"assignee_id": person}), "this claim"); err != nil {
			return err
		}
		return t.audit("claim.assign", id, map[string]any{"assignee": person})
	})
}

// RenameSlug gives the claim's page another address; the old one redirects for ever, and the claim may take it back.
// CodeConflict if another claim has or had the address. Checkers and above, and keys with the scope file; once the claim is
// public, editors and above, and their keys with the scope manage.
func (db *DB) RenameSlug(ctx context.Context, actor factcheck.Actor, id factcheck.ClaimID, revision int, slug string) error {
	return db.write(ctx, actor, factcheck.FileClaim, "rename the page of "+id.String(), func(t *tx) error {
		if err := factcheck.CheckText("slug", slug, factcheck.MaxLine); err != nil {
			return err
		}
		if slug == "" || document.Slug(slug) != slug {
			return invalidf("slug", "an address has lower-case letters and digits, joined by hyphens, such as %s", document.Slug(slug))
		}
		if _, err := t.lockClaimAt(id, revision); err != nil {
			return err
		}
		var public, free bool
		err := t.pgx.QueryRow(ctx, `WITH mine AS (INSERT INTO claim_slugs (slug, claim_id, created_at) VALUES ($2, $1, $3) ON CONFLICT (slug) DO NOTHING RETURNING 1)
			SELECT EXISTS (SELECT FROM claim_documents WHERE claim_id = $1), EXISTS (SELECT FROM mine) OR EXISTS (SELECT FROM claim_slugs WHERE slug = $2 AND claim_id = $1)`,
			id, slug, t.now).Scan(&public, &free)
		if err != nil {
			return fmt.Errorf("take the slug: %w", err)
		}
		if public && factcheck.Permit(t.actor, factcheck.MergeClaim) != nil {
			return factcheck.Forbidden("the address of a public claim is changed by an editor")
		}
		if !free {
			return factcheck.Conflict("this address belongs to another claim")
		}
		res := t.db.Model(&claimModel{}).Where("id = ? AND version = ?", id, revision).Updates(map[string]any{
			"slug": slug, "updated_at": t.now, "version": revision + 1,
		})
		if err := one(res, "this claim"); err != nil {
			return err
		}
		if err := t.changeIfMoved(factcheck.ChangeVerdictUpdated, "The address of this page changed.", id); err != nil {
			return err
		}
		return t.audit("claim.rename", id, map[string]any{"slug": slug})
	})
}

var errMerged = factcheck.Conflict("this claim was merged into another one; work on that one")

// cleanReason returns a reason that has to be given.
func cleanReason(note, ask string) (string, error) {
	note = factcheck.CleanLine(note)
	if note == "" {
		return "", invalidf("note", "%s", ask)
	}
	return note, factcheck.CheckText("note", note, factcheck.MaxNote)
}

// checkRefers returns a CodeInvalid error if the claimant or a topic does not exist. It locks them against being renamed
// before the commit: the claim's document will hold their names. They come before claims in the order of locks.
func (t *tx) checkRefers(in factcheck.ClaimInput) error {
	var topics, claimants int
	wanted := slices.Compact(slices.Sorted(slices.Values(uuids(in.Topics))))
	batch := &pgx.Batch{}
	batch.Queue(`SELECT count(*) FROM (SELECT FROM topics WHERE id = ANY ($1::uuid[]) ORDER BY id FOR SHARE) x`, wanted).
		QueryRow(func(row pgx.Row) error { return row.Scan(&topics) })
	batch.Queue(`SELECT count(*) FROM (SELECT FROM claimants WHERE id = $1 FOR SHARE) x`, in.Claimant).
		QueryRow(func(row pgx.Row) error { return row.Scan(&claimants) })
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return fmt.Errorf("look for topics and claimant: %w", err)
	}
	if topics != len(wanted) {
		return invalidf("topics", "one of these topics does not exist")
	}
	if claimants == 0 && !in.Claimant.IsZero() {
		return invalidf("claimant", "there is no such claimant")
	}
	return nil
}

// lockClaim returns the claim, locked against every other use case that could change its public document until the commit.
// The verdicts come first, then the claim, as everywhere.
func (t *tx) lockClaim(id factcheck.ClaimID) (claimModel, error) {
	rows, err := t.lockClaims(id)
	if err != nil {
		return claimModel{}, err
	}
	return rows[0], nil
}

// lockClaimAt is lockClaim for an edit: CodeConflict if the claim is not at the revision the editor saw, or was merged.
func (t *tx) lockClaimAt(id factcheck.ClaimID, revision int) (claimModel, error) {
	row, err := t.lockClaim(id)
	if err != nil {
		return row, err
	}
	if row.Stage == factcheck.StageMerged {
		return row, errMerged
	}
	if int(row.Version) != revision {
		return row, factcheck.Conflict("this claim was changed by somebody else meanwhile; reload it and look at what changed")
	}
	return row, nil
}

// lockClaims locks claims and returns them in the order of ids; CodeNotFound if one does not exist. Two queries.
func (t *tx) lockClaims(ids ...factcheck.ClaimID) ([]claimModel, error) {
	_, err := t.pgx.Exec(t.ctx, `SELECT FROM verdicts WHERE claim_id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`, uuids(ids))
	if err != nil {
		return nil, fmt.Errorf("lock the verdicts: %w", err)
	}
	var found []claimModel
	err = t.db.Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id IN ?", ids).Order("id").Find(&found).Error
	if err != nil {
		return nil, fmt.Errorf("lock %d claims: %w", len(ids), err)
	}
	rows := make([]claimModel, 0, len(ids))
	for _, id := range ids {
		i := slices.IndexFunc(found, func(m claimModel) bool { return m.ID == id })
		if i < 0 {
			return nil, factcheck.NotFound("there is no such claim here")
		}
		rows = append(rows, found[i])
	}
	return rows, nil
}

// houseWork says what the house has done on a claim.
type houseWork struct {
	published bool // a version was published, whatever became of it
	retracted bool
	open      bool // a draft or a submitted version
}

// houseWork returns the state of the house's verdicts on the claims; one query.
func (t *tx) houseWork(ids ...factcheck.ClaimID) (map[factcheck.ClaimID]houseWork, error) {
	rows, err := t.pgx.Query(t.ctx, `SELECT v.claim_id, v.state <> 'unpublished', v.state = 'retracted',
		EXISTS (SELECT FROM verdict_versions ver WHERE ver.verdict_id = v.id AND ver.state <> 'published')
		FROM verdicts v JOIN publishers p ON p.id = v.publisher_id AND p.is_house WHERE v.claim_id = ANY ($1::uuid[])`, uuids(ids))
	if err != nil {
		return nil, fmt.Errorf("read the house's verdicts: %w", err)
	}
	work := map[factcheck.ClaimID]houseWork{}
	var id factcheck.ClaimID
	var w houseWork
	_, err = pgx.ForEachRow(rows, []any{&id, &w.published, &w.retracted, &w.open}, func() error {
		work[id] = w
		return nil
	})
	return work, err
}
