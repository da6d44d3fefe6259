package specimen

import (
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// Topic returns the page of a topic in a language of the interface.
func Topic(lang string) site.SubjectPage {
	p := site.SubjectPage{Shell: Shell(lang, "/topics/politics"), Canonical: "https://checks.example/topics/politics", FeedURL: "/topics/politics/feed.atom", Topic: true, Name: "Politics", Total: 1234}
	mark := func(label string, truth factcheck.Truth) *ui.Mark {
		return &ui.Mark{Label: label, Truth: truth, Lang: "en"}
	}
	p.Filters = []site.Filter{
		{Label: p.T("subject.all"), Count: 1234, URL: "/topics/politics", On: true},
		{Mark: mark("True", factcheck.TruthTrue), Count: 200, URL: "/topics/politics?rating=true"},
		{Mark: mark("False", factcheck.TruthFalse), Count: 1034, URL: "/topics/politics?rating=false"},
	}
	p.Items = Home().New
	p.Older.NextURL = "/topics/politics?after=x"
	return p
}

// Outlet returns the page of an outlet whose articles did all there is to do.
func Outlet() site.OutletPage {
	p := site.OutletPage{Shell: Shell("en", "/outlets/example-daily"), Canonical: "https://checks.example/outlets/example-daily", Name: "Example Daily", Site: "daily.example", Articles: 3}
	p.Filters = []site.Filter{{Label: p.T("subject.all"), Count: 4, URL: "/outlets/example-daily", On: true}, {Label: p.T("outlet.show.corrected"), Count: 1, URL: "/outlets/example-daily?show=corrected"}}
	corrected := at("2025-06-08T09:05:00Z")
	home := Home()
	p.Rows = []site.OutletRow{
		{Title: "Mayor quits, reports say", Lang: "en", URL: "/articles/a", Published: factcheck.Date{At: at("2025-06-06T08:30:00Z"), Precision: factcheck.PrecisionInstant}, Claims: []site.OutletClaim{
			{Stance: "repeats", State: "corrected", CorrectedAt: &corrected, Claim: home.Spreading[0]}, {Stance: "reports", State: "standing", Claim: home.Spreading[1]},
		}},
		{Lang: "en", URL: "/articles/b", Claims: []site.OutletClaim{{Stance: "makes", State: "standing", Claim: home.Spreading[2]}}},
		{Title: "A list", Lang: "en", URL: "/articles/c", Claims: []site.OutletClaim{{Stance: "listed", State: "standing", Claim: home.New[3]}}},
	}
	return p
}

// Corrections returns the list of corrections, one of them of a verdict that is under review.
func Corrections() site.CorrectionsPage {
	p := site.CorrectionsPage{Shell: Shell("en", "/corrections"), Canonical: "https://checks.example/corrections", FeedURL: "/corrections/feed.atom", PolicyURL: "/about/corrections"}
	p.Filters = []site.Filter{{Label: p.T("subject.all"), Count: 2, URL: "/corrections", On: true}, {Label: p.T("corrections.kind.correction"), Count: 1, URL: "/corrections?kind=correction"}}
	home := Home()
	p.Rows = []site.CorrectionRow{
		{Kind: "correction", At: at("2025-06-08T09:05:00Z"), Note: "The contract ended in May, not in April.", NoteLang: "en", Claim: home.Corrected[0], Changes: "/claims/x/history"},
		{Kind: "update", At: at("2025-06-07T09:05:00Z"), Claim: home.Spreading[2], Changes: "/claims/y/history"},
	}
	p.Older = site.Older{FirstURL: "/corrections", NextURL: "/corrections?after=x"}
	return p
}

// Letter returns a form for readers, with what was wrong the first time if troubled.
func Letter(lang string, troubled bool) site.FormPage {
	about := Home().Spreading[0]
	p := site.FormPage{Shell: Shell(lang, "/claims/x/dispute"), Canonical: "https://checks.example/claims/x/dispute", Private: true, About: &about, Action: "/claims/x/dispute", Began: "1"}
	p.Title, p.Lead, p.Submit = p.T("dispute.title"), p.T("dispute.lead"), p.T("dispute.submit")
	p.Choices = []site.FormChoice{{Name: "kind", Legend: p.T("dispute.kind"), Options: []site.FormOption{
		{Value: "dispute", Label: p.T("dispute.kind.finding"), Hint: p.T("dispute.kind.finding.hint"), On: troubled}, {Value: "complaint", Label: p.T("dispute.kind.conduct"), Hint: p.T("dispute.kind.conduct.hint")},
	}}}
	p.Fields = []ui.Field{
		{ID: "text", Name: "text", Type: "textarea", Label: p.T("dispute.text"), Hint: p.T("dispute.text.hint"), Required: true},
		{ID: "url", Name: "url", Label: p.T("dispute.url"), Hint: p.T("dispute.url.hint")},
	}
	p.Next = []string{p.T("complaint.next.read"), p.T("dispute.next.who"), p.T("complaint.next.public")}
	if troubled {
		p.Trouble, p.Fields[1].Value, p.Fields[1].Error, p.Fields[0].Error = p.T("form.trouble"), "my page", p.T("form.error.url"), p.T("form.error.empty")
	}
	return p
}

// AboutIndex returns the list of the house's own pages.
func AboutIndex() site.AboutPage {
	return site.AboutPage{Shell: Shell("en", "/about"), Canonical: "https://checks.example/about",
		Entries: []site.AboutEntry{{Title: "How we check", URL: "/about/method", At: at("2025-06-08T09:05:00Z")}, {Title: "Wer uns bezahlt", Lang: "de", URL: "/about/funding"}},
		Writing: []site.AboutEntry{{Title: "Ask us to check something", URL: "/tips/new", Hint: "A claim you have seen."}}}
}

// Policy returns an earlier version of a page of the house in another language than the interface's.
func Policy() site.ProsePage {
	return site.ProsePage{
		Shell: Shell("en", "/about/funding"), Canonical: "https://checks.example/about/funding", Title: "Wer uns bezahlt", Lang: "de", Body: "Unsere Leserinnen und Leser.\n\n## Wie viel\n\nGenug.", Ours: true,
		Rules: []string{"At least one source."}, Old: "This is version 1, of 7 June 2025. It no longer holds.", NewestURL: "/about/funding",
		Versions: []site.ProseVersion{{N: 2, At: at("2025-06-08T09:05:00Z"), Note: "Ein Satz mehr.", URL: "/about/funding/v/2"}, {N: 1, At: at("2025-06-07T09:05:00Z"), URL: "/about/funding/v/1", On: true}},
	}
}

// Feeds returns the list of feeds.
func Feeds() site.FeedsPage {
	entry := func(title, at string) site.FeedEntry {
		return site.FeedEntry{Title: title, Lang: "en", PageURL: at, Atom: at + "feed.atom", RSS: at + "feed.rss", JSON: at + "feed.json"}
	}
	all := entry("New and changed verdicts", "/")
	all.Hint = "Everything that we publish or change."
	return site.FeedsPage{Shell: Shell("en", "/feeds"), Canonical: "https://checks.example/feeds", Feeds: []site.FeedEntry{all}, Topics: []site.FeedEntry{entry("Politics", "/topics/politics/")}}
}

// Data returns the page of the monthly editions: one as it was made, one that was replaced.
func Data(lang string) site.DataPage {
	p := site.DataPage{Shell: Shell(lang, "/data"), Canonical: "https://checks.example/data"}
	sum := strings.Repeat("0f1e2d3c", 8)
	for i, month := range []string{"2025-06-01T00:00:00Z", "2025-05-01T00:00:00Z"} {
		e := site.DataEdition{
			Month: p.Date(factcheck.Date{At: at(month), Precision: factcheck.PrecisionMonth}), ID: "m" + month[:7], At: p.Instant(at(month)), Position: "019a5b3c9d6e:1042", Licence: "CC BY 4.0",
			PackageURL: "/data/" + month[:7] + "/datapackage.json",
			Files: []site.DataFile{
				{Format: "ndjson", Name: "claims.ndjson.gz", URL: "/data/" + month[:7] + "/claims.ndjson.gz", KB: 4212, Claims: 812, SHA256: sum},
				{Format: "csv", Name: "claims.csv.gz", URL: "/data/" + month[:7] + "/claims.csv.gz", KB: 981, Claims: 812, SHA256: sum},
			},
		}
		if i == 1 {
			e.Files[0].Earlier = []site.DataReplaced{{At: p.Day(at("2025-06-07T10:00:00Z")), Reasons: []string{"redaction", "name"}, SHA256: sum}}
		}
		p.Editions = append(p.Editions, e)
	}
	return p
}

// Counts returns the numbers of two months: one full, one below the floor in places.
func Counts(lang string) site.CountsPage {
	p := site.CountsPage{Shell: Shell(lang, "/data/counts"), Canonical: "https://checks.example/data/counts", JSON: "/data/counts.json", CSV: "/data/counts.csv", Floor: factcheck.CountFloor}
	for i, month := range []string{"2025-05-01T00:00:00Z", "2025-04-01T00:00:00Z"} {
		m := site.CountedMonth{ID: "m" + month[:7], Month: p.Date(factcheck.Date{At: at(month), Precision: factcheck.PrecisionMonth}), CountedAt: p.Day(at(month).AddDate(0, 1, 3))}
		for j, cell := range factcheck.CountCells() {
			cell.N = factcheck.ShowCount((23*j + 1204*i) % 61)
			m.Add(cell)
		}
		p.Months = append(p.Months, m)
	}
	return p
}

// PolicyHistory returns the versions of a page of the house, two of them compared.
func PolicyHistory() site.PolicyHistoryPage {
	p := site.PolicyHistoryPage{
		Shell: Shell("en", "/about/funding/history"), Canonical: "https://checks.example/about/funding/history", Title: "Wer uns bezahlt", Lang: "de",
		PageURL: "/about/funding", AskedLang: "de", Versions: Policy().Versions, From: 1, To: 2,
	}
	p.Titles, p.Words = document.Words("Wer zahlt", p.Title), document.Words("Unsere Leser.\n\n## Wie viel", "Unsere Leserinnen und Leser.\n\n## Wie viel")
	return p
}

// Confirm returns what the link of a mail leads to: a claim that somebody asked to follow, and both buttons.
func Confirm() site.FollowPage {
	p := site.FollowPage{Shell: Shell("en", "/follow"), About: &Home().New[0], Action: "/follow?token=x", Other: &site.FollowButton{Action: "/follow/leave?token=x", Name: "never"}}
	p.Title, p.Lead, p.Button = p.T("follow.confirm.title"), p.T("follow.confirm.lead"), p.T("follow.confirm.button")
	p.After, p.Other.Label = p.T("follow.never.lead"), p.T("follow.never.button")
	return p
}

// Left returns the page for who left, where nothing is to be done any more.
func Left(lang string) site.FollowPage {
	p := site.FollowPage{Shell: Shell(lang, "/follow/leave")}
	p.Title, p.Lead = p.T("follow.left.title"), p.T("follow.left.lead")
	return p
}

// Complaint returns the form for complaints about the house's work, as it comes back with what was wrong.
func Complaint() site.FormPage {
	p := Letter("en", true)
	p.Shell, p.Canonical, p.Action, p.About = Shell("en", "/complaints/new"), "https://checks.example/complaints/new", "/complaints/new", nil
	p.Title, p.Lead, p.Submit = p.T("conduct.title"), p.T("conduct.lead"), p.T("conduct.submit")
	p.Choices[0].Error = p.T("form.error.empty")
	p.Ticks = []site.FormTick{{Name: "tell", Label: p.T("tip.tell"), Hint: p.T("tip.tell.hint")}}
	return p
}

func readerPages() []Page {
	page := func(name, title, lang, dir string, p Page) Page {
		p.Name, p.Title, p.Lang, p.Dir = name, title, lang, dir
		return p
	}
	empty := Topic("en")
	empty.Items, empty.Filters, empty.Older = nil, nil, site.Older{FirstURL: "/topics/politics"}
	claimant := Topic("en")
	claimant.Topic, claimant.Kind, claimant.Name = false, "organisation", "Bakers of Sample"
	about := Home().New[0]
	sent := site.SentPage{Shell: Shell("en", "/tips/new"), Title: "Thank you, it has arrived", Lead: "What you sent is with the newsroom.", Next: []string{"A person reads it."}, Reference: "4SN0-2Q7K", About: &about, Again: "/tips/new"}
	return []Page{
		page("topic", "Politics", "en", "ltr", Page{Component: site.Subject(Topic("en"))}),
		page("topic-ar", "Politics", "ar", "rtl", Page{Component: site.Subject(Topic("ar"))}),
		page("topic-empty", "Politics", "en", "ltr", Page{Component: site.Subject(empty)}),
		page("claimant", "Bakers of Sample", "en", "ltr", Page{Component: site.Subject(claimant)}),
		page("outlet", "Example Daily", "en", "ltr", Page{Component: site.Outlet(Outlet())}),
		page("corrections", "Corrections", "en", "ltr", Page{Component: site.Corrections(Corrections())}),
		page("corrections-empty", "Corrections", "en", "ltr", Page{Component: site.Corrections(site.CorrectionsPage{Shell: Shell("en", "/corrections")})}),
		page("earlier", "Earlier claims", "en", "ltr", Page{Component: site.Earlier(site.EarlierPage{Shell: Shell("en", "/"), Items: Home().New, Older: site.Older{FirstURL: "/"}})}),
		page("letter", "Dispute this verdict", "en", "ltr", Page{Component: site.Form(Letter("en", false))}),
		page("letter-trouble", "Not sent yet: Dispute", "en", "ltr", Page{Component: site.Form(Letter("en", true))}),
		page("letter-ar", "لم يُرسل", "ar", "rtl", Page{Component: site.Form(Letter("ar", true))}),
		page("complaint", "Not sent yet: Compl", "en", "ltr", Page{Component: site.Form(Complaint())}),
		page("feeds", "Follow us", "en", "ltr", Page{Component: site.Feeds(Feeds())}),
		page("data", "Data to take away", "en", "ltr", Page{Component: site.Data(Data("en"))}),
		page("counts", "Tips and selection in numbers", "en", "ltr", Page{Component: site.Counts(Counts("en"))}),
		page("counts-ar", Counts("ar").T("counts.title"), "ar", "rtl", Page{Component: site.Counts(Counts("ar"))}),
		page("data-ar", Data("ar").T("data.title"), "ar", "rtl", Page{Component: site.Data(Data("ar"))}),
		page("policy-history", "History of Wer uns bezahlt", "en", "ltr", Page{Component: site.PolicyHistory(PolicyHistory())}),
		page("follow", Confirm().Title, "en", "ltr", Page{Component: site.Follow(Confirm())}),
		page("follow-left-ar", Left("ar").Title, "ar", "rtl", Page{Component: site.Follow(Left("ar"))}),
		page("sent", "Thank you", "en", "ltr", Page{Component: site.Sent(sent)}),
		page("about-index", "About Example Checks", "en", "ltr", Page{Component: site.About(AboutIndex())}),
		page("policy", "Wer uns bezahlt", "en", "ltr", Page{Component: site.Prose(Policy())}),
		page("scales", "What our labels mean", "en", "ltr", Page{Component: site.Scales(site.ScalesPage{Shell: Shell("en", "/about/scales"), Scales: []site.ScaleVersion{{N: 2, Now: true, Labels: About().Labels}, {N: 1, Labels: []site.LabelRow{{Mark: ui.Mark{Label: "Wrong", Truth: factcheck.TruthFalse}, Definition: "It is wrong.", Reading: "On the shared scale: False"}}}}})}),
	}
}
