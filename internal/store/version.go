package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/clause"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// sourceModel maps the table sources.
type sourceModel struct {
	ID        factcheck.SourceID  `gorm:"primaryKey"`
	VersionID factcheck.VersionID `gorm:"not null"`
	Position  int32
	URL       string
	Document  string
	Title     string
	Origin    string
	Kind      factcheck.SourceKind
	Bearing   factcheck.Bearing
	Quote     string
	ReadAt    *time.Time `gorm:"type:date"`
	Interest  string
	EditedBy  factcheck.ActorID `gorm:"not null"`
}

// TableName names the table.
func (sourceModel) TableName() string { return "sources" }

// NewsroomVersion returns a version whatever its state. Checkers and above.
func (db *DB) NewsroomVersion(ctx context.Context, actor factcheck.Actor, id factcheck.VersionID) (Version, error) {
	var out Version
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read "+id.String(), func(t *tx) error {
		var err error
		out, err = t.version(id)
		return err
	})
	return out, err
}

// lockVersion returns the version with its verdict's row locked, so that use cases on one verdict wait for each other.
func (t *tx) lockVersion(id factcheck.VersionID) (Version, error) {
	_, err := t.pgx.Exec(t.ctx, `SELECT FROM verdicts v JOIN verdict_versions ver ON ver.verdict_id = v.id WHERE ver.id = $1 FOR NO KEY UPDATE OF v`, id)
	if err != nil {
		return Version{}, fmt.Errorf("lock the verdict: %w", err)
	}
	return t.version(id)
}

// version reads a version with its sources and authors.
func (t *tx) version(id factcheck.VersionID) (Version, error) {
	var row versionModel
	if err := t.db.Where("id = ?", id).Take(&row).Error; err != nil {
		return Version{}, fmt.Errorf("read %s: %w", id, err)
	}
	v := row.version()
	if err := t.pgx.QueryRow(t.ctx, `SELECT claim_id FROM verdicts WHERE id = $1`, row.VerdictID).Scan(&v.Claim); err != nil {
		return Version{}, fmt.Errorf("read the verdict of %s: %w", id, err)
	}
	authors, err := t.pgx.Query(t.ctx, `SELECT person_id FROM version_authors WHERE version_id = $1`, id)
	if err != nil {
		return Version{}, fmt.Errorf("read the authors of %s: %w", id, err)
	}
	if v.Authors, err = pgx.CollectRows(authors, pgx.RowTo[factcheck.PersonID]); err != nil {
		return Version{}, fmt.Errorf("read the authors of %s: %w", id, err)
	}
	rows, err := t.pgx.Query(t.ctx, `SELECT s.id, s.url, s.document, s.title, s.origin, s.kind, s.bearing, s.quote, s.read_at, s.interest,
		coalesce((SELECT a.url FROM source_archives a WHERE a.source_id = s.id ORDER BY a.id DESC LIMIT 1), '')
		FROM sources s WHERE s.version_id = $1 ORDER BY s.position`, id)
	if err != nil {
		return Version{}, fmt.Errorf("read the sources of %s: %w", id, err)
	}
	v.Draft.Sources, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (factcheck.Source, error) {
		var s factcheck.Source
		var read *time.Time
		err := row.Scan(&s.ID, &s.URL, &s.Document, &s.Title, &s.Origin, &s.Kind, &s.Bearing, &s.Quote, &read, &s.Interest, &s.ArchiveURL)
		if read != nil {
			s.ReadAt = *read
		}
		return s, err
	})
	if err != nil {
		return Version{}, fmt.Errorf("read the sources of %s: %w", id, err)
	}
	return v, nil
}

// version returns the row as the newsroom sees it, without sources, claim and authors.
func (m versionModel) version() Version {
	v := Version{
		ID: m.ID, Verdict: m.VerdictID, State: m.State, Revision: int(m.Version), Note: m.Note, Hash: m.ApprovedHash, SubmittedBy: m.SubmittedBy,
		Rating: factcheck.Rating{Label: m.Label, Truth: m.Truth},
		Draft: factcheck.Draft{
			Scale: m.ScaleID, Label: m.Label, Language: m.Language, Headline: m.Headline, Answer: m.Answer, Body: m.Body,
			True: m.WhatIsTrue, False: m.WhatIsFalse, Unknown: m.WhatIsUnknown, HowChecked: m.HowChecked,
			ValidFrom: m.ValidFrom, ValidTo: m.ValidTo, Replies: m.Replies, Waivers: m.Waivers, Wordings: m.Wordings,
			Correction: m.CorrectionKind, Note: m.CorrectionNote,
		},
	}
	if m.N != nil {
		v.N = int(*m.N)
	}
	if m.Approved != nil {
		v.Approved = *m.Approved
	}
	for _, r := range m.Reasons {
		v.Rating.Reasons = append(v.Rating.Reasons, factcheck.Reason(r))
	}
	v.Draft.Reasons = v.Rating.Reasons
	return v
}

