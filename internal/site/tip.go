package site

import (
	"context"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/courier"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
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
	in := factcheck.TipInput{Text: f.get("text"), URL: f.address(), Contact: f.get("contact"), Sender: s.sender(f)}
	taking := s.tipIntake(in)
	if s.asksForMail(f) {
		taking = s.toldIntake(in, f)
	}
	return s.receive(page, f, taking)
}

// tipIntake takes a tip in.
func (s *Site) tipIntake(in factcheck.TipInput) intake {
	return intake{func() error { _, err := in.Clean(); return err }, func(ctx context.Context) (string, error) {
		id, err := s.cfg.Store.FileTip(ctx, factcheck.System(), in)
		return id.Reference(), err
	}}
}

// toldIntake takes a tip in whose sender wants to be told by mail.
func (s *Site) toldIntake(in factcheck.TipInput, f letter) intake {
	check := func() error {
		if _, err := in.Clean(); err != nil {
			return err
		}
		_, err := courier.CheckAddress("contact", in.Contact)
		return err
	}
	return intake{check, func(ctx context.Context) (string, error) {
		told, err := s.toBeTold(ctx, f)
		if err != nil {
			return "", err
		}
		id, err := s.cfg.Store.FileTip(ctx, factcheck.System(), in, told...)
		return id.Reference(), err
	}}
}

// asksForMail reports whether a tipster wants to be told by mail.
func (s *Site) asksForMail(f letter) bool { return s.cfg.Courier != nil && f.get("tell") != "" }

// toBeTold returns whom to ask whether they want to be told of a tip: nobody if that address was asked enough of late.
func (s *Site) toBeTold(ctx context.Context, f letter) ([]store.FollowAsk, error) {
	ask, free, err := s.cfg.Courier.Ask(ctx, "contact", f.get("contact"), languageOf(ctx))
	if err != nil || !free {
		return nil, err
	}
	return []store.FollowAsk{ask}, nil
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
	page.Query = heldQuery(c, "text", "url")
	if s.cfg.Courier != nil {
		if s.asksForMail(f) {
			page.Fields[len(page.Fields)-1].Type = "email"
		}
		page.Ticks = []pages.FormTick{{Name: "tell", Label: page.T("tip.tell"), Hint: page.T("tip.tell.hint"), On: s.asksForMail(f)}}
	}
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
