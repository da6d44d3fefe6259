package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	look         = time.Second      // how often it is looked whether something is due, if nobody wakes us
	watch        = time.Second / 2  // how often it is looked whether what is on its way may still be sent
	turn         = 15 * time.Second // how long one webhook is sent to before others get their turn
	atOnce       = 4                // requests to one webhook at a time, each about another claim
	notePatience = 10 * time.Second // how long writing down what became of a request may take, whatever ends meanwhile
	maxHold      = 24 * time.Hour   // the most of a Retry-After that is heeded
	patience     = 84 * time.Hour   // after which nothing is tried again, should its turn have come so seldom
	margin       = 10 * time.Second // before a lease ends nothing is on its way any more: the next process may be quick
	excerptSize  = 500              // characters that are kept of an answer
)

// retryAfter returns when the try after the nth is made, without jitter; false when there is none: about three days in all.
func retryAfter(n int) (time.Duration, bool) {
	steps := [...]time.Duration{
		5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour,
		8 * time.Hour, 12 * time.Hour, 16 * time.Hour, 24 * time.Hour,
	}
	if n < 1 || n > len(steps) {
		return 0, false
	}
	return steps[n-1], true
}

// jitter returns d, up to a fifth more or a tenth less, so that those that failed together do not come back together.
func jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.9 + 0.3*rand.Float64())) //nolint:gosec // it spreads retries and hides nothing
}

// Run sends until ctx is done, and returns nil. What is on its way then is given up, and sent again by whoever comes next.
func (h *Hooks) Run(ctx context.Context) error {
	var sending sync.WaitGroup
	defer sending.Wait()
	free := make(chan struct{}, h.cfg.Senders)
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		h.round(ctx, free, &sending)
		select {
		case <-ctx.Done():
			return nil
		case <-h.wake:
		case <-tick.C:
		}
	}
}

// round queues what changed, and sends to every webhook that something is due for, as far as there are senders.
func (h *Hooks) round(ctx context.Context, free chan struct{}, sending *sync.WaitGroup) {
	for more := true; more; {
		var err error
		if more, err = h.cfg.Store.QueueWebhooks(ctx, factcheck.System()); err != nil {
			h.complain(ctx, "webhooks could not be queued", err)
			return
		}
	}
	for {
		select {
		case free <- struct{}{}:
		default:
			return // a sender that ends wakes us
		}
		lease, found, err := h.cfg.Store.TakeWebhook(ctx, factcheck.System(), h.cfg.Lease)
		if err != nil || !found {
			<-free
			if err != nil {
				h.complain(ctx, "no webhook could be taken", err)
			}
			return
		}
		sending.Go(func() {
			h.serve(ctx, lease)
			<-free
			h.Wake()
		})
	}
}

func (h *Hooks) complain(ctx context.Context, what string, err error) {
	if ctx.Err() == nil {
		h.cfg.Logger.WarnContext(ctx, "webhooks stumbled", "what", what, "error", err)
	}
}

// serve sends what is due to one webhook, for a turn.
func (h *Hooks) serve(ctx context.Context, lease store.WebhookLease) {
	for end := time.Now().Add(turn); time.Now().Before(end) && ctx.Err() == nil; {
		due, err := h.cfg.Store.BeginDeliveries(ctx, factcheck.System(), lease, h.cfg.Lease, atOnce)
		if err != nil {
			h.complain(ctx, "deliveries could not be begun", err)
		}
		if err != nil || len(due) == 0 {
			break
		}
		h.attempts(ctx, lease, due)
	}
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), notePatience)
	defer cancel()
	if err := h.cfg.Store.ReleaseWebhook(noting, factcheck.System(), lease); err != nil {
		h.complain(ctx, "a webhook could not be given back; it is free when its lease ends", err)
	}
}

// errStopped is why a request is broken off whose webhook was paused, moved or deleted, or whose key was revoked.
var errStopped = errors.New("the webhook may not be sent to any more")

// attempts makes an attempt at each of some deliveries. It breaks them off as soon as the webhook may not be sent to any more,
// and well before the lease ends, even if this process stood still meanwhile.
func (h *Hooks) attempts(ctx context.Context, lease store.WebhookLease, due []store.OutDelivery) {
	ctx, end := context.WithTimeout(ctx, h.cfg.Lease-margin)
	defer end()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var all sync.WaitGroup
	done := make(chan struct{})
	for _, d := range due {
		all.Go(func() { h.attempt(ctx, lease, d) })
	}
	go func() {
		defer close(done)
		all.Wait()
	}()
	tick := time.NewTicker(watch)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			if may, err := h.cfg.Store.MaySend(ctx, lease); err == nil && !may {
				stop(errStopped)
			}
		}
	}
}

// attempt makes one attempt and writes down what became of it.
func (h *Hooks) attempt(ctx context.Context, lease store.WebhookLease, d store.OutDelivery) {
	end := h.try(ctx, lease, d)
	end.OutDelivery = d
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), notePatience)
	defer cancel()
	if err := h.cfg.Store.EndAttempt(noting, factcheck.System(), lease, end); err != nil {
		h.complain(ctx, "what became of a delivery could not be noted; it is sent again", err)
	}
}

