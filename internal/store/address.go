package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/canonurl"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// maxKeyURL is the greatest length in bytes of an address that is a key: an index row takes 2,704.
const maxKeyURL = 2_600

// address is a web address as the store keeps it. The zero address is none.
type address struct {
	url  string // to open, in one spelling
	key  string // what makes two addresses one article
	hash []byte // SHA-256 of the key
	site string // host name of the key
}

// readAddress reads an address in any spelling. CodeInvalid, naming the field, if it is none or too long for a key.
func readAddress(field, raw string) (address, error) {
	a, err := canonurl.Parse(raw)
	if err != nil {
		return address{}, &factcheck.Error{Code: factcheck.CodeInvalid, Field: field, Message: err.Error(), Err: err}
	}
	if n := max(len(a.String()), len(a.Key())); n > maxKeyURL {
		return address{}, invalidf(field, "percent-encoded this address has %d bytes; the limit is %d", n, maxKeyURL)
	}
	hash := a.Hash()
	return address{url: a.String(), key: a.Key(), hash: hash[:], site: a.Site()}, nil
}

// canonicalURL returns an address in one spelling; one that cannot be read comes back as it is.
func canonicalURL(s string) string {
	a, err := canonurl.Parse(s)
	if err != nil {
		return s
	}
	return a.String()
}

// spellingsOf returns every address of an article as it was spelled, to open and as a key, sorted and each once. A spelling
// that is no address to a browser, such as news.example/a, is kept in the other two forms. CodeInvalid names the first that
// cannot be read.
func spellingsOf(url string, others []string) ([]string, error) {
	var all []string
	for i, s := range append([]string{url}, others...) {
		if s == "" {
			continue
		}
		field := "url"
		if i > 0 {
			field = fmt.Sprintf("spellings[%d]", i-1)
		}
		a, err := readAddress(field, s)
		if err != nil {
			return nil, err
		}
		all = append(all, a.url, a.key)
		if len(s) <= factcheck.MaxArticleURL && factcheck.CheckURL("url", s) == nil {
			all = append(all, s)
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// rekeyArticles computes the keys of all articles by the rules of this program, if they were computed by others: the list
// of tracking parameters grows, and what was one address may be two spellings of another. Of articles that have one key
// now, the one whose own address it is keeps it, or else the oldest; the others are known by their own address, as before,
// until somebody merges them. One transaction; it holds off other writers of articles.
func rekeyArticles(ctx context.Context, conn *pgx.Conn) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		var rules int
		if err := tx.QueryRow(ctx, `SELECT article_keys FROM installation FOR UPDATE`).Scan(&rules); err != nil {
			return fmt.Errorf("read by which rules articles are known: %w", err)
		}
		if rules == canonurl.Version {
			return nil
		}
		if _, err := tx.Exec(ctx, `LOCK TABLE articles, article_urls IN SHARE ROW EXCLUSIVE MODE`); err != nil {
			return fmt.Errorf("lock the articles: %w", err)
		}
		moved, err := movedKeys(ctx, tx)
		if err != nil {
			return fmt.Errorf("compute the keys of articles: %w", err)
		}
		if err := writeKeys(ctx, tx, moved); err != nil {
			return fmt.Errorf("write the keys of %d articles: %w", len(moved), err)
		}
		_, err = tx.Exec(ctx, `UPDATE installation SET article_keys = $1`, canonurl.Version)
		return err
	})
}

// keyed is an article with the key it gets.
type keyed struct {
	id       factcheck.ArticleID
	old, key string
}

// movedKeys returns the articles whose key changes, oldest first. What was redacted keeps what it has.
func movedKeys(ctx context.Context, tx pgx.Tx) ([]keyed, error) {
	rows, err := tx.Query(ctx, `SELECT id, url, url_key FROM articles WHERE url IS NOT NULL AND url NOT LIKE $1 ORDER BY id`, factcheck.RedactedAddress+"%")
	if err != nil {
		return nil, err
	}
	type row struct {
		keyed
		url string
	}
	var all []row
	holder := map[string]int{} // of a key
	var r row
	_, err = pgx.ForEachRow(rows, []any{&r.id, &r.url, &r.old}, func() error {
		r.key = r.url
		if a, err := readAddress("url", r.url); err == nil {
			r.key = a.key
		}
		if first, taken := holder[r.key]; !taken || (r.key == r.url && all[first].url != r.key) {
			holder[r.key] = len(all)
		}
		all = append(all, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var moved []keyed
	for i, r := range all {
		if holder[r.key] != i {
			r.key = r.url
		}
		if r.key != r.old {
			moved = append(moved, r.keyed)
		}
	}
	return moved, nil
}

// writeKeys gives articles their keys. Keys may change places, so all give theirs up first.
func writeKeys(ctx context.Context, tx pgx.Tx, moved []keyed) error {
	if len(moved) == 0 {
		return nil
	}
	ids, keys := make([]string, len(moved)), make([]string, len(moved))
	for i, k := range moved {
		ids[i], keys[i] = k.id.UUID(), k.key
	}
	for _, statement := range []string{
		`UPDATE articles a SET url_key = '~' || a.id FROM unnest($1::uuid[], $2::text[]) AS x (id, key) WHERE a.id = x.id`,
		`UPDATE articles a SET url_key = x.key, url_hash = sha256(convert_to(x.key, 'UTF8')) FROM unnest($1::uuid[], $2::text[]) AS x (id, key) WHERE a.id = x.id`,
		`INSERT INTO article_urls (url, article_id, seen_at) SELECT x.key, x.id, now() FROM unnest($1::uuid[], $2::text[]) AS x (id, key) ON CONFLICT (url) DO NOTHING`,
	} {
		if _, err := tx.Exec(ctx, statement, ids, keys); err != nil {
			return err
		}
	}
	return nil
}
