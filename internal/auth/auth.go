// Package auth makes and checks what people and machines prove themselves with: passwords, codes of authenticator apps,
// recovery codes, passkeys and API keys. It stores nothing: the store keeps an argon2id hash of a password and a SHA-256 of a
// key or recovery code, and none can be turned back; the secret of an app is sealed with a key that is not in the database.
package auth

import (
	"crypto/rand"
	"math/big"
)

// draw returns n characters of alphabet, each as likely as any other.
func draw(alphabet string, n int) string {
	out := make([]byte, n)
	size := big.NewInt(int64(len(alphabet)))
	for i := range out {
		k, err := rand.Int(rand.Reader, size)
		if err != nil {
			panic(err) // crypto/rand's reader never fails (Go 1.24)
		}
		out[i] = alphabet[k.Int64()]
	}
	return string(out)
}
