package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	checks "github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// receipt is what filing answers.
type receipt struct {
	ID, Kind, State, ETag, URL, Note string
	ClaimID                          string `json:"claim_id"`
	Problems                         []struct{ Field, Message, Rule string }
}

// filingKey returns a key that files for somebody of the house.
func filingKey(t testing.TB, env *storetest.Env, owner string) (factcheck.KeyID, string) {
	t.Helper()
	id, secret, err := env.DB.CreateKey(t.Context(), env.Admin, store.KeyInput{Name: "Our CMS", Scopes: []factcheck.Scope{factcheck.ScopeFile}, Owner: owner})
	if err != nil {
		t.Fatal(err)
	}
	return id, secret
}

// file sends a request below /api/v1 with p's key.
func (p *partner) file(method, path, body string, headers ...string) answer {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.url+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if p.key != "" {
		req.Header.Set("Authorization", "Bearer "+p.key)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := p.http.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer{resp, got}
}

// filed decodes what was filed; it fails unless the status is the one wanted.
func filed(t testing.TB, a answer, status int) receipt {
	t.Helper()
	var r receipt
	if a.StatusCode != status {
		t.Fatalf("%s %s: got %d: %s, want %d", a.Request.Method, a.Request.URL.Path, a.StatusCode, a.body, status)
	}
	if err := json.Unmarshal(a.body, &r); err != nil {
		t.Fatal(err)
	}
	if tag := a.Header.Get("ETag"); r.ETag == "" || tag != r.ETag || strings.HasPrefix(tag, "W/") || a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%s: got %v and %s, want one strong ETag in both, no-store, and nothing for pages elsewhere", a.Request.URL.Path, a.Header, a.body)
	}
	return r
}

const evidence = `"label":"False","answer":"No. The harbour is open; one of four berths was closed for a week.","sources":[{"url":"https://port.example/notices/7","title":"Notice 7","origin":"Port authority","kind":"primary","bearing":"against","quote":"Berth 3 is closed until 14 June.","read_at":"2025-06-07"}]`

