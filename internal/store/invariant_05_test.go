package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// Invariant 5: every public change is in the change feed, in the same transaction, its sequence gapless and in commit order.
// What followers see while many write is tried in feed_test.go.

func TestInvariant05TheSequenceIsTakenFromTheFeed(t *testing.T) {
	t.Parallel()
	b := printed(t)
	const gapless, grows = "changes_are_gapless", "changes_only_grows"
	insert := func(seq string) string {
		return `INSERT INTO changes (seq, type, at, claim_id) VALUES (` + seq + `, 'verdict.updated', now(), {claim})`
	}
	next := `(SELECT max(seq) + 1 FROM changes)`
	b.runRevoked(t, []attack{
		{"a number is left out", []string{`UPDATE feed SET seq = seq + 2`, insert(next + ` + 1`)}, gapless, off("changes", "changes_guard"), ""},
		{"a number is taken without the feed", []string{insert(next)}, gapless, both(off("changes", "changes_guard"), off("feed", "feed_matches_changes")), ""},
		{"a number from before the first", []string{insert(`0`)}, "changes_seq_check", dropped("changes", "changes_seq_check"), gapless},
		{"a negative number", []string{insert(`-1`)}, "changes_seq_check", dropped("changes", "changes_seq_check"), gapless},
		{"a number is used again", []string{insert(`1`)}, "changes_pkey", dropped("changes", "changes_pkey"), gapless},
		{"two entries out of order", []string{`UPDATE feed SET seq = seq + 2`, insert(next + ` + 1`), insert(`(SELECT max(seq) - 1 FROM changes)`)}, gapless, off("changes", "changes_guard"), ""},
		{"the head moves on alone", []string{`UPDATE feed SET seq = seq + 1`}, gapless, off("feed", "feed_matches_changes"), ""},
		{"the head goes back", []string{`UPDATE feed SET seq = seq - 1`}, gapless, both(off("feed", "feed_guard"), off("feed", "feed_matches_changes")), ""},
		{"the head is deleted", []string{`DELETE FROM feed`}, "feed_only_grows", off("feed", "feed_stays"), ""},
		{"a second feed", []string{`INSERT INTO feed (id, epoch) VALUES (2, 'x')`}, "feed_id_check", dropped("feed", "feed_id_check"), ""},
		{"an entry changes", []string{`UPDATE changes SET type = 'verdict.published'`}, grows, off("changes", "changes_only_grow"), ""},
		{"an entry goes", []string{`DELETE FROM changes WHERE seq = 1`}, grows, off("changes", "changes_only_grow"), ""},
		{"the newest entry goes, and the head with it", []string{`DELETE FROM changes WHERE seq = (SELECT seq FROM feed)`, `UPDATE feed SET seq = seq - 1`}, grows, off("changes", "changes_only_grow"), gapless},
	})
	for right, try := range map[string]string{
		"INSERT ON changes": insert(next), "UPDATE ON changes": `UPDATE changes SET at = now()`, "DELETE ON changes": `DELETE FROM changes`,
		"INSERT ON feed": `INSERT INTO feed (epoch) VALUES ('x')`, "UPDATE ON feed": `UPDATE feed SET epoch = 'x'`, "DELETE ON feed": `DELETE FROM feed`,
	} {
		var what, table string
		if _, err := fmt.Sscanf(right, "%s ON %s", &what, &table); err != nil {
			t.Fatal(err)
		}
		then := map[string]string{"INSERT ON changes": gapless, "UPDATE ON changes": grows, "DELETE ON changes": grows, "INSERT ON feed": "feed_pkey", "DELETE ON feed": "feed_only_grows"}[right]
		b.run(t, []attack{{"the program's role: " + right, []string{try}, noRight, granted(what, table), then}})
	}
	b.run(t, []attack{
		{"an entry of an unknown type", []string{`SELECT append_changes(ARRAY['verdict.praised'], now(), ARRAY[{claim}::uuid], ARRAY[NULL::uuid], ARRAY[NULL::uuid])`}, "changes_type_check", dropped("changes", "changes_type_check"), ""},
		{"fewer claims than entries", []string{`SELECT append_changes(ARRAY['verdict.updated', 'verdict.updated'], now(), ARRAY[{claim}::uuid], ARRAY[NULL::uuid], ARRAY[NULL::uuid])`}, "23502",
			statement("NOT NULL of changes.claim_id", `ALTER TABLE changes ALTER claim_id DROP NOT NULL`), "changes_are_public"},
		{"more claims than entries", []string{`SELECT append_changes(ARRAY['verdict.updated'], now(), ARRAY[{claim}::uuid, {claim}], ARRAY[NULL::uuid], ARRAY[NULL::uuid])`}, "23502",
			statement("NOT NULL of changes.type", `ALTER TABLE changes ALTER type DROP NOT NULL`), gapless},
	})
}

