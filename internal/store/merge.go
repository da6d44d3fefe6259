package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/task"
)

// MergeClaims folds one claim into another that says the same: its articles, other publishers' verdicts, topics, media and
// tips move, its text becomes a wording of the other, and its address leads there for ever.
//
// Where both claims have a link to the same article, the other's stays; it takes over a person's stance where nobody had
// judged, and a correction it did not know of. The doubled row stays with the merged claim. A publisher's verdict stays
// there too if the other has one of that publisher. Wordings are taken over up to factcheck.MaxWordings, the text first.
//
// The house's own verdict never moves: CodeConflict if this claim has a draft open, or has a published verdict of the house
// unless that was retracted and the other has one. CodeConflict also if the other was merged or declined, if a redaction of
// either is being decided, or if other publishers' verdicts would make the other public before the house has published it. Editors and above, and their keys with the scope manage.
func (db *DB) MergeClaims(ctx context.Context, actor factcheck.Actor, from, into factcheck.ClaimID, note string) error {
	return db.write(ctx, actor, factcheck.MergeClaim, "merge "+from.String()+" into "+into.String(), func(t *tx) error {
		note, err := cleanReason(note, "say why these are one claim")
		if err != nil {
			return err
		}
		if from == into {
			return invalidf("into", "a claim cannot be merged into itself")
		}
		m, err := t.beginMerge(from, into)
		if err != nil {
			return err
		}
		res := t.db.Model(&claimModel{}).Where("id = ? AND version = ?", from, m.from.Version).Updates(map[string]any{
			"stage": factcheck.StageMerged, "stage_note": note, "merged_into": into, "updated_at": t.now, "version": m.from.Version + 1,
		})
		if err := one(res, "this claim"); err != nil {
			return err
		}
		t.change(change{kind: factcheck.ChangeClaimMerged, claim: from, note: note})
		if err := t.mergeVerdicts(m); err != nil {
			return err
		}
		if err := t.mergeAppearances(m); err != nil {
			return err
		}
		if err := t.mergeListings(m); err != nil {
			return err
		}
		if err := t.mergeParts(m); err != nil {
			return err
		}
		if err := t.mergeSuggestions(m); err != nil {
			return err
		}
		if err := t.mergeTips(m); err != nil {
			return err
		}
		if err := t.mergeFollowers(m); err != nil {
			return err
		}
		if err := t.dropUnshown(); err != nil {
			return err
		}
		// Topics, and who lists an address, may have moved in the other claim's document without an entry yet.
		if !slices.ContainsFunc(t.changes, func(c change) bool { return c.claim == into }) {
			if err := t.changeIfMoved(factcheck.ChangeVerdictUpdated, "Another claim was merged into this one.", into); err != nil {
				return err
			}
		}
		return t.audit("claim.merge", from, map[string]any{"into": into})
	})
}

// merging is a merge that may go on: both claims are locked.
type merging struct{ from, into claimModel }

func (t *tx) beginMerge(from, into factcheck.ClaimID) (merging, error) {
	// Topics come before claims in the order of locks: a name must not change while the document is built.
	_, err := t.pgx.Exec(t.ctx, `SELECT FROM topics WHERE id IN (SELECT topic_id FROM claim_topics WHERE claim_id = ANY ($1::uuid[])) ORDER BY id FOR SHARE`,
		uuids([]factcheck.ClaimID{from, into}))
	if err != nil {
		return merging{}, fmt.Errorf("lock the topics: %w", err)
	}
	rows, err := t.lockClaims(from, into)
	if err != nil {
		return merging{}, err
	}
	m := merging{from: rows[0], into: rows[1]}
	if m.from.Stage == factcheck.StageMerged {
		return m, factcheck.Conflict("this claim was merged already")
	}
	if m.into.Stage == factcheck.StageMerged || m.into.Stage == factcheck.StageDeclined {
		return m, factcheck.Conflict("the other claim is %s; merge into one that is worked on", m.into.Stage)
	}
	work, err := t.houseWork(from, into)
	if err != nil {
		return m, err
	}
	if err := checkMerge(work[from], work[into]); err != nil {
		return m, err
	}
	var redacting, shows bool
	err = t.pgx.QueryRow(t.ctx, `SELECT EXISTS (SELECT FROM proposals WHERE claim_id IN ($1, $2) AND kind = 'redact' AND decision = 'open'),
		EXISTS (SELECT FROM verdicts WHERE claim_id = $1 AND origin = 'imported')
		AND NOT EXISTS (SELECT FROM verdicts WHERE claim_id = $2 AND origin = 'imported')
		AND NOT EXISTS (SELECT FROM claim_documents WHERE claim_id = $2)`, from, into).Scan(&redacting, &shows)
	switch {
	case err != nil:
		return m, fmt.Errorf("look at what hangs on the claims: %w", err)
	case redacting:
		return m, factcheck.Conflict("a redaction of one of these claims is being decided; its text must not spread before")
	case shows:
		return m, factcheck.Conflict("other publishers' verdicts would show readers a claim you have not published; publish it first, or merge it into this one")
	}
	return m, nil
}

