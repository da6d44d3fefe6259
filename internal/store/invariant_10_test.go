package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Invariant 10: claim URLs and ids are for ever: renamed slugs redirect, merged claims redirect, retracted verdicts stay and
// say so.

func TestInvariant10AddressesAreForEverBySQL(t *testing.T) {
	t.Parallel()
	b := printed(t)
	ok(t, b.DB.RenameSlug(t.Context(), b.Editor, b.claim, revisionOf(t, b, b.claim), "she-resigned"))
	third := b.Env.Claim(t, "The lake is dry.")
	b.values["third"] = third.UUID()
	const slug, ends, ever = "claims_slug_is_their_own", "claims_merge_ends", "claims_are_for_ever"
	guard := off("claims", "claims_guard")
	merge := func(from, into string) string {
		return `UPDATE claims SET stage = 'merged', merged_into = ` + into + `, version = version + 1 WHERE id = ` + from
	}
	b.run(t, []attack{
		{"a claim takes an address that another had", []string{`UPDATE claims SET slug = 'the-mayor-has-resigned' WHERE id = {third}`}, slug, guard, ""},
		{"a claim takes an address nobody was given", []string{`UPDATE claims SET slug = 'x' WHERE id = {third}`}, slug, guard, "claims_slug_is_kept"},
		{"an address is given twice", []string{`INSERT INTO claim_slugs (slug, claim_id, created_at) VALUES ('the-mayor-has-resigned', {third}, now())`}, "claim_slugs_pkey", dropped("claim_slugs", "claim_slugs_pkey"), ""},
		{"an address leads nowhere", []string{`INSERT INTO claim_slugs (slug, claim_id, created_at) VALUES ('x', gen_random_uuid(), now())`}, "claim_slugs_claim_id_fkey", dropped("claim_slugs", "claim_slugs_claim_id_fkey"), ""},
		{"a new claim takes an old address", []string{`INSERT INTO claims (id, slug, text, text_key, language, stage, created_by, edited_by, created_at, updated_at)
			VALUES (gen_random_uuid(), 'the-mayor-has-resigned', 'x', sha256('x'), 'en', 'triage', {by_author}, {by_author}, now(), now())`}, slug, guard, ""},
		{"a claim gets another id", []string{`UPDATE claims SET id = gen_random_uuid() WHERE id = {third}`}, ever, guard, "claim_slugs_claim_id_fkey"},
		{"a claim is merged into itself", []string{merge("{third}", "{third}")}, "claims_not_into_itself", dropped("claims", "claims_not_into_itself"), ""},
		{"two claims are merged into each other", []string{merge("{third}", "{other_claim}"), merge("{other_claim}", "{third}")}, ends, guard, "verdicts_are_shown"},
		{"three claims are merged in a circle", []string{merge("{third}", "{other_claim}"), merge("{other_claim}", "{claim}"), merge("{claim}", "{third}")}, ends, guard, "verdicts_are_shown"},
		{"two claims are merged into each other at once", []string{`UPDATE claims SET stage = 'merged', merged_into = CASE id WHEN {third} THEN {other_claim}::uuid ELSE {third} END WHERE id IN ({third}, {other_claim})`}, ends, guard, "verdicts_are_shown"},
		{"two claims are born merged into each other", []string{
			`INSERT INTO claim_slugs (slug, claim_id, created_at) VALUES ('x', '00000000-0000-7000-8000-000000000111', now()), ('y', '00000000-0000-7000-8000-000000000222', now())`,
			`INSERT INTO claims (id, slug, text, text_key, language, stage, merged_into, created_by, edited_by, created_at, updated_at) VALUES
			('00000000-0000-7000-8000-000000000111', 'x', 'x', sha256('x'), 'en', 'merged', '00000000-0000-7000-8000-000000000222', {by_author}, {by_author}, now(), now()),
			('00000000-0000-7000-8000-000000000222', 'y', 'y', sha256('y'), 'en', 'merged', '00000000-0000-7000-8000-000000000111', {by_author}, {by_author}, now(), now())`}, ends, guard, ""},
		{"a public claim is merged and its page stays", []string{merge("{claim}", "{other_claim}")}, "verdicts_are_shown", off("claims", "verdicts_of_merged_are_not"), ""},
		{"a merged claim says nowhere", []string{`UPDATE claims SET stage = 'merged' WHERE id = {third}`}, "claims_merged_says_where", dropped("claims", "claims_merged_says_where"), ""},
	})
	b.runRevoked(t, []attack{
		{"a claim is deleted", []string{`DELETE FROM claims WHERE id = {third}`}, "claims_only_grows", off("claims", ever), "claim_slugs_claim_id_fkey"},
		{"an address is deleted", []string{`DELETE FROM claim_slugs WHERE slug = 'the-mayor-has-resigned'`}, "claim_slugs_only_grows", off("claim_slugs", "claim_slugs_only_grow"), ""},
		{"an address leads to another claim", []string{`UPDATE claim_slugs SET claim_id = {third} WHERE slug = 'the-mayor-has-resigned'`}, "claim_slugs_only_grows", off("claim_slugs", "claim_slugs_only_grow"), ""},
	})
	ok(t, b.DB.MergeClaims(t.Context(), b.Editor, third, b.claim, "The same."))
	b.run(t, []attack{
		{"a merged claim is taken back", []string{`UPDATE claims SET stage = 'triage', merged_into = NULL WHERE id = {third}`}, ever, guard, ""},
		{"a merged claim goes elsewhere", []string{`UPDATE claims SET merged_into = {other_claim} WHERE id = {third}`}, ever, guard, ""},
		{"a claim is merged into a merged one", []string{merge("{other_claim}", "{third}")}, ends, guard, "verdicts_are_shown"},
	})
}

