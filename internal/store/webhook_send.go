package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// WebhookLease is a process's right to send to a webhook, which nobody else has meanwhile. It ends by itself, for a process
// may be killed.
type WebhookLease struct {
	Webhook factcheck.WebhookID
	Token   factcheck.DeliveryID // random
}

// OutDelivery is a delivery whose attempt has begun.
type OutDelivery struct {
	ID       factcheck.DeliveryID
	Attempts int       // this one included
	Tries    int       // of them since it was queued last
	Since    time.Time // when the first of those began
}

// OutMessage is what is to be sent, as it stands now.
type OutMessage struct {
	URL      string
	Secret   []byte // sealed
	Previous []byte // sealed, nil if none signs beside it
	Epoch    string
	Seq      int64 // 0 for a test
	Type     string
	At       time.Time
	Claim    factcheck.ClaimID
	Document *Document // nil when the claim is not public now
	House    string    // its name

	redactions int64 // how many there were when this was read
}

// AttemptEnd is what became of an attempt.
type AttemptEnd struct {
	OutDelivery
	Took    time.Duration
	Status  int // 0: nobody answered
	Error   string
	Excerpt string
	Of      OutMessage // what was sent; it is not kept

	Delivered bool
	Dead      bool          // it is given up
	Gone      bool          // the address wants nothing any more: the webhook is disabled, unless it has another one by now
	Withdrawn bool          // it was not sent; the attempt does not count
	Retry     time.Duration // when it is tried again, from now
	Hold      time.Duration // how long nothing at all is sent there; 0: no longer than that
	Within    time.Duration // it is given up if the first try was longer ago; 0: never for that
}

// headOfClaim is the condition that nothing before d waits of its claim, and the news of a restore waits before nothing but itself.
const headOfClaim = `NOT EXISTS (SELECT FROM webhook_deliveries e WHERE e.webhook_id = d.webhook_id AND e.claim_id = d.claim_id AND e.state = 'queued' AND e.seq < d.seq)
	AND (d.type = '` + WebhookRestored + `' OR NOT EXISTS (SELECT FROM webhook_deliveries e WHERE e.webhook_id = d.webhook_id AND e.claim_id IS NULL AND e.state = 'queued' AND e.type = '` + WebhookRestored + `'))`

// TakeWebhook takes the webhook that has waited longest among those that something is due for, for a time. false: nothing is
// due. Of several nodes each takes another one. The program itself. One statement.
func (db *DB) TakeWebhook(ctx context.Context, actor factcheck.Actor, lease time.Duration) (WebhookLease, bool, error) {
	var l WebhookLease
	found := false
	err := db.write(ctx, actor, factcheck.SendWebhooks, "take a webhook", func(t *tx) error {
		l.Token = factcheck.DeliveryID(newID(t))
		err := t.pgx.QueryRow(ctx, `UPDATE webhooks SET lease = $2, leased_until = $3, served_at = $1 WHERE id = (SELECT w.id FROM webhooks w
			WHERE w.state = 'active' AND (w.leased_until IS NULL OR w.leased_until <= $1) AND (w.not_before IS NULL OR w.not_before <= $1) AND `+webhookKeyValid+`
			AND EXISTS (SELECT FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.state = 'queued' AND d.next_at <= $1 AND `+headOfClaim+`)
			ORDER BY w.served_at NULLS FIRST, w.id LIMIT 1 FOR NO KEY UPDATE OF w SKIP LOCKED) RETURNING id`, t.now, l.Token, t.now.Add(lease)).Scan(&l.Webhook)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		found = err == nil
		return err
	})
	return l, found, err
}

