package api

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	// cacheControl lets anybody keep an answer and makes them ask whether it still holds: a suspension counts at once.
	cacheControl = "public, max-age=0, must-revalidate"
	maxBuilds    = 8         // answers of many documents being made at once
	maxSending   = 256 << 20 // bytes of such answers on their way to slow clients
	large        = 256 << 10 // bytes from which an answer is counted
	// readTimeout bounds the making of an answer that several requests share, whoever of them goes away.
	readTimeout = 15 * time.Second
)

// answer is a finished answer of several documents.
type answer struct {
	httpcache.Content
	link    string       // the Link header, for lists with a next page
	warming bool         // made without the index
	took    []store.Pull // the claims in it, or how far it leads
	epoch   string       // of the feed, for events
	passing bool         // the next may say something else though nothing moves: not kept
}

// content returns a body with its validator.
func content(body []byte) httpcache.Content {
	return httpcache.Content{Body: body, ContentType: "application/json", ETag: httpcache.ETag(body), CacheControl: cacheControl}
}

// What a cache in front can be told to drop (Surrogate-Key), as it is of pages: the answer of a claim carries its id, every other
// the word that lists of claims carry.
const (
	surrogateName  = "Surrogate-Key"
	surrogateLists = "lists"
)

// send sends an answer. Large ones are counted until they are sent, so that many slow clients together cannot fill the
// memory: whoever comes too late is asked to come again.
func (a *API) send(ctx context.Context, c *fiber.Ctx, ans *answer) error {
	if ans.link != "" {
		c.Set(fiber.HeaderLink, ans.link)
	}
	c.Set(surrogateName, surrogateLists)
	size := int64(len(ans.Body))
	if size < large {
		a.took(c, ans.took...)
		ans.Send(c.Context())
		return nil
	}
	size = min(size, maxSending)
	if err := a.sending.Acquire(ctx, size); err != nil {
		return busy(err)
	}
	a.took(c, ans.took...)
	ans.Send(c.Context())
	if c.Context().Response.StatusCode() == fiber.StatusNotModified {
		a.sending.Release(size)
		return nil
	}
	a.streamCounted(c, ans.Body)
	return nil
}

// streamCounted sends a large body whose bytes were acquired, and releases them when it is sent or given up.
func (a *API) streamCounted(c *fiber.Ctx, body []byte) {
	resp := &c.Context().Response
	resp.ResetBody()
	resp.SetBodyStream(&counted{Reader: bytes.NewReader(body), done: func() { a.sending.Release(min(int64(len(body)), maxSending)) }}, len(body))
}

// counted is a body that tells when it was sent or given up: fasthttp closes it then.
type counted struct {
	*bytes.Reader
	done func()
}

// Close implements io.Closer.
func (b *counted) Close() error {
	if b.done != nil {
		b.done()
		b.done = nil
	}
	return nil
}

// building runs fn as one of the few that read many documents at once.
func (a *API) building(ctx context.Context, fn func() (*answer, error)) (*answer, error) {
	if err := a.builds.Acquire(ctx, 1); err != nil {
		return nil, busy(err)
	}
	defer a.builds.Release(1)
	return fn()
}

func busy(err error) error {
	return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "too much is asked of this server right now; try again", RetryAfter: time.Second, Err: err}
}

// kept returns the answer kept under key, or makes it and keeps it until something public moves, at most for a second;
// not if it is passing.
func (a *API) kept(ctx context.Context, key string, fn func() (*answer, error)) (*answer, error) {
	if ans, ok := a.answers.Get(key); ok {
		return ans, nil
	}
	stamp := a.cfg.Live.Stamp()
	ans, err := a.building(ctx, fn)
	if err != nil {
		return nil, err
	}
	if ans.passing {
		return ans, nil
	}
	a.answers.Put(key, factcheck.ClaimID{}, ans, len(ans.Body)+len(key), stamp)
	return ans, nil
}

// shared is kept for a crowd: those who ask for the same at the same time, such as followers woken together, get one
// answer that is made once. No answer is shared with whoever asked after a later change.
func (a *API) shared(ctx context.Context, key string, fn func(context.Context) (*answer, error)) (*answer, error) {
	flight := key + "@" + strconv.FormatUint(uint64(a.cfg.Live.Stamp()), 10)
	result := a.changes.DoChan(flight, func() (any, error) {
		// Detached: the first of the crowd may leave before the others have their answer.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readTimeout)
		defer cancel()
		return a.kept(ctx, key, func() (*answer, error) { return fn(ctx) })
	})
	select {
	case <-ctx.Done():
		return nil, busy(ctx.Err())
	case r := <-result:
		if r.Err != nil {
			return nil, r.Err
		}
		ans, ok := r.Val.(*answer)
		if !ok {
			return nil, errors.New("the shared answer has the wrong type")
		}
		return ans, nil
	}
}
