package store_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// Invariant 1: a published verdict version and its sources never change, redaction apart. The program's role cannot switch
// the guards off.

func published(t *testing.T) (*battle, factcheck.VerdictID, factcheck.VersionID) {
	t.Helper()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	b := newBattle(t, env, map[string]string{"version": v.ID.UUID(), "verdict": v.Verdict.UUID(), "claim": v.Claim.UUID()})
	b.values["source"] = b.value(t, `SELECT id::text FROM sources WHERE version_id = $1 LIMIT 1`, v.ID)
	b.values["checker"], b.values["editor"], b.values["editor2"] = env.Checker.Person.UUID(), env.Editor.Person.UUID(), env.Editor2.Person.UUID()
	b.values["actor"] = env.Checker.ID.UUID()
	other := env.Claim(t, "The bridge is closed.")
	draft, err := env.DB.DraftVerdict(t.Context(), env.Checker, other, env.Draft("True"))
	if err != nil {
		t.Fatal(err)
	}
	b.values["draft"], b.values["draft_source"] = draft.ID.UUID(), b.value(t, `SELECT id::text FROM sources WHERE version_id = $1 LIMIT 1`, draft.ID)
	return b, v.Verdict, v.ID
}

func TestInvariant01PublishedVersionNeverChanges(t *testing.T) {
	t.Parallel()
	b, _, _ := published(t)
	const grow = "verdict_versions_only_grow"
	guard := off("verdict_versions", "verdict_versions_guard")
	attacks := []attack{
		{"its version counter", []string{`UPDATE verdict_versions SET version = version + 1 WHERE id = {version}`}, grow, guard, ""},
		{"its approver", []string{`UPDATE verdict_versions SET approved_by = {editor2} WHERE id = {version}`}, grow, guard, ""},
		{"its moment of publication", []string{`UPDATE verdict_versions SET published_at = published_at - interval '1 year' WHERE id = {version}`}, grow, guard, ""},
		{"its approved text with a hash that fits", []string{`UPDATE verdict_versions SET approved = '{}', approved_hash = sha256('{}') WHERE id = {version}`}, grow, guard, ""},
		{"its answer by an upsert", []string{`INSERT INTO verdict_versions SELECT * FROM verdict_versions WHERE id = {version} ON CONFLICT (id) DO UPDATE SET answer = 'x'`},
			"verdict_versions_begin_as_draft", guard, ""},
		{"its answer by a merge", []string{`MERGE INTO verdict_versions v USING verdicts d ON d.id = v.verdict_id AND v.id = {version} WHEN MATCHED THEN UPDATE SET answer = 'x'`}, grow, guard, ""},
		{"its state back to draft, to edit it there", []string{
			`UPDATE verdict_versions SET state = 'draft', n = NULL, published_at = NULL WHERE id = {version}`,
			`UPDATE verdict_versions SET answer = 'x', version = version + 1 WHERE id = {version}`}, grow, guard, ""},
		{"its id", []string{`UPDATE verdict_versions SET id = gen_random_uuid() WHERE id = {version}`}, grow, guard, "verdicts_current_version"},
		{"its verdict", []string{`UPDATE verdict_versions SET verdict_id = (SELECT id FROM verdicts WHERE id <> {verdict}) WHERE id = {version}`}, grow, guard, ""},
		{"by deleting it with everything under it", []string{
			`DELETE FROM source_archives`, `DELETE FROM sources WHERE version_id = {version}`, `DELETE FROM version_authors WHERE version_id = {version}`,
			`DELETE FROM verdict_versions WHERE id = {version}`}, "sources_only_grow", off("sources", "sources_guard"), "version_authors_only_grow"},
		{"by deleting it alone", []string{`DELETE FROM verdict_versions WHERE id = {version}`}, grow, guard, "verdicts_current_version"},
		{"by an author added to it", []string{`INSERT INTO version_authors (version_id, person_id) VALUES ({version}, {editor})`},
			"version_authors_only_grow", off("version_authors", "version_authors_guard"), ""},
		{"by an author taken from it", []string{`DELETE FROM version_authors WHERE version_id = {version}`},
			"version_authors_only_grow", both(off("version_authors", "version_authors_guard"), off("version_authors", "version_authors_go_with_draft")), ""},
		{"by an author made another", []string{`UPDATE version_authors SET person_id = {editor2} WHERE version_id = {version}`},
			"version_authors_only_grow", off("version_authors", "version_authors_guard"), ""},
	}
	for _, column := range []string{"label", "truth", "language", "headline", "answer", "body", "what_is_true", "what_is_false", "what_is_unknown", "how_checked", "correction_note", "note", "review_url", "byline"} {
		attacks = append(attacks, attack{"its " + column, []string{`UPDATE verdict_versions SET ` + column + ` = '' WHERE id = {version}`}, grow, guard, thenOf(column)})
	}
	for _, column := range []string{"replies", "waivers", "wordings"} {
		attacks = append(attacks, attack{"its " + column, []string{`UPDATE verdict_versions SET ` + column + ` = '[{"x":1}]' WHERE id = {version}`}, grow, guard, ""})
	}
	b.run(t, attacks)
}