// setDraft fills the row with a cleaned draft; the rating comes from the scale, never from the caller.
func (t *tx) setDraft(row *versionModel, draft factcheck.Draft) error {
	if draft.Label == "" {
		draft.Scale = factcheck.ScaleID{} // a scale without a choice on it says nothing yet
	}
	rating, err := t.rating(draft.Scale, draft.Label)
	if err != nil {
		return err
	}
	for _, r := range draft.Reasons {
		if !slices.Contains(rating.Reasons, r) {
			rating.Reasons = append(rating.Reasons, r)
		}
	}
	row.ScaleID, row.Label, row.Truth, row.Reasons = draft.Scale, rating.Label, rating.Truth, reasonStrings(rating.Reasons)
	row.Language, row.Headline, row.Answer, row.Body = draft.Language, draft.Headline, draft.Answer, draft.Body
	row.WhatIsTrue, row.WhatIsFalse, row.WhatIsUnknown, row.HowChecked = draft.True, draft.False, draft.Unknown, draft.HowChecked
	row.Replies, row.Waivers, row.Wordings = emptyNotNil(draft.Replies), emptyNotNil(draft.Waivers), emptyNotNil(draft.Wordings)
	row.ValidFrom, row.ValidTo = utc(draft.ValidFrom), utc(draft.ValidTo)
	row.CorrectionKind, row.CorrectionNote = draft.Correction, draft.Note
	row.EditedBy, row.UpdatedAt = t.actor.ID, t.now
	return nil
}

// insertDraft writes a new draft of the verdict with its sources.
func (t *tx) insertDraft(verdict verdictModel, draft factcheck.Draft) (factcheck.VersionID, error) {
	draft, err := draft.Clean()
	if err != nil {
		return factcheck.VersionID{}, err
	}
	row := versionModel{
		ID: factcheck.VersionID(newID(t)), VerdictID: verdict.ID, State: factcheck.VersionDraft,
		CreatedBy: t.actor.ID, CreatedAt: t.now, Version: 1,
	}
	if err := t.setDraft(&row, draft); err != nil {
		return row.ID, err
	}
	if err := t.db.Create(&row).Error; err != nil {
		return row.ID, fmt.Errorf("write the draft: %w", err)
	}
	for i, s := range draft.Sources {
		s.ID = factcheck.SourceID{}
		if err := t.putSource(row.ID, i, s); err != nil {
			return row.ID, err
		}
	}
	return row.ID, nil
}

// updateDraft replaces content and sources of a draft at the revision its editor saw.
func (t *tx) updateDraft(old Version, revision int, draft factcheck.Draft) error {
	draft, err := draft.Clean()
	if err != nil {
		return err
	}
	if old.State == factcheck.VersionPublished {
		return factcheck.Conflict("this version is published and never changes; begin a correction")
	}
	row := versionModel{Version: int32(revision) + 1}
	if err := t.setDraft(&row, draft); err != nil {
		return err
	}
	if old.State == factcheck.VersionSubmitted {
		// An edit after submission takes the version back: what was submitted is no longer what would be published.
		res := t.db.Model(&versionModel{}).Where("id = ? AND version = ?", old.ID, revision).Updates(map[string]any{"state": factcheck.VersionDraft})
		if err := one(res, "this draft"); err != nil {
			return err
		}
		if err := t.moveClaim(old.Claim, factcheck.StageChecking, ""); err != nil {
			return err
		}
	}
	res := t.db.Model(&versionModel{}).Where("id = ? AND state = 'draft' AND version = ?", old.ID, revision).Select(versionContent).Updates(&row)
	if err := one(res, "this draft"); err != nil {
		return err
	}
	return t.replaceSources(old, draft.Sources)
}

// replaceSources makes the sources of a draft the given ones. Sources that stay keep their ids, and so their archives.
func (t *tx) replaceSources(old Version, sources []factcheck.Source) error {
	known := map[factcheck.SourceID]bool{}
	for _, s := range old.Draft.Sources {
		known[s.ID] = true
	}
	keep := make([]string, 0, len(sources))
	for i := range sources {
		if !known[sources[i].ID] {
			sources[i].ID = factcheck.SourceID{} // an id of another version is not taken over
			continue
		}
		keep = append(keep, sources[i].ID.UUID())
	}
	for _, q := range []string{
		`DELETE FROM source_archives WHERE source_id IN (SELECT id FROM sources WHERE version_id = $1 AND id <> ALL ($2::uuid[]))`,
		`DELETE FROM sources WHERE version_id = $1 AND id <> ALL ($2::uuid[])`,
	} {
		if _, err := t.pgx.Exec(t.ctx, q, old.ID, keep); err != nil {
			return fmt.Errorf("remove sources: %w", err)
		}
	}
	for i, s := range sources {
		if err := t.putSource(old.ID, i, s); err != nil {
			return err
		}
	}
	return nil
}

