package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/task"
)

// articleModel maps the table articles.
type articleModel struct {
	ID                 factcheck.ArticleID `gorm:"primaryKey"`
	Slug               string
	URL                *string // to open; NULL for a post or a pasted text that has none
	URLKey             *string // what it is known by
	URLHash            []byte  // of URLKey
	PostKey            []byte  // what is known by what it says, without an address
	Kind               factcheck.ArticleKind
	OutletID           factcheck.OutletID
	Title              string
	Author             string
	Language           string
	PublishedAt        *time.Time
	PublishedPrecision *string
	ModifiedAt         *time.Time
	Text               string
	Platform           string
	Handle             string
	TakenIn            factcheck.TakenIn
	LeadImage          string
	ArchiveURL         string
	Found              string `gorm:"type:jsonb"`
	FetchedAt          *time.Time
	Etag               string
	LastModified       string
	AddedBy            factcheck.ActorID `gorm:"not null"`
	CreatedAt          time.Time
	Version            int32
}

// TableName names the table.
func (articleModel) TableName() string { return "articles" }

// Added says what taking an article in came to.
type Added struct {
	Article  factcheck.ArticleID
	Created  bool // false: it was known, and this is it
	Snapshot bool // the content was kept: it is new, or differs from what was kept last
	TooLarge bool // the content is larger than the house keeps; its text was kept instead, if it has one
}

// AddArticle takes an article in by its address, with what is known of it; a post without an address by what it says. If
// it, or one under any of its other addresses, is there already, it is that one: what was not known of it is filled in,
// what was known stays, and a snapshot is added if the content differs. The documents of public claims it appears under are
// rebuilt if they read differently then. An article that lost a passage to a redaction takes nothing over but addresses: it
// would bring the passage back; and nothing of a program that files drafts if it is public (Filing). Checkers and above, keys with the scope file, and the operator. CodeInvalid names the field.
func (db *DB) AddArticle(ctx context.Context, actor factcheck.Actor, in factcheck.ArticleInput) (Added, error) {
	var out Added
	err := db.write(ctx, actor, factcheck.AddArticle, "add an article", func(t *tx) error {
		in, known, err := readArticle(in)
		if err != nil {
			return err
		}
		out = Added{}
		if out.Article, err = t.articleAt(known); err != nil {
			return err
		}
		outlet, err := t.outletOf(in.OutletSite, in.OutletName, in.Language)
		if err != nil {
			return err
		}
		closed := false
		out.Created = out.Article.IsZero()
		if out.Created {
			out.Article, err = t.insertArticle(in, known, outlet)
		} else if closed, err = t.closedArticle(out.Article); err == nil && !closed {
			err = t.completeArticle(out.Article, in, known, outlet)
		}
		if err != nil {
			return err
		}
		if err := t.keepSpellings(out.Article, known.spellings); err != nil {
			return err
		}
		if !closed {
			if out.Snapshot, out.TooLarge, err = t.keepSnapshots(out.Article, in.Snapshots(), in.Text); err != nil {
				return err
			}
		}
		if in.Text != "" && !closed {
			t.enqueue(task.SuggestClaims{Article: out.Article})
		}
		return t.audit("article.add", out.Article, map[string]any{"created": out.Created, "snapshot": out.Snapshot})
	})
	return out, err
}

// knownBy is all an article can be known by.
type knownBy struct {
	address            // zero for a post that has none
	spellings []string // of all its addresses
	post      []byte   // hash of what a post says; nil for what is no post
}

// readArticle returns the input cleaned, and what the article is known by.
func readArticle(in factcheck.ArticleInput) (factcheck.ArticleInput, knownBy, error) {
	var known knownBy
	raw := strings.TrimSpace(in.URL)
	if raw != "" {
		var err error
		if known.address, err = readAddress("url", raw); err != nil {
			return in, known, err
		}
		in.URL = known.url
		if in.OutletSite == "" {
			in.OutletSite = "https://" + known.site + "/"
		}
	}
	var err error
	if len(in.Spellings) <= factcheck.MaxSpellings {
		if known.spellings, err = spellingsOf(raw, in.Spellings); err != nil {
			return in, known, err
		}
		in.Spellings = nil
	}
	if in, err = in.Clean(); err != nil {
		return in, known, err
	}
	if raw == "" || (in.Platform != "" && in.Handle != "" && in.Text != "") {
		known.post = postKey(in)
	}
	return in, known, nil
}

// postKey returns what a post without an address is known by: platform and handle, case aside, time and text; a pasted text
// by itself, since what else was read out of it depends on who reads it.
func postKey(in factcheck.ArticleInput) []byte {
	handle, at := strings.TrimPrefix(strings.ToLower(in.Handle), "@"), in.Published.String()
	if in.Kind != factcheck.ArticlePost {
		handle, at, in.Platform = "", "", ""
	}
	parts, err := json.Marshal([]string{strings.ToLower(in.Platform), handle, at, strings.Join(strings.Fields(in.Text), " ")})
	if err != nil {
		panic("store: four texts cannot be marshalled") // they always can
	}
	sum := sha256.Sum256(parts)
	return sum[:]
}

