package ui

import (
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// Rooms says which pages besides claims and articles this installation has, so that nothing links to a missing one.
type Rooms struct {
	Search, Corrections, About, Developers, Tips, Claimants, Topics, Outlets bool
	Embeds                                                                   bool // frames for other pages
	Feeds                                                                    bool // the page that lists them
}

// Shell is what every page needs besides its own content.
type Shell struct {
	Locale
	HouseName string // the newsroom, as it signs its verdicts
	Logo      Picture
	PublicURL string // origin the public reaches us at, without a trailing slash
	Path      string // path of this page without the prefix of its language, for the menu and the way to other languages
	Query     string // of this page's address, encoded, kept when the language is changed; may be empty
	// Languages are those in which this page can be read, the default first; none for pages that have one only.
	Languages []string
	Rooms     Rooms
}

// Picture is the logo of the house; one without a path is not there.
type Picture struct {
	Path, Type    string
	Width, Height int
}

// ours reports whether the picture is a logo at the address we serve logos at: no other is shown.
func (p Picture) ours() bool { return strings.HasPrefix(p.Path, "/logo-") }

// Wide reports whether a logo is a line of letters: the name beside it would say the same once more.
func (p Picture) Wide() bool { return p.Width >= 2*p.Height }

// Alternate is the same page in another language.
type Alternate struct {
	Lang, URL string
}

// Head is what the document's head says.
type Head struct {
	Title       string // also the share text; the claim pages begin it with the rating
	Description string
	Canonical   string      // absolute, without the prefix of a language; empty leaves it and the alternates out
	Robots      string      // such as "noindex"; empty leaves it out
	Type        string      // og:type, "website" if empty
	ShareLang   string      // language of Title when it is not the interface's, for og:locale
	Alternates  []Alternate // besides the languages of the interface
	JSONURL     string      // the same thing for machines
	FeedURL     string      // Atom, of what this page follows
	Image       string      // absolute; picture of 1200 by 630 for where the page is shared
	ImageAlt    string      // what it says
	OEmbed      string      // absolute; how to embed it, as JSON, and with &format=xml as XML
	Style       string      // name of a style sheet beside the one of all pages; empty: none
	Unrated     bool        // leaves out the scale in the footer: no rating may be read anywhere on the page
	JSONLD      []byte      // one JSON value; anything that could end the script element is escaped here again
}

// DocumentTitle returns the title with the newsroom's name behind it.
func (s Shell) DocumentTitle(h Head) string {
	if h.Title == "" || h.Title == s.HouseName {
		return s.HouseName
	}
	return h.Title + " · " + s.HouseName
}

// NavItem is an entry of the menu.
type NavItem struct {
	Label, URL string
	Current    bool
	Keep       bool // stays in the masthead on a phone; the footer repeats the others
}

// Nav returns the entries of the menu, those whose pages exist.
func (s Shell) Nav() []NavItem {
	corrections := s.Local("/") + "#corrected"
	if s.Rooms.Corrections {
		corrections = s.Local("/corrections")
	}
	items := []NavItem{
		{Label: s.T("nav.latest"), URL: s.Local("/")},
		{Label: s.T("nav.spreading"), URL: s.Local("/") + "#spreading"},
		{Label: s.T("nav.corrections"), URL: corrections},
	}
	if s.Rooms.About {
		items = append(items, NavItem{Label: s.T("nav.about"), URL: s.Local("/about/method")})
	}
	if s.Rooms.Search {
		items = append(items, NavItem{Label: s.T("nav.search"), URL: s.Local("/search"), Keep: true})
	}
	for i := range items {
		items[i].Current = items[i].URL == s.Local(s.Path)
	}
	return items
}

// FootNav returns the entries of the footer's menu.
func (s Shell) FootNav() []NavItem {
	items := s.Nav()
	for _, index := range []struct {
		on   bool
		name string
	}{{s.Rooms.Topics, "topics"}, {s.Rooms.Claimants, "claimants"}, {s.Rooms.Outlets, "outlets"}} {
		if index.on {
			items = append(items, NavItem{Label: s.T("index." + index.name), URL: s.Local("/" + index.name)})
		}
	}
	if s.Rooms.Tips {
		items = append(items, NavItem{Label: s.T("nav.tip"), URL: s.Local("/tips/new")}, NavItem{Label: s.T("nav.complain"), URL: s.Local("/complaints/new")})
	}
	if s.Rooms.Feeds {
		items = append(items, NavItem{Label: s.T("nav.feeds"), URL: s.Local("/feeds")})
	}
	if s.Rooms.Developers {
		items = append(items, NavItem{Label: s.T("nav.developers"), URL: s.Local("/developers")}, NavItem{Label: s.T("nav.data"), URL: s.Local("/data")})
	}
	for i := range items {
		items[i].Current = items[i].URL == s.Local(s.Path)
	}
	return items
}

// jsonLD writes a data block. templ does not interpolate inside script elements, so it is written here; "<" occurs in
// JSON inside strings only, where \u003c means the same and cannot end the element or open a comment.
func jsonLD(doc []byte) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		if len(bytes.TrimSpace(doc)) == 0 {
			return nil
		}
		safe := bytes.ReplaceAll(doc, []byte("<"), []byte(`\u003c`))
		for _, b := range [][]byte{[]byte(`<script type="application/ld+json">`), safe, []byte("</script>")} {
			if _, err := w.Write(b); err != nil {
				return err
			}
		}
		return nil
	})
}

// ogLocale writes a language tag as Open Graph wants it: es_AR.
func ogLocale(lang string) string { return strings.ReplaceAll(lang, "-", "_") }

func orDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func navCurrent(current bool) templ.Attributes {
	if !current {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}
