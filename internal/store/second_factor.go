package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

const settingSignIn = "sign_in"

// SignInRules are what the house asks of those who sign in.
type SignInRules struct {
	RequireSecondFactor bool `json:"require_second_factor"`
}

// SignInRules returns what the house asks of those who sign in, and the revision to pass back when editing it. Checkers and
// above, and the operator.
func (db *DB) SignInRules(ctx context.Context, actor factcheck.Actor) (SignInRules, int, error) {
	var rules SignInRules
	revision := 0
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read the rules for signing in", func(t *tx) error {
		var err error
		revision, err = t.setting(settingSignIn, &rules)
		return err
	})
	return rules, revision, err
}

// EditSignInRules replaces what the house asks of those who sign in. Whoever lacks a second factor that is asked for can do
// nothing else from then on but set one up. CodeConflict if somebody changed it since revision, or if a person asks others for
// what they lack themselves. Admins and the operator.
func (db *DB) EditSignInRules(ctx context.Context, actor factcheck.Actor, revision int, rules SignInRules) error {
	return db.write(ctx, actor, factcheck.ManageHouse, "set the rules for signing in", func(t *tx) error {
		if _, err := t.pgx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('setting ' || $1, 0))`, settingSignIn); err != nil {
			return fmt.Errorf("lock the rules for signing in: %w", err)
		}
		var old SignInRules
		now, err := t.setting(settingSignIn, &old)
		switch {
		case err != nil:
			return err
		case now != revision:
			return factcheck.Conflict("the rules for signing in were changed by somebody else meanwhile; reload them and look at what changed")
		case rules == old:
			return nil
		}
		if rules.RequireSecondFactor && t.actor.Kind == factcheck.ActorPerson {
			if own, err := t.ownFactor(); err != nil || !own {
				return errors.Join(err, factcheck.Conflict("set up your own second factor first, and then ask everybody for one"))
			}
		}
		if err := t.setSetting(settingSignIn, rules); err != nil {
			return err
		}
		return t.audit("house.sign_in", nil, map[string]any{"before": old, "after": rules})
	})
}

// ownFactor reports whether the actor has a second factor.
func (t *tx) ownFactor() (bool, error) {
	own := false
	err := t.pgx.QueryRow(t.ctx, `SELECT `+hasFactor+` FROM people p WHERE p.id = $1`, t.actor.Person).Scan(&own)
	if err != nil {
		return false, fmt.Errorf("look for a second factor: %w", err)
	}
	return own, nil
}

// OwnFactors is what a person has set up besides their password.
type OwnFactors struct {
	App       *time.Time // since when an authenticator app is set up; nil: none
	Passkeys  []Passkey  // those added first, first
	CodesLeft int        // recovery codes that were not used
	Codes     int        // that were made
}

// OwnFactors returns what the actor has set up. People only, for themselves.
func (db *DB) OwnFactors(ctx context.Context, actor factcheck.Actor) (OwnFactors, error) {
	var out OwnFactors
	err := db.write(ctx, actor, factcheck.OwnSessions, "read one's second factors", func(t *tx) error {
		err := t.pgx.QueryRow(ctx, `SELECT (SELECT created_at FROM second_factors WHERE person_id = $1), count(*), count(*) FILTER (WHERE used_at IS NULL)
			FROM recovery_codes WHERE person_id = $1`, t.actor.Person).Scan(&out.App, &out.Codes, &out.CodesLeft)
		if err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, `SELECT id, name, credential_id, transports, backed_up, created_at, used_at FROM passkeys WHERE person_id = $1 ORDER BY id`, t.actor.Person)
		if err != nil {
			return err
		}
		out.Passkeys, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Passkey])
		return err
	})
	return out, err
}

// AppInput is an authenticator app that its person has proved to have.
type AppInput struct {
	Session factcheck.SessionID // in which it is set up; it gets a new token
	Sealed  []byte              // the secret, sealed
	Step    int64               // of the code they proved it with, which is spent
	Codes   [][32]byte          // SHA-256 of fresh recovery codes, kept if they have no second factor yet
}

// SetApp gives the actor an authenticator app, in the place of the one they had. It returns the session's new token, and
// whether the recovery codes were kept: they come with the first second factor and stay with another one. CodeNotFound if the
// session has ended. People only, for themselves.
func (db *DB) SetApp(ctx context.Context, actor factcheck.Actor, in AppInput) (token string, codes bool, err error) {
	err = db.write(ctx, actor, factcheck.OwnSessions, "set up an authenticator app", func(t *tx) error {
		had, err := t.holdFactors()
		if err != nil {
			return err
		}
		if _, err := t.pgx.Exec(ctx, `DELETE FROM second_factors WHERE person_id = $1`, t.actor.Person); err != nil {
			return fmt.Errorf("take the former app away: %w", err)
		}
		_, err = t.pgx.Exec(ctx, `INSERT INTO second_factors (person_id, secret, last_step, created_at) VALUES ($1, $2, $3, $4)`, t.actor.Person, in.Sealed, in.Step, t.now)
		if err != nil {
			return fmt.Errorf("write the app: %w", err)
		}
		if codes, err = t.firstCodes(had, in.Codes); err != nil {
			return err
		}
		if token, err = t.renewSession(in.Session); err != nil {
			return err
		}
		return t.audit("account.app", t.actor.Person, nil)
	})
	return token, codes, err
}

// RemoveApp takes the actor's authenticator app away, and with the last second factor the recovery codes. CodeNotFound if they
// have none; CodeConflict if the house asks for a second factor and this is the only one. People only, for themselves.
func (db *DB) RemoveApp(ctx context.Context, actor factcheck.Actor) error {
	return db.write(ctx, actor, factcheck.OwnSessions, "remove an authenticator app", func(t *tx) error {
		if _, err := t.holdFactors(); err != nil {
			return err
		}
		tag, err := t.pgx.Exec(ctx, `DELETE FROM second_factors WHERE person_id = $1`, t.actor.Person)
		if err != nil {
			return fmt.Errorf("delete the app: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return factcheck.NotFound("no authenticator app is set up")
		}
		if err := t.factorRemoved(); err != nil {
			return err
		}
		return t.audit("account.app_remove", t.actor.Person, nil)
	})
}

// NewRecoveryCodes replaces the actor's recovery codes, by their SHA-256. CodeConflict if they have no second factor for them
// to stand in for. People only, for themselves.
func (db *DB) NewRecoveryCodes(ctx context.Context, actor factcheck.Actor, codes [][32]byte) error {
	return db.write(ctx, actor, factcheck.OwnSessions, "make recovery codes", func(t *tx) error {
		has, err := t.holdFactors()
		if err != nil {
			return err
		}
		if !has {
			return factcheck.Conflict("there is no second factor yet; recovery codes come with it")
		}
		if err := t.setCodes(codes); err != nil {
			return err
		}
		return t.audit("account.recovery_codes", t.actor.Person, nil)
	})
}

// holdFactors locks the actor's row and reports whether they have a second factor.
func (t *tx) holdFactors() (bool, error) {
	if _, err := t.lockPerson(t.actor.Person); err != nil {
		return false, err
	}
	return t.ownFactor()
}

// firstCodes keeps recovery codes for somebody who had no second factor until now.
func (t *tx) firstCodes(had bool, codes [][32]byte) (bool, error) {
	if had {
		return false, nil
	}
	return true, t.setCodes(codes)
}

func (t *tx) setCodes(codes [][32]byte) error {
	if _, err := t.pgx.Exec(t.ctx, `DELETE FROM recovery_codes WHERE person_id = $1`, t.actor.Person); err != nil {
		return fmt.Errorf("delete the former recovery codes: %w", err)
	}
	hashes := make([][]byte, len(codes))
	for i := range codes {
		hashes[i] = codes[i][:]
	}
	_, err := t.pgx.Exec(t.ctx, `INSERT INTO recovery_codes (person_id, hash, created_at) SELECT $1, unnest($2::bytea[]), $3`, t.actor.Person, hashes, t.now)
	if err != nil {
		return fmt.Errorf("write the recovery codes: %w", err)
	}
	return nil
}

// factorRemoved does what follows when one of the actor's second factors is gone.
func (t *tx) factorRemoved() error {
	left, err := t.ownFactor()
	if err != nil || left {
		return err
	}
	var rules SignInRules
	if _, err := t.setting(settingSignIn, &rules); err != nil {
		return err
	}
	if rules.RequireSecondFactor {
		return factcheck.Conflict("this house asks everybody for a second factor and this is your only one; set up another first")
	}
	if _, err := t.pgx.Exec(t.ctx, `DELETE FROM recovery_codes WHERE person_id = $1`, t.actor.Person); err != nil {
		return fmt.Errorf("delete the recovery codes: %w", err)
	}
	return nil
}

// dropFactors takes everything besides the password away from a person.
func (t *tx) dropFactors(id factcheck.PersonID) error {
	batch := &pgx.Batch{}
	for _, table := range []string{"second_factors", "passkeys", "recovery_codes"} {
		batch.Queue(`DELETE FROM `+table+` WHERE person_id = $1`, id)
	}
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return fmt.Errorf("take the second factor away: %w", err)
	}
	return nil
}

// DropFactors takes the second factor of a person away: app, passkeys and recovery codes. Their sessions end. Admins and the
// operator.
func (db *DB) DropFactors(ctx context.Context, actor factcheck.Actor, id factcheck.PersonID) error {
	return db.write(ctx, actor, factcheck.ManagePeople, "take the second factor of "+id.String()+" away", func(t *tx) error {
		if _, err := t.lockPerson(id); err != nil {
			return err
		}
		if err := t.dropFactors(id); err != nil {
			return err
		}
		if err := t.endSessionsOf(id); err != nil {
			return err
		}
		return t.audit("person.drop_factors", id, nil)
	})
}

func (t *tx) endSessionsOf(id factcheck.PersonID) error {
	if _, err := t.pgx.Exec(t.ctx, `DELETE FROM sessions WHERE person_id = $1`, id); err != nil {
		return fmt.Errorf("end the sessions of %s: %w", id, err)
	}
	return nil
}
