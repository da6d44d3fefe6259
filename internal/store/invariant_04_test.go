package store_test

import (
	"context"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// Invariant 4: one current verdict per claim and publisher; one appearance per article and claim; an imported address is
// listed until a person sets a stance; nothing of an imported publisher is public until that publisher is allowed.

// newspaper is a database under attack with a public claim of the house in two versions, another public one, and an
// article linked to the first.
type newspaper struct {
	*battle
	verdict    factcheck.VerdictID
	claim      factcheck.ClaimID
	other      store.Version
	article    factcheck.ArticleID
	appearance factcheck.AppearanceID
}

func printed(t *testing.T) newspaper {
	t.Helper()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor has resigned.", "False")
	v2 := env.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "More was found.")
	n := newspaper{verdict: v.Verdict, claim: v.Claim, other: env.Published(t, "The bridge is closed.", "False")}
	added, err := env.DB.AddArticle(ctx, env.Checker, factcheck.ArticleInput{URL: "https://news.example/1", Title: "She resigned"})
	if err != nil {
		t.Fatal(err)
	}
	n.article = added.Article
	n.appearance, err = env.DB.LinkArticle(ctx, env.Checker, n.article, n.claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Quote: "She has resigned."})
	if err != nil {
		t.Fatal(err)
	}
	n.battle = newBattle(t, env, map[string]string{
		"verdict": v.Verdict.UUID(), "claim": v.Claim.UUID(), "first": v.ID.UUID(), "second": v2.ID.UUID(), "other_verdict": n.other.Verdict.UUID(),
		"other_claim": n.other.Claim.UUID(), "other": n.other.ID.UUID(), "article": n.article.UUID(), "appearance": n.appearance.UUID(), "by_author": env.Checker.ID.UUID(),
		"author": env.Checker.Person.UUID(), "editor": env.Editor.Person.UUID(),
	})
	return n
}

func TestInvariant04OneCurrentVerdict(t *testing.T) {
	t.Parallel()
	b := printed(t)
	const current = "verdicts_current_is_published"
	guard := both(off("verdicts", "verdicts_guard"), both(off("verdicts", "verdicts_are_shown"), off("verdicts", "verdicts_have_change")))
	point := func(to string) []string {
		return []string{`UPDATE verdicts SET current_version_id = ` + to + ` WHERE id = {verdict}`}
	}
	draft := `INSERT INTO verdict_versions (id, verdict_id, state, created_by, edited_by, created_at, updated_at)
		VALUES ('00000000-0000-7000-8000-0000000000ee', {verdict}, 'draft', {by_author}, {by_author}, now(), now())`
	b.run(t, []attack{
		{"a second verdict of the house", []string{`INSERT INTO verdicts (id, claim_id, publisher_id, origin, state, created_at)
			SELECT gen_random_uuid(), claim_id, publisher_id, origin, 'unpublished', now() FROM verdicts WHERE id = {verdict}`},
			"verdicts_one_per_claim_and_publisher", dropped("verdicts", "verdicts_one_per_claim_and_publisher"), ""},
		{"a verdict that is born public", []string{`INSERT INTO verdicts (id, claim_id, publisher_id, origin, state, current_version_id, created_at)
			SELECT gen_random_uuid(), claim_id, publisher_id, origin, 'current', {first}, now() FROM verdicts WHERE id = {verdict}`},
			"verdicts_state", off("verdicts", "verdicts_guard"), "verdicts_one_per_claim_and_publisher"},
		{"another verdict's version becomes current", point("{other}"), current, guard, ""},
		{"an older version becomes current again", point("{first}"), current, guard, ""},
		{"a draft becomes current", []string{draft, point("'00000000-0000-7000-8000-0000000000ee'")[0]}, current, guard, ""},
		{"no version is current", []string{`UPDATE verdicts SET current_version_id = NULL, state = 'unpublished' WHERE id = {verdict}`}, current, guard, ""},
		{"a published verdict is called unpublished", []string{`UPDATE verdicts SET state = 'unpublished' WHERE id = {verdict}`},
			"verdicts_public_has_version", both(guard, dropped("verdicts", "verdicts_public_has_version")), ""},
		{"a verdict moves to another claim", []string{`UPDATE verdicts SET claim_id = (SELECT id FROM claims WHERE id NOT IN ({claim}, {other_claim}) LIMIT 1) WHERE id = {verdict} AND false`,
			`UPDATE verdicts SET claim_id = {other_claim} WHERE id = {verdict}`}, "verdicts_only_grow", guard, "verdicts_one_per_claim_and_publisher"},
		{"a second draft is opened", []string{draft, `INSERT INTO verdict_versions (id, verdict_id, state, created_by, edited_by, created_at, updated_at)
			VALUES (gen_random_uuid(), {verdict}, 'draft', {by_author}, {by_author}, now(), now())`}, "verdict_versions_one_open",
			statement("the index verdict_versions_one_open", `DROP INDEX verdict_versions_one_open`), ""},
		{"a number is given twice", []string{`DELETE FROM verdict_versions WHERE false`, draft,
			`UPDATE verdict_versions SET n = 2, state = 'published', published_at = now(), submitted_by = {author}, submitted_at = now(), approved = '', approved_hash = '' WHERE id = '00000000-0000-7000-8000-0000000000ee'`},
			"verdict_versions_what_was_approved", off("verdict_versions", "verdict_versions_guard"), "verdict_versions_n"},
		{"a verdict is taken out of the lists", []string{`DELETE FROM public_verdicts WHERE verdict_id = {verdict}`}, "verdicts_are_shown", off("public_verdicts", "verdicts_are_shown_still"), ""},
	})
	b.runRevoked(t, []attack{
		{"a verdict is deleted by the owner", []string{`DELETE FROM verdicts WHERE id = {verdict}`}, "verdicts_only_grow", off("verdicts", "verdicts_guard"), "verdict_versions_verdict_id_fkey"},
	})
}

