package api

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// changesInput are the parameters of GET /changes.
type changesInput struct {
	After string `query:"after" maxLength:"100" pattern:"^([0-9A-Za-z]{1,64}:)?[0-9]{1,18}$" patternDescription:"the number of a change, alone or as epoch:number" default:"0" example:"1042" doc:"Changes after this number: next_cursor of the answer before, 0 for all. epoch:number says at once which feed the number belongs to"`
	Epoch string `query:"epoch" maxLength:"64" example:"019a5b3c9d6e7f10a1b2c3d4e5f60718" doc:"The epoch the number belongs to. Give it to be told when a restore has begun a new one"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"Most changes to return"`
	Wait  int    `query:"wait" minimum:"0" maximum:"30" default:"0" doc:"Seconds to wait for a change when there is none yet"`
}

// changeList is the answer of GET /changes, for the OpenAPI document.
type changeList struct {
	Epoch      string   `json:"epoch" doc:"Names the feed; a restore begins a new one"`
	Data       []change `json:"data" doc:"In order, without a gap"`
	NextCursor string   `json:"next_cursor" doc:"Give it as after; set also when data is empty"`
}

// change is one entry of the feed.
type change struct {
	Seq     int64           `json:"seq" doc:"1, 2, 3, …"`
	Type    string          `json:"type" enum:"verdict.published,verdict.updated,verdict.clarified,verdict.corrected,verdict.retracted,verdict.suspended,verdict.restored,verdict.redacted,claim.merged,claim.withdrawn,appearance.added,appearance.changed,appearance.corrected,appearance.removed,source.dead"`
	At      time.Time       `json:"at"`
	ClaimID string          `json:"claim_id"`
	Claim   *document.Claim `json:"claim" doc:"The claim as it is now, not as it was then; null when it is no longer public: forget it"`
}

func (a *API) mountChanges(h huma.API, s *schemas) {
	huma.Register(h, get(s, "list-changes", "/changes", "Follow changes",
		"Every public change in order. Follow by giving next_cursor as after; what a follower misses while away it finds there. "+
			"410 means that the number is not of this feed: begin again with after=0.",
		reflect.TypeFor[changeList](), http.StatusGone), operation(a.listChanges))
}

// listChanges serves GET /changes. Requests for the same page at the same time are answered with one read; those that wait
// ask nobody until something changed.
func (a *API) listChanges(ctx context.Context, c *fiber.Ctx, in *changesInput) error {
	epoch, after, err := in.position()
	if err != nil {
		return err
	}
	if in.Wait > 0 {
		if err := a.await(ctx, c, epoch, after, time.Duration(in.Wait)*time.Second); err != nil {
			return err
		}
		// The deadline of the request began before the waiting; what follows has its own.
		detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), readTimeout)
		defer cancel()
		ctx = detached
	}
	ans, err := a.shared(ctx, changesKey(epoch, after, in.Limit), func(ctx context.Context) (*answer, error) {
		return a.buildChanges(ctx, epoch, after, in.Limit)
	})
	if err != nil {
		return err
	}
	return a.send(ctx, c, ans)
}

// goneEvery is how often a waiting request looks whether its client is still there.
const goneEvery = 2 * time.Second

func changesKey(epoch string, after int64, limit int) string {
	return "changes " + epoch + " " + strconv.FormatInt(after, 10) + " " + strconv.Itoa(limit)
}

// position returns where the follower is. The pattern of after has been checked.
func (in *changesInput) position() (epoch string, after int64, err error) {
	epoch, number, found := strings.Cut(in.After, ":")
	if !found {
		epoch, number = in.Epoch, in.After
	}
	after, err = strconv.ParseInt(number, 10, 64)
	if err != nil || found && in.Epoch != "" && in.Epoch != epoch {
		return "", 0, problem.BadRequest(problem.Detail{Location: "query.after", Message: "write the number of a change, and the epoch once"})
	}
	return epoch, after, nil
}

