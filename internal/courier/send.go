package courier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	post "github.com/touchstone-factcheck/touchstone/internal/mail"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// notePatience is how long the note may take that a mail was sent, whatever ends meanwhile: without it the mail goes twice.
const notePatience = 10 * time.Second

// Send sends one mail, for its job; last says that it is not tried again. One that nobody wants any more, or that has nothing
// left to tell, is dropped. A mail is taken by the server and then noted as sent: killed in between, the next attempt sends it
// once more, under the same Message-ID. The error is to be tried again, and holds no address.
func (c *Courier) Send(ctx context.Context, id int64, last bool) error {
	m, err := c.cfg.Store.MailToSend(ctx, factcheck.System(), id)
	if factcheck.CodeOf(err) == factcheck.CodeNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	var to sealed
	plain, err := c.cfg.Sealer.Open(purposeSeal, m.Sealed)
	if err == nil {
		err = json.Unmarshal(plain, &to)
	}
	if err != nil {
		return c.failed(ctx, m, fmt.Errorf("open the address of mail %d: %w", m.ID, err), last)
	}
	letter, told, err := c.compose(ctx, m, to.Token)
	if factcheck.CodeOf(err) == factcheck.CodeNotFound {
		return c.cfg.Store.DropMail(ctx, factcheck.System(), id)
	}
	if err != nil {
		return c.failed(ctx, m, err, last)
	}
	letter.To = to.Address
	if err := c.cfg.Sender.Send(ctx, letter); err != nil {
		return c.failed(ctx, m, err, last)
	}
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), notePatience)
	defer cancel()
	return c.cfg.Store.MailSent(noting, factcheck.System(), m, told)
}

// failed notes why a mail was not sent. A dead address is no failure: it was dealt with.
func (c *Courier) failed(ctx context.Context, m store.OutMail, why error, last bool) error {
	fault, ok := errors.AsType[*post.FaultError](why)
	if !ok {
		fault = &post.FaultError{}
	}
	said := "it could not be written; the log says why"
	if ok {
		said = fault.Error()
	}
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), notePatience)
	defer cancel()
	if err := c.cfg.Store.MailFailed(noting, factcheck.System(), m, said, fault.Dead, last); err != nil {
		return errors.Join(why, err)
	}
	if fault.Dead {
		return nil
	}
	return why
}

// Test sends a mail to try the server out. The error is a *mail.FaultError, or CodeInvalid.
func (c *Courier) Test(ctx context.Context, typed string) error {
	address, err := CheckAddress("address", typed)
	if err != nil {
		return err
	}
	house, err := c.cfg.Store.Publication(ctx)
	if err != nil {
		return err
	}
	l := c.letter(house.Name, c.language(house.Language))
	l.Subject, l.Lead = l.T("mail.test.subject"), l.T("mail.test.lead", house.Name)
	m, err := c.written(ctx, l, fmt.Sprintf("touchstone.test.%d", time.Now().UnixNano()))
	if err != nil {
		return err
	}
	m.To = address
	return c.cfg.Sender.Send(ctx, m)
}
