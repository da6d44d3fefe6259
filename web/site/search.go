package site

import (
	"strings"

	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// SearchPage is /search: the bare form, or what was found for words, a pasted text or an address.
type SearchPage struct {
	ui.Shell
	Canonical string
	Query     string
	Text      bool // Query is a text: it stands in a field of several lines
	TextLimit int  // characters of a text that are read
	Cut       int  // characters after which Query was cut, 0 if it was not
	// Again is what the query cannot be given in an address: the page came by POST, and its ways lead by POST.
	Again bool

	Warming bool // there is no index yet
	AtLeast bool // there may be more than Total
	Total   int
	Hits    []SearchHit
	Page    int // from 1
	Pages   int // that can be paged to
	Capped  int // how many can be paged to, if that is less than Total; else 0
	Prev    Way
	Next    Way
	First   Way

	Spelled *Spelling
	Ignored []string
	Sorts   []Choice
	Chosen  []Choice // with the way that leaves it out
	Clear   Way      // leaves all of Chosen out
	Facets  []SearchFacet

	Near    *NearSearch // what is found without one of the words, where nothing is with all of them
	Made    []MadeClaim // claims that Query makes
	Article *FoundArticle
	Unfiled bool   // Query is an address that nobody has filed
	TipURL  string // of the form for a tip, filled in with Query; empty when Query is too long for an address
}

// Way leads to another page of the same search: by its address, or by the state that is given with the text once more.
type Way struct {
	URL   string
	State string
}

// Choice is something that can be chosen, or was.
type Choice struct {
	Label string
	Lang  string   // of Label, if it is not the interface's
	Mark  *ui.Mark // in the place of Label
	Count int      // of claims that choosing it finds
	Way   Way
	On    bool
}

// SearchFacet is a list of choices of one kind.
type SearchFacet struct {
	Name    string // as in its message search.facet.NAME
	Choices []Choice
}

// shownChoices is how many choices of a facet are seen at once.
const shownChoices = 8

func (f SearchFacet) first() []Choice { return f.Choices[:min(shownChoices, len(f.Choices))] }
func (f SearchFacet) rest() []Choice  { return f.Choices[len(f.first()):] }

// SearchHit is a claim that was found, with what was searched for marked.
type SearchHit struct {
	ui.ClaimItem
	Claim      ui.Marked
	Worded     ui.Marked // another wording, where that is what was found
	WordedLang string    // of Worded
	Said       ui.Marked // of the answer or the headline
	House      bool      // checked by the house
}

// Spelling is how misspelled words were understood.
type Spelling struct {
	As    string // the query as it was searched for
	Exact Way    // searches it as typed
}

// NearSearch is what is found when one word of the query is left out.
type NearSearch struct {
	Without string
	Total   int
	Hits    []SearchHit
	All     Way
}

// MadeClaim is a claim that a text may make.
type MadeClaim struct {
	Claim   ui.ClaimItem
	Same    bool
	Passage string // of the text; empty if it is all of it
	// TextNumbers and ClaimNumbers are told where they differ.
	TextNumbers, ClaimNumbers []string
}

// FoundArticle is the article at the address that was searched for.
type FoundArticle struct {
	Path string // of its page
	ArticlePage
}

func (p SearchPage) head() ui.Head {
	h := ui.Head{Title: p.T("search.title"), Canonical: p.Canonical, Description: p.T("search.description", p.HouseName)}
	if !p.bare() {
		h.Robots = "noindex"
	}
	if p.Query != "" {
		h.Title = p.T("search.title.for", ui.Clip(strings.Join(strings.Fields(p.Query), " "), 80))
	}
	return h
}

// bare reports whether nothing was asked for.
func (p SearchPage) bare() bool { return p.Query == "" && len(p.Chosen) == 0 && p.Total == 0 }

// wide reports whether there is a column of facets beside what was found.
func (p SearchPage) wide() bool { return len(p.Facets) > 0 }

// level is the level of headings of what was found.
func (p SearchPage) level() int {
	if len(p.Made) > 0 {
		return 3
	}
	return 2
}

// pager reports whether there are other pages.
func (p SearchPage) pager() bool { return p.Prev != Way{} || p.Next != Way{} }

// nothing is what an empty result says.
func (p SearchPage) nothing() string {
	if p.Query == "" {
		return p.T("search.empty.chosen")
	}
	return p.T("search.empty", ui.Clip(strings.Join(strings.Fields(p.Query), " "), 80))
}

// counted says how many claims were found, and which page of them this is.
func (p SearchPage) counted() string {
	n := p.N("search.count", p.Total)
	if p.AtLeast {
		n = p.N("search.count.least", p.Total)
	}
	if p.Pages > 1 && p.Page <= p.Pages {
		n += p.T("list.comma") + p.T("search.page", p.Number(p.Page), p.Number(p.Pages))
	}
	return n
}

// onClass is the class of a choice in a facet.
func onClass(c Choice) string {
	if c.On {
		return "on"
	}
	return ""
}