// BeginDeliveries begins attempts at up to limit deliveries of a webhook that was taken: of each claim the first that waits, so
// that none overtakes another; and has the webhook for lease from now. None: nothing is due, or it was taken from us. The
// program itself. Two statements.
func (db *DB) BeginDeliveries(ctx context.Context, actor factcheck.Actor, l WebhookLease, lease time.Duration, limit int) ([]OutDelivery, error) {
	var out []OutDelivery
	err := db.write(ctx, actor, factcheck.SendWebhooks, "begin to send to "+l.Webhook.String(), func(t *tx) error {
		until := t.now.Add(lease)
		tag, err := t.pgx.Exec(ctx, `UPDATE webhooks SET leased_until = $3 WHERE id = $1 AND lease = $2 AND leased_until > $4 AND state = 'active' AND (not_before IS NULL OR not_before <= $4)`, l.Webhook, l.Token, until, t.now)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		rows, err := t.pgx.Query(ctx, `WITH due AS (SELECT d.id FROM webhook_deliveries d WHERE d.webhook_id = $1 AND d.state = 'queued' AND d.next_at <= $2 AND `+headOfClaim+` ORDER BY d.seq NULLS FIRST, d.id LIMIT $3 FOR UPDATE),
			took AS (UPDATE webhook_deliveries d SET attempts = d.attempts + 1, tries = d.tries + 1, tried_at = coalesce(d.tried_at, $2), next_at = $4 FROM due WHERE d.id = due.id RETURNING d.id, d.attempts, d.tries, d.tried_at),
			noted AS (INSERT INTO webhook_attempts (delivery_id, n, at) SELECT id, attempts, $2 FROM took)
			SELECT id, attempts, tries, tried_at FROM took`, l.Webhook, t.now, limit, until)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (d OutDelivery, err error) {
			return d, row.Scan(&d.ID, &d.Attempts, &d.Tries, &d.Since)
		})
		return err
	})
	return out, err
}

// MessageToSend returns what a delivery says now: of the public document of this moment, and none when the claim is not public.
// CodeNotFound when it is not to be sent after all: the webhook was paused, its key revoked, or another process has it. One query.
func (db *DB) MessageToSend(ctx context.Context, l WebhookLease, d OutDelivery) (OutMessage, error) {
	var m OutMessage
	var seq *int64
	var stored []byte
	var published, updated *time.Time
	err := db.pool.QueryRow(ctx, `SELECT w.url, w.secret, CASE WHEN w.previous_until > $1 THEN w.previous_secret END, f.epoch, coalesce(d.seq, 0), d.type, d.at, d.claim_id,
			c.seq, c.document, c.published_at, c.updated_at, coalesce((SELECT max(name) FROM publishers WHERE is_house), ''), (SELECT count(*) FROM redactions)
		FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id CROSS JOIN feed f LEFT JOIN claim_documents c ON c.claim_id = d.claim_id
		WHERE d.id = $2 AND d.attempts = $3 AND d.state = 'queued' AND w.id = $4 AND w.lease = $5 AND w.leased_until > $1 AND w.state = 'active' AND `+webhookKeyValid,
		db.clock(), d.ID, d.Attempts, l.Webhook, l.Token).Scan(&m.URL, &m.Secret, &m.Previous, &m.Epoch, &m.Seq, &m.Type, &m.At, &m.Claim, &seq, &stored, &published, &updated, &m.House, &m.redactions)
	if errors.Is(err, pgx.ErrNoRows) {
		return m, factcheck.NotFound("the webhook was paused, its key revoked, or another process sends this")
	}
	if err == nil && seq != nil {
		m.Document = &Document{Claim: m.Claim, Seq: *seq, Stored: stored, PublishedAt: *published, UpdatedAt: *updated}
	}
	return m, translate("read what to send", err)
}

