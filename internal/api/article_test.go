package api_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// linked adds an article at an address and links it to claims.
func linked(t testing.TB, env *storetest.Env, at string, stances map[factcheck.ClaimID]factcheck.Stance) (factcheck.ArticleID, map[factcheck.ClaimID]factcheck.AppearanceID) {
	t.Helper()
	a, err := env.DB.AddArticle(t.Context(), env.Checker, factcheck.ArticleInput{URL: at, Title: "A story", Text: "The mayor has resigned, they say."})
	if err != nil {
		t.Fatal(err)
	}
	out := map[factcheck.ClaimID]factcheck.AppearanceID{}
	for claim, stance := range stances {
		if out[claim], err = env.DB.LinkArticle(t.Context(), env.Checker, a.Article, claim, factcheck.AppearanceInput{Stance: stance, Quote: "The mayor has resigned"}); err != nil {
			t.Fatal(err)
		}
	}
	return a.Article, out
}

type articleList struct {
	Data []struct {
		ID, URL, Title, Licence, Attribution string
		Appearances                          []struct {
			Stance  string
			Applies bool
			Claim   struct {
				ID       string
				Topics   *[]any
				Verdicts []struct{ State string }
			}
		}
	}
}

func TestArticleIsFoundInAnySpelling(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v, secret := env.Published(t, "The mayor has resigned.", "False"), env.Claim(t, "A secret.")
	id, _ := linked(t, env, "https://www.news.example/mayor", map[factcheck.ClaimID]factcheck.Stance{v.Claim: factcheck.StanceMakes, secret: factcheck.StanceMakes})
	hidden, _ := linked(t, env, "https://news.example/secret", map[factcheck.ClaimID]factcheck.Stance{secret: factcheck.StanceMakes})
	p := serve(t, env)
	for _, spelling := range []string{
		"https://www.news.example/mayor", "http://news.example/mayor/?utm_source=feed#top", "news.example/mayor", "https://m.news.example/mayor?fbclid=1",
		"https://web.archive.org/web/2025/https://news.example/mayor",
	} {
		got := as[articleList](t, p.get("/articles?url="+url.QueryEscape(spelling)))
		if len(got.Data) != 1 || got.Data[0].ID != id.String() || len(got.Data[0].Appearances) != 1 || !got.Data[0].Appearances[0].Applies || got.Data[0].Appearances[0].Claim.ID != v.Claim.String() {
			t.Errorf("%s: got %+v, want the article with its one public claim", spelling, got)
		}
	}
	if got := as[articleList](t, p.get("/articles?url=https://news.example/other")); got.Data == nil || len(got.Data) != 0 {
		t.Errorf("got %+v for an unknown address, want an empty list", got)
	}
	if got := as[articleList](t, p.get("/articles?url=https://news.example/secret")); len(got.Data) != 0 {
		t.Errorf("got %+v for an article of no public claim, want nothing", got)
	}
	wantProblem(t, p.get("/articles/"+hidden.String()), 404)
	wantProblem(t, p.get("/articles/"+v.Claim.String()), 404)
	for _, bad := range []string{"/articles", "/articles?url=", "/articles?url=mailto:a@b.example", "/articles?url=https://a.example/&fields=nonsense", "/articles?url=a.example&fields=title.x"} {
		if doc := wantProblem(t, p.get(bad), 400); len(doc.Errors) != 1 || !strings.HasPrefix(doc.Errors[0].Location, "query.") {
			t.Errorf("%s: got %+v, want one error with its place", bad, doc.Errors)
		}
	}
	one := p.get("/articles/" + id.String() + "?expand=claims&fields=id,appearances.claim.topics")
	if want := `{"id":"` + id.String() + `","appearances":[{"claim":{"topics":[]}}]}`; string(one.body) != want {
		t.Errorf("got %s, want %s", one.body, want)
	}
	if again := p.get("/articles/"+id.String(), "If-None-Match", p.get("/articles/"+id.String()).Header.Get("ETag")); again.StatusCode != 304 {
		t.Errorf("got %d with the right tag, want 304", again.StatusCode)
	}
	contract := contract(t, p)
	for _, path := range []string{"/articles?url=news.example/mayor", "/articles/" + id.String(), "/articles?url=mailto:x", "/claimants", "/topics", "/publishers", "/scales", "/scales?x=1", "/topics?limit=0"} {
		hold(t, contract, p.get(path))
	}
}

