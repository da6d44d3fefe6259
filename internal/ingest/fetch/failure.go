package fetch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Cause says why nothing was fetched. It is for callers that choose what to do next, and for counting.
type Cause string

// The causes. Temporary ones may go away by themselves.
const (
	CauseAddress     Cause = "address"     // the address has the wrong form
	CauseUnreachable Cause = "unreachable" // no connection: refused, unknown name, closed port, silence; told apart by nobody but the log
	CauseTimeout     Cause = "timeout"     // the site was reached and took too long; temporary
	CauseTLS         Cause = "tls"         // no secure connection: certificate, version
	CauseProtocol    Cause = "protocol"    // the answer is no HTTP, or broke off; temporary
	CauseRedirect    Cause = "redirect"    // too many redirects, a loop, or one to what is no web address
	CauseTooLarge    Cause = "too_large"   // more bytes than allowed, packed or unpacked
	CauseType        Cause = "type"        // another type of content than was asked for
	CauseEncoding    Cause = "encoding"    // packed in a way that was not offered, or damaged
	CauseRobots      Cause = "robots"      // robots.txt asks not to be read by programs
	CauseWait        Cause = "wait"        // the site, or manners, ask to come back later
	CauseBusy        Cause = "busy"        // too many fetches at once here; temporary
	CauseStatus      Cause = "status"      // the site answered with an error
)

// Failure is the reason of a failed fetch, for operators. It is in the chain of the factcheck.Error that is returned
// (errors.As), and its Error tells nothing but the cause: whoever tries addresses of a house's network must not learn from
// answers which of them exist. Log it with slog to see the rest.
type Failure struct { //nolint:errname // what callers ask for is not an error in an error, but why it failed
	Cause   Cause
	Refused bool   // the address is one that must not be reached
	Host    string // host:port that was tried last; empty if it did not come to that
	Detail  string // what happened, in full

	message    string        // for a person
	retryAfter time.Duration // of CauseWait
	since      time.Time     // when the connection was begun, of CauseUnreachable
}

// Error returns the cause alone.
func (f *Failure) Error() string { return string(f.Cause) }

// LogValue returns everything, for the log.
func (f *Failure) LogValue() slog.Value {
	return slog.GroupValue(slog.String("cause", string(f.Cause)), slog.Bool("refused", f.Refused), slog.String("host", f.Host), slog.String("detail", f.Detail))
}

// Temporary reports whether the same request may succeed later. For CauseUnreachable that is always so, because the answer
// must be the same for a host that is down and for one that is refused.
func (f *Failure) Temporary() bool {
	switch f.Cause {
	case CauseUnreachable, CauseTimeout, CauseProtocol, CauseWait, CauseBusy:
		return true
	default:
		return false
	}
}

// fail returns a Failure with a message for a person.
func fail(cause Cause, message, detail string) *Failure {
	return &Failure{Cause: cause, message: message, Detail: detail}
}

// unreachable returns the one answer to every address that no connection came about with.
func unreachable(since time.Time, host string, refused bool, detail string) *Failure {
	f := fail(CauseUnreachable, "this address could not be reached; check its spelling, and that it is open to the public", detail)
	f.Host, f.Refused, f.since = host, refused, since
	return f
}

// badTarget returns the failure for an address that parseTarget or join did not take.
func badTarget(cause Cause, since time.Time, err error) *Failure {
	if errors.Is(err, errSpelling) {
		return unreachable(since, "", true, err.Error())
	}
	return fail(cause, err.Error(), err.Error())
}

// asError returns the failure as what pages, API and command line show, after the hold of an unreachable address.
//
// Only the log learns of the detail. A caller that gave up gets its context's error.
func (f *Fetcher) asError(ctx context.Context, failure *Failure) error {
	if failure.Cause == CauseUnreachable {
		level := slog.LevelInfo
		if failure.Refused {
			level = slog.LevelWarn
		}
		f.log.Log(ctx, level, "fetch came to no connection", "failure", failure)
		f.hold(ctx, failure.since)
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("fetch: %w", context.Cause(ctx))
	}
	return failure.public()
}

// public returns the failure as a factcheck.Error: rate_limited, forbidden (robots) or unavailable (busy) where coming back
// helps, else invalid in the field "url": the fault is in what was asked for, never in this server.
func (f *Failure) public() error {
	e := &factcheck.Error{Code: factcheck.CodeInvalid, Field: "url", Message: f.message, RetryAfter: f.retryAfter, Err: f}
	switch f.Cause {
	case CauseWait:
		e.Code = factcheck.CodeRateLimited
	case CauseRobots:
		e.Code = factcheck.CodeForbidden
	case CauseBusy:
		e.Code = factcheck.CodeUnavailable
	default:
	}
	return e
}

// hold waits until a whole number of Limits.Hold has passed since the connection was begun. So it cannot be told by the
// clock whether a name was unknown, known and refused, or tried in vain.
func (f *Fetcher) hold(ctx context.Context, since time.Time) {
	step := f.limits.Hold
	if step <= 0 || since.IsZero() {
		return
	}
	passed := time.Since(since)
	pause(ctx, step-passed%step)
}

// pause waits for d, or until ctx is done, and reports whether d has passed.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// withoutSecrets returns an address for the log: no path, no query.
func withoutSecrets(u *url.URL) string { return u.Scheme + "://" + u.Host }
