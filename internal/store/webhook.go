package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// WebhookState says whether a webhook is told of changes.
type WebhookState string

// The states of a webhook.
const (
	WebhookActive   WebhookState = "active"
	WebhookPaused   WebhookState = "paused"   // what happens meanwhile is told when it goes on
	WebhookDisabled WebhookState = "disabled" // by an admin, or because its address answered 410 Gone; its key can put it back to work
)

const (
	maxWebhooks      = 20   // of a key
	maxWebhookURL    = 2000 // characters
	maxWebhookName   = 200
	maxWebhookFilter = 100 // values of one filter
	// MaxRotation is the longest that an earlier secret goes on signing.
	MaxRotation = 7 * 24 * time.Hour
)

// Webhook is an address that is told of public changes. Its secret is not in it.
type Webhook struct {
	ID            factcheck.WebhookID
	Key           factcheck.KeyID // whose it is
	KeyName       string
	KeyValid      bool // nothing is sent for a key that was revoked, has ended, or lost its owner
	URL           string
	Name          string
	Types         []factcheck.ChangeType // none: all, as for the filters below
	Claims        []factcheck.ClaimID
	Topics        []factcheck.TopicID
	Publishers    []string // sites
	State         WebhookState
	Note          string     // why it is disabled
	Position      int64      // changes up to here have been looked at
	Waiting       int        // deliveries that are to be sent or tried again
	Dead          int        // deliveries that were given up
	NotBefore     *time.Time // nothing is sent until then: its address asked for that, or does not answer
	PreviousUntil *time.Time // until when the secret before the last rotation signs too
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Revision tells this state of the webhook from every other, for whoever changes what they saw of it.
func (w Webhook) Revision() int { return int(w.UpdatedAt.UnixMicro()) }

// WebhookInput is what is said of a webhook. A change is told if it passes every filter that is not empty. One of topics or
// publishers passes a claim that has it now, one that was told of before, and one that is public no more: who holds it must
// hear that.
type WebhookInput struct {
	Key        factcheck.KeyID // whose it is, if a person makes it; a key makes its own
	URL        string          // checked by the caller: http or https
	Name       string
	Types      []factcheck.ChangeType
	Claims     []factcheck.ClaimID
	Topics     []factcheck.TopicID
	Publishers []string
}

// WebhookEdit is what is changed of a webhook; nil leaves as it is.
type WebhookEdit struct {
	URL, Name  *string
	Types      *[]factcheck.ChangeType
	Claims     *[]factcheck.ClaimID
	Topics     *[]factcheck.TopicID
	Publishers *[]string
	State      *WebhookState // active or paused; disabled is for admins
	Revision   int           // that the editor saw, who says everything anew; 0: whatever it is now
}

// apply returns the input with what is changed.
func (e WebhookEdit) apply(in WebhookInput) WebhookInput {
	set(&in.URL, e.URL)
	set(&in.Name, e.Name)
	set(&in.Types, e.Types)
	set(&in.Claims, e.Claims)
	set(&in.Topics, e.Topics)
	set(&in.Publishers, e.Publishers)
	return in
}

func set[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}

// clean returns the input in its one form. CodeInvalid names the field.
func (in WebhookInput) clean() (WebhookInput, error) {
	if in.URL == "" || len(in.URL) > maxWebhookURL {
		return in, invalidf("url", "write an address with at most %d characters", maxWebhookURL)
	}
	in.Name = factcheck.CleanLine(in.Name)
	if err := factcheck.CheckText("name", in.Name, maxWebhookName); err != nil {
		return in, err
	}
	for _, t := range in.Types {
		if !slices.Contains(factcheck.ChangeTypes(), t) {
			return in, invalidf("types", "there is no such type of change; the list is that of the change feed")
		}
	}
	for _, site := range in.Publishers {
		if site == "" || len(site) > 253 {
			return in, invalidf("publishers", "name a publisher by its site")
		}
	}
	for field, n := range map[string]int{"types": len(in.Types), "claims": len(in.Claims), "topics": len(in.Topics), "publishers": len(in.Publishers)} {
		if n > maxWebhookFilter {
			return in, invalidf(field, "name at most %d", maxWebhookFilter)
		}
	}
	return in, nil
}

// texts returns ids as they are written.
func texts[T fmt.Stringer](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = v.String()
	}
	return out
}

func typeNames(list []factcheck.ChangeType) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

