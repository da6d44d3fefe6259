package site_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/web/site"
)

func TestCitations(t *testing.T) {
	t.Parallel()
	c := site.Citation{
		Key: "claim_1", House: `Checks & {Co}`, Title: "False: “100% of \\input{x} $5_”\nnow", URL: "https://checks.example/claims/x", Language: "en",
		Changed: time.Date(2025, 6, 8, 9, 5, 0, 0, time.UTC), Version: 2,
	}
	want := "@online{claim_1,\n  author = {{Checks \\& \\{Co\\}}},\n  title = {{False: “100\\% of \\textbackslash{}input\\{x\\} \\$5\\_” now}},\n" +
		"  date = {2025-06-08},\n  version = {2},\n  url = {https://checks.example/claims/x},\n  langid = {en},\n}\n"
	if got := string(c.BibTeX()); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	body, err := c.CSL()
	if err != nil {
		t.Fatal(err)
	}
	var items []struct {
		ID, Type, Title, URL string
		Author               []struct{ Literal string }
		Issued               struct {
			Parts [][]int `json:"date-parts"`
		}
	}
	if err := json.Unmarshal(body, &items); err != nil || len(items) != 1 {
		t.Fatalf("got %d items, %v; want one", len(items), err)
	}
	it := items[0]
	if it.ID != "claim_1" || it.Type != "webpage" || it.URL != c.URL || it.Title != c.Title || it.Author[0].Literal != c.House || len(it.Issued.Parts) != 1 || it.Issued.Parts[0][1] != 6 {
		t.Errorf("got %+v", it)
	}
	undated := site.Citation{Key: "claim_2", Title: "x"}
	if got := string(undated.BibTeX()); strings.Contains(got, "date") || strings.Contains(got, "version") {
		t.Errorf("got %s, want no date and no version where there is none", got)
	}
}
