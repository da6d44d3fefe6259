package api_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/api"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	id, key, err := env.DB.CreateKey(t.Context(), factcheck.Operator(), store.KeyInput{Name: "partner", Scopes: []factcheck.Scope{factcheck.ScopeRead}})
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range []string{"Bearer " + key, "bearer " + key, "Bearer  " + key} {
		if got := p.get("/claims", "Authorization", header); got.StatusCode != 200 || !strings.Contains(got.Header.Get("RateLimit-Policy"), `"local-daily"`) {
			t.Errorf("%.10s…: got %d under %s, want 200 under the key's policy", header, got.StatusCode, got.Header.Get("RateLimit-Policy"))
		}
	}
	v := env.Published(t, "The mayor has resigned.", "False")
	if got := p.get("/claims/"+v.Claim.String(), "Authorization", "Bearer "+key); got.StatusCode != 200 {
		t.Errorf("got %d, want the claim", got.StatusCode)
	}
	if got := p.get("/claims/" + v.Claim.String()); got.StatusCode != 200 {
		t.Errorf("got %d without a key, want the claim", got.StatusCode)
	}
	wantTakers := func(when string, current bool) {
		t.Helper()
		got, err := env.DB.PublishedVerdict(t.Context(), env.Checker, v.Claim)
		if err != nil || len(got.Takers) != 1 || got.Takers[0].Name != "partner" || got.Takers[0].Current != current {
			t.Errorf("%s: got %+v, %v; want the partner alone, current: %v", when, got.Takers, err, current)
		}
		held, err := env.DB.KeyHoldings(t.Context(), env.Admin, id, 0)
		if err != nil || held.Taken != 1 || (held.Outdated == 0) != current || len(held.List) != held.Outdated || !current && held.List[0].Text != "The mayor has resigned." {
			t.Errorf("%s: got %+v, %v; want what the partner holds, current: %v", when, held, err, current)
		}
	}
	wantTakers("after reading it", true)
	if err := env.DB.SuspendVerdict(t.Context(), env.Editor, v.Verdict, "We look again."); err != nil {
		t.Fatal(err)
	}
	wantTakers("after it was suspended", false)
	if got := p.get("/changes?after=0&limit=1000", "Authorization", "Bearer "+key); got.StatusCode != 200 {
		t.Errorf("got %d, want the feed", got.StatusCode)
	}
	wantTakers("after following the feed", true)
	bridge := env.Published(t, "The bridge is closed.", "False")
	if got := p.get("/claims/"+bridge.Claim.String()+"/versions", "Authorization", "Bearer "+key); got.StatusCode != 200 {
		t.Errorf("got %d, want the versions", got.StatusCode)
	}
	if got, err := env.DB.PublishedVerdict(t.Context(), env.Checker, bridge.Claim); err != nil || len(got.Takers) != 1 || !got.Takers[0].Current {
		t.Errorf("got %+v, %v; want that the partner holds what it read with its versions", got.Takers, err)
	}
	for _, header := range []string{
		"Bearer ts_wrong", "Bearer", "Bearer ", key, "Basic " + key, "Token " + key, "Bearer " + key + "x", "Bearer " + key[:len(key)-1],
		"Bearer " + strings.Repeat("a", 5000), "Bearer \x80\xff", "",
	} {
		got := p.get("/claims", "Authorization", header)
		wantProblem(t, got, http.StatusUnauthorized)
		if h := got.Header.Get("WWW-Authenticate"); !strings.HasPrefix(h, "Bearer ") {
			t.Errorf("%.20q: got WWW-Authenticate %q, want Bearer", header, h)
		}
	}
	wantProblem(t, p.get("/claims", "Authorization", "Bearer "+key, "Authorization", "Bearer "+key), http.StatusUnauthorized)
	wantProblem(t, p.get("/claims?key="+key), http.StatusBadRequest)
	if err := env.DB.RevokeKey(t.Context(), factcheck.Operator(), id); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, p.get("/claims", "Authorization", "Bearer "+key), http.StatusUnauthorized)
}

