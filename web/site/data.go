package site

import (
	"strings"

	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// DataPage is /data: the monthly editions of all that is public.
type DataPage struct {
	ui.Shell
	Canonical string
	Editions  []DataEdition // newest first
}

// DataEdition is all that was public at a moment of a month.
type DataEdition struct {
	Month      string // in words
	ID         string // of its heading
	At         string
	Position   string // in the change feed
	Licence    string
	PackageURL string
	Remade     bool // not to be had right now
	Files      []DataFile
}

// DataFile is a file of an edition.
type DataFile struct {
	Format  string // ndjson or csv
	Name    string
	URL     string
	KB      int
	Claims  int
	SHA256  string
	Earlier []DataReplaced
}

// DataReplaced is a file that was made again.
type DataReplaced struct {
	At      string
	Reasons []string
	SHA256  string
}

func (p DataPage) head() ui.Head {
	return ui.Head{Title: p.T("data.title"), Canonical: p.Canonical, Description: p.T("data.lead")}
}

// why says for what reasons a file was made again.
func (r DataReplaced) why(l ui.Locale) string {
	words := make([]string, 0, len(r.Reasons))
	for _, reason := range r.Reasons {
		words = append(words, l.T("data.reason."+reason))
	}
	return strings.Join(words, l.T("list.comma"))
}
