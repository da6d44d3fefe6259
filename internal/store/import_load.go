package store

import (
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// collect runs a query and calls scan for each row.
func (b *importBatch) collect(doing, query string, scan func(pgx.Rows) error, args ...any) error {
	rows, err := b.pgx.Query(b.ctx, query, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return fmt.Errorf("%s: %w", doing, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

func (b *importBatch) loadHouse() error {
	b.scales, b.labels = map[string]factcheck.ScaleID{}, map[labelRef]bool{}
	if err := b.pgx.QueryRow(b.ctx, `SELECT id, site FROM publishers WHERE is_house`).Scan(&b.house, &b.houseSite); err != nil {
		return fmt.Errorf("read the house: %w", err)
	}
	return b.collect("read the scales", `SELECT s.id, s.slug || '/' || s.version, l.label FROM scales s JOIN scale_labels l ON l.scale_id = s.id`, func(rows pgx.Rows) error {
		var id factcheck.ScaleID
		var name, label string
		if err := rows.Scan(&id, &name, &label); err != nil {
			return err
		}
		b.scales[name] = id
		b.labels[labelRef{id, label}] = true
		return nil
	})
}

// loadPublishers finds the publishers by site and makes those that are new, allowed only if the run says so.
func (b *importBatch) loadPublishers() error {
	names := map[string]string{}
	for i := range b.records {
		r := &b.records[i]
		r.Publisher.Site = strings.ToLower(r.Publisher.Site)
		if r.Publisher.Site != "" && factcheck.CheckText("site", r.Publisher.Site, 253) == nil {
			names[r.Publisher.Site] = r.Publisher.Name
		}
	}
	b.publishers = map[string]publisherRef{}
	batch := &pgx.Batch{}
	sites := sortedKeys(names)
	for _, site := range sites {
		name := factcheck.CleanLine(names[site])
		if name == "" || factcheck.CheckText("name", name, factcheck.MaxLine) != nil {
			name = site
		}
		batch.Queue(`INSERT INTO publishers (id, name, site, allowed_at, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (site) DO NOTHING`,
			factcheck.PublisherID(newID(b.tx)), name, site, b.allowedAt(), b.now)
	}
	if err := b.pgx.SendBatch(b.ctx, batch).Close(); err != nil {
		return fmt.Errorf("write the publishers: %w", err)
	}
	return b.collect("read the publishers", `SELECT site, id, allowed_at IS NOT NULL FROM publishers WHERE site = ANY ($1)`, func(rows pgx.Rows) error {
		var site string
		var p publisherRef
		if err := rows.Scan(&site, &p.id, &p.allowed); err != nil {
			return err
		}
		b.publishers[site] = p
		return nil
	}, sites)
}

func (b *importBatch) allowedAt() any {
	if b.run.opts.AllowPublishers {
		return b.now
	}
	return nil
}

// loadKnown finds what earlier runs took in.
func (b *importBatch) loadKnown() error {
	b.known = map[recordKey]importRecord{}
	var publishers, urls []string
	for i := range b.records {
		if p, ok := b.publishers[b.records[i].Publisher.Site]; ok {
			publishers, urls = append(publishers, p.id.UUID()), append(urls, b.records[i].ReviewURL)
		}
	}
	// Redacted addresses are known by key. The keys are made once, before the join, so that it goes by index.
	return b.collect("read what was imported", `WITH asked AS MATERIALIZED (
			SELECT DISTINCT x.p, x.url, k.key FROM unnest($1::uuid[], $2::text[]) AS x (p, url) CROSS JOIN LATERAL (VALUES (x.url), (hidden_key(x.url))) AS k (key))
		SELECT r.publisher_id, asked.url, r.text_key, r.claim_id, r.verdict_id, r.hash, v.state,
		(SELECT max(n) FROM verdict_versions ver WHERE ver.verdict_id = v.id), `+verdictIsRedacted+`
		FROM asked JOIN import_records r ON r.publisher_id = asked.p AND r.review_url = asked.key
		JOIN verdicts v ON v.id = r.verdict_id`, func(rows pgx.Rows) error {
		var k recordKey
		var rec importRecord
		var text, hash []byte
		if err := rows.Scan(&k.publisher, &k.reviewURL, &text, &rec.claim, &rec.verdict, &hash, &rec.state, &rec.version, &rec.redacted); err != nil {
			return err
		}
		copy(k.textKey[:], text)
		copy(rec.hash[:], hash)
		b.known[k] = rec
		return nil
	}, publishers, urls)
}

// verdictIsRedacted holds for a verdict v that lost a passage itself, or with its claim or claimant.
const verdictIsRedacted = `EXISTS (SELECT FROM redactions x WHERE x.claim_id = v.claim_id AND (x.place LIKE 'claims.%' OR x.place LIKE 'claimants.%'
	OR x.place LIKE 'verdict_versions.%' AND x.row_id IN (SELECT y.id::text FROM verdict_versions y WHERE y.verdict_id = v.id)
	OR x.place LIKE 'sources.%' AND x.row_id IN (SELECT s.id::text FROM sources s JOIN verdict_versions y ON y.id = s.version_id WHERE y.verdict_id = v.id)))`

// loadClaims finds the claims with the records' texts that are public or came by import; a merged one leads to where it
// went.
func (b *importBatch) loadClaims() error {
	b.claims = map[[32]byte][]*claimRef{}
	var keys [][]byte
	for i := range b.records {
		k := exchange.TextKey(b.records[i].Text, b.records[i].Language)
		keys = append(keys, k[:])
	}
	return b.collect("read the claims", `WITH RECURSIVE chain AS (
			SELECT c.text_key, c.id, c.merged_into FROM claims c WHERE c.text_key = ANY ($1)
			UNION ALL SELECT chain.text_key, c.id, c.merged_into FROM chain JOIN claims c ON c.id = chain.merged_into)
		SELECT chain.text_key, c.id, coalesce(cl.name, ''), coalesce((SELECT array_agg(v.publisher_id::text) FROM verdicts v WHERE v.claim_id = c.id), '{}')
		FROM chain JOIN claims c ON c.id = chain.id LEFT JOIN claimants cl ON cl.id = c.claimant_id
		WHERE chain.merged_into IS NULL AND (EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = c.id) OR EXISTS (SELECT FROM import_records r WHERE r.claim_id = c.id))
		ORDER BY c.id`, func(rows pgx.Rows) error {
		var text []byte
		var publishers []string
		c := &claimRef{publishers: map[factcheck.PublisherID]bool{}}
		if err := rows.Scan(&text, &c.id, &c.claimant, &publishers); err != nil {
			return err
		}
		c.claimant = foldName(c.claimant)
		for _, p := range publishers {
			var id factcheck.PublisherID
			if err := id.Scan(p); err != nil {
				return err
			}
			c.publishers[id] = true
		}
		b.claims[[32]byte(text)] = append(b.claims[[32]byte(text)], c)
		return nil
	}, keys)
}

func (b *importBatch) loadClaimants() error {
	b.claimants = map[claimantKey]factcheck.ClaimantID{}
	var sameAs, publishers, names []string
	for i := range b.records {
		r := &b.records[i]
		if r.Claimant.Name == "" {
			continue
		}
		k := keyOfClaimant(r, b.publishers[r.Publisher.Site].id)
		if k.sameAs != "" {
			sameAs = append(sameAs, k.sameAs)
			continue
		}
		publishers, names = append(publishers, k.publisher), append(names, r.Claimant.Name)
	}
	return b.collect("read the claimants", `SELECT id, name, same_as, coalesce(publisher_id::text, '') FROM claimants WHERE same_as = ANY ($1)
		OR (same_as = '' AND (publisher_id, lower(name)) IN (SELECT p, lower(n) FROM unnest($2::uuid[], $3::text[]) AS x (p, n)))`, func(rows pgx.Rows) error {
		var id factcheck.ClaimantID
		var name, same, publisher string
		if err := rows.Scan(&id, &name, &same, &publisher); err != nil {
			return err
		}
		if same != "" {
			b.claimants[claimantKey{sameAs: same}] = id
			return nil
		}
		b.claimants[claimantKey{publisher: publisher, name: foldName(name)}] = id
		return nil
	}, sameAs, publishers, names)
}

// loadTopics finds the records' topics by slug and makes those that are new.
func (b *importBatch) loadTopics() error {
	b.topics = map[string]factcheck.TopicID{}
	names := map[string]string{}
	for i := range b.records {
		for _, name := range b.records[i].Topics {
			name = factcheck.CleanLine(name)
			if name != "" && factcheck.CheckText("topic", name, 100) == nil {
				names[topicSlug(name)] = name
			}
		}
	}
	batch := &pgx.Batch{}
	slugs := sortedKeys(names)
	for _, slug := range slugs {
		batch.Queue(`INSERT INTO topics (id, slug, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (slug) DO NOTHING`,
			factcheck.TopicID(newID(b.tx)), slug, names[slug], b.now)
	}
	if err := b.pgx.SendBatch(b.ctx, batch).Close(); err != nil {
		return fmt.Errorf("write the topics: %w", err)
	}
	return b.collect("read the topics", `SELECT slug, id FROM topics WHERE slug = ANY ($1)`, func(rows pgx.Rows) error {
		var slug string
		var id factcheck.TopicID
		if err := rows.Scan(&slug, &id); err != nil {
			return err
		}
		b.topics[slug] = id
		return nil
	}, slugs)
}

// loadSlugs finds which of the slugs that the records' claims would take are taken, numbered ones included.
func (b *importBatch) loadSlugs() error {
	b.slugs = map[string]bool{}
	bases := map[string]bool{}
	for i := range b.records {
		bases[document.Slug(b.records[i].Text)] = true
	}
	// Numbered slugs go on with a digit; ":" comes right behind "9" in the column's C collation.
	return b.collect("read the slugs", `SELECT s.slug FROM claim_slugs s WHERE s.slug = ANY ($1)
		UNION ALL SELECT x.slug FROM unnest($1::text[]) AS base (slug) CROSS JOIN LATERAL (
			SELECT s.slug FROM claim_slugs s WHERE s.slug >= base.slug || '-0' AND s.slug < base.slug || '-:') x`, func(rows pgx.Rows) error {
		var slug string
		if err := rows.Scan(&slug); err != nil {
			return err
		}
		b.slugs[slug] = true
		return nil
	}, sortedKeys(bases))
}
