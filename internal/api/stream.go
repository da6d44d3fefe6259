package api

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	eventStream    = "text/event-stream"
	streamPage     = 50               // changes read at once
	streamBeat     = 15 * time.Second // between heart-beats, less than what proxies wait for
	streamPatience = 30 * time.Second // for what was written to reach the client
	streamRetry    = 2 * time.Second  // after which clients come back, and up to as long again, so that a crowd does not come at once
	// streamAgain is how long to wait where the process was told of a change that the database does not have, or not yet.
	streamAgain = 250 * time.Millisecond
)

// streamInput are the parameters of GET /changes/stream.
type streamInput struct {
	After       string `query:"after" maxLength:"100" pattern:"^([0-9A-Za-z]{1,64}:)?[0-9]{1,18}$" patternDescription:"the number of a change, alone or as epoch:number" default:"0" example:"1042" doc:"Changes after this number; 0 for all there ever were. next_cursor of GET /changes, or the seq an export states"`
	LastEventID string `header:"Last-Event-ID" example:"019a5b3c9d6e7f10a1b2c3d4e5f60718:1042" doc:"Where to go on, sent by every client of server-sent events when it comes back. It goes before after"`
}

// position returns where the follower is.
func (in *streamInput) position() (epoch string, after int64, err error) {
	if in.LastEventID == "" {
		return (&changesInput{After: in.After}).position()
	}
	epoch, number, found := strings.Cut(in.LastEventID, ":")
	if !found {
		epoch, number = "", epoch
	}
	if after, err = strconv.ParseInt(number, 10, 64); err != nil || after < 0 || len(epoch) > 64 {
		return "", 0, problem.BadRequest(problem.Detail{Location: "header.Last-Event-ID", Message: "send the id of the last event as it was, epoch:number"})
	}
	return epoch, after, nil
}

func (a *API) mountStream(h huma.API, s *schemas) {
	op := get(s, "stream-changes", "/changes/stream", "Follow changes as they happen",
		"The same changes as GET /changes, as server-sent events: data is one change as JSON, id is epoch:seq. "+
			"A client that comes back with Last-Event-ID goes on after that event and misses nothing. A line with a colon alone is a heart-beat, every 15 seconds. "+
			"A client that does not read for 30 seconds is cut off, and resumes. 410 means that the position is not of this feed: begin again with after=0.",
		reflect.TypeFor[change](), http.StatusGone)
	op.Responses["200"] = &huma.Response{
		Description: "OK: a stream that does not end by itself",
		Content: map[string]*huma.MediaType{eventStream: {
			Schema:  &huma.Schema{Type: huma.TypeString, Description: "Events; the data of each is a change as in the list that GET /changes answers"},
			Example: "retry: 2719\n\nid: 019a5b3c9d6e7f10a1b2c3d4e5f60718:1043\ndata: {\"seq\":1043,\"type\":\"claim.withdrawn\",\"at\":\"2025-06-07T16:40:00Z\",\"claim_id\":\"claim_01h455vb4pex5vsknk084sn02q\",\"claim\":null}\n\n",
		}},
		Headers: s.headers(),
	}
	delete(op.Responses, "304")
	huma.Register(h, op, operation(a.streamChanges))
}

// streamChanges serves GET /changes/stream. What cannot be followed is told before the stream begins, as a problem document.
func (a *API) streamChanges(ctx context.Context, c *fiber.Ctx, in *streamInput) error {
	epoch, after, err := in.position()
	if err != nil {
		return err
	}
	first, err := a.events(ctx, epoch, after)
	if err != nil {
		return err
	}
	resp := &c.Context().Response
	resp.Header.SetContentType(eventStream)
	resp.Header.Set(fiber.HeaderCacheControl, "no-store")
	resp.Header.Set("X-Accel-Buffering", "no") // nginx would hold events back
	if resp.SkipBody {
		return nil // HEAD
	}
	f := &follower{api: a, conn: c.Context().Conn(), epoch: first.epoch, after: after, beat: time.Now(), sure: time.Now()}
	f.client = a.clientOf(c)
	f.follows(c)
	if err := a.waiting.enter(f.client); err != nil {
		return err
	}
	f.pass = a.watch.begin(f.secret)
	f.rest = strconv.AppendInt([]byte("retry: "), (streamRetry + rand.N(streamRetry)).Milliseconds(), 10) //nolint:gosec // it spreads a crowd, and guards nothing
	f.rest = append(f.rest, "\n\n"...)
	resp.SetBodyStream(f, -1)
	return nil
}

// follows notes whose key the follower has.
func (f *follower) follows(c *fiber.Ctx) {
	if actor, ok := keyActor(c); ok {
		f.actor, f.secret = actor.ID, secretOf(c)
	}
}

// secretOf returns the secret that a request was admitted with; empty without one.
func secretOf(c *fiber.Ctx) string {
	if _, ok := keyActor(c); !ok {
		return ""
	}
	_, secret, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	return strings.TrimSpace(secret)
}

// clientOf says for whom what lasts is counted: the key, or the address; nobody for programs of this machine.
func (a *API) clientOf(c *fiber.Ctx) string {
	info := request.From(c.Context())
	if info.Local() {
		return ""
	}
	if actor, ok := keyActor(c); ok {
		return actor.ID.String()
	}
	return ratelimit.Address(info.Client)
}

