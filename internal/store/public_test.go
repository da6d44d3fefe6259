package store_test

import (
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func decode(t *testing.T, stored []byte, seq int64) document.Claim {
	t.Helper()
	c, err := document.Decode(stored, "https://desk.example", seq)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClaimIsInvisibleUntilApproved(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Submitted(t, "The mayor has resigned.", "False")
	ctx := t.Context()
	_, err := env.DB.ClaimBySlug(ctx, "the-mayor-has-resigned")
	wantCode(t, err, factcheck.CodeNotFound)
	_, err = env.DB.ClaimByID(ctx, v.Claim)
	wantCode(t, err, factcheck.CodeNotFound)
	feed, err := env.DB.Changes(ctx, 0, 10)
	if err != nil || len(feed.Changes) != 0 {
		t.Errorf("got %d changes, %v; want none", len(feed.Changes), err)
	}
	if _, err := env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash); err != nil {
		t.Fatal(err)
	}
	got, err := env.DB.ClaimBySlug(ctx, "the-mayor-has-resigned")
	if err != nil {
		t.Fatal(err)
	}
	c := decode(t, got.Stored, got.Seq)
	if c.Seq != 1 || len(c.Verdicts) != 1 || c.Verdicts[0].Rating.Label != "False" || c.Verdicts[0].Byline != "Carla Checker" || c.Verdicts[0].Approver != "Edda Editor" {
		t.Errorf("got %+v", c)
	}
	if c.URL != "https://desk.example/claims/the-mayor-has-resigned" || c.Verdicts[0].ReviewURL != c.URL {
		t.Errorf("got url %q, review %q", c.URL, c.Verdicts[0].ReviewURL)
	}
}

func TestSuspendedSaysUnderReviewOnEveryWayOut(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor has resigned.", "False")
	env.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "More was found.")
	if err := env.DB.SuspendVerdict(ctx, env.Editor, v.Verdict, "A source is in doubt."); err != nil {
		t.Fatal(err)
	}
	d, err := env.DB.ClaimByID(ctx, v.Claim)
	if err != nil {
		t.Fatal(err)
	}
	states, err := env.DB.Versions(ctx, v.Claim)
	if err != nil {
		t.Fatal(err)
	}
	if len(states) != 3 {
		t.Fatalf("got %d states, want 3", len(states))
	}
	list, _, err := env.DB.ListClaims(ctx, store.ListFilter{Truth: factcheck.TruthFalse, Limit: 10})
	if err != nil || len(list) != 0 {
		t.Errorf("a filter by truth found %d, %v; want nothing", len(list), err)
	}
	stored := [][]byte{d.Stored}
	for _, s := range states {
		stored = append(stored, s.Stored)
		if s.Label != "" {
			t.Errorf("state %d still carries the label %q", s.N, s.Label)
		}
	}
	for i, b := range stored {
		c := decode(t, b, 0)
		if c.Verdicts[0].State != "suspended" || strings.Contains(string(b), "chaired the council") || strings.Contains(string(b), `"False"`) {
			t.Errorf("document %d shows the finding: %s", i, b)
		}
	}
}
