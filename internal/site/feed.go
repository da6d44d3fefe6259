package site

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

const feedLength = 30 // entries of a page of a feed

// feed is what all three formats say.
type feed struct {
	id, title, lang string
	home, self      string // absolute: the page it follows, and the feed itself without a page
	next            string // absolute address of the page with older entries; empty on the last
	cursor          string // of this page; empty on the first
	house, houseURL string
	updated         time.Time // of the newest entry; of the house's founding for an empty feed
	entries         []feedEntry
	gone            []feedGone // claims that were public once
	alternates      []feedAlternate
}

// feedGone is an entry that is no more.
type feedGone struct {
	id string
	at time.Time
}

// feedAlternate is the same feed in another language of the interface.
type feedAlternate struct{ lang, path string }

// feedEntry is a claim, or a state of one, in a feed.
type feedEntry struct {
	id, title, lang, summary, url, image string
	published, updated                   time.Time
	topics                               []string
}

// emptyFeed is the date of a feed with nothing in it: a date is required, and nothing has happened.
func emptyFeed() time.Time { return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC) }

// feedSource says what a feed holds: its page, title and entries on the page with a cursor.
type feedSource func(ctx context.Context, h *house, cursor string) (feed, error)

// mountFeeds registers the feeds in their three formats: titles and notes are in the language of the address.
func (s *Site) mountFeeds(m readers) {
	for _, format := range []string{"atom", "rss", "json"} {
		file := "/feed." + format
		m.get(file, s.feedOf(format, func(*fiber.Ctx) (feedSource, error) { return s.newest, nil }))
		m.get("/corrections"+file, s.feedOf(format, func(*fiber.Ctx) (feedSource, error) { return s.corrections, nil }))
		m.get("/topics/:slug"+file, s.feedOf(format, slugged(s.topicFeed)))
		m.get("/claimants/:slug"+file, s.feedOf(format, slugged(s.claimantFeed)))
		m.get("/claims/:slug"+file, s.feedOf(format, slugged(s.claimFeed)))
	}
}

// slugged makes a source of one that needs the slug in the address.
func slugged(of func(slug string) feedSource) func(*fiber.Ctx) (feedSource, error) {
	return func(c *fiber.Ctx) (feedSource, error) {
		slug, err := slugParam(c)
		return of(slug), err
	}
}

// feedOf serves a feed in a format. The same feed is made once and kept until something moves.
func (s *Site) feedOf(format string, source func(*fiber.Ctx) (feedSource, error)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		from, err := source(c)
		if err != nil {
			return err
		}
		cursor := c.Query("cursor")
		if len(cursor) > 100 {
			return factcheck.Invalid("cursor", "this is not a cursor of this feed; begin again without one")
		}
		path := c.Path()
		err = s.keep(c, "feed "+path+"?"+cursor, func(ctx context.Context) (*answer, error) {
			h, err := s.houseRow(ctx)
			if err != nil {
				return nil, err
			}
			f, err := from(ctx, h, cursor)
			if err != nil {
				return nil, err
			}
			f.complete(s, h, path, cursor)
			body, contentType, err := f.write(format)
			if err != nil {
				return nil, fmt.Errorf("write %s: %w", path, err)
			}
			return packed(body, contentType, surrogateFeeds)
		})
		if moved, ok := errors.AsType[*movedError](err); ok {
			return moveTo(c, claimPath(moved.slug)+path[strings.LastIndexByte(path, '/'):])
		}
		return err
	}
}

// complete fills in what follows from the entries and the address.
func (f *feed) complete(s *Site, h *house, path, cursor string) {
	f.house, f.houseURL, f.self, f.cursor = h.Name, s.absolute("/"), s.absolute(path), cursor
	if f.next != "" {
		f.next = f.self + "?cursor=" + url.QueryEscape(f.next)
	}
	f.updated = emptyFeed()
	for i, e := range f.entries {
		f.entries[i].url = s.spoken(h, e.url)
		if e.updated.After(f.updated) {
			f.updated = e.updated
		}
	}
	for _, g := range f.gone {
		if g.at.After(f.updated) {
			f.updated = g.at
		}
	}
	f.home = s.spoken(h, f.home)
	if h.lang != text.Default {
		f.id += ":" + h.lang
	}
	_, bare := ui.SplitLanguage(path)
	for _, lang := range text.Languages() {
		if lang != h.lang {
			f.alternates = append(f.alternates, feedAlternate{lang, s.absolute(ui.Locale{Lang: lang}.Local(bare))})
		}
	}
}

// spoken returns the address of one of our pages in the language of the house row.
func (s *Site) spoken(h *house, address string) string {
	path, ours := strings.CutPrefix(address, s.cfg.PublicURL)
	if !ours {
		return address
	}
	return s.absolute(ui.Locale{Lang: h.lang}.Local(path))
}

func (f *feed) write(format string) (body []byte, contentType string, err error) {
	switch format {
	case "rss":
		body, err = f.rss()
		return body, "application/rss+xml; charset=utf-8", err
	case "json":
		body, err = f.json()
		return body, "application/feed+json; charset=utf-8", err
	}
	body, err = f.atom()
	return body, "application/atom+xml; charset=utf-8", err
}

