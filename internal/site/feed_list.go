package site

import (
	"cmp"
	"context"
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

// showFeeds serves /feeds: every feed of the house with what it carries, for people.
func (s *Site) showFeeds(c *fiber.Ctx) error {
	return s.keepPage(c, feedsPath, func(ctx context.Context, h *house) (templ.Component, error) {
		topics, _, err := s.cfg.Store.PublicTopics(ctx, store.PageOf{Limit: store.MaxPage})
		if err != nil {
			return nil, err
		}
		page := pages.FeedsPage{Shell: s.shell(h, feedsPath), Canonical: s.absolute(feedsPath)}
		page.Feeds = []pages.FeedEntry{
			feedsOf("", page.T("feeds.new"), page.T("feeds.new.hint"), page.Local("/")),
			feedsOf("/corrections", page.T("corrections.title"), page.T("feeds.corrections.hint"), page.Local("/corrections")),
		}
		for _, t := range topics {
			name, lang := topicName(page.Locale, t)
			one := feedsOf("/topics/"+ui.PathSegment(t.Slug), name, "", page.Local("/topics/"+ui.PathSegment(t.Slug)))
			one.Lang = lang
			page.Topics = append(page.Topics, one)
		}
		slices.SortFunc(page.Topics, func(a, b pages.FeedEntry) int {
			return cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title))
		})
		return pages.Feeds(page), nil
	})
}

// feedsOf are the three formats of the feed under a path.
func feedsOf(path, title, hint, page string) pages.FeedEntry {
	return pages.FeedEntry{Title: title, Hint: hint, PageURL: page, Atom: path + "/feed.atom", RSS: path + "/feed.rss", JSON: path + "/feed.json"}
}

// topicName is a topic's name in the language of the interface, and which language it is in, if that is known.
func topicName(l ui.Locale, t store.PublicTopic) (name, lang string) {
	for tag, name := range t.Names {
		if ui.PrimaryLanguage(tag) == ui.PrimaryLanguage(l.Lang) {
			return name, tag
		}
	}
	return t.Name, ""
}
