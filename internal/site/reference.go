package site

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
)

// referencePath is where each operation of the API and each message of webhooks has its page.
const referencePath = developersPath + "/reference"

// openAPI is what the reference shows of the OpenAPI document.
type openAPI struct {
	Paths      map[string]map[string]apiOperation
	Webhooks   map[string]map[string]apiOperation
	Components struct{ Schemas map[string]apiSchema }
}

type apiOperation struct {
	OperationID, Summary, Description string
	Parameters                        []apiParameter
	RequestBody                       *struct{ Content map[string]apiMedia }
	Responses                         map[string]struct {
		Description string
		Content     map[string]apiMedia
	}
	Security []map[string][]string
}

type apiParameter struct {
	Name, In, Description string
	Required              bool
	Schema                apiSchema
}

type apiMedia struct {
	Schema  apiSchema
	Example json.RawMessage
}

// newReference returns the pages of the reference in the order of the document, made once: the document changes with the program alone.
func newReference(document func() []byte) func() (pages.Reference, error) {
	return sync.OnceValues(func() (pages.Reference, error) {
		var doc openAPI
		if document == nil {
			return pages.Reference{}, nil // a site alone, without the API
		}
		if err := json.Unmarshal(document(), &doc); err != nil {
			return pages.Reference{}, fmt.Errorf("read the OpenAPI document: %w", err)
		}
		var r pages.Reference
		for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
			for _, method := range []string{"get", "post", "patch", "delete"} {
				if op, ok := doc.Paths[path][method]; ok {
					r.Operations = append(r.Operations, doc.operation(strings.ToUpper(method), path, op))
				}
			}
		}
		for _, name := range slices.Sorted(maps.Keys(doc.Webhooks)) {
			r.Messages = append(r.Messages, doc.operation("", name, doc.Webhooks[name]["post"]))
		}
		return r, nil
	})
}

// operation is one operation as its page shows it. Without a method it is a message that we send.
func (d *openAPI) operation(method, path string, op apiOperation) pages.Operation {
	o := pages.Operation{ID: op.OperationID, Method: method, Path: path, Summary: op.Summary, Description: op.Description, Keyed: len(op.Security) == 1}
	for _, p := range op.Parameters {
		o.Parameters = append(o.Parameters, pages.Field{Name: p.Name, Type: p.In + ", " + p.Schema.describe(), Required: p.Required, Meaning: p.Description, Limits: p.Schema.limits(), In: p.In, Example: p.Schema.example()})
	}
	if op.RequestBody != nil {
		for _, kind := range slices.Sorted(maps.Keys(op.RequestBody.Content)) {
			o.Bodies = append(o.Bodies, d.body(kind, op.RequestBody.Content[kind]))
		}
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		a := pages.OperationAnswer{Status: status, Meaning: op.Responses[status].Description}
		content := op.Responses[status].Content
		for _, kind := range slices.Sorted(maps.Keys(content)) {
			b := d.body(kind, content[kind])
			if status[0] != '2' { // all errors have one form
				b.Fields = nil
			}
			a.Bodies = append(a.Bodies, b)
		}
		o.Answers = append(o.Answers, a)
	}
	return o
}

// body is what is sent or answered in one media type.
func (d *openAPI) body(kind string, m apiMedia) pages.OperationBody {
	b := pages.OperationBody{Kind: kind, Fields: d.fields(m.Schema, "", nil)}
	var text string
	switch {
	case m.Example == nil:
	case json.Unmarshal(m.Example, &text) == nil:
		b.Example = text
	default:
		var value any
		if err := json.Unmarshal(m.Example, &value); err == nil {
			indented, _ := json.MarshalIndent(value, "", "  ") // it was JSON
			b.Example = string(indented)
		}
	}
	return b
}

// showOperation serves /developers/reference/{operation}: one operation of the API, or one message of webhooks.
func (s *Site) showOperation(c *fiber.Ctx) error {
	slug, err := param(c, "slug")
	if err != nil {
		return err
	}
	r, err := s.reference()
	if err != nil {
		return err
	}
	op, ok := r.Find(slug) // before a key is made of it
	if !ok {
		return factcheck.NotFound("there is no such operation; all are at " + developersPath)
	}
	path := referencePath + "/" + op.ID
	return s.keepPage(c, path, func(_ context.Context, h *house) (templ.Component, error) {
		return pages.OperationOf(pages.OperationPage{Shell: s.shell(h, path), Canonical: s.absolute(path), Operation: op, Origin: s.cfg.PublicURL, Reference: r}), nil
	})
}
