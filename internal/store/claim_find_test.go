package store_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestFindClaimsByWhatSomebodyTypes(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	mayor := env.Published(t, "The mayor of Exampleville has resigned.", "False").Claim
	harbour := env.Claim(t, "The harbour of Exampleville is closed for good.")
	arabic, err := env.DB.FileClaim(t.Context(), env.Checker, factcheck.ClaimInput{Text: "استقال رئيس البلدية", Language: "ar"})
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string][]factcheck.ClaimID{
		"mayor":    {mayor},
		"resigned": {mayor},
		"Rumours: HAS the mayor, of all people, resigned?": {mayor},
		mayor.String(): {mayor},
		"https://desk.example/claims/the-mayor-of-exampleville-has-resigned?x=1#y": {mayor},
		"/claims/the-mayor-of-exampleville-has-resigned":                           {mayor},
		"exampleville harbour":       {harbour, mayor},
		"استقال":                     {arabic},
		"nothing like it":            nil,
		"":                           nil,
		"!!! \" - ' OR":              nil,
		"/claims/no-such-claim":      nil,
		strings.Repeat("mayor ", 50): {mayor},
	} {
		found, err := env.DB.FindClaims(t.Context(), env.Checker, typed, 10)
		if err != nil {
			t.Errorf("%.60q: %v", typed, err)
		}
		var got []factcheck.ClaimID
		for _, c := range found {
			got = append(got, c.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.60q (-want +got):\n%s", typed, diff)
		}
	}
	if _, err := env.DB.FindClaims(t.Context(), factcheck.Actor{}, "mayor", 10); factcheck.CodeOf(err) != factcheck.CodeUnauthenticated {
		t.Errorf("nobody: got %v, want %s", err, factcheck.CodeUnauthenticated)
	}
	for name, typed := range map[string]string{"too long": strings.Repeat("x", 3000), "a NUL": "a\x00b", "broken": "\xff"} {
		if _, err := env.DB.FindClaims(t.Context(), env.Checker, typed, 10); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: got %v, want %s", name, err, factcheck.CodeInvalid)
		}
	}
}
