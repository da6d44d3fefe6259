package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/api"
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// event is a change as a stream sends it; beat is a heart-beat.
type event struct {
	id, retry string
	beat      bool
	Seq       int64
	Type      string
	ClaimID   string `json:"claim_id"`
	Claim     *document.Claim
}

// stream is an open stream of events.
type stream struct {
	resp *http.Response
	in   *bufio.Reader
}

// follow opens a stream; the answer must be one. It ends with the test or by close.
func (p *partner) follow(query string, headers ...string) *stream {
	p.t.Helper()
	s, err := p.open(p.t.Context(), query, headers...)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(s.close)
	return s
}

// open opens a stream.
func (p *partner) open(ctx context.Context, query string, headers ...string) (*stream, error) {
	req, err := http.NewRequestWithContext(ctx, "GET", p.url+"/api/v1/changes/stream"+query, nil)
	if err != nil {
		return nil, err
	}
	if p.key != "" {
		req.Header.Set("Authorization", "Bearer "+p.key)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	resp, err := p.http.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" || resp.Header.Get("Cache-Control") != "no-store" {
		return nil, errors.Join(fmt.Errorf("got %d as %s (%s), want a stream that nobody keeps", resp.StatusCode, resp.Header.Get("Content-Type"), resp.Header.Get("Cache-Control")), resp.Body.Close())
	}
	return &stream{resp, bufio.NewReader(resp.Body)}, nil
}

func (s *stream) close() { _ = s.resp.Body.Close() } // it may be closed already

// next reads an event as the HTML standard says (9.2.6); io.EOF when the stream was ended properly.
func (s *stream) next() (event, error) {
	var e event
	for {
		line, err := s.in.ReadString('\n')
		if err != nil {
			return e, err
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "\n":
			return e, nil
		case name == "":
			e.beat = true
		case name == "id":
			e.id = value
		case name == "retry":
			e.retry = value
		case name == "data":
			if err := json.Unmarshal([]byte(value), &e); err != nil {
				return e, err
			}
		default:
			return e, fmt.Errorf("got the field %q", name)
		}
	}
}

// change reads up to the next change.
func (s *stream) change(t *testing.T) event {
	t.Helper()
	for {
		e, err := s.next()
		if err != nil {
			t.Fatal(err)
		}
		if e.Seq > 0 {
			return e
		}
	}
}

func TestStreamGoesOnWhereItWasLeft(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	from, into := env.Published(t, "The mayor has resigned.", "False"), env.Published(t, "The mayor resigned.", "False")
	p := serve(t, env)
	s := p.follow("")
	first, err := s.next()
	if err != nil || first.retry == "" {
		t.Fatalf("got %+v, %v, want when to come back", first, err)
	}
	epoch, _, _, err := env.DB.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for want := int64(1); want <= 2; want++ {
		if e := s.change(t); e.Seq != want || e.id != fmt.Sprintf("%s:%d", epoch, want) || e.Claim == nil || e.Claim.ID != e.ClaimID {
			t.Errorf("got %+v, want change %d of epoch %s with its claim", e, want, epoch)
		}
	}
	env.Corrected(t, from.Verdict, factcheck.CorrectionRetraction, "It is told better elsewhere.")
	last := s.change(t)
	if last.Seq != 3 || last.Type != "verdict.retracted" || last.Claim == nil || last.Claim.Seq != 3 {
		t.Errorf("got %+v, want the retraction as it happened", last)
	}
	s.close()
	if err := env.DB.MergeClaims(t.Context(), env.Editor, from.Claim, into.Claim, "The same."); err != nil {
		t.Fatal(err)
	}
	for name, again := range map[string]*stream{
		"by the header":              p.follow("", "Last-Event-ID", last.id),
		"by the header, not after":   p.follow("?after=1", "Last-Event-ID", last.id),
		"by after with its epoch":    p.follow("?after=" + last.id),
		"by the number alone":        p.follow("?after=3"),
		"by a header without epoch ": p.follow("", "Last-Event-ID", "3"),
	} {
		if e := again.change(t); e.Seq != 4 || e.ClaimID == from.Claim.String() && e.Claim != nil {
			t.Errorf("%s: got %+v, want what followed", name, e)
		}
	}
	all, tombstones := p.follow("?after=0"), 0
	for range p.head() {
		if e := all.change(t); e.ClaimID == from.Claim.String() {
			tombstones++
			if e.Claim != nil {
				t.Errorf("change %d carries the merged claim", e.Seq)
			}
		}
	}
	if tombstones < 3 {
		t.Errorf("got %d changes of the merged claim, want all of them, empty", tombstones)
	}
}

// head returns the newest number of the feed.
func (p *partner) head() int64 {
	p.t.Helper()
	_, seq, _, err := p.env.DB.Head(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	return seq
}

func TestStreamRefusesWhatIsNoPositionOfTheFeed(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "The mayor has resigned.", "False")
	p := serve(t, env)
	check := contract(t, p)
	for _, position := range []string{"2", "other:1", "other:0", "999999999999999999"} {
		for _, a := range []answer{p.get("/changes/stream?after=" + position), p.get("/changes/stream", "Last-Event-ID", position)} {
			got := wantProblem(t, a, http.StatusGone)
			if got.Epoch == "" || got.Head == nil || *got.Head != 1 {
				t.Errorf("%s: got %+v, want the epoch and the head", position, got)
			}
			hold(t, check, a)
		}
	}
	for _, id := range []string{"x", "a:", ":", "1:-1", "1:2:3", "99999999999999999999", strings.Repeat("a", 65) + ":1", "-1"} {
		wantProblem(t, p.get("/changes/stream", "Last-Event-ID", id), http.StatusBadRequest)
	}
	for _, query := range []string{"?after=x", "?after=-1", "?after=1&after=1", "?limit=1"} {
		wantProblem(t, p.get("/changes/stream"+query), http.StatusBadRequest)
	}
	if a := p.do("HEAD", "/api/v1/changes/stream"); a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "text/event-stream" || p.api.Waiting() != 0 {
		t.Errorf("got %d as %s for HEAD with %d who wait, want the header alone", a.StatusCode, a.Header.Get("Content-Type"), p.api.Waiting())
	}
}

