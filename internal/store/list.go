package store

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Sort orders a list of public claims, newest first.
type Sort string

// The orders of a list.
const (
	SortPublished Sort = "published"
	SortUpdated   Sort = "updated"
)

// column is what an order goes by, of claim_documents.
func (s Sort) column() string {
	if s == SortUpdated {
		return "updated_at"
	}
	return "published_at"
}

// AnyPublisher lifts the default that a list holds claims with a verdict of the house.
const AnyPublisher = "any"

// MaxPage is the most claims that one page of a list holds.
const MaxPage = 100

// ListFilter narrows a list of public claims. Zero values do not narrow, but for Publisher: empty means the house.
// Conditions on a verdict hold for one verdict of that publisher.
type ListFilter struct {
	Query           string // all of these words; "quoted phrases" and -exclusion; the index has more, see internal/finder
	Publisher       string // "": the house; AnyPublisher; or a site
	Truth           factcheck.Truth
	Rating          string // native label, case aside
	Reason          factcheck.Reason
	Claimant        factcheck.ClaimantID
	Topic           string // slug
	Language        string // BCP 47; a region narrows, its absence does not
	Stance          factcheck.Stance
	ArticleURL      string
	PublishedAfter  time.Time
	PublishedBefore time.Time
	UpdatedAfter    time.Time
	Sort            Sort // default SortPublished
	Limit           int  // 1 to MaxPage
	Cursor          string
}

// ListClaims returns a page of public claims and the cursor of the next, empty on the last. Keyset paging: the cost of a
// page does not depend on how deep it is. With words in the filter it is the bounded search of words.go: older claims may be
// missing. CodeInvalid for a filter or cursor that makes no sense. One query, and one more with words and with a topic each.
func (db *DB) ListClaims(ctx context.Context, f ListFilter) ([]Document, string, error) {
	return db.listClaims(ctx, nil, f)
}

// ListClaimsOf is ListClaims of some claims alone, such as what an index found; the filter's words play no part. CodeInvalid
// also for more than MaxFound ids. One query.
func (db *DB) ListClaimsOf(ctx context.Context, ids []factcheck.ClaimID, f ListFilter) ([]Document, string, error) {
	if len(ids) > MaxFound {
		return nil, "", invalidf("ids", "at most %d claims at a time", MaxFound)
	}
	f.Query = ""
	return db.listClaims(ctx, append([]factcheck.ClaimID{}, ids...), f)
}

// listClaims lists all claims, or with of that is not nil, those.
func (db *DB) listClaims(ctx context.Context, of []factcheck.ClaimID, f ListFilter) ([]Document, string, error) {
	slug := f.Topic
	f.Topic = ""
	q, err := listQuery(f)
	if err != nil {
		return nil, "", err
	}
	if of != nil {
		q.and(`d.claim_id = ANY (?::uuid[])`, uuids(of))
	}
	args := []any{}
	if slug != "" {
		id, err := db.topicAt(ctx, slug)
		if id.IsZero() {
			return nil, "", err
		}
		q.and(`EXISTS (SELECT FROM claim_topics ct WHERE ct.claim_id = d.claim_id AND ct.topic_id = ? AND `+shownTopic+`)`, id)
		args = append(args, pgx.QueryExecModeCacheDescribe) // planned for this topic: of one with many claims the newest are read, of a small one all
	}
	if _, err := db.candidates(ctx, q, f); err != nil {
		return nil, "", err
	}
	rows, err := db.pool.Query(ctx, q.sql(f), append(args, q.args...)...)
	if err != nil {
		return nil, "", translate("list claims", err)
	}
	docs, err := pgx.CollectRows(rows, scanDocument)
	if err != nil {
		return nil, "", translate("list claims", err)
	}
	if len(docs) <= f.Limit {
		return docs, "", nil
	}
	docs = docs[:f.Limit]
	last := docs[f.Limit-1]
	at := last.PublishedAt
	if f.Sort == SortUpdated {
		at = last.UpdatedAt
	}
	return docs, encodeCursor(at, last.Claim), nil
}

// topicAt returns the topic with a slug, the zero ID for none. One query.
func (db *DB) topicAt(ctx context.Context, slug string) (factcheck.TopicID, error) {
	var id factcheck.TopicID
	err := db.pool.QueryRow(ctx, `SELECT id FROM topics WHERE slug = $1`, slug).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return id, nil
	}
	return id, translate("look up a topic", err)
}

func scanDocument(row pgx.CollectableRow) (Document, error) {
	var d Document
	return d, row.Scan(&d.Claim, &d.Slug, &d.Seq, &d.Stored, &d.PublishedAt, &d.UpdatedAt)
}

// keyset is the condition that a cursor stands for, on a table's columns, and "" for none.
func (q *query) keyset(f ListFilter, table string) (string, error) {
	if f.Cursor == "" {
		return "", nil
	}
	at, id, err := decodeCursor(f.Cursor)
	if err != nil {
		return "", err
	}
	q.args = append(q.args, at, id)
	return fmt.Sprintf("(%[1]s.%[2]s, %[1]s.claim_id) < ($%[3]d, $%[4]d::uuid)", table, f.Sort.column(), len(q.args)-1, len(q.args)), nil
}

// query collects conditions with their arguments; user text is only ever an argument.
type query struct {
	where []string
	args  []any
}

// and adds a condition in which ? stands for the argument.
func (q *query) and(cond string, arg any) {
	q.args = append(q.args, arg)
	q.where = append(q.where, strings.ReplaceAll(cond, "?", fmt.Sprintf("$%d", len(q.args))))
}

