package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Suggestion is a claim that an article may make, as the newsroom sees it.
type Suggestion struct {
	ID          factcheck.SuggestionID
	Revision    int        // guards decisions: pass it back
	Claim       FoundClaim // as it is now
	State       factcheck.SuggestionState
	Anchor      factcheck.Anchor // where the passage stood when it was found; nowhere once the text lost it
	Stance      factcheck.Stance // proposed
	Reason      factcheck.StanceReason
	Score       float32
	Probability float32
	Reading     factcheck.MatchReading
	Why         factcheck.MatchWhy
	Matcher     string
	CreatedAt   time.Time
	DecidedBy   string // name
	DecidedAt   *time.Time
	Decision    string // names the act: those decided at once have the same
	Chosen      factcheck.Stance
	Appearance  factcheck.AppearanceID // what it became
	Linked      bool                   // that appearance is still there
}

// ArticleSuggestions is what was suggested of an article, and how the last look at its text stands.
type ArticleSuggestions struct {
	LookedAt *time.Time // nil: nobody has looked
	Current  bool       // the text is the one that was looked at
	HasText  bool
	Open     []Suggestion // best first
	Decided  []Suggestion // decided last first, the newest 100
}

// openSuggestion holds for a suggestion s that waits for a decision: its claim may have been linked by an import meanwhile.
const openSuggestion = `s.state = 'open' AND NOT EXISTS (SELECT FROM appearances oa WHERE oa.article_id = s.article_id AND oa.claim_id = s.claim_id)`

const suggestionQuery = `SELECT s.id, s.version, s.state, s.quote, s.quote_prefix, s.quote_suffix, coalesce(s.quote_start, 0), coalesce(s.quote_end, 0), s.stance, s.stance_reason,
	s.score, s.probability, s.reading, s.why, s.matcher, s.created_at, coalesce(p.name, ''), s.decided_at, coalesce(s.decision::text, ''), coalesce(s.chosen, ''), s.appearance_id,
	EXISTS (SELECT FROM appearances la WHERE la.id = s.appearance_id), ` + foundColumns + `
	FROM suggestions s JOIN claims c ON c.id = s.claim_id ` + foundTables + ` LEFT JOIN actors act ON act.id = s.decided_by LEFT JOIN people p ON p.id = act.person_id `

// ArticleSuggestions returns what was suggested of an article: what waits, best first, and what was decided. CodeNotFound if
// there is no such article. Checkers and above, keys with the scope file, operator and system. Three queries in one round trip.
func (db *DB) ArticleSuggestions(ctx context.Context, actor factcheck.Actor, article factcheck.ArticleID) (ArticleSuggestions, error) {
	var out ArticleSuggestions
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read the suggestions of "+article.String(), func(t *tx) error {
		out = ArticleSuggestions{}
		batch := &pgx.Batch{}
		batch.Queue(`SELECT l.at, coalesce(l.text_hash = sha256(convert_to(a.text, 'UTF8')), false), a.text ~ '\S'
			FROM articles a LEFT JOIN suggestion_looks l ON l.article_id = a.id WHERE a.id = $1`, article).QueryRow(func(row pgx.Row) error {
			return row.Scan(&out.LookedAt, &out.Current, &out.HasText)
		})
		batch.Queue(suggestionQuery+`WHERE s.article_id = $1 AND `+openSuggestion+` ORDER BY s.probability DESC, s.score DESC, s.id LIMIT 100`, article).Query(func(rows pgx.Rows) (err error) {
			out.Open, err = pgx.CollectRows(rows, scanSuggestion)
			return err
		})
		batch.Queue(suggestionQuery+`WHERE s.article_id = $1 AND s.state IN ('accepted', 'rejected') ORDER BY s.decided_at DESC, s.probability DESC, s.id LIMIT 100`, article).Query(func(rows pgx.Rows) (err error) {
			out.Decided, err = pgx.CollectRows(rows, scanSuggestion)
			return err
		})
		if err := t.pgx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("read the suggestions of %s: %w", article, err)
		}
		return nil
	})
	return out, err
}

func scanSuggestion(row pgx.CollectableRow) (Suggestion, error) {
	var s Suggestion
	targets := []any{
		&s.ID, &s.Revision, &s.State, &s.Anchor.Quote, &s.Anchor.Prefix, &s.Anchor.Suffix, &s.Anchor.Start, &s.Anchor.End, &s.Stance, &s.Reason,
		&s.Score, &s.Probability, &s.Reading, &s.Why, &s.Matcher, &s.CreatedAt, &s.DecidedBy, &s.DecidedAt, &s.Decision, &s.Chosen, &s.Appearance, &s.Linked,
	}
	return s, row.Scan(append(targets, s.Claim.targets()...)...)
}

