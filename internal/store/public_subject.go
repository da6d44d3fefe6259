package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// The readings of a claim that are neither a truth nor a reason.
const (
	ReadingOther     = "other"        // a finding outside the shared scale
	ReadingReview    = "under_review" // no rating may be read
	ReadingRetracted = "retracted"
)

// ReadingCount is how many public claims of a list have a reading.
type ReadingCount struct {
	Reading string // of the leading verdict: its truth, else its first reason, else one of the constants above
	Claims  int
}

// SubjectSort orders the claims of a claimant or topic.
type SubjectSort string

// The orders of the claims of a claimant or topic. Of equal ones the newest comes first.
const (
	SubjectNewest   SubjectSort = ""
	SubjectRepeated SubjectSort = "repeated" // those that most articles made or repeated first
	SubjectRating   SubjectSort = "rating"   // as Readings lists them
)

// SubjectSorts lists them, the usual one first.
func SubjectSorts() []SubjectSort {
	return []SubjectSort{SubjectNewest, SubjectRepeated, SubjectRating}
}

// weight is the number that an order goes by before the date, higher first, of a claim d with its lead; "" for none.
func (s SubjectSort) weight() string {
	switch s {
	case SubjectRepeated:
		return `(SELECT count(*) FROM appearances ap WHERE ap.claim_id = d.claim_id AND ap.stance IN ('makes', 'repeats') AND ` + shownAppearance + `)`
	case SubjectRating:
		return `(-array_position(ARRAY['` + strings.Join(Readings(), `', '`) + `'], lead.reading))::bigint`
	case SubjectNewest:
	}
	return ""
}

// SubjectFilter is which page of a claimant's or topic's claims is wanted.
type SubjectFilter struct {
	Reading string // one of those counted; empty for all
	Sort    SubjectSort
	Cursor  string // where the page before ended; empty for the first
	Limit   int    // 1 to MaxPage
}

// SubjectClaims is a page of public claims with the counts of all of them. The counts are of what we looked at: they are no
// sample, so nobody may make percentages or rankings of them (invariant 11).
type SubjectClaims struct {
	Counts []ReadingCount // in no order
	Total  int            // of all readings
	Docs   []Document     // newest first
	Next   string         // cursor of the next page; empty on the last
}

// PublicClaimant is who made public claims, as readers see them. Private persons have no page.
type PublicClaimant struct {
	ID   factcheck.ClaimantID
	Slug string
	Name string
	Kind factcheck.ClaimantKind
	SubjectClaims
}

// PublicTopic is a topic that public claims are filed under.
type PublicTopic struct {
	ID    factcheck.TopicID
	Slug  string
	Name  string
	Names map[string]string // in other languages, by BCP 47 tag
	SubjectClaims
}

// shownClaimant holds for a claimant c whose name and page readers may see: a private person has neither before two people
// agreed on it (invariant 11).
const shownClaimant = `(NOT c.private OR c.named_approved_by IS NOT NULL)`

// ClaimantBySlug returns a claimant with a page of the public claims that name them. CodeNotFound alike for nobody, for who
// made no public claim, and for a private person who is not named. CodeInvalid for a filter that makes no sense. Three queries.
func (db *DB) ClaimantBySlug(ctx context.Context, slug string, f SubjectFilter) (PublicClaimant, error) {
	var out PublicClaimant
	err := db.pool.QueryRow(ctx, `SELECT c.id, c.slug, c.name, c.kind FROM claimants c WHERE c.slug = $1
		AND `+shownClaimant+` AND EXISTS (SELECT FROM claim_documents d WHERE d.claimant_id = c.id)`, slug).
		Scan(&out.ID, &out.Slug, &out.Name, &out.Kind)
	if errors.Is(err, pgx.ErrNoRows) {
		return out, factcheck.NotFound("there is no such claimant here")
	}
	if err != nil {
		return out, translate("read a claimant", err)
	}
	out.SubjectClaims, err = db.subjectClaims(ctx, `d.claimant_id = $1`, out.ID, f)
	return out, err
}

// TopicBySlug returns a topic with a page of the public claims under it. CodeNotFound alike for none and for one of claims
// that are not public. CodeInvalid for a filter that makes no sense. Three queries.
func (db *DB) TopicBySlug(ctx context.Context, slug string, f SubjectFilter) (PublicTopic, error) {
	var out PublicTopic
	var names []byte
	err := db.pool.QueryRow(ctx, `SELECT t.id, t.slug, t.name, t.names FROM topics t WHERE t.slug = $1
		AND EXISTS (SELECT FROM claim_topics ct JOIN claim_documents d ON d.claim_id = ct.claim_id WHERE ct.topic_id = t.id AND `+shownTopic+`)`, slug).
		Scan(&out.ID, &out.Slug, &out.Name, &names)
	if errors.Is(err, pgx.ErrNoRows) {
		return out, factcheck.NotFound("there is no such topic here")
	}
	if err == nil {
		err = decodeJSON(names, &out.Names)
	}
	if err != nil {
		return out, translate("read a topic", err)
	}
	out.SubjectClaims, err = db.subjectClaims(ctx,
		`EXISTS (SELECT FROM claim_topics ct WHERE ct.claim_id = d.claim_id AND ct.topic_id = $1 AND `+shownTopic+`)`, out.ID, f)
	return out, err
}

