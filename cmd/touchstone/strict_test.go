package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/web"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

// strict reports what is wrong with the headers of an answer: the policy is the one constant of all, but that an embed may be
// framed and what is no page of ours runs nothing at all; nothing is guessed of its type, and addresses go to nobody.
func strict(path string, h *fasthttp.ResponseHeader) (problems []string) {
	want := web.Policy
	if strings.Contains(path, "/embed/claims/") {
		want = strings.Replace(want, "frame-ancestors 'none'", "frame-ancestors *", 1)
	}
	got := string(h.Peek("Content-Security-Policy"))
	page := strings.HasPrefix(string(h.ContentType()), "text/html")
	if got != want && got != web.Policy && (page || !strings.HasPrefix(got, "default-src 'none'")) {
		problems = append(problems, "Content-Security-Policy: "+got)
	}
	for _, loose := range []string{"unsafe-", "data:", "blob:", "http:", "https:", "script-src *"} {
		if strings.Contains(got, loose) {
			problems = append(problems, "the policy allows "+loose)
		}
	}
	if page && !strings.Contains(got, "require-trusted-types-for 'script'") {
		problems = append(problems, "the policy does not ask for Trusted Types")
	}
	for name, values := range map[string][]string{
		"X-Content-Type-Options": {"nosniff"}, "Referrer-Policy": {"strict-origin-when-cross-origin", "no-referrer", "same-origin"},
	} {
		if v := string(h.Peek(name)); !slices.Contains(values, v) {
			problems = append(problems, name+": "+v)
		}
	}
	return problems
}

// inlined reports what a page holds that the policy forbids, or that is loaded from elsewhere. Pages of any status keep it.
func inlined(t *testing.T, what, page string) {
	t.Helper()
	root, err := htmltest.Parse(page)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	for _, p := range htmltest.Problems(root) {
		t.Errorf("%s: %s", what, p)
	}
}

// TestPagesOfFailuresAreStrict asks every route while the database is gone: what is said then tells nothing of the reason, and
// keeps the policy as every page does. The walks over what is there look at the pages of all other kinds.
func TestPagesOfFailuresAreStrict(t *testing.T) {
	t.Parallel()
	g := newGate(t, nil)
	g.put(t, "house", "published", "person", "draft", "article", "tip", "complaint", "import", "key", "webhook", "session", "passkey", "suspended", "reader")
	addresses := map[server.Route]string{}
	for _, r := range g.server.Routes() {
		things := g.things
		if gateTable()[r.Method+" "+r.Path].who.open() {
			things = g.publicThings(r)["public"]
		}
		addresses[r] = fillPath(t, r.Path, things)
	}
	g.DB.Close()
	failed := 0
	for r, address := range addresses {
		got := g.ask(r.Method, address, *g.insiders["an admin"], g.form(caller{}, ""))
		if got.status >= http.StatusInternalServerError {
			failed++
		}
		for _, p := range got.loose {
			t.Errorf("%s %s (%d): %s", r.Method, address, got.status, p)
		}
		for _, word := range []string{"sqlstate", "postgres", "closed pool", "panic", "goroutine", inside, secret} {
			if strings.Contains(got.body, word) && got.status >= http.StatusInternalServerError {
				t.Errorf("%s %s (%d): the page tells %q: %.600s", r.Method, address, got.status, word, got.body)
			}
		}
		if got.html != "" {
			inlined(t, r.Method+" "+address, got.html)
		}
	}
	if failed < 100 {
		t.Errorf("got %d failures only, with no database", failed)
	}
}
