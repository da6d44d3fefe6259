package store

import (
	"bytes"
	"cmp"
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Place says that the article at an address appears in a public claim, in a way that readers may see.
type Place struct {
	Hash    [32]byte // SHA-256 of the canonical address, see canonurl.Address.Hash
	Article factcheck.ArticleID
	Claim   factcheck.ClaimID
}

// Compare orders places by hash, then by claim and article.
func (p Place) Compare(o Place) int {
	return cmp.Or(bytes.Compare(p.Hash[:], o.Hash[:]), bytes.Compare(p.Claim[:], o.Claim[:]), bytes.Compare(p.Article[:], o.Article[:]))
}

// placesOf reads places by u, the spellings of an article's address that may be canonical ones: those begin so. Of a redacted
// address only a hash is kept, which does not.
const placesOf = `SELECT sha256(convert_to(u.url, 'UTF8')), ap.article_id, ap.claim_id
	FROM appearances ap JOIN claim_documents d ON d.claim_id = ap.claim_id JOIN article_urls u ON u.article_id = ap.article_id
	WHERE u.url LIKE 'https://%' AND u.url NOT LIKE 'https://www.%' AND ` + shownAppearance

// EachPlace calls fn with every place there is, in no order, until it returns an error. One query that streams.
func (db *DB) EachPlace(ctx context.Context, fn func(Place) error) error {
	return db.eachPlace(ctx, fn, placesOf)
}

// PlacesOfClaims is EachPlace for some claims alone. One query.
func (db *DB) PlacesOfClaims(ctx context.Context, claims []factcheck.ClaimID, fn func(Place) error) error {
	if len(claims) == 0 {
		return nil
	}
	return db.eachPlace(ctx, fn, placesOf+` AND ap.claim_id = ANY ($1::uuid[])`, uuids(claims))
}

// PlacesSeenSince is EachPlace for addresses that were first seen at a moment or later. One query.
func (db *DB) PlacesSeenSince(ctx context.Context, since time.Time, fn func(Place) error) error {
	return db.eachPlace(ctx, fn, placesOf+` AND u.seen_at >= $1`, since)
}

// NewestSpelling returns when the newest spelling of any article's address was seen; the zero time if there is none. One query.
func (db *DB) NewestSpelling(ctx context.Context) (time.Time, error) {
	var at *time.Time
	err := db.pool.QueryRow(ctx, `SELECT max(seen_at) FROM article_urls`).Scan(&at)
	if err != nil || at == nil {
		return time.Time{}, translate("read when an address was seen last", err)
	}
	return *at, nil
}

// PlacesAt returns the places at some canonical addresses, in no order. One query.
func (db *DB) PlacesAt(ctx context.Context, keys []string) ([]Place, error) {
	var out []Place
	err := db.eachPlace(ctx, func(p Place) error {
		out = append(out, p)
		return nil
	}, `SELECT sha256(convert_to(f.key, 'UTF8')), ap.article_id, ap.claim_id FROM (
			SELECT a.url_key AS key, a.id FROM articles a WHERE a.url_key = ANY ($1) UNION SELECT u.url, u.article_id FROM article_urls u WHERE u.url = ANY ($1)
		) f JOIN appearances ap ON ap.article_id = f.id JOIN claim_documents d ON d.claim_id = ap.claim_id WHERE `+shownAppearance, keys)
	return out, err
}

// eachPlace takes query as a constant of this file.
func (db *DB) eachPlace(ctx context.Context, fn func(Place) error, query string, args ...any) error {
	rows, err := db.pool.Query(ctx, query, args...)
	if err != nil {
		return translate("read where public articles stand", err)
	}
	var p Place
	var hash []byte
	_, err = pgx.ForEachRow(rows, []any{&hash, &p.Article, &p.Claim}, func() error {
		copy(p.Hash[:], hash)
		return fn(p)
	})
	return translate("read where public articles stand", err)
}

// PlacesUnder returns the places whose hash begins with a prefix of hexadecimal digits in lower case, in no order. It reads all
// addresses: only for while the memory of them is being made. One query.
func (db *DB) PlacesUnder(ctx context.Context, prefix string) ([]Place, error) {
	var out []Place
	err := db.eachPlace(ctx, func(p Place) error {
		out = append(out, p)
		return nil
	}, placesOf+` AND left(encode(sha256(convert_to(u.url, 'UTF8')), 'hex'), length($1)) = $1`, prefix)
	return out, err
}
