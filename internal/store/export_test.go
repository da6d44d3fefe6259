package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Models returns a value of every GORM model, for the test that holds them to the schema. That test also reads the
// package's source, so a model that is missing here is found.
func Models() []any {
	return []any{
		actorModel{}, appearanceModel{}, articleModel{}, claimantModel{}, claimModel{}, keyModel{}, mediaModel{}, outletModel{}, personModel{},
		scaleLabelModel{}, scaleModel{}, sessionModel{}, sourceModel{}, tipModel{}, topicModel{}, verdictModel{}, versionModel{}, wordingModel{},
	}
}

// Lent is what a transaction lends: GORM and pgx on one connection, and the job queue.
type Lent struct{ t *tx }

// GORM returns the transaction for GORM.
func (l Lent) GORM() *gorm.DB { return l.t.db }

// PGX returns the same transaction for SQL.
func (l Lent) PGX() pgx.Tx { return l.t.pgx }

// Enqueue adds a job.
func (l Lent) Enqueue(args river.JobArgs) { l.t.enqueue(args) }

// Audit writes an entry.
func (l Lent) Audit(action string) error { return l.t.audit(action, nil, nil) }

// WriteAs runs fn in one transaction as the actor.
func (db *DB) WriteAs(ctx context.Context, actor factcheck.Actor, fn func(Lent) error) error {
	return db.write(ctx, actor, factcheck.FileTip, "test", func(t *tx) error { return fn(Lent{t}) })
}

// RedactPlaces returns the columns that a redaction searches, as table.column.
func RedactPlaces() []string {
	out := []string{"snapshot_contents.body"}
	for _, t := range redactTables() {
		for _, c := range t.columns {
			out = append(out, t.name+"."+c)
		}
	}
	return out
}

// MigrateTo migrates a database up to a step and no further.
func MigrateTo(ctx context.Context, url string, version int64) error {
	pool, provider, err := openMigrations(ctx, url)
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = provider.UpTo(ctx, version)
	return err
}

// NewestCorrected returns the numbers of the newest corrections of the house's claims before a number, found from the claims and
// found from the changes.
func (db *DB) NewestCorrected(ctx context.Context, before int64, limit int) (ways [2][]int64, err error) {
	for i, newest := range []string{newestByClaim, newestByChange} {
		rows, err := db.pool.Query(ctx, `SELECT n.seq FROM (`+newest+`) n ORDER BY n.seq DESC`, before, limit)
		if err != nil {
			return ways, err
		}
		if ways[i], err = pgx.CollectRows(rows, pgx.RowTo[int64]); err != nil {
			return ways, err
		}
	}
	return ways, nil
}
