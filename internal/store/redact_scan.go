package store

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/redact"
)

// redactEdit is one notice in one field, in the form in which the database does it and writes it down.
type redactEdit struct {
	place, row string
	was        [32]byte
	spans      []redact.Span
	notice     string
}

// redaction looks for a passage in everything that belongs to a claim. Rows are read one at a time: an article may have
// megabytes.
type redaction struct {
	*tx
	m       *redact.Matcher
	notice  string
	kinds   map[string]string   // what may stand in a place: text, json, address, slug, hidden
	claims  []factcheck.ClaimID // the claim and all that were merged into it
	ids     map[redactBy][]string
	slugs   map[string]string // of claims, claimants and articles, old to new
	holders map[string]bool   // claims, claimants and articles, by uuid, whose own texts hold the passage
	said    map[string]bool   // what articles and claimants were called, where that holds it
	quoted  []string          // appearances whose quote holds it
	edits   []redactEdit
	hits    int                 // of them, those of the passage as it stands: words of addresses in lower case do not count
	others  []factcheck.ClaimID // claims whose documents show such an article or claimant too
}

// newRedaction finds what belongs to the claim and locks it: who edits a draft or publishes waits.
func newRedaction(t *tx, claim factcheck.ClaimID, passage, notice string) (*redaction, error) {
	r := &redaction{tx: t, m: redact.New(passage), notice: notice, kinds: map[string]string{}, slugs: map[string]string{}, holders: map[string]bool{}, said: map[string]bool{}}
	var err error
	if r.claims, err = r.family(claim); err != nil {
		return nil, err
	}
	if err := r.lock(r.claims); err != nil {
		return nil, err
	}
	ids := uuids(r.claims)
	r.ids = map[redactBy][]string{byClaims: ids}
	batch := &pgx.Batch{}
	batch.Queue(`SELECT place, kind FROM redaction_places()`).Query(func(rows pgx.Rows) error {
		var place, kind string
		_, err := pgx.ForEachRow(rows, []any{&place, &kind}, func() error { r.kinds[place] = kind; return nil })
		return err
	})
	named := map[string]bool{}
	batch.Queue(`SELECT claimant_id::text FROM claims WHERE id = ANY ($1::uuid[]) AND claimant_id IS NOT NULL`, ids).Query(func(rows pgx.Rows) error {
		return eachText(rows, func(id string) error { named[id] = true; return nil })
	})
	batch.Queue(`SELECT DISTINCT substring(ver.approved FROM '"claimant":\{"id":"(claimant_[0-9a-z]{26})"') FROM verdict_versions ver`+ofVersions, ids).Query(func(rows pgx.Rows) error {
		return eachText(rows, func(s string) error {
			id, err := factcheck.ParseClaimantID(s)
			named[id.UUID()] = err == nil
			return err
		})
	})
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return nil, fmt.Errorf("find what belongs to the claim: %w", err)
	}
	r.ids[byClaimants] = slices.Sorted(maps.Keys(named))
	r.ids[byObjects], err = r.objects()
	return r, err
}

