package store

import (
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Proof is what somebody has shown to be let in, checked by whoever calls and still to be spent: a code, a recovery code and
// the answer of a passkey are good once, which only the database can hold to, over all processes.
type Proof struct {
	Password string     // the hash that the password was verified against; empty: none was
	Step     int64      // the time step of the code from an authenticator app (RFC 6238); 0: none
	Recovery [32]byte   // SHA-256 of a recovery code; zero: none
	Passkey  PasskeyUse // zero: none
}

// PasskeyUse is an answer of a passkey that was verified.
type PasskeyUse struct {
	ID        factcheck.PasskeyID
	SignCount int64     // as the authenticator gave it
	Challenge [32]byte  // SHA-256 of the challenge that was answered
	Expires   time.Time // of the challenge
}

// hasFactor is the SQL for whether the person p has a second factor. A recovery code is none: it stands in for one.
const hasFactor = `(EXISTS (SELECT FROM second_factors f WHERE f.person_id = p.id) OR EXISTS (SELECT FROM passkeys k WHERE k.person_id = p.id))`

var (
	errNoFactor  = factcheck.Forbidden("this account has a second factor; a password alone does not open it")
	errCodeSpent = &factcheck.Error{Code: factcheck.CodeUnauthenticated, Field: "code", Message: "this code was used already; wait for the next one"}
	errRecovery  = &factcheck.Error{Code: factcheck.CodeUnauthenticated, Field: "code", Message: "this code is wrong or was used already"}
	errPasskey   = &factcheck.Error{Code: factcheck.CodeUnauthenticated, Field: "passkey", Message: "this passkey is not known here, or its answer was used already; try again"}
)

// enough reports whether a session may begin on the proof. A passkey is two factors by itself: only those are taken that ask
// their person for a PIN, finger or face (user verification).
func (p Proof) enough(factor bool) bool {
	return !p.Passkey.ID.IsZero() || p.Password != "" && (!factor || p.Step > 0 || p.Recovery != [32]byte{})
}

// kinds names what was shown, for the audit log.
func (p Proof) kinds() []string {
	var out []string
	for _, one := range []struct {
		kind  string
		shown bool
	}{{"password", p.Password != ""}, {"code", p.Step > 0}, {"recovery code", p.Recovery != [32]byte{}}, {"passkey", !p.Passkey.ID.IsZero()}} {
		if one.shown {
			out = append(out, one.kind)
		}
	}
	return out
}

// prove spends a proof of the actor's, whose row it locks, and reports whether they have a second factor. CodeUnauthenticated
// if nothing was shown, or something of it is not right any more.
func (t *tx) prove(p Proof) (factor bool, err error) {
	var hash string
	err = t.pgx.QueryRow(t.ctx, `SELECT password_hash, `+hasFactor+` FROM people p WHERE id = $1 AND disabled_at IS NULL FOR NO KEY UPDATE`, t.actor.Person).Scan(&hash, &factor)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, errNoAccount
	}
	if err != nil {
		return false, fmt.Errorf("hold the person: %w", err)
	}
	if len(p.kinds()) == 0 || p.Password != "" && p.Password != hash {
		return factor, errNoAccount
	}
	if p.Step > 0 {
		err = t.spend(errCodeSpent, `UPDATE second_factors SET last_step = $2 WHERE person_id = $1 AND last_step < $2`, t.actor.Person, p.Step)
	}
	if err == nil && p.Recovery != [32]byte{} {
		err = t.spend(errRecovery, `UPDATE recovery_codes SET used_at = $3 WHERE person_id = $1 AND hash = $2 AND used_at IS NULL`, t.actor.Person, p.Recovery[:], t.now)
	}
	if err == nil && !p.Passkey.ID.IsZero() {
		err = t.spendPasskey(p.Passkey)
	}
	return factor, err
}

// spendPasskey notes the use of a passkey: its challenge is good once, and its counter only grows where it counts at all
// (WebAuthn Level 3, section 7.2, step 22).
func (t *tx) spendPasskey(use PasskeyUse) error {
	if _, err := t.pgx.Exec(t.ctx, `DELETE FROM used_challenges WHERE expires_at < $1`, t.now); err != nil {
		return fmt.Errorf("sweep challenges: %w", err)
	}
	err := t.spend(errPasskey, `INSERT INTO used_challenges (hash, expires_at) SELECT $1::bytea, $2::timestamptz WHERE $2::timestamptz > $3::timestamptz ON CONFLICT DO NOTHING`, use.Challenge[:], use.Expires, t.now)
	if err != nil {
		return err
	}
	return t.spend(errPasskey, `UPDATE passkeys SET sign_count = $3, used_at = $4 WHERE id = $1 AND person_id = $2 AND (sign_count < $3 OR sign_count = 0 AND $3 = 0)`,
		use.ID, t.actor.Person, use.SignCount, t.now)
}

// spend runs a statement that must find its one row, and returns refused if it does not.
func (t *tx) spend(refused error, query string, args ...any) error {
	tag, err := t.pgx.Exec(t.ctx, query, args...)
	if err != nil {
		return fmt.Errorf("spend a proof: %w", err)
	}
	if tag.RowsAffected() != 1 {
		return refused
	}
	return nil
}
