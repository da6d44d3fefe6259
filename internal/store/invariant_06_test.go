package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// Invariant 6: what is not published is invisible on every public way out. The store's public reads are the only doors that
// pages, JSON, feed, search, counts, export and jobs have.

// marker stands in everything that is not public.
const marker = "Zebrafish"

// publicReads are all reads of the store that ask for no actor, for what is known of a claim, a slug and an article.
func publicReads(env *storetest.Env, claims []factcheck.ClaimID, slugs []string, articles []factcheck.ArticleID, article string) map[string]func(context.Context) (any, error) {
	db := env.DB
	list := func(f store.ListFilter) func(context.Context) (any, error) {
		return func(ctx context.Context) (any, error) {
			f.Limit = 100
			docs, next, err := db.ListClaims(ctx, f)
			found, n, more, serr := db.SearchClaims(ctx, f, 0)
			if err == nil {
				err = serr
			}
			return []any{docs, next, found, n, more}, err
		}
	}
	reads := map[string]func(context.Context) (any, error){
		"home":        func(ctx context.Context) (any, error) { return db.Home(ctx, 50) },
		"publication": func(ctx context.Context) (any, error) { return db.Publication(ctx) },
		"feed":        func(ctx context.Context) (any, error) { return db.Changes(ctx, 0, 1000) },
		"topics": func(ctx context.Context) (any, error) {
			all, next, err := db.PublicTopics(ctx, store.PageOf{Limit: 100})
			return []any{all, next}, err
		},
		"claimants": func(ctx context.Context) (any, error) {
			all, next, err := db.PublicClaimants(ctx, store.PageOf{Limit: 100})
			return []any{all, next}, err
		},
		"publishers": func(ctx context.Context) (any, error) {
			all, next, err := db.PublicPublishers(ctx, store.PageOf{Limit: 100})
			return []any{all, next}, err
		},
		"labels": func(ctx context.Context) (any, error) { return db.LabelUses(ctx) },
		"sitemap": func(ctx context.Context) (any, error) {
			parts, err := db.SitemapParts(ctx)
			all := []any{parts}
			for _, p := range parts {
				pages, perr := db.SitemapPages(ctx, p.SitemapPart)
				all, err = append(all, pages), errors.Join(err, perr)
			}
			return all, err
		},
		"list":              list(store.ListFilter{}),
		"list of any":       list(store.ListFilter{Publisher: store.AnyPublisher}),
		"list of imported":  list(store.ListFilter{Publisher: "hidden.example"}),
		"search":            list(store.ListFilter{Publisher: store.AnyPublisher, Query: marker}),
		"search by topic":   list(store.ListFilter{Publisher: store.AnyPublisher, Topic: "zebrafish-topic"}),
		"search by stance":  list(store.ListFilter{Publisher: store.AnyPublisher, Stance: factcheck.StanceMakes}),
		"search by article": list(store.ListFilter{Publisher: store.AnyPublisher, ArticleURL: "https://zebrafish.example/1"}),
		"search by false":   list(store.ListFilter{Publisher: store.AnyPublisher, Truth: factcheck.TruthFalse}),
		"search by time":    list(store.ListFilter{Publisher: store.AnyPublisher, UpdatedAfter: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), Sort: store.SortUpdated}),
		"search by rating":  list(store.ListFilter{Publisher: store.AnyPublisher, Rating: "Mixed"}),
		"corrections":       func(ctx context.Context) (any, error) { return db.Corrections(ctx, store.CorrectionFilter{Limit: 50}) },
		"claimant": func(ctx context.Context) (any, error) {
			return db.ClaimantBySlug(ctx, "zebrafish-smith", store.SubjectFilter{Limit: 50})
		},
		"topic": func(ctx context.Context) (any, error) {
			return db.TopicBySlug(ctx, "zebrafish-topic", store.SubjectFilter{Limit: 50})
		},
		"imported topic": func(ctx context.Context) (any, error) {
			return db.TopicBySlug(ctx, "zebrafish-joined-topic", store.SubjectFilter{Limit: 50})
		},
		"outlet": func(ctx context.Context) (any, error) {
			return db.OutletBySlug(ctx, "zebrafish-example", store.OutletFilter{Limit: 50})
		},
		"pages of house": func(ctx context.Context) (any, error) { return db.AboutPages(ctx, "en") },
		"article":        func(ctx context.Context) (any, error) { return db.ArticleBySlug(ctx, article) },
		"export": func(ctx context.Context) (any, error) {
			var all []any
			err := db.Export(ctx, factcheck.ClaimID{}, func(h store.ExportHead) error { all = append(all, h.Epoch, h.Seq); return nil }, func(d store.Document) error { all = append(all, d); return nil })
			return all, err
		},
	}
	for i, id := range claims {
		reads["claim "+slugs[i]] = func(ctx context.Context) (any, error) { return db.ClaimByID(ctx, id) }
		reads["slug "+slugs[i]] = func(ctx context.Context) (any, error) { return db.ClaimBySlug(ctx, slugs[i]) }
		reads["states "+slugs[i]] = func(ctx context.Context) (any, error) { return db.Versions(ctx, id) }
		reads["state 1 "+slugs[i]] = func(ctx context.Context) (any, error) { return db.StateN(ctx, id, 1) }
		reads["as of "+slugs[i]] = func(ctx context.Context) (any, error) { return db.StateAsOf(ctx, id, time.Now().AddDate(1, 0, 0)) }
		reads["page "+slugs[i]] = func(ctx context.Context) (any, error) { return db.PageBySlug(ctx, slugs[i], "en", "1") }
	}
	for _, id := range articles {
		reads["article "+id.String()] = func(ctx context.Context) (any, error) { return db.ArticleByID(ctx, id) }
	}
	return reads
}

