package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// described is what tests read of the OpenAPI document.
type described struct {
	Paths      map[string]map[string]*operation
	Webhooks   map[string]map[string]*operation
	Components struct{ Schemas map[string]schema }
}

type operation struct {
	OperationID, Summary, Description string
	Parameters                        []param
	RequestBody                       *struct{ Content map[string]media }
	Responses                         map[string]response
	Security                          []map[string][]string
}

type param struct {
	Name, In, Description string
	Required              bool
	Example               any
	Schema                schema
}

type media struct {
	Schema  schema
	Example any
}

type response struct {
	Description string
	Content     map[string]media
	Headers     map[string]struct{ Description string }
}

type schema map[string]any

// describe reads the document that the server serves.
func describe(t *testing.T, p *partner) described {
	t.Helper()
	var doc described
	if err := json.Unmarshal(p.do("GET", "/openapi.json").body, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// body returns the schema of what an operation is sent, and nil where nothing is.
func (d described) body(op *operation) schema {
	if op.RequestBody == nil {
		return nil
	}
	ref, _ := op.RequestBody.Content["application/json"].Schema["$ref"].(string)
	return d.Components.Schemas[ref[strings.LastIndexByte(ref, '/')+1:]]
}

// hostile is one request of the attack.
type hostile struct {
	method, target, kind, body string
	name, value                string     // of a header
	key                        string     // sent, if set
	op                         *operation // nil: a method that the path does not have
}

// attacks makes hostile requests for every operation of the document: every parameter, every method, every way a body can be wrong.
func (d described) attacks(sound map[string]string) []hostile {
	var out []hostile
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		here := path
		for name, value := range sound {
			here = strings.ReplaceAll(here, name, value)
		}
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND", "get", "TRACE"} {
			op := d.Paths[path][strings.ToLower(method)]
			if op == nil || method == "get" {
				out = append(out, hostile{method: method, target: here, kind: "application/json", body: "{}"})
				continue
			}
			for _, p := range op.Parameters {
				for _, value := range nasty() {
					switch p.In {
					case "path":
						out = append(out, hostile{method: method, target: strings.ReplaceAll(path, "{"+p.Name+"}", value), op: op})
					case "header":
						out = append(out, hostile{method: method, target: here, name: p.Name, value: value, op: op})
					default:
						out = append(out, hostile{method: method, target: here + "?" + p.Name + "=" + value, op: op}, hostile{method: method, target: here + "?" + p.Name + "=1&" + p.Name + "[]=" + value, op: op})
					}
				}
			}
			out = append(out, hostile{method: method, target: here + "?" + strings.Repeat("x&", 2000), op: op}, hostile{method: method, target: here, kind: "application/json", body: strings.Repeat("[", 9000), op: op})
			for _, kind := range []string{"", "text/plain", "application/xml", "application/json; charset=utf-16", "multipart/form-data; boundary=x", ";;;"} {
				out = append(out, hostile{method: method, target: here, kind: kind, body: `{"text":"x"}`, op: op})
			}
			for _, body := range bodies(d.body(op)) {
				out = append(out, hostile{method: method, target: here, kind: "application/json", body: body, op: op})
			}
		}
	}
	return out
}

// values are JSON that is hardly what anybody asks for.
func values() []string {
	return []string{
		"null", "true", "-1", "1e400", "-1e-400", strings.Repeat("9", 10_000), `""`, `"\u0000"`, `"\ud800"`, "\"\xff\xfe\"", "\"\x00\"", `"` + strings.Repeat("é", 50_000) + `"`, "{}", "[]", "[[]]", `[null]`, `[1]`, `{"a":[]}`,
		strings.Repeat("[", 5000) + strings.Repeat("]", 5000), strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40), "[" + strings.Repeat(`"a",`, 5000) + `"a"]`, "NaN", "'a'", "{", `"`, "01", "1.", "/**/1",
	}
}

// bodies returns bodies that are wrong for a schema in each of its properties, and in ways of their own.
func bodies(of schema) []string {
	if of == nil {
		return nil
	}
	out := append(values(), "", " ", "\ufeff{}", "{}{}", "{},", `{"__proto__":{}}`, `{"constructor":1}`, `{"$schema":"x"}`, strings.Repeat(" ", 100_000), `{"text":"x"`+strings.Repeat(" ", 100_000))
	properties, _ := of["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		for _, v := range values() {
			out = append(out, fmt.Sprintf(`{%q:%s}`, name, v), fmt.Sprintf(`{%q:[%s]}`, name, v))
		}
		out = append(out, fmt.Sprintf(`{%[1]q:"a",%[1]q:"b"}`, name), fmt.Sprintf(`{%q:"a",%q:"b"}`, name, strings.ToUpper(name)), fmt.Sprintf(`{%q:"a","unknown":1}`, name))
	}
	return out
}

