package main

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/valyala/fasthttp"
)

const (
	// turned begins every word of what is public first and hidden later.
	turned = "marmaladebee"
	// neverWas, nobodyWas and nothingWas stand in the place of inside, turned and secret in the address of what never was: what
	// is hidden must answer as what is missing does. They are as long as the others.
	neverWas, nobodyWas, nothingWas = "wrenchmallow", "pumpkinmouse", "wardrobe"
)

// asked is a request of the walk.
type asked struct {
	method, address, body string
	head                  map[string]string
}

// answer is what came back: status and headers in one text, in lower case, without what differs each time.
type answer struct {
	status     int
	head, body string
	etag       string
	lifetime   string   // Cache-Control
	kind, raw  string   // Content-Type, and the body as it is
	html       string   // the body as it is, of a page
	loose      []string // what is wrong with its headers
}

// walk looks for leaks on every public way out.
type walk struct {
	*gate
	table        map[string]way
	hidden       map[string][]string // names of what is not public, by kind: see way
	shown        map[string][]string // names of what is
	seen         map[string]bool     // routes that told something turned
	kept         map[string]answer   // answers that did, by address: readers and caches may still have them
	read         map[string]bool     // kinds of pages that were looked at for what the policy forbids
	suspended    string              // slug of what is under review by now
	turns        map[string]bool     // names of what is hidden later
	moved        []string            // slugs that lead elsewhere by now
	reader       string              // a key that may read
	rounds, sent int
}

// send sends a request through everything but the network.
func (w *walk) send(r asked) answer {
	var ctx fasthttp.RequestCtx
	var req fasthttp.Request
	req.Header.SetMethod(r.method)
	req.SetRequestURI(r.address)
	req.Header.SetHost(strings.TrimPrefix(gateURL, "http://"))
	req.Header.Set("Accept", "text/html")
	for name, value := range r.head {
		req.Header.Set(name, value)
	}
	if r.body != "" {
		req.Header.SetContentType("application/x-www-form-urlencoded")
		if strings.HasPrefix(r.body, "{") { // as MCP wants it
			req.Header.Set("Accept", "application/json, text/event-stream")
			req.Header.SetContentType("application/json")
			req.Header.Set("Accept", "application/json, text/event-stream")
		}
		req.SetBodyString(r.body)
	}
	w.sent++ // each from an address of its own, which all may send letters
	ctx.Init2(peer{at: &net.TCPAddr{IP: net.IPv4(127, byte(w.sent>>16), byte(w.sent>>8), byte(w.sent)), Port: 4711}}, nil, false)
	req.CopyTo(&ctx.Request)
	w.handle(&ctx)
	h := &ctx.Response.Header
	a := answer{status: ctx.Response.StatusCode(), etag: string(h.Peek("ETag")), lifetime: string(h.Peek("Cache-Control"))}
	var lines []string
	for name, value := range h.All() {
		switch string(name) {
		case "X-Request-Id", "Etag", "ETag", "Date", "Last-Modified", "Ratelimit", "RateLimit":
		default:
			lines = append(lines, string(name)+": "+string(value))
		}
	}
	slices.Sort(lines)
	a.head = strings.ToLower(strings.Join(lines, "\n"))
	a.loose = strict(r.address, h)
	if ctx.Response.SkipBody {
		_ = ctx.Response.CloseBodyStream() // as the server does; it is of no interest
		return a
	}
	body := string(ctx.Response.Body())
	a.kind, a.raw, a.body = string(h.ContentType()), body, strings.ToLower(body)
	if strings.HasPrefix(string(h.ContentType()), "text/html") {
		a.html = body
	}
	return a
}

// steady returns the answer without what is new in each.
func (a answer) steady() answer {
	a.head, a.body = onceOnly.ReplaceAllString(a.head, ""), onceOnly.ReplaceAllString(a.body, "")
	return a
}

// onceOnly is what is new in each answer: when a form was shown, and the token of a sign-in, the moment of an answer to an assistant.
var onceOnly = regexp.MustCompile(`tip_[0-9a-z]{26}|"expires_at":"[^"]*"|name="began" value="[0-9a-z]*"|touchstone-sign-in=[a-z0-9_-]{43}|name="(?:form_token|challenge)" value="[a-z0-9_-]{43,}"|as_of\\*":\\*"[0-9t:.z-]+|as of [0-9t:.z-]+|"request_id":"[a-z0-9]+"|\?sent=[a-z0-9-]+|challenge&#34;:&#34;[a-z0-9_-]+`) //nolint:gochecknoglobals // a constant

