package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// How long readers who asked to be told by mail are kept.
const (
	FollowAskLife = 48 * time.Hour // who has not confirmed by then is forgotten
	FollowMonths  = 12             // who confirmed is forgotten then, unless they say once more that they want it
	followRenewal = 30 * 24 * time.Hour
	// FollowBatch is how long a change waits for others before mails go out: many within minutes are one mail.
	FollowBatch = 5 * time.Minute
)

// FollowerState says how far somebody got who asked to be told.
type FollowerState string

// The states of a follower. Who leaves is erased, and so in none.
const (
	FollowerAsked     FollowerState = "asked"     // has to confirm by mail
	FollowerConfirmed FollowerState = "confirmed" // is told
	FollowerEnding    FollowerState = "ending"    // gets a last mail, and is erased with it
)

// FollowAsk is somebody's wish to be told by mail. The store sees no address: it is sealed, and found by its hash.
type FollowAsk struct {
	Claim       factcheck.ClaimID // of which changes they want to hear; zero for a tip
	AddressHash [32]byte
	Sealed      []byte // the address, and the token of the links in the mails
	TokenHash   [32]byte
	Language    string // of the interface, and of the mails
}

// Follower is somebody who asked to be told, as the link in a mail finds them.
type Follower struct {
	ID          int64
	Claim       factcheck.ClaimID // one of both
	Tip         factcheck.TipID
	Language    string
	State       FollowerState
	AskedAt     time.Time
	ConfirmedAt *time.Time
	ExpiresAt   time.Time
}