// pageOf returns the page of a claim as far as feeds, cards and embeds show it, in the language of the house row.
func (s *Site) pageOf(h *house, claim document.Claim) pages.ClaimPage {
	return pages.ClaimPage{Shell: s.shell(h, claimPath(claim.Slug)), Claim: claim}
}

// entryOf returns a public claim as an entry: dated by when it last moved, under an id it keeps for ever.
func (s *Site) entryOf(h *house, d store.Document) (feedEntry, error) {
	claim, err := s.decode(d)
	if err != nil {
		return feedEntry{}, err
	}
	page := s.pageOf(h, claim)
	e := feedEntry{
		id: claimEntry(claim.ID), title: page.Title(), lang: claim.Language, summary: page.Description(), url: claim.URL,
		image: s.absolute(s.cardPath(h, claim)), published: d.PublishedAt, updated: d.UpdatedAt,
	}
	if v, ok := claim.Lead(); ok {
		e.published = v.FirstAt
	}
	if e.updated.Before(e.published) {
		e.updated = e.published
	}
	for _, t := range claim.Topics {
		e.topics = append(e.topics, t.Name)
	}
	return e, nil
}

// listed fills a feed with a page of a list of claims, newest change first.
func (s *Site) listed(ctx context.Context, h *house, f feed, filter store.ListFilter) (feed, error) {
	filter.Sort, filter.Limit = store.SortUpdated, feedLength
	docs, next, err := s.cfg.Store.ListClaims(ctx, filter)
	if err != nil {
		return f, err
	}
	for _, d := range docs {
		e, err := s.entryOf(h, d)
		if err != nil {
			return f, err
		}
		f.entries = append(f.entries, e)
	}
	f.lang, f.next = h.lang, next
	return f, nil
}

// newest is what the house found, newest change first: a correction brings a claim to the top again.
func (s *Site) newest(ctx context.Context, h *house, cursor string) (feed, error) {
	f := feed{id: "urn:touchstone:feed:" + h.Site, title: h.Name, home: s.absolute("/")}
	if cursor == "" {
		gone, err := s.cfg.Store.Gone(ctx, feedLength)
		if err != nil {
			return f, err
		}
		for _, g := range gone {
			f.gone = append(f.gone, feedGone{claimEntry(g.Claim.String()), g.At})
		}
	}
	return s.listed(ctx, h, f, store.ListFilter{Cursor: cursor})
}

// claimEntry is the id of a claim in feeds, for ever and in every language.
func claimEntry(id string) string { return "urn:touchstone:claim:" + id }

func (s *Site) topicFeed(slug string) feedSource {
	return func(ctx context.Context, h *house, cursor string) (feed, error) {
		topic, err := s.cfg.Store.PublicTopic(ctx, slug)
		if err != nil {
			return feed{}, err
		}
		name, _ := topicName(ui.Locale{Lang: h.lang}, topic)
		f := feed{id: "urn:touchstone:topic:" + topic.ID.String(), title: name + " · " + h.Name, home: s.absolute("/topics/" + ui.PathSegment(slug))}
		return s.listed(ctx, h, f, store.ListFilter{Publisher: store.AnyPublisher, Topic: slug, Cursor: cursor})
	}
}

func (s *Site) claimantFeed(slug string) feedSource {
	return func(ctx context.Context, h *house, cursor string) (feed, error) {
		id, who, err := s.cfg.Store.PublicClaimant(ctx, slug)
		if err != nil {
			return feed{}, err
		}
		f := feed{id: "urn:touchstone:claimant:" + who.ID, title: who.Name + " · " + h.Name, home: s.absolute("/claimants/" + ui.PathSegment(slug))}
		return s.listed(ctx, h, f, store.ListFilter{Publisher: store.AnyPublisher, Claimant: id, Cursor: cursor})
	}
}

// json writes JSON Feed 1.1.
func (f *feed) json() ([]byte, error) {
	type author struct {
		Name string `json:"name"`
		URL  string `json:"url"`
	}
	type item struct {
		ID        string   `json:"id"`
		URL       string   `json:"url"`
		Title     string   `json:"title"`
		Text      string   `json:"content_text"`
		Image     string   `json:"image,omitempty"`
		Published string   `json:"date_published"`
		Modified  string   `json:"date_modified"`
		Tags      []string `json:"tags,omitempty"`
		Language  string   `json:"language,omitempty"`
	}
	doc := struct {
		Version  string   `json:"version"`
		Title    string   `json:"title"`
		Home     string   `json:"home_page_url"`
		Self     string   `json:"feed_url"`
		Next     string   `json:"next_url,omitempty"`
		Language string   `json:"language,omitempty"`
		Authors  []author `json:"authors"`
		Items    []item   `json:"items"`
	}{"https://jsonfeed.org/version/1.1", f.title, f.home, f.self, f.next, f.lang, []author{{f.house, f.houseURL}}, []item{}}
	for _, e := range f.entries {
		doc.Items = append(doc.Items, item{
			e.id, e.url, e.title, e.summary, e.image, e.published.UTC().Format(time.RFC3339), e.updated.UTC().Format(time.RFC3339), e.topics, e.lang,
		})
	}
	return json.Marshal(doc)
}
