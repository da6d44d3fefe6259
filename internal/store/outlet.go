package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/clause"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// outletModel maps the table outlets.
type outletModel struct {
	ID        factcheck.OutletID `gorm:"primaryKey"`
	Slug      string
	Name      string
	Site      string
	Language  string
	Country   string
	CreatedAt time.Time
	Version   int32
}

// TableName names the table.
func (outletModel) TableName() string { return "outlets" }

// Outlet is who publishes articles, recognised by the host of their addresses.
type Outlet struct {
	ID       factcheck.OutletID
	Slug     string
	Name     string
	Site     string
	Language string
	Country  string
	Revision int // guards edits: pass it back
}

// EditOutlet sets what is known of an outlet. The documents of the public claims it appears under are rebuilt if its name
// changed. CodeConflict if somebody saved meanwhile. Editors and above, and their keys with the scope manage. The cost grows
// with the public claims it appears under.
func (db *DB) EditOutlet(ctx context.Context, actor factcheck.Actor, id factcheck.OutletID, revision int, in factcheck.OutletInput) error {
	return db.write(ctx, actor, factcheck.ManageTopics, "edit "+id.String(), func(t *tx) error {
		in, err := in.Clean()
		if err != nil {
			return err
		}
		if err := t.setOutlet(id, revision, map[string]any{"name": in.Name, "language": in.Language, "country": in.Country}); err != nil {
			return err
		}
		return t.moved(outletClaims, id)
	})
}

// outletClaims selects the claims whose documents name outlet $1.
const outletClaims = `SELECT ap.claim_id FROM appearances ap JOIN articles a ON a.id = ap.article_id WHERE a.outlet_id = $1`

// setOutlet sets columns of an outlet. The documents that name it are the caller's to rebuild.
func (t *tx) setOutlet(id factcheck.OutletID, revision int, set map[string]any) error {
	var old outletModel
	if err := t.db.Clauses(clause.Locking{Strength: "UPDATE"}).Select("id").Where("id = ?", id).Take(&old).Error; err != nil {
		return fmt.Errorf("read %s: %w", id, err)
	}
	set["version"] = revision + 1
	if err := one(t.db.Model(&outletModel{}).Where("id = ? AND version = ?", id, revision).Updates(set), "this outlet"); err != nil {
		return err
	}
	return t.audit("outlet.edit", id, nil)
}

// editedOutlet returns the outlet that an edit of an article names. A name that the editor changed is the outlet's from then
// on, for all its articles: CodeInvalid names the field where the editor may not, CodeConflict tells that somebody else named
// it meanwhile. The documents that name it are the caller's to rebuild if it was named anew.
func (t *tx) editedOutlet(old articleModel, in factcheck.ArticleEdit) (id factcheck.OutletID, anew bool, err error) {
	id, err = t.outletOf(in.OutletSite, in.OutletName, in.Language)
	if err != nil || id.IsZero() || in.OutletName == "" || in.OutletName == in.OutletWas {
		return id, false, err
	}
	var now outletModel
	if err := t.db.Clauses(clause.Locking{Strength: "UPDATE"}).Select("name", "version").Where("id = ?", id).Take(&now).Error; err != nil {
		return id, false, fmt.Errorf("read %s: %w", id, err)
	}
	if now.Name == in.OutletName {
		return id, false, nil
	}
	if factcheck.Permit(t.actor, factcheck.ManageTopics) != nil {
		return id, false, invalidf("outlet_name", "the outlet of %s is called %s, in all its articles; an editor can name it otherwise", in.OutletSite, now.Name)
	}
	if in.OutletWas != "" && in.OutletWas != now.Name && id == old.OutletID {
		return id, false, factcheck.Conflict("somebody named the outlet of %s %s meanwhile; look at it as it is now", in.OutletSite, now.Name)
	}
	return id, true, t.setOutlet(id, int(now.Version), map[string]any{"name": in.OutletName})
}

// NewsroomOutlets returns up to limit (at most MaxPage) outlets in the order of their sites, beginning after a site. Checkers
// and above, and keys with the scope file. One query.
func (db *DB) NewsroomOutlets(ctx context.Context, actor factcheck.Actor, after string, limit int) ([]Outlet, error) {
	var out []Outlet
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "list outlets", func(t *tx) error {
		if err := checkPage(limit); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, `SELECT id, slug, name, site, language, country, version FROM outlets WHERE site > $1 ORDER BY site LIMIT $2`, after, limit)
		if err != nil {
			return fmt.Errorf("read the outlets: %w", err)
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Outlet, error) {
			var o Outlet
			return o, row.Scan(&o.ID, &o.Slug, &o.Name, &o.Site, &o.Language, &o.Country, &o.Revision)
		})
		return err
	})
	return out, err
}

// outlet returns the outlet of a site, and makes it if there is none; one that is there keeps its name. A page may call
// itself anything: a name that another outlet has is not given to a second one, which is called by its site.
func (t *tx) outlet(site, name, language string) (factcheck.OutletID, error) {
	var id factcheck.OutletID
	// Two transactions that meet a new site at once would both make it; the second waits here and then finds it.
	batch := &pgx.Batch{}
	batch.Queue(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0)) WHERE NOT EXISTS (SELECT FROM outlets WHERE site = $2)`, "outlet "+site, site)
	batch.Queue(`SELECT max(id::text)::uuid FROM outlets WHERE site = $1`, site).QueryRow(func(row pgx.Row) error { return row.Scan(&id) })
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return id, fmt.Errorf("look for the outlet: %w", err)
	}
	if !id.IsZero() {
		return id, nil
	}
	var taken bool
	if err := t.pgx.QueryRow(t.ctx, `SELECT EXISTS (SELECT FROM outlets WHERE lower(name) = lower($1))`, name).Scan(&taken); err != nil {
		return id, fmt.Errorf("look who is called %q: %w", name, err)
	}
	if name == "" || taken {
		name = site
	}
	id = factcheck.OutletID(newID(t))
	slug, err := t.freeSlug(outletSlugs, id, name, "outlet")
	if err != nil {
		return id, err
	}
	row := outletModel{ID: id, Slug: slug, Name: name, Site: site, Language: language, CreatedAt: t.now, Version: 1}
	if err := t.db.Create(&row).Error; err != nil {
		return id, fmt.Errorf("write the outlet: %w", err)
	}
	return id, nil
}

// checkPage returns a CodeInvalid error unless limit is from 1 to MaxPage.
func checkPage(limit int) error {
	if limit < 1 || limit > MaxPage {
		return invalidf("limit", "choose a number from 1 to %d", MaxPage)
	}
	return nil
}