func TestInvariant05NothingPublicMovesWithoutAnEntry(t *testing.T) {
	t.Parallel()
	b := printed(t)
	const change = "claim_documents_have_change"
	both3 := both(off("claim_documents", change), off("claim_documents", "claim_documents_renumber"))
	b.run(t, []attack{
		{"a document is rewritten", []string{`UPDATE claim_documents SET document = replace(document, 'False', 'True') WHERE claim_id = {claim}`}, change, off("claim_documents", change), ""},
		{"a document is rewritten and keeps its number", []string{`WITH old AS (SELECT seq FROM claim_documents WHERE claim_id = {claim}) SELECT 1`,
			`UPDATE claim_documents SET document = '{}' WHERE claim_id = {claim}`, `UPDATE claim_documents d SET seq = (SELECT max(seq) FROM changes c WHERE c.claim_id = d.claim_id) WHERE claim_id = {claim}`}, change, both3, ""},
		{"a document is renumbered", []string{`UPDATE claim_documents SET seq = seq - 1 WHERE claim_id = {claim}`}, change, off("claim_documents", "claim_documents_renumber"), ""},
		{"a document moves in the lists", []string{`UPDATE claim_documents SET published_at = now() WHERE claim_id = {claim}`}, change, both3, ""},
		{"a document leaves the house's list", []string{`UPDATE claim_documents SET house = false WHERE claim_id = {claim}`}, change, both3, ""},
		{"a document goes", []string{`DELETE FROM claim_documents WHERE claim_id = {claim}`}, change, off("claim_documents", change), "verdicts_are_shown"},
		{"a document goes under another entry than that it goes", []string{`SELECT append_changes(ARRAY['verdict.updated'], now(), ARRAY[{claim}::uuid], ARRAY[NULL::uuid], ARRAY[NULL::uuid])`,
			`DELETE FROM claim_documents WHERE claim_id = {claim}`}, "verdicts_are_shown", off("public_verdicts", "verdicts_are_shown_still"), change},
		{"a state is made up", []string{`INSERT INTO claim_states (claim_id, n, at, type, document) SELECT {claim}, max(n) + 1, now(), 'verdict.updated', '{}' FROM claim_states WHERE claim_id = {claim}`},
			"claim_states_have_change", off("claim_states", "claim_states_have_change"), ""},
		{"a state is made up between two", []string{`INSERT INTO claim_states (claim_id, n, at, type, document) SELECT {claim}, max(n) + 2, now(), 'verdict.updated', '{}' FROM claim_states WHERE claim_id = {claim}`},
			"claim_states_only_grow", off("claim_states", "claim_states_guard"), "claim_states_have_change"},
		{"a state is made up with a number", []string{`INSERT INTO claim_states (claim_id, n, seq, at, type, document) SELECT {claim}, max(n) + 1, max(seq), now(), 'verdict.updated', '{}' FROM claim_states WHERE claim_id = {claim}`},
			"claim_states_only_grow", off("claim_states", "claim_states_guard"), "claim_states_have_change"},
		{"a state is rewritten", []string{`UPDATE claim_states SET document = '{}' WHERE claim_id = {claim}`}, "claim_states_only_grow", off("claim_states", "claim_states_guard"), ""},
		{"a state is renumbered", []string{`UPDATE claim_states SET seq = seq + 1 WHERE claim_id = {claim}`}, "claim_states_only_grow", off("claim_states", "claim_states_guard"), "claim_states_have_change"},
		{"a verdict is suspended unseen", []string{`UPDATE verdicts SET state = 'suspended', notice = 'x' WHERE id = {verdict}`}, "verdicts_are_shown",
			off("verdicts", "verdicts_are_shown"), "verdicts_have_change"},
		{"a notice changes unseen", []string{`UPDATE verdicts SET notice = 'x' WHERE id = {verdict}`}, "verdicts_have_change", off("verdicts", "verdicts_have_change"), ""},
		{"a list says something else", []string{`UPDATE public_verdicts SET truth = 'true' WHERE verdict_id = {verdict}`}, "public_verdicts_are_true", off("public_verdicts", "public_verdicts_guard"), ""},
		{"a list forgets a verdict", []string{`DELETE FROM public_verdicts WHERE verdict_id = {verdict}`}, "verdicts_are_shown", off("public_verdicts", "verdicts_are_shown_still"), ""},
	})
	b.runRevoked(t, []attack{{"a state goes", []string{`DELETE FROM claim_states WHERE claim_id = {claim}`}, "claim_states_only_grow", off("claim_states", "claim_states_guard"), ""}})
}

