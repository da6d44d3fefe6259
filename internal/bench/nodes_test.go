package bench

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// nodes are two programs that serve one house from one database, as behind one nginx.
type nodes struct {
	*storetest.Env
	a, b    *program
	mayor   store.Version // with an article, a topic and a claimant
	article string        // path
}

// houseURL is what readers know both nodes by.
const houseURL = "http://localhost:8080"

func newNodes(t *testing.T) *nodes {
	t.Helper()
	n := &nodes{Env: storetest.New(t)}
	ctx := t.Context()
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	topic, err := n.DB.AddTopic(ctx, n.Editor, factcheck.TopicInput{Name: "Politics"})
	try(err)
	who, err := n.DB.AddClaimant(ctx, n.Checker, factcheck.ClaimantInput{Name: "Ann Example", Kind: factcheck.ClaimantPerson})
	try(err)
	claim, err := n.DB.FileClaim(ctx, n.Checker, factcheck.ClaimInput{Text: "The mayor has resigned.", Language: "en", Topics: []factcheck.TopicID{topic}, Claimant: who})
	try(err)
	v, err := n.DB.DraftVerdict(ctx, n.Checker, claim, n.Draft("False"))
	try(err)
	v, err = n.DB.SubmitVerdict(ctx, n.Checker, v.ID, v.Revision)
	try(err)
	n.mayor, err = n.DB.ApproveVerdict(ctx, n.Editor, v.ID, v.Hash)
	try(err)
	added, err := n.DB.AddArticle(ctx, n.Checker, factcheck.ArticleInput{URL: "https://wire.example/1", Title: "Mayor quits", Text: "x"})
	try(err)
	_, err = n.DB.LinkArticle(ctx, n.Checker, added.Article, claim, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats})
	try(err)
	a, err := n.DB.PublicArticleByURL(ctx, "https://wire.example/1")
	try(err)
	n.article = "/articles/" + a.Slug
	n.Corrected(t, n.Published(t, "The bridge is closed.", "True").Verdict, factcheck.CorrectionCorrection, "It is the other bridge.")
	n.a, n.b = n.start(t, "node-a"), n.start(t, "node-b")
	return n
}

