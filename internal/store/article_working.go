package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// WorkingArticle is an article as the newsroom works on it, with all that is known of it.
type WorkingArticle struct {
	ID           factcheck.ArticleID
	Slug         string
	Revision     int    // guards edits: pass it back
	URL          string // to open; empty for a post that has none
	Key          string // what it is known by: its canonical address
	Kind         factcheck.ArticleKind
	TakenIn      factcheck.TakenIn
	Platform     string // of a post
	Handle       string // of a post; never public
	Title        string
	Author       string // as readers see it
	Language     string
	Outlet       factcheck.OutletID
	OutletName   string
	OutletSite   string
	Published    factcheck.Date
	Modified     *time.Time
	Text         string
	LeadImage    string
	ArchiveURL   string
	Found        json.RawMessage // what was found where
	FetchedAt    *time.Time
	ETag         string
	LastModified string
	AddedBy      string // name
	CreatedAt    time.Time
	Public       bool // it appears in a public claim
	Redacted     bool // it lost a passage, and is not taken in anew
	Spellings    []Spelling
	Snapshots    []Snapshot          // newest first
	Appearances  []ArticleAppearance // in reading order, then those that stand nowhere
	Unlinked     []ArticleAppearance // taken back; UndoAppearance links them again
	Events       []AppearanceEvent   // oldest first, the newest 500
}

// Spelling is an address that an article was seen under.
type Spelling struct {
	URL    string
	SeenAt time.Time
}

// ArticleAppearance is what an article does with a claim, as the article's page in the newsroom shows it.
type ArticleAppearance struct {
	ID          factcheck.AppearanceID
	Revision    int // guards edits: pass it back
	Claim       factcheck.ClaimID
	ClaimSlug   string
	ClaimText   string
	ClaimStage  factcheck.Stage
	ClaimPublic bool
	Stance      factcheck.Stance
	Imported    bool             // nobody here has set the stance
	Anchor      factcheck.Anchor // the whole passage, and where it stands
	Lost        bool             // the passage does not stand in the text
	FirstSeenAt *time.Time       // by us
	Appeared    factcheck.Date   // when the article first carried it; zero: when it was published
	First       bool             // the first known appearance of the claim
	State       factcheck.CorrectionState
	CorrectedAt *time.Time
	Undo        string // kind of the act that UndoAppearance takes back; empty: there is none
}

// AppearanceEvent is something that was done to an appearance of the article.
type AppearanceEvent struct {
	ID         int64
	Appearance factcheck.AppearanceID
	Claim      factcheck.ClaimID
	ClaimText  string
	Kind       string // linked, stance, standing, corrected, removed, moved, first, not_first, unlinked, relinked or undone
	Stance     factcheck.Stance
	Quote      string
	Note       string
	By         string    // name
	At         time.Time // when it happened out there
	RecordedAt time.Time
	Undoes     int64 // the event it takes back; 0: none
}

// NewsroomArticle returns an article with all that is known of it. CodeNotFound if there is none. Checkers and above, keys
// with the scope file, operator and system. Six queries in one round trip.
func (db *DB) NewsroomArticle(ctx context.Context, actor factcheck.Actor, id factcheck.ArticleID) (WorkingArticle, error) {
	var out WorkingArticle
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read "+id.String(), func(t *tx) error {
		out = WorkingArticle{ID: id}
		batch := &pgx.Batch{}
		batch.Queue(workingArticleQuery, id).QueryRow(out.scan)
		batch.Queue(`SELECT url, seen_at FROM article_urls u WHERE article_id = $1 AND url NOT LIKE '~%'
			AND NOT EXISTS (SELECT FROM articles a WHERE a.id = $1 AND a.url_key = u.url AND a.url <> u.url) ORDER BY seen_at, url LIMIT 200`, id).Query(func(rows pgx.Rows) (err error) {
			out.Spellings, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Spelling])
			return err
		})
		batch.Queue(`SELECT `+snapshotColumns+snapshotTables+`WHERE s.article_id = $1 ORDER BY s.taken_at DESC, s.id DESC LIMIT 200`, id).Query(func(rows pgx.Rows) (err error) {
			out.Snapshots, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Snapshot, error) {
				var s Snapshot
				return s, s.scan(row)
			})
			return err
		})
		batch.Queue(articleAppearancesQuery+readingOrder, id).Query(func(rows pgx.Rows) (err error) {
			out.Appearances, err = pgx.CollectRows(rows, scanArticleAppearance)
			return err
		})
		batch.Queue(unlinkedQuery, id).Query(func(rows pgx.Rows) (err error) {
			out.Unlinked, err = pgx.CollectRows(rows, scanArticleAppearance)
			return err
		})
		batch.Queue(articleEventsQuery, id).Query(func(rows pgx.Rows) (err error) {
			out.Events, err = pgx.CollectRows(rows, pgx.RowToStructByPos[AppearanceEvent])
			return err
		})
		if err := t.pgx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("read %s: %w", id, err)
		}
		return nil
	})
	return out, err
}