func TestInvariant04SuspendedAndRetractedStaySo(t *testing.T) {
	t.Parallel()
	b := printed(t)
	env, ctx, verdict := b.Env, t.Context(), b.verdict
	if err := env.DB.SuspendVerdict(ctx, env.Editor, verdict, "A source is in doubt."); err != nil {
		t.Fatal(err)
	}
	guard := both(off("verdicts", "verdicts_guard"), both(off("verdicts", "verdicts_are_shown"), off("verdicts", "verdicts_have_change")))
	proposal := func(who, decided string) string {
		return `INSERT INTO proposals (id, kind, verdict_id, reason, proposed_by, proposed_at) VALUES ('00000000-0000-7000-8000-0000000000bb', 'restore', ` + who + `, 'x', {author}, now());` + decided
	}
	approve := `UPDATE proposals SET decision = 'approved', decided_by = {editor}, decided_at = now() WHERE id = '00000000-0000-7000-8000-0000000000bb'`
	restore := `UPDATE verdicts SET state = 'current', restored_by = '00000000-0000-7000-8000-0000000000bb' WHERE id = {verdict}`
	const two = "verdicts_restoring_needs_two"
	b.run(t, []attack{
		{"it is restored by one", []string{`UPDATE verdicts SET state = 'current' WHERE id = {verdict}`}, two, guard, ""},
		{"it is restored by an open proposal", []string{proposal("{verdict}", ""), restore}, two, guard, ""},
		{"it is restored by another verdict's proposal", []string{proposal("{other_verdict}", ""), approve, restore}, two, guard, ""},
		{"it is retracted without a retraction", []string{`UPDATE verdicts SET state = 'retracted' WHERE id = {verdict}`}, "verdicts_state", guard, ""},
		{"it is shown in lists again", []string{`UPDATE public_verdicts v SET label = ver.label, truth = ver.truth FROM verdict_versions ver WHERE ver.id = v.version_id AND v.verdict_id = {verdict}`},
			"public_verdicts_are_true", off("public_verdicts", "public_verdicts_guard"), ""},
	})
	env.Corrected(t, verdict, factcheck.CorrectionRetraction, "The minutes were forged.")
	b.run(t, []attack{
		{"a retraction is lifted", []string{`UPDATE verdicts SET state = 'current' WHERE id = {verdict}`}, "verdicts_retraction_ends", guard, ""},
		{"a retracted verdict is suspended", []string{`UPDATE verdicts SET state = 'suspended' WHERE id = {verdict}`}, "verdicts_retraction_ends", guard, ""},
		{"a retracted verdict shows its version before", []string{`UPDATE verdicts SET current_version_id = {second} WHERE id = {verdict}`}, "verdicts_current_is_published", guard, ""},
	})
	b.refuses(t, []misdeed{
		{"a retracted verdict is corrected", func(ctx context.Context) error {
			_, err := env.DB.DraftCorrection(ctx, env.Checker, verdict, factcheck.CorrectionUpdate, "x")
			return err
		}, factcheck.CodeConflict},
		{"a retracted verdict is suspended", func(ctx context.Context) error { return env.DB.SuspendVerdict(ctx, env.Editor, verdict, "x") }, factcheck.CodeConflict},
	})
}

