package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// scaleModel maps the table scales.
type scaleModel struct {
	ID        factcheck.ScaleID `gorm:"primaryKey"`
	Slug      string
	Version   int32
	Name      string
	Site      string
	CreatedAt time.Time
}

// TableName names the table.
func (scaleModel) TableName() string { return "scales" }

// scaleLabelModel maps the table scale_labels.
type scaleLabelModel struct {
	ScaleID    factcheck.ScaleID `gorm:"primaryKey"`
	Position   int32
	Label      string `gorm:"primaryKey"`
	Truth      factcheck.Truth
	Reasons    textArray `gorm:"type:text[]"`
	Definition string
	Value      int32
	Aliases    textArray `gorm:"type:text[]"`
}

// TableName names the table.
func (scaleLabelModel) TableName() string { return "scale_labels" }

// AddScale adds a scale, or a new version of one; the version is chosen by the store. Labels in use are never edited: a
// verdict keeps the scale it was given under. Admins and the operator.
func (db *DB) AddScale(ctx context.Context, actor factcheck.Actor, scale factcheck.Scale) (factcheck.ScaleID, error) {
	var id factcheck.ScaleID
	err := db.write(ctx, actor, factcheck.ManageHouse, "add the scale "+scale.Slug, func(t *tx) error {
		var err error
		id, err = t.insertScale(scale)
		return err
	})
	return id, err
}

// InstallScales adds the scales of factcheck.Scales that are missing, and returns how many it added. The operator.
func (db *DB) InstallScales(ctx context.Context, actor factcheck.Actor) (int, error) {
	added := 0
	err := db.write(ctx, actor, factcheck.ManageHouse, "install the scales", func(t *tx) error {
		for _, s := range factcheck.Scales() {
			var there bool
			if err := t.pgx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM scales WHERE slug = $1)`, s.Slug).Scan(&there); err != nil {
				return fmt.Errorf("look for the scale %s: %w", s.Slug, err)
			}
			if there {
				continue
			}
			if _, err := t.insertScale(s); err != nil {
				return err
			}
			added++
		}
		return nil
	})
	return added, err
}

// insertScale writes the next version of the scale with its labels.
func (t *tx) insertScale(scale factcheck.Scale) (factcheck.ScaleID, error) {
	id := factcheck.ScaleID(newID(t))
	if scale.Slug == "" || len(scale.Labels) == 0 {
		return id, invalidf("labels", "a scale needs a name and at least one label")
	}
	row := scaleModel{ID: id, Slug: scale.Slug, Name: scale.Name, Site: scale.Site, CreatedAt: t.now}
	err := t.pgx.QueryRow(t.ctx, `SELECT coalesce(max(version), 0) + 1 FROM scales WHERE slug = $1`, scale.Slug).Scan(&row.Version)
	if err != nil {
		return id, fmt.Errorf("read the scale's version: %w", err)
	}
	if err := t.db.Create(&row).Error; err != nil {
		return id, fmt.Errorf("write the scale: %w", err)
	}
	labels := make([]scaleLabelModel, 0, len(scale.Labels))
	for i, l := range scale.Labels {
		if l.Label == "" || !l.Truth.Valid() {
			return id, invalidf(fmt.Sprintf("labels[%d]", i), "a label needs its words and a reading of the shared line, or none")
		}
		labels = append(labels, scaleLabelModel{
			ScaleID: id, Position: int32(i) + 1, Label: l.Label, Truth: l.Truth, Reasons: reasonStrings(l.Reasons),
			Definition: l.Definition, Value: int32(l.Value), Aliases: l.Aliases,
		})
	}
	if err := t.db.Create(&labels).Error; err != nil {
		return id, fmt.Errorf("write the labels: %w", err)
	}
	return id, t.audit("scale.add", id, map[string]any{"slug": scale.Slug, "version": row.Version})
}

// HouseScale returns the newest version of the house's scale and its id. It is public.
func (db *DB) HouseScale(ctx context.Context) (factcheck.ScaleID, factcheck.Scale, error) {
	var id factcheck.ScaleID
	s := factcheck.Scale{Slug: "house"}
	err := db.pool.QueryRow(ctx, `SELECT id, version, name FROM scales WHERE slug = 'house' ORDER BY version DESC LIMIT 1`).Scan(&id, &s.Version, &s.Name)
	if errors.Is(err, pgx.ErrNoRows) {
		return id, s, factcheck.NotFound("this house has no scale yet")
	}
	if err != nil {
		return id, s, translate("read the house's scale", err)
	}
	rows, err := db.pool.Query(ctx, `SELECT label, truth, reasons, definition, value FROM scale_labels WHERE scale_id = $1 ORDER BY position`, id)
	if err != nil {
		return id, s, translate("read the house's labels", err)
	}
	s.Labels, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (factcheck.Label, error) {
		var l factcheck.Label
		var reasons []string
		err := row.Scan(&l.Label, &l.Truth, &reasons, &l.Definition, &l.Value)
		for _, r := range reasons {
			l.Reasons = append(l.Reasons, factcheck.Reason(r))
		}
		return l, err
	})
	return id, s, translate("read the house's labels", err)
}
