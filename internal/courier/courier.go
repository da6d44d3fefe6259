// Package courier writes to readers who asked for it: when a claim changes that they follow, and what became of their tip.
//
// Somebody asks on a page and gets one mail with a button; until they press it they get nothing else, and two days later they
// are forgotten. What a mail says is made when it is sent, of what is public then. Addresses are sealed before the store sees
// them and opened for the moment of sending; no log, error or page of the newsroom holds one.
package courier

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	post "github.com/touchstone-factcheck/touchstone/internal/mail"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// The paths of the links in mails, without the prefix of a language. Their parameter is called token, which keeps it out of logs.
const (
	ConfirmPath = "/follow"
	LeavePath   = "/follow/leave"
)

// MaxAddress is how many characters an address may have (RFC 5321 leaves room for that many in a path).
const MaxAddress = 254

// What the Sealer is asked for.
const (
	purposeSeal    = "follower"
	purposeAddress = "address of a follower"
	purposeLimit   = "mails to an address"
)

// addressPolicy is how many mails an address may be sent that nobody there has asked for yet; housePolicy is how many of those
// the house sends at all, so that many askers cannot make it write to many strangers.
func addressPolicy() ratelimit.Policy {
	return ratelimit.Policy{Name: "mails to confirm", Quota: 3, Window: 24 * time.Hour}
}

func housePolicy() ratelimit.Policy {
	return ratelimit.Policy{Name: "mails to confirm of the house", Quota: 600, Window: time.Hour}
}

// Config is what the courier needs.
type Config struct {
	Store     *store.DB
	Sealer    *auth.Sealer // one that lasts: what is sealed today is opened in a year
	Sender    *post.Sender
	PublicURL string
	Zone      *time.Location // the house's
}

// Courier writes to readers. It is safe for concurrent use.
type Courier struct{ cfg Config }

// New returns a courier.
func New(cfg Config) *Courier { return &Courier{cfg} }

// sealed is what is sealed of a follower.
type sealed struct {
	Address string `json:"address"`
	Token   string `json:"token"`
}

// CheckAddress returns the one spelling of an e-mail address that mail can be sent to: in lower case, its host in ASCII.
// CodeInvalid names the field if it is none.
func CheckAddress(field, typed string) (string, error) {
	bad := factcheck.Invalid(field, "write an e-mail address")
	typed = strings.ToLower(strings.TrimSpace(typed))
	at := strings.LastIndexByte(typed, '@')
	if at < 1 || len(typed) > MaxAddress || at > 64 {
		return "", bad
	}
	host, err := idna.Lookup.ToASCII(typed[at+1:])
	if err != nil || !strings.Contains(host, ".") {
		return "", bad
	}
	address := typed[:at] + "@" + host
	a, err := mail.ParseAddress(address)
	if err != nil || a.Name != "" || a.Address != address || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"<>()[],;:\`, r) }) {
		return "", bad
	}
	return address, nil
}

// Follow notes that whoever reads an address wants to be told when a public claim changes, and has them asked. It answers the
// same for an address that follows already, that asked lately, or that wants no mail. CodeInvalid names the field,
// CodeNotFound if the claim is not public, CodeRateLimited if the house sent too many such mails of late.
func (c *Courier) Follow(ctx context.Context, claim factcheck.ClaimID, address, language string) error {
	ask, free, err := c.Ask(ctx, "address", address, language)
	if err != nil || !free {
		return err
	}
	ask.Claim = claim
	return c.cfg.Store.AskToFollow(ctx, factcheck.System(), ask)
}

// Ask makes a wish to be told, for store.FileTip. It reports false if that address was sent enough of late: then nothing is
// to be written, and nobody to be told. Errors as of Follow.
func (c *Courier) Ask(ctx context.Context, field, typed, language string) (store.FollowAsk, bool, error) {
	address, err := CheckAddress(field, typed)
	if err != nil {
		return store.FollowAsk{}, false, err
	}
	free, wait, err := c.cfg.Store.TakeAttempts(ctx, store.Attempt{Bucket: "house", Policy: housePolicy()})
	if err != nil {
		return store.FollowAsk{}, false, err
	}
	if !free {
		return store.FollowAsk{}, false, &factcheck.Error{Code: factcheck.CodeRateLimited, Message: "too many mails were asked for of late", RetryAfter: max(wait, time.Second)}
	}
	limit := c.cfg.Sealer.Digest(purposeLimit, mailbox(address))
	free, _, err = c.cfg.Store.TakeAttempts(ctx, store.Attempt{Bucket: hex.EncodeToString(limit[:]), Policy: addressPolicy()})
	if err != nil || !free {
		return store.FollowAsk{}, false, err
	}
	token := auth.NewToken()
	hash, _ := auth.HashToken(token)
	plain, err := json.Marshal(sealed{Address: address, Token: token})
	if err != nil {
		return store.FollowAsk{}, false, fmt.Errorf("write what is sealed: %w", err)
	}
	return store.FollowAsk{
		AddressHash: c.Hash(address), Sealed: c.cfg.Sealer.Seal(purposeSeal, plain), TokenHash: hash, Language: c.language(language),
	}, true, nil
}

// Hash returns what an address in its one spelling is found by.
func (c *Courier) Hash(address string) [32]byte { return c.cfg.Sealer.Digest(purposeAddress, address) }

// mailbox is the address without what many hosts let people add to it: a+news@host and a@host are read by one person.
func mailbox(address string) string {
	local, host, _ := strings.Cut(address, "@")
	local, _, _ = strings.Cut(local, "+")
	return local + "@" + host
}

func (c *Courier) language(lang string) string {
	if slices.Contains(text.Languages(), lang) {
		return lang
	}
	return text.Default
}

// Follower returns who the token of a link belongs to; CodeGone if it is nobody's.
func (c *Courier) Follower(ctx context.Context, token string) (store.Follower, error) {
	hash, ok := auth.HashToken(token)
	if !ok {
		return store.Follower{}, &factcheck.Error{Code: factcheck.CodeGone, Message: "this link is not good any more"}
	}
	return c.cfg.Store.Follower(ctx, hash)
}

// Confirm says that whoever got a link wants to be told; CodeGone if the link is nobody's.
func (c *Courier) Confirm(ctx context.Context, token string) (store.Follower, error) {
	hash, ok := auth.HashToken(token)
	if !ok {
		return store.Follower{}, &factcheck.Error{Code: factcheck.CodeGone, Message: "this link is not good any more"}
	}
	return c.cfg.Store.ConfirmFollower(ctx, factcheck.System(), hash)
}

// Leave erases whoever got a link; with never, nothing is sent to them again. It is no error if they left before.
func (c *Courier) Leave(ctx context.Context, token string, never bool) error {
	hash, ok := auth.HashToken(token)
	if !ok {
		return nil
	}
	return c.cfg.Store.LeaveFollower(ctx, factcheck.System(), hash, never)
}

// Erase erases an address wherever it is kept, see store.EraseAddress.
func (c *Courier) Erase(ctx context.Context, actor factcheck.Actor, typed string, never bool) (store.ErasedAddress, error) {
	address, err := CheckAddress("address", typed)
	if err != nil {
		return store.ErasedAddress{}, err
	}
	return c.cfg.Store.EraseAddress(ctx, actor, address, c.Hash(address), never)
}