// articleAt returns the article of a canonical address or, failing that, of one of its other spellings, or of a post that
// says the same and has no address; the zero id if there is none. What it is known by is locked, so that an article that
// two people add at once is added once.
func (t *tx) articleAt(known knownBy) (factcheck.ArticleID, error) {
	var ids []factcheck.ArticleID
	batch := &pgx.Batch{}
	batch.Queue(`SELECT pg_advisory_xact_lock(h) FROM (SELECT DISTINCT hashtextextended('article ' || u, 0) AS h FROM unnest($1::text[]) AS x (u)
		UNION SELECT hashtextextended('post ' || encode($2::bytea, 'hex'), 0) WHERE $2 IS NOT NULL ORDER BY h) y`, known.spellings, known.post)
	batch.Queue(`SELECT id FROM (
			SELECT id, 1 AS rank FROM articles WHERE url_key = $1
			UNION ALL SELECT article_id, 2 FROM article_urls WHERE url IN ($1, $2)
			UNION ALL SELECT id, 3 FROM articles WHERE url_key = ANY ($3)
			UNION ALL SELECT article_id, 4 FROM article_urls WHERE url = ANY ($3)
			UNION ALL SELECT article_id, 5 FROM article_urls WHERE url IN (SELECT hidden_key(u) FROM unnest($3::text[]) AS y (u)) -- redacted
			UNION ALL SELECT id, 6 FROM articles WHERE post_key = $4 AND (url IS NULL OR $1 = '')) x
		ORDER BY rank, id LIMIT 1`, known.key, known.url, known.spellings, known.post).Query(func(rows pgx.Rows) error {
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

// outletOf returns the outlet of a site, made if there is none; no outlet for no site.
func (t *tx) outletOf(site, name, language string) (factcheck.OutletID, error) {
	if site == "" {
		return factcheck.OutletID{}, nil
	}
	return t.outlet(site, name, language)
}

func (t *tx) insertArticle(in factcheck.ArticleInput, known knownBy, outlet factcheck.OutletID) (factcheck.ArticleID, error) {
	id := factcheck.ArticleID(newID(t))
	name := in.Title
	if name == "" {
		name = in.OutletSite
	}
	slug, err := t.freeSlug(articleSlugs, id, name, string(in.Kind))
	if err != nil {
		return id, err
	}
	row := articleModel{
		ID: id, Slug: slug, Kind: in.Kind, OutletID: outlet, Title: in.Title, Author: in.Author, Language: in.Language,
		ModifiedAt: timeColumn(in.Modified), Text: in.Text, Platform: in.Platform, Handle: in.Handle, TakenIn: in.TakenIn,
		LeadImage: in.LeadImage, ArchiveURL: in.ArchiveURL, Found: foundColumn(in.Found), FetchedAt: timeColumn(in.FetchedAt), Etag: in.ETag,
		LastModified: in.LastModified, AddedBy: t.actor.ID, CreatedAt: t.now, Version: 1,
	}
	if known.key == "" {
		row.PostKey = known.post
	} else {
		row.URL, row.URLKey, row.URLHash = &known.url, &known.key, known.hash
	}
	row.PublishedAt, row.PublishedPrecision = dateColumns(in.Published)
	if err := t.db.Create(&row).Error; err != nil {
		return id, fmt.Errorf("write the article: %w", err)
	}
	return id, nil
}

// completeQuery fills in what was not known of an article. It finds nothing to do where all was.
const completeQuery = `UPDATE articles SET
	title = CASE title WHEN '' THEN $2 ELSE title END, author = CASE author WHEN '' THEN $3 ELSE author END,
	language = CASE language WHEN '' THEN $4 ELSE language END, text = CASE text WHEN '' THEN $5 ELSE text END,
	outlet_id = coalesce(outlet_id, $6), modified_at = coalesce(modified_at, $9),
	published_at = CASE WHEN published_at IS NULL THEN $7 ELSE published_at END,
	published_precision = CASE WHEN published_at IS NULL THEN $8 ELSE published_precision END,
	platform = CASE platform WHEN '' THEN $10 ELSE platform END, handle = CASE handle WHEN '' THEN $11 ELSE handle END,
	lead_image = CASE lead_image WHEN '' THEN $12 ELSE lead_image END, archive_url = CASE archive_url WHEN '' THEN $13 ELSE archive_url END,
	taken_in = CASE WHEN taken_in = 'import' AND $14 <> 'import' THEN $14 ELSE taken_in END,
	found = CASE WHEN found = '{}' THEN $15::jsonb ELSE found END,
	fetched_at = coalesce(fetched_at, $16), etag = CASE WHEN fetched_at IS NULL THEN $17 ELSE etag END,
	last_modified = CASE WHEN fetched_at IS NULL THEN $18 ELSE last_modified END,
	url = coalesce(url, nullif($19, '')), url_key = coalesce(url_key, nullif($20, '')), url_hash = CASE WHEN url IS NULL THEN $21 ELSE url_hash END,
	version = version + 1
WHERE id = $1 AND ((title = '' AND $2 <> '') OR (author = '' AND $3 <> '') OR (language = '' AND $4 <> '') OR (text = '' AND $5 <> '')
	OR (outlet_id IS NULL AND $6::uuid IS NOT NULL) OR (published_at IS NULL AND $7::timestamptz IS NOT NULL) OR (modified_at IS NULL AND $9::timestamptz IS NOT NULL)
	OR (platform = '' AND $10 <> '') OR (handle = '' AND $11 <> '') OR (lead_image = '' AND $12 <> '') OR (archive_url = '' AND $13 <> '')
	OR (taken_in = 'import' AND $14 <> 'import') OR (found = '{}' AND $15::jsonb <> '{}') OR (fetched_at IS NULL AND $16::timestamptz IS NOT NULL)
	OR (url IS NULL AND $19 <> ''))`

// completeArticle fills in what was not known of an article, an imported address for the most part.
func (t *tx) completeArticle(id factcheck.ArticleID, in factcheck.ArticleInput, known knownBy, outlet factcheck.OutletID) error {
	published, precision := dateColumns(in.Published)
	tag, err := t.pgx.Exec(t.ctx, completeQuery, id, in.Title, in.Author, in.Language, in.Text, outlet, published, precision, timeColumn(in.Modified),
		in.Platform, in.Handle, in.LeadImage, in.ArchiveURL, string(in.TakenIn), foundColumn(in.Found), timeColumn(in.FetchedAt), in.ETag, in.LastModified,
		known.url, known.key, known.hash)
	if err != nil {
		return fmt.Errorf("complete %s: %w", id, err)
	}
	if tag.RowsAffected() == 0 {
		return nil
	}
	return t.articleMoved(id)
}

// articleMoved rebuilds the documents of the public claims that an article appears under, if they read differently now.
func (t *tx) articleMoved(id factcheck.ArticleID) error {
	return t.moved(`SELECT claim_id FROM appearances WHERE article_id = $1`, id)
}

// moved rebuilds the documents of the public claims among those that a query selects, if they read differently now.
func (t *tx) moved(query string, args ...any) error {
	claims, err := t.lockClaimsOf(query, args...)
	if err != nil {
		return err
	}
	return t.changeIfMoved(factcheck.ChangeAppearanceChanged, "", claims...)
}

// keepSpellings notes the addresses an article was seen under.
func (t *tx) keepSpellings(id factcheck.ArticleID, spellings []string) error {
	_, err := t.pgx.Exec(t.ctx, `INSERT INTO article_urls (url, article_id, seen_at) SELECT u, $1, $2 FROM unnest($3::text[]) AS x (u) ON CONFLICT (url) DO NOTHING`, id, t.now, spellings)
	if err != nil {
		return fmt.Errorf("note the addresses of %s: %w", id, err)
	}
	return nil
}

// closedArticle reports whether an article that is known takes nothing over: one that lost a passage, and, from a program that files
// drafts, one that readers see.
func (t *tx) closedArticle(id factcheck.ArticleID) (bool, error) {
	closed, err := t.redactedArticle(id)
	if err != nil || closed || !t.drafts {
		return closed, err
	}
	err = t.pgx.QueryRow(t.ctx, `SELECT EXISTS (SELECT FROM appearances ap JOIN claim_documents d ON d.claim_id = ap.claim_id WHERE ap.article_id = $1)`, id).Scan(&closed)
	if err != nil {
		return false, fmt.Errorf("look whether %s is public: %w", id, err)
	}
	return closed, nil
}

// redactedArticle reports whether the article, or a page kept of it, lost a passage to a redaction.
func (t *tx) redactedArticle(id factcheck.ArticleID) (bool, error) {
	var redacted bool
	if err := t.pgx.QueryRow(t.ctx, `SELECT `+articleIsRedacted, id).Scan(&redacted); err != nil {
		return false, fmt.Errorf("look for redactions of %s: %w", id, err)
	}
	return redacted, nil
}

// articleIsRedacted holds for an article $1 that lost a passage.
const articleIsRedacted = `(EXISTS (SELECT FROM redactions r WHERE r.place LIKE 'articles.%' AND r.row_id = $1::uuid::text)
	OR EXISTS (SELECT FROM snapshots s JOIN snapshot_contents c ON c.id = s.content_id WHERE s.article_id = $1::uuid AND c.sha256 IS NULL))`

func timeColumn(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// foundColumn returns what was found as it is stored; nothing is an empty object.
func foundColumn(found json.RawMessage) string {
	if len(found) == 0 {
		return "{}"
	}
	return string(found)
}
