package main

import (
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// hideArticle links an article to what is public: its passage is shown, its text, its snapshots, what the newsroom noted of it and
// what else it may claim are not.
func (w *walk) hideArticle(t *testing.T, open factcheck.ClaimID) {
	t.Helper()
	ctx := t.Context()
	const passage = "The causeway of Exampleville is open to all."
	long := passage + strings.Repeat(" It is open.", 200) + " " + w.mark("quoteend")
	text := w.mark("text") + " stood before. " + long + " " + w.mark("text") + " stood behind."
	a := must[store.Added](t)(w.DB.AddArticle(ctx, w.Checker, factcheck.ArticleInput{
		URL: "https://wire.example/causeway", Title: "Causeway open", Text: text, Handle: "@" + w.mark("handle"), Snapshot: factcheck.TextSnapshot(w.mark("snapshot") + " and more"), LeadImage: "https://" + inside + ".example/lead.jpg",
	}))
	link := must[factcheck.AppearanceID](t)(w.DB.LinkArticle(ctx, w.Checker, a.Article, open, factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Quote: long, Note: w.mark("linknote")}))
	done(t, w.DB.MarkCorrection(ctx, w.Checker, link, 1, factcheck.MarkInput{State: factcheck.StateCorrected, Note: w.mark("marknote")}))
	other := must[factcheck.AppearanceID](t)(w.DB.LinkArticle(ctx, w.Checker, a.Article, w.claim(t, w.mark("linked"), factcheck.ClaimInput{}), factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Quote: w.mark("otherquote")}))
	done(t, w.DB.UnlinkArticle(ctx, w.Checker, other, 1, w.mark("unlinknote")))
	suggested := w.claim(t, w.mark("suggested"), factcheck.ClaimInput{})
	must[store.Suggested](t)(w.DB.SuggestClaims(ctx, factcheck.System(), a.Article, factcheck.Look{Text: text, Matcher: "test-1", Passages: []string{text}, Found: []factcheck.SuggestionInput{{
		Claim: suggested, Anchor: factcheck.Anchor{Quote: text[:40], End: 40}, Stance: factcheck.StanceRepeats, Reason: factcheck.ReasonSaidOutright, Score: 1, Probability: .9, Reading: factcheck.MatchSame,
	}}}))
	page := must[store.WorkingArticle](t)(w.DB.NewsroomArticle(ctx, w.Checker, a.Article))
	done(t, w.DB.TakeDownSnapshot(ctx, w.Editor, a.Article, page.Snapshots[0].ID, w.mark("takedown")))
	w.shown["articles"] = append(w.shown["articles"], page.Slug)
	w.shown["article ids"] = append(w.shown["article ids"], a.Article.String())
	w.shown["article urls"] = append(w.shown["article urls"], page.URL)
}

// hideWork leaves on a public claim everything that people of the newsroom write about one.
func (w *walk) hideWork(t *testing.T, open store.Published, id factcheck.ClaimID) {
	t.Helper()
	ctx := t.Context()
	working := must[store.WorkingClaim](t)(w.DB.NewsroomClaim(ctx, w.Checker, id))
	done(t, w.DB.EditClaim(ctx, w.Checker, id, working.Revision, factcheck.ClaimInput{Text: w.mark("workingcopy") + " of the causeway", Language: "en", Place: w.mark("place"), Why: w.mark("why")}))
	done(t, w.DB.SetWordings(ctx, w.Checker, id, working.Revision+1, []factcheck.Wording{{Language: "de", Text: w.mark("wording")}}))
	must[factcheck.MediaID](t)(w.DB.AddMedia(ctx, w.Checker, id, factcheck.MediaInput{URL: "https://" + inside + ".example/1.jpg", Kind: factcheck.MediaImage, Alt: w.mark("media")}))
	must[int64](t)(w.DB.AddComment(ctx, w.Checker, id, "Edda Editor, between us: "+w.mark("comment")))
	must[int64](t)(w.DB.KeepConfidence(ctx, w.Checker, id, factcheck.SourceID{}, w.mark("confidence"), w.sealer.Seal("confidence of "+id.String(), []byte(secret))))
	must[store.ClaimFile](t)(w.DB.AddClaimFile(ctx, w.Checker, id, w.mark("file")+".txt", []byte("A text: "+w.mark("filetext"))))
	done(t, w.DB.DeclareInterest(ctx, w.Checker2, factcheck.InterestInput{Claim: id, Reason: w.mark("interest")}))
	done(t, w.DB.SetReview(ctx, w.Checker, open.Verdict, w.Clock.Now().AddDate(0, 1, 0), w.mark("review")))
	kept := factcheck.TextSnapshot("x")
	kept.URL, kept.Status = "https://"+inside+".example/redirected", 200
	added := must[store.Added](t)(w.DB.AddArticle(ctx, w.Checker, factcheck.ArticleInput{URL: "https://wire.example/second", Title: "Causeway still open", Text: "x", Snapshot: kept}))
	must[factcheck.AppearanceID](t)(w.DB.LinkArticle(ctx, w.Checker, added.Article, id, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats}))
	must[int64](t)(w.DB.TellOutlet(ctx, w.Checker, id, factcheck.NoticeInput{Article: added.Article, How: w.mark("told"), Answer: w.mark("outletanswer")}))
	if _, err := w.DB.VisitClaim(ctx, w.Checker2, id, "verdict", true); err != nil {
		t.Fatal(err)
	}
	must[factcheck.ClaimID](t)(w.DB.FileNewClaim(ctx, w.Checker, factcheck.FilingInput{
		Claim: factcheck.ClaimInput{Text: w.mark("near") + " says the causeway of Exampleville is open.", Language: "en"}, Distinct: []factcheck.Distinction{{Claim: id, Reason: w.mark("distinct")}},
	}))
	w.DB.NotePulls(store.Pull{Claim: id, Site: w.mark("framer") + ".example", Seq: 1})
}
