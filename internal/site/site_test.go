package site_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/api"
	"github.com/touchstone-factcheck/touchstone/internal/courier"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/site"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// desk is a site on a real listener over a test's database, with its follower running.
type desk struct {
	*storetest.Env
	site    *site.Site
	finder  *finder.Finder // nil: the store answers
	api     *api.API       // nil: there is none
	memory  int            // CacheBytes of the site
	courier *courier.Courier
	base    string
}

// newDesk returns a site without a search index.
func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{Env: storetest.New(t)}
	d.open(t, live.New(d.DB, slog.New(slog.DiscardHandler)))
	return d
}

// open serves the site until the test ends.
func (d *desk) open(t *testing.T, l *live.Live) {
	t.Helper()
	var document func() []byte
	if d.api != nil {
		document = d.api.Document
	}
	d.site = site.New(site.Config{Document: document, Store: d.DB, Live: l, Finder: d.finder, Courier: d.courier, PublicURL: "https://desk.example", Version: "test", CacheBytes: d.memory, Logger: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = l.Run(ctx) })
	if d.finder != nil {
		running.Go(func() { _ = d.finder.Run(ctx) })
	}
	app := fiber.New(fiber.Config{Immutable: true, StrictRouting: true, CaseSensitive: true, DisableStartupMessage: true, ErrorHandler: d.fail})
	d.site.Mount(app)
	if d.api != nil {
		d.api.Mount(app)
	}
	handler := app.Handler()
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &fasthttp.Server{ReadBufferSize: 16 << 10, Handler: func(ctx *fasthttp.RequestCtx) {
		if !d.site.FastClaim(ctx) && !d.site.FastPage(ctx) {
			handler(ctx)
		}
	}}
	go func() { _ = srv.Serve(ln) }()
	t.Cleanup(func() { _ = srv.Shutdown(); cancel(); running.Wait() })
	d.base = "http://" + ln.Addr().String()
}

