package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/api"
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestClaimIsTheStoredDocument(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor of Exampleville has resigned.", "False")
	p := serve(t, env)
	a := p.get("/claims/" + v.Claim.String())
	c := as[document.Claim](t, a)
	if c.ID != v.Claim.String() || c.URL != public+"/claims/"+c.Slug || c.Seq != 1 || len(c.Verdicts) != 1 || c.Verdicts[0].Rating.Label != "False" {
		t.Errorf("got %+v, want the claim with its verdict, number and public address", c)
	}
	if bytes.Contains(a.body, []byte(`"~/`)) {
		t.Errorf("a marker of the stored form is left in %s", a.body)
	}
	p.follows(1)
	p.get("/claims/" + v.Claim.String())
	kept := p.get("/claims/" + v.Claim.String())
	if p.api.Kept() != 1 || !bytes.Equal(kept.body, a.body) || kept.Header.Get("ETag") != a.Header.Get("ETag") {
		t.Errorf("got %d kept and %s from memory, want the same as from the database: %s", p.api.Kept(), kept.body, a.body)
	}
}

func TestClaimIsFoundByItsIDOnly(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	draft := env.Submitted(t, "The bridge is closed.", "False")
	p := serve(t, env)
	slug := as[document.Claim](t, p.get("/claims/"+v.Claim.String())).Slug
	unknown := factcheck.ClaimID(factcheck.NewUUID(time.Now()))
	want := ""
	for _, id := range []string{
		unknown.String(), draft.Claim.String(), v.Verdict.String(), slug, strings.ToUpper(v.Claim.String()), v.Claim.String() + "0",
		"%00", "..", "%2e%2e", "a%2Fb", "claim_", strings.Repeat("9", 5000), "%ff%fe", "%zz", v.Claim.UUID(), "'%20OR%201=1--",
	} {
		for _, path := range []string{"/claims/" + id, "/claims/" + id + "/versions", "/claims/" + id + "?as_of=2030-01-01"} {
			got := wantProblem(t, rawGet(p, "/api/v1"+path), http.StatusNotFound)
			if strings.HasPrefix(id, "claim_0") && len(id) == len(unknown.String()) {
				if want == "" {
					want = got.Detail
				}
				if got.Detail != want {
					t.Errorf("%s: got %q, want what an unknown one gets: %q", path, got.Detail, want)
				}
			}
		}
	}
}

// rawGet asks for a path exactly as it is written, which http.NewRequest would refuse or clean.
func rawGet(p *partner, path string) answer {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), "GET", p.url, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	host := strings.TrimPrefix(p.url, "http://")
	return exchange(p.t, req, host, "GET "+path+" HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n")
}

func TestClaimAsOfAMoment(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	before := env.Clock.Now()
	v := env.Published(t, "The mayor has resigned.", "False")
	first := env.Clock.Now()
	env.Clock.Advance(48 * time.Hour)
	env.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "We had the wrong day.")
	p := serve(t, env)
	path := "/claims/" + v.Claim.String() + "?as_of="
	wantProblem(t, p.get(path+before.Format(time.RFC3339)), http.StatusNotFound)
	for asOf, want := range map[string]int{
		first.Add(time.Second).Format(time.RFC3339): 1, "2025-06-07": 1, "2025-06-08": 1, "2025-06-09": 2, "2025-06-08T01:00:00%2B02:00": 1,
		"2025-06-08T01:00:00+02:00": 1, "2999-12-31": 2,
	} {
		c := as[document.Claim](t, p.get(path+asOf))
		if c.Verdicts[0].Version != want || c.Seq != int64(want) {
			t.Errorf("as of %s: got version %d, seq %d, want %d", asOf, c.Verdicts[0].Version, c.Seq, want)
		}
	}
	for _, asOf := range []string{"yesterday", "2025-13-01", "0000-01-01", "99999-01-01", "2025-06-07T16:40:00", "now", "1749312000"} {
		if got := wantProblem(t, p.get(path+asOf), http.StatusBadRequest); len(got.Errors) != 1 || got.Errors[0].Location != "query.as_of" {
			t.Errorf("as of %s: got %+v, want query.as_of named", asOf, got)
		}
	}
}

