package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// The functions of a redaction are the only way to touch what was published. Attacks by plain SQL as the program's role,
// each in a transaction of its own that is rolled back.
func TestRedactionCanOnlyRemoveAndOnlyWhenTwoDecided(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The baker of Mill Lane is a spy.", "False")
	in := store.RedactionInput{Claim: v.Claim, Passage: "Mill Lane", Class: factcheck.RedactSafety, Reason: "x"}
	done := must[factcheck.ProposalID](t)(env.DB.ProposeRedaction(ctx, env.Checker, in))
	ok(t, env.DB.DecideProposal(ctx, env.Editor, done, true))
	in.Passage = "baker of"
	open := must[factcheck.ProposalID](t)(env.DB.ProposeRedaction(ctx, env.Checker, in))
	refused := must[factcheck.ProposalID](t)(env.DB.ProposeRedaction(ctx, env.Checker, in))
	ok(t, env.DB.DecideProposal(ctx, env.Editor, refused, false))
	in.Passage = "spy"
	elsewhere := env.Published(t, "The lake is dry.", "False") // nothing to do with it
	far := elsewhere.ID.UUID()
	restore := suspended(t, env)
	other := must[factcheck.ProposalID](t)(env.DB.ProposeRestore(ctx, env.Checker, restore.Verdict, "x"))

	decide := `UPDATE proposals SET decision = 'approved', decided_by = '{editor}', decided_at = now(), passage = '' WHERE id = '{open}'`
	apply := func(proposal, place, row, notice, spans string) string {
		return `SELECT apply_redaction('` + proposal + `', now(), ARRAY[gen_random_uuid()], ARRAY['` + place + `'], ARRAY['` + row + `'],
			ARRAY[coalesce((SELECT sha256(convert_to(answer, 'UTF8')) FROM verdict_versions WHERE id::text = '` + row + `'), '\x00')], ARRAY['` + spans + `'], ARRAY['` + notice + `'])`
	}
	const removed, reach = "[removed: safety]", "23000 redactions_reach_their_claim"
	stranger := must[factcheck.ClaimantID](t)(env.DB.AddClaimant(ctx, env.Checker, factcheck.ClaimantInput{Name: "Bo Lee", Kind: factcheck.ClaimantPerson}))
	article := must[store.Added](t)(env.DB.AddArticle(ctx, env.Checker, factcheck.ArticleInput{URL: "https://paper.example/lake", Title: "The lake"}))
	tip := must[factcheck.TipID](t)(env.DB.FileTip(ctx, factcheck.System(), factcheck.TipInput{Text: "A tip"}))
	answer := func(notice, spans string) string {
		return apply("{open}", "verdict_versions.answer", "{version}", notice, spans)
	}
	for _, a := range []struct {
		name, want string // SQLSTATE, and the guard's name if it has one
		sql        []string
	}{
		{"the attack itself works", "", []string{decide, answer(removed, "{1,2}")}},
		{"nobody decided", "23000 redactions_need_two", []string{answer(removed, "{1,2}")}},
		{"it was decided before, for something else", "23000 redactions_need_two", []string{apply("{done}", "verdict_versions.answer", "{version}", removed, "{1,2}")}},
		{"it was refused", "23000 redactions_need_two", []string{apply("{refused}", "verdict_versions.answer", "{version}", removed, "{1,2}")}},
		{"it asks for something else", "23000 redactions_need_two", []string{strings.ReplaceAll(decide, "{open}", "{other}"), apply("{other}", "verdict_versions.answer", "{version}", removed, "{1,2}")}},
		{"no proposal", "23000 redactions_need_two", []string{`SELECT apply_redaction(NULL, now(), ARRAY[gen_random_uuid()], ARRAY['claims.text'], ARRAY['{claim}'], ARRAY['\x00'::bytea], ARRAY['{1,2}'], ARRAY['x'])`}},
		{"a checker decides", "23000 proposals_need_two", []string{strings.ReplaceAll(decide, "{editor}", "{checker}")}},
		{"other words", "23000 redactions_only_remove", []string{decide, answer("Yes, she has.", "{1,2}")}},
		{"words around the notice", "23000 redactions_only_remove", []string{decide, answer(removed+" She has.", "{1,2}")}},
		{"an address in a text", "23000 redactions_only_remove", []string{decide, answer("https://redacted.invalid/", "{1,2}")}},
		{"a slug in a text", "23000 redactions_only_remove", []string{decide, answer("redacted-0123456789ab", "{1,2}")}},
		{"a notice between the words", "23000 redactions_only_remove", []string{decide, answer(removed, "{5,0}")}},
		{"before the text", "23000 redactions_only_remove", []string{decide, answer(removed, "{0,3}")}},
		{"half a span", "23000 redactions_only_remove", []string{decide, answer(removed, "{1}")}},
		{"no span", "23000 redactions_only_remove", []string{decide, answer(removed, "{}")}},
		{"a column out of reach", "23000 redactions_only_remove", []string{decide, apply("{open}", "verdict_versions.label", "{version}", removed, "{1,2}")}},
		{"a table out of reach", "23000 redactions_only_remove", []string{decide, apply("{open}", "people.name", "{editor}", removed, "{1,2}")}},
		{"a place that is none", "23000 redactions_only_remove", []string{decide, apply("{open}", "claims; DROP TABLE claims.text", "{version}", removed, "{1,2}")}},
		{"a text that is not what it was", "23000 redactions_no_lost_update", []string{decide, apply("{open}", "claims.text", "{claim}", removed, "{1,2}")}},
		{"a row that is not there", "23000 redactions_no_lost_update", []string{decide, apply("{open}", "claims.text", "{editor}", removed, "{1,2}")}},
		{"another claim's verdict", reach, []string{decide, apply("{open}", "verdict_versions.answer", far, removed, "{1,2}")}},
		{"another claim", reach, []string{decide, `SELECT apply_redaction('{open}', now(), ARRAY[gen_random_uuid()], ARRAY['claims.text'], ARRAY['{far_claim}'], ARRAY[sha256('The lake is dry.')], ARRAY['{1,3}'], ARRAY['[removed: safety]'])`}},
		{"another claim's address", reach, []string{decide, `SELECT apply_redaction('{open}', now(), ARRAY[gen_random_uuid()], ARRAY['claims.slug'], ARRAY['{far_claim}'], ARRAY[sha256('the-lake-is-dry')], ARRAY['{1,15}'], ARRAY['redacted-0123456789ab'])`}},
		{"another claim's source", reach, []string{decide, `SELECT apply_redaction('{open}', now(), ARRAY[gen_random_uuid()], ARRAY['sources.quote'], ARRAY[id::text], ARRAY[sha256(convert_to(quote, 'UTF8'))], ARRAY['{1,2}'], ARRAY['[removed: safety]']) FROM sources WHERE version_id = '{far}'`}},
		{"another claim's state", reach, []string{decide, `SELECT apply_redaction('{open}', now(), ARRAY[gen_random_uuid()], ARRAY['claim_states.note'], ARRAY['{far_claim}/1'], ARRAY[sha256('')], ARRAY['{1,2}'], ARRAY['[removed: safety]'])`}},
		{"what the audit log says of another claim", reach, []string{decide, `INSERT INTO audit (at, actor_id, action, object, details) SELECT now(), actor_id, 'x', '` + elsewhere.Claim.String() + `', '{"a": "b"}' FROM audit LIMIT 1`,
			`SELECT apply_redaction('{open}', now(), ARRAY[gen_random_uuid()], ARRAY['audit.details'], ARRAY[id::text], ARRAY[sha256(convert_to(details::text, 'UTF8'))], ARRAY['{8,1}'], ARRAY['[removed: safety]']) FROM audit WHERE action = 'x'`}},
		{"a claimant it does not name", reach, []string{decide, `SELECT apply_redaction('{open}', now(), ARRAY[gen_random_uuid()], ARRAY['claimants.name'], ARRAY['` + stranger.UUID() + `'], ARRAY[sha256('Bo Lee')], ARRAY['{1,2}'], ARRAY['[removed: safety]'])`}},
		{"an article it has no link to", reach, []string{decide, `SELECT apply_redaction('{open}', now(), ARRAY[gen_random_uuid()], ARRAY['articles.title'], ARRAY['` + article.Article.UUID() + `'], ARRAY[sha256('The lake')], ARRAY['{1,3}'], ARRAY['[removed: safety]'])`}},
		{"a tip for nobody", reach, []string{decide, `SELECT apply_redaction('{open}', now(), ARRAY[gen_random_uuid()], ARRAY['tips.text'], ARRAY['` + tip.UUID() + `'], ARRAY[sha256('A tip')], ARRAY['{1,2}'], ARRAY['[removed: safety]'])`}},
		{"an edit after the pass", "23000 verdict_versions_only_grow", []string{decide, answer(removed, "{1,2}"), `UPDATE verdict_versions SET answer = 'Yes.' WHERE id = '{version}'`}},
		{"another column of the audit log after it", "42501", []string{decide, answer(removed, "{1,2}"), `UPDATE audit SET action = 'x'`}},
		{"a pass of one's own", "42501", []string{`INSERT INTO redaction_passes (proposal_id) VALUES ('{done}')`}},
		{"the function inside", "42501", []string{`SELECT redact_field('claims.text', '{claim}', '\x00', '{1,2}', '[removed: safety]')`}},
		{"the other function inside", "42501", []string{`SELECT reopen_redacted('claims', '{claim}')`}},
		{"a replay", "42501", []string{`SELECT replay_redactions('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')`}},
		{"a redaction only written down", "42501", []string{`INSERT INTO redactions SELECT * FROM redactions`}},
		{"a redaction unwritten", "42501", []string{`DELETE FROM redactions`}},
	} {
		t.Run(a.name, func(t *testing.T) {
			fill := strings.NewReplacer("{editor}", env.Editor.Person.UUID(), "{checker}", env.Checker.Person.UUID(), "{open}", open.UUID(), "{done}", done.UUID(), "{refused}", refused.UUID(),
				"{other}", other.UUID(), "{version}", v.ID.UUID(), "{claim}", v.Claim.UUID(), "{far}", far, "{far_claim}", elsewhere.Claim.UUID())
			conn := sqlConn(t, env.URL)
			err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
				for _, q := range a.sql {
					if _, err := tx.Exec(ctx, fill.Replace(q)); err != nil {
						return err
					}
				}
				return errUndo
			})
			if got := sqlStateOf(err); got != a.want {
				t.Errorf("got %q (%v), want %q", got, err, a.want)
			}
		})
	}
}

var errUndo = errors.New("undo")

// sqlStateOf returns the SQLSTATE of an error and the guard it names, empty for errUndo.
func sqlStateOf(err error) string {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return ""
	}
	return strings.TrimSpace(pg.Code + " " + pg.ConstraintName)
}
