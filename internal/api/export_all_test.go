package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// exported is a line of an export, whichever.
type exported struct {
	ID, URL  string
	Epoch    string
	Seq      int64
	End      bool
	Claims   int
	Versions []struct {
		N     int
		Kind  string
		Claim document.Claim
	}
	Events []struct {
		AppearanceID string `json:"appearance_id"`
		Seq          int64
		Type, Stance string
		SetBy        string `json:"set_by"`
	} `json:"appearance_events"`
}

// export takes an export as NDJSON: its first line, its claims, its last line.
func (p *partner) export(after string) (first exported, claims []exported, last exported) {
	p.t.Helper()
	a := p.get("/export?format=ndjson&after=" + after)
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "application/x-ndjson" {
		p.t.Fatalf("got %d as %s: %s", a.StatusCode, a.Header.Get("Content-Type"), a.body)
	}
	var all []exported
	for line := range bytes.Lines(a.body) {
		var e exported
		if err := json.Unmarshal(line, &e); err != nil {
			p.t.Fatalf("%v in %s", err, line)
		}
		all = append(all, e)
	}
	if len(all) < 2 || !all[len(all)-1].End || all[len(all)-1].Claims != len(all)-2 || all[0].Epoch == "" || a.Header.Get("Feed-Epoch") != all[0].Epoch || a.Header.Get("Feed-Seq") != strconv.FormatInt(all[0].Seq, 10) {
		p.t.Fatalf("got %.300s of %s:%s, want a first line, claims, and a last line that counts them", a.body, a.Header.Get("Feed-Epoch"), a.Header.Get("Feed-Seq"))
	}
	return all[0], all[1 : len(all)-1], all[len(all)-1]
}

// house publishes claims of all kinds, and returns one that has a history and one that is no longer public.
func house(t *testing.T, env *storetest.Env) (v, gone store.Version) {
	t.Helper()
	v = env.Published(t, "=HYPERLINK(\"https://evil.example\") says the mayor", "False")
	env.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "We had the wrong day.")
	retracted := env.Published(t, "The river is dry.", "False")
	env.Corrected(t, retracted.Verdict, factcheck.CorrectionRetraction, "We take it back.")
	suspended := env.Published(t, "The bridge is closed.", "False")
	if err := env.DB.SuspendVerdict(t.Context(), env.Editor, suspended.Verdict, "A source was withdrawn."); err != nil {
		t.Fatal(err)
	}
	gone = env.Published(t, "The mayor resigned.", "False")
	env.Corrected(t, gone.Verdict, factcheck.CorrectionRetraction, "It is told elsewhere.")
	if err := env.DB.MergeClaims(t.Context(), env.Editor, gone.Claim, v.Claim, "The same."); err != nil {
		t.Fatal(err)
	}
	return v, gone
}

func TestExportHasEveryVersionAndAppearanceEvent(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v, gone := house(t, env)
	secret := env.Claim(t, "A secret.")
	_, shown := linked(t, env, "https://news.example/mayor", map[factcheck.ClaimID]factcheck.Stance{v.Claim: factcheck.StanceMakes, secret: factcheck.StanceMakes})
	if err := env.DB.SetStance(t.Context(), env.Checker, shown[v.Claim], 1, factcheck.AppearanceInput{Stance: factcheck.StanceDisputes, Quote: "The mayor has resigned", Note: "for us alone"}); err != nil {
		t.Fatal(err)
	}
	p := serve(t, env)
	first, claims, last := p.export("")
	if want := p.head(); first.Seq != want || last.Seq != want || first.Epoch != last.Epoch || len(claims) != 3 {
		t.Fatalf("got %+v … %+v with %d claims, want what is true at %d", first, last, len(claims), want)
	}
	if one := claims[0]; one.ID != v.Claim.String() || one.URL == "" || len(one.Versions) != 2 || one.Versions[0].Kind != "published" || one.Versions[1].Kind != "correction" ||
		one.Versions[0].Claim.Verdicts[0].Version != 1 || one.Versions[1].Claim.Verdicts[0].Version != 2 {
		t.Errorf("got %+v, want both versions", one)
	}
	var stances []string
	for _, e := range claims[0].Events {
		stances = append(stances, e.Type+" "+e.Stance+" "+e.SetBy)
		if e.AppearanceID != shown[v.Claim].String() || e.Seq == 0 {
			t.Errorf("got %+v, want the id and number", e)
		}
	}
	if diff := cmp.Diff([]string{"appearance.added makes person", "appearance.changed disputes person"}, stances); diff != "" {
		t.Errorf("appearance events (-want +got):\n%s", diff)
	}
	for _, c := range claims {
		want := as[versionAnswer](t, p.get("/claims/"+c.ID+"/versions")).Data
		got := []document.Claim{}
		for _, s := range c.Versions {
			got = append(got, s.Claim)
		}
		for i := range want {
			if diff := cmp.Diff(want[i].Claim, got[i]); diff != "" {
				t.Errorf("version %d of %s is not as GET …/versions has it (-want +got):\n%s", i+1, c.ID, diff)
			}
		}
		if c.ID == gone.Claim.String() || len(want) != len(got) || len(got) == 0 {
			t.Errorf("%s: got %d versions, want %d of a public claim", c.ID, len(got), len(want))
		}
	}
	if a := p.get("/export?format=ndjson"); bytes.Contains(a.body, []byte("for us alone")) || bytes.Contains(a.body, []byte("secret")) {
		t.Error("the export tells what is the newsroom's")
	}
	if _, rest, _ := p.export(claims[0].ID); len(rest) != 2 || rest[0].ID != claims[1].ID {
		t.Errorf("got %+v after the first claim, want the other two", rest)
	}
}

