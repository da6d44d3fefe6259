package specimen

import (
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/guide"
	"github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// Home returns a front page with every kind of entry.
func Home() site.HomePage {
	shell := Shell("en", "/")
	item := func(text, label string, truth factcheck.Truth, answer, claimant, day, note string) ui.ClaimItem {
		return ui.ClaimItem{
			Text: text, Lang: "en", URL: "/claims/x", State: ui.StateCurrent, Mark: ui.Mark{Label: label, Truth: truth},
			Answer: answer, AnswerLang: "en", Claimant: claimant, At: at(day), Note: note,
		}
	}
	lead := ui.ItemOf(shell.Locale, Mayor())
	suspended := ui.ItemOf(shell.Locale, Suspended())
	imported := ui.ItemOf(shell.Locale, Imported(1))
	arabic := ui.ItemOf(shell.Locale, Arabic())
	return site.HomePage{
		Shell: shell, Canonical: "https://checks.example/", FeedURL: "https://checks.example/feed.atom", Lead: &lead,
		New: []ui.ClaimItem{
			item("The bridge at Exampleford lost half its traffic after the toll.", "Misleading", "", "Traffic fell by half on one Sunday, the day of the marathon. Over the year it fell by four per cent.", "Example Motorists’ Union", "2025-06-10T08:00:00Z", ""),
			item("The water of the Great Example Lake rose by eleven centimetres this spring.", "True", factcheck.TruthTrue, "The gauge at the dam shows eleven centimetres between March and May.", "Water board", "2025-06-09T08:00:00Z", ""),
			arabic,
			imported,
		},
		Spreading: []ui.ClaimItem{
			item("Tap water in Sampletown turns pink when boiled.", "False", factcheck.TruthFalse, "The photographs show a dye test of 2011. The town’s water was measured daily and was clear.", "A forwarded message", "2025-06-08T08:00:00Z", "14 articles in two days"),
			item("One in three pupils of Demoland walks to school.", "Mostly true", factcheck.TruthMostlyTrue, "It was 31 per cent in the last survey, which left out two islands.", "Ministry of Roads", "2025-06-07T08:00:00Z", "6 articles in two days"),
			suspended,
		},
		Corrected: []ui.ClaimItem{
			item("The night bus of Exampleville was cut because nobody used it.", "Mostly false", factcheck.TruthMostlyFalse, "It carried 300 people a night. The contract ended.", "A councillor", "2025-06-06T08:00:00Z", "Clarified: the contract ended in May, not in April."),
			item("Samplers eat more bread than any other people.", "Mixed", factcheck.TruthMixed, "By weight yes, by loaves no.", "Bakers of Sample", "2025-06-02T08:00:00Z", "Updated with the figures of 2024."),
		},
		Total: 1234, Others: 1180, House: true, SpreadIn: 30, Older: site.Older{NextURL: "/?after=x"},
	}
}

// Article returns an article that repeats one claim, reports another and is listed with a third.
func Article() site.ArticlePage {
	shell := Shell("en", "/articles/article-2")
	repeats := appearances()[2]
	repeats.Article.ArchiveURL = "https://archive.example/a2"
	repeats.First, repeats.AppearedAt, repeats.AppearedPrecision = true, new("2025-06-04"), new("day")
	repeats.Quote = "The mayor has quit over the harbour contract, according to reports."
	reports := document.Appearance{Stance: "reports", Correction: document.AppearanceStanding{State: "standing"}}
	standing := document.Appearance{Stance: "repeats", Correction: document.AppearanceStanding{State: "standing"}, Quote: "Everyone walks to school here."}
	h := Home()
	return site.ArticlePage{
		Shell: shell, Canonical: "https://checks.example/articles/article-2", Article: repeats.Article, Author: "Sam Sample",
		Kind: "page", JSONURL: "/api/v1/articles/article_2",
		Claims: []site.ArticleClaim{
			{Claim: ui.ItemOf(shell.Locale, Mayor()), Appearance: repeats, Accuse: true},
			{Claim: h.Spreading[0], Appearance: standing, Accuse: true},
			{Claim: h.New[0], Appearance: reports},
			{Claim: h.New[1], Appearance: document.Appearance{Stance: "listed"}},
		},
	}
}

func emptyArticle() site.ArticlePage {
	return site.ArticlePage{
		Shell: Shell("en", "/articles/x"), Article: document.Article{Title: "news.example: a page nobody has checked", URL: "https://news.example/x"},
	}
}

func historyPage() site.HistoryPage {
	c := Mayor()
	return site.HistoryPage{
		Shell: Shell("en", "/claims/mayor-resigned/history"), Canonical: c.URL + "/history", Text: c.Text, Lang: c.Language,
		ClaimURL: "/claims/mayor-resigned", Entries: history(), Pager: ui.Pager{PrevURL: "/claims/mayor-resigned/history?page=1"},
	}
}

func moved() site.MovedPage {
	to := ui.ItemOf(ui.Locale{Lang: "en"}, Mayor())
	return site.MovedPage{
		Shell: Shell("en", "/claims/mayor-quits"), Text: "The mayor quits.", Lang: "en", To: &to, Note: "Both say that the mayor resigned.",
	}
}

// About returns the page that explains the method and the labels.
func About() site.ProsePage {
	return site.ProsePage{
		Shell: Shell("en", "/about/method"), Canonical: "https://checks.example/about/method", Title: "How we check",
		Lead: "Every verdict rests on sources you can open, was approved by a second person, and stays readable when it changes.",
		Body: "## Which claims we check\n\nClaims that can be checked, that many people have seen, and that would matter if they were believed.\n\n## How a verdict comes about\n\n1. We write down the claim as it was made.\n2. We look for the evidence on both sides.\n3. Somebody who did not write the text approves it.",
		Labels: []site.LabelRow{
			{Mark: ui.Mark{Label: "True", Truth: factcheck.TruthTrue}, Definition: "The claim is right, and nothing is missing that would change its meaning."},
			{Mark: ui.Mark{Label: "Mostly true", Truth: factcheck.TruthMostlyTrue}, Definition: "Right in substance; a detail is wrong or missing."},
			{Mark: ui.Mark{Label: "Mixed", Truth: factcheck.TruthMixed}, Definition: "Partly right and partly wrong."},
			{Mark: ui.Mark{Label: "Mostly false", Truth: factcheck.TruthMostlyFalse}, Definition: "Wrong in substance, with something right in it."},
			{Mark: ui.Mark{Label: "False", Truth: factcheck.TruthFalse}, Definition: "The claim is wrong, and the evidence against it is public."},
			{Mark: ui.Mark{Label: "Misleading"}, Definition: "What it says may be so; what it makes you believe is not."},
		},
	}
}

// Developers returns the page where partners begin.
func Developers() site.DevelopersPage {
	return site.DevelopersPage{
		Shell: Shell("en", "/developers"), Canonical: "https://checks.example/developers", Guides: guide.All("en"),
		Reference: site.Reference{Operations: []site.Operation{{ID: "list-claims", Method: "GET", Path: "/api/v1/claims", Summary: "Published claims, newest first."}}},
	}
}

// Guide returns a guide for partners, with programs.
func Guide() site.GuidePage {
	g, _ := guide.Find("en", "look-up")
	return site.GuidePage{Shell: Shell("en", "/developers/guides/look-up"), Canonical: "https://checks.example/developers/guides/look-up", Guide: g, Guides: guide.All("en")}
}
