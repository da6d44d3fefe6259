package site_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/specimen"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// A claim that stands in two columns is named in both, with its verdict, and answered where it stands first.
func TestFrontPageAnswersAClaimOnce(t *testing.T) {
	t.Parallel()
	p := specimen.Home()
	lead := *p.Lead
	fresh := ui.ClaimItem{Mark: lead.Mark, Text: "The pier is closed.", Answer: "It opened on Monday.", URL: "/claims/pier", State: ui.StateCurrent}
	p.New, p.Spreading, p.Corrected = []ui.ClaimItem{fresh}, []ui.ClaimItem{lead, fresh}, []ui.ClaimItem{fresh}
	var b bytes.Buffer
	if err := site.Home(p).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text string
		want int
	}{{`href="/claims/pier"`, 3}, {fresh.Answer, 1}, {`href="` + lead.URL + `"`, 2}, {lead.Answer, 1}} {
		if got := strings.Count(b.String(), c.text); got != c.want {
			t.Errorf("%q: got %d times, want %d", c.text, got, c.want)
		}
	}
	if p.Spreading[0].Answer == "" {
		t.Error("the page's own list lost its answer")
	}
}
