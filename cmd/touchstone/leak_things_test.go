package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// mark returns the word of a thing that is not public: it stands in everything that nobody outside may read of it, and makes
// the walk look for it.
func (w *walk) mark(thing string) string {
	word := inside + thing
	w.hidden["words"] = append(w.hidden["words"], word)
	return word
}

// name notes what something hidden is called, in the place of which nothing may be found.
func (w *walk) name(kind string, names ...string) { w.hidden[kind] = append(w.hidden[kind], names...) }

// claim files a claim that is not public.
func (w *walk) claim(t *testing.T, word string, in factcheck.ClaimInput) factcheck.ClaimID {
	t.Helper()
	in.Text, in.Language = word+" says that the causeway is closed.", "en"
	id := must[factcheck.ClaimID](t)(w.DB.FileClaim(t.Context(), w.Checker, in))
	w.name("ids", id.String())
	w.name("claims", w.slug(t, id))
	return id
}

// draft returns a draft with a word in every text of it.
func (w *walk) draft(word string) factcheck.Draft {
	d := w.Draft("False")
	d.Headline, d.Answer, d.Body = word+" headline", "No. "+word+" answers.", "The body is by "+word+"."
	d.True, d.False, d.Unknown, d.HowChecked = word+" true", word+" false", word+" unknown", word+" asked"
	d.Sources[0].Title, d.Sources[0].Quote, d.Sources[0].URL = word+" minutes", word+" said so.", "https://"+word+".example/minutes"
	return d
}

func done(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// public makes what readers see from the beginning: pages of every kind. Much of what is hidden later hangs on the claim it returns.
func (w *walk) public(t *testing.T) store.Published {
	t.Helper()
	w.put(t, "house", "published", "reader", "suspended")
	for _, kind := range []string{"claims", "articles", "claimants", "topics", "outlets", "about", "guides", "reference"} {
		if slug := w.things["public "+kind]; slug != "" {
			w.shown[kind] = append(w.shown[kind], slug)
		}
		if slug := w.things["hidden "+kind]; slug != "" {
			w.name(kind, slug)
		}
	}
	w.name("words", inside, secret)
	_, part, _ := strings.Cut(w.send(asked{method: http.MethodGet, address: "/sitemap.xml"}).body, "/sitemaps/claims-")
	w.shown["parts"] = []string{part[:strings.IndexByte(part, '.')]}
	v := w.Published(t, "The causeway of Exampleville is open.", "False")
	w.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "The day was wrong.")
	w.expose(t, v.Claim)
	return must[store.Published](t)(w.DB.PublishedVerdict(t.Context(), w.Checker, v.Claim))
}

// expose notes the page of a claim that is public.
func (w *walk) expose(t *testing.T, id factcheck.ClaimID) {
	t.Helper()
	w.shown["claims"] = append(w.shown["claims"], w.slug(t, id))
	w.shown["ids"] = append(w.shown["ids"], id.String())
}

// hide makes one of everything that is not public.
func (w *walk) hide(t *testing.T, open store.Published, openClaim factcheck.ClaimID) {
	t.Helper()
	w.put(t, "draft", "submitted", "scheduled", "bare", "article", "tip", "complaint", "person", "import", "key", "session", "passkey")
	var id factcheck.ImportID
	done(t, id.UnmarshalText([]byte(w.things["import"])))
	done(t, w.DB.RunImport(t.Context(), id))
	w.name("article ids", w.things["article"])
	w.name("mails", fmt.Sprintf("%s-%d@desk.example", inside, w.made))
	w.name("article urls", "https://paper.example/"+inside+"/1")
	w.hideVerdicts(t, open)
	w.hideLetters(t, openClaim)
	w.hidePublisher(t)
	w.hidePerson(t)
	w.hideArticle(t, openClaim)
	w.hideWork(t, open, openClaim)
}

