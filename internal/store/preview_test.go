package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// What a preview shows is what is public after the approval: nothing but the moment differs.
func TestAPreviewIsThePublicDocument(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	claim := env.Claim(t, "The mayor of Exampleville has resigned.")
	ok(t, env.DB.SetWordings(t.Context(), env.Checker, claim, working(t, env, claim).Revision, []factcheck.Wording{{Language: "de", Text: "Die Bürgermeisterin ist zurückgetreten."}}))
	draft := env.Draft("False")
	day := time.Date(2025, 6, 6, 0, 0, 0, 0, time.UTC)
	draft.Replies = []factcheck.Reply{{Asked: "the mayor", AskedAt: day, AnsweredAt: &day, Answer: "I have not."}}
	draft.Waivers = []factcheck.Waiver{{Rule: factcheck.RuleArchive, Reason: "the archive was down"}}
	draft.Wordings = []factcheck.VerdictWording{{Language: "de", Answer: "Nein."}}
	draft.Sources[0].ArchiveURL = "https://archive.example/1"
	draft.ValidFrom, draft.Body, draft.HowChecked = &day, "**Why**", "We asked."
	v := must[store.Version](t)(env.DB.DraftVerdict(t.Context(), env.Checker, claim, draft))
	v = must[store.Version](t)(env.DB.SubmitVerdict(t.Context(), env.Checker, v.ID, v.Revision))
	comparePreview(t, env, v)
	for _, kind := range []factcheck.CorrectionKind{factcheck.CorrectionCorrection, factcheck.CorrectionRetraction} {
		c := must[store.Version](t)(env.DB.DraftCorrection(t.Context(), env.Checker, v.Verdict, kind, "We were wrong."))
		if kind == factcheck.CorrectionCorrection {
			d := c.Draft
			d.Answer = "Yes. She has."
			c = must[store.Version](t)(env.DB.EditDraft(t.Context(), env.Checker, c.ID, c.Revision, d))
		}
		preview := must[store.Preview](t)(env.DB.PreviewVersion(t.Context(), env.Editor, c.ID)) // of the draft
		c = must[store.Version](t)(env.DB.SubmitVerdict(t.Context(), env.Checker, c.ID, c.Revision))
		if diff := cmp.Diff(documentOf(t, preview.Stored), documentOf(t, must[store.Preview](t)(env.DB.PreviewVersion(t.Context(), env.Editor, c.ID)).Stored), sameButForTime()); diff != "" {
			t.Errorf("%s: the draft's preview differs from what is submitted:\n%s", kind, diff)
		}
		comparePreview(t, env, c)
	}
}

func comparePreview(t *testing.T, env *storetest.Env, v store.Version) {
	t.Helper()
	preview := must[store.Preview](t)(env.DB.PreviewVersion(t.Context(), env.Editor, v.ID))
	before := head(t, env)
	must[store.Version](t)(env.DB.ApproveVerdict(t.Context(), env.Editor, v.ID, v.Hash))
	if before == head(t, env) {
		t.Fatal("nothing was published")
	}
	public := must[store.Document](t)(env.DB.ClaimByID(t.Context(), v.Claim))
	if diff := cmp.Diff(documentOf(t, public.Stored), documentOf(t, preview.Stored), sameButForTime()); diff != "" {
		t.Errorf("-public +preview:\n%s", diff)
	}
}

func documentOf(t *testing.T, stored []byte) document.Claim {
	t.Helper()
	c, err := document.Decode(stored, "https://desk.example", 1)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sameButForTime() cmp.Option { return cmpopts.EquateApproxTime(time.Minute) }
