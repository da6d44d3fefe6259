package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Policy is a version of one of the house's own pages. All versions are public.
type Policy struct {
	factcheck.PolicyInput
	Version   int // of the page in this language, from 1
	Newest    int // version of it
	CreatedAt time.Time
}

// WritePolicy writes a new version of a page of the house, or its first. version is the newest one that the writer saw, 0 for
// none: CodeConflict if there is a newer one. Earlier versions stay readable. Admins and the operator.
func (db *DB) WritePolicy(ctx context.Context, actor factcheck.Actor, version int, in factcheck.PolicyInput) (int, error) {
	next := 0
	err := db.write(ctx, actor, factcheck.ManageHouse, "write a page of the house", func(t *tx) error {
		in, err := in.Clean()
		if err != nil {
			return err
		}
		if err := t.lockSetting("policy " + in.Slug + " " + in.Language); err != nil {
			return err
		}
		newest := 0
		if err := t.pgx.QueryRow(ctx, `SELECT coalesce(max(version), 0) FROM policies WHERE slug = $1 AND language = $2`, in.Slug, in.Language).Scan(&newest); err != nil {
			return fmt.Errorf("read the newest version: %w", err)
		}
		if newest != version {
			return factcheck.Conflict("somebody wrote version %d of this page meanwhile; look at it first", newest)
		}
		next = newest + 1
		_, err = t.pgx.Exec(ctx, `INSERT INTO policies (id, slug, version, language, title, body, note, written_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			newUUID(t), in.Slug, next, in.Language, in.Title, in.Body, in.Note, t.actor.ID, t.now)
		if err != nil {
			return fmt.Errorf("write the page: %w", err)
		}
		if err := t.bumpRenderEpoch(); err != nil {
			return err
		}
		return t.audit("policy.write", nil, map[string]any{"slug": in.Slug, "language": in.Language, "version": next})
	})
	return next, err
}

// newUUID returns a fresh id that no type names.
func newUUID(t *tx) string { return factcheck.ClaimID(newID(t)).UUID() }

const policyColumns = `SELECT p.slug, p.language, p.title, p.body, p.note, p.version, (SELECT max(q.version) FROM policies q WHERE q.slug = p.slug AND q.language = p.language), p.created_at FROM policies p `

func scanPolicy(row pgx.CollectableRow) (Policy, error) {
	var p Policy
	return p, row.Scan(&p.Slug, &p.Language, &p.Title, &p.Body, &p.Note, &p.Version, &p.Newest, &p.CreatedAt)
}

// Policies returns the newest version of each page of the house, by address and language. They are public. One query.
func (db *DB) Policies(ctx context.Context) ([]Policy, error) {
	rows, err := db.pool.Query(ctx, policyColumns+`WHERE NOT EXISTS (SELECT FROM policies q WHERE q.slug = p.slug AND q.language = p.language AND q.version > p.version) ORDER BY p.slug, p.language`)
	if err != nil {
		return nil, translate("list the house's pages", err)
	}
	out, err := pgx.CollectRows(rows, scanPolicy)
	return out, translate("list the house's pages", err)
}

// Policy returns a page of the house in a language, in one version, or its newest for 0. It is public. CodeNotFound if there is
// none. One query.
func (db *DB) Policy(ctx context.Context, slug, language string, version int) (Policy, error) {
	rows, err := db.pool.Query(ctx, policyColumns+`WHERE p.slug = $1 AND p.language = $2 AND ($3 = 0 OR p.version = $3) ORDER BY p.version DESC LIMIT 1`, slug, language, version)
	if err != nil {
		return Policy{}, translate("read a page of the house", err)
	}
	out, err := pgx.CollectExactlyOneRow(rows, scanPolicy)
	return out, translate("read a page of the house", err)
}

// PolicyVersions returns all versions of a page in a language, newest first. They are public. One query.
func (db *DB) PolicyVersions(ctx context.Context, slug, language string) ([]Policy, error) {
	rows, err := db.pool.Query(ctx, policyColumns+`WHERE p.slug = $1 AND p.language = $2 ORDER BY p.version DESC LIMIT 500`, slug, language)
	if err != nil {
		return nil, translate("list the versions of a page", err)
	}
	out, err := pgx.CollectRows(rows, scanPolicy)
	return out, translate("list the versions of a page", err)
}