// fail answers errors as the server does, in short.
func (d *desk) fail(c *fiber.Ctx, err error) error {
	status := fiber.StatusInternalServerError
	switch factcheck.CodeOf(err) {
	case factcheck.CodeNotFound:
		status = fiber.StatusNotFound
	case factcheck.CodeInvalid:
		status = fiber.StatusBadRequest
	}
	if routing, ok := errors.AsType[*fiber.Error](err); ok {
		status = routing.Code
	}
	message := ""
	if coded, ok := errors.AsType[*factcheck.Error](err); ok {
		message = coded.Message
	}
	html, rerr := d.site.RenderError(c.Context(), status, message, "req", 0)
	if rerr != nil {
		return rerr
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(status).Send(html)
}

// answer is a response whose body was read.
type answer struct {
	StatusCode int
	Header     http.Header
}

// get asks once, without following redirects.
func (d *desk) get(t *testing.T, path string, headers ...string) (answer, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	// A connection of its own that is closed after the answer: one kept for each of the
	// thousands that eventually asks would use up the process's file descriptors.
	client := &http.Client{
		Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header}, string(body)
}

// eventually waits until the page satisfies want, at most twenty seconds: the machine may be busy.
func (d *desk) eventually(t *testing.T, path string, want func(string) bool) string {
	t.Helper()
	var body string
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		if _, body = d.get(t, path); want(body) {
			return body
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s never became what it should: %.600s", path, body)
	return ""
}

const mayor = "/claims/the-mayor-of-exampleville-has-resigned"

func TestClaimPageSaysTheVerdictFirst(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Published(t, "The mayor of Exampleville has resigned.", "False")
	resp, body := d.get(t, mayor)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("got %d", resp.StatusCode)
	}
	for _, want := range []string{
		"<title>False: ", `<link rel="canonical" href="https://desk.example` + mayor, `"@type":"ClaimReview"`, "chaired the council", "Agenda of the council", "Carla Checker", "Edda Editor",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n := strings.Count(body, "<h1"); n != 1 {
		t.Errorf("got %d h1, want 1", n)
	}
}

func TestFinishedPageComesCompressedAndIsNotSentTwice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Published(t, "The mayor of Exampleville has resigned.", "False")
	_, plain := d.get(t, mayor)
	resp, packed := d.get(t, mayor, "Accept-Encoding", "gzip")
	zr, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(zr); err != nil || string(got) != plain {
		t.Errorf("gzip differs from the plain page (%v)", err)
	}
	_, packed = d.get(t, mayor, "Accept-Encoding", "br, gzip")
	if got, err := io.ReadAll(brotli.NewReader(bytes.NewReader([]byte(packed)))); err != nil || string(got) != plain {
		t.Errorf("brotli differs from the plain page (%v)", err)
	}
	tag := resp.Header.Get("ETag")
	resp, body := d.get(t, mayor, "If-None-Match", `"other", `+tag, "Accept-Encoding", "gzip")
	if resp.StatusCode != http.StatusNotModified || body != "" || resp.Header.Get("ETag") != tag {
		t.Errorf("got %d with %d bytes and tag %s, want 304 without a body and the same tag", resp.StatusCode, len(body), resp.Header.Get("ETag"))
	}
	if !strings.Contains(resp.Header.Get("Vary"), "Accept-Encoding") {
		t.Errorf("got Vary %q", resp.Header.Get("Vary"))
	}
	if resp, _ := d.get(t, mayor, "If-None-Match", tag); resp.StatusCode != http.StatusOK || resp.Header.Get("ETag") == tag {
		t.Errorf("got %d with tag %s for another encoding, want the page with a tag of its own", resp.StatusCode, resp.Header.Get("ETag"))
	}
}

func TestUnknownAndUnpublishedAreTheSame(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Submitted(t, "The mayor of Exampleville has resigned.", "False")
	r1, unpublished := d.get(t, mayor)
	r2, unknown := d.get(t, "/claims/nobody-ever-said-this")
	if r1.StatusCode != http.StatusNotFound || r2.StatusCode != http.StatusNotFound || unpublished != unknown {
		t.Errorf("got %d and %d, bodies equal: %v; want the same 404", r1.StatusCode, r2.StatusCode, unpublished == unknown)
	}
	for _, sub := range []string{"/v/1", "/history", "?as_of=2030-01-01"} {
		if r, _ := d.get(t, mayor+sub); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %d for an unpublished claim, want 404", sub, r.StatusCode)
		}
	}
	_, home := d.get(t, "/")
	_, found := d.get(t, "/search?q=resigned")
	if strings.Contains(home+found, "Exampleville") {
		t.Error("the unpublished claim shows on the front page or in the search")
	}
}

func TestSuspensionReachesPagesKeptInMemory(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	d.eventually(t, mayor, func(s string) bool { return strings.Contains(s, "<title>False") })
	if err := d.DB.SuspendVerdict(t.Context(), d.Editor, v.Verdict, "A source is in doubt."); err != nil {
		t.Fatal(err)
	}
	body := d.eventually(t, mayor, func(s string) bool {
		return strings.Contains(s, "Under review") && !strings.Contains(s, "<title>False")
	})
	_, first := d.get(t, mayor+"/v/1")
	_, hist := d.get(t, mayor+"/history")
	for name, s := range map[string]string{"page": body, "first state": first, "history": hist} {
		if strings.Contains(s, "chaired the council") || strings.Contains(s, `"ClaimReview"`) || strings.Contains(s, ">False<") {
			t.Errorf("the %s still shows the finding", name)
		}
	}
}

