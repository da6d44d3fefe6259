package api_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/api"
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

type changeList struct {
	Epoch string
	Data  []struct {
		Seq     int64
		Type    string
		At      time.Time
		ClaimID string `json:"claim_id"`
		Claim   *document.Claim
	}
	NextCursor string `json:"next_cursor"`
}

func TestChangesPageToTheHead(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	empty := as[changeList](t, p.get("/changes"))
	if empty.Epoch == "" || empty.Data == nil || len(empty.Data) != 0 || empty.NextCursor != "0" {
		t.Errorf("got %+v from an empty feed, want a cursor and an empty list", empty)
	}
	v := env.Published(t, "The mayor has resigned.", "False")
	for range 4 {
		env.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "More is known.")
	}
	p.follows(5)
	var seqs []int64
	cursor := "0"
	for range 3 {
		got := as[changeList](t, p.get("/changes?limit=2&after="+cursor))
		for _, ch := range got.Data {
			seqs = append(seqs, ch.Seq)
			if ch.ClaimID != v.Claim.String() || ch.Claim == nil || ch.Claim.Seq != 5 || ch.Claim.Verdicts[0].Version != 5 || ch.At.IsZero() {
				t.Errorf("change %d: got %+v, want the claim as it is now", ch.Seq, ch)
			}
		}
		cursor = got.NextCursor
	}
	if !slices.Equal(seqs, []int64{1, 2, 3, 4, 5}) || cursor != "5" {
		t.Errorf("got %v up to %s, want 1 to 5", seqs, cursor)
	}
	if got := as[changeList](t, p.get("/changes?after="+empty.Epoch+":4")); len(got.Data) != 1 || got.Data[0].Type != "verdict.updated" {
		t.Errorf("got %+v by epoch:number, want the fifth change", got)
	}
}

// The validator of a page of the feed moves when an entry comes, and when a document that an old entry shows moves.
func TestThePageOfTheFeedKeepsItsTagWhileItIsTheSame(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	env.Published(t, "The lake is dry.", "False")
	p := serve(t, env)
	p.follows(2)
	tag := func() string {
		a := p.get("/changes?limit=1")
		if again := p.get("/changes?limit=1", "If-None-Match", a.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
			t.Errorf("got %d for its own tag, want 304", again.StatusCode)
		}
		return a.Header.Get("ETag")
	}
	before := tag()
	if other := p.get("/changes?limit=1&after=1").Header.Get("ETag"); other == before || other == "" {
		t.Errorf("two pages have the tag %s", other)
	}
	env.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "More is known.")
	p.follows(3)
	if after := tag(); after == before {
		t.Error("the first entry shows another document under the same tag")
	}
}

func TestPositionsOfAnotherFeedAreGone(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "The mayor has resigned.", "False")
	p := serve(t, env)
	p.follows(1)
	for _, query := range []string{"?after=2", "?after=2&wait=30", "?after=999999999999999999", "?after=other:1", "?after=other:1&wait=30", "?after=0&epoch=other"} {
		got := wantProblem(t, p.get("/changes"+query), http.StatusGone)
		if got.Epoch == "" || got.Head == nil || *got.Head != 1 || !strings.Contains(got.Detail, "after=0") {
			t.Errorf("%s: got %+v, want the epoch, the head, and how to begin again", query, got)
		}
	}
}

func TestWithdrawnClaimIsATombstone(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	from, into := env.Published(t, "The mayor has resigned.", "False"), env.Published(t, "The mayor resigned.", "False")
	env.Corrected(t, from.Verdict, factcheck.CorrectionRetraction, "It is told better elsewhere.")
	if err := env.DB.MergeClaims(t.Context(), env.Editor, from.Claim, into.Claim, "The same."); err != nil {
		t.Fatal(err)
	}
	p := serve(t, env)
	tombstones := 0
	for _, ch := range as[changeList](t, p.get("/changes")).Data {
		if ch.ClaimID == from.Claim.String() {
			tombstones++
			if ch.Claim != nil {
				t.Errorf("change %d carries the merged claim", ch.Seq)
			}
		}
	}
	if tombstones == 0 {
		t.Error("the merged claim's changes are gone from the feed")
	}
}

