package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// describe fills in what no type says.
func describe(o *huma.OpenAPI, publicURL string) {
	o.Info.Description = "Claims, verdicts and changes of a fact-checking newsroom. Fields may be added to answers; nothing is taken away from v1. " +
		"With fields, an answer has what was asked for alone, whatever its schema requires. " +
		"Reading takes no key; with one there is a higher limit. Errors are RFC 9457 problem documents."
	o.Info.License = &huma.License{Name: "Each answer states its own, as licence and attribution", URL: publicURL + "/developers"}
	o.Servers = []*huma.Server{{URL: publicURL}}
	o.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"key": {Type: "http", Scheme: "bearer", Description: "An API key: Authorization: Bearer ts_…"},
	}
}

// schemas makes JSON Schemas of Go types, as their values are really encoded here.
type schemas struct {
	registry huma.Registry
	requests map[string]bool // names of those that are sent to us: nothing may be added to them
}

func newSchemas(r huma.Registry) *schemas { return &schemas{registry: r, requests: map[string]bool{}} }

// request returns a reference to the schema of what is sent to us.
func (s *schemas) request(t reflect.Type) *huma.Schema {
	s.requests[t.Name()] = true
	return s.registry.Schema(t, true, t.Name())
}

// problem describes an answer with an error.
func (s *schemas) problem(status int) *huma.Response {
	text := func(name, doc string) map[string]*huma.Param {
		return map[string]*huma.Param{name: {Description: doc, Schema: &huma.Schema{Type: huma.TypeString}}}
	}
	res := &huma.Response{
		Description: http.StatusText(status),
		Content:     map[string]*huma.MediaType{problem.ContentType: {Schema: s.of(reflect.TypeFor[problem.Problem]()), Example: exampleOf(status)}},
	}
	switch status {
	case http.StatusUnauthorized:
		res.Headers = text("WWW-Authenticate", `Bearer realm="touchstone", error="invalid_token"`)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		res.Headers = text("Retry-After", "Seconds after which to try again")
	}
	return res
}

// exampleOf is a problem as it is really sent; a test gets each from the server.
func exampleOf(status int) *problem.Problem {
	wrong := func(place, message string) *problem.Problem {
		p := problem.New(status, message)
		p.Errors = []problem.Detail{{Location: place, Message: message}}
		return p
	}
	p := map[int]*problem.Problem{
		http.StatusBadRequest:           wrong("query.colour", "there is no such parameter"),
		http.StatusUnauthorized:         problem.New(status, "this key is unknown or was revoked"),
		http.StatusForbidden:            problem.New(status, "this key may only read"),
		http.StatusNotFound:             problem.New(status, "there is no public claim with this id"),
		http.StatusConflict:             problem.New(status, "a draft of the verdict on this claim is open already; change that one, see existing"),
		http.StatusPreconditionFailed:   wrong("header.If-Match", "it was changed since you saw it; read it again and look at what changed"),
		http.StatusPreconditionRequired: wrong("header.If-Match", "say which state you change: send its ETag as If-Match"),
		http.StatusUnsupportedMediaType: wrong("header.Content-Type", "send JSON in UTF-8, as Content-Type: application/json"),
		http.StatusUnprocessableEntity:  wrong("body.url", "this is not a web address; it begins with http:// or https://"),
		http.StatusServiceUnavailable:   problem.New(status, "too much is asked of this server right now; try again"),
		http.StatusInternalServerError:  problem.New(status, "something went wrong here; it has been noted"),
	}[status]
	switch {
	case status == http.StatusTooManyRequests:
		p = problem.From(tooMany(ratelimit.Policy{Name: "anonymous"}, 0), true)
	case status == http.StatusGone:
		p = problem.From(notThisFeed(store.Feed{Epoch: "019a5b3c9d6e7f10a1b2c3d4e5f60718", Head: 1041}), true)
	case p == nil:
		p = problem.New(status, http.StatusText(status))
	}
	return p
}

// of returns a reference to the schema of a type.
func (s *schemas) of(t reflect.Type) *huma.Schema { return s.registry.Schema(t, true, t.Name()) }

