package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm/clause"

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
	SignedInAt   *time.Time
	Version      int32
}

// TableName names the table.
func (personModel) TableName() string { return "people" }

// PersonInput is what is said of a person when they join.
type PersonInput struct {
	Email        string
	Name         string
	Byline       string // what readers see; empty: the name
	Role         factcheck.Role
	PasswordHash string // argon2id in PHC form, made by auth; empty: none is set yet
}

// clean returns the input trimmed and checked; the error is CodeInvalid and names the field.
func (in PersonInput) clean() (PersonInput, error) {
	in.Email, in.Name, in.Byline = foldEmail(in.Email), factcheck.CleanLine(in.Name), factcheck.CleanLine(in.Byline)
	if err := checkEmail(in.Email); err != nil {
		return in, err
	}
	if !in.Role.Valid() {
		return in, invalidf("role", "choose checker, editor or admin")
	}
	if in.Name == "" {
		return in, invalidf("name", "say who this is")
	}
	if in.PasswordHash != "" {
		if err := checkHash(in.PasswordHash); err != nil {
			return in, err
		}
	}
	for field, text := range map[string]string{"email": in.Email, "name": in.Name, "byline": in.Byline} {
		if err := factcheck.CheckText(field, text, factcheck.MaxLine); err != nil {
			return in, err
		}
	}
	return in, nil
}

// foldEmail returns the one spelling of an address that is stored.
func foldEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// checkHash refuses what is no argon2id hash: the store never takes a password itself.
func checkHash(hash string) error {
	if !strings.HasPrefix(hash, "$argon2id$") || len(hash) > 500 {
		return invalidf("password", "this is not the hash of a password")
	}
	return nil
}

// AddPerson adds a person to the newsroom and returns the actor their acts are written down for. Admins and the operator.
// CodeInvalid names the field that is wrong; CodeConflict if the address is taken, by a disabled person too.
func (db *DB) AddPerson(ctx context.Context, actor factcheck.Actor, in PersonInput) (factcheck.Actor, error) {
	var out factcheck.Actor
	err := db.write(ctx, actor, factcheck.ManagePeople, "add a person", func(t *tx) error {
		in, err := in.clean()
		if err != nil {
			return err
		}
		row := personModel{
			ID: factcheck.PersonID(newID(t)), Email: in.Email, Name: in.Name, Byline: in.Byline, Role: in.Role,
			PasswordHash: in.PasswordHash, CreatedAt: t.now, Version: 1,
		}
		if err := t.db.Create(&row).Error; err != nil {
			return fmt.Errorf("write the person: %w", err)
		}
		who, err := t.addActor(factcheck.ActorPerson, row.ID, factcheck.KeyID{})
		if err != nil {
			return err
		}
		out = factcheck.Actor{ID: who, Kind: factcheck.ActorPerson, Person: row.ID, Name: row.Name, Role: row.Role}
		return t.audit("person.add", row.ID, map[string]any{"role": in.Role})
	})
	return out, err
}

// ChangeRole gives a person another role, from their next act on; their keys are held to it too. CodeConflict if they were
// changed since revision, or are the last admin. Admins and the operator.
func (db *DB) ChangeRole(ctx context.Context, actor factcheck.Actor, id factcheck.PersonID, revision int, role factcheck.Role) error {
	return db.write(ctx, actor, factcheck.ManagePeople, "change the role of "+id.String(), func(t *tx) error {
		if !role.Valid() {
			return invalidf("role", "choose checker, editor or admin")
		}
		row, err := t.lockPerson(id)
		if err != nil {
			return err
		}
		if role != factcheck.RoleAdmin {
			if err := t.keepAnAdmin(row); err != nil {
				return err
			}
		}
		if err := t.updatePerson(id, revision, map[string]any{"role": role}); err != nil {
			return err
		}
		return t.audit("person.role", id, map[string]any{"before": row.Role, "after": role})
	})
}

// RenamePerson changes a person's name. Where the name is their byline it changes on the public pages too: each claim they
// checked or approved gets a new document and a change entry, in this transaction. CodeConflict if they were changed since
// revision. Admins and the operator.
func (db *DB) RenamePerson(ctx context.Context, actor factcheck.Actor, id factcheck.PersonID, revision int, name string) error {
	return db.write(ctx, actor, factcheck.ManagePeople, "rename "+id.String(), func(t *tx) error {
		name = factcheck.CleanLine(name)
		if name == "" {
			return invalidf("name", "say who this is")
		}
		return t.setNames(id, revision, "person.rename", map[string]any{"name": name}, factcheck.CheckText("name", name, factcheck.MaxLine))
	})
}

// SetByline changes what readers see of a person, empty for the name: a person may become "the desk". Bylines are outside
// what is approved, so it needs no approval, and it holds for earlier states of the pages too. What RenamePerson says of
// public pages, errors and permission holds here.
func (db *DB) SetByline(ctx context.Context, actor factcheck.Actor, id factcheck.PersonID, revision int, byline string) error {
	return db.write(ctx, actor, factcheck.ManagePeople, "set the byline of "+id.String(), func(t *tx) error {
		byline = factcheck.CleanLine(byline)
		return t.setNames(id, revision, "person.byline", map[string]any{"byline": byline}, factcheck.CheckText("byline", byline, factcheck.MaxLine))
	})
}

