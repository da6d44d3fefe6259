package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/clause"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// claimModel maps the table claims.
type claimModel struct {
	ID            factcheck.ClaimID `gorm:"primaryKey"`
	Slug          string
	Text          string
	TextKey       []byte `gorm:"not null"`
	Language      string
	ClaimantID    factcheck.ClaimantID
	Date          *time.Time
	DatePrecision *string
	Place         string
	Why           string
	Selection     factcheck.SelectionReason
	Stage         factcheck.Stage
	StageNote     string
	AssigneeID    factcheck.PersonID
	MergedInto    factcheck.ClaimID
	CreatedBy     factcheck.ActorID `gorm:"not null"`
	EditedBy      factcheck.ActorID `gorm:"not null"`
	CreatedAt     time.Time
	UpdatedAt     time.Time
	Version       int32
}

// TableName names the table.
func (claimModel) TableName() string { return "claims" }

// FileClaim files a claim into triage and returns its id. Checkers and above, and keys with the scope file. CodeInvalid
// names the field that breaks a rule.
func (db *DB) FileClaim(ctx context.Context, actor factcheck.Actor, in factcheck.ClaimInput) (factcheck.ClaimID, error) {
	var id factcheck.ClaimID
	err := db.write(ctx, actor, factcheck.FileClaim, "file a claim", func(t *tx) error {
		in, err := in.Clean()
		if err != nil {
			return err
		}
		id, err = t.fileClaim(in)
		return err
	})
	return id, err
}

// fileClaim files a cleaned claim into triage.
func (t *tx) fileClaim(in factcheck.ClaimInput) (factcheck.ClaimID, error) {
	id, err := t.insertClaim(in, factcheck.StageTriage)
	if err != nil {
		return id, err
	}
	return id, t.audit("claim.file", id, nil)
}

// insertClaim writes a cleaned claim with a slug of its own and its topics.
func (t *tx) insertClaim(in factcheck.ClaimInput, stage factcheck.Stage) (factcheck.ClaimID, error) {
	id := factcheck.ClaimID(newID(t))
	slug, err := t.takeSlug(id, in.Text)
	if err != nil {
		return id, err
	}
	key := exchange.TextKey(in.Text, in.Language)
	row := claimModel{
		ID: id, Slug: slug, Text: in.Text, TextKey: key[:], Language: in.Language, ClaimantID: in.Claimant, Place: in.Place, Why: in.Why, Selection: in.Selection,
		Stage: stage, CreatedBy: t.actor.ID, EditedBy: t.actor.ID, CreatedAt: t.now, UpdatedAt: t.now, Version: 1,
	}
	row.Date, row.DatePrecision = dateColumns(in.Date)
	if err := t.db.Create(&row).Error; err != nil {
		return id, fmt.Errorf("write the claim: %w", err)
	}
	return id, t.setTopics(id, in.Topics)
}

// setTopics makes the topics of a claim that readers see the given ones, and all of them a person's. What publishers filed it
// under is taken off for good if it is not among them; what publishers who are not allowed did was not to be seen, and stays.
func (t *tx) setTopics(id factcheck.ClaimID, topics []factcheck.TopicID) error {
	uuids := make([]string, len(topics))
	for i, topic := range topics {
		uuids[i] = topic.UUID()
	}
	batch := &pgx.Batch{}
	batch.Queue(`UPDATE claim_topics ct SET dropped = true WHERE claim_id = $1 AND publisher_id IS NOT NULL AND topic_id <> ALL ($2::uuid[]) AND `+shownTopic, id, uuids)
	batch.Queue(`DELETE FROM claim_topics WHERE claim_id = $1 AND publisher_id IS NULL AND topic_id <> ALL ($2::uuid[])`, id, uuids)
	batch.Queue(`INSERT INTO claim_topics (claim_id, topic_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING`, id, uuids)
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return fmt.Errorf("set the topics: %w", err)
	}
	return nil
}

// takeSlug gives the claim an address made of text that no claim ever had; a taken one gets a number.
func (t *tx) takeSlug(id factcheck.ClaimID, text string) (string, error) {
	base := document.Slug(text)
	for i := 1; i < 100; i++ {
		slug := base
		if i > 1 {
			slug = fmt.Sprintf("%s-%d", base, i)
		}
		if i > 8 { // a very common wording: stop counting, use the id's random end
			uuid := id.UUID()
			slug = base + "-" + uuid[len(uuid)-12:]
		}
		tag, err := t.pgx.Exec(t.ctx, `INSERT INTO claim_slugs (slug, claim_id, created_at) VALUES ($1, $2, $3) ON CONFLICT (slug) DO NOTHING`, slug, id, t.now)
		if err != nil {
			return "", fmt.Errorf("take the slug: %w", err)
		}
		if tag.RowsAffected() == 1 {
			return slug, nil
		}
	}
	return "", factcheck.Conflict("no free address was found for this claim")
}

