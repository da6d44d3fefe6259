package store

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// AboutEntry names a version of one of the house's own pages without its text.
type AboutEntry struct {
	Slug      string
	Language  string
	Title     string
	Version   int
	Note      string // what changed
	CreatedAt time.Time
}

// AboutPage is one of the house's own pages as readers get it.
type AboutPage struct {
	Policy
	Languages []string     // in which there is such a page
	Versions  []AboutEntry // of this language, newest first, 500 at most
}

// inLanguage orders rows p of policies by how well their language suits $1, the best first: the one asked for, one of the same
// language elsewhere, then the house's, then any.
const inLanguage = ` lower(p.language) <> lower($1), lower(split_part(p.language, '-', 1)) <> lower(split_part($1, '-', 1)),
	lower(p.language) <> lower(coalesce((SELECT language FROM publishers WHERE is_house), '')), p.language`

// AboutPages returns the newest version of each of the house's own pages, in the language that suits best, by address. They
// are public. One query.
func (db *DB) AboutPages(ctx context.Context, language string) ([]AboutEntry, error) {
	rows, err := db.pool.Query(ctx, `SELECT DISTINCT ON (p.slug) p.slug, p.language, p.title, p.version, p.note, p.created_at FROM policies p
		ORDER BY p.slug,`+inLanguage+`, p.version DESC`, language)
	if err != nil {
		return nil, translate("list the house's pages", err)
	}
	out, err := pgx.CollectRows(rows, scanAboutEntry)
	return out, translate("list the house's pages", err)
}

// AboutPage returns one of the house's own pages in the language that suits best, in a version of it, or its newest for 0.
// It is public. CodeNotFound if there is none. Three queries in two round trips.
func (db *DB) AboutPage(ctx context.Context, slug, language string, version int) (AboutPage, error) {
	var out AboutPage
	if version > math.MaxInt32 {
		return out, factcheck.NotFound("the house has no such page")
	}
	rows, err := db.pool.Query(ctx, policyColumns+`WHERE p.slug = $2 AND ($3 = 0 OR p.version = $3)
		AND p.language = (SELECT p.language FROM policies p WHERE p.slug = $2 ORDER BY`+inLanguage+` LIMIT 1) ORDER BY p.version DESC LIMIT 1`, language, slug, version)
	if err != nil {
		return out, translate("read a page of the house", err)
	}
	out.Policy, err = pgx.CollectExactlyOneRow(rows, scanPolicy)
	if errors.Is(err, pgx.ErrNoRows) {
		return out, factcheck.NotFound("the house has no such page")
	}
	if err != nil {
		return out, translate("read a page of the house", err)
	}
	batch := &pgx.Batch{}
	batch.Queue(`SELECT DISTINCT language FROM policies WHERE slug = $1 ORDER BY language`, slug).Query(func(rows pgx.Rows) (err error) {
		out.Languages, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	batch.Queue(`SELECT slug, language, title, version, note, created_at FROM policies WHERE slug = $1 AND language = $2 ORDER BY version DESC LIMIT 500`, slug, out.Language).
		Query(func(rows pgx.Rows) (err error) {
			out.Versions, err = pgx.CollectRows(rows, scanAboutEntry)
			return err
		})
	return out, translate("list the versions of a page", db.pool.SendBatch(ctx, batch).Close())
}

func scanAboutEntry(row pgx.CollectableRow) (AboutEntry, error) {
	var e AboutEntry
	return e, row.Scan(&e.Slug, &e.Language, &e.Title, &e.Version, &e.Note, &e.CreatedAt)
}

// PublicRules returns what the house asks of its verdicts beyond the code of principles. Readers are told: the waivers on
// claim pages speak of these rules. One query.
func (db *DB) PublicRules(ctx context.Context) (factcheck.HouseRules, error) {
	var rules factcheck.HouseRules
	var raw []byte
	err := db.pool.QueryRow(ctx, `SELECT value FROM settings WHERE name = $1`, settingHouseRules).Scan(&raw)
	if errors.Is(err, pgx.ErrNoRows) {
		return rules, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &rules)
	}
	return rules, translate("read the house's rules", err)
}
