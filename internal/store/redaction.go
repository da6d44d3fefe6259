package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/redact"
)

// RedactionInput is what is proposed to be removed from a claim and all that belongs to it.
type RedactionInput struct {
	Claim   factcheck.ClaimID
	Passage string                    // exactly as it stands; kept only until it is decided
	Class   factcheck.RedactionReason // public
	Reason  string                    // the newsroom's own; must not hold the passage
}

// ProposeRedaction asks to replace a passage by a notice wherever it stands in what belongs to a claim: its text, wordings
// and media, all versions of its verdicts with their sources and approved texts, the quotes of its appearances, its articles
// with their stored pages, its claimant, earlier states of its page, and what the newsroom noted of it. CodeInvalid if it
// stands nowhere there; CodeConflict if it is part of a name that belongs to others. Checkers and above; no key may.
func (db *DB) ProposeRedaction(ctx context.Context, actor factcheck.Actor, in RedactionInput) (factcheck.ProposalID, error) {
	row := proposalRow{kind: factcheck.ProposeRedact, claim: in.Claim, class: in.Class, passage: strings.TrimSpace(in.Passage)}
	return db.propose(ctx, actor, in.Reason, row, func(t *tx, p *proposalRow) error {
		if err := factcheck.CheckPassage(p.passage); err != nil {
			return err
		}
		if !p.class.Valid() {
			return invalidf("class", "choose court_order, private_data, safety or copyright")
		}
		r, err := findRedaction(t, *p)
		if err != nil {
			return err
		}
		if r.m.Holds(p.reason) {
			return invalidf("reason", "say why without the passage itself: the reason is kept")
		}
		if r.hits == 0 {
			return invalidf("passage", "this stands nowhere in the claim and what belongs to it; copy it as it is written there")
		}
		return nil
	})
}

// findRedaction finds the places of a proposal's passage.
func findRedaction(t *tx, p proposalRow) (*redaction, error) {
	r, err := newRedaction(t, p.claim, p.passage, p.class.Notice())
	if err != nil {
		return nil, err
	}
	if err := r.scan(); err != nil {
		return nil, err
	}
	return r, r.checkNames()
}

// checkNames refuses a passage that would come back with the next document, because it is part of a name that lives
// elsewhere and is shown with other claims too.
func (r *redaction) checkNames() error {
	rows, err := r.pgx.Query(r.ctx, `
		SELECT 'topic', t.name FROM topics t JOIN claim_topics ct ON ct.topic_id = t.id WHERE ct.claim_id = ANY ($1::uuid[])
		UNION SELECT 'publisher', x FROM verdicts v JOIN publishers p ON p.id = v.publisher_id, unnest(ARRAY[p.name, p.site, p.licence]) AS x WHERE v.claim_id = ANY ($1::uuid[])
		UNION SELECT 'outlet', x FROM articles a JOIN outlets o ON o.id = a.outlet_id, unnest(ARRAY[o.name, o.site]) AS x WHERE a.id`+ofArticles+`
		UNION SELECT 'rating', ver.label FROM verdict_versions ver`+ofVersions+`
		UNION SELECT 'byline', x FROM verdicts v JOIN verdict_versions ver ON ver.verdict_id = v.id
			JOIN people p ON p.id = ver.approved_by OR p.id IN (SELECT au.person_id FROM version_authors au WHERE au.version_id = ver.id),
			unnest(ARRAY[p.name, p.byline]) AS x WHERE v.claim_id = ANY ($1::uuid[])`,
		r.ids[byClaims])
	if err != nil {
		return fmt.Errorf("read the names: %w", err)
	}
	var kind, name string
	_, err = pgx.ForEachRow(rows, []any{&kind, &name}, func() error {
		if r.m.Holds(name) {
			return factcheck.Conflict("this passage is part of the name of a %s, which is not the claim's own; change it there", kind)
		}
		return nil
	})
	return err
}

// RedactionPreview is what approving a proposed redaction would do.
type RedactionPreview struct {
	Passage    string
	Places     map[string]int // how many replacements in which table.column
	Elsewhere  []ClaimSummary // some other public claims that hold the passage too and stay as they are, at most 20
	Files      []string       // names of the claim's files that hold it and are taken down
	Unsearched []string       // names of those that cannot be searched: pictures, PDFs
}