func TestEarlierStatesStayReadable(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	first := d.Clock.Now()
	d.Clock.Advance(48 * time.Hour)
	d.Corrected(t, v.Verdict, factcheck.CorrectionClarification, "The date of the session was added.")
	if r, body := d.get(t, mayor+"/v/1"); r.StatusCode != http.StatusOK || strings.Contains(body, "The date of the session was added.</p>") {
		t.Errorf("/v/1: got %d", r.StatusCode)
	}
	if r, body := d.get(t, mayor+"/v/2"); r.StatusCode != http.StatusOK || !strings.Contains(body, "The date of the session was added.") {
		t.Errorf("/v/2: got %d without its note", r.StatusCode)
	}
	for _, bad := range []string{"/v/0", "/v/3", "/v/01", "/v/x", "/v/99999999999999999999"} {
		if r, _ := d.get(t, mayor+bad); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", bad, r.StatusCode)
		}
	}
	if r, body := d.get(t, mayor+"?as_of="+first.Format(time.RFC3339Nano)); r.StatusCode != http.StatusOK || !strings.Contains(body, mayor+"/v/2") {
		t.Errorf("as_of the first day: got %d, without a way to the next state", r.StatusCode)
	}
	states, err := d.DB.States(t.Context(), v.Claim)
	if err != nil {
		t.Fatal(err)
	}
	for _, moved := range []struct {
		by   time.Duration
		want int
	}{{0, http.StatusOK}, {-time.Microsecond, http.StatusNotFound}} { // the page of the one is not given for the other
		at := states[0].At.UTC().Add(moved.by).Format(time.RFC3339Nano)
		if r, _ := d.get(t, mayor+"?as_of="+at); r.StatusCode != moved.want {
			t.Errorf("as_of %s, published at %s: got %d, want %d", at, states[0].At, r.StatusCode, moved.want)
		}
	}
	for lang, want := range map[string]string{"": `By the end of <time datetime="1999">1999</time>`, "/es": `Al final de <time datetime="1999">1999</time>`, "/ar": `حتى نهاية <time datetime="1999">1999</time>`} {
		r, body := d.get(t, lang+mayor+"?as_of=1999")
		if r.StatusCode != http.StatusNotFound || r.Header.Get("Cache-Control") != "no-store" || !strings.Contains(body, want) || !strings.Contains(body, `href="`+lang+mayor+`/v/1"`) ||
			strings.Count(body, mayor+`?as_of=1999"`) != 2 || !strings.Contains(body, `content="noindex"`) {
			t.Errorf("as_of before it was published, in %q: got %d, want 404 with the way to when it was", lang, r.StatusCode)
		}
	}
	for asked, want := range map[string]string{"2030": "at the end of", "2030-06": "at the end of", "2030-06-07": "as it stood on", "2030-06-07T16:40:00Z": "as it stood on"} {
		if _, body := d.get(t, mayor+"?as_of="+asked); !strings.Contains(body, want+` <time datetime="`+asked+`">`) {
			t.Errorf("as_of=%s: not worded as it was asked for", asked)
		}
	}
	if _, body := d.get(t, mayor+"?as_of=2030-01-01"); !strings.Contains(body, `href="/es`+mayor+`?as_of=2030-01-01"`) {
		t.Error("as_of: another language is of another moment")
	}
	if r, _ := d.get(t, mayor+"?as_of=yesterday"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("as_of nonsense: got %d, want 400", r.StatusCode)
	}
}

func TestOldAddressesLeadToTheClaim(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	claim, err := d.DB.NewsroomClaim(t.Context(), d.Checker, v.Claim)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.DB.RenameSlug(t.Context(), d.Editor, v.Claim, claim.Revision, "mayor-resigned"); err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"", "/history", "/history?from=1&to=1", "/v/1", "/cite.bib", "/feed.atom", "/report", "/dispute", "?as_of=2030-01-01"} {
		r, _ := d.get(t, mayor+sub)
		if r.StatusCode != http.StatusMovedPermanently || r.Header.Get("Location") != "/claims/mayor-resigned"+sub || !strings.Contains(r.Header.Get("Cache-Control"), "max-age=0") {
			t.Errorf("%s: got %d to %q, %q; want nobody to keep for long where it leads", sub, r.StatusCode, r.Header.Get("Location"), r.Header.Get("Cache-Control"))
		}
	}
	_, body := d.get(t, "/claims/mayor-resigned")
	if !strings.Contains(body, `href="https://desk.example/claims/mayor-resigned"`) {
		t.Error("the page does not name its new address")
	}
}

