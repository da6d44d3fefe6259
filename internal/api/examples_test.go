package api_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	validator "github.com/pb33f/libopenapi-validator"

	"github.com/touchstone-factcheck/touchstone/internal/api"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// example is what the document gives as an example of a parameter, as it is written into an address; false where there is none
// and none is needed, for it says what may stand there.
func (p param) example(t *testing.T, where string) (string, bool) {
	t.Helper()
	if list, _ := p.Schema["examples"].([]any); len(list) > 0 {
		return list[0].(string), true
	}
	if list, _ := p.Schema["enum"].([]any); len(list) > 0 {
		return list[0].(string), true
	}
	if p.Schema["default"] == nil {
		t.Errorf("%s: %s has neither an example nor values to choose from nor a default", where, p.Name)
	}
	return "", false
}

// TestEveryExampleRuns asks the server for what the document gives as examples, one parameter at a time and every body, and holds the
// answers to the document; and holds every example of an answer to its schema.
func TestEveryExampleRuns(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	article, _ := linked(t, env, "https://news.example/2025/mayor", map[factcheck.ClaimID]factcheck.Stance{v.Claim: factcheck.StanceMakes})
	p, _ := serveFinding(t, env)
	doc, check := describe(t, p), contract(t, p)
	filed := fileExamples(t, p, env)
	everyAnswerHasAnExample(t, doc)
	ran := 0
	for path, ops := range doc.Paths {
		if strings.HasPrefix(path, "/api/v1/webhooks") {
			continue // TestEveryExampleOfWebhooksRuns
		}
		here := strings.NewReplacer("/claims/{id}", "/claims/"+v.Claim.String(), "/articles/{id}", "/articles/"+article.String()).Replace(path)
		for method, op := range ops {
			query := url.Values{}
			for _, q := range op.Parameters {
				if value, ok := q.example(t, path); ok && q.In == "path" {
					if plural, _, _ := strings.Cut(strings.TrimPrefix(path, "/api/v1/"), "/"); q.Name == "id" && plural != "drafts" && !strings.HasPrefix(value, strings.TrimSuffix(plural, "s")+"_") {
						t.Errorf("%s: the example of its id is %s", path, value)
					}
					here = strings.ReplaceAll(here, "{"+q.Name+"}", value)
				} else if q.Required {
					query.Set(q.Name, value)
				}
			}
			if path == "/api/v1/changes/stream" {
				continue // it has no end; TestEveryDocumentedErrorHappens asks what ends
			}
			if op.keyed() {
				filed.run(t, check, method, path, op)
				ran++
				continue
			}
			if op.RequestBody != nil {
				body, err := json.Marshal(op.RequestBody.Content["application/json"].Example)
				if err != nil {
					t.Fatal(err)
				}
				got := p.post(strings.TrimPrefix(here, "/api/v1"), string(body))
				runs(t, check, got)
				holdAnswer(t, check, op, got)
				ran++
				continue
			}
			got := p.do(strings.ToUpper(method), here+"?"+query.Encode())
			runs(t, check, got)
			holdAnswer(t, check, op, got)
			for _, q := range op.Parameters {
				one := maps.Clone(query)
				if value, ok := q.example(t, path); ok && q.In == "query" {
					one.Set(q.Name, value)
					if q.Name == "sort" {
						one.Set("query", "mayor")
					}
					runs(t, check, p.do("GET", here+"?"+one.Encode()))
					ran++
				}
			}
		}
	}
	if ran < 30 {
		t.Errorf("ran %d examples only", ran)
	}
	for format, kind := range map[string]string{"claimreview": "application/ld+json", "csv": "text/csv"} {
		got := p.get("/export?format=" + format)
		example := doc.Paths["/api/v1/export"]["get"].Responses["200"].Content[kind].Example
		if lines, ok := example.(string); ok && !sameColumns(t, lines, string(got.body)) {
			t.Errorf("the example of %s has other columns than the export", format)
		} else if !ok {
			holdAnswer(t, check, doc.Paths["/api/v1/export"]["get"], got)
		}
	}
}

// keyed reports whether an operation takes a key.
func (op *operation) keyed() bool {
	return op != nil && len(op.Security) == 1 && op.Security[0]["key"] != nil
}

// examples are things that the examples of filing are tried on.
type examples struct {
	*partner
	things map[string]receipt // by the path of what changes them
}