func TestWaitingEndsWithTheNextChange(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	got := make(chan changeList, 1)
	go func() { got <- as[changeList](t, p.get("/changes?after=0&wait=30")) }()
	eventually(t, "the request waits", 20*time.Second, func() bool { return p.api.Waiting() == 1 })
	began := time.Now()
	env.Published(t, "The mayor has resigned.", "False")
	if l := <-got; len(l.Data) != 1 || l.Data[0].Seq != 1 || l.NextCursor != "1" {
		t.Errorf("got %+v, want the change", l)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the change took %v to arrive", took)
	}
	eventually(t, "nobody waits any more", 20*time.Second, func() bool { return p.api.Waiting() == 0 })
}

func TestWaitingEndsWithItsTimeAndAnEmptyPage(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "The mayor has resigned.", "False")
	p := serve(t, env)
	p.follows(1)
	began := time.Now()
	got := as[changeList](t, p.get("/changes?after=1&wait=1"))
	if len(got.Data) != 0 || got.NextCursor != "1" || time.Since(began) < 900*time.Millisecond {
		t.Errorf("got %+v after %v, want an empty page after a second", got, time.Since(began))
	}
}

func TestClientThatLeavesIsFreed(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte("GET /api/v1/changes?wait=30 HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the request waits", 20*time.Second, func() bool { return p.api.Waiting() == 1 })
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the client that left is freed", 20*time.Second, func() bool { return p.api.Waiting() == 0 })
}

func TestTooManyThatWaitAreAnsweredAtOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env, func(c *api.Config) { c.MaxWaiting = 1 })
	waiting, leave := context.WithCancel(t.Context())
	defer leave()
	go func() {
		req, err := http.NewRequestWithContext(waiting, "GET", p.url+"/api/v1/changes?wait=30", nil)
		if err != nil {
			return
		}
		if resp, err := p.http.Do(req); err == nil {
			_ = resp.Body.Close() // it is not wanted
		}
	}()
	eventually(t, "the request waits", 20*time.Second, func() bool { return p.api.Waiting() == 1 })
	began := time.Now()
	if got := as[changeList](t, p.get("/changes?wait=30")); len(got.Data) != 0 || time.Since(began) > 5*time.Second {
		t.Errorf("got %+v after %v, want an empty page at once", got, time.Since(began))
	}
}

func TestShutdownEndsWaiting(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	done := make(chan answer, 1)
	go func() { done <- p.get("/changes?wait=30") }()
	eventually(t, "the request waits", 20*time.Second, func() bool { return p.api.Waiting() == 1 })
	p.live.Release()
	if got := as[changeList](t, <-done); len(got.Data) != 0 || got.NextCursor != "0" {
		t.Errorf("got %+v, want an empty page", got)
	}
}

// TestFollowersMissNothing has several people publish at once while followers of all kinds read along.
func TestFollowersMissNothing(t *testing.T) {
	t.Parallel()
	const publishers, each = 4, 6
	env := storetest.New(t)
	p := serve(t, env)
	var writers, readers sync.WaitGroup
	for w := range publishers {
		writers.Go(func() {
			for i := range each {
				env.Published(t, fmt.Sprintf("Claim %d of publisher %d.", i, w), "False")
			}
		})
	}
	follow := func(query string) {
		cursor, next := "0", int64(1)
		for deadline := time.Now().Add(time.Minute); next <= publishers*each; {
			if time.Now().After(deadline) {
				t.Errorf("%s: stopped at %d", query, next)
				return
			}
			got := as[changeList](t, p.get("/changes?after="+cursor+query))
			for _, ch := range got.Data {
				if ch.Seq != next || ch.Claim == nil {
					t.Errorf("%s: got %d, want %d with its claim", query, ch.Seq, next)
					return
				}
				next++
			}
			if cursor = got.NextCursor; cursor != strconv.FormatInt(next-1, 10) {
				t.Errorf("%s: got cursor %s, want %d", query, cursor, next-1)
				return
			}
		}
	}
	for _, query := range []string{"&wait=5", "&wait=5", "&wait=5&limit=1", "&limit=3", "&wait=1&limit=1000"} {
		readers.Go(func() { follow(query) })
	}
	writers.Wait()
	readers.Wait()
}
