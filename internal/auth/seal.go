package auth

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/chacha20poly1305"
)

// KeySize is the length of the key of a Sealer in bytes.
const KeySize = 32

// ErrOtherKey says that something was sealed with another key than this one: the key file was lost or is another machine's.
var ErrOtherKey = errors.New("it was sealed with another key than this server has")

// errSealed says that something is not what was sealed.
var errSealed = errors.New("it is not what was sealed, or its time is over")

// keyMark is how many bytes tell which key sealed something.
const keyMark = 4

// Sealer encrypts what must be kept or carried by somebody who shall neither read nor change it, with XChaCha20-Poly1305
// under a key that is not in the database: a copy of the database alone opens nothing. What is sealed for one purpose does
// not open for another. It is safe for concurrent use.
type Sealer struct {
	aead    cipher.AEAD
	mark    [keyMark]byte
	digest  [sha256.Size]byte // key of Digest
	lasting bool
}

// NewSealer returns a Sealer with the key, which every process on the same database needs.
func NewSealer(key [KeySize]byte) *Sealer {
	s := &Sealer{lasting: true}
	sub, err := hkdf.Key(sha256.New, key[:], nil, "touchstone seal", chacha20poly1305.KeySize)
	if err != nil {
		panic(fmt.Sprintf("derive a key: %v", err)) // of a constant length that HKDF has
	}
	if s.aead, err = chacha20poly1305.NewX(sub); err != nil {
		panic(fmt.Sprintf("make a cipher: %v", err)) // of a constant length that it has
	}
	own, err := hkdf.Key(sha256.New, key[:], nil, "touchstone digest", sha256.Size)
	if err != nil {
		panic(fmt.Sprintf("derive a key: %v", err)) // as above
	}
	copy(s.digest[:], own)
	mark := sha256.Sum256(append([]byte("touchstone mark"), key[:]...))
	copy(s.mark[:], mark[:])
	return s
}

// NewPassingSealer returns a Sealer with a key that nobody keeps: good for what a browser carries for some minutes.
func NewPassingSealer() *Sealer {
	var key [KeySize]byte
	rand.Read(key[:]) // crypto/rand.Read never returns an error (Go 1.24)
	s := NewSealer(key)
	s.lasting = false
	return s
}

// Lasting reports whether what is sealed today opens after the next start.
func (s *Sealer) Lasting() bool { return s.lasting }

// Seal seals plain for a purpose, which opening it must name again.
func (s *Sealer) Seal(purpose string, plain []byte) []byte {
	out := make([]byte, keyMark+chacha20poly1305.NonceSizeX, keyMark+chacha20poly1305.NonceSizeX+len(plain)+chacha20poly1305.Overhead)
	copy(out, s.mark[:])
	nonce := out[keyMark:]
	rand.Read(nonce) // crypto/rand.Read never returns an error (Go 1.24)
	return s.aead.Seal(out, nonce, plain, []byte(purpose))
}

// Open returns what was sealed for the purpose. The error is ErrOtherKey if another key sealed it.
func (s *Sealer) Open(purpose string, sealed []byte) ([]byte, error) {
	if len(sealed) < keyMark+chacha20poly1305.NonceSizeX+chacha20poly1305.Overhead {
		return nil, errSealed
	}
	if [keyMark]byte(sealed) != s.mark {
		return nil, ErrOtherKey
	}
	nonce, body := sealed[keyMark:keyMark+chacha20poly1305.NonceSizeX], sealed[keyMark+chacha20poly1305.NonceSizeX:]
	plain, err := s.aead.Open(nil, nonce, body, []byte(purpose))
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}

// Ticket returns plain sealed as text that a form or cookie can carry, good until a time.
func (s *Sealer) Ticket(purpose string, plain []byte, until time.Time) string {
	body := binary.BigEndian.AppendUint64(nil, uint64(until.UnixMilli()))
	return base64.RawURLEncoding.EncodeToString(s.Seal(purpose, append(body, plain...)))
}

// OpenTicket returns what a ticket for the purpose carries, and until when it is good.
func (s *Sealer) OpenTicket(purpose, ticket string, now time.Time) ([]byte, time.Time, error) {
	raw, err := base64.RawURLEncoding.DecodeString(ticket)
	if err != nil {
		return nil, time.Time{}, errSealed
	}
	plain, err := s.Open(purpose, raw)
	if err != nil {
		return nil, time.Time{}, err
	}
	if len(plain) < 8 {
		return nil, time.Time{}, errSealed
	}
	until := time.UnixMilli(int64(binary.BigEndian.Uint64(plain))).UTC()
	if !now.Before(until) {
		return nil, time.Time{}, errSealed
	}
	return plain[8:], until, nil
}

// Digest returns a keyed hash of text for a purpose: by it a row is found whose text only the holder of the key could guess.
func (s *Sealer) Digest(purpose, text string) [sha256.Size]byte {
	mac := hmac.New(sha256.New, s.digest[:])
	fmt.Fprintf(mac, "%d %s %s", len(purpose), purpose, text) // a hash never fails to be written to
	return [sha256.Size]byte(mac.Sum(nil))
}
