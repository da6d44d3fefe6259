package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
)

// tokenBytes is the length of a session's token before it is written as text: 256 bits.
const tokenBytes = 32

// NewToken returns a fresh random token of 256 bits, 43 characters of base64url: a session's, or that of a browser that is
// about to sign in.
func NewToken() string {
	b := make([]byte, tokenBytes)
	rand.Read(b) // crypto/rand.Read never returns an error (Go 1.24)
	return base64.RawURLEncoding.EncodeToString(b)
}

// HashToken returns the SHA-256 that a session is looked up by, and whether the text can be a token at all. A token is
// random, so it needs no slow hash, and a look-up by hash tells nothing by its time.
func HashToken(token string) ([32]byte, bool) {
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenBytes) || strings.Trim(token, keyDigits+"-_") != "" {
		return [32]byte{}, false
	}
	return sha256.Sum256([]byte(token)), true
}

// FormToken returns what every form of a session carries: it proves that the form is ours and this session's, tells nothing
// of the session's token, and is stored nowhere.
func FormToken(token string) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("touchstone form"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// FormTokenOf reports whether sent is the form token of a token. It compares in constant time; an empty token has none.
func FormTokenOf(token, sent string) bool {
	return token != "" && subtle.ConstantTimeCompare([]byte(FormToken(token)), []byte(sent)) == 1
}
