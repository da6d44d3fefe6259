package main

import (
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/config"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/mail"
	"github.com/touchstone-factcheck/touchstone/internal/observe"
	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

const (
	// inside stands in every text of what is not public: nobody outside the newsroom may ever read it.
	inside = "quillfeather"
	// secret stands in what even colleagues may not read: sources kept in confidence, others' sessions and passkeys.
	secret = "nightjar"
	// gateHash is the hash of the password that everybody has; nobody signs in with it.
	gateHash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	gateURL  = "http://localhost:8080"
)

// caller is somebody who asks: by a session, by a key, or by neither.
type caller struct {
	name    string
	session string
	key     string
	refused bool // by the API: the key is no key any more
}

// gate is the whole server, wired as serve wires it, over a database with a cast and things of each kind.
type gate struct {
	*storetest.Env
	service *service
	server  *server.Server
	handle  fasthttp.RequestHandler
	sealer  *auth.Sealer

	outsiders []caller
	insiders  map[string]*caller
	things    map[string]string // what stands in paths and forms for {name}
	made      int
	last      lastDigest
}

// newGate opens the gate for a test; watch, if it is not nil, is told of each statement.
func newGate(t *testing.T, watch pgx.QueryTracer) *gate {
	t.Helper()
	g := &gate{Env: storetest.New(t), insiders: map[string]*caller{}, things: map[string]string{}}
	db, err := store.Open(t.Context(), store.Options{URL: g.URL, MaxConns: 8, Now: g.Clock.Now, Logger: slog.New(slog.DiscardHandler), Tracer: watch})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	g.DB = db
	a := &app{log: slog.New(slog.DiscardHandler), build: observe.Build{Version: "test"}}
	d := &database{cfg: config.Config{DataDir: t.TempDir(), DatabaseURL: g.URL}, log: a.log, build: a.build}
	s := a.newService(d, db, config.Server{PublicURL: gateURL, SecretKey: "of the test", SMTP: &mail.Server{Host: "localhost", Port: 1, From: "desk@house.example"}})
	if err := s.furnishSite(); err != nil {
		t.Fatal(err)
	}
	if g.sealer, err = d.sealer("of the test"); err != nil {
		t.Fatal(err)
	}
	g.service, g.server = s, s.server()
	g.handle = g.server.Handler()
	g.enter(t)
	return g
}

// enter lets the cast in: those with a session, those with a key, and those with neither any more.
func (g *gate) enter(t *testing.T) {
	t.Helper()
	for name, who := range map[string]factcheck.Actor{"the author": g.Checker, "another checker": g.Checker2, "another editor": g.Editor, "an author who is an editor": g.Editor2, "an admin": g.Admin} {
		g.insiders[name] = &caller{name: name, session: g.signedIn(t, who)}
	}
	gone, err := g.DB.AddPerson(t.Context(), factcheck.Operator(), store.PersonInput{Email: "gone@desk.example", Name: "Gone", Role: factcheck.RoleAdmin})
	if err != nil {
		t.Fatal(err)
	}
	was := g.signedIn(t, gone)
	if err := g.DB.DisablePerson(t.Context(), g.Admin, gone.Person); err != nil {
		t.Fatal(err)
	}
	g.outsiders = []caller{{name: "nobody"}, {name: "a disabled person", session: was}, {name: "a made-up session", session: strings.Repeat("A", 43)}}
	for _, scope := range []factcheck.Scope{factcheck.ScopeRead, factcheck.ScopeFile, factcheck.ScopeManage} {
		_, key := g.key(t, scope)
		g.outsiders = append(g.outsiders, caller{name: "a key that may " + string(scope), key: key})
	}
	id, key := g.key(t, factcheck.ScopeManage)
	if err := g.DB.RevokeKey(t.Context(), g.Admin, id); err != nil {
		t.Fatal(err)
	}
	g.outsiders = append(g.outsiders, caller{name: "a revoked key", key: key, refused: true})
}

func (g *gate) signedIn(t *testing.T, who factcheck.Actor) string {
	t.Helper()
	if err := g.DB.SetPassword(t.Context(), factcheck.Operator(), who.Person, gateHash); err != nil {
		t.Fatal(err)
	}
	return g.session(t, who, "a browser")
}

func (g *gate) session(t *testing.T, who factcheck.Actor, agent string) string {
	t.Helper()
	token, err := g.DB.BeginSession(t.Context(), who, store.SessionInput{Proof: store.Proof{Password: gateHash}, UserAgent: agent})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (g *gate) key(t *testing.T, scope factcheck.Scope) (factcheck.KeyID, string) {
	t.Helper()
	id, key, err := g.DB.CreateKey(t.Context(), g.Admin, store.KeyInput{Name: "A key " + inside, Scopes: []factcheck.Scope{scope}, Owner: "ada@desk.example"})
	if err != nil {
		t.Fatal(err)
	}
	return id, key
}

// reply is what came back.
type reply struct {
	status   int
	location string
	cache    string   // Cache-Control
	html     string   // the body as it is, of a page
	body     string   // in lower case
	loose    []string // what is wrong with its headers
}

// ask sends a request through everything but the network.
func (g *gate) ask(method, address string, who caller, form url.Values) reply {
	var ctx fasthttp.RequestCtx
	var req fasthttp.Request
	req.Header.SetMethod(method)
	req.SetRequestURI(address)
	req.Header.SetHost(strings.TrimPrefix(gateURL, "http://"))
	req.Header.Set("Accept", "text/html")
	if who.session != "" {
		req.Header.SetCookie("__Host-touchstone", who.session)
	}
	if who.key != "" {
		req.Header.Set("Authorization", "Bearer "+who.key)
	}
	if form != nil {
		req.Header.SetContentType("application/x-www-form-urlencoded")
		req.SetBodyString(form.Encode())
	}
	ctx.Init2(peer{at: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4711}}, nil, false)
	req.CopyTo(&ctx.Request)
	g.handle(&ctx)
	h := &ctx.Response.Header
	got := reply{status: ctx.Response.StatusCode(), location: string(h.Peek("Location")), cache: string(h.Peek("Cache-Control")), body: string(ctx.Response.Body())}
	if strings.HasPrefix(string(h.ContentType()), "text/html") {
		got.html = got.body
	}
	got.body, got.loose = strings.ToLower(got.body), strict(address, h)
	return got
}

// peer is the connection of somebody who asks: handlers that stream set its deadline.
type peer struct {
	net.Conn
	at net.Addr
}

// RemoteAddr implements net.Conn.
func (p peer) RemoteAddr() net.Addr { return p.at }

// SetWriteDeadline implements net.Conn.
func (peer) SetWriteDeadline(time.Time) error { return nil }

// form returns the fields of a form with its token, {name} filled in.
func (g *gate) form(who caller, fields string) url.Values {
	values, err := url.ParseQuery(g.filled(fields))
	if err != nil {
		panic(err) // a line of the table is wrong
	}
	if who.session != "" {
		values.Set("form_token", auth.FormToken(who.session))
	}
	return values
}

// filled puts the things in the place of {name} in a form.
func (g *gate) filled(s string) string {
	pairs := make([]string, 0, 2*len(g.things))
	for name, thing := range g.things {
		pairs = append(pairs, "{"+name+"}", url.QueryEscape(thing))
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// fillPath returns the address of a route with what stands for its parameters. What nothing stands for is a mistake of the table.
func fillPath(t *testing.T, route string, things map[string]string) string {
	t.Helper()
	before, rest, _ := strings.Cut(route, `\:`) // what follows an escaped colon is no name
	if rest != "" {
		return before + ":" + rest
	}
	return regexp.MustCompile(`:[a-z]+`).ReplaceAllStringFunc(route, func(name string) string {
		thing := things[name[1:]]
		if thing == "" {
			t.Fatalf("%s: nothing stands for %s; name what makes it in the line of the table, or make it in gate_things_test.go", route, name)
		}
		return url.PathEscape(thing)
	})
}

// isRefusal reports whether a status says that somebody may not.
func isRefusal(status int) bool {
	return status == http.StatusForbidden || status == http.StatusNotFound || status == http.StatusUnauthorized
}
