package site

import (
	"context"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
)

const tipPath = "/tips/new"

// showTipForm serves GET /tips/new: the form, filled in with what a search or a look-up did not find, or with ?sent= what
// happens to a tip that arrived.
func (s *Site) showTipForm(c *fiber.Ctx) error {
	page, err := s.tipPage(c, letter{c: c, fields: map[string]string{"text": clean(c, "text"), "url": clean(c, "url")}})
	if err != nil {
		return err
	}
	if c.Query("sent") != "" {
		return s.showSent(c, pages.SentPage{Shell: page.Shell, Title: page.T("tip.sent"), Lead: page.T("tip.sent.lead"), Next: page.Next[1:], Again: page.Action})
	}
	return s.showForm(c, page)
}

// clean is a parameter of the address as text that can be shown.
func clean(c *fiber.Ctx, name string) string {
	value := []rune(c.Query(name))
	return string(value[:min(len(value), factcheck.MaxNote)])
}

// fileTip serves POST /tips/new. A form that only carries a text here from a search is shown, and nothing is kept of it.
func (s *Site) fileTip(c *fiber.Ctx) error {
	f, err := s.readLetter(c)
	if err != nil {
		return err
	}
	page, err := s.tipPage(c, f)
	if err != nil {
		return err
	}
	if f.get("prefill") != "" {
		return s.showForm(c, page)
	}
	in := factcheck.TipInput{Text: f.get("text"), URL: f.address(), Contact: f.get("contact")}
	return s.receive(page, f, s.tipIntake(in))
}

// tipIntake takes a tip in.
func (s *Site) tipIntake(in factcheck.TipInput) intake {
	return intake{func() error { _, err := in.Clean(); return err }, func(ctx context.Context) (string, error) {
		id, err := s.cfg.Store.FileTip(ctx, factcheck.System(), in)
		return id.Reference(), err
	}}
}

// tipPage is the form for a tip with what was typed.
func (s *Site) tipPage(c *fiber.Ctx, f letter) (pages.FormPage, error) {
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return pages.FormPage{}, err
	}
	erased := time.Now().Add(factcheck.TipLife)
	page := pages.FormPage{Shell: s.shell(h, tipPath), Canonical: s.absolute(tipPath)}
	page.Title, page.Lead, page.Submit, page.Action = page.T("nav.tip"), page.T("tip.lead"), page.T("tip.submit"), page.Local(tipPath)
	text := textField(page.T("tip.text"), page.T("tip.text.hint"), f.get("text"), false) // one of the two is enough, which the hint says
	page.Fields = append(page.Fields, text, addressField(page.T("tip.url"), page.T("tip.url.hint"), f.get("url")), contactField(page.Locale, f.get("contact"), erased))
	page.Next = []string{page.T("tip.next.read"), page.T("tip.next.decide"), page.T("tip.next.told"), page.T("form.next.erased", page.Day(erased))}
	return page, nil
}

// tipURL is the address of the form for a tip, filled in with what was searched for; empty if that is too long for an address.
func tipURL(local func(string) string, query string) string {
	name := "text"
	if _, is := addressOf(query); is {
		name = "url"
	}
	at := local(tipPath) + "?" + url.Values{name: {query}}.Encode()
	if query == "" {
		return local(tipPath)
	}
	if len(at) > maxAddress {
		return ""
	}
	return at
}