func TestStreamBeatsUntilItsClientLeavesOrTheServer(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	p.api.Hurry(50*time.Millisecond, 10*time.Second)
	leaves, stays := p.follow(""), p.follow("")
	for range 3 { // the first is when to come back
		if e, err := leaves.next(); err != nil || !e.beat && e.retry == "" {
			t.Fatalf("got %+v, %v, want heart-beats", e, err)
		}
	}
	leaves.close()
	eventually(t, "who left is counted no more", 20*time.Second, func() bool { return p.api.Waiting() == 1 })
	p.live.Release()
	for {
		_, err := stays.next()
		if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			t.Fatalf("got %v at shutdown, want the proper end", err)
		}
	}
	eventually(t, "nobody is counted", 20*time.Second, func() bool { return p.api.Waiting() == 0 })
}

func TestStreamEndsWithItsKey(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	p.api.Hurry(50*time.Millisecond, 10*time.Second)
	id, key, err := env.DB.CreateKey(t.Context(), env.Admin, store.KeyInput{Name: "A partner", Scopes: []factcheck.Scope{factcheck.ScopeRead}})
	if err != nil {
		t.Fatal(err)
	}
	p.key = key
	s := p.follow("")
	env.Published(t, "The mayor has resigned.", "False")
	s.change(t)
	if err := env.DB.RevokeKey(t.Context(), env.Admin, id); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); ; {
		if _, err := s.next(); errors.Is(err, io.EOF) {
			break
		}
		if time.Since(began) > 5*time.Second {
			t.Fatal("the stream went on after its key was revoked")
		}
	}
}

func TestStreamsAreLimited(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env, func(c *api.Config) { c.MaxWaiting = 1 })
	s := p.follow("")
	if a := p.get("/changes/stream"); a.Header.Get("Retry-After") == "" {
		t.Error("who comes too late is not told when to come again")
	} else {
		wantProblem(t, a, http.StatusServiceUnavailable)
	}
	s.close()
	eventually(t, "there is room again", 20*time.Second, func() bool { return p.api.Waiting() == 0 })

	p = serve(t, env)
	for range 100 {
		p.follow("", "X-Forwarded-For", "192.0.2.1") // through a proxy that is not trusted: not of this machine
	}
	wantProblem(t, p.get("/changes/stream", "X-Forwarded-For", "192.0.2.1"), http.StatusTooManyRequests)
	_, key, err := env.DB.CreateKey(t.Context(), factcheck.Operator(), store.KeyInput{Name: "partner", Scopes: []factcheck.Scope{factcheck.ScopeRead}})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	p.get(fmt.Sprintf("/changes?after=%d&wait=1", p.head()), "X-Forwarded-For", "192.0.2.1", "Authorization", "Bearer "+key)
	if took := time.Since(began); took < time.Second {
		t.Errorf("answered after %v, want it to wait: a key is counted by itself, whoever shares its address", took)
	}
}

// serveNarrow is serve over connections that hold little on their way, so that a client that does not read is noticed.
func serveNarrow(t *testing.T, env *storetest.Env) *partner {
	t.Helper()
	small := func(option int) func(string, string, syscall.RawConn) error {
		return func(_, _ string, c syscall.RawConn) (err error) {
			return errors.Join(c.Control(func(fd uintptr) { err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, option, 4<<10) }), err)
		}
	}
	ln, err := (&net.ListenConfig{Control: small(syscall.SO_SNDBUF)}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := serveOn(t, env, ln, nil)
	p.http.Transport = &http.Transport{DialContext: (&net.Dialer{Control: small(syscall.SO_RCVBUF)}).DialContext, DisableCompression: true}
	return p
}

func TestClientThatStopsReadingIsCutAndResumes(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, strings.Repeat("The mayor has resigned. ", 40), "False")
	for range 60 {
		env.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "More is known.")
	}
	p := serveNarrow(t, env)
	p.api.Hurry(10*time.Second, 200*time.Millisecond)
	s := p.follow("")
	last := s.change(t)
	eventually(t, "who stops reading is cut off", 20*time.Second, func() bool { return p.api.Waiting() == 0 })
	for {
		e, err := s.next()
		if err != nil {
			if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatal("the stream was ended as if it were whole")
			}
			break
		}
		last = e
	}
	if last.Seq >= 61 {
		t.Fatalf("got all %d changes, want fewer: nothing was cut", last.Seq)
	}
	p.api.Hurry(10*time.Second, 10*time.Second)
	for again := p.follow("", "Last-Event-ID", last.id); last.Seq < 61; {
		e := again.change(t)
		if e.Seq != last.Seq+1 {
			t.Fatalf("got %d after %d", e.Seq, last.Seq)
		}
		last = e
	}
}