type versionAnswer struct {
	Data []struct{ Claim document.Claim }
}

func TestExportIsADataFeedWithWhatWasDeletedAndATableWithoutFormulas(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	_, gone := house(t, env)
	p := serve(t, env)
	var feed struct {
		Type    string `json:"@type"`
		Version string
		Items   []struct {
			Identifier  []string
			DateDeleted string
			Item        []any
		} `json:"dataFeedElement"`
	}
	a := p.get("/export?format=claimreview")
	if err := json.Unmarshal(a.body, &feed); err != nil {
		t.Fatal(err)
	}
	last := feed.Items[len(feed.Items)-1]
	if feed.Type != "DataFeed" || !strings.HasSuffix(feed.Version, a.Header.Get("Feed-Seq")) || len(feed.Items) != 3 || last.DateDeleted == "" || len(last.Item) != 0 || last.Identifier[0] != gone.Claim.String() {
		t.Errorf("got %s, want what stands, what was retracted and what is gone", a.body)
	}
	rows, err := csv.NewReader(bytes.NewReader(p.get("/export?format=csv").body)).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("got %d rows, %v, want a header and what stands", len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("the cell %q is a formula", cell)
			}
		}
	}
	if !strings.Contains(strings.Join(rows[1], ","), "'=HYPERLINK(") {
		t.Errorf("got %q, want the claim behind an apostrophe", rows[1])
	}
	for _, query := range []string{"", "?format=xml", "?format=ndjson&after=x", "?format=ndjson&after=verdict_01h455vb4pex5vsknk084sn02q", "?format=csv&limit=1"} {
		wantProblem(t, p.get("/export"+query), http.StatusBadRequest)
	}
}

func TestExportIsPackedAsTheClientLikes(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	house(t, env)
	p := serve(t, env)
	_, rest, _ := bytes.Cut(p.get("/export?format=ndjson").body, []byte{'\n'})
	for accept, unpack := range map[string]func(io.Reader) (io.Reader, error){
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	} {
		a := p.get("/export?format=ndjson", "Accept-Encoding", accept)
		in, err := unpack(bytes.NewReader(a.body))
		if err != nil || a.Header.Get("Content-Encoding") != accept || a.Header.Get("Vary") != "Accept-Encoding" {
			t.Fatalf("%s: got %s, %v", accept, a.Header.Get("Content-Encoding"), err)
		}
		got, err := io.ReadAll(in)
		if _, got, _ := bytes.Cut(got, []byte{'\n'}); err != nil || !bytes.Equal(got, rest) {
			t.Errorf("%s: got other bytes than unpacked, %v", accept, err)
		}
		if a := p.do("HEAD", "/api/v1/export?format=ndjson", "Accept-Encoding", accept); a.StatusCode != 200 || a.Header.Get("Feed-Seq") == "" || a.Header.Get("Content-Encoding") != accept || len(a.body) > 0 {
			t.Errorf("%s: got %v for HEAD, want the same headers", accept, a.Header)
		}
	}
	if a := p.get("/export?format=csv", "Accept-Encoding", "gzip;q=0, br"); a.Header.Get("Content-Encoding") != "" {
		t.Errorf("got %s, want it plain", a.Header.Get("Content-Encoding"))
	}
}

func TestExportsAreLimitedAndWhoStopsReadingIsCut(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, strings.Repeat("The mayor has resigned. ", 40), "False")
	for range 60 {
		env.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "More is known.")
	}
	p := serveNarrow(t, env)
	p.api.Hurry(time.Second, 2*time.Second)
	begin := func() io.ReadCloser {
		req, err := http.NewRequestWithContext(t.Context(), "GET", p.url+"/api/v1/export?format=ndjson", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Forwarded-For", "192.0.2.1")
		resp, err := p.http.Do(req)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("got %v, %v, want an export", resp, err)
		}
		return resp.Body
	}
	one, two := begin(), begin()
	wantProblem(t, p.get("/export?format=csv", "X-Forwarded-For", "192.0.2.1"), http.StatusTooManyRequests)
	eventually(t, "who stops reading is cut off", 20*time.Second, func() bool { return p.api.Exporting() == 0 })
	for _, body := range []io.ReadCloser{one, two} {
		if got, err := io.ReadAll(body); err == nil || bytes.Contains(got, []byte(`"end":true`)) {
			t.Errorf("an export of %d bytes that was broken off looks whole: %v", len(got), err)
		}
		_ = body.Close() // it is broken
	}
	p.api.Hurry(time.Second, 20*time.Second)
	if _, claims, _ := p.export(""); len(claims) != 1 || len(claims[0].Versions) != 61 {
		t.Errorf("got %d claims, want the one with all its versions", len(claims))
	}
}
