package site

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// feedsPath is the page that tells people what feeds are and which there are.
const feedsPath = "/feeds"

// showFeeds serves /feeds: every feed of the house with what it carries, for people. Those of topics are listed by name, page by page.
func (s *Site) showFeeds(c *fiber.Ctx) error {
	after := c.Query("after")
	return s.keepPage(c, at(feedsPath, "after", after), func(ctx context.Context, h *house) (templ.Component, error) {
		topics, next, err := s.cfg.Store.Index(ctx, store.IndexTopics, store.IndexFilter{Language: ui.PrimaryLanguage(h.lang), Cursor: after, Limit: indexLength})
		if err != nil {
			return nil, err
		}
		page := pages.FeedsPage{Shell: s.shell(h, feedsPath), Canonical: s.absolute(feedsPath)}
		page.Older = older(page.Local(feedsPath), after, next, nil)
		if after == "" {
			page.Feeds = []pages.FeedEntry{
				feedsOf(page.Locale, "/", page.T("feeds.new"), page.T("feeds.new.hint")),
				feedsOf(page.Locale, "/corrections", page.T("corrections.title"), page.T("feeds.corrections.hint")),
			}
		}
		for _, t := range topics {
			one := feedsOf(page.Locale, "/topics/"+ui.PathSegment(t.Slug), t.Name, "")
			one.Lang = t.NameLang
			page.Topics = append(page.Topics, one)
		}
		return pages.Feeds(page), nil
	})
}

// feedsOf are the three formats of the feed of the page at a path, in the language of the interface as the page itself.
func feedsOf(l ui.Locale, path, title, hint string) pages.FeedEntry {
	page := l.Local(path)
	feed := strings.TrimSuffix(page, "/") + "/feed."
	return pages.FeedEntry{Title: title, Hint: hint, PageURL: page, Atom: feed + "atom", RSS: feed + "rss", JSON: feed + "json"}
}

// topicName is a topic's name in the language of the interface, and which language it is in, if that is known. Of several
// names in variants of the language it is always the same one.
func topicName(l ui.Locale, t store.PublicTopic) (name, lang string) {
	for _, tag := range slices.Sorted(maps.Keys(t.Names)) {
		if ui.PrimaryLanguage(tag) == ui.PrimaryLanguage(l.Lang) {
			return t.Names[tag], tag
		}
	}
	return t.Name, ""
}
