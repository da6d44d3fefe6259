package specimen

import (
	"strconv"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/web/site"
)

// ClaimPage returns a claim's page around a document, with all its links.
func ClaimPage(c document.Claim) site.ClaimPage {
	return site.ClaimPage{
		Shell: Shell("en", "/claims/"+c.Slug), Claim: c, ChangedAt: at("2025-06-08T09:05:00Z"),
		Meaning:    "The claim is wrong, and the evidence against it is public.",
		MeaningURL: "/about/method#label-false", Approver: "Noor Exempel",
		JSONURL: "/api/v1/claims/" + c.ID, FeedURL: "/claims/" + c.Slug + "/feed.atom",
		ReportURL: "/tips/new?about=" + c.ID, SightingURL: "/tips/new?seen=" + c.ID,
	}
}

// Mayor returns the claim of the mock-up: found false, clarified once, with sources, articles and others' verdicts.
func Mayor() document.Claim {
	return document.Claim{
		ID: "claim_01jx0000000000000000000001", Slug: "mayor-resigned", URL: "https://checks.example/claims/mayor-resigned",
		Seq: 7, Text: "The mayor of Exampleville has resigned over the harbour contract.", Language: "en",
		Claimant: &document.Claimant{ID: "claimant_1", Name: "A viral post, later deleted", Kind: "anonymous"},
		Date:     new("2025-06-04T21:12:00Z"), DatePrecision: new("instant"), Place: "Exampleville",
		Topics: []document.Topic{{ID: "topic_1", Slug: "politics", Name: "Politics"}},
		Wordings: []document.Wording{
			{Language: "fr", Text: "La maire d’Exempleville a démissionné à cause du contrat du port.", Answer: "Non. La maire a présidé le conseil deux jours plus tard."},
			{Language: "ar", Text: "استقالت عمدة إكزامبلفيل بسبب عقد الميناء."},
		},
		Verdicts: append([]document.Verdict{mayorVerdict()}, otherVerdicts()[:3]...), Appearances: appearances(),
		Media:   []document.Media{{URL: "https://photos.example/chair.jpg", Kind: "image", Category: "DecontextualizedContent", Alt: "the photograph of the empty chair"}},
		Licence: "CC BY 4.0",
	}
}

func mayorVerdict() document.Verdict {
	return document.Verdict{
		ID: "verdict_1", Version: 2, State: "current", Origin: "house", Language: "en",
		Publisher:  document.Publisher{ID: "publisher_1", Name: "Example Checks", Site: "checks.example"},
		Rating:     document.Rating{Label: "False", Scale: "house/1", Truth: new("false"), Reasons: []string{"fabricated"}},
		Headline:   "No, the mayor of Exampleville has not resigned",
		Answer:     "No. The mayor chaired the council two days after the posts began. Neither the town hall, nor the council, nor any outlet with its own sourcing reported a resignation.",
		Body:       "The posts began on the evening of 4 June and named no source. We asked the town hall **before** we published anything.\n\n## What the record shows\n\nThe agenda of 7 June has the mayor opening the session, and [the recording](https://council.example/rec) shows her doing so.\n\n- The council did postpone its vote.\n- No letter of resignation was registered.",
		True:       "The council did postpone its vote on the harbour contract.",
		False:      "There was no resignation, no letter and no announcement.",
		Unknown:    "Who wrote the first post. The account was opened the same day.",
		HowChecked: "We read the agenda and the minutes, watched the recording, and called the town hall and the council’s office.",
		WhyChecked: "Spread to 17 outlets in two days",
		Replies:    []document.Reply{{Asked: "Account holder", AskedAt: at("2025-06-06T10:00:00Z")}, {Asked: "Town hall of Exampleville", AskedAt: at("2025-06-06T10:10:00Z"), AnsweredAt: new(at("2025-06-06T12:00:00Z")), Answer: "The mayor is in office and has a full calendar."}},
		Waivers:    []document.Waiver{{Rule: "archived_sources", Reason: "The recording cannot be archived; the council keeps it for ten years."}},
		ValidFrom:  new(at("2025-06-07T16:40:00Z")), PublishedAt: at("2025-06-08T09:05:00Z"), FirstAt: at("2025-06-07T16:40:00Z"),
		ReviewURL: "https://checks.example/claims/mayor-resigned", Byline: "Ada Muster",
		Correction: &document.Correction{Kind: "clarification", Note: "The first version said the earliest post was from 5 June; we have since found one from 4 June. The verdict is unchanged."},
		Sources: []document.Source{
			{ID: "source_01jx0000000000000000000001", URL: "https://townhall.example/agenda", Title: "Agenda of the council meeting of 7 June", Origin: "Town hall of Exampleville", Kind: "primary", Bearing: "against", Quote: "“14:30. The mayor opens the session.”", ReadAt: "2025-06-07", ArchiveURL: "https://archive.example/1", Health: "alive"},
			{ID: "source_01jx0000000000000000000002", URL: "https://council.example/rec", Title: "Recording of the session", Origin: "Council archive", Kind: "primary", Bearing: "against", Quote: "“As your mayor I welcome you to this session.”", ReadAt: "2025-06-07", ArchiveURL: "https://archive.example/2", Health: "drifted"},
			{ID: "source_01jx0000000000000000000003", URL: "https://wire.example/vote", Title: "Report on the postponed vote", Origin: "Example Wire", Kind: "secondary", Bearing: "context", Quote: "“Councillors described a sharp exchange, but no talk of leaving.”", ReadAt: "2025-06-07", ArchiveURL: "https://archive.example/3", Health: "dead", Interest: "Owned by a bidder for the harbour contract."},
		},
	}
}

