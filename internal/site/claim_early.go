package site

import (
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// earlyError says that a claim's page was not there yet at the moment that was asked for.
type earlyError struct {
	claim  document.Claim
	asking asking
	first  store.State
}

// Error implements error.
func (e *earlyError) Error() string { return "nothing was published of " + e.claim.ID + " then" }

// showEarly answers ?as_of= of a moment before the first publication: not found, with when it was first published and the ways
// there. It is kept nowhere, as every other answer that something is not there.
func (s *Site) showEarly(c *fiber.Ctx, early *earlyError) error {
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return err
	}
	path := claimPath(early.claim.Slug)
	page := pages.EarlyPage{Shell: s.shell(h, path), AsOf: early.asking.asOf, First: early.first.At}
	page.Query = early.asking.query
	page.Claim = ui.ItemOf(page.Locale, early.claim)
	page.HistoryURL = page.Local(path + "/history")
	page.FirstURL = stateURL(page.Local(path), early.first)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Status(fiber.StatusNotFound)
	return s.render(c, pages.Early(page))
}
