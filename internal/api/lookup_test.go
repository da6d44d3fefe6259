package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/canonurl"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// post sends JSON to a path below /api/v1.
func (p *partner) post(path, body string, headers ...string) answer {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), "POST", p.url+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
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

type lookups struct {
	Data []struct {
		Input, Kind, Status, Reason string
		Matches                     []struct {
			Claim      struct{ ID, Text string }
			Appearance *struct{ Stance string }
			Score      float64
			Same       string
			Passage    string
			Applies    bool
		}
	}
}

// brief says of each input its status and of each match stance or kind, and whether it applies.
func (l lookups) brief() []string {
	out := []string{}
	for _, d := range l.Data {
		line := d.Status
		for _, m := range d.Matches {
			what := "text"
			if m.Appearance != nil {
				what = m.Appearance.Stance
			}
			line += fmt.Sprintf(" %s/%s/%v", what, m.Same, m.Applies)
		}
		out = append(out, line)
	}
	return out
}

func TestLookUpSaysWhatAppliesAndWhatDoesNot(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	mayor, bridge := env.Published(t, "The mayor of Exampleville has resigned over the harbour contract.", "False"), env.Published(t, "The bridge over the river is closed.", "False")
	secret := env.Claim(t, "Nobody knows this.")
	link := func(at string, stance factcheck.Stance) factcheck.AppearanceID {
		_, links := linked(t, env, at, map[factcheck.ClaimID]factcheck.Stance{mayor.Claim: stance, secret: factcheck.StanceMakes})
		return links[mayor.Claim]
	}
	link("https://rumour.example/makes", factcheck.StanceMakes)
	link("https://rumour.example/repeats", factcheck.StanceRepeats)
	link("https://debunker.example/disputes", factcheck.StanceDisputes)
	link("https://wire.example/reports", factcheck.StanceReports)
	fixed := link("https://rumour.example/fixed", factcheck.StanceMakes)
	if err := env.DB.MarkCorrection(ctx, env.Checker, fixed, 1, factcheck.MarkInput{State: factcheck.StateCorrected, At: env.Clock.Now()}); err != nil {
		t.Fatal(err)
	}
	linked(t, env, "https://rumour.example/review", map[factcheck.ClaimID]factcheck.Stance{bridge.Claim: factcheck.StanceMakes})
	if err := env.DB.SuspendVerdict(ctx, env.Editor, bridge.Verdict, "A source is in doubt."); err != nil {
		t.Fatal(err)
	}
	linked(t, env, "https://rumour.example/secret", map[factcheck.ClaimID]factcheck.Stance{secret: factcheck.StanceMakes})
	request := map[string]any{
		"urls": []string{
			"http://www.rumour.example/makes/?utm_source=x", "rumour.example/repeats", "https://debunker.example/disputes", "https://wire.example/reports",
			"https://rumour.example/fixed", "https://rumour.example/review", "https://rumour.example/secret", "https://rumour.example/other", "mailto:a@b.example", "",
		},
		"texts": []string{"I just heard that the mayor of Exampleville has resigned over the harbour contract!", "Cats sleep on warm roofs.", "…", strings.Repeat("long ", 5000)},
	}
	want := []string{
		"match makes/same/true", "match repeats/same/true", "match disputes/related/false", "match reports/related/false", "match makes/related/false",
		"match makes/related/false", "no_verdict", "no_verdict", "not_understood", "not_understood", "match text/same/true", "no_verdict", "not_understood", "not_understood",
	}
	body, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	warm, _ := serveFinding(t, env)
	first := warm.post("/lookup", string(body))
	got := as[lookups](t, first)
	if diff := cmp.Diff(want, got.brief()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	inputs := append(append([]string{}, request["urls"].([]string)...), request["texts"].([]string)...)
	for i, d := range got.Data {
		if d.Input != inputs[i] || (d.Status == "not_understood") != (d.Reason != "") {
			t.Errorf("entry %d: got %+v, want input %.40q", i, d, inputs[i])
		}
	}
	if first.Header.Get("Cache-Control") != "no-store" || bytes.Contains(first.body, []byte("Nobody knows")) {
		t.Errorf("got Cache-Control %q, or a secret", first.Header.Get("Cache-Control"))
	}
	check := contract(t, warm)
	hold(t, check, first)
	// From memory and from the store it is the same, byte for byte, by the fast reading and the strict one.
	urls := `{"urls":["http://www.rumour.example/makes/?utm_source=x","https://debunker.example/disputes","https://rumour.example/nothing"]}`
	fromMemory, fromStore := warm.post("/lookup", urls), serve(t, env).post("/lookup", urls)
	strict := warm.post("/lookup", strings.Replace(urls, "{", "{\"publisher\":\"\\u0061ny\",\n ", 1))
	if !bytes.Equal(fromMemory.body, fromStore.body) || !bytes.Equal(fromMemory.body, strict.body) {
		t.Errorf("got %.200s from memory, %.200s from the store, %.200s by the strict reading", fromMemory.body, fromStore.body, strict.body)
	}
	none := as[lookups](t, warm.post("/lookup", `{"urls":["https://rumour.example/makes"],"publisher":"nobody.example"}`))
	if diff := cmp.Diff([]string{"no_verdict"}, none.brief()); diff != "" {
		t.Errorf("of another publisher (-want +got):\n%s", diff)
	}
	id := `"id":"` + mayor.Claim.String() + `"`
	for _, tt := range [][2]string{{"id", id}, {"id", id}, {"id,slug", id}, {"language", `"language":"en"`}, {"id", id}} { // what was asked before is remembered
		if got := string(warm.post("/lookup", `{"urls":["https://rumour.example/makes"],"fields":"`+tt[0]+`"}`).body); !strings.Contains(got, `"matches":[{"claim":{`+tt[1]) {
			t.Errorf("got %s, want %s of the claim alone", got, tt[0])
		}
	}
	for _, wrong := range []string{`"fields":"id","fields":"id"`, `"publisher":"any","publisher":"any"`, `"fields":"nothing"`, `"fields":"` + strings.Repeat("id,", 400) + `id"`, `"publisher":"` + strings.Repeat("a", 254) + `"`} {
		if got := warm.post("/lookup", `{"urls":["https://rumour.example/makes"],`+wrong+`}`); got.StatusCode != http.StatusBadRequest {
			t.Errorf("got %d for %.60s, want 400", got.StatusCode, wrong)
		}
	}
	if got := warm.post("/lookup", `{}`); string(got.body) != `{"data":[]}` {
		t.Errorf("got %d %s for nothing, want nothing", got.StatusCode, got.body)
	}
}

func TestLookUpFollowsWhatIsPublished(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p, follow := serveFinding(t, env)
	ask := func(at string) string {
		return as[lookups](t, p.post("/lookup", `{"urls":["`+at+`"]}`)).brief()[0]
	}
	claim := env.Claim(t, "The mayor has resigned.")
	_, links := linked(t, env, "https://rumour.example/a", map[factcheck.ClaimID]factcheck.Stance{claim: factcheck.StanceMakes})
	if got := ask("https://rumour.example/a"); got != "no_verdict" {
		t.Errorf("got %s before publication", got)
	}
	publish(t, env, claim, "False")
	p.follows(1)
	if got := ask("https://rumour.example/a"); got != "match makes/same/true" {
		t.Errorf("got %s at once after publication, though the memory has not followed", got)
	}
	follow()
	if err := env.DB.UnlinkArticle(t.Context(), env.Checker, links[claim], 1, "It was another article."); err != nil {
		t.Fatal(err)
	}
	p.follows(2)
	for range 2 { // by the store, and by the memory
		if got := ask("https://rumour.example/a"); got != "no_verdict" {
			t.Errorf("got %s after the link was taken back", got)
		}
		follow()
	}
}

func TestPrivateLookUpIsCompletePaddedAndCached(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v, secret := env.Published(t, "The mayor has resigned.", "False"), env.Claim(t, "Nobody knows this.")
	linked(t, env, "https://www.rumour.example/makes?utm_source=x", map[factcheck.ClaimID]factcheck.Stance{v.Claim: factcheck.StanceMakes, secret: factcheck.StanceMakes})
	linked(t, env, "https://rumour.example/secret", map[factcheck.ClaimID]factcheck.Stance{secret: factcheck.StanceMakes})
	warm, _ := serveFinding(t, env)
	sum := sha256.Sum256([]byte("https://rumour.example/makes"))
	hash := hex.EncodeToString(sum[:])
	type hashes struct {
		CanonicalForm string `json:"canonical_form"`
		Data          []struct {
			Hash   string
			Claims []struct {
				ID, Stance, Text string
				Applies          bool
				Verdicts         []struct{ Rating struct{ Label string } }
			}
		}
	}
	check := contract(t, warm)
	for _, p := range []*partner{warm, serve(t, env)} {
		for digits := 3; digits <= 5; digits++ {
			a := p.get("/url-hashes/" + hash[:digits])
			got := as[hashes](t, a)
			if len(got.Data) != 1 || got.Data[0].Hash != hash || len(got.Data[0].Claims) != 1 || !got.Data[0].Claims[0].Applies || got.Data[0].Claims[0].Verdicts[0].Rating.Label != "False" {
				t.Errorf("%d digits: got %+v, want the one public claim", digits, got)
			}
			if len(a.body) != 16<<10 || !strings.Contains(got.CanonicalForm, "version 1") {
				t.Errorf("%d digits: got %d bytes by %q", digits, len(a.body), got.CanonicalForm)
			}
			if again := p.get("/url-hashes/"+hash[:digits], "If-None-Match", a.Header.Get("ETag")); again.StatusCode != 304 {
				t.Errorf("got %d with the right tag, want 304", again.StatusCode)
			}
			hold(t, check, a)
		}
		hidden := sha256.Sum256([]byte("https://rumour.example/secret"))
		if empty := p.get("/url-hashes/" + hex.EncodeToString(hidden[:])[:5]); len(as[hashes](t, empty).Data) != 0 || len(empty.body) != 16<<10 {
			t.Errorf("got %d bytes: %.200s of an article of no public claim, want the same size and nothing", len(empty.body), empty.body)
		}
	}
	for _, bad := range []string{"ab", "abcdef", "ABC", "xyz", "12%00", "a%2fb", "%D9%A1%D9%A2%D9%A3"} {
		if doc := wantProblem(t, warm.get("/url-hashes/"+bad), 400); len(doc.Errors) != 1 || doc.Errors[0].Location != "path.prefix" {
			t.Errorf("%s: got %+v, want path.prefix", bad, doc.Errors)
		}
	}
	if form := warm.do("GET", "/developers/canonical-url.txt"); !strings.HasPrefix(string(form.body), "Package canonurl") || form.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("got %.80s, want the rules", form.body)
	}
	if canonurl.Version != 1 {
		t.Error("the clients and this test are of version 1")
	}
}

func TestTipsAreTakenOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	p := serve(t, env)
	tip := `{"text":"Is the harbour closed?","url":"https://plaza.example/1","language":"en","about":"` + v.Claim.String() + `"}`
	type receipt struct {
		ID        string
		ExpiresAt string `json:"expires_at"`
	}
	var ids []string
	for range 2 {
		a := p.post("/tips", tip)
		var got receipt
		if err := json.Unmarshal(a.body, &got); err != nil || a.StatusCode != 201 || !strings.HasPrefix(got.ID, "tip_") || got.ExpiresAt == "" {
			t.Fatalf("got %d %s, want a receipt", a.StatusCode, a.body)
		}
		if a.Header.Get("Access-Control-Allow-Origin") != "" || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("got headers %v, want no page of another origin let in, and nothing kept", a.Header)
		}
		hold(t, contract(t, p), a)
		ids = append(ids, got.ID)
	}
	if _, open, err := env.DB.OpenTips(t.Context(), env.Checker); err != nil || open != 1 || ids[0] != ids[1] {
		t.Errorf("got %d tips, %v (%v), want the same one twice", open, ids, err)
	}
	for body, where := range map[string]string{`{}`: "body.text", `{"text":"x","url":"ftp://x"}`: "body.url", `{"text":"x","about":"` + env.Claim(t, "A secret.").String() + `"}`: "body.about", `{"text":"x","about":"y"}`: "body.about"} {
		if doc := wantProblem(t, p.post("/tips", body), 422); len(doc.Errors) != 1 || doc.Errors[0].Location != where {
			t.Errorf("%s: got %+v, want %s", body, doc.Errors, where)
		}
	}
	for i := range 8 {
		p.post("/tips", fmt.Sprintf(`{"text":"Tip %d."}`, i))
	}
	if a := p.post("/tips", tip); a.Header.Get("Retry-After") == "" {
		t.Errorf("got no Retry-After with the tenth")
	} else {
		wantProblem(t, a, 429)
	}
	if pre := p.do("OPTIONS", "/api/v1/tips", "Origin", "https://elsewhere.example", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type"); pre.Header.Get("Access-Control-Allow-Origin") != "" || pre.Header.Get("Access-Control-Allow-Headers") != "" {
		t.Errorf("got %v from the preflight, want no page of another origin let in", pre.Header)
	}
}