// start starts a node whose connections carry its name.
func (n *nodes) start(t *testing.T, name string) *program {
	t.Helper()
	p, err := startProgram(t.Context(), Options{Program: builtProgram}, "serve", "DATABASE_URL="+n.URL+"&application_name="+name,
		"TOUCHSTONE_MIGRATE_URL="+n.OwnerURL, "TOUCHSTONE_DATA_DIR="+t.TempDir(), "TOUCHSTONE_PUBLIC_URL="+houseURL, "TOUCHSTONE_RATE_LIMIT=off")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.stop(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// reply is what a node answers.
type reply struct {
	Status int
	Header http.Header // without what is of the one request
	Body   string
}

func (p *program) ask(t *testing.T, method, path, encoding string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, p.Base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", encoding)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: 20 * time.Second, Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to the end below
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, own := range []string{"Date", "X-Request-Id", "Ratelimit", "Ratelimit-Policy", "Connection"} {
		resp.Header.Del(own)
	}
	return reply{resp.StatusCode, resp.Header, string(body)}
}

// places are the addresses of everything that readers and machines get, one of each kind.
func (n *nodes) places(t *testing.T) []string {
	t.Helper()
	claim := n.mayor.Claim.String()
	page := n.a.ask(t, "GET", "/claims/the-mayor-has-resigned", "identity").Body
	find := func(expr, in string) string {
		t.Helper()
		m := regexp.MustCompile(expr).FindString(in)
		if m == "" {
			t.Fatalf("no %s where it was looked for", expr)
		}
		return m
	}
	part := find(`/sitemaps/claims-[0-9a-f-]+\.xml`, n.a.ask(t, "GET", "/sitemap.xml", "identity").Body)
	return []string{
		"/", "/es/", "/ar/", "/claims/the-mayor-has-resigned", "/es/claims/the-mayor-has-resigned", "/claims/the-mayor-has-resigned/v/1",
		"/claims/the-mayor-has-resigned/history", "/claims/the-bridge-is-closed/history?from=1&to=2", "/claims/the-mayor-has-resigned?as_of=2025-07-01",
		"/claims/the-mayor-has-resigned/cite.bib", "/claims/the-mayor-has-resigned/cite.json", n.article, "/topics/politics", "/topics/politics?rating=false",
		"/claimants/ann-example", "/outlets/wire-example", "/corrections", "/corrections?kind=correction", "/about", "/about/method", "/about/scales", "/developers",
		"/search", "/search?q=mayor", "/feed.atom", "/feed.rss", "/feed.json", "/topics/politics/feed.atom", "/claims/the-mayor-has-resigned/feed.atom",
		"/sitemap.xml", "/sitemaps/pages.xml", part, "/sitemaps/news.xml", "/embed/claims/" + claim, "/robots.txt", "/manifest.webmanifest", "/.well-known/security.txt",
		"/oembed?url=" + houseURL + "/claims/the-mayor-has-resigned", find(`/claims/[a-z-]+/card-[0-9a-f]+\.png`, page), find(`/static/touchstone\.[0-9a-f]+\.css`, page),
		"/api/v1/claims/" + claim, "/api/v1/claims", "/api/v1/changes?after=0", "/openapi.json", "/claimreview.json",
	}
}

// same fails for every place that the nodes answer differently, or that a cache could not keep.
func (n *nodes) same(t *testing.T, places []string) {
	t.Helper()
	for _, path := range places {
		for _, encoding := range []string{"identity", "br, gzip"} {
			a, b := n.a.ask(t, "GET", path, encoding), n.b.ask(t, "GET", path, encoding)
			if diff := cmp.Diff(a, b); diff != "" {
				t.Errorf("%s (%s) differs between the nodes (-a +b):\n%.1500s", path, encoding, diff)
			}
			if encoding == "identity" {
				continue
			}
			h := a.Header
			if a.Status != http.StatusOK || h.Get("Cache-Control") == "" || strings.Contains(h.Get("Cache-Control"), "no-store") || len(h.Values("Set-Cookie")) > 0 {
				t.Errorf("%s: got %d, Cache-Control %q, cookies %q; want what a cache may keep", path, a.Status, h.Get("Cache-Control"), h.Values("Set-Cookie"))
			}
			if h.Get("Etag") == "" && path != "/claimreview.json" {
				t.Errorf("%s has no ETag", path)
			}
			if h.Get("Content-Encoding") != "" && !strings.Contains(h.Get("Vary"), "Accept-Encoding") {
				t.Errorf("%s: got Vary %q of a compressed answer", path, h.Get("Vary"))
			}
			a.Body = ""
			if diff := cmp.Diff(a, n.b.ask(t, "HEAD", path, encoding)); diff != "" {
				t.Errorf("HEAD %s differs from GET (-get +head):\n%.1500s", path, diff)
			}
		}
	}
}

// proxyConfig is the one of the README, without its certificates.
const proxyConfig = `
daemon off; master_process off; pid %[1]s/nginx.pid; error_log %[1]s/error.log;
events { worker_connections 256; }
http {
  access_log off; client_body_temp_path %[1]s/t1; proxy_temp_path %[1]s/t2; fastcgi_temp_path %[1]s/t3; uwsgi_temp_path %[1]s/t4; scgi_temp_path %[1]s/t5;
  upstream touchstone { server %[3]s; server %[4]s; keepalive 64; }
  server {
    listen %[2]s;
    client_max_body_size 64m;
    location / {
      proxy_pass http://touchstone; proxy_http_version 1.1; proxy_buffering off;
      proxy_set_header Host $host; proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_next_upstream error timeout http_503;
    }
  }
}
`

// behindNginx asks for every place twice through nginx, which goes to the nodes in turn; it is passed over where there is no nginx.
func (n *nodes) behindNginx(t *testing.T, places []string) {
	t.Helper()
	bin, err := exec.LookPath("nginx")
	if err != nil {
		if bin, err = exec.LookPath("/usr/sbin/nginx"); err != nil {
			t.Log("there is no nginx here; the nodes were asked one by one alone")
			return
		}
	}
	addr, err := freeAddr(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	conf := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, proxyConfig, dir, addr, strings.TrimPrefix(n.a.Base, "http://"), strings.TrimPrefix(n.b.Base, "http://")), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), bin, "-c", conf)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait() // its end was asked for
	}()
	front := &program{Base: "http://" + addr, cmd: cmd, done: make(chan struct{})}
	if err := front.ready(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	for _, path := range places {
		want := n.a.ask(t, "GET", path, "gzip")
		for range 2 {
			got := front.ask(t, "GET", path, "gzip")
			if got.Body != want.Body || got.Header.Get("Etag") != want.Header.Get("Etag") || got.Header.Get("Surrogate-Key") != want.Header.Get("Surrogate-Key") {
				t.Errorf("%s: nginx passes on %d bytes with tag %s, want the node's %d with %s", path, len(got.Body), got.Header.Get("Etag"), len(want.Body), want.Header.Get("Etag"))
			}
		}
	}
}

