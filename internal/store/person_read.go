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
	Revision    int // guards edits: pass it back
}

// Persons returns everybody who is or was in the newsroom, by name. Checkers and above, and the operator.
func (db *DB) Persons(ctx context.Context, actor factcheck.Actor) ([]Person, error) {
	var out []Person
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "list the people", func(t *tx) error {
		rows, err := t.pgx.Query(ctx, `SELECT id, email, name, byline, role, password_hash <> '', disabled_at, created_at, version FROM people ORDER BY lower(name), id`)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Person, error) {
			var p Person
			return p, row.Scan(&p.ID, &p.Email, &p.Name, &p.Byline, &p.Role, &p.HasPassword, &p.DisabledAt, &p.CreatedAt, &p.Revision)
		})
		return err
	})
	return out, err
}

// Account is what a sign-in needs.
type Account struct {
	Actor        factcheck.Actor
	Email        string
	PasswordHash string // empty: none is set yet, so nothing is right
}

// PersonByEmail returns the account with the address, in any case of its letters. CodeNotFound alike for an address nobody
// has and for a disabled person: verify the password against an empty hash then, which takes as long. One query.
func (db *DB) PersonByEmail(ctx context.Context, email string) (Account, error) {
	a := Account{Actor: factcheck.Actor{Kind: factcheck.ActorPerson}}
	if factcheck.CheckText("email", email, factcheck.MaxLine) != nil {
		return a, factcheck.NotFound("there is no such account")
	}
	err := db.pool.QueryRow(ctx, `SELECT a.id, p.id, p.name, p.role, p.email, p.password_hash FROM people p JOIN actors a ON a.person_id = p.id AND a.kind = 'person'
		WHERE p.email = $1 AND p.disabled_at IS NULL`, foldEmail(email)).Scan(&a.Actor.ID, &a.Actor.Person, &a.Actor.Name, &a.Actor.Role, &a.Email, &a.PasswordHash)
	if errors.Is(err, pgx.ErrNoRows) {
		return Account{}, factcheck.NotFound("there is no such account")
	}
	return a, translate("find an account", err)
}
