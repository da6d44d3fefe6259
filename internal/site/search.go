package site

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/search"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

const (
	searchLength = 20
	lastPage     = finder.MaxFound / searchLength
	maxText      = 8000 // characters of a pasted text
	// postRunes and postWords are from where on a query is a text: what claims it makes is asked first.
	postRunes = 500
	postWords = 12
	// maxAddress is how long the parameters of an address may be, percent-encoded: what every proxy and browser takes.
	maxAddress = 6000
	// maxChoice is the longest value of a facet.
	maxChoice = 400
)

// The orders of what was found, as addresses name them.
const (
	sortRelevance = "relevance"
	sortNewest    = "newest"
	sortOldest    = "oldest"
)

// searching is what was asked of /search.
type searching struct {
	lang   string // of the interface
	query  string
	cut    int  // characters after which the query was cut, 0 if it was not
	posted bool // and is too long for an address
	chosen map[string]string
	sort   string // empty for the one that goes without saying
	exact  bool
	page   int // from 1
}

// search serves GET /search: the bare form, or what is found. Nothing in the address is an error but what is no text.
func (s *Site) search(c *fiber.Ctx) error {
	args := url.Values{}
	for name, value := range c.Context().QueryArgs().All() {
		args.Set(string(name), string(value))
	}
	q, err := readSearch(languageOf(c.UserContext()), args.Get("q"), args)
	if err != nil {
		return err
	}
	if n := utf8.RuneCountInString(q.query); n == ui.MaxSearch || n == ui.MaxSearch-1 { // it may end with a space
		q.cut = ui.MaxSearch // a browser fills the field so far and says nothing
	}
	return s.showSearch(c, q)
}

// searchText serves POST /search, which changes nothing: it takes texts that are too long for an address. A shorter one is
// led to its address.
func (s *Site) searchText(c *fiber.Ctx) error {
	args := c.Context().PostArgs()
	state, err := url.ParseQuery(string(args.Peek("state")))
	if err != nil {
		state = url.Values{}
	}
	q, err := readSearch(languageOf(c.UserContext()), string(args.Peek("q")), state)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	if at := q.address(q.state()); len(at) <= maxAddress {
		return c.Redirect(at, fiber.StatusSeeOther)
	}
	q.posted = true
	return s.showSearch(c, q)
}

// readSearch reads what was asked. CodeInvalid for a query that is no text.
func readSearch(lang, query string, args url.Values) (searching, error) {
	q := searching{lang: lang, query: strings.TrimSpace(query), chosen: map[string]string{}, page: 1}
	if utf8.RuneCountInString(q.query) > maxText {
		q.query, q.cut = strings.TrimSpace(string([]rune(q.query)[:maxText])), maxText
	}
	if err := factcheck.CheckText("q", q.query, maxText); err != nil {
		return q, err
	}
	for _, name := range finder.Facets() {
		if value := args.Get(name); value != "" {
			if len(value) > maxChoice {
				value = value[:maxChoice]
			}
			q.chosen[name] = strings.Map(printable, strings.ToValidUTF8(value, "\uFFFD"))
		}
	}
	if sort := args.Get("sort"); slices.Contains([]string{sortRelevance, sortNewest, sortOldest}, sort) && sort != q.usual() {
		q.sort = sort
	}
	q.exact = args.Get("exact") == "1"
	if n, err := strconv.Atoi(args.Get("page")); err == nil && n > 1 {
		q.page = n
	}
	return q, nil
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}

// usual is the order that goes without saying.
func (q *searching) usual() string {
	if q.query == "" {
		return sortNewest
	}
	return sortRelevance
}

// isText reports whether the query is a pasted text rather than words to look for.
func (q *searching) isText() bool {
	return utf8.RuneCountInString(q.query) > postRunes || len(strings.Fields(q.query)) > postWords ||
		len(search.Words(q.query, "")) > 2*postWords // of languages that write without spaces
}

// state is what was asked as parameters of an address.
func (q *searching) state() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("q", q.query)
	for name, value := range q.chosen {
		set(name, value)
	}
	set("sort", q.sort)
	if q.exact {
		v.Set("exact", "1")
	}
	if q.page > 1 {
		v.Set("page", strconv.Itoa(q.page))
	}
	return v
}

// address is the address of a search with a state, in the language of this one.
func (q *searching) address(state url.Values) string {
	return keyed(ui.Locale{Lang: q.lang}.Local("/search"), state)
}

