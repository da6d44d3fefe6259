package site

import (
	"context"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/web/ui"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

const (
	sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"
	mimeXML      = "application/xml; charset=utf-8"
)

// Element names carry their prefix, as in the feeds.
type (
	sitemapIndex struct {
		XMLName xml.Name      `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
		Parts   []sitemapPart `xml:"sitemap"`
	}
	sitemapPart struct {
		Loc     string `xml:"loc"`
		LastMod string `xml:"lastmod,omitempty"`
	}
	sitemapSet struct {
		XMLName xml.Name     `xml:"urlset"`
		Space   string       `xml:"xmlns,attr"`
		XHTML   string       `xml:"xmlns:xhtml,attr,omitempty"`
		News    string       `xml:"xmlns:news,attr,omitempty"`
		URLs    []sitemapURL `xml:"url"`
	}
	sitemapURL struct {
		Loc        string        `xml:"loc"`
		LastMod    string        `xml:"lastmod,omitempty"`
		Alternates []sitemapLink `xml:"xhtml:link"`
		News       *sitemapNews  `xml:"news:news,omitempty"`
	}
	sitemapLink struct {
		Rel  string `xml:"rel,attr"`
		Lang string `xml:"hreflang,attr"`
		Href string `xml:"href,attr"`
	}
	sitemapNews struct {
		Name  string `xml:"news:publication>news:name"`
		Lang  string `xml:"news:publication>news:language"`
		Date  string `xml:"news:publication_date"`
		Title string `xml:"news:title"`
	}
)

// mountSitemaps registers the sitemap: an index, its parts, and that of the news.
func (s *Site) mountSitemaps(r fiber.Router) {
	r.Get("/sitemap.xml", func(c *fiber.Ctx) error {
		index, err := s.sitemapIndex(c.UserContext())
		if err != nil {
			return err
		}
		index.send(c.Context())
		return nil
	})
	r.Get("/sitemaps/pages.xml", s.xmlOf(s.sitemapPages))
	r.Get("/sitemaps/news.xml", s.xmlOf(s.sitemapNews))
	for _, kind := range store.SitemapKinds() {
		r.Get("/sitemaps/"+string(kind)+"-:part.xml", s.sitemapKind(kind))
	}
}

// xmlOf serves an XML document that is made once and kept until something moves.
func (s *Site) xmlOf(build func(context.Context, *house) (any, error)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		return s.keep(c, "xml "+c.Path(), func(ctx context.Context) (*answer, error) {
			h, err := s.houseRow(ctx)
			if err != nil {
				return nil, err
			}
			doc, err := build(ctx, h)
			if err != nil {
				return nil, err
			}
			return packedSitemap(doc)
		})
	}
}

func packedSitemap(doc any) (*answer, error) {
	body, err := xmlDocument(doc)
	if err != nil {
		return nil, err
	}
	return packed(body, mimeXML, surrogateSitemaps)
}

// sitemapIndex returns the index, made once and kept until something moves.
func (s *Site) sitemapIndex(ctx context.Context) (*answer, error) {
	return s.lists.get(ctx, "xml /sitemap.xml", func(ctx context.Context) (*answer, error) {
		parts, err := s.cfg.Store.SitemapParts(ctx)
		if err != nil {
			return nil, err
		}
		doc, err := s.sitemapOf(ctx, parts)
		if err != nil {
			return nil, err
		}
		a, err := packedSitemap(doc)
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			a.parts = append(a.parts, p.SitemapPart)
		}
		return a, nil
	})
}

// sitemapOf lists the parts.
func (s *Site) sitemapOf(ctx context.Context, parts []store.SitemapListing) (any, error) {
	news, err := s.cfg.Store.News(ctx)
	if err != nil {
		return nil, err
	}
	index := sitemapIndex{Parts: []sitemapPart{{Loc: s.absolute("/sitemaps/pages.xml")}}}
	if len(news) > 0 { // the schema wants at least one address
		index.Parts = append(index.Parts, sitemapPart{s.absolute("/sitemaps/news.xml"), stamp(news[0].PublishedAt)})
	}
	for _, p := range parts {
		index.Parts = append(index.Parts, sitemapPart{s.absolute(fmt.Sprintf("/sitemaps/%s-%s.xml", p.Kind, p.SitemapPart)), stamp(p.Updated)})
	}
	return index, nil
}

// sitemapPages lists the pages that are not of claims: those that the menus lead to, and what the house wrote of itself.
func (s *Site) sitemapPages(ctx context.Context, h *house) (any, error) {
	shell, set := s.shell(h.in(text.Default), "/"), newSet()
	seen := map[string]bool{}
	menus := append(shell.FootNav(), ui.NavItem{URL: countsPath})
	for _, n := range menus {
		path, _, _ := strings.Cut(n.URL, "#")
		if strings.HasPrefix(path, "/") && !seen[path] {
			seen[path] = true
			set.URLs = append(set.URLs, s.sitemapURL(path, time.Time{}))
		}
	}
	written, err := s.cfg.Store.AboutPages(ctx, h.lang)
	if err != nil {
		return nil, err
	}
	for _, e := range written {
		path := aboutPath + "/" + ui.PathSegment(e.Slug)
		if seen[path] {
			set.URLs = slices.DeleteFunc(set.URLs, func(u sitemapURL) bool { return u.Loc == s.absolute(path) })
		}
		set.URLs = append(set.URLs, s.sitemapURL(path, e.CreatedAt))
	}
	return set, nil
}

// sitemapKind serves the parts of the pages of a kind. A part that is not, or no longer, leads to those that are: addresses that
// crawlers keep are of a month that was split since, or of the parts before they went by month. The index is what tells, so that
// whoever makes up addresses has nothing read for them.
func (s *Site) sitemapKind(kind store.SitemapKind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		part, ok := store.ParseSitemapPart(kind, c.Params("part"))
		if !ok {
			return moveTo(c, "/sitemap.xml")
		}
		index, err := s.sitemapIndex(c.UserContext())
		if err != nil {
			return err
		}
		if !slices.Contains(index.parts, part) {
			return moveTo(c, "/sitemap.xml")
		}
		err = s.xmlOf(func(ctx context.Context, _ *house) (any, error) {
			entries, err := s.cfg.Store.SitemapPages(ctx, part)
			if err != nil {
				return nil, err
			}
			set := newSet()
			for _, e := range entries {
				set.URLs = append(set.URLs, s.sitemapURL("/"+string(kind)+"/"+ui.PathSegment(e.Slug), e.Updated))
			}
			return set, nil
		})(c)
		if factcheck.CodeOf(err) == factcheck.CodeNotFound { // it went since
			return moveTo(c, "/sitemap.xml")
		}
		return err
	}
}

// sitemapNews lists what was published in the last two days, for Google News.
func (s *Site) sitemapNews(ctx context.Context, h *house) (any, error) {
	docs, err := s.cfg.Store.News(ctx)
	if err != nil {
		return nil, err
	}
	set := newSet()
	set.XHTML, set.News = "", "http://www.google.com/schemas/sitemap-news/0.9"
	for _, d := range docs {
		claim, err := s.decode(d)
		if err != nil {
			return nil, err
		}
		lang, _, _ := strings.Cut(claim.Language, "-")
		set.URLs = append(set.URLs, sitemapURL{Loc: claim.URL, News: &sitemapNews{
			Name: h.Name, Lang: lang, Date: stamp(d.PublishedAt), Title: s.pageOf(h, claim).Title(),
		}})
	}
	return set, nil
}

func newSet() sitemapSet {
	return sitemapSet{Space: sitemapSpace, XHTML: "http://www.w3.org/1999/xhtml"}
}

// sitemapURL is a page with the same page in every language of the interface.
func (s *Site) sitemapURL(path string, updated time.Time) sitemapURL {
	u := sitemapURL{Loc: s.absolute(path)}
	if !updated.IsZero() {
		u.LastMod = stamp(updated)
	}
	for _, lang := range text.Languages() {
		u.Alternates = append(u.Alternates, sitemapLink{"alternate", lang, s.absolute(ui.Locale{Lang: lang}.Local(path))})
	}
	u.Alternates = append(u.Alternates, sitemapLink{"alternate", "x-default", s.absolute(path)})
	return u
}
