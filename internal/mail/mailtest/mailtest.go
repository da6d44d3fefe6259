// Package mailtest is a mail server for tests: it listens on loopback, keeps what it is sent, and fails when it is told to. It
// speaks as much of RFC 5321 as a client needs.
package mailtest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"
)

// Mail is one mail as it came over the line, taken apart.
type Mail struct {
	From, To string // of the envelope
	Raw      string
	Header   mail.Header
	Subject  string // decoded
	Text     string // of the plain part
	HTML     string // of the other one
}

// Catcher is the server.
type Catcher struct {
	tb   testing.TB
	addr string
	got  chan Mail

	mu     sync.Mutex
	ln     net.Listener
	conns  map[net.Conn]bool
	refuse func(verb, line string) string
	all    []Mail
}

// New starts a server, which ends with the test.
func New(tb testing.TB) *Catcher {
	tb.Helper()
	c := &Catcher{tb: tb, got: make(chan Mail, 1000), conns: map[net.Conn]bool{}, addr: "127.0.0.1:0"}
	c.Start()
	tb.Cleanup(c.Stop)
	return c
}

// Addr is host and port, the same after each Start.
func (c *Catcher) Addr() string { return c.addr }

// Start listens.
func (c *Catcher) Start() {
	c.tb.Helper()
	ln, err := net.Listen("tcp", c.addr) //nolint:noctx // of a test
	if err != nil {
		c.tb.Fatal(err)
	}
	c.mu.Lock()
	c.ln, c.addr = ln, ln.Addr().String()
	c.mu.Unlock()
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			c.mu.Lock()
			c.conns[conn] = true
			c.mu.Unlock()
			go c.serve(conn)
		}
	}()
}

// Stop hangs up on everybody and listens no more.
func (c *Catcher) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ln.Close() // twice is fine
	for conn := range c.conns {
		_ = conn.Close() // so it ends
	}
}

// Refuse sets what is answered in place of the usual to a command, by its verb (EHLO, MAIL, RCPT, DATA, or "." for the end of
// a mail); empty answers as usual, "hang up" hangs up before and "taken" after the mail was taken. Nil ends it.
func (c *Catcher) Refuse(f func(verb, line string) string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refuse = f
}

// Next returns the next mail, and fails the test if there is none within ten seconds.
func (c *Catcher) Next(tb testing.TB) Mail {
	tb.Helper()
	select {
	case m := <-c.got:
		return m
	case <-time.After(10 * time.Second):
		tb.Fatal("no mail came")
		panic("unreachable")
	}
}

// All returns every mail so far, those that Next has returned among them.
func (c *Catcher) All() []Mail {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Mail(nil), c.all...)
}

// serve speaks with one client.
func (c *Catcher) serve(conn net.Conn) {
	defer conn.Close() //nolint:errcheck // of a test
	in := bufio.NewReader(conn)
	say := func(line string) bool { _, err := fmt.Fprintf(conn, "%s\r\n", line); return err == nil }
	say("220 catcher ESMTP")
	var from, to string
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		answer := c.answer(verb, line)
		if answer == "hang up" {
			return
		}
		switch verb {
		case "EHLO", "HELO":
			answer = first(answer, "250-catcher\r\n250-8BITMIME\r\n250-AUTH PLAIN\r\n250 ENHANCEDSTATUSCODES")
		case "MAIL":
			from = between(line)
		case "RCPT":
			to = between(line)
		case "AUTH":
			answer = first(answer, "235 2.7.0 welcome")
		case "DATA":
			if answer != "" {
				break
			}
			if answer = c.take(in, say, from, to); answer == "hang up" {
				return
			}
		case "QUIT":
			say("221 2.0.0 bye")
			return
		}
		if !say(first(answer, "250 2.0.0 ok")) {
			return
		}
	}
}

// take reads a mail to its end and keeps it unless the test refuses it.
func (c *Catcher) take(in *bufio.Reader, say func(string) bool, from, to string) string {
	say("354 go on")
	var raw strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "hang up"
		}
		if line == ".\r\n" {
			break
		}
		raw.WriteString(strings.TrimPrefix(line, "."))
	}
	answer := c.answer(".", "")
	if answer != "" && answer != "taken" {
		return answer
	}
	m, err := Read(raw.String())
	if err != nil {
		c.tb.Errorf("the mail cannot be read: %v\n%s", err, raw.String())
	}
	m.From, m.To = from, to
	c.mu.Lock()
	c.all = append(c.all, m)
	c.mu.Unlock()
	c.got <- m
	if answer == "taken" {
		return "hang up"
	}
	return ""
}

func (c *Catcher) answer(verb, line string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refuse == nil {
		return ""
	}
	return c.refuse(verb, line)
}

// Read takes a mail apart with the standard library: its header, subject, and the two parts that say the same.
func Read(raw string) (Mail, error) {
	out := Mail{Raw: raw}
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		return out, fmt.Errorf("read the header: %w", err)
	}
	out.Header = m.Header
	if out.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return out, fmt.Errorf("read the subject: %w", err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		return out, fmt.Errorf("it is %q (%w), want multipart/alternative", kind, err)
	}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, fmt.Errorf("read a part: %w", err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			return out, fmt.Errorf("decode a part: %w", err)
		}
		switch kind := strings.ReplaceAll(strings.ToLower(part.Header.Get("Content-Type")), " ", ""); {
		case kind == "text/plain;charset=utf-8" && out.HTML == "": // the best comes last (RFC 2046)
			out.Text = strings.ReplaceAll(string(body), "\r\n", "\n")
		case kind == "text/html;charset=utf-8":
			out.HTML = string(body)
		default:
			return out, fmt.Errorf("a part is %q", kind)
		}
	}
}

func between(line string) string {
	_, rest, _ := strings.Cut(line, "<")
	address, _, _ := strings.Cut(rest, ">")
	return address
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
