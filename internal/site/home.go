package site

import (
	"context"
	"slices"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

const (
	homeLength = 8  // claims in each list of the front page
	listLength = 20 // entries of other lists
)

// showHome serves the front page, or with ?after= the claims that are older than those on it.
func (s *Site) showHome(c *fiber.Ctx) error {
	if after := c.Query("after"); after != "" {
		return s.keepPage(c, at("/", "after", after), func(ctx context.Context, h *house) (templ.Component, error) {
			return s.earlier(ctx, h, after)
		})
	}
	return s.keepPage(c, "/", s.home)
}

// home makes the front page.
func (s *Site) home(ctx context.Context, h *house) (templ.Component, error) {
	lists, err := s.cfg.Store.Home(ctx, homeLength)
	if err != nil {
		return nil, err
	}
	pub, err := s.cfg.Store.Publication(ctx)
	if err != nil {
		return nil, err
	}
	page := pages.HomePage{
		Shell: s.shell(h, "/"), Total: int(pub.Claims), Others: int(pub.Claims - pub.HouseClaims),
		House: lists.House, SpreadIn: store.SpreadDays,
	}
	page.Canonical, page.FeedURL = s.absolute("/"), page.Local("/feed.atom")
	if lists.Next != "" {
		page.Older.NextURL = at(page.Local("/"), "after", lists.Next)
	}
	var claims []document.Claim
	if page.New, claims, err = s.items(page.Locale, lists.New); err != nil {
		return nil, err
	}
	page.Lead, page.New = lead(page.Lang, page.New, claims)
	if page.Spreading, err = s.spreading(page.Locale, lists.Spreading); err != nil {
		return nil, err
	}
	page.Corrected, err = s.corrected(page.Locale, lists.Corrected)
	return pages.Home(page), err
}

// spreading are the claims that spread, each with how many articles carry it.
func (s *Site) spreading(l ui.Locale, list []store.SpreadClaim) ([]ui.ClaimItem, error) {
	docs := make([]store.Document, len(list))
	for i, claim := range list {
		docs[i] = claim.Document
	}
	items, _, err := s.items(l, docs)
	for i := range items {
		items[i].Note = l.N("home.seen", list[i].Articles)
	}
	return items, err
}

// corrected are the claims whose verdicts were corrected, each with what was.
func (s *Site) corrected(l ui.Locale, list []store.CorrectionOf) ([]ui.ClaimItem, error) {
	docs := make([]store.Document, len(list))
	for i, claim := range list {
		docs[i] = claim.Document
	}
	items, _, err := s.items(l, docs)
	for i := range items {
		items[i].Note = l.T("history." + string(list[i].Kind))
		if list[i].Note != "" {
			items[i].Note += " " + isolated(l, list[i].Note)
		}
	}
	return items, err
}

// isolated keeps a text that may run the other way from disturbing the line it stands in (Unicode's UAX #9, FSI and PDI).
// Only where the interface runs from right to left: elsewhere nothing would change but the text that is copied.
func isolated(l ui.Locale, s string) string {
	if l.Dir() != "rtl" {
		return s
	}
	return "\u2068" + s + "\u2069"
}

// earlier goes on where the newest claims of the front page end.
func (s *Site) earlier(ctx context.Context, h *house, after string) (templ.Component, error) {
	f := store.ListFilter{Limit: listLength, Cursor: after}
	has, err := s.cfg.Store.HasHouseClaims(ctx)
	if err != nil {
		return nil, err
	}
	if !has {
		f.Publisher = store.AnyPublisher
	}
	docs, next, err := s.cfg.Store.ListClaims(ctx, f)
	if err != nil {
		return nil, err
	}
	page := pages.EarlierPage{Shell: s.shell(h, "/")}
	page.Canonical, page.Older.FirstURL = s.absolute("/"), page.Local("/")
	if next != "" {
		page.Older.NextURL = at(page.Local("/"), "after", next)
	}
	page.Items, _, err = s.items(page.Locale, docs)
	return pages.Earlier(page), err
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
	at := slices.IndexFunc(claims, func(c document.Claim) bool { return ui.PrimaryLanguage(c.Language) == lang && found(c) })
	if at < 0 {
		at = max(slices.IndexFunc(claims, found), 0)
	}
	first := items[at]
	return &first, slices.Delete(slices.Clone(items), at, at+1)
}
