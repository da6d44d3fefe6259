package site

import (
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// complaintPath is the form for complaints about the house's work that are about no claim in particular: the codes of the
// profession ask for a route that does not lead through one. complaintsSlug is the house's own page on what becomes of them.
const (
	complaintPath  = "/complaints/new"
	complaintsSlug = "complaints"
)

// showComplaintForm serves GET /complaints/new: the form, or with ?sent= what happens to a complaint that arrived.
func (s *Site) showComplaintForm(c *fiber.Ctx) error {
	page, err := s.complaintPage(c, letter{c: c, fields: map[string]string{"url": clean(c, "url")}})
	if err != nil {
		return err
	}
	if c.Query("sent") != "" {
		return s.showSent(c, pages.SentPage{Shell: page.Shell, Title: page.T("conduct.sent"), Lead: page.T("conduct.sent.lead"), Next: page.Next, More: page.More})
	}
	return s.showForm(c, page)
}

// fileComplaint serves POST /complaints/new.
func (s *Site) fileComplaint(c *fiber.Ctx) error {
	f, err := s.readLetter(c)
	if err != nil {
		return err
	}
	page, err := s.complaintPage(c, f)
	if err != nil {
		return err
	}
	claim, err := s.claimOf(c.UserContext(), f.address())
	if err != nil {
		return err
	}
	return s.receive(page, f, s.complaintIntake(factcheck.ComplaintInput{
		Claim: claim, Kind: factcheck.ComplaintConduct, From: factcheck.ComplaintFrom(f.get("from")), Text: f.get("text"), URL: f.address(), Contact: f.get("contact"), Sender: s.sender(f),
	}))
}

// complaintPage is the form for a complaint with what was typed.
func (s *Site) complaintPage(c *fiber.Ctx, f letter) (pages.FormPage, error) {
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return pages.FormPage{}, err
	}
	now := time.Now()
	page := pages.FormPage{Shell: s.shell(h, complaintPath), Canonical: s.absolute(complaintPath)}
	page.Title, page.Lead, page.Submit, page.Action = page.T("conduct.title"), page.T("conduct.lead"), page.T("conduct.submit"), page.Local(complaintPath)
	page.Fields = []ui.Field{
		textField(page.T("conduct.text"), page.T("conduct.text.hint"), f.get("text"), true), addressField(page.T("conduct.url"), page.T("conduct.url.hint"), f.get("url")),
		contactField(page.Locale, f.get("contact"), now.Add(factcheck.ComplaintLife)),
	}
	page.Choices = []pages.FormChoice{{Name: "from", Legend: page.T("dispute.from"), Options: []pages.FormOption{
		formOption(page.Locale, f, "from", string(factcheck.FromReader), "conduct.from.reader", ""),
		formOption(page.Locale, f, "from", string(factcheck.FromOutlet), "conduct.from.outlet", ""),
		formOption(page.Locale, f, "from", string(factcheck.FromClaimant), "conduct.from.claimant", "conduct.from.claimant.hint"),
	}}}
	page.Query = heldQuery(c, "url")
	page.Next = []string{
		page.T("complaint.next.read"), page.T("complaint.next.due", page.Day(now.AddDate(0, 0, factcheck.ComplaintDays))), page.T("conduct.next.who"),
		page.T("form.next.erased", page.Day(now.Add(factcheck.ComplaintLife))),
	}
	page.More, err = s.complaintRules(c.UserContext(), page.Locale)
	return page, err
}

// complaintRules leads to the house's own page on complaints, which says who is above it; nothing if it has none.
func (s *Site) complaintRules(ctx context.Context, l ui.Locale) ([]pages.AboutEntry, error) {
	written, err := s.cfg.Store.AboutPages(ctx, l.Lang)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(written, func(e store.AboutEntry) bool { return e.Slug == complaintsSlug })
	if i < 0 {
		return nil, nil
	}
	return []pages.AboutEntry{{Title: written[i].Title, Lang: written[i].Language, URL: l.Local(aboutPath + "/" + complaintsSlug), Hint: l.T("conduct.policy")}}, nil
}

// claimOf returns the public claim whose page an address of ours is, so that the newsroom sees what a complaint is about; zero
// for every other address.
func (s *Site) claimOf(ctx context.Context, address string) (factcheck.ClaimID, error) {
	_, slug, ours := s.claimAt(address)
	if !ours {
		return factcheck.ClaimID{}, nil
	}
	d, err := s.cfg.Store.ClaimBySlug(ctx, slug)
	if code := factcheck.CodeOf(err); code == factcheck.CodeNotFound || code == factcheck.CodeGone {
		return factcheck.ClaimID{}, nil
	}
	return d.Claim, err
}