// behindProxy gives a client of the API's choice a request of its own: X-Forwarded-For is believed in these tests.
func behindProxy(t *testing.T, env *storetest.Env, change func(*api.Config)) *partner {
	t.Helper()
	return serveBehind(t, env, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, change)
}

func TestLimits(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	_, key, err := env.DB.CreateKey(t.Context(), factcheck.Operator(), store.KeyInput{Name: "partner", Scopes: []factcheck.Scope{factcheck.ScopeRead}})
	if err != nil {
		t.Fatal(err)
	}
	p := behindProxy(t, env, func(c *api.Config) {
		c.Anonymous = ratelimit.Policy{Name: "anonymous", Quota: 3, Window: time.Hour}
		c.Key = ratelimit.Policy{Name: "burst", Quota: 5, Window: time.Hour}
	})
	ask := func(client string, headers ...string) answer {
		return p.get("/status", append([]string{"X-Forwarded-For", client}, headers...)...)
	}
	for i := range 3 {
		got := ask("198.51.100.7")
		if want := fmt.Sprintf(`"anonymous";r=%d;t=3`, 2-i); got.StatusCode != 200 || !strings.HasPrefix(got.Header.Get("RateLimit"), want) || got.Header.Get("RateLimit-Policy") != `"anonymous";q=3;w=3600` {
			t.Errorf("request %d: got %d, %s, %s, want 200 and %s", i+1, got.StatusCode, got.Header.Get("RateLimit-Policy"), got.Header.Get("RateLimit"), want)
		}
	}
	refused := ask("198.51.100.7")
	doc := wantProblem(t, refused, http.StatusTooManyRequests)
	if after, err := strconv.Atoi(refused.Header.Get("Retry-After")); err != nil || after < 3400 || after > 3720 || !strings.Contains(doc.Type, "quota-exceeded") || !strings.Contains(string(refused.body), `"violated-policies":["anonymous"]`) {
		t.Errorf("got Retry-After %s and %s, want about an hour and the policy named", refused.Header.Get("Retry-After"), refused.body)
	}
	if got := ask("198.51.100.8"); got.StatusCode != 200 {
		t.Errorf("another address: got %d, want 200", got.StatusCode)
	}
	if got := ask("198.51.100.7", "Authorization", "Bearer "+key); got.StatusCode != 200 || got.Header.Get("RateLimit-Policy") != `"burst";q=5;w=3600,"daily";q=5000000;w=86400` {
		t.Errorf("with a key: got %d under %s, want 200 under the key's own policy", got.StatusCode, got.Header.Get("RateLimit-Policy"))
	}
	for i := range 3 {
		ask(fmt.Sprintf("2001:db8:1:2::%d", i))
	}
	if got := ask("2001:db8:1:2:ffff::1"); got.StatusCode != 429 {
		t.Errorf("the same /64: got %d, want 429", got.StatusCode)
	}
	if got := ask("2001:db8:1:3::1"); got.StatusCode != 200 {
		t.Errorf("another /64: got %d, want 200", got.StatusCode)
	}
}