// SuggestionCounts is how much waits for a decision.
type SuggestionCounts struct{ Suggestions, Articles int }

// SuggestionCounts counts what waits for a decision in the whole newsroom. Checkers and above, keys with the scope file,
// operator and system. One query over what is open.
func (db *DB) SuggestionCounts(ctx context.Context, actor factcheck.Actor) (SuggestionCounts, error) {
	var out SuggestionCounts
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "count suggestions", func(t *tx) error {
		return t.pgx.QueryRow(ctx, `SELECT count(*), count(DISTINCT s.article_id) FROM suggestions s WHERE `+openSuggestion).Scan(&out.Suggestions, &out.Articles)
	})
	return out, err
}

// settleSuggestion withdraws what was suggested of an article and a claim that are linked by other means.
func (t *tx) settleSuggestion(article factcheck.ArticleID, claim factcheck.ClaimID) error {
	_, err := t.pgx.Exec(t.ctx, `UPDATE suggestions SET state = 'withdrawn', updated_at = $3, version = version + 1 WHERE article_id = $1 AND claim_id = $2 AND state = 'open'`, article, claim, t.now)
	if err != nil {
		return fmt.Errorf("withdraw the suggestion: %w", err)
	}
	return nil
}

// mergeSuggestions lets suggestions follow a claim into the one it was merged into. Where the article has one of that claim
// too, or is linked to it, it is withdrawn. What was rejected stays so.
func (t *tx) mergeSuggestions(m merging) error {
	batch := &pgx.Batch{}
	batch.Queue(`UPDATE suggestions f SET claim_id = $2, claim_key = (SELECT text_key FROM claims WHERE id = $2), updated_at = $3, version = version + 1
		WHERE f.claim_id = $1 AND NOT EXISTS (SELECT FROM suggestions o WHERE o.claim_id = $2 AND o.article_id = f.article_id)`, m.from.ID, m.into.ID, t.now)
	batch.Queue(`UPDATE suggestions s SET state = 'withdrawn', updated_at = $3, version = version + 1 WHERE s.state = 'open'
		AND (s.claim_id = $1 OR s.claim_id = $2 AND EXISTS (SELECT FROM appearances ap WHERE ap.article_id = s.article_id AND ap.claim_id = $2))`, m.from.ID, m.into.ID, t.now)
	batch.Queue(`UPDATE claim_distinctions f SET claim_id = $2 WHERE f.claim_id = $1 AND NOT EXISTS (SELECT FROM claim_distinctions o WHERE o.claim_id = $2 AND o.text_key = f.text_key)`, m.from.ID, m.into.ID)
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return fmt.Errorf("move the suggestions: %w", err)
	}
	return nil
}

// StanceClaim is what proposing a stance needs to know of a claim.
type StanceClaim struct {
	ID       factcheck.ClaimID
	Text     string
	Claimant string // name; private persons too
	Earlier  bool   // another article that puts it forward is known
}

// StanceClaims returns what proposing an article's stance needs to know of claims, in no order. Checkers and above, keys with
// the scope file, operator and system. CodeInvalid for more than MaxOf ids. One query.
func (db *DB) StanceClaims(ctx context.Context, actor factcheck.Actor, article factcheck.ArticleID, ids []factcheck.ClaimID) ([]StanceClaim, error) {
	if len(ids) > MaxOf {
		return nil, invalidf("ids", "at most %d claims at a time", MaxOf)
	}
	var out []StanceClaim
	err := db.write(ctx, actor, factcheck.SuggestClaims, "read claims of "+article.String(), func(t *tx) error {
		rows, err := t.pgx.Query(ctx, `SELECT c.id, c.text, coalesce(w.name, ''), EXISTS (SELECT FROM appearances ap WHERE ap.claim_id = c.id AND ap.article_id <> $2 AND ap.stance IN ('makes', 'repeats'))
			FROM claims c LEFT JOIN claimants w ON w.id = c.claimant_id WHERE c.merged_into IS NULL AND c.id = ANY ($1::uuid[])`, uuids(ids), article)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByPos[StanceClaim])
		return err
	})
	return out, err
}