const (
	// keyValid is the condition under which the key that acts as a may have webhooks at the moment $1.
	keyValid = `EXISTS (SELECT FROM keys k JOIN people p ON p.id = k.owner_id WHERE k.id = a.key_id AND k.revoked_at IS NULL
	AND (k.expires_at IS NULL OR k.expires_at > $1) AND p.disabled_at IS NULL AND p.role <> 'checker' AND 'manage' = ANY (k.scopes))`
	// webhookKeyValid is that for the key of a webhook w.
	webhookKeyValid = `EXISTS (SELECT FROM actors a WHERE a.id = w.actor_id AND ` + keyValid + `)`
)

const selectWebhooks = `SELECT w.id, k.id, k.name, ` + webhookKeyValid + `, w.url, w.name, w.types, w.claims, w.topics, w.publishers, w.state, w.note, w.position,
		(SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.state = 'queued'), (SELECT count(*) FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.state = 'dead'),
		CASE WHEN w.not_before > $1 THEN w.not_before END, CASE WHEN w.previous_until > $1 THEN w.previous_until END, w.created_at, w.updated_at
	FROM webhooks w JOIN actors o ON o.id = w.actor_id JOIN keys k ON k.id = o.key_id WHERE ($2::uuid IS NULL OR w.actor_id = $2)`

func scanWebhook(row pgx.CollectableRow) (Webhook, error) {
	var w Webhook
	var topics, types []string
	err := row.Scan(&w.ID, &w.Key, &w.KeyName, &w.KeyValid, &w.URL, &w.Name, &types, &w.Claims, &topics, &w.Publishers, &w.State, &w.Note, &w.Position,
		&w.Waiting, &w.Dead, &w.NotBefore, &w.PreviousUntil, &w.CreatedAt, &w.UpdatedAt)
	for _, name := range types {
		w.Types = append(w.Types, factcheck.ChangeType(name))
	}
	for _, text := range topics {
		var id factcheck.TopicID
		if err := id.UnmarshalText([]byte(text)); err != nil {
			return w, fmt.Errorf("read a topic of a webhook: %w", err)
		}
		w.Topics = append(w.Topics, id)
	}
	return w, err
}

// writeWebhook is write for what is done with webhooks. whose is the key that asks, or nil for an admin, who may look after all.
func (db *DB) writeWebhook(ctx context.Context, actor factcheck.Actor, doing string, fn func(t *tx, whose *string) error) error {
	return db.write(ctx, actor, factcheck.ManageWebhooks, doing, func(t *tx) error {
		if t.actor.Kind == factcheck.ActorKey {
			return fn(t, nullable(t.actor.ID))
		}
		if err := factcheck.Permit(t.actor, factcheck.ManageKeys); err != nil {
			return err
		}
		return fn(t, nil)
	})
}

// webhook reads one and locks it; errors as of readWebhook.
func (t *tx) webhook(id factcheck.WebhookID, whose *string) (Webhook, error) {
	return t.readWebhook(id, whose, ` FOR NO KEY UPDATE OF w`)
}

// readWebhook reads one. CodeNotFound alike for one that is not there and one of another key.
func (t *tx) readWebhook(id factcheck.WebhookID, whose *string, lock string) (Webhook, error) {
	rows, err := t.pgx.Query(t.ctx, selectWebhooks+` AND w.id = $3`+lock, t.now, whose, id)
	if err != nil {
		return Webhook{}, err
	}
	w, err := pgx.CollectExactlyOneRow(rows, scanWebhook)
	if errors.Is(err, pgx.ErrNoRows) {
		return w, factcheck.NotFound("this key has no such webhook")
	}
	return w, err
}

// Webhooks returns the webhooks of the key that asks, newest first; of all keys for an admin. One query.
func (db *DB) Webhooks(ctx context.Context, actor factcheck.Actor) ([]Webhook, error) {
	var out []Webhook
	err := db.writeWebhook(ctx, actor, "list webhooks", func(t *tx, whose *string) error {
		rows, err := t.pgx.Query(ctx, selectWebhooks+` ORDER BY w.id DESC`, t.now, whose)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, scanWebhook)
		return err
	})
	return out, err
}

// Webhook returns one. CodeNotFound if the key that asks has no such webhook.
func (db *DB) Webhook(ctx context.Context, actor factcheck.Actor, id factcheck.WebhookID) (Webhook, error) {
	var w Webhook
	err := db.writeWebhook(ctx, actor, "read "+id.String(), func(t *tx, whose *string) (err error) {
		w, err = t.readWebhook(id, whose, "")
		return err
	})
	return w, err
}

