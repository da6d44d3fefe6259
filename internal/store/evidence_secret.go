package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Confidence is a source that is kept in confidence, without who it is.
type Confidence struct {
	ID        int64
	Source    factcheck.SourceID // zero or gone when the draft lost it
	Reason    string             // public
	KeptBy    factcheck.PersonID
	Name      string // of who keeps it
	KeptAt    time.Time
	Forgotten bool
	Readable  bool // who asks may read it
}

// KeepConfidence keeps who a source is: sealed bytes, which the store cannot read, and a public reason for not naming them.
// Checkers and above; no key.
func (db *DB) KeepConfidence(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, source factcheck.SourceID, reason string, sealed []byte) (int64, error) {
	var id int64
	err := db.write(ctx, actor, factcheck.KeepConfidence, "keep a source in confidence", func(t *tx) error {
		reason := factcheck.CleanLine(reason)
		if reason == "" {
			return invalidf("reason", "say in public why the source is not named")
		}
		if err := factcheck.CheckText("reason", reason, factcheck.MaxLine); err != nil {
			return err
		}
		if len(sealed) == 0 || len(sealed) > 64<<10 {
			return invalidf("secret", "say who the source is, in at most 4,000 characters")
		}
		err := t.pgx.QueryRow(ctx, `INSERT INTO confidences (claim_id, source_id, reason, sealed, kept_by, kept_at) SELECT id, $2, $3, $4, $5, $6 FROM claims WHERE id = $1 RETURNING id`,
			claim, source, reason, sealed, t.actor.Person, t.now).Scan(&id)
		if err != nil {
			return fmt.Errorf("keep it: %w", err)
		}
		return t.audit("confidence.keep", claim, map[string]any{"confidence": id})
	})
	return id, err
}

// OpenConfidence returns the sealed bytes, to the person who keeps the source and, while a version that they did not write
// waits for approval, to those who may approve it; whoever approved a version reads what was kept for it by then, as long as they
// may approve at all. Each reading is in the audit log. CodeForbidden for everybody else.
func (db *DB) OpenConfidence(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, id int64) ([]byte, error) {
	var sealed []byte
	err := db.write(ctx, actor, factcheck.KeepConfidence, "read a source that is kept in confidence", func(t *tx) error {
		var may bool
		err := t.pgx.QueryRow(ctx, `SELECT x.sealed, `+mayRead+` FROM confidences x WHERE x.id = $1 AND x.claim_id = $3`, id, t.actor.Person, claim).Scan(&sealed, &may)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return factcheck.NotFound("there is no such source here")
		case err != nil:
			return fmt.Errorf("read it: %w", err)
		case !may:
			return factcheck.Forbidden("only who keeps this source, and whoever approves the verdict, may see who it is")
		case sealed == nil:
			return &factcheck.Error{Code: factcheck.CodeGone, Message: "who this source is was forgotten"}
		}
		return t.audit("confidence.read", claim, map[string]any{"confidence": id})
	})
	if err != nil {
		return nil, err
	}
	return sealed, nil
}

// mayRead reports whether the person $2 may read the confidence x.
const mayRead = `(x.kept_by = $2 OR EXISTS (SELECT FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id JOIN people p ON p.id = $2
	WHERE v.claim_id = x.claim_id AND p.role IN ('editor', 'admin') AND NOT has_interest(p.id, v.claim_id)
		AND (ver.approved_by = p.id AND ver.published_at >= x.kept_at
			OR ver.state = 'submitted' AND NOT EXISTS (SELECT FROM version_authors a WHERE a.version_id = ver.id AND a.person_id = p.id))))`

// ForgetConfidence erases who a source is. Who keeps it, and admins.
func (db *DB) ForgetConfidence(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, id int64) error {
	return db.write(ctx, actor, factcheck.KeepConfidence, "forget a source", func(t *tx) error {
		tag, err := t.pgx.Exec(ctx, `UPDATE confidences SET sealed = NULL, forgotten_at = $3 WHERE id = $1 AND claim_id = $2 AND forgotten_at IS NULL AND (kept_by = $4 OR $5)`,
			id, claim, t.now, t.actor.Person, t.actor.Role == factcheck.RoleAdmin)
		if err != nil {
			return fmt.Errorf("forget it: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return factcheck.NotFound("there is no such source that you keep")
		}
		return t.audit("confidence.forget", claim, map[string]any{"confidence": id})
	})
}
