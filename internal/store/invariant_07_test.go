package store_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// Invariant 7: every act of a person, key, operator or the system is in the audit log, in the same transaction. Contents of
// tips and confidential sources are in no log.

func TestInvariant07NoActWithoutAnEntry(t *testing.T) {
	t.Parallel()
	b := printed(t)
	if _, err := b.DB.FileTip(t.Context(), factcheck.System(), factcheck.TipInput{Text: "Is the lake dry?"}); err != nil {
		t.Fatal(err)
	}
	b.Env.Claim(t, "The well is dry.")
	b.silent = true
	acts := []attack{
		{"a draft", []string{`INSERT INTO verdict_versions (id, verdict_id, state, created_by, edited_by, created_at, updated_at) VALUES (gen_random_uuid(), {verdict}, 'draft', {by_author}, {by_author}, now(), now())`}, "", off("verdict_versions", "acts_are_audited"), ""},
		{"a verdict", []string{`INSERT INTO verdicts (id, claim_id, publisher_id, origin, state, created_at) SELECT gen_random_uuid(), c.id, p.id, 'house', 'unpublished', now()
			FROM claims c, publishers p WHERE p.is_house AND NOT EXISTS (SELECT FROM verdicts v WHERE v.claim_id = c.id) LIMIT 1`}, "", off("verdicts", "acts_are_audited"), ""},
		{"an edit of a claim", []string{`UPDATE claims SET why = 'x', version = version + 1 WHERE id = {claim}`}, "", off("claims", "acts_are_audited"), ""},
		{"a stage", []string{`UPDATE claims SET stage = 'checking' WHERE id = {claim}`}, "", off("claims", "acts_are_audited"), ""},
		{"a wording", []string{`INSERT INTO wordings (claim_id, language, text, edited_by) VALUES ({claim}, 'de', 'x', {by_author})`}, "", off("wordings", "acts_are_audited"), ""},
		{"media", []string{`INSERT INTO media (id, claim_id, url, kind, edited_by, created_at) VALUES (gen_random_uuid(), {claim}, 'https://x.example/', 'image', {by_author}, now())`}, "", off("media", "acts_are_audited"), ""},
		{"a claimant", []string{`INSERT INTO claimants (id, slug, name, kind, created_at) VALUES (gen_random_uuid(), 'x', 'x', 'anonymous', now())`}, "", off("claimants", "acts_are_audited"), ""},
		{"a proposal", []string{`INSERT INTO proposals (id, kind, verdict_id, reason, proposed_by, proposed_at) VALUES (gen_random_uuid(), 'restore', {verdict}, 'x', {author}, now())`}, "", off("proposals", "acts_are_audited"), ""},
		{"a role", []string{`UPDATE people SET role = 'admin' WHERE id = {author}`}, "", off("people", "acts_are_audited"), ""},
		{"a password", []string{`UPDATE people SET password_hash = 'x' WHERE id = {author}`}, "", off("people", "acts_are_audited"), ""},
		{"a person", []string{`INSERT INTO people (id, email, name, role, created_at) VALUES (gen_random_uuid(), 'x@x.example', 'x', 'admin', now())`}, "", off("people", "acts_are_audited"), ""},
		{"a key", []string{`INSERT INTO keys (id, name, hash, hint, scopes, created_at) VALUES (gen_random_uuid(), 'x', sha256('x'), 'x', '{read}', now())`}, "", off("keys", "acts_are_audited"), ""},
		{"a publisher", []string{`INSERT INTO publishers (id, name, site, created_at) VALUES (gen_random_uuid(), 'x', 'x.example', now())`}, "", off("publishers", "acts_are_audited"), ""},
		{"a setting", []string{`INSERT INTO settings (name, value, updated_at) VALUES ('house_rules', '{}', now())`}, "", off("settings", "acts_are_audited"), ""},
		{"a scale", []string{`INSERT INTO scales (id, slug, version, name, created_at) VALUES (gen_random_uuid(), 'x', 1, 'x', now())`}, "", off("scales", "acts_are_audited"), ""},
		{"a topic", []string{`INSERT INTO topics (id, slug, name, created_at) VALUES (gen_random_uuid(), 'x', 'x', now())`}, "", off("topics", "acts_are_audited"), ""},
		{"a tip dealt with", []string{`UPDATE tips SET state = 'declined'`}, "", off("tips", "acts_are_audited"), ""},
		{"a tip deleted", []string{`DELETE FROM tips`}, "", off("tips", "acts_are_audited"), ""},
		{"an import", []string{`INSERT INTO imports (id, name, format, actor_id, started_at) VALUES (gen_random_uuid(), 'x', 'csv', {by_author}, now())`}, "", off("imports", "acts_are_audited"), ""},
	}
	for i := range acts {
		acts[i].want = "acts_are_audited"
	}
	b.run(t, acts)
	t.Run("an entry of another transaction does not count", func(t *testing.T) {
		tx, err := b.app.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{
			`INSERT INTO audit (at, actor_id, action, object, xid) SELECT now(), id, 'x', '', (pg_current_xact_id()::text::bigint + 1)::text::xid8 FROM actors LIMIT 1`,
			`UPDATE people SET name = name`,
		} {
			if _, err := tx.Exec(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err = b.app.Exec(t.Context(), `UPDATE people SET name = name`)
		if guardOf(err) != "acts_are_audited" {
			t.Errorf("got %v: an entry was written ahead for the next transaction", err)
		}
	})
}

func TestInvariant07EntriesStay(t *testing.T) {
	t.Parallel()
	b := printed(t)
	const grows = "audit_only_grows"
	guard := off("audit", "audit_only_grow")
	if b.value(t, `SELECT count(*)::text FROM pg_trigger WHERE tgname = 'audit_only_grow'`) == "0" {
		guard = off("audit", "audit_only_grows")
	}
	b.runRevoked(t, []attack{
		{"an entry changes", []string{`UPDATE audit SET action = 'x' WHERE id = 1`}, grows, guard, ""},
		{"an entry is put to somebody else", []string{`UPDATE audit SET actor_id = {by_author} WHERE id = 1`}, grows, guard, ""},
		{"an entry goes", []string{`DELETE FROM audit WHERE id = 1`}, grows, guard, ""},
		{"all entries go", []string{`DELETE FROM audit`}, grows, guard, ""},
	})
	for right, try := range map[string]string{"UPDATE": `UPDATE audit SET action = 'x'`, "DELETE": `DELETE FROM audit`} {
		b.run(t, []attack{{"the program's role: " + right, []string{try}, noRight, granted(right, "audit"), grows}})
	}
}

// Whoever acts is who is written down, with the request, and a refused act leaves no entry.
func TestInvariant07TheEntrySaysWhoDidWhat(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	owner := connect(t, env.OwnerURL)
	last := func() (action, actor, request string) {
		t.Helper()
		ok(t, owner.QueryRow(ctx, `SELECT action, actor_id::text, request_id FROM audit ORDER BY id DESC LIMIT 1`).Scan(&action, &actor, &request))
		return action, actor, request
	}
	_, secretKey, err := env.DB.CreateKey(ctx, env.Admin, store.KeyInput{Name: "k", Scopes: []factcheck.Scope{factcheck.ScopeFile}, Owner: "carla@desk.example"})
	ok(t, err)
	key, err := keyActor(ctx, env.DB, secretKey)
	ok(t, err)
	claim := factcheck.ClaimInput{Text: "The lake is dry.", Language: "en"}
	for want, actor := range map[string]factcheck.Actor{"a person": env.Checker, "a key": key} {
		actor.RequestID = "request of " + want
		_, err := env.DB.FileClaim(ctx, actor, claim)
		ok(t, err)
		if action, who, request := last(); action != "claim.file" || who != actor.ID.UUID() || request != actor.RequestID {
			t.Errorf("%s: got %s by %s in %q", want, action, who, request)
		}
	}
	_, err = env.DB.FileTip(ctx, factcheck.System(), factcheck.TipInput{Text: "x"})
	ok(t, err)
	if action, who, _ := last(); action != "tip.file" || who != factcheck.System().ID.UUID() {
		t.Errorf("got %s by %s, want tip.file by the system", action, who)
	}
	ok(t, env.DB.SetHouseRules(ctx, factcheck.Operator(), factcheck.HouseRules{}))
	if action, who, _ := last(); action != "house.rules" || who != factcheck.Operator().ID.UUID() {
		t.Errorf("got %s by %s, want house.rules by the operator", action, who)
	}
	v := env.Submitted(t, "The bridge is closed.", "False")
	b := newBattle(t, env, nil)
	b.refuses(t, []misdeed{
		{"an approval by the author", func(ctx context.Context) error {
			_, err := env.DB.ApproveVerdict(ctx, env.Checker, v.ID, v.Hash)
			return err
		}, factcheck.CodeForbidden},
		{"a claim without words", func(ctx context.Context) error {
			_, err := env.DB.FileClaim(ctx, env.Checker, factcheck.ClaimInput{Language: "en"})
			return err
		}, factcheck.CodeInvalid},
		{"an edit of what moved on", func(ctx context.Context) error {
			_, err := env.DB.EditDraft(ctx, env.Checker, v.ID, 1, v.Draft)
			return err
		}, factcheck.CodeConflict},
	})
}

func TestInvariant07TipsAreInNoLog(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	var log bytes.Buffer
	db, err := store.Open(ctx, store.Options{URL: env.URL, MaxConns: 2, Now: env.Clock.Now, Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	ok(t, err)
	defer db.Close()
	var said []string
	say := func(err error) {
		if err != nil {
			said = append(said, err.Error())
		}
	}
	tip := factcheck.TipInput{Text: "A Zebrafish told me.", URL: "https://zebrafish.example/1", Contact: "zebrafish@example.org"}
	id, err := db.FileTip(ctx, factcheck.System(), tip)
	say(err)
	for _, bad := range []factcheck.TipInput{
		{Text: "Zebrafish \x00"}, {Text: "Zebrafish \xff"}, {Text: strings.Repeat("Zebrafish ", 100_000)}, {URL: "javascript:zebrafish"}, {URL: "zebrafish"},
		{Text: "x", Contact: strings.Repeat("zebrafish", 10_000)}, {Text: "x", Language: "zebrafish zebrafish"},
	} {
		_, err := db.FileTip(ctx, factcheck.System(), bad)
		say(err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err = db.FileTip(gone, factcheck.System(), tip)
	say(err)
	claim, err := db.TipToClaim(ctx, env.Checker, id, factcheck.ClaimInput{Text: "The lake is dry.", Language: "en"})
	say(err)
	_, err = db.TipToClaim(ctx, env.Checker, id, factcheck.ClaimInput{Text: "The lake is dry.", Language: "en"})
	say(err)
	_, err = db.ExpireTips(ctx, factcheck.System())
	say(err)
	if claim.IsZero() || len(said) < 6 {
		t.Errorf("got claim %s and %d errors, want the tip dealt with and the bad ones refused", claim, len(said))
	}
	owner := connect(t, env.OwnerURL)
	for what, query := range map[string]string{"the audit log": `SELECT a::text FROM audit a`, "the jobs": `SELECT j::text FROM river_job j`, "claims": `SELECT c::text FROM claims c`, "the feed": `SELECT c::text FROM changes c`} {
		rows, err := owner.Query(ctx, query)
		ok(t, err)
		all, err := pgx.CollectRows(rows, pgx.RowTo[string])
		ok(t, err)
		if s := strings.ToLower(strings.Join(all, "\n")); strings.Contains(s, "zebrafish") {
			t.Errorf("%s holds a tip: %s", what, s)
		}
	}
	if s := strings.ToLower(strings.Join(said, "\n") + log.String()); strings.Contains(s, "zebrafish") {
		t.Errorf("errors or logs hold a tip: %.2000s", s)
	}
}
