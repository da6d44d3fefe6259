package auth

import (
	"crypto/sha256"
	"hash/crc32"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// The form of an API key: ts_, 37 random characters (220 bits), and 6 that check them, all letters and digits, so that a
// double click selects it, a mistyped one is told from a revoked one, and scanners of leaked secrets find it by
// ts_[0-9A-Za-z]{43} without false alarms.
const (
	keyPrefix = "ts_"
	keyRandom = 37
	keyCheck  = 6
	keyDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// Key is a fresh API key.
type Key struct {
	Secret string   // shown once, to whoever asked for it
	Hash   [32]byte // what the store keeps
	Hint   string   // the first characters, to recognise it by
}

// NewKey returns a fresh key.
func NewKey() Key {
	secret := keyPrefix + draw(keyDigits, keyRandom)
	secret += checkDigits(secret)
	return Key{Secret: secret, Hash: sha256.Sum256([]byte(secret)), Hint: secret[:len(keyPrefix)+4]}
}

// HashKey returns the SHA-256 that a key is looked up by: a key is random, so it needs no slow hash, and a look-up by hash
// tells nothing by its time. What cannot be a key, a mistyped one included, is CodeUnauthenticated and needs no look-up.
func HashKey(secret string) ([32]byte, error) {
	body, ok := strings.CutPrefix(secret, keyPrefix)
	if !ok || len(body) != keyRandom+keyCheck || strings.Trim(body, keyDigits) != "" {
		return [32]byte{}, unauthenticated("this is not an API key of Touchstone: one begins with ts_ and has 46 characters")
	}
	head := secret[:len(keyPrefix)+keyRandom]
	if checkDigits(head) != secret[len(head):] {
		return [32]byte{}, unauthenticated("a character of this API key is wrong or in the wrong place; copy it again")
	}
	return sha256.Sum256([]byte(secret)), nil
}

// checkDigits returns the CRC-32 (IEEE 802.3) of s in base 62.
func checkDigits(s string) string {
	sum := crc32.ChecksumIEEE([]byte(s))
	out := make([]byte, keyCheck)
	for i := keyCheck - 1; i >= 0; i-- {
		out[i] = keyDigits[sum%uint32(len(keyDigits))]
		sum /= uint32(len(keyDigits))
	}
	return string(out)
}

func unauthenticated(message string) error {
	return &factcheck.Error{Code: factcheck.CodeUnauthenticated, Message: message}
}