func TestInvariant04OneAppearancePerArticleAndClaim(t *testing.T) {
	t.Parallel()
	b := printed(t)
	env := b.Env
	const grow = "appearances_only_grow"
	guard := both(off("appearances", "appearances_guard"), off("appearances", "appearances_have_change"))
	b.run(t, []attack{
		{"a second one", []string{`INSERT INTO appearances (id, article_id, claim_id, stance, set_by, created_at) VALUES (gen_random_uuid(), {article}, {claim}, 'disputes', 'person', now())`},
			"appearances_one_per_article_and_claim", both(dropped("appearances", "appearances_one_per_article_and_claim"), off("appearances", "appearances_have_change")), ""},
		{"an import judges", []string{`INSERT INTO appearances (id, article_id, claim_id, stance, set_by, created_at) VALUES (gen_random_uuid(), {article}, {other_claim}, 'makes', 'import', now())`},
			"appearances_import_only_lists", both(dropped("appearances", "appearances_import_only_lists"), off("appearances", "appearances_have_change")), ""},
		{"an import overrules a person", []string{`UPDATE appearances SET stance = 'listed', set_by = 'import', version = version + 1 WHERE id = {appearance}`}, grow, guard, ""},
		{"it moves to another claim", []string{`UPDATE appearances SET claim_id = {other_claim}, version = version + 1 WHERE id = {appearance}`}, grow, guard, ""},
		{"its stance changes unseen by the feed", []string{`UPDATE appearances SET stance = 'disputes', version = version + 1 WHERE id = {appearance}`}, "appearances_have_change", off("appearances", "appearances_have_change"), ""},
		{"one is added unseen by the feed", []string{`INSERT INTO appearances (id, article_id, claim_id, stance, set_by, created_at) VALUES (gen_random_uuid(), {article}, {other_claim}, 'makes', 'person', now())`},
			"appearances_have_change", off("appearances", "appearances_have_change"), ""},
	})
	b.runRevoked(t, []attack{
		{"what happened to it is deleted", []string{`DELETE FROM appearance_events`}, "appearance_events_only_grows", off("appearance_events", "appearance_events_guard"), ""},
		{"what happened to it is rewritten", []string{`UPDATE appearance_events SET stance = 'disputes'`}, "appearance_events_only_grows", off("appearance_events", "appearance_events_guard"), ""},
	})
	b.refuses(t, []misdeed{
		{"the same link again", func(ctx context.Context) error {
			_, err := env.DB.LinkArticle(ctx, env.Checker2, b.article, b.claim, factcheck.AppearanceInput{Stance: factcheck.StanceDisputes})
			return err
		}, factcheck.CodeConflict},
	})
}

// hidden returns a battle with a claim the house published, on which a publisher nobody allowed has a verdict too, and a
// claim of that publisher alone.
func hidden(t *testing.T) (*battle, factcheck.ClaimID) {
	t.Helper()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	joined := record("a.example", "The mayor has resigned.", "True")
	joined.Topics, joined.Headline = []string{"Hidden topic"}, "A hidden headline"
	joined.Appearances = []exchange.Appearance{{URL: "https://hidden.example/p/1"}}
	alone := record("a.example", "The lake is dry.", "True")
	runImport(t, env, store.ImportOptions{}, joined, alone)
	b := newBattle(t, env, map[string]string{"claim": v.Claim.UUID(), "house": v.Verdict.UUID()})
	b.values["lake"] = b.value(t, `SELECT id::text FROM claims WHERE text = 'The lake is dry.'`)
	b.values["lake_verdict"] = b.value(t, `SELECT id::text FROM verdicts WHERE claim_id = $1`, b.values["lake"])
	b.values["joined"] = b.value(t, `SELECT v.id::text FROM verdicts v WHERE v.claim_id = $1 AND v.origin = 'imported'`, v.Claim)
	return b, v.Claim
}

