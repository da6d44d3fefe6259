package store_test

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// publishedUnder publishes a claim of a claimant under a topic, with a label of the house.
func publishedUnder(t *testing.T, env *storetest.Env, text, label string, who factcheck.ClaimantID, topic factcheck.TopicID) store.Version {
	t.Helper()
	in := said(text)
	in.Claimant, in.Topics = who, []factcheck.TopicID{topic}
	id := must[factcheck.ClaimID](t)(env.DB.FileClaim(t.Context(), env.Checker, in))
	v := must[store.Version](t)(env.DB.DraftVerdict(t.Context(), env.Checker, id, env.Draft(label)))
	v = must[store.Version](t)(env.DB.SubmitVerdict(t.Context(), env.Checker, v.ID, v.Revision))
	return must[store.Version](t)(env.DB.ApproveVerdict(t.Context(), env.Editor, v.ID, v.Hash))
}

// counted returns counts by reading.
func counted(list []store.ReadingCount) map[string]int {
	out := map[string]int{}
	for _, c := range list {
		out[c.Reading] = c.Claims
	}
	return out
}

func TestClaimsOfSomebodyAndAboutSomethingAreCountedAndPaged(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	topic := must[factcheck.TopicID](t)(env.DB.AddTopic(ctx, env.Editor, factcheck.TopicInput{Name: "Harbours", Names: map[string]string{"es": "Puertos"}}))
	ann := claimant(t, env, factcheck.ClaimantInput{Name: "Ann Example", Kind: factcheck.ClaimantPerson})
	var suspended, retracted store.Version
	for i, label := range []string{"False", "False", "True", "Misleading", "False", "False"} {
		v := publishedUnder(t, env, fmt.Sprintf("Claim %d.", i), label, ann, topic)
		env.Clock.Advance(time.Second)
		switch i {
		case 4:
			suspended = v
		case 5:
			retracted = v
		}
	}
	ok(t, env.DB.SuspendVerdict(ctx, env.Editor, suspended.Verdict, "A source is in doubt."))
	env.Corrected(t, retracted.Verdict, factcheck.CorrectionRetraction, "We take it back.")
	want := map[string]int{"false": 2, "true": 1, "missing_context": 1, store.ReadingReview: 1, store.ReadingRetracted: 1}
	first := store.SubjectFilter{Limit: 4}
	who := must[store.PublicClaimant](t)(env.DB.ClaimantBySlug(ctx, "ann-example", first))
	about := must[store.PublicTopic](t)(env.DB.TopicBySlug(ctx, "harbours", first))
	if about.Names["es"] != "Puertos" || who.Name != "Ann Example" {
		t.Errorf("got %+v and %+v, want both by name", about.Names, who.Name)
	}
	for name, got := range map[string]store.SubjectClaims{"claimant": who.SubjectClaims, "topic": about.SubjectClaims} {
		if diff := cmp.Diff(want, counted(got.Counts)); diff != "" || got.Total != 6 || len(got.Docs) != 4 || got.Next == "" {
			t.Errorf("%s: got %d claims, %d of them here, next %q; counts (-want +got):\n%s", name, got.Total, len(got.Docs), got.Next, diff)
		}
	}
	rest := must[store.PublicClaimant](t)(env.DB.ClaimantBySlug(ctx, "ann-example", store.SubjectFilter{Limit: 4, Cursor: who.Next}))
	seen := map[factcheck.ClaimID]bool{}
	for _, d := range append(who.Docs, rest.Docs...) {
		seen[d.Claim] = true
	}
	if len(seen) != 6 || rest.Next != "" {
		t.Errorf("got %d different claims on two pages and next %q, want 6 and none", len(seen), rest.Next)
	}
	review := must[store.PublicTopic](t)(env.DB.TopicBySlug(ctx, "harbours", store.SubjectFilter{Limit: 4, Reading: store.ReadingReview}))
	if len(review.Docs) != 1 || review.Docs[0].Claim != suspended.Claim || review.Total != 6 {
		t.Errorf("got %d claims under review, want the one", len(review.Docs))
	}
	for name, f := range map[string]store.SubjectFilter{"reading": {Limit: 4, Reading: "nonsense"}, "cursor": {Limit: 4, Cursor: "x"}, "limit": {}} {
		if _, err := env.DB.TopicBySlug(ctx, "harbours", f); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
	// A person who becomes private has no page from then on, under no address.
	now := must[store.Claimant](t)(env.DB.NewsroomClaimant(ctx, env.Checker, ann))
	now.Private, now.Description = true, "a neighbour"
	ok(t, env.DB.EditClaimant(ctx, env.Checker, ann, now.Revision, now.ClaimantInput))
	private := must[store.Claimant](t)(env.DB.NewsroomClaimant(ctx, env.Checker, ann))
	for _, slug := range []string{"ann-example", private.Slug, "nobody"} {
		_, err := env.DB.ClaimantBySlug(ctx, slug, first)
		wantCode(t, err, factcheck.CodeNotFound)
	}
}

func TestCorrectionsAreListedByKind(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	topic := must[factcheck.TopicID](t)(env.DB.AddTopic(ctx, env.Editor, factcheck.TopicInput{Name: "Harbours"}))
	v := publishedUnder(t, env, "The harbour froze.", "False", factcheck.ClaimantID{}, topic)
	env.Corrected(t, v.Verdict, factcheck.CorrectionClarification, "It froze in part.")
	env.Clock.Advance(time.Second)
	env.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "The year was wrong.")
	other := publishedUnder(t, env, "The bridge is closed.", "True", factcheck.ClaimantID{}, topic)
	env.Clock.Advance(time.Second)
	env.Corrected(t, other.Verdict, factcheck.CorrectionUpdate, "It is open again.")
	ok(t, env.DB.RenameTopic(ctx, env.Editor, topic, 1, factcheck.TopicInput{Name: "Ports"})) // changes documents, corrects nothing
	list := must[store.CorrectionList](t)(env.DB.Corrections(ctx, store.CorrectionFilter{Limit: 2}))
	rest := must[store.CorrectionList](t)(env.DB.Corrections(ctx, store.CorrectionFilter{Limit: 2, Cursor: list.Next}))
	var notes []string
	for _, c := range append(list.Rows, rest.Rows...) {
		notes = append(notes, string(c.Kind)+": "+c.Note)
	}
	want := []string{"update: It is open again.", "correction: The year was wrong.", "clarification: It froze in part."}
	if diff := cmp.Diff(want, notes); diff != "" || rest.Next != "" || len(list.Counts) != 3 {
		t.Errorf("got counts %v, next %q; the list differs (-want +got):\n%s", list.Counts, rest.Next, diff)
	}
	one := must[store.CorrectionList](t)(env.DB.Corrections(ctx, store.CorrectionFilter{Limit: 9, Kind: factcheck.CorrectionClarification}))
	if len(one.Rows) != 1 || one.Rows[0].Claim != v.Claim {
		t.Errorf("got %d clarifications, want 1", len(one.Rows))
	}
	ok(t, env.DB.SuspendVerdict(ctx, env.Editor, other.Verdict, "A source is in doubt."))
	list = must[store.CorrectionList](t)(env.DB.Corrections(ctx, store.CorrectionFilter{Limit: 1}))
	if got := list.Rows[0]; got.Note != "" || !got.Reviewed {
		t.Errorf("got %q of a verdict under review, want nothing", got.Note)
	}
	_, err := env.DB.Corrections(ctx, store.CorrectionFilter{Limit: 2, Kind: "apology"})
	wantCode(t, err, factcheck.CodeInvalid)
	for _, first := range []byte{0x7f, 0x80, 0xff} { // moments that no database holds
		made := append([]byte{first}, make([]byte, 23)...)
		_, err := env.DB.Corrections(ctx, store.CorrectionFilter{Limit: 2, Cursor: base64.RawURLEncoding.EncodeToString(made)})
		if err != nil {
			wantCode(t, err, factcheck.CodeInvalid)
		}
	}
	home := must[store.HomeLists](t)(env.DB.Home(ctx, 9))
	if len(home.Corrected) != 2 || home.Corrected[1].Note != "The year was wrong." {
		t.Errorf("got %+v on the front page, want each claim once with its newest correction", home.Corrected)
	}
}