// moveClaim moves the work on a claim to a stage. A claim that is there already stays; a published claim goes back to
// checking when a correction begins. CodeConflict if the stage does not allow it, CodeNotFound if there is no such claim.
func (t *tx) moveClaim(id factcheck.ClaimID, to factcheck.Stage, note string) error {
	var row claimModel
	err := t.db.Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Select("id", "stage", "version").Where("id = ?", id).Take(&row).Error
	if err != nil {
		return fmt.Errorf("read %s: %w", id, err)
	}
	if row.Stage == to {
		return nil
	}
	if !row.Stage.CanMoveTo(to) && (to != factcheck.StageChecking || row.Stage == factcheck.StageDeclined || row.Stage == factcheck.StageMerged) {
		return factcheck.Conflict("this claim is %s; it cannot become %s", row.Stage, to)
	}
	res := t.db.Model(&claimModel{}).Where("id = ? AND version = ?", id, row.Version).Updates(map[string]any{
		"stage": to, "stage_note": note, "updated_at": t.now, "version": row.Version + 1,
	})
	return one(res, "this claim")
}

// approvedClaim reads the claim as it goes into what is approved.
func (t *tx) approvedClaim(id factcheck.ClaimID) (document.ApprovedClaim, error) {
	out := document.ApprovedClaim{ID: id.String(), Wordings: []document.ApprovedWording{}, Media: []document.Media{}}
	var (
		date            *time.Time
		claimant        factcheck.ClaimantID
		name, kind      *string
		private         bool
		precision, desc *string
	)
	err := t.pgx.QueryRow(t.ctx, `SELECT c.text, c.language, c.date, c.date_precision, c.place, c.why, cl.id, cl.name, cl.kind, cl.description, coalesce(cl.private, false)
		FROM claims c LEFT JOIN claimants cl ON cl.id = c.claimant_id WHERE c.id = $1`, id).Scan(
		&out.Text, &out.Language, &date, &precision, &out.Place, &out.Why, &claimant, &name, &kind, &desc, &private)
	if err != nil {
		return out, fmt.Errorf("read %s: %w", id, err)
	}
	if date != nil && precision != nil {
		s := factcheck.Date{At: *date, Precision: factcheck.Precision(*precision)}.String()
		out.Date, out.DatePrecision = &s, precision
	}
	if !claimant.IsZero() {
		out.Claimant = &document.Claimant{ID: claimant.String(), Kind: *kind, Name: *name}
		if private {
			out.Claimant.Name = *desc
		}
	}
	return out, errors.Join(t.approvedWordings(id, &out), t.approvedMedia(id, &out))
}

func (t *tx) approvedWordings(id factcheck.ClaimID, out *document.ApprovedClaim) error {
	rows, err := t.pgx.Query(t.ctx, `SELECT language, text FROM wordings WHERE claim_id = $1 ORDER BY language, text`, id)
	if err != nil {
		return fmt.Errorf("read the wordings: %w", err)
	}
	got, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (document.ApprovedWording, error) {
		var w document.ApprovedWording
		return w, row.Scan(&w.Language, &w.Text)
	})
	out.Wordings = append(out.Wordings, got...)
	return err
}

func (t *tx) approvedMedia(id factcheck.ClaimID, out *document.ApprovedClaim) error {
	rows, err := t.pgx.Query(t.ctx, `SELECT url, kind, category, alt FROM media WHERE claim_id = $1 ORDER BY created_at, id`, id)
	if err != nil {
		return fmt.Errorf("read the media: %w", err)
	}
	got, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (document.Media, error) {
		var m document.Media
		return m, row.Scan(&m.URL, &m.Kind, &m.Category, &m.Alt)
	})
	out.Media = append(out.Media, got...)
	return err
}

// dateColumns splits a date into its two columns; an unknown date is NULL in both.
func dateColumns(d factcheck.Date) (*time.Time, *string) {
	if d.IsZero() {
		return nil, nil
	}
	at, precision := d.At.UTC().Truncate(time.Microsecond), string(d.Precision)
	return &at, &precision
}
