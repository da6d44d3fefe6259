package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// texts returns the claims' texts.
func texts(l claimList) []string {
	out := []string{}
	for _, c := range l.Data {
		out = append(out, c.Text)
	}
	return out
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "The mayor has resigned.", "False")
	middle := env.Clock.Now()
	bridge := env.Published(t, "The bridge is closed.", "Misleading")
	env.Submitted(t, "The mayor drinks.", "False")
	id, err := env.DB.FileClaim(t.Context(), env.Checker, factcheck.ClaimInput{Text: "El alcalde ha dimitido.", Language: "es-AR"})
	if err != nil {
		t.Fatal(err)
	}
	publish(t, env, id, "True")
	p := serve(t, env)
	mayor, closed, alcalde := "The mayor has resigned.", "The bridge is closed.", "El alcalde ha dimitido."
	for query, want := range map[string][]string{
		"":                                {alcalde, closed, mayor},
		"?query=mayor":                    {mayor},
		"?query=mayor+-resigned":          {},
		"?truth=false":                    {mayor},
		"?rating=misleading":              {closed},
		"?reason=missing_context":         {closed},
		"?publisher=any":                  {alcalde, closed, mayor},
		"?publisher=desk.example":         {alcalde, closed, mayor},
		"?publisher=nobody.example":       {},
		"?language=es":                    {alcalde},
		"?language=es-AR":                 {alcalde},
		"?language=es-MX":                 {},
		"?topic=nothing":                  {},
		"?stance=makes":                   {},
		"?article_url=https://a.example/": {},
		"?claimant=claimant_01h455vb4pex5vsknk084sn02q":                         {},
		"?published_after=" + url.QueryEscape(middle.Format(time.RFC3339Nano)):  {alcalde, closed},
		"?published_before=" + url.QueryEscape(middle.Format(time.RFC3339Nano)): {mayor},
		"?published_after=2025-06-07":                                           {alcalde, closed, mayor},
		"?published_after=2025-06-08":                                           {},
		"?updated_after=2025-06-08":                                             {},
		"?sort=updated":                                                         {alcalde, closed, mayor},
		"?truth=true&language=es&limit=100":                                     {alcalde},
	} {
		if diff := cmp.Diff(want, texts(as[claimList](t, p.get("/claims"+query)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	env.Corrected(t, bridge.Verdict, factcheck.CorrectionUpdate, "More is known.")
	if got := texts(as[claimList](t, p.get("/claims?sort=updated&limit=1"))); len(got) != 1 || got[0] != closed {
		t.Errorf("got %v, want what changed last", got)
	}
}

// publish drafts, submits and approves a verdict on a claim.
func publish(t testing.TB, env *storetest.Env, id factcheck.ClaimID, label string) {
	t.Helper()
	v, err := env.DB.DraftVerdict(t.Context(), env.Checker, id, env.Draft(label))
	if err == nil {
		v, err = env.DB.SubmitVerdict(t.Context(), env.Checker, v.ID, v.Revision)
	}
	if err == nil {
		_, err = env.DB.ApproveVerdict(t.Context(), env.Editor, v.ID, v.Hash)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestListPagesByItsLinks(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	var want []string
	for i := range 7 {
		text := fmt.Sprintf("Claim number %d.", i)
		env.Published(t, text, "False")
		want = append([]string{text}, want...)
	}
	p := serve(t, env)
	var got []string
	pages := 0
	for next := "/claims?limit=3&truth=false&query=claim"; next != ""; pages++ {
		a := p.get(next)
		l := as[claimList](t, a)
		got = append(got, texts(l)...)
		link, found := strings.CutSuffix(a.Header.Get("Link"), `>; rel="next"`)
		if found != (l.NextCursor != nil) {
			t.Fatalf("got Link %q with cursor %v, want both or neither", a.Header.Get("Link"), l.NextCursor)
		}
		if next, found = strings.CutPrefix(link, "<"+public+"/api/v1"); !found {
			break
		}
		if u, err := url.Parse(next); err != nil || u.Query().Get("truth") != "false" || u.Query().Get("query") != "claim" || u.Query().Get("cursor") != *l.NextCursor {
			t.Fatalf("got Link %q, want the filters kept and the cursor %s", next, *l.NextCursor)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || pages != 2 {
		t.Errorf("after %d pages (-want +got):\n%s", pages+1, diff)
	}
}

// TestACursorLeadsNowhereInAnotherList holds that a page of other filters or another order is never given for a cursor.
func TestACursorLeadsNowhereInAnotherList(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	for i := range 3 {
		env.Published(t, fmt.Sprintf("Claim number %d.", i), "False")
	}
	p := serve(t, env)
	cursor := *as[claimList](t, p.get("/claims?limit=1&truth=false")).NextCursor
	for _, same := range []string{"truth=false", "limit=2&truth=false&fields=id", "truth=false&sort=published"} {
		if got := as[claimList](t, p.get("/claims?"+same+"&cursor="+cursor)); len(got.Data) == 0 {
			t.Errorf("%s: got nothing for a cursor of this list", same)
		}
	}
	for _, other := range []string{"", "truth=true&", "truth=false&sort=updated&", "truth=false&language=en&", "truth=false&query=claim&", "truth=false&publisher=any&"} {
		wantProblem(t, p.get("/claims?"+other+"cursor="+cursor), http.StatusBadRequest)
	}
	bare, _, _ := strings.Cut(cursor, ".")
	if got := as[claimList](t, p.get("/claims?truth=false&cursor="+bare)); len(got.Data) == 0 {
		t.Error("a cursor without a mark, as they were at first, is refused")
	}
}

func TestListIsNewAfterEachPublication(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	for i := range 5 {
		env.Published(t, fmt.Sprintf("Claim number %d.", i), "False")
		p.follows(int64(i + 1))
		if got := as[claimList](t, p.get("/claims")); len(got.Data) != i+1 {
			t.Fatalf("got %d claims after publication %d, want all of them", len(got.Data), i+1)
		}
	}
}

func TestWrongParametersAreNamed(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	for path, want := range map[string][]string{
		"/claims?foo=1":                                     {"query.foo"},
		"/claims?foo=1&bar=2&limit=0":                       {"query.foo", "query.bar", "query.limit"},
		"/claims?limit=101":                                 {"query.limit"},
		"/claims?limit=":                                    {"query.limit"},
		"/claims?limit=ten":                                 {"query.limit"},
		"/claims?limit=1.5":                                 {"query.limit"},
		"/claims?limit=%2B5":                                {"query.limit"},
		"/claims?limit=007":                                 {"query.limit"},
		"/claims?limit=99999999999999999999":                {"query.limit"},
		"/claims?limit=1&limit=2":                           {"query.limit"},
		"/claims?limit[]=1":                                 {"query.limit[]"},
		"/claims?Limit=1":                                   {"query.Limit"},
		"/claims?truth=maybe":                               {"query.truth"},
		"/claims?truth=":                                    {"query.truth"},
		"/claims?reason=because":                            {"query.reason"},
		"/claims?stance=likes":                              {"query.stance"},
		"/claims?sort=random":                               {"query.sort"},
		"/claims?query=a%00b":                               {"query.query"},
		"/claims?query=%ff":                                 {"query.query"},
		"/claims?query=%zz":                                 {"query.query"},
		"/claims?query=" + strings.Repeat("x", 501):         {"query.query"},
		"/claims?claimant=Jane":                             {"query.claimant"},
		"/claims?claimant=claim_01h455vb4pex5vsknk084sn02q": {"query.claimant"},
		"/claims?language=not_a_tag":                        {"query.language"},
		"/claims?cursor=nonsense":                           {"query.cursor"},
		"/claims?article_url=javascript:alert(1)":           {"query.article_url"},
		"/claims?article_url=":                              {"query.article_url"},
		"/claims?published_after=":                          {"query.published_after"},
		"/claims?published_after=yesterday":                 {"query.published_after"},
		"/claims?published_before=2025-02-30":               {"query.published_before"},
		"/claims?updated_after=1e9":                         {"query.updated_after"},
		"/claims?%zz=1":                                     {"query"},
		"/claims?a;b=1":                                     {"query.a;b"},
		"/changes?after=-1":                                 {"query.after"},
		"/changes?after=x":                                  {"query.after"},
		"/changes?after=1:2:3":                              {"query.after"},
		"/changes?after=a:1&epoch=b":                        {"query.after"},
		"/changes?after=9999999999999999999":                {"query.after"},
		"/changes?limit=1001":                               {"query.limit"},
		"/changes?wait=31":                                  {"query.wait"},
		"/changes?wait=-1":                                  {"query.wait"},
		"/status?verbose=1":                                 {"query.verbose"},
		"/claims/claim_01h455vb4pex5vsknk084sn02q?foo=1":    {"query.foo"},
		"/claims/claim_01h455vb4pex5vsknk084sn02q/versions?as_of=2025": {"query.as_of"},
	} {
		got := []string{}
		for _, e := range wantProblem(t, rawGet(p, "/api/v1"+path), http.StatusBadRequest).Errors {
			got = append(got, e.Location)
			if e.Message == "" {
				t.Errorf("%s: %s without a message", path, e.Location)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.80s (-want +got):\n%s", path, diff)
		}
	}
	if got := wantProblem(t, p.get("/claims?"+strings.Repeat("x=1&", 500)), 400); len(got.Errors) > 20 {
		t.Errorf("got %d errors named, want a bounded number", len(got.Errors))
	}
}