// hideVerdicts leaves verdicts in every state before publication, and a correction of one that is public.
func (w *walk) hideVerdicts(t *testing.T, open store.Published) {
	t.Helper()
	ctx := t.Context()
	topic := must[factcheck.TopicID](t)(w.DB.AddTopic(ctx, w.Editor, factcheck.TopicInput{Name: w.mark("topic") + " of the town"}))
	back := must[store.Version](t)(w.DB.DraftVerdict(ctx, w.Checker, w.claim(t, w.mark("sentback"), factcheck.ClaimInput{Topics: []factcheck.TopicID{topic}}), w.draft(w.mark("sentback"))))
	back = must[store.Version](t)(w.DB.SubmitVerdict(ctx, w.Checker, back.ID, back.Revision))
	done(t, w.DB.SendBack(ctx, w.Editor, back.ID, w.mark("backnote"), factcheck.PassageNote{Field: "answer", Note: w.mark("passage")}))
	declined := w.claim(t, w.mark("declined"), factcheck.ClaimInput{})
	done(t, w.DB.DeclineClaim(ctx, w.Checker, declined, 1, w.mark("whydeclined")))
	into := w.claim(t, w.mark("into"), factcheck.ClaimInput{})
	done(t, w.DB.MergeClaims(ctx, w.Editor, w.claim(t, w.mark("merged"), factcheck.ClaimInput{}), into, w.mark("whymerged")))
	c := must[store.Version](t)(w.DB.DraftCorrection(ctx, w.Checker, open.Verdict, factcheck.CorrectionCorrection, w.mark("correction")))
	draft := w.draft(w.mark("corrected"))
	draft.Note = w.mark("correction")
	c = must[store.Version](t)(w.DB.EditDraft(ctx, w.Checker, c.ID, c.Revision, draft))
	must[store.Version](t)(w.DB.SubmitVerdict(ctx, w.Checker, c.ID, c.Revision))
	retract := w.Published(t, "The causeway has two lanes.", "True")
	w.expose(t, retract.Claim)
	must[store.Version](t)(w.DB.SubmitRetraction(ctx, w.Checker, retract.Verdict, w.mark("retraction")))
	redact := w.Published(t, "The causeway has a toll of nine pounds.", "True")
	w.expose(t, redact.Claim)
	must[factcheck.ProposalID](t)(w.DB.ProposeRedaction(ctx, w.Checker, store.RedactionInput{Claim: redact.Claim, Passage: "nine pounds", Class: factcheck.RedactSafety, Reason: w.mark("redactionwhy")}))
}

// hideLetters files what people wrote to the newsroom, about what is public too.
func (w *walk) hideLetters(t *testing.T, open factcheck.ClaimID) {
	t.Helper()
	ctx := t.Context()
	tip := factcheck.TipInput{Text: w.mark("tip") + " saw the causeway", URL: "https://" + inside + ".example/tip", Contact: w.mark("contact") + "@reader.example", About: open}
	must[factcheck.TipID](t)(w.DB.FileTip(ctx, factcheck.System(), tip))
	declined := must[factcheck.TipID](t)(w.DB.FileTip(ctx, factcheck.System(), factcheck.TipInput{Text: w.mark("tipdeclined"), Contact: w.mark("contact") + "@reader.example"}))
	done(t, w.DB.DeclineTips(ctx, w.Checker, []factcheck.TipID{declined}, "opinion", w.mark("tipanswer")))
	for i, kind := range []factcheck.ComplaintKind{factcheck.ComplaintError, factcheck.ComplaintDispute} {
		in := factcheck.ComplaintInput{Claim: open, Kind: kind, From: factcheck.FromReader, Text: w.mark("complaint") + string(kind), URL: "https://" + inside + ".example/mine", Contact: w.mark("mail") + "@reader.example"}
		id := must[factcheck.ComplaintID](t)(w.DB.FileComplaint(ctx, factcheck.System(), in))
		if i == 1 {
			done(t, w.DB.DecideComplaint(ctx, w.Editor2, id, 1, factcheck.ComplaintDecision{State: factcheck.ComplaintRejected, Answer: w.mark("complaintanswer")}))
		}
	}
}

// imported returns a record of another publisher with a word in every text of it.
func (w *walk) imported(word, text string) exchange.Record {
	r := exchange.Record{
		Publisher: exchange.Publisher{Name: word + " checks", Site: word + ".example"}, Text: text, Language: "en", ReviewURL: "https://" + word + ".example/" + fmt.Sprint(len(text)),
		Headline: word + " headline", Answer: word + " answer", Byline: word + " byline", Topics: []string{word + " topic"}, Claimant: exchange.Claimant{Name: word + " claimant", Kind: "person"},
		Published:   factcheck.Date{At: time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), Precision: factcheck.PrecisionDay},
		Appearances: []exchange.Appearance{{URL: "https://" + word + ".example/post", Title: word + " post", Stance: factcheck.StanceRepeats}},
	}
	r.Rating.Label = "False"
	return r
}

