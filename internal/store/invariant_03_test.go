package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// Invariant 3: a house verdict is publishable only with evidence; house rules can be met by a stated, public reason;
// imported verdicts carry their review address and import run instead, and the house's own archive is legacy.

// resubmitted changes a submitted version and submits it again, with an approved text that says the same.
func resubmitted(change, path, value string) []string {
	approved := `jsonb_set(approved::jsonb, '` + path + `', '` + value + `')::text`
	return []string{
		`UPDATE verdict_versions SET state = 'draft', version = version + 1 WHERE id = {version}`, change,
		`UPDATE verdict_versions SET state = 'submitted', approved = ` + approved + `, approved_hash = sha256(convert_to(` + approved + `, 'UTF8')), version = version + 1 WHERE id = {version}`,
		publishSQL, publicSQL, showSQL, appendSQL,
	}
}

func TestInvariant03NoHouseVerdictWithoutEvidenceBySQL(t *testing.T) {
	t.Parallel()
	b, _ := submitted(t)
	const need = "verdict_versions_need_evidence"
	guard := silenced("check_publishable", need)
	edit := func(what string) string {
		return `UPDATE verdict_versions SET ` + what + `, version = version + 1 WHERE id = {version}`
	}
	source := func(what string) string { return `UPDATE sources SET ` + what + ` WHERE id = {source}` }
	b.run(t, []attack{
		{"without a source", resubmitted(`DELETE FROM sources WHERE version_id = {version}`, "{sources}", "[]"), need, guard, ""},
		{"with a source without a passage", resubmitted(source(`quote = ''`), "{sources,0,quote}", `""`), need, guard, ""},
		{"with a source without a locator", resubmitted(source(`url = ''`), "{sources,0,url}", `""`), need, guard, ""},
		{"with a source nobody has read", resubmitted(source(`read_at = NULL`), "{sources,0,read_at}", `""`), need, guard, ""},
		{"a false that rests on context alone", resubmitted(source(`bearing = 'context'`), "{sources,0,bearing}", `"context"`), need, guard, ""},
		{"a false that rests on what speaks for the claim", resubmitted(source(`bearing = 'for'`), "{sources,0,bearing}", `"for"`), need, guard, ""},
		{"a False that is read as nothing, to need no evidence", resubmitted(edit(`truth = ''`), "{rating,truth}", `null`), need, guard, ""},
		{"a False that is read as true", resubmitted(edit(`truth = 'true'`), "{rating,truth}", `"true"`), need, guard, ""},
		{"without an answer", resubmitted(edit(`answer = ''`), "{answer}", `""`), need, guard, ""},
		{"without a rating", resubmitted(edit(`label = '', truth = '', scale_id = NULL`), "{rating}", `{"label": "", "truth": null, "reasons": []}`), need, guard, ""},
		{"with a label of no scale", resubmitted(edit(`label = 'Pants on fire'`), "{rating,label}", `"Pants on fire"`), "verdict_versions_label", dropped("verdict_versions", "verdict_versions_label"), need},
		{"a correction without a note", []string{`UPDATE verdict_versions SET state = 'draft', correction_kind = 'correction', version = version + 1 WHERE id = {version}`},
			"verdict_versions_correction_says_why", dropped("verdict_versions", "verdict_versions_correction_says_why"), ""},
	})
}

func TestInvariant03NoHouseVerdictWithoutEvidenceThroughTheStore(t *testing.T) {
	t.Parallel()
	b := newBattle(t, storetest.New(t), nil)
	env := b.Env
	for name, spoil := range map[string]func(*factcheck.Draft){
		"no rating":        func(d *factcheck.Draft) { d.Label = "" },
		"no answer":        func(d *factcheck.Draft) { d.Answer = " " },
		"no source":        func(d *factcheck.Draft) { d.Sources = nil },
		"no locator":       func(d *factcheck.Draft) { d.Sources[0].URL = "" },
		"no passage":       func(d *factcheck.Draft) { d.Sources[0].Quote = "\n" },
		"not read":         func(d *factcheck.Draft) { d.Sources[0].ReadAt = time.Time{} },
		"false on context": func(d *factcheck.Draft) { d.Sources[0].Bearing = factcheck.BearingContext },
		"false on absence": func(d *factcheck.Draft) { d.Sources[0].Bearing = factcheck.BearingFor },
		"one of two is not complete": func(d *factcheck.Draft) {
			d.Sources = append(d.Sources, factcheck.Source{Title: "x", Kind: factcheck.SourcePrimary, Bearing: factcheck.BearingFor})
		},
	} {
		draft := env.Draft("False")
		spoil(&draft)
		v, err := env.DB.DraftVerdict(t.Context(), env.Checker, env.Claim(t, "The mayor has resigned: "+name), draft)
		if err != nil {
			t.Fatal(err)
		}
		b.refuses(t, []misdeed{{name, func(ctx context.Context) error {
			_, err := env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision)
			return err
		}, factcheck.CodeInvalid}})
	}
}