// twin returns the same request for what never was, in all words, names and ids, and what turns its answer into that for the other.
func (w *walk) twin(r asked, forbidden []string) (missing asked, back *strings.Replacer) {
	var pairs []string
	for _, word := range forbidden {
		pairs = append(pairs, word, map[string]string{inside: neverWas, turned: nobodyWas, secret: nothingWas}[word])
	}
	for _, kind := range slices.Sorted(maps.Keys(w.hidden)) {
		for _, name := range w.hidden[kind] {
			if before, id, ok := strings.Cut(name, "_"); ok && len(id) == 26 {
				pairs = append(pairs, name, before+"_"+id[:22]+"zzzz")
			}
		}
	}
	replace := strings.NewReplacer(pairs...)
	r.address, r.body = replace.Replace(r.address), replace.Replace(r.body)
	slices.Reverse(pairs)
	return r, strings.NewReplacer(pairs...)
}

// look asks, and reports what the answer tells of what is hidden. A request that names something hidden must be answered
// exactly as one that names what never was.
func (w *walk) look(t *testing.T, route string, r asked, forbidden []string) answer {
	t.Helper()
	what := r.method + " " + r.address + " " + r.body
	got := w.send(r)
	if got.status >= http.StatusInternalServerError && got.status != http.StatusNotImplemented {
		t.Errorf("%s: got %d: %.300s", what, got.status, got.body)
	}
	for _, p := range got.loose {
		t.Errorf("%s (%d): %s", what, got.status, p)
	}
	if kind := fmt.Sprint(route, got.status); got.html != "" && !w.read[kind] {
		w.read[kind] = true // one of a kind: reading a page costs more than asking for it
		inlined(t, what, got.html)
	}
	missing, back := w.twin(r, forbidden)
	if missing.address == r.address && missing.body == r.body {
		w.silently(t, what, got, forbidden)
		return got
	}
	want := w.send(missing)
	w.silently(t, "what never was, asked as "+missing.address, want, forbidden)
	want.head, want.body = back.Replace(want.head), back.Replace(want.body)
	if got.head != want.head || got.body != want.body {
		got, want = got.steady(), want.steady()
	}
	if got.status != want.status || got.head != want.head {
		t.Errorf("%s: got %d, want %d as for what never was; the headers differ (-want +got):\n%s", what, got.status, want.status, cmp.Diff(strings.Split(want.head, "\n"), strings.Split(got.head, "\n")))
	} else if told := want.body; got.body != told {
		at := 0
		for at < min(len(told), len(got.body)) && told[at] == got.body[at] {
			at++
		}
		t.Errorf("%s: the answer is not that for what never was: got …%s…, want …%s…", what, excerpt(got.body, at), excerpt(told, at))
	}
	return got
}

// silently reports words that an answer must not hold.
func (w *walk) silently(t *testing.T, what string, got answer, forbidden []string) {
	t.Helper()
	for _, word := range forbidden {
		for place, s := range map[string]string{"headers": got.head, "body": got.body} {
			if i := strings.Index(s, word); i >= 0 {
				t.Errorf("%s: the %s (%d) tell …%s…", what, place, got.status, excerpt(s, i))
			}
		}
	}
}

func excerpt(s string, at int) string {
	return strings.ToValidUTF8(s[max(0, min(at, len(s))-80):min(len(s), at+100)], "")
}

// follow has the server follow the store from here on, and answer from memory.
func (w *walk) follow(t *testing.T) {
	t.Helper()
	for _, run := range []func() error{
		func() error { return w.service.live.Run(t.Context()) }, func() error { return w.service.finder.Run(t.Context()) },
	} {
		done := make(chan error, 1)
		go func() { done <- run() }()
		t.Cleanup(func() {
			if err := <-done; err != nil {
				t.Errorf("following the store: %v", err)
			}
		})
	}
	w.caughtUp(t)
}

// caughtUp waits until the server knows all that was done.
func (w *walk) caughtUp(t *testing.T) {
	t.Helper()
	_, seq, epoch, err := w.DB.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(20 * time.Second)
	for {
		at, found := w.service.live.State(), w.service.finder.State()
		if at.Fresh && at.Seq == seq && at.RenderEpoch == epoch && found.Ready && found.Seq == seq {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server has not caught up with %d/%d: %+v, %+v", seq, epoch, at, found)
		}
		time.Sleep(5 * time.Millisecond) // polled: what is waited for is another goroutine's memory
	}
}
