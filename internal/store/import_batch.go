package store

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// importBatch takes records in with a number of queries that does not depend on how many they are: it reads all that the
// records may meet, decides in memory, and writes in one pipelined round trip.
type importBatch struct {
	*tx
	run     *Import
	records []exchange.Record

	house      factcheck.PublisherID
	houseSite  string
	publishers map[string]publisherRef      // by site
	scales     map[string]factcheck.ScaleID // by slug/version
	labels     map[labelRef]bool            // that the scales have
	known      map[recordKey]importRecord   // by identity
	claims     map[[32]byte][]*claimRef     // by text key, oldest first
	claimants  map[claimantKey]factcheck.ClaimantID
	topics     map[string]factcheck.TopicID   // by slug
	articles   map[string]factcheck.ArticleID // by the key of the address
	slugs      map[string]bool                // taken
	linked     map[linkRef]bool               // listed in this batch
	writes     *pgx.Batch
}

type publisherRef struct {
	id      factcheck.PublisherID
	allowed bool
}

type labelRef struct {
	scale factcheck.ScaleID
	label string
}

// recordKey is the identity of an imported check: one page may check several claims.
type recordKey struct {
	publisher factcheck.PublisherID
	reviewURL string
	textKey   [32]byte
}

type importRecord struct {
	claim   factcheck.ClaimID
	verdict factcheck.VerdictID
	version int // newest
	hash    [32]byte
	state   factcheck.VerdictState

	redacted bool // it, or what it is about, lost a passage
}

// claimRef is a claim that a record may be about.
type claimRef struct {
	id         factcheck.ClaimID
	claimant   string // folded name; empty if unknown
	publishers map[factcheck.PublisherID]bool
}

type claimantKey struct{ sameAs, publisher, name string }

type linkRef struct {
	claim     factcheck.ClaimID
	article   factcheck.ArticleID
	publisher factcheck.PublisherID
}

// add decides and writes; the outcomes are in the order of the records.
func (b *importBatch) add() ([]Outcome, error) {
	b.writes = &pgx.Batch{}
	b.linked = map[linkRef]bool{}
	for _, load := range []func() error{b.loadHouse, b.loadPublishers, b.loadKnown, b.loadClaims, b.loadClaimants, b.loadTopics, b.loadArticles, b.loadSlugs} {
		if err := load(); err != nil {
			return nil, err
		}
	}
	outcomes := make([]Outcome, 0, len(b.records))
	for i := range b.records {
		o, err := b.record(&b.records[i])
		if err != nil {
			return nil, err
		}
		o.Notes = unfitAddresses(&b.records[i], o.Kind)
		outcomes = append(outcomes, o)
	}
	if err := b.pgx.SendBatch(b.ctx, b.writes).Close(); err != nil {
		return nil, fmt.Errorf("write %d records: %w", len(b.records), err)
	}
	return outcomes, nil
}

// record decides what becomes of one record and queues its rows.
func (b *importBatch) record(r *exchange.Record) (Outcome, error) {
	publisher, reason := b.publisher(r)
	if reason == "" {
		reason = unfit(r)
	}
	if reason != "" {
		return Outcome{Kind: OutcomeRejected, Reason: reason}, nil
	}
	key := b.key(r, publisher.id)
	hash := exchange.RecordHash(*r)
	if old, ok := b.known[key]; ok {
		if old.hash == hash || old.state == factcheck.VerdictRetracted {
			return Outcome{Kind: OutcomeUnchanged}, nil
		}
		if old.redacted {
			return Outcome{Kind: OutcomeRejected, Reason: redactedReason}, nil
		}
		return Outcome{Kind: OutcomeUpdated}, b.revise(r, key, old, hash)
	}
	if r.Deleted {
		return Outcome{Kind: OutcomeUnchanged}, nil // it was taken back before it was ever taken in
	}
	return Outcome{Kind: OutcomeCreated}, b.create(r, key, hash)
}