func TestOutletShowsWhatItsArticlesDid(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	froze, closed := env.Published(t, "The harbour froze.", "False").Claim, env.Published(t, "The bridge is closed.", "False").Claim
	secret := env.Claim(t, "Nobody knows this.")
	link := func(n int, claim factcheck.ClaimID, stance factcheck.Stance) factcheck.AppearanceID {
		a := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, factcheck.ArticleInput{URL: fmt.Sprintf("https://wire.example/%d", n), Title: fmt.Sprintf("Story %d", n), Text: "x"}))
		return must[factcheck.AppearanceID](t)(env.DB.LinkArticle(ctx, env.Checker, a.Article, claim, factcheck.AppearanceInput{Stance: stance}))
	}
	link(1, secret, factcheck.StanceMakes)
	_, err := env.DB.OutletBySlug(ctx, "wire-example", store.OutletFilter{Limit: 2})
	wantCode(t, err, factcheck.CodeNotFound)
	env.Clock.Advance(time.Second)
	fixed := link(2, froze, factcheck.StanceRepeats)
	env.Clock.Advance(time.Second)
	link(2, closed, factcheck.StanceReports)
	env.Clock.Advance(time.Second)
	link(3, froze, factcheck.StanceMakes)
	ok(t, env.DB.MarkCorrection(ctx, env.Checker, fixed, 1, factcheck.MarkInput{State: factcheck.StateCorrected, At: env.Clock.Now()}))
	got := must[store.PublicOutlet](t)(env.DB.OutletBySlug(ctx, "wire-example", store.OutletFilter{Limit: 2}))
	want := map[store.OutletShow]int{store.OutletAsserted: 1, store.OutletCorrected: 1, store.OutletReported: 1}
	if diff := cmp.Diff(want, got.Counts); diff != "" || got.Articles != 2 || len(got.Rows) != 2 || got.Rows[0].Title != "Story 3" || got.Next == "" {
		t.Errorf("got %d articles, rows %+v; counts (-want +got):\n%s", got.Articles, got.Rows, diff)
	}
	rest := must[store.PublicOutlet](t)(env.DB.OutletBySlug(ctx, "wire-example", store.OutletFilter{Limit: 2, Cursor: got.Next}))
	if len(rest.Rows) != 1 || rest.Rows[0].ID != fixed || rest.Rows[0].State != factcheck.StateCorrected || rest.Next != "" {
		t.Errorf("got %+v on the second page, want the corrected article", rest.Rows)
	}
	one := must[store.PublicOutlet](t)(env.DB.OutletBySlug(ctx, "wire-example", store.OutletFilter{Limit: 2, Show: store.OutletCorrected}))
	if len(one.Rows) != 1 || one.Rows[0].ID != fixed {
		t.Errorf("got %d corrected, want 1", len(one.Rows))
	}
	_, err = env.DB.OutletBySlug(ctx, "wire-example", store.OutletFilter{Limit: 2, Show: "best"})
	wantCode(t, err, factcheck.CodeInvalid)
}

