package store

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// documentWork is what a transaction knows of the documents it has to rebuild.
type documentWork struct {
	touched   []factcheck.ClaimID
	seen      map[factcheck.ClaimID]bool
	public    map[factcheck.ClaimID]bool // after the rebuild: public now, or until now
	withdrawn map[factcheck.ClaimID]bool // public until now
}

func (w *documentWork) touch(id factcheck.ClaimID) {
	if w.seen == nil {
		w.seen = map[factcheck.ClaimID]bool{}
	}
	if !w.seen[id] {
		w.seen[id] = true
		w.touched = append(w.touched, id)
	}
}

func (w *documentWork) visible(id factcheck.ClaimID) bool { return w.public[id] }

// rebuildChunk is how many documents are in memory at a time when a transaction touches many.
const rebuildChunk = 200

// rebuildDocuments rebuilds the documents of all touched claims and writes them, their public verdicts and their new
// states: a constant number of round trips for every 200. A claim with nothing public loses its document. The claims are
// locked first, in one order, so that of two transactions that touch a claim the second builds on what the first wrote.
func (t *tx) rebuildDocuments() error {
	if len(t.docs.touched) == 0 {
		return nil
	}
	t.docs.public, t.docs.withdrawn = map[factcheck.ClaimID]bool{}, map[factcheck.ClaimID]bool{}
	byClaim := make(map[factcheck.ClaimID][]change, len(t.docs.touched))
	for _, c := range t.changes {
		byClaim[c.claim] = append(byClaim[c.claim], c)
	}
	ids := slices.SortedFunc(slices.Values(t.docs.touched), func(a, b factcheck.ClaimID) int { return bytes.Compare(a[:], b[:]) })
	for chunk := range slices.Chunk(ids, rebuildChunk) {
		if err := t.rebuild(chunk, byClaim); err != nil {
			return err
		}
	}
	t.withdraw(byClaim)
	return nil
}

// rebuild rebuilds the documents of one chunk of claims.
func (t *tx) rebuild(ids []factcheck.ClaimID, changes map[factcheck.ClaimID][]change) error {
	built, err := buildDocuments(t, ids, true)
	if err != nil {
		return err
	}
	batch := &pgx.Batch{}
	var rendered []factcheck.ClaimID
	for _, id := range ids {
		b := built[id]
		if b == nil || len(b.doc.Verdicts) == 0 {
			t.queueRemoval(batch, id)
			continue
		}
		t.docs.public[id] = true
		rendered = append(rendered, id)
		if err := t.queueDocument(batch, b, changes[id]); err != nil {
			return err
		}
	}
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return fmt.Errorf("write %d documents: %w", len(ids), err)
	}
	t.enqueueRendering(rendered)
	return nil
}

// queueRemoval takes a claim out of the public. Entries for it are written only if it was public: the callback runs when
// the batch is read.
func (t *tx) queueRemoval(batch *pgx.Batch, id factcheck.ClaimID) {
	batch.Queue(`DELETE FROM claim_pages WHERE claim_id = $1`, id)
	batch.Queue(`DELETE FROM claim_documents WHERE claim_id = $1 RETURNING 1`, id).Query(func(rows pgx.Rows) error {
		defer rows.Close()
		if rows.Next() {
			t.docs.public[id], t.docs.withdrawn[id] = true, true
		}
		return rows.Err()
	})
}

// withdraw makes sure that the feed tells followers to drop the claims that are no longer public, and nothing else of them.
func (t *tx) withdraw(changes map[factcheck.ClaimID][]change) {
	told := func(c change) bool {
		return c.kind == factcheck.ChangeClaimMerged || c.kind == factcheck.ChangeClaimWithdrawn
	}
	done := map[factcheck.ClaimID]bool{}
	kept := t.changes[:0]
	for _, c := range t.changes {
		if !t.docs.withdrawn[c.claim] || slices.ContainsFunc(changes[c.claim], told) {
			kept = append(kept, c)
		} else if !done[c.claim] {
			done[c.claim] = true
			kept = append(kept, change{kind: factcheck.ChangeClaimWithdrawn, claim: c.claim})
		}
	}
	t.changes = kept
}