func TestInvariant04NothingOfAPublisherWhoIsNotAllowed(t *testing.T) {
	t.Parallel()
	b, claim := hidden(t)
	env, ctx := b.Env, t.Context()
	list := func(verdict string) string {
		return `INSERT INTO public_verdicts (claim_id, publisher_id, verdict_id, version_id, house, label, truth, reasons, published_at)
			SELECT v.claim_id, v.publisher_id, v.id, ver.id, false, ver.label, ver.truth, ver.reasons, coalesce(ver.original_at, ver.published_at)
			FROM verdicts v JOIN verdict_versions ver ON ver.id = v.current_version_id WHERE v.id = ` + verdict
	}
	doc := `INSERT INTO claim_documents (claim_id, document, language, house, published_at, updated_at) VALUES ({lake}, '{}', 'en', false, now(), now())`
	feed := func(claim, verdict string) string {
		return `SELECT append_changes(ARRAY['verdict.published'], now(), ARRAY[` + claim + `::uuid], ARRAY[` + verdict + `::uuid], ARRAY[NULL::uuid])`
	}
	const published = "public_verdicts_are_published"
	b.run(t, []attack{
		{"its verdict in the lists", []string{list("{joined}")}, published, both(off("public_verdicts", "public_verdicts_guard"), off("public_verdicts", "verdicts_are_shown_still")), ""},
		{"its claim as a document", []string{doc, feed("{lake}", "NULL")}, published, off("claim_documents", "claim_documents_are_published"), ""},
		{"its claim in the feed", []string{feed("{lake}", "NULL")}, "changes_are_public", silenced("changes_guard", "changes_are_public"), ""},
		{"its verdict in the feed", []string{feed("{claim}", "{joined}")}, "changes_are_public", silenced("changes_guard", "changes_are_public"), ""},
	})
	for name, see := range map[string]func() (any, error){
		"page": func() (any, error) { return env.DB.ClaimByID(ctx, claim) },
		"list": func() (any, error) {
			docs, _, err := env.DB.ListClaims(ctx, store.ListFilter{Publisher: store.AnyPublisher, Limit: 100})
			return docs, err
		},
		"feed":   func() (any, error) { return env.DB.Changes(ctx, 0, 100) },
		"states": func() (any, error) { return env.DB.Versions(ctx, claim) },
		"home":   func() (any, error) { return env.DB.Home(ctx, 10) },
	} {
		if got := seen(t, see); got.has("hidden") || got.has("A hidden") || got.has("a.example") || got.has("lake") {
			t.Errorf("the %s shows what is of a publisher nobody allowed: %s", name, got)
		}
	}
	if n := b.value(t, `SELECT count(*)::text FROM changes`); n != "1" {
		t.Errorf("got %s entries of the feed, want the house's one", n)
	}
	if n := b.value(t, `SELECT count(*)::text FROM claim_states`); n != "1" {
		t.Errorf("got %s states of the page, want the house's one", n)
	}
	auditLedger(t, b.owner)
}

func TestInvariant04HidingTakesEverythingAlong(t *testing.T) {
	t.Parallel()
	b, claim := hidden(t)
	env, ctx := b.Env, t.Context()
	if _, err := env.DB.AllowPublisher(ctx, env.Admin, "a.example"); err != nil {
		t.Fatal(err)
	}
	auditLedger(t, b.owner)
	b.run(t, []attack{{"it is hidden and its verdicts stay", []string{`UPDATE publishers SET allowed_at = NULL WHERE NOT is_house`}, "verdicts_are_shown", off("publishers", "verdicts_of_hidden_are_not"), ""}})
	if _, err := env.DB.HidePublisher(ctx, env.Admin, "a.example"); err != nil {
		t.Fatal(err)
	}
	auditLedger(t, b.owner)
	for _, see := range []func() (any, error){
		func() (any, error) { return env.DB.ClaimByID(ctx, claim) },
		func() (any, error) { return env.DB.Versions(ctx, claim) },
		func() (any, error) { return env.DB.Home(ctx, 10) },
	} {
		if got := seen(t, see); got.has("hidden.example") || got.has("A hidden") || got.has("a.example") {
			t.Errorf("hidden, it still shows: %s", got)
		}
	}
}

func TestInvariant04PersonsStanceStays(t *testing.T) {
	t.Parallel()
	b := printed(t)
	env := b.Env
	r := record("a.example", "The mayor has resigned.", "True")
	r.Appearances = []exchange.Appearance{{URL: "https://news.example/1", Stance: factcheck.StanceRepeats}, {URL: "https://news.example/2", Stance: factcheck.StanceMakes}}
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, r)
	got := b.value(t, `SELECT string_agg(a.stance || ' ' || a.set_by, ', ' ORDER BY a.stance DESC) FROM appearances a WHERE a.claim_id = $1`, b.claim)
	if want := "makes person, listed import"; got != want {
		t.Errorf("got %q, want %q: an import lists, whatever its record says, and leaves a person's stance alone", got, want)
	}
}

func TestInvariant04OneIsMadeWhoeverIsFaster(t *testing.T) {
	t.Parallel()
	b := printed(t)
	env, db := b.Env, b.DB
	claim := env.Claim(t, "The lake is dry.")
	draft := func(who factcheck.Actor) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := db.DraftVerdict(ctx, who, claim, env.Draft("False"))
			return err
		}
	}
	if won := race(t, []factcheck.Code{factcheck.CodeConflict}, draft(env.Checker), draft(env.Checker2), draft(env.Editor), draft(env.Editor2)); won != 1 {
		t.Errorf("got %d drafts, want 1", won)
	}
	link := func(who factcheck.Actor) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := db.LinkArticle(ctx, who, b.article, claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes})
			return err
		}
	}
	if won := race(t, []factcheck.Code{factcheck.CodeConflict}, link(env.Checker), link(env.Checker2), link(env.Editor), link(env.Editor2)); won != 1 {
		t.Errorf("got %d links, want 1", won)
	}
	auditLedger(t, b.owner)
}