// fileExamples files what the examples change and refer to.
func fileExamples(t *testing.T, p *partner, env *storetest.Env) examples {
	t.Helper()
	_, key := filingKey(t, env, "carla@desk.example")
	keyed := *p
	keyed.key = key
	e := examples{&keyed, map[string]receipt{}}
	claim := filed(t, e.file("POST", "/claims", `{"text":"The pier is closed.","language":"en"}`), 201)
	article := filed(t, e.file("POST", "/articles", `{"url":"https://news.example/pier"}`), 201)
	e.things["/api/v1/claims/{id}"], e.things["/api/v1/articles/{id}"], e.things["/api/v1/drafts/{id}"] = claim, article, article
	e.things["/api/v1/appearances/{id}"] = filed(t, e.file("POST", "/appearances", `{"article_id":"`+article.ID+`","claim_id":"`+claim.ID+`","stance":"makes"}`), 201)
	e.things["/api/v1/verdicts/{id}"] = filed(t, e.file("POST", "/verdicts", `{"claim_id":"`+claim.ID+`"}`), 201)
	now := e.get("/drafts/" + claim.ID) // work on it has begun
	e.things["/api/v1/claims/{id}"] = filed(t, now, 200)
	return e
}

// run runs the example of an operation that takes a key, on what is there.
func (e examples) run(t *testing.T, check validator.Validator, method, path string, op *operation) {
	t.Helper()
	on := e.things[path]
	at := strings.TrimPrefix(strings.ReplaceAll(path, "{id}", on.ID), "/api/v1")
	if op.RequestBody == nil {
		got := e.get(at)
		runs(t, check, got)
		holdAnswer(t, check, op, got)
		return
	}
	body, err := json.Marshal(op.RequestBody.Content["application/json"].Example)
	if err != nil {
		t.Fatal(err)
	}
	fresh := filed(t, e.file("POST", "/claims", `{"text":"Claim of `+method+path+`","language":"en"}`), 201)
	text := strings.NewReplacer("claim_01h455vb4pex5vsknk084sn02q", fresh.ID, "article_01h455vb4pex5vsknk084sn02q", e.things["/api/v1/articles/{id}"].ID).Replace(string(body))
	got := e.file(strings.ToUpper(method), at, text, "If-Match", on.ETag)
	runs(t, check, got)
	holdAnswer(t, check, op, got)
}

// runs fails unless an example is answered as whoever copies it expects, and by the document. A position in a feed is hardly
// anybody's.
func runs(t *testing.T, check validator.Validator, a answer) {
	t.Helper()
	if a.StatusCode != http.StatusOK && a.StatusCode != http.StatusCreated && (a.StatusCode != http.StatusGone || a.Request.URL.Path != "/api/v1/changes" && a.Request.URL.Path != "/api/v1/export") {
		t.Errorf("%s %s: got %d: %.300s", a.Request.Method, a.Request.URL.RequestURI(), a.StatusCode, a.body)
	}
	if a.Request.URL.Query().Get("fields") == "" && a.Header.Get("Content-Type") != "application/x-ndjson" { // of which the validator knows one line alone
		hold(t, check, a) // with fields there is what was asked for alone
	}
}

// provocation brings about an answer.
type provocation struct {
	method, path, body string
	headers            []string
}

// provocations are requests that come to a status, for each operation that may answer so unless the path is named.
func provocations(status int, path, method string) (provocation, bool) {
	p := provocation{method: strings.ToUpper(method), path: path, body: `{"text":"x"}`, headers: []string{"Content-Type", "application/json"}}
	if method == "get" {
		p.body, p.headers = "", nil
	}
	switch status {
	case http.StatusBadRequest:
		p.path += "?colour=red"
	case http.StatusUnauthorized:
		p.headers = append(p.headers, "Authorization", "Bearer ts_wrong")
	case http.StatusNotFound:
		p.path = strings.NewReplacer("{id}", "claim_01h455vb4pex5vsknk084sn02q").Replace(path)
	case http.StatusGone:
		p.path += "?after=99999999"
		if strings.HasSuffix(path, "/export") {
			p.path = path + "?format=ndjson&epoch=other"
		}
	case http.StatusRequestEntityTooLarge:
		p.body = `{"text":"` + strings.Repeat("x", 3<<20) + `"}`
	case http.StatusUnsupportedMediaType:
		p.headers = []string{"Content-Type", "text/plain"}
	case http.StatusUnprocessableEntity:
		p.body = `{"text":"x","url":"ftp://x"}`
	case http.StatusTooManyRequests:
	default:
		return p, false
	}
	return p, true
}

