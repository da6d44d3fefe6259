package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/task"
)

// MailKind says what a mail tells.
type MailKind string

// The kinds of mail.
const (
	MailConfirm      MailKind = "confirm"       // asks who wants to follow a claim to confirm it
	MailChanged      MailKind = "changed"       // a claim changed
	MailMerged       MailKind = "merged"        // a claim was folded into another, which they follow now
	MailWithdrawn    MailKind = "withdrawn"     // a claim is public no longer; the last one
	MailRenew        MailKind = "renew"         // asks whether they want to stay
	MailTipConfirm   MailKind = "tip_confirm"   // asks who sent a tip to confirm that they want to be told
	MailTipPublished MailKind = "tip_published" // their tip was answered; the last one
	MailTipDeclined  MailKind = "tip_declined"  // their tip will not be followed up; the last one
)

const (
	mailQueue = "mail"
	// MailAttempts is how often a mail is tried, in about 17 hours by River's rising pauses.
	MailAttempts = 12
	mailKept     = 30 * 24 * time.Hour  // that a mail was sent or failed
	deadKept     = 180 * 24 * time.Hour // that nobody is at an address: it may be given out again
)

// OutMail is a mail that is to be sent, with what it is about. The words are not in it: they are made of what is public now.
type OutMail struct {
	Follower
	ID      int64
	Kind    MailKind
	Epoch   string // of the feed: with the id it names the mail for ever
	Sealed  []byte
	ToldSeq int64             // they know what happened up to here
	Answer  string            // of a tip that was declined: what the house says
	About   factcheck.ClaimID // that a tip became
}

