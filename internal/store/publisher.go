package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Publisher is an organisation whose verdicts are here: the house, or one whose checks were imported.
type Publisher struct {
	ID        factcheck.PublisherID
	Name      string
	Site      string // host, without scheme and www.
	Licence   string
	House     bool
	AllowedAt *time.Time // nil: nothing of it is public
	Verdicts  int        // that are here, public or waiting
	Public    int        // claims that show one of its verdicts
}

const publisherColumns = `SELECT p.id, p.name, p.site, p.licence, p.is_house, p.allowed_at,
	(SELECT count(*) FROM verdicts v WHERE v.publisher_id = p.id), (SELECT count(*) FROM public_verdicts v WHERE v.publisher_id = p.id) FROM publishers p `

func scanPublisher(row pgx.CollectableRow) (Publisher, error) {
	var p Publisher
	return p, row.Scan(&p.ID, &p.Name, &p.Site, &p.Licence, &p.House, &p.AllowedAt, &p.Verdicts, &p.Public)
}

// NewsroomPublishers returns all publishers, those that wait to be allowed included. Checkers and above, and the operator.
func (db *DB) NewsroomPublishers(ctx context.Context, actor factcheck.Actor) ([]Publisher, error) {
	var out []Publisher
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "list the publishers", func(t *tx) error {
		rows, err := t.pgx.Query(ctx, publisherColumns+`ORDER BY p.is_house DESC, p.allowed_at IS NULL, p.site`)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, scanPublisher)
		return err
	})
	return out, err
}

// PublisherBySite returns a publisher, allowed or not. site is a host or an address of the publisher's. CodeNotFound if no
// check of it was ever imported. Checkers and above, and the operator.
func (db *DB) PublisherBySite(ctx context.Context, actor factcheck.Actor, site string) (Publisher, error) {
	var out Publisher
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "find a publisher", func(t *tx) error {
		row, err := t.publisherOf(site)
		if err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, publisherColumns+`WHERE p.id = $1`, row.ID)
		if err != nil {
			return err
		}
		out, err = pgx.CollectExactlyOneRow(rows, scanPublisher)
		return err
	})
	return out, err
}

// AllowPublisher makes everything of a publisher public, in one transaction: a document and a verdict.published entry for
// each claim it checked. It returns how many claims show a verdict more; 0 if it was allowed already. A fixed number of
// queries for every 200 claims; the lock that orders publications is taken last and held for the commit only. Imports wait
// meanwhile. CodeNotFound if no check of it was ever imported. Admins and the operator.
func (db *DB) AllowPublisher(ctx context.Context, actor factcheck.Actor, site string) (int, error) {
	return db.showPublisher(ctx, actor, site, true)
}

// HidePublisher takes everything of a publisher out of the public, in one transaction: claims that show nothing else are
// withdrawn (claim.withdrawn), the others get a document without it (verdict.updated), and earlier states of their pages
// leave it out. It returns how many claims show a verdict less; 0 if it was not allowed. Nothing is lost: allowing it again
// brings everything back. CodeConflict for the house. What AllowPublisher says of cost and errors holds here.
func (db *DB) HidePublisher(ctx context.Context, actor factcheck.Actor, site string) (int, error) {
	return db.showPublisher(ctx, actor, site, false)
}