// TestNewsroomSystemFilesAndSubmits walks the way of a CMS: a claim, an article, how the one stands to the other, a draft, its
// evidence, its submission; and the people's part: what its owner submitted by it is approved by somebody else.
func TestNewsroomSystemFilesAndSubmits(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	_, p.key = filingKey(t, env, "edda@desk.example")
	claim := filed(t, p.file("POST", "/claims", `{"text":"The harbour is closed for good.","language":"en","date":"2025-06","claimant":{"name":"Harbour Watch","kind":"organisation"}}`), 201)
	article := filed(t, p.file("POST", "/articles", `{"url":"https://news.example/2025/harbour?utm_source=x","title":"Harbour closed","published_at":"2025-06-05","text":"The harbour is closed for good, says Harbour Watch."}`), 201)
	if again := filed(t, p.file("POST", "/articles", `{"url":"https://www.news.example/2025/harbour"}`), 200); again.ID != article.ID {
		t.Errorf("got %s for another spelling, want %s", again.ID, article.ID)
	}
	link := filed(t, p.file("POST", "/appearances", fmt.Sprintf(`{"article_id":%q,"claim_id":%q,"stance":"repeats","quote":"The harbour is closed for good"}`, article.ID, claim.ID)), 201)
	draft := filed(t, p.file("POST", "/verdicts", fmt.Sprintf(`{"claim_id":%q}`, claim.ID)), 201)
	if draft.State != "draft" || len(draft.Problems) != 3 || draft.Problems[0].Field != "label" {
		t.Errorf("got %+v, want a draft that lacks rating, answer and sources", draft)
	}
	if doc := wantProblem(t, p.file("PATCH", "/verdicts/"+draft.ID, `{"state":"submitted"}`, "If-Match", draft.ETag), 422); len(doc.Errors) != 3 || doc.Errors[0].Location != "body.label" {
		t.Errorf("got %+v, want all that is missing", doc)
	}
	submitted := filed(t, p.file("PATCH", "/verdicts/"+draft.ID, `{`+evidence+`,"state":"submitted"}`, "If-Match", draft.ETag), 200)
	if submitted.State != "submitted" || len(submitted.Problems) != 0 || submitted.ClaimID != claim.ID {
		t.Errorf("got %+v, want it submitted", submitted)
	}
	for _, path := range []string{"/claims/" + claim.ID, "/articles/" + article.ID} {
		wantProblem(t, p.get(path), 404)
	}
	shown := as[map[string]any](t, p.get("/drafts/"+draft.ID))
	if shown["etag"] != submitted.ETag || shown["verdict"].(map[string]any)["label"] != "False" {
		t.Errorf("got %v, want the draft as it was submitted", shown)
	}
	edited := filed(t, p.file("PATCH", "/verdicts/"+draft.ID, `{"how_checked":"We asked the port authority."}`, "If-Match", submitted.ETag), 200)
	if edited.State != "draft" {
		t.Errorf("got %s after a change, want a draft again", edited.State)
	}
	filed(t, p.file("PATCH", "/verdicts/"+draft.ID, `{"state":"submitted"}`, "If-Match", edited.ETag), 200)

	// The key is Edda's: what it submitted she does not approve.
	w := approvable(t, env, claim.ID)
	if _, err := env.DB.ApproveVerdict(t.Context(), env.Editor, w.ID, w.Hash); factcheck.CodeOf(err) != factcheck.CodeForbidden {
		t.Fatalf("got %v for the owner of the key, want it forbidden", err)
	}
	if _, err := env.DB.ApproveVerdict(t.Context(), env.Editor2, w.ID, w.Hash); err != nil {
		t.Fatal(err)
	}
	if got := p.get("/claims/" + claim.ID); got.StatusCode != 200 {
		t.Errorf("got %d for the claim after its approval", got.StatusCode)
	}
	published := as[map[string]any](t, p.get("/drafts/"+draft.ID))
	if published["state"] != "published" {
		t.Errorf("got %v, want it published", published["state"])
	}

	// What readers see is changed by people, a correction is drafted by the key.
	wantProblem(t, p.file("PATCH", "/verdicts/"+draft.ID, `{"label":"True"}`, "If-Match", published["etag"].(string)), 409)
	wantProblem(t, p.file("PATCH", "/appearances/"+link.ID, `{"correction":{"state":"corrected"}}`, "If-Match", link.ETag), 409)
	wantProblem(t, p.file("PATCH", "/articles/"+article.ID, `{"title":"Other"}`, "If-Match", article.ETag), 409)
	other := filed(t, p.file("POST", "/articles", `{"url":"https://news.example/2"}`), 201)
	wantProblem(t, p.file("POST", "/appearances", fmt.Sprintf(`{"article_id":%q,"claim_id":%q,"stance":"makes"}`, other.ID, claim.ID)), 409)
	if got := filed(t, p.file("POST", "/articles", `{"url":"https://news.example/2025/harbour","author":"A. Writer"}`), 200); got.ID != article.ID || got.ETag != article.ETag {
		t.Errorf("got %+v, want the public article as it was", got)
	}
	correction := filed(t, p.file("POST", "/verdicts", fmt.Sprintf(`{"claim_id":%q,"correction":"correction","correction_note":"The berth was closed for two weeks.","answer":"No. One berth was closed for two weeks."}`, claim.ID)), 201)
	if correction.ID != draft.ID || correction.State != "draft" || correction.ETag == draft.ETag {
		t.Errorf("got %+v, want a draft of the same verdict", correction)
	}
	if _, head, _, err := env.DB.Head(t.Context()); err != nil || head != 1 {
		t.Errorf("the feed stands at %d, %v; want nothing in it but the approval", head, err)
	}
}

// approvable returns what waits for approval on a claim.
func approvable(t *testing.T, env *storetest.Env, claim string) store.Version {
	t.Helper()
	id, err := factcheck.ParseClaimID(claim)
	if err != nil {
		t.Fatal(err)
	}
	w, err := env.DB.ClaimWork(t.Context(), env.Editor, id)
	if err != nil {
		t.Fatal(err)
	}
	return w.Draft
}

