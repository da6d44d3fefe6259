package api

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// answers are what a test's house really answered to each operation. TestEveryExampleRuns records them (-record), and
// holds each to its schema and to what is answered now.
//
//go:embed example
var answers embed.FS

// addExamples gives each answer in JSON and CSV the example that was recorded of it: example/OPERATION.STATUS.json (.ld.json,
// .csv). It panics where one is no JSON, for they are part of the program.
func addExamples(o *huma.OpenAPI) {
	for _, item := range o.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Patch} {
			if op == nil {
				continue
			}
			for status, res := range op.Responses {
				for kind, media := range res.Content {
					if status[0] == '2' && media.Example == nil {
						media.Example = recorded(ExampleName(op.OperationID, status, kind))
					}
				}
			}
		}
	}
}

// ExampleName names the recorded example of an answer by its operation, status and media type.
func ExampleName(operation, status, mediaType string) string {
	ending := map[string]string{"application/json": ".json", "application/ld+json": ".ld.json", "text/csv": ".csv"}[mediaType]
	return "example/" + operation + "." + status + ending
}

// recorded returns what was recorded under a name, nil if nothing was.
func recorded(name string) any {
	body, err := answers.ReadFile(name)
	if err != nil {
		return nil // TestEveryExampleRuns misses it
	}
	if !slices.Contains([]byte{'{', '['}, body[0]) {
		return string(body)
	}
	if !json.Valid(body) {
		panic(fmt.Sprintf("%s is not JSON", name)) // it is embedded
	}
	return json.RawMessage(body)
}
