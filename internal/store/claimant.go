package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/clause"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// claimantModel maps the table claimants.
type claimantModel struct {
	ID              factcheck.ClaimantID `gorm:"primaryKey"`
	Slug            string
	Name            string
	Kind            factcheck.ClaimantKind
	Description     string
	SameAs          string
	Private         bool
	NamedReason     string
	NamedProposedBy factcheck.PersonID
	NamedApprovedBy factcheck.PersonID
	PublisherID     factcheck.PublisherID
	CreatedAt       time.Time
	Version         int32
}

// TableName names the table.
func (claimantModel) TableName() string { return "claimants" }

// Claimant is who made claims, as the newsroom sees them: with the name, also of a private person.
type Claimant struct {
	factcheck.ClaimantInput
	ID       factcheck.ClaimantID
	Slug     string
	Named    bool // a private person whose naming was approved
	Revision int  // guards edits: pass it back
}

// AddClaimant adds somebody who makes claims, and returns who that is. People are never taken for one another by name: it is
// somebody new unless somebody here has the same identifying address; then it is them, unchanged. Checkers and above, and
// keys with the scope file.
func (db *DB) AddClaimant(ctx context.Context, actor factcheck.Actor, in factcheck.ClaimantInput) (factcheck.ClaimantID, error) {
	var id factcheck.ClaimantID
	err := db.write(ctx, actor, factcheck.EditClaimant, "add a claimant", func(t *tx) error {
		var err error
		id, err = t.addClaimant(in)
		return err
	})
	return id, err
}

// addClaimant adds somebody who makes claims, unless somebody here has the same identifying address.
func (t *tx) addClaimant(in factcheck.ClaimantInput) (factcheck.ClaimantID, error) {
	var id factcheck.ClaimantID
	if err := factcheck.Permit(t.actor, factcheck.EditClaimant); err != nil {
		return id, err
	}
	in, err := cleanClaimant(in)
	if err != nil {
		return id, err
	}
	if id, err = t.claimantAt(in.SameAs); err != nil || !id.IsZero() {
		return id, err
	}
	id = factcheck.ClaimantID(newID(t))
	row := claimantModel{
		ID: id, Name: in.Name, Kind: in.Kind, Description: in.Description, SameAs: in.SameAs, Private: in.Private, CreatedAt: t.now, Version: 1,
	}
	if row.Slug, err = t.claimantSlug(id, in); err != nil {
		return id, err
	}
	if err := t.db.Create(&row).Error; err != nil {
		return id, fmt.Errorf("write the claimant: %w", err)
	}
	return id, t.audit("claimant.add", id, map[string]any{"private": in.Private})
}

// EditClaimant replaces what is said of a claimant. The documents of their public claims are rebuilt where they read
// differently then: a person who becomes private is unnamed from the moment this returns. The way back is not an edit:
// CodeForbidden, since naming a private person takes a reason and a second person; and another name of a private person who
// was named needs that anew. CodeConflict if somebody saved meanwhile, or if somebody else has the identifying address.
// Checkers and above, and keys with the scope file. The cost grows with the claimant's public claims.
func (db *DB) EditClaimant(ctx context.Context, actor factcheck.Actor, id factcheck.ClaimantID, revision int, in factcheck.ClaimantInput) error {
	return db.write(ctx, actor, factcheck.EditClaimant, "edit "+id.String(), func(t *tx) error {
		in, err := cleanClaimant(in)
		if err != nil {
			return err
		}
		// Locked also against new claims of theirs, which would be published under what is said now.
		var old claimantModel
		if err := t.db.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&old).Error; err != nil {
			return fmt.Errorf("read %s: %w", id, err)
		}
		if old.Private && !in.Private {
			return factcheck.Forbidden("naming a private person needs a reason and a second person: propose it")
		}
		row := claimantModel{
			Slug: old.Slug, Name: in.Name, Kind: in.Kind, Description: in.Description, SameAs: in.SameAs, Private: in.Private,
			NamedReason: old.NamedReason, NamedProposedBy: old.NamedProposedBy, NamedApprovedBy: old.NamedApprovedBy,
			Version: int32(revision) + 1,
		}
		if in.Name != old.Name {
			row.NamedReason, row.NamedProposedBy, row.NamedApprovedBy = "", factcheck.PersonID{}, factcheck.PersonID{}
		}
		if in.Private && !old.Private { // the old address held the name
			if row.Slug, err = t.claimantSlug(id, in); err != nil {
				return err
			}
		}
		res := t.db.Model(&claimantModel{}).Where("id = ? AND version = ?", id, revision).Select("slug", "name", "kind", "description",
			"same_as", "private", "named_reason", "named_proposed_by", "named_approved_by", "version").Updates(&row)
		if err := one(res, "this claimant"); err != nil {
			return err
		}
		if err := t.claimantMoved(id, "What is said of the claimant changed."); err != nil {
			return err
		}
		return t.audit("claimant.edit", id, map[string]any{"private": in.Private})
	})
}