// TestAnAppearanceIsChangedAtOnce changes several things of an appearance in one request: all or nothing, and what contradicts itself is
// told as that and not as somebody else's change.
func TestAnAppearanceIsChangedAtOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	_, p.key = filingKey(t, env, "edda@desk.example")
	claim := filed(t, p.file("POST", "/claims", `{"text":"The harbour is closed for good.","language":"en"}`), 201)
	article := filed(t, p.file("POST", "/articles", `{"url":"https://news.example/2025/harbour","published_at":"2025-06-05"}`), 201)
	contrary := fmt.Sprintf(`{"article_id":%q,"claim_id":%q,"stance":"reports","first_appearance":true}`, article.ID, claim.ID)
	if doc := wantProblem(t, p.file("POST", "/appearances", contrary), 422); len(doc.Errors) != 1 || doc.Errors[0].Location != "body.first_appearance" {
		t.Errorf("got %+v for a first appearance that only reports, want it refused", doc)
	}
	link := filed(t, p.file("POST", "/appearances", fmt.Sprintf(`{"article_id":%q,"claim_id":%q,"stance":"makes"}`, article.ID, claim.ID)), 201)
	path := "/appearances/" + link.ID
	for _, idle := range []string{`{"note":"We rang them."}`, `{"note":"We rang them.","first_appearance":false}`} {
		if doc := wantProblem(t, p.file("PATCH", path, idle, "If-Match", link.ETag), 422); len(doc.Errors) != 1 || doc.Errors[0].Location != "body.note" {
			t.Errorf("%s: got %+v, want a note that nothing keeps refused", idle, doc)
		}
	}
	wantProblem(t, p.file("PATCH", path, `{"stance":"reports","first_appearance":true}`, "If-Match", link.ETag), 409)
	first := filed(t, p.file("PATCH", path, `{"stance":"repeats","first_appearance":true}`, "If-Match", link.ETag), 200)
	wantProblem(t, p.file("PATCH", path, `{"stance":"makes"}`, "If-Match", link.ETag), 412)
	if got := filed(t, p.file("PATCH", path, `{"stance":"reports","first_appearance":false,"correction":{"state":"corrected"}}`, "If-Match", first.ETag), 200); got.State != "corrected" {
		t.Errorf("got %+v, want it corrected", got)
	}
}

// TestARequestSentAgainIsDoneOnce holds Idempotency-Key to what it promises.
func TestARequestSentAgainIsDoneOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	id, key := filingKey(t, env, "carla@desk.example")
	p.key = key
	const body = `{"text":"The harbour is closed.","language":"en"}`
	first := p.file("POST", "/claims", body, "Idempotency-Key", "a1")
	again := p.file("POST", "/claims", body, "Idempotency-Key", "a1")
	if string(first.body) != string(again.body) || again.StatusCode != 201 || again.Header.Get("Idempotent-Replayed") != "true" || first.Header.Get("Idempotent-Replayed") != "" ||
		again.Header.Get("Location") != first.Header.Get("Location") || again.Header.Get("ETag") != first.Header.Get("ETag") {
		t.Errorf("got %d %s, want what %s was answered", again.StatusCode, again.body, first.body)
	}
	for what, a := range map[string]answer{
		"another body":    p.file("POST", "/claims", body+" ", "Idempotency-Key", "a1"),
		"another address": p.file("POST", "/articles", body, "Idempotency-Key", "a1"),
	} {
		if doc := wantProblem(t, a, 422); len(doc.Errors) != 1 || (what == "another body" && doc.Errors[0].Location != "header.Idempotency-Key") {
			t.Errorf("%s: got %+v", what, doc)
		}
	}
	refused := p.file("POST", "/claims", body, "Idempotency-Key", "a2")
	if doc := wantProblem(t, refused, 409); !strings.Contains(string(refused.body), filed(t, first, 201).ID) || doc.Errors[0].Location != "body.text" {
		t.Errorf("got %s, want the claim that is there", refused.body)
	}
	if kept := p.file("POST", "/claims", body, "Idempotency-Key", "a2"); kept.Header.Get("Idempotent-Replayed") != "true" || string(kept.body) != string(refused.body) {
		t.Errorf("got %s, want the refusal again", kept.body)
	}
	for _, wrong := range []string{"", "with space", strings.Repeat("x", 256), "é"} {
		if doc := wantProblem(t, p.file("POST", "/claims", body, "Idempotency-Key", wrong), 400); doc.Errors[0].Location != "header.Idempotency-Key" {
			t.Errorf("%q: got %+v", wrong, doc)
		}
	}
	mine := p.key
	_, p.key = filingKey(t, env, "carla@desk.example")
	wantProblem(t, p.file("POST", "/claims", body, "Idempotency-Key", "a1"), 409) // another key's names are its own
	p.key = mine
	env.Clock.Advance(24 * time.Hour)
	wantProblem(t, p.file("POST", "/claims", body, "Idempotency-Key", "a1"), 409) // done anew after a day
	env.Clock.Advance(25 * time.Hour)
	if err := env.DB.TendFiled(t.Context()); err != nil {
		t.Fatal(err)
	}
	var left int
	if err := env.DB.Pool().QueryRow(t.Context(), `SELECT count(*) FROM filed_once`).Scan(&left); err != nil || left != 0 {
		t.Errorf("got %d kept, %v; want none after their day", left, err)
	}
	fresh := p.file("POST", "/claims", `{"text":"Another one.","language":"en"}`, "Idempotency-Key", "a9")
	filed(t, fresh, 201)
	if err := env.DB.RevokeKey(t.Context(), env.Admin, id); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, p.file("POST", "/claims", `{"text":"Another one.","language":"en"}`, "Idempotency-Key", "a9"), 401)
}

