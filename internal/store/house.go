package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

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

// SetHouse names the house, or makes it if there is none. Another name, site or licence reaches every public document that
// shows it, in this transaction: its cost grows with their number. What only pages show moves the render epoch. The same
// house again changes nothing. CodeConflict if the site is an imported publisher's. Admins and the operator.
func (db *DB) SetHouse(ctx context.Context, actor factcheck.Actor, h House) error {
	return db.write(ctx, actor, factcheck.ManageHouse, "set the house", func(t *tx) error {
		h, err := h.clean()
		if err != nil {
			return err
		}
		var old House
		err = t.pgx.QueryRow(ctx, `SELECT name, site, licence, language FROM publishers WHERE is_house FOR NO KEY UPDATE`).Scan(&old.Name, &old.Site, &old.Licence, &old.Language)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return fmt.Errorf("read the house: %w", err)
		}
		if h == old {
			return nil
		}
		_, err = t.pgx.Exec(ctx, `INSERT INTO publishers (id, name, site, is_house, allowed_at, licence, language, created_at)
			VALUES ($1, $2, $3, true, $6, $4, $5, $6)
			ON CONFLICT (is_house) WHERE is_house DO UPDATE SET name = excluded.name, site = excluded.site, licence = excluded.licence,
			language = excluded.language, version = publishers.version + 1`,
			factcheck.PublisherID(newID(t)), h.Name, h.Site, h.Licence, h.Language, t.now)
		if err != nil {
			return fmt.Errorf("write the house: %w", err)
		}
		if err := t.houseMoved(old, h); err != nil {
			return err
		}
		return t.audit("house.set", nil, map[string]any{"before": old.audited(), "after": h.audited()})
	})
}

// clean returns the house trimmed and checked; the error is CodeInvalid and names the field.
func (h House) clean() (House, error) {
	h.Name, h.Site, h.Licence, h.Language = factcheck.CleanLine(h.Name), cleanSite(h.Site), factcheck.CleanLine(h.Licence), strings.TrimSpace(h.Language)
	switch {
	case h.Name == "":
		return h, invalidf("name", "the house needs a name")
	case h.Site == "":
		return h, invalidf("site", "the house needs a site: a host name such as checks.example")
	case h.Language != "" && !factcheck.ValidLanguage(h.Language):
		return h, invalidf("language", "this is not a language tag; write en, pt-BR or ar")
	}
	for field, text := range map[string]string{"name": h.Name, "site": h.Site, "licence": h.Licence} {
		if err := factcheck.CheckText(field, text, factcheck.MaxLine); err != nil {
			return h, err
		}
	}
	return h, nil
}

// audited is what the audit log keeps of the house.
func (h House) audited() map[string]string {
	return map[string]string{"name": h.Name, "site": h.Site, "licence": h.Licence, "language": h.Language}
}

// houseMoved rebuilds the public documents that name the house or state its licence, where they did so differently.
func (t *tx) houseMoved(old, h House) error {
	if err := t.bumpRenderEpoch(); err != nil {
		return err
	}
	if old.Name == h.Name && old.Site == h.Site && old.Licence == h.Licence {
		return nil
	}
	claims, err := t.lockClaimsOf(`SELECT claim_id FROM claim_documents WHERE house OR $1`, old.Licence != h.Licence)
	if err != nil {
		return err
	}
	return t.changeIfMoved(factcheck.ChangeVerdictUpdated, "The name or licence of the house changed.", claims...)
}
