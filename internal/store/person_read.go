package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Person is a member of the newsroom as colleagues see them.
type Person struct {
	ID          factcheck.PersonID
	Email       string
	Name        string
	Byline      string // empty: readers see the name
	Role        factcheck.Role
	HasPassword bool
	DisabledAt  *time.Time
	CreatedAt   time.Time
	SignedInAt  *time.Time // last; nil: never since it is noted
	HasApp      bool       // an authenticator app is set up
	Passkeys    int
	Revision    int // guards edits: pass it back
}

// SecondFactor says which second factor the person has: app, passkey, app and passkey, or nothing.
func (p Person) SecondFactor() string {
	switch {
	case p.HasApp && p.Passkeys > 0:
		return "app and passkey"
	case p.HasApp:
		return "app"
	case p.Passkeys > 0:
		return "passkey"
	}
	return ""
}

const personColumns = `SELECT p.id, p.email, p.name, p.byline, p.role, p.password_hash <> '', p.disabled_at, p.created_at, p.signed_in_at,
	EXISTS (SELECT FROM second_factors f WHERE f.person_id = p.id), (SELECT count(*) FROM passkeys k WHERE k.person_id = p.id), p.version FROM people p `

func scanPerson(row pgx.CollectableRow) (Person, error) {
	var p Person
	return p, row.Scan(&p.ID, &p.Email, &p.Name, &p.Byline, &p.Role, &p.HasPassword, &p.DisabledAt, &p.CreatedAt, &p.SignedInAt, &p.HasApp, &p.Passkeys, &p.Revision)
}

// Person returns one member of the newsroom; CodeNotFound if there is none with the id. Checkers and above, and the operator.
func (db *DB) Person(ctx context.Context, actor factcheck.Actor, id factcheck.PersonID) (Person, error) {
	var out Person
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read "+id.String(), func(t *tx) error {
		rows, err := t.pgx.Query(ctx, personColumns+`WHERE p.id = $1`, id)
		if err != nil {
			return err
		}
		out, err = pgx.CollectExactlyOneRow(rows, scanPerson)
		if errors.Is(err, pgx.ErrNoRows) {
			return factcheck.NotFound("there is no such person")
		}
		return err
	})
	return out, err
}

// Persons returns everybody who is or was in the newsroom, by name. Checkers and above, and the operator.
func (db *DB) Persons(ctx context.Context, actor factcheck.Actor) ([]Person, error) {
	var out []Person
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "list the people", func(t *tx) error {
		rows, err := t.pgx.Query(ctx, personColumns+`ORDER BY lower(p.name), p.id`)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, scanPerson)
		return err
	})
	return out, err
}

// Account is what a sign-in needs.
type Account struct {
	Actor        factcheck.Actor
	Email        string
	PasswordHash string // empty: none is set yet, so nothing is right
	App          []byte // the sealed secret of their authenticator app; nil: they have none
	Passkeys     int
}

// HasFactor reports whether a password alone does not open the account.
func (a Account) HasFactor() bool { return a.App != nil || a.Passkeys > 0 }

const accountColumns = `SELECT a.id, p.id, p.name, p.role, p.email, p.password_hash, (SELECT f.secret FROM second_factors f WHERE f.person_id = p.id),
	(SELECT count(*) FROM passkeys k WHERE k.person_id = p.id) FROM people p JOIN actors a ON a.person_id = p.id AND a.kind = 'person' WHERE p.disabled_at IS NULL AND `

func scanAccount(row pgx.Row) (Account, error) {
	a := Account{Actor: factcheck.Actor{Kind: factcheck.ActorPerson}}
	err := row.Scan(&a.Actor.ID, &a.Actor.Person, &a.Actor.Name, &a.Actor.Role, &a.Email, &a.PasswordHash, &a.App, &a.Passkeys)
	if errors.Is(err, pgx.ErrNoRows) {
		return Account{}, factcheck.NotFound("there is no such account")
	}
	return a, translate("find an account", err)
}

// AccountOf returns the account of a person who has shown one half of what it takes. CodeNotFound if there is none or they
// were disabled. One query.
func (db *DB) AccountOf(ctx context.Context, id factcheck.PersonID) (Account, error) {
	return scanAccount(db.pool.QueryRow(ctx, accountColumns+`p.id = $1`, id))
}

// PersonByEmail returns the account with the address, in any case of its letters. CodeNotFound alike for an address nobody
// has and for a disabled person: verify the password against an empty hash then, which takes as long. One query.
func (db *DB) PersonByEmail(ctx context.Context, email string) (Account, error) {
	if factcheck.CheckText("email", email, factcheck.MaxLine) != nil {
		return Account{}, factcheck.NotFound("there is no such account")
	}
	return scanAccount(db.pool.QueryRow(ctx, accountColumns+`p.email = $1`, foldEmail(email)))
}