// CreateWebhook makes a webhook of the key that asks, or of the one that an admin names, which is told of what changes from now
// on. secret is sealed. A key has at most 20: CodeConflict. CodeInvalid names the field.
func (db *DB) CreateWebhook(ctx context.Context, actor factcheck.Actor, in WebhookInput, secret []byte) (Webhook, error) {
	var w Webhook
	err := db.writeWebhook(ctx, actor, "create a webhook", func(t *tx, whose *string) error {
		in, err := in.clean()
		if err != nil {
			return err
		}
		of := t.actor.ID
		if whose == nil {
			if of, err = t.keyForWebhooks(in.Key); err != nil {
				return err
			}
		}
		if err := t.roomForWebhook(of); err != nil {
			return err
		}
		id := factcheck.WebhookID(newID(t))
		_, err = t.pgx.Exec(ctx, `INSERT INTO webhooks (id, actor_id, url, name, types, claims, topics, publishers, secret, position, created_at, updated_at)
			SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, seq, $10, $10 FROM feed`,
			id, of, in.URL, in.Name, typeNames(in.Types), uuids(in.Claims), texts(in.Topics), list(in.Publishers), secret, t.now)
		if err != nil {
			return fmt.Errorf("write the webhook: %w", err)
		}
		if w, err = t.webhook(id, whose); err != nil {
			return err
		}
		return t.audit("webhook.create", id, map[string]any{"before": nil, "after": w.audited()})
	})
	return w, err
}

// keyForWebhooks returns who a key acts for that a webhook is given to. CodeInvalid in the field "key" unless it is good and may
// manage.
func (t *tx) keyForWebhooks(key factcheck.KeyID) (factcheck.ActorID, error) {
	var of factcheck.ActorID
	err := t.pgx.QueryRow(t.ctx, `SELECT a.id FROM actors a WHERE a.key_id = $2 AND `+keyValid, t.now, key).Scan(&of)
	if errors.Is(err, pgx.ErrNoRows) {
		return of, invalidf("key", "choose a key with the scope manage that is valid, of an editor or admin")
	}
	return of, err
}

// roomForWebhook locks the key that acts so and returns CodeConflict if it has as many webhooks as it may.
func (t *tx) roomForWebhook(of factcheck.ActorID) error {
	var n int
	if err := t.pgx.QueryRow(t.ctx, `SELECT (SELECT count(*) FROM webhooks w WHERE w.actor_id = a.id) FROM actors a JOIN keys k ON k.id = a.key_id WHERE a.id = $1 FOR NO KEY UPDATE OF k`, of).Scan(&n); err != nil {
		return fmt.Errorf("count webhooks: %w", err)
	}
	if n >= maxWebhooks {
		return factcheck.Conflict("a key has at most %d webhooks; delete one", maxWebhooks)
	}
	return nil
}

// MoveWebhook gives a webhook with its log and what waits to another key: the one before knows nothing of it any more, but its
// secret: rotate it. For admins. CodeNotFound; CodeInvalid in the field "key"; CodeConflict.
func (db *DB) MoveWebhook(ctx context.Context, actor factcheck.Actor, id factcheck.WebhookID, to factcheck.KeyID) error {
	return db.writeWebhook(ctx, actor, "move "+id.String(), func(t *tx, whose *string) error {
		if whose != nil {
			return factcheck.Forbidden("a key cannot give its webhooks away; an admin can")
		}
		of, err := t.keyForWebhooks(to)
		if err != nil {
			return err
		}
		before, err := t.webhook(id, nil)
		if err != nil || before.Key == to {
			return err
		}
		if err := t.roomForWebhook(of); err != nil {
			return err
		}
		if _, err := t.pgx.Exec(ctx, `UPDATE webhooks SET actor_id = $2, updated_at = $3 WHERE id = $1`, id, of, t.now); err != nil {
			return fmt.Errorf("write the key: %w", err)
		}
		return t.audit("webhook.move", id, map[string]any{"before": before.Key.String(), "after": to.String()})
	})
}

// list returns an empty list for none.
func list[T any](of []T) []T {
	if of == nil {
		return []T{}
	}
	return of
}

// audited is what the audit log keeps of a webhook: not its address, which may hold a secret.
func (w Webhook) audited() map[string]any {
	return map[string]any{"key": w.Key, "state": w.State, "types": w.Types, "claims": len(w.Claims), "topics": len(w.Topics), "publishers": len(w.Publishers)}
}

