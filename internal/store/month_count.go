package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// MonthCounts is what is public of the tips and the selection of a month. It is frozen.
type MonthCounts struct {
	Month     time.Time // its first day, in UTC
	CountedAt time.Time
	Cells     []factcheck.CountCell // in the order of factcheck.CountCells
}

// countWait is how long after its end a month is counted, so that what was decided in its last hours can be completed.
const countWait = 72 * time.Hour

// MonthCounts returns the counts of all months, newest first. Everybody. One query.
func (db *DB) MonthCounts(ctx context.Context) ([]MonthCounts, error) {
	rows, err := db.pool.Query(ctx, `SELECT m.month, m.counted_at, array_agg(c.kind), array_agg(c.cell), array_agg(coalesce(c.n, 0))
		FROM counted_months m JOIN month_counts c USING (month) GROUP BY m.month ORDER BY m.month DESC`)
	if err != nil {
		return nil, translate("read the counts of months", err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (MonthCounts, error) {
		var m MonthCounts
		var kinds, cells []string
		var numbers []int
		if err := row.Scan(&m.Month, &m.CountedAt, &kinds, &cells, &numbers); err != nil {
			return m, err
		}
		m.CountedAt = m.CountedAt.UTC()
		counted := make(map[[2]string]int, len(cells))
		for i := range cells {
			counted[[2]string{kinds[i], cells[i]}] = numbers[i]
		}
		for _, c := range factcheck.CountCells() {
			// A reason that is newer than the month is in no count of it.
			if n, ok := counted[[2]string{c.Table, c.Cell}]; ok {
				c.N = n
				m.Cells = append(m.Cells, c)
			}
		}
		return m, nil
	})
	return out, translate("read the counts of months", err)
}

// CountMonths counts each month that is over, by the clock of UTC, and was not counted yet, from that of the first tip or claim
// on; it returns how many. Of two nodes one counts a month. The program itself and the operator.
func (db *DB) CountMonths(ctx context.Context, actor factcheck.Actor) (int, error) {
	var due []time.Time
	rows, err := db.pool.Query(ctx, `SELECT d::date FROM generate_series(
			date_trunc('month', least((SELECT created_at FROM tips ORDER BY id LIMIT 1), (SELECT created_at FROM claims ORDER BY id LIMIT 1)), 'UTC') AT TIME ZONE 'UTC',
			date_trunc('month', $1::timestamptz, 'UTC') AT TIME ZONE 'UTC' - interval '1 month', '1 month') AS d
		WHERE NOT EXISTS (SELECT FROM counted_months m WHERE m.month = d::date) ORDER BY d`, db.clock().Add(-countWait))
	if err == nil {
		due, err = pgx.CollectRows(rows, pgx.RowTo[time.Time])
	}
	if err != nil {
		return 0, translate("look which months are to be counted", err)
	}
	counted := 0
	for _, month := range due {
		err := db.write(ctx, actor, factcheck.MakeEditions, "count a month", func(t *tx) error {
			tag, err := t.pgx.Exec(ctx, `INSERT INTO counted_months (month, counted_at) VALUES ($1, $2) ON CONFLICT DO NOTHING`, month, t.now)
			if err != nil || tag.RowsAffected() == 0 {
				return err
			}
			counted++
			if err := t.countMonth(month); err != nil {
				return err
			}
			return t.audit("counts.make", nil, map[string]any{"month": month.Format("2006-01")})
		})
		if err != nil {
			return counted, err
		}
	}
	return counted, nil
}

// countMonth writes what may be shown of a month. A tip counts as declined or become a claim in the month of that; a claim as taken up
// in the month it was filed in, unless it was declined or folded into another since.
func (t *tx) countMonth(month time.Time) error {
	rows, err := t.pgx.Query(t.ctx, `
		SELECT 'tips', 'received', count(*) FROM tips WHERE created_at >= $1 AND created_at < $2
		UNION ALL SELECT 'tips', 'became_claims', count(*) FROM tips WHERE handled_at >= $1 AND handled_at < $2 AND state = 'claim'
		UNION ALL SELECT 'declines', decline_reason, count(*) FROM tips WHERE handled_at >= $1 AND handled_at < $2 AND decline_reason <> '' GROUP BY decline_reason
		UNION ALL SELECT 'selection', selection, count(*) FROM claims WHERE created_at >= $1 AND created_at < $2 AND selection <> '' AND stage NOT IN ('declined', 'merged') GROUP BY selection`,
		month, month.AddDate(0, 1, 0))
	if err != nil {
		return fmt.Errorf("count a month: %w", err)
	}
	numbers := map[[2]string]int{}
	var cell [2]string
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&cell[0], &cell[1], &n}, func() error { numbers[cell] = n; return nil }); err != nil {
		return fmt.Errorf("count a month: %w", err)
	}
	var tables, cells []string
	var shown []int
	for _, c := range factcheck.CountCells() {
		tables, cells, shown = append(tables, c.Table), append(cells, c.Cell), append(shown, factcheck.ShowCount(numbers[[2]string{c.Table, c.Cell}]))
	}
	_, err = t.pgx.Exec(t.ctx, `INSERT INTO month_counts (month, kind, cell, n) SELECT $1, kind, cell, nullif(n, 0) FROM unnest($2::text[], $3::text[], $4::bigint[]) AS c (kind, cell, n)`, month, tables, cells, shown)
	if err != nil {
		return fmt.Errorf("write the counts of a month: %w", err)
	}
	return nil
}