// thenOf names what stops an emptied column when the guard is off.
func thenOf(column string) string {
	if column == "label" {
		return "verdict_versions_label"
	}
	return ""
}

func TestInvariant01SourcesOfAPublishedVersionNeverChange(t *testing.T) {
	t.Parallel()
	b, _, _ := published(t)
	const grow = "sources_only_grow"
	guard := off("sources", "sources_guard")
	const insert = `INSERT INTO sources (id, version_id, position, url, kind, bearing, edited_by) VALUES (gen_random_uuid(), {version}, 9, 'https://x.example/', 'primary', 'for', {actor})`
	attacks := []attack{
		{"one is added", []string{insert}, grow, guard, ""},
		{"one is deleted", []string{`DELETE FROM sources WHERE id = {source}`}, grow, guard, ""},
		{"one moves to a draft", []string{`UPDATE sources SET version_id = {draft}, position = 9 WHERE id = {source}`}, grow, guard, ""},
		{"one moves in from a draft", []string{`UPDATE sources SET version_id = {version}, position = 9 WHERE id = {draft_source}`}, grow, guard, ""},
		{"two change places", []string{`UPDATE sources SET position = position + 1 WHERE version_id = {version}`}, grow, guard, ""},
		{"one is replaced by an upsert", []string{`INSERT INTO sources SELECT * FROM sources WHERE id = {source} ON CONFLICT (id) DO UPDATE SET quote = 'x'`}, grow, guard, ""},
		{"an archived copy is exchanged", []string{
			`INSERT INTO source_archives (source_id, url, archived_at, added_by) VALUES ({source}, 'https://archive.example/1', now(), {actor})`,
			`UPDATE source_archives SET url = 'https://evil.example/'`}, "source_archives_only_grow", off("source_archives", "source_archives_guard"), ""},
		{"an archived copy is deleted", []string{
			`INSERT INTO source_archives (source_id, url, archived_at, added_by) VALUES ({source}, 'https://archive.example/1', now(), {actor})`,
			`DELETE FROM source_archives`}, "source_archives_only_grow", off("source_archives", "source_archives_guard"), ""},
	}
	for _, column := range []string{"url", "document", "title", "origin", "quote", "interest"} {
		attacks = append(attacks, attack{"its " + column, []string{`UPDATE sources SET ` + column + ` = '' WHERE id = {source}`}, grow, guard, ""})
	}
	for column, v := range map[string]string{"kind": "'secondary'", "bearing": "'context'", "read_at": "NULL", "edited_by": "'00000000-0000-7000-8000-000000000001'"} {
		attacks = append(attacks, attack{"its " + column, []string{`UPDATE sources SET ` + column + ` = ` + v + ` WHERE id = {source}`}, grow, guard, ""})
	}
	b.run(t, attacks)
}