// leadReading joins the reading of the verdict that leads a claim's page: the house's, else the newest of another publisher.
const leadReading = ` JOIN LATERAL (SELECT CASE WHEN v.state = 'suspended' THEN '` + ReadingReview + `' WHEN v.state = 'retracted' THEN '` + ReadingRetracted + `'
	WHEN pv.truth <> '' THEN pv.truth ELSE coalesce(pv.reasons[1], '` + ReadingOther + `') END AS reading
	FROM public_verdicts pv JOIN verdicts v ON v.id = pv.verdict_id WHERE pv.claim_id = d.claim_id
	ORDER BY pv.house DESC, pv.published_at DESC, pv.verdict_id LIMIT 1) lead ON true `

// subjectClaims returns a page of the claims d that meet a condition on $1, which is a constant of this file. One round trip.
func (db *DB) subjectClaims(ctx context.Context, where string, id any, f SubjectFilter) (SubjectClaims, error) {
	var out SubjectClaims
	if err := f.check(); err != nil {
		return out, err
	}
	from, err := f.place()
	if err != nil {
		return out, err
	}
	batch := &pgx.Batch{}
	batch.Queue(`SELECT lead.reading, count(*) FROM claim_documents d`+leadReading+`WHERE `+where+` GROUP BY 1`, id).Query(func(rows pgx.Rows) error {
		var c ReadingCount
		_, err := pgx.ForEachRow(rows, []any{&c.Reading, &c.Claims}, func() error {
			out.Counts, out.Total = append(out.Counts, c), out.Total+c.Claims
			return nil
		})
		return err
	})
	var weights []int64
	batch.Queue(f.page(where), id, f.Reading, from.after, from.claim, f.Limit+1, from.weight).Query(func(rows pgx.Rows) (err error) {
		out.Docs, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (d Document, err error) {
			var weight int64
			err = row.Scan(&d.Claim, &d.Slug, &d.Seq, &d.Stored, &d.PublishedAt, &d.UpdatedAt, &weight)
			weights = append(weights, weight)
			return d, err
		})
		return err
	})
	if err := db.pool.SendBatch(ctx, batch).Close(); err != nil {
		return out, translate("list the claims of a subject", err)
	}
	if len(out.Docs) > f.Limit {
		out.Docs = out.Docs[:f.Limit]
		last := out.Docs[f.Limit-1]
		out.Next = f.cursor(weights[f.Limit-1], last)
	}
	return out, nil
}

// page is the query for a page of the claims d that meet a condition on $1: $2 the reading, $3, $4 and $6 where the page before
// ended, $5 how many.
func (f SubjectFilter) page(where string) string {
	const columns = `SELECT d.claim_id, c.slug, d.seq, d.document, d.published_at, d.updated_at, `
	weight := f.Sort.weight()
	if weight == "" {
		return columns + `0::bigint FROM claim_documents d JOIN claims c ON c.id = d.claim_id` + leadReading + `
			WHERE ` + where + ` AND ($2 = '' OR lead.reading = $2) AND $6::bigint IS NOT NULL AND ($3::timestamptz IS NULL OR (d.published_at, d.claim_id) < ($3, $4::uuid))
			ORDER BY d.published_at DESC, d.claim_id DESC LIMIT $5`
	}
	return columns + `w.n FROM claim_documents d JOIN claims c ON c.id = d.claim_id` + leadReading + ` CROSS JOIN LATERAL (SELECT ` + weight + ` AS n) w
		WHERE ` + where + ` AND ($2 = '' OR lead.reading = $2) AND ($3::timestamptz IS NULL OR (w.n, d.published_at, d.claim_id) < ($6::bigint, $3, $4::uuid))
		ORDER BY w.n DESC, d.published_at DESC, d.claim_id DESC LIMIT $5`
}

// subjectPlace is where a page of a subject's claims ended.
type subjectPlace struct {
	after  any // time.Time; nil for the first page
	claim  factcheck.ClaimID
	weight int64
}