func (db *DB) showPublisher(ctx context.Context, actor factcheck.Actor, site string, show bool) (int, error) {
	verb, action := "hide ", "publisher.hide"
	if show {
		verb, action = "allow ", "publisher.allow"
	}
	n := 0
	err := db.write(ctx, actor, factcheck.ManageHouse, verb+site, func(t *tx) error {
		// An import that runs beside this would make claims public, or leave them hidden, against the new decision.
		if _, err := t.pgx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, importLock); err != nil {
			return fmt.Errorf("wait for imports: %w", err)
		}
		p, err := t.publisherOf(site)
		if err != nil {
			return err
		}
		if p.House && !show {
			return factcheck.Conflict("the house cannot be hidden")
		}
		if (p.AllowedAt != nil) == show {
			return nil
		}
		if n, err = t.showVerdictsOf(p.ID, show); err != nil {
			return err
		}
		return t.audit(action, p.ID, map[string]any{"before": map[string]bool{"allowed": !show}, "after": map[string]bool{"allowed": show}, "claims": n})
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// showVerdictsOf switches what a publisher found on or off and notes a change for each claim that shows it. Verdicts and
// claims are locked before the publisher, as everywhere: whoever changes one of these claims is either done, or waits and
// sees the decision.
func (t *tx) showVerdictsOf(id factcheck.PublisherID, show bool) (int, error) {
	rows, err := t.pgx.Query(t.ctx, `SELECT v.id, v.claim_id FROM verdicts v WHERE v.publisher_id = $1 AND v.current_version_id IS NOT NULL
		AND EXISTS (SELECT FROM claims c WHERE c.id = v.claim_id AND c.stage <> 'merged') ORDER BY v.id FOR NO KEY UPDATE OF v`, id)
	if err != nil {
		return 0, fmt.Errorf("lock the verdicts: %w", err)
	}
	c := change{kind: factcheck.ChangeVerdictPublished}
	if !show {
		c.kind, c.note = factcheck.ChangeVerdictUpdated, "A publisher's verdict is no longer shown."
	}
	var claims []factcheck.ClaimID
	_, err = pgx.ForEachRow(rows, []any{&c.verdict, &c.claim}, func() error {
		claims = append(claims, c.claim)
		t.change(c)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("lock the verdicts: %w", err)
	}
	named, claimants, err := t.lockNaming(id)
	if err != nil {
		return 0, err
	}
	batch := &pgx.Batch{}
	batch.Queue(`SELECT FROM claims WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`, uuids(claims))
	batch.Queue(`UPDATE publishers SET allowed_at = CASE WHEN $2 THEN $3::timestamptz END, version = version + 1 WHERE id = $1`, id, show, t.now)
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return 0, fmt.Errorf("write the decision: %w", err)
	}
	if !show {
		if err := t.recallNaming("withdrawal", slices.Concat(claims, named), claimants...); err != nil {
			return 0, err
		}
	}
	named = slices.DeleteFunc(named, func(c factcheck.ClaimID) bool { return t.docs.seen[c] }) // these are rebuilt in any case
	return len(claims), t.changeIfMoved(factcheck.ChangeVerdictUpdated, "What is said of the claimant changed.", named...)
}

// lockNaming locks the claims that name somebody whom the publisher brought here and others know by the same identifying
// address, and returns them and whom they name: how those are named depends on whether the publisher is allowed.
func (t *tx) lockNaming(id factcheck.PublisherID) ([]factcheck.ClaimID, []factcheck.ClaimantID, error) {
	rows, err := t.pgx.Query(t.ctx, `SELECT id FROM claimants WHERE publisher_id = $1 AND same_as <> ''`, id)
	if err != nil {
		return nil, nil, fmt.Errorf("find the claimants: %w", err)
	}
	claimants, err := pgx.CollectRows(rows, pgx.RowTo[factcheck.ClaimantID])
	if err != nil || len(claimants) == 0 {
		return nil, nil, err
	}
	claims, err := t.lockClaimsOf(`SELECT v.claim_id FROM verdict_versions ver JOIN verdicts v ON v.current_version_id = ver.id
		WHERE substring(ver.approved FROM '"claimant":\{"id":"(claimant_[0-9a-z]{26})"') = ANY ($1)`, texts(claimants))
	return claims, claimants, err
}

// publisherOf returns the publisher of a site.
func (t *tx) publisherOf(site string) (Publisher, error) {
	var p Publisher
	err := t.pgx.QueryRow(t.ctx, `SELECT id, name, site, is_house, allowed_at FROM publishers WHERE site = $1`, cleanSite(site)).
		Scan(&p.ID, &p.Name, &p.Site, &p.House, &p.AllowedAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return p, factcheck.NotFound("no publisher with this site is known; it appears with the first import of its checks")
	}
	if err != nil {
		return p, fmt.Errorf("find the publisher: %w", err)
	}
	return p, nil
}

// cleanSite returns the host that a publisher is known by, of a host or of any address of theirs; "" if it is neither.
func cleanSite(s string) string {
	s = factcheck.CleanLine(s)
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	return factcheck.Site(s)
}
