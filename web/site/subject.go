package site

import (
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// Filter is a way to narrow a list down, with how many entries it leaves.
type Filter struct {
	Label string
	Mark  *ui.Mark // in the place of Label
	Count int
	URL   string
	On    bool
}

// Older leads through a list that is read from the newest on.
type Older struct {
	FirstURL string // of the newest entries; empty on their page
	NextURL  string // of older ones; empty where there are none
}

// Order is a way to order a list.
type Order struct {
	Label string
	URL   string
	On    bool
}

// SubjectPage is /claimants/{slug} or /topics/{slug}: the public claims of somebody or about something.
type SubjectPage struct {
	ui.Shell
	Canonical string
	FeedURL   string
	Topic     bool   // or a claimant
	Kind      string // of a claimant: person, organisation, anonymous
	Name      string
	NameLang  string // of Name, if it is known
	Total     int
	Filters   []Filter // by reading, those that there are; the first lists all
	Only      *Filter  // the one that is on, unless it is all
	Orders    []Order
	Ordered   bool // otherwise than usual
	Items     []ui.ClaimItem
	Older     Older
}

func (p SubjectPage) head() ui.Head {
	h := ui.Head{Title: p.Name, Canonical: p.Canonical, FeedURL: p.FeedURL, Description: p.N("subject.description", p.Total, p.Name, p.HouseName)}
	if p.Only != nil || p.Ordered || p.Older.FirstURL != "" {
		h.Robots = "noindex"
	}
	return h
}

// crumbs lead to the index that the page is in, and say what kind of subject it is of.
func (p SubjectPage) crumbs() []ui.Crumb {
	if p.Topic {
		return []ui.Crumb{{Label: p.T("index.topics"), URL: p.Local("/topics")}}
	}
	index := ui.Crumb{Label: p.T("index.claimants"), URL: p.Local("/claimants")}
	if p.kicker() == p.T("subject.claimant") { // says the same once more
		return []ui.Crumb{index}
	}
	return []ui.Crumb{index, {Label: p.kicker()}}
}

func (p SubjectPage) kicker() string {
	if p.Topic {
		return p.T("subject.topic")
	}
	switch factcheck.ClaimantKind(p.Kind) {
	case factcheck.ClaimantPerson:
		return p.T("subject.person")
	case factcheck.ClaimantOrganisation:
		return p.T("subject.organisation")
	case factcheck.ClaimantAnonymous:
	}
	return p.T("subject.claimant")
}

func (p SubjectPage) note() string {
	if p.Topic {
		return p.T("subject.note.topic")
	}
	return p.T("subject.note.claimant")
}

// OutletPage is /outlets/{slug}: what the articles of an outlet did with public claims.
type OutletPage struct {
	ui.Shell
	Canonical string
	Name      string
	Site      string
	Articles  int
	Filters   []Filter
	Narrowed  bool
	Orders    []Order
	Ordered   bool // otherwise than usual
	Listed    bool // only what imported checks list
	Rows      []OutletRow
	Older     Older
}

// OutletRow is an article of the outlet with claims that it is in.
type OutletRow struct {
	Title, Lang string
	URL         string // of its page here
	Published   factcheck.Date
	Claims      []OutletClaim
}

// OutletClaim is what an article did with a claim.
type OutletClaim struct {
	Stance      string
	State       string // standing, corrected, removed
	CorrectedAt *time.Time
	Claim       ui.ClaimItem
}

func (p OutletPage) head() ui.Head {
	h := ui.Head{Title: p.Name, Canonical: p.Canonical, Description: p.N("outlet.description", p.Articles, p.Name, p.HouseName)}
	if p.Narrowed || p.Ordered || p.Older.FirstURL != "" {
		h.Robots = "noindex"
	}
	return h
}

// asserts reports whether the article made or repeated the claim, so that there is something to correct.
func (r OutletClaim) asserts() bool { return factcheck.Stance(r.Stance).Asserts() }

func (r OutletRow) title(l ui.Locale) string {
	return ui.Clip(firstOf(r.Title, l.T("article.untitled")), 200)
}

// since is what became of an article that made or repeated a claim.
func (r OutletClaim) since(l ui.Locale) string {
	if r.State == string(factcheck.StateStanding) || r.CorrectedAt == nil {
		return l.T("state." + firstOf(r.State, string(factcheck.StateStanding)))
	}
	return l.T("state."+r.State+".at", l.Day(*r.CorrectedAt))
}

// CorrectionsPage is /corrections: every correction the house published.
type CorrectionsPage struct {
	ui.Shell
	Canonical string
	FeedURL   string
	PolicyURL string // of the house's own page on corrections; empty if it has none
	Filters   []Filter
	Narrowed  bool
	Rows      []CorrectionRow
	Older     Older
}

// CorrectionRow is one correction.
type CorrectionRow struct {
	Kind     string // update, clarification, correction, retraction
	At       time.Time
	Note     string // empty while the verdict is under review
	NoteLang string
	Claim    ui.ClaimItem
	Changes  string // address of what changed
}

func (p CorrectionsPage) head() ui.Head {
	h := ui.Head{Title: p.T("corrections.title"), Canonical: p.Canonical, FeedURL: p.FeedURL, Description: p.T("corrections.description", p.HouseName)}
	if p.Narrowed || p.Older.FirstURL != "" {
		h.Robots = "noindex"
	}
	return h
}

// EarlierPage goes on where the newest claims of the front page end.
type EarlierPage struct {
	ui.Shell
	Canonical string
	Items     []ui.ClaimItem
	Older     Older
}

func (p EarlierPage) head() ui.Head {
	return ui.Head{Title: p.T("home.earlier"), Canonical: p.Canonical, Robots: "noindex"}
}

// IndexPage is /topics, /claimants or /outlets: all that have a page.
type IndexPage struct {
	ui.Shell
	Kind      string // topics, claimants, outlets
	Canonical string
	Orders    []Order
	Ordered   bool // otherwise than usual
	Entries   []IndexEntry
	Older     Older
}

// IndexEntry is a subject that has a page.
type IndexEntry struct {
	Name, Lang string
	URL        string
	Detail     string // one thing more that tells it apart; may be empty
	NamedBy    string // of several with this name, the publisher who names them so; may be empty
	Count      string // of claims or articles, in words
	Newest     time.Time
}

func (p IndexPage) head() ui.Head {
	h := ui.Head{Title: p.T("index." + p.Kind), Canonical: p.Canonical, Description: p.T("index."+p.Kind+".description", p.HouseName)}
	if p.Ordered || p.Older.FirstURL != "" {
		h.Robots = "noindex"
	}
	return h
}
