package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // what RFC 6238 and every authenticator app use; HMAC-SHA-1 is sound
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// The form of the codes of authenticator apps: what all of them can do (RFC 6238 with the defaults of Google's Key URI).
const (
	codeDigits  = 6
	codePeriod  = 30 // seconds
	codeSecret  = 20 // bytes (RFC 4226, section 4, R6)
	codeDrift   = 1  // steps that a clock may be off, to either side (RFC 6238, section 5.2)
	codeDivisor = 1_000_000
)

// NewAppSecret returns a fresh secret for an authenticator app: 160 bits.
func NewAppSecret() []byte {
	secret := make([]byte, codeSecret)
	rand.Read(secret) // crypto/rand.Read never returns an error (Go 1.24)
	return secret
}

// AppSecretText returns a secret as people type it into an app: base32 in groups of four.
func AppSecretText(secret []byte) string {
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	var groups []string
	for len(text) > 4 {
		groups, text = append(groups, text[:4]), text[4:]
	}
	return strings.Join(append(groups, text), " ")
}

// AppURL returns the address that a QR code shows to an app (the Key URI format, github.com/google/google-authenticator/wiki).
func AppURL(secret []byte, house, account string) string {
	label := url.PathEscape(strings.ReplaceAll(house, ":", "")) + ":" + url.PathEscape(account)
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	return "otpauth://totp/" + label + "?secret=" + text + "&issuer=" + strings.ReplaceAll(url.QueryEscape(house), "+", "%20") // not every app reads a plus as a space
}

// AppCode returns the code that an app with the secret shows at a time.
func AppCode(secret []byte, at time.Time) string {
	return fmt.Sprintf("%0*d", codeDigits, hotp(secret, at.Unix()/codePeriod)%codeDivisor)
}

// CheckAppCode returns the time step that a code belongs to: the current one or one beside it. It reports false for a wrong
// code, and compares in constant time. Spaces in the code do not count. Whether the step was used before is for the store.
func CheckAppCode(secret []byte, code string, now time.Time) (int64, bool) {
	code = strings.Join(strings.Fields(code), "")
	found := int64(0)
	for drift := int64(-codeDrift); drift <= codeDrift; drift++ {
		step := now.Unix()/codePeriod + drift
		want := fmt.Sprintf("%0*d", codeDigits, hotp(secret, step)%codeDivisor)
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found = step
		}
	}
	return found, found > 0
}

// hotp computes the number of RFC 4226, section 5.3, before it is cut to digits.
func hotp(secret []byte, counter int64) uint32 {
	mac := hmac.New(sha1.New, secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(counter)))
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	return binary.BigEndian.Uint32(sum[at:at+4]) & 0x7fffffff
}

// RecoveryCodes is how many recovery codes are made at a time.
const RecoveryCodes = 10

// recoveryDigits are letters and digits that are not taken for each other, in lower case (Crockford's base32).
const recoveryDigits = "0123456789abcdefghjkmnpqrstvwxyz"

// NewRecoveryCodes returns ten fresh recovery codes of 80 bits, in four groups of four, and the SHA-256 that each is known by:
// they are random, so they need no slow hash.
func NewRecoveryCodes() (codes []string, hashes [][32]byte) {
	for range RecoveryCodes {
		raw := draw(recoveryDigits, 16)
		codes = append(codes, raw[:4]+"-"+raw[4:8]+"-"+raw[8:12]+"-"+raw[12:])
		hashes = append(hashes, sha256.Sum256([]byte(raw)))
	}
	return codes, hashes
}

// HashRecoveryCode returns the SHA-256 of a recovery code as somebody typed it, in any case, with or without hyphens and with
// o, i and l for the digits they look like. It reports false for what cannot be one.
func HashRecoveryCode(typed string) ([32]byte, bool) {
	raw := strings.NewReplacer("-", "", " ", "", "o", "0", "i", "1", "l", "1").Replace(strings.ToLower(typed))
	if len(raw) != 16 || strings.Trim(raw, recoveryDigits) != "" {
		return [32]byte{}, false
	}
	return sha256.Sum256([]byte(raw)), true
}
