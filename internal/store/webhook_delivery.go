package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// DeliveryState is what became of a delivery.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryQueued    DeliveryState = "queued" // to be sent, or to be tried again
	DeliveryDelivered DeliveryState = "delivered"
	DeliveryDead      DeliveryState = "dead" // given up after three days; a replay begins anew
)

// WebhookTest is the type of a delivery that only tries whether it arrives.
const WebhookTest = "webhook.test"

// WebhookRestored is the type of the delivery that a restore begins with: the feed has another epoch, and what was told of the
// one before may not be so. Nothing else is sent to its address while it waits.
const WebhookRestored = "feed.restored"

// Delivery is what a webhook is told of one change, over all attempts. What it says is nowhere: it is built when it is sent.
type Delivery struct {
	ID        factcheck.DeliveryID
	Seq       int64 // 0 for a test
	Type      string
	At        time.Time // of the change
	Claim     factcheck.ClaimID
	State     DeliveryState
	Attempts  []Attempted // newest first, at most 50
	NextAt    *time.Time  // of one that waits
	CreatedAt time.Time
	EndedAt   *time.Time
}

// Attempted is one request to a webhook.
type Attempted struct {
	N       int
	At      time.Time
	Took    *time.Duration // nil: it has not ended, or the program was killed meanwhile
	Status  int            // of the answer, 0 for none
	Error   string         // in words of the program's
	Excerpt string         // of the answer
}

// DeliveryFilter says which deliveries to list: newest first.
type DeliveryFilter struct {
	State  DeliveryState        // empty: all
	Before factcheck.DeliveryID // zero: from the newest
	Limit  int                  // 1 to 100
}

const maxReplay = 10_000 // changes that one replay queues

// WebhookDeliveries returns what a webhook was sent, with every attempt. It is kept for 30 days. Three queries. CodeNotFound.
func (db *DB) WebhookDeliveries(ctx context.Context, actor factcheck.Actor, id factcheck.WebhookID, f DeliveryFilter) ([]Delivery, error) {
	var out []Delivery
	err := db.writeWebhook(ctx, actor, "list what was sent to "+id.String(), func(t *tx, whose *string) error {
		if _, err := t.readWebhook(id, whose, ""); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, `SELECT d.id, coalesce(d.seq, 0), d.type, d.at, d.claim_id, d.state, CASE d.state WHEN 'queued' THEN d.next_at END, d.created_at, d.ended_at
			FROM webhook_deliveries d WHERE d.webhook_id = $1 AND ($2 = '' OR d.state = $2) AND ($3::uuid IS NULL OR d.id < $3) ORDER BY d.id DESC LIMIT $4`,
			id, string(f.State), nullable(f.Before), min(max(f.Limit, 1), 100))
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (d Delivery, err error) {
			return d, row.Scan(&d.ID, &d.Seq, &d.Type, &d.At, &d.Claim, &d.State, &d.NextAt, &d.CreatedAt, &d.EndedAt)
		})
		if err != nil {
			return err
		}
		return t.readAttempts(out)
	})
	return out, err
}

// readAttempts fills in the attempts of deliveries.
func (t *tx) readAttempts(list []Delivery) error {
	at := map[factcheck.DeliveryID]*Delivery{}
	ids := make([]factcheck.DeliveryID, 0, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
		ids = append(ids, list[i].ID)
	}
	rows, err := t.pgx.Query(t.ctx, `SELECT x.delivery_id, x.n, x.at, x.took_ms, coalesce(x.status, 0), x.error, x.excerpt FROM webhook_attempts x JOIN webhook_deliveries d ON d.id = x.delivery_id
		WHERE x.delivery_id = ANY ($1::uuid[]) AND x.n > d.attempts - 50 ORDER BY x.delivery_id, x.n DESC`, uuids(ids))
	if err != nil {
		return err
	}
	var id factcheck.DeliveryID
	var a Attempted
	var took *int64
	_, err = pgx.ForEachRow(rows, []any{&id, &a.N, &a.At, &took, &a.Status, &a.Error, &a.Excerpt}, func() error {
		a.Took = nil
		if took != nil {
			d := time.Duration(*took) * time.Millisecond
			a.Took = &d
		}
		at[id].Attempts = append(at[id].Attempts, a)
		return nil
	})
	return err
}

