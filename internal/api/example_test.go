package api_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"maps"
	"mime"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	validator "github.com/pb33f/libopenapi-validator"

	"github.com/touchstone-factcheck/touchstone/internal/api"
)

// holdAnswer holds the example of an answer to its schema, and to what was really answered: it has all names
// that stand there at the top. With -record it writes the answer down where there is no example yet.
func holdAnswer(t *testing.T, check validator.Validator, op *operation, got answer) {
	t.Helper()
	kind, _, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	status := strconv.Itoa(got.StatusCode)
	example := op.Responses[status].Content[kind].Example
	if example == nil && *record {
		recordAnswer(t, api.ExampleName(op.OperationID, status, kind), got.body)
		return
	}
	if example == nil {
		t.Errorf("%s: no example of %s %s: go test ./internal/api -run TestEveryExample -record", op.OperationID, status, kind)
		return
	}
	if _, ok := example.(string); ok {
		return // lines: TestExportExamples
	}
	body, err := json.Marshal(example)
	if err != nil {
		t.Fatal(err)
	}
	resp := *got.Response
	resp.Body = io.NopCloser(bytes.NewReader(body))
	hold(t, check, answer{&resp, body})
	there := names(t, body)
	for _, name := range names(t, got.body) {
		if !slices.Contains(there, name) {
			t.Errorf("%s: the answer has %s, which the example lacks: remove it and record it anew", op.OperationID, name)
		}
	}
}

// names returns the sorted names at the top of a JSON object.
func names(t *testing.T, body []byte) []string {
	t.Helper()
	var object map[string]json.RawMessage
	if err := json.Unmarshal(body, &object); err != nil {
		t.Fatalf("%v: %.300s", err, body)
	}
	return slices.Sorted(maps.Keys(object))
}

// recordAnswer writes an answer in JSON down.
func recordAnswer(t *testing.T, name string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, body, "", " "); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// everyAnswerHasAnExample fails for an answer that succeeds and has none, whatever was asked.
func everyAnswerHasAnExample(t *testing.T, doc described) {
	t.Helper()
	for _, ops := range doc.Paths {
		for _, op := range ops {
			for status, res := range op.Responses {
				for kind, media := range res.Content {
					if status[0] == '2' && media.Example == nil && status != strconv.Itoa(http.StatusNoContent) && !*record {
						t.Errorf("%s: %s %s has no example", op.OperationID, status, kind)
					}
				}
			}
		}
	}
}

// sameColumns reports whether the first of two files in CSV has the columns of the second that do not depend on how many things a claim has.
func sameColumns(t *testing.T, example, export string) bool {
	t.Helper()
	var columns [2][]string
	for i, text := range []string{example, export} {
		header, err := csv.NewReader(strings.NewReader(text)).Read()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range header {
			if !strings.ContainsAny(c, "0123456789") {
				columns[i] = append(columns[i], c)
			}
		}
	}
	return slices.Equal(columns[0], columns[1])
}
