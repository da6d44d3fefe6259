package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Preview is a public document that is not public: what it would be if a version were published now.
type Preview struct {
	Claim  factcheck.ClaimID
	Slug   string
	Stored []byte // as Document.Stored: see document.Decode
}

// PreviewVersion returns the public document of a claim as it would be if the version were published now by the actor. It is
// made of the submitted text, byte by byte, or for a draft of what would be submitted, by the builder that makes the public
// document; nothing is written. Checkers and above, and keys with the scope file. A constant number of queries.
func (db *DB) PreviewVersion(ctx context.Context, actor factcheck.Actor, id factcheck.VersionID) (Preview, error) {
	var out Preview
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "preview "+id.String(), func(t *tx) error {
		v, err := t.version(id)
		if err != nil {
			return err
		}
		out, err = t.preview(v)
		return err
	})
	return out, err
}

// preview builds the document of v's claim with v in the place of the house's current version.
func (t *tx) preview(v Version) (Preview, error) {
	text := v.Approved
	if v.State == factcheck.VersionDraft {
		now, _, err := t.approvedText(v)
		if err != nil {
			return Preview{}, err
		}
		text = string(now)
	}
	built, err := buildDocuments(t, []factcheck.ClaimID{v.Claim}, false)
	if err != nil {
		return Preview{}, err
	}
	b := built[v.Claim]
	if b == nil {
		return Preview{}, factcheck.Conflict("this claim was merged into another; there is no page of it")
	}
	if err := t.putVersion(b, v, text); err != nil {
		return Preview{}, err
	}
	stored, err := document.Encode(b.doc)
	return Preview{Claim: v.Claim, Slug: b.doc.Slug, Stored: stored}, err
}

// putVersion puts a version that is not published into a document, by what an approval covers.
func (t *tx) putVersion(b *building, v Version, text string) error {
	approved, err := document.DecodeApproved([]byte(text))
	if err != nil {
		return err
	}
	row, err := t.previewRow(v, approved, text)
	if err != nil {
		return err
	}
	b.doc.Verdicts = slices.DeleteFunc(b.doc.Verdicts, func(o document.Verdict) bool { return o.Origin != string(factcheck.OriginImported) })
	b.approved, b.said, b.doc.Media, b.doc.Wordings = false, nil, nil, nil
	verdict, err := row.document(b)
	if err != nil {
		return err
	}
	if row.State == factcheck.VerdictCurrent {
		for i, s := range approved.Sources {
			source := document.Source{
				ID: s.ID, URL: s.URL, Document: s.Document, Title: s.Title, Origin: s.Origin, Kind: s.Kind, Bearing: s.Bearing, Quote: s.Quote,
				ReadAt: s.ReadAt, Interest: s.Interest, Health: "unchecked",
			}
			if i < len(v.Draft.Sources) {
				source.ArchiveURL = v.Draft.Sources[i].ArchiveURL
			}
			verdict.Sources = append(verdict.Sources, source)
		}
	}
	b.doc.Verdicts = append([]document.Verdict{verdict}, b.doc.Verdicts...)
	return nameClaimants(t, map[factcheck.ClaimID]*building{b.id: b})
}

// previewRow returns the row that the query for public verdicts would find after the version's publication now.
func (t *tx) previewRow(v Version, a document.Approved, text string) (*verdictRow, error) {
	r := &verdictRow{
		publicVerdict: publicVerdict{ID: v.Verdict, ClaimID: v.Claim, VersionID: v.ID, Origin: factcheck.OriginHouse, State: factcheck.VerdictCurrent, PublishedAt: t.now},
		scale:         a.Rating.Scale, language: a.Language, headline: a.Headline, answer: a.Answer, body: a.Body, isTrue: a.True, isFalse: a.False,
		unknown: a.Unknown, how: a.HowChecked, validFrom: a.ValidFrom, validTo: a.ValidTo, approved: &text,
	}
	r.rating.Label = a.Rating.Label
	if a.Rating.Truth != nil {
		r.truth, r.rating.Truth = *a.Rating.Truth, factcheck.Truth(*a.Rating.Truth)
	}
	for _, reason := range a.Rating.Reasons {
		r.rating.Reasons = append(r.rating.Reasons, factcheck.Reason(reason))
	}
	if a.Correction != nil {
		r.correctionKind, r.correctionNote = a.Correction.Kind, a.Correction.Note
		if factcheck.CorrectionKind(a.Correction.Kind) == factcheck.CorrectionRetraction {
			r.State, r.notice = factcheck.VerdictRetracted, a.Correction.Note
		}
	}
	var err error
	if r.replies, err = json.Marshal(a.Replies); err != nil {
		return nil, fmt.Errorf("encode the replies: %w", err)
	}
	if r.waivers, err = json.Marshal(a.Waivers); err != nil {
		return nil, fmt.Errorf("encode the waivers: %w", err)
	}
	var first *time.Time
	err = t.pgx.QueryRow(t.ctx, `SELECT p.id, p.name, p.site, p.licence,
			coalesce(nullif(author.byline, ''), author.name, ''), coalesce(nullif(approver.byline, ''), approver.name, ''),
			(SELECT coalesce(max(o.n), 0) + 1 FROM verdict_versions o WHERE o.verdict_id = v.id),
			(SELECT min(coalesce(f.original_at, f.published_at)) FROM verdict_versions f WHERE f.verdict_id = v.id AND f.n IS NOT NULL)
		FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id JOIN publishers p ON p.id = v.publisher_id
		LEFT JOIN actors a ON a.id = ver.created_by LEFT JOIN people author ON author.id = a.person_id
		LEFT JOIN people approver ON approver.id = $2 AND approver.role <> 'checker'
			AND NOT EXISTS (SELECT FROM version_authors w WHERE w.version_id = ver.id AND w.person_id = approver.id)
		WHERE ver.id = $1`, v.ID, t.actor.Person).Scan(&r.PublisherID, &r.publisher, &r.site, &r.licence, &r.byline, &r.approver, &r.n, &first)
	if err != nil {
		return nil, fmt.Errorf("read who publishes %s: %w", v.ID, err)
	}
	r.first = t.now
	if first != nil {
		r.first = *first
	}
	return r, nil
}