// TestWebhook queues a delivery of the type webhook.test, which is about no claim. CodeConflict unless the webhook is active.
func (db *DB) TestWebhook(ctx context.Context, actor factcheck.Actor, id factcheck.WebhookID) (factcheck.DeliveryID, error) {
	var delivery factcheck.DeliveryID
	err := db.writeWebhook(ctx, actor, "test "+id.String(), func(t *tx, whose *string) error {
		w, err := t.webhook(id, whose)
		if err != nil {
			return err
		}
		if w.State != WebhookActive {
			return factcheck.Conflict("this webhook is %s; set its state to active first", w.State)
		}
		delivery = factcheck.DeliveryID(newID(t))
		if _, err := t.pgx.Exec(ctx, `INSERT INTO webhook_deliveries (id, webhook_id, type, at, next_at, created_at) VALUES ($1, $2, $3, $4, $4, $4)`, delivery, id, WebhookTest, t.now); err != nil {
			return fmt.Errorf("queue a test: %w", err)
		}
		return t.audit("webhook.test", id, nil)
	})
	return delivery, err
}

// requeue is what becomes of a delivery that is sent once more.
const requeue = `state = 'queued', tries = 0, tried_at = NULL, next_at = excluded.next_at, ended_at = NULL`

// ReplayDelivery sends a delivery once more, whatever became of it, under the same id and with the claim as it is now. It goes
// before what waits of its claim. CodeNotFound.
func (db *DB) ReplayDelivery(ctx context.Context, actor factcheck.Actor, webhook factcheck.WebhookID, id factcheck.DeliveryID) error {
	return db.writeWebhook(ctx, actor, "replay "+id.String(), func(t *tx, whose *string) error {
		if _, err := t.webhook(webhook, whose); err != nil {
			return err
		}
		tag, err := t.pgx.Exec(ctx, `UPDATE webhook_deliveries SET state = 'queued', tries = 0, tried_at = NULL, next_at = $3, ended_at = NULL WHERE id = $1 AND webhook_id = $2`, id, webhook, t.now)
		if err != nil {
			return fmt.Errorf("queue it again: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return factcheck.NotFound("this webhook has no such delivery")
		}
		return t.audit("webhook.replay", webhook, map[string]any{"delivery": id.String()})
	})
}

// ReplayWebhook sends the changes after a number up to another once more, those that pass the filter; to is 0 for all there are.
// It queues at most 10,000 changes of the feed, and returns how many deliveries that are and the last number it looked at: go on
// from there. CodeGone if after is beyond what it was told; CodeInvalid if to is below after.
func (db *DB) ReplayWebhook(ctx context.Context, actor factcheck.Actor, id factcheck.WebhookID, after, to int64) (queued int, last int64, err error) {
	err = db.writeWebhook(ctx, actor, "replay "+id.String(), func(t *tx, whose *string) error {
		w, err := t.webhook(id, whose)
		if err != nil {
			return err
		}
		last = w.Position // what is beyond comes by itself
		if after < 0 || after > last {
			return &factcheck.Error{Code: factcheck.CodeGone, Field: "after", Message: fmt.Sprintf("after is from 0 to %d, up to which this webhook was told", last)}
		}
		if to > 0 && to < after {
			return invalidf("to", "write a number from after, %d, on; or leave it out for all", after)
		}
		if to > 0 {
			last = min(last, to)
		}
		last = min(last, after+maxReplay)
		if queued, err = t.queueChanges(w.ID, after, last, `DO UPDATE SET `+requeue); err != nil {
			return err
		}
		return t.audit("webhook.replay", id, map[string]any{"after": after, "to": last, "deliveries": queued})
	})
	return queued, last, err
}

// everHad is the condition that the claim of a change c has one of the topics and a verdict of one of the publishers that a webhook
// w asks for, or had once: who holds it must hear that it has not any more.
const everHad = `EXISTS (SELECT FROM (SELECT document::jsonb FROM claim_documents WHERE claim_id = c.claim_id UNION ALL SELECT document::jsonb FROM claim_states WHERE claim_id = c.claim_id) x (document)
	WHERE (w.topics = '{}' OR EXISTS (SELECT FROM jsonb_array_elements(x.document -> 'topics') y WHERE y ->> 'id' = ANY (w.topics)))
	AND (w.publishers = '{}' OR EXISTS (SELECT FROM jsonb_array_elements(x.document -> 'verdicts') y WHERE y -> 'publisher' ->> 'site' = ANY (w.publishers))))`

// queueChanges makes the deliveries of a webhook for the changes after a number up to another that pass its filter. conflict says
// what becomes of one that is there. Two queries.
func (t *tx) queueChanges(id factcheck.WebhookID, after, to int64, conflict string) (int, error) {
	rows, err := t.pgx.Query(t.ctx, `SELECT c.seq FROM webhooks w JOIN changes c ON c.seq > $2 AND c.seq <= $3
		WHERE w.id = $1 AND (w.types = '{}' OR c.type = ANY (w.types)) AND (w.claims = '{}' OR c.claim_id = ANY (w.claims))
		AND (w.topics = '{}' AND w.publishers = '{}' OR NOT EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = c.claim_id)
			OR EXISTS (SELECT FROM webhook_deliveries b WHERE b.webhook_id = w.id AND b.claim_id = c.claim_id) OR `+everHad+`)
		ORDER BY c.seq`, id, after, to)
	if err != nil {
		return 0, fmt.Errorf("read the changes: %w", err)
	}
	seqs, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil || len(seqs) == 0 {
		return 0, err
	}
	ids := make([]factcheck.DeliveryID, len(seqs))
	for i := range ids {
		ids[i] = factcheck.DeliveryID(newID(t))
	}
	slices.SortFunc(ids, func(a, b factcheck.DeliveryID) int { return bytes.Compare(a[:], b[:]) }) // the log is in their order
	tag, err := t.pgx.Exec(t.ctx, `INSERT INTO webhook_deliveries (id, webhook_id, seq, type, at, claim_id, next_at, created_at)
		SELECT x.id, $1, c.seq, c.type, c.at, c.claim_id, $4, $4 FROM unnest($2::uuid[], $3::bigint[]) AS x (id, seq) JOIN changes c ON c.seq = x.seq ORDER BY c.seq
		ON CONFLICT (webhook_id, seq) WHERE seq IS NOT NULL `+conflict, id, uuids(ids), seqs, t.now)
	if err != nil {
		return 0, fmt.Errorf("queue deliveries: %w", err)
	}
	return int(tag.RowsAffected()), nil
}

const (
	queueAtOnce   = 500                 // changes of the feed that are looked at for one webhook in a transaction
	deliveryKept  = 30 * 24 * time.Hour // how long the log remembers what was delivered or given up
	webhooksTurns = 50                  // webhooks that one transaction looks at
)

// QueueWebhooks makes the deliveries of what changed since each webhook was looked at, and reports whether there is more. Of
// several nodes each takes other webhooks. The program itself. One query if nothing changed.
func (db *DB) QueueWebhooks(ctx context.Context, actor factcheck.Actor) (more bool, err error) {
	err = db.write(ctx, actor, factcheck.SendWebhooks, "queue deliveries", func(t *tx) error {
		rows, err := t.pgx.Query(ctx, `SELECT w.id, w.position, f.seq FROM webhooks w, feed f WHERE w.state = 'active' AND w.position < f.seq AND `+webhookKeyValid+`
			ORDER BY w.served_at NULLS FIRST, w.id LIMIT $2 FOR NO KEY UPDATE OF w SKIP LOCKED`, t.now, webhooksTurns)
		if err != nil {
			return err
		}
		type late struct {
			id             factcheck.WebhookID
			position, head int64
		}
		all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l late, err error) { return l, row.Scan(&l.id, &l.position, &l.head) })
		if err != nil {
			return err
		}
		more = len(all) == webhooksTurns
		for _, l := range all {
			to := min(l.head, l.position+queueAtOnce)
			if _, err := t.queueChanges(l.id, l.position, to, `DO NOTHING`); err != nil {
				return err
			}
			if _, err := t.pgx.Exec(ctx, `UPDATE webhooks SET position = $2 WHERE id = $1`, l.id, to); err != nil {
				return fmt.Errorf("note the position: %w", err)
			}
			more = more || to < l.head
		}
		return nil
	})
	return more, err
}

// TendWebhooks forgets what was sent long ago. The program itself.
func (db *DB) TendWebhooks(ctx context.Context, actor factcheck.Actor) error {
	return db.write(ctx, actor, factcheck.SendWebhooks, "look after the webhooks", func(t *tx) error {
		// The webhooks before their deliveries, as everywhere.
		_, err := t.pgx.Exec(ctx, `UPDATE webhooks SET previous_secret = NULL, previous_until = NULL WHERE previous_until <= $1`, t.now)
		if err != nil {
			return fmt.Errorf("forget earlier secrets: %w", err)
		}
		_, err = t.pgx.Exec(ctx, `DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries WHERE state <> 'queued' AND ended_at < $1 ORDER BY ended_at LIMIT 20000)`, t.now.Add(-deliveryKept))
		if err != nil {
			return fmt.Errorf("forget deliveries: %w", err)
		}
		return nil
	})
}
