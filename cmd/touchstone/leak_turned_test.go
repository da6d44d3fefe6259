package main

import (
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// turning is what is public first, with a word of its own in it, and hidden later.
type turning struct {
	suspended, redacted, merged, into store.Version
	person                            factcheck.ClaimantID
	link                              factcheck.AppearanceID
	article                           factcheck.ArticleID
	checker                           factcheck.Actor
}

// publish makes one of everything that can be hidden again.
func (w *walk) publish(t *testing.T) turning {
	t.Helper()
	ctx := t.Context()
	var out turning
	word := func(thing string) string { return turned + thing }
	out.suspended = w.publishOf(t, "The causeway sank in the spring.", factcheck.ClaimInput{}, w.draft(word("suspended")))
	w.Corrected(t, out.suspended.Verdict, factcheck.CorrectionCorrection, "A "+word("note")+" said so.")
	topic := must[factcheck.TopicID](t)(w.DB.AddTopic(ctx, w.Editor, factcheck.TopicInput{Name: "Roads"}))
	who := must[factcheck.ClaimantID](t)(w.DB.AddClaimant(ctx, w.Checker, factcheck.ClaimantInput{Name: word("union"), Kind: factcheck.ClaimantOrganisation}))
	out.merged = w.publishOf(t, word("merged")+" says the causeway is wide.", factcheck.ClaimInput{Topics: []factcheck.TopicID{topic}, Claimant: who}, w.draft(word("merged")))
	out.into = w.publishOf(t, "The causeway is wide.", factcheck.ClaimInput{}, w.Draft("False"))

	private := factcheck.ClaimantInput{Name: word("private") + " Jones", Kind: factcheck.ClaimantPerson, Description: "a resident", Private: true}
	out.person = must[factcheck.ClaimantID](t)(w.DB.AddClaimant(ctx, w.Checker, private))
	w.publishOf(t, "A resident says the causeway is narrow.", factcheck.ClaimInput{Claimant: out.person}, w.Draft("False"))
	naming := must[factcheck.ProposalID](t)(w.DB.ProposeNaming(ctx, w.Checker, out.person, "spoke in public"))
	done(t, w.DB.DecideProposal(ctx, w.Editor, naming, true))

	redacted := w.Draft("False")
	redacted.Answer = "No. She lives at " + word("lane") + " and said otherwise."
	out.redacted = w.publishOf(t, "The causeway belongs to "+word("lane")+" and nobody else.", factcheck.ClaimInput{}, redacted)

	out.checker = must[factcheck.Actor](t)(w.DB.AddPerson(ctx, factcheck.Operator(), store.PersonInput{Email: "once@desk.example", Name: "Once There", Byline: word("byline") + " Once", Role: factcheck.RoleChecker}))
	v := must[store.Version](t)(w.DB.DraftVerdict(ctx, out.checker, must[factcheck.ClaimID](t)(w.DB.FileClaim(ctx, out.checker, factcheck.ClaimInput{Text: "The causeway was painted.", Language: "en"})), w.Draft("True")))
	v = must[store.Version](t)(w.DB.SubmitVerdict(ctx, out.checker, v.ID, v.Revision))
	must[store.Version](t)(w.DB.ApproveVerdict(ctx, w.Editor, v.ID, v.Hash))
	w.expose(t, v.Claim)

	w.take(t, true, w.imported(word("publisher"), word("publisher")+" says the causeway is gone."), w.imported(word("publisher"), "The causeway is wide."))
	added := must[store.Added](t)(w.DB.AddArticle(ctx, w.Checker, factcheck.ArticleInput{URL: "https://" + word("outlet") + ".example/causeway", Title: word("title") + " on the causeway", Text: "x"}))
	out.link = must[factcheck.AppearanceID](t)(w.DB.LinkArticle(ctx, w.Checker, added.Article, out.into.Claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Quote: "So said " + word("quote") + "."}))
	for _, name := range []string{"publisher", "union", "private", "outlet"} {
		w.called(t, w.shown, word(name))
	}
	w.shown["article urls"] = append(w.shown["article urls"], "https://"+word("outlet")+".example/causeway")
	out.article = added.Article
	w.shown["article ids"] = append(w.shown["article ids"], added.Article.String())
	w.shown["articles"] = append(w.shown["articles"], must[store.WorkingArticle](t)(w.DB.NewsroomArticle(ctx, w.Checker, added.Article)).Slug)
	return out
}

// turn hides all of it again.
func (w *walk) turn(t *testing.T, out turning) {
	t.Helper()
	ctx := t.Context()
	done(t, w.DB.UnlinkArticle(ctx, w.Checker, out.link, 1, "Another causeway.")) // first: states of the page that had it would tell so
	done(t, w.DB.SuspendVerdict(ctx, w.Editor, out.suspended.Verdict, "A source is in doubt."))
	v := w.Corrected(t, out.merged.Verdict, factcheck.CorrectionRetraction, "It is told elsewhere.")
	done(t, w.DB.MergeClaims(ctx, w.Editor, v.Claim, out.into.Claim, "The same."))
	done(t, w.DB.UnnameClaimant(ctx, w.Editor, out.person))
	redaction := must[factcheck.ProposalID](t)(w.DB.ProposeRedaction(ctx, w.Checker, store.RedactionInput{Claim: out.redacted.Claim, Passage: turned + "lane", Class: factcheck.RedactPrivateData, Reason: "doxxed"}))
	done(t, w.DB.DecideProposal(ctx, w.Editor, redaction, true))
	person := must[store.Person](t)(w.DB.Person(ctx, w.Admin, out.checker.Person))
	done(t, w.DB.SetByline(ctx, w.Admin, out.checker.Person, person.Revision, "The desk"))
	must[int](t)(w.DB.HidePublisher(ctx, w.Admin, turned+"publisher.example"))
	// What was named by it is hidden now; what has another address leads there, and is public still.
	for kind, names := range w.shown {
		var left []string
		for _, name := range names {
			switch {
			case !strings.Contains(name, turned) && (kind != "claimant ids" || name != out.person.String()):
				left = append(left, name)
			case kind == "claims" && (strings.HasPrefix(name, turned+"merged") || strings.Contains(name, turned+"lane")):
				w.moved = append(w.moved, name)
			default:
				w.name(kind, name)
			}
		}
		w.shown[kind] = left
	}
	w.name("words", turned, turned+"suspended", turned+"note", turned+"merged", turned+"private", turned+"lane", turned+"quote", turned+"publisher")
}
