package site

import (
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// ArticlePage is /articles/{slug}: one page, post or video, and every claim it makes, repeats, reports or disputes.
type ArticlePage struct {
	ui.Shell
	Canonical string
	Article   document.Article
	Author    string
	Kind      string // page, post or video
	Claims    []ArticleClaim
	JSONURL   string
}

// ArticleClaim is a claim as one article carries it.
type ArticleClaim struct {
	Claim      ui.ClaimItem
	Appearance document.Appearance // stance, quote, first seen, correction state; its Article is not read
	Accuse     bool                // the house found the claim false: an assertion that stands is marked
}

func (p ArticlePage) title() string {
	return firstOf(p.Article.Title, ui.Original(p.Article), p.T("article.untitled"))
}

func (p ArticlePage) outlet() string {
	return firstOf(p.Article.Outlet, ui.HostOf(ui.Original(p.Article)))
}

func (p ArticlePage) head() ui.Head {
	return ui.Head{
		Title: ui.Clip(p.title(), 200), Canonical: p.Canonical, JSONURL: p.JSONURL, ShareLang: p.Article.Language,
		Description: p.N("article.description", len(p.judged()), p.outlet()),
	}
}

// judged returns the claims somebody linked with a stance; listed those that imported checks name.
func (p ArticlePage) judged() (claims []ArticleClaim) {
	for _, c := range p.Claims {
		if len(ui.SpreadOf([]document.Appearance{c.Appearance}).Judged) == 1 {
			claims = append(claims, c)
		}
	}
	return claims
}

func (p ArticlePage) listed() (claims []ArticleClaim) {
	for _, c := range p.Claims {
		if len(ui.SpreadOf([]document.Appearance{c.Appearance}).Listed) == 1 {
			claims = append(claims, c)
		}
	}
	return claims
}

func articleKind(kind string) string {
	switch kind {
	case "post", "video":
		return kind
	}
	return "page"
}