// place reads the cursor: that of other lists, behind the weight in the orders that have one.
func (f SubjectFilter) place() (subjectPlace, error) {
	var p subjectPlace
	rest := f.Cursor
	if rest == "" {
		return p, nil
	}
	if f.Sort != SubjectNewest {
		weight, cursor, _ := strings.Cut(rest, ".")
		n, err := strconv.ParseInt(weight, 10, 32)
		if err != nil {
			return p, invalidf("cursor", "this is not a cursor of this list; begin again without one")
		}
		p.weight, rest = n, cursor
	}
	at, claim, err := decodeCursor(rest)
	p.after, p.claim = at, claim
	return p, err
}

// cursor is where a page ended that has this claim last.
func (f SubjectFilter) cursor(weight int64, last Document) string {
	cursor := encodeCursor(last.PublishedAt, last.Claim)
	if f.Sort != SubjectNewest {
		cursor = strconv.FormatInt(weight, 10) + "." + cursor
	}
	return cursor
}

// Readings lists all readings in the order in which they are shown: from true to false, then what is off that line.
func Readings() []string {
	var out []string
	for _, t := range factcheck.Truths() {
		out = append(out, string(t))
	}
	for _, r := range factcheck.Reasons() {
		out = append(out, string(r))
	}
	return append(out, ReadingOther, ReadingReview, ReadingRetracted)
}

func (f SubjectFilter) check() error {
	if f.Reading != "" && !slices.Contains(Readings(), f.Reading) {
		return invalidf("rating", "there is no such rating; choose one from the page")
	}
	if !slices.Contains(SubjectSorts(), f.Sort) {
		return invalidf("sort", "there is no such order; choose one from the page")
	}
	return checkPage(f.Limit)
}

// HomeLists are the claims of the front page.
type HomeLists struct {
	New       []Document     // of the house; of all publishers while it has none
	Next      string         // cursor of ListClaims for what is older than New
	House     bool           // New holds claims of the house alone
	Spreading []SpreadClaim  // most articles first
	Corrected []CorrectionOf // newest first
}

// SpreadClaim is a claim with how many articles were first seen making or repeating it lately, and have not taken it back.
type SpreadClaim struct {
	Document
	Articles int
}

// SpreadDays is how many days back the front page counts articles that spread a claim.
const SpreadDays = 30

// Home returns the lists of the front page: n new claims, and fewer that spread and were corrected. Four queries in two round trips.
func (db *DB) Home(ctx context.Context, n int) (HomeLists, error) {
	var out HomeLists
	if err := checkPage(n); err != nil {
		return out, err
	}
	few := max(1, n*2/3)
	batch := &pgx.Batch{}
	batch.Queue(`SELECT EXISTS (SELECT FROM claim_documents WHERE house)`).QueryRow(func(row pgx.Row) error { return row.Scan(&out.House) })
	// Ranked by more than are shown, so that a busy month is still one short scan.
	batch.Queue(`SELECT d.claim_id, c.slug, d.seq, d.document, d.published_at, d.updated_at, s.n FROM claim_documents d JOIN claims c ON c.id = d.claim_id
		JOIN (SELECT claim_id, count(*) AS n FROM appearances WHERE stance IN ('makes', 'repeats') AND correction_state = 'standing'
			AND first_seen_at > $2 AND first_seen_at <= $3 GROUP BY claim_id ORDER BY n DESC, claim_id DESC LIMIT 1000) s ON s.claim_id = d.claim_id
		ORDER BY s.n DESC, d.published_at DESC, d.claim_id DESC LIMIT $1`, few, db.clock().AddDate(0, 0, -SpreadDays), db.clock()).Query(func(rows pgx.Rows) (err error) {
		out.Spreading, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (SpreadClaim, error) {
			var s SpreadClaim
			return s, row.Scan(&s.Claim, &s.Slug, &s.Seq, &s.Stored, &s.PublishedAt, &s.UpdatedAt, &s.Articles)
		})
		return err
	})
	queueCorrections(batch, CorrectionFilter{Limit: few}, time.Time{}, factcheck.VersionID{}, &out.Corrected)
	if err := db.pool.SendBatch(ctx, batch).Close(); err != nil {
		return out, translate("read the front page", err)
	}
	out.Corrected = eachClaimOnce(out.Corrected)
	f := ListFilter{Limit: n}
	if !out.House {
		f.Publisher = AnyPublisher
	}
	var err error
	out.New, out.Next, err = db.ListClaims(ctx, f)
	if err != nil {
		return out, fmt.Errorf("read the front page: %w", err)
	}
	return out, nil
}

// eachClaimOnce keeps the newest correction of each claim.
func eachClaimOnce(list []CorrectionOf) []CorrectionOf {
	seen := map[factcheck.ClaimID]bool{}
	return slices.DeleteFunc(list, func(c CorrectionOf) bool {
		again := seen[c.Claim]
		seen[c.Claim] = true
		return again
	})
}