// secret fills the newsroom with all sorts of things that are not public, each with the marker in it, without touching what
// readers see of the claim that is.
func secret(t *testing.T, env *storetest.Env, public store.Version) (claims []factcheck.ClaimID, articles []factcheck.ArticleID) {
	t.Helper()
	ctx, db := t.Context(), env.DB
	topic, err := db.AddTopic(ctx, env.Editor, factcheck.TopicInput{Name: marker + " topic"})
	ok(t, err)
	claimant, err := db.AddClaimant(ctx, env.Checker, factcheck.ClaimantInput{Name: marker + " Smith", Kind: factcheck.ClaimantPerson})
	ok(t, err)
	file := func(text string) factcheck.ClaimID {
		id, err := db.FileClaim(ctx, env.Checker, factcheck.ClaimInput{Text: marker + " " + text, Language: "en", Topics: []factcheck.TopicID{topic}, Claimant: claimant})
		ok(t, err)
		claims = append(claims, id)
		return id
	}
	article := func(url string, claim factcheck.ClaimID) {
		a, err := db.AddArticle(ctx, env.Checker, factcheck.ArticleInput{URL: url, Title: marker, Text: marker})
		ok(t, err)
		articles = append(articles, a.Article)
		_, err = db.LinkArticle(ctx, env.Checker, a.Article, claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Quote: marker})
		ok(t, err)
	}
	filed := file("filed")
	article("https://zebrafish.example/1", filed)
	declined := file("declined")
	ok(t, db.DeclineClaim(ctx, env.Checker, declined, 1, marker))
	drafted := env.Draft("Mixed")
	drafted.Answer, drafted.Headline, drafted.Body = marker, marker, marker
	_, err = db.DraftVerdict(ctx, env.Checker, file("drafted"), drafted)
	ok(t, err)
	review, err := db.DraftVerdict(ctx, env.Checker, file("in review"), drafted)
	ok(t, err)
	_, err = db.SubmitVerdict(ctx, env.Checker, review.ID, review.Revision)
	ok(t, err)
	back, err := db.DraftVerdict(ctx, env.Checker, file("sent back"), drafted)
	ok(t, err)
	back, err = db.SubmitVerdict(ctx, env.Checker, back.ID, back.Revision)
	ok(t, err)
	ok(t, db.SendBack(ctx, env.Editor, back.ID, marker))
	ok(t, db.MergeClaims(ctx, env.Editor, file("merged into what is not public"), filed, marker))
	// Unapproved work on what is public.
	c, err := db.DraftCorrection(ctx, env.Checker, public.Verdict, factcheck.CorrectionCorrection, marker)
	ok(t, err)
	drafted.Note = marker
	_, err = db.EditDraft(ctx, env.Checker, c.ID, c.Revision, drafted)
	ok(t, err)
	working, err := db.NewsroomClaim(ctx, env.Checker, public.Claim)
	ok(t, err)
	ok(t, db.EditClaim(ctx, env.Checker, public.Claim, working.Revision, factcheck.ClaimInput{Text: marker, Language: "en", Place: marker, Why: marker, Claimant: claimant}))
	ok(t, db.SetWordings(ctx, env.Checker, public.Claim, working.Revision+1, []factcheck.Wording{{Language: "de", Text: marker}}))
	_, err = db.AddMedia(ctx, env.Checker, public.Claim, factcheck.MediaInput{URL: "https://zebrafish.example/1.jpg", Kind: factcheck.MediaImage, Alt: marker})
	ok(t, err)
	_, err = db.FileTip(ctx, factcheck.System(), factcheck.TipInput{Text: marker, Contact: "zebrafish@example.org"})
	ok(t, err)
	hidden := record("hidden.example", marker+" imported", "False")
	hidden.Topics, hidden.Headline = []string{marker + " imported topic"}, marker
	joined := record("hidden.example", "The mayor has resigned.", "True")
	joined.Topics, joined.Headline, joined.Appearances[0].URL = []string{marker + " joined topic"}, marker, "https://zebrafish.example/2"
	runImport(t, env, store.ImportOptions{}, hidden, joined)
	return claims, articles
}

