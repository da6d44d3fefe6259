package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// AuditFilter says which entries of the audit log are wanted. What is zero does not narrow.
type AuditFilter struct {
	Person factcheck.PersonID // what they did, and what keys did for them
	Kind   factcheck.ActorKind
	Action string            // such as claim.merge, or a noun such as claim for all that is done to claims
	Object string            // TypeID of what was acted on
	Claim  factcheck.ClaimID // what was done to it, its verdicts and versions, the articles linked to it, and proposals about it
	From   time.Time         // not before
	Until  time.Time         // before
	Before int64             // entries before this one, when paging
	Limit  int               // at most MaxPage
}

// AuditLog returns entries of the audit log, newest first. Admins and the operator. Two queries, three for those of a claim.
func (db *DB) AuditLog(ctx context.Context, actor factcheck.Actor, f AuditFilter) ([]AuditEntry, error) {
	var out []AuditEntry
	err := db.write(ctx, actor, factcheck.ManageHouse, "read the audit log", func(t *tx) error {
		if err := checkPage(f.Limit); err != nil {
			return err
		}
		rows, err := t.auditRows(f)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, scanAudit)
		return err
	})
	return out, err
}

// EachAudit calls each for the entries of the audit log, newest first, as many as there are; f.Limit does not count. It streams.
// That it was exported is written down itself. Admins and the operator.
func (db *DB) EachAudit(ctx context.Context, actor factcheck.Actor, f AuditFilter, each func(AuditEntry) error) error {
	return db.write(ctx, actor, factcheck.ManageHouse, "export the audit log", func(t *tx) error {
		f.Limit = 0
		rows, err := t.auditRows(f)
		if err != nil {
			return err
		}
		defer rows.Close()
		n := 0
		for rows.Next() {
			e, err := scanAudit(rows)
			if err != nil {
				return fmt.Errorf("read the audit log: %w", err)
			}
			if err := each(e); err != nil {
				return err
			}
			n++
		}
		if err := rows.Err(); err != nil {
			return fmt.Errorf("read the audit log: %w", err)
		}
		return t.audit("audit.export", nil, map[string]any{"entries": n})
	})
}

func scanAudit(row pgx.CollectableRow) (AuditEntry, error) {
	var e AuditEntry
	return e, row.Scan(&e.ID, &e.At, &e.Kind, &e.Who, &e.Owner, &e.Action, &e.Object, &e.Details, &e.RequestID)
}

// auditRows begins to read the entries.
func (t *tx) auditRows(f AuditFilter) (pgx.Rows, error) {
	var where []string
	var args []any
	add := func(condition string, arg any) {
		args = append(args, arg)
		where = append(where, strings.ReplaceAll(condition, "?", "$"+strconv.Itoa(len(args))))
	}
	if !f.Person.IsZero() {
		add(`e.actor_id IN (SELECT id FROM actors WHERE person_id = ?)`, f.Person)
	}
	if f.Kind != "" {
		add(`a.kind = ?`, f.Kind)
	}
	if strings.Contains(f.Action, ".") {
		add(`e.action = ?`, f.Action)
	} else if f.Action != "" {
		add(`split_part(e.action, '.', 1) = ?`, f.Action)
	}
	if f.Object != "" {
		add(`e.object = ?`, f.Object)
	}
	if !f.Claim.IsZero() {
		objects, err := t.objectsOf(f.Claim)
		if err != nil {
			return nil, err
		}
		add(`e.object = ANY (?)`, objects)
	}
	if !f.From.IsZero() {
		add(`e.at >= ?`, f.From)
	}
	if !f.Until.IsZero() {
		add(`e.at < ?`, f.Until)
	}
	if f.Before > 0 {
		add(`e.id < ?`, f.Before)
	}
	for name, text := range map[string]string{"action": f.Action, "object": f.Object, "kind": string(f.Kind)} {
		if err := factcheck.CheckText(name, text, factcheck.MaxLine); err != nil {
			return nil, err
		}
	}
	query := auditColumns
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	query += " ORDER BY e.id DESC"
	if f.Limit > 0 {
		query += " LIMIT " + strconv.Itoa(f.Limit)
	}
	rows, err := t.pgx.Query(t.ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read the audit log: %w", err)
	}
	return rows, nil
}

const auditColumns = `SELECT e.id, e.at, a.kind, coalesce(k.name, p.name, ''), CASE WHEN k.id IS NULL THEN '' ELSE coalesce(p.name, '') END, e.action, e.object, e.details::text, e.request_id
FROM audit e JOIN actors a ON a.id = e.actor_id LEFT JOIN people p ON p.id = a.person_id LEFT JOIN keys k ON k.id = a.key_id`

// objectsOf returns the TypeIDs of a claim and what belongs to it.
func (t *tx) objectsOf(claim factcheck.ClaimID) ([]string, error) {
	out := []string{claim.String()}
	rows, err := t.pgx.Query(t.ctx, `SELECT 'verdict', id FROM verdicts WHERE claim_id = $1
		UNION ALL SELECT 'version', ver.id FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id WHERE v.claim_id = $1
		UNION ALL SELECT 'appearance', id FROM appearances WHERE claim_id = $1
		UNION ALL SELECT 'proposal', p.id FROM proposals p LEFT JOIN verdicts v ON v.id = p.verdict_id WHERE coalesce(p.claim_id, v.claim_id) = $1`, claim)
	if err != nil {
		return nil, fmt.Errorf("find what belongs to the claim: %w", err)
	}
	var kind string
	var id [16]byte
	_, err = pgx.ForEachRow(rows, []any{&kind, &id}, func() error {
		switch kind {
		case "verdict":
			out = append(out, factcheck.VerdictID(id).String())
		case "version":
			out = append(out, factcheck.VersionID(id).String())
		case "appearance":
			out = append(out, factcheck.AppearanceID(id).String())
		case "proposal":
			out = append(out, factcheck.ProposalID(id).String())
		}
		return nil
	})
	return out, err
}
