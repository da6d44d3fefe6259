package site

import (
	"slices"

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

// HistoryPage is /claims/{slug}/history: every public state of a claim's page.
type HistoryPage struct {
	ui.Shell
	Canonical  string
	Text, Lang string
	ClaimURL   string
	Entries    []HistoryEntry // newest first
	UnderWay   bool           // the verdict is under review now: no rating is shown
	Pager      ui.Pager
}

func (p HistoryPage) head() ui.Head {
	return ui.Head{
		Title: p.T("history.title", ui.Quoted(p.Lang, ui.Clip(p.Text, 200))), Canonical: p.Canonical, Unrated: p.UnderWay,
	}
}

// ProsePage is a page of text: about, method, policies, developers. The heading is the interface's or the house's own.
type ProsePage struct {
	ui.Shell
	Canonical   string
	Title       string
	Description string
	Lead        string // the first paragraph, set large
	Lang        string // of Title, Lead and Body; the interface's if empty
	Body        string // Markdown
	Labels      []LabelRow
	Endpoints   []Endpoint
}

// LabelRow explains one label of the house's scale.
type LabelRow struct {
	Mark       ui.Mark
	Definition string
	id         string
}

// Endpoint is one line of the developers' page.
type Endpoint struct {
	Method, Path, Summary string
}

func (p ProsePage) lang() string { return firstOf(p.Lang, p.Shell.Lang) }

func (p ProsePage) head() ui.Head {
	return ui.Head{Title: p.Title, Description: firstOf(p.Description, p.Lead), Canonical: p.Canonical}
}

// labelled returns the rows with their ids. A label that would repeat an id gets none: a link can lead to one place only.
func (p ProsePage) labelled() []LabelRow {
	rows := slices.Clone(p.Labels)
	seen := map[string]bool{}
	for i := range rows {
		rows[i].id = LabelID(rows[i].Mark.Label)
		if seen[rows[i].id] {
			rows[i].id = ""
		}
		seen[rows[i].id] = true
	}
	return rows
}

// LabelID returns the id of a label's row on the about page, for links such as /about/method#label-mostly-true.
func LabelID(label string) string { return "label-" + ui.Anchor(label) }
