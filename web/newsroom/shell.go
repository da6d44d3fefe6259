// Package newsroom holds the pages of the people who check facts: one struct per page in plain Go, beside the templ component
// that renders it.
//
// Their words are written here, in English, and not in the catalogue of the readers' pages: a newsroom works in one language.
// Everything else on a page is somebody's text and carries its own direction. What readers will see is set in the serif, what
// is operated in the sans.
package newsroom

import (
	"strings"

	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// Shell is what every page needs besides its own content.
type Shell struct {
	ui.Locale
	HouseName string
	Logo      ui.Picture // of the house
	Path      string     // of this page, for the menu
	FormToken string     // goes into every form
	Person    string     // who is signed in; empty before
	PersonID  string     // of them: what is kept in a browser is kept for one person
	Role      string
	Search    string // what is in the search field
	Reading   bool   // a reader's page stands on it: the newsroom's voice is kept to its own parts
}

// bodyClass returns the class by which the style sheet knows whose voice a page has.
func (s Shell) bodyClass() string {
	if s.Reading {
		return "reading"
	}
	return "desk"
}

// FormTokenField is the name of the field that carries Shell.FormToken.
const FormTokenField = "form_token"

// navItem is an entry of a menu.
type navItem struct {
	label, url string
	current    bool // it is this very page
	within     bool // this page stands under it
}

func (s Shell) nav() []navItem {
	items := []navItem{
		{label: "Claims", url: "/newsroom/claims"}, {label: "Articles", url: "/newsroom/articles"}, {label: "Tips", url: "/newsroom/tips"},
		{label: "To decide", url: "/newsroom/proposals"}, {label: "House", url: "/newsroom/house"},
	}
	if s.Role == "admin" {
		items = append(items, navItem{label: "People", url: "/newsroom/people"})
	}
	for i := range items {
		items[i].current = items[i].url == s.Path
		items[i].within = items[i].url == s.part()
	}
	return items
}

// part returns the address of the menu's entry under which a page stands, or its own.
func (s Shell) part() string {
	first, _, _ := strings.Cut(strings.TrimPrefix(s.Path, "/newsroom/"), "/")
	switch first {
	case "suggestions":
		first = "articles"
	case "complaints", "notices":
		first = "proposals"
	case "imports", "audit", "permissions", "partners":
		first = "house"
	}
	return "/newsroom/" + first
}

// title returns the title of the document.
func (s Shell) title(page string) string {
	if s.HouseName == "" {
		return page + " · Desk"
	}
	return page + " · Desk · " + s.HouseName
}

// troubled returns the title of a page, which says so first if something went wrong.
func troubled(message, title string) string {
	if message == "" {
		return title
	}
	return "Not done: " + title
}

// targetIf returns the id of the field to lead to, if it is on the page.
func targetIf(there bool, id string) string {
	if there {
		return id
	}
	return ""
}

// KeptField is a field of a form that could not be done, with what was typed into it.
type KeptField struct{ Name, Value string }

// long reports whether the value is a text that somebody wrote, and worth showing.
func (k KeptField) long() bool {
	return k.Name != "was" && len(k.Value) > 60 || strings.Contains(k.Value, "\n")
}

// label is how the field is called where it is shown.
func (k KeptField) label() string {
	return strings.ToUpper(k.Name[:min(1, len(k.Name))]) + strings.ReplaceAll(strings.ReplaceAll(k.Name[min(1, len(k.Name)):], "_", " "), ".", " ")
}

// ClaimItem is a claim in the newsroom's lists.
type ClaimItem struct {
	ID, Text, Lang string
	Stage          string
	PublicURL      string // of its page; empty when it is not public
}

// stageWord says where the work on a claim is.
func stageWord(stage string) string {
	switch stage {
	case "tip":
		return "Tip"
	case "triage":
		return "In triage"
	case "checking":
		return "Being checked"
	case "in_review":
		return "Waits for approval"
	case "published":
		return "Published"
	case "declined":
		return "Declined"
	case "merged":
		return "Merged"
	}
	return stage
}