func TestInvariant03HouseRulesAreMetOrWaivedInPublic(t *testing.T) {
	t.Parallel()
	for rule, rules := range map[factcheck.Rule]factcheck.HouseRules{
		factcheck.RuleOrigins: {IndependentOrigins: 2},
		factcheck.RuleArchive: {ArchivedSources: true},
		factcheck.RulePrimary: {PrimarySource: true},
		factcheck.RuleReply:   {ReplyAsked: true},
	} {
		t.Run(string(rule), func(t *testing.T) {
			t.Parallel()
			env := storetest.New(t)
			ctx := t.Context()
			early := env.Submitted(t, "The lake is dry.", "False")
			draft := env.Draft("False")
			draft.Sources[0].Kind = factcheck.SourceSecondary
			v, err := env.DB.DraftVerdict(ctx, env.Checker, env.Claim(t, "The mayor has resigned."), draft)
			if err != nil {
				t.Fatal(err)
			}
			if err := env.DB.SetHouseRules(ctx, env.Admin, rules); err != nil {
				t.Fatal(err)
			}
			_, err = env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision)
			wantCode(t, err, factcheck.CodeInvalid)
			if rule != factcheck.RulePrimary { // the early one has a primary source
				_, err = env.DB.ApproveVerdict(ctx, env.Editor, early.ID, early.Hash)
				wantCode(t, err, factcheck.CodeInvalid)
			}
			empty := draft
			empty.Waivers = []factcheck.Waiver{{Rule: rule, Reason: " "}}
			_, err = env.DB.EditDraft(ctx, env.Checker, v.ID, v.Revision, empty)
			wantCode(t, err, factcheck.CodeInvalid)
			draft.Waivers = []factcheck.Waiver{{Rule: rule, Reason: "asked on 3 June, deadline passed"}}
			if v, err = env.DB.EditDraft(ctx, env.Checker, v.ID, v.Revision, draft); err != nil {
				t.Fatal(err)
			}
			if v, err = env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision); err != nil {
				t.Fatal(err)
			}
			if _, err = env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash); err != nil {
				t.Fatal(err)
			}
			d, err := env.DB.ClaimByID(ctx, v.Claim)
			if err != nil {
				t.Fatal(err)
			}
			got := decode(t, d.Stored, d.Seq).Verdicts[0].Waivers
			if len(got) != 1 || got[0].Rule != string(rule) || got[0].Reason != "asked on 3 June, deadline passed" {
				t.Errorf("readers see the waivers %+v, want the one with its reason", got)
			}
		})
	}
}

// archived returns a battle with one imported verdict and one of the house's archive, both public.
func archived(t *testing.T) *battle {
	t.Helper()
	env := storetest.New(t)
	old := record("desk.example", "The bridge is closed.", "False")
	old.Byline = "Dora Former"
	runImport(t, env, store.ImportOptions{AllowPublishers: true, Legacy: true}, record("a.example", "The mayor has resigned.", "False"), old)
	b := newBattle(t, env, nil)
	b.values = map[string]string{
		"verdict":  b.value(t, `SELECT id::text FROM verdicts WHERE origin = 'imported'`),
		"legacy":   b.value(t, `SELECT id::text FROM verdicts WHERE origin = 'legacy'`),
		"version":  b.value(t, `SELECT current_version_id::text FROM verdicts WHERE origin = 'imported'`),
		"old":      b.value(t, `SELECT current_version_id::text FROM verdicts WHERE origin = 'legacy'`),
		"claim":    b.value(t, `SELECT claim_id::text FROM verdicts WHERE origin = 'imported'`),
		"import":   b.value(t, `SELECT id::text FROM imports`),
		"operator": factcheck.Operator().ID.UUID(), "editor": env.Editor.Person.UUID(), "author": env.Checker.Person.UUID(),
	}
	return b
}

