package store_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// redactNow has two people redact a passage.
func redactNow(t *testing.T, env *storetest.Env, claim factcheck.ClaimID, passage string) {
	t.Helper()
	id := must[factcheck.ProposalID](t)(env.DB.ProposeRedaction(t.Context(), env.Checker, store.RedactionInput{Claim: claim, Passage: passage, Class: factcheck.RedactPrivateData, Reason: "x"}))
	ok(t, env.DB.DecideProposal(t.Context(), env.Editor, id, true))
}

// An article and a claimant belong to several claims. What goes from them goes from the pages of all, and nothing else of
// the others is touched.
func TestRedactionOfWhatClaimsShare(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	who := must[factcheck.ClaimantID](t)(env.DB.AddClaimant(ctx, env.Checker, factcheck.ClaimantInput{Name: "Ann Lee", Kind: factcheck.ClaimantPerson}))
	publish := func(text string) factcheck.ClaimID {
		claim := must[factcheck.ClaimID](t)(env.DB.FileClaim(ctx, env.Checker, factcheck.ClaimInput{Text: text, Language: "en", Claimant: who}))
		v := must[store.Version](t)(env.DB.DraftVerdict(ctx, env.Checker, claim, env.Draft("False")))
		v = must[store.Version](t)(env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision))
		must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash))
		return claim
	}
	one, two := publish("Ann Lee lies."), publish("Cousin Ann Lee lies too.")
	after := head(t, env)
	redactNow(t, env, one, "Ann Lee")

	a, b := public(t, env, one), public(t, env, two)
	if a.Claimant.Name != removed || b.Claimant.Name != removed || !strings.HasPrefix(b.Claimant.Slug, "redacted-") {
		t.Errorf("got claimants %+v and %+v", a.Claimant, b.Claimant)
	}
	if a.Text != removed+" lies." || b.Text != "Cousin Ann Lee lies too." || b.Slug != "cousin-ann-lee-lies-too" {
		t.Errorf("got %q and %q at %s", a.Text, b.Text, b.Slug)
	}
	wantStrings(t, "feed", sorted(feed(t, env, after)), sorted([]string{"verdict.redacted " + one.String(), "verdict.redacted " + two.String()})...)
	for _, s := range must[[]store.State](t)(env.DB.Versions(ctx, two)) {
		if c := decode(t, s.Stored, s.Seq); c.Claimant.Name != removed || c.Text != "Cousin Ann Lee lies too." {
			t.Errorf("state %d: got %q by %+v", s.N, c.Text, c.Claimant)
		}
	}
	if n := ask[int](t, env, `SELECT count(*) FROM verdict_versions WHERE approved LIKE '%"name":"Ann Lee"%'`); n != 0 {
		t.Errorf("%d approved texts still name her", n)
	}
	preview := must[factcheck.ProposalID](t)(env.DB.ProposeRedaction(ctx, env.Checker, store.RedactionInput{Claim: one, Passage: "lies", Class: factcheck.RedactSafety, Reason: "x"}))
	p := must[store.RedactionPreview](t)(env.DB.PreviewRedaction(ctx, env.Editor, preview))
	if len(p.Elsewhere) != 1 || p.Elsewhere[0].ID != two {
		t.Errorf("got elsewhere %v, want %s", p.Elsewhere, two)
	}
	held := must[store.ClaimFile](t)(env.DB.AddClaimFile(ctx, env.Checker, one, "letter.txt", []byte("Whoever lies, the letter says so.")))
	kept := must[store.ClaimFile](t)(env.DB.AddClaimFile(ctx, env.Checker, one, "other.txt", []byte("Nothing of the kind.")))
	if p = must[store.RedactionPreview](t)(env.DB.PreviewRedaction(ctx, env.Editor, preview)); !slices.Equal(p.Files, []string{"letter.txt"}) || p.Unsearched != nil {
		t.Errorf("got files %q and %q, want the one that holds it", p.Files, p.Unsearched)
	}
	ok(t, env.DB.DecideProposal(ctx, env.Editor, preview, true))
	if n := ask[int](t, env, `SELECT count(*) FROM claim_files WHERE body IS NULL AND id = $1 OR body IS NOT NULL AND id = $2`, held.ID, kept.ID); n != 2 {
		t.Error("the file that held it is there, or the other one is gone")
	}
}

// The same import again does not bring back what was redacted.
func TestImportDoesNotBringBackWhatWasRedacted(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	r := record("checks.example", "Ann Lee of Mill Lane lies.", "False")
	r.ReviewURL, r.Answer = "https://checks.example/?about=Ann+Lee", "No, Ann Lee does not."
	r.Appearances = []exchange.Appearance{{URL: "https://social.example/ann-lee", Title: "Ann Lee says"}}
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, r)
	claim := onlyClaim(t, env)
	redactNow(t, env, claim, "Ann Lee")
	c := public(t, env, claim)
	if c.Text != removed+" of Mill Lane lies." || c.Verdicts[0].ReviewURL != factcheck.RedactedAddress || c.Verdicts[0].Answer != "No, "+removed+" does not." {
		t.Errorf("got %+v", c)
	}
	after := head(t, env)
	counts, _ := runImport(t, env, store.ImportOptions{AllowPublishers: true}, r)
	if counts.Unchanged != 1 || head(t, env) != after {
		t.Errorf("got %+v, the feed moved from %d to %d", counts, after, head(t, env))
	}
	// Nor does a changed record: what is new in it may be the same passage.
	r.Answer = "No, Ann Lee of Mill Lane does not."
	counts, outcomes := runImport(t, env, store.ImportOptions{AllowPublishers: true}, r)
	if counts.Rejected != 1 || head(t, env) != after || !strings.Contains(outcomes[0].Reason, "redacted") {
		t.Errorf("a changed record: got %+v, %+v; want it refused, with the reason", counts, outcomes)
	}
	if c := public(t, env, claim); c.Verdicts[0].Answer != "No, "+removed+" does not." {
		t.Errorf("the answer is %q now", c.Verdicts[0].Answer)
	}
	for _, q := range []string{`SELECT count(*) FROM articles WHERE url LIKE '%ann-lee%' OR title LIKE '%Ann%'`, `SELECT count(*) FROM article_urls WHERE url LIKE '%ann-lee%'`, `SELECT count(*) FROM import_records WHERE review_url LIKE '%Ann%'`} {
		if n := ask[int](t, env, q); n != 0 {
			t.Errorf("%d rows of %s", n, q)
		}
	}
}
