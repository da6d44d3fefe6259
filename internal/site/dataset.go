package site

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	datasetPath     = "/claimreview.json"
	datasetBytes    = 32 << 20         // of finished parts kept, some 60,000 claims
	maxDatasets     = 4                // sent at once: each may hold a connection to the database
	datasetPatience = 30 * time.Second // for the next part to reach the client
	datasetTime     = 15 * time.Minute // for all of it
	gonePage        = 5000             // tombstones in a part
)

// datasetPart names a finished part: equal names, equal bytes.
type datasetPart struct {
	store.DatasetPart
	epoch string
}

// dataset serves /claimreview.json: every public verdict as a DataFeed of ClaimReviews, in the shape of Data Commons' feed. It
// is true at one moment, which its version names (epoch:seq of the change feed); from there a follower goes on with /changes.
// Claims that are public no more are tombstones at its end. It is made part by part while it is sent, from parts that were
// packed before where nothing in them moved; a validator that holds is answered without any of that.
func (s *Site) dataset(c *fiber.Ctx) error {
	ctx := c.Context()
	gzip := httpcache.GzipOnly(ctx.Request.Header.Peek(fiber.HeaderAcceptEncoding)) == httpcache.Gzip // its parts can be put together
	head, err := s.cfg.Store.DatasetHead(c.UserContext())
	if err != nil {
		return err
	}
	if s.datasetHeld(&ctx.Request.Header, head, s.datasetTag(head, gzip)) {
		s.sendDatasetHead(ctx, head, gzip)
		ctx.Response.Header.Del(fiber.HeaderContentEncoding)
		ctx.SetStatusCode(fasthttp.StatusNotModified)
		return nil
	}
	if c.Method() == fiber.MethodHead {
		s.sendDatasetHead(ctx, head, gzip)
		ctx.Response.SkipBody = true
		ctx.Response.Header.SetContentLength(-1)
		return nil
	}
	if !s.datasets.TryAcquire(1) {
		return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "too many are taking the whole dataset; try again in a minute", RetryAfter: time.Minute}
	}
	stream, err := s.openDataset(c.UserContext(), gzip, ctx.Conn())
	if err != nil {
		s.datasets.Release(1)
		return err
	}
	s.sendDatasetHead(ctx, stream.at, gzip) // it may have moved since
	ctx.Response.SetBodyStream(stream, -1)
	return nil
}

// datasetTag is the validator of the dataset at a point of the change feed, known without making it.
func (s *Site) datasetTag(at store.DatasetHead, gzip bool) string {
	coding := httpcache.Identity
	if gzip {
		coding = httpcache.Gzip
	}
	return httpcache.Variant(httpcache.ETag(fmt.Appendf(nil, "%s %d %s", at.Epoch, at.Seq, s.epoch(at.RenderEpoch))), coding)
}

// sendDatasetHead writes the headers of the dataset.
func (s *Site) sendDatasetHead(ctx *fasthttp.RequestCtx, at store.DatasetHead, gzip bool) {
	h := &ctx.Response.Header
	h.Set(fiber.HeaderETag, s.datasetTag(at, gzip))
	h.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	h.Set(fiber.HeaderCacheControl, cacheFindings)
	h.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	h.Set("Surrogate-Key", "lists")
	if !at.At.IsZero() {
		h.Set(fiber.HeaderLastModified, at.At.Format(http.TimeFormat))
	}
	h.SetContentType("application/ld+json; charset=utf-8")
	if gzip {
		h.Set(fiber.HeaderContentEncoding, httpcache.Gzip.String())
	}
}

// datasetHeld reports whether a client has what is served now. Whoever sends a tag is judged by it alone (RFC 9110, 13.2.2).
// Of two changes within a second a date cannot tell, so that a date that is as young as a second holds nothing.
func (s *Site) datasetHeld(h *fasthttp.RequestHeader, at store.DatasetHead, tag string) bool {
	if tags := h.Peek(fiber.HeaderIfNoneMatch); len(tags) > 0 {
		return httpcache.NotModified(tags, tag)
	}
	since, err := http.ParseTime(string(h.Peek(fiber.HeaderIfModifiedSince)))
	return err == nil && !at.At.IsZero() && time.Since(at.At) > 2*time.Second && !at.At.Truncate(time.Second).After(since)
}

// datasetStream makes the dataset while it is read. fasthttp reads and closes it after the handler has returned.
type datasetStream struct {
	site  *Site
	claim claimreview.FeedInfo
	from  *store.Dataset // nil when all is at hand
	at    store.DatasetHead
	stamp func(datasetPart, *httpcache.Piece)
	conn  net.Conn
	until time.Time

	parts  []store.DatasetPart
	ready  []*httpcache.Piece // of parts, where it is kept; nil where it must be made
	gone   []store.DatasetGone
	done   bool // gone holds the last of them
	ended  bool
	some   bool // an element was written
	joint  httpcache.Joint
	buf    []byte
	closed bool
}

