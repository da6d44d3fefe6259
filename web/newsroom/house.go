package newsroom

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// HousePage is what the house says of itself and asks of its work.
type HousePage struct {
	Shell
	May                           bool // change it
	Name, Site, Licence, Language string
	Rules                         factcheck.HouseRules
	RulesRevision                 int
	Articles                      factcheck.ArticleRules
	ArticlesRevision              int
	Weights                       factcheck.DeskWeights
	WeightsRevision               int
	TipDays, TipsRevision         int
	LogoHash                      string // of the logo there is
	LogoSize                      int    // bytes
	Mail                          MailShown

	Told, Error, Field, Part string
}

// MailShown is how the mails to readers do.
type MailShown struct {
	On                                       bool // a mail server is set
	Followers, Waiting, Queued, Sent, Failed int
	Error                                    string
	ErrorAt                                  time.Time
}

func (p HousePage) wrong(part, field string) string {
	if p.Error != "" && p.Part == part && p.Field == field {
		return p.Error
	}
	return ""
}

// logoSize says how large the logo is.
func (p HousePage) logoSize() string {
	return strconv.Itoa(p.Logo.Width) + " × " + strconv.Itoa(p.Logo.Height) + " pixels, " + strconv.Itoa((p.LogoSize+1023)>>10) + " KiB"
}

// houseParts are the pages about the house.
func houseParts(role string) []navItem {
	items := []navItem{
		{label: "Names and rules", url: "/newsroom/house"}, {label: "Scales", url: "/newsroom/house/scales"}, {label: "Topics", url: "/newsroom/house/topics"}, {label: "Method and policies", url: "/newsroom/house/policies"},
		{label: "Publishers", url: "/newsroom/house/publishers"}, {label: "Bookmarklet", url: "/newsroom/house/bookmarklet"}, {label: "Who may do what", url: "/newsroom/permissions"},
	}
	items = append(items, navItem{label: "Partners", url: "/newsroom/partners"})
	if role == "admin" {
		items = append(items, navItem{label: "Keys", url: "/newsroom/house/keys"}, navItem{label: "Webhooks", url: "/newsroom/house/webhooks"}, navItem{label: "Imports", url: "/newsroom/imports"}, navItem{label: "Audit log", url: "/newsroom/audit"})
	}
	return items
}

// weightFields are the weights of the desk as a form asks for them.
func weightFields(w factcheck.DeskWeights) []weightField {
	return []weightField{
		{"outlet", "Points for an outlet", w.Outlet}, {"pace", "More for one of the last week", w.Pace}, {"tip", "Points for a tip", w.Tip},
		{"harm", "Points for a grade of harm", w.Harm}, {"checkability", "Points for a grade of checkability", w.Checkability}, {"days", "Days without news that take a point", w.Days},
	}
}

type weightField struct {
	name, label string
	value       int
}

// BookmarkletPage is the button for a browser's bar.
type BookmarkletPage struct {
	Shell
	Origin string
}

// script is what the bookmarklet does: it opens the form with the address of the page one is reading, and what is selected there.
func (p BookmarkletPage) script() string {
	return "javascript:(()=>{open(" + strconv.Quote(p.Origin+"/newsroom/articles/new?by=url&url=") + "+encodeURIComponent(location.href))})()"
}

// KeysPage lists the API keys.
type KeysPage struct {
	Shell
	Keys       []KeyItem
	Publishers []Choice
	People     []Choice // by e-mail address
	Fresh      string   // a key that was just made, shown this once
	FreshName  string

	Name, Scope, Owner, Publisher, Expires, Told, Error, Field string
}

// KeyItem is an API key.
type KeyItem struct {
	ID, Name, Hint, Scope, Owner, Publisher string
	Created, LastUsed, Expires, State       string // State: "", revoked, ended, or owner disabled
	Old                                     string // the secret before the one of now while it is valid, in words
}

func (p KeysPage) wrong(field string) string {
	if p.Error != "" && p.Field == field {
		return p.Error
	}
	return ""
}

func (p KeysPage) scopes() []option {
	return options(p.Scope, "read", "read: what is public, at its own rate", "file", "file: read and file, for its owner", "manage", "manage: file, merge, topics, for its owner")
}

// PublishersPage lists whose verdicts are here.
type PublishersPage struct {
	Shell
	May         bool
	List        []PublisherItem
	Told, Error string
}

// PublisherItem is a publisher.
type PublisherItem struct {
	ID, Name, Site, Licence, AllowedAt string
	House, Allowed                     bool
	Verdicts, Public                   int
}

func (it PublisherItem) listURL() string {
	return "/newsroom/claims?" + url.Values{"stage": {AnyStage}, "publisher": {it.ID}}.Encode()
}

// ScalesPage lists the scales.
type ScalesPage struct {
	Shell
	May  bool
	List []ScaleItem
	Told string
}

// ScaleItem is a version of a scale.
type ScaleItem struct {
	ID, Slug, Name, Site string
	Version              int
	Newest               bool
	Labels               []ScaleLabel
}

// ScaleLabel is a label of a scale as it is typed.
type ScaleLabel struct {
	Label, Truth, Definition, Value string
	Reasons                         []string
}

// ScalePage is the form for a new version of a scale.
type ScalePage struct {
	Shell
	ScaleItem
	Rows         []ScaleLabel
	Error, Field string
}

func truthOptions(chosen string) []option {
	return options(chosen, "", "no reading", "true", "true", "mostly_true", "mostly true", "mixed", "mixed", "mostly_false", "mostly false", "false", "false")
}

// PoliciesPage lists the house's own pages.
type PoliciesPage struct {
	Shell
	May  bool
	List []PolicyItem
	Told string
}

// PolicyItem is a version of one of the house's own pages.
type PolicyItem struct {
	Slug, Language, Title, Body, Note, At string
	Version, Newest                       int
}

func (it PolicyItem) path() string {
	return "/newsroom/house/policies/" + url.PathEscape(it.Slug) + "/" + url.PathEscape(it.Language)
}

func (it PolicyItem) versionPath() string { return it.path() + "?v=" + strconv.Itoa(it.Version) }

// PolicyPage is one of them with its versions, and the form for the next one.
type PolicyPage struct {
	Shell
	PolicyItem
	May          bool
	New          bool
	Versions     []PolicyItem
	Typed        PolicyItem
	Error, Field string
}

func (p PolicyPage) wrong(field string) string {
	if p.Error != "" && p.Field == field {
		return p.Error
	}
	return ""
}

// readingWords says how a label is read on the shared line.
func readingWords(l ScaleLabel) string {
	words := strings.ReplaceAll(l.Truth, "_", " ")
	if words == "" {
		words = "no reading"
	}
	for _, r := range l.Reasons {
		words += ", " + reasonWord(r)
	}
	return words
}

func reasonWord(r string) string { return strings.ReplaceAll(r, "_", " ") }

func allReasons() []string {
	var out []string
	for _, r := range factcheck.Reasons() {
		out = append(out, string(r))
	}
	return out
}

func reasonCount(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "(" + strconv.Itoa(len(list)) + ")"
}

func (p PolicyPage) heading() string {
	if p.New {
		return "Write a page"
	}
	return p.Title
}

func (p PolicyPage) formHeading() string {
	if p.New {
		return "The page"
	}
	return "The next version"
}

func (p PolicyPage) action() string {
	if p.New {
		return "/newsroom/house/policies/new"
	}
	return p.path()
}
