package site

import (
	"slices"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// ProsePage is a page of text: about, method, policies. The heading is the interface's or the house's own.
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
	ScalesURL   string            // of all versions of the labels; empty leaves it out
	Ours        bool              // one of the house's own pages: the way to the others is shown
	At          time.Time         // when it was written; zero for what the program says
	Chosen      bool              // the language was chosen in the address
	Languages   []ui.LanguageLink // in which the house wrote it
	CompareURL  string            // of what differs between versions; empty where there is one only
	Versions    []ProseVersion    // newest first; none for a page that the house has not written itself
	Old         string            // says that this is not the newest version, and which one it is; empty if it is
	NewestURL   string
}

// LabelRow explains one label of the house's scale.
type LabelRow struct {
	Mark       ui.Mark
	Native     string // the label in the house's own words, which addresses name; Mark's if empty
	Definition string
	Reading    string // how the shared scale reads it; empty leaves it out
	Verdicts   int    // that carry it now; 0 leaves it out
	SearchURL  string // finds them
	Newest     *ui.ClaimItem
	id         string
}

func (p ProsePage) lang() string { return firstOf(p.Lang, p.Shell.Lang) }

func (p ProsePage) head() ui.Head {
	h := ui.Head{Title: p.Title, Description: firstOf(p.Description, p.Lead), Canonical: p.Canonical, ShareLang: p.Lang}
	if p.Old != "" || p.Chosen {
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

// PolicyHistoryPage is /about/{slug}/history: the versions of one of the house's own pages, and what differs between two.
type PolicyHistoryPage struct {
	ui.Shell
	Canonical     string
	Title, Lang   string
	PageURL       string
	AskedLang     string         // ?lang=, kept by the form
	Versions      []ProseVersion // newest first
	From, To      int            // compared; 0 where there is one version only
	Titles, Words []document.Part
}

func (p PolicyHistoryPage) head() ui.Head {
	return ui.Head{Title: p.T("history.title", p.Title), Canonical: p.Canonical, Robots: "noindex"}
}

// same reports whether two versions read alike.
func (p PolicyHistoryPage) same() bool {
	return !document.Differs(p.Titles) && !document.Differs(p.Words)
}

// option names a version where one is chosen.
func (p PolicyHistoryPage) option(v ProseVersion) string {
	return p.T("about.version", p.Number(v.N)) + p.T("list.comma") + p.Day(v.At)
}

// action is where the form leads.
func (p PolicyHistoryPage) action() string { return p.Local(p.Path) }

// LabelID returns the id of a label's row on the about page, for links such as /about/method#label-mostly-true.
func LabelID(label string) string { return "label-" + ui.Anchor(label) }