// try sends a delivery.
func (h *Hooks) try(ctx context.Context, lease store.WebhookLease, d store.OutDelivery) store.AttemptEnd {
	began := time.Now()
	m, err := h.cfg.Store.MessageToSend(ctx, lease, d)
	if err != nil {
		return store.AttemptEnd{Withdrawn: true, Error: "not sent: " + said(err), Retry: look}
	}
	body, err := h.body(m)
	if err != nil {
		return failed(d, store.AttemptEnd{Of: m, Error: "not sent: it could not be written"})
	}
	secrets, err := h.secrets(m)
	if err != nil {
		return failed(d, store.AttemptEnd{Of: m, Error: "not sent: " + err.Error()})
	}
	if ctx.Err() != nil {
		return brokenOff(ctx, time.Since(began))
	}
	at := time.Now()
	r, err := h.cfg.Fetcher.Send(ctx, fetch.Outgoing{URL: m.URL, Body: body, Timeout: h.cfg.Timeout, Header: http.Header{
		"Content-Type": {"application/json"}, "Webhook-Id": {d.ID.String()}, "Webhook-Timestamp": {strconv.FormatInt(at.Unix(), 10)}, "Webhook-Signature": {Sign(d.ID.String(), at, body, secrets...)},
	}})
	end := store.AttemptEnd{Took: time.Since(began), Of: m}
	if err != nil {
		if ctx.Err() != nil {
			return brokenOff(ctx, end.Took)
		}
		end.Error = said(err)
		return failed(d, end)
	}
	end.Status, end.Excerpt = r.Status, excerpt(r.Body)
	return judge(d, end, r.RetryAfter)
}

// brokenOff is the end of an attempt that we ended.
func brokenOff(ctx context.Context, took time.Duration) store.AttemptEnd {
	why := "broken off: this server stopped or was too slow"
	if errors.Is(context.Cause(ctx), errStopped) {
		why = "broken off: the webhook was paused, or its key revoked"
	}
	return store.AttemptEnd{Took: took, Withdrawn: true, Error: why, Retry: look}
}

// judge says what an answer means: 2xx is delivered, 410 wants nothing any more, all else, redirects among it, is tried again.
func judge(d store.OutDelivery, end store.AttemptEnd, wait time.Duration) store.AttemptEnd {
	switch {
	case end.Status >= 200 && end.Status <= 299:
		end.Delivered = true
		return end
	case end.Status == http.StatusGone:
		end.Gone, end.Error = true, "the address wants nothing any more; the webhook is disabled"
	case end.Status >= 300 && end.Status <= 399:
		end.Error = "redirects are not followed: give the address that it leads to"
	default:
		end.Error = "the address answered " + strings.TrimSpace(strconv.Itoa(end.Status)+" "+http.StatusText(end.Status))
	}
	end.Hold = min(wait, maxHold)
	return failed(d, end)
}

// failed says when it is tried again, not before what was asked for is over, or that it is given up.
func failed(d store.OutDelivery, end store.AttemptEnd) store.AttemptEnd {
	retry, more := retryAfter(d.Tries)
	if !more && !end.Gone {
		end.Dead = true
		return end
	}
	end.Retry, end.Within = max(jitter(retry), end.Hold), patience
	return end
}

// said returns what may be shown of an error.
func said(err error) string {
	if e, ok := errors.AsType[*factcheck.Error](err); ok {
		return e.Message
	}
	return "this server could not do it; its log says why"
}

// excerpt returns the beginning of an answer as text, in one line, without what no eye sees and what would turn the words around it
// (control characters, and the bidirectional controls of Unicode): people and programs read it as it is stored.
func excerpt(body []byte) string {
	text := strings.Join(strings.Fields(strings.Map(visible, strings.ToValidUTF8(string(body), "\uFFFD"))), " ")
	if utf8.RuneCountInString(text) > excerptSize {
		text = string([]rune(text)[:excerptSize]) + "…"
	}
	return text
}

// visible returns a blank for a control character and for a separator of lines, nothing for a bidirectional control (UAX #9), and any
// other character as it is.
func visible(r rune) rune {
	switch {
	case unicode.Is(unicode.Bidi_Control, r):
		return -1
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return ' '
	}
	return r
}

// body returns {type, timestamp, data: {seq, epoch, claim_id, claim}}. claim is null when it is not public now: forget it.
func (h *Hooks) body(m store.OutMessage) ([]byte, error) {
	epoch, err := json.Marshal(m.Epoch)
	if err != nil {
		return nil, err
	}
	var claim string
	if !m.Claim.IsZero() {
		claim = m.Claim.String()
	}
	out := append([]byte(`{"type":"`), m.Type...)
	out = m.At.UTC().AppendFormat(append(out, `","timestamp":"`...), time.RFC3339Nano)
	out = strconv.AppendInt(append(out, `","data":{"seq":`...), m.Seq, 10)
	out = append(append(out, `,"epoch":`...), epoch...)
	if claim == "" {
		return append(out, `,"claim_id":null,"claim":null}}`...), nil
	}
	out = append(append(append(out, `,"claim_id":"`...), claim...), `","claim":`...)
	if m.Document == nil {
		return append(out, "null}}"...), nil
	}
	out = document.AppendCredited(out, m.Document.Stored, h.cfg.PublicURL, m.Document.Seq, document.CreditName(m.House))
	return append(out, "}}"...), nil
}
