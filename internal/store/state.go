package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// State is one public state of a claim's page.
type State struct {
	Claim     factcheck.ClaimID
	N         int
	Seq       int64
	At        time.Time
	Type      factcheck.ChangeType
	Note      string
	Label     string // of the leading verdict; empty while it is under review
	Publisher string // whose verdict leads, when it is not the house's
	Stored    []byte // nil in lists
}

// States returns the public states of a claim's page, oldest first, without their documents.
func (db *DB) States(ctx context.Context, id factcheck.ClaimID) ([]State, error) {
	states, err := db.states(ctx, `s.claim_id = $1 ORDER BY s.n`, id)
	for i := range states {
		states[i].Stored = nil
	}
	return states, err
}

// Versions returns the public states with their documents, oldest first.
func (db *DB) Versions(ctx context.Context, id factcheck.ClaimID) ([]State, error) {
	return db.states(ctx, `s.claim_id = $1 ORDER BY s.n`, id)
}

// StateN returns the n-th public state of a claim's page; CodeNotFound if there is none.
func (db *DB) StateN(ctx context.Context, id factcheck.ClaimID, n int) (State, error) {
	return db.state(ctx, `s.claim_id = $1 AND s.n = $2`, id, n)
}

// StateAsOf returns what the claim's page said at a moment; CodeNotFound before its first publication.
func (db *DB) StateAsOf(ctx context.Context, id factcheck.ClaimID, at time.Time) (State, error) {
	return db.state(ctx, `s.claim_id = $1 AND s.at <= $2 ORDER BY s.n DESC LIMIT 1`, id, at)
}

func (db *DB) state(ctx context.Context, where string, args ...any) (State, error) {
	all, err := db.states(ctx, where, args...)
	if err == nil && len(all) == 0 {
		return State{}, factcheck.NotFound("this claim's page had no such state")
	}
	if err != nil {
		return State{}, err
	}
	return all[0], nil
}