func TestVersionsOfAClaim(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	env.Corrected(t, v.Verdict, factcheck.CorrectionClarification, `The "date" was added.`)
	p := serve(t, env)
	wantVersions(t, p, v.Claim, []wantVersion{{"published", "", "current"}, {"clarification", `The "date" was added.`, "current"}})
	if err := env.DB.SuspendVerdict(t.Context(), env.Editor, v.Verdict, "A source was withdrawn."); err != nil {
		t.Fatal(err)
	}
	// While a verdict is under review, no way leads to its finding, not through its past or the notes on it either.
	wantVersions(t, p, v.Claim, []wantVersion{
		{"published", "", "suspended"}, {"clarification", "", "suspended"}, {"suspended", "A source was withdrawn.", "suspended"},
	})
	if got := as[document.Claim](t, p.get("/claims/"+v.Claim.String())).Verdicts[0].Correction; got == nil || got.Kind != "clarification" || got.Note != "" {
		t.Errorf("got %+v of a verdict under review, want the kind of its correction without the note", got)
	}
}

type wantVersion struct{ kind, note, state string }

func wantVersions(t *testing.T, p *partner, id factcheck.ClaimID, want []wantVersion) {
	t.Helper()
	got := as[struct {
		Data []struct {
			N          int
			At         time.Time
			Kind, Note string
			Claim      document.Claim
		}
	}](t, p.get("/claims/"+id.String()+"/versions"))
	if len(got.Data) != len(want) {
		t.Fatalf("got %d versions, want %d", len(got.Data), len(want))
	}
	for i, w := range want {
		g := got.Data[i]
		if g.N != i+1 || g.Kind != w.kind || g.Note != w.note || g.Claim.Verdicts[0].State != w.state || g.At.IsZero() || g.Claim.Seq != int64(i+1) {
			t.Errorf("version %d: got %d %s %q %s, want %+v", i+1, g.N, g.Kind, g.Note, g.Claim.Verdicts[0].State, w)
		}
	}
}

func TestMergedClaimRedirects(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	from, into := env.Published(t, "The mayor has resigned.", "False"), env.Published(t, "The mayor of Exampleville resigned.", "False")
	p := serve(t, env)
	p.get("/claims/" + from.Claim.String()) // into memory
	env.Corrected(t, from.Verdict, factcheck.CorrectionRetraction, "It is told better elsewhere.")
	if err := env.DB.MergeClaims(t.Context(), env.Editor, from.Claim, into.Claim, "The same claim in other words."); err != nil {
		t.Fatal(err)
	}
	_, head, _, err := env.DB.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.follows(head)
	for rest, want := range map[string]string{"": "", "?as_of=2025-06-07": "?as_of=2025-06-07", "/versions": "/versions"} {
		got := p.get("/claims/" + from.Claim.String() + rest)
		if want = public + "/api/v1/claims/" + into.Claim.String() + want; got.StatusCode != 308 || got.Header.Get("Location") != want {
			t.Errorf("%q: got %d to %s, want 308 to %s", rest, got.StatusCode, got.Header.Get("Location"), want)
		}
	}
}

func TestSuspensionShowsWithinASecond(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	p := serve(t, env)
	p.follows(1)
	paths := []string{"/claims/" + v.Claim.String(), "/claims", "/changes"}
	for _, path := range paths {
		if body := p.get(path).body; !bytes.Contains(body, []byte(`"state":"current"`)) {
			t.Fatalf("%s: got %s, want a current verdict", path, body)
		}
	}
	if err := env.DB.SuspendVerdict(t.Context(), env.Editor, v.Verdict, "A source was withdrawn."); err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		eventually(t, path+" says so", time.Second, func() bool {
			body := p.get(path).body
			return bytes.Contains(body, []byte(`"state":"suspended"`)) && !bytes.Contains(body, []byte(`"label":"False"`))
		})
	}
}

