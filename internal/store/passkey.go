package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// MaxPasskeys is how many passkeys a person may have.
const MaxPasskeys = 20

// Passkey is a passkey of a person, as their account shows it.
type Passkey struct {
	ID         factcheck.PasskeyID
	Name       string
	Credential []byte // id of the credential, for the browser
	Transports []string
	BackedUp   bool // it may be on several devices
	CreatedAt  time.Time
	UsedAt     *time.Time
}

// PasskeyInput is a passkey that was just registered.
type PasskeyInput struct {
	Session    factcheck.SessionID // in which it is added; it gets a new token
	Name       string
	Credential []byte
	PublicKey  []byte // COSE
	SignCount  int64
	BackedUp   bool
	Transports []string
	Challenge  [32]byte // SHA-256 of the challenge that was answered
	Expires    time.Time
	Codes      [][32]byte // as in AppInput
}

// StoredPasskey is what verifying an answer of a passkey needs.
type StoredPasskey struct {
	ID        factcheck.PasskeyID
	Person    factcheck.PersonID
	PublicKey []byte
	SignCount int64
	BackedUp  bool
}

// AddPasskey gives the actor one more passkey. What it returns and does with recovery codes is as in SetApp. CodeInvalid names
// a name that is wrong; CodeConflict if the passkey is there already or the person has MaxPasskeys; CodeUnauthenticated if the
// answer was used already. People only, for themselves.
func (db *DB) AddPasskey(ctx context.Context, actor factcheck.Actor, in PasskeyInput) (token string, codes bool, err error) {
	err = db.write(ctx, actor, factcheck.OwnSessions, "add a passkey", func(t *tx) error {
		name, err := passkeyName(in.Name)
		if err != nil {
			return err
		}
		had, err := t.holdFactors()
		if err != nil {
			return err
		}
		if err := t.spend(errPasskey, `INSERT INTO used_challenges (hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING`, in.Challenge[:], in.Expires); err != nil {
			return err
		}
		n := 0
		if err := t.pgx.QueryRow(ctx, `SELECT count(*) FROM passkeys WHERE person_id = $1`, t.actor.Person).Scan(&n); err != nil {
			return fmt.Errorf("count the passkeys: %w", err)
		}
		if n >= MaxPasskeys {
			return factcheck.Conflict("you have %d passkeys; remove one you do not use", n)
		}
		id := factcheck.PasskeyID(newID(t))
		_, err = t.pgx.Exec(ctx, `INSERT INTO passkeys (id, person_id, credential_id, public_key, sign_count, backed_up, transports, name, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, id, t.actor.Person, in.Credential, in.PublicKey, in.SignCount, in.BackedUp, textList(in.Transports), name, t.now)
		if err != nil {
			return fmt.Errorf("write the passkey: %w", err)
		}
		if codes, err = t.firstCodes(had, in.Codes); err != nil {
			return err
		}
		if token, err = t.renewSession(in.Session); err != nil {
			return err
		}
		return t.audit("account.passkey", id, nil)
	})
	return token, codes, err
}

// textList makes nil the empty array.
func textList(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func passkeyName(name string) (string, error) {
	name = factcheck.CleanLine(name)
	if name == "" {
		return "", invalidf("name", "give the passkey a name you know it by, such as “Phone” or “Office key”")
	}
	return name, factcheck.CheckText("name", name, 100)
}

// RenamePasskey gives one of the actor's passkeys another name. CodeNotFound if they have none with the id. People only, for
// themselves.
func (db *DB) RenamePasskey(ctx context.Context, actor factcheck.Actor, id factcheck.PasskeyID, name string) error {
	return db.write(ctx, actor, factcheck.OwnSessions, "rename "+id.String(), func(t *tx) error {
		name, err := passkeyName(name)
		if err != nil {
			return err
		}
		if err := t.spend(errNoPasskey, `UPDATE passkeys SET name = $3 WHERE id = $1 AND person_id = $2`, id, t.actor.Person, name); err != nil {
			return err
		}
		return t.audit("account.passkey_rename", id, nil)
	})
}

var errNoPasskey = factcheck.NotFound("you have no such passkey; it may be removed already")

// RemovePasskey takes one of the actor's passkeys away. The errors are RemoveApp's. People only, for themselves.
func (db *DB) RemovePasskey(ctx context.Context, actor factcheck.Actor, id factcheck.PasskeyID) error {
	return db.write(ctx, actor, factcheck.OwnSessions, "remove "+id.String(), func(t *tx) error {
		if _, err := t.holdFactors(); err != nil {
			return err
		}
		if err := t.spend(errNoPasskey, `DELETE FROM passkeys WHERE id = $1 AND person_id = $2`, id, t.actor.Person); err != nil {
			return err
		}
		if err := t.factorRemoved(); err != nil {
			return err
		}
		return t.audit("account.passkey_remove", id, nil)
	})
}

// PasskeyByCredential returns the passkey with the id that an authenticator gave it, for whoever is about to sign in.
// CodeNotFound for an unknown one and for one of a disabled person. One query.
func (db *DB) PasskeyByCredential(ctx context.Context, credential []byte) (StoredPasskey, error) {
	var k StoredPasskey
	err := db.pool.QueryRow(ctx, `SELECT k.id, k.person_id, k.public_key, k.sign_count, k.backed_up FROM passkeys k JOIN people p ON p.id = k.person_id
		WHERE k.credential_id = $1 AND p.disabled_at IS NULL`, credential).Scan(&k.ID, &k.Person, &k.PublicKey, &k.SignCount, &k.BackedUp)
	if errors.Is(err, pgx.ErrNoRows) {
		return k, factcheck.NotFound("there is no such passkey")
	}
	return k, translate("find a passkey", err)
}
