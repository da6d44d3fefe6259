package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Accepted says what accepting a check that an article states came to.
type Accepted struct {
	Claim      factcheck.ClaimID
	Verdict    factcheck.VerdictID
	Outcome    Outcome // created, updated or unchanged
	Appearance factcheck.AppearanceID
}

// CheckHash returns the name of what a stated fact-check says: the SHA-256 of its record, in hexadecimal. Who accepts a check
// names by it what they read.
func CheckHash(r exchange.Record) string {
	hash := exchange.RecordHash(r)
	return hex.EncodeToString(hash[:])
}

// AcceptCheck takes in a fact-check that an article states in its markup, the index-th of the checks in what was found in it,
// as an import of one record: the verdict is its publisher's, and public once they are allowed. The article is linked to
// the claim by the person who accepts: it disputes the claim, or reports it where it finds it true or mostly true; a stance
// that a person set before stays. CodeNotFound if there is no such check; CodeInvalid with the reason if the ledger refuses
// it, as it does the house's own; CodeConflict if the page states another one there by now than the one that was read, whose
// CheckHash is read, and if the claim was merged meanwhile. Editors and above, and their keys with the scope manage.
func (db *DB) AcceptCheck(ctx context.Context, actor factcheck.Actor, article factcheck.ArticleID, index int, read string) (Accepted, error) {
	var out Accepted
	err := db.write(ctx, actor, factcheck.AcceptCheck, "accept a check of "+article.String(), func(t *tx) error {
		record, err := t.foundCheck(article, index)
		if err != nil {
			return err
		}
		if CheckHash(record) != read {
			return factcheck.Conflict("the page was read anew meanwhile and states this fact-check otherwise; look at it as it is now")
		}
		if out, err = t.importCheck(record, article.String()); err != nil {
			return err
		}
		if out.Appearance, err = t.linkCheck(article, out.Claim, record.Rating.Truth); err != nil {
			return err
		}
		return t.audit("check.accept", article, map[string]any{"claim": out.Claim, "verdict": out.Verdict, "outcome": out.Outcome.Kind})
	})
	return out, err
}

var errNoCheck = factcheck.NotFound("this article states no such fact-check")

// foundCheck returns a check that was found in an article.
func (t *tx) foundCheck(article factcheck.ArticleID, index int) (exchange.Record, error) {
	var record exchange.Record
	var raw []byte
	if index < 0 || index > factcheck.MaxFound { // there are fewer checks than bytes
		return record, errNoCheck
	}
	err := t.pgx.QueryRow(t.ctx, `SELECT found -> 'checks' -> $2::int FROM articles WHERE id = $1 FOR SHARE`, article, index).Scan(&raw)
	if err != nil {
		return record, fmt.Errorf("read the checks of %s: %w", article, err)
	}
	if len(raw) == 0 {
		return record, errNoCheck
	}
	if err := json.Unmarshal(raw, &record); err != nil {
		return record, &factcheck.Error{Code: factcheck.CodeInvalid, Field: "found", Message: "what was found is no fact-check in a form that is known", Err: err}
	}
	return record, nil
}

// importCheck imports one record within the transaction. name names the run.
func (t *tx) importCheck(record exchange.Record, name string) (Accepted, error) {
	// One batch at a time: two runs that meet the same claim must not both make it.
	if _, err := t.pgx.Exec(t.ctx, `SELECT pg_advisory_xact_lock($1)`, importLock); err != nil {
		return Accepted{}, fmt.Errorf("wait for other imports: %w", err)
	}
	run := &Import{db: t.store, actor: t.actor, id: factcheck.ImportID(newID(t))}
	_, err := t.pgx.Exec(t.ctx, `INSERT INTO imports (id, name, format, actor_id, legacy, started_at) VALUES ($1, $2, 'page', $3, false, $4)`, run.id, name, t.actor.ID, t.now)
	if err != nil {
		return Accepted{}, fmt.Errorf("write the import run: %w", err)
	}
	b := &importBatch{tx: t, run: run, records: []exchange.Record{record}}
	outcomes, err := b.add()
	if err != nil {
		return Accepted{}, err
	}
	if outcomes[0].Kind == OutcomeRejected {
		return Accepted{}, invalidf("check", "this fact-check cannot be taken in: %s", outcomes[0].Reason)
	}
	run.add(outcomes[0])
	_, err = t.pgx.Exec(t.ctx, `UPDATE imports SET finished_at = $2, read = $3, created = $4, updated = $5, unchanged = $6 WHERE id = $1`,
		run.id, t.now, run.count.Read, run.count.Created, run.count.Updated, run.count.Unchanged)
	if err != nil {
		return Accepted{}, fmt.Errorf("write the counts: %w", err)
	}
	r := &b.records[0]
	known, ok := b.known[b.key(r, b.publishers[r.Publisher.Site].id)]
	if !ok {
		return Accepted{}, factcheck.NotFound("this fact-check was taken back by its publisher")
	}
	return Accepted{Claim: known.claim, Verdict: known.verdict, Outcome: outcomes[0]}, nil
}

// linkCheck links the article of a check to the claim it is about, unless a person did.
func (t *tx) linkCheck(article factcheck.ArticleID, claim factcheck.ClaimID, truth factcheck.Truth) (factcheck.AppearanceID, error) {
	in := factcheck.AppearanceInput{Stance: factcheck.StanceDisputes}
	if truth == factcheck.TruthTrue || truth == factcheck.TruthMostlyTrue {
		in.Stance = factcheck.StanceReports
	}
	in, err := in.Clean(t.now)
	if err != nil {
		return factcheck.AppearanceID{}, err
	}
	var id factcheck.AppearanceID
	var revision int
	var setBy string
	err = t.pgx.QueryRow(t.ctx, `SELECT id, version, set_by FROM appearances WHERE article_id = $1 AND claim_id = $2`, article, claim).Scan(&id, &revision, &setBy)
	if errors.Is(err, pgx.ErrNoRows) {
		return t.link(article, claim, in)
	}
	if err != nil || setBy == setByPerson {
		return id, err
	}
	row, err := t.lockAppearance(id, revision)
	if err != nil {
		return id, err
	}
	return id, t.judge(row, in)
}