// MaySend reports whether a process may go on sending to a webhook: it is active, its key is good, and no other process has it.
// One query.
func (db *DB) MaySend(ctx context.Context, l WebhookLease) (bool, error) {
	var may bool
	err := db.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM webhooks w WHERE w.id = $2 AND w.lease = $3 AND w.leased_until > $1 AND w.state = 'active' AND `+webhookKeyValid+`)`, db.clock(), l.Webhook, l.Token).Scan(&may)
	return may, translate("ask whether to send", err)
}

// EndAttempt writes down what became of an attempt. If another process has begun one meanwhile, only the log learns of this
// one. The program itself.
func (db *DB) EndAttempt(ctx context.Context, actor factcheck.Actor, l WebhookLease, end AttemptEnd) error {
	return db.write(ctx, actor, factcheck.SendWebhooks, "note an attempt of "+end.ID.String(), func(t *tx) error {
		// The webhook before its deliveries, as whoever replays, edits or deletes it locks them.
		if _, err := t.pgx.Exec(ctx, `SELECT FROM webhooks WHERE id = $1 FOR NO KEY UPDATE`, l.Webhook); err != nil {
			return fmt.Errorf("lock the webhook: %w", err)
		}
		// An answer may repeat what was sent: what was taken out since is not written down.
		_, err := t.pgx.Exec(ctx, `UPDATE webhook_attempts SET took_ms = $3, status = nullif($4, 0), error = $5, excerpt = CASE WHEN (SELECT count(*) FROM redactions) = $7 THEN $6 ELSE '' END
			WHERE delivery_id = $1 AND n = $2`, end.ID, end.Attempts, end.Took.Milliseconds(), end.Status, end.Error, end.Excerpt, end.Of.redactions)
		if err != nil {
			return fmt.Errorf("note it: %w", err)
		}
		state, ended := DeliveryQueued, (*time.Time)(nil)
		switch {
		case end.Delivered:
			state, ended = DeliveryDelivered, &t.now
		case end.Dead, end.Within > 0 && t.now.Sub(end.Since) > end.Within:
			state, ended = DeliveryDead, &t.now
		}
		// A replay that was asked for while this was on its way stands: it has set tries back.
		_, err = t.pgx.Exec(ctx, `UPDATE webhook_deliveries SET state = CASE WHEN tries = $3 THEN $4 ELSE state END, ended_at = CASE WHEN tries = $3 THEN $5::timestamptz ELSE ended_at END,
				next_at = CASE WHEN tries = $3 THEN $6 ELSE next_at END, tries = CASE WHEN $7 THEN greatest(tries - 1, 0) ELSE tries END
			WHERE id = $1 AND attempts = $2 AND state = 'queued'`, end.ID, end.Attempts, end.Tries, state, ended, t.now.Add(end.Retry), end.Withdrawn)
		if err != nil {
			return fmt.Errorf("move it on: %w", err)
		}
		return t.learnOfWebhook(l, end)
	})
}

// learnOfWebhook keeps what an attempt says of the address as such: nothing if the webhook has another one by now.
func (t *tx) learnOfWebhook(l WebhookLease, end AttemptEnd) error {
	var hold *time.Time
	if end.Hold > 0 {
		until := t.now.Add(end.Hold)
		hold = &until
	}
	if !end.Withdrawn {
		_, err := t.pgx.Exec(t.ctx, `UPDATE webhooks SET failures = CASE WHEN $2 > 0 THEN 0 ELSE failures + 1 END, not_before = CASE WHEN $3::timestamptz IS NOT NULL THEN greatest(not_before, $3)
				WHEN $2 > 0 THEN not_before ELSE greatest(not_before, $4::timestamptz + least(interval '1 second' * power(2, least(failures, 8)), interval '5 minutes')) END WHERE id = $1 AND url = $5`,
			l.Webhook, end.Status, hold, t.now, end.Of.URL)
		if err != nil {
			return fmt.Errorf("note how the address does: %w", err)
		}
	}
	if !end.Gone {
		return nil
	}
	tag, err := t.pgx.Exec(t.ctx, `UPDATE webhooks SET state = 'disabled', note = 'its address answered 410 Gone', updated_at = $2 WHERE id = $1 AND state = 'active' AND url = $3`, l.Webhook, t.now, end.Of.URL)
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	return t.audit("webhook.gone", l.Webhook, nil)
}

// ReleaseWebhook gives a webhook back. The program itself.
func (db *DB) ReleaseWebhook(ctx context.Context, actor factcheck.Actor, l WebhookLease) error {
	return db.write(ctx, actor, factcheck.SendWebhooks, "give "+l.Webhook.String()+" back", func(t *tx) error {
		_, err := t.pgx.Exec(ctx, `UPDATE webhooks SET lease = NULL, leased_until = NULL WHERE id = $1 AND lease = $2`, l.Webhook, l.Token)
		return err
	})
}
