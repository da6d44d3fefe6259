package site

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

func TestWordingsOfAClaimAreAlternates(t *testing.T) {
	t.Parallel()
	s := &Site{cfg: Config{PublicURL: "https://desk.example"}}
	claim := document.Claim{Slug: "a-ponte", Language: "pt", Wordings: []document.Wording{
		{Language: "en"}, {Language: "es-AR"}, {Language: "fr"}, {Language: "fr"}, {Language: ""}, {Language: "ar"},
	}}
	want := []ui.Alternate{ // the languages of the interface are put in by the layout
		{Lang: "pt", URL: "https://desk.example/claims/a-ponte"},
		{Lang: "es-AR", URL: "https://desk.example/es/claims/a-ponte"},
		{Lang: "fr", URL: "https://desk.example/claims/a-ponte"},
	}
	if diff := cmp.Diff(want, s.wordedAlternates(claim)); diff != "" {
		t.Errorf("alternates (-want +got):\n%s", diff)
	}
}