// Emptying takes rights the program's role does not have; the owner, who has them, is refused by triggers.
func TestInvariant01NothingIsEmptied(t *testing.T) {
	t.Parallel()
	b, _, _ := published(t)
	for _, table := range []string{
		"verdict_versions", "verdicts", "sources", "version_authors", "claims", "claim_slugs", "people", "publishers", "actors", "keys", "scales", "scale_labels", "imports",
		"claimants", "audit", "proposals", "redactions", "appearances", "appearance_events", "changes", "feed", "claim_documents", "claim_states", "public_verdicts",
		"wordings", "media", "source_archives", "snapshots", "snapshot_contents",
	} {
		t.Run(table, func(t *testing.T) {
			before := fingerprint(t, b.owner)
			for _, cascade := range []string{"", " CASCADE"} {
				if _, err := b.app.Exec(t.Context(), "TRUNCATE "+table+cascade); guardOf(err) != noRight {
					t.Errorf("as the program's role%s: got %v, want a missing right", cascade, err)
				}
			}
			_, err := b.owner.Exec(t.Context(), "TRUNCATE "+table+" CASCADE")
			if !strings.HasSuffix(guardOf(err), "_only_grows") {
				t.Errorf("as the owner: got %v, want a refusal", err)
			}
			if after := fingerprint(t, b.owner); after[table] != before[table] {
				t.Errorf("got %s, want %s", after[table], before[table])
			}
		})
	}
}

// What it would take to work around the guards.
func TestInvariant01TheProgramCannotSwitchGuardsOff(t *testing.T) {
	t.Parallel()
	b, _, _ := published(t)
	type try struct{ name, sql, code string }
	tries := []try{
		{"disable one trigger", `ALTER TABLE verdict_versions DISABLE TRIGGER verdict_versions_guard`, noRight},
		{"disable all triggers", `ALTER TABLE sources DISABLE TRIGGER ALL`, noRight},
		{"drop a trigger", `DROP TRIGGER verdict_versions_guard ON verdict_versions`, noRight},
		{"drop a guard's function", `DROP FUNCTION verdict_versions_guard() CASCADE`, noRight},
		{"replace a guard's function", `CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`, noRight},
		{"change what a guard's function reads", `ALTER FUNCTION check_publishable(verdict_versions, verdicts, text) RESET search_path`, noRight},
		{"drop a constraint", `ALTER TABLE verdict_versions DROP CONSTRAINT verdict_versions_published`, noRight},
		{"add a rule", `CREATE RULE r AS ON UPDATE TO verdict_versions DO INSTEAD NOTHING`, noRight},
		{"add a trigger of its own", `CREATE TRIGGER a BEFORE UPDATE ON verdict_versions FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`, noRight},
		{"add a column", `ALTER TABLE verdict_versions ADD COLUMN x int`, noRight},
		{"inherit from the table", `CREATE TEMP TABLE child () INHERITS (verdict_versions)`, noRight},
		{"rename the table", `ALTER TABLE verdict_versions RENAME TO old`, noRight},
		{"drop the table", `DROP TABLE source_checks`, noRight},
		{"own the table", `ALTER TABLE verdict_versions OWNER TO touchstone_app`, noRight},
		{"make a function in public", `CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'`, noRight},
		{"make an operator in public", `CREATE OPERATOR public.= (LEFTARG = uuid, RIGHTARG = text, FUNCTION = texteq)`, noRight},
		{"make a schema", `CREATE SCHEMA evil`, noRight},
		{"play a replica, which runs no triggers", `SET session_replication_role = replica`, noRight},
		{"become the owner", `SET ROLE touchstone_owner`, noRight},
		{"become a superuser", `SET ROLE postgres`, noRight},
		{"authorise as the owner", `SET SESSION AUTHORIZATION touchstone_owner`, noRight},
		{"give itself the owner's rights", `GRANT touchstone_owner TO touchstone_app`, noRight},
		{"change its role", `ALTER ROLE touchstone_app SUPERUSER`, noRight},
		{"change a setting for all", `ALTER DATABASE ` + b.value(t, `SELECT quote_ident(current_database())`) + ` SET session_replication_role = replica`, noRight},
		{"run a program on the server", `COPY sources TO PROGRAM 'true'`, noRight},
		{"write the migrations' table", `DELETE FROM goose_db_version`, noRight},
		{"open a redaction", `INSERT INTO redaction_passes (proposal_id) VALUES (gen_random_uuid())`, noRight},
		{"edit the catalogue", `UPDATE pg_trigger SET tgenabled = 'D'`, noRight},
		{"work with large objects as root", `SELECT lo_import('/etc/passwd')`, noRight},
	}
	for _, try := range tries {
		t.Run(try.name, func(t *testing.T) {
			if _, err := b.app.Exec(t.Context(), try.sql); guardOf(err) != try.code {
				t.Errorf("got %v, want a missing right", err)
			}
		})
	}
	t.Run("give itself rights", func(t *testing.T) {
		if _, err := b.app.Exec(t.Context(), `GRANT ALL ON changes TO touchstone_app`); err != nil {
			t.Fatal(err) // the server warns and grants nothing
		}
		if got := b.value(t, `SELECT has_table_privilege('touchstone_app', 'changes', 'INSERT')::text`); got != "false" {
			t.Errorf("got %s, want false", got)
		}
	})
	t.Run("the owner plays a replica", func(t *testing.T) {
		if _, err := b.owner.Exec(t.Context(), `SET session_replication_role = replica`); guardOf(err) != noRight {
			t.Errorf("got %v, want a missing right", err)
		}
	})
}