// redactedReason is why a changed record is not taken: its text is not read against what was taken out, which is kept
// nowhere, so it could bring that back.
const redactedReason = "a passage of this check was redacted here, so its publisher's changes are not taken over by themselves"

func (b *importBatch) key(r *exchange.Record, publisher factcheck.PublisherID) recordKey {
	return recordKey{publisher: publisher, reviewURL: r.ReviewURL, textKey: exchange.TextKey(r.Text, r.Language)}
}

// publisher returns whose verdict the record is, or why it cannot be taken.
func (b *importBatch) publisher(r *exchange.Record) (publisherRef, string) {
	site := strings.ToLower(r.Publisher.Site)
	p, ok := b.publishers[site]
	switch {
	case site == "" || !ok:
		return p, "it names no publisher: the address of the review has no host"
	case p.id == b.house && !b.run.opts.Legacy:
		return p, "it is the house's own check (" + site + "); import the house's archive with --legacy"
	}
	return p, ""
}

// unfit says what of the record the ledger cannot hold; empty if it is fit.
func unfit(r *exchange.Record) string {
	if r.Text == "" && r.Deleted {
		return "it takes back a check without naming its claim"
	}
	if !factcheck.ValidLanguage(r.Language) {
		return "its language is not a language tag"
	}
	if !factcheck.IsWebURL(r.ReviewURL) {
		return "the address of the review is not a web address"
	}
	for _, c := range []struct {
		what, text string
		limit      int
	}{
		{"claim", r.Text, factcheck.MaxClaimText * 5}, {"label", r.Rating.Label, factcheck.MaxLine}, {"headline", r.Headline, factcheck.MaxAnswer},
		{"answer", r.Answer, factcheck.MaxBody}, {"claimant", r.Claimant.Name, factcheck.MaxLine},
		{"byline", r.Byline, factcheck.MaxAnswer}, {"place", r.Place, factcheck.MaxAnswer}, {"body", r.Body, factcheck.MaxBody * 5},
	} {
		if err := factcheck.CheckText(c.what, c.text, c.limit); err != nil {
			return refusal(err).Reason
		}
	}
	if n := len(r.ReviewURL); n > maxImportURL {
		return fmt.Sprintf("the address of the review has %d bytes; the limit is %d", n, maxImportURL)
	}
	if r.Text == "" {
		return "it has no claim text"
	}
	return ""
}

// unfitAddresses says which of the addresses that a record lists were left out when it was taken in.
func unfitAddresses(r *exchange.Record, kind OutcomeKind) []string {
	if kind != OutcomeCreated && kind != OutcomeUpdated {
		return nil
	}
	var notes []string
	for _, a := range r.Appearances {
		if why := unfitAddress(a.URL); why != "" {
			notes = append(notes, why)
		}
	}
	return notes
}

