package fetch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"golang.org/x/net/http/httpguts"
)

// Get fetches an address and follows its redirects. An answer of any status is a Response; Response.Err tells the bad ones.
//
// Errors are of type factcheck.Error with a Failure in their chain: invalid for everything that is wrong with the address or
// the site, rate_limited when the site or Polite ask to come back, forbidden for robots.txt (Polite only), unavailable when too
// many fetches are under way here. A caller that gives up gets its context's error.
func (f *Fetcher) Get(ctx context.Context, req Request) (*Response, error) {
	v := visit{fetcher: f, req: req, left: least(req.Timeout, f.limits.Total)}
	defer v.leave()
	r, failure := v.get(ctx)
	if failure != nil {
		return nil, f.asError(ctx, failure)
	}
	return r, nil
}

// visit is one request with its redirects.
type visit struct {
	fetcher *Fetcher
	req     Request
	left    time.Duration // on the network; waiting for a turn does not count
	cut     bool          // a body that is too long is cut, not refused
	seat    *seat         // the turn at the present host, if polite
	trail   []Hop
}

// get fetches v.req.
func (v *visit) get(ctx context.Context) (*Response, *Failure) {
	began := time.Now()
	t, err := parseTarget(v.req.URL)
	if err != nil {
		return nil, badTarget(CauseAddress, began, err)
	}
	for {
		if failure := v.enter(ctx, t); failure != nil {
			return nil, failure
		}
		r, failure := v.step(ctx, t)
		if failure != nil {
			return nil, failure
		}
		if r.next == "" {
			r.Requested, r.Redirects = v.req.URL, v.trail
			return r, nil
		}
		if t, failure = v.redirect(r); failure != nil {
			return nil, failure
		}
	}
}

// redirect returns where the answer r leads.
func (v *visit) redirect(r *Response) (target, *Failure) {
	if len(v.trail) >= v.fetcher.limits.Redirects {
		return target{}, fail(CauseRedirect, "the site redirects too often", r.URL)
	}
	v.trail = append(v.trail, Hop{URL: r.URL, Status: r.Status})
	t, err := join(r.location, r.next)
	if err != nil {
		return target{}, badTarget(CauseRedirect, time.Now(), err)
	}
	if slices.ContainsFunc(v.trail, func(h Hop) bool { return h.URL == t.url.String() }) {
		return target{}, fail(CauseRedirect, "the site redirects in a circle", r.URL)
	}
	return t, nil
}

// step makes one hop with the time that is left.
func (v *visit) step(ctx context.Context, t target) (*Response, *Failure) {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, v.left)
	defer cancel()
	r, failure := v.fetcher.exchange(ctx, call{
		method: http.MethodGet, target: t, header: v.header(), want: v.req.Accept, maxBytes: v.req.MaxBytes, follow: true, cut: v.cut,
	})
	v.left -= time.Since(began)
	return r, failure
}

// header returns what a request says beside its address.
func (v *visit) header() http.Header {
	h := http.Header{"Accept": {v.req.Accept.header()}, "Accept-Encoding": {"gzip, br"}}
	for name, value := range map[string]string{"If-None-Match": v.req.IfNoneMatch, "If-Modified-Since": v.req.IfModifiedSince} {
		if value != "" && httpguts.ValidHeaderFieldValue(value) {
			h.Set(name, value)
		}
	}
	return h
}

// call is one exchange with a site.
type call struct {
	method   string
	target   target
	header   http.Header
	body     []byte
	want     Kind
	maxBytes int64
	follow   bool // a redirect is the caller's to follow, so its body is not read
	cut      bool // a body that is too long is cut, not refused
}

// exchange sends one request and reads its answer. It takes one of the fetcher's slots; ctx bounds all of it.
func (f *Fetcher) exchange(ctx context.Context, c call) (*Response, *Failure) {
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	case <-ctx.Done():
		return nil, fail(CauseBusy, "too many addresses are being fetched; try again in a moment", "no slot")
	}
	began, p := time.Now(), &progress{}
	req, err := http.NewRequestWithContext(trace(ctx, p), c.method, c.target.url.String(), bodyReader(c.body))
	if err != nil {
		return nil, fail(CauseAddress, "that is no web address", err.Error())
	}
	req.Header = c.header
	req.Header.Set("User-Agent", f.agent)
	res, err := f.transport.RoundTrip(req)
	if err != nil {
		return nil, classify(err, p, c.target.hostPort(), began)
	}
	// Closing tells nothing new: the body was read to its end, or is not wanted.
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode < http.StatusOK {
		return nil, classify(errors.New("the site switches protocols"), p, c.target.hostPort(), began)
	}
	r := f.response(c, res)
	if remote := p.remote.Load(); remote != nil {
		r.RemoteAddr = *remote
	}
	if r.next != "" || r.NotModified {
		return r, nil
	}
	if failure := r.read(res, c, least(c.maxBytes, f.limits.Bytes)); failure != nil {
		failure.Host = c.target.hostPort()
		return nil, failure
	}
	return r, nil
}

func bodyReader(body []byte) io.Reader {
	if body == nil {
		return nil
	}
	return bytes.NewReader(body)
}

// response returns what is known before the body, and notes when the host wants to be left alone.
func (f *Fetcher) response(c call, res *http.Response) *Response {
	r := &Response{
		Requested: c.target.url.String(), URL: c.target.url.String(), Status: res.StatusCode, Header: res.Header, FetchedAt: f.now().UTC(),
		ETag: validator(res.Header.Get("ETag")), LastModified: validator(res.Header.Get("Last-Modified")),
	}
	if res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusServiceUnavailable {
		r.RetryAfter = f.manners.holdOff(c.target.host, res.Header.Get("Retry-After"))
	}
	switch res.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		if c.follow {
			r.location, r.next = c.target.url, res.Header.Get("Location")
		}
	case http.StatusNotModified:
		r.NotModified = c.header.Get("If-None-Match") != "" || c.header.Get("If-Modified-Since") != ""
	}
	return r
}

// validator returns an ETag or date that can be sent back, or "" when it is too long to be one.
func validator(value string) string {
	if len(value) > 1024 {
		return ""
	}
	return value
}
