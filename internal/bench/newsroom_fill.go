package bench

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Busy is what everything happens to in a filled newsroom, so that its pages are long too.
type Busy struct {
	Claim   factcheck.ClaimID
	Article factcheck.ArticleID
	Person  factcheck.PersonID
}

// FillNewsroom writes the claims with the numbers from one to the other as if a newsroom had worked on them: one in ten is to do
// or being checked, each has a topic and an article of one of fifty outlets, many are suggested for another article, tips and
// complaints wait, and there is much to read about the busy ones. It goes past the use cases, as the owner of
// the tables, in a dozen statements and one transaction: 100,000 claims take a minute.
func FillNewsroom(ctx context.Context, ownerURL string, from, to int, busy Busy) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("fill the newsroom: %w", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // everything is committed, or lost
	tx, err := conn.Begin(ctx)
	if err != nil {
		return fmt.Errorf("fill the newsroom: %w", err)
	}
	for _, q := range fillStatements() {
		if _, err := tx.Exec(ctx, q, pgx.NamedArgs{"from": from, "to": to, "claim": busy.Claim, "article": busy.Article, "person": busy.Person}); err != nil {
			return fmt.Errorf("fill the newsroom: %w: %.200s", err, q)
		}
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("fill the newsroom: %w", err)
	}
	return nil
}

// fillStatements are in the order of their references. A number n that is filled is below a thousand of everything there is
// only some of.
func fillStatements() []string {
	return []string{
		`INSERT INTO audit (at, actor_id, action, object) SELECT now(), id, 'test.fill', '' FROM actors WHERE kind = 'system'`,
		`SET CONSTRAINTS ALL DEFERRED`,
		`SET LOCAL enable_seqscan = off`, // the guards' plans are made while the tables are empty
		`CREATE TEMP TABLE fill ON COMMIT DROP AS SELECT n, gen_random_uuid() AS id, gen_random_uuid() AS article, (SELECT id FROM actors WHERE kind = 'system') AS actor,
			now() - n * interval '20 minutes' AS at FROM generate_series(@from::int, @to::int) AS n`,
		`INSERT INTO claim_slugs (slug, claim_id, created_at) SELECT 'filled-' || n, id, at FROM fill`,
		`INSERT INTO claims (id, slug, text, text_key, language, stage, created_by, edited_by, created_at, updated_at, assignee_id)
			SELECT id, 'filled-' || n, 'Claim number ' || n || ' says that the bridge of town ' || n % 997 || ' is closed.', sha256(n::text::bytea), (ARRAY['en', 'fr', 'ar'])[n % 3 + 1],
			CASE WHEN n % 10 = 0 THEN 'triage' WHEN n % 10 = 1 THEN 'checking' ELSE 'published' END, fill.actor, actor, fill.at, at, CASE WHEN n % 50 = 0 THEN @person::uuid END FROM fill`,
		`INSERT INTO topics (id, slug, name, created_at) SELECT gen_random_uuid(), 'filled-' || n, 'Topic ' || n, at FROM fill WHERE n <= 100`,
		`INSERT INTO claim_topics (claim_id, topic_id) SELECT fill.id, t.id FROM fill JOIN topics t ON t.slug = 'filled-' || (n % 40 + 1)`,
		`INSERT INTO outlets (id, slug, name, site, created_at) SELECT gen_random_uuid(), 'filled-' || n, 'Paper ' || n, 'paper' || n || '.example', at FROM fill WHERE n <= 50`,
		`INSERT INTO articles (id, slug, url, url_key, url_hash, kind, outlet_id, title, text, language, added_by, created_at)
			SELECT fill.article, 'filled-' || n, x.u, u, sha256(u::bytea), 'page', o.id, 'What of the bridge of town ' || n % 997, repeat('The bridge of the town is closed, they say. ', 20), 'en', actor, at
			FROM fill CROSS JOIN LATERAL (SELECT 'https://paper' || n % 50 + 1 || '.example/a/' || n AS u) x LEFT JOIN outlets o ON o.slug = 'filled-' || (n % 50 + 1)`,
		`ANALYZE claims, claim_slugs, claim_desk, articles`,
		`INSERT INTO appearances (id, article_id, claim_id, stance, set_by, created_at, first_seen_at) SELECT gen_random_uuid(), article, id, 'reports', 'person', fill.at, at FROM fill`, // which the desk does not count: it is told below
		`INSERT INTO appearances (id, article_id, claim_id, stance, set_by, created_at, first_seen_at) SELECT gen_random_uuid(), article, @claim::uuid, 'reports', 'person', fill.at, at FROM fill WHERE n <= 200`,
		`INSERT INTO appearances (id, article_id, claim_id, stance, set_by, created_at, first_seen_at) SELECT gen_random_uuid(), @article::uuid, id, 'reports', 'person', fill.at, at FROM fill WHERE n <= 100`,
		`ANALYZE appearances`,
		`INSERT INTO suggestions (id, article_id, claim_id, state, quote, stance, stance_reason, score, probability, reading, matcher, text_hash, claim_key, created_at, updated_at)
			SELECT gen_random_uuid(), a.article, fill.id, 'open', 'The bridge of the town is closed', 'repeats', 'said_outright', 1, .9, 'same', 'fill', sha256('x'), sha256('y'), a.at, fill.at
			FROM fill JOIN fill a ON a.n = fill.n + 1 WHERE fill.n % 5 = 0`,
		`INSERT INTO tips (id, text, language, created_at, expires_at) SELECT gen_random_uuid(), 'Is the bridge of town ' || n || ' closed?', 'en', at, now() + interval '90 days' FROM fill WHERE n <= 1000`,
		`INSERT INTO complaints (id, kind, from_kind, text, received_at, due_on, expires_at, created_by) SELECT gen_random_uuid(), 'complaint', 'reader', 'You never answer, said ' || n, at, now() + interval '20 days', now() + interval '90 days', actor
			FROM fill WHERE n <= 500`,
		`INSERT INTO notices (person_id, kind, claim_id, at) SELECT @person::uuid, 'submitted', id, at FROM fill WHERE n <= 1000`,
		`INSERT INTO comments (claim_id, text, said_by, said_at) SELECT @claim::uuid, 'I asked town ' || n, @person::uuid, at FROM fill WHERE n <= 100`,
		`INSERT INTO audit (at, actor_id, action, object) SELECT fill.at, actor, (ARRAY['claim.file', 'claim.edit'])[k], fill.id::text FROM fill, generate_series(1, 2) k`,
		`UPDATE claim_desk d SET outlets = n % 7, pace = n % 3, harm = n % 4, checkability = n % 3 FROM fill WHERE fill.id = d.claim_id`,
	}
}
