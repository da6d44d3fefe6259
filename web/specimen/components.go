package specimen

import (
	"strconv"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// Components returns the page of every component in every state, in the language of a shell: what is made for all pages, each
// once, and the way to every page in every state. It is shown in development mode and to the tests, never to readers.
func Components(s ui.Shell) Page {
	s.Path = "/developers/components"
	return Page{Name: "components", Component: components(s), Title: "Components", Lang: s.Lang, Dir: s.Dir()}
}

func componentsHead() ui.Head {
	return ui.Head{Title: "Components", Description: "Every component in every state.", Robots: "noindex"}
}

// marks are all discs, with a label of several words and one that does not want to break among them.
func marks() []ui.Mark {
	return []ui.Mark{
		{Label: "True", Truth: factcheck.TruthTrue, Lang: "en"}, {Label: "Mostly true", Truth: factcheck.TruthMostlyTrue, Lang: "en"},
		{Label: "Mixed", Truth: factcheck.TruthMixed, Lang: "en"}, {Label: "Mostly false", Truth: factcheck.TruthMostlyFalse, Lang: "en"},
		{Label: "False", Truth: factcheck.TruthFalse, Lang: "en"}, {Label: "Misleading", Lang: "en"}, {Label: "مضلل", Lang: "ar"},
		{Label: "Teilweise aus dem Zusammenhang gerissen", Lang: "de"}, {Label: "Verschwörungserzählungsverbreitung", Truth: factcheck.TruthFalse, Lang: "de"},
	}
}

// headings are claims of every length for which there is a size.
func headings() []string {
	return []string{"Rain fell on 200 days.", Mayor().Text + " And more.", Mayor().Text + " " + Misleading().Text, LongTrue().Text}
}

// items are claims in a list in every state.
func items(l ui.Locale) []ui.ClaimItem {
	var all []ui.ClaimItem
	for _, c := range []document.Claim{Mayor(), Misleading(), Suspended(), Retracted(), Imported(1), None(), Arabic(), LongTrue()} {
		all = append(all, ui.ItemOf(l, c))
	}
	all[0].Note = "14 articles in two days"
	return all
}

// fields are the controls of a form: bare, required with a hint, and with what is wrong.
func fields() []ui.Field {
	return []ui.Field{
		{ID: "f-bare", Name: "bare", Label: "A line"},
		{ID: "f-hint", Name: "hint", Label: "A line that is needed", Hint: "What belongs here, in a sentence.", Required: true, Value: "Something"},
		{ID: "f-wrong", Name: "wrong", Label: "An address", Type: "url", Hint: "It begins with https.", Error: "“example” is no address. It begins with https.", Value: "example", Required: true},
		{ID: "f-mail", Name: "mail", Label: "E-mail", Type: "email", Autocomplete: "email"},
		{ID: "f-text", Name: "text", Label: "A text", Type: "textarea", MaxLength: 2000, Value: "Several\nlines"},
		{ID: "f-textwrong", Name: "textwrong", Label: "A text that is missing", Type: "textarea", Error: "Write at least a sentence.", Required: true},
	}
}

// spreads are charts: of days with everything in it, of weeks, months and years, of one kind alone, and of very many.
func spreads() []ui.Timeline {
	begin := at("2025-06-04T09:00:00Z")
	every := func(n int, apart time.Duration, stances ...string) (all []document.Appearance) {
		for i := range n {
			day := begin.Add(time.Duration(i) * apart)
			a := document.Appearance{ID: strconv.Itoa(i), Stance: stances[i%len(stances)], Correction: document.AppearanceStanding{State: "standing"}}
			a.Article.PublishedAt = &day
			if i%3 == 0 {
				fixed := day.Add(apart)
				a.Correction = document.AppearanceStanding{State: "corrected", At: &fixed}
			}
			all = append(all, a)
		}
		return all
	}
	const hours = time.Hour
	mixed := []string{"makes", "repeats", "repeats", "reports", "disputes"}
	verdict := ui.Milestone{At: begin.Add(60 * hours), Key: "timeline.verdict"}
	return []ui.Timeline{
		ui.TimelineOf(ui.SpreadOf(every(12, 8*hours, mixed...)).Judged, verdict, ui.Milestone{At: begin.Add(80 * hours), Key: "timeline.clarification"}),
		ui.TimelineOf(ui.SpreadOf(every(60, 30*hours, mixed...)).Judged, verdict),
		ui.TimelineOf(ui.SpreadOf(every(60, 190*hours, mixed...)).Judged, verdict),
		ui.TimelineOf(ui.SpreadOf(every(9, 7000*hours, "repeats")).Judged),
		ui.TimelineOf(ui.SpreadOf(every(400, hours, mixed...)).Judged, verdict),
	}
}

// many is where a claim appeared sixty times, with names that do not want to break.
func many() ui.Spread {
	all := appearances()
	for i := range 60 {
		a := all[2]
		a.ID, a.Article.Slug = "appearance_m"+strconv.Itoa(i), "many-"+strconv.Itoa(i)
		a.Article.Title = "Sie sagen, sie sei weg: " + strings.Repeat("Hafenvertragsrücktrittsgerücht", 1+i%3)
		a.Quote = ""
		all = append(all, a)
	}
	return ui.SpreadOf(all)
}

// dates are the same moment as far as it may be known.
func dates() []factcheck.Date {
	var all []factcheck.Date
	for _, p := range []factcheck.Precision{factcheck.PrecisionYear, factcheck.PrecisionMonth, factcheck.PrecisionDay, factcheck.PrecisionInstant} {
		all = append(all, factcheck.Date{At: at("2025-06-04T21:12:00Z"), Precision: p})
	}
	return all
}

func evidence() []ui.Bearing {
	return ui.GroupSources(mayorVerdict().Sources, factcheck.TruthFalse)
}

const written = "A paragraph with **weight**, _stress_, `code` and [a link](https://example.org/).\n\n## A heading\n\n- one\n- two\n\n> A quotation.\n\n1. first\n2. second"

func pagesInEveryState() (names []string) {
	for _, p := range Pages() {
		names = append(names, p.Name)
	}
	return names
}
