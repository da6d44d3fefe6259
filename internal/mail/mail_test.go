package mail_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/mail"
	"github.com/touchstone-factcheck/touchstone/internal/mail/mailtest"
)

func TestAServerIsReadFromItsAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]mail.Server{
		"smtp://mail.example":                                      {Host: "mail.example", Port: 587, From: "no-reply@house.example"},
		"smtps://mail.example/":                                    {Host: "mail.example", Port: 465, TLS: true, From: "no-reply@house.example"},
		"smtp://desk%40house.example:p%3Aw%2F@mail.example:25":     {Host: "mail.example", Port: 25, User: "desk@house.example", Password: "p:w/", From: "desk@house.example"},
		"smtp://[::1]:2525?from=checks@house.example":              {Host: "::1", Port: 2525, From: "checks@house.example"},
		"smtps://key:secret@mail.example?from=desk%40news.example": {Host: "mail.example", Port: 465, TLS: true, User: "key", Password: "secret", From: "desk@news.example"},
	} {
		got, err := mail.ParseServer(text, "house.example")
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", text, err, diff)
		}
		if said := fmt.Sprintf("%v %+v %s", got, got, &got); strings.Contains(said, "secret") || strings.Contains(said, "p:w/") {
			t.Errorf("%s: printing it gives the password away: %s", text, said)
		}
	}
	for _, text := range []string{
		"", "mail.example:25", "https://mail.example", "smtp://", "smtp://mail.example:0", "smtp://mail.example:99999", "smtp://geheim@mail.example", "smtp://:geheim@mail.example",
		"smtp://mail.example/inbox", "smtp://mail.example?form=geheim@x.example", "smtp://mail.example?from=geheim", "smtp://mail.example?from=A%20<geheim@x.example>",
		"smtp://mail.example?from=geheim@x.example%0d%0aBcc:y@x.example", "smtp://u:ge%zzheim@mail.example",
	} {
		if _, err := mail.ParseServer(text, "house.example"); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%q: got %v, want a refusal that repeats nothing", text, err)
		}
	}
}

// sender returns a Sender to a catcher.
func sender(t *testing.T, c *mailtest.Catcher, user string) *mail.Sender {
	t.Helper()
	server, err := mail.ParseServer("smtp://"+user+c.Addr()+"?from=desk@house.example", "house.example")
	if err != nil {
		t.Fatal(err)
	}
	s, err := mail.NewSender(server)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func letter() mail.Message {
	return mail.Message{
		ID: "touchstone.e.7", To: "rita@readers.example", FromName: "Das Prüfhaus", Language: "ar", Subject: "خطأ: الجسر مغلق",
		Text: "مرحبا.\n.\nA line that is longer than seventy-eight characters, so that it has to be broken somewhere by whoever sends it.\n", HTML: "<p dir=rtl>مرحبا &amp; <b>hello</b></p>",
		Leave: "https://house.example/follow/leave?token=x", Date: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC),
	}
}

func TestAMailArrivesWholeInBothForms(t *testing.T) {
	t.Parallel()
	c := mailtest.New(t)
	s := sender(t, c, "desk:secret@")
	if err := s.Check(t.Context()); err != nil {
		t.Fatalf("check: %v", err)
	}
	m := letter()
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := c.Next(t)
	if got.From != "desk@house.example" || got.To != m.To || got.Subject != m.Subject || got.Text != m.Text || got.HTML != m.HTML {
		t.Errorf("got from %s to %s %q\n%q\n%q", got.From, got.To, got.Subject, got.Text, got.HTML)
	}
	want := map[string]string{
		"Message-Id": "<touchstone.e.7@house.example>", "Date": "Wed, 04 Mar 2026 05:06:07 +0000", "Auto-Submitted": "auto-generated", "To": "<rita@readers.example>",
		"List-Unsubscribe": "<https://house.example/follow/leave?token=x>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Content-Language": "ar", "Mime-Version": "1.0",
	}
	for name, value := range want {
		if got := got.Header.Get(name); got != value {
			t.Errorf("%s: got %q, want %q", name, got, value)
		}
	}
	if from, err := got.Header.AddressList("From"); err != nil || from[0].Name != m.FromName || from[0].Address != "desk@house.example" {
		t.Errorf("from: got %v, %v", from, err)
	}
	if ua := got.Header.Get("User-Agent") + got.Header.Get("X-Mailer"); ua != "" {
		t.Errorf("the mail tells what wrote it: %s", ua)
	}
	if strings.Contains(got.HTML, "<img") {
		t.Error("something is fetched when the mail is read")
	}
}

