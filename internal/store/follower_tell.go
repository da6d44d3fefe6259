package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/task"
)

// tellAtOnce is how many followers of a claim one transaction queues mails for.
const tellAtOnce = 500

// tellFollowers has those told who follow what this transaction changes: a job that waits a while for further changes, and a
// last mail where a claim goes out of the public. Two queries at most, and none where nothing public changes. It runs once the documents are built.
func (t *tx) tellFollowers() error {
	var moved, gone []factcheck.ClaimID
	for _, c := range t.changes {
		switch {
		case !t.docs.visible(c.claim) || !c.newState():
		case c.kind == factcheck.ChangeClaimWithdrawn:
			gone = append(gone, c.claim)
		default:
			moved = append(moved, c.claim)
		}
	}
	if len(gone) > 0 {
		if err := t.endFollowers(gone); err != nil {
			return err
		}
	}
	if len(moved) == 0 {
		return nil
	}
	rows, err := t.pgx.Query(t.ctx, `SELECT DISTINCT f.claim_id FROM followers f WHERE f.claim_id = ANY ($1::uuid[]) UNION
		SELECT DISTINCT x.claim_id FROM tips x JOIN followers f ON f.tip_id = x.id WHERE x.claim_id = ANY ($1::uuid[])`, uuids(moved))
	if err != nil {
		return fmt.Errorf("look who follows: %w", err)
	}
	followed, err := pgx.CollectRows(rows, pgx.RowTo[factcheck.ClaimID])
	if err != nil {
		return fmt.Errorf("look who follows: %w", err)
	}
	for _, claim := range followed {
		t.enqueueAt(task.TellFollowers{Claim: claim}, t.now.Add(FollowBatch))
	}
	return nil
}

