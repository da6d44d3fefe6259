package specimen

import (
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/guide"
	"github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// Index returns a page in the middle of the list of all topics, claimants or outlets.
func Index(kind, lang string) site.IndexPage {
	path := "/" + kind
	p := site.IndexPage{Shell: Shell(lang, path), Kind: kind, Canonical: "https://checks.example" + path}
	p.Orders = []site.Order{{Label: p.T("order.name"), URL: path, On: true}, {Label: p.T("order.newest"), URL: path + "?sort=newest"}}
	one := site.IndexEntry{Name: "Politics", Lang: "en", URL: path + "/politics", Count: p.N("index.claims", 1234), Newest: at("2025-06-08T09:05:00Z")}
	p.Entries = []site.IndexEntry{one, {Name: "السياسة", Lang: "ar", URL: path + "/x", Detail: "news.example", Count: p.N("index.articles", 1), Newest: at("2025-06-07T09:05:00Z")}}
	p.Older = site.Older{FirstURL: path, NextURL: path + "?after=x"}
	return p
}

// Early returns the page for a moment at which nothing was published of a claim.
func Early() site.EarlyPage {
	p := site.EarlyPage{Shell: Shell("en", "/claims/mayor-resigned"), AsOf: factcheck.Date{At: at("2024-01-01T00:00:00Z"), Precision: factcheck.PrecisionYear}, First: at("2025-06-07T16:40:00Z")}
	p.Claim, p.FirstURL, p.HistoryURL = ui.ItemOf(p.Locale, Mayor()), "/claims/mayor-resigned/v/1", "/claims/mayor-resigned/history"
	return p
}

// Expired returns the page for a link of a mail that is no longer good.
func Expired() site.FollowPage {
	p := site.FollowPage{Shell: Shell("en", "/follow/confirm")}
	p.Title, p.Lead = p.T("follow.gone.title"), p.T("follow.gone.lead")
	return p
}

// Changelog returns what changed in the API.
func Changelog() site.GuidePage {
	g, _ := guide.Changelog("en")
	return site.GuidePage{Shell: Shell("en", "/developers/changelog"), Canonical: "https://checks.example/developers/changelog", Guide: g}
}

// Operation returns a page of the API's reference, in Arabic around English words.
func Operation() site.OperationPage {
	field := site.Field{Name: "limit", Type: "query, integer", Meaning: "How many; `null` for all", Limits: "at most 100; 20 if left out"}
	body := site.OperationBody{Kind: "application/json", Example: `{"text":"x"}`, Fields: []site.Field{{Name: "text", Type: "string", Required: true}}}
	many := body
	for range 13 {
		many.Fields = append(many.Fields, field)
	}
	o := site.Operation{ID: "file-claim", Method: "POST", Path: "/api/v1/claims", Summary: "File a claim", Description: "A claim to check.", Keyed: true, Parameters: []site.Field{field}, Bodies: []site.OperationBody{body}}
	o.Answers = []site.OperationAnswer{{Status: "201", Meaning: "Created", Bodies: []site.OperationBody{many}}, {Status: "400", Meaning: "Bad Request"}}
	path := "/developers/reference/file-claim"
	return site.OperationPage{Shell: Shell("ar", path), Canonical: "https://checks.example" + path, Operation: o, Origin: "https://checks.example"}
}

func indexPages() []Page {
	topics := Index("topics", "ar")
	return []Page{
		{Name: "index-topics-ar", Component: site.Index(topics), Title: topics.T("index.topics"), Lang: "ar", Dir: "rtl"},
		{Name: "index-claimants", Component: site.Index(Index("claimants", "en")), Title: "Claimants", Lang: "en", Dir: "ltr"},
		{Name: "index-outlets", Component: site.Index(Index("outlets", "en")), Title: "Outlets", Lang: "en", Dir: "ltr"},
		{Name: "early", Component: site.Early(Early()), Title: "Not published yet then", Lang: "en", Dir: "ltr"},
		{Name: "follow-expired", Component: site.Follow(Expired()), Title: Expired().Title, Lang: "en", Dir: "ltr"},
		{Name: "operation-ar", Component: site.OperationOf(Operation()), Title: Operation().Operation.Summary + " (API)", Lang: "ar", Dir: "rtl"},
		{Name: "changelog", Component: site.Guide(Changelog()), Title: "Changelog and promise", Lang: "en", Dir: "ltr"},
	}
}
