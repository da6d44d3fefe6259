package site

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// showArticle serves /articles/{slug}: what the article makes, repeats, reports or disputes, and whether it was corrected.
func (s *Site) showArticle(c *fiber.Ctx) error {
	slug, err := slugParam(c)
	if err != nil {
		return err
	}
	return s.keepPage(c, "/articles/"+slug, func(ctx context.Context, h *house) (templ.Component, error) {
		a, err := s.cfg.Store.ArticleBySlug(ctx, slug)
		if err != nil {
			return nil, err
		}
		page, err := s.articlePage(s.shell(h, "/articles/"+ui.PathSegment(a.Slug)), a)
		return pages.Article(page), err
	})
}

// articlePage fills the page of an article.
func (s *Site) articlePage(shell ui.Shell, a store.PublicArticle) (pages.ArticlePage, error) {
	page := pages.ArticlePage{
		Shell: shell, Canonical: s.absolute("/articles/" + ui.PathSegment(a.Slug)), Author: a.Author, Kind: string(a.Kind), JSONURL: "",
		Article: document.Article{ID: a.ID.String(), Slug: a.Slug, URL: a.URL, Title: a.Title, Outlet: a.Outlet, Language: a.Language, ArchiveURL: a.ArchiveURL},
	}
	if !a.Published.IsZero() {
		page.Article.PublishedAt, page.Article.PublishedPrecision = &a.Published.At, new(string(a.Published.Precision))
	}
	for _, ap := range a.Appearances {
		item, err := s.articleClaim(page.Locale, ap)
		if err != nil {
			return page, err
		}
		page.Claims = append(page.Claims, item)
	}
	return page, nil
}

func (s *Site) articleClaim(l ui.Locale, ap store.PublicAppearance) (pages.ArticleClaim, error) {
	claim, err := s.decode(ap.Claim)
	if err != nil {
		return pages.ArticleClaim{}, err
	}
	v, ok := claim.House()
	appearance := document.Appearance{
		ID: ap.ID.String(), Stance: string(ap.Stance), SetBy: ap.SetBy, Quote: ap.Quote, FirstSeenAt: ap.FirstSeenAt,
		Correction: document.AppearanceStanding{State: string(ap.State), At: ap.CorrectedAt}, First: ap.First,
	}
	if !ap.Appeared.IsZero() {
		appearance.AppearedAt, appearance.AppearedPrecision = new(ap.Appeared.String()), new(string(ap.Appeared.Precision))
	}
	return pages.ArticleClaim{
		Claim: ui.ItemOf(l, claim), Appearance: appearance,
		Accuse: ok && v.State == string(factcheck.VerdictCurrent) && v.Rating.Truth != nil && *v.Rating.Truth == string(factcheck.TruthFalse),
	}, nil
}
