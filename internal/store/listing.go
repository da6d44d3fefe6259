package store

import (
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// What an import brings to a claim that others share belongs to its publisher: readers see it while the publisher is allowed
// (invariants 4 and 6). These conditions are part of every query that reads it for them.

// shownAppearance holds for an appearance ap that readers may see: a person judged it, or a publisher who is allowed lists it.
const shownAppearance = `(ap.set_by = 'person' OR EXISTS (SELECT FROM appearance_listings sl JOIN publishers sp ON sp.id = sl.publisher_id
	WHERE sl.appearance_id = ap.id AND sp.allowed_at IS NOT NULL))`

// listedSaid joins what the publishers who are allowed say of the article of an appearance ap: it stands in for what nobody
// who took the page in has found out. Of two, the one who was here first is heard.
const listedSaid = ` LEFT JOIN LATERAL (SELECT
	(array_agg(l.title ORDER BY l.publisher_id) FILTER (WHERE l.title <> ''))[1] AS title,
	(array_agg(l.language ORDER BY l.publisher_id) FILTER (WHERE l.language <> ''))[1] AS language,
	min(l.published_at) AS published_at, (array_agg(l.published_precision ORDER BY l.published_at, l.publisher_id))[1] AS published_precision, min(l.first_seen_at) AS first_seen_at
	FROM appearance_listings l JOIN publishers lp ON lp.id = l.publisher_id WHERE l.appearance_id = ap.id AND lp.allowed_at IS NOT NULL) said ON true `

// shownTopic holds for a row ct of claim_topics that readers may see: a person filed the claim there, or the import of a
// publisher who is allowed did and no person took it off.
const shownTopic = `(ct.publisher_id IS NULL OR (NOT ct.dropped AND EXISTS (SELECT FROM publishers tp WHERE tp.id = ct.publisher_id AND tp.allowed_at IS NOT NULL)))`

// mergeListings lets the links that the other claim of a merge had already take over whose imports list them.
func (t *tx) mergeListings(m merging) error {
	_, err := t.pgx.Exec(t.ctx, `INSERT INTO appearance_listings (appearance_id, publisher_id, title, language, published_at, published_precision, first_seen_at)
		SELECT o.id, l.publisher_id, l.title, l.language, l.published_at, l.published_precision, l.first_seen_at
		FROM appearances f JOIN appearances o ON o.article_id = f.article_id AND o.claim_id = $2 JOIN appearance_listings l ON l.appearance_id = f.id
		WHERE f.claim_id = $1 ON CONFLICT DO NOTHING`, m.from.ID, m.into.ID)
	if err != nil {
		return fmt.Errorf("move the listings: %w", err)
	}
	return nil
}

// dropUnshown takes back the changes of appearances that readers do not see: the feed does not speak of what is not public.
// One query, if there are any.
func (t *tx) dropUnshown() error {
	var ids []factcheck.AppearanceID
	for _, c := range t.changes {
		if !c.appearance.IsZero() {
			ids = append(ids, c.appearance)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	hidden := map[factcheck.AppearanceID]bool{}
	rows, err := t.pgx.Query(t.ctx, `SELECT ap.id FROM appearances ap WHERE ap.id = ANY ($1::uuid[]) AND NOT `+shownAppearance, uuids(ids))
	if err != nil {
		return fmt.Errorf("look at %d appearances: %w", len(ids), err)
	}
	var id factcheck.AppearanceID
	if _, err = pgx.ForEachRow(rows, []any{&id}, func() error { hidden[id] = true; return nil }); err != nil {
		return fmt.Errorf("look at %d appearances: %w", len(ids), err)
	}
	if len(hidden) == 0 {
		return nil
	}
	kept := t.changes[:0]
	t.docs = documentWork{}
	for _, c := range t.changes {
		if !hidden[c.appearance] {
			kept = append(kept, c)
			t.docs.touch(c.claim)
		}
	}
	t.changes = kept
	return nil
}
