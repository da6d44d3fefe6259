package site_test

import (
	"encoding/json"
	"html"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/api"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// TestReferenceShowsTheWholeDocument holds the pages of the reference to the OpenAPI document: each operation and message is listed and has
// a page, with its parameters, statuses and the example of what is sent.
func TestReferenceShowsTheWholeDocument(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	l := live.New(env.DB, slog.New(slog.DiscardHandler))
	d := &desk{Env: env}
	d.api = api.New(api.Config{Store: env.DB, Live: l, PublicURL: "https://desk.example", Logger: slog.New(slog.DiscardHandler)})
	d.open(t, l)
	var doc struct {
		Paths, Webhooks map[string]map[string]struct {
			OperationID string
			Parameters  []struct{ Name string }
			Responses   map[string]any
		}
	}
	if err := json.Unmarshal(d.api.Document(), &doc); err != nil {
		t.Fatal(err)
	}
	_, list := d.get(t, "/developers")
	seen := 0
	for _, paths := range []map[string]map[string]struct {
		OperationID string
		Parameters  []struct{ Name string }
		Responses   map[string]any
	}{doc.Paths, doc.Webhooks} {
		for path, ops := range paths {
			for _, op := range ops {
				at := "/developers/reference/" + op.OperationID
				resp, page := d.get(t, at)
				want := []string{path}
				for _, p := range op.Parameters {
					want = append(want, "<code>"+p.Name+"</code>")
				}
				for status := range op.Responses {
					want = append(want, `id="status-`+status+`"`)
				}
				for _, w := range want {
					if resp.StatusCode != http.StatusOK || !strings.Contains(html.UnescapeString(page), w) {
						t.Errorf("%s: got %d without %s", at, resp.StatusCode, w)
					}
				}
				if !strings.Contains(list, `href="`+at+`"`) {
					t.Errorf("/developers does not lead to %s", at)
				}
				seen++
			}
		}
	}
	if seen < 40 {
		t.Errorf("saw %d operations only", seen)
	}
	if resp, _ := d.get(t, "/developers/reference/nothing"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("an operation that is not there: got %d", resp.StatusCode)
	}
}