// newFollowers counts the streams and the requests that wait for a change.
func newFollowers(most int) *waiting {
	return newWaiting(limits{
		most: most, each: perClient, again: streamBeat,
		enough: "this client has " + strconv.Itoa(perClient) + " streams and waiting requests open already; one is enough to follow everything",
		full:   "too many follow already; come again, or ask GET /changes",
	})
}

// events is a page of the feed as server-sent events. Followers that are woken together share one.
func (a *API) events(ctx context.Context, epoch string, after int64) (*answer, error) {
	return a.shared(ctx, "events "+changesKey(epoch, after, streamPage), func(ctx context.Context) (*answer, error) {
		feed, err := a.readFeed(ctx, epoch, after, streamPage)
		if err != nil {
			return nil, err
		}
		ans := &answer{epoch: feed.Epoch, took: []store.Pull{{Seq: after}}}
		for _, ch := range feed.Changes {
			ans.Body = append(append(append(ans.Body, "id: "...), feed.Epoch...), ':')
			ans.Body = append(strconv.AppendInt(ans.Body, ch.Seq, 10), "\ndata: "...)
			ans.Body = append(a.appendChange(ans.Body, ch), "\n\n"...)
			ans.took[0].Seq = ch.Seq
		}
		ans.Content = httpcache.Content{Body: ans.Body, ContentType: eventStream}
		return ans, nil
	})
}

// follower is the body of one stream. fasthttp reads it after the handler has returned, in the connection's own goroutine, and
// closes it when the client is gone. It holds at most one page, which it shares with whoever is at the same place, and nothing
// while it waits.
type follower struct {
	api    *API
	conn   net.Conn
	client string // as it is counted

	actor  factcheck.ActorID // whose key it has, if any
	secret string
	sure   time.Time // when the key was last known to be one
	pass   *pass     // ends with the key

	epoch  string
	after  int64
	rest   []byte // written next
	held   int64  // bytes of a large page, as answers count them
	beat   time.Time
	closed bool
}

// Read implements io.Reader: it returns when there is something to send. io.EOF ends the stream properly, and its client
// comes back with what it saw last: at shutdown, when the key is revoked, when the feed is another one.
func (f *follower) Read(p []byte) (int, error) {
	for len(f.rest) == 0 {
		f.letGo()
		if !f.next() {
			return 0, io.EOF
		}
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	if err := request.Patience(f.conn, f.api.patience); err != nil {
		return 0, err
	}
	return n, nil
}

// next puts what is to be sent into rest, waiting for it; false ends the stream.
func (f *follower) next() bool {
	for {
		if f.api.cfg.Live.Released() || f.pass.ended() {
			return false
		}
		page, ok := f.page()
		if !ok || len(page) == 0 && !request.Wired(f.conn) {
			return false
		}
		if len(page) > 0 {
			f.rest, f.beat = page, time.Now()
			return true
		}
		if beat, ok := f.wait(); beat || !ok {
			f.rest, f.beat = []byte(":\n\n"), time.Now()
			return ok && f.allowed()
		}
	}
}

// page reads what comes next; nothing if there is nothing yet.
func (f *follower) page() ([]byte, bool) {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	ans, err := f.api.events(ctx, f.epoch, f.after)
	if err != nil || len(ans.Body) > 0 && !f.allowed() {
		return nil, false // said in full to the client when it comes back
	}
	if size := min(int64(len(ans.Body)), maxSending); size >= large {
		if err := f.api.sending.Acquire(ctx, size); err != nil {
			return nil, false
		}
		f.held = size
	}
	f.after = ans.took[0].Seq
	if !f.actor.IsZero() && len(ans.Body) > 0 {
		f.api.cfg.Store.NotePulls(store.Pull{Actor: f.actor, Seq: f.after})
	}
	return ans.Body, true
}

// wait returns when there may be a change, or with beat when it is time to show that the stream lives; false when the client
// is gone.
func (f *follower) wait() (beat, ok bool) {
	for {
		left := f.api.beat - time.Since(f.beat)
		if left <= 0 {
			return true, true
		}
		if gone(f.conn) || f.pass.ended() {
			return false, false
		}
		ctx, cancel := f.pass.within(context.Background(), min(left, goneEvery))
		s := f.api.cfg.Live.Wait(ctx, f.epoch, f.after)
		if ctx.Err() == nil && s.Epoch != f.epoch && !f.api.cfg.Live.Released() {
			<-time.After(streamAgain) // this process does not know of the restore, or the database does not: the next read tells
		}
		moved := ctx.Err() == nil
		cancel()
		if moved {
			return false, true
		}
	}
}

// allowed reports whether the key that the stream was asked for with still is one, as far as was known half a second ago.
// Nobody who asked without one needs it.
func (f *follower) allowed() bool {
	if f.secret == "" || time.Since(f.sure) < time.Second/2 {
		return true
	}
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	_, err := f.api.cfg.KeyHolder(ctx, f.secret)
	f.sure = time.Now()
	return err == nil
}

// letGo gives back what a sent page took.
func (f *follower) letGo() {
	if f.held > 0 {
		f.api.sending.Release(f.held)
		f.held = 0
	}
	f.rest = nil
}

// Close implements io.Closer.
func (f *follower) Close() error {
	if !f.closed {
		f.closed = true
		f.letGo()
		f.pass.close()
		f.api.waiting.leave(f.client)
	}
	return nil
}
