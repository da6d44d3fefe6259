package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// Invariant 2: nobody approves their own work, on any path; what is published is what was approved. There is no override.

// publishSQL approves the submitted version as {approver}, with all that a careful attacker would set.
const publishSQL = `UPDATE verdict_versions SET state = 'published', n = 1, approved_by = {approver}, published_at = now(), version = version + 1 WHERE id = {version}`

// publicSQL makes it current and public, with its entry in the feed, so that nothing but the guard in question refuses.
const publicSQL = `UPDATE verdicts SET state = 'current', current_version_id = {version} WHERE id = {verdict}`

const showSQL = `WITH d AS (INSERT INTO claim_documents (claim_id, document, language, house, published_at, updated_at) VALUES ({claim}, '{}', 'en', true, now(), now()))
	INSERT INTO public_verdicts (claim_id, publisher_id, verdict_id, version_id, house, label, truth, reasons, published_at)
	SELECT v.claim_id, v.publisher_id, v.id, ver.id, true, ver.label, ver.truth, ver.reasons, ver.published_at FROM verdicts v JOIN verdict_versions ver ON ver.id = v.current_version_id WHERE v.id = {verdict}`

const appendSQL = `SELECT append_changes(ARRAY['verdict.published'], now(), ARRAY[{claim}::uuid], ARRAY[{verdict}::uuid], ARRAY[NULL::uuid])`

func submitted(t *testing.T) (*battle, store.Version) {
	t.Helper()
	env := storetest.New(t)
	v := env.Submitted(t, "The mayor has resigned.", "False")
	b := newBattle(t, env, map[string]string{
		"version": v.ID.UUID(), "verdict": v.Verdict.UUID(), "claim": v.Claim.UUID(), "approver": env.Editor.Person.UUID(),
		"author": env.Checker.Person.UUID(), "checker2": env.Checker2.Person.UUID(), "editor": env.Editor.Person.UUID(), "editor2": env.Editor2.Person.UUID(),
		"by_editor": env.Editor.ID.UUID(), "by_author": env.Checker.ID.UUID(), "scale": env.Scale.UUID(),
	})
	b.values["source"] = b.value(t, `SELECT id::text FROM sources WHERE version_id = $1 LIMIT 1`, v.ID)
	return b, v
}