func TestConditionalRequests(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	p := serve(t, env)
	id := "/api/v1/claims/" + v.Claim.String()
	paths := []string{id, id + "?as_of=2030-01-01", id + "/versions", "/api/v1/claims", "/api/v1/changes", "/api/v1/status", "/openapi.json"}
	tags := map[string]string{}
	for _, path := range paths {
		first := p.do("GET", path)
		tag := first.Header.Get("ETag")
		if key := first.Header.Get("Surrogate-Key"); path != "/openapi.json" && key != "lists" && !strings.HasPrefix(key, "claim_") {
			t.Errorf("%s: got Surrogate-Key %q, want the claim's id or lists", path, key)
		}
		if first.StatusCode != 200 || !strings.HasPrefix(tag, `"`) || first.Header.Get("Cache-Control") == "" {
			t.Errorf("%s: got %d with tag %s, want 200 with a strong one and Cache-Control", path, first.StatusCode, tag)
		}
		for _, header := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			again := p.do("GET", path, "If-None-Match", header)
			if again.StatusCode != 304 || len(again.body) != 0 || again.Header.Get("ETag") != tag || again.Header.Get("Cache-Control") != first.Header.Get("Cache-Control") {
				t.Errorf("%s with %s: got %d with %d bytes, want a 304 that repeats the headers", path, header, again.StatusCode, len(again.body))
			}
		}
		head := p.do("HEAD", path)
		if head.StatusCode != 200 || head.Header.Get("ETag") != tag || head.ContentLength != int64(len(first.body)) || len(head.body) != 0 {
			t.Errorf("HEAD %s: got %d, tag %s, length %d, want what GET says", path, head.StatusCode, head.Header.Get("ETag"), head.ContentLength)
		}
		tags[path] = tag
	}
	env.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "More is known.")
	p.follows(2)
	for _, path := range paths[:len(paths)-1] {
		if got := p.do("GET", path, "If-None-Match", tags[path]); got.StatusCode != 200 {
			t.Errorf("%s after a change: got %d, want 200", path, got.StatusCode)
		}
	}
	other := serve(t, env, withPublicURL("https://other.example"))
	if a, b := p.do("GET", id).Header.Get("ETag"), other.do("GET", id).Header.Get("ETag"); a == b {
		t.Error("another public address has the same tag")
	}
}

func TestErrorsAreNotTakenForTheClaim(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	got := p.get("/claims/"+factcheck.ClaimID(factcheck.NewUUID(time.Now())).String(), "If-None-Match", "*")
	if wantProblem(t, got, 404); got.Header.Get("ETag") != "" || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("got ETag %q, Cache-Control %q, want none and no-store", got.Header.Get("ETag"), got.Header.Get("Cache-Control"))
	}
	var back map[string]any
	if err := json.Unmarshal(got.body, &back); err != nil {
		t.Error(err)
	}
}

func TestFastPathAnswersLikeTheRoute(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	p := serve(t, env)
	p.follows(1)
	path := "/claims/" + v.Claim.String()
	p.get(path) // into memory
	headers := func(a answer) map[string][]string {
		h := a.Header.Clone()
		for _, moving := range []string{"Date", "X-Request-Id", "Ratelimit"} {
			h.Del(moving)
		}
		return h
	}
	fast, routed := p.get(path), p.get(path+"?&") // an empty parameter is nothing, and not for the fast path
	if diff := cmp.Diff(headers(routed), headers(fast)); diff != "" || !bytes.Equal(fast.body, routed.body) {
		t.Errorf("the fast path differs (-routed +fast):\n%s", diff)
	}
	if a := p.get(path, "If-None-Match", fast.Header.Get("ETag")); a.StatusCode != 304 {
		t.Errorf("got %d, want 304", a.StatusCode)
	}
	wantProblem(t, p.get(path, "Authorization", "Bearer wrong"), http.StatusUnauthorized)
	wantProblem(t, p.do("POST", "/api/v1"+path), http.StatusMethodNotAllowed)
	if fast.Header.Get("RateLimit") == "" {
		t.Error("the fast path is not counted")
	}
}

func TestFastPathIsLimited(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	p := behindProxy(t, env, func(c *api.Config) {
		c.Anonymous = ratelimit.Policy{Name: "anonymous", Quota: 3, Window: time.Hour}
	})
	p.follows(1)
	for i := range 5 {
		a := p.get("/claims/"+v.Claim.String(), "X-Forwarded-For", "198.51.100.7")
		if want := map[bool]int{true: 200, false: 429}[i < 3]; a.StatusCode != want {
			t.Errorf("request %d: got %d, want %d", i+1, a.StatusCode, want)
		}
	}
}
