package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/clause"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// keyModel maps the table keys.
type keyModel struct {
	ID          factcheck.KeyID `gorm:"primaryKey"`
	Name        string
	Hash        []byte `gorm:"not null"`
	Hint        string
	Scopes      textArray `gorm:"type:text[]"`
	OwnerID     factcheck.PersonID
	PublisherID factcheck.PublisherID
	CreatedAt   time.Time
	RevokedAt   *time.Time
	LastUsedAt  *time.Time
	ExpiresAt   *time.Time

	RotatedAt      *time.Time
	PreviousHash   []byte
	PreviousHint   *string
	PreviousUntil  *time.Time
	PreviousUsedAt *time.Time
	Burst, Daily   *int32
}

// TableName names the table.
func (keyModel) TableName() string { return "keys" }

// audited is what the audit log keeps of a key: what it may do, for whom and how long. Neither its name, which may be that of
// a person, nor anything of the key itself.
func (k keyModel) audited() map[string]any {
	return map[string]any{
		"scopes": k.Scopes, "owner": k.OwnerID, "publisher": k.PublisherID, "expires_at": k.ExpiresAt, "revoked": k.RevokedAt != nil,
		"rotated_at": k.RotatedAt, "old_until": k.PreviousUntil, "burst": k.Burst, "daily": k.Daily,
	}
}

// KeyInput is what is said of an API key when it is made.
type KeyInput struct {
	Name      string
	Scopes    []factcheck.Scope // the highest is enough: file includes read, manage includes file
	Publisher string            // site of the publisher whose key it is; empty: nobody's in particular
	Owner     string            // e-mail address of the person it acts for; a key that writes needs one
	ExpiresAt time.Time         // when it ends by itself; zero: never
	Burst     int               // calls in a minute; 0: as the house allows
	Daily     int               // calls in a day; 0: as the house allows
}

// Key is an API key as the newsroom sees it. The key itself is nowhere.
type Key struct {
	ID         factcheck.KeyID
	Name       string
	Hint       string // its first characters
	Scopes     []factcheck.Scope
	Owner      string // e-mail address; empty: it only reads
	Publisher  string // site
	CreatedAt  time.Time
	RevokedAt  *time.Time
	LastUsedAt *time.Time // to the minute
	Disabled   bool       // its owner is
	ExpiresAt  *time.Time // nil: it does not end by itself

	RotatedAt *time.Time // when its secret was made, if it is not the first
	OldHint   string     // of the secret before it; empty: there is none
	OldUntil  *time.Time // that one is valid before this moment
	OldUsedAt *time.Time // and was last used then, to the minute; nil: not since
	Burst     int        // calls in a minute; 0: as the house allows
	Daily     int        // calls in a day; 0: as the house allows

	Ended    bool // by itself
	OldValid bool // the secret before the one of now is valid too
}

// CreateKey makes an API key and returns its id and the key itself, which is shown this once and stored nowhere. A key that
// files needs an owner, who counts as the author of what it writes; one that manages needs an owner who is at least an
// editor. CodeInvalid names the field that is wrong. Admins and the operator.
func (db *DB) CreateKey(ctx context.Context, actor factcheck.Actor, in KeyInput) (factcheck.KeyID, string, error) {
	fresh := auth.NewKey()
	var id factcheck.KeyID
	err := db.write(ctx, actor, factcheck.ManageKeys, "create a key", func(t *tx) error {
		row, err := t.keyRow(in)
		if err != nil {
			return err
		}
		row.ID, row.Hash, row.Hint, row.CreatedAt = factcheck.KeyID(newID(t)), fresh.Hash[:], fresh.Hint, t.now
		if err := t.db.Create(&row).Error; err != nil {
			return fmt.Errorf("write the key: %w", err)
		}
		if _, err := t.addActor(factcheck.ActorKey, row.OwnerID, row.ID); err != nil {
			return err
		}
		id = row.ID
		return t.audit("key.create", id, map[string]any{"before": nil, "after": row.audited()})
	})
	if err != nil {
		return factcheck.KeyID{}, "", err
	}
	return id, fresh.Secret, nil
}

