package mail

import (
	"errors"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Server says which mail server to hand mails to, and whose they are.
type Server struct {
	Host     string
	Port     int
	TLS      bool   // from the first byte (smtps); otherwise STARTTLS where it is offered
	User     string // empty: no sign-in
	Password string
	From     string // the address mails come from
}

// The ports of RFC 8314: submission over TLS, and with STARTTLS.
const (
	portTLS      = 465
	portStartTLS = 587
)

// ErrServer says what an address of a mail server has to look like. It repeats nothing of what was given.
var ErrServer = errors.New("it is no address of a mail server; write smtp://user:password@host:587 or smtps://user:password@host:465, with ?from=desk@house.example for the address mails come from")

// errFrom says that the address mails come from is none.
var errFrom = errors.New("its from= is no e-mail address; write ?from=desk@house.example")

// ParseServer reads TOUCHSTONE_SMTP_URL: smtp:// (STARTTLS, which is insisted on where a password would be sent to another
// machine) or smtps:// (TLS from the start), user and password percent-encoded, and ?from=, which is the user where that is an
// e-mail address and else no-reply at the house's site. Its errors hold nothing of the text: that may be a password.
func ParseServer(text, site string) (Server, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Path != "" && u.Path != "/" || u.Fragment != "" || u.Opaque != "" {
		return Server{}, ErrServer
	}
	s := Server{Host: u.Hostname(), TLS: u.Scheme == "smtps", Port: portStartTLS}
	if s.TLS {
		s.Port = portTLS
	}
	if text := u.Port(); text != "" {
		n, err := strconv.ParseUint(text, 10, 16)
		if err != nil || n == 0 {
			return Server{}, ErrServer
		}
		s.Port = int(n)
	}
	if u.User != nil {
		s.User = u.User.Username()
		s.Password, _ = u.User.Password()
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil || len(query) > 1 || len(query) == 1 && !query.Has("from") || (s.User == "") != (s.Password == "") {
		return Server{}, ErrServer
	}
	s.From = query.Get("from")
	if s.From == "" {
		s.From = "no-reply@" + site
		if strings.Contains(s.User, "@") {
			s.From = s.User
		}
	}
	if a, err := mail.ParseAddress(s.From); err != nil || a.Name != "" || a.Address != s.From {
		return Server{}, errFrom
	}
	return s, nil
}

// String returns host and port alone, however it is printed: the rest is a secret.
func (s Server) String() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// near reports whether the server is this machine, to which a password may go in the clear.
func (s Server) near() bool {
	ip, err := netip.ParseAddr(s.Host)
	return s.Host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}
