package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// attack is a hostile request, as bytes: what no well-behaved client would send is the point.
type attack struct {
	name   string
	method string
	raw    []byte
	// traces are what must stand in no page: the payload with its markup alive.
	traces []string
	// mayClose: it is so broken that closing the connection is an answer too.
	mayClose bool
	slow     bool // the end of it never comes
	limit    time.Duration
}

// attackResult is what became of an attack; err says which promise does not hold.
type attackResult struct {
	attack
	status int // 0: closed without an answer
	header http.Header
	head   []byte // of the answer's body
	took   time.Duration
	err    error
}

// mostAnswer is how much of an answer is looked at.
const mostAnswer = 8 << 20

// send sends the attack on a connection of its own and judges the answer.
func (a attack) send(ctx context.Context, base string) (res attackResult) {
	res.attack = a
	began := time.Now()
	defer func() { res.took = time.Since(began) }()
	addr := strings.TrimPrefix(base, "http://")
	conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, "tcp", addr)
	if err != nil {
		res.err = fmt.Errorf("connect: %w", err)
		return res
	}
	defer conn.Close() //nolint:errcheck // nothing is lost with it
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if err := conn.SetDeadline(began.Add(a.limit)); err != nil {
		res.err = err
		return res
	}
	go func() { _, _ = conn.Write(a.raw) }() // the server may answer, and close, before it has read all

	resp, body, err := a.read(bufio.NewReader(conn)) //nolint:bodyclose // read closes it
	if ctx.Err() != nil {
		return res // we were told to stop
	}
	if err != nil {
		res.err = a.judgeSilence(err)
		return res
	}
	res.status, res.header, res.head = resp.StatusCode, resp.Header, body[:min(len(body), 600)]
	res.err = a.judge(resp, body, addr)
	return res
}

// read returns the final answer.
func (a attack) read(r *bufio.Reader) (*http.Response, []byte, error) {
	for {
		resp, err := http.ReadResponse(r, &http.Request{Method: a.method})
		if err != nil {
			return nil, nil, err
		}
		if resp.StatusCode >= 100 && resp.StatusCode < 200 {
			continue
		}
		body, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer))
		_ = resp.Body.Close() // the connection is closed whatever it says
		if isTimeout(err) {
			return nil, nil, err
		}
		return resp, body, nil // a body that breaks off is judged by what there is
	}
}

func isTimeout(err error) bool {
	ne, ok := errors.AsType[net.Error](err)
	return ok && ne.Timeout()
}

// judgeSilence decides what no answer means.
func (a attack) judgeSilence(err error) error {
	if isTimeout(err) {
		return fmt.Errorf("neither answered nor closed within %s", a.limit)
	}
	if a.mayClose {
		return nil
	}
	return fmt.Errorf("no answer: %w", err)
}

// needed are the headers of every answer but a 304.
var needed = [...]string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options", "Cross-Origin-Opener-Policy"}

// judge holds an answer to what is promised of all of them.
func (a attack) judge(resp *http.Response, body []byte, addr string) error {
	if resp.StatusCode >= http.StatusInternalServerError {
		return fmt.Errorf("answered %s", resp.Status)
	}
	if resp.StatusCode != http.StatusNotModified {
		for _, name := range needed {
			if resp.Header.Get(name) == "" {
				return fmt.Errorf("%s without %s", resp.Status, name)
			}
		}
	}
	for name := range resp.Header {
		if strings.HasPrefix(name, "X-Injected") {
			return errors.New("a header of the attacker's is in the answer")
		}
	}
	if strings.Contains(strings.Join(resp.Header.Values("Set-Cookie"), "\n"), "tsinjected") {
		return errors.New("a cookie of the attacker's is in the answer")
	}
	if err := judgeLocation(resp.Header.Get("Location"), addr); err != nil {
		return err
	}
	return a.judgeBody(resp.Header.Get("Content-Type"), body)
}

// judgeLocation refuses a redirect to anywhere but the program.
func judgeLocation(location, addr string) error {
	if location == "" {
		return nil
	}
	u, err := url.Parse(location)
	if err != nil {
		return fmt.Errorf("redirects to %q: %w", location, err)
	}
	if u.Host != "" && u.Host != addr || strings.HasPrefix(location, `/\`) || u.Scheme != "" && u.Scheme != "http" {
		return fmt.Errorf("redirects to %q", location)
	}
	return nil
}

// judgeBody looks for what the attacker wanted to see.
func (a attack) judgeBody(contentType string, body []byte) error {
	if bytes.Contains(body, []byte("root:x:0:0")) {
		return errors.New("the answer holds /etc/passwd")
	}
	if bytes.Contains(body, []byte(templateProduct)) {
		return errors.New("a template in the request was evaluated")
	}
	if bytes.Contains(body, []byte("goroutine ")) && bytes.Contains(body, []byte(".go:")) {
		return errors.New("the answer holds a stack trace")
	}
	for _, leak := range []string{"SQLSTATE", "syntax error at or near", "pgx."} {
		if bytes.Contains(body, []byte(leak)) {
			return fmt.Errorf("the answer speaks of the database: %q", leak)
		}
	}
	kind := strings.ToLower(contentType)
	if kind != "" && !strings.Contains(kind, "html") && !strings.Contains(kind, "xml") && !strings.Contains(kind, "svg") {
		return nil // nosniff is checked, so nothing in it runs
	}
	for _, trace := range a.traces {
		if bytes.Contains(body, []byte(trace)) {
			return fmt.Errorf("the page holds the payload as it came: %q", trace)
		}
	}
	return nil
}