// way leads to another page of this search, the first one of it unless change says otherwise.
func (q *searching) way(change func(*searching)) pages.Way {
	to := *q
	to.chosen, to.page = make(map[string]string, len(q.chosen)), 1
	maps.Copy(to.chosen, q.chosen)
	if change != nil {
		change(&to)
	}
	v := to.state()
	if !q.posted {
		return pages.Way{URL: q.address(v)}
	}
	v.Del("q")
	v.Set("again", "1") // a state is never empty
	return pages.Way{State: v.Encode()}
}

// question is the search as the index takes it.
func (q *searching) question() finder.Question {
	out := finder.Question{Text: q.query, Chosen: q.chosen, Exact: q.exact, Limit: searchLength, Offset: (min(q.page, lastPage) - 1) * searchLength}
	order := q.sort
	if order == "" {
		order = q.usual()
	}
	out.Sort = map[string]search.Sort{sortRelevance: search.SortRelevance, sortNewest: search.SortNewest, sortOldest: search.SortOldest}[order]
	return out
}

// showSearch serves what a search finds. What has an address is kept for as long as the index stands where it stood.
func (s *Site) showSearch(c *fiber.Ctx, q searching) error {
	if q.posted {
		h, err := s.houseRow(c.UserContext())
		if err != nil {
			return err
		}
		page, err := s.searchPage(c.UserContext(), h, q)
		if err != nil {
			return err
		}
		return s.render(c, pages.Search(page))
	}
	key := "/search"
	if state := q.state(); len(state) > 0 {
		index := s.cfg.Finder.State()
		key = fmt.Sprintf("%s?%s&cut=%d&ready=%t&at=%d", key, state.Encode(), q.cut, index.Ready, index.Seq)
	}
	return s.keepPage(c, key, func(ctx context.Context, h *house) (templ.Component, error) {
		page, err := s.searchPage(ctx, h, q)
		return pages.Search(page), err
	})
}

// searchPage fills the page of a search.
func (s *Site) searchPage(ctx context.Context, h *house, q searching) (pages.SearchPage, error) {
	page := pages.SearchPage{
		Shell: s.shell(h, "/search"), Canonical: s.absolute("/search"), Query: q.query, Text: q.isText(), TextLimit: maxText, Cut: q.cut,
		Again: q.posted, Page: q.page, First: q.way(nil),
	}
	if !q.posted {
		page.Shell.Query = q.state().Encode()
	}
	page.TipURL = tipURL(page.Local, q.query)
	if q.query == "" && len(q.chosen) == 0 {
		return page, nil
	}
	if done, err := s.byAddress(ctx, &page, q); err != nil || done {
		return page, err
	}
	if page.Text && q.page == 1 && len(q.chosen) == 0 {
		if err := s.madeBy(ctx, &page, q.query); err != nil {
			return page, err
		}
	}
	found, err := s.cfg.Finder.Find(ctx, q.question())
	if err != nil {
		return page, err
	}
	if err := s.fillSearch(ctx, &page, h, q, found); err != nil {
		return page, err
	}
	if len(found.Docs) == 0 && len(q.chosen) == 0 && !page.Text {
		if _, page.Unfiled = addressOf(q.query); !page.Unfiled && !found.Warming {
			err = s.near(ctx, &page, q)
		}
	}
	return page, err
}

// suggest serves GET /search/suggest: how the last word of what was typed may go on, in words of public claims.
func (s *Site) suggest(c *fiber.Ctx) error {
	answer := struct {
		Data []string `json:"data"`
	}{Data: []string{}}
	typed := string(c.Context().QueryArgs().Peek("q"))
	if index, ok := s.cfg.Finder.Public(); ok && utf8.ValidString(typed) && utf8.RuneCountInString(typed) >= 2 && len(typed) <= maxChoice {
		answer.Data = append(answer.Data, index.Suggest(typed, suggestions)...)
	}
	c.Set(fiber.HeaderCacheControl, "no-store") // a word may not outlive the claim that had it
	return c.JSON(answer)
}

const suggestions = 8

// addressOf reports whether a query is the address of a page rather than words, and whether it can be nothing else.
func addressOf(query string) (address string, is bool) {
	if query == "" || strings.ContainsAny(query, " \t\r\n\"") {
		return "", false
	}
	lower := strings.ToLower(query)
	if strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") {
		return query, true
	}
	host, _, path := strings.Cut(lower, "/")
	labels := strings.Split(host, ".")
	top := labels[len(labels)-1]
	if len(labels) < 2 || slices.Contains(labels, "") || len(top) < 2 || strings.ContainsAny(top, "0123456789:") {
		return "", false
	}
	return query, path || labels[0] == "www"
}