// take imports records.
func (w *walk) take(t *testing.T, allow bool, records ...exchange.Record) {
	t.Helper()
	run := must[*store.Import](t)(w.DB.BeginImport(t.Context(), factcheck.Operator(), store.ImportOptions{Name: inside + ".json", Format: exchange.FormatClaimReview, AllowPublishers: allow}))
	if _, err := run.Add(t.Context(), records); err != nil {
		t.Fatal(err)
	}
	done(t, run.Finish(t.Context()))
}

// called notes what an import brought: as hidden, or as shown.
func (w *walk) called(t *testing.T, into map[string][]string, word string) {
	t.Helper()
	for kind, query := range map[string]string{
		"claims": `SELECT slug FROM claims WHERE slug LIKE $1`, "ids": `SELECT id::text FROM claims WHERE slug LIKE $1`, "topics": `SELECT slug FROM topics WHERE slug LIKE $1`,
		"claimants": `SELECT slug FROM claimants WHERE slug LIKE $1`, "claimant ids": `SELECT id::text FROM claimants WHERE slug LIKE $1`, "outlets": `SELECT slug FROM outlets WHERE slug LIKE $1`,
		"articles": `SELECT slug FROM articles WHERE url LIKE '%' || $1`, "article urls": `SELECT url FROM articles WHERE url LIKE '%' || $1`,
		"article ids": `SELECT id::text FROM articles WHERE url LIKE '%' || $1`,
	} {
		rows, err := w.DB.Pool().Query(t.Context(), query, word+"%")
		done(t, err)
		for rows.Next() {
			var name string
			done(t, rows.Scan(&name))
			into[kind] = append(into[kind], named(kind, name))
		}
		done(t, rows.Err())
	}
	into["sites"] = append(into["sites"], word+".example")
}

// named returns a name as addresses have it: ids with their kind.
func named(kind, name string) string {
	switch kind {
	case "ids":
		var id factcheck.ClaimID
		if id.Scan(name) == nil {
			return id.String()
		}
	case "article ids":
		var id factcheck.ArticleID
		if id.Scan(name) == nil {
			return id.String()
		}
	case "claimant ids":
		var id factcheck.ClaimantID
		if id.Scan(name) == nil {
			return id.String()
		}
	}
	return name
}

// hidePublisher imports what another publisher found, on a claim of its own and on one that is public.
func (w *walk) hidePublisher(t *testing.T) {
	t.Helper()
	word := w.mark("publisher")
	w.take(t, false, w.imported(word, word+" says the causeway is gone."), w.imported(word, "The causeway of Exampleville is open."))
	w.called(t, w.hidden, word)
}

// hidePerson has a private person claim what is public, and asks to name them.
func (w *walk) hidePerson(t *testing.T) {
	t.Helper()
	who := must[factcheck.ClaimantID](t)(w.DB.AddClaimant(t.Context(), w.Checker, factcheck.ClaimantInput{Name: w.mark("person") + " Smith", Kind: factcheck.ClaimantPerson, Description: "a resident", SameAs: "https://" + inside + ".example/smith", Private: true}))
	w.publishOf(t, "A neighbour says the causeway is flooded.", factcheck.ClaimInput{Claimant: who}, w.Draft("False"))
	must[factcheck.ProposalID](t)(w.DB.ProposeNaming(t.Context(), w.Checker, who, w.mark("naming")))
	w.name("claimant ids", who.String())
	w.name("claimants", strings.ToLower(inside)+"person-smith")
}

// publishOf publishes a claim with a draft and notes its page.
func (w *walk) publishOf(t *testing.T, text string, in factcheck.ClaimInput, draft factcheck.Draft) store.Version {
	t.Helper()
	in.Text, in.Language = text, "en"
	v := must[store.Version](t)(w.DB.DraftVerdict(t.Context(), w.Checker, must[factcheck.ClaimID](t)(w.DB.FileClaim(t.Context(), w.Checker, in)), draft))
	v = must[store.Version](t)(w.DB.SubmitVerdict(t.Context(), w.Checker, v.ID, v.Revision))
	v = must[store.Version](t)(w.DB.ApproveVerdict(t.Context(), w.Editor, v.ID, v.Hash))
	w.expose(t, v.Claim)
	return v
}
