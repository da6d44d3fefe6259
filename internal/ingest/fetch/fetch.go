// Package fetch is the one way out of the program to addresses that people, pages and partners name: pages, feeds, sources,
// images, robots.txt, webhooks, sign-in providers. It cannot be turned against the network it runs in.
//
// What holds for every request: http and https only; a name is looked up once and refused when any of its addresses is not
// public; the address is judged again on the socket; every redirect goes through all of it; ports are limited; the
// environment's proxy settings mean nothing; no cookies, no credentials, no Referer; time, bytes (packed and unpacked),
// header, redirects and requests at once are bounded. HTTP/1.1 only, and a connection for every request: the smaller surface,
// and no connection is used for what it was not judged for.
//
// Whatever address cannot be connected to gets one and the same answer, at a time that says nothing: refused, unknown,
// closed or silent (Failure has the truth, for the log). Ports outside of Config.Ports are answered so, too.
//
// Manners towards sites (robots.txt, one request at a time, a gap, Retry-After) are for programs that come by themselves:
// Request.Polite. An editor who asks for one page is a reader with a browser, and gets it.
package fetch

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Config is how a Fetcher is made. Allow and Resolver are for tests only and come from settings that are refused elsewhere.
type Config struct {
	UserAgent string // see UserAgent; what stands before the first "/" is what robots.txt knows the program by
	// Allow lists host:port that may be reached though refused, ports included. An entry with an IP opens exactly this
	// address and port to connections, under whatever name they came to it; an entry with a name opens this name on this
	// port, wherever it leads. Neither opens another port, nor another spelling of an address.
	Allow    []string
	Resolver string // IP:PORT of the DNS server to ask over UDP and TCP; empty: the system's
	Ports    []int  // empty: 80, 443, 8080 and 8443, where web sites are
	Limits   Limits
	Now      func() time.Time // nil: time.Now; for robots.txt, gaps and FetchedAt
	Log      *slog.Logger     // nil: none; told of every connection that did not come about
	Roots    Roots            // nil: the system's certificate authorities
}

// Limits are the bounds of a Fetcher. Zero means the default; requests may ask for less, never for more.
type Limits struct {
	Total       time.Duration // all hops of a request, from the look-up to the last byte; 15 s
	Connect     time.Duration // look-up and connection of one hop; 5 s
	Header      time.Duration // until the header of one hop is there; 10 s
	Hold        time.Duration // unreachable is answered at a multiple of this; 1.5 s
	Bytes       int64         // of a body, packed and unpacked; 5 MiB
	HeaderBytes int64         // of a response's header, interim ones included; 256 KiB
	Redirects   int           // 5
	Concurrent  int           // requests on their way at once; 16

	Gap           time.Duration // between two polite requests to a host; 1 s
	MaxCrawlDelay time.Duration // the most of a Crawl-delay that is heeded; 30 s
	MaxRetryAfter time.Duration // the most of a Retry-After that is heeded; 1 h
	Patience      time.Duration // the longest a polite request waits for its turn, beside Total; 15 s
}

// Fetcher fetches. It is safe for concurrent use.
type Fetcher struct {
	agent     string
	limits    Limits
	transport *http.Transport
	gate      *gate
	slots     chan struct{}
	manners   *manners
	now       func() time.Time
	log       *slog.Logger
}

// New returns a Fetcher. It is an error when Allow, Resolver or Ports cannot be read, or there is no user agent. It holds no
// connection and no goroutine between requests, so there is nothing to close.
func New(cfg Config) (*Fetcher, error) {
	if strings.TrimSpace(cfg.UserAgent) == "" || strings.ContainsFunc(cfg.UserAgent, isControl) {
		return nil, errors.New("make a fetcher: a user agent is needed, without control characters")
	}
	if len(cfg.Ports) == 0 {
		cfg.Ports = []int{80, 443, 8080, 8443}
	}
	cfg.Limits = cfg.Limits.withDefaults()
	gate, err := newGate(cfg)
	if err != nil {
		return nil, err
	}
	f := &Fetcher{
		agent: cfg.UserAgent, limits: cfg.Limits, slots: make(chan struct{}, cfg.Limits.Concurrent),
		transport: newTransport(gate, cfg), gate: gate, now: cfg.Now, log: cfg.Log,
	}
	if f.now == nil {
		f.now = time.Now
	}
	if f.log == nil {
		f.log = slog.New(slog.DiscardHandler)
	}
	f.manners = newManners(f.limits, f.now)
	return f, nil
}

// UserAgent returns how the program calls itself: its name and version, and the address where the people behind it are found.
func UserAgent(version, publicURL string) string {
	return "Touchstone/" + strings.TrimPrefix(version, "v") + " (fact-checking; +" + publicURL + ")"
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Total: or(l.Total, 15*time.Second), Connect: or(l.Connect, 5*time.Second), Header: or(l.Header, 10*time.Second),
		Hold: or(l.Hold, 1500*time.Millisecond), Bytes: or(l.Bytes, 5<<20), HeaderBytes: or(l.HeaderBytes, 256<<10),
		Redirects: or(l.Redirects, 5), Concurrent: or(l.Concurrent, 16), Gap: or(l.Gap, time.Second),
		MaxCrawlDelay: or(l.MaxCrawlDelay, 30*time.Second), MaxRetryAfter: or(l.MaxRetryAfter, time.Hour),
		Patience: or(l.Patience, 15*time.Second),
	}
}

// or returns the value, or the default if there is none.
func or[T int | int64 | time.Duration](value, usual T) T {
	if value <= 0 {
		return usual
	}
	return value
}

// least returns what was asked for, but at most the limit; nothing asked for is the limit.
func least[T int64 | time.Duration](asked, limit T) T {
	if asked <= 0 {
		return limit
	}
	return min(asked, limit)
}

// Request is what to get.
type Request struct {
	URL             string
	Accept          Kind   // what the answer may be; zero: Page
	IfNoneMatch     string // the ETag of what is there already; dropped when it is none
	IfModifiedSince string // its Last-Modified, as it was sent
	MaxBytes        int64  // zero: Limits.Bytes
	Timeout         time.Duration
	Polite          bool // heed robots.txt and take turns: for everything that nobody is waiting for
}

// Hop is a redirect that was followed.
type Hop struct {
	URL    string // where it was met
	Status int
}

// Response is what a site answered, whatever the status; see Err.
type Response struct {
	Requested    string // as it was asked for
	URL          string // where the answer came from, without fragment
	Redirects    []Hop  // on the way there
	Status       int
	Header       http.Header // as it was sent, Set-Cookie included: for the newsroom's snapshot only
	ContentType  string      // media type in lower case without parameters: as sent, or found by looking where that was nothing
	Charset      string      // of text: the name by the WHATWG Encoding standard; empty otherwise
	Body         []byte      // unpacked, not decoded: what snapshots keep
	Truncated    bool        // the body of an error, or of Send, was longer than allowed or broke off
	NotModified  bool        // 304: what the caller has is current
	ETag         string      // for IfNoneMatch
	LastModified string      // for IfModifiedSince
	RetryAfter   time.Duration
	RemoteAddr   string // IP:PORT that answered; for operators, never for users
	FetchedAt    time.Time

	location *url.URL // base of a redirect that was not followed
	next     string   // its Location
}
