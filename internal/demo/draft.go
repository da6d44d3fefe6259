package demo

import (
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Input returns the claim as the store takes it, worded as it was first filed. The ids are those the store gave.
func (cl Claim) Input(start time.Time, claimant factcheck.ClaimantID, topics []factcheck.TopicID) factcheck.ClaimInput {
	in := factcheck.ClaimInput{
		Text: cl.Text, Language: cl.Language, Claimant: claimant, Date: cl.MadeOn(start), Place: cl.Place, Why: cl.Why, Topics: topics,
	}
	if len(cl.Steps) > 0 && cl.Steps[0].Text != "" {
		in.Text = cl.Steps[0].Text
	}
	return in
}

// Draft returns the verdict of a drafting step as the store takes it, in the language of its claim. Sources have no ids.
// The claim's own wordings are not in it: they belong to the claim and are set before the draft is submitted.
func (s Step) Draft(start time.Time, language string, scale factcheck.ScaleID) factcheck.Draft {
	v := s.Verdict
	d := factcheck.Draft{
		Scale: scale, Label: v.Rating, Language: language, Headline: v.Headline, Answer: v.Answer, Body: v.Body.String(),
		True: v.True, False: v.False, Unknown: v.Unknown, HowChecked: v.HowChecked,
		ValidFrom: v.ValidFrom.moment(start), ValidTo: v.ValidTo.moment(start),
		Waivers: v.Waivers, Correction: s.Kind,
	}
	if s.Kind != factcheck.CorrectionNone {
		d.Note = s.Note
	}
	for _, src := range v.Sources {
		d.Sources = append(d.Sources, factcheck.Source{
			URL: src.URL, Document: src.Document, Title: src.Title, Origin: src.Origin, Kind: src.Kind, Bearing: src.Bearing,
			Quote: src.Quote, ReadAt: src.Read.Date(start, factcheck.PrecisionDay).At, Interest: src.Interest, ArchiveURL: src.Archive,
		})
	}
	for _, r := range v.Replies {
		d.Replies = append(d.Replies, factcheck.Reply{
			Asked: r.Asked, AskedAt: r.AskedAt.Time(start), Deadline: r.Deadline.moment(start),
			AnsweredAt: r.AnsweredAt.moment(start), Answer: r.Answer,
		})
	}
	for _, w := range v.Wordings {
		d.Wordings = append(d.Wordings, factcheck.VerdictWording{Language: w.Language, Headline: w.Headline, Answer: w.Answer})
	}
	return d
}

// moment returns the time of w, nil if w is none.
func (w When) moment(start time.Time) *time.Time {
	if w.IsZero() {
		return nil
	}
	at := w.Time(start)
	return &at
}

// MadeOn returns the day, month, year or moment at which the claim was made, as far as it is known.
func (cl Claim) MadeOn(start time.Time) factcheck.Date { return cl.Date.Date(start, cl.DatePrecision) }
