package site

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// How long caches between here and the reader may keep what. Whatever speaks of a verdict is asked for anew each time, which
// a 304 answers: a verdict that is put under review must be so everywhere within a second. A cache in front may answer for
// that second while it asks (RFC 5861), and no longer where nobody here answers: an error is better than a finding that was
// withdrawn.
const (
	cacheFindings = "public, max-age=0, stale-while-revalidate=1"
	cacheFixed    = "public, max-age=3600, stale-while-revalidate=86400, stale-if-error=86400" // changes with the program or the settings
)

// What a cache in front can be told to drop (Surrogate-Key, Fastly's name for it). The page of a claim, its history, versions,
// citations, embed and card carry the id of the claim.
const (
	surrogateLists    = "lists"       // what several claims stand on: home, search, topics, claimants, outlets, corrections, articles
	surrogateFeeds    = "feeds lists" // feeds
	surrogateSitemaps = "sitemaps lists"
	surrogateAbout    = "about" // the house's own pages
	surrogateFixed    = "fixed" // robots.txt, security.txt, the manifest
)

// How finished answers share their memory, in parts of Config.CacheBytes. What depends on words that anybody can put into an
// address has a small part of its own, so that whoever makes up addresses drives out only what others made up.
const (
	listsPart  = 4
	variedPart = 16
	// maxKey is the longest key that is kept: a pasted text is asked for once.
	maxKey = 1500
)

// answersAge bounds how long a list is kept that also depends on the day ("in the last 30 days").
const answersAge = time.Minute

// answer is a finished body: a page, a feed, a card. Its bytes are the same on every node.
type answer struct {
	httpcache.Content                     // until it is finished
	claim             factcheck.ClaimID   // whose moves end it; zero: every move does
	seq               int64               // of the claim's document, where it is one claim's
	surrogate         string              // Surrogate-Key
	modified          time.Time           // Last-Modified, zero: not known
	parts             []store.SitemapPart // that a sitemap index names

	done *httpcache.Finished
	held int // bytes
}

var (
	nameSurrogate    = []byte("Surrogate-Key") //nolint:gochecknoglobals // constants that Go has no constants for
	nameLastModified = []byte(fiber.HeaderLastModified)
)

// finish makes a ready to be sent. What is gzipped is not held plain as well.
func (a *answer) finish() {
	if a.Gzip != nil {
		a.Body = nil
	}
	more := []httpcache.Field{{Name: nameSurrogate, Value: []byte(a.surrogate)}}
	if !a.modified.IsZero() {
		more = append(more, httpcache.Field{Name: nameLastModified, Value: []byte(a.modified.UTC().Format(http.TimeFormat))})
	}
	a.held = len(a.Body) + len(a.Gzip) + len(a.Brotli) + 64*len(a.parts) + 512 // and what is around them
	a.done = a.Finish(more...)
	a.Content = httpcache.Content{}
}

// send answers with a, or that the client has it.
func (a *answer) send(ctx *fasthttp.RequestCtx) { a.done.Send(ctx) }

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
// before it. Errors are kept nowhere.
func (a *answers) get(ctx context.Context, key string, build func(context.Context) (*answer, error)) (*answer, error) {
	if kept, ok := a.cache.Get(key); ok {
		return kept, nil
	}
	stamp := a.live.Stamp()
	return a.group.do(ctx, fmt.Sprintf("%d %s", stamp, key), func(ctx context.Context) (*answer, error) {
		made, err := build(ctx)
		if err != nil {
			return nil, err
		}
		made.finish()
		if len(key) <= maxKey {
			a.cache.Put(key, made.claim, made, made.held+2*len(key), stamp)
		}
		return made, nil
	})
}

// keep serves the answer for a key.
func (s *Site) keep(c *fiber.Ctx, key string, build func(context.Context) (*answer, error)) error {
	kept := s.lists
	if len(c.Context().URI().QueryString()) > 0 {
		kept = s.varied
	}
	return s.keepIn(c, kept, key, build)
}

func (s *Site) keepIn(c *fiber.Ctx, kept *answers, key string, build func(context.Context) (*answer, error)) error {
	a, err := kept.get(c.UserContext(), key, build)
	if err != nil {
		return err
	}
	a.send(c.Context())
	return nil
}

// finished is a page that keepPage keeps.
type finished struct {
	page      templ.Component
	surrogate string    // empty: surrogateLists
	modified  time.Time // zero: not known
}

// keepPage serves a page of readers that depends on nothing but its address and what is public: from memory, compressed, while
// nothing moved. The key names the page with everything in its address that it depends on but the language, which is added here: a
// path, and after a question mark what anybody may write there.
func (s *Site) keepPage(c *fiber.Ctx, key string, build func(context.Context, *house) (templ.Component, error)) error {
	return s.keepMade(c, key, func(ctx context.Context, h *house) (finished, error) {
		page, err := build(ctx, h)
		return finished{page: page}, err
	})
}

// keepMade is keepPage for pages that say more of themselves. A key without a question mark is found by Fast.
func (s *Site) keepMade(c *fiber.Ctx, key string, build func(context.Context, *house) (finished, error)) error {
	key = ui.Locale{Lang: languageOf(c.UserContext())}.Local(key)
	kept := s.lists
	if strings.ContainsRune(key, '?') {
		kept = s.varied
	}
	return s.keepIn(c, kept, key, func(ctx context.Context) (*answer, error) {
		h, err := s.houseRow(ctx)
		if err != nil {
			return nil, err
		}
		made, err := build(ctx, h)
		if err != nil {
			return nil, err
		}
		if made.surrogate == "" {
			made.surrogate = surrogateLists
		}
		var html bytes.Buffer
		if err := made.page.Render(ctx, &html); err != nil {
			return nil, fmt.Errorf("render %s: %w", key, err)
		}
		a, err := packed(html.Bytes(), fiber.MIMETextHTMLCharsetUTF8, made.surrogate)
		if err == nil {
			a.modified = made.modified
		}
		return a, err
	})
}