func (q *query) sql(f ListFilter) string {
	return fmt.Sprintf(`SELECT d.claim_id, c.slug, d.seq, d.document, d.published_at, d.updated_at
		FROM claim_documents d JOIN claims c ON c.id = d.claim_id %s ORDER BY d.%s DESC, d.claim_id DESC LIMIT %d`, q.whereSQL(), f.Sort.column(), f.Limit+1)
}

func (q *query) whereSQL() string {
	if len(q.where) == 0 {
		return ""
	}
	return "WHERE " + strings.Join(q.where, " AND ")
}

// Check returns the CodeInvalid error that a list of this filter would.
func (f ListFilter) Check() error {
	_, err := listQuery(f)
	return err
}

func listQuery(f ListFilter) (*query, error) {
	if f.Limit < 1 || f.Limit > MaxPage {
		return nil, invalidf("limit", "choose a number from 1 to %d", MaxPage)
	}
	q := &query{}
	if err := q.verdict(f); err != nil {
		return nil, err
	}
	if !f.Claimant.IsZero() {
		q.and(`d.claimant_id = ?`, f.Claimant)
	}
	if f.Topic != "" {
		q.and(`EXISTS (SELECT FROM claim_topics ct JOIN topics t ON t.id = ct.topic_id WHERE ct.claim_id = d.claim_id AND t.slug = ? AND `+shownTopic+`)`, f.Topic)
	}
	if f.Language != "" {
		if !factcheck.ValidLanguage(f.Language) {
			return nil, invalidf("language", "this is not a language tag; write en, pt-BR or ar")
		}
		q.and(`(lower(d.language) = lower(?) OR lower(d.language) LIKE lower(?) || '-%')`, f.Language)
	}
	if f.Stance != "" {
		if !f.Stance.Valid() {
			return nil, invalidf("stance", "choose makes, repeats, reports, disputes or listed")
		}
		q.and(`EXISTS (SELECT FROM appearances ap WHERE ap.claim_id = d.claim_id AND ap.stance = ? AND `+shownAppearance+`)`, f.Stance)
	}
	if f.ArticleURL != "" {
		spellings := []string{f.ArticleURL}
		a, err := readAddress("article_url", f.ArticleURL)
		switch {
		case err == nil:
			spellings = append(spellings, a.url, a.key)
		case !factcheck.IsWebURL(f.ArticleURL):
			return q, err
		}
		q.and(`EXISTS (SELECT FROM article_urls au JOIN appearances ap ON ap.article_id = au.article_id WHERE ap.claim_id = d.claim_id AND au.url = ANY (?) AND `+shownAppearance+`)`, spellings)
	}
	return q, q.times(f)
}

func (q *query) verdict(f ListFilter) error {
	v := &query{args: q.args}
	switch f.Publisher {
	case "":
		q.where = append(q.where, "d.house")
		v.where = append(v.where, "pv.house")
	case AnyPublisher:
	default:
		v.and(`pv.publisher_id = (SELECT id FROM publishers WHERE site = lower(?))`, f.Publisher)
	}
	narrow := f.Publisher != "" && f.Publisher != AnyPublisher
	if f.Truth != "" {
		if !f.Truth.Valid() {
			return invalidf("truth", "choose true, mostly_true, mixed, mostly_false or false")
		}
		v.and(`pv.truth = ?`, f.Truth)
		narrow = true
	}
	if f.Rating != "" {
		v.and(`lower(pv.label) = lower(?)`, f.Rating)
		narrow = true
	}
	if f.Reason != "" {
		if !f.Reason.Valid() {
			return invalidf("reason", "this is not one of the reasons")
		}
		v.and(`? = ANY (pv.reasons)`, f.Reason)
		narrow = true
	}
	q.args = v.args
	if narrow {
		q.where = append(q.where, `EXISTS (SELECT FROM public_verdicts pv WHERE pv.claim_id = d.claim_id AND `+strings.Join(v.where, " AND ")+`)`)
	}
	return nil
}

func (q *query) times(f ListFilter) error {
	if !f.PublishedAfter.IsZero() {
		q.and(`d.published_at > ?`, f.PublishedAfter)
	}
	if !f.PublishedBefore.IsZero() {
		q.and(`d.published_at < ?`, f.PublishedBefore)
	}
	if !f.UpdatedAfter.IsZero() {
		q.and(`d.updated_at > ?`, f.UpdatedAfter)
	}
	if f.Sort != "" && f.Sort != SortPublished && f.Sort != SortUpdated {
		return invalidf("sort", "choose published or updated")
	}
	cond, err := q.keyset(f, "d")
	if cond != "" {
		q.where = append(q.where, cond)
	}
	return err
}

// encodeCursor packs where a page ended. It holds nothing that is not public.
func encodeCursor(at time.Time, id factcheck.ClaimID) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(at.UnixMicro()))
	return base64.RawURLEncoding.EncodeToString(append(b, id[:]...))
}

// CursorTime returns the moment at which the page before a cursor ended, the zero time for no cursor. CodeInvalid for what is
// no cursor.
func CursorTime(cursor string) (time.Time, error) {
	if cursor == "" {
		return time.Time{}, nil
	}
	at, _, err := decodeCursor(cursor)
	return at, err
}

func decodeCursor(s string) (time.Time, factcheck.ClaimID, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != 24 {
		return time.Time{}, factcheck.ClaimID{}, invalidf("cursor", "this is not a cursor of this list; begin again without one")
	}
	return time.UnixMicro(int64(binary.BigEndian.Uint64(b))).UTC(), factcheck.ClaimID(b[8:]), nil
}