// checkMerge is the rule of what the house has published: the ledger of a verdict is never moved to another claim.
func checkMerge(from, into houseWork) error {
	switch {
	case from.open:
		return factcheck.Conflict("a draft of a verdict is open on this claim; discard or publish it first")
	case from.published && !into.published:
		return factcheck.Conflict("this claim has a published verdict and the other has none; merge the other one into this one")
	case from.published && !from.retracted:
		return factcheck.Conflict("both claims have a published verdict; retract this one's first")
	}
	return nil
}

// mergeTips moves the tips that asked for the claim: whoever handles the other one counts them, and answers who sent them.
func (t *tx) mergeTips(m merging) error {
	tag, err := t.pgx.Exec(t.ctx, `UPDATE tips SET claim_id = $2, version = version + 1 WHERE claim_id = $1`, m.from.ID, m.into.ID)
	if err != nil {
		return fmt.Errorf("move the tips: %w", err)
	}
	if tag.RowsAffected() > 0 {
		t.enqueue(task.TellFollowers{Claim: m.into.ID}) // it may be public already, and need not change by this
	}
	return nil
}

// mergeVerdicts moves other publishers' verdicts, and what the next import finds them by.
func (t *tx) mergeVerdicts(m merging) error {
	rows, err := t.pgx.Query(t.ctx, `UPDATE verdicts v SET claim_id = $2 WHERE v.claim_id = $1 AND v.origin = 'imported'
		AND NOT EXISTS (SELECT FROM verdicts o WHERE o.claim_id = $2 AND o.publisher_id = v.publisher_id)
		RETURNING v.id, v.current_version_id IS NOT NULL AND (SELECT p.allowed_at IS NOT NULL FROM publishers p WHERE p.id = v.publisher_id)`,
		m.from.ID, m.into.ID)
	if err != nil {
		return fmt.Errorf("move the verdicts: %w", err)
	}
	var moved, public []factcheck.VerdictID
	var id factcheck.VerdictID
	var shown bool
	_, err = pgx.ForEachRow(rows, []any{&id, &shown}, func() error {
		moved = append(moved, id)
		if shown {
			public = append(public, id)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("move the verdicts: %w", err)
	}
	_, err = t.pgx.Exec(t.ctx, `UPDATE import_records SET claim_id = $1 WHERE verdict_id = ANY ($2::uuid[])`, m.into.ID, uuids(moved))
	if err != nil {
		return fmt.Errorf("move the import records: %w", err)
	}
	slices.SortFunc(public, func(a, b factcheck.VerdictID) int { return slices.Compare(a[:], b[:]) })
	for _, v := range public {
		t.change(change{kind: factcheck.ChangeVerdictUpdated, claim: m.into.ID, verdict: v, note: "Another claim was merged into this one."})
	}
	return nil
}

// mergeParts takes over topics, wordings and media. Wordings and media are part of what is approved.
func (t *tx) mergeParts(m merging) error {
	parts := int64(0)
	count := func(tag pgconn.CommandTag) error {
		parts += tag.RowsAffected()
		return nil
	}
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO claim_topics (claim_id, topic_id, publisher_id, dropped) SELECT $2, topic_id, publisher_id, dropped FROM claim_topics WHERE claim_id = $1 ON CONFLICT DO NOTHING`, m.from.ID, m.into.ID)
	batch.Queue(`INSERT INTO wordings (claim_id, language, text, edited_by)
		SELECT $2, x.language, x.text, $3
		FROM (SELECT $4::text AS language, $5::text AS text, 0 AS id UNION ALL
			SELECT language, text, id FROM wordings WHERE claim_id = $1 AND (language, text) <> ($4::text, $5::text)) x
		WHERE NOT EXISTS (SELECT FROM wordings w WHERE w.claim_id = $2 AND w.language = x.language AND w.text = x.text)
		AND NOT EXISTS (SELECT FROM claims c WHERE c.id = $2 AND c.language = x.language AND c.text = x.text)
		AND (x.id > 0 OR NOT $6)
		ORDER BY x.id LIMIT greatest(0, $7 - (SELECT count(*) FROM wordings WHERE claim_id = $2))`,
		m.from.ID, m.into.ID, t.actor.ID, m.from.Language, m.from.Text, sameText(m.from, m.into), factcheck.MaxWordings).Exec(count)
	batch.Queue(`UPDATE media f SET claim_id = $2, edited_by = $3 WHERE f.claim_id = $1
		AND NOT EXISTS (SELECT FROM media o WHERE o.claim_id = $2 AND o.url = f.url)`, m.from.ID, m.into.ID, t.actor.ID).Exec(count)
	batch.Queue(`UPDATE claims SET version = version + 1, updated_at = $2, edited_by = $3 WHERE id = $1`, m.into.ID, t.now, t.actor.ID)
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return fmt.Errorf("take over topics, wordings and media: %w", err)
	}
	if parts == 0 {
		return nil
	}
	return t.partEdited(m.into)
}

// sameText reports whether two claims are worded alike, so that one's text is no wording of the other.
func sameText(a, b claimModel) bool {
	return exchange.TextKey(a.Text, a.Language) == exchange.TextKey(b.Text, b.Language)
}
