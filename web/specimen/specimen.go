// Package specimen holds every page of the readers' site in every state, with invented people, places and texts on
// reserved example domains. The tests render them, the browser tests look at them, and a developer can too.
package specimen

import (
	"fmt"
	"slices"
	"time"

	"github.com/a-h/templ"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// Page is one page in one state.
type Page struct {
	Name      string // short, fit for a file name
	Component templ.Component
	Title     string // what the title must begin with
	Lang, Dir string // of the document
	Unrated   bool   // no word of a rating may be read anywhere
	JSONLD    bool   // carries ClaimReview
}

// Pages returns all of them. Each call makes new values, so a caller may change what it gets.
func Pages() []Page {
	return slices.Concat(claimPages(), otherPages(), searchPages(), readerPages(), indexPages())
}

// Shell returns the frame of a newsroom called Example Checks, with all its rooms open.
func Shell(lang, path string) ui.Shell {
	return ui.Shell{
		Locale: ui.Locale{Lang: lang}, HouseName: "Example Checks", PublicURL: "https://checks.example", Path: path,
		Rooms: ui.Rooms{Search: true, Corrections: true, About: true, Developers: true, Tips: true, Feeds: true},
	}
}

func claimPages() []Page {
	const fixed = `{"@context":"https://schema.org","@type":"ClaimReview","claimReviewed":"</script><!-- \u003c"}`
	page := func(name, title string, c document.Claim, change func(*site.ClaimPage)) Page {
		p := ClaimPage(c)
		p.JSONLD = []byte(fixed)
		if change != nil {
			change(&p)
		}
		return Page{Name: name, Component: site.Claim(p), Title: title, Lang: "en", Dir: "ltr", JSONLD: true}
	}
	unpublished := func(p Page, unrated bool) Page {
		p.JSONLD, p.Unrated = false, unrated
		return p
	}
	corrected := func(p *site.ClaimPage) {
		p.History, p.HistoryURL, p.CompareURL = history(), "/claims/mayor-resigned/history", "/claims/mayor-resigned/history#2"
		p.FollowURL = "/claims/mayor-resigned/follow"
	}
	pinned := func(p *site.ClaimPage) {
		corrected(p)
		p.Pinned = &site.Pinned{
			N: 1, From: at("2025-06-07T16:40:00Z"), To: at("2025-06-08T09:05:00Z"),
			CurrentURL: "/claims/mayor-resigned", NextURL: "/claims/mayor-resigned/v/2",
		}
	}
	asOf := func(p *site.ClaimPage) {
		pinned(p)
		p.Pinned.AsOf = factcheck.Date{At: at("2025-06-07T00:00:00Z"), Precision: factcheck.PrecisionDay}
	}
	pages := []Page{
		page("claim", "False: “The mayor", Mayor(), corrected),
		unpublished(page("claim-version", "False: “The mayor", Mayor(), pinned), false),
		unpublished(page("claim-asof", "False: “The mayor", Mayor(), asOf), false),
		unpublished(page("claim-suspended", "Under review: “The mayor", Suspended(), corrected), true),
		unpublished(page("claim-retracted", "Retracted: “The mayor", Retracted(), corrected), false),
		page("claim-imported", "Faux (says Faits Exemples): “", Imported(1), nil),
		page("claim-imported-agree", "False (say 2 publishers): “", Imported(2), nil),
		page("claim-imported-disagree", "Publishers disagree: “", Imported(4), nil),
		page("claim-misleading", "Misleading: “The bridge", Misleading(), nil),
		page("claim-true-long", "True: “", LongTrue(), nil),
		page("claim-rtl", "False: «", Arabic(), nil),
		page("claim-bare", "Mixed: “Rain", Bare(), nil),
		unpublished(page("claim-none", "No verdict yet: “Rain", None(), nil), false),
	}
	mirrored := page("claim-mirrored", "خاطئ: «استقالت", Mayor(), func(p *site.ClaimPage) {
		corrected(p)
		p.Lang = "ar"
	})
	mirrored.Lang, mirrored.Dir = "ar", "rtl"
	pages = append(pages, mirrored)
	for truth, label := range map[string]string{"true": "True", "mostly_true": "Mostly true", "mixed": "Mixed", "mostly_false": "Mostly false", "false": "False"} {
		c := Mayor()
		c.Verdicts[0].Rating = document.Rating{Label: label, Scale: "house/1", Truth: &truth, Reasons: []string{}}
		pages = append(pages, page("claim-rated-"+truth, label+": “", c, nil))
	}
	return pages
}

func otherPages() []Page {
	page := func(name, title string, c templ.Component) Page {
		return Page{Name: name, Component: c, Title: title, Lang: "en", Dir: "ltr"}
	}
	mirrored := Home()
	mirrored.Lang = "ar"
	return []Page{
		{Name: "home-mirrored", Component: site.Home(mirrored), Title: "Example Checks", Lang: "ar", Dir: "rtl"},
		page("home", "Example Checks", site.Home(Home())),
		page("home-empty", "Example Checks", site.Home(site.HomePage{Shell: Shell("en", "/")})),
		page("article", "Mayor quits, reports say", site.Article(Article())),
		page("article-empty", "news.example", site.Article(emptyArticle())),
		page("history", "History of “The mayor", site.History(historyPage())),
		page("moved", "This claim is kept elsewhere", site.Moved(moved())),
		page("gone", "This claim is gone", site.Moved(site.MovedPage{Shell: Shell("en", "/claims/x"), Note: "Two claims were filed as one by mistake."})),
		page("about", "How we check", site.Prose(About())),
		page("developers", "For developers", site.Developers(Developers())),
		page("guide", "Look up addresses and texts", site.Guide(Guide())),
		page("error-400", "That did not make sense to us", site.Error(site.ErrorPage{Shell: Shell("en", "/x"), Status: 400})),
		page("error-404", "Page not found", site.Error(site.ErrorPage{Shell: Shell("en", "/nothing"), Status: 404})),
		page("error-500", "That is our fault", site.Error(site.ErrorPage{Shell: Shell("en", "/x"), Status: 500, RequestID: "01J0-EXAMPLE"})),
		page("error-410", "Gone", site.Error(site.ErrorPage{Shell: Shell("en", "/x"), Status: 410})),
		page("error-503", "Back in a moment", site.Error(site.ErrorPage{Shell: Shell("en", "/x"), Status: 503, RetryAfter: 10})),
		page("error-429", "Too many requests", site.Error(site.ErrorPage{Shell: Shell("en", "/x"), Status: 429, RetryAfter: 30})),
	}
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(fmt.Sprintf("specimen: %v", err))
	}
	return t
}
