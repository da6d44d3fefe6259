package site

import (
	"slices"

	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// ProsePage is a page of text: about, method, policies, developers. The heading is the interface's or the house's own.
type ProsePage struct {
	ui.Shell
	Canonical   string
	Title       string
	Description string
	Lead        string   // the first paragraph, set large
	Lang        string   // of Title, Lead and Body; the interface's if empty
	Body        string   // Markdown
	Rules       []string // what the house asks of every verdict
	Labels      []LabelRow
	ScalesURL   string // of all versions of the labels; empty leaves it out
	Endpoints   []Endpoint
	Ours        bool           // one of the house's own pages: the way to the others is shown
	Versions    []ProseVersion // newest first; none for a page that the house has not written itself
	Old         string         // says that this is not the newest version, and which one it is; empty if it is
	NewestURL   string
}

// LabelRow explains one label of the house's scale.
type LabelRow struct {
	Mark       ui.Mark
	Native     string // the label in the house's own words, which addresses name; Mark's if empty
	Definition string
	Reading    string // how the shared scale reads it; empty leaves it out
	id         string
}

// Endpoint is one line of the developers' page.
type Endpoint struct {
	Method, Path, Summary string
}

func (p ProsePage) lang() string { return firstOf(p.Lang, p.Shell.Lang) }

func (p ProsePage) head() ui.Head {
	h := ui.Head{Title: p.Title, Description: firstOf(p.Description, p.Lead), Canonical: p.Canonical, ShareLang: p.Lang}
	if p.Old != "" {
		h.Robots = "noindex"
	}
	return h
}

// foreign reports whether the text is not in the interface's language.
func (p ProsePage) foreign() bool {
	return p.Lang != "" && ui.PrimaryLanguage(p.Lang) != ui.PrimaryLanguage(p.Shell.Lang)
}

// labelled returns the rows with their ids. A label that would repeat an id gets none: a link can lead to one place only.
func labelled(labels []LabelRow) []LabelRow {
	rows := slices.Clone(labels)
	seen := map[string]bool{}
	for i := range rows {
		rows[i].id = LabelID(firstOf(rows[i].Native, rows[i].Mark.Label))
		if seen[rows[i].id] {
			rows[i].id = ""
		}
		seen[rows[i].id] = true
	}
	return rows
}

// LabelID returns the id of a label's row on the about page, for links such as /about/method#label-mostly-true.
func LabelID(label string) string { return "label-" + ui.Anchor(label) }