// states reads states by a condition of this file, whose first argument is the claim. A claim that is no longer public has
// none: what was withdrawn is withdrawn on every way out.
func (db *DB) states(ctx context.Context, where string, args ...any) ([]State, error) {
	rows, err := db.pool.Query(ctx, `SELECT s.claim_id, s.n, coalesce(s.seq, 0), s.at, s.type, s.note, s.document
		FROM claim_states s JOIN claim_documents d ON d.claim_id = s.claim_id WHERE `+where, args...)
	if err != nil {
		return nil, translate("read the states of a page", err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (State, error) {
		var s State
		return s, row.Scan(&s.Claim, &s.N, &s.Seq, &s.At, &s.Type, &s.Note, &s.Stored)
	})
	if err != nil || len(out) == 0 {
		return out, translate("read the states of a page", err)
	}
	out, err = db.mask(ctx, args[0], out)
	return out, translate("read the states of a page", err)
}

// living is what holds for all states of a page by the decisions of today.
type living struct {
	suspended map[string]string    // notices by verdict
	hidden    map[string]bool      // verdicts of publishers that are not allowed
	names     map[string][2]string // byline and approver by verdict and version
	private   map[string]string    // what stands for a private person's name, by claimant
	unlisted  map[string]bool      // appearances that only a publisher who is not allowed lists
}

// mask makes the states say what may be said today: no finding while its verdict is suspended, nothing of a publisher that
// was hidden nor what it listed, no name of a private person, the bylines people have now. A state that shows no verdict then is left out.
func (db *DB) mask(ctx context.Context, claim any, states []State) ([]State, error) {
	keep := strings.TrimSuffix(document.Own, "/") // own addresses stay as they are stored
	docs := make([]document.Claim, len(states))
	var claimants []string
	for i, s := range states {
		var err error
		if docs[i], err = document.Decode(s.Stored, keep, 0); err != nil {
			return nil, fmt.Errorf("state %d: %w", s.N, err)
		}
		if c := docs[i].Claimant; c != nil && c.ID != "" {
			id, err := factcheck.ParseClaimantID(c.ID)
			if err != nil {
				return nil, fmt.Errorf("state %d: %w", s.N, err)
			}
			claimants = append(claimants, id.UUID())
		}
	}
	now, err := db.living(ctx, claim, claimants)
	if err != nil {
		return nil, err
	}
	out := states[:0]
	for i, s := range states {
		now.mask(&docs[i])
		if len(docs[i].Verdicts) == 0 {
			continue
		}
		if s.Stored, err = document.Encode(docs[i]); err != nil {
			return nil, err
		}
		s.Label, s.Publisher = docs[i].Verdicts[0].Rating.Label, ""
		if first := docs[i].Verdicts[0]; first.Origin == string(factcheck.OriginImported) {
			s.Publisher = first.Publisher.Name
		}
		out = append(out, s)
	}
	return out, nil
}

// mask changes a document of the past.
func (l living) mask(doc *document.Claim) {
	doc.Verdicts = slices.DeleteFunc(doc.Verdicts, func(v document.Verdict) bool { return l.hidden[v.ID] })
	doc.Appearances = slices.DeleteFunc(doc.Appearances, func(a document.Appearance) bool { return l.unlisted[a.ID] })
	for i, v := range doc.Verdicts {
		if names, ok := l.names[versionRef(v.ID, v.Version)]; ok && v.Byline != "" {
			v.Byline, v.Approver = names[0], names[1]
		}
		if notice, ok := l.suspended[v.ID]; ok {
			v = v.UnderReview(notice)
		}
		doc.Verdicts[i] = v
	}
	if doc.Claimant != nil {
		if instead, ok := l.private[doc.Claimant.ID]; ok {
			doc.Claimant = &document.Claimant{Name: instead, Kind: doc.Claimant.Kind}
		}
	}
}

func versionRef(verdict string, n int) string { return fmt.Sprintf("%s/%d", verdict, n) }

// living reads the decisions of today on a claim's verdicts and appearances and on claimants: three queries in one round trip.
func (db *DB) living(ctx context.Context, claim any, claimants []string) (living, error) {
	l := living{suspended: map[string]string{}, hidden: map[string]bool{}, names: map[string][2]string{}, private: map[string]string{}, unlisted: map[string]bool{}}
	batch := &pgx.Batch{}
	batch.Queue(`SELECT v.id, v.state, v.notice, p.allowed_at IS NULL, ver.n,
			coalesce(nullif(author.byline, ''), author.name, ver.byline), coalesce(nullif(approver.byline, ''), approver.name, '')
		FROM verdicts v JOIN publishers p ON p.id = v.publisher_id JOIN verdict_versions ver ON ver.verdict_id = v.id AND ver.n IS NOT NULL
		LEFT JOIN actors a ON a.id = ver.created_by AND ver.import_id IS NULL LEFT JOIN people author ON author.id = a.person_id
		LEFT JOIN people approver ON approver.id = ver.approved_by WHERE v.claim_id = $1`, claim).Query(l.readVerdicts)
	batch.Queue(`SELECT id, description FROM claimants WHERE id = ANY ($1::uuid[]) AND private AND named_approved_by IS NULL`, claimants).Query(l.readClaimants)
	batch.Queue(`SELECT ap.id FROM appearances ap WHERE ap.claim_id = $1 AND NOT `+shownAppearance, claim).Query(func(rows pgx.Rows) error {
		var id factcheck.AppearanceID
		_, err := pgx.ForEachRow(rows, []any{&id}, func() error { l.unlisted[id.String()] = true; return nil })
		return err
	})
	return l, db.pool.SendBatch(ctx, batch).Close()
}

func (l living) readVerdicts(rows pgx.Rows) error {
	var (
		id                       factcheck.VerdictID
		state                    factcheck.VerdictState
		notice, byline, approver string
		hidden                   bool
		n                        int
	)
	_, err := pgx.ForEachRow(rows, []any{&id, &state, &notice, &hidden, &n, &byline, &approver}, func() error {
		if state == factcheck.VerdictSuspended {
			l.suspended[id.String()] = notice
		}
		l.hidden[id.String()] = hidden
		l.names[versionRef(id.String(), n)] = [2]string{byline, approver}
		return nil
	})
	return err
}

func (l living) readClaimants(rows pgx.Rows) error {
	var id factcheck.ClaimantID
	var description string
	_, err := pgx.ForEachRow(rows, []any{&id, &description}, func() error {
		l.private[id.String()] = unnamed(description)
		return nil
	})
	return err
}
