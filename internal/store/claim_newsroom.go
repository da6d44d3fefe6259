package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// WorkingClaim is a claim as the newsroom works on it, public or not: what is filed now, which is not always what was
// approved.
type WorkingClaim struct {
	factcheck.ClaimInput
	ID          factcheck.ClaimID
	Slug        string
	Revision    int // guards edits: pass it back
	Stage       factcheck.Stage
	StageNote   string // why declined or merged
	Assignee    factcheck.PersonID
	MergedInto  factcheck.ClaimID
	Public      bool
	Verdict     factcheck.VerdictID // the house's, if one was ever begun
	Open        factcheck.VersionID // its draft or submitted version, if there is one
	Wordings    []factcheck.Wording
	Media       []Media
	Appearances []WorkingAppearance
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Media is an image, video or recording that a claim is about.
type Media struct {
	factcheck.MediaInput
	ID factcheck.MediaID
}

// WorkingAppearance is an article's relation to a claim as the newsroom works on it.
type WorkingAppearance struct {
	ID          factcheck.AppearanceID
	Revision    int // guards edits: pass it back
	Article     factcheck.ArticleID
	URL         string
	Title       string
	Stance      factcheck.Stance
	Imported    bool // nobody here has set the stance
	Quote       string
	FirstSeenAt *time.Time
	State       factcheck.CorrectionState
	CorrectedAt *time.Time
	Outlet      string
	First       bool // the first known appearance
}

// ClaimSummary is a claim in the newsroom's lists.
type ClaimSummary struct {
	ID        factcheck.ClaimID
	Slug      string
	Text      string
	Language  string
	Stage     factcheck.Stage
	Assignee  factcheck.PersonID
	Name      string // of the assignee
	Public    bool
	UpdatedAt time.Time
}

// NewsroomClaim returns a claim whatever its stage. Checkers and above, keys with the scope file, operator and system.
// CodeNotFound if there is none. Five queries in one round trip.
func (db *DB) NewsroomClaim(ctx context.Context, actor factcheck.Actor, id factcheck.ClaimID) (WorkingClaim, error) {
	var out WorkingClaim
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read "+id.String(), func(t *tx) error {
		var err error
		out, err = t.workingClaim(id)
		return err
	})
	return out, err
}

// workingClaim reads a claim whatever its stage: five queries in one round trip.
func (t *tx) workingClaim(id factcheck.ClaimID) (WorkingClaim, error) {
	out := WorkingClaim{ID: id}
	batch := &pgx.Batch{}
	batch.Queue(workingClaimQuery, id).QueryRow(out.scan)
	batch.Queue(`SELECT DISTINCT topic_id FROM claim_topics ct WHERE claim_id = $1 AND `+shownTopic+` ORDER BY topic_id`, id).Query(func(rows pgx.Rows) (err error) {
		out.Topics, err = pgx.CollectRows(rows, pgx.RowTo[factcheck.TopicID])
		return err
	})
	batch.Queue(`SELECT language, text FROM wordings WHERE claim_id = $1 ORDER BY language, id`, id).Query(func(rows pgx.Rows) (err error) {
		out.Wordings, err = pgx.CollectRows(rows, pgx.RowToStructByPos[factcheck.Wording])
		return err
	})
	batch.Queue(`SELECT id, url, kind, category, alt FROM media WHERE claim_id = $1 ORDER BY created_at, id`, id).Query(func(rows pgx.Rows) (err error) {
		out.Media, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Media, error) {
			var m Media
			return m, row.Scan(&m.ID, &m.URL, &m.Kind, &m.Category, &m.Alt)
		})
		return err
	})
	batch.Queue(`SELECT ap.id, ap.version, a.id, coalesce(a.url, ''), coalesce(nullif(a.title, ''), said.title, ''), ap.stance, ap.set_by, ap.quote, least(ap.first_seen_at, said.first_seen_at), ap.correction_state, ap.corrected_at, coalesce(o.name, ''), ap.is_first
		FROM appearances ap JOIN articles a ON a.id = ap.article_id LEFT JOIN outlets o ON o.id = a.outlet_id`+listedSaid+`WHERE ap.claim_id = $1 ORDER BY ap.position, ap.id`, id).Query(func(rows pgx.Rows) (err error) {
		out.Appearances, err = pgx.CollectRows(rows, scanWorkingAppearance)
		return err
	})
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return out, fmt.Errorf("read %s: %w", id, err)
	}
	return out, nil
}

const workingClaimQuery = `
SELECT c.slug, c.version, c.text, c.language, c.claimant_id, c.date, c.date_precision, c.place, c.why, c.selection, c.stage, c.stage_note, c.assignee_id,
       c.merged_into, c.created_at, c.updated_at, EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = c.id), v.id,
       (SELECT ver.id FROM verdict_versions ver WHERE ver.verdict_id = v.id AND ver.state <> 'published')
FROM claims c LEFT JOIN (verdicts v JOIN publishers p ON p.id = v.publisher_id AND p.is_house) ON v.claim_id = c.id
WHERE c.id = $1`

func (c *WorkingClaim) scan(row pgx.Row) error {
	var date *time.Time
	var precision *factcheck.Precision
	err := row.Scan(&c.Slug, &c.Revision, &c.Text, &c.Language, &c.Claimant, &date, &precision, &c.Place, &c.Why, &c.Selection, &c.Stage, &c.StageNote, &c.Assignee,
		&c.MergedInto, &c.CreatedAt, &c.UpdatedAt, &c.Public, &c.Verdict, &c.Open)
	if err == nil && date != nil && precision != nil {
		c.Date = factcheck.Date{At: *date, Precision: *precision}
	}
	return err
}

func scanWorkingAppearance(row pgx.CollectableRow) (WorkingAppearance, error) {
	var a WorkingAppearance
	var setBy string
	err := row.Scan(&a.ID, &a.Revision, &a.Article, &a.URL, &a.Title, &a.Stance, &setBy, &a.Quote, &a.FirstSeenAt, &a.State, &a.CorrectedAt, &a.Outlet, &a.First)
	a.Imported = setBy == setByImport
	return a, err
}

// ClaimsByStage returns up to limit (at most MaxPage) claims in a stage, those filed last first, beginning after a claim; the
// zero ClaimID begins with the newest. Checkers and above, keys with the scope file, operator and system. One query.
func (db *DB) ClaimsByStage(ctx context.Context, actor factcheck.Actor, stage factcheck.Stage, after factcheck.ClaimID, limit int) ([]ClaimSummary, error) {
	var out []ClaimSummary
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "list claims", func(t *tx) error {
		if !stage.Valid() {
			return invalidf("stage", "this is not a stage of a claim")
		}
		if err := checkPage(limit); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, `SELECT c.id, c.slug, c.text, c.language, c.stage, c.assignee_id, coalesce(p.name, ''),
				EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = c.id), c.updated_at
			FROM claims c LEFT JOIN people p ON p.id = c.assignee_id
			WHERE c.stage = $1 AND c.id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') ORDER BY c.id DESC LIMIT $3`, stage, after, limit)
		if err != nil {
			return fmt.Errorf("list claims: %w", err)
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (ClaimSummary, error) {
			var c ClaimSummary
			return c, row.Scan(&c.ID, &c.Slug, &c.Text, &c.Language, &c.Stage, &c.Assignee, &c.Name, &c.Public, &c.UpdatedAt)
		})
		return err
	})
	return out, err
}
