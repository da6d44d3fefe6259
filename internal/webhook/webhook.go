// Package webhook tells partners' programs of public changes by requests to addresses they name, as Standard Webhooks has it
// (standardwebhooks.com): three headers, a signature over id, time and body, retries over three days.
//
// What a message says is built of the public document at the moment it is sent; nothing is kept of it. The changes of one claim
// come in their order at each address: none is sent while an earlier one waits. Different claims do not wait for each other.
// Each message comes at least once, under one id over all attempts. All nodes send; each webhook is one node's at a time.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	secretPrefix = "whsec_"
	secretSize   = 32 // bytes; Standard Webhooks asks for 24 to 64
	purposeSeal  = "webhook"
)

// Config is what the webhooks need.
type Config struct {
	Store     *store.DB
	Sealer    *auth.Sealer
	Fetcher   *fetch.Fetcher // of its own: its slots and limits; see Limits
	PublicURL string         // origin, without a final slash
	Logger    *slog.Logger

	Lease   time.Duration // how long a node has a webhook without a sign of life; 0: 45 s
	Timeout time.Duration // of one request; 0: 15 s
	Senders int           // webhooks that are sent to at a time; 0: 4
}

// Hooks makes webhooks and sends to them. It is safe for concurrent use.
type Hooks struct {
	cfg  Config
	wake chan struct{}
}

// New returns the webhooks. Nothing is sent before Run.
func New(cfg Config) *Hooks {
	if cfg.Lease == 0 {
		cfg.Lease = 45 * time.Second
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 15 * time.Second
	}
	if cfg.Senders == 0 {
		cfg.Senders = 4
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Hooks{cfg: cfg, wake: make(chan struct{}, 1)}
}

// Limits are those of the fetcher that sends: a Retry-After is heeded up to a day.
func Limits() fetch.Limits {
	return fetch.Limits{MaxRetryAfter: 24 * time.Hour, Bytes: 16 << 10, HeaderBytes: 64 << 10, Concurrent: 64}
}

// Wake has Run look at once whether there is something to send. It returns at once.
func (h *Hooks) Wake() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// Create makes a webhook and returns it with its secret, which is shown this once. Errors as of store.CreateWebhook; CodeInvalid
// for an address that no request would be sent to.
func (h *Hooks) Create(ctx context.Context, actor factcheck.Actor, in store.WebhookInput) (store.Webhook, string, error) {
	if err := h.checkURL(in.URL); err != nil {
		return store.Webhook{}, "", err
	}
	sealed, secret, err := h.newSecret()
	if err != nil {
		return store.Webhook{}, "", err
	}
	w, err := h.cfg.Store.CreateWebhook(ctx, actor, in, sealed)
	return w, secret, err
}

// Edit changes a webhook. Errors as of store.EditWebhook and Create.
func (h *Hooks) Edit(ctx context.Context, actor factcheck.Actor, id factcheck.WebhookID, edit store.WebhookEdit) (store.Webhook, error) {
	if edit.URL != nil {
		if err := h.checkURL(*edit.URL); err != nil {
			return store.Webhook{}, err
		}
	}
	w, err := h.cfg.Store.EditWebhook(ctx, actor, id, edit)
	h.Wake()
	return w, err
}

// Rotate gives a webhook another secret and returns it, shown this once; the one before signs beside it for overlap.
func (h *Hooks) Rotate(ctx context.Context, actor factcheck.Actor, id factcheck.WebhookID, overlap time.Duration) (store.Webhook, string, error) {
	sealed, secret, err := h.newSecret()
	if err != nil {
		return store.Webhook{}, "", err
	}
	w, err := h.cfg.Store.RotateWebhook(ctx, actor, id, sealed, overlap)
	return w, secret, err
}

// checkURL refuses what no request would be sent to, as far as the address itself says so: the name is looked up when it is sent.
func (h *Hooks) checkURL(raw string) error {
	if u, err := url.Parse(raw); err == nil && u.Fragment != "" {
		return factcheck.Invalid("url", "an address here has no part after #")
	}
	return h.cfg.Fetcher.Check(raw)
}

// newSecret returns a fresh secret, sealed and as it is shown.
func (h *Hooks) newSecret() (sealed []byte, shown string, err error) {
	if !h.cfg.Sealer.Lasting() {
		return nil, "", &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "this server cannot keep secrets: it has no key file; see TOUCHSTONE_SECRET_KEY"}
	}
	secret := make([]byte, secretSize)
	rand.Read(secret) // crypto/rand.Read never returns an error (Go 1.24)
	return h.cfg.Sealer.Seal(purposeSeal, secret), secretPrefix + base64.StdEncoding.EncodeToString(secret), nil
}

// Sign returns the value of webhook-signature: the HMAC-SHA256 of "id.timestamp.body" under each secret, raw bytes, the newest
// first.
func Sign(id string, at time.Time, body []byte, secrets ...[]byte) string {
	var out []string
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + ".")) // a hash never fails to be written to
		mac.Write(body)
		out = append(out, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(out, " ")
}

// secrets opens those of a message.
func (h *Hooks) secrets(m store.OutMessage) ([][]byte, error) {
	var out [][]byte
	for _, sealed := range [][]byte{m.Secret, m.Previous} {
		if sealed == nil {
			continue
		}
		secret, err := h.cfg.Sealer.Open(purposeSeal, sealed)
		if errors.Is(err, auth.ErrOtherKey) {
			return nil, fmt.Errorf("open the secret: %w; rotate it", err)
		}
		if err != nil {
			return nil, fmt.Errorf("open the secret: %w", err)
		}
		out = append(out, secret)
	}
	return out, nil
}
