package main

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/server"
)

// TestEveryRouteForEverybody tries every address of the server as everybody: a reader, people who are no colleagues any more, a
// key of each scope and a revoked one, each role, and the author of what it is about beside others; with what is theirs, what is
// another's, what is not public and what is not there. The addresses are the router's own; one without a line fails.
func TestEveryRouteForEverybody(t *testing.T) {
	t.Parallel()
	g := newGate(t, nil)
	g.noteWrites(t)
	g.put(t, "person", "house", "import", "key", "webhook", "tip", "complaint", "article", "suspended", "published", "session", "passkey", "draft", "reader")
	table := gateTable()
	shared := maps.Clone(g.things)
	for _, r := range g.routes(t, table) {
		e := table[r.Method+" "+r.Path]
		maps.Copy(g.things, shared)
		if e.kind != "" {
			g.put(t, e.kind)
		}
		if e.who.open() {
			g.tryPublic(t, r, e)
			continue
		}
		before := g.digest(t)
		g.tryOutside(t, r, before)
		g.tryInside(t, r, e, before)
	}
	maps.Copy(g.things, shared)
	g.tryDamaged(t)
}

// tryDamaged sends every form of the newsroom with nothing in it but a revision that cannot be, for what is there and for what is
// not: it may be refused, but nothing is ours to mend. It comes last, for some forms need no fields.
func (g *gate) tryDamaged(t *testing.T) {
	t.Helper()
	c := *g.insiders["an admin"]
	for _, r := range g.server.Routes() {
		if r.Method != http.MethodPost || gateTable()[r.Method+" "+r.Path].who.open() || r.Path == "/sign-out" {
			continue
		}
		for _, things := range append(missing(g.things), g.things) {
			for _, revision := range []string{"", "-1", "99999999999999999999"} {
				address := fillPath(t, r.Path, things)
				got := g.ask(r.Method, address, c, g.form(c, "revision="+revision))
				g.silent(t, fmt.Sprintf("POST %s with revision %q", address, revision), got)
			}
		}
	}
}

// routes returns the router's routes in an order of their own: forms last, for they change what is there.
func (g *gate) routes(t *testing.T, table map[string]entry) []server.Route {
	t.Helper()
	routes := g.server.Routes()
	there, lacking := map[string]bool{}, []string{}
	for _, r := range routes {
		name := r.Method + " " + r.Path
		there[name] = true
		if _, ok := table[name]; !ok {
			lacking = append(lacking, name)
		}
	}
	if len(lacking) > 0 {
		t.Fatalf(`these have no line in gate_table_test.go, so nothing says who may use them:
	%[1]s
Add one for each to the part it belongs to, such as
	%[2]q: page(crew),    a page for every colleague; anyone (readers too), machine (readers and keys), editors and admins are others, see who
	%[2]q: leads(crew),   an address that leads elsewhere
	%[2]q: takes(crew),   a form
	%[2]q: takes(editors).on("draft", "revision={revision}"),   a form that not everybody may send, what it is about, and fields that do it`,
			strings.Join(lacking, "\n\t"), lacking[0])
	}
	for name := range table {
		if !there[name] {
			t.Errorf("%s has a line in gate_table_test.go and is not there any more: take the line away", name)
		}
	}
	slices.SortStableFunc(routes, func(a, b server.Route) int { return strings.Compare(a.Method, b.Method) })
	return routes
}

// missing returns what nothing stands for: ids of the right kind, and nonsense.
func missing(things map[string]string) []map[string]string {
	unknown, nonsense := map[string]string{}, map[string]string{}
	for name, thing := range things {
		unknown[name], nonsense[name] = thing, "\xff\x00"
		if kind, _, ok := strings.Cut(thing, "_"); ok {
			_, zeroes, _ := strings.Cut(factcheck.ClaimID{15: 1}.String(), "_")
			unknown[name] = kind + "_" + zeroes
		} else if name == "file" || name == "snapshot" || name == "check" {
			unknown[name] = "987654"
		} else if name == "slug" || name == "language" || name == "hidden" {
			unknown[name] = "nowhere"
		}
	}
	return []map[string]string{unknown, nonsense}
}

