// Package site serves readers: the pages of claims, articles, the front page, search and the house's own pages.
//
// A handler parses, calls one store method, fills a page struct of web/site and renders. The claim page is finished once
// per change: rendered and compressed after the commit, stored, kept in memory, and served before routing (see FastClaim). Every other
// page that depends on its address alone is kept in memory while nothing moves (see keepPage).
package site

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/semaphore"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/courier"
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/export"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// Config is what the site needs.
type Config struct {
	Store      *store.DB
	Live       *live.Live       // not running yet: the site adds its cache
	Finder     *finder.Finder   // finds claims; nil or not warm: the store does
	PublicURL  string           // origin, without a final slash
	Zone       *time.Location   // the house's, for display; nil is UTC
	Sealer     *auth.Sealer     // by which a letter sent twice is known on every node; nil: on this one
	Courier    *courier.Courier // writes to readers who ask for it; nil: there is no mail server
	Version    string           // of the program: finished pages of another version are rendered anew
	Logger     *slog.Logger
	Limits     []ratelimit.Policy // how often partners may ask: of an address without a key, of a key in a minute and in a day
	Dev        bool               // development mode: the page of components is there
	Document   func() []byte      // the OpenAPI document, asked for when its reference is first read; nil: there is none
	CacheBytes int                // most memory for the finished pages of claims, all else takes less than half of it; 0 means 128 MiB
}

// Site serves readers. It is safe for concurrent use.
type Site struct {
	cfg       Config
	house     atomic.Pointer[house]
	texts     *semaphore.Weighted // pasted texts being matched
	reference func() (pages.Reference, error)

	pages   *answers            // of claims, by path
	lists   *answers            // every other page, by path, and what has an address of its own
	varied  *answers            // what depends on a query
	cards   *answers            // share cards, by slug and hash
	drawing *semaphore.Weighted // cards being drawn

	parts    *live.Cache[datasetPart, *httpcache.Piece] // of the dataset, packed
	datasets *semaphore.Weighted                        // being sent
}

// house is what pages show of the house, read once per render epoch, in the language of a request.
type house struct {
	store.House
	lang     string // of the interface, for the page that is made
	epoch    string
	meanings map[string]string // by label
	labels   []factcheck.Label
	logo     ui.Picture
}

