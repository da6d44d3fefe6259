package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/api"
	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
	"github.com/touchstone-factcheck/touchstone/internal/webhook"
)

// hook is a webhook as the API gives it, with what else its answers hold.
type hook struct {
	ID, URL, Name, State, Secret string
	Types                        []string
	Seq                          int64
	Queued                       int
	DeliveryID                   string `json:"delivery_id"`
}

// send sends JSON and decodes the answer, whose status must be want.
func (p *partner) send(method, path, body string, want int) hook {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.url+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.key)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := p.http.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != want {
		p.t.Fatalf("%s %s %.100s: got %d %s, want %d", method, path, body, resp.StatusCode, raw, want)
	}
	var h hook
	if want < 300 && len(bytes.TrimSpace(raw)) > 0 {
		if err := json.Unmarshal(raw, &h); err != nil {
			p.t.Fatal(err)
		}
	}
	return h
}

// serveHooks serves an API with webhooks, and returns what makes keys.
func serveHooks(t *testing.T, env *storetest.Env, change ...func(*api.Config)) (p *partner, key func(factcheck.Scope) string) {
	t.Helper()
	fetcher, err := fetch.New(fetch.Config{UserAgent: "Touchstone/test", Resolver: "127.0.0.1:9", Limits: webhook.Limits()})
	if err != nil {
		t.Fatal(err)
	}
	hooks := webhook.New(webhook.Config{Store: env.DB, Sealer: auth.NewSealer([32]byte{1}), Fetcher: fetcher, PublicURL: public})
	p = serve(t, env, append(change, func(c *api.Config) { c.Webhooks = hooks })...)
	return p, func(scope factcheck.Scope) string {
		t.Helper()
		_, secret, err := env.DB.CreateKey(t.Context(), env.Admin, store.KeyInput{Name: "x", Scopes: []factcheck.Scope{scope}, Owner: "edda@desk.example"})
		if err != nil {
			t.Fatal(err)
		}
		return secret
	}
}

// staged returns the path of an operation with a webhook and a delivery made for it.
func (p *partner) staged(path string) string {
	p.t.Helper()
	if !strings.Contains(path, "{id}") {
		return path
	}
	made := p.send("POST", "/webhooks", `{"url":"https://partner.example/hook"}`, http.StatusCreated)
	if strings.Contains(path, "{delivery}") {
		path = strings.ReplaceAll(path, "{delivery}", p.send("POST", "/webhooks/"+made.ID+"/test", `{}`, http.StatusAccepted).DeliveryID)
	}
	return strings.ReplaceAll(path, "{id}", made.ID)
}

// hookPaths returns the operations on webhooks.
func hookPaths(doc described) map[string]map[string]*operation {
	out := maps.Clone(doc.Paths)
	maps.DeleteFunc(out, func(path string, _ map[string]*operation) bool { return !strings.HasPrefix(path, "/api/v1/webhooks") })
	return out
}

// asks sends a request with a key of a partner's, or another.
func (p *partner) asks(try provocation) answer {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), try.method, p.url+try.path, strings.NewReader(try.body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.key)
	for i := 0; i < len(try.headers); i += 2 {
		req.Header.Set(try.headers[i], try.headers[i+1])
	}
	resp, err := p.http.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer{resp, body}
}

// TestEveryExampleOfWebhooksRuns is TestEveryExampleRuns for what takes a key that may manage; and holds the examples of messages to
// their schema.
func TestEveryExampleOfWebhooksRuns(t *testing.T) {
	t.Parallel()
	p, key := serveHooks(t, storetest.New(t))
	p.key = key(factcheck.ScopeManage)
	doc, check := describe(t, p), contract(t, p)
	ran := 0
	for path, ops := range hookPaths(doc) {
		for method, op := range ops {
			try := provocation{method: strings.ToUpper(method), path: p.staged(path)}
			if op.RequestBody != nil {
				body, err := json.Marshal(op.RequestBody.Content["application/json"].Example)
				if err != nil {
					t.Fatal(err)
				}
				try.body, try.headers = string(body), []string{"Content-Type", "application/json"}
			}
			queries := []string{""}
			for _, q := range op.Parameters {
				if value, ok := q.example(t, path); ok && q.In == "query" {
					queries = append(queries, "?"+q.Name+"="+value)
				}
			}
			for _, query := range queries {
				one := try
				one.path += query
				got := p.asks(one)
				if got.StatusCode < 200 || got.StatusCode > 299 {
					t.Errorf("%s %s: got %d: %.300s", method, one.path, got.StatusCode, got.body)
				}
				hold(t, check, got)
				if query == "" && got.StatusCode != http.StatusNoContent {
					holdAnswer(t, check, op, got)
				}
				ran++
			}
		}
	}
	if ran < 12 {
		t.Errorf("ran %d examples only", ran)
	}
	for name, item := range doc.Webhooks {
		if op := item["post"]; op.Summary != name || op.Description == "" || !messageFits(doc, op) {
			t.Errorf("%s: the example is not of the schema: %+v", name, op)
		}
	}
}