// create makes the claim if nobody has it yet, the verdict, its version and what hangs on them.
func (b *importBatch) create(r *exchange.Record, key recordKey, hash [32]byte) error {
	claim := b.claim(r, key)
	claim.publishers[key.publisher] = true
	origin := factcheck.OriginImported
	if key.publisher == b.house {
		origin = factcheck.OriginLegacy
	}
	verdict := factcheck.VerdictID(newID(b.tx))
	b.writes.Queue(`INSERT INTO verdicts (id, claim_id, publisher_id, origin, state, created_at) VALUES ($1, $2, $3, $4, 'unpublished', $5)`,
		verdict, claim.id, key.publisher, origin, b.now)
	rec := importRecord{claim: claim.id, verdict: verdict, version: 1, hash: hash, state: factcheck.VerdictCurrent}
	if err := b.version(r, rec, factcheck.CorrectionNone, ""); err != nil {
		return err
	}
	b.writes.Queue(`INSERT INTO import_records (publisher_id, review_url, text_key, claim_id, verdict_id, hash, import_id) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		key.publisher, key.reviewURL, key.textKey[:], claim.id, verdict, hash[:], b.run.id)
	b.known[key] = rec
	b.surroundings(r, claim.id)
	b.tell(r, change{kind: factcheck.ChangeVerdictPublished, claim: claim.id, verdict: verdict})
	return nil
}

// revise makes a changed record a new version of its verdict.
func (b *importBatch) revise(r *exchange.Record, key recordKey, old importRecord, hash [32]byte) error {
	kind, note := factcheck.CorrectionUpdate, "The publisher changed its check."
	if c := r.Correction; c != nil && factcheck.CorrectionKind(c.Kind).Valid() && c.Kind != "" {
		kind, note = factcheck.CorrectionKind(c.Kind), cmp.Or(c.Note, note)
	}
	if r.Deleted || r.State == string(factcheck.VerdictRetracted) {
		kind, note = factcheck.CorrectionRetraction, "The publisher took its check back."
	}
	old.version++
	old.hash = hash
	if kind == factcheck.CorrectionRetraction {
		old.state = factcheck.VerdictRetracted
	}
	if err := b.version(r, old, kind, note); err != nil {
		return err
	}
	b.writes.Queue(`UPDATE import_records SET hash = $4, import_id = $5 WHERE publisher_id = $1 AND review_url IN ($2, hidden_key($2)) AND text_key = $3`,
		key.publisher, key.reviewURL, key.textKey[:], hash[:], b.run.id)
	b.known[key] = old
	b.surroundings(r, old.claim)
	b.tell(r, change{kind: kind.Change(), claim: old.claim, verdict: old.verdict, note: note})
	return nil
}

// tell notes a change, unless the publisher waits to be allowed: then nothing public moves, even on a claim that is public
// through others.
func (b *importBatch) tell(r *exchange.Record, c change) {
	if b.publishers[r.Publisher.Site].allowed {
		b.change(c)
	}
}

// claim returns the claim the record is about: the oldest public or imported one with the same normalised text, language
// and no conflicting claimant on which this publisher has no verdict yet. Claims that the house has not published are
// left alone: an import must not show them.
func (b *importBatch) claim(r *exchange.Record, key recordKey) *claimRef {
	who := foldName(r.Claimant.Name)
	for _, c := range b.claims[key.textKey] {
		if !c.publishers[key.publisher] && (c.claimant == "" || who == "" || c.claimant == who) {
			if c.claimant == "" {
				c.claimant = who
			}
			return c
		}
	}
	c := &claimRef{id: factcheck.ClaimID(newID(b.tx)), claimant: who, publishers: map[factcheck.PublisherID]bool{}}
	b.claims[key.textKey] = append(b.claims[key.textKey], c)
	slug := b.freeSlug(r.Text)
	b.writes.Queue(`INSERT INTO claim_slugs (slug, claim_id, created_at) VALUES ($1, $2, $3)`, slug, c.id, b.now)
	date, precision := dateColumns(r.ClaimDate)
	b.writes.Queue(`INSERT INTO claims (id, slug, text, text_key, language, claimant_id, date, date_precision, place, stage, created_by, edited_by, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'published', $10, $10, $11, $11)`,
		c.id, slug, r.Text, key.textKey[:], r.Language, b.claimant(r, key.publisher), date, precision, r.Place, b.actor.ID, b.now)
	return c
}

// freeSlug takes a slug that neither the database nor this batch has.
func (b *importBatch) freeSlug(text string) string {
	base := document.Slug(text)
	slug := base
	for i := 2; b.slugs[slug]; i++ {
		slug = fmt.Sprintf("%s-%d", base, i)
	}
	b.slugs[slug] = true
	return slug
}

// claimant returns who made the claim, made new unless the same publisher, or the same address of the person, brought them
// before: people are never merged by name alone.
func (b *importBatch) claimant(r *exchange.Record, publisher factcheck.PublisherID) factcheck.ClaimantID {
	if r.Claimant.Name == "" {
		return factcheck.ClaimantID{}
	}
	key := keyOfClaimant(r, publisher)
	if id, ok := b.claimants[key]; ok {
		return id
	}
	id := factcheck.ClaimantID(newID(b.tx))
	kind := factcheck.ClaimantKind(r.Claimant.Kind)
	if !kind.Valid() {
		kind = factcheck.ClaimantAnonymous
	}
	uuid := id.UUID()
	slug := document.Slug(r.Claimant.Name) + "-" + uuid[len(uuid)-6:]
	b.writes.Queue(`INSERT INTO claimants (id, slug, name, kind, same_as, publisher_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id, slug, r.Claimant.Name, kind, key.sameAs, publisher, b.now)
	b.claimants[key] = id
	return id
}

func keyOfClaimant(r *exchange.Record, publisher factcheck.PublisherID) claimantKey {
	for _, u := range r.Claimant.SameAs {
		if factcheck.IsWebURL(u) && factcheck.CheckText("same_as", u, factcheck.MaxSameAs) == nil {
			return claimantKey{sameAs: u}
		}
	}
	return claimantKey{publisher: publisher.UUID(), name: foldName(r.Claimant.Name)}
}

func foldName(s string) string { return exchange.NormaliseText(s) }

// surroundings queues topics and listed appearances. Both are the publisher's, and shown while they are allowed: what the
// record says of an article is kept with the listing, and stands in for what is not known of the article.
func (b *importBatch) surroundings(r *exchange.Record, claim factcheck.ClaimID) {
	publisher := b.publishers[r.Publisher.Site]
	for _, name := range r.Topics {
		if id, ok := b.topics[topicSlug(name)]; ok {
			b.writes.Queue(`INSERT INTO claim_topics (claim_id, topic_id, publisher_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, claim, id, publisher.id)
		}
	}
	for i, a := range r.Appearances {
		at, err := readAddress("url", a.URL)
		if err != nil {
			continue
		}
		article, ok := b.articles[at.key]
		if !ok || b.linked[linkRef{claim, article, publisher.id}] {
			continue
		}
		b.linked[linkRef{claim, article, publisher.id}] = true
		seen, _ := dateColumns(cmp.Or(a.FirstSeen, a.Published))
		published, precision := dateColumns(a.Published)
		language := a.Language
		if !factcheck.ValidLanguage(language) {
			language = ""
		}
		b.writes.Queue(listAppearance, factcheck.AppearanceID(newID(b.tx)), article, claim, i, b.now, b.actor.ID, publisher.id, a.Title, language, published, precision, seen)
	}
}

// listAppearance links an article to a claim as listed, unless the two are linked, and notes who lists it.
const listAppearance = `
WITH fresh AS (
	INSERT INTO appearances (id, article_id, claim_id, stance, set_by, listed_by, position, created_at) VALUES ($1, $2, $3, 'listed', 'import', $7, $4, $5)
	ON CONFLICT (claim_id, article_id) DO NOTHING RETURNING id
), noted AS (
	INSERT INTO appearance_events (appearance_id, kind, stance, quote, at, recorded_at, actor_id) SELECT id, 'linked', 'listed', '', $5, $5, $6 FROM fresh
)
INSERT INTO appearance_listings (appearance_id, publisher_id, title, language, published_at, published_precision, first_seen_at)
SELECT id, $7, $8, $9, $10, $11, $12 FROM (SELECT id FROM fresh UNION ALL SELECT id FROM appearances WHERE claim_id = $3 AND article_id = $2) x
ON CONFLICT (appearance_id, publisher_id) DO UPDATE SET title = excluded.title, language = excluded.language, published_at = excluded.published_at,
	published_precision = excluded.published_precision, first_seen_at = excluded.first_seen_at`

func topicSlug(name string) string { return document.Slug(name) }

// sortedKeys returns the keys of a map in order, so that rows are locked in one order whoever comes.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// dateOrNil returns the moment of a date, or nil if it is unknown.
func dateOrNil(d factcheck.Date) *time.Time {
	at, _ := dateColumns(d)
	return at
}