// endFollowers takes leave of those who follow claims that are public no longer.
func (t *tx) endFollowers(claims []factcheck.ClaimID) error {
	if _, err := t.pgx.Exec(t.ctx, `DELETE FROM followers WHERE claim_id = ANY ($1::uuid[]) AND state = 'asked'`, uuids(claims)); err != nil {
		return fmt.Errorf("forget who asked: %w", err)
	}
	rows, err := t.pgx.Query(t.ctx, `UPDATE followers SET state = 'ending' WHERE claim_id = ANY ($1::uuid[]) AND state = 'confirmed' RETURNING id`, uuids(claims))
	if err != nil {
		return fmt.Errorf("take leave of followers: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return fmt.Errorf("take leave of followers: %w", err)
	}
	return t.queueMails(MailWithdrawn, ids)
}

// mergeFollowers moves those who follow a claim to the one it is folded into, and has them told. Who follows both stays once.
func (t *tx) mergeFollowers(m merging) error {
	_, err := t.pgx.Exec(t.ctx, `DELETE FROM followers f WHERE f.claim_id = $1 AND EXISTS (SELECT FROM followers o WHERE o.claim_id = $2 AND o.address_hash = f.address_hash
		AND (o.state = 'confirmed' OR f.state = 'asked'))`, m.from.ID, m.into.ID)
	if err != nil {
		return fmt.Errorf("drop who follows both: %w", err)
	}
	// Who only asked to follow the other one has confirmed this one.
	_, err = t.pgx.Exec(t.ctx, `DELETE FROM followers o USING followers f WHERE o.claim_id = $2 AND f.claim_id = $1 AND o.address_hash = f.address_hash`, m.from.ID, m.into.ID)
	if err != nil {
		return fmt.Errorf("drop who follows both: %w", err)
	}
	rows, err := t.pgx.Query(t.ctx, `UPDATE followers SET claim_id = $2 WHERE claim_id = $1 RETURNING id, state`, m.from.ID, m.into.ID)
	if err != nil {
		return fmt.Errorf("move the followers: %w", err)
	}
	var told []int64
	var id int64
	var state FollowerState
	_, err = pgx.ForEachRow(rows, []any{&id, &state}, func() error {
		if state == FollowerConfirmed {
			told = append(told, id)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("move the followers: %w", err)
	}
	return t.queueMails(MailMerged, told)
}

// TellFollowers queues a mail for each follower of a claim who has not been told of its newest public state, and for those
// whose tip it answers, and reports whether there are more of them. Doing it again queues nothing twice. The program itself.
func (db *DB) TellFollowers(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID) (more bool, err error) {
	err = db.write(ctx, actor, factcheck.SendMails, "tell the followers of "+claim.String(), func(t *tx) error {
		rows, err := t.pgx.Query(ctx, `SELECT f.id FROM followers f WHERE f.claim_id = $1 AND f.state = 'confirmed'
			AND f.told_seq < (SELECT max(s.seq) FROM claim_states s JOIN claim_documents d ON d.claim_id = s.claim_id WHERE s.claim_id = $1)
			AND NOT EXISTS (SELECT FROM mails m WHERE m.follower_id = f.id AND m.state = 'queued' AND m.kind IN ('changed', 'merged'))
			ORDER BY f.id LIMIT $2`, claim, tellAtOnce)
		if err != nil {
			return err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err != nil {
			return err
		}
		if err := t.queueMails(MailChanged, ids); err != nil {
			return err
		}
		more = len(ids) == tellAtOnce
		return t.tellTipsters(claim)
	})
	return more, err
}

// tellTipsters has those told whose tip became a claim that the house has published a verdict on: once, and then they are erased.
func (t *tx) tellTipsters(claim factcheck.ClaimID) error {
	rows, err := t.pgx.Query(t.ctx, `UPDATE followers f SET state = 'ending' FROM tips x JOIN claim_documents d ON d.claim_id = x.claim_id AND d.house
		WHERE f.tip_id = x.id AND x.claim_id = $1 AND f.state = 'confirmed' RETURNING f.id`, claim)
	if err != nil {
		return fmt.Errorf("take leave of tipsters: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := t.queueMails(MailTipPublished, ids); err != nil {
		return err
	}
	return t.audit("tip.told", claim, map[string]any{"readers": len(ids)})
}

// tellDeclined has those told whose tips will not be followed up. The caller audits.
func (t *tx) tellDeclined(tips []factcheck.TipID) error {
	rows, err := t.pgx.Query(t.ctx, `UPDATE followers SET state = 'ending' WHERE tip_id = ANY ($1::uuid[]) AND state = 'confirmed' RETURNING id`, uuids(tips))
	if err != nil {
		return fmt.Errorf("take leave of tipsters: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return fmt.Errorf("take leave of tipsters: %w", err)
	}
	return t.queueMails(MailTipDeclined, ids)
}

// tellDeclinedClaims has those told whose tips became claims that are not checked after all. Why is the newsroom's own note, and not in
// the mail. The caller audits.
func (t *tx) tellDeclinedClaims(claims []string) error {
	rows, err := t.pgx.Query(t.ctx, `SELECT id FROM tips WHERE claim_id = ANY ($1::uuid[]) AND state = 'claim'`, claims)
	if err != nil {
		return fmt.Errorf("read the tips: %w", err)
	}
	tips, err := pgx.CollectRows(rows, pgx.RowTo[factcheck.TipID])
	if err != nil || len(tips) == 0 {
		return err
	}
	return t.tellDeclined(tips)
}

// tellOfTip tells a tipster who has just confirmed what was decided before.
func (t *tx) tellOfTip(f Follower) error {
	var state factcheck.TipState
	var claim factcheck.ClaimID
	var stage factcheck.Stage
	if err := t.pgx.QueryRow(t.ctx, `SELECT x.state, x.claim_id, coalesce(c.stage, '') FROM tips x LEFT JOIN claims c ON c.id = x.claim_id WHERE x.id = $1`, f.Tip).
		Scan(&state, &claim, &stage); err != nil {
		return fmt.Errorf("read the tip: %w", err)
	}
	switch state {
	case factcheck.TipDeclined:
		return t.tellDeclined([]factcheck.TipID{f.Tip})
	case factcheck.TipClaim:
		if stage == factcheck.StageDeclined {
			return t.tellDeclined([]factcheck.TipID{f.Tip})
		}
		t.enqueue(task.TellFollowers{Claim: claim})
	}
	return nil
}

// TendFollowers forgets those whose time is over, asks those whose time ends soon whether they want to stay, and makes good what
// was missed: claims whose followers were not told. Doing it again changes nothing. The program itself.
func (db *DB) TendFollowers(ctx context.Context, actor factcheck.Actor) error {
	return db.write(ctx, actor, factcheck.SendMails, "look after the followers", func(t *tx) error {
		tag, err := t.pgx.Exec(ctx, `DELETE FROM followers WHERE expires_at <= $1`, t.now)
		if err != nil {
			return fmt.Errorf("forget followers: %w", err)
		}
		if n := tag.RowsAffected(); n > 0 {
			if err := t.audit("follow.expire", nil, map[string]any{"readers": n}); err != nil {
				return err
			}
		}
		batch := &pgx.Batch{}
		batch.Queue(`DELETE FROM mails WHERE ended_at < $1`, t.now.Add(-mailKept))
		batch.Queue(`DELETE FROM mail_stops WHERE why = 'dead' AND at < $1`, t.now.Add(-deadKept))
		if err := t.pgx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("forget old mails: %w", err)
		}
		if err := t.askRenewals(); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, `SELECT DISTINCT f.claim_id FROM followers f JOIN claim_states s ON s.claim_id = f.claim_id AND s.seq > f.told_seq AND s.at < $1
			WHERE f.state = 'confirmed' AND NOT EXISTS (SELECT FROM mails m WHERE m.follower_id = f.id AND m.state = 'queued') LIMIT $2`, t.now.Add(-3*FollowBatch), tellAtOnce)
		if err != nil {
			return fmt.Errorf("look who was not told: %w", err)
		}
		claims, err := pgx.CollectRows(rows, pgx.RowTo[factcheck.ClaimID])
		for _, claim := range claims {
			t.enqueue(task.TellFollowers{Claim: claim})
		}
		return err
	})
}

// askRenewals asks those whose months end soon whether they want to stay: once.
func (t *tx) askRenewals() error {
	rows, err := t.pgx.Query(t.ctx, `UPDATE followers SET renewal_at = $1 WHERE id IN (SELECT id FROM followers WHERE claim_id IS NOT NULL AND state = 'confirmed'
		AND renewal_at IS NULL AND expires_at <= $2 ORDER BY id LIMIT $3) RETURNING id`, t.now, t.now.Add(followRenewal), tellAtOnce)
	if err != nil {
		return fmt.Errorf("ask who stays: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return fmt.Errorf("ask who stays: %w", err)
	}
	return t.queueMails(MailRenew, ids)
}