// headers describes what every answer carries.
func (s *schemas) headers() map[string]*huma.Param {
	text := func(doc string) *huma.Param {
		return &huma.Param{Description: doc, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	return map[string]*huma.Param{
		"ETag":             text("Validator for If-None-Match"),
		"Link":             text(`Next page of a list: <…>; rel="next"`),
		"Surrogate-Key":    text("For caches in front: what to tell them to drop, the id of the claim, or lists"),
		"RateLimit-Policy": text(`How often may be asked: "anonymous";q=6000;w=60`),
		"RateLimit":        text(`Where the client stands: "anonymous";r=5999;t=1`),
	}
}

// finish corrects what Huma cannot know of answers: lists are never null, a pointer to a struct may be, the values of an
// enum that may be null include it, and fields may be added.
func (s *schemas) finish() {
	for _, name := range []string{"ErrorModel", "ErrorDetail"} { // Huma's own, which nothing refers to
		delete(s.registry.Map(), name)
	}
	for _, name := range slices.Sorted(maps.Keys(s.registry.Map())) { // what is embedded may bring types of its own
		s.embed(s.registry.Map()[name], s.registry.TypeFromRef("#/components/schemas/"+name))
	}
	for name, schema := range s.registry.Map() {
		if s.requests[s.registry.TypeFromRef("#/components/schemas/"+name).Name()] {
			continue
		}
		schema.AdditionalProperties = nil
		t := s.registry.TypeFromRef("#/components/schemas/" + name)
		for _, f := range reflect.VisibleFields(t) {
			if p, ok := schema.Properties[jsonName(f)]; ok {
				schema.Properties[jsonName(f)] = corrected(p, f.Type)
			}
		}
	}
}

// embed adds the fields of structs that are embedded under a name of this package alone: Huma leaves them out, encoding/json does not.
func (s *schemas) embed(schema *huma.Schema, t reflect.Type) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	for f := range t.Fields() {
		if !f.Anonymous || f.IsExported() || f.Type.Kind() != reflect.Struct || f.Tag.Get("json") != "" {
			continue
		}
		of := huma.SchemaFromType(s.registry, f.Type)
		s.embed(of, f.Type)
		for name, p := range of.Properties {
			if schema.Properties[name] == nil {
				schema.Properties[name] = p
			}
		}
		for _, name := range of.Required {
			if !slices.Contains(schema.Required, name) {
				schema.Required = append(schema.Required, name)
			}
		}
	}
}

func corrected(p *huma.Schema, t reflect.Type) *huma.Schema {
	switch {
	case t.Kind() == reflect.Slice:
		p.Nullable = false
	case t.Kind() == reflect.Pointer && p.Ref != "":
		return &huma.Schema{Description: p.Description, AnyOf: []*huma.Schema{{Ref: p.Ref}, {Type: "null"}}}
	case p.Nullable && len(p.Enum) > 0:
		p.Enum = append(p.Enum, nil)
	}
	return p
}

func jsonName(f reflect.StructField) string {
	name := f.Tag.Get("json")
	for i := range name {
		if name[i] == ',' {
			return name[:i]
		}
	}
	return name
}

// finishDocument encodes the document once. It depends on nothing but the program and the public address, so that every
// node and every start has the same bytes.
func (a *API) finishDocument(o *huma.OpenAPI, s *schemas) {
	s.finish()
	addExamples(o)
	defer withoutOwnWords(o)()
	body, err := json.MarshalIndent(o, "", " ")
	if err != nil {
		panic(fmt.Sprintf("encode the OpenAPI document: %v", err)) // its types are ours
	}
	a.document = httpcache.Content{Body: body, ContentType: "application/json", ETag: httpcache.ETag(body), CacheControl: "public, max-age=300"}
}

// withoutOwnWords takes out what Huma knows of a pattern beside it and OpenAPI does not, and returns what puts it back: our
// messages tell it.
func withoutOwnWords(o *huma.OpenAPI) (back func()) {
	said := map[*huma.Schema]string{}
	for _, item := range o.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Patch} {
			if op == nil {
				continue
			}
			for _, p := range op.Parameters {
				said[p.Schema], p.Schema.PatternDescription = p.Schema.PatternDescription, ""
			}
		}
	}
	return func() {
		for schema, words := range said {
			schema.PatternDescription = words
		}
	}
}

// Document returns the OpenAPI document in JSON, which is there once the API is mounted. It is not to be changed.
func (a *API) Document() []byte { return a.document.Body }

// showDocument serves /openapi.json.
func (a *API) showDocument(c *fiber.Ctx) error {
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	a.document.Send(c.Context())
	return nil
}