// keyRow returns the row of a new key after checking what was said of it.
func (t *tx) keyRow(in KeyInput) (keyModel, error) {
	row := keyModel{Name: factcheck.CleanLine(in.Name)}
	if row.Name == "" {
		return row, invalidf("name", "say what the key is for")
	}
	if err := factcheck.CheckText("name", row.Name, factcheck.MaxLine); err != nil {
		return row, err
	}
	names := make([]string, 0, len(in.Scopes))
	for _, s := range in.Scopes {
		names = append(names, string(s))
	}
	scopes, err := factcheck.ParseScopes(names)
	if err != nil {
		return row, err
	}
	for _, s := range scopes {
		row.Scopes = append(row.Scopes, string(s))
	}
	if err := t.applyLimits(&row, KeyChange{ExpiresAt: in.ExpiresAt, Burst: in.Burst, Daily: in.Daily}); err != nil {
		return row, err
	}
	if row.PublisherID, err = t.publisherOfKey(in.Publisher); err != nil {
		return row, err
	}
	row.OwnerID, err = t.ownerOfKey(in.Owner, scopes[len(scopes)-1])
	return row, err
}

// ownerOfKey returns the person a key with the scope acts for. A key may not exceed its owner: manage takes an editor, and
// what takes an admin the permission table asks of the owner at each act.
func (t *tx) ownerOfKey(email string, top factcheck.Scope) (factcheck.PersonID, error) {
	if email == "" {
		if top != factcheck.ScopeRead {
			return factcheck.PersonID{}, invalidf("owner", "a key with the scope %s acts for somebody: name its owner", top)
		}
		return factcheck.PersonID{}, nil
	}
	var owner personModel
	err := t.db.Clauses(clause.Locking{Strength: "SHARE"}).Where("email = ? AND disabled_at IS NULL", foldEmail(email)).Limit(1).Find(&owner).Error
	switch {
	case err != nil:
		return owner.ID, fmt.Errorf("find the owner: %w", err)
	case owner.ID.IsZero():
		return owner.ID, invalidf("owner", "nobody in the newsroom has this e-mail address")
	case top == factcheck.ScopeManage && owner.Role == factcheck.RoleChecker:
		return owner.ID, invalidf("owner", "a key with the scope manage takes an owner who is editor or admin; this one is %s", owner.Role)
	}
	return owner.ID, nil
}

func (t *tx) publisherOfKey(site string) (factcheck.PublisherID, error) {
	if site == "" {
		return factcheck.PublisherID{}, nil
	}
	p, err := t.publisherOf(site)
	if factcheck.CodeOf(err) == factcheck.CodeNotFound {
		return p.ID, invalidf("publisher", "there is no publisher with this site")
	}
	return p.ID, err
}

const keyColumns = `SELECT k.id, k.name, k.hint, k.scopes, coalesce(p.email, ''), coalesce(b.site, ''), k.created_at, k.revoked_at, k.last_used_at, p.disabled_at IS NOT NULL, k.expires_at,
	k.rotated_at, coalesce(k.previous_hint, ''), k.previous_until, k.previous_used_at, coalesce(k.burst, 0), coalesce(k.daily, 0)
	FROM keys k LEFT JOIN people p ON p.id = k.owner_id LEFT JOIN publishers b ON b.id = k.publisher_id`

func (t *tx) scanKey(row pgx.CollectableRow) (Key, error) {
	var k Key
	var scopes []string
	err := row.Scan(&k.ID, &k.Name, &k.Hint, &scopes, &k.Owner, &k.Publisher, &k.CreatedAt, &k.RevokedAt, &k.LastUsedAt, &k.Disabled, &k.ExpiresAt,
		&k.RotatedAt, &k.OldHint, &k.OldUntil, &k.OldUsedAt, &k.Burst, &k.Daily)
	k.Scopes = toScopes(scopes)
	k.Ended = over(k.ExpiresAt, t.now)
	k.OldValid = k.OldUntil != nil && !over(k.OldUntil, t.now) && k.RevokedAt == nil && !k.Ended
	return k, err //nolint:wrapcheck // by whoever collects
}

// over reports whether the end of a key or of a secret has come, as KeyHolder asks it in SQL; nil never comes.
func over(end *time.Time, now time.Time) bool { return end != nil && !end.After(now) }

// Keys returns all keys, newest first, revoked ones included. Admins and the operator.
func (db *DB) Keys(ctx context.Context, actor factcheck.Actor) ([]Key, error) {
	var out []Key
	err := db.write(ctx, actor, factcheck.ManageKeys, "list the keys", func(t *tx) error {
		rows, err := t.pgx.Query(ctx, keyColumns+` ORDER BY k.id DESC`)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, t.scanKey)
		return err
	})
	return out, err
}

// Key returns a key, also a revoked one. CodeNotFound if there is none. Admins and the operator.
func (db *DB) Key(ctx context.Context, actor factcheck.Actor, id factcheck.KeyID) (Key, error) {
	var out Key
	err := db.write(ctx, actor, factcheck.ManageKeys, "read "+id.String(), func(t *tx) error {
		rows, err := t.pgx.Query(ctx, keyColumns+` WHERE k.id = $1`, id)
		if err != nil {
			return err
		}
		out, err = pgx.CollectExactlyOneRow(rows, t.scanKey)
		return err
	})
	return out, err
}

