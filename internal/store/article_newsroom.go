package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// LinkState narrows a list of articles by whether they are linked to a claim.
type LinkState string

// The states of linking. The empty one narrows nothing; WithSuggestions are those with a suggestion that waits.
const (
	Linked          LinkState = "linked"
	Unlinked        LinkState = "unlinked"
	WithSuggestions LinkState = "suggested"
)

// ArticleFilter narrows the newsroom's list of articles. Zero values do not narrow.
type ArticleFilter struct {
	Query  string // part of the title, the address or the author, case aside
	Outlet factcheck.OutletID
	Linked LinkState
}

// ArticleSummary is an article in the newsroom's lists.
type ArticleSummary struct {
	ID        factcheck.ArticleID
	Slug      string
	URL       string // empty for a post that has none
	Title     string
	Outlet    string
	Kind      factcheck.ArticleKind
	Published factcheck.Date
	TakenIn   factcheck.TakenIn
	Linked    int // claims
	Suggested int // that wait for a decision
	CreatedAt time.Time
}

const summaryQuery = `SELECT a.id, a.slug, coalesce(a.url, ''), a.title, coalesce(o.name, ''), a.kind, a.published_at, a.published_precision, a.taken_in,
	(SELECT count(*) FROM appearances ap WHERE ap.article_id = a.id), (SELECT count(*) FROM suggestions s WHERE s.article_id = a.id AND ` + openSuggestion + `), a.created_at
	FROM articles a LEFT JOIN outlets o ON o.id = a.outlet_id `

func scanArticleSummary(row pgx.CollectableRow) (ArticleSummary, error) {
	var (
		s         ArticleSummary
		published *time.Time
		precision *string
	)
	err := row.Scan(&s.ID, &s.Slug, &s.URL, &s.Title, &s.Outlet, &s.Kind, &published, &precision, &s.TakenIn, &s.Linked, &s.Suggested, &s.CreatedAt)
	s.Published = dateOf(published, precision)
	return s, err
}

// NewsroomArticles returns up to limit (at most MaxPage) articles, those added last first, beginning after one; the zero
// ArticleID begins with the newest. Checkers and above, keys with the scope file, operator and system. One query; a search
// by words looks at articles from the newest on until the page is full.
func (db *DB) NewsroomArticles(ctx context.Context, actor factcheck.Actor, f ArticleFilter, after factcheck.ArticleID, limit int) ([]ArticleSummary, error) {
	var out []ArticleSummary
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "list articles", func(t *tx) error {
		if err := checkPage(limit); err != nil {
			return err
		}
		switch f.Linked {
		case "", Linked, Unlinked, WithSuggestions:
		default:
			return invalidf("linked", "choose linked, unlinked or suggested")
		}
		words := strings.TrimSpace(f.Query)
		if err := factcheck.CheckText("q", words, factcheck.MaxLine); err != nil {
			return err
		}
		pattern := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(words) + "%"
		rows, err := t.pgx.Query(ctx, summaryQuery+`WHERE a.id < coalesce($1::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
			AND ($2::uuid IS NULL OR a.outlet_id = $2) AND ($3 = '%%' OR a.title ILIKE $3 OR a.url ILIKE $3 OR a.author ILIKE $3)
			AND CASE $4 WHEN '' THEN true WHEN 'suggested' THEN EXISTS (SELECT FROM suggestions s WHERE s.article_id = a.id AND `+openSuggestion+`)
				ELSE ($4 = 'linked') = EXISTS (SELECT FROM appearances ap WHERE ap.article_id = a.id) END
			ORDER BY a.id DESC LIMIT $5`, after, f.Outlet, pattern, string(f.Linked), limit)
		if err != nil {
			return fmt.Errorf("list articles: %w", err)
		}
		out, err = pgx.CollectRows(rows, scanArticleSummary)
		return err
	})
	return out, err
}

// FindArticle returns the article at an address in any spelling. CodeNotFound if there is none, CodeInvalid if it is no web
// address. Checkers and above, keys with the scope file, operator and system.
func (db *DB) FindArticle(ctx context.Context, actor factcheck.Actor, url string) (ArticleSummary, error) {
	var out ArticleSummary
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "find an article", func(t *tx) error {
		a, err := readAddress("url", url)
		if err != nil {
			return err
		}
		known := knownBy{address: a}
		if known.spellings, err = spellingsOf(url, nil); err != nil {
			return err
		}
		id, err := t.articleAt(known)
		if err != nil {
			return err
		}
		if id.IsZero() {
			return factcheck.NotFound("there is no article at this address yet")
		}
		rows, err := t.pgx.Query(ctx, summaryQuery+`WHERE a.id = $1`, id)
		if err != nil {
			return fmt.Errorf("read %s: %w", id, err)
		}
		out, err = pgx.CollectExactlyOneRow(rows, scanArticleSummary)
		return err
	})
	return out, err
}
