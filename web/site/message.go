package site

import (
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// ErrorPage is what a reader gets instead of a page: not found, gone, too many requests, down, or our fault. Unknown and
// unpublished things show the same page, byte for byte but for the request id.
type ErrorPage struct {
	ui.Shell
	Status     int    // HTTP status; those without words of their own are shown as 404 below 500, as 500 otherwise
	Message    string // one sentence safe to show, from factcheck.Error; empty takes the usual words
	RequestID  string // shown on errors of ours, so that a reader can report them
	RetryAfter int    // seconds; 0 leaves it out
}

// key returns the status whose words are shown.
func (p ErrorPage) key() string {
	switch p.Status {
	case 400, 422:
		return "error.400"
	case 401, 403:
		return "error.403"
	case 405:
		return "error.405"
	case 409, 412:
		return "error.409"
	case 410:
		return "error.410"
	case 413, 414, 431:
		return "error.413"
	case 429:
		return "error.429"
	case 503:
		return "error.503"
	}
	if p.Status >= 500 {
		return "error.500"
	}
	return "error.404"
}

// asks reports whether the page offers to ask the newsroom: where something is not, and the newsroom can be reached.
func (p ErrorPage) asks() bool { return p.Rooms.Tips && (p.Status == 404 || p.Status == 410) }

// sentence is a message as a sentence: it begins with a capital and ends with a full stop.
func sentence(message string) string {
	first, size := utf8.DecodeRuneInString(message)
	message = string(unicode.ToUpper(first)) + message[size:]
	if last, _ := utf8.DecodeLastRuneInString(message); unicode.IsLetter(last) || unicode.IsDigit(last) || last == ')' || last == '”' {
		message += "."
	}
	return message
}

func (p ErrorPage) head() ui.Head {
	return ui.Head{Title: p.T(p.key()), Robots: "noindex"}
}

// MovedPage says that a claim is somewhere else now (merged, renamed) or gone for good, to readers whose browser does not
// follow redirects and as the body of 410.
type MovedPage struct {
	ui.Shell
	Text, Lang string        // the claim that was here; empty after a redaction
	To         *ui.ClaimItem // where it went; nil when it is gone
	Note       string        // the public reason
}

func (p MovedPage) head() ui.Head {
	return ui.Head{Title: p.T(p.key()), Robots: "noindex"}
}

func (p MovedPage) key() string {
	if p.To == nil {
		return "moved.gone"
	}
	return "moved.merged"
}

// EarlyPage says that a claim's page was not there yet at a moment.
type EarlyPage struct {
	ui.Shell
	AsOf                 factcheck.Date // as exactly as it was asked for
	First                time.Time      // when it was first published
	Claim                ui.ClaimItem
	FirstURL, HistoryURL string
}

func (p EarlyPage) head() ui.Head {
	return ui.Head{Title: p.T("early.title"), Robots: "noindex", Unrated: p.Claim.State == ui.StateSuspended}
}