func TestInvariant02NobodyApprovesTheirOwnWorkBySQL(t *testing.T) {
	t.Parallel()
	b, _ := submitted(t)
	const own, need = "verdict_versions_own_work", "verdict_versions_need_approval"
	as := func(who string) string {
		return `UPDATE verdict_versions SET state = 'published', n = 1, approved_by = ` + who + `, published_at = now() WHERE id = {version}`
	}
	b.run(t, []attack{
		{"the author approves", []string{`UPDATE people SET role = 'admin' WHERE id = {author}`, as("{author}"), publicSQL, showSQL, appendSQL}, own, silenced("check_publishable", own), ""},
		{"a checker approves", []string{as("{checker2}"), publicSQL, showSQL, appendSQL}, need, silenced("check_publishable", need), ""},
		{"a disabled editor approves", []string{`UPDATE people SET disabled_at = now() WHERE id = {editor}`, as("{editor}"), publicSQL, showSQL, appendSQL}, need, silenced("check_publishable", need), ""},
		{"nobody approves", []string{as("NULL"), publicSQL, showSQL, appendSQL}, need, silenced("check_publishable", need), ""},
		{"an editor approves who edited one source", []string{
			`UPDATE verdict_versions SET state = 'draft', version = version + 1 WHERE id = {version}`,
			`UPDATE sources SET title = title, edited_by = {by_editor} WHERE id = {source}`,
			`UPDATE verdict_versions SET state = 'submitted', version = version + 1 WHERE id = {version}`, as("{editor}"), publicSQL, showSQL, appendSQL}, own, off("sources", "sources_guard"), ""},
		{"an editor approves who edited the draft", []string{
			`UPDATE verdict_versions SET state = 'draft', edited_by = {by_editor}, version = version + 1 WHERE id = {version}`,
			`UPDATE verdict_versions SET state = 'submitted', version = version + 1 WHERE id = {version}`, as("{editor}"), publicSQL, showSQL, appendSQL}, own, off("verdict_versions", "verdict_versions_authors"), ""},
		{"an editor approves who submitted it", []string{
			`UPDATE verdict_versions SET state = 'draft', version = version + 1 WHERE id = {version}`,
			`UPDATE verdict_versions SET state = 'submitted', submitted_by = {editor}, version = version + 1 WHERE id = {version}`, as("{editor}"), publicSQL, showSQL, appendSQL},
			own, silenced("check_publishable", own), ""},
		{"an editor approves who worded the claim meanwhile", []string{
			`INSERT INTO wordings (claim_id, language, text, edited_by) VALUES ({claim}, 'de', 'Der Bürgermeister ist zurückgetreten.', {by_editor})`,
			`UPDATE verdict_versions SET state = 'submitted', version = version + 1 WHERE id = {version}`, as("{editor}"), publicSQL, showSQL, appendSQL}, own, off("wordings", "wordings_guard"), ""},
		{"an editor approves who added media to the claim meanwhile", []string{
			`INSERT INTO media (id, claim_id, url, kind, edited_by, created_at) VALUES (gen_random_uuid(), {claim}, 'https://x.example/1.jpg', 'image', {by_editor}, now())`,
			`UPDATE verdict_versions SET state = 'submitted', version = version + 1 WHERE id = {version}`, as("{editor}"), publicSQL, showSQL, appendSQL}, own, off("media", "media_guard"), ""},
		{"an editor approves who edited the claim meanwhile", []string{
			`UPDATE claims SET why = why, place = 'x', edited_by = {by_editor}, version = version + 1 WHERE id = {claim}`,
			`UPDATE claims SET place = '', version = version + 1, edited_by = {by_author} WHERE id = {claim}`,
			`UPDATE verdict_versions SET state = 'submitted', version = version + 1 WHERE id = {version}`, as("{editor}"), publicSQL, showSQL, appendSQL}, own, off("claims", "claims_guard"), ""},
		{"the author is unwritten from the draft first", []string{
			`UPDATE people SET role = 'admin' WHERE id = {author}`,
			`UPDATE verdict_versions SET state = 'draft', version = version + 1 WHERE id = {version}`,
			`DELETE FROM version_authors WHERE version_id = {version}`,
			`UPDATE verdict_versions SET state = 'submitted', version = version + 1 WHERE id = {version}`,
			`UPDATE verdict_versions SET state = 'published', n = 1, approved_by = {editor}, published_at = now() WHERE id = {version}`, publicSQL, showSQL, appendSQL},
			"version_authors_only_grow", off("version_authors", "version_authors_go_with_draft"), ""},
	})
}

func TestInvariant02ActorsStayWhoTheyAre(t *testing.T) {
	t.Parallel()
	b, _ := submitted(t)
	b.runRevoked(t, []attack{
		{"the author's actor is pointed at somebody else", []string{`UPDATE actors SET person_id = NULL, kind = 'key', key_id = NULL WHERE id = {by_author}`}, "actors_only_grow", off("actors", "actors_guard"), "actors_shape"},
		{"the author's actor is deleted", []string{`DELETE FROM actors WHERE id = {by_author}`}, "actors_only_grow", off("actors", "actors_guard"), "audit_actor_id_fkey"},
	})
}

