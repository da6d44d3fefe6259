package main

import (
	"context"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/config"
	"github.com/touchstone-factcheck/touchstone/internal/courier"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/mail"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// courier returns what writes to readers, or nil where no mail server is set, or nothing that is sealed today could be opened
// after the next start.
func (d *database) courier(db *store.DB, set config.Server, sealer *auth.Sealer) (*courier.Courier, error) {
	if set.SMTP == nil {
		return nil, nil
	}
	if !sealer.Lasting() {
		d.log.Warn("no key can be kept, so no reader can ask for mail; set TOUCHSTONE_SECRET_KEY")
		return nil, nil
	}
	sender, err := mail.NewSender(*set.SMTP)
	if err != nil {
		return nil, err
	}
	return courier.New(courier.Config{Store: db, Sealer: sealer, Sender: sender, PublicURL: set.PublicURL, Zone: set.TimeZone}), nil
}

// tellFollowers queues the mails to those who follow a claim. Without a mail server they wait in the database.
func (s *service) tellFollowers(ctx context.Context, claim factcheck.ClaimID) error {
	for more := true; more; {
		var err error
		if more, err = s.db.TellFollowers(ctx, factcheck.System(), claim); err != nil {
			return err
		}
	}
	return nil
}

// mailer returns what sends one mail; nil where no mail server is set.
func (s *service) mailer() func(context.Context, int64, bool) error {
	if s.courier == nil {
		return nil
	}
	return s.courier.Send
}

// mailCmd groups what is done about mails to readers.
type mailCmd struct {
	Status mailStatusCmd `cmd:"" help:"Say how the mails to readers do. It names nobody."`
	Test   mailTestCmd   `cmd:"" help:"Send a mail to an address, to try the mail server out."`
	Erase  mailEraseCmd  `cmd:"" help:"Erase a reader's address wherever it is kept."`
}

type mailStatusCmd struct {
	JSON bool `name:"json" help:"Print an object for machines."`
}

// Run prints how the mails do.
func (c *mailStatusCmd) Run(ctx context.Context, a *app) error {
	return a.withStore(ctx, func(db *store.DB) error {
		h, err := db.MailHealth(ctx, factcheck.Operator())
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(a.stdout, map[string]any{
				"queued": h.Queued, "oldest_seconds": int(h.Oldest.Seconds()), "sent": h.Sent, "failed": h.Failed, "followers": h.Followers, "unconfirmed": h.Waiting, "error": h.Error, "error_at": h.ErrorAt,
			})
		}
		if err := say(a.stdout, "%d readers are told by mail, %d have not confirmed yet\n%d mails wait, %d were sent and %d given up in the last 30 days", h.Followers, h.Waiting, h.Queued, h.Sent, h.Failed); err != nil || h.Error == "" {
			return err
		}
		return say(a.stdout, "the last failure, %s: %s", moment(h.ErrorAt), printable(h.Error))
	})
}

type mailTestCmd struct {
	config.ServerFlags
	Address string `arg:"" help:"Where to send it."`
}

// Run sends a mail.
func (c *mailTestCmd) Run(ctx context.Context, a *app) error {
	return a.withCourier(ctx, c.ServerFlags, func(post *courier.Courier, set config.Server) error {
		if set.SMTP == nil {
			return factcheck.Invalid("TOUCHSTONE_SMTP_URL", "it is not set, so no mail is sent")
		}
		if err := post.Test(ctx, c.Address); err != nil {
			return err
		}
		return say(a.stdout, "%s took it; it comes from %s", set.SMTP, set.SMTP.From)
	})
}

type mailEraseCmd struct {
	config.ServerFlags
	Address string `arg:"" help:"The address. Its case does not matter."`
	Never   bool   `name:"never" help:"Keep a keyed fingerprint, so that nobody can have mail sent there again."`
	JSON    bool   `name:"json" help:"Print {\"followed\",\"tips\",\"complaints\"} for machines."`
}

// Run erases an address.
func (c *mailEraseCmd) Run(ctx context.Context, a *app) error {
	return a.withCourier(ctx, c.ServerFlags, func(post *courier.Courier, _ config.Server) error {
		out, err := post.Erase(ctx, factcheck.Operator(), c.Address, c.Never)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(a.stdout, map[string]any{"followed": out.Followed, "tips": out.Tips, "complaints": out.Complaints})
		}
		return say(a.stdout, "erased: it was told of %d claims and tips, and was the contact of %d tips and %d complaints. People of the newsroom sign in with theirs, which this leaves alone.", out.Followed, out.Tips, out.Complaints)
	})
}

// withCourier runs do with a courier on the database, whether or not a mail server is set.
func (a *app) withCourier(ctx context.Context, flags config.ServerFlags, do func(*courier.Courier, config.Server) error) error {
	set, err := flags.Check()
	if err != nil {
		return err
	}
	return a.withDatabaseAndStore(ctx, func(d *database, db *store.DB) error {
		sealer, err := d.sealer(set.SecretKey)
		if err != nil {
			return err
		}
		cfg := courier.Config{Store: db, Sealer: sealer, PublicURL: set.PublicURL, Zone: set.TimeZone}
		if set.SMTP != nil {
			if cfg.Sender, err = mail.NewSender(*set.SMTP); err != nil {
				return err
			}
		}
		return do(courier.New(cfg), set)
	})
}
