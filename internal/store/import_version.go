package store

import (
	"cmp"
	"fmt"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

const insertImportedVersion = `
INSERT INTO verdict_versions (id, verdict_id, n, state, scale_id, label, truth, reasons, language, headline, answer, body, what_is_true, what_is_false,
    what_is_unknown, how_checked, replies, waivers, valid_from, valid_to, correction_kind, correction_note, review_url, import_id, import_hash,
    original_at, original_precision, byline, approved, created_by, edited_by, published_at, created_at, updated_at)
VALUES ($1, $2, $3, 'published', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
    $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
    $25, $26, $27, $28, $29, $29, $30, $30, $30)`

// version queues a published version of an imported verdict with its sources, and makes it the current one. What is in
// approved is not an approval: it is the claim as this record words it, which readers see beside the verdict.
func (b *importBatch) version(r *exchange.Record, rec importRecord, kind factcheck.CorrectionKind, note string) error {
	id := factcheck.VersionID(newID(b.tx))
	scale := b.scales[r.Scale]
	if !scale.IsZero() && !b.labels[labelRef{scale, r.Rating.Label}] {
		scale = factcheck.ScaleID{}
	}
	claim, err := b.importedClaim(r, rec.claim)
	if err != nil {
		return err
	}
	original, precision := dateColumns(cmp.Or(r.Modified, r.Published))
	b.writes.Queue(insertImportedVersion,
		id, rec.verdict, rec.version, scale, r.Rating.Label, r.Rating.Truth, reasonStrings(r.Rating.Reasons), cmp.Or(r.ReviewLanguage, r.Language),
		r.Headline, r.Answer, r.Body, r.True, r.False,
		r.Unknown, r.HowChecked, emptyNotNil(r.Replies), emptyNotNil(r.Waivers), dateOrNil(r.ValidFrom), dateOrNil(r.ValidTo), kind, note,
		r.ReviewURL, b.run.id, rec.hash[:],
		original, precision, r.Byline, claim, b.actor.ID, b.now)
	for i, s := range r.Sources {
		b.source(id, i, s)
	}
	notice := ""
	if rec.state == factcheck.VerdictRetracted {
		notice = note
	}
	b.writes.Queue(`UPDATE verdicts SET current_version_id = $2, state = $3, notice = $4 WHERE id = $1`, rec.verdict, id, rec.state, notice)
	return nil
}

// importedClaim returns the claim as the record words it, in the form documents are built from.
func (b *importBatch) importedClaim(r *exchange.Record, claim factcheck.ClaimID) (string, error) {
	a := document.Approved{Format: document.ApprovedFormat, Claim: document.ApprovedClaim{
		ID: claim.String(), Text: r.Text, Language: r.Language, Place: r.Place, Why: r.WhyChecked, Media: r.Media,
	}}
	if !r.ClaimDate.IsZero() {
		date, precision := r.ClaimDate.String(), string(r.ClaimDate.Precision)
		a.Claim.Date, a.Claim.DatePrecision = &date, &precision
	}
	if r.Claimant.Name != "" {
		a.Claim.Claimant = &document.Claimant{ID: b.claimant(r, b.publishers[r.Publisher.Site].id).String(), Name: r.Claimant.Name, Kind: r.Claimant.Kind}
	}
	for _, w := range r.Wordings {
		a.Claim.Wordings = append(a.Claim.Wordings, document.ApprovedWording{Language: w.Language, Text: w.Text})
		a.Wordings = append(a.Wordings, document.ApprovedWording{Language: w.Language, Headline: w.Headline, Answer: w.Answer})
	}
	text, _, err := a.Canonical()
	if err != nil {
		return "", fmt.Errorf("word the claim: %w", err)
	}
	return string(text), nil
}

// source queues one source of an imported version; what the ledger has no word for is left out.
func (b *importBatch) source(version factcheck.VersionID, position int, s document.Source) {
	kind, bearing := factcheck.SourceKind(s.Kind), factcheck.Bearing(s.Bearing)
	if kind != factcheck.SourcePrimary {
		kind = factcheck.SourceSecondary
	}
	if bearing != factcheck.BearingFor && bearing != factcheck.BearingAgainst {
		bearing = factcheck.BearingContext
	}
	if s.URL != "" && !factcheck.IsWebURL(s.URL) {
		s.Document, s.URL = cmp.Or(s.Document, s.URL), ""
	}
	var read *string
	if d, err := factcheck.ParseDate(s.ReadAt); err == nil && d.Precision == factcheck.PrecisionDay {
		read = &s.ReadAt
	}
	id := factcheck.SourceID(newID(b.tx))
	b.writes.Queue(`INSERT INTO sources (id, version_id, position, url, document, title, origin, kind, bearing, quote, read_at, interest, edited_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::date, $12, $13)`,
		id, version, position, s.URL, s.Document, s.Title, s.Origin, kind, bearing, s.Quote, read, s.Interest, b.actor.ID)
	if factcheck.IsWebURL(s.ArchiveURL) {
		b.writes.Queue(`INSERT INTO source_archives (source_id, url, archived_at, added_by) VALUES ($1, $2, $3, $4)`, id, s.ArchiveURL, b.now, b.actor.ID)
	}
}