func TestInvariant02NoWayAroundApprovalBySQL(t *testing.T) {
	t.Parallel()
	b, _ := submitted(t)
	const begin, need = "verdict_versions_begin_as_draft", "verdict_versions_need_approval"
	const columns = `id, verdict_id, state, answer, scale_id, label, truth, created_by, edited_by, created_at, updated_at`
	insert := func(state, more, values string) string {
		return `INSERT INTO verdict_versions (` + columns + more + `) SELECT gen_random_uuid(), {verdict}, '` + state + `', 'x', {scale}, 'False', 'false', {by_author}, {by_author}, now(), now()` + values
	}
	drop := `UPDATE verdict_versions SET state = 'draft', version = version + 1 WHERE id = {version}`
	b.run(t, []attack{
		{"a published version is inserted", []string{insert("published", ", n, published_at, submitted_by, submitted_at, approved, approved_hash, approved_by",
			", 1, now(), {author}, now(), '{}', sha256('{}'), {editor}")}, begin, off("verdict_versions", "verdict_versions_guard"), "version_authors_only_grow"},
		{"a submitted version is inserted", []string{`DELETE FROM sources WHERE false`, insert("submitted", ", submitted_by, submitted_at, approved, approved_hash",
			", {author}, now(), '{}', sha256('{}')")}, begin, off("verdict_versions", "verdict_versions_guard"), "verdict_versions_one_open"},
		{"an imported version is given to the house", []string{
			`INSERT INTO imports (id, name, format, actor_id, started_at, legacy) VALUES ('00000000-0000-7000-8000-0000000000aa', 'x', 'csv', {by_author}, now(), true)`,
			insert("published", ", n, published_at, import_id, review_url", ", 1, now(), '00000000-0000-7000-8000-0000000000aa', 'https://x.example/'"), `SELECT 1`},
			begin, off("verdict_versions", "verdict_versions_guard"), "verdicts_current_is_published"},
		{"a house verdict is called legacy, to import into it", []string{`UPDATE verdicts SET origin = 'legacy' WHERE id = {verdict}`}, "verdicts_only_grow", off("verdicts", "verdicts_guard"), ""},
		{"a draft is published without submission", []string{drop, publishSQL, publicSQL, showSQL, appendSQL}, need, silenced("check_publishable", need), ""},
		{"a submitted version turns into an import", []string{
			`INSERT INTO imports (id, name, format, actor_id, started_at) VALUES ('00000000-0000-7000-8000-0000000000aa', 'x', 'csv', {by_author}, now())`,
			`UPDATE verdict_versions SET import_id = '00000000-0000-7000-8000-0000000000aa', submitted_by = NULL, submitted_at = NULL, approved_hash = NULL, version = version + 1 WHERE id = {version}`},
			begin, off("verdict_versions", "verdict_versions_guard"), ""},
		{"a version is published but not made current", []string{publishSQL}, "verdicts_current_is_published", off("verdict_versions", "published_is_current"), ""},
		{"a version counts itself ahead", []string{`UPDATE verdict_versions SET state = 'published', n = 7, approved_by = {approver}, published_at = now() WHERE id = {version}`, publicSQL, showSQL, appendSQL},
			"verdict_versions_count", silenced("check_count", "verdict_versions_count"), ""},
		{"a proposal is born approved", []string{`INSERT INTO proposals (id, kind, verdict_id, reason, proposed_by, proposed_at, decision, decided_by, decided_at)
			VALUES (gen_random_uuid(), 'restore', {verdict}, 'x', {author}, now(), 'approved', {editor}, now())`}, "proposals_only_grow", off("proposals", "proposals_guard"), ""},
		{"a checker decides a proposal", []string{
			`INSERT INTO proposals (id, kind, verdict_id, reason, proposed_by, proposed_at) VALUES ('00000000-0000-7000-8000-0000000000bb', 'restore', {verdict}, 'x', {author}, now())`,
			`UPDATE proposals SET decision = 'approved', decided_by = {checker2}, decided_at = now()`}, "proposals_need_two", off("proposals", "proposals_guard"), ""},
		{"the proposer decides", []string{
			`INSERT INTO proposals (id, kind, verdict_id, reason, proposed_by, proposed_at) VALUES ('00000000-0000-7000-8000-0000000000bb', 'restore', {verdict}, 'x', {editor}, now())`,
			`UPDATE proposals SET decision = 'approved', decided_by = {editor}, decided_at = now()`}, "proposals_need_two", dropped("proposals", "proposals_need_two"), ""},
		{"another passage is put under an open proposal", []string{
			`INSERT INTO proposals (id, kind, claim_id, reason, passage, proposed_by, proposed_at) VALUES ('00000000-0000-7000-8000-0000000000bb', 'redact', {claim}, 'x', 'a name', {author}, now())`,
			`UPDATE proposals SET passage = 'all of it'`}, "proposals_only_grow", off("proposals", "proposals_guard"), ""},
	})
}

