package site

import (
	"context"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// aboutClaim is a form about a public claim: what makes its page, and what is done with what was typed.
type aboutClaim struct {
	name string // last part of the address, and of the messages
	fill func(*pages.FormPage, letter, time.Time)
	sent func(ui.Locale, time.Time) []string // what comes next
	take func(*Site, factcheck.ClaimID, letter) intake
}

// show returns the handler of GET: the form, or with ?sent= what happens to what arrived. Of claims that are not public there
// is none, as of those that never were.
func (a aboutClaim) show(s *Site) fiber.Handler {
	return func(c *fiber.Ctx) error {
		page, _, err := a.page(s, c, letter{c: c})
		if moved, ok := errors.AsType[*movedError](err); ok {
			return moveTo(c, claimPath(moved.slug)+"/"+a.name)
		}
		if err != nil {
			return err
		}
		if c.Query("sent") != "" {
			return s.showSent(c, pages.SentPage{Shell: page.Shell, Title: page.T(a.name + ".sent"), Lead: page.T(a.name + ".sent.lead"), Next: page.Next, About: page.About})
		}
		return s.showForm(c, page)
	}
}

// send returns the handler of POST.
func (a aboutClaim) send(s *Site) fiber.Handler {
	return func(c *fiber.Ctx) error {
		f, err := s.readLetter(c)
		if err != nil {
			return err
		}
		page, claim, err := a.page(s, c, f)
		if moved, ok := errors.AsType[*movedError](err); ok { // merged while somebody typed: the letter goes to where it went
			if page, claim, err = a.pageAt(s, c, moved.slug, f); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		return s.receive(page, f, a.take(s, claim, f))
	}
}

func (a aboutClaim) page(s *Site, c *fiber.Ctx, f letter) (pages.FormPage, factcheck.ClaimID, error) {
	slug, err := slugParam(c)
	if err != nil {
		return pages.FormPage{}, factcheck.ClaimID{}, err
	}
	return a.pageAt(s, c, slug, f)
}

// pageAt is the form about the claim at a slug, with what was typed. With a movedError it holds the frame alone.
func (a aboutClaim) pageAt(s *Site, c *fiber.Ctx, slug string, f letter) (pages.FormPage, factcheck.ClaimID, error) {
	ctx := c.UserContext()
	h, err := s.houseRow(ctx)
	if err != nil {
		return pages.FormPage{}, factcheck.ClaimID{}, err
	}
	page := pages.FormPage{Shell: s.shell(h, claimPath(slug)+"/"+a.name), Private: true}
	d, claim, err := s.current(ctx, slug)
	if err != nil {
		return page, factcheck.ClaimID{}, err
	}
	about := ui.ItemOf(page.Locale, claim)
	page.Canonical, page.Action, page.About = s.absolute(page.Path), page.Local(page.Path), &about
	page.Title, page.Lead, page.Submit = page.T(a.name+".title"), page.T(a.name+".lead"), page.T(a.name+".submit")
	now := time.Now()
	a.fill(&page, f, now)
	page.Next = a.sent(page.Locale, now)
	return page, d.Claim, nil
}

// complaintIntake takes in a complaint that a form holds.
func (s *Site) complaintIntake(in factcheck.ComplaintInput) intake {
	return intake{func() error { _, err := in.Clean(); return err }, func(ctx context.Context) (string, error) {
		id, err := s.cfg.Store.FileComplaint(ctx, factcheck.System(), in)
		return id.Reference(), err
	}}
}

// complaintNext is what happens to a complaint.
func complaintNext(l ui.Locale, now time.Time) []string {
	return []string{
		l.T("complaint.next.read"), l.T("complaint.next.due", l.Day(now.AddDate(0, 0, factcheck.ComplaintDays))), l.T("complaint.next.public"),
		l.T("form.next.erased", l.Day(now.Add(factcheck.ComplaintLife))),
	}
}

// reportForm is /claims/{slug}/report: an error of detail.
func reportForm() aboutClaim {
	return aboutClaim{
		name: "report",
		fill: func(p *pages.FormPage, f letter, now time.Time) {
			p.Fields = []ui.Field{
				textField(p.T("report.text"), p.T("report.text.hint"), f.get("text"), true), addressField(p.T("report.url"), p.T("report.url.hint"), f.get("url")),
				contactField(p.Locale, f.get("contact"), now.Add(factcheck.ComplaintLife)),
			}
		},
		sent: complaintNext,
		take: func(s *Site, claim factcheck.ClaimID, f letter) intake {
			return s.complaintIntake(factcheck.ComplaintInput{
				Claim: claim, Kind: factcheck.ComplaintError, From: factcheck.FromReader, Text: f.get("text"), URL: f.address(), Contact: f.get("contact"), Sender: s.sender(f),
			})
		},
	}
}