// tryOutside tries an address of the newsroom as those who are not in it: a page leads to the sign-in and back, a form is not
// done, and neither says anything of what is there.
func (g *gate) tryOutside(t *testing.T, r server.Route, before map[string]string) {
	t.Helper()
	for _, things := range append(missing(g.things)[:1], g.things) {
		address := fillPath(t, r.Path, things)
		for _, c := range g.outsiders { // nobody among them learns whether it is there
			what := fmt.Sprintf("%s as %s", r.Method+" "+address, c.name)
			if r.Method == http.MethodGet {
				got := g.ask(r.Method, address, c, nil)
				if got.status != http.StatusSeeOther || got.location != "/sign-in?"+(url.Values{"next": {address}}).Encode() && !strings.HasSuffix(got.location, "/sign-in?"+(url.Values{"next": {address}}).Encode()) {
					t.Errorf("%s: got %d to %q, want the sign-in and back", what, got.status, got.location)
				}
				continue
			}
			got := g.ask(r.Method, address, c, g.form(c, gateTable()[r.Method+" "+r.Path].form+"&kept=a+text+of+mine"))
			if got.status != http.StatusUnauthorized || !strings.Contains(got.body, "a text of mine") {
				t.Errorf("%s: got %d, want 401 with what was typed", what, got.status)
			}
			g.silent(t, what, got, inside, secret)
		}
	}
	g.unchanged(t, r.Method+" "+r.Path+" from outside", before)
}

// silent reports an answer that says what it should not.
func (g *gate) silent(t *testing.T, what string, got reply, words ...string) {
	t.Helper()
	for _, p := range got.loose {
		t.Errorf("%s (%d): %s", what, got.status, p)
	}
	for _, word := range words {
		if i := strings.Index(got.body, word); i >= 0 {
			t.Errorf("%s: the answer (%d) tells …%s…", what, got.status, got.body[max(0, i-80):min(len(got.body), i+80)])
		}
	}
	if got.status >= 500 && got.status != http.StatusServiceUnavailable && got.status != http.StatusNotImplemented {
		t.Errorf("%s: got %d", what, got.status)
	}
}

// sound reports what is wrong with a page of the newsroom.
func (g *gate) sound(t *testing.T, what string, got reply) {
	t.Helper()
	if got.cache != "no-store" {
		t.Errorf("%s: got Cache-Control %q, want no-store", what, got.cache)
	}
	if got.html == "" {
		return
	}
	inlined(t, what, got.html)
}

// tryInside tries an address of the newsroom as every colleague.
func (g *gate) tryInside(t *testing.T, r server.Route, e entry, before map[string]string) {
	t.Helper()
	name := r.Method + " " + r.Path
	var does *caller
	for _, as := range slices.Sorted(maps.Keys(g.insiders)) {
		c := g.insiders[as]
		if e.who.may(as) {
			if does == nil || as == "the author" || as == "another editor" {
				does = c
			}
			g.tryMissing(t, r, e, *c)
		}
		what := name + " as " + as
		switch {
		case r.Method == http.MethodGet && e.noted && e.who.may(as): // below
		case r.Method == http.MethodGet:
			got := g.ask(r.Method, fillPath(t, r.Path, g.things), *c, nil)
			if e.who.may(as) && got.status != e.ok || !e.who.may(as) && !isRefusal(got.status) {
				t.Errorf("%s: got %d, want %d for %s and a refusal for the others", what, got.status, e.ok, e.who)
			}
			if !e.who.may(as) {
				g.silent(t, what, got, inside)
			}
			g.silent(t, what, got, g.secrets(as)...)
			g.sound(t, what, got)
		case !e.who.may(as):
			got := g.ask(r.Method, fillPath(t, r.Path, g.things), *c, g.form(*c, e.form))
			if !isRefusal(got.status) && (e.who != others || got.status != http.StatusConflict) { // they may approve, but not what they wrote
				t.Errorf("%s: got %d, want it refused: it is for %s", what, got.status, e.who)
			}
			g.silent(t, what, got, g.secrets(as)...)
		}
		if r.Method == http.MethodPost {
			if got := g.ask(r.Method, fillPath(t, r.Path, g.things), *c, g.form(caller{}, e.form)); got.status != http.StatusForbidden {
				t.Errorf("%s without the token of their session: got %d, want 403", what, got.status)
			}
		}
	}
	g.unchanged(t, name+" by those who may not, or of what is not there", before)
	if e.ok == 0 || r.Method != http.MethodPost && !e.noted || does == nil {
		return
	}
	if got := g.ask(r.Method, fillPath(t, r.Path, g.things), *does, g.form(*does, e.form)); got.status != e.ok {
		t.Errorf("%s as %s, who may: got %d to %q, want %d; unless it is done, the refusals prove nothing: %.600s", name, does.name, got.status, got.location, e.ok, got.body)
	}
	if now := g.digest(t); maps.Equal(now, before) {
		t.Errorf("%s as %s, who may: nothing was done", name, does.name)
	}
}

// secrets returns what somebody of the cast may not read even as a colleague.
func (g *gate) secrets(name string) []string {
	if name == "the author" {
		return nil
	}
	return []string{secret}
}