// TestEveryDocumentedErrorHappens brings about each error that the document names for each operation, and holds it to its schema and to its
// example: the same kind of problem, at a place of the same kind. What needs a broken server is elsewhere: TestLostDatabaseIsSaidPlainly.
func TestEveryDocumentedErrorHappens(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "The mayor has resigned.", "False")
	p := serve(t, env)
	strictly := serve(t, env, func(c *api.Config) { c.Anonymous = ratelimit.Policy{Name: "anonymous", Quota: 1, Window: time.Hour} })
	files := fileExamples(t, p, env)
	doc, check := describe(t, p), contract(t, p)
	for path, ops := range doc.Paths {
		if strings.HasPrefix(path, "/api/v1/webhooks") {
			continue // TestEveryDocumentedErrorOfWebhooksHappens
		}
		for method, op := range ops {
			for _, code := range slices.Sorted(maps.Keys(op.Responses)) {
				status, err := strconv.Atoi(code)
				if err != nil {
					t.Fatal(err)
				}
				if status < 400 {
					continue
				}
				what := method + " " + path + " " + code
				example, ok := op.Responses[code].Content["application/problem+json"].Example.(map[string]any)
				if !ok || example["status"] != float64(status) || example["detail"] == "" {
					t.Errorf("%s: got example %v, want a problem", what, example)
					continue
				}
				holdExample(t, check, method, path, status, example)
				try, ok := provocations(status, path, method)
				if op.keyed() && status != http.StatusUnauthorized && status != http.StatusTooManyRequests {
					try, ok = files.provocation(status, path, method)
				}
				if !ok {
					if op.keyed() && status < 500 {
						t.Errorf("%s: nothing brings it about", what)
					}
					continue
				}
				ask := p
				if status == http.StatusTooManyRequests {
					ask, try.headers = strictly, append(try.headers, "X-Forwarded-For", "192.0.2.7")
				}
				got := ask.sent(try)
				if status == http.StatusTooManyRequests && got.StatusCode != status {
					for range 1100 {
						if got = ask.sent(try); got.StatusCode == status {
							break
						}
					}
				}
				is := wantProblem(t, got, status)
				if is.Title != example["title"] || is.Type != example["type"] || (len(is.Errors) > 0) != (example["errors"] != nil) {
					t.Errorf("%s: got %+v, want as in the example %v", what, is, example)
				}
				for name := range op.Responses[code].Headers {
					if got.Header.Get(name) == "" {
						t.Errorf("%s: got no %s", what, name)
					}
				}
				hold(t, check, got)
			}
		}
	}
}

// provocation is a request to an operation that takes a key, and comes to a status.
func (e examples) provocation(status int, path, method string) (provocation, bool) {
	on := e.things[path]
	body := map[string]string{
		"post/api/v1/claims": `{"text":"x","language":"en"}`, "post/api/v1/articles": `{"url":"https://news.example/4"}`, "post/api/v1/appearances": `{"article_id":"x","claim_id":"x","stance":"makes"}`,
		"post/api/v1/verdicts": `{"claim_id":"x"}`, "post/api/v1/batch": `{"items":[{"method":"POST","path":"/claims","body":{}}]}`,
	}[method+path]
	p := provocation{method: strings.ToUpper(method), path: strings.ReplaceAll(path, "{id}", on.ID), body: cmp.Or(body, "{}"), headers: []string{"Content-Type", "application/json", "If-Match", on.ETag, "Authorization", "Bearer " + e.key}}
	if method == "get" {
		p.body = ""
	}
	last := len(p.headers) - 1
	switch status {
	case http.StatusBadRequest:
		p.path += "?colour=red"
	case http.StatusForbidden:
		_, reads, err := e.env.DB.CreateKey(e.t.Context(), e.env.Admin, store.KeyInput{Name: "reads", Scopes: []factcheck.Scope{factcheck.ScopeRead}})
		if err != nil {
			e.t.Fatal(err)
		}
		p.headers[last] = "Bearer " + reads
	case http.StatusNotFound:
		p.path = strings.ReplaceAll(path, "{id}", on.Kind+"_01h455vb4pex5vsknk084sn02q")
	case http.StatusConflict:
		e.holds("running")
		p.headers = append(p.headers, "Idempotency-Key", "running")
	case http.StatusPreconditionFailed:
		p.headers[3] = `"c99"`
	case http.StatusPreconditionRequired:
		p.headers[3] = ""
	case http.StatusRequestEntityTooLarge:
		p.body = `{"text":"` + strings.Repeat("x", 3<<20) + `"}`
	case http.StatusUnsupportedMediaType:
		p.headers[1] = "text/plain"
	case http.StatusUnprocessableEntity:
		// What was sent under a name is sent otherwise.
		p.headers = append(p.headers, "Idempotency-Key", "used")
		if got := e.file("POST", "/batch", `{"items":[{"method":"POST","path":"/nothing","body":{}}]}`, "Idempotency-Key", "used"); got.StatusCode != http.StatusOK {
			e.t.Fatalf("got %d %s", got.StatusCode, got.body)
		}
	default:
		return p, false
	}
	return p, true
}

