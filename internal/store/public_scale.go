package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// LabelUse is how many verdicts of the house carry one of its labels now, and the newest of their claims.
type LabelUse struct {
	Label    string
	Verdicts int
	Newest   Document
}

// LabelUses returns the uses of the house's labels, as readers see them: without verdicts that are under review or retracted,
// and without labels that none carries. It reads one row for each verdict of the house. Two queries.
func (db *DB) LabelUses(ctx context.Context) ([]LabelUse, error) {
	rows, err := db.pool.Query(ctx, `SELECT DISTINCT ON (pv.label) pv.label, count(*) OVER (PARTITION BY pv.label), pv.claim_id
		FROM public_verdicts pv JOIN verdicts v ON v.id = pv.verdict_id
		WHERE pv.house AND v.state NOT IN ('suspended', 'retracted') ORDER BY pv.label, pv.published_at DESC, pv.claim_id DESC`)
	if err != nil {
		return nil, translate("count the verdicts with each label", err)
	}
	type row struct {
		label string
		n     int
		claim factcheck.ClaimID
	}
	found, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (out row, err error) {
		return out, r.Scan(&out.label, &out.n, &out.claim)
	})
	if err != nil {
		return nil, translate("count the verdicts with each label", err)
	}
	ids := make([]factcheck.ClaimID, 0, len(found))
	for _, r := range found {
		ids = append(ids, r.claim)
	}
	docs, err := db.DocumentsOf(ctx, ids, ListFilter{})
	if err != nil {
		return nil, err
	}
	byClaim := make(map[factcheck.ClaimID]Document, len(docs))
	for _, d := range docs {
		byClaim[d.Claim] = d
	}
	out := make([]LabelUse, 0, len(found))
	for _, r := range found {
		out = append(out, LabelUse{r.label, r.n, byClaim[r.claim]})
	}
	return out, nil
}
