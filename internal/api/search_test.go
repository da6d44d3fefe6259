package api_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/api"
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

type searchList struct {
	Data       []document.Claim `json:"data"`
	NextCursor *string          `json:"next_cursor"`
	Search     *struct {
		Total       *int                        `json:"total"`
		Corrections []struct{ From, To string } `json:"corrections"`
		Ignored     []string                    `json:"ignored"`
	} `json:"search"`
}

// serveFinding serves the API with an index that has followed so far. follow makes it follow again.
func serveFinding(t *testing.T, env *storetest.Env) (p *partner, follow func()) {
	t.Helper()
	f, err := finder.New(finder.Config{Store: env.DB, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	follow = func() {
		if _, _, _, err := f.Working(t.Context(), env.Checker); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Warm(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return serve(t, env, func(c *api.Config) { c.Finder = f }), follow
}

func TestQueryRanksAndFiltersHold(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "The bridge of Exampleville leads over the harbour and to the town behind the river.", "False")
	env.Published(t, "The harbour of Exampleville froze: the harbour was closed.", "Misleading")
	env.Published(t, "Harbours are closed in winter.", "True")
	env.Published(t, "The lake is dry.", "False")
	p, _ := serveFinding(t, env)
	bridge, froze, winter := "The bridge of Exampleville leads over the harbour and to the town behind the river.", "The harbour of Exampleville froze: the harbour was closed.", "Harbours are closed in winter."
	for query, want := range map[string][]string{
		"query=harbour":                                {froze, winter, bridge},
		"query=harbour&sort=relevance":                 {froze, winter, bridge},
		"query=harbour&sort=published":                 {winter, froze, bridge},
		"query=harbour&sort=updated":                   {winter, froze, bridge},
		"query=harbour&truth=true":                     {winter},
		"query=harbour&reason=missing_context":         {froze},
		"query=harbour&rating=mislEADING":              {froze},
		"query=harbour+-frozen+-froze":                 {winter, bridge},
		"query=%22over+the+harbour%22":                 {bridge},
		"query=%22the+harbours%22":                     {},
		"query=claim:closed":                           {winter, froze},
		"query=harbuor":                                {froze, winter, bridge},
		"query=harbour&publisher=nobody.example":       {},
		"query=harbour&publisher=desk.example&limit=1": {froze},
		"query=harbour&language=es":                    {},
		"query=harbour&published_after=2025-06-08":     {},
		"query=harbour&updated_after=2025-06-01":       {froze, winter, bridge},
		"query=harbour+before:2025-06-07":              {},
		"query=harbour+after:2025-06":                  {froze, winter, bridge},
		"query=???":                                    {},
		"query=%20%20":                                 nil, // as without
	} {
		a := p.get("/claims?" + query)
		got := as[searchList](t, a)
		if want == nil {
			if len(got.Data) != 4 || got.Search != nil {
				t.Errorf("%s: got %d claims, want all of them, and no search", query, len(got.Data))
			}
			continue
		}
		texts := []string{}
		for _, c := range got.Data {
			texts = append(texts, c.Text)
		}
		if diff := cmp.Diff(want, texts); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
		if got.Search == nil || a.Header.Get("Search-Index") != "" {
			t.Errorf("%s: got search %v, header %q; want how it was understood, and no header", query, got.Search, a.Header.Get("Search-Index"))
		}
	}
	if got := as[searchList](t, p.get("/claims?query=harbuor")).Search; len(got.Corrections) != 1 || got.Corrections[0].To != "harbour" || got.Total == nil || *got.Total != 3 {
		t.Errorf("got %+v, want the corrected word and three claims", got)
	}
}

func TestSearchPagesByItsLinks(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	for i := range 11 {
		env.Published(t, fmt.Sprintf("The harbour has berth number %d%s.", i, strings.Repeat(" and a crane", i%3)), []string{"False", "True"}[i%2])
	}
	p, _ := serveFinding(t, env)
	check := contract(t, p)
	for _, sort := range []string{"", "&sort=published", "&sort=updated"} {
		var got []string
		next := "/claims?limit=2&truth=false&query=harbours" + sort
		for range 10 {
			a := p.get(next)
			hold(t, check, a)
			got = append(got, texts(as[claimList](t, a))...)
			link, found := strings.CutSuffix(a.Header.Get("Link"), `>; rel="next"`)
			if !found {
				break
			}
			next = strings.TrimPrefix(link, "<"+public+"/api/v1")
		}
		slices.Sort(got)
		if len(got) != 6 || len(slices.Compact(got)) != 6 {
			t.Errorf("%q: got %v, want six claims once each", sort, got)
		}
	}
}

func TestSearchSaysWhatItCannot(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "The harbour froze.", "False")
	p, _ := serveFinding(t, env)
	for path, want := range map[string]string{
		"/claims?sort=relevance": "query.sort", "/claims?sort=relevance&query=+": "query.sort", "/claims?query=harbour&cursor=nonsense": "query.cursor",
		"/claims?query=zzz&language=not_a_tag": "query.language", "/claims?query=harbour&sort=random": "query.sort", "/claims?query=x&cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAA": "query.cursor",
	} {
		if got := wantProblem(t, p.get(path), http.StatusBadRequest).Errors; len(got) != 1 || got[0].Location != want {
			t.Errorf("%s: got %v, want %s named", path, got, want)
		}
	}
	for _, q := range []string{strings.Repeat("-", 499) + "x", strings.Repeat(`"`, 499), strings.Repeat("a ", 249), "stage:triage", "'; DROP TABLE claims; --", "\u202e", "before:9999-99", strings.Repeat("ک", 500)} {
		a := p.get("/claims?publisher=any&query=" + url.QueryEscape(q))
		if a.StatusCode != http.StatusOK {
			t.Errorf("%.20q: got %d %s", q, a.StatusCode, a.body)
		}
	}
}

func TestWarmingIsSaidAndNotKept(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "The harbour froze.", "False")
	f, err := finder.New(finder.Config{Store: env.DB, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	p := serve(t, env, func(c *api.Config) { c.Finder = f })
	check := contract(t, p)
	a := p.get("/claims?query=harbour")
	hold(t, check, a)
	if got := as[searchList](t, a); a.Header.Get("Search-Index") != "warming" || len(got.Data) != 1 || got.Search.Total != nil {
		t.Errorf("got header %q with %d claims and total %v, want warming and no total", a.Header.Get("Search-Index"), len(got.Data), got.Search.Total)
	}
	if err := f.Warm(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	a = p.get("/claims?query=harbour")
	hold(t, check, a)
	if got := as[searchList](t, a); a.Header.Get("Search-Index") != "" || got.Search.Total == nil {
		t.Errorf("warm: got header %q and total %v, want the index's answer at once", a.Header.Get("Search-Index"), got.Search.Total)
	}
}

// TestSearchIsOfNow: what the index has not followed yet is not shown as it was.
func TestSearchIsOfNow(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The harbour froze.", "False")
	p, follow := serveFinding(t, env)
	if err := env.DB.SuspendVerdict(t.Context(), env.Editor, v.Verdict, "A source is in doubt."); err != nil {
		t.Fatal(err)
	}
	p.follows(2)
	got := as[searchList](t, p.get("/claims?query=harbour"))
	if len(got.Data) != 1 || got.Data[0].Verdicts[0].State != string(factcheck.VerdictSuspended) {
		t.Errorf("got %+v, want it under review", got.Data)
	}
	env.Published(t, "The harbour thawed.", "False")
	p.follows(3)
	before := as[searchList](t, p.get("/claims?query=harbour"))
	follow()
	if after := as[searchList](t, p.get("/claims?query=harbour")); len(before.Data) != 1 || len(after.Data) != 2 {
		t.Errorf("got %d claims before the index followed and %d right after, want one and two", len(before.Data), len(after.Data))
	}
}