func TestInvariant02SubmittedIsFrozenBySQL(t *testing.T) {
	t.Parallel()
	b, _ := submitted(t)
	const frozen, grow = "verdict_versions_what_was_approved", "sources_only_grow"
	guard := off("verdict_versions", "verdict_versions_guard")
	set := func(what string) []string {
		return []string{`UPDATE verdict_versions SET ` + what + `, version = version + 1 WHERE id = {version}`}
	}
	publishAfter := func(first string) []string {
		return []string{first, publishSQL, publicSQL, showSQL, appendSQL}
	}
	b.run(t, []attack{
		{"the answer changes", set(`answer = 'x'`), frozen, guard, ""},
		{"the rating changes", set(`label = 'True', truth = 'true'`), frozen, guard, ""},
		{"the approved text changes with its hash", set(`approved = '{}', approved_hash = sha256('{}')`), frozen, guard, ""},
		{"the hash changes", set(`approved_hash = sha256('x')`), frozen, guard, ""},
		{"the submitter changes", set(`submitted_by = {checker2}`), frozen, guard, ""},
		{"the moment of submission changes", set(`submitted_at = now()`), frozen, guard, ""},
		{"the publication changes the answer along", []string{`UPDATE verdict_versions SET state = 'published', n = 1, approved_by = {approver}, published_at = now(), answer = 'x', version = version + 1 WHERE id = {version}`, publicSQL, showSQL, appendSQL}, frozen, guard, ""},
		{"the rating changes on the way back to submission", []string{`UPDATE verdict_versions SET state = 'draft', truth = 'true', label = 'True', version = version + 1 WHERE id = {version}`,
			`UPDATE verdict_versions SET state = 'submitted', version = version + 1 WHERE id = {version}`}, frozen, silenced("verdict_versions_guard", frozen), ""},
		{"a text is submitted that is not the draft's", []string{`UPDATE verdict_versions SET state = 'draft', version = version + 1 WHERE id = {version}`,
			`UPDATE verdict_versions SET state = 'submitted', approved = jsonb_set(approved::jsonb, '{answer}', '"x"')::text,
			 approved_hash = sha256(convert_to(jsonb_set(approved::jsonb, '{answer}', '"x"')::text, 'UTF8')), version = version + 1 WHERE id = {version}`}, frozen, silenced("verdict_versions_guard", frozen), ""},
		{"a source is slipped in while it is a draft again", []string{`UPDATE verdict_versions SET state = 'draft', version = version + 1 WHERE id = {version}`,
			`UPDATE sources SET quote = 'x' WHERE id = {source}`, `UPDATE verdict_versions SET state = 'submitted', version = version + 1 WHERE id = {version}`}, frozen, silenced("verdict_versions_guard", frozen), ""},
		{"the claim says something else than what was approved", publishAfter(`UPDATE claims SET text = 'x', version = version + 1 WHERE id = {claim}`),
			frozen, both(silenced("check_publishable", "verdict_versions_need_approval"), silenced("verdict_versions_guard", frozen)), ""},
		{"a source is added", []string{`INSERT INTO sources (id, version_id, position, kind, bearing, edited_by) VALUES (gen_random_uuid(), {version}, 9, 'primary', 'for', {by_author})`}, grow, off("sources", "sources_guard"), ""},
		{"a source is edited", []string{`UPDATE sources SET quote = 'x' WHERE id = {source}`}, grow, off("sources", "sources_guard"), ""},
		{"a source is deleted", []string{`DELETE FROM sources WHERE id = {source}`}, grow, off("sources", "sources_guard"), ""},
		{"a house version gets a byline of its own", set(`state = 'draft', byline = 'x'`), "verdict_versions_house_is_not_imported", dropped("verdict_versions", "verdict_versions_house_is_not_imported"), ""},
		{"a house version is backdated", set(`state = 'draft', original_at = now(), original_precision = 'day'`), "verdict_versions_house_is_not_imported", dropped("verdict_versions", "verdict_versions_house_is_not_imported"), ""},
	})
	t.Run("an edit of the claim takes it back to draft", func(t *testing.T) {
		for _, q := range []string{
			`UPDATE claims SET text = 'The mayor has resigned today.', version = version + 1 WHERE id = $1`,
			`INSERT INTO wordings (claim_id, language, text, edited_by) SELECT $1, 'de', 'x', created_by FROM claims WHERE id = $1`,
			`INSERT INTO media (id, claim_id, url, kind, edited_by, created_at) SELECT gen_random_uuid(), $1, 'https://x.example/1.jpg', 'image', created_by, now() FROM claims WHERE id = $1`,
		} {
			tx, err := b.app.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.Exec(t.Context(), q, b.values["claim"]); err != nil {
				t.Fatal(err)
			}
			var state string
			if err := tx.QueryRow(t.Context(), `SELECT state FROM verdict_versions WHERE id = $1`, b.values["version"]).Scan(&state); err != nil || state != "draft" {
				t.Errorf("after %s: got state %q, %v; want draft", q, state, err)
			}
			if err := tx.Rollback(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestInvariant02NobodyApprovesTheirOwnWorkThroughTheStore(t *testing.T) {
	t.Parallel()
	b, v := submitted(t)
	env := b.Env
	approveAs := func(who factcheck.Actor) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := env.DB.ApproveVerdict(ctx, who, v.ID, v.Hash)
			return err
		}
	}
	forged := env.Checker
	forged.Role = factcheck.RoleAdmin
	stranger := env.Editor
	stranger.ID = factcheck.ActorID{15: 9}
	swapped := env.Editor
	swapped.ID = env.Checker.ID // whoever says they are the editor acts as who their id says
	b.refuses(t, []misdeed{
		{"the author", approveAs(env.Checker), factcheck.CodeForbidden},
		{"another checker", approveAs(env.Checker2), factcheck.CodeForbidden},
		{"the author, calling herself admin", approveAs(forged), factcheck.CodeForbidden},
		{"the author, under the editor's name", approveAs(swapped), factcheck.CodeForbidden},
		{"somebody unknown", approveAs(stranger), factcheck.CodeUnauthenticated},
		{"nobody", approveAs(factcheck.Actor{}), factcheck.CodeUnauthenticated},
		{"the command line", approveAs(factcheck.Operator()), factcheck.CodeForbidden},
		{"the program", approveAs(factcheck.System()), factcheck.CodeForbidden},
		{"an editor, of another text", func(ctx context.Context) error {
			_, err := env.DB.ApproveVerdict(ctx, env.Editor, v.ID, bytes.Repeat([]byte{1}, 32))
			return err
		}, factcheck.CodeConflict},
		{"an editor, of no text", func(ctx context.Context) error {
			_, err := env.DB.ApproveVerdict(ctx, env.Editor, v.ID, nil)
			return err
		}, factcheck.CodeConflict},
	})
}

// Each of these makes an editor an author, by one way or another; a colleague can still approve.
func TestInvariant02WhoHadAHandInItDoesNotApprove(t *testing.T) {
	t.Parallel()
	type hand func(t *testing.T, env *storetest.Env, v store.Version) (store.Version, error)
	hands := map[string]hand{
		"edited the draft": func(t *testing.T, env *storetest.Env, v store.Version) (store.Version, error) {
			return env.DB.EditDraft(t.Context(), env.Editor, v.ID, v.Revision, v.Draft)
		},
		"edited one source": func(t *testing.T, env *storetest.Env, v store.Version) (store.Version, error) {
			d := v.Draft
			d.Sources[0].Title = "Minutes of the session"
			return env.DB.EditDraft(t.Context(), env.Editor, v.ID, v.Revision, d)
		},
		"edited what was submitted": func(t *testing.T, env *storetest.Env, v store.Version) (store.Version, error) {
			v, err := env.DB.SubmitVerdict(t.Context(), env.Checker, v.ID, v.Revision)
			if err != nil {
				return v, err
			}
			return env.DB.EditDraft(t.Context(), env.Editor, v.ID, v.Revision, v.Draft)
		},
		"edited the claim": func(t *testing.T, env *storetest.Env, v store.Version) (store.Version, error) {
			c, err := env.DB.NewsroomClaim(t.Context(), env.Editor, v.Claim)
			if err != nil {
				return v, err
			}
			in := factcheck.ClaimInput{Text: "The mayor has resigned today.", Language: "en"}
			return v, env.DB.EditClaim(t.Context(), env.Editor, v.Claim, c.Revision, in)
		},
		"worded the claim": func(t *testing.T, env *storetest.Env, v store.Version) (store.Version, error) {
			c, err := env.DB.NewsroomClaim(t.Context(), env.Editor, v.Claim)
			if err != nil {
				return v, err
			}
			return v, env.DB.SetWordings(t.Context(), env.Editor, v.Claim, c.Revision, []factcheck.Wording{{Language: "de", Text: "Zurückgetreten."}})
		},
		"took a wording away": func(t *testing.T, env *storetest.Env, v store.Version) (store.Version, error) {
			c, err := env.DB.NewsroomClaim(t.Context(), env.Checker, v.Claim)
			if err != nil {
				return v, err
			}
			if err := env.DB.SetWordings(t.Context(), env.Checker, v.Claim, c.Revision, []factcheck.Wording{{Language: "de", Text: "Zurückgetreten."}}); err != nil {
				return v, err
			}
			return v, env.DB.SetWordings(t.Context(), env.Editor, v.Claim, c.Revision+1, nil)
		},
		"added a picture": func(t *testing.T, env *storetest.Env, v store.Version) (store.Version, error) {
			_, err := env.DB.AddMedia(t.Context(), env.Editor, v.Claim, factcheck.MediaInput{URL: "https://x.example/1.jpg", Kind: factcheck.MediaImage})
			return v, err
		},
	}
	for name, lend := range hands {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := storetest.New(t)
			v, err := env.DB.DraftVerdict(t.Context(), env.Checker, env.Claim(t, "The mayor has resigned."), env.Draft("False"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err = lend(t, env, v); err != nil {
				t.Fatal(err)
			}
			if v, err = env.DB.NewsroomVersion(t.Context(), env.Checker, v.ID); err != nil {
				t.Fatal(err)
			}
			if v, err = env.DB.SubmitVerdict(t.Context(), env.Checker, v.ID, v.Revision); err != nil {
				t.Fatal(err)
			}
			_, err = env.DB.ApproveVerdict(t.Context(), env.Editor, v.ID, v.Hash)
			wantCode(t, err, factcheck.CodeForbidden)
			if _, err = env.DB.ApproveVerdict(t.Context(), env.Editor2, v.ID, v.Hash); err != nil {
				t.Errorf("a colleague: %v", err)
			}
		})
	}
}

// What is published is what was approved, byte by byte and in every field that readers see.
func TestInvariant02PublishedIsWhatWasApproved(t *testing.T) {
	t.Parallel()
	b, v := submitted(t)
	env, ctx := b.Env, t.Context()
	if _, err := env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash); err != nil {
		t.Fatal(err)
	}
	check := func(after string) {
		t.Helper()
		approved := b.value(t, `SELECT approved FROM verdict_versions WHERE id = $1`, v.ID)
		if sum := sha256.Sum256([]byte(approved)); approved != v.Approved || !bytes.Equal(sum[:], v.Hash) {
			t.Errorf("after %s: the stored text is not what was approved", after)
		}
		a, err := document.DecodeApproved([]byte(approved))
		if err != nil {
			t.Fatal(err)
		}
		d, err := env.DB.ClaimByID(ctx, v.Claim)
		if err != nil {
			t.Fatal(err)
		}
		c := decode(t, d.Stored, d.Seq)
		got := c.Verdicts[0]
		if c.Text != a.Claim.Text || c.Place != a.Claim.Place || got.Answer != a.Answer || got.Headline != a.Headline || got.Body != a.Body ||
			got.Rating.Label != a.Rating.Label || len(got.Sources) != len(a.Sources) || got.Sources[0].Quote != a.Sources[0].Quote || got.WhyChecked != a.Claim.Why || len(c.Wordings) != 0 {
			t.Errorf("after %s: readers see %+v, approved was %+v", after, c, a)
		}
	}
	check("approval")
	claim, err := env.DB.NewsroomClaim(ctx, env.Checker, v.Claim)
	if err != nil {
		t.Fatal(err)
	}
	in := factcheck.ClaimInput{Text: "The mayor has fled.", Language: "en", Place: "Elsewhere", Why: "Because"}
	if err := env.DB.EditClaim(ctx, env.Checker, v.Claim, claim.Revision, in); err != nil {
		t.Fatal(err)
	}
	check("an edit of the claim")
	if claim, err = env.DB.NewsroomClaim(ctx, env.Checker, v.Claim); err != nil {
		t.Fatal(err)
	}
	if err := env.DB.SetWordings(ctx, env.Checker, v.Claim, claim.Revision, []factcheck.Wording{{Language: "de", Text: "Geflohen."}}); err != nil {
		t.Fatal(err)
	}
	check("a new wording")
	article, err := env.DB.AddArticle(ctx, env.Checker, factcheck.ArticleInput{URL: "https://news.example/1", Title: "He fled"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := env.DB.LinkArticle(ctx, env.Checker, article.Article, v.Claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes}); err != nil {
		t.Fatal(err)
	}
	check("a rebuild of the document")
}
