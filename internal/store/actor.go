package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// actorModel maps the table actors.
type actorModel struct {
	ID       factcheck.ActorID `gorm:"primaryKey"`
	Kind     factcheck.ActorKind
	PersonID factcheck.PersonID
	KeyID    factcheck.KeyID
}

// TableName names the table.
func (actorModel) TableName() string { return "actors" }

// addActor makes the actor that acts of a person or key are written down for. A key's has its owner as the person behind it.
func (t *tx) addActor(kind factcheck.ActorKind, person factcheck.PersonID, key factcheck.KeyID) (factcheck.ActorID, error) {
	row := actorModel{ID: factcheck.ActorID(newID(t)), Kind: kind, PersonID: person, KeyID: key}
	if err := t.db.Create(&row).Error; err != nil {
		return row.ID, fmt.Errorf("write the actor: %w", err)
	}
	return row.ID, nil
}

// PersonActor returns the actor of a person whose session or ticket names them. CodeUnauthenticated if there is no such
// person or they were disabled: what they hold is worth nothing from then on. One query.
func (db *DB) PersonActor(ctx context.Context, id factcheck.PersonID) (factcheck.Actor, error) {
	a := factcheck.Actor{Kind: factcheck.ActorPerson, Person: id}
	err := db.pool.QueryRow(ctx, `SELECT a.id, p.name, p.role FROM people p JOIN actors a ON a.person_id = p.id AND a.kind = 'person'
		WHERE p.id = $1 AND p.disabled_at IS NULL`, id).Scan(&a.ID, &a.Name, &a.Role)
	if errors.Is(err, pgx.ErrNoRows) {
		return factcheck.Actor{}, errNoAccount
	}
	return a, translate("find who "+id.String()+" is", err)
}

var errNoAccount = &factcheck.Error{Code: factcheck.CodeUnauthenticated, Message: "this account or key is no longer valid"}
