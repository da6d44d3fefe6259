package api_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// paths returns every address of the API, for a claim's id.
func paths(id string) []string {
	return []string{
		"/api/v1/claims", "/api/v1/claims?publisher=any&limit=100", "/api/v1/claims?query=secret", "/api/v1/claims?publisher=any&sort=updated",
		"/api/v1/claims/" + id, "/api/v1/claims/" + id + "?as_of=2999-01-01", "/api/v1/claims/" + id + "/versions",
		"/api/v1/changes?limit=1000", "/api/v1/status", "/openapi.json",
	}
}

// nasty are values that programs trip over.
func nasty() []string {
	return []string{
		"", "%00", "a%00b", "%ff%fe", "%zz", "%", "%2", "-1", "0", "99999999999999999999", "1e309", "NaN", "null", "true", "[]", "{}", "[1,2]", "'", "\"", "\\",
		"';DROP%20TABLE%20claims;--", "%25%5f", "..%2f..%2fetc%2fpasswd", "<script>alert(1)</script>", "%F0%9F%92%A9", "%E2%80%AE", strings.Repeat("a", 4000),
		strings.Repeat("%28", 450), strings.Repeat("-", 499), "%22" + strings.Repeat("a+", 200), "a+%26+%7C+%21+%3C-%3E", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
		"2025-06-07T16:40:00%2B99:99", "claim_00000000000000000000000000", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%5Cu0000", "x=1", "a;b", "1%2C2", "%0d%0aX-Evil:%201",
	}
}

func TestHostileRequestsAreNeverAnError(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	host := strings.TrimPrefix(p.url, "http://")
	for name, request := range map[string]string{
		"an asterisk":             "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
		"an absolute address":     "GET http://evil.example/api/v1/claims HTTP/1.1\r\nHost: x\r\n\r\n",
		"no host":                 "GET /api/v1/claims HTTP/1.1\r\n\r\n",
		"another host":            "GET /api/v1/claims?limit=1 HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\r\n",
		"HTTP/1.0":                "GET /api/v1/claims HTTP/1.0\r\n\r\n",
		"a body with a GET":       "GET /api/v1/claims HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody",
		"two lengths":             "GET /api/v1/claims HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody",
		"length and chunks":       "POST /api/v1/claims HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"broken chunks":           "POST /api/v1/claims HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"a NUL in a header":       "GET /api/v1/claims HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
		"a thousand headers":      "GET /api/v1/claims HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-A: b\r\n", 1000) + "\r\n",
		"headers without end":     "GET /api/v1/claims HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 70_000),
		"no path":                 "GET  HTTP/1.1\r\nHost: x\r\n\r\n",
		"slashes":                 "GET //api//v1//claims HTTP/1.1\r\nHost: x\r\n\r\n",
		"dots":                    "GET /api/v1/../v1/claims HTTP/1.1\r\nHost: x\r\n\r\n",
		"a fragment":              "GET /api/v1/claims#frag HTTP/1.1\r\nHost: x\r\n\r\n",
		"connect":                 "CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n",
		"a method of lower case":  "get /api/v1/claims HTTP/1.1\r\nHost: x\r\n\r\n",
		"an accept that is wrong": "GET /api/v1/claims HTTP/1.1\r\nHost: x\r\nAccept: ;;;\r\nAccept-Encoding: ,;q=,\r\nIf-None-Match: \"\r\nIf-Modified-Since: never\r\nRange: bytes=0-1\r\n\r\n",
		"expectations":            "POST /api/v1/claims HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n",
		"an upgrade":              "GET /api/v1/claims HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(2 * time.Second)) // a TCP connection takes one
		_, _ = io.WriteString(conn, request)                  // it may be refused half-way
		_ = conn.(*net.TCPConn).CloseWrite()                  // as above
		got, err := io.ReadAll(conn)
		_ = conn.Close()
		// A server that reads no further may reset the connection, but not before its answer is whole.
		if broken := whole(got); broken != nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: got %.300q and then %v (%v), want a whole answer", name, got, err, broken)
			continue
		}
		line, _, _ := strings.Cut(string(got), "\r\n")
		if strings.HasPrefix(line, "HTTP/1.1 5") || bytes.Contains(got, []byte("evil.example/api")) {
			t.Errorf("%s: got %.300q", name, got)
		}
	}
	if got := p.get("/status"); got.StatusCode != 200 {
		t.Errorf("got %d afterwards, want the server well", got.StatusCode)
	}
}

// whole returns why bytes do not begin with a whole answer, nil if they do.
func whole(got []byte) error {
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(got)), nil)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return errors.Join(err, resp.Body.Close())
}

func TestLostDatabaseIsSaidPlainly(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	wire := storetest.NewWire(t, env.URL)
	p := serve(t, reopened(t, env, wire.URL))
	p.follows(1)
	p.get("/claims/" + v.Claim.String())
	wire.Cut()
	eventually(t, "memory is not trusted without the database", 3*time.Second, func() bool {
		return p.get("/claims/"+v.Claim.String()).StatusCode == http.StatusServiceUnavailable
	})
	for _, path := range paths(v.Claim.String())[:9] {
		a := p.do("GET", path)
		if doc := wantProblem(t, a, http.StatusServiceUnavailable); a.Header.Get("Retry-After") == "" || strings.Contains(doc.Detail, "127.0.0.1") {
			t.Errorf("%s: got %q with Retry-After %q", path, doc.Detail, a.Header.Get("Retry-After"))
		}
	}
	wantProblem(t, p.get("/changes?wait=30&after=1"), http.StatusServiceUnavailable)
	wire.Mend()
	eventually(t, "everything is back", 20*time.Second, func() bool { return p.get("/claims/"+v.Claim.String()).StatusCode == http.StatusOK })
}

func FuzzQuery(f *testing.F) {
	for _, s := range []string{"limit=5", "query=a%20b&truth=false", "cursor=x", "published_after=2025-06-07", "a=b&a=b", "%zz", "limit=1&limit=2"} {
		f.Add(s)
	}
	env := storetest.New(f)
	env.Published(f, "The mayor has resigned.", "False")
	p := serve(f, env)
	f.Fuzz(func(t *testing.T, query string) {
		u := url.URL{RawQuery: query}
		line := u.String()
		if strings.ContainsAny(line, " \r\n\x00") || len(line) > 8000 {
			t.Skip()
		}
		host := strings.TrimPrefix(p.url, "http://")
		req, err := http.NewRequestWithContext(t.Context(), "GET", p.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		a := exchange(t, req, host, fmt.Sprintf("GET /api/v1/claims%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", line))
		if a.StatusCode != 200 && a.StatusCode != 400 {
			t.Errorf("%q: got %d %s", query, a.StatusCode, a.body)
		}
	})
}
