package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// The cost of a new hash: OWASP's Password Storage Cheat Sheet for argon2id (RFC 9106), 19 MiB of memory in two passes.
// About 25 ms on one idle core.
const (
	hashMemory  = 19 * 1024 // KiB
	hashPasses  = 2
	hashThreads = 1
	saltLen     = 16
	tagLen      = 32
)

// Passwords hashes and verifies passwords, a few at a time: each hash takes 19 MiB and a core, and whoever tries many
// sign-ins at once must not take all of either. It is safe for concurrent use.
type Passwords struct {
	slots chan struct{}
}

// NewPasswords returns a Passwords that works on at most concurrent hashes at a time, at least one. Others wait.
func NewPasswords(concurrent int) *Passwords {
	return &Passwords{slots: make(chan struct{}, max(concurrent, 1))}
}

// Hash returns the hash of a new password as a PHC string ($argon2id$v=19$m=…), with a salt of its own. It refuses what
// CheckPassword refuses (CodeInvalid); about is what others know of the person. CodeUnavailable if ctx ends while waiting.
func (p *Passwords) Hash(ctx context.Context, password string, about ...string) (string, error) {
	if err := CheckPassword(password, about...); err != nil {
		return "", err
	}
	salt := make([]byte, saltLen)
	rand.Read(salt) // crypto/rand.Read never returns an error (Go 1.24)
	h := phc{memory: hashMemory, passes: hashPasses, threads: hashThreads, salt: salt}
	tag, err := p.tag(ctx, h, password, tagLen)
	if err != nil {
		return "", err
	}
	h.tag = tag
	return h.String(), nil
}

// Verify reports whether password is the one that hash was made of. An empty hash, for an account that does not exist or
// has no password yet, takes as long as any other and is never right: so nobody learns who has an account. It compares in
// constant time. The error is CodeUnavailable if ctx ends while waiting, and internal if hash is damaged.
func (p *Passwords) Verify(ctx context.Context, hash, password string) (bool, error) {
	if len(password) > MaxPassword {
		return false, nil
	}
	h := phc{memory: hashMemory, passes: hashPasses, threads: hashThreads, salt: make([]byte, saltLen), tag: make([]byte, tagLen)}
	if hash != "" {
		var err error
		if h, err = parsePHC(hash); err != nil {
			return false, err
		}
	}
	tag, err := p.tag(ctx, h, password, len(h.tag))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(tag, h.tag) == 1 && hash != "", nil
}

// Outdated reports whether hash was made at another cost than new ones: hash the password again when it was just verified.
func Outdated(hash string) bool {
	h, err := parsePHC(hash)
	return err != nil || h.memory != hashMemory || h.passes != hashPasses || h.threads != hashThreads || len(h.tag) != tagLen
}

// tag computes argon2id in one of the slots. Composed and decomposed letters are the same password (RFC 8265, OpaqueString).
func (p *Passwords) tag(ctx context.Context, h phc, password string, n int) ([]byte, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "too many sign-ins at once; try again", Err: ctx.Err()}
	}
	defer func() { <-p.slots }()
	return argon2.IDKey([]byte(norm.NFC.String(password)), h.salt, h.passes, h.memory, h.threads, uint32(n)), nil
}

// phc is a hash in the PHC string format.
type phc struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
	salt    []byte
	tag     []byte
}

// String returns the hash as it is stored.
func (h phc) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.passes, h.threads,
		b64.EncodeToString(h.salt), b64.EncodeToString(h.tag))
}

var errHash = errors.New("the stored password hash is damaged")

// parsePHC reads a stored hash. What would cost more than a sign-in may is taken for damaged.
func parsePHC(s string) (phc, error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, errHash
	}
	var h phc
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.threads); err != nil || n != 3 {
		return phc{}, errHash
	}
	var err, terr error
	h.salt, err = base64.RawStdEncoding.DecodeString(parts[4])
	h.tag, terr = base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || terr != nil || len(h.salt) < 8 || len(h.salt) > 64 || len(h.tag) < 16 || len(h.tag) > 64 {
		return phc{}, errHash
	}
	if h.memory < 8 || h.memory > 256*1024 || h.passes < 1 || h.passes > 16 || h.threads < 1 || h.threads > 16 {
		return phc{}, errHash
	}
	return h, nil
}