// EditWebhook changes a webhook. Putting it to work again, or giving it another address, forgets what went wrong before: all that
// waits is due at once. CodeNotFound, CodeInvalid; CodeConflict if somebody changed it since the revision that the editor saw.
func (db *DB) EditWebhook(ctx context.Context, actor factcheck.Actor, id factcheck.WebhookID, edit WebhookEdit) (Webhook, error) {
	var w Webhook
	err := db.writeWebhook(ctx, actor, "edit "+id.String(), func(t *tx, whose *string) error {
		before, err := t.webhook(id, whose)
		if err != nil {
			return err
		}
		if edit.Revision != 0 && edit.Revision != before.Revision() {
			return factcheck.Conflict("this webhook was changed by somebody else meanwhile; reload it and look at what changed")
		}
		in, err := edit.apply(WebhookInput{URL: before.URL, Name: before.Name, Types: before.Types, Claims: before.Claims, Topics: before.Topics, Publishers: before.Publishers}).clean()
		if err != nil {
			return err
		}
		state, note := before.State, before.Note
		if edit.State != nil && *edit.State != state {
			state, note = *edit.State, ""
			if state == WebhookDisabled {
				note = "by the newsroom"
			}
		}
		if state != WebhookActive && state != WebhookPaused && (state != WebhookDisabled || whose != nil && before.State != WebhookDisabled) {
			return invalidf("state", "choose active or paused")
		}
		anew := before.URL != in.URL || before.State != WebhookActive && state == WebhookActive
		_, err = t.pgx.Exec(ctx, `UPDATE webhooks SET url = $2, name = $3, types = $4, claims = $5, topics = $6, publishers = $7, state = $8, note = $9, updated_at = greatest($10, updated_at + interval '1 microsecond'),
				failures = CASE WHEN $11 THEN 0 ELSE failures END, not_before = CASE WHEN $11 THEN NULL ELSE not_before END WHERE id = $1`,
			id, in.URL, in.Name, typeNames(in.Types), uuids(in.Claims), texts(in.Topics), list(in.Publishers), state, note, t.now, anew)
		if err != nil {
			return fmt.Errorf("write the webhook: %w", err)
		}
		if anew {
			if _, err := t.pgx.Exec(ctx, `UPDATE webhook_deliveries SET tries = 0, tried_at = NULL, next_at = $2 WHERE webhook_id = $1 AND state = 'queued'`, id, t.now); err != nil {
				return fmt.Errorf("begin anew with what waits: %w", err)
			}
		}
		if w, err = t.webhook(id, whose); err != nil {
			return err
		}
		return t.audit("webhook.edit", id, map[string]any{"before": before.audited(), "after": w.audited(), "url": before.URL != w.URL})
	})
	return w, err
}

// DeleteWebhook deletes a webhook with its log. CodeNotFound.
func (db *DB) DeleteWebhook(ctx context.Context, actor factcheck.Actor, id factcheck.WebhookID) error {
	return db.writeWebhook(ctx, actor, "delete "+id.String(), func(t *tx, whose *string) error {
		w, err := t.webhook(id, whose)
		if err != nil {
			return err
		}
		if _, err := t.pgx.Exec(ctx, `DELETE FROM webhooks WHERE id = $1`, id); err != nil {
			return fmt.Errorf("delete the webhook: %w", err)
		}
		return t.audit("webhook.delete", id, map[string]any{"before": w.audited(), "after": nil})
	})
}

// RotateWebhook gives a webhook another secret, sealed. The one before signs too for overlap, at most MaxRotation; 0 ends it now.
func (db *DB) RotateWebhook(ctx context.Context, actor factcheck.Actor, id factcheck.WebhookID, secret []byte, overlap time.Duration) (Webhook, error) {
	var w Webhook
	err := db.writeWebhook(ctx, actor, "rotate the secret of "+id.String(), func(t *tx, whose *string) error {
		if overlap < 0 || overlap > MaxRotation {
			return invalidf("overlap_seconds", "the earlier secret may sign for at most a week")
		}
		if _, err := t.webhook(id, whose); err != nil {
			return err
		}
		_, err := t.pgx.Exec(ctx, `UPDATE webhooks SET secret = $2, previous_secret = CASE WHEN $3::timestamptz > $4 THEN secret END, previous_until = CASE WHEN $3::timestamptz > $4 THEN $3 END, updated_at = $4 WHERE id = $1`,
			id, secret, t.now.Add(overlap), t.now)
		if err != nil {
			return fmt.Errorf("write the secret: %w", err)
		}
		if w, err = t.webhook(id, whose); err != nil {
			return err
		}
		return t.audit("webhook.rotate", id, map[string]any{"overlap": overlap.String()})
	})
	return w, err
}
