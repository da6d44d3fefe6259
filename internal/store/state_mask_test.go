package store_test

import (
	"bytes"
	"time"

	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// TestNotesAreHiddenWithTheFinding: what people wrote of a finding (what was corrected in it, why it was restored) is read
// nowhere while the verdict is under review, and everywhere again once it is restored.
func TestNotesAreHiddenWithTheFinding(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx, v := t.Context(), env.Published(t, "The bridge is closed.", "True")
	env.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "A note: closed to lorries alone.")
	notes := func() (out []string) {
		for _, st := range must[[]store.State](t)(env.DB.Versions(ctx, v.Claim)) {
			out = append(out, st.Note)
			if st.Note == "" && strings.Contains(string(st.Stored), "A note") {
				t.Errorf("the document of state %d tells the note that the state does not: %s", st.N, st.Stored)
			}
		}
		return out
	}
	told := func(want bool) {
		t.Helper()
		if d := must[store.Document](t)(env.DB.ClaimByID(ctx, v.Claim)); strings.Contains(string(d.Stored), "A note") != want {
			t.Errorf("the document tells the note: got %v, want %v: %s", !want, want, d.Stored)
		}
	}
	same := func(want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, notes()); diff != "" {
			t.Errorf("the notes differ (-want +got):\n%s", diff)
		}
	}
	told(true)
	ok(t, env.DB.SuspendVerdict(ctx, env.Editor, v.Verdict, "A source is in doubt."))
	same("", "", "A source is in doubt.")
	told(false)
	proposal := must[factcheck.ProposalID](t)(env.DB.ProposeRestore(ctx, env.Checker, v.Verdict, "A note: the source was right."))
	ok(t, env.DB.DecideProposal(ctx, env.Editor, proposal, true))
	same("", "A note: closed to lorries alone.", "A source is in doubt.", "A note: the source was right.")
	told(true)
	ok(t, env.DB.SuspendVerdict(ctx, env.Editor, v.Verdict, "In doubt again."))
	same("", "", "A source is in doubt.", "", "In doubt again.")
}

func TestEarlierStatesDoNotAccuseWhoWasLinkedByMistake(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor has resigned.", "False")
	a, err := env.DB.AddArticle(ctx, env.Checker, factcheck.ArticleInput{URL: "https://zebrafish.example/1", Title: "Zebrafish resigns", Text: "x"})
	ok(t, err)
	id, err := env.DB.LinkArticle(ctx, env.Checker, a.Article, v.Claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes})
	ok(t, err)
	env.Corrected(t, v.Verdict, factcheck.CorrectionClarification, "A word was added.")
	last := func() (store.State, document.Claim) {
		states := must[[]store.State](t)(env.DB.Versions(ctx, v.Claim))
		s := states[1]
		return s, decode(t, s.Stored, s.Seq)
	}
	if _, doc := last(); len(doc.Appearances) != 1 || doc.Withdrawn != nil {
		t.Fatalf("got %d articles and %v before, want the one", len(doc.Appearances), doc.Withdrawn)
	}
	env.Clock.Advance(time.Hour)
	ok(t, env.DB.UnlinkArticle(ctx, env.Checker, id, 1, "Another mayor."))
	s, doc := last()
	if bytes.Contains(bytes.ToLower(s.Stored), []byte("zebrafish")) || len(doc.Withdrawn) != 1 || env.Clock.Now().Sub(doc.Withdrawn[0].At) > time.Minute {
		t.Errorf("got %s, want that an article was taken out, and when, without its name", s.Stored)
	}
	ok(t, env.DB.UndoAppearance(ctx, env.Checker, id, 2, wordByWord))
	if _, doc := last(); len(doc.Appearances) != 1 || doc.Withdrawn != nil {
		t.Errorf("got %d articles and %v once it is linked again, want it back", len(doc.Appearances), doc.Withdrawn)
	}
}
