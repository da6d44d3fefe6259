// Package mail hands mails to a mail server: plain text with an HTML alternative, marked as written by a program (RFC 3834),
// with a way out that takes one click (RFC 8058), and nothing in them that tells who read them.
//
// It knows neither what is told nor to whom: that is the courier's. No error of it names an address, a password or what a
// server said, because errors are logged and kept.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// patience is how long a mail server may take to answer.
const patience = 30 * time.Second

// Message is one mail to one address.
type Message struct {
	ID       string // Message-ID without brackets: the same each time the same mail is sent, so that a second copy can be told
	To       string // e-mail address
	FromName string // of the house
	Subject  string
	Language string // BCP 47
	Text     string
	HTML     string
	Leave    string // absolute address where a POST ends these mails at once; empty: there is none
	Date     time.Time
}

// FaultError is why a mail was not sent. Its text is safe to keep and show: it holds codes, and nothing a server said.
type FaultError struct {
	Dead bool // nobody can be reached at the address, now or later
	text string
}

// Error implements error.
func (f *FaultError) Error() string { return f.text }

// Sender sends mails by one server. It is safe for concurrent use: each mail has a connection of its own.
type Sender struct {
	server Server
	client *gomail.Client
}

// NewSender returns a Sender. Nothing is dialled yet.
func NewSender(s Server) (*Sender, error) {
	options := []gomail.Option{
		gomail.WithPort(s.Port), gomail.WithTimeout(patience), gomail.WithHELO(domainOf(s.From)), gomail.WithTLSPolicy(gomail.TLSOpportunistic), gomail.WithoutNoop(),
	}
	switch {
	case s.TLS:
		options = append(options, gomail.WithSSL())
	case s.User != "" && !s.near(): // a password in the clear is a password given away
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		kind := gomail.SMTPAuthAutoDiscover
		if s.near() && !s.TLS {
			kind = gomail.SMTPAuthPlainNoEnc
		}
		options = append(options, gomail.WithSMTPAuth(kind), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	client, err := gomail.NewClient(s.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("set up the mail server %s: %w", s.String(), err)
	}
	return &Sender{server: s, client: client}, nil
}

// Check reaches the server and signs in, and sends nothing. The error is a *FaultError.
func (s *Sender) Check(ctx context.Context) error {
	client, err := s.dial(ctx)
	if err != nil {
		return err
	}
	_ = s.client.CloseWithSMTPClient(client) // it answered, which was the question
	return nil
}

// Send hands a mail over. Without an error the server has taken it, even if it hung up in the middle of its goodbye. The error
// is a *FaultError; unless it says that the address is dead, trying again later may help.
func (s *Sender) Send(ctx context.Context, m Message) error {
	msg, err := s.build(m)
	if err != nil {
		return err
	}
	client, err := s.dial(ctx)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = client.Close() }) // who waits for us no longer waits for the server either
	defer stop()
	err = s.client.SendWithSMTPClient(client, msg)
	_ = s.client.CloseWithSMTPClient(client) // what was taken is taken
	if err == nil || msg.IsDelivered() {
		return nil
	}
	return faultOf(err)
}

func (s *Sender) dial(ctx context.Context) (*smtp.Client, error) {
	client, err := s.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return nil, faultOfDial(err, s.server.String())
	}
	return client, nil
}

// build writes the mail. An address that is none is a dead one.
func (s *Sender) build(m Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP), gomail.WithNoDefaultUserAgent())
	if err := msg.FromFormat(Line(m.FromName), s.server.From); err != nil {
		return nil, &FaultError{text: "the address mails come from is none"}
	}
	if err := msg.To(m.To); err != nil {
		return nil, &FaultError{Dead: true, text: "the address is none"}
	}
	msg.SetMessageIDWithValue(m.ID + "@" + domainOf(s.server.From))
	msg.SetDateWithValue(m.Date)
	msg.Subject(Line(m.Subject))
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All") // what out-of-office notes of Exchange go by
	msg.SetGenHeader("Content-Language", m.Language)
	if m.Leave != "" {
		msg.SetGenHeader("List-Unsubscribe", "<"+m.Leave+">")
		msg.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
}

// Line makes one line of a text for a header: no line ends, which would begin another header, and nothing that cannot be seen,
// turns the direction around or is no text.
func Line(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d', r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// faultOf says what is wrong with a mail in words of ours. Refused for good is the address alone: what the server says of the
// sender, of the text or of its rules (5.7) can be mended.
func faultOf(err error) *FaultError {
	told, ok := errors.AsType[*gomail.SendError](err)
	if !ok {
		return &FaultError{text: "the mail server broke off"}
	}
	what := map[gomail.SendErrReason]string{
		gomail.ErrSMTPMailFrom: "the mail server refused the sender", gomail.ErrSMTPRcptTo: "the mail server refused the recipient",
		gomail.ErrSMTPData: "the mail server refused the mail", gomail.ErrSMTPDataClose: "the mail server refused the mail",
	}[told.Reason]
	if what == "" || told.ErrorCode() == 0 {
		return &FaultError{text: "the mail server broke off"}
	}
	f := &FaultError{text: fmt.Sprintf("%s (%d", what, told.ErrorCode())}
	enhanced := told.EnhancedStatusCode()
	if enhanced != "" {
		f.text += " " + enhanced
	}
	f.text += ")"
	f.Dead = told.Reason == gomail.ErrSMTPRcptTo && told.ErrorCode() >= 500 && !strings.HasPrefix(enhanced, "5.7.")
	return f
}

// faultOfDial says why a server was not reached.
func faultOfDial(err error, name string) *FaultError {
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return &FaultError{text: "the mail server " + name + " does not answer in time"}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return &FaultError{text: "the mail server " + name + " cannot be reached: " + op.Err.Error()}
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "STARTTLS"):
		return &FaultError{text: "the mail server " + name + " offers no STARTTLS, and a password is sent no other way; use smtps://, or a server that does"}
	case strings.Contains(text, "x509"), strings.Contains(text, "tls:"):
		return &FaultError{text: "the mail server " + name + " and this program agree on no TLS: its certificate is not for that name, or not trusted here"}
	case strings.Contains(strings.ToLower(text), "auth"):
		return &FaultError{text: "the mail server " + name + " does not let us sign in with this user and password"}
	}
	return &FaultError{text: "the mail server " + name + " broke off before it took anything"}
}