func TestPagesOfTheHouseComeInTheLanguageThatSuits(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	write := func(version int, language, title string) {
		must[int](t)(env.DB.WritePolicy(ctx, env.Admin, version, factcheck.PolicyInput{Slug: "funding", Language: language, Title: title, Body: title}))
	}
	write(0, "en", "Funding")
	write(1, "en", "Who pays")
	write(0, "pt-BR", "Quem paga")
	for language, want := range map[string]string{"en": "Who pays", "en-GB": "Who pays", "pt": "Quem paga", "ar": "Who pays", "": "Who pays"} {
		got := must[store.AboutPage](t)(env.DB.AboutPage(ctx, "funding", language, 0))
		list := must[[]store.AboutEntry](t)(env.DB.AboutPages(ctx, language))
		if got.Title != want || len(list) != 1 || list[0].Title != want || len(got.Languages) != 2 {
			t.Errorf("%q: got %q, in the list %+v, want %q", language, got.Title, list, want)
		}
	}
	old := must[store.AboutPage](t)(env.DB.AboutPage(ctx, "funding", "en", 1))
	if old.Title != "Funding" || old.Newest != 2 || len(old.Versions) != 2 {
		t.Errorf("got %+v, want the first of two versions", old)
	}
	for _, version := range []int{3, -1, 1 << 40} {
		_, err := env.DB.AboutPage(ctx, "funding", "en", version)
		wantCode(t, err, factcheck.CodeNotFound)
	}
	rules := factcheck.HouseRules{IndependentOrigins: 2}
	ok(t, env.DB.SetHouseRules(ctx, env.Admin, rules))
	if got := must[factcheck.HouseRules](t)(env.DB.PublicRules(ctx)); !cmp.Equal(got, rules) {
		t.Errorf("got %+v, want %+v", got, rules)
	}
}

func TestSightingIsATipAboutAPublicClaim(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor has resigned.", "False")
	id := must[factcheck.TipID](t)(env.DB.FileTip(ctx, factcheck.System(), factcheck.TipInput{URL: "https://plaza.example/1", About: v.Claim}))
	got := must[store.Tip](t)(env.DB.Tip(ctx, env.Checker, id))
	if got.About != v.Claim || got.AboutText != "The mayor has resigned." || !got.Claim.IsZero() || got.State != factcheck.TipOpen {
		t.Errorf("got %+v, want an open tip about the claim", got)
	}
	for name, claim := range map[string]factcheck.ClaimID{"unpublished": env.Claim(t, "The lake is dry."), "unknown": {7: 1}} {
		_, err := env.DB.FileTip(ctx, factcheck.System(), factcheck.TipInput{Text: "Seen.", About: claim})
		if factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
	// It is redacted with the claim it is about.
	must[factcheck.TipID](t)(env.DB.FileTip(ctx, factcheck.System(), factcheck.TipInput{Text: "He says that the mayor has resigned.", About: v.Claim}))
	p := must[factcheck.ProposalID](t)(env.DB.ProposeRedaction(ctx, env.Checker, store.RedactionInput{Claim: v.Claim, Passage: "has resigned", Class: factcheck.RedactSafety, Reason: "It endangers somebody."}))
	ok(t, env.DB.DecideProposal(ctx, env.Editor, p, true))
	if n := ask[int](t, env, `SELECT count(*) FROM tips WHERE text LIKE '%has resigned%'`); n != 0 {
		t.Errorf("%d tips keep what was redacted", n)
	}
}
