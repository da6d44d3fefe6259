package site

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/courier"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// How the forms of readers are kept from being flooded, without a third party and without asking anybody to read a picture:
// a field that only programs fill in, and a number of letters per address, counted in the database so that all nodes count
// together. A form that came back faster than people type counts for several. Whoever is taken for a program wrongly is told,
// loses nothing they typed, and sends once more.
const (
	leastTime = 3 * time.Second
	fastCosts = 3 // letters
)

// letter is what a reader typed into a form.
type letter struct {
	c      *fiber.Ctx
	fields map[string]string
}

// readLetter reads a form. CodeForbidden if another site's page sent it. What is no text is made some: it is shown again, and
// the checks of the store find the rest.
func (s *Site) readLetter(c *fiber.Ctx) (letter, error) {
	c.Set(fiber.HeaderCacheControl, "no-store")
	if request.CrossSite(c.Get("Sec-Fetch-Site"), c.Get(fiber.HeaderOrigin), string(c.Context().Host()), s.cfg.PublicURL) {
		return letter{}, factcheck.Forbidden("this form came from another site, so nothing was sent")
	}
	f := letter{c: c, fields: map[string]string{}}
	for name, value := range c.Context().PostArgs().All() {
		if _, twice := f.fields[string(name)]; !twice {
			f.fields[string(name)] = strings.ReplaceAll(strings.ToValidUTF8(string(value), "\uFFFD"), "\r\n", "\n")
		}
	}
	return f, nil
}

func (f letter) get(name string) string { return f.fields[name] }

// address is the field for an address of the web: people leave https:// out.
func (f letter) address() string {
	typed := strings.TrimSpace(f.get("url"))
	if typed == "" || strings.Contains(typed, "://") {
		return typed
	}
	if _, is := addressOf(typed); is || strings.Contains(typed, ".") && !strings.ContainsAny(typed, " :\n") {
		return "https://" + typed
	}
	return typed
}

// fast reports whether a form came back faster than people type, or does not say when it was shown.
func (f letter) fast(now time.Time) bool {
	shown, err := strconv.ParseInt(f.get(pages.FieldBegan), 36, 64)
	return err != nil || now.Sub(time.Unix(shown, 0)) < leastTime
}

// began is the moment a form is shown, as its hidden field holds it.
func began(now time.Time) string { return strconv.FormatInt(now.Unix(), 36) }

// from is the address that a letter came from, as its limits count.
func (f letter) from() string { return ratelimit.Address(request.From(f.c.UserContext()).Client) }

// sender is where a letter came from, under the key of the house.
func (s *Site) sender(f letter) factcheck.Sender {
	return s.cfg.Sealer.Digest("sender of a letter", f.from())
}

// intake is how a letter is taken in: check looks at it without the database, keep writes it and returns its reference.
type intake struct {
	check func() error
	keep  func(context.Context) (reference string, err error)
}

// receive takes a letter in. It leads to the page that says what comes next, or shows the form again with everything typed and
// what is wrong beside its field.
func (s *Site) receive(page pages.FormPage, f letter, in intake) error {
	c := f.c
	page.Began = began(time.Now().Add(-leastTime)) // what is wrong is soon mended
	if f.get(pages.FieldTrap) != "" {
		page.Trouble = page.T("form.program")
		return s.again(c, page, fiber.StatusUnprocessableEntity)
	}
	err := in.check()
	if err == nil {
		var wait time.Duration
		if wait, err = s.mayWrite(c.UserContext(), f); err == nil && wait > 0 {
			err = &factcheck.Error{Code: factcheck.CodeRateLimited, RetryAfter: wait}
		}
	}
	var reference string
	if err == nil {
		reference, err = in.keep(c.UserContext())
	}
	told, known := errors.AsType[*factcheck.Error](err)
	switch {
	case err == nil:
		return c.Redirect(page.Action+"?sent="+reference, fiber.StatusSeeOther)
	case known && told.Code == factcheck.CodeInvalid:
		blame(&page, told)
		return s.again(c, page, fiber.StatusUnprocessableEntity)
	case known && told.Code == factcheck.CodeRateLimited:
		page.Trouble = page.T("form.wait", page.N("form.minutes", max(1, int((told.RetryAfter+time.Minute-1)/time.Minute))))
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int((told.RetryAfter+time.Second-1)/time.Second)))
		return s.again(c, page, fiber.StatusTooManyRequests)
	}
	return err
}