// TestGeneratedAttackGetsRightAnswers attacks every operation of the document by what the document says of it. Each answer is one that the
// document has, never a fault of ours, and each error says what is wrong. make soak goes on with ten thousand.
func TestGeneratedAttackGetsRightAnswers(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	article, _ := linked(t, env, "https://rumour.example/makes", map[factcheck.ClaimID]factcheck.Stance{v.Claim: factcheck.StanceMakes})
	p, _ := serveFinding(t, env)
	all := describe(t, p).attacks(map[string]string{"/claims/{id}": "/claims/" + v.Claim.String(), "/articles/{id}": "/articles/" + article.String(), "{prefix}": "0a1"})
	if len(all) < 3900 {
		t.Fatalf("got %d attacks only", len(all))
	}
	_, key := filingKey(t, env, "carla@desk.example")
	rnd := rand.New(rand.NewPCG(1, 2))
	queue := make(chan hostile)
	var seen sync.Map
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for h := range queue {
				seen.Store(h.send(t, p), true)
			}
		})
	}
	for _, h := range all {
		if strings.HasPrefix(h.target, "/api/v1/webhooks") { // with a key: TestAttackOnWebhooksGetsRightAnswers
			continue
		}
		if h.op.keyed() {
			h.key = key // those who may file attack too
		}
		if h.op != nil && (h.op.keyed() && rnd.IntN(8) > 0 || h.method != "POST" && rnd.IntN(4) > 0) {
			continue // a part of them, the same each time
		}
		queue <- h
	}
	close(queue)
	wg.Wait()
	for _, status := range []int{200, 201, 400, 404, 405, 415, 422} {
		if _, ok := seen.Load(status); !ok {
			t.Errorf("nothing was answered with %d: the attack does not reach what it is for", status)
		}
	}
	if got := p.get("/status"); got.StatusCode != http.StatusOK {
		t.Errorf("got %d afterwards, want the server well", got.StatusCode)
	}
}

// send sends the request, judges what comes back and returns its status.
func (h hostile) send(t *testing.T, p *partner) int {
	t.Helper()
	what := fmt.Sprintf("%s %.150s %.20s %.100q", h.method, h.target, h.kind, h.body)
	req, err := http.NewRequestWithContext(t.Context(), h.method, p.url, strings.NewReader(h.body))
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return 0
	}
	req.URL.Opaque = "//" + req.URL.Host + strings.ReplaceAll(h.target, " ", "%20")
	if h.kind != "" {
		req.Header.Set("Content-Type", h.kind)
	}
	if h.name != "" {
		req.Header.Set(h.name, h.value)
	}
	if h.key != "" {
		req.Header.Set("Authorization", "Bearer "+h.key)
	}
	began := time.Now()
	resp, err := p.http.Do(req)
	if err != nil {
		t.Errorf("%s: %v, want an answer", what, err)
		return 0
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	if resp.Header.Get("Content-Type") == "text/event-stream" {
		return resp.StatusCode // it has no end
	}
	body, err := io.ReadAll(resp.Body)
	if took := time.Since(began); err != nil || took > 10*time.Second || resp.StatusCode >= 500 || resp.Header.Get("X-Evil") != "" {
		t.Errorf("%s: got %d, %v in %v: %.300s", what, resp.StatusCode, err, took, body)
	}
	switch _, told := h.operation().Responses[strconv.Itoa(resp.StatusCode)]; {
	case h.op == nil && (resp.StatusCode != http.StatusMethodNotAllowed && resp.StatusCode != http.StatusBadRequest && resp.StatusCode != http.StatusNotImplemented):
		t.Errorf("%s: got %d, want 405", what, resp.StatusCode)
	case h.op != nil && !told && resp.StatusCode != http.StatusNotFound && resp.StatusCode != http.StatusRequestURITooLong:
		t.Errorf("%s: got %d, which the document does not have: %.300s", what, resp.StatusCode, body)
	case resp.StatusCode >= 400 && strings.Contains(string(body), `"value":`):
		t.Errorf("%s: got %.300s, which repeats what was sent", what, body)
	case resp.StatusCode >= 400:
		var doc problemDoc
		if err := json.Unmarshal(body, &doc); err != nil || doc.Status != resp.StatusCode || doc.Detail == "" || resp.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: got %d as %s: %.300s, want a problem", what, resp.StatusCode, resp.Header.Get("Content-Type"), body)
		}
	}
	return resp.StatusCode
}