// messageFits reports whether a message has the names of its schema, and data those of its own.
func messageFits(doc described, op *operation) bool {
	of := doc.body(op)
	message, _ := op.RequestBody.Content["application/json"].Example.(map[string]any)
	data, _ := message["data"].(map[string]any)
	properties, _ := of["properties"].(map[string]any)
	inner, _ := properties["data"].(map[string]any)
	ref, _ := inner["$ref"].(string)
	below, _ := doc.Components.Schemas[ref[strings.LastIndexByte(ref, '/')+1:]]["properties"].(map[string]any)
	same := func(any, any) bool { return true }
	return len(properties) == 3 && len(below) == 4 && maps.EqualFunc(properties, message, same) && maps.EqualFunc(below, data, same)
}

// TestEveryDocumentedErrorOfWebhooksHappens is TestEveryDocumentedErrorHappens for what takes a key that may manage.
func TestEveryDocumentedErrorOfWebhooksHappens(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p, key := serveHooks(t, env)
	manage, full, reads := key(factcheck.ScopeManage), key(factcheck.ScopeManage), key(factcheck.ScopeRead)
	p.key = full
	for range 20 {
		p.staged("{id}")
	}
	strictly, _ := serveHooks(t, env, func(c *api.Config) { c.Key = ratelimit.Policy{Name: "burst", Quota: 1, Window: time.Hour} })
	strictly.key = reads
	doc, check := describe(t, p), contract(t, p)
	for path, ops := range hookPaths(doc) {
		for method, op := range ops {
			for code := range op.Responses {
				status, err := strconv.Atoi(code)
				if err != nil {
					t.Fatal(err)
				}
				p.key = manage
				for _, w := range p.list() { // a key has 20 at most
					p.send("DELETE", "/webhooks/"+w.ID, "", http.StatusNoContent)
				}
				try, ok := provocations(status, path, method)
				if status < 400 || status == http.StatusInternalServerError || status == http.StatusServiceUnavailable {
					continue
				}
				if method == "delete" {
					try.body, try.headers = "", nil
				}
				ask := p
				switch status {
				case http.StatusUnauthorized:
					p.key = "ts_wrong"
				case http.StatusForbidden:
					p.key, ok = reads, true
					try.path = path
				case http.StatusNotFound:
					if op.RequestBody != nil {
						body, err := json.Marshal(op.RequestBody.Content["application/json"].Example)
						if err != nil {
							t.Fatal(err)
						}
						try.body = string(body)
					}
				case http.StatusConflict:
					ok, try.path = true, p.staged(path)
					if try.body = `{"url":"https://partner.example/"}`; path == "/api/v1/webhooks" {
						p.key = full
					} else {
						p.send("PATCH", strings.TrimSuffix(strings.TrimPrefix(try.path, "/api/v1"), "/test"), `{"state":"paused"}`, http.StatusOK)
						try.body = `{}`
					}
				case http.StatusGone:
					try.path, try.body = p.staged(path), `{"after":99}`
				case http.StatusUnprocessableEntity:
					try.path, try.body = p.staged(path), `{"url":"ftp://x"}`
				case http.StatusTooManyRequests:
					ask, try.headers = strictly, append(try.headers, "X-Forwarded-For", "192.0.2.7") // nobody of this machine
					ask.asks(try)
				default:
					try.path = p.staged(path) + strings.TrimPrefix(try.path, path)
				}
				what := method + " " + path + " " + code
				example, is := op.Responses[code].Content["application/problem+json"].Example.(map[string]any)
				if !ok || !is {
					t.Errorf("%s: nothing brings it about, or it has no example", what)
					continue
				}
				got := ask.asks(try)
				if doc := wantProblem(t, got, status); doc.Title != example["title"] || doc.Type != example["type"] {
					t.Errorf("%s: got %+v, want as in the example %v", what, doc, example)
				}
				hold(t, check, got)
			}
		}
	}
}

// list returns the webhooks of the key.
func (p *partner) list() []hook {
	p.t.Helper()
	return as[struct{ Data []hook }](p.t, p.get("/webhooks")).Data
}

// TestAttackOnWebhooksGetsRightAnswers is TestGeneratedAttackGetsRightAnswers for what takes a key that may manage.
func TestAttackOnWebhooksGetsRightAnswers(t *testing.T) {
	t.Parallel()
	p, key := serveHooks(t, storetest.New(t))
	p.key = key(factcheck.ScopeManage)
	doc := describe(t, p)
	doc.Paths = hookPaths(doc)
	at := p.staged("/webhooks/{id}/deliveries/{delivery}")
	webhook, delivery, _ := strings.Cut(at, "/deliveries/")
	statuses := map[int]bool{}
	for i, h := range doc.attacks(map[string]string{"/webhooks/{id}": webhook, "{delivery}": delivery}) {
		if h.op == nil && h.method == "DELETE" || i%2 > 0 && h.op != nil {
			continue // half of them, the same each time
		}
		h.key = p.key
		statuses[h.send(t, p)] = true
	}
	for _, status := range []int{200, 400, 404, 405, 415, 422} {
		if !statuses[status] {
			t.Errorf("nothing was answered with %d: the attack does not reach what it is for", status)
		}
	}
}

