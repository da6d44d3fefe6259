package site

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

const homeLength = 8 // claims in each list of the front page

// showHome serves the front page.
func (s *Site) showHome(c *fiber.Ctx) error {
	ctx := c.UserContext()
	h, err := s.houseRow(ctx)
	if err != nil {
		return err
	}
	lists, err := s.cfg.Store.Home(ctx, homeLength)
	if err != nil {
		return err
	}
	pub, err := s.cfg.Store.Publication(ctx)
	if err != nil {
		return err
	}
	page := pages.HomePage{
		Shell: s.shell(h, "/"), Canonical: s.absolute("/"), Total: int(pub.Claims), Others: int(pub.Claims - pub.HouseClaims),
	}
	var claims []document.Claim
	if page.New, claims, err = s.items(page.Locale, lists.New); err != nil {
		return err
	}
	page.Lead, page.New = lead(page.Lang, page.New, claims)
	if page.Spreading, claims, err = s.items(page.Locale, lists.Spreading); err != nil {
		return err
	}
	for i := range page.Spreading {
		page.Spreading[i].Note = page.N("home.seen", standing(claims[i]))
	}
	if page.Corrected, claims, err = s.items(page.Locale, lists.Corrected); err != nil {
		return err
	}
	for i := range page.Corrected {
		if v, ok := claims[i].House(); ok && v.Correction != nil {
			page.Corrected[i].Note = v.Correction.Note
		}
	}
	return s.render(c, pages.Home(page))
}

// lead takes the claim set large out of the newest: the first with a finding of the house in the interface's language, or
// the first with one in any, or the first.
func lead(lang string, items []ui.ClaimItem, claims []document.Claim) (*ui.ClaimItem, []ui.ClaimItem) {
	if len(items) == 0 {
		return nil, items
	}
	found := func(c document.Claim) bool {
		v, ok := c.House()
		return ok && v.State == string(factcheck.VerdictCurrent)
	}
	at := slices.IndexFunc(claims, func(c document.Claim) bool {
		primary, _, _ := strings.Cut(c.Language, "-")
		return primary == lang && found(c)
	})
	if at < 0 {
		at = max(slices.IndexFunc(claims, found), 0)
	}
	first := items[at]
	return &first, slices.Delete(slices.Clone(items), at, at+1)
}

// standing counts the articles that made or repeated the claim and have not taken it back.
func standing(c document.Claim) int {
	n := 0
	for _, a := range c.Appearances {
		if factcheck.Stance(a.Stance).Asserts() && a.Correction.State == string(factcheck.StateStanding) {
			n++
		}
	}
	return n
}
