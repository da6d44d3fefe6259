package store_test

import (
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func wantCode(t *testing.T, err error, want factcheck.Code) {
	t.Helper()
	if got := factcheck.CodeOf(err); got != want {
		t.Errorf("got %v (code %q), want code %q", err, got, want)
	}
}

func TestVerdictIsPublishedByASecondPerson(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	_, err := env.DB.ApproveVerdict(t.Context(), env.Checker, v.ID, v.Hash)
	wantCode(t, err, factcheck.CodeForbidden)
	v, err = env.DB.ApproveVerdict(t.Context(), env.Editor, v.ID, v.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if v.State != factcheck.VersionPublished || v.N != 1 {
		t.Errorf("got state %s n %d, want published 1", v.State, v.N)
	}
	v2 := env.Corrected(t, v.Verdict, factcheck.CorrectionClarification, "The date of the session was added.")
	if v2.N != 2 {
		t.Errorf("got n %d, want 2", v2.N)
	}
}