// TestManyAtOnceUnderOneKeyFileOnce sends one request from many sides at once: one files, and the others get its answer or are told
// to come again.
func TestManyAtOnceUnderOneKeyFileOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	_, p.key = filingKey(t, env, "carla@desk.example")
	answers := make(chan answer, 16)
	for range cap(answers) {
		go func() {
			answers <- p.file("POST", "/claims", `{"text":"The harbour is closed.","language":"en"}`, "Idempotency-Key", "once")
		}()
	}
	ids := map[string]bool{}
	for range cap(answers) {
		a := <-answers
		switch {
		case a.StatusCode == 201:
			ids[filed(t, a, 201).ID] = true
		case a.StatusCode != 409 || a.Header.Get("Retry-After") == "":
			t.Errorf("got %d %s", a.StatusCode, a.body)
		}
	}
	if len(ids) != 1 {
		t.Errorf("got claims %v, want one", ids)
	}
}

// TestBatchItemsStandForThemselves files what can be filed and says of the rest why not.
func TestBatchItemsStandForThemselves(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	_, p.key = filingKey(t, env, "carla@desk.example")
	claim := filed(t, p.file("POST", "/claims", `{"text":"The harbour is closed.","language":"en"}`), 201)
	body := fmt.Sprintf(`{"items":[
		{"method":"POST","path":"/claims","body":{"text":"The lighthouse is for sale.","language":"en"}},
		{"method":"POST","path":"/claims","body":{"text":"The harbour is closed.","language":"en"}},
		{"method":"POST","path":"/claims","body":{"text":"x","language":"en","colour":"red"}},
		{"method":"PATCH","path":"/claims/%[1]s","body":{"why":"It is asked often."}},
		{"method":"PATCH","path":"/claims/%[1]s","if_match":"\"c99\"","body":{"why":"It is asked often."}},
		{"method":"PATCH","path":"/claims/%[1]s","if_match":%[2]q,"body":{"why":"It is asked often."}},
		{"method":"POST","path":"/verdicts","body":{"claim_id":%[1]q,"label":"Nonsense"}},
		{"method":"POST","path":"/publish","body":{}},
		{"method":"POST","path":"/articles","body":{"url":"https://news.example/3"}},
		{"method":"PATCH","path":"/claims/claim_01h455vb4pex5vsknk084sn02q","if_match":"\"c1\"","body":{}}]}`, claim.ID, claim.ETag)
	got := p.file("POST", "/batch", body, "Idempotency-Key", "b1")
	var list struct {
		Data []struct {
			Status  int
			Filed   *receipt
			Problem *problemDoc
		}
	}
	if err := json.Unmarshal(got.body, &list); err != nil || got.StatusCode != 200 {
		t.Fatalf("got %d %s, %v", got.StatusCode, got.body, err)
	}
	want := []struct {
		status int
		where  string
	}{
		{201, ""}, {409, "body.items[1].body.text"}, {400, "body.items[2].body.colour"}, {428, "body.items[3].if_match"}, {412, "body.items[4].if_match"}, {200, ""},
		{422, "body.items[6].body.label"}, {400, "body.items[7].path"}, {201, ""}, {404, ""},
	}
	if len(list.Data) != len(want) {
		t.Fatalf("got %s", got.body)
	}
	for i, w := range want {
		d := list.Data[i]
		if d.Status != w.status || (w.status < 400) != (d.Filed != nil) || (w.status < 400) == (d.Problem != nil) {
			t.Errorf("item %d: got %d, filed %v, problem %v; want %d", i, d.Status, d.Filed, d.Problem, w.status)
		} else if w.where != "" && (len(d.Problem.Errors) != 1 || d.Problem.Errors[0].Location != w.where) {
			t.Errorf("item %d: got %+v, want it at %s", i, d.Problem, w.where)
		}
	}
	if again := p.file("POST", "/batch", body, "Idempotency-Key", "b1"); string(again.body) != string(got.body) {
		t.Errorf("got %s again, want the same", again.body)
	}
	var claims, drafts int
	if err := env.DB.Pool().QueryRow(t.Context(), `SELECT (SELECT count(*) FROM claims), (SELECT count(*) FROM verdict_versions)`).Scan(&claims, &drafts); err != nil || claims != 2 || drafts != 0 {
		t.Errorf("got %d claims and %d drafts, %v; want what was filed and nothing of what was refused", claims, drafts, err)
	}
}

