package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// AuditEntry is one act, as it was written down in the transaction that did it.
type AuditEntry struct {
	ID        int64
	At        time.Time
	Kind      factcheck.ActorKind
	Who       string // the person's name, or the key's; empty for operator and system
	Owner     string // whom a key acted for
	Action    string
	Object    string // TypeID; empty for the house itself
	Details   string // JSON
	RequestID string
}

// AuditQuery says which entries are wanted.
type AuditQuery struct {
	Object string // TypeID of what was acted on; empty: everything
	Before int64  // entries before this one, when paging; 0 begins with the newest
	Limit  int    // at most MaxPage
}

// Audit returns entries of the audit log, newest first. The history of one object is for checkers and above; the whole log
// for admins and the operator.
func (db *DB) Audit(ctx context.Context, actor factcheck.Actor, q AuditQuery) ([]AuditEntry, error) {
	action := factcheck.ReadNewsroom
	if q.Object == "" {
		action = factcheck.ManageHouse
	}
	var out []AuditEntry
	err := db.write(ctx, actor, action, "read the audit log", func(t *tx) error {
		if err := checkPage(q.Limit); err != nil {
			return err
		}
		if err := factcheck.CheckText("object", q.Object, factcheck.MaxLine); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, auditQuery, q.Object, q.Before, q.Limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (AuditEntry, error) {
			var e AuditEntry
			return e, row.Scan(&e.ID, &e.At, &e.Kind, &e.Who, &e.Owner, &e.Action, &e.Object, &e.Details, &e.RequestID)
		})
		return err
	})
	return out, err
}

const auditQuery = `
SELECT e.id, e.at, a.kind, coalesce(k.name, p.name, ''), CASE WHEN k.id IS NULL THEN '' ELSE coalesce(p.name, '') END, e.action, e.object, e.details::text, e.request_id
FROM audit e JOIN actors a ON a.id = e.actor_id LEFT JOIN people p ON p.id = a.person_id LEFT JOIN keys k ON k.id = a.key_id
WHERE ($1 = '' OR e.object = $1) AND ($2 = 0 OR e.id < $2) ORDER BY e.id DESC LIMIT $3`
