package newsroom

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

const listLength = 30 // articles on a page of the list

// showArticles lists articles. An address in the search field leads to its article, under any spelling.
func (n *Newsroom) showArticles(c *fiber.Ctx, in visitor) error {
	return n.listArticles(c, in, c.Query("linked"))
}

// showSuggested lists the articles with suggestions that wait.
func (n *Newsroom) showSuggested(c *fiber.Ctx, in visitor) error {
	return n.listArticles(c, in, string(store.WithSuggestions))
}

// listArticles lists articles in a state of linking.
func (n *Newsroom) listArticles(c *fiber.Ctx, in visitor, linked string) error {
	query := strings.TrimSpace(c.Query("q"))
	if isAddress(query) {
		found, err := n.cfg.Store.FindArticle(c.UserContext(), in.Actor, query)
		if err == nil {
			return see(c, articlePath(found.ID))
		}
		if code := factcheck.CodeOf(err); code != factcheck.CodeNotFound && code != factcheck.CodeInvalid {
			return err
		}
	}
	after, err := idParam[factcheck.ArticleID](c.Query("after"))
	if err != nil {
		return err
	}
	filter := store.ArticleFilter{Query: query, Linked: store.LinkState(linked)}
	list, err := n.cfg.Store.NewsroomArticles(c.UserContext(), in.Actor, filter, after, listLength+1)
	if err != nil {
		return err
	}
	shell, err := n.shell(c.UserContext(), in, "/newsroom/articles")
	if err != nil {
		return err
	}
	shell.Search = query
	page := pages.ArticlesPage{From: listQuery(string(c.Request().URI().QueryString()) + "&linked=" + linked), Shell: shell, Query: query, Linked: string(filter.Linked), Later: !after.IsZero()}
	if len(list) > listLength {
		list = list[:listLength]
		page.NextURL = "/newsroom/articles?" + nextPage(query, page.Linked, list[listLength-1].ID)
	}
	for _, a := range list {
		page.Items = append(page.Items, articleItem(a))
	}
	return n.render(c, fiber.StatusOK, pages.Articles(page))
}

func nextPage(query, linked string, after factcheck.ArticleID) string {
	q := url.Values{"after": {after.String()}}
	if query != "" {
		q.Set("q", query)
	}
	if linked != "" {
		q.Set("linked", linked)
	}
	return q.Encode()
}

func articleItem(a store.ArticleSummary) pages.ArticleItem {
	return pages.ArticleItem{
		ID: a.ID.String(), Title: a.Title, Address: a.URL, Outlet: a.Outlet, Kind: string(a.Kind), TakenIn: string(a.TakenIn),
		Published: a.Published, Added: a.CreatedAt, Linked: a.Linked, Suggested: a.Suggested,
	}
}

// articlePath returns the path of an article in the newsroom.
func articlePath(id factcheck.ArticleID) string { return "/newsroom/articles/" + id.String() }

// articleAt returns the address of an article that says what was just done, and still leads back to the list it was found in.
func articleAt(c *fiber.Ctx, id factcheck.ArticleID, told string) string {
	q := url.Values{"told": {told}}
	if from := listQuery(c.Query("from")); from != "" {
		q.Set("from", from)
	}
	return articlePath(id) + "?" + q.Encode()
}

// listQuery returns what an address says of a list of articles: its words, its filter and its page, and nothing else.
func listQuery(s string) string {
	given, err := url.ParseQuery(s)
	if err != nil || len(s) > 2000 {
		return ""
	}
	kept := url.Values{}
	for _, name := range []string{"q", "linked", "after"} {
		if v := given.Get(name); v != "" {
			kept.Set(name, v)
		}
	}
	return kept.Encode()
}

// isAddress reports whether somebody typed a web address.
func isAddress(s string) bool {
	return strings.HasPrefix(strings.ToLower(s), "http://") || strings.HasPrefix(strings.ToLower(s), "https://")
}

// textID is an id of any kind that reads itself.
type textID[T any] interface {
	*T
	UnmarshalText([]byte) error
}

// idParam reads an id; the empty text is none. What is no id of its kind is not found.
func idParam[T any, P textID[T]](s string) (T, error) {
	var id T
	if err := P(&id).UnmarshalText([]byte(s)); err != nil {
		return id, factcheck.NotFound("there is nothing at this address")
	}
	return id, nil
}
