package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// articleModel maps the table articles.
type articleModel struct {
	ID                 factcheck.ArticleID `gorm:"primaryKey"`
	Slug               string
	URL                string
	URLHash            []byte `gorm:"not null"`
	Kind               factcheck.ArticleKind
	OutletID           factcheck.OutletID
	Title              string
	Author             string
	Language           string
	PublishedAt        *time.Time
	PublishedPrecision *string
	ModifiedAt         *time.Time
	Text               string
	AddedBy            factcheck.ActorID `gorm:"not null"`
	CreatedAt          time.Time
	Version            int32
}

// TableName names the table.
func (articleModel) TableName() string { return "articles" }

// Added says what taking an article in came to.
type Added struct {
	Article  factcheck.ArticleID
	Created  bool // false: the address was known, and this is its article
	Snapshot bool // the content was kept: it is new, or differs from what was kept last
}

// AddArticle takes an article in by its address, with what is known of it. If the article, or one under any of its other
// addresses, is there already, it is that one: what was not known of it is filled in, what was known stays, and a snapshot
// is added if the content differs. The documents of public claims it appears under are rebuilt if they read differently
// then. Checkers and above, and keys with the scope file. CodeInvalid names the field.
func (db *DB) AddArticle(ctx context.Context, actor factcheck.Actor, in factcheck.ArticleInput) (Added, error) {
	var out Added
	err := db.write(ctx, actor, factcheck.AddArticle, "add an article", func(t *tx) error {
		in, err := in.Clean()
		if err != nil {
			return err
		}
		canonical := canonicalURL(in.URL)
		spellings, err := spellingsOf(in)
		if err != nil {
			return err
		}
		out = Added{}
		if out.Article, err = t.articleAt(canonical, spellings); err != nil {
			return err
		}
		outlet, err := t.outlet(in.OutletSite, in.OutletName, in.Language)
		if err != nil {
			return err
		}
		out.Created = out.Article.IsZero()
		if out.Created {
			out.Article, err = t.insertArticle(in, canonical, outlet)
		} else {
			err = t.completeArticle(out.Article, in, outlet)
		}
		if err != nil {
			return err
		}
		if out.Snapshot, err = t.keepArticle(out.Article, spellings, in.Snapshot); err != nil {
			return err
		}
		return t.audit("article.add", out.Article, map[string]any{"created": out.Created, "snapshot": out.Snapshot})
	})
	return out, err
}

// maxKeyURL is the greatest length in bytes of an address that is a key: an index row takes 2,704.
const maxKeyURL = 2_600

