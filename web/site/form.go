package site

import (
	"time"

	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// FormPage is a page on which a reader writes to the newsroom: a tip, an error, a dispute, a sighting.
type FormPage struct {
	ui.Shell
	Canonical string
	Title     string
	Lead      string
	Private   bool          // not for search engines: it is about one claim
	About     *ui.ClaimItem // the claim it is about; nil if none
	Action    string        // path the form is sent to
	Choices   []FormChoice
	Fields    []ui.Field
	Ticks     []FormTick
	Submit    string
	Next      []string     // what happens next, in order
	More      []AboutEntry // what the house says of this elsewhere
	Began     string       // when the form was shown, as the server writes it
	Trouble   string       // what went wrong, if it did
}

// FormChoice is a question with a few answers.
type FormChoice struct {
	Name, Legend, Error string
	Options             []FormOption
}

// FormOption is one of the answers.
type FormOption struct {
	Value, Label, Hint string
	On                 bool
}

// FormTick is something that can be asked for besides.
type FormTick struct {
	Name, Label, Hint string
	On                bool
}

// The names of the fields that people do not fill in. Trap is one that only programs do.
const (
	FieldTrap  = "website"
	FieldBegan = "began"
)

func (p FormPage) head() ui.Head {
	h := ui.Head{Title: p.Title, Canonical: p.Canonical, Description: p.Lead}
	if p.Trouble != "" {
		h.Title = p.T("form.trouble.title", p.Title)
	}
	if p.Private || p.Trouble != "" {
		h.Robots = "noindex"
	}
	return h
}

// wrong lists what is to be mended, with the id of its control.
func (p FormPage) wrong() []ui.Field {
	var out []ui.Field
	for _, c := range p.Choices {
		if c.Error != "" {
			out = append(out, ui.Field{ID: c.Name, Error: c.Error})
		}
	}
	for _, f := range p.Fields {
		if f.Error != "" {
			out = append(out, f)
		}
	}
	return out
}

// SentPage says that something arrived and what happens next.
type SentPage struct {
	ui.Shell
	Title     string
	Lead      string
	Next      []string
	More      []AboutEntry // what the house says of this elsewhere
	Reference string       // to quote when they ask after it; empty if the address holds none
	About     *ui.ClaimItem
	Again     string // path of the form, empty if it should not be offered once more
}

func (p SentPage) head() ui.Head { return ui.Head{Title: p.Title, Robots: "noindex"} }

// AboutPage is /about: the house's own pages.
type AboutPage struct {
	ui.Shell
	Canonical string
	Entries   []AboutEntry
	Writing   []AboutEntry // ways to write to the house
	Missing   []string     // pages that the codes of the profession ask for and that the house has not written
}

// AboutEntry is one of them.
type AboutEntry struct {
	Title, Lang, URL string
	Hint             string
	At               time.Time // of its newest version; zero if it has none
}

func (p AboutPage) head() ui.Head {
	return ui.Head{Title: p.T("about.title", p.HouseName), Canonical: p.Canonical, Description: p.T("about.description", p.HouseName)}
}

// ProseVersion is a version of one of the house's pages.
type ProseVersion struct {
	N          int
	At         time.Time
	Note       string
	URL        string
	ChangesURL string // of what it changed; empty for the first
	On         bool
}

// ScaleVersion is a version of the house's scale.
type ScaleVersion struct {
	N      int
	Now    bool
	Labels []LabelRow
}

// ScalesPage is /about/scales: what the house's labels mean, and what they meant before.
type ScalesPage struct {
	ui.Shell
	Canonical string
	Scales    []ScaleVersion // newest first
}

func (p ScalesPage) head() ui.Head {
	return ui.Head{Title: p.T("scales.title"), Canonical: p.Canonical, Description: p.T("scales.lead")}
}