// queueMails queues a mail of a kind for each follower who has none waiting, and the jobs that send them.
func (t *tx) queueMails(kind MailKind, followers []int64) error {
	if len(followers) == 0 {
		return nil
	}
	rows, err := t.pgx.Query(t.ctx, `INSERT INTO mails (kind, follower_id, created_at) SELECT $1, f, $3 FROM unnest($2::bigint[]) AS f ON CONFLICT DO NOTHING RETURNING id`, kind, followers, t.now)
	if err != nil {
		return fmt.Errorf("queue %d mails: %w", len(followers), err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return fmt.Errorf("queue %d mails: %w", len(followers), err)
	}
	for _, id := range ids {
		t.jobs = append(t.jobs, river.InsertManyParams{Args: task.SendMail{Mail: id}, InsertOpts: &river.InsertOpts{Queue: mailQueue, MaxAttempts: MailAttempts}})
	}
	return nil
}

// MailToSend returns a mail that waits, and counts the attempt. CodeNotFound if it was sent already, or nobody wants it any
// more: then it is dropped. The program itself. One query.
func (db *DB) MailToSend(ctx context.Context, actor factcheck.Actor, id int64) (OutMail, error) {
	m := OutMail{ID: id}
	var found bool
	err := db.write(ctx, actor, factcheck.SendMails, fmt.Sprintf("take mail %d", id), func(t *tx) error {
		err := t.pgx.QueryRow(ctx, `UPDATE mails m SET attempts = m.attempts + 1, tried_at = $2 FROM feed, followers f LEFT JOIN tips x ON x.id = f.tip_id
			WHERE m.id = $1 AND m.state = 'queued' AND f.id = m.follower_id AND f.expires_at > $2
			AND f.state = CASE WHEN m.kind IN ('confirm', 'tip_confirm') THEN 'asked' WHEN m.kind IN ('withdrawn', 'tip_published', 'tip_declined') THEN 'ending' ELSE 'confirmed' END
			RETURNING m.kind, feed.epoch, f.sealed, f.told_seq, coalesce(x.answer, ''), x.claim_id, `+followerColumns, id, t.now).Scan(
			&m.Kind, &m.Epoch, &m.Sealed, &m.ToldSeq, &m.Answer, &m.About, &m.Follower.ID, &m.Claim, &m.Tip, &m.Language, &m.State, &m.AskedAt, &m.ConfirmedAt, &m.ExpiresAt)
		if errors.Is(err, pgx.ErrNoRows) {
			return t.dropMail(id)
		}
		found = err == nil
		return err
	})
	if err == nil && !found {
		err = factcheck.NotFound("this mail is not wanted any more")
	}
	return m, err
}

// DropMail ends a mail that has nothing to tell any more. The program itself.
func (db *DB) DropMail(ctx context.Context, actor factcheck.Actor, id int64) error {
	return db.write(ctx, actor, factcheck.SendMails, fmt.Sprintf("drop mail %d", id), func(t *tx) error { return t.dropMail(id) })
}

func (t *tx) dropMail(id int64) error {
	if _, err := t.pgx.Exec(t.ctx, `UPDATE mails SET state = 'dropped', ended_at = $2 WHERE id = $1 AND state = 'queued'`, id, t.now); err != nil {
		return fmt.Errorf("drop the mail: %w", err)
	}
	return nil
}

// MailSent notes that a mail was taken by the server. told is the newest change it told of. What changed since is told by
// another mail; who got their last one is erased. The program itself.
func (db *DB) MailSent(ctx context.Context, actor factcheck.Actor, m OutMail, told int64) error {
	return db.write(ctx, actor, factcheck.SendMails, fmt.Sprintf("note that mail %d was sent", m.ID), func(t *tx) error {
		tag, err := t.pgx.Exec(ctx, `UPDATE mails SET state = 'sent', error = '', ended_at = $2 WHERE id = $1 AND state = 'queued'`, m.ID, t.now)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		if m.State == FollowerEnding {
			return t.endFollower(m.Follower)
		}
		if told <= m.ToldSeq {
			return nil
		}
		if _, err := t.pgx.Exec(ctx, `UPDATE followers SET told_seq = greatest(told_seq, $2) WHERE id = $1`, m.Follower.ID, told); err != nil {
			return fmt.Errorf("note what was told: %w", err)
		}
		var more bool
		if err := t.pgx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM claim_states WHERE claim_id = $1 AND seq > $2)`, m.Claim, told).Scan(&more); err != nil {
			return fmt.Errorf("look what came since: %w", err)
		}
		if more {
			t.enqueueAt(task.TellFollowers{Claim: m.Claim}, t.now.Add(FollowBatch))
		}
		return nil
	})
}

// endFollower erases who got their last mail.
func (t *tx) endFollower(f Follower) error {
	if _, err := t.pgx.Exec(t.ctx, `DELETE FROM followers WHERE id = $1`, f.ID); err != nil {
		return fmt.Errorf("erase the follower: %w", err)
	}
	object := uuider(f.Claim)
	if !f.Tip.IsZero() {
		object = f.Tip
	}
	return t.auditFollow("follow.end", object)
}

// MailFailed notes why a mail was not taken: in words of the program's, which hold no address. With dead, nobody is at the
// address: everything that goes there ends. With last, it is not tried again; if it was about a change, TendFollowers
// queues another. The program itself.
func (db *DB) MailFailed(ctx context.Context, actor factcheck.Actor, m OutMail, why string, dead, last bool) error {
	return db.write(ctx, actor, factcheck.SendMails, fmt.Sprintf("note that mail %d failed", m.ID), func(t *tx) error {
		why = strings.ReplaceAll(factcheck.CleanLine(why), "@", " at ")
		tag, err := t.pgx.Exec(ctx, `UPDATE mails SET error = $2, state = CASE WHEN $3 THEN 'failed' ELSE state END, ended_at = CASE WHEN $3 THEN $4::timestamptz END WHERE id = $1 AND state = 'queued'`,
			m.ID, why, dead || last, t.now)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		switch {
		case dead:
			var hash []byte
			err := t.pgx.QueryRow(ctx, `SELECT address_hash FROM followers WHERE id = $1`, m.Follower.ID).Scan(&hash)
			if errors.Is(err, pgx.ErrNoRows) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("read the follower: %w", err)
			}
			if err := t.stopMail(hash, "dead"); err != nil {
				return err
			}
			return t.audit("follow.dead", nil, nil)
		case last && m.State == FollowerEnding:
			return t.endFollower(m.Follower)
		}
		return nil
	})
}

// MailHealth is how the mails do. It names nobody.
type MailHealth struct {
	Queued    int           // waiting, or to be tried again
	Oldest    time.Duration // for how long the first one has been waiting; 0 if none does
	Sent      int           // in the last 30 days
	Failed    int           // given up in the last 30 days
	Followers int           // who confirmed, of all claims and tips
	Waiting   int           // who has not confirmed yet
	Error     string        // the newest, of a mail that waits or was given up
	ErrorAt   *time.Time
}

// MailHealth returns how the mails do. Checkers and above, and the operator. One query.
func (db *DB) MailHealth(ctx context.Context, actor factcheck.Actor) (MailHealth, error) {
	var h MailHealth
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "look at the mails", func(t *tx) error {
		var oldest *time.Time
		err := t.pgx.QueryRow(ctx, `SELECT (SELECT count(*) FROM mails WHERE state = 'queued'), (SELECT min(created_at) FROM mails WHERE state = 'queued'),
			(SELECT count(*) FROM mails WHERE state = 'sent' AND ended_at > $1), (SELECT count(*) FROM mails WHERE state = 'failed' AND ended_at > $1),
			(SELECT count(*) FROM followers WHERE state = 'confirmed'), (SELECT count(*) FROM followers WHERE state = 'asked'), coalesce(e.error, ''), e.tried_at
			FROM (SELECT) one LEFT JOIN LATERAL (SELECT m.error, m.tried_at FROM mails m WHERE m.error <> '' AND m.state IN ('queued', 'failed') ORDER BY m.tried_at DESC LIMIT 1) e ON true`,
			t.now.Add(-mailKept)).Scan(&h.Queued, &oldest, &h.Sent, &h.Failed, &h.Followers, &h.Waiting, &h.Error, &h.ErrorAt)
		if oldest != nil {
			h.Oldest = t.now.Sub(*oldest)
		}
		return err
	})
	return h, err
}
