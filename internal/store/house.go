package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// House is the newsroom this installation serves.
type House struct {
	Name     string // "The Assay Desk"
	Site     string // host, without scheme and www.
	Licence  string // of its own text, an SPDX id or an address
	Language string // BCP 47, of the interface
}

// newID returns fresh bytes for an id of any kind, dated by the transaction's clock.
func newID(t *tx) [16]byte { return factcheck.NewUUID(t.now) }

// house returns the id of the house's publisher row; CodeUnavailable before the house was set up.
func (t *tx) house() (factcheck.PublisherID, error) {
	var id factcheck.PublisherID
	err := t.pgx.QueryRow(t.ctx, `SELECT id FROM publishers WHERE is_house`).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return id, &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "this installation has no house yet; start it once with serve"}
	}
	return id, err
}

// SetHouse names the house, or makes it if there is none. Admins and the operator.
func (db *DB) SetHouse(ctx context.Context, actor factcheck.Actor, h House) error {
	return db.write(ctx, actor, factcheck.ManageHouse, "set the house", func(t *tx) error {
		h.Name, h.Site = factcheck.CleanLine(h.Name), factcheck.CleanLine(h.Site)
		if h.Name == "" || h.Site == "" {
			return invalidf("name", "the house needs a name and a site")
		}
		_, err := t.pgx.Exec(ctx, `INSERT INTO publishers (id, name, site, is_house, allowed_at, licence, language, created_at)
			VALUES ($1, $2, lower($3), true, $6, $4, $5, $6)
			ON CONFLICT (is_house) WHERE is_house DO UPDATE SET name = excluded.name, site = excluded.site, licence = excluded.licence,
			language = excluded.language, version = publishers.version + 1`,
			factcheck.PublisherID(newID(t)), h.Name, h.Site, h.Licence, h.Language, t.now)
		if err != nil {
			return fmt.Errorf("write the house: %w", err)
		}
		return t.audit("house.set", nil, map[string]any{"name": h.Name, "site": h.Site})
	})
}

// houseRules returns the house's rules for verdicts; without a setting, none beyond what every verdict needs.
func (t *tx) houseRules() (factcheck.HouseRules, error) {
	var rules factcheck.HouseRules
	var raw []byte
	err := t.pgx.QueryRow(t.ctx, `SELECT value FROM settings WHERE name = 'house_rules'`).Scan(&raw)
	if errors.Is(err, pgx.ErrNoRows) {
		return rules, nil
	}
	if err != nil {
		return rules, fmt.Errorf("read the house rules: %w", err)
	}
	if err := json.Unmarshal(raw, &rules); err != nil {
		return rules, fmt.Errorf("read the house rules: %w", err)
	}
	return rules, nil
}

// SetHouseRules sets what the house asks of a verdict beyond the code of principles. Admins and the operator.
func (db *DB) SetHouseRules(ctx context.Context, actor factcheck.Actor, rules factcheck.HouseRules) error {
	return db.write(ctx, actor, factcheck.ManageHouse, "set the house rules", func(t *tx) error {
		if rules.IndependentOrigins < 0 || rules.IndependentOrigins > 10 {
			return invalidf("independent_origins", "choose a number from 0 to 10")
		}
		raw, err := json.Marshal(rules)
		if err != nil {
			return fmt.Errorf("encode the house rules: %w", err)
		}
		_, err = t.pgx.Exec(ctx, `INSERT INTO settings (name, value, updated_at) VALUES ('house_rules', $1, $2)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at, version = settings.version + 1`, raw, t.now)
		if err != nil {
			return fmt.Errorf("write the house rules: %w", err)
		}
		return t.audit("house.rules", nil, map[string]any{"rules": rules})
	})
}
