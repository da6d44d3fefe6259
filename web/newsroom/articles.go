package newsroom

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// ArticlesPage lists articles, those added last first.
type ArticlesPage struct {
	Shell
	Query   string
	Linked  string // "", linked, unlinked or suggested
	Items   []ArticleItem
	NextURL string // of the next page; empty on the last
	Later   bool   // this is not the first page
	From    string // the list's own query, for the way back from an article
}

// ArticleItem is an article in a list.
type ArticleItem struct {
	ID, Title, Address, Outlet string
	Kind, TakenIn              string
	Published                  factcheck.Date
	Added                      time.Time
	Linked                     int // claims
	Suggested                  int // that wait for a decision
}

// title returns what the article is called where it has no title.
func (it ArticleItem) title() string { return titleOr(it.Title, it.Kind) }

func titleOr(title, kind string) string {
	switch {
	case title != "":
		return title
	case kind == string(factcheck.ArticlePost):
		return "A post without a title"
	case kind == string(factcheck.ArticleVideo):
		return "A video without a title"
	}
	return "A page without a title"
}

// articleURL returns the address of an article that leads back to this list.
func (p ArticlesPage) articleURL(it ArticleItem) string {
	return articlePath(it.ID) + fromQuery(p.From)
}

// fromQuery returns the query by which a page of an article knows the list it was opened from.
func fromQuery(from string) string {
	if from == "" {
		return ""
	}
	return "?" + url.Values{"from": {from}}.Encode()
}

// articlePath returns the path of an article in the newsroom.
func articlePath(id string) string { return "/newsroom/articles/" + id }

// heading names the part of the list that is shown.
func (p ArticlesPage) heading() string {
	switch p.Linked {
	case "unlinked":
		return "Articles not linked yet"
	case "suggested":
		return "Articles with suggestions"
	case "linked":
		return "Linked articles"
	}
	return "Articles"
}

// filters are the ways to narrow the list.
func (p ArticlesPage) filters() []navItem {
	items := []navItem{{label: "All"}, {label: "Not linked yet", url: "unlinked"}, {label: "With suggestions", url: "suggested"}, {label: "Linked", url: "linked"}}
	for i, it := range items {
		q := url.Values{}
		if it.url != "" {
			q.Set("linked", it.url)
		}
		if p.Query != "" {
			q.Set("q", p.Query)
		}
		items[i].current = it.url == p.Linked
		items[i].url = "/newsroom/articles"
		if len(q) > 0 {
			items[i].url += "?" + q.Encode()
		}
	}
	return items
}

// AddPage is the form that takes an article in, in one of four ways.
type AddPage struct {
	Shell
	Way   string // url, file, text or post
	Error string
	Field string // the field that is wrong
	Known string // path of the article that is there already
	Claim string // id of the claim it is added for; empty for none

	URL, Text, Platform, Handle, Author, Title, Language, Published string
	Wall                                                            bool // the page was not the article: the other ways may help
	LostFile                                                        bool // a file was chosen, and must be again
}

// ways are the four ways to take an article in.
func (p AddPage) ways() []navItem {
	items := []navItem{
		{label: "By its address", url: "url"}, {label: "From a saved page", url: "file"}, {label: "From copied text", url: "text"}, {label: "A post that cannot be opened", url: "post"},
	}
	for i, it := range items {
		q := url.Values{"by": {it.url}}
		if p.URL != "" {
			q.Set("url", p.URL)
		}
		if p.Claim != "" {
			q.Set("claim", p.Claim)
		}
		items[i].current = it.url == p.Way
		items[i].url = "/newsroom/articles/new?" + q.Encode()
	}
	return items
}

// wrong returns the message about a field, if it is the one that is wrong.
func (p AddPage) wrong(field string) string {
	if p.Error != "" && p.Field == field {
		return p.Error
	}
	return ""
}

// general returns the message if it is about no field of this form.
func (p AddPage) general() string {
	fields := map[string][]string{
		"url": {"url"}, "file": {"url", "file"}, "text": {"url", "text"},
		"post": {"url", "platform", "handle", "author", "title", "language", "published", "text", "screenshot"},
	}
	if slices.Contains(fields[p.Way], p.Field) {
		return ""
	}
	return p.Error
}

func claimCount(n int) string {
	switch n {
	case 0:
		return "not linked yet"
	case 1:
		return "1 claim"
	}
	return strconv.Itoa(n) + " claims"
}

func (p ArticlesPage) emptyTitle() string {
	if p.Query != "" || p.Linked != "" {
		return "No article fits"
	}
	return "No articles yet"
}

// firstURL returns the address of the first page of the list.
func (p ArticlesPage) firstURL() string {
	for _, f := range p.filters() {
		if f.current {
			return f.url
		}
	}
	return "/newsroom/articles"
}