func otherVerdicts() []document.Verdict {
	one := func(id, name, siteName, label, truth string, reasons []string, day string) document.Verdict {
		v := document.Verdict{
			ID: id, Version: 1, State: "current", Origin: "imported",
			Publisher: document.Publisher{ID: "publisher_" + id, Name: name, Site: siteName},
			Rating:    document.Rating{Label: label, Reasons: reasons}, PublishedAt: at(day), FirstAt: at(day),
			ReviewURL: "https://" + siteName + "/checks/1",
		}
		if truth != "" {
			v.Rating.Truth = &truth
		}
		return v
	}
	return []document.Verdict{
		one("a", "Faits Exemples", "faits.example", "Faux", "false", nil, "2025-06-07T00:00:00Z"),
		one("b", "Example Facts", "facts.example", "False", "false", nil, "2025-06-07T00:00:00Z"),
		one("c", "Example Monitor", "monitor.example", "Two out of five", "mostly_false", []string{"missing_context"}, "2025-06-06T00:00:00Z"),
		one("d", "Überprüft Beispiel", "beispiel.example", "Nicht ganz", "", nil, "2025-06-05T00:00:00Z"),
	}
}

func appearances() []document.Appearance {
	one := func(n, stance, title, outlet, day, state, corrected string) document.Appearance {
		a := document.Appearance{
			ID: "appearance_" + n, Stance: stance, SetBy: "person", Correction: document.AppearanceStanding{State: state},
			Article: document.Article{ID: "article_" + n, Slug: "article-" + n, URL: "https://news.example/" + n, Title: title, Outlet: outlet, Language: "en"},
		}
		if day != "" {
			a.Article.PublishedAt = new(at(day))
		}
		if corrected != "" {
			a.Correction.At = new(at(corrected))
		}
		return a
	}
	all := []document.Appearance{
		one("3", "reports", "Rumour of resignation sweeps social media", "Example Wire", "2025-06-06T11:02:00Z", "standing", ""),
		one("1", "makes", "“BREAKING: she is OUT”", "A viral post", "2025-06-04T21:12:00Z", "standing", ""),
		one("2", "repeats", "Mayor quits, reports say", "Example Daily", "2025-06-06T08:30:00Z", "corrected", "2025-06-07T18:00:00Z"),
		one("5", "repeats", "Harbour row claims the mayor", "Exampleville Echo", "2025-06-06T10:15:00Z", "removed", "2025-06-08T07:00:00Z"),
		one("4", "disputes", "No, the mayor has not resigned", "Faits Exemples", "2025-06-07T13:15:00Z", "standing", ""),
		one("6", "listed", "", "", "", "standing", ""),
		one("7", "listed", "A thread about the harbour", "social.example", "2025-06-05T10:00:00Z", "standing", ""),
	}
	for i, day := range []string{"2025-06-05T09:00:00Z", "2025-06-05T21:00:00Z", "2025-06-06T12:00:00Z", "2025-06-06T15:00:00Z"} {
		n := strconv.Itoa(i + 10)
		all = append(all, one(n, "repeats", "They say she has gone, part "+n, "Sampletown Sun", day, "corrected", "2025-06-09T10:00:00Z"))
	}
	all[1].Quote = "She is OUT. Harbour contract did it."
	all[5].Article.Slug, all[5].SetBy, all[6].SetBy = "", "import", "import"
	return all
}

// Suspended returns the mayor's claim under review. The document still carries the finding: the page must not show it.
func Suspended() document.Claim {
	c := Mayor()
	c.Verdicts[0].State, c.Verdicts[0].Notice = "suspended", "A source has told us that the recording may be from another day."
	return c
}