// TestWhoMayFile holds filing and reading of drafts to keys of this house that may file.
func TestWhoMayFile(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	id, key := filingKey(t, env, "carla@desk.example")
	p.key = key
	claim := filed(t, p.file("POST", "/claims", `{"text":"The harbour is closed.","language":"en"}`), 201)
	run, err := env.DB.BeginImport(t.Context(), factcheck.Operator(), store.ImportOptions{Name: "x", Format: checks.FormatClaimReview})
	if err != nil {
		t.Fatal(err)
	}
	other := checks.Record{Publisher: checks.Publisher{Name: "Other", Site: "other.example"}, Text: "The bridge is closed.", Language: "en", ReviewURL: "https://other.example/1"}
	if _, err := run.Add(t.Context(), []checks.Record{other}); err != nil {
		t.Fatal(err)
	}
	if err := run.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	with := func(in store.KeyInput) string {
		in.Name = "x"
		_, secret, err := env.DB.CreateKey(t.Context(), env.Admin, in)
		if err != nil {
			t.Fatal(err)
		}
		return secret
	}
	for _, c := range []struct {
		name, key string
		status    int
	}{
		{"nobody", "", 401}, {"a key that reads", with(store.KeyInput{Scopes: []factcheck.Scope{factcheck.ScopeRead}}), 403},
		{"another publisher's key", with(store.KeyInput{Scopes: []factcheck.Scope{factcheck.ScopeFile}, Owner: "carla@desk.example", Publisher: "other.example"}), 403},
		{"the house's own", with(store.KeyInput{Scopes: []factcheck.Scope{factcheck.ScopeFile}, Owner: "carla@desk.example", Publisher: "desk.example"}), 200},
	} {
		p.key = c.key
		for what, a := range map[string]answer{
			"file": p.file("POST", "/articles", `{"url":"https://news.example/1"}`), "batch": p.file("POST", "/batch", `{"items":[{"method":"POST","path":"/articles","body":{"url":"https://news.example/1"}}]}`),
			"change": p.file("PATCH", "/claims/"+claim.ID, `{}`, "If-Match", claim.ETag), "read": p.get("/drafts/" + claim.ID),
		} {
			if got := a.StatusCode; got != c.status && (c.status != 200 || got != 201) {
				t.Errorf("%s, %s: got %d %s, want %d", c.name, what, got, a.body, c.status)
			}
			if strings.Contains(string(a.body), "harbour is closed") && c.status != 200 {
				t.Errorf("%s, %s: got %s, which tells of a draft", c.name, what, a.body)
			}
		}
	}
	p.key = key
	if err := env.DB.DisablePerson(t.Context(), env.Admin, env.Checker.Person); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, p.file("POST", "/articles", `{"url":"https://news.example/2"}`), 401)
	wantProblem(t, p.get("/drafts/"+claim.ID), 401)
	entries, err := env.DB.Audit(t.Context(), env.Admin, store.AuditQuery{Object: claim.ID, Limit: 10})
	if err != nil || len(entries) == 0 || entries[len(entries)-1].Who != "Our CMS" || entries[len(entries)-1].Action != "claim.file" {
		t.Errorf("got %+v, %v of %s; want it filed by the key, by name", entries, err, id)
	}
}

// TestPagesElsewhereFileNothing asks for what a browser asks before a page of another origin may write.
func TestPagesElsewhereFileNothing(t *testing.T) {
	t.Parallel()
	p := serve(t, storetest.New(t))
	for path, methods := range map[string]string{"/claims": "GET", "/articles": "GET", "/lookup": "POST"} {
		a := p.do("OPTIONS", "/api/v1"+path, "Origin", "https://evil.example", "Access-Control-Request-Method", methods, "Access-Control-Request-Headers", "authorization")
		if a.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: got %v, want pages to read", path, a.Header)
		}
	}
	for _, path := range []string{"/claims", "/articles", "/appearances", "/verdicts", "/batch", "/claims/claim_01h455vb4pex5vsknk084sn02q", "/drafts/x", "/tips"} {
		for _, method := range []string{"POST", "PATCH"} {
			a := p.do("OPTIONS", "/api/v1"+path, "Origin", "https://evil.example", "Access-Control-Request-Method", method, "Access-Control-Request-Headers", "authorization")
			if a.StatusCode >= 500 || a.Header.Get("Access-Control-Allow-Origin") != "" || a.Header.Get("Access-Control-Allow-Headers") != "" {
				t.Errorf("%s %s: got %v, want nothing granted", method, path, a.Header)
			}
		}
	}
}
