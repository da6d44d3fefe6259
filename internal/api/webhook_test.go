package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/api"
	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
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

func TestAPartnerLooksAfterItsWebhooks(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	fetcher, err := fetch.New(fetch.Config{UserAgent: "Touchstone/test", Resolver: "127.0.0.1:9", Limits: webhook.Limits()})
	if err != nil {
		t.Fatal(err)
	}
	hooks := webhook.New(webhook.Config{Store: env.DB, Sealer: auth.NewSealer([32]byte{1}), Fetcher: fetcher, PublicURL: public})
	p := serve(t, env, func(c *api.Config) { c.Webhooks = hooks })
	key := func(scope factcheck.Scope) string {
		_, secret, err := env.DB.CreateKey(t.Context(), env.Admin, store.KeyInput{Name: "x", Scopes: []factcheck.Scope{scope}, Owner: "edda@desk.example"})
		if err != nil {
			t.Fatal(err)
		}
		return secret
	}
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
	if err := json.Unmarshal(p.do("GET", "/openapi.json").body, &doc); err != nil || len(doc.Webhooks) != len(factcheck.ChangeTypes())+1 {
		t.Errorf("got %d webhooks in the OpenAPI document, %v, want one for each type and the test", len(doc.Webhooks), err)
	}
}