// step is an act of the newsroom and the entries it must write.
type step struct {
	name string
	do   func() error
	want []factcheck.ChangeType
}

func TestInvariant05EveryPublicChangeHasItsEntry(t *testing.T) {
	t.Parallel()
	b := printed(t)
	env, db, ctx := b.Env, b.DB, t.Context()
	correct := func(kind factcheck.CorrectionKind) func() error {
		return func() error { env.Corrected(t, b.verdict, kind, "What changed."); return nil }
	}
	revision := func() int {
		c, err := db.NewsroomClaim(ctx, env.Checker, b.claim)
		if err != nil {
			t.Fatal(err)
		}
		return c.Revision
	}
	at := 2 // the appearance's revision
	type ct = []factcheck.ChangeType
	for _, s := range []step{
		{"drafting", func() error {
			_, err := db.DraftVerdict(ctx, env.Checker, env.Claim(t, "The lake is dry."), env.Draft("False"))
			return err
		}, nil},
		{"publishing", func() error { env.Published(t, "The well is dry.", "False"); return nil }, ct{factcheck.ChangeVerdictPublished}},
		{"a clarification", correct(factcheck.CorrectionClarification), ct{factcheck.ChangeVerdictClarified}},
		{"a correction", correct(factcheck.CorrectionCorrection), ct{factcheck.ChangeVerdictCorrected}},
		{"an update", correct(factcheck.CorrectionUpdate), ct{factcheck.ChangeVerdictUpdated}},
		{"a suspension", func() error { return db.SuspendVerdict(ctx, env.Editor, b.verdict, "x") }, ct{factcheck.ChangeVerdictSuspended}},
		{"a correction that lifts it", correct(factcheck.CorrectionCorrection), ct{factcheck.ChangeVerdictCorrected}},
		{"a stance", func() error {
			return db.SetStance(ctx, env.Checker, b.appearance, at-1, factcheck.AppearanceInput{Stance: factcheck.StanceReports})
		}, ct{factcheck.ChangeAppearanceChanged}},
		{"an article corrected", func() error {
			return db.MarkCorrection(ctx, env.Checker, b.appearance, at, factcheck.MarkInput{State: factcheck.StateCorrected})
		}, ct{factcheck.ChangeAppearanceCorrected}},
		{"an article removed", func() error {
			return db.MarkCorrection(ctx, env.Checker, b.appearance, at+1, factcheck.MarkInput{State: factcheck.StateRemoved})
		}, ct{factcheck.ChangeAppearanceRemoved}},
		{"an edit of the claim that waits for approval", func() error {
			return db.EditClaim(ctx, env.Checker, b.claim, revision(), factcheck.ClaimInput{Text: "She fled.", Language: "en"})
		}, nil},
		{"a new address", func() error { return db.RenameSlug(ctx, env.Editor, b.claim, revision(), "she-fled") }, ct{factcheck.ChangeVerdictUpdated}},
		{"an import of a publisher nobody allowed", func() error {
			runImport(t, env, store.ImportOptions{}, record("a.example", "The lake is full.", "True"))
			return nil
		}, nil},
		{"an import", func() error {
			runImport(t, env, store.ImportOptions{AllowPublishers: true}, record("b.example", "The well is full.", "True"), record("b.example", "The sea is full.", "True"))
			return nil
		}, ct{factcheck.ChangeVerdictPublished, factcheck.ChangeVerdictPublished}},
		{"the same import again", func() error {
			runImport(t, env, store.ImportOptions{AllowPublishers: true}, record("b.example", "The well is full.", "True"))
			return nil
		}, nil},
		{"allowing", func() error { _, err := db.AllowPublisher(ctx, env.Admin, "a.example"); return err }, ct{factcheck.ChangeVerdictPublished}},
		{"hiding", func() error { _, err := db.HidePublisher(ctx, env.Admin, "a.example"); return err }, ct{factcheck.ChangeClaimWithdrawn}},
		{"a merge of what is not public", func() error { return db.MergeClaims(ctx, env.Editor, env.Claim(t, "It is dry."), b.claim, "The same.") }, nil},
		{"a retraction", correct(factcheck.CorrectionRetraction), ct{factcheck.ChangeVerdictRetracted}},
	} {
		_, before, _, err := db.Head(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.do(); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		feed, err := db.Changes(ctx, before, 100)
		if err != nil {
			t.Fatal(err)
		}
		var got []factcheck.ChangeType
		for _, c := range feed.Changes {
			got = append(got, c.Type)
		}
		if diff := cmp.Diff(s.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s.name, diff)
		}
	}
	auditLedger(t, b.owner)
}