func TestInvariant06WhatIsNotPublishedIsInvisible(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	look := func(claims []factcheck.ClaimID, articles []factcheck.ArticleID) map[string]sight {
		owner := connect(t, env.OwnerURL)
		slugs := make([]string, len(claims))
		for i, id := range claims {
			if err := owner.QueryRow(t.Context(), `SELECT slug FROM claims WHERE id = $1`, id).Scan(&slugs[i]); err != nil {
				t.Fatal(err)
			}
		}
		saw := map[string]sight{}
		for name, read := range publicReads(env, claims, slugs, articles, "zebrafish") {
			saw[name] = seen(t, func() (any, error) { return read(t.Context()) })
		}
		return saw
	}
	before := look([]factcheck.ClaimID{v.Claim}, nil)
	claims, articles := secret(t, env, v)
	after := look([]factcheck.ClaimID{v.Claim}, nil)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("a public way out shows, counts or orders by what is not published (-before +after):\n%s", diff)
	}
	for name, got := range look(claims, articles) {
		if got.has(marker) {
			t.Errorf("%s shows what is not published: %s", name, got)
		}
	}
}

// Unknown and unpublished are the same answer.
func TestInvariant06UnknownAndUnpublishedAreTheSame(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	claim := env.Claim(t, "The lake is dry.")
	unknown := factcheck.ClaimID{7: 1}
	for _, read := range []func(factcheck.ClaimID) error{
		func(id factcheck.ClaimID) error { _, err := env.DB.ClaimByID(t.Context(), id); return err },
		func(id factcheck.ClaimID) error { _, err := env.DB.StateN(t.Context(), id, 1); return err },
		func(id factcheck.ClaimID) error { _, err := env.DB.StateAsOf(t.Context(), id, time.Now()); return err },
	} {
		a, b := read(claim), read(unknown)
		if a == nil || b == nil || a.Error() != b.Error() {
			t.Errorf("got %v for an unpublished claim, %v for an unknown one; want the same", a, b)
		}
	}
	_, a := env.DB.ClaimBySlug(t.Context(), "the-lake-is-dry")
	_, b := env.DB.ClaimBySlug(t.Context(), "no-such-claim")
	if a == nil || b == nil || a.Error() != b.Error() {
		t.Errorf("got %v for an unpublished slug, %v for an unknown one; want the same", a, b)
	}
}

func TestInvariant06NothingUnpublishedIsPutAmongThePublicBySQL(t *testing.T) {
	t.Parallel()
	b, _ := submitted(t)
	doc := `INSERT INTO claim_documents (claim_id, document, language, house, published_at, updated_at) VALUES ({claim}, '{}', 'en', true, now(), now())`
	list := `INSERT INTO public_verdicts (claim_id, publisher_id, verdict_id, version_id, house, label, truth, reasons, published_at)
		SELECT v.claim_id, v.publisher_id, v.id, ver.id, true, ver.label, ver.truth, ver.reasons, now() FROM verdicts v JOIN verdict_versions ver ON ver.verdict_id = v.id WHERE v.id = {verdict}`
	const published = "public_verdicts_are_published"
	b.run(t, []attack{
		{"a document", []string{doc, `SELECT append_changes(ARRAY['verdict.published'], now(), ARRAY[{claim}::uuid], ARRAY[NULL::uuid], ARRAY[NULL::uuid])`}, published, off("claim_documents", "claim_documents_are_published"), ""},
		{"a document without an entry", []string{doc}, published, both(off("claim_documents", "claim_documents_have_change"), off("claim_documents", "claim_documents_are_published")), ""},
		{"a verdict in review in the lists", []string{doc, list}, published, both(off("public_verdicts", "public_verdicts_guard"), off("claim_documents", "claim_documents_have_change")), ""},
		{"words for the search", []string{`INSERT INTO claim_words (claim_id, words) VALUES ({claim}, to_tsvector('x'))`}, "claim_words_claim_id_fkey", dropped("claim_words", "claim_words_claim_id_fkey"), ""},
		{"an entry of the feed", []string{appendSQL}, "changes_are_public", silenced("changes_guard", "changes_are_public"), ""},
		{"an entry that it went", []string{`SELECT append_changes(ARRAY['claim.withdrawn'], now(), ARRAY[{claim}::uuid], ARRAY[NULL::uuid], ARRAY[NULL::uuid])`}, "changes_are_public", silenced("changes_guard", "changes_are_public"), ""},
		{"a state of its page", []string{`INSERT INTO claim_states (claim_id, n, at, type, document) VALUES ({claim}, 1, now(), 'verdict.published', '{}')`}, "claim_states_have_change", off("claim_states", "claim_states_have_change"), ""},
	})
}