// claimantMoved rebuilds the documents of a claimant's public claims where they read differently from now on. A document
// names whom the approved text names; the working copy may say something else by now. The note is public: it must not hold
// a name.
func (t *tx) claimantMoved(id factcheck.ClaimantID, note string) error {
	claims, err := t.lockClaimsOf(`SELECT id FROM claims WHERE claimant_id = $1
		UNION SELECT v.claim_id FROM verdict_versions ver JOIN verdicts v ON v.current_version_id = ver.id
		WHERE substring(ver.approved FROM '"claimant":\{"id":"(claimant_[0-9a-z]{26})"') = $2`, id, id.String())
	if err != nil {
		return err
	}
	if err := t.recallNaming("name", claims, id); err != nil {
		return err
	}
	return t.changeIfMoved(factcheck.ChangeVerdictUpdated, note, claims...)
}

// NewsroomClaimant returns a claimant with their name. Checkers and above, and keys with the scope file.
func (db *DB) NewsroomClaimant(ctx context.Context, actor factcheck.Actor, id factcheck.ClaimantID) (Claimant, error) {
	var out Claimant
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read "+id.String(), func(t *tx) error {
		var row claimantModel
		if err := t.db.Where("id = ?", id).Take(&row).Error; err != nil {
			return fmt.Errorf("read %s: %w", id, err)
		}
		out = row.claimant()
		return nil
	})
	return out, err
}

// FindClaimants returns up to limit (at most MaxPage) claimants whose name is the one given, case aside: to choose from when
// filing. Several may have it. Checkers and above, and keys with the scope file.
func (db *DB) FindClaimants(ctx context.Context, actor factcheck.Actor, name string, limit int) ([]Claimant, error) {
	var out []Claimant
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "find claimants", func(t *tx) error {
		name := factcheck.CleanLine(name)
		if err := factcheck.CheckText("name", name, factcheck.MaxLine); err != nil {
			return err
		}
		if err := checkPage(limit); err != nil {
			return err
		}
		var rows []claimantModel
		if err := t.db.Where("lower(name) = lower(?)", name).Order("id").Limit(limit).Find(&rows).Error; err != nil {
			return fmt.Errorf("find claimants: %w", err)
		}
		for _, row := range rows {
			out = append(out, row.claimant())
		}
		return nil
	})
	return out, err
}

func (m claimantModel) claimant() Claimant {
	return Claimant{
		ClaimantInput: factcheck.ClaimantInput{Name: m.Name, Kind: m.Kind, Description: m.Description, SameAs: m.SameAs, Private: m.Private},
		ID:            m.ID, Slug: m.Slug, Named: !m.NamedApprovedBy.IsZero(), Revision: int(m.Version),
	}
}

// cleanClaimant checks the input and puts the identifying address into one spelling.
func cleanClaimant(in factcheck.ClaimantInput) (factcheck.ClaimantInput, error) {
	in, err := in.Clean()
	if err != nil || in.SameAs == "" {
		return in, err
	}
	in.SameAs = canonicalURL(in.SameAs)
	return in, factcheck.CheckText("same_as", in.SameAs, 2*factcheck.MaxSameAs)
}

// claimantAt returns who has an identifying address; the zero id if nobody has, or it is empty. The lock makes two who add
// the same person at once add one.
func (t *tx) claimantAt(sameAs string) (factcheck.ClaimantID, error) {
	var id factcheck.ClaimantID
	if sameAs == "" {
		return id, nil
	}
	batch := &pgx.Batch{}
	batch.Queue(`SELECT pg_advisory_xact_lock(hashtextextended('claimant ' || $1, 0))`, sameAs)
	batch.Queue(`SELECT max(id::text)::uuid FROM claimants WHERE same_as = $1`, sameAs).QueryRow(func(row pgx.Row) error { return row.Scan(&id) })
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return id, fmt.Errorf("look for the claimant: %w", err)
	}
	return id, nil
}

// claimantSlug returns an address for a claimant's page. That of a private person does not hold the name.
func (t *tx) claimantSlug(id factcheck.ClaimantID, in factcheck.ClaimantInput) (string, error) {
	if in.Private {
		return "person-" + randomEnd(id), nil
	}
	return t.freeSlug(claimantSlugs, id, in.Name, "claimant")
}
