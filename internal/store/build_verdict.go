package store

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// verdictsQuery reads the current version of every verdict that may be public: published, of the house or of an allowed
// publisher. The house comes first.
const verdictsQuery = `
SELECT v.id, v.claim_id, v.publisher_id, v.origin, v.state, v.notice, p.name, p.site, p.licence,
       ver.id, ver.n, coalesce(s.slug || '/' || s.version, ''), ver.label, ver.truth, ver.reasons, ver.language, ver.headline, ver.answer,
       ver.body, ver.what_is_true, ver.what_is_false, ver.what_is_unknown, ver.how_checked, ver.replies, ver.waivers,
       ver.wordings, ver.valid_from, ver.valid_to, ver.correction_kind, ver.correction_note, ver.review_url,
       coalesce(ver.original_at, ver.published_at), ver.approved,
       coalesce(nullif(author.byline, ''), author.name, ver.byline), coalesce(nullif(approver.byline, ''), approver.name, ''),
       (SELECT min(coalesce(f.original_at, f.published_at)) FROM verdict_versions f WHERE f.verdict_id = v.id AND f.n IS NOT NULL)
FROM verdicts v
JOIN publishers p ON p.id = v.publisher_id AND p.allowed_at IS NOT NULL
JOIN verdict_versions ver ON ver.id = v.current_version_id AND ver.state = 'published'
LEFT JOIN scales s ON s.id = ver.scale_id
LEFT JOIN actors a ON a.id = ver.created_by AND ver.import_id IS NULL
LEFT JOIN people author ON author.id = a.person_id
LEFT JOIN people approver ON approver.id = ver.approved_by
WHERE v.claim_id = ANY ($1::uuid[])
ORDER BY v.claim_id, p.is_house DESC, coalesce(ver.original_at, ver.published_at) DESC, v.id`

// verdictRow is a row of verdictsQuery.
type verdictRow struct {
	publicVerdict
	n                                int
	notice, truth                    string
	reasons                          []string
	publisher, site, licence, scale  string
	language, headline, answer, body string
	isTrue, isFalse, unknown, how    string
	replies, waivers, wordings       []byte
	validFrom, validTo               *time.Time
	correctionKind, correctionNote   string
	reviewURL, byline, approver      string
	approved                         *string
	first                            time.Time
}

func scanVerdicts(rows pgx.Rows, built map[factcheck.ClaimID]*building) error {
	defer rows.Close()
	for rows.Next() {
		var r verdictRow
		err := rows.Scan(&r.ID, &r.ClaimID, &r.PublisherID, &r.Origin, &r.State, &r.notice, &r.publisher, &r.site, &r.licence,
			&r.VersionID, &r.n, &r.scale, &r.rating.Label, &r.truth, &r.reasons, &r.language, &r.headline, &r.answer,
			&r.body, &r.isTrue, &r.isFalse, &r.unknown, &r.how, &r.replies, &r.waivers,
			&r.wordings, &r.validFrom, &r.validTo, &r.correctionKind, &r.correctionNote, &r.reviewURL,
			&r.PublishedAt, &r.approved, &r.byline, &r.approver, &r.first)
		if err != nil {
			return err
		}
		b := built[r.ClaimID]
		if b == nil {
			continue
		}
		r.rating.Truth = factcheck.Truth(r.truth)
		for _, s := range r.reasons {
			r.rating.Reasons = append(r.rating.Reasons, factcheck.Reason(s))
		}
		v, err := r.document(b)
		if err != nil {
			return fmt.Errorf("version %s: %w", r.VersionID, err)
		}
		if r.State == factcheck.VerdictRetracted {
			// A retraction takes the finding back; the page stays and says so.
			r.rating = factcheck.Rating{}
		}
		b.doc.Verdicts = append(b.doc.Verdicts, v)
		b.verdicts = append(b.verdicts, r.publicVerdict)
	}
	return rows.Err()
}