// AskToFollow notes that somebody wants to be told when a public claim changes, and has the mail sent that asks for their
// confirmation. It answers nothing about the address: nothing happens for one that follows already, or that nothing may be
// sent to. An earlier wish that waits to be confirmed is kept, with its links, and asked about again. CodeNotFound if the
// claim is not public. The program itself; the edge limits how often.
func (db *DB) AskToFollow(ctx context.Context, actor factcheck.Actor, ask FollowAsk) error {
	return db.write(ctx, actor, factcheck.FollowClaim, "ask to follow "+ask.Claim.String(), func(t *tx) error {
		var public bool
		if err := t.pgx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM claim_documents WHERE claim_id = $1)`, ask.Claim).Scan(&public); err != nil {
			return fmt.Errorf("read the claim: %w", err)
		}
		if !public {
			return errNoClaim
		}
		return t.askFollower(ask, factcheck.TipID{}, t.now.Add(FollowAskLife))
	})
}

// askFollower writes a wish and queues the mail that asks to confirm it.
func (t *tx) askFollower(ask FollowAsk, tip factcheck.TipID, expires time.Time) error {
	var stopped bool
	if err := t.pgx.QueryRow(t.ctx, `SELECT EXISTS (SELECT FROM mail_stops WHERE address_hash = $1)`, ask.AddressHash[:]).Scan(&stopped); err != nil {
		return fmt.Errorf("look whether mail is wanted: %w", err)
	}
	if stopped {
		return nil
	}
	kind, object := MailConfirm, uuider(ask.Claim)
	if !tip.IsZero() {
		kind, object = MailTipConfirm, tip
	}
	var id int64
	err := t.pgx.QueryRow(t.ctx, `INSERT INTO followers (claim_id, tip_id, address_hash, sealed, token_hash, language, state, asked_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, 'asked', $7, $8) ON CONFLICT DO NOTHING RETURNING id`,
		nullable(ask.Claim), nullable(tip), ask.AddressHash[:], ask.Sealed, ask.TokenHash[:], ask.Language, t.now, expires).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		err = t.pgx.QueryRow(t.ctx, `UPDATE followers SET expires_at = $3, language = $4 WHERE claim_id = $1 AND address_hash = $2 AND state = 'asked' RETURNING id`,
			nullable(ask.Claim), ask.AddressHash[:], expires, ask.Language).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // follows already
		}
	}
	if err != nil {
		return fmt.Errorf("write who asked: %w", err)
	}
	if err := t.auditFollow("follow.ask", object); err != nil {
		return err
	}
	return t.queueMails(kind, []int64{id})
}

// auditFollow writes down that somebody did something about a claim or tip: never who.
func (t *tx) auditFollow(action string, object uuider) error {
	named, ok := object.(fmt.Stringer)
	if !ok || object.IsZero() {
		return t.audit(action, nil, nil)
	}
	return t.audit(action, named, nil)
}

// errFollowLink answers for everything that is wrong with a link alike.
var errFollowLink = &factcheck.Error{Code: factcheck.CodeGone, Message: "this link is not good any more: it ran out, or the address was erased"}

const followerColumns = `f.id, f.claim_id, f.tip_id, f.language, f.state, f.asked_at, f.confirmed_at, f.expires_at`

func scanFollower(row pgx.CollectableRow) (Follower, error) {
	var f Follower
	return f, row.Scan(&f.ID, &f.Claim, &f.Tip, &f.Language, &f.State, &f.AskedAt, &f.ConfirmedAt, &f.ExpiresAt)
}

// Follower returns who the token of a link belongs to. CodeGone if it is nobody's, or their time is over. Nothing changes: mail
// programs look at links too. One query.
func (db *DB) Follower(ctx context.Context, tokenHash [32]byte) (Follower, error) {
	rows, err := db.pool.Query(ctx, `SELECT `+followerColumns+` FROM followers f WHERE f.token_hash = $1 AND f.expires_at > $2 AND f.state <> 'ending'`, tokenHash[:], db.clock())
	if err != nil {
		return Follower{}, translate("look at a link", err)
	}
	f, err := pgx.CollectExactlyOneRow(rows, scanFollower)
	if errors.Is(err, pgx.ErrNoRows) {
		return f, errFollowLink
	}
	return f, translate("look at a link", err)
}

// ConfirmFollower says that whoever a link was sent to wants to be told: of what changes from now on, for FollowMonths, or of
// a tip for as long as its contact is kept. Confirming again begins the months anew. CodeGone as Follower. The program itself.
func (db *DB) ConfirmFollower(ctx context.Context, actor factcheck.Actor, tokenHash [32]byte) (Follower, error) {
	var f Follower
	err := db.write(ctx, actor, factcheck.FollowClaim, "confirm a follower", func(t *tx) error {
		rows, err := t.pgx.Query(ctx, `UPDATE followers f SET state = 'confirmed', confirmed_at = $2, renewal_at = NULL,
				told_seq = CASE f.state WHEN 'asked' THEN coalesce((SELECT d.seq FROM claim_documents d WHERE d.claim_id = f.claim_id), 0) ELSE f.told_seq END,
				expires_at = coalesce((SELECT x.expires_at FROM tips x WHERE x.id = f.tip_id), $3)
			WHERE f.token_hash = $1 AND f.expires_at > $2 AND f.state <> 'ending' RETURNING `+followerColumns, tokenHash[:], t.now, t.now.AddDate(0, FollowMonths, 0))
		if err != nil {
			return fmt.Errorf("confirm: %w", err)
		}
		f, err = pgx.CollectExactlyOneRow(rows, scanFollower)
		if errors.Is(err, pgx.ErrNoRows) {
			return errFollowLink
		}
		if err != nil {
			return err
		}
		if !f.Tip.IsZero() {
			if err := t.tellOfTip(f); err != nil {
				return err
			}
			return t.auditFollow("follow.confirm", f.Tip)
		}
		return t.auditFollow("follow.confirm", f.Claim)
	})
	return f, err
}

// LeaveFollower erases whoever a link was sent to from what it is about; nothing waits to be sent to them then. With never,
// nothing will be sent to that address again, and everything it follows ends. It reports no difference between who was there
// and who was not, so that it can be done twice. The program itself.
func (db *DB) LeaveFollower(ctx context.Context, actor factcheck.Actor, tokenHash [32]byte, never bool) error {
	return db.write(ctx, actor, factcheck.FollowClaim, "let a follower go", func(t *tx) error {
		f := Follower{}
		var hash []byte
		err := t.pgx.QueryRow(ctx, `DELETE FROM followers WHERE token_hash = $1 RETURNING claim_id, tip_id, address_hash`, tokenHash[:]).Scan(&f.Claim, &f.Tip, &hash)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("erase: %w", err)
		}
		if never {
			if err := t.stopMail(hash, "asked"); err != nil {
				return err
			}
		}
		object := uuider(f.Claim)
		if !f.Tip.IsZero() {
			object = f.Tip
		}
		return t.auditFollow("follow.leave", object)
	})
}

// stopMail ends everything that goes to an address, and keeps its hash so that nothing begins anew.
func (t *tx) stopMail(hash []byte, why string) error {
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO mail_stops (address_hash, why, at) VALUES ($1, $2, $3) ON CONFLICT (address_hash) DO UPDATE SET why = CASE mail_stops.why WHEN 'asked' THEN 'asked' ELSE excluded.why END, at = excluded.at`, hash, why, t.now)
	batch.Queue(`DELETE FROM followers WHERE address_hash = $1`, hash)
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return fmt.Errorf("stop mail to an address: %w", err)
	}
	return nil
}