func (h hostile) operation() *operation {
	if h.op == nil {
		return &operation{}
	}
	return h.op
}

// TestBodiesAreReadStrictly holds the one reader of bodies to what is wrong and where it says so.
func TestBodiesAreReadStrictly(t *testing.T) {
	t.Parallel()
	p := serve(t, storetest.New(t))
	deep := strings.Repeat("[", 17) + strings.Repeat("]", 17)
	for _, c := range []struct {
		name, body string
		status     int
		where      string
	}{
		{"nothing", "", 400, "body"},
		{"no JSON", "text=x", 400, "body"},
		{"cut off", `{"text":"x"`, 400, "body"},
		{"cut off in a text", `{"text":"x`, 400, "body.text"},
		{"two values", `{"text":"x"} {}`, 400, "body"},
		{"a mark of byte order", "\ufeff{\"text\":\"x\"}", 400, "body"},
		{"no UTF-8", "{\"text\":\"\xff\"}", 400, "body"},
		{"a NUL", `{"text":"a\u0000b"}`, 400, "body.text"},
		{"a bare NUL", "{\"text\":\"a\x00b\"}", 400, "body.text"},
		{"a list", `[]`, 400, "body"},
		{"null", `null`, 400, "body"},
		{"null in a field", `{"text":null}`, 400, "body.text"},
		{"a number for a text", `{"text":1}`, 400, "body.text"},
		{"an object for a text", `{"text":{}}`, 400, "body.text"},
		{"a number beyond all", `{"text":1e999}`, 400, "body.text"},
		{"a name twice", `{"text":"x","text":"y"}`, 400, "body.text"},
		{"a name twice, spelled otherwise", `{"text":"x","te\u0078t":"y"}`, 400, "body.text"},
		{"a name in other letters", `{"Text":"x"}`, 400, "body.Text"},
		{"an unknown name", `{"text":"x","texts":[]}`, 400, "body.texts"},
		{"too deep", `{"text":` + deep + `}`, 400, "body.text" + strings.Repeat("[0]", 15)},
		{"deep and never closed", strings.Repeat(`{"a":`, 10_000), 400, "body" + strings.Repeat(".a", 16)},
		{"too long a tag", `{"text":"x","language":"` + strings.Repeat("a", 36) + `"}`, 400, "body.language"},
		{"a rule of the newsroom", `{"text":"x","url":"ftp://x"}`, 422, "body.url"},
	} {
		doc := wantProblem(t, p.post("/tips", c.body), c.status)
		if len(doc.Errors) != 1 || doc.Errors[0].Location != c.where || doc.Errors[0].Message == "" {
			t.Errorf("%s: got %+v, want one error at %s", c.name, doc.Errors, c.where)
		}
	}
	for _, kind := range []string{"", "text/plain", "application/json; charset=latin1", "application/jsonp", "json", ";"} {
		if doc := wantProblem(t, p.post("/tips", `{"text":"x"}`, "Content-Type", kind), 415); len(doc.Errors) != 1 || doc.Errors[0].Location != "header.Content-Type" {
			t.Errorf("%q: got %+v, want header.Content-Type", kind, doc.Errors)
		}
	}
	for i, kind := range []string{"application/json", "Application/JSON; Charset=UTF-8"} {
		if a := p.post("/tips", " \t\r\n"+`{"text":"It is so, `+strconv.Itoa(i)+`."}`+"\n", "Content-Type", kind); a.StatusCode != http.StatusCreated {
			t.Errorf("%s: got %d %s, want it taken", kind, a.StatusCode, a.body)
		}
	}
	many := wantProblem(t, p.post("/tips", "{"+strings.Repeat(`"`+url.QueryEscape("é")+`":1,`, 1)+`"a":1,"b":2,"text":3}`), 400)
	if len(many.Errors) != 4 {
		t.Errorf("got %+v, want all that is wrong named at once", many.Errors)
	}
}