func TestInvariant03ImportedVerdictsSayWhereTheyAreFrom(t *testing.T) {
	t.Parallel()
	b := archived(t)
	const begin = "verdict_versions_begin_as_draft"
	guard := off("verdict_versions", "verdict_versions_guard")
	insert := func(verdict, more, values string) []string {
		return []string{
			`INSERT INTO imports (id, name, format, actor_id, started_at) VALUES ('00000000-0000-7000-8000-0000000000cc', 'x', 'csv', {operator}, now())`,
			`INSERT INTO verdict_versions (id, verdict_id, n, state, label, created_by, edited_by, created_at, updated_at, published_at` + more + `)
			 VALUES ('00000000-0000-7000-8000-0000000000dd', ` + verdict + `, 2, 'published', 'False', {operator}, {operator}, now(), now(), now()` + values + `)`,
			`UPDATE verdicts SET current_version_id = '00000000-0000-7000-8000-0000000000dd' WHERE id = ` + verdict,
			`SET CONSTRAINTS ALL DEFERRED`,
		}
	}
	const shown = "verdicts_are_shown" // the next guard: readers would see the version before
	b.run(t, []attack{
		{"an imported version without its review address", insert("{verdict}", ", import_id", ", {import}"), begin, guard, shown},
		{"an imported version without an import run", insert("{verdict}", ", review_url", ", 'https://a.example/x'"), begin, guard, "verdict_versions_house_is_not_imported"},
		{"an imported version with an approval", insert("{verdict}", ", import_id, review_url, approved_by", ", {import}, 'https://a.example/x', {editor}"),
			"verdict_versions_import_is_not_approved", dropped("verdict_versions", "verdict_versions_import_is_not_approved"), shown},
		{"an imported draft, to be published later", []string{`INSERT INTO verdict_versions (id, verdict_id, state, label, created_by, edited_by, created_at, updated_at)
			VALUES (gen_random_uuid(), {verdict}, 'draft', 'False', {operator}, {operator}, now(), now())`}, begin, guard, ""},
		{"the house's archive grows by a run that is not of the archive", insert("{legacy}", ", import_id, review_url", ", '00000000-0000-7000-8000-0000000000cc', 'https://a.example/x'"), begin, guard, shown},
		{"the archive passes as the house's own", []string{`UPDATE verdicts SET origin = 'house' WHERE id = {legacy}`}, "verdicts_origin", off("verdicts", "verdicts_guard"), "verdicts_have_change"},
		{"an imported verdict passes as the archive", []string{`UPDATE verdicts SET origin = 'legacy' WHERE id = {verdict}`}, "verdicts_only_grow", off("verdicts", "verdicts_guard"), "verdicts_have_change"},
		{"an imported version changes its label", []string{`UPDATE verdict_versions SET label = 'True' WHERE id = {version}`}, "verdict_versions_only_grow", guard, ""},
		{"an imported version gets a source later", []string{`INSERT INTO sources (id, version_id, position, kind, bearing, edited_by) VALUES (gen_random_uuid(), {version}, 9, 'primary', 'for', {operator})`},
			"sources_only_grow", off("sources", "sources_guard"), ""},
		{"a verdict of the house is called imported", []string{`INSERT INTO verdicts (id, claim_id, publisher_id, origin, state, created_at)
			SELECT gen_random_uuid(), {claim}, id, 'imported', 'unpublished', now() FROM publishers WHERE is_house`}, "verdicts_origin", off("verdicts", "verdicts_guard"), ""},
		{"another's verdict is called the house's", []string{`INSERT INTO verdicts (id, claim_id, publisher_id, origin, state, created_at)
			SELECT gen_random_uuid(), c.id, p.id, 'house', 'unpublished', now() FROM publishers p, claims c WHERE NOT p.is_house AND c.id <> {claim}`}, "verdicts_origin", off("verdicts", "verdicts_guard"), ""},
		{"another publisher becomes the house", []string{`UPDATE publishers SET is_house = false WHERE is_house`, `UPDATE publishers SET is_house = true WHERE site = 'a.example'`},
			"publishers_house_stays", off("publishers", "publishers_guard"), ""},
	})
}

func TestInvariant03ArchiveIsShownAsSuch(t *testing.T) {
	t.Parallel()
	b := archived(t)
	for _, c := range publicClaims(t, b.Env) {
		v := c.Verdicts[0]
		switch c.Text {
		case "The bridge is closed.":
			if v.Origin != "legacy" || v.Byline != "Dora Former" || !strings.HasPrefix(v.PublishedAt.Format(time.RFC3339), "2024-03-01") || v.Approver != "" {
				t.Errorf("got origin %s, byline %q, published %s, approver %q; want the archive's own", v.Origin, v.Byline, v.PublishedAt, v.Approver)
			}
		default:
			if v.Origin != "imported" || v.ReviewURL != "https://a.example/checks/the-mayor-has-resigned" || v.Approver != "" {
				t.Errorf("got origin %s, review %q, approver %q; want the publisher's", v.Origin, v.ReviewURL, v.Approver)
			}
		}
	}
}