// openDataset begins a dataset. When every part is kept, the connection to the database is given back at once.
func (s *Site) openDataset(ctx context.Context, gzip bool, conn net.Conn) (*datasetStream, error) {
	h, err := s.houseRow(ctx)
	if err != nil {
		return nil, err
	}
	kept := s.cfg.Live.Stamp()
	from, err := s.cfg.Store.OpenDataset(ctx)
	if err != nil {
		return nil, err
	}
	d := &datasetStream{site: s, from: from, at: from.DatasetHead, conn: conn, until: time.Now().Add(datasetTime), parts: from.Parts}
	d.joint.Gzip = gzip
	d.claim = claimreview.FeedInfo{
		Name: h.Name, URL: s.absolute(datasetPath), House: h.Name, HouseURL: s.absolute("/"), Licence: h.Licence, At: d.at.At, Epoch: d.at.Epoch, Seq: d.at.Seq,
	}
	d.stamp = func(key datasetPart, p *httpcache.Piece) { s.parts.Put(key, key.First, p, p.Size(), kept) }
	missing := false
	for _, part := range d.parts {
		p, ok := s.parts.Get(d.key(part))
		missing = missing || !ok
		d.ready = append(d.ready, p)
	}
	if err := d.readGone(ctx); err != nil {
		from.Close(ctx)
		return nil, err
	}
	if !missing && d.done {
		from.Close(ctx)
		d.from = nil
	}
	begin, err := d.claim.Head()
	if err == nil {
		err = d.put(begin)
	}
	if err != nil {
		d.end(ctx)
		return nil, err
	}
	return d, nil
}

func (d *datasetStream) key(part store.DatasetPart) datasetPart {
	return datasetPart{part, d.site.epoch(d.at.RenderEpoch)}
}

// readGone reads the next tombstones.
func (d *datasetStream) readGone(ctx context.Context) (err error) {
	after := int64(0)
	if n := len(d.gone); n > 0 {
		after = d.gone[n-1].Seq
	}
	d.gone, err = d.from.Gone(ctx, after, gonePage)
	d.done = len(d.gone) < gonePage
	return err
}

// Read implements io.Reader.
func (d *datasetStream) Read(p []byte) (int, error) {
	for len(d.buf) == 0 {
		if d.ended {
			return 0, io.EOF
		}
		if err := d.next(); err != nil {
			d.site.cfg.Logger.Warn("the dataset was broken off", "error", err)
			return 0, err // the connection is closed without the end of the body: what came is not whole
		}
	}
	n := copy(p, d.buf)
	d.buf = d.buf[n:]
	return n, request.Patience(d.conn, datasetPatience)
}

// next makes the next piece of the body.
func (d *datasetStream) next() error {
	d.buf = d.buf[:0]
	ctx, cancel := context.WithDeadline(context.Background(), d.until)
	defer cancel()
	switch {
	case time.Now().After(d.until):
		return context.DeadlineExceeded
	case len(d.parts) > 0:
		piece := d.ready[0]
		if piece == nil {
			var err error
			if piece, err = d.make(ctx, d.parts[0]); err != nil {
				return err
			}
		}
		d.parts, d.ready = d.parts[1:], d.ready[1:]
		return d.join(piece)
	case len(d.gone) > 0:
		return d.nextGone(ctx)
	}
	d.end(ctx)
	if err := d.put([]byte("\n" + claimreview.FeedEnd)); err != nil {
		return err
	}
	d.buf = d.joint.End(d.buf)
	d.ended = true
	return nil
}

// make packs a part and keeps it.
func (d *datasetStream) make(ctx context.Context, part store.DatasetPart) (*httpcache.Piece, error) {
	var body []byte
	err := d.from.Part(ctx, part, func(doc store.Document) error {
		claim, err := document.Decode(doc.Stored, d.site.cfg.PublicURL, doc.Seq)
		if err != nil {
			return err
		}
		before := len(body)
		made, err := d.claim.AppendElements(body, claim, doc.UpdatedAt)
		if err != nil { // one claim that cannot be marked up keeps nobody from the others
			d.site.cfg.Logger.Warn("a claim is not in the dataset", "claim", claim.ID, "error", err)
			made = made[:before]
		}
		body = made
		return nil
	})
	if err != nil {
		return nil, err
	}
	piece, err := httpcache.Pack(body)
	if err == nil {
		d.stamp(d.key(part), piece)
	}
	return piece, err
}

// nextGone writes the tombstones at hand and reads the next.
func (d *datasetStream) nextGone(ctx context.Context) error {
	var body []byte
	var err error
	for _, g := range d.gone {
		if body, err = claimreview.AppendDeleted(body, g.Claim.String(), g.At); err != nil {
			return err
		}
	}
	piece, err := httpcache.Pack(body)
	if err != nil {
		return err
	}
	if d.done {
		d.gone = nil
	} else if err := d.readGone(ctx); err != nil {
		return err
	}
	return d.join(piece)
}

// join writes a piece of elements, behind a comma where others came before.
func (d *datasetStream) join(piece *httpcache.Piece) error {
	if piece.Empty() {
		return nil
	}
	if d.some {
		if err := d.put([]byte(",\n")); err != nil {
			return err
		}
	}
	d.some = true
	var err error
	d.buf, err = d.joint.Append(d.buf, piece)
	return err
}

func (d *datasetStream) put(body []byte) error {
	piece, err := httpcache.Pack(body)
	if err == nil {
		d.buf, err = d.joint.Append(d.buf, piece)
	}
	return err
}

// end gives back what the stream holds of the database.
func (d *datasetStream) end(ctx context.Context) {
	if d.from != nil {
		d.from.Close(ctx)
		d.from = nil
	}
}

// Close implements io.Closer.
func (d *datasetStream) Close() error {
	if !d.closed {
		d.closed = true
		d.end(context.Background())
		d.site.datasets.Release(1)
	}
	return nil
}