func revisionOf(t *testing.T, b newspaper, id factcheck.ClaimID) int {
	t.Helper()
	c, err := b.DB.NewsroomClaim(t.Context(), b.Checker, id)
	ok(t, err)
	return c.Revision
}

// However often a claim is renamed and merged on, every address it ever had leads to where it is read.
func TestInvariant10EveryAddressLeadsToThePage(t *testing.T) {
	t.Parallel()
	b := printed(t)
	db, ctx := b.DB, t.Context()
	slugs := []string{"the-mayor-has-resigned"}
	for _, s := range []string{"she-resigned", "he-resigned", "they-resigned", "she-resigned"} {
		ok(t, db.RenameSlug(ctx, b.Editor, b.claim, revisionOf(t, b, b.claim), s))
		slugs = append(slugs, s)
	}
	ids := []factcheck.ClaimID{b.claim}
	into := b.claim
	for i := range 5 { // a chain of merges, each into the one before; the last into the first
		id := b.Env.Claim(t, fmt.Sprintf("Guise %d", i))
		slugs, ids = append(slugs, fmt.Sprintf("guise-%d", i)), append(ids, id)
		ok(t, db.RenameSlug(ctx, b.Checker, id, 1, fmt.Sprintf("face-%d", i)))
		slugs = append(slugs, fmt.Sprintf("face-%d", i))
		ok(t, db.MergeClaims(ctx, b.Editor, id, into, "The same."))
	}
	for _, s := range slugs {
		if d, err := db.ClaimBySlug(ctx, s); err != nil || d.Claim != b.claim || d.Slug != "she-resigned" {
			t.Errorf("%s leads to %s at %q, %v; want %s at she-resigned", s, d.Claim, d.Slug, err, b.claim)
		}
	}
	for _, id := range ids {
		if d, err := db.ClaimByID(ctx, id); err != nil || d.Claim != b.claim {
			t.Errorf("%s leads to %s, %v; want %s", id, d.Claim, err, b.claim)
		}
	}
	b.refuses(t, []misdeed{
		{"another claim takes an old address", func(ctx context.Context) error {
			return db.RenameSlug(ctx, b.Editor, b.other.Claim, revisionOf(t, b, b.other.Claim), "he-resigned")
		}, factcheck.CodeConflict},
		{"another claim takes a merged claim's address", func(ctx context.Context) error {
			return db.RenameSlug(ctx, b.Editor, b.other.Claim, revisionOf(t, b, b.other.Claim), "face-1")
		}, factcheck.CodeConflict},
		{"a merged claim is renamed", func(ctx context.Context) error {
			return db.RenameSlug(ctx, b.Editor, ids[1], revisionOf(t, b, ids[1]), "x")
		}, factcheck.CodeConflict},
		{"a claim is merged into a merged one", func(ctx context.Context) error { return db.MergeClaims(ctx, b.Editor, b.other.Claim, ids[1], "x") }, factcheck.CodeConflict},
	})
	// The same text again gets an address of its own.
	again := b.Env.Claim(t, "The mayor has resigned.")
	if s := b.value(t, `SELECT slug FROM claims WHERE id = $1`, again); s == "the-mayor-has-resigned" {
		t.Error("a new claim took the address of a public one")
	}
}

func TestInvariant10RetractedStaysAndSaysSo(t *testing.T) {
	t.Parallel()
	b := printed(t)
	b.Env.Corrected(t, b.verdict, factcheck.CorrectionRetraction, "The minutes were forged.")
	d, err := b.DB.ClaimBySlug(t.Context(), "the-mayor-has-resigned")
	ok(t, err)
	v := decode(t, d.Stored, d.Seq).Verdicts[0]
	if v.State != "retracted" || v.Notice != "The minutes were forged." || v.Rating.Label != "" || v.Answer != "" || len(v.Sources) != 0 {
		t.Errorf("got %+v, want a page that says why it was retracted and nothing of the finding", v)
	}
	states, err := b.DB.Versions(t.Context(), b.claim)
	if err != nil || len(states) != 3 {
		t.Errorf("got %d states, %v; want the earlier ones too", len(states), err)
	}
}

// Merges at once never make a circle, and nobody waits for ever.
func TestInvariant10MergesAtOnce(t *testing.T) {
	t.Parallel()
	b := printed(t)
	for round := range 4 {
		var ids [3]factcheck.ClaimID
		for i := range ids {
			ids[i] = b.Env.Claim(t, fmt.Sprintf("Round %d, guise %d", round, i))
		}
		merge := func(from, into int) func(context.Context) error {
			return func(ctx context.Context) error {
				return b.DB.MergeClaims(ctx, b.Editor, ids[from], ids[into], "The same.")
			}
		}
		won := race(t, []factcheck.Code{factcheck.CodeConflict}, merge(0, 1), merge(1, 2), merge(2, 0), merge(1, 0), merge(0, 2))
		if won < 1 || won > 2 {
			t.Errorf("got %d merges of three claims, want one or two", won)
		}
		circle := b.value(t, `WITH RECURSIVE c AS (SELECT id, merged_into, 1 AS n FROM claims UNION ALL SELECT c.id, x.merged_into, n + 1 FROM c JOIN claims x ON x.id = c.merged_into WHERE n < 20)
			SELECT count(*)::text FROM c WHERE n = 20`)
		if circle != "0" {
			t.Fatal("a circle of merged claims")
		}
	}
}
