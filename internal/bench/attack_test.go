package bench

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// secured sends the headers that every answer needs.
func secured(w http.ResponseWriter) {
	for _, name := range needed {
		w.Header().Set(name, "x")
	}
}

func TestJudgeFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		handler func(w http.ResponseWriter)
		want    string // empty: nothing is wrong
	}{
		"a sound page": {func(w http.ResponseWriter) { secured(w); fmt.Fprint(w, "<p>&lt;tsx1") }, ""},
		"JSON with the payload": {func(w http.ResponseWriter) {
			secured(w)
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `"<tsx1"`)
		}, ""},
		"304 without headers": {func(w http.ResponseWriter) { w.WriteHeader(304) }, ""},
		"redirect home":       {func(w http.ResponseWriter) { secured(w); w.Header().Set("Location", "/sign-in"); w.WriteHeader(303) }, ""},
		"500":                 {func(w http.ResponseWriter) { secured(w); w.WriteHeader(500) }, "500"},
		"503":                 {func(w http.ResponseWriter) { secured(w); w.WriteHeader(503) }, "503"},
		"no policy":           {func(w http.ResponseWriter) { secured(w); w.Header().Del(needed[0]) }, needed[0]},
		"markup as it came": {func(w http.ResponseWriter) {
			secured(w)
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, `<p><tsx1 onload>`)
		}, "<tsx1"},
		"attribute left": {func(w http.ResponseWriter) {
			secured(w)
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, `<a b=""tsq1=>`)
		}, "tsq1"},
		"markup, no type":  {func(w http.ResponseWriter) { secured(w); w.Header()["Content-Type"] = nil; fmt.Fprint(w, `<tsx1`) }, "<tsx1"},
		"header of theirs": {func(w http.ResponseWriter) { secured(w); w.Header().Set("X-Injected", "1") }, "header"},
		"cookie of theirs": {func(w http.ResponseWriter) { secured(w); w.Header().Set("Set-Cookie", "tsinjected=1") }, "cookie"},
		"redirect away": {func(w http.ResponseWriter) {
			secured(w)
			w.Header().Set("Location", "//evil.example/")
			w.WriteHeader(303)
		}, "redirects"},
		"template run":          {func(w http.ResponseWriter) { secured(w); fmt.Fprint(w, 77713*1337) }, "template"},
		"a file of the machine": {func(w http.ResponseWriter) { secured(w); fmt.Fprint(w, "root:x:0:0:root") }, "passwd"},
		"words of the database": {func(w http.ResponseWriter) { secured(w); fmt.Fprint(w, "ERROR (SQLSTATE 42601)") }, "database"},
		"a stack":               {func(w http.ResponseWriter) { secured(w); fmt.Fprint(w, "goroutine 1 [running]: main.go:3") }, "stack"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { c.handler(w) }))
			defer srv.Close()
			a := attack{method: "GET", raw: []byte("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), traces: []string{"<tsx1", `"tsq1=`}, limit: 10 * time.Second}
			got := a.send(t.Context(), srv.URL)
			switch {
			case c.want == "" && got.err != nil:
				t.Errorf("error: got %v, want none", got.err)
			case c.want != "" && (got.err == nil || !strings.Contains(got.err.Error(), c.want)):
				t.Errorf("error: got %v, want one with %q", got.err, c.want)
			}
		})
	}
}

func TestSilenceIsForgivenOnlyToWhatIsNoHTTP(t *testing.T) {
	t.Parallel()
	closing := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer closing.Close()
	stop := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stop }))
	defer hanging.Close()
	defer close(stop)
	for _, c := range []struct {
		base     string
		mayClose bool
		want     string
	}{{closing.URL, true, ""}, {closing.URL, false, "no answer"}, {hanging.URL, true, "neither answered nor closed"}, {hanging.URL, false, "neither answered nor closed"}} {
		a := attack{method: "GET", raw: []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), mayClose: c.mayClose, limit: 300 * time.Millisecond}
		got := a.send(t.Context(), c.base).err
		if c.want == "" && got != nil || c.want != "" && (got == nil || !strings.Contains(got.Error(), c.want)) {
			t.Errorf("may close %v: got %v, want %q", c.mayClose, got, c.want)
		}
	}
}

// craftTargets is a program to attack that nobody runs.
func craftTargets() *targets {
	return &targets{key: "ts_key", cookie: "c=1", pages: []string{"/", "/claims/x"}, ops: []operation{
		{"GET", "/api/v1/claims/{id}", []parameter{{"id", "path"}, {"as_of", "query"}, {"If-None-Match", "header"}}}, {"GET", "/api/v1/claims", []parameter{{"truth", "query"}}},
	}}
}

func TestEveryParameterIsAttacked(t *testing.T) {
	t.Parallel()
	tg := craftTargets()
	var all bytes.Buffer
	kinds := map[string]int{}
	for i := range 640 {
		a := tg.attack(i)
		_, kind, _ := strings.Cut(a.name, " ")
		kinds[kind]++
		all.Write(a.raw)
		if a.limit <= 0 || a.method == "" || len(a.raw) == 0 {
			t.Fatalf("attack %d is incomplete: %+v", i, a)
		}
	}
	for _, want := range []string{"truth=", "as_of=", "If-None-Match: ", "/api/v1/claims/%", "Bearer ts_key", "Cookie: c=1"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("in 640 attacks: %q does not occur", want)
		}
	}
	if got := len(kinds); got != 15 {
		t.Errorf("kinds of attack: got %d (%v), want 15", got, maps.Collect(maps.All(kinds)))
	}
	if diff := cmp.Diff(tg.attack(42).raw, craftTargets().attack(42).raw); diff != "" {
		t.Errorf("the same number makes another attack (-first +second):\n%s", diff)
	}
}

func TestOperationsAreReadFromTheDocument(t *testing.T) {
	t.Parallel()
	got, err := operations([]byte(`{"servers":[{"url":"http://h:1/api/v1"}],"paths":{"/b":{"post":{},"parameters":[]},"/a/{id}":{"get":{"parameters":[{"name":"id","in":"path"}]}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []operation{{"GET", "/api/v1/a/{id}", []parameter{{"id", "path"}}}, {"POST", "/api/v1/b", nil}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(operation{})); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
	if _, err := operations([]byte(`{"paths":{}}`)); err == nil {
		t.Error("a document without operations: got no error, want one")
	}
}

func TestReportCountsWrongAnswers(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r := &attackReport{codes: map[int]int{}}
	r.take(attackResult{status: 404})
	r.take(attackResult{attack: attack{name: "7 query", raw: []byte("GET /?x")}, status: 500, err: fmt.Errorf("answered 500")})
	found, err := r.verdict(Options{Out: &out})
	if err == nil || !strings.Contains(found, "2 hostile requests, 1 answers wrong") {
		t.Errorf("verdict: got %q, %v, want one wrong of two", found, err)
	}
	if !strings.Contains(out.String(), "GET /?x") {
		t.Errorf("the request is not shown: %q", &out)
	}
}

func TestLighthouseReportNamesWhatIsLow(t *testing.T) {
	t.Parallel()
	score := func(f float64) *float64 { return &f }
	var r lighthouseReport
	r.Categories = map[string]struct {
		Score     *float64 `json:"score"`
		AuditRefs []struct {
			ID     string  `json:"id"`
			Weight float64 `json:"weight"`
		} `json:"auditRefs"`
	}{"performance": {Score: score(0.95)}, "accessibility": {Score: score(1)}, "best-practices": {Score: score(0.99)}}
	got := r.below()
	if len(got) != 2 || !strings.HasPrefix(got[0], "best-practices 99 of 100") || !strings.HasPrefix(got[1], "seo 0 of 100") {
		t.Errorf("too low: got %q, want best-practices and seo", got)
	}
}
