package site

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// How long caches between here and the reader may keep what. Whatever speaks of a verdict is asked for anew each time, which
// a 304 answers: a verdict that is put under review must be so everywhere within a second. A cache in front may answer for
// that second while it asks (RFC 5861).
const (
	cacheFindings = "public, max-age=0, stale-while-revalidate=1"
	cacheFixed    = "public, max-age=3600, stale-while-revalidate=86400" // changes with the program or the settings
)

// answersAge bounds how long a list is kept that also depends on the day ("in the last 30 days").
const answersAge = time.Minute

// answer is a finished body: a list, a feed, a card. Its bytes are the same on every node.
type answer struct {
	httpcache.Content
	claim     factcheck.ClaimID // whose moves end it; zero: every move does
	seq       int64             // of the claim's document, where it is one claim's
	surrogate string            // Surrogate-Key: what a cache in front can be told to drop
}

func (a *answer) size() int { return len(a.Body) + len(a.Gzip) + len(a.Brotli) }

// send answers with a, or that the client has it.
func (a *answer) send(ctx *fasthttp.RequestCtx) {
	ctx.Response.Header.Set("Surrogate-Key", a.surrogate)
	a.Send(ctx)
}

// answers keeps finished answers in memory and has each made once, however many ask for it at the same time.
type answers struct {
	cache *live.Cache[string, *answer]
	live  *live.Live
	group flights
}

func newAnswers(l *live.Live, maxBytes int, maxAge time.Duration) *answers {
	return &answers{cache: live.NewCache[string, *answer](l, int64(maxBytes), maxAge), live: l}
}

// get returns the answer for a key from memory, or has it made. What is made after a move is never shared with who asked
// before it.
func (a *answers) get(ctx context.Context, key string, build func(context.Context) (*answer, error)) (*answer, error) {
	if kept, ok := a.cache.Get(key); ok {
		return kept, nil
	}
	stamp := a.live.Stamp()
	return a.group.do(ctx, fmt.Sprintf("%d %s", stamp, key), func(ctx context.Context) (*answer, error) {
		made, err := build(ctx)
		if err == nil {
			a.cache.Put(key, made.claim, made, made.size(), stamp)
		}
		return made, err
	})
}

// keep serves the answer for a key.
func (s *Site) keep(c *fiber.Ctx, key string, build func(context.Context) (*answer, error)) error {
	a, err := s.answers.get(c.UserContext(), key, build)
	if err != nil {
		return err
	}
	a.send(c.Context())
	return nil
}

// keepPage serves a page of readers that depends on nothing but its address and what is public: from memory, compressed, while
// nothing moved. The key names the page with everything in its address that it depends on but the
// language, which is added here; it begins with a slash.
func (s *Site) keepPage(c *fiber.Ctx, key string, build func(context.Context, *house) (templ.Component, error)) error {
	key = ui.Locale{Lang: languageOf(c.UserContext())}.Local(key)
	return s.keep(c, "page "+key, func(ctx context.Context) (*answer, error) {
		h, err := s.houseRow(ctx)
		if err != nil {
			return nil, err
		}
		page, err := build(ctx, h)
		if err != nil {
			return nil, err
		}
		var html bytes.Buffer
		if err := page.Render(ctx, &html); err != nil {
			return nil, fmt.Errorf("render %s: %w", key, err)
		}
		return packed(html.Bytes(), fiber.MIMETextHTMLCharsetUTF8, "lists")
	})
}

// packed returns an answer with its encodings. It costs about 3 ms for 20 KB.
func packed(body []byte, contentType, surrogate string) (*answer, error) {
	a := &answer{surrogate: surrogate, Content: httpcache.Content{
		Body: body, ContentType: contentType, ETag: httpcache.ETag(body), CacheControl: cacheFindings,
	}}
	if strings.HasPrefix(contentType, "image/") || len(body) < 200 {
		return a, nil
	}
	var err error
	a.Gzip, a.Brotli, err = compressAt(body, gzip.DefaultCompression, 4)
	return a, err
}

// compressAt returns the body in both encodings at the levels given.
func compressAt(body []byte, gzipLevel, brotliLevel int) (gz, br []byte, err error) {
	var g, b bytes.Buffer
	gw, err := gzip.NewWriterLevel(&g, gzipLevel)
	if err != nil {
		return nil, nil, err
	}
	if _, err := gw.Write(body); err != nil {
		return nil, nil, err
	}
	if err := gw.Close(); err != nil {
		return nil, nil, err
	}
	bw := brotli.NewWriterLevel(&b, brotliLevel)
	if _, err := bw.Write(body); err != nil {
		return nil, nil, err
	}
	if err := bw.Close(); err != nil {
		return nil, nil, err
	}
	return g.Bytes(), b.Bytes(), nil
}