const workingArticleQuery = `
SELECT a.slug, a.version, coalesce(a.url, ''), coalesce(a.url_key, ''), a.kind, a.taken_in, a.platform, a.handle, a.title, a.author, a.language,
       a.outlet_id, coalesce(o.name, ''), coalesce(o.site, ''), a.published_at, a.published_precision, a.modified_at, a.text, a.lead_image, a.archive_url,
       a.found, a.fetched_at, a.etag, a.last_modified, coalesce(p.name, ''), a.created_at,
       EXISTS (SELECT FROM appearances ap JOIN claim_documents d ON d.claim_id = ap.claim_id WHERE ap.article_id = a.id AND ` + shownAppearance + `),
       ` + articleIsRedacted + `
FROM articles a LEFT JOIN outlets o ON o.id = a.outlet_id JOIN actors act ON act.id = a.added_by LEFT JOIN people p ON p.id = act.person_id
WHERE a.id = $1`

func (a *WorkingArticle) scan(row pgx.Row) error {
	var published *time.Time
	var precision *string
	err := row.Scan(&a.Slug, &a.Revision, &a.URL, &a.Key, &a.Kind, &a.TakenIn, &a.Platform, &a.Handle, &a.Title, &a.Author, &a.Language,
		&a.Outlet, &a.OutletName, &a.OutletSite, &published, &precision, &a.Modified, &a.Text, &a.LeadImage, &a.ArchiveURL,
		&a.Found, &a.FetchedAt, &a.ETag, &a.LastModified, &a.AddedBy, &a.CreatedAt, &a.Public, &a.Redacted)
	a.Published = dateOf(published, precision)
	return err
}

// undoable is the kind of the act on appearance ap that UndoAppearance takes back.
const undoable = `coalesce((SELECT CASE WHEN x.kind = 'linked' OR (x.before IS NOT NULL AND x.kind NOT IN ('moved', 'unlinked')) THEN x.kind END FROM (
	SELECT e.kind, e.before FROM appearance_events e WHERE e.appearance_id = ap.id AND e.undoes IS NULL
	AND NOT EXISTS (SELECT FROM appearance_events u WHERE u.undoes = e.id) ORDER BY e.id DESC LIMIT 1) x), '')`

const articleAppearancesQuery = `
SELECT ap.id, ap.version, ap.claim_id, c.slug, c.text, c.stage, EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = c.id), ap.stance, ap.set_by,
       ap.quote, ap.quote_prefix, ap.quote_suffix, coalesce(ap.quote_start, 0), coalesce(ap.quote_end, 0), ap.first_seen_at, ap.appeared_at, ap.appeared_precision,
       ap.is_first, ap.correction_state, ap.corrected_at, ` + undoable + `
FROM appearances ap JOIN claims c ON c.id = ap.claim_id WHERE ap.article_id = $1`

// unlinkedQuery reads what was unlinked and not linked again, as it was; of two unlinkings from one claim, the newer.
const unlinkedQuery = `
SELECT ap.id, ap.version + 1, ap.claim_id, c.slug, c.text, c.stage, EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = c.id), ap.stance, ap.set_by,
       ap.quote, ap.quote_prefix, ap.quote_suffix, coalesce(ap.quote_start, 0), coalesce(ap.quote_end, 0), ap.first_seen_at, ap.appeared_at, ap.appeared_precision,
       ap.is_first, ap.correction_state, ap.corrected_at, 'unlinked'
FROM (SELECT DISTINCT ON (e.claim_id) e.* FROM appearance_events e
      WHERE e.article_id = $1 AND e.kind = 'unlinked' ORDER BY e.claim_id, e.id DESC) e, jsonb_populate_record(NULL::appearances, e.before) ap
JOIN claims c ON c.id = ap.claim_id AND c.stage <> 'merged'
WHERE e.undoes IS NULL AND NOT EXISTS (SELECT FROM appearance_events u WHERE u.undoes = e.id)
AND NOT EXISTS (SELECT FROM appearances o WHERE o.article_id = $1 AND o.claim_id = e.claim_id) ORDER BY e.id DESC LIMIT 200`

func scanArticleAppearance(row pgx.CollectableRow) (ArticleAppearance, error) {
	var (
		a         ArticleAppearance
		setBy     string
		appeared  *time.Time
		precision *string
	)
	err := row.Scan(&a.ID, &a.Revision, &a.Claim, &a.ClaimSlug, &a.ClaimText, &a.ClaimStage, &a.ClaimPublic, &a.Stance, &setBy,
		&a.Anchor.Quote, &a.Anchor.Prefix, &a.Anchor.Suffix, &a.Anchor.Start, &a.Anchor.End, &a.FirstSeenAt, &appeared, &precision,
		&a.First, &a.State, &a.CorrectedAt, &a.Undo)
	a.Imported, a.Appeared = setBy == setByImport, dateOf(appeared, precision)
	a.Lost = a.Anchor.Quote != "" && !a.Anchor.Located()
	return a, err
}

const articleEventsQuery = `
SELECT e.id, e.appearance_id, e.claim_id, c.text, e.kind, e.stance, e.quote, e.note, coalesce(p.name, ''), e.at, e.recorded_at, coalesce(e.undoes, 0)
FROM appearance_events e JOIN claims c ON c.id = e.claim_id JOIN actors act ON act.id = e.actor_id LEFT JOIN people p ON p.id = act.person_id
WHERE e.id IN (SELECT x.id FROM appearance_events x WHERE x.article_id = $1 ORDER BY x.id DESC LIMIT 500) ORDER BY e.id`