// A tip sent with a key is the key's: it is filed in its name and counted by it, not by the address.
func TestTipsOfAKey(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	_, key, err := env.DB.CreateKey(t.Context(), factcheck.Operator(), store.KeyInput{Name: "partner", Scopes: []factcheck.Scope{factcheck.ScopeRead}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 9 {
		a := p.post("/tips", fmt.Sprintf(`{"text":"Tip %d."}`, i), "Authorization", "Bearer "+key)
		var got struct{ ID string }
		if err := json.Unmarshal(a.body, &got); err != nil || a.StatusCode != http.StatusCreated {
			t.Fatalf("tip %d: got %d %s, want a receipt", i, a.StatusCode, a.body)
		}
		if log, err := env.DB.Audit(t.Context(), env.Admin, store.AuditQuery{Object: got.ID, Limit: 10}); err != nil || len(log) != 1 || log[0].Kind != factcheck.ActorKey || log[0].Who != "partner" {
			t.Errorf("got %+v, %v, want a tip of the partner's key", log, err)
		}
	}
	wantProblem(t, p.post("/tips", `{"text":"One more."}`, "Authorization", "Bearer "+key), http.StatusTooManyRequests)
	if a := p.post("/tips", `{"text":"One without a key."}`); a.StatusCode != http.StatusCreated {
		t.Errorf("got %d without a key, want the key's tips not counted against the address", a.StatusCode)
	}
}