// await returns when there may be something after the position: at once unless this process knows that there is nothing.
// CodeUnauthenticated if the key ends meanwhile.
func (a *API) await(ctx context.Context, c *fiber.Ctx, epoch string, after int64, wait time.Duration) error {
	now := a.cfg.Live.State()
	if !now.Fresh || now.Seq != after || epoch != "" && epoch != now.Epoch {
		return nil // there is more, or the position is not of this feed, or only the database knows
	}
	client := a.clientOf(c)
	if a.waiting.enter(client) != nil {
		return nil // too many wait already: this one is answered now, and asks again
	}
	defer a.waiting.leave(client)
	began := time.Now()
	defer func() { waited(c, time.Since(began)) }()
	pass := a.watch.begin(secretOf(c))
	defer pass.close()
	ctx = context.WithoutCancel(ctx) // longer than other requests may take
	for end := time.Now().Add(wait); ; {
		left := time.Until(end)
		if left <= 0 || gone(c.Context().Conn()) {
			return nil
		}
		slice, cancel := pass.within(ctx, min(left, goneEvery))
		s := a.cfg.Live.Wait(slice, now.Epoch, after)
		over := slice.Err() == nil // it moved, or the process is shutting down
		cancel()
		if pass.ended() {
			return unauthenticated("this key is no longer valid")
		}
		if over || !s.Fresh {
			return nil
		}
	}
}

// buildChanges reads a page of the feed. Two queries for each thousand entries.
func (a *API) buildChanges(ctx context.Context, epoch string, after int64, limit int) (*answer, error) {
	feed, err := a.readFeed(ctx, epoch, after, limit)
	if err != nil {
		return nil, err
	}
	size := 128
	for _, ch := range feed.Changes {
		size += 160
		if ch.Document != nil {
			size += a.room(ch.Document.Stored)
		}
	}
	name, err := json.Marshal(feed.Epoch)
	if err != nil {
		return nil, err
	}
	body := append(append(make([]byte, 0, size), `{"epoch":`...), name...)
	body = append(body, `,"data":[`...)
	last := after
	for i, ch := range feed.Changes {
		if i > 0 {
			body = append(body, ',')
		}
		body = a.appendChange(body, ch)
		last = ch.Seq
	}
	body = strconv.AppendInt(append(body, `],"next_cursor":"`...), last, 10)
	page := httpcache.Content{Body: append(body, `"}`...), ContentType: "application/json", ETag: a.feedTag(feed), CacheControl: cacheControl}
	return &answer{Content: page, took: []store.Pull{{Seq: last}}}, nil
}

// readFeed reads a page of the feed, or says that the position is not of it.
func (a *API) readFeed(ctx context.Context, epoch string, after int64, limit int) (store.Feed, error) {
	feed, err := a.cfg.Store.Changes(ctx, after, limit)
	if factcheck.CodeOf(err) == factcheck.CodeGone || err == nil && epoch != "" && epoch != feed.Epoch {
		return feed, notThisFeed(feed)
	}
	return feed, err
}

// feedTag returns the validator of a page of the feed. Entries never change, and a document is another one only under
// another number, so the numbers stand for the megabytes; hashing those took a tenth of the time.
func (a *API) feedTag(feed store.Feed) string {
	numbers := []byte(a.cfg.Version + "\x00" + a.cfg.PublicURL + "\x00" + feed.Epoch + "\x00" + string(a.credited().name) + "\x00")
	for _, ch := range feed.Changes {
		var document int64
		if ch.Document != nil {
			document = ch.Document.Seq
		}
		numbers = binary.AppendVarint(binary.AppendVarint(numbers, ch.Seq), document)
	}
	return httpcache.ETag(numbers)
}

func (a *API) appendChange(dst []byte, ch store.Change) []byte {
	dst = strconv.AppendInt(append(dst, `{"seq":`...), ch.Seq, 10)
	dst = append(append(dst, `,"type":"`...), ch.Type...)
	dst = ch.At.UTC().AppendFormat(append(dst, `","at":"`...), time.RFC3339Nano)
	dst = append(append(dst, `","claim_id":"`...), ch.Claim.String()...)
	dst = append(dst, `","claim":`...)
	if ch.Document == nil {
		return append(dst, "null}"...)
	}
	return append(a.appendClaim(dst, ch.Document.Stored, ch.Document.Seq), '}')
}

// notThisFeed tells a follower that it has followed a feed that is no more, and how to begin again.
func notThisFeed(feed store.Feed) error {
	p := problem.New(http.StatusGone, "this position is not of the feed as it is now: it was restored from a backup, or the number is made up. "+
		"Begin again: forget what you hold and follow from after=0, which leads past every claim that ever was public; a claim that is null there is public no more.")
	p.Epoch, p.Head = feed.Epoch, &feed.Head
	p.Errors = []problem.Detail{{Location: "query.after", Message: "not a position of epoch " + feed.Epoch + ", which ends at " + strconv.FormatInt(feed.Head, 10)}}
	return p
}
