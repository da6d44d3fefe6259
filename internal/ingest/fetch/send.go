package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Outgoing is a request of a program to a program: a webhook, a token, a key set.
type Outgoing struct {
	Method   string // GET, HEAD, POST, PUT, PATCH or DELETE; empty: POST
	URL      string
	Header   http.Header // Host, Connection and what else belongs to the connection are refused
	Body     []byte
	MaxBytes int64         // of the answer that is kept; zero: Limits.Bytes
	Timeout  time.Duration // zero: Limits.Total
}

// Send sends a request and returns its answer, of whatever type and status. Redirects are not followed: what was meant for one
// address is not handed to another. An answer that is too long is cut. It is sent at most once. Errors are as for Get.
func (f *Fetcher) Send(ctx context.Context, out Outgoing) (*Response, error) {
	r, failure := f.send(ctx, out)
	if failure != nil {
		return nil, f.asError(ctx, failure)
	}
	r.Requested = out.URL
	return r, nil
}

func (f *Fetcher) send(ctx context.Context, out Outgoing) (*Response, *Failure) {
	began := time.Now()
	t, err := parseTarget(out.URL)
	if err != nil {
		return nil, badTarget(CauseAddress, began, err)
	}
	method := out.Method
	if method == "" {
		method = http.MethodPost
	}
	if !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, method) {
		return nil, fail(CauseAddress, "the request has a method that cannot be sent", method)
	}
	header, err := sendable(out.Header)
	if err != nil {
		return nil, fail(CauseAddress, "the request has a header that cannot be sent", err.Error())
	}
	if header.Get("Accept-Encoding") == "" {
		header.Set("Accept-Encoding", "gzip, br")
	}
	ctx, cancel := context.WithTimeout(ctx, least(out.Timeout, f.limits.Total))
	defer cancel()
	return f.exchange(ctx, call{method: method, target: t, header: header, body: out.Body, want: Any, maxBytes: out.MaxBytes, cut: true})
}

// sendable returns a copy of the header fields, or an error if one must not be sent.
func sendable(header http.Header) (http.Header, error) {
	out := http.Header{}
	for name, values := range header {
		name = http.CanonicalHeaderKey(name)
		switch name {
		case "Host", "Connection", "Content-Length", "Transfer-Encoding", "Te", "Trailer", "Upgrade", "Keep-Alive", "Expect", "User-Agent":
			return nil, fmt.Errorf("the field %s belongs to the connection", name)
		}
		if !httpguts.ValidHeaderFieldName(name) || strings.HasPrefix(name, "Proxy-") {
			return nil, fmt.Errorf("there is no field %q", name)
		}
		for _, value := range values {
			if !httpguts.ValidHeaderFieldValue(value) {
				return nil, fmt.Errorf("the value of %s cannot be sent", name)
			}
			out.Add(name, value)
		}
	}
	return out, nil
}

// Client returns a client for libraries that want one (sign-in with OpenID Connect). All its requests go through Send: no
// redirects, all limits. Request bodies have at most 1 MiB.
func (f *Fetcher) Client() *http.Client {
	return &http.Client{
		Transport:     sender{f},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// sender is an http.RoundTripper.
type sender struct{ fetcher *Fetcher }

// RoundTrip sends a request by Send.
func (s sender) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		// Closing tells nothing that reading did not.
		defer func() { _ = req.Body.Close() }()
		read, err := io.ReadAll(&bounded{from: req.Body, left: 1 << 20})
		if err != nil {
			return nil, fmt.Errorf("read the body to send: %w", err)
		}
		body = read
	}
	r, err := s.fetcher.Send(req.Context(), Outgoing{Method: req.Method, URL: req.URL.String(), Header: clientHeader(req.Header), Body: body})
	if err != nil {
		return nil, err
	}
	if r.Truncated {
		return nil, errors.New("the answer is too large or broke off")
	}
	header := r.Header.Clone()
	header.Del("Content-Encoding") // it is unpacked
	return &http.Response{
		Status: fmt.Sprintf("%d %s", r.Status, http.StatusText(r.Status)), StatusCode: r.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(bytes.NewReader(r.Body)), ContentLength: int64(len(r.Body)), Request: req,
	}, nil
}

// clientHeader drops what libraries set and Send sets itself.
func clientHeader(header http.Header) http.Header {
	header = header.Clone()
	for _, name := range []string{"User-Agent", "Accept-Encoding", "Referer"} {
		header.Del(name)
	}
	return header
}

// Err returns nil for an answer that is of use (2xx, or NotModified), else a factcheck.Error that says what the site said:
// rate_limited for 429 and 503, with when to come back; gone for 410; invalid in the field "url" for the rest.
func (r *Response) Err() error {
	if r.Status >= 200 && r.Status <= 299 || r.NotModified {
		return nil
	}
	what := strings.TrimSpace(fmt.Sprintf("%d %s", r.Status, http.StatusText(r.Status)))
	e := &factcheck.Error{
		Code: factcheck.CodeInvalid, Field: "url", Message: "the site answered with " + what, RetryAfter: r.RetryAfter,
		Err: fail(CauseStatus, what, r.URL),
	}
	switch r.Status {
	case http.StatusGone:
		e.Code = factcheck.CodeGone
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		e.Code, e.Message = factcheck.CodeRateLimited, "the site asks to be visited later"
	}
	return e
}