func TestAPartnerLooksAfterItsWebhooks(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p, key := serveHooks(t, env)
	if a := p.get("/webhooks"); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("got %d without a key, want 401", a.StatusCode)
	}
	p.key = key(factcheck.ScopeFile)
	p.send("GET", "/webhooks", "", http.StatusForbidden)
	p.send("POST", "/webhooks", `{"nonsense":1}`, http.StatusForbidden)
	p.key = key(factcheck.ScopeManage)
	check := contract(t, p)
	for body, want := range map[string]int{
		`{}`: 400, `{"url":"https://x.example/","foo":1}`: 400, `{"url":5}`: 400, `{"url":"http://127.0.0.1/"}`: 422, `{"url":"https://x.example/","types":["x"]}`: 422,
		`{"url":"https://x.example/","claims":[""]}`: 422, `{"url":"https://x.example/","topics":["claim_01h455vb4pex5vsknk084sn02q"]}`: 422, `{"url":"https://x.example/","publishers":[""]}`: 422,
	} {
		p.send("POST", "/webhooks", body, want)
	}
	made := p.send("POST", "/webhooks", `{"url":"https://partner.example/hook","name":"main","types":["verdict.published"]}`, http.StatusCreated)
	if !strings.HasPrefix(made.Secret, "whsec_") || made.State != "active" || made.ID == "" {
		t.Errorf("got %+v", made)
	}
	at := "/webhooks/" + made.ID
	v := env.Published(t, "The mayor has resigned.", "False")
	if _, err := env.DB.QueueWebhooks(t.Context(), factcheck.System()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/webhooks", at, at + "/deliveries", at + "/deliveries?state=dead", at + "/deliveries?limit=0", at + "/deliveries?cursor=x", "/webhooks/x", "/webhooks/webhook_01h455vb4pex5vsknk084sn02q"} {
		hold(t, check, p.get(path))
	}
	var list struct {
		Data []struct{ ID, ClaimID string }
	}
	if err := json.Unmarshal(bytes.ReplaceAll(p.get(at+"/deliveries").body, []byte("claim_id"), []byte("ClaimID")), &list); err != nil || len(list.Data) != 1 || list.Data[0].ClaimID != v.Claim.String() {
		t.Fatalf("got %+v, %v, want the change", list, err)
	}
	edited := p.send("PATCH", at, `{"state":"paused","types":[]}`, http.StatusOK)
	if diff := cmp.Diff(hook{ID: made.ID, URL: made.URL, Name: "main", State: "paused", Types: []string{}, Seq: 1}, edited); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	p.send("POST", at+"/test", `{}`, http.StatusConflict)
	p.send("PATCH", at, `{"state":"disabled"}`, 400)
	p.send("PATCH", at, `{"state":"active"}`, http.StatusOK)
	if h := p.send("POST", at+"/test", `{}`, http.StatusAccepted); !strings.HasPrefix(h.DeliveryID, "delivery_") {
		t.Errorf("got %+v of a test", h)
	}
	if h := p.send("POST", at+"/rotate", `{"overlap_seconds":0}`, http.StatusOK); h.Secret == made.Secret || h.Secret == "" {
		t.Errorf("got the secret %q, want another", h.Secret)
	}
	p.send("POST", at+"/rotate", `{"overlap_seconds":9999999}`, 400)
	p.send("POST", at+"/deliveries/"+list.Data[0].ID+"/replay", `{}`, http.StatusAccepted)
	p.send("POST", at+"/deliveries/"+made.ID+"/replay", `{}`, http.StatusNotFound)
	if h := p.send("POST", at+"/replay", `{"after":0}`, http.StatusAccepted); h.Queued != 1 || h.Seq != 1 {
		t.Errorf("got %+v of a replay, want one change", h)
	}
	p.send("POST", at+"/replay", `{"after":99}`, http.StatusGone)
	p.send("DELETE", at, "", http.StatusNoContent)
	p.send("DELETE", at, "", http.StatusNotFound)
	p.send("GET", at, "", http.StatusNotFound)

	var doc struct{ Webhooks map[string]any }
	if err := json.Unmarshal(p.do("GET", "/openapi.json").body, &doc); err != nil || len(doc.Webhooks) != len(factcheck.ChangeTypes())+2 {
		t.Errorf("got %d webhooks in the OpenAPI document, %v, want one for each type, the test and the news of a restore", len(doc.Webhooks), err)
	}
}
