package auth

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestSealedOpensWithItsKeyAndPurposeOnly(t *testing.T) {
	t.Parallel()
	s, other := NewSealer([KeySize]byte{1}), NewSealer([KeySize]byte{2})
	plain := []byte("12345678901234567890")
	sealed := s.Seal("app of carla", plain)
	if bytes.Contains(sealed, plain[:4]) || bytes.Equal(sealed, s.Seal("app of carla", plain)) {
		t.Error("what was sealed shows, or two of one text are the same")
	}
	if got, err := NewSealer([KeySize]byte{1}).Open("app of carla", sealed); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := s.Open("app of edda", sealed); err == nil {
		t.Error("it opens for another purpose")
	}
	if _, err := other.Open("app of carla", sealed); !errors.Is(err, ErrOtherKey) {
		t.Errorf("with another key: got %v, want %v", err, ErrOtherKey)
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if _, err := s.Open("app of carla", changed); err == nil {
			t.Fatalf("it opens with byte %d changed", i)
		}
		if _, err := s.Open("app of carla", sealed[:i]); err == nil {
			t.Fatalf("it opens cut to %d bytes", i)
		}
	}
	if !s.Lasting() || NewPassingSealer().Lasting() {
		t.Error("which key lasts is told wrongly")
	}
}

func TestTicketEnds(t *testing.T) {
	t.Parallel()
	s, now := NewPassingSealer(), time.Date(2025, 6, 7, 12, 0, 0, 0, time.UTC)
	ticket := s.Ticket("second step", []byte("carla"), now.Add(time.Minute))
	if got, until, err := s.OpenTicket("second step", ticket, now); err != nil || string(got) != "carla" || !until.Equal(now.Add(time.Minute)) {
		t.Errorf("got %q until %s, %v", got, until, err)
	}
	for name, try := range map[string]func() error{
		"too late":        func() error { _, _, err := s.OpenTicket("second step", ticket, now.Add(time.Minute)); return err },
		"another purpose": func() error { _, _, err := s.OpenTicket("first step", ticket, now); return err },
		"another key":     func() error { _, _, err := NewPassingSealer().OpenTicket("second step", ticket, now); return err },
		"no ticket":       func() error { _, _, err := s.OpenTicket("second step", "", now); return err },
		"no base64":       func() error { _, _, err := s.OpenTicket("second step", "ä"+ticket, now); return err },
		"cut":             func() error { _, _, err := s.OpenTicket("second step", ticket[:20], now); return err },
		"lengthened":      func() error { _, _, err := s.OpenTicket("second step", ticket+"AAAA", now); return err },
		"a large one":     func() error { _, _, err := s.OpenTicket("second step", strings.Repeat("A", 1<<20), now); return err },
	} {
		if err := try(); err == nil {
			t.Errorf("%s: it opens", name)
		}
	}
}

func TestADigestIsKnownToItsKeyAndPurposeOnly(t *testing.T) {
	t.Parallel()
	s, other := NewSealer([KeySize]byte{1}), NewSealer([KeySize]byte{2})
	got := s.Digest("address", "ann@readers.example")
	if got != NewSealer([KeySize]byte{1}).Digest("address", "ann@readers.example") {
		t.Error("the same text has two digests")
	}
	for name, d := range map[string][32]byte{
		"another key": other.Digest("address", "ann@readers.example"), "another purpose": s.Digest("limit", "ann@readers.example"), "another text": s.Digest("address", "bob@readers.example"),
		"a purpose that runs into the text": s.Digest("address ann@readers.example", ""), "no key": sha256.Sum256([]byte("ann@readers.example")),
	} {
		if d == got {
			t.Errorf("%s has the same digest", name)
		}
	}
}