// New returns the site. It serves at once, and from memory when cfg.Live runs.
func New(cfg Config) *Site {
	if cfg.CacheBytes == 0 {
		cfg.CacheBytes = 128 << 20
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Sealer == nil {
		cfg.Sealer = auth.NewPassingSealer()
	}
	if cfg.Finder == nil {
		cfg.Finder = finder.Cold(cfg.Store)
	}
	s := &Site{cfg: cfg, texts: semaphore.NewWeighted(maxTexts), reference: newReference(cfg.Document)}
	s.pages, s.cards = newAnswers(cfg.Live, cfg.CacheBytes, 0), newAnswers(cfg.Live, cardBytes, 0)
	s.lists, s.varied = newAnswers(cfg.Live, cfg.CacheBytes/listsPart, answersAge), newAnswers(cfg.Live, cfg.CacheBytes/variedPart, answersAge)
	s.drawing = semaphore.NewWeighted(maxCards)
	s.parts, s.datasets = live.NewCache[datasetPart, *httpcache.Piece](cfg.Live, datasetBytes, 0), semaphore.NewWeighted(maxDatasets)
	cfg.Live.OnMove(s.moved)
	return s
}

// Mount registers the pages: those with words of the interface in every language of it, under its prefix.
func (s *Site) Mount(r fiber.Router) {
	mountLanguages(r, func(m readers) {
		m.get("/", s.showHome)
		m.get("/claims/:slug", s.showClaim)
		m.get("/claims/:slug/v/:n", s.showState)
		m.get("/claims/:slug/history", s.showHistory)
		m.get("/claims/:slug/cite.bib", s.citeClaim("bib"))
		m.get("/claims/:slug/cite.json", s.citeClaim("json"))
		m.get("/embed/claims/:id", s.embed)
		m.get("/articles/:slug", s.showArticle)
		m.get("/search", s.search)
		m.post("/search", s.searchText)
		m.get("/search/suggest", s.suggest)
		s.mountPages(m)
		s.mountFollow(m)
		s.mountDevelopers(m)
		m.get(dataPath, s.showData)
		m.get(countsPath, s.showCounts)
		s.mountFeeds(m)
	})
	r.Get("/claims/:slug/card-:hash.png", s.shareCard)
	r.Get("/logo-:hash", s.showLogo)
	r.Get("/static/*", s.oldStatic)
	r.Get("/oembed", s.oembed)
	r.Get(datasetPath, s.dataset)
	r.Get(dataPath+"/:month/"+export.PackageFile, s.editionPackage)
	for _, format := range export.EditionFormats() {
		r.Get(dataPath+"/:month/"+export.EditionFile(format), s.editionFile(format))
	}
	r.Get(countsJSON, s.countsAsJSON)
	r.Get(countsCSV, s.countsAsCSV)
	s.mountSitemaps(r)
	s.mountWellKnown(r)
}

// moved forgets the house when something changed that pages show and no claim's document carries.
func (s *Site) moved(m store.Moved) {
	if h := s.house.Load(); h != nil && (m.All || h.epoch != s.epoch(m.RenderEpoch)) {
		s.house.Store(nil)
	}
}

// in returns the house for pages in a language of the interface.
func (h *house) in(lang string) *house {
	if h.lang == lang {
		return h
	}
	other := *h
	other.lang = lang
	return &other
}

// houseRow returns the house in the language of the request, its scale's meanings and the epoch of finished pages, from
// memory while they hold.
func (s *Site) houseRow(ctx context.Context) (*house, error) {
	if h := s.house.Load(); h != nil {
		return h.in(languageOf(ctx)), nil
	}
	stamp := s.cfg.Live.Stamp()
	p, err := s.cfg.Store.Publication(ctx)
	if err != nil {
		return nil, err
	}
	h := &house{House: p.House, logo: pictureOf(p.Logo), lang: text.Default, epoch: s.epoch(p.RenderEpoch), meanings: map[string]string{}}
	_, scale, err := s.cfg.Store.HouseScale(ctx)
	if err != nil && factcheck.CodeOf(err) != factcheck.CodeNotFound {
		return nil, err
	}
	h.labels = scale.Labels
	for _, l := range scale.Labels {
		h.meanings[l.Label] = l.Definition
	}
	s.house.Store(h)
	if s.cfg.Live.Stamp() != stamp { // it may have been read before the move; moved sees to those that come after this
		s.house.CompareAndSwap(h, nil)
	}
	return h.in(languageOf(ctx)), nil
}

// shell returns the frame of a page at a path, which is given without the prefix of its language.
func (s *Site) shell(h *house, path string) ui.Shell {
	return ui.Shell{
		Locale: ui.Locale{Lang: h.lang, Zone: s.cfg.Zone}, HouseName: h.Name, Logo: h.logo, PublicURL: s.cfg.PublicURL, Path: path,
		Languages: text.Languages(), Rooms: ui.Rooms{Search: true, Corrections: true, About: true, Developers: true, Tips: true, Claimants: true, Topics: true, Outlets: true, Embeds: true, Feeds: true},
	}
}

// decode reads a stored document with this house's address.
func (s *Site) decode(d store.Document) (document.Claim, error) {
	return document.Decode(d.Stored, s.cfg.PublicURL, d.Seq)
}

// items turns documents into list entries.
func (s *Site) items(l ui.Locale, docs []store.Document) ([]ui.ClaimItem, []document.Claim, error) {
	items := make([]ui.ClaimItem, 0, len(docs))
	claims := make([]document.Claim, 0, len(docs))
	for _, d := range docs {
		c, err := s.decode(d)
		if err != nil {
			return nil, nil, err
		}
		items = append(items, ui.ItemOf(l, c))
		claims = append(claims, c)
	}
	return items, claims, nil
}

// render buffers a page, so that an error never leaves half of one, and sends it uncompressed.
func (s *Site) render(c *fiber.Ctx, page templ.Component) error {
	var buf bytes.Buffer
	if err := page.Render(c.UserContext(), &buf); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	if c.GetRespHeader(fiber.HeaderCacheControl) == "" {
		c.Set(fiber.HeaderCacheControl, cacheFindings)
	}
	return c.Send(buf.Bytes())
}

// RenderError renders the page for an error: the same for what never was and for what is not public. The message must be
// safe to show. It speaks the language of the request (ctx is the request's own, or a handler's context), in which a message
// is shown only where it is that language's. It answers without the database, because the database may be the reason.
func (s *Site) RenderError(ctx context.Context, status int, message, requestID string, retryAfter time.Duration) ([]byte, error) {
	h := s.house.Load()
	if h == nil {
		h = &house{House: store.House{Name: "Touchstone"}}
	}
	lang := languageOf(ctx)
	if lang != text.Default {
		message = "" // messages of errors are English
	}
	page := pages.ErrorPage{
		Shell: s.shell(h.in(lang), "/"), Status: status, Message: message, RetryAfter: int(retryAfter.Seconds()),
	}
	if status >= 500 {
		page.RequestID = requestID
	}
	var buf bytes.Buffer
	err := pages.Error(page).Render(ctx, &buf)
	return buf.Bytes(), err
}

// absolute returns the absolute address of a path of this house. A page gives it without the prefix of its language, which
// is put in where the address is written (see ui.Head).
func (s *Site) absolute(path string) string { return s.cfg.PublicURL + path }

// claimPath returns the path of a claim's page without the prefix of a language.
func claimPath(slug string) string { return "/claims/" + ui.PathSegment(slug) }

// param returns a path parameter, percent-decoded as Fiber leaves it; a broken one is not found.
func param(c *fiber.Ctx, name string) (string, error) {
	raw := c.Params(name)
	if strings.IndexByte(raw, '%') < 0 {
		return raw, nil
	}
	decoded, err := unescape(raw)
	if err != nil {
		return "", factcheck.NotFound("there is nothing at this address")
	}
	return decoded, nil
}