func TestHostileAddressesAreNotFound(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, path := range []string{
		"/claims/%00", "/claims/%ff%fe", "/claims/" + strings.Repeat("a", 3000), "/claims/%2e%2e%2f", "/claims/<script>", "/claims/'; DROP TABLE claims; --",
		"/articles/%00", "/claims/x/v/-1", "/claims/%E2%80%AE",
	} {
		if r, body := d.get(t, strings.ReplaceAll(path, " ", "%20")); r.StatusCode != http.StatusNotFound || strings.Contains(body, "<script>") {
			t.Errorf("%.60s: got %d, want 404", path, r.StatusCode)
		}
	}
	for _, q := range []string{"%00", "%ff"} {
		if r, _ := d.get(t, "/search?q="+q); r.StatusCode != http.StatusBadRequest {
			t.Errorf("search %.20s: got %d, want 400", q, r.StatusCode)
		}
	}
	if r, body := d.get(t, "/search?q=%3Cscript%3Ealert(1)%3C/script%3E"); r.StatusCode != http.StatusOK || strings.Contains(body, "<script>alert") {
		t.Errorf("search: got %d, or the query became markup", r.StatusCode)
	}
}

func TestSearchFindsWhatIsPublic(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, text := range []string{"The mayor of Exampleville has resigned.", "The minister resigned on Monday.", "The lake is dry."} {
		d.Published(t, text, "False")
	}
	_, body := d.get(t, "/search?q=resigned")
	if !strings.Contains(body, "Exampleville") || !strings.Contains(body, "minister") || strings.Contains(body, "lake") {
		t.Errorf("got %.800s", body)
	}
	_, none := d.get(t, "/search?q=unheard-of")
	if strings.Contains(none, "Exampleville") {
		t.Error("a query without hits shows claims")
	}
}

func TestFinishedPageSurvivesARestart(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	if err := d.site.RenderClaim(t.Context(), v.Claim); err != nil {
		t.Fatal(err)
	}
	if err := d.site.RenderClaim(t.Context(), v.Claim); err != nil {
		t.Errorf("rendering again: %v", err)
	}
	var pages int
	if err := d.DB.Pool().QueryRow(t.Context(), `SELECT count(*) FROM claim_pages`).Scan(&pages); err != nil || pages != 1 {
		t.Errorf("got %d stored pages, %v; want 1", pages, err)
	}
	hidden := d.Submitted(t, "The lake is dry.", "False")
	if err := d.site.RenderClaim(t.Context(), hidden.Claim); err != nil {
		t.Errorf("a claim that is not public needs no page, got %v", err)
	}
}

