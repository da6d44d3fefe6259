// Package authtest is an authenticator in software, for tests: it answers the options of a page as a browser with a passkey
// does, and can be told to answer wrongly.
package authtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// Authenticator holds one passkey (ES256) and counts its uses.
type Authenticator struct {
	Origin string // of the page, as the browser puts it under the answer
	Host   string // the relying party it answers for; empty: the one of the options
	Flags  byte   // 0: user present and verified
	Count  uint32 // of the last use; it grows by one
	Fixed  bool   // the count stays: a copy of the authenticator

	key    *ecdsa.PrivateKey
	id     []byte
	handle []byte
	rp     string
}

// The flags of an authenticator's data (WebAuthn Level 3, section 6.1).
const (
	Present  byte = 1 << 0
	Verified byte = 1 << 2
	attested byte = 1 << 6
)

// New returns an authenticator in a browser at an origin.
func New(t *testing.T, origin string) *Authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &Authenticator{Origin: origin, key: key, id: make([]byte, 16)}
	rand.Read(a.id) // crypto/rand.Read never returns an error (Go 1.24)
	return a
}

type options struct {
	RP        struct{ ID string } `json:"rp"`
	RPID      string              `json:"rpId"`
	Challenge string              `json:"challenge"`
	User      struct{ ID string } `json:"user"`
}

// Create answers the options of navigator.credentials.create.
func (a *Authenticator) Create(t *testing.T, page string) string {
	t.Helper()
	o := read(t, page)
	a.rp = o.RP.ID
	var err error
	if a.handle, err = base64.RawURLEncoding.DecodeString(o.User.ID); err != nil {
		t.Fatal(err)
	}
	data := a.data(attested)
	data = append(data, make([]byte, 16)...) // no model is named
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id)))
	data = append(append(data, a.id...), a.cose(t)...)
	object := append([]byte{0xa3}, text("fmt")...) // a CBOR map of three
	object = append(append(object, text("none")...), text("attStmt")...)
	object = append(append(object, 0xa0), text("authData")...)
	object = append(object, long(data)...)
	return a.answer(t, map[string]any{"clientDataJSON": a.client(t, "webauthn.create", o.Challenge), "attestationObject": b64(object), "transports": []string{"internal"}})
}

// Get answers the options of navigator.credentials.get.
func (a *Authenticator) Get(t *testing.T, page string) string {
	t.Helper()
	o := read(t, page)
	a.rp = o.RPID
	if !a.Fixed {
		a.Count++
	}
	data, client := a.data(0), a.client(t, "webauthn.get", o.Challenge)
	raw, err := base64.RawURLEncoding.DecodeString(client)
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.Sum256(raw)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return a.answer(t, map[string]any{"clientDataJSON": client, "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(a.handle)})
}

func (a *Authenticator) answer(t *testing.T, response map[string]any) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// data is the authenticator's data without what a new passkey brings.
func (a *Authenticator) data(more byte) []byte {
	rp, flags := a.rp, a.Flags
	if a.Host != "" {
		rp = a.Host
	}
	if flags == 0 {
		flags = Present | Verified
	}
	hash := sha256.Sum256([]byte(rp))
	return binary.BigEndian.AppendUint32(append(hash[:], flags|more), a.Count)
}

// cose is the public key as RFC 9053 writes an EC2 key on P-256 for ES256.
func (a *Authenticator) cose(t *testing.T) []byte {
	t.Helper()
	point, err := a.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		t.Fatal(err)
	}
	out := []byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21}
	out = append(append(out, long(point[1:33])...), 0x22)
	return append(out, long(point[33:])...)
}

func (a *Authenticator) client(t *testing.T, kind, challenge string) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.Origin, "crossOrigin": false})
	if err != nil {
		t.Fatal(err)
	}
	return b64(raw)
}

func read(t *testing.T, page string) options {
	t.Helper()
	var o options
	if err := json.Unmarshal([]byte(page), &o); err != nil {
		t.Fatalf("the options of the page: %v: %s", err, page)
	}
	return o
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// text is a CBOR text of fewer than 24 bytes.
func text(s string) []byte { return append([]byte{0x60 | byte(len(s))}, s...) }

// long is a CBOR byte string of fewer than 65,536 bytes.
func long(b []byte) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0x59}, uint16(len(b))), b...)
}