// mayWrite takes a letter from what the address of the request may send, and returns how long to wait if that is nothing.
func (s *Site) mayWrite(ctx context.Context, f letter) (time.Duration, error) {
	buckets := store.Letter(f.from())
	if f.fast(time.Now()) {
		for range fastCosts - 1 {
			buckets = append(buckets, buckets[0])
		}
	}
	free, wait, err := s.cfg.Store.TakeAttempts(ctx, buckets...)
	if err != nil || free {
		return 0, err
	}
	return max(wait, time.Second), nil
}

// again shows a form once more.
func (s *Site) again(c *fiber.Ctx, page pages.FormPage, status int) error {
	c.Status(status)
	return s.render(c, pages.Form(page))
}

// showForm shows a form for the first time. It is not kept anywhere: it holds the moment it was shown.
func (s *Site) showForm(c *fiber.Ctx, page pages.FormPage) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	page.Began = began(time.Now())
	return s.render(c, pages.Form(page))
}

// showSent shows that a letter arrived, and the reference in the address if it is one.
func (s *Site) showSent(c *fiber.Ctx, page pages.SentPage) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	page.Query = "sent=1"
	if sent := c.Query("sent"); len(sent) < 20 {
		if _, is := factcheck.ParseReference(sent); is {
			page.Reference, page.Query = strings.ToUpper(sent), url.Values{"sent": {sent}}.Encode()
		}
	}
	return s.render(c, pages.Sent(page))
}

// blame puts what is wrong beside its field, in the interface's language.
func blame(page *pages.FormPage, err *factcheck.Error) {
	page.Trouble = page.T("form.trouble")
	for i := range page.Fields {
		if field := &page.Fields[i]; field.Name == err.Field {
			field.Error = complaintAbout(page.Locale, *field)
			return
		}
	}
	for i := range page.Choices {
		if page.Choices[i].Name == err.Field {
			page.Choices[i].Error = page.T("form.error.choice")
			return
		}
	}
	page.Trouble = page.T("form.error.other")
}

// complaintAbout says what is wrong with a field.
func complaintAbout(l ui.Locale, f ui.Field) string {
	limit := map[string]int{"text": factcheck.MaxNote, "contact": factcheck.MaxLine, "address": courier.MaxAddress, "url": factcheck.MaxURL}[f.Name]
	switch n := utf8.RuneCountInString(f.Value); {
	case n > limit:
		return l.T("form.error.long", l.Number(limit), l.Number(n))
	case f.Type == "email" && n > 0:
		return l.T("form.error.address")
	case f.Name == "url" && n > 0:
		return l.T("form.error.url")
	case strings.TrimSpace(f.Value) == "":
		return l.T("form.error.empty")
	}
	return l.T("form.error.characters")
}

// formOption is an answer to the question of a field, chosen if it was sent. Label and hint are messages; a hint may be empty.
func formOption(l ui.Locale, f letter, field, value, label, hint string) pages.FormOption {
	o := pages.FormOption{Value: value, Label: l.T(label), On: f.get(field) == value}
	if hint != "" {
		o.Hint = l.T(hint)
	}
	return o
}

// textField is the field for the letter itself. No field is cut at a length: a browser would cut what is pasted and say nothing.
func textField(label, hint, value string, required bool) ui.Field {
	return ui.Field{ID: "text", Name: "text", Type: "textarea", Label: label, Hint: hint, Value: value, Required: required}
}

// addressField is the field for an address of the web.
func addressField(label, hint, value string) ui.Field {
	return ui.Field{ID: "url", Name: "url", Label: label, Hint: hint, Value: value, Autocomplete: "off"}
}

// contactField is the field for how to reach somebody, with the day on which it is erased.
func contactField(l ui.Locale, value string, erased time.Time) ui.Field {
	return ui.Field{ID: "contact", Name: "contact", Label: l.T("form.contact"), Hint: l.T("form.contact.hint", l.Day(erased)), Value: value, Autocomplete: "email"}
}