// holds holds a name of requests until the test ends, as a request that is being worked on does.
func (e examples) holds(name string) {
	e.t.Helper()
	conn, err := pgx.Connect(e.t.Context(), e.env.URL)
	if err != nil {
		e.t.Fatal(err)
	}
	e.t.Cleanup(func() { _ = conn.Close(context.Background()) }) // and with it goes what it holds
	sum := sha256.Sum256([]byte(name))
	_, err = conn.Exec(e.t.Context(), `SELECT pg_advisory_lock_shared(hashtextextended('once ' || a.id::text || encode($1, 'hex'), 0)) FROM actors a JOIN keys k ON k.id = a.key_id WHERE k.name = 'Our CMS'`, sum[:])
	if err != nil {
		e.t.Fatal(err)
	}
}

// sent sends a provocation.
func (p *partner) sent(try provocation) answer {
	p.t.Helper()
	if try.method == http.MethodPatch {
		return p.file(try.method, strings.TrimPrefix(try.path, "/api/v1"), try.body, try.headers...)
	}
	if try.method == http.MethodPost {
		return p.post(strings.TrimPrefix(try.path, "/api/v1"), try.body, try.headers...)
	}
	return p.do(try.method, try.path, try.headers...)
}

// holdExample holds an example of an answer to the schema of it.
func holdExample(t *testing.T, check validator.Validator, method, path string, status int, example any) {
	t.Helper()
	body, err := json.Marshal(example)
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(public + strings.NewReplacer("{id}", "claim_01h455vb4pex5vsknk084sn02q", "{prefix}", "abc").Replace(path))
	if err != nil {
		t.Fatal(err)
	}
	hold(t, check, answer{&http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/problem+json"}}, Body: io.NopCloser(bytes.NewReader(body)),
		Request: &http.Request{Method: strings.ToUpper(method), URL: at}}, body})
}

// TestOpenAPILinterIsContent runs Redocly's linter with all its recommended rules, as errors: testdata/lint.js.
func TestOpenAPILinterIsContent(t *testing.T) {
	t.Parallel()
	modules, err := filepath.Abs("../../.tools/node/node_modules")
	if err != nil {
		t.Fatal(err)
	}
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(filepath.Join(modules, "@redocly", "openapi-core"))
	}
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the linter is not here (%v): .ci/install node installs it", err)
		}
		t.Skipf("the linter is not here (%v): .ci/install node installs it", err)
	}
	document := serve(t, storetest.New(t)).do("GET", "/openapi.json").body
	lint := func(document []byte) string {
		cmd := exec.CommandContext(t.Context(), node, "testdata/lint.js")
		cmd.Env, cmd.Stdin = append(os.Environ(), "NODE_PATH="+modules), bytes.NewReader(document)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("node: %v: %s", err, out)
		}
		return string(out)
	}
	if got := lint(document); got != "" {
		t.Errorf("the linter says:\n%s", got)
	}
	broken := bytes.Replace(document, []byte(`"operationId": "get-status"`), []byte(`"operationId": "list-claims"`), 1)
	if got := lint(broken); !strings.Contains(got, "operation-operationId-unique") {
		t.Errorf("got %q of two operations of one name, want it said", got)
	}
}
