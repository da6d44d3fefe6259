package site

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// policyAsked is what an address under /about asks for.
type policyAsked struct {
	slug  string
	lang  string // ?lang=: a language the page may be written in besides the interface's; empty without one
	shell ui.Shell
}

// askedPolicy reads the address.
func askedPolicy(c *fiber.Ctx) (policyAsked, error) {
	slug, err := slugParam(c)
	out := policyAsked{slug: slug}
	if asked := c.Query("lang"); factcheck.ValidLanguage(asked) {
		out.lang = asked
	}
	return out, err
}

// keepPolicy serves a part of one of the house's own pages; query holds what its address asks for besides the language.
func (s *Site) keepPolicy(c *fiber.Ctx, a policyAsked, part string, query url.Values, build func(context.Context, *house, policyAsked) (templ.Component, error)) error {
	key := keyed(aboutPath+"/"+a.slug+part, a.withLang(query))
	return s.keepAbout(c, key, func(ctx context.Context, h *house) (templ.Component, error) {
		a.shell = s.shell(h, aboutPath+"/"+ui.PathSegment(a.slug))
		a.shell.Query = a.withLang(query).Encode()
		return build(ctx, h, a)
	})
}

// withLang adds the language that was asked for.
func (a policyAsked) withLang(query url.Values) url.Values { return with(query, "lang", a.lang) }

// language is the language that is wanted.
func (a policyAsked) language() string {
	if a.lang != "" {
		return a.lang
	}
	return a.shell.Lang
}

// at is the address of a part of the page, in the language that was asked for.
func (a policyAsked) at(part string, query url.Values) string {
	return keyed(a.shell.Local(a.shell.Path)+part, a.withLang(query))
}

// showAboutPage serves /about/{slug} and /about/{slug}/v/{n}: one of the house's own pages, as it is or was, with ?lang= in a
// language of its own.
func (s *Site) showAboutPage(c *fiber.Ctx) error {
	asked, err := askedPolicy(c)
	if err != nil {
		return err
	}
	version, part := 0, ""
	if n := c.Params("n"); n != "" {
		var ok bool
		if version, ok = number(n); !ok {
			return factcheck.NotFound("this page has no such version")
		}
		part = "/v/" + n
	}
	return s.keepPolicy(c, asked, part, nil, func(ctx context.Context, h *house, asked policyAsked) (templ.Component, error) {
		page, err := s.aboutPage(ctx, h, asked, version)
		page.Path += part
		return pages.Prose(page), err
	})
}

// aboutPage fills one of the house's own pages: a version of it, or the newest for 0.
func (s *Site) aboutPage(ctx context.Context, h *house, asked policyAsked, version int) (pages.ProsePage, error) {
	written, err := s.cfg.Store.AboutPage(ctx, asked.slug, asked.language(), version)
	if factcheck.CodeOf(err) == factcheck.CodeNotFound && asked.slug == methodSlug && version == 0 {
		return s.methodPage(ctx, h, asked.shell)
	}
	if err != nil {
		return pages.ProsePage{}, err
	}
	shell := asked.shell
	page := pages.ProsePage{
		Shell: shell, Canonical: s.absolute(shell.Path), Title: written.Title, Lang: written.Language, Body: written.Body, Ours: true, Chosen: asked.lang != "",
		Description: shell.T("about.page.description", written.Title, shell.HouseName), Languages: asked.languages(written), At: written.CreatedAt,
		Versions: asked.versions(written),
	}
	if len(page.Versions) > 1 {
		page.CompareURL = asked.at("/history", nil)
	}
	if written.Version != written.Newest {
		page.Old, page.NewestURL = shell.T("about.old", shell.Number(written.Version), shell.Day(written.CreatedAt)), asked.at("", nil)
	}
	if asked.slug == methodSlug && page.Old == "" {
		err = s.addRules(ctx, h, &page)
	}
	return page, err
}

// languages are the ways to the page in the other languages it is written in: under the prefix of the interface where it
// speaks the language, else in this interface.
func (a policyAsked) languages(written store.AboutPage) []ui.LanguageLink {
	var out []ui.LanguageLink
	for _, lang := range written.Languages {
		link := ui.LanguageLink{Lang: lang, Name: ui.LanguageName(lang), Current: lang == written.Language}
		if text.Known(lang) {
			link.URL = ui.Locale{Lang: lang}.Local(a.shell.Path)
		} else {
			link.URL = at(a.shell.Local(a.shell.Path), "lang", lang)
		}
		out = append(out, link)
	}
	return out
}

// versions are all versions of the page, newest first, each with the way to what it changed.
func (a policyAsked) versions(written store.AboutPage) []pages.ProseVersion {
	out := make([]pages.ProseVersion, 0, len(written.Versions))
	for _, v := range written.Versions {
		one := pages.ProseVersion{N: v.Version, At: v.CreatedAt, Note: v.Note, URL: a.at("/v/"+strconv.Itoa(v.Version), nil), On: v.Version == written.Version}
		if v.Version > 1 {
			one.ChangesURL = a.at("/history", url.Values{"from": {strconv.Itoa(v.Version - 1)}, "to": {strconv.Itoa(v.Version)}})
		}
		out = append(out, one)
	}
	return out
}

// showAboutHistory serves /about/{slug}/history: all versions of one of the house's own pages and, with ?from= and ?to= (their
// numbers), what differs between two of them. Without them, the newest is compared with the one before.
func (s *Site) showAboutHistory(c *fiber.Ctx) error {
	asked, err := askedPolicy(c)
	if err != nil {
		return err
	}
	query := url.Values{}
	for _, name := range []string{"from", "to"} {
		if given := c.Query(name); given != "" {
			if _, ok := number(given); !ok {
				return factcheck.NotFound("this page has no such version")
			}
			query.Set(name, given)
		}
	}
	return s.keepPolicy(c, asked, "/history", query, func(ctx context.Context, _ *house, asked policyAsked) (templ.Component, error) {
		newest, err := s.cfg.Store.AboutPage(ctx, asked.slug, asked.language(), 0)
		if err != nil {
			return nil, err
		}
		page := pages.PolicyHistoryPage{
			Shell: asked.shell, Canonical: s.absolute(asked.shell.Path + "/history"), Title: newest.Title, Lang: newest.Language, PageURL: asked.at("", nil),
			AskedLang: asked.lang, Versions: asked.versions(newest),
		}
		page.Path += "/history"
		if len(newest.Versions) > 1 {
			err = s.comparePolicy(ctx, &page, newest, query)
		}
		return pages.PolicyHistory(page), err
	})
}

// comparePolicy fills in what differs between two versions. CodeNotFound for one that the page does not have.
func (s *Site) comparePolicy(ctx context.Context, page *pages.PolicyHistoryPage, newest store.AboutPage, query url.Values) error {
	page.To = newest.Version
	if n, ok := number(query.Get("to")); ok {
		page.To = n
	}
	page.From = max(page.To-1, 1)
	if n, ok := number(query.Get("from")); ok {
		page.From = n
	}
	var both [2]store.Policy
	for i, n := range []int{page.From, page.To} {
		if !slices.ContainsFunc(newest.Versions, func(e store.AboutEntry) bool { return e.Version == n }) {
			return factcheck.NotFound("this page has no such version")
		}
		var err error
		if both[i], err = s.cfg.Store.Policy(ctx, newest.Slug, newest.Language, n); err != nil {
			return err
		}
	}
	page.Titles, page.Words = document.Words(both[0].Title, both[1].Title), document.Words(both[0].Body, both[1].Body)
	return nil
}
