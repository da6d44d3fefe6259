package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// MergePreview is what folding one claim into another would do.
type MergePreview struct {
	From, Into MergeSide
	Refused    error // why it cannot be done as it stands; nil: it can
	Articles   int   // links that move
	Doubled    int   // links that the other claim has too; its own stays
	Verdicts   int   // verdicts of other publishers that move
	Staying    int   // that stay, because the other claim has one of that publisher
	Wordings   int   // texts that become wordings of the other, its own among them
	Media      int
	Topics     int
	Tips       int  // tips that ask for it
	Addresses  int  // addresses that lead to the other claim from then on
	Reopens    bool // what is submitted on the other claim goes back to draft
}

// MergeSide is one of two claims to be merged.
type MergeSide struct {
	ID       factcheck.ClaimID
	Text     string
	Language string
	Slug     string
	Public   bool
	Stage    factcheck.Stage
	Rating   string // the house's, if it published one
	Articles int
}

// PreviewMerge returns what merging a claim into another would do, and writes nothing. CodeNotFound if one is missing.
// Editors and above, and their keys with the scope manage. A constant number of queries.
func (db *DB) PreviewMerge(ctx context.Context, actor factcheck.Actor, from, into factcheck.ClaimID) (MergePreview, error) {
	var out MergePreview
	err := db.write(ctx, actor, factcheck.MergeClaim, "preview a merge of "+from.String(), func(t *tx) error {
		if from == into {
			return invalidf("into", "a claim cannot be merged into itself")
		}
		var err error
		if out.From, err = t.mergeSide(from); err != nil {
			return err
		}
		if out.Into, err = t.mergeSide(into); err != nil {
			return err
		}
		if err := t.countMerge(&out); err != nil {
			return err
		}
		_, err = t.beginMerge(from, into)
		switch factcheck.CodeOf(err) {
		case factcheck.CodeConflict, factcheck.CodeForbidden:
			out.Refused = err
			return nil
		}
		return err
	})
	return out, err
}

func (t *tx) mergeSide(id factcheck.ClaimID) (MergeSide, error) {
	s := MergeSide{ID: id}
	err := t.pgx.QueryRow(t.ctx, `SELECT c.text, c.language, c.slug, c.stage, EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = c.id),
			coalesce((SELECT ver.label FROM verdicts v JOIN verdict_versions ver ON ver.id = v.current_version_id WHERE v.claim_id = c.id AND v.origin <> 'imported'), ''),
			(SELECT count(*) FROM appearances a WHERE a.claim_id = c.id)
		FROM claims c WHERE c.id = $1`, id).Scan(&s.Text, &s.Language, &s.Slug, &s.Stage, &s.Public, &s.Rating, &s.Articles)
	if err != nil {
		return s, fmt.Errorf("read %s: %w", id, err)
	}
	return s, nil
}

func (t *tx) countMerge(p *MergePreview) error {
	batch := &pgx.Batch{}
	batch.Queue(`SELECT count(*) FILTER (WHERE NOT x), count(*) FILTER (WHERE x) FROM (
			SELECT EXISTS (SELECT FROM appearances o WHERE o.claim_id = $2 AND o.article_id = f.article_id) FROM appearances f WHERE f.claim_id = $1) AS s (x)`,
		p.From.ID, p.Into.ID).QueryRow(func(row pgx.Row) error { return row.Scan(&p.Articles, &p.Doubled) })
	batch.Queue(`SELECT count(*) FILTER (WHERE NOT x), count(*) FILTER (WHERE x) FROM (
			SELECT EXISTS (SELECT FROM verdicts o WHERE o.claim_id = $2 AND o.publisher_id = f.publisher_id) FROM verdicts f WHERE f.claim_id = $1 AND f.origin = 'imported') AS s (x)`,
		p.From.ID, p.Into.ID).QueryRow(func(row pgx.Row) error { return row.Scan(&p.Verdicts, &p.Staying) })
	batch.Queue(`SELECT (SELECT count(*) FROM (SELECT language, text FROM claims WHERE id = $1 UNION SELECT language, text FROM wordings WHERE claim_id = $1
				EXCEPT (SELECT language, text FROM claims WHERE id = $2 UNION SELECT language, text FROM wordings WHERE claim_id = $2)) AS w),
			(SELECT count(*) FROM media f WHERE f.claim_id = $1 AND NOT EXISTS (SELECT FROM media o WHERE o.claim_id = $2 AND o.url = f.url)),
			(SELECT count(*) FROM claim_topics f WHERE f.claim_id = $1 AND NOT f.dropped AND NOT EXISTS (SELECT FROM claim_topics o WHERE o.claim_id = $2 AND o.topic_id = f.topic_id)),
			(SELECT count(*) FROM tips WHERE claim_id = $1),
			(SELECT count(*) FROM claim_slugs WHERE claim_id = $1),
			EXISTS (SELECT FROM verdicts v JOIN verdict_versions ver ON ver.verdict_id = v.id WHERE v.claim_id = $2 AND ver.state = 'submitted')`,
		p.From.ID, p.Into.ID).QueryRow(func(row pgx.Row) error {
		return row.Scan(&p.Wordings, &p.Media, &p.Topics, &p.Tips, &p.Addresses, &p.Reopens)
	})
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return fmt.Errorf("count what would move: %w", err)
	}
	p.Reopens = p.Reopens && p.Wordings+p.Media > 0
	return nil
}
