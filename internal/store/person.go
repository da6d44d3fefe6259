package store

import (
	"context"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// personModel maps the table people.
type personModel struct {
	ID           factcheck.PersonID `gorm:"primaryKey"`
	Email        string
	Name         string
	Byline       string
	Role         factcheck.Role
	PasswordHash string
	DisabledAt   *time.Time
	CreatedAt    time.Time
	Version      int32
}

// TableName names the table.
func (personModel) TableName() string { return "people" }

// actorModel maps the table actors.
type actorModel struct {
	ID       factcheck.ActorID `gorm:"primaryKey"`
	Kind     factcheck.ActorKind
	PersonID factcheck.PersonID
	KeyID    factcheck.KeyID
}

// TableName names the table.
func (actorModel) TableName() string { return "actors" }

// PersonInput is what is said of a person when they join.
type PersonInput struct {
	Email        string
	Name         string
	Byline       string // what readers see; empty: the name
	Role         factcheck.Role
	PasswordHash string // argon2id in PHC form, made by auth; the store never sees a password
}

// AddPerson adds a person to the newsroom and returns the actor their acts are written down for. Admins and the operator.
// CodeConflict if the address is taken.
func (db *DB) AddPerson(ctx context.Context, actor factcheck.Actor, in PersonInput) (factcheck.Actor, error) {
	var out factcheck.Actor
	err := db.write(ctx, actor, factcheck.ManagePeople, "add a person", func(t *tx) error {
		in.Email, in.Name, in.Byline = strings.ToLower(strings.TrimSpace(in.Email)), factcheck.CleanLine(in.Name), factcheck.CleanLine(in.Byline)
		if a, err := mail.ParseAddress(in.Email); err != nil || a.Address != in.Email || len(in.Email) > 254 {
			return invalidf("email", "this is not an e-mail address")
		}
		if !in.Role.Valid() {
			return invalidf("role", "choose checker, editor or admin")
		}
		if in.Name == "" {
			return invalidf("name", "say who this is")
		}
		if err := factcheck.CheckText("name", in.Name, factcheck.MaxLine); err != nil {
			return err
		}
		row := personModel{
			ID: factcheck.PersonID(newID(t)), Email: in.Email, Name: in.Name, Byline: in.Byline, Role: in.Role,
			PasswordHash: in.PasswordHash, CreatedAt: t.now, Version: 1,
		}
		if err := t.db.Create(&row).Error; err != nil {
			return fmt.Errorf("write the person: %w", err)
		}
		who := actorModel{ID: factcheck.ActorID(newID(t)), Kind: factcheck.ActorPerson, PersonID: row.ID}
		if err := t.db.Create(&who).Error; err != nil {
			return fmt.Errorf("write the actor: %w", err)
		}
		out = factcheck.Actor{ID: who.ID, Kind: factcheck.ActorPerson, Person: row.ID, Name: row.Name, Role: row.Role}
		return t.audit("person.add", row.ID, map[string]any{"role": in.Role})
	})
	return out, err
}