func TestNothingInATextBecomesAHeader(t *testing.T) {
	t.Parallel()
	c := mailtest.New(t)
	m := letter()
	m.Subject, m.FromName = "False: a\r\nBcc: victim@x.example\r\n\r\nbody \u202egnol", "House\r\nX-Evil: 1 <evil@x.example>"
	if err := sender(t, c, "").Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := c.Next(t)
	if got.Header.Get("Bcc")+got.Header.Get("X-Evil") != "" || got.Subject != "False: a Bcc: victim@x.example body gnol" {
		t.Errorf("got subject %q and header %v", got.Subject, got.Header)
	}
	m.To = "rita@readers.example\r\nRCPT TO:<victim@x.example>"
	if fault, ok := errors.AsType[*mail.FaultError](sender(t, c, "").Send(t.Context(), m)); !ok || !fault.Dead {
		t.Errorf("got %v, want that the address is none", fault)
	}
	if n := len(c.All()); n != 1 {
		t.Errorf("got %d mails, want 1", n)
	}
}

func TestWhatGoesWrongIsToldWithoutWhatTheServerSaid(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		verb, answer, want string
		dead, sent         bool
	}{
		"no such mailbox":             {"RCPT", "550 5.1.1 <rita@readers.example> unknown", "the mail server refused the recipient (550 5.1.1)", true, false},
		"a mailbox that is full":      {"RCPT", "452 4.2.2 rita@readers.example is full", "the mail server refused the recipient (452 4.2.2)", false, false},
		"no relaying":                 {"RCPT", "550 5.7.1 not for rita@readers.example", "the mail server refused the recipient (550 5.7.1)", false, false},
		"a sender it does not know":   {"MAIL", "553 5.1.8 desk@house.example", "the mail server refused the sender (553 5.1.8)", false, false},
		"greylisting":                 {"DATA", "451 4.7.1 later", "the mail server refused the mail (451 4.7.1)", false, false},
		"a mail it takes for rubbish": {".", "554 5.7.1 rubbish", "the mail server refused the mail (554 5.7.1)", false, false},
		"a wrong password":            {"AUTH", "535 5.7.8 desk secret", "does not let us sign in with this user and password", false, false},
		"killed before the end":       {".", "hang up", "the mail server broke off", false, false},
		"killed after it was taken":   {"RSET", "hang up", "", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := mailtest.New(t)
			c.Refuse(func(verb, _ string) string {
				if verb == tt.verb {
					return tt.answer
				}
				return ""
			})
			err := sender(t, c, "desk:secret@").Send(t.Context(), letter())
			if tt.sent {
				if err != nil || len(c.All()) != 1 {
					t.Errorf("got %v and %d mails, want the mail taken", err, len(c.All()))
				}
				return
			}
			fault, ok := errors.AsType[*mail.FaultError](err)
			if !ok || !strings.Contains(fault.Error(), tt.want) || fault.Dead != tt.dead {
				t.Fatalf("got %#v, want %q, dead %v", err, tt.want, tt.dead)
			}
			if strings.Contains(err.Error(), "@") || strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells too much: %v", err)
			}
		})
	}
}

func TestAServerThatIsNotThereIsSaidToBeAway(t *testing.T) {
	t.Parallel()
	c := mailtest.New(t)
	s := sender(t, c, "")
	c.Stop()
	if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "cannot be reached") {
		t.Errorf("got %v, want that it cannot be reached", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Send(ctx, letter()); err == nil {
		t.Error("got a mail sent after the end")
	}
}
