package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/problem"
)

// maxDepth is how deep the JSON of a request may be nested. None of ours is deeper than five.
const maxDepth = 16

// post returns the description of a POST operation whose body is JSON of a type; ok is the status and type of its answer.
func post(s *schemas, op huma.Operation, body *huma.Schema, example any) huma.Operation {
	op.Method = http.MethodPost
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: body, Example: example}}}
	delete(op.Responses, "304")
	for _, status := range []int{http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType} {
		op.Responses[strconv.Itoa(status)] = s.problem(status)
	}
	return op
}

// register is huma.Register for an operation whose handler reads the body itself, by readBody. Huma must not know of the body
// before: it would read it first, less strictly, and repeat in its errors what was sent.
func register[I any](h huma.API, op huma.Operation, handler func(context.Context, *I) (*reply, error)) {
	body := op.RequestBody
	op.RequestBody = nil
	huma.Register(h, op, handler)
	item := h.OpenAPI().Paths[op.Path]
	map[string]*huma.Operation{http.MethodPost: item.Post, http.MethodPatch: item.Patch}[op.Method].RequestBody = body
}

// readBody reads the JSON of a request into a value, strictly: the right content type, UTF-8, one value, no name twice, nothing
// unknown, nothing too deep. All that is wrong with its form is named in one answer, a 400.
func readBody(c *fiber.Ctx, registry huma.Registry, schema *huma.Schema, into any) error {
	if err := checkContentType(c); err != nil {
		return err
	}
	return readJSON(c.Context().PostBody(), registry, schema, "body", into)
}

// readJSON is readBody of JSON that stands at a place of the request.
func readJSON(body []byte, registry huma.Registry, schema *huma.Schema, place string, into any) error {
	if !utf8.Valid(body) {
		return badBody(place, "it is not UTF-8")
	}
	r := &bodyReader{dec: json.NewDecoder(bytes.NewReader(body))}
	r.dec.UseNumber()
	value, err := r.value(place, 0)
	if err != nil {
		return err
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return badBody(place, "there is more after the end of the JSON")
	}
	var res huma.ValidateResult
	huma.Validate(registry, schema, huma.NewPathBuffer([]byte(place), len(place)), huma.ModeWriteToServer, value, &res)
	wrong := details(res.Errors)
	for _, d := range loose(registry, schema, value, place) {
		if len(wrong) < maxNamed && !slices.ContainsFunc(wrong, func(w problem.Detail) bool { return w.Location == d.Location }) {
			wrong = append(wrong, d)
		}
	}
	if len(wrong) > 0 {
		return problem.BadRequest(wrong...)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return badBody(place, "it does not fit what is asked for here")
	}
	return nil
}

// loose returns what huma.Validate lets pass: names in other letters, which encoding/json takes for ours, and null where a value is
// wanted, which it takes for nothing.
func loose(registry huma.Registry, schema *huma.Schema, value any, place string) []problem.Detail {
	if schema != nil && schema.Ref != "" {
		schema = registry.SchemaFromRef(schema.Ref)
	}
	if schema == nil {
		return nil
	}
	var wrong []problem.Detail
	below := func(of *huma.Schema, v any, at string) {
		if v == nil && of != nil && of.Ref == "" && !of.Nullable {
			wrong = append(wrong, problem.Detail{Location: clip(at, 200), Message: "give a value, or leave it out"})
			return
		}
		wrong = append(wrong, loose(registry, of, v, at)...)
	}
	switch v := value.(type) {
	case []any:
		for i := range v {
			below(schema.Items, v[i], place+"["+strconv.Itoa(i)+"]")
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			at := place + "." + clip(name, 60)
			of, known := schema.Properties[name]
			if !known && len(schema.Properties) > 0 {
				wrong = append(wrong, problem.Detail{Location: at, Message: "there is no such field"})
				continue
			}
			below(of, v[name], at)
		}
	}
	return wrong
}

// checkContentType returns a 415 unless the body is said to be JSON in UTF-8.
func checkContentType(c *fiber.Ctx) error {
	if string(c.Request().Header.ContentType()) == fiber.MIMEApplicationJSON { // as nearly everybody writes it
		return nil
	}
	kind, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err == nil && kind == "application/json" && (params["charset"] == "" || strings.EqualFold(params["charset"], "utf-8")) {
		return nil
	}
	p := problem.New(http.StatusUnsupportedMediaType, "send JSON in UTF-8, as Content-Type: application/json")
	p.Errors = []problem.Detail{{Location: "header.Content-Type", Message: p.Detail}}
	return p
}

func badBody(place, message string) error {
	return problem.BadRequest(problem.Detail{Location: place, Message: message})
}

// details are what a validation found, at most maxNamed.
func details(errs []error) []problem.Detail {
	var out []problem.Detail
	for _, err := range errs[:min(len(errs), maxNamed)] {
		d := problem.Detail{Location: "body", Message: err.Error()}
		var detail huma.ErrorDetailer
		if errors.As(err, &detail) {
			d.Location, d.Message = clip(detail.ErrorDetail().Location, 200), clip(detail.ErrorDetail().Message, 300)
		}
		out = append(out, d)
	}
	return out
}

// bodyReader reads JSON, and knows where it is.
type bodyReader struct{ dec *json.Decoder }

// value reads the next value, as the validator takes it.
func (r *bodyReader) value(place string, depth int) (any, error) {
	token, err := r.dec.Token()
	if err != nil {
		return nil, r.broken(place)
	}
	switch t := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, badBody(clip(place, 200), fmt.Sprintf("it is nested deeper than %d", maxDepth))
		}
		if t == '{' {
			return r.object(place, depth)
		}
		return r.list(place, depth)
	case json.Number:
		n, err := t.Float64()
		if err != nil {
			return nil, badBody(place, "this number is too large")
		}
		return n, nil
	case string:
		if strings.ContainsRune(t, 0) {
			return nil, badBody(place, "it holds a NUL character")
		}
	}
	return token, nil
}

func (r *bodyReader) object(place string, depth int) (any, error) {
	out := map[string]any{}
	for r.dec.More() {
		token, err := r.dec.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return nil, r.broken(place)
		}
		at := place + "." + clip(name, 60)
		if _, twice := out[name]; twice {
			return nil, badBody(at, "give it once")
		}
		if out[name], err = r.value(at, depth+1); err != nil {
			return nil, err
		}
	}
	return out, r.end(place)
}

func (r *bodyReader) list(place string, depth int) (any, error) {
	out := []any{}
	for r.dec.More() {
		v, err := r.value(place+"["+strconv.Itoa(len(out))+"]", depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, r.end(place)
}

func (r *bodyReader) end(place string) error {
	if _, err := r.dec.Token(); err != nil {
		return r.broken(place)
	}
	return nil
}

func (r *bodyReader) broken(place string) error {
	return badBody(clip(place, 200), "this is not JSON; it breaks off or goes wrong near byte "+strconv.FormatInt(r.dec.InputOffset(), 10))
}