// document returns the public form of the verdict, and lets a house verdict put the claim as it was approved into b: what
// is published is what was approved, whatever the working copy of the claim says by now.
func (r *verdictRow) document(b *building) (document.Verdict, error) {
	v := document.Verdict{
		ID: r.ID.String(), Version: r.n, State: string(r.State), Origin: string(r.Origin),
		Publisher: document.Publisher{ID: r.PublisherID.String(), Name: r.publisher, Site: r.site},
		Rating:    document.Rating{Reasons: []string{}}, Sources: []document.Source{},
		PublishedAt: r.PublishedAt, FirstAt: r.first, ReviewURL: r.reviewURL, Language: r.language, Licence: r.licence,
	}
	if v.ReviewURL == "" {
		v.ReviewURL = b.doc.URL
	}
	if r.correctionKind != "" {
		v.Correction = &document.Correction{Kind: r.correctionKind, Note: r.correctionNote}
		if r.State == factcheck.VerdictSuspended {
			v.Correction.Note = "" // it tells what was found
		}
	}
	var why string
	if r.approved != nil {
		approved, err := document.DecodeApproved([]byte(*r.approved))
		if err != nil {
			return v, err
		}
		if err := b.showApproved(approved, r.State, r.Origin); err != nil {
			return v, err
		}
		why = approved.Claim.Why
	}
	if r.State == factcheck.VerdictSuspended || r.State == factcheck.VerdictRetracted {
		v.Notice = r.notice
		return v, nil
	}
	v.Rating = document.Rating{Label: r.rating.Label, Scale: r.scale, Reasons: reasonStrings(r.rating.Reasons)}
	if r.truth != "" {
		v.Rating.Truth = &r.truth
	}
	v.Headline, v.Answer, v.Body = r.headline, r.answer, r.body
	v.True, v.False, v.Unknown = r.isTrue, r.isFalse, r.unknown
	v.HowChecked, v.WhyChecked = r.how, why
	v.ValidFrom, v.ValidTo = r.validFrom, r.validTo
	v.Byline, v.Approver = r.byline, r.approver
	if err := decodeJSON(r.replies, &v.Replies); err != nil {
		return v, fmt.Errorf("replies: %w", err)
	}
	if err := decodeJSON(r.waivers, &v.Waivers); err != nil {
		return v, fmt.Errorf("waivers: %w", err)
	}
	return v, nil
}

// showApproved replaces the claim's working copy by what was approved with the first verdict, the house's if it has one: no
// edit of the working copy is public before somebody else approved it. An imported verdict brings the claim as imported.
func (b *building) showApproved(a document.Approved, state factcheck.VerdictState, origin factcheck.Origin) error {
	if b.approved {
		return nil
	}
	b.approved = true
	b.doc.Text, b.doc.Language, b.doc.Place = a.Claim.Text, a.Claim.Language, a.Claim.Place
	b.doc.Date, b.doc.DatePrecision = a.Claim.Date, a.Claim.DatePrecision
	b.claimant = factcheck.ClaimantID{}
	if a.Claim.Claimant != nil {
		if err := b.claimant.UnmarshalText([]byte(a.Claim.Claimant.ID)); err != nil {
			return err
		}
		if origin == factcheck.OriginImported {
			b.said = &document.Claimant{Name: a.Claim.Claimant.Name, Kind: a.Claim.Claimant.Kind}
		}
	}
	b.doc.Media = a.Claim.Media
	hidden := state == factcheck.VerdictSuspended || state == factcheck.VerdictRetracted
	for _, w := range a.Claim.Wordings {
		wording := document.Wording{Language: w.Language, Text: w.Text}
		for _, vw := range a.Wordings {
			if vw.Language == w.Language && !hidden {
				wording.Headline, wording.Answer = vw.Headline, vw.Answer
			}
		}
		b.doc.Wordings = append(b.doc.Wordings, wording)
	}
	return nil
}

const sourcesQuery = `
SELECT v.claim_id, v.id, s.id, s.url, s.document, s.title, s.origin, s.kind, s.bearing, s.quote, coalesce(to_char(s.read_at, 'YYYY-MM-DD'), ''), s.interest,
       coalesce((SELECT a.url FROM source_archives a WHERE a.source_id = s.id ORDER BY a.id DESC LIMIT 1), ''),
       coalesce((SELECT k.health FROM source_checks k WHERE k.source_id = s.id ORDER BY k.id DESC LIMIT 1), 'unchecked')
FROM verdicts v
JOIN publishers p ON p.id = v.publisher_id AND p.allowed_at IS NOT NULL
JOIN sources s ON s.version_id = v.current_version_id
WHERE v.claim_id = ANY ($1::uuid[]) AND v.state = 'current'
ORDER BY v.id, s.position`

func scanSources(rows pgx.Rows, built map[factcheck.ClaimID]*building) error {
	defer rows.Close()
	for rows.Next() {
		var (
			claim   factcheck.ClaimID
			verdict factcheck.VerdictID
			id      factcheck.SourceID
			s       document.Source
		)
		err := rows.Scan(&claim, &verdict, &id, &s.URL, &s.Document, &s.Title, &s.Origin, &s.Kind, &s.Bearing, &s.Quote, &s.ReadAt, &s.Interest, &s.ArchiveURL, &s.Health)
		if err != nil {
			return err
		}
		b := built[claim]
		if b == nil {
			continue
		}
		s.ID = id.String()
		for i := range b.doc.Verdicts {
			if b.doc.Verdicts[i].ID == verdict.String() {
				b.doc.Verdicts[i].Sources = append(b.doc.Verdicts[i].Sources, s)
			}
		}
	}
	return rows.Err()
}