// putSource inserts the source, or updates it if it has an id, and notes its archived copy if that is new.
func (t *tx) putSource(version factcheck.VersionID, position int, s factcheck.Source) error {
	row := sourceModel{
		ID: s.ID, VersionID: version, Position: int32(position), URL: s.URL, Document: s.Document, Title: s.Title, Origin: s.Origin,
		Kind: s.Kind, Bearing: s.Bearing, Quote: s.Quote, Interest: s.Interest, EditedBy: t.actor.ID,
	}
	if !s.ReadAt.IsZero() {
		row.ReadAt = &s.ReadAt
	}
	if row.ID.IsZero() {
		row.ID = factcheck.SourceID(newID(t))
	}
	err := t.db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, UpdateAll: true}).Create(&row).Error
	if err != nil {
		return fmt.Errorf("write source %d: %w", position+1, err)
	}
	if s.ArchiveURL == "" {
		return nil
	}
	_, err = t.pgx.Exec(t.ctx, `INSERT INTO source_archives (source_id, url, archived_at, added_by)
		SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT FROM source_archives WHERE source_id = $1 AND url = $2)`,
		row.ID, s.ArchiveURL, t.now, t.actor.ID)
	if err != nil {
		return fmt.Errorf("note the archived copy of source %d: %w", position+1, err)
	}
	return nil
}

// rating returns the reading of a label of a scale; the empty label is no rating yet.
func (t *tx) rating(scale factcheck.ScaleID, label string) (factcheck.Rating, error) {
	if label == "" {
		return factcheck.Rating{}, nil
	}
	r := factcheck.Rating{Label: label}
	var reasons []string
	err := t.pgx.QueryRow(t.ctx, `SELECT truth, reasons FROM scale_labels WHERE scale_id = $1 AND label = $2`, scale, label).Scan(&r.Truth, &reasons)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, factcheck.Invalid("label", "%q is not a label of this scale", label)
	}
	for _, s := range reasons {
		r.Reasons = append(r.Reasons, factcheck.Reason(s))
	}
	return r, err
}

// approvedText builds the canonical text of what an approval of v covers, from the rows as they are now.
func (t *tx) approvedText(v Version) (text []byte, hash [32]byte, err error) {
	claim, err := t.approvedClaim(v.Claim)
	if err != nil {
		return nil, hash, err
	}
	d := v.Draft
	a := document.Approved{
		Format: document.ApprovedFormat, Claim: claim,
		Rating:   document.Rating{Label: v.Rating.Label, Reasons: reasonStrings(v.Rating.Reasons)},
		Language: d.Language, Headline: d.Headline, Answer: d.Answer, Body: d.Body, True: d.True, False: d.False, Unknown: d.Unknown,
		HowChecked: d.HowChecked, ValidFrom: d.ValidFrom, ValidTo: d.ValidTo,
		Sources: []document.ApprovedSource{}, Replies: []document.Reply{}, Waivers: []document.Waiver{}, Wordings: []document.ApprovedWording{},
	}
	if v.Rating.Truth != factcheck.TruthNone {
		truth := string(v.Rating.Truth)
		a.Rating.Truth = &truth
	}
	if !d.Scale.IsZero() {
		if err := t.pgx.QueryRow(t.ctx, `SELECT slug || '/' || version FROM scales WHERE id = $1`, d.Scale).Scan(&a.Rating.Scale); err != nil {
			return nil, hash, fmt.Errorf("read the scale: %w", err)
		}
	}
	for _, s := range d.Sources {
		read := ""
		if !s.ReadAt.IsZero() {
			read = s.ReadAt.Format(time.DateOnly)
		}
		a.Sources = append(a.Sources, document.ApprovedSource{
			ID: s.ID.String(), URL: s.URL, Document: s.Document, Title: s.Title, Origin: s.Origin, Kind: string(s.Kind),
			Bearing: string(s.Bearing), Quote: s.Quote, ReadAt: read, Interest: s.Interest,
		})
	}
	for _, r := range d.Replies {
		a.Replies = append(a.Replies, document.Reply(r))
	}
	for _, w := range d.Waivers {
		a.Waivers = append(a.Waivers, document.Waiver{Rule: string(w.Rule), Reason: w.Reason})
	}
	for _, w := range d.Wordings {
		a.Wordings = append(a.Wordings, document.ApprovedWording{Language: w.Language, Headline: w.Headline, Answer: w.Answer})
	}
	if d.Correction != factcheck.CorrectionNone {
		a.Correction = &document.Correction{Kind: string(d.Correction), Note: d.Note}
	}
	return a.Canonical()
}

func emptyNotNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC().Truncate(time.Microsecond)
	return &u
}
