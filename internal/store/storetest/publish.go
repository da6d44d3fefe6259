package storetest

import (
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// Draft returns a complete draft with the house label given and one primary source against the claim.
func (e *Env) Draft(label string) factcheck.Draft {
	return factcheck.Draft{
		Scale: e.Scale, Label: label, Language: "en", Headline: "What the records show",
		Answer: "No. The town hall's records show that she chaired the council two days later.",
		Sources: []factcheck.Source{{
			URL: "https://townhall.example/agenda", Title: "Agenda of the council", Origin: "Town hall of Exampleville", Kind: factcheck.SourcePrimary,
			Bearing: factcheck.BearingAgainst, Quote: "14:30. The mayor opens the session.", ReadAt: time.Date(2025, 6, 7, 0, 0, 0, 0, time.UTC),
		}},
	}
}

// Claim files a claim as the first checker.
func (e *Env) Claim(t testing.TB, text string) factcheck.ClaimID {
	t.Helper()
	id, err := e.DB.FileClaim(t.Context(), e.Checker, factcheck.ClaimInput{Text: text, Language: "en"})
	check(t, err)
	return id
}

// Submitted files a claim, drafts a verdict with the label and submits it, all as the first checker.
func (e *Env) Submitted(t testing.TB, text, label string) store.Version {
	t.Helper()
	v, err := e.DB.DraftVerdict(t.Context(), e.Checker, e.Claim(t, text), e.Draft(label))
	check(t, err)
	v, err = e.DB.SubmitVerdict(t.Context(), e.Checker, v.ID, v.Revision)
	check(t, err)
	return v
}

// Published files, drafts, submits as the first checker and approves as the first editor.
func (e *Env) Published(t testing.TB, text, label string) store.Version {
	t.Helper()
	v := e.Submitted(t, text, label)
	v, err := e.DB.ApproveVerdict(t.Context(), e.Editor, v.ID, v.Hash)
	check(t, err)
	return v
}

// Corrected begins a correction of the kind as the first checker, and has it approved by the first editor.
func (e *Env) Corrected(t testing.TB, verdict factcheck.VerdictID, kind factcheck.CorrectionKind, note string) store.Version {
	t.Helper()
	v, err := e.DB.DraftCorrection(t.Context(), e.Checker, verdict, kind, note)
	check(t, err)
	v, err = e.DB.SubmitVerdict(t.Context(), e.Checker, v.ID, v.Revision)
	check(t, err)
	v, err = e.DB.ApproveVerdict(t.Context(), e.Editor, v.ID, v.Hash)
	check(t, err)
	return v
}
