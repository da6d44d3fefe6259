package site

import "github.com/touchstone-factcheck/touchstone/web/ui"

// FeedsPage is /feeds: the feeds of the house, for people.
type FeedsPage struct {
	ui.Shell
	Canonical string
	Feeds     []FeedEntry
	Topics    []FeedEntry // by name
	Older     Older       // through the topics
}

// FeedEntry is a feed in its three formats.
type FeedEntry struct {
	Title, Lang     string
	Hint            string
	PageURL         string // the same list as a page
	Atom, RSS, JSON string
}

func (p FeedsPage) head() ui.Head {
	h := ui.Head{Title: p.T("feeds.title"), Canonical: p.Canonical, Description: p.T("feeds.lead"), FeedURL: p.Local("/feed.atom")}
	if p.Older.FirstURL != "" {
		h.Robots = "noindex"
	}
	return h
}