// bylined are the claims whose current verdict a person drafted or approved.
const bylined = `SELECT v.claim_id FROM verdicts v JOIN verdict_versions ver ON ver.id = v.current_version_id JOIN actors a ON a.id = ver.created_by WHERE a.person_id = $1
	UNION SELECT v.claim_id FROM verdicts v JOIN verdict_versions ver ON ver.id = v.current_version_id WHERE ver.approved_by = $1`

// everBylined are the claims of which a person drafted or approved any version: earlier states and editions show those too.
const everBylined = `SELECT v.claim_id FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id JOIN actors a ON a.id = ver.created_by WHERE a.person_id = $1
	UNION SELECT v.claim_id FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id WHERE ver.approved_by = $1`

// setNames changes a person's name or byline and the public documents that show it.
func (t *tx) setNames(id factcheck.PersonID, revision int, action string, columns map[string]any, invalid error) error {
	if invalid != nil {
		return invalid
	}
	claims, err := t.lockClaimsOf(bylined, id)
	if err != nil {
		return err
	}
	if _, err := t.lockPerson(id); err != nil {
		return err
	}
	if err := t.updatePerson(id, revision, columns); err != nil {
		return err
	}
	if err := t.recallEver("name", claims, everBylined, id); err != nil {
		return err
	}
	if err := t.changeIfMoved(factcheck.ChangeVerdictUpdated, "The byline changed.", claims...); err != nil {
		return err
	}
	return t.audit(action, id, nil)
}

// DisablePerson takes a person's rights and those of their keys away: whatever they have under way is refused from the
// commit on. Their work and bylines stay; people are never deleted. CodeConflict for the last admin. Disabling again
// changes nothing. Admins and the operator.
func (db *DB) DisablePerson(ctx context.Context, actor factcheck.Actor, id factcheck.PersonID) error {
	return db.write(ctx, actor, factcheck.ManagePeople, "disable "+id.String(), func(t *tx) error {
		row, err := t.lockPerson(id)
		if err != nil || row.DisabledAt != nil {
			return err
		}
		if err := t.keepAnAdmin(row); err != nil {
			return err
		}
		if err := t.updatePerson(id, int(row.Version), map[string]any{"disabled_at": t.now}); err != nil {
			return err
		}
		if err := t.revokeResets(id); err != nil {
			return err
		}
		return t.audit("person.disable", id, nil)
	})
}

// EnablePerson gives a disabled person their rights back, and their keys that were not revoked. Enabling again changes
// nothing. Admins and the operator.
func (db *DB) EnablePerson(ctx context.Context, actor factcheck.Actor, id factcheck.PersonID) error {
	return db.write(ctx, actor, factcheck.ManagePeople, "enable "+id.String(), func(t *tx) error {
		row, err := t.lockPerson(id)
		if err != nil || row.DisabledAt == nil {
			return err
		}
		if err := t.updatePerson(id, int(row.Version), map[string]any{"disabled_at": nil}); err != nil {
			return err
		}
		return t.audit("person.enable", id, nil)
	})
}

// SetPassword sets the hash that a person signs in with, made by auth. Admins and the operator for anybody, and everybody
// for themselves; a key may not.
func (db *DB) SetPassword(ctx context.Context, actor factcheck.Actor, id factcheck.PersonID, hash string) error {
	own := actor.Kind == factcheck.ActorPerson && actor.Person == id
	action := factcheck.ManagePeople
	if own {
		action = factcheck.OwnSessions // what every person may and no key
	}
	return db.write(ctx, actor, action, "set the password of "+id.String(), func(t *tx) error {
		if own && t.actor.Person != id {
			return factcheck.Forbidden("you can set only your own password")
		}
		if err := checkHash(hash); err != nil {
			return err
		}
		res := t.db.Model(&personModel{}).Where("id = ?", id).Updates(map[string]any{"password_hash": hash})
		if res.Error == nil && res.RowsAffected == 0 {
			return factcheck.NotFound("there is no such person")
		}
		if res.Error != nil {
			return fmt.Errorf("write the hash: %w", res.Error)
		}
		return t.audit("person.password", id, nil)
	})
}

// lockPerson returns a person with their row locked; CodeNotFound if there is none.
func (t *tx) lockPerson(id factcheck.PersonID) (personModel, error) {
	var row personModel
	err := t.db.Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id).Take(&row).Error
	if err != nil {
		return row, fmt.Errorf("lock %s: %w", id, err)
	}
	return row, nil
}

// updatePerson changes columns of a person at the revision the caller saw.
func (t *tx) updatePerson(id factcheck.PersonID, revision int, columns map[string]any) error {
	columns["version"] = revision + 1
	return one(t.db.Model(&personModel{}).Where("id = ? AND version = ?", id, revision).Updates(columns), "this person")
}

// keepAnAdmin returns a CodeConflict error if row is the only admin who is not disabled. All admins are locked in one order,
// so that of two who take each other's rights at once one is refused.
func (t *tx) keepAnAdmin(row personModel) error {
	if row.Role != factcheck.RoleAdmin || row.DisabledAt != nil {
		return nil
	}
	var admins []factcheck.PersonID
	err := t.db.Model(&personModel{}).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).
		Where("role = ? AND disabled_at IS NULL", factcheck.RoleAdmin).Order("id").Pluck("id", &admins).Error
	if err != nil {
		return fmt.Errorf("lock the admins: %w", err)
	}
	if len(admins) < 2 {
		return factcheck.Conflict("this is the last admin; make somebody else admin first")
	}
	return nil
}