// RevokeKey ends a key: from the commit on it is refused, requests under way included. CodeNotFound if there is none;
// revoking again changes nothing. Admins and the operator.
func (db *DB) RevokeKey(ctx context.Context, actor factcheck.Actor, id factcheck.KeyID) error {
	return db.write(ctx, actor, factcheck.ManageKeys, "revoke "+id.String(), func(t *tx) error {
		row, err := t.lockAnyKey(id)
		if err != nil || row.RevokedAt != nil {
			return err
		}
		if err := one(t.db.Model(&keyModel{}).Where("id = ? AND revoked_at IS NULL", id).Updates(map[string]any{"revoked_at": t.now}), "this key"); err != nil {
			return err
		}
		before := row.audited()
		row.RevokedAt = &t.now
		return t.audit("key.revoke", id, map[string]any{"before": before, "after": row.audited()})
	})
}

// keyUse is how exactly the time of a key's last use is kept.
const keyUse = time.Minute

// Holder is who sent a key.
type Holder struct {
	Actor factcheck.Actor
	Key   factcheck.KeyID
	Burst int // calls in a minute; 0: as the house allows
	Daily int // calls in a day; 0: as the house allows
}

// KeyHolder returns who sent a key. CodeUnauthenticated for what is no key, for an unknown one, a revoked one, one that
// has ended, one that was replaced and whose time is over, and one whose owner is disabled; the message tells only the first
// apart. It looks the key up by its hash, so that time tells nothing, and asks the database each time: what was revoked on one
// node is refused by every other from that moment on. One query, and once a minute for each key a second that notes the use;
// failing to note it is logged.
func (db *DB) KeyHolder(ctx context.Context, secret string) (Holder, error) {
	hash, err := auth.HashKey(secret)
	if err != nil {
		return Holder{}, err
	}
	var (
		h        = Holder{Actor: factcheck.Actor{Kind: factcheck.ActorKey}}
		scopes   []string
		lastUsed *time.Time
		old      bool
		now      = db.clock()
	)
	err = db.pool.QueryRow(ctx, `SELECT a.id, k.id, k.name, k.scopes, CASE WHEN k.hash = $1 THEN k.last_used_at ELSE k.previous_used_at END, k.hash <> $1, coalesce(k.burst, 0), coalesce(k.daily, 0), k.owner_id, coalesce(p.role, '')
		FROM keys k JOIN actors a ON a.key_id = k.id LEFT JOIN people p ON p.id = k.owner_id
		WHERE (k.hash = $1 OR k.previous_hash = $1 AND k.previous_until > $2) AND `+keyStands, hash[:], now).
		Scan(&h.Actor.ID, &h.Key, &h.Actor.Name, &scopes, &lastUsed, &old, &h.Burst, &h.Daily, &h.Actor.Person, &h.Actor.Role)
	if errors.Is(err, pgx.ErrNoRows) {
		return Holder{}, errNoAccount
	}
	if err != nil {
		return Holder{}, translate("find a key", err)
	}
	h.Actor.Scopes = toScopes(scopes)
	if lastUsed == nil || now.Sub(*lastUsed) >= keyUse {
		db.noteKeyUse(ctx, h.Key, old, now)
	}
	return h, nil
}

// noteKeyUse notes when the key was used, and that it was with its old secret, unless another request just did. The request
// goes on without it: a database that only reads must not lock partners out.
func (db *DB) noteKeyUse(ctx context.Context, id factcheck.KeyID, old bool, now time.Time) {
	_, err := db.pool.Exec(ctx, `UPDATE keys SET last_used_at = greatest(last_used_at, $2), previous_used_at = CASE WHEN $4 THEN $2 ELSE previous_used_at END
		WHERE id = (SELECT id FROM keys WHERE id = $1 AND CASE WHEN $4 THEN previous_hash IS NOT NULL AND coalesce(previous_used_at <= $3, true) ELSE coalesce(last_used_at <= $3, true) END FOR NO KEY UPDATE SKIP LOCKED)`,
		id, now, now.Add(-keyUse), old)
	if err != nil {
		db.log.WarnContext(ctx, "the use of a key was not noted", "key", id, "error", err)
	}
}

func toScopes(names []string) []factcheck.Scope {
	out := make([]factcheck.Scope, 0, len(names))
	for _, s := range names {
		out = append(out, factcheck.Scope(s))
	}
	return out
}
