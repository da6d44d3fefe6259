package store_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// A claim that is published while its topic, its claimant and an outlet are renamed must not keep an old name: whoever comes
// second sees what the first has done.
func TestNamesChangedWhileClaimsArePublished(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	politics := topic(t, env, "Politics")
	who := claimant(t, env, factcheck.ClaimantInput{Name: "Council", Kind: factcheck.ClaimantOrganisation})
	const n = 6
	var versions []store.Version
	var articles []factcheck.ArticleID
	for i := range n {
		in := said(fmt.Sprintf("The mayor has resigned, %d.", i))
		in.Topics, in.Claimant = []factcheck.TopicID{politics}, who
		id := must[factcheck.ClaimID](t)(env.DB.FileClaim(ctx, env.Checker, in))
		v := must[store.Version](t)(env.DB.DraftVerdict(ctx, env.Checker, id, env.Draft("False")))
		versions = append(versions, must[store.Version](t)(env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision)))
		articles = append(articles, article(t, env, fmt.Sprintf("https://news.example/%d", i)))
	}
	outlet := ask[factcheck.OutletID](t, env, `SELECT id FROM outlets`)
	var wg sync.WaitGroup
	errs := make([]error, 2*n+2)
	for i, v := range versions {
		wg.Go(func() { _, errs[i] = env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash) })
		wg.Go(func() {
			_, errs[n+i] = env.DB.LinkArticle(ctx, env.Checker, articles[i], v.Claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes})
		})
	}
	wg.Go(func() {
		errs[2*n] = env.DB.RenameTopic(ctx, env.Editor2, politics, 1, factcheck.TopicInput{Name: "Town politics"})
	})
	wg.Go(func() {
		errs[2*n+1] = env.DB.EditOutlet(ctx, env.Editor2, outlet, 1, factcheck.OutletInput{Name: "The News"})
	})
	wg.Wait()
	for _, err := range errs {
		ok(t, err)
	}
	for _, v := range versions {
		doc := public(t, env, v.Claim)
		if doc == nil || doc.Topics[0].Name != "Town politics" || len(doc.Appearances) != 1 || doc.Appearances[0].Article.Outlet != "The News" {
			t.Errorf("%s is stored as %+v, want the new names", v.Claim, doc)
		}
	}
	// A renamed claimant is part of what is approved: whatever was submitted before is not published under it.
	ok(t, env.DB.EditClaimant(ctx, env.Checker, who, 1, factcheck.ClaimantInput{Name: "Town council", Kind: factcheck.ClaimantOrganisation}))
	for _, v := range versions {
		if doc := public(t, env, v.Claim); doc.Claimant.Name != "Town council" {
			t.Errorf("%s names %q, want Town council", v.Claim, doc.Claimant.Name)
		}
	}
}