// Retracted returns the mayor's claim after the verdict was taken back.
func Retracted() document.Claim {
	c := Mayor()
	c.Verdicts[0].State, c.Verdicts[0].Notice = "retracted", "The recording was from another session. We should have noticed the date on the wall."
	return c
}

// Imported returns the mayor's claim as only n other publishers have checked it, 1 to 4.
func Imported(n int) document.Claim {
	c := Mayor()
	c.Wordings, c.Verdicts = nil, otherVerdicts()[:n]
	c.Appearances = c.Appearances[5:7]
	c.Verdicts[0].Answer, c.Verdicts[0].Language = "Non. La maire a présidé le conseil deux jours plus tard.", "fr"
	return c
}

// Misleading returns a claim whose label has no place on the line.
func Misleading() document.Claim {
	c := Mayor()
	c.Text, c.Wordings = "The bridge at Exampleford lost half its traffic after the toll.", nil
	c.Verdicts = c.Verdicts[:1]
	c.Verdicts[0].Rating = document.Rating{Label: "Misleading", Scale: "house/1", Reasons: []string{"missing_context"}}
	c.Verdicts[0].Correction, c.Verdicts[0].Version = nil, 1
	return c
}

// LongTrue returns a claim of 300 characters, found true, with a word and an address that do not want to break.
func LongTrue() document.Claim {
	c := Mayor()
	c.Text = "According to the annual report of the water board of Examplestadt the water of the Great Example Lake rose by eleven centimetres between March and May, the Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft confirmed the measurement, and the dam was opened twice that spring."
	c.Wordings, c.Verdicts = nil, c.Verdicts[:1]
	v := &c.Verdicts[0]
	v.Rating, v.Correction = document.Rating{Label: "True", Scale: "house/1", Truth: new("true"), Reasons: []string{}}, nil
	v.Sources[0].Bearing, v.Sources[1].Bearing = "for", "for"
	v.Sources[0].Title = "https://water.example/" + strings.Repeat("measurements-of-the-lake-", 8) + "2025.csv"
	return c
}

// Arabic returns a claim in Arabic, checked in Arabic.
func Arabic() document.Claim {
	c := Mayor()
	c.Text, c.Language, c.Place = "استقالت عمدة إكزامبلفيل بسبب عقد الميناء", "ar", "إكزامبلفيل"
	c.Wordings = []document.Wording{{Language: "en", Text: "The mayor of Exampleville has resigned over the harbour contract."}}
	v := &c.Verdicts[0]
	v.Language = "ar"
	v.Answer = "لا. ترأست العمدة جلسة المجلس بعد يومين من بدء المنشورات، ولم تعلن البلدية ولا المجلس أي استقالة."
	v.Body = "بدأت المنشورات مساء 4 يونيو ولم تذكر أي مصدر. سألنا البلدية **قبل** النشر.\n\n- أجّل المجلس التصويت فعلا.\n- لم تسجَّل أي رسالة استقالة."
	v.True, v.False, v.Unknown = "أجّل المجلس التصويت على عقد الميناء.", "لا استقالة ولا رسالة ولا إعلان.", "من كتب المنشور الأول."
	v.HowChecked, v.Correction = "قرأنا جدول الأعمال والمحضر وشاهدنا التسجيل.", &document.Correction{Kind: "correction", Note: "صححنا تاريخ أول منشور."}
	return c
}

// Bare returns a claim with a verdict and nothing else.
func Bare() document.Claim {
	c := None()
	v := document.Verdict{
		ID: "verdict_9", Version: 1, State: "current", Origin: "legacy", Publisher: document.Publisher{Site: "checks.example"},
		Rating: document.Rating{Label: "Mixed", Truth: new("mixed"), Reasons: []string{}}, PublishedAt: at("2019-05-03T00:00:00Z"),
	}
	c.Verdicts = []document.Verdict{v}
	return c
}

// None returns a claim without any verdict.
func None() document.Claim {
	return document.Claim{
		ID: "claim_01jx0000000000000000000002", Slug: "rain", URL: "https://checks.example/claims/rain",
		Text: "Rain fell on 200 days in Exampleville last year.", Language: "en", Date: new("2018"), DatePrecision: new("year"),
		Claimant: &document.Claimant{Kind: "person"},
	}
}

func history() []site.HistoryEntry {
	return []site.HistoryEntry{
		{N: 2, At: at("2025-06-08T09:05:00Z"), Kind: "clarification", Note: "Date of the earliest post.", NoteLang: "en", Label: "False", URL: "/claims/mayor-resigned/v/2"},
		{N: 1, At: at("2025-06-07T16:40:00Z"), Kind: "verdict.published", Label: "False", URL: "/claims/mayor-resigned/v/1"},
	}
}
