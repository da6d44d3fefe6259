package api_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
	"github.com/touchstone-factcheck/touchstone/web/guide"
)

var record = flag.Bool("record", false, "write testdata/surface.txt anew, what the OpenAPI document has; and the examples of answers") //nolint:gochecknoglobals // flags are

const surfaceFile = "testdata/surface.txt"

// TestChangelogTellsOfEveryOperation holds /developers/changelog and its promise to the OpenAPI document: each operation is told of there,
// and what was recorded in testdata/surface.txt (operations, parameters, fields) is still there and what it was.
func TestChangelogTellsOfEveryOperation(t *testing.T) {
	t.Parallel()
	now := surface(t, serve(t, storetest.New(t)).do("GET", "/openapi.json").body)
	changelog, ok := guide.Changelog("en")
	if !ok {
		t.Fatal("there is no changelog")
	}
	told := ""
	for _, p := range changelog.Parts {
		told += p.Markdown
	}
	for _, line := range now {
		if operation, rest, _ := strings.Cut(line, " ?"); rest == "" && strings.Contains(line, " /") && !strings.Contains(told, "`"+operation+"`") {
			t.Errorf("%s is not in web/guide/en/changelog.md: write there since when it is here, and what it is for", operation)
		}
	}
	if *record {
		if err := os.WriteFile(surfaceFile, []byte(strings.Join(now, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	recorded, err := os.ReadFile(surfaceFile)
	if err != nil {
		t.Fatal(err)
	}
	before := strings.Split(strings.TrimSpace(string(recorded)), "\n")
	for _, line := range before {
		if !slices.Contains(now, line) {
			t.Errorf("%s was promised, and is there no more or is something else", line)
		}
	}
	for _, line := range now {
		if !slices.Contains(before, line) {
			t.Errorf("%s is new: tell of it in web/guide/en/changelog.md, then go test ./internal/api -run Changelog -record", line)
		}
	}
}

// surface is what partners build against, a line each: operations, their parameters, and the fields of what goes in and out with their
// types.
func surface(t *testing.T, document []byte) []string {
	t.Helper()
	type schema struct {
		Properties map[string]struct {
			Type any
			Ref  string `json:"$ref"`
		}
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
		}
		Webhooks   map[string]any
		Components struct{ Schemas map[string]schema }
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		t.Fatal(err)
	}
	var out []string
	for path, ops := range doc.Paths {
		for method, op := range ops {
			line := strings.ToUpper(method) + " " + path
			out = append(out, line)
			for _, p := range op.Parameters {
				out = append(out, line+" ?"+p.Name+" in "+p.In)
			}
		}
	}
	for name := range doc.Webhooks {
		out = append(out, "webhook "+name)
	}
	for name, s := range doc.Components.Schemas {
		for _, field := range slices.Sorted(maps.Keys(s.Properties)) {
			p := s.Properties[field]
			kind := strings.TrimPrefix(p.Ref, "#/components/schemas/")
			if p.Type != nil {
				kind = fmt.Sprint(p.Type)
			}
			out = append(out, strings.TrimSpace(name+"."+field+" "+kind))
		}
	}
	slices.Sort(out)
	return out
}