// seen waits until a node says everywhere what it should, and tells how long that took from when it was committed.
func (n *nodes) seen(t *testing.T, what string, p *program, since time.Time, places map[string]func(reply) bool) {
	t.Helper()
	for path, holds := range places {
		for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) { //nolint:forbidigo // another program
			got := p.ask(t, "GET", path, "identity")
			if holds(got) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: %s never says so: %d %.300s", what, path, got.Status, got.Body)
			}
		}
	}
	t.Logf("%s: seen in %d places of the node after %v", what, len(places), time.Since(since).Round(time.Millisecond))
}

func has(text string) func(reply) bool {
	return func(r reply) bool { return r.Status == http.StatusOK && strings.Contains(r.Body, text) }
}

// TestTwoNodesSayTheSame follows one commit to everything that two nodes serve: after it, over a lost connection to the database, and
// after a restart.
func TestTwoNodesSayTheSame(t *testing.T) {
	t.Parallel()
	n := newNodes(t)
	places := n.places(t)
	n.same(t, places) // and so both have everything in memory
	n.behindNginx(t, places)

	if err := n.DB.SuspendVerdict(t.Context(), n.Editor, n.mayor.Verdict, "A source was withdrawn."); err != nil {
		t.Fatal(err)
	}
	claim := "/claims/the-mayor-has-resigned"
	card := places[len(places)-7]
	review := map[string]func(reply) bool{
		claim: has("under review"), "/es" + claim: has("revisi"), "/": has("nder review"), n.article: has("nder review"), "/topics/politics": has("nder review"),
		"/feed.atom": has("nder review"), claim + "/feed.atom": has("nder review"), "/search?q=mayor": has("nder review"),
		"/embed/claims/" + n.mayor.Claim.String():  has("nder review"),
		"/api/v1/claims/" + n.mayor.Claim.String(): has(`"suspended"`),
		card: func(r reply) bool { return r.Status == http.StatusFound }, // to the one without a rating
	}
	since := time.Now()
	n.seen(t, "a suspension on b", n.b, since, review)
	n.seen(t, "a suspension on a", n.a, since, review)

	var cut int
	if err := n.DB.Pool().QueryRow(t.Context(), `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'node-b'`).Scan(&cut); err != nil || cut < 2 {
		t.Fatalf("cut %d connections of b, %v; want several", cut, err)
	}
	since = time.Now()
	n.Published(t, "The lake is dry.", "False")
	lake := map[string]func(reply) bool{"/": has("The lake is dry."), "/claims/the-lake-is-dry": has("False"), "/feed.json": has("The lake is dry."), "/search?q=lake": has("is dry.")}
	n.seen(t, "a publication on b, its connections cut", n.b, since, lake)
	n.seen(t, "a publication on a", n.a, since, lake)

	if err := n.b.stop(); err != nil {
		t.Fatal(err)
	}
	since = time.Now()
	n.Published(t, "The tower leans.", "True")
	n.b = n.start(t, "node-b")
	tower := map[string]func(reply) bool{"/": has("The tower leans."), "/claims/the-tower-leans": has("True"), "/search?q=tower": has("leans.")}
	n.seen(t, "a publication while b was down", n.b, since, tower)
	n.seen(t, "a publication while b was down, on a", n.a, since, tower)
	n.same(t, []string{"/", "/ar/", claim, "/claims/the-tower-leans", "/feed.atom", "/sitemap.xml", "/search?q=tower", "/api/v1/claims", fmt.Sprintf("/embed/claims/%s", n.mayor.Claim)})
}