// PreviewRedaction returns what an open proposal would remove, for whoever has to decide it. It searches all public
// documents for the passage, which takes seconds where there are many. CodeConflict if it was decided. Editors and above.
func (db *DB) PreviewRedaction(ctx context.Context, actor factcheck.Actor, id factcheck.ProposalID) (RedactionPreview, error) {
	var out RedactionPreview
	err := db.write(ctx, actor, factcheck.DecideProposal, "preview "+id.String(), func(t *tx) error {
		p, err := t.lockProposal(id)
		if err != nil {
			return err
		}
		if p.kind != factcheck.ProposeRedact {
			return factcheck.Conflict("this is no proposal of a redaction")
		}
		r, err := findRedaction(t, p)
		if err != nil {
			return err
		}
		out.Passage, out.Places = p.passage, map[string]int{}
		for _, e := range r.edits {
			out.Places[e.place] += len(e.spans)
		}
		rows, err := t.pgx.Query(ctx, `SELECT c.id, c.slug, c.text, c.language, c.stage FROM claim_documents d JOIN claims c ON c.id = d.claim_id
			WHERE position($1 IN d.document) > 0 AND d.claim_id <> ALL ($2::uuid[]) ORDER BY d.claim_id LIMIT 20`, p.passage, r.ids[byClaims])
		if err != nil {
			return fmt.Errorf("search other claims: %w", err)
		}
		out.Elsewhere, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (ClaimSummary, error) {
			c := ClaimSummary{Public: true}
			return c, row.Scan(&c.ID, &c.Slug, &c.Text, &c.Language, &c.Stage)
		})
		if err != nil {
			return err
		}
		files, err := r.files()
		for _, f := range files {
			if f.holds {
				out.Files = append(out.Files, f.name)
			} else {
				out.Unsearched = append(out.Unsearched, f.name)
			}
		}
		return err
	})
	return out, err
}

// FindPassage returns where a passage stands in what belongs to a claim, by table and column, before anybody proposes to
// redact it: nothing is kept of it. Errors as for ProposeRedaction. Checkers and above; no key may.
func (db *DB) FindPassage(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, passage string) (map[string]int, error) {
	places := map[string]int{}
	err := db.write(ctx, actor, factcheck.ProposeAct, "look for a passage in "+claim.String(), func(t *tx) error {
		passage = strings.TrimSpace(passage)
		if err := factcheck.CheckPassage(passage); err != nil {
			return err
		}
		r, err := findRedaction(t, proposalRow{claim: claim, passage: passage, class: factcheck.RedactCourtOrder})
		if err != nil {
			return err
		}
		for _, e := range r.edits {
			places[e.place] += len(e.spans)
		}
		if r.hits == 0 {
			return invalidf("passage", "this stands nowhere in the claim and what belongs to it; copy it as it is written there")
		}
		return nil
	})
	return places, err
}

// redact does an approved redaction.
func (t *tx) redact(p proposalRow) error {
	r, err := findRedaction(t, p)
	if err != nil {
		return err
	}
	if r.hits == 0 {
		return factcheck.Conflict("the passage is nowhere any longer")
	}
	if err := r.closeOthers(p); err != nil {
		return err
	}
	if err := r.apply(p.id); err != nil {
		return err
	}
	files, err := r.takeFilesDown()
	if err != nil {
		return err
	}
	all := slices.Concat(r.claims, r.others)
	if err := t.recallRedacted(all); err != nil {
		return err
	}
	if _, err := t.pgx.Exec(t.ctx, `DELETE FROM claim_pages WHERE claim_id = ANY ($1::uuid[])`, uuids(all)); err != nil {
		return fmt.Errorf("drop the finished pages: %w", err)
	}
	for _, id := range all {
		t.change(change{kind: factcheck.ChangeVerdictRedacted, claim: id, note: redactionNote(p.class)})
	}
	places := map[string]int{}
	for _, e := range r.edits {
		places[e.place] += len(e.spans)
	}
	return t.audit("claim.redact", p.claim, map[string]any{"proposal": p.id, "class": p.class, "places": places, "files": files})
}