// family returns the claim, the one it was merged into, and all that were merged into that, however many steps away.
func (r *redaction) family(claim factcheck.ClaimID) ([]factcheck.ClaimID, error) {
	rows, err := r.pgx.Query(r.ctx, `WITH RECURSIVE up AS (
			SELECT id, merged_into FROM claims WHERE id = $1 UNION ALL SELECT c.id, c.merged_into FROM up JOIN claims c ON c.id = up.merged_into),
		down AS (
			SELECT id FROM up WHERE merged_into IS NULL UNION ALL SELECT c.id FROM down JOIN claims c ON c.merged_into = down.id)
		SELECT id FROM down ORDER BY id`, claim)
	if err != nil {
		return nil, fmt.Errorf("find the claims: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[factcheck.ClaimID])
	if err == nil && len(ids) == 0 {
		return nil, factcheck.NotFound("there is no such claim")
	}
	return ids, err
}

func (r *redaction) lock(claims []factcheck.ClaimID) error {
	batch := &pgx.Batch{}
	batch.Queue(`SELECT FROM verdicts WHERE claim_id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`, uuids(claims))
	batch.Queue(`SELECT FROM claims WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`, uuids(claims))
	if err := r.pgx.SendBatch(r.ctx, batch).Close(); err != nil {
		return fmt.Errorf("lock the claims: %w", err)
	}
	return nil
}

// objects returns the TypeIDs that entries of the audit log about the claims can have.
func (r *redaction) objects() ([]string, error) {
	var out []string
	for _, id := range r.claims {
		out = append(out, id.String())
	}
	batch := &pgx.Batch{}
	add := func(rows pgx.Rows, kind func([16]byte) string) error {
		var id factcheck.ClaimID
		_, err := pgx.ForEachRow(rows, []any{&id}, func() error { out = append(out, kind(id)); return nil })
		return err
	}
	for _, q := range []struct {
		query string
		kind  func([16]byte) string
	}{
		{`SELECT id FROM verdicts WHERE claim_id = ANY ($1::uuid[])`, func(id [16]byte) string { return factcheck.VerdictID(id).String() }},
		{`SELECT ver.id FROM verdict_versions ver` + ofVersions, func(id [16]byte) string { return factcheck.VersionID(id).String() }},
		{`SELECT id FROM appearances WHERE claim_id = ANY ($1::uuid[]) UNION SELECT appearance_id FROM appearance_events WHERE claim_id = ANY ($1::uuid[])`, func(id [16]byte) string { return factcheck.AppearanceID(id).String() }},
		{`SELECT id FROM articles WHERE id` + ofArticles, func(id [16]byte) string { return factcheck.ArticleID(id).String() }},
		{`SELECT id FROM media WHERE claim_id = ANY ($1::uuid[])`, func(id [16]byte) string { return factcheck.MediaID(id).String() }},
		{`SELECT id FROM tips WHERE claim_id = ANY ($1::uuid[]) OR about_id = ANY ($1::uuid[])`, func(id [16]byte) string { return factcheck.TipID(id).String() }},
		{`SELECT p.id FROM proposals p LEFT JOIN verdicts v ON v.id = p.verdict_id WHERE coalesce(p.claim_id, v.claim_id) = ANY ($1::uuid[])`,
			func(id [16]byte) string { return factcheck.ProposalID(id).String() }},
	} {
		batch.Queue(q.query, r.ids[byClaims]).Query(func(rows pgx.Rows) error { return add(rows, q.kind) })
	}
	batch.Queue(`SELECT id FROM claimants WHERE id = ANY ($1::uuid[])`, r.ids[byClaimants]).Query(func(rows pgx.Rows) error {
		return add(rows, func(id [16]byte) string { return factcheck.ClaimantID(id).String() })
	})
	return out, r.pgx.SendBatch(r.ctx, batch).Close()
}

// scan finds every place of the passage.
func (r *redaction) scan() error {
	for _, table := range redactTables() {
		rows, err := r.pgx.Query(r.ctx, table.query, r.ids[table.by])
		if err != nil {
			return fmt.Errorf("search %s: %w", table.name, err)
		}
		if err := r.scanRows(rows, table); err != nil {
			return fmt.Errorf("search %s: %w", table.name, err)
		}
	}
	if err := r.scanSnapshots(); err != nil {
		return fmt.Errorf("search snapshots: %w", err)
	}
	if err := r.scanOthers(); err != nil {
		return fmt.Errorf("search other claims: %w", err)
	}
	return nil
}

func (r *redaction) scanRows(rows pgx.Rows, table redactTable) error {
	defer rows.Close()
	var row string
	fields := make([]*string, len(table.columns))
	targets := []any{&row}
	for i := range fields {
		targets = append(targets, &fields[i])
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		for i, f := range fields {
			if f == nil || *f == "" {
				continue
			}
			if err := r.field(table.name+"."+table.columns[i], row, *f); err != nil {
				return fmt.Errorf("%s of %s: %w", table.columns[i], row, err)
			}
		}
	}
	return rows.Err()
}

// field notes what has to go from one field.
func (r *redaction) field(place, row, value string) error {
	owner, _, _ := strings.Cut(row, "/") // the claim or article that a slug or address belongs to
	end := owner[max(0, len(owner)-12):]
	switch kind := r.kinds[place]; kind {
	case "text":
		if spans := r.m.Text(value); len(spans) > 0 {
			r.note(place, row, value, spans, r.notice)
			r.holders[owner] = true
			r.remember(place, value)
			if place == "appearances.quote" {
				r.quoted = append(r.quoted, row)
			}
		}
	case "json":
		// What others wrote has names of its own for everything.
		foreign := place == "articles.found" || place == "snapshots.headers" || place == "appearance_events.before" || place == "suggestions.why"
		edits, err := r.m.JSON(value, redact.Rules{Notice: r.notice, Slugs: r.slugs, All: foreign})
		if err != nil {
			return err
		}
		r.noteAll(place, row, value, edits)
	case "slug":
		if r.m.Slug(value, r.holders[owner]) {
			slug := "redacted-" + end
			r.slugs[value] = slug
			r.note(place, row, value, redact.Whole(value), slug)
		}
	case "address":
		if r.m.Address(value) {
			notice := factcheck.RedactedAddress
			if place == "articles.url" || place == "articles.url_key" || place == "claimants.same_as" { // no two are the same
				notice += end
			}
			r.note(place, row, value, redact.Whole(value), notice)
			r.remember(place, value)
		}
	case "hidden":
		if r.hides(place, owner, value) {
			r.note(place, row, value, redact.Whole(value), hiddenKey(value))
		}
	default:
		return fmt.Errorf("a redaction does not know what may stand in %s (%q)", place, kind)
	}
	return nil
}

// hides reports whether a key is hidden. An old slug of a claim then leads to the new one.
func (r *redaction) hides(place, owner, value string) bool {
	if place != "claim_slugs.slug" {
		return r.m.Address(value)
	}
	if !r.m.Slug(value, r.holders[owner]) {
		return false
	}
	if r.slugs[value] == "" {
		r.slugs[value] = "redacted-" + owner[len(owner)-12:]
	}
	return true
}

// remember keeps what an article or a claimant was called: other claims' documents of the past say it too.
func (r *redaction) remember(place, value string) {
	if strings.HasPrefix(place, "articles.") || place == "appearance_listings.title" || strings.HasPrefix(place, "claimants.") {
		r.said[value] = true
	}
}

func (r *redaction) note(place, row, value string, spans []redact.Span, notice string) {
	if notice == r.notice || r.kinds[place] == "address" {
		r.hits++
	}
	r.edits = append(r.edits, redactEdit{place: place, row: row, was: sha256.Sum256([]byte(value)), spans: spans, notice: notice})
}

// noteAll notes edits of one field that follow each other.
func (r *redaction) noteAll(place, row, value string, edits []redact.Edit) {
	for _, e := range edits {
		r.note(place, row, value, e.Spans, e.Notice)
		value = redact.Replace(value, e.Spans, e.Notice)
	}
}

// hiddenKey is hidden_key of the database.
func hiddenKey(s string) string { return fmt.Sprintf("~%x", sha256.Sum256([]byte(s))) }

// scanSnapshots searches the stored pages of articles. A picture of a page that held the passage shows it.
func (r *redaction) scanSnapshots() error {
	rows, err := r.pgx.Query(r.ctx, redactSnapshots, r.ids[byClaims], r.quoted)
	if err != nil {
		return err
	}
	var row, contentType string
	var articles []string
	var body []byte
	var quoted bool
	_, err = pgx.ForEachRow(rows, []any{&row, &articles, &contentType, &body, &quoted}, func() error {
		held := quoted || slices.ContainsFunc(articles, func(id string) bool { return r.holders[id] })
		if spans := r.m.Body(body, contentType, held); len(spans) > 0 {
			for _, id := range articles {
				r.holders[id] = true
			}
			r.hits++
			r.edits = append(r.edits, redactEdit{place: "snapshot_contents.body", row: row, was: sha256.Sum256(body), spans: spans, notice: r.notice})
		}
		return nil
	})
	return err
}

// scanOthers searches what earlier states and approved texts of other claims say of the articles and claimants whose names
// go. Nothing else of other claims is touched.
func (r *redaction) scanOthers() error {
	if len(r.said) == 0 && len(r.slugs) == 0 {
		return nil
	}
	var err error
	if r.others, err = r.sharing(r.ids[byClaims], r.ids[byClaimants], r.ids[byObjects]); err != nil || len(r.others) == 0 {
		return err
	}
	if err := r.lock(r.others); err != nil {
		return err
	}
	for _, q := range []struct {
		place, query string
		only         []string
	}{
		{"claim_states.document", `SELECT claim_id || '/' || n, document FROM claim_states WHERE claim_id = ANY ($1::uuid[])`, []string{"appearances.article", "claimant"}},
		{"verdict_versions.approved", `SELECT ver.id::text, ver.approved FROM verdict_versions ver` + ofVersions + ` AND ver.approved IS NOT NULL`, []string{"claim.claimant"}},
		{"verdict_submissions.approved", `SELECT x.id::text, x.approved FROM verdict_submissions x JOIN verdict_versions ver ON ver.id = x.version_id` + ofVersions, []string{"claim.claimant"}},
	} {
		rows, err := r.pgx.Query(r.ctx, q.query, uuids(r.others))
		if err != nil {
			return err
		}
		var row, value string
		_, err = pgx.ForEachRow(rows, []any{&row, &value}, func() error {
			edits, err := r.m.JSON(value, redact.Rules{Notice: r.notice, Slugs: r.slugs, Only: q.only, Among: r.saidOrSlug()})
			r.noteAll(q.place, row, value, edits)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sharing returns other claims that show an article of the claims, or one of the claimants.
func (t *tx) sharing(claims, claimants, objects []string) ([]factcheck.ClaimID, error) {
	rows, err := t.pgx.Query(t.ctx, `SELECT DISTINCT id FROM (
			SELECT ap.claim_id AS id FROM appearances ap WHERE ap.article_id`+ofArticles+`
			UNION SELECT id FROM claims WHERE claimant_id = ANY ($2::uuid[])
			UNION SELECT v.claim_id FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id
				WHERE substring(ver.approved FROM '"claimant":\{"id":"(claimant_[0-9a-z]{26})"') = ANY ($3)
			UNION SELECT v.claim_id FROM verdict_submissions s JOIN verdict_versions ver ON ver.id = s.version_id JOIN verdicts v ON v.id = ver.verdict_id
				WHERE substring(s.approved FROM '"claimant":\{"id":"(claimant_[0-9a-z]{26})"') = ANY ($3)) x
		WHERE id <> ALL ($1::uuid[]) ORDER BY id`, claims, claimants, objects)
	if err != nil {
		return nil, fmt.Errorf("find other claims: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[factcheck.ClaimID])
}

// saidOrSlug returns all values that may be searched in documents of other claims.
func (r *redaction) saidOrSlug() map[string]bool {
	all := maps.Clone(r.said)
	for slug := range r.slugs {
		all[slug] = true
	}
	return all
}

// eachText calls f with each value of a query's one column, leaving NULLs out.
func eachText(rows pgx.Rows, f func(string) error) error {
	var s *string
	_, err := pgx.ForEachRow(rows, []any{&s}, func() error {
		if s == nil {
			return nil
		}
		return f(*s)
	})
	return err
}