// tryMissing tries an address, as somebody who may, with what is not there, and with what belongs to something else.
func (g *gate) tryMissing(t *testing.T, r server.Route, e entry, c caller) {
	t.Helper()
	if !strings.Contains(r.Path, ":") || e.quick {
		return
	}
	for _, things := range missing(g.things) {
		address := fillPath(t, r.Path, things)
		if r.Method == http.MethodPost {
			got := g.ask(r.Method, address, c, g.form(c, "revision=1&"+e.form))
			if got.status < 400 || got.status >= 500 {
				t.Errorf("POST %s as %s: got %d to %q, want it refused: nothing is there", address, c.name, got.status, got.location)
			}
			continue
		}
		if got := g.ask(r.Method, address, c, nil); got.status != http.StatusNotFound {
			t.Errorf("GET %s as %s: got %d to %q, want 404: nothing is there", address, c.name, got.status, got.location)
		}
	}
}

// tryPublic tries an address that is open to all as everybody, signed in or not: with what is public, with what is not, and with
// what is not there. What is not public is not there, for colleagues as for readers.
func (g *gate) tryPublic(t *testing.T, r server.Route, e entry) {
	t.Helper()
	before := g.digest(t)
	callers := slices.Clone(g.outsiders)
	for _, as := range slices.Sorted(maps.Keys(g.insiders)) {
		callers = append(callers, *g.insiders[as])
	}
	for _, c := range callers {
		if e.filing == inTheNewsroom && (c.name == "a key that may file" || c.name == "a key that may manage") {
			continue
		}
		for kind, things := range g.publicThings(r) {
			what := fmt.Sprintf("%s %s (%s) as %s", r.Method, r.Path, kind, c.name)
			want := e.ok
			if kind != "public" && !e.quick {
				want = http.StatusNotFound
			}
			switch {
			case (e.who == machine || e.who == keyed) && c.refused:
				want = http.StatusUnauthorized
			case e.who == keyed && c.key == "":
				want = e.without
			case e.managing != 0 && c.name == "a key that may manage":
				want = e.managing
			case e.filing != 0 && c.name == "a key that may file":
				want = e.filing
			case e.who == local && c.key != "":
				want = http.StatusForbidden
			case e.crew != 0 && g.insiders[c.name] != nil:
				want = e.crew
			}
			form := url.Values(nil)
			if r.Method == http.MethodPost {
				form, want = url.Values{"text": {"zymurgy"}, "email": {"carla@desk.example"}, "token": {"x"}}, 0
			}
			got := g.ask(r.Method, fillPath(t, r.Path, things)+e.query, c, form)
			if want != 0 && got.status != want {
				t.Errorf("%s: got %d, want %d: %.300s", what, got.status, want, got.body)
			}
			g.silent(t, what, got, inside, secret)
		}
	}
	if !e.noted {
		g.unchanged(t, r.Method+" "+r.Path, before)
	}
}

// publicThings returns what stands for :slug, :id and :n in turn: public, not public, and missing.
func (g *gate) publicThings(r server.Route) map[string]map[string]string {
	public := maps.Clone(g.things)
	public["n"], public["hash"], public["id"], public["prefix"], public["month"] = "1", "0", g.things["public"], "abc", "2025-06"
	if _, after, ok := strings.Cut(g.ask(http.MethodGet, "/sitemap.xml", caller{}, nil).body, "/sitemaps/claims-"); ok {
		public["part"], _, _ = strings.Cut(after, ".")
	}
	out := map[string]map[string]string{"public": public}
	before, _, ok := strings.Cut(r.Path, "/:slug")
	what := before[strings.LastIndex(before, "/")+1:] // claims, articles, topics, …
	if ok {
		public["slug"] = cmp.Or(g.things["public "+what], "something")
	}
	if !ok && !strings.Contains(r.Path, "/:id") {
		return out
	}
	hidden := maps.Clone(public)
	hidden["id"], hidden["slug"] = g.things["claim"], g.things["hidden "+what]
	if hidden["slug"] != "" || !ok {
		out["a draft"] = hidden
	}
	out["missing"] = maps.Clone(public)
	out["missing"]["id"], out["missing"]["slug"] = factcheck.ClaimID{15: 1}.String(), "nothing-here"
	if strings.HasPrefix(r.Path, "/api/v1/webhooks/") { // of another key
		public["id"] = g.things["webhook"]
	}
	if strings.HasSuffix(r.Path, "/articles/:id") {
		public["id"], hidden["id"], out["missing"]["id"] = g.things["public article"], g.things["hidden article"], factcheck.ArticleID{15: 1}.String()
	}
	return out
}