// redactionNote is the public note of a page's new state.
func redactionNote(class factcheck.RedactionReason) string {
	return "A passage was removed (" + strings.ReplaceAll(string(class), "_", " ") + ")."
}

// closeOthers refuses other open proposals that hold the passage: their own can no longer be found, and must not be kept.
func (r *redaction) closeOthers(p proposalRow) error {
	rows, err := r.pgx.Query(r.ctx, `SELECT id, passage FROM proposals WHERE kind = 'redact' AND decision = 'open' AND claim_id = ANY ($1::uuid[]) AND id <> $2 FOR NO KEY UPDATE`,
		r.ids[byClaims], p.id)
	if err != nil {
		return fmt.Errorf("find other proposals: %w", err)
	}
	var closed []proposalRow
	other := proposalRow{kind: factcheck.ProposeRedact, claim: p.claim}
	_, err = pgx.ForEachRow(rows, []any{&other.id, &other.passage}, func() error {
		if r.m.Holds(other.passage) {
			closed = append(closed, other)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("find other proposals: %w", err)
	}
	for _, o := range closed {
		if err := r.close(o, factcheck.DecisionRefused, "proposal.overtake"); err != nil {
			return err
		}
	}
	return nil
}

// heldFile is a file of the claim that holds the passage, or that nobody can search.
type heldFile struct {
	id    int64
	name  string
	holds bool
}

// files returns the files that hold the passage, and those nobody can search: what is packed, a picture or a recording. It
// reads them one at a time.
func (r *redaction) files() ([]heldFile, error) {
	rows, err := r.pgx.Query(r.ctx, `SELECT id, name, type, body FROM claim_files WHERE claim_id = ANY ($1::uuid[]) AND body IS NOT NULL ORDER BY id`, r.ids[byClaims])
	if err != nil {
		return nil, fmt.Errorf("search the files: %w", err)
	}
	var out []heldFile
	var f heldFile
	var kind string
	var body []byte
	_, err = pgx.ForEachRow(rows, []any{&f.id, &f.name, &kind, &body}, func() error {
		f.holds = r.m.Holds(string(body))
		if f.holds || !strings.HasPrefix(kind, "text/") {
			out = append(out, f)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("search the files: %w", err)
	}
	return out, nil
}

// takeFilesDown erases the files that hold the passage, for nothing can be cut out of them, and returns how many.
func (r *redaction) takeFilesDown() (int, error) {
	files, err := r.files()
	if err != nil {
		return 0, err
	}
	ids := []int64{}
	for _, f := range files {
		if f.holds {
			ids = append(ids, f.id)
		}
	}
	_, err = r.pgx.Exec(r.ctx, `UPDATE claim_files SET body = NULL, down_by = $2, down_at = $3 WHERE id = ANY ($1)`, ids, r.actor.Person, r.now)
	if err != nil {
		return 0, fmt.Errorf("take the files down: %w", err)
	}
	return len(ids), nil
}

// apply has the database replace what was found.
func (r *redaction) apply(proposal factcheck.ProposalID) error {
	n := len(r.edits)
	ids, places, rows, spans, notices, was := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([][]byte, n)
	for i, e := range r.edits {
		ids[i], places[i], rows[i], notices[i] = factcheck.RedactionID(newID(r.tx)).UUID(), e.place, e.row, e.notice
		spans[i], was[i] = spanArray(e.spans), r.edits[i].was[:]
	}
	_, err := r.pgx.Exec(r.ctx, `SELECT apply_redaction($1, $2, $3::uuid[], $4, $5, $6, $7, $8)`, proposal, r.now, ids, places, rows, was, spans, notices)
	if err != nil {
		return fmt.Errorf("redact %d places: %w", n, err)
	}
	return nil
}

// spanArray writes spans as PostgreSQL's int4[].
func spanArray(spans []redact.Span) string {
	var b strings.Builder
	for i, s := range spans {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%d,%d", s.Start, s.Len)
	}
	return "{" + b.String() + "}"
}
