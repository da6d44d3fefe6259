package specimen

import (
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

func search(query string) site.SearchPage {
	return site.SearchPage{Shell: Shell("en", "/search"), Query: query, TextLimit: 8000, Page: 1}
}

// Found is a page of results with everything on it.
func Found() site.SearchPage {
	p := search("mayr resigned")
	p.Total, p.Page, p.Pages = 12345, 2, 500
	p.Prev, p.Next = site.Way{URL: "/search?q=mayr"}, site.Way{URL: "/search?page=3&q=mayr"}
	p.Capped = 10_000
	p.Spelled = &site.Spelling{As: "mayor resigned", Exact: site.Way{URL: "/search?exact=1&q=mayr"}}
	p.Ignored = []string{"the", "of"}
	for i, name := range []string{"by relevance", "newest", "oldest"} {
		p.Sorts = append(p.Sorts, site.Choice{Label: name, Way: site.Way{URL: "/search?q=mayr"}, On: i == 0})
	}
	on := site.Choice{Mark: &ui.Mark{Label: "False", Truth: factcheck.TruthFalse, Lang: "en"}, Count: 1200, On: true, Way: site.Way{URL: "/search?q=mayr"}}
	p.Chosen = []site.Choice{on, {Label: "Politics", Way: on.Way}}
	p.Clear = on.Way
	p.Facets = facets(on)
	p.Hits = hits(p.Locale)
	return p
}

func facets(on site.Choice) []site.SearchFacet {
	choice := func(label, lang string, n int) site.Choice {
		return site.Choice{Label: label, Lang: lang, Count: n, Way: site.Way{URL: "/search?q=mayr&x=y"}}
	}
	mixed := on
	mixed.On, mixed.Mark = false, &ui.Mark{Label: "Missing context", Lang: "en"}
	topics := site.SearchFacet{Name: "topic"}
	for name := range strings.FieldsSeq("Politics Health Climate Water Roads Schools Elections Energy Migration Sport") {
		topics.Choices = append(topics.Choices, choice(name, "", 40))
	}
	return []site.SearchFacet{
		{Name: "rating", Choices: []site.Choice{on, mixed}}, topics,
		{Name: "publisher", Choices: []site.Choice{choice("Example Checks", "", 7000), choice("Faits Exemples, le journal des vérifications", "", 12)}},
		{Name: "language", Choices: []site.Choice{choice("English", "en", 6000), choice("العربية", "ar", 3)}},
		{Name: "year", Choices: []site.Choice{choice("2025", "", 800), choice("2024", "", 1)}},
	}
}

func hits(l ui.Locale) []site.SearchHit {
	hit := func(c document.Claim, claim, said string) site.SearchHit {
		h := site.SearchHit{ClaimItem: ui.ItemOf(l, c), Claim: ui.MarkedOf(claim), House: true}
		if said != "" {
			h.Said = ui.MarkedOf(said)
		}
		return h
	}
	arabic := hit(Arabic(), Arabic().Text, "")
	arabic.Worded, arabic.WordedLang = ui.MarkedOf("The <mark>mayor</mark> has <mark>resigned</mark>."), "en"
	imported := hit(Imported(1), "The <mark>mayor</mark> &lt;b&gt; has <mark>resigned</mark>.", "")
	imported.House = false
	return []site.SearchHit{
		hit(Mayor(), "The <mark>mayor</mark> of Exampleville has <mark>resigned</mark>.", "She chaired the council. No <mark>mayor</mark> has…"),
		arabic, imported, hit(Suspended(), "The <mark>mayor</mark> of Exampleville has <mark>resigned</mark>.", ""),
	}
}

// searches are the search page in all that it may have to say.
func searches() map[string]site.SearchPage {
	nothing := search("zzz")
	nothing.Rooms.Tips = true
	filtered := search("zzz")
	filtered.Chosen = Found().Chosen
	warming := search("mayor")
	warming.Warming, warming.AtLeast, warming.Total, warming.Pages, warming.Hits = true, true, 5000, 250, Found().Hits
	past := search("mayor")
	past.Total, past.Pages, past.Page, past.First = 3, 1, 9, site.Way{URL: "/search?q=mayor"}
	unfiled := search("https://news.example/nobody-filed-this")
	unfiled.Unfiled = true
	address := search("https://news.example/a2")
	address.Article = &site.FoundArticle{Path: "/articles/article-2", ArticlePage: Article()}
	made := search(strings.Repeat("They say the mayor has resigned over the harbour contract. ", 12))
	made.Text, made.Again, made.Cut, made.Total, made.Pages = true, true, 8000, 40, 2
	made.Next = site.Way{State: "again=1&page=2"}
	made.Hits = Found().Hits[1:]
	made.Facets = Found().Facets
	made.Made = []site.MadeClaim{
		{Claim: ui.ItemOf(made.Locale, Mayor()), Same: true, Passage: "They say the mayor has resigned over the harbour contract."},
		{Claim: ui.ItemOf(made.Locale, Misleading()), Passage: "Traffic fell by 40 per cent.", TextNumbers: []string{"40"}, ClaimNumbers: []string{"50"}},
	}
	unmade := search(strings.Repeat("Nobody has ever said this before. ", 4))
	unmade.Text, unmade.Total, unmade.Pages, unmade.Hits = true, 4, 1, Found().Hits
	mirrored := Found()
	mirrored.Lang = "ar"
	return map[string]site.SearchPage{
		"search": search(""), "search-found": Found(), "search-nothing": nothing, "search-filtered": filtered, "search-warming": warming,
		"search-past": past, "search-unfiled": unfiled, "search-address": address, "search-made": made, "search-unmade": unmade, "search-mirrored": mirrored,
	}
}

// searchPages returns the search pages with what tests hold them to.
func searchPages() []Page {
	var out []Page
	for name, p := range searches() {
		one := Page{Name: name, Component: site.Search(p), Title: "Search: " + ui.Clip(strings.TrimSpace(p.Query), 20), Lang: "en", Dir: "ltr"}
		one.Title = strings.TrimSuffix(one.Title, "…")
		if p.Query == "" {
			one.Title = "Search"
		}
		if p.Lang == "ar" {
			one.Lang, one.Dir, one.Title = "ar", "rtl", p.T("search.title.for", p.Query)
		}
		out = append(out, one)
	}
	return out
}