// Before PostgreSQL 15 every role could make functions in public, and a database that was upgraded may still allow it. A
// function that fits better than PostgreSQL's own would be called by the guards.
func TestInvariant01MigratingClosesTheSchema(t *testing.T) {
	t.Parallel()
	b := newBattle(t, storetest.New(t), nil)
	if _, err := b.owner.Exec(t.Context(), `GRANT CREATE ON SCHEMA public TO PUBLIC`); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Migrate(t.Context(), b.OwnerURL, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	_, err := b.app.Exec(t.Context(), `CREATE FUNCTION public.to_jsonb(verdict_versions) RETURNS jsonb LANGUAGE sql AS $$ SELECT '{}'::jsonb $$`)
	if guardOf(err) != noRight {
		t.Errorf("got %v, want a missing right", err)
	}
}

// A role may make temporary tables where the server's administrator left it the right. Names in pg_temp come before all
// others, unless a function says otherwise.
func TestInvariant01TemporaryTablesDoNotBlindGuards(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Submitted(t, "The mayor has resigned.", "False")
	ctx := t.Context()
	b := newBattle(t, env, map[string]string{"version": v.ID.UUID(), "checker": env.Checker.Person.UUID(), "verdict": v.Verdict.UUID()})
	if _, err := b.owner.Exec(ctx, `GRANT TEMPORARY ON DATABASE `+b.value(t, `SELECT quote_ident(current_database())`)+` TO touchstone_app`); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"version_authors", "people", "sources", "redaction_passes", "publishers", "proposals", "verdicts", "changes", "feed", "claims"} {
		if _, err := b.app.Exec(ctx, `CREATE TEMP TABLE `+table+` AS SELECT * FROM public.`+table+` WHERE false`); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.app.Exec(ctx, `INSERT INTO pg_temp.people SELECT (jsonb_populate_record(p, '{"role":"admin"}')).* FROM public.people p`); err != nil {
		t.Fatal(err)
	}
	b.run(t, []attack{{"approving one's own work before a blinded guard", []string{
		`UPDATE public.verdict_versions SET state = 'published', n = 1, approved_by = {checker}, published_at = now() WHERE id = {version}`,
	}, "verdict_versions_own_work", removal{}, ""}})
	t.Run("every function of ours says where its names are", func(t *testing.T) {
		// An aggregate names nothing and can have no settings: what it calls for each row has them.
		got := b.value(t, `SELECT coalesce(string_agg(p.proname, ', ' ORDER BY p.proname), '') FROM pg_proc p
			WHERE p.pronamespace = 'public'::regnamespace AND p.proname NOT LIKE 'river%' AND p.prokind <> 'a'
			AND NOT coalesce(p.proconfig @> ARRAY['search_path=public, pg_temp'], false)`)
		if got != "" {
			t.Errorf("got functions without SET search_path = public, pg_temp: %s; want none", got)
		}
	})
	t.Run("nobody else runs what works with the owner's rights", func(t *testing.T) {
		got := b.value(t, `SELECT coalesce(string_agg(p.proname, ', ' ORDER BY p.proname), '') FROM pg_proc p
			WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND p.provolatile = 'v'
			AND has_function_privilege('public', p.oid, 'EXECUTE')`)
		if got != "" {
			t.Errorf("got %s open to every role, want none", got)
		}
	})
}

func TestInvariant01StoreRefusesToChangeWhatIsPublished(t *testing.T) {
	t.Parallel()
	b, verdict, version := published(t)
	env := b.Env
	b.refuses(t, []misdeed{
		{"by editing it", func(ctx context.Context) error {
			_, err := env.DB.EditDraft(ctx, env.Checker, version, 3, env.Draft("True"))
			return err
		}, factcheck.CodeConflict},
		{"by discarding it", func(ctx context.Context) error { return env.DB.DiscardDraft(ctx, env.Checker, version, 3) }, factcheck.CodeConflict},
		{"by sending it back", func(ctx context.Context) error { return env.DB.SendBack(ctx, env.Editor2, version, "no") }, factcheck.CodeConflict},
		{"by submitting it again", func(ctx context.Context) error {
			_, err := env.DB.SubmitVerdict(ctx, env.Checker, version, 3)
			return err
		}, factcheck.CodeConflict},
		{"by approving it again", func(ctx context.Context) error {
			v, err := env.DB.NewsroomVersion(ctx, env.Editor2, version)
			if err == nil {
				_, err = env.DB.ApproveVerdict(ctx, env.Editor2, version, v.Hash)
			}
			return err
		}, factcheck.CodeConflict},
		{"by drafting over it", func(ctx context.Context) error {
			v, err := env.DB.NewsroomVersion(ctx, env.Checker, version)
			if err == nil {
				_, err = env.DB.DraftVerdict(ctx, env.Checker, v.Claim, env.Draft("True"))
			}
			return err
		}, factcheck.CodeConflict},
		{"by a correction without a kind", func(ctx context.Context) error {
			_, err := env.DB.DraftCorrection(ctx, env.Checker, verdict, factcheck.CorrectionNone, "x")
			return err
		}, factcheck.CodeInvalid},
	})
	t.Run("a source id of a published version in a draft takes nothing over", func(t *testing.T) {
		before := b.value(t, `SELECT string_agg(s::text, '|' ORDER BY id) FROM sources s WHERE version_id = $1`, version)
		pub, err := env.DB.NewsroomVersion(t.Context(), env.Checker, version)
		if err != nil {
			t.Fatal(err)
		}
		stolen := env.Draft("False")
		stolen.Sources = pub.Draft.Sources
		stolen.Sources[0].Quote = "another passage"
		c, err := env.DB.DraftCorrection(t.Context(), env.Checker, verdict, factcheck.CorrectionUpdate, "More was found.")
		if err != nil {
			t.Fatal(err)
		}
		stolen.Note = "More was found."
		if _, err := env.DB.EditDraft(t.Context(), env.Checker, c.ID, c.Revision, stolen); err != nil {
			t.Fatal(err)
		}
		if after := b.value(t, `SELECT string_agg(s::text, '|' ORDER BY id) FROM sources s WHERE version_id = $1`, version); after != before {
			t.Errorf("got %s, want %s", after, before)
		}
	})
}