// A key has its own limits, which two nodes keep together, whichever way in is taken; and what is revoked or replaced on one is
// refused by the other from then on, though nobody tells it.
func TestTwoNodesCountAKeyTogether(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	id, key, err := env.DB.CreateKey(ctx, factcheck.Operator(), store.KeyInput{Name: "partner", Scopes: []factcheck.Scope{factcheck.ScopeRead}, Burst: 200, Daily: 250})
	if err != nil {
		t.Fatal(err)
	}
	nodes := [2]*partner{behindProxy(t, env, func(*api.Config) {}), behindProxy(t, env, func(*api.Config) {})}
	ask := func(i int, secret string) answer { // some as this machine's own: a key's own limits hold for everybody
		if i%3 == 0 {
			return nodes[i%2].get("/status", "Authorization", "Bearer "+secret)
		}
		return nodes[i%2].get("/status", "X-Forwarded-For", "198.51.100.7", "Authorization", "Bearer "+secret)
	}
	spend := func(secret, exceeded string) (allowed int) {
		t.Helper()
		for i := range 300 {
			got := ask(i, secret)
			if got.StatusCode == http.StatusOK {
				allowed++
				continue
			}
			wantProblem(t, got, http.StatusTooManyRequests)
			if after, err := strconv.Atoi(got.Header.Get("Retry-After")); err != nil || after < 1 || !strings.Contains(string(got.body), `"violated-policies":["`+exceeded+`"]`) {
				t.Fatalf("got Retry-After %q and %s, want %s named", got.Header.Get("Retry-After"), got.body, exceeded)
			}
		}
		return allowed
	}
	if n := spend(key, "burst"); n < 180 || n > 220 {
		t.Errorf("got %d allowed of 200 a minute, want within a tenth", n)
	}
	if err := env.DB.ChangeKey(ctx, factcheck.Operator(), id, store.KeyChange{Burst: 10_000, Daily: 250}); err != nil {
		t.Fatal(err)
	}
	if n := spend(key, "daily"); n < 25 || n > 75 {
		t.Errorf("got %d more allowed of 250 a day, want about 50", n)
	}
	if err := env.DB.ChangeKey(ctx, factcheck.Operator(), id, store.KeyChange{}); err != nil {
		t.Fatal(err)
	}
	fresh, err := env.DB.RotateKey(ctx, factcheck.Operator(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i := range nodes {
		wantProblem(t, ask(i+1, key), http.StatusUnauthorized)
		if got := ask(i+1, fresh); got.StatusCode != http.StatusOK {
			t.Errorf("node %d: got %d with the new secret, want 200", i, got.StatusCode)
		}
	}
	if err := env.DB.RevokeKey(ctx, factcheck.Operator(), id); err != nil {
		t.Fatal(err)
	}
	for i := range nodes {
		wantProblem(t, ask(i+1, fresh), http.StatusUnauthorized)
	}
}

func TestGuessedKeysAreCounted(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := behindProxy(t, env, func(*api.Config) {})
	for range 60 {
		wantProblem(t, p.get("/status", "X-Forwarded-For", "198.51.100.7", "Authorization", "Bearer ts_guess"), http.StatusUnauthorized)
	}
	wantProblem(t, p.get("/status", "X-Forwarded-For", "198.51.100.7", "Authorization", "Bearer ts_guess"), http.StatusTooManyRequests)
	if got := p.get("/status", "X-Forwarded-For", "198.51.100.7"); got.StatusCode != 200 {
		t.Errorf("got %d without a key, want 200", got.StatusCode)
	}
	if got := p.get("/status", "X-Forwarded-For", "198.51.100.8", "Authorization", "Bearer ts_guess"); got.StatusCode != 401 {
		t.Errorf("got %d for another address, want 401", got.StatusCode)
	}
}

func TestScriptsOfOtherOriginsMayRead(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	for _, path := range []string{"/api/v1/claims", "/api/v1/claims?foo=1", "/api/v1/nothing", "/openapi.json"} {
		got := p.do("GET", path, "Origin", "https://elsewhere.example")
		if got.Header.Get("Access-Control-Allow-Origin") != "*" || got.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: got %v, want any origin and no credentials", path, got.Header)
		}
	}
	pre := p.do("OPTIONS", "/api/v1/topics", "Origin", "https://elsewhere.example", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "authorization")
	if pre.StatusCode != 204 || !strings.Contains(pre.Header.Get("Access-Control-Allow-Methods"), "GET") || !strings.Contains(pre.Header.Get("Access-Control-Allow-Headers"), "Authorization") ||
		pre.Header.Get("Access-Control-Max-Age") == "" || pre.Header.Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("got %d %v from the preflight, want 204 that allows the key", pre.StatusCode, pre.Header)
	}
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"} {
		got := p.do(method, "/api/v1/topics")
		wantProblem(t, got, http.StatusMethodNotAllowed)
		if got.Header.Get("Allow") != "GET, HEAD, OPTIONS" {
			t.Errorf("%s: got Allow %q", method, got.Header.Get("Allow"))
		}
	}
}