// spellingsOf returns every address of the input, as spelled and in one spelling, sorted and each once. CodeInvalid if one
// grew too long for a key by percent-encoding.
func spellingsOf(in factcheck.ArticleInput) ([]string, error) {
	var all []string
	for _, s := range append([]string{in.URL}, in.Spellings...) {
		canonical := canonicalURL(s)
		if len(canonical) > maxKeyURL {
			return nil, invalidf("url", "percent-encoded this address has %d bytes; the limit is %d", len(canonical), maxKeyURL)
		}
		all = append(all, s, canonical)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// articleAt returns the article at an address or, failing that, at one of its other spellings; the zero id if there is none.
// The addresses are locked, so that an article that two people add at once is added once.
func (t *tx) articleAt(canonical string, spellings []string) (factcheck.ArticleID, error) {
	var ids []factcheck.ArticleID
	batch := &pgx.Batch{}
	batch.Queue(`SELECT pg_advisory_xact_lock(h) FROM (SELECT DISTINCT hashtextextended('article ' || u, 0) AS h FROM unnest($1::text[]) AS x (u) ORDER BY h) y`, spellings)
	batch.Queue(`SELECT id FROM (
			SELECT id, 1 AS rank FROM articles WHERE url = $1
			UNION ALL SELECT article_id, 2 FROM article_urls WHERE url = $1
			UNION ALL SELECT id, 3 FROM articles WHERE url = ANY ($2)
			UNION ALL SELECT article_id, 4 FROM article_urls WHERE url = ANY ($2)
			UNION ALL SELECT article_id, 5 FROM article_urls WHERE url IN (SELECT hidden_key(u) FROM unnest($2::text[]) AS y (u))) x -- redacted
		ORDER BY rank, id LIMIT 1`, canonical, spellings).Query(func(rows pgx.Rows) error {
		var err error
		ids, err = pgx.CollectRows(rows, pgx.RowTo[factcheck.ArticleID])
		return err
	})
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return factcheck.ArticleID{}, fmt.Errorf("look for the article: %w", err)
	}
	if len(ids) == 0 {
		return factcheck.ArticleID{}, nil
	}
	return ids[0], nil
}

func (t *tx) insertArticle(in factcheck.ArticleInput, canonical string, outlet factcheck.OutletID) (factcheck.ArticleID, error) {
	id := factcheck.ArticleID(newID(t))
	name := in.Title
	if name == "" {
		name = in.OutletSite
	}
	slug, err := t.freeSlug(articleSlugs, id, name, "article")
	if err != nil {
		return id, err
	}
	hash := sha256.Sum256([]byte(canonical))
	row := articleModel{
		ID: id, Slug: slug, URL: canonical, URLHash: hash[:], Kind: in.Kind, OutletID: outlet, Title: in.Title, Author: in.Author,
		Language: in.Language, ModifiedAt: timeColumn(in.Modified), Text: in.Text, AddedBy: t.actor.ID, CreatedAt: t.now, Version: 1,
	}
	row.PublishedAt, row.PublishedPrecision = dateColumns(in.Published)
	if err := t.db.Create(&row).Error; err != nil {
		return id, fmt.Errorf("write the article: %w", err)
	}
	return id, nil
}

// completeArticle fills in what was not known of an article, an imported address for the most part.
func (t *tx) completeArticle(id factcheck.ArticleID, in factcheck.ArticleInput, outlet factcheck.OutletID) error {
	published, precision := dateColumns(in.Published)
	tag, err := t.pgx.Exec(t.ctx, `UPDATE articles SET
			title = CASE title WHEN '' THEN $2 ELSE title END, author = CASE author WHEN '' THEN $3 ELSE author END,
			language = CASE language WHEN '' THEN $4 ELSE language END, text = CASE text WHEN '' THEN $5 ELSE text END,
			outlet_id = coalesce(outlet_id, $6), modified_at = coalesce(modified_at, $9),
			published_at = CASE WHEN published_at IS NULL THEN $7 ELSE published_at END,
			published_precision = CASE WHEN published_at IS NULL THEN $8 ELSE published_precision END, version = version + 1
		WHERE id = $1 AND ((title = '' AND $2 <> '') OR (author = '' AND $3 <> '') OR (language = '' AND $4 <> '') OR (text = '' AND $5 <> '')
			OR outlet_id IS NULL OR (published_at IS NULL AND $7::timestamptz IS NOT NULL) OR (modified_at IS NULL AND $9::timestamptz IS NOT NULL))`,
		id, in.Title, in.Author, in.Language, in.Text, outlet, published, precision, timeColumn(in.Modified))
	if err != nil {
		return fmt.Errorf("complete %s: %w", id, err)
	}
	if tag.RowsAffected() == 0 {
		return nil
	}
	claims, err := t.lockClaimsOf(`SELECT claim_id FROM appearances WHERE article_id = $1`, id)
	if err != nil {
		return err
	}
	return t.changeIfMoved(factcheck.ChangeAppearanceChanged, "", claims...)
}

// keepArticle notes the addresses an article was seen under and keeps the snapshot, unless the last of its kind is the same.
func (t *tx) keepArticle(id factcheck.ArticleID, spellings []string, s factcheck.Snapshot) (kept bool, err error) {
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO article_urls (url, article_id, seen_at) SELECT u, $1, $2 FROM unnest($3::text[]) AS x (u) ON CONFLICT (url) DO NOTHING`, id, t.now, spellings)
	if !s.IsZero() {
		hash := sha256.Sum256(s.Body)
		batch.Queue(`INSERT INTO snapshots (article_id, taken_at, kind, content_type, sha256, body, added_by) SELECT $1, $2, $3, $4, $5, $6, $7
			WHERE (SELECT l.sha256 FROM snapshots l WHERE l.article_id = $1 AND l.kind = $3 ORDER BY l.taken_at DESC, l.id DESC LIMIT 1) IS DISTINCT FROM $5
			RETURNING true`, id, t.now, s.Kind, s.ContentType, hash[:], s.Body, t.actor.ID).Query(func(rows pgx.Rows) error {
			defer rows.Close()
			kept = rows.Next()
			return rows.Err()
		})
	}
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return false, fmt.Errorf("keep %s: %w", id, err)
	}
	return kept, nil
}

func timeColumn(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// trackers are the parameters that say where a reader came from, not what they read.
var trackers = []string{"fbclid", "gclid"} //nolint:gochecknoglobals // constant list

// canonicalURL returns a web address in one spelling: lower-case scheme and host, no default port, no fragment, no tracking
// parameters. The rest, the order of the parameters included, may tell pages apart and stays. An address that cannot be read
// comes back as it is.
func canonicalURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return s
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	u.Host = strings.TrimSuffix(u.Host, map[string]string{"http": ":80", "https": ":443"}[u.Scheme])
	u.Fragment, u.RawFragment = "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	params := slices.DeleteFunc(strings.Split(u.RawQuery, "&"), func(p string) bool {
		name, _, _ := strings.Cut(strings.ToLower(p), "=")
		return p == "" || strings.HasPrefix(name, "utm_") || slices.Contains(trackers, name)
	})
	u.RawQuery, u.ForceQuery = strings.Join(params, "&"), false
	return u.String()
}