func TestPagesSpeakTheLanguageOfTheirAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	for _, tt := range []struct {
		path, lang, dir, has string
		status               int
	}{
		{"/es" + mayor, "es", "ltr", "<title>Falso: ", 200},
		{"/ar" + mayor, "ar", "rtl", "<title>خاطئ: ", 200},
		{"/es" + mayor + "/history", "es", "ltr", `href="/es` + mayor + `/v/1"`, 200},
		{"/es" + mayor + "/v/1", "es", "ltr", "Está leyendo el estado", 200},
		{"/es/", "es", "ltr", `href="/es` + mayor + `"`, 200},
		{"/ar/search?q=mayor&sort=newest", "ar", "rtl", `href="/es/search?q=mayor&amp;sort=newest"`, 200},
		{"/es/nothing-here", "es", "ltr", "Página no encontrada", 404},
		{"/ar/claims/nobody-said-this", "ar", "rtl", "الصفحة غير موجودة", 404},
		{"/es" + mayor + "?as_of=yesterday", "es", "ltr", "No lo hemos entendido", 400},
		{mayor, "en", "ltr", `href="/ar` + mayor + `"`, 200},
		{"/fr" + mayor, "en", "ltr", "Page not found", 404},
	} {
		r, body := d.get(t, tt.path)
		if want := `<html lang="` + tt.lang + `" dir="` + tt.dir + `">`; r.StatusCode != tt.status || !strings.Contains(body, want) || !strings.Contains(body, tt.has) {
			t.Errorf("%s: got %d, want %d with %s and %s", tt.path, r.StatusCode, tt.status, want, tt.has)
		}
	}
	_, body := d.get(t, "/es"+mayor)
	for _, want := range []string{
		`rel="canonical" href="https://desk.example/es` + mayor + `"`, `hreflang="en" href="https://desk.example` + mayor + `"`,
		`hreflang="ar" href="https://desk.example/ar` + mayor + `"`, `hreflang="x-default" href="https://desk.example` + mayor + `"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the Spanish page lacks %s", want)
		}
	}
	if strings.Contains(body, "ClaimReview") {
		t.Error("the Spanish page carries a ClaimReview, which belongs to the page it names")
	}
	if r, _ := d.get(t, "/es"); r.StatusCode != http.StatusMovedPermanently || r.Header.Get("Location") != "/es/" {
		t.Errorf("/es: got %d to %q, want 301 to /es/", r.StatusCode, r.Header.Get("Location"))
	}
	if err := d.DB.SuspendVerdict(t.Context(), d.Editor, v.Verdict, "A source is in doubt."); err != nil {
		t.Fatal(err)
	}
	d.eventually(t, "/es"+mayor, func(s string) bool {
		return strings.Contains(s, "En revisión") && !strings.Contains(s, "<title>Falso")
	})
	claim, err := d.DB.NewsroomClaim(t.Context(), d.Checker, v.Claim)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.DB.RenameSlug(t.Context(), d.Editor, v.Claim, claim.Revision, "mayor-resigned"); err != nil {
		t.Fatal(err)
	}
	if r, _ := d.get(t, "/ar"+mayor); r.StatusCode != http.StatusMovedPermanently || r.Header.Get("Location") != "/ar/claims/mayor-resigned" {
		t.Errorf("the old address: got %d to %q", r.StatusCode, r.Header.Get("Location"))
	}
}

func TestStatesAreComparedWordByWord(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	d.Corrected(t, v.Verdict, factcheck.CorrectionClarification, "The date of the session was added.")
	for _, tt := range []struct {
		path, has string
		status    int
	}{
		{"/history?from=1&to=2", "<ins>", 200},
		{"/history?to=2", "from state 1 to state 2", 200},
		{"/history?from=2&to=1", "<del>", 200},
		{"/history?from=2&to=2", "Nothing that can be read", 200},
		{"/history?from=1&to=9", "Page not found", 404},
		{"/history?from=01&to=2", "Page not found", 404},
		{"", `href="` + mayor + `/history?from=1&amp;to=2#compared"`, 200},
		{"", `href="` + mayor + `/v/1"`, 200},
		{"/cite.bib", "@online{claim_", 200},
		{"/cite.json", `"type": "webpage"`, 200},
		{"/cite.exe", "Page not found", 404},
	} {
		if r, body := d.get(t, mayor+tt.path); r.StatusCode != tt.status || !strings.Contains(body, tt.has) {
			t.Errorf("%s: got %d, want %d with %q", tt.path, r.StatusCode, tt.status, tt.has)
		}
	}
	if r, body := d.get(t, "/es"+mayor+"/history?from=1&to=2"); r.StatusCode != 200 || !strings.Contains(body, "añadido:") || !strings.Contains(body, `href="/ar`+mayor+`/history?from=1&amp;to=2"`) {
		t.Errorf("in Spanish: got %d without spoken words or the way to Arabic", r.StatusCode)
	}
	if err := d.DB.SuspendVerdict(t.Context(), d.Editor, v.Verdict, "A source is in doubt."); err != nil {
		t.Fatal(err)
	}
	body := d.eventually(t, mayor+"/history?from=1&to=2", func(s string) bool { return !strings.Contains(s, "<ins>") })
	if strings.Contains(body, "The date of the session") {
		t.Error("the comparison shows a note of a verdict under review")
	}
}