// queueDocument writes the document of a claim and, for each of its changes that makes one, a new state of its page.
func (t *tx) queueDocument(batch *pgx.Batch, b *building, changes []change) error {
	stored, err := document.Encode(b.doc)
	if err != nil {
		return err
	}
	_, house := b.doc.House()
	published := time.Time{}
	for _, v := range b.doc.Verdicts {
		if v.PublishedAt.After(published) {
			published = v.PublishedAt
		}
	}
	named := b.claimant
	if b.doc.Claimant == nil || b.doc.Claimant.ID == "" {
		named = factcheck.ClaimantID{} // nobody, or a private person
	}
	batch.Queue(`INSERT INTO claim_documents (claim_id, document, language, house, claimant_id, published_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (claim_id) DO UPDATE SET document = excluded.document, language = excluded.language, house = excluded.house,
		claimant_id = excluded.claimant_id, published_at = excluded.published_at, updated_at = excluded.updated_at`,
		b.id, string(stored), b.doc.Language, house, named, published, t.now)
	batch.Queue(`INSERT INTO claim_words (claim_id, words) VALUES ($1, to_tsvector('simple', $2))
		ON CONFLICT (claim_id) DO UPDATE SET words = excluded.words`, b.id, words(b.doc))
	batch.Queue(`DELETE FROM public_verdicts WHERE claim_id = $1`, b.id)
	for _, v := range b.verdicts {
		batch.Queue(`INSERT INTO public_verdicts (claim_id, publisher_id, verdict_id, version_id, house, label, truth, reasons, published_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			b.id, v.PublisherID, v.ID, v.VersionID, v.Origin != factcheck.OriginImported, v.publicLabel(), v.publicTruth(), v.publicReasons(), v.PublishedAt)
	}
	for _, c := range changes {
		if c.newState() {
			batch.Queue(`INSERT INTO claim_states (claim_id, n, at, type, note, document)
				SELECT $1::uuid, coalesce(max(n), 0) + 1, $2::timestamptz, $3::text, $4::text, $5::text FROM claim_states WHERE claim_id = $1`,
				b.id, t.now, string(c.kind), c.note, string(stored))
		}
	}
	return nil
}

// words returns what the search in SQL finds a claim by: its text in all wordings, headlines, answers and topics, at most
// 100,000 bytes, far below the megabyte a tsvector may hold.
func words(doc document.Claim) string {
	parts := []string{doc.Text}
	for _, w := range doc.Wordings {
		parts = append(parts, w.Text, w.Headline, w.Answer)
	}
	for _, v := range doc.Verdicts {
		parts = append(parts, v.Headline, v.Answer)
	}
	for _, t := range doc.Topics {
		parts = append(parts, t.Name)
	}
	all := strings.Join(parts, "\n")
	if len(all) > 100_000 {
		all = strings.ToValidUTF8(all[:100_000], "")
	}
	return all
}

// building is a claim on its way to a document.
type building struct {
	id       factcheck.ClaimID
	doc      document.Claim
	claimant factcheck.ClaimantID
	approved bool               // the claim was taken from what was approved, or imported with a verdict
	said     *document.Claimant // as the publisher of the leading verdict names them; nil for the house
	verdicts []publicVerdict
}

// publicVerdict is a row of the query for current versions of allowed publishers.
type publicVerdict struct {
	ID          factcheck.VerdictID
	ClaimID     factcheck.ClaimID
	PublisherID factcheck.PublisherID
	VersionID   factcheck.VersionID
	Origin      factcheck.Origin
	State       factcheck.VerdictState
	PublishedAt time.Time
	rating      factcheck.Rating
}

// A suspended verdict shows no rating on any public way out.
func (v publicVerdict) publicLabel() string {
	if v.State == factcheck.VerdictSuspended {
		return ""
	}
	return v.rating.Label
}

func (v publicVerdict) publicTruth() string {
	if v.State == factcheck.VerdictSuspended {
		return ""
	}
	return string(v.rating.Truth)
}

func (v publicVerdict) publicReasons() []string {
	if v.State == factcheck.VerdictSuspended {
		return []string{}
	}
	return reasonStrings(v.rating.Reasons)
}

func reasonStrings(reasons []factcheck.Reason) []string {
	out := make([]string, 0, len(reasons))
	for _, r := range reasons {
		out = append(out, string(r))
	}
	return out
}

// buildDocuments reads everything the documents of ids need: seven queries in one round trip, however many claims. The
// claims are locked until the commit, unless they are only looked at.
func buildDocuments(t *tx, ids []factcheck.ClaimID, lock bool) (map[factcheck.ClaimID]*building, error) {
	uuids := make([]string, len(ids))
	for i, id := range ids {
		uuids[i] = id.UUID()
	}
	built := make(map[factcheck.ClaimID]*building, len(ids))
	batch := &pgx.Batch{}
	licence := ""
	if lock {
		batch.Queue(`SELECT FROM claims WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`, uuids)
	}
	quoteLimit := 0
	batch.Queue(`SELECT coalesce((SELECT licence FROM publishers WHERE is_house), ''), coalesce((SELECT (value ->> 'quote_limit')::int FROM settings WHERE name = $1), $2)`,
		settingArticleRules, factcheck.DefaultArticleRules().QuoteLimit).QueryRow(func(row pgx.Row) error { return row.Scan(&licence, &quoteLimit) })
	batch.Queue(claimsQuery, uuids).Query(func(rows pgx.Rows) error { return scanClaims(rows, built) })
	batch.Queue(topicsQuery, uuids).Query(func(rows pgx.Rows) error { return scanTopics(rows, built) })
	batch.Queue(verdictsQuery, uuids).Query(func(rows pgx.Rows) error { return scanVerdicts(rows, built) })
	batch.Queue(sourcesQuery, uuids).Query(func(rows pgx.Rows) error { return scanSources(rows, built) })
	batch.Queue(appearancesQuery, uuids).Query(func(rows pgx.Rows) error { return scanAppearances(rows, built, quoteLimit) })
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return nil, fmt.Errorf("build %d documents: %w", len(ids), err)
	}
	if err := nameClaimants(t, built); err != nil {
		return nil, fmt.Errorf("name the claimants: %w", err)
	}
	for _, b := range built {
		b.doc.Licence = licence
	}
	return built, nil
}

const claimsQuery = `
SELECT c.id, c.slug, c.text, c.language, c.date, c.date_precision, c.place, c.claimant_id
FROM claims c WHERE c.id = ANY ($1::uuid[]) AND c.stage <> 'merged'`

func scanClaims(rows pgx.Rows, built map[factcheck.ClaimID]*building) error {
	defer rows.Close()
	for rows.Next() {
		var (
			b         building
			date      *time.Time
			precision *string
		)
		if err := rows.Scan(&b.id, &b.doc.Slug, &b.doc.Text, &b.doc.Language, &date, &precision, &b.doc.Place, &b.claimant); err != nil {
			return err
		}
		b.doc.ID, b.doc.URL = b.id.String(), document.ClaimURL(b.doc.Slug)
		b.doc.Topics, b.doc.Verdicts, b.doc.Appearances = []document.Topic{}, []document.Verdict{}, []document.Appearance{}
		if date != nil && precision != nil {
			s := factcheck.Date{At: *date, Precision: factcheck.Precision(*precision)}.String()
			b.doc.Date, b.doc.DatePrecision = &s, precision
		}
		built[b.id] = &b
	}
	return rows.Err()
}

// nameClaimants fills in who made the claims: whom the approval names, under the name they have now. A private person's
// name, slug and id stay out: no page, facet, feed or export leads to them. Whom a publisher who is not allowed brought here, and
// another one names by the same identifying address, is named as that one does, and leads nowhere.
func nameClaimants(t *tx, built map[factcheck.ClaimID]*building) error {
	var ids []string
	for _, b := range built {
		if !b.claimant.IsZero() {
			ids = append(ids, b.claimant.UUID())
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := t.pgx.Query(t.ctx, `SELECT c.id, c.slug, c.name, c.kind, c.description, c.private AND c.named_approved_by IS NULL, p.id IS NOT NULL AND p.allowed_at IS NULL
		FROM claimants c LEFT JOIN publishers p ON p.id = c.publisher_id WHERE c.id = ANY ($1::uuid[])`, ids)
	if err != nil {
		return err
	}
	defer rows.Close()
	named, theirs := map[factcheck.ClaimantID]*document.Claimant{}, map[factcheck.ClaimantID]bool{}
	for rows.Next() {
		var (
			id          factcheck.ClaimantID
			c           document.Claimant
			description string
			private     bool
			hidden      bool // who brought them here is not allowed
		)
		if err := rows.Scan(&id, &c.Slug, &c.Name, &c.Kind, &description, &private, &hidden); err != nil {
			return err
		}
		theirs[id] = hidden && !private
		c.ID = id.String()
		if private {
			c = document.Claimant{Name: unnamed(description), Kind: c.Kind}
		}
		named[id] = &c
	}
	for _, b := range built {
		b.doc.Claimant = named[b.claimant]
		if theirs[b.claimant] && b.said != nil {
			b.doc.Claimant = b.said
		}
	}
	return rows.Err()
}

// unnamed is what stands for the name of a private person.
func unnamed(description string) string { return cmp.Or(description, "a private person") }

const topicsQuery = `
SELECT DISTINCT ct.claim_id, t.id, t.slug, t.name FROM claim_topics ct JOIN topics t ON t.id = ct.topic_id
WHERE ct.claim_id = ANY ($1::uuid[]) AND ` + shownTopic + ` ORDER BY t.name, t.id`

func scanTopics(rows pgx.Rows, built map[factcheck.ClaimID]*building) error {
	defer rows.Close()
	for rows.Next() {
		var (
			claim      factcheck.ClaimID
			topic      factcheck.TopicID
			slug, name string
		)
		if err := rows.Scan(&claim, &topic, &slug, &name); err != nil {
			return err
		}
		if b := built[claim]; b != nil {
			b.doc.Topics = append(b.doc.Topics, document.Topic{ID: topic.String(), Slug: slug, Name: name})
		}
	}
	return rows.Err()
}

const appearancesQuery = `
SELECT ap.claim_id, ap.id, ap.stance, ap.set_by, ap.quote, least(ap.first_seen_at, said.first_seen_at), ap.correction_state, ap.corrected_at,
       a.id, a.slug, coalesce(a.url, ''), coalesce(nullif(a.title, ''), said.title, ''), coalesce(o.name, ''), coalesce(nullif(a.language, ''), said.language, ''), coalesce(a.published_at, said.published_at),
       CASE WHEN a.published_at IS NULL THEN said.published_precision ELSE a.published_precision END,
       a.archive_url, ap.is_first, coalesce(ap.appeared_at, CASE WHEN ap.is_first THEN a.published_at END), coalesce(ap.appeared_precision, CASE WHEN ap.is_first THEN a.published_precision END)
FROM appearances ap JOIN articles a ON a.id = ap.article_id LEFT JOIN outlets o ON o.id = a.outlet_id` + listedSaid + `
WHERE ap.claim_id = ANY ($1::uuid[]) AND ` + shownAppearance + `
ORDER BY ap.claim_id, array_position(ARRAY['makes', 'repeats', 'reports', 'disputes', 'listed'], ap.stance), coalesce(a.published_at, said.published_at, ap.first_seen_at, said.first_seen_at), ap.position, ap.id`

func scanAppearances(rows pgx.Rows, built map[factcheck.ClaimID]*building, quoteLimit int) error {
	defer rows.Close()
	for rows.Next() {
		var (
			claim      factcheck.ClaimID
			appearance factcheck.AppearanceID
			article    factcheck.ArticleID
			a          document.Appearance
			appeared   *time.Time
			precision  *string
		)
		err := rows.Scan(&claim, &appearance, &a.Stance, &a.SetBy, &a.Quote, &a.FirstSeenAt, &a.Correction.State, &a.Correction.At,
			&article, &a.Article.Slug, &a.Article.URL, &a.Article.Title, &a.Article.Outlet, &a.Article.Language, &a.Article.PublishedAt, &a.Article.PublishedPrecision,
			&a.Article.ArchiveURL, &a.First, &appeared, &precision)
		if err != nil {
			return err
		}
		if a.Article.URL == "" { // a post that nobody can open: readers see what we have of it
			a.Article.URL = document.ArticleURL(a.Article.Slug)
		}
		if appeared != nil && precision != nil {
			s := factcheck.Date{At: *appeared, Precision: factcheck.Precision(*precision)}.String()
			a.AppearedAt, a.AppearedPrecision = &s, precision
		}
		a.Quote = factcheck.Shorten(a.Quote, quoteLimit)
		if b := built[claim]; b != nil {
			a.ID, a.Article.ID = appearance.String(), article.String()
			b.doc.Appearances = append(b.doc.Appearances, a)
		}
	}
	return rows.Err()
}

// decodeJSON reads a jsonb column into v; an empty column leaves v alone.
func decodeJSON(raw []byte, v any) error {
	if len(raw) == 0 {
		return nil
	}
	return json.Unmarshal(raw, v)
}