// Two transactions that touch one claim at once: the second must build its document on what the first wrote.
func TestInvariant05NoDocumentLosesOneOfTwoChanges(t *testing.T) {
	t.Parallel()
	acts := map[string]func(context.Context, newspaper) error{
		"a link": func(ctx context.Context, b newspaper) error {
			a, err := b.DB.AddArticle(ctx, b.Checker, factcheck.ArticleInput{URL: "https://news.example/2", Title: "Again"})
			if err == nil {
				_, err = b.DB.LinkArticle(ctx, b.Checker, a.Article, b.claim, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats})
			}
			return err
		},
		"an import": func(ctx context.Context, b newspaper) error {
			run, err := b.DB.BeginImport(ctx, factcheck.Operator(), store.ImportOptions{Name: "x", Format: "csv", AllowPublishers: true})
			if err == nil {
				_, err = run.Add(ctx, []exchange.Record{record("a.example", "The mayor has resigned.", "True")})
			}
			return err
		},
		"a suspension": func(ctx context.Context, b newspaper) error {
			return b.DB.SuspendVerdict(ctx, b.Editor, b.verdict, "In doubt.")
		},
	}
	for first, one := range acts {
		for second, other := range acts {
			if first == second {
				continue
			}
			t.Run(first+" and "+second, func(t *testing.T) {
				t.Parallel()
				b := printed(t)
				hold, err := b.owner.Begin(t.Context()) // the first has written its document and waits for its number
				if err != nil {
					t.Fatal(err)
				}
				if _, err := hold.Exec(t.Context(), `SELECT FROM feed FOR UPDATE`); err != nil {
					t.Fatal(err)
				}
				watch := connect(t, b.OwnerURL)
				p1 := begin(func() error { return one(t.Context(), b) })
				waitForLocks(t, watch, 1, p1.done)
				p2 := begin(func() error { return other(t.Context(), b) })
				waitForLocks(t, watch, 2, p2.done)
				if err := hold.Rollback(t.Context()); err != nil {
					t.Fatal(err)
				}
				<-p1.done
				<-p2.done
				if p1.err != nil || p2.err != nil {
					t.Errorf("got %v and %v, want both", p1.err, p2.err)
				}
				auditLedger(t, b.owner)
			})
		}
	}
}
