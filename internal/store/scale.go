package store

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
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
	labels, err := scaleLabels(id, scale)
	if err != nil {
		return id, err
	}
	row := scaleModel{ID: id, Slug: scale.Slug, Name: scale.Name, Site: scale.Site, CreatedAt: t.now}
	err = t.pgx.QueryRow(t.ctx, `SELECT coalesce(max(version), 0) + 1 FROM scales WHERE slug = $1`, scale.Slug).Scan(&row.Version)
	if err != nil {
		return id, fmt.Errorf("read the scale's version: %w", err)
	}
	var before []string // the words of the version before
	err = t.pgx.QueryRow(t.ctx, `SELECT array_agg(l.label ORDER BY l.position) FROM scale_labels l JOIN scales s ON s.id = l.scale_id
		WHERE s.slug = $1 AND s.version = $2`, scale.Slug, row.Version-1).Scan(&before)
	if err != nil {
		return id, fmt.Errorf("read the labels before: %w", err)
	}
	if err := t.db.Create(&row).Error; err != nil {
		return id, fmt.Errorf("write the scale: %w", err)
	}
	if err := t.db.Create(&labels).Error; err != nil {
		return id, fmt.Errorf("write the labels: %w", err)
	}
	after := make([]string, len(labels))
	for i, l := range labels {
		after[i] = l.Label
	}
	return id, t.audit("scale.add", id, map[string]any{"slug": scale.Slug, "version": row.Version, "before": before, "after": after})
}

var scaleSlug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// scaleLabels returns the rows of a scale's labels after checking it; the error is CodeInvalid and names the field.
func scaleLabels(id factcheck.ScaleID, scale factcheck.Scale) ([]scaleLabelModel, error) {
	if !scaleSlug.MatchString(scale.Slug) || len(scale.Slug) > 100 {
		return nil, invalidf("slug", "a scale is called by small letters, digits and hyphens, such as house")
	}
	if len(scale.Labels) == 0 || len(scale.Labels) > 1000 {
		return nil, invalidf("labels", "a scale has 1 to 1000 labels")
	}
	if err := errors.Join(factcheck.CheckText("name", scale.Name, factcheck.MaxLine), factcheck.CheckText("site", scale.Site, factcheck.MaxLine)); err != nil {
		return nil, err
	}
	rows := make([]scaleLabelModel, 0, len(scale.Labels))
	seen := map[string]bool{}
	for i, l := range scale.Labels {
		at := fmt.Sprintf("labels[%d]", i)
		if err := checkLabel(at, l); err != nil {
			return nil, err
		}
		if seen[l.Label] {
			return nil, invalidf(at, "the label %q is there twice", l.Label)
		}
		seen[l.Label] = true
		rows = append(rows, scaleLabelModel{
			ScaleID: id, Position: int32(i) + 1, Label: l.Label, Truth: l.Truth, Reasons: reasonStrings(l.Reasons),
			Definition: l.Definition, Value: int32(l.Value), Aliases: l.Aliases,
		})
	}
	return rows, nil
}

func checkLabel(at string, l factcheck.Label) error {
	switch {
	case l.Label == "" || factcheck.CleanLine(l.Label) != l.Label:
		return invalidf(at, "a label is a line of words")
	case !l.Truth.Valid():
		return invalidf(at+".truth", "%q is no reading; choose one of the shared line, or none", l.Truth)
	case slices.ContainsFunc(l.Reasons, func(r factcheck.Reason) bool { return !r.Valid() }):
		return invalidf(at+".reasons", "a reason is not one of the shared ones")
	case l.Value < 0 || l.Value > 5:
		return invalidf(at+".value", "a value is 1 to 5, or 0 for a label off the line")
	}
	for _, alias := range l.Aliases {
		if err := factcheck.CheckText(at+".aliases", alias, factcheck.MaxLine); err != nil {
			return err
		}
	}
	return errors.Join(factcheck.CheckText(at, l.Label, factcheck.MaxLine), factcheck.CheckText(at+".definition", l.Definition, factcheck.MaxNote))
}

// StoredScale is a version of a scale with its id.
type StoredScale struct {
	ID factcheck.ScaleID
	factcheck.Scale
}

// Scales returns all versions of all scales with their labels: the house's first, then by name, newest versions first. They
// are public. Two queries.
func (db *DB) Scales(ctx context.Context) ([]StoredScale, error) {
	var out []StoredScale
	at := map[factcheck.ScaleID]int{}
	batch := &pgx.Batch{}
	batch.Queue(`SELECT id, slug, version, name, site FROM scales ORDER BY slug <> 'house', slug, version DESC`).Query(func(rows pgx.Rows) error {
		var s StoredScale
		_, err := pgx.ForEachRow(rows, []any{&s.ID, &s.Slug, &s.Version, &s.Name, &s.Site}, func() error {
			at[s.ID] = len(out)
			out = append(out, s)
			return nil
		})
		return err
	})
	batch.Queue(`SELECT scale_id, label, truth, reasons, definition, value, aliases FROM scale_labels ORDER BY scale_id, position`).Query(func(rows pgx.Rows) error {
		defer rows.Close()
		for rows.Next() {
			var id factcheck.ScaleID
			var l factcheck.Label
			var reasons []string
			if err := rows.Scan(&id, &l.Label, &l.Truth, &reasons, &l.Definition, &l.Value, &l.Aliases); err != nil {
				return err
			}
			for _, r := range reasons {
				l.Reasons = append(l.Reasons, factcheck.Reason(r))
			}
			if i, ok := at[id]; ok { // a scale may be added between the two queries
				out[i].Labels = append(out[i].Labels, l)
			}
		}
		return rows.Err()
	})
	return out, translate("list the scales", db.pool.SendBatch(ctx, batch).Close())
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