func TestListsHoldWhatIsPublicAndPageExactly(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	topic := func(name string) factcheck.TopicID {
		id, err := env.DB.AddTopic(ctx, env.Editor, factcheck.TopicInput{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	var want []string
	for _, name := range []string{"Harbours", "Bridges", "Rivers", "Roads", "Rails"} {
		claimant, err := env.DB.AddClaimant(ctx, env.Checker, factcheck.ClaimantInput{Name: "The board of " + name, Kind: factcheck.ClaimantOrganisation})
		if err != nil {
			t.Fatal(err)
		}
		id, err := env.DB.FileClaim(ctx, env.Checker, factcheck.ClaimInput{Text: name + " are closed.", Language: "en", Claimant: claimant, Topics: []factcheck.TopicID{topic(name)}})
		if err != nil {
			t.Fatal(err)
		}
		if name != "Roads" { // of which nothing is public
			publish(t, env, id, "False")
			want = append(want, name)
		}
	}
	topic("Nothing")
	p := serve(t, env)
	type list struct {
		Data []struct {
			ID, Name, Site, Licence, Attribution string
			House                                bool
			Labels                               []struct{ Label string }
		}
		NextCursor *string `json:"next_cursor"`
	}
	for _, room := range []string{"/topics", "/claimants"} {
		var got []string
		for path := room + "?limit=2"; ; {
			page := as[list](t, p.get(path))
			for _, d := range page.Data {
				got = append(got, strings.TrimPrefix(d.Name, "The board of "))
				if d.Licence == "" || !strings.Contains(d.Attribution, public+room) {
					t.Errorf("%s: got licence %q and attribution %q", room, d.Licence, d.Attribution)
				}
			}
			if page.NextCursor == nil {
				break
			}
			path = room + "?limit=2&cursor=" + *page.NextCursor
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", room, diff)
		}
		wantProblem(t, p.get(room+"?cursor=AAAA"), 400)
	}
	if got := as[list](t, p.get("/publishers")); len(got.Data) != 1 || !got.Data[0].House {
		t.Errorf("got publishers %+v, want the house alone", got.Data)
	}
	if got := as[list](t, p.get("/scales")); len(got.Data) == 0 || len(got.Data[0].Labels) < 5 {
		t.Errorf("got scales %+v, want the house's first with its labels", got.Data)
	}
}

func TestPagesStayExactWhileClaimsComeAndGo(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	standing := map[string]bool{}
	var going []store.Version
	for i := range 12 {
		v := env.Published(t, "Claim number "+string(rune('a'+i))+".", "False")
		if i%4 == 3 {
			going = append(going, v)
			continue
		}
		standing[v.Claim.String()] = true
	}
	p := serve(t, env)
	seen := map[string]int{}
	for path, n := "/claims?limit=2&fields=id", 0; ; n++ {
		page := as[claimList](t, p.get(path))
		for _, c := range page.Data {
			seen[c.ID]++
		}
		if page.NextCursor == nil {
			break
		}
		path = "/claims?limit=2&fields=id&cursor=" + *page.NextCursor
		env.Published(t, "A new claim "+string(rune('a'+n))+".", "False")
		if n < len(going) { // it goes into the oldest of those that stand
			env.Corrected(t, going[n].Verdict, factcheck.CorrectionRetraction, "We take it back.")
			into := factcheck.ClaimID{}
			for id := range standing {
				into, _ = factcheck.ParseClaimID(id) //nolint:errcheck // it was printed by us
			}
			if err := env.DB.MergeClaims(t.Context(), env.Editor, going[n].Claim, into, "The same."); err != nil {
				t.Fatal(err)
			}
		}
	}
	for id := range standing {
		if seen[id] != 1 {
			t.Errorf("%s, which stood all the time, was seen %d times, want once", id, seen[id])
		}
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s was seen %d times", id, n)
		}
	}
}

func TestFieldsExpansionAndCredit(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, `The "mayor", they say, has {resigned} [at] \ last: yes.`, "False")
	env.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "We had the wrong day.")
	p := serve(t, env)
	at := "/claims/" + v.Claim.String()
	whole := as[map[string]any](t, p.get(at))
	if got := whole["attribution"]; got != "Test Desk, "+whole["url"].(string) {
		t.Errorf("got attribution %v, want the house and the page", got)
	}
	got := as[map[string]any](t, p.get(at+"?fields=text,verdicts.rating.label,verdicts.sources.url,verdicts.sources,date"))
	verdict := whole["verdicts"].([]any)[0].(map[string]any)
	want := map[string]any{"text": whole["text"], "date": nil, "verdicts": []any{map[string]any{"rating": map[string]any{"label": "False"}, "sources": verdict["sources"]}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := string(p.get("/claims?fields=id").body); got != `{"data":[{"id":"`+v.Claim.String()+`"}],"next_cursor":null}` {
		t.Errorf("got the list %s, want ids alone", got)
	}
	for _, bad := range []string{"nonsense", "id,", "verdicts.nonsense", "id.x", "published_at", "text,,id", "verdicts.published_at.x", strings.Repeat("id,", 60) + "id"} {
		doc := wantProblem(t, p.get(at+"?fields="+bad), 400)
		if len(doc.Errors) == 0 || doc.Errors[0].Location != "query.fields" {
			t.Errorf("%s: got %+v, want query.fields named", bad, doc.Errors)
		}
	}
	expanded := as[struct {
		Versions []struct {
			N    int
			Kind string
		}
	}](t, p.get(at+"?expand=versions&fields=versions"))
	if n := len(expanded.Versions); n != 2 || expanded.Versions[1].Kind != "correction" {
		t.Errorf("got %+v, want both states", expanded)
	}
	versions := as[struct {
		Data []struct {
			N       int
			Changes []struct {
				Part, Field string
				Words       []struct{ Op, Text string }
			}
		}
	}](t, p.get(at+"/versions?fields=n,changes"))
	if len(versions.Data) != 2 || len(versions.Data[0].Changes) != 0 || len(versions.Data[1].Changes) == 0 {
		t.Fatalf("got %+v, want what changed in the second", versions)
	}
	var told bool
	for _, ch := range versions.Data[1].Changes {
		told = told || ch.Field == "note" && len(ch.Words) == 1 && ch.Words[0].Op == "added" && ch.Words[0].Text == "We had the wrong day."
	}
	if !told {
		t.Errorf("got %+v, want the note among what was added", versions.Data[1].Changes)
	}
	check := contract(t, p)
	hold(t, check, p.get(at+"?expand=versions"))
	hold(t, check, p.get(at+"/versions"))
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(p.get(at+"?expand=versions").body, &doc); err != nil || doc["versions"] == nil {
		t.Errorf("got %v, %v; want versions", doc, err)
	}
}
