package store_test

import (
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestHouseReachesWhatItIsNamedOn(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	mine := env.Published(t, "The mayor has resigned.", "False").Claim
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, record("checks.example", "The bridge is closed.", "True"))
	after := head(t, env)
	_, _, epoch, err := env.DB.Head(ctx)
	ok(t, err)
	h := store.House{Name: "Test Desk", Site: "desk.example", Licence: "CC-BY-4.0", Language: "en"}
	ok(t, env.DB.SetHouse(ctx, env.Admin, h)) // the same again
	if n := ask[int](t, env, `SELECT count(*) FROM audit WHERE action = 'house.set'`); n != 1 || head(t, env) != after {
		t.Errorf("the same house again: %d audit entries, the feed at %d", n, head(t, env))
	}
	h.Name, h.Site = " The\nAssay Desk ", "https://www.Assay.example/"
	ok(t, env.DB.SetHouse(ctx, env.Admin, h))
	wantStrings(t, "a new name", feed(t, env, after), "verdict.updated "+mine.String())
	if p := public(t, env, mine).Verdicts[0].Publisher; p.Name != "The Assay Desk" || p.Site != "assay.example" {
		t.Errorf("got %+v", p)
	}
	h.Licence = "CC0-1.0"
	after = head(t, env)
	ok(t, env.DB.SetHouse(ctx, factcheck.Operator(), h))
	if got := feed(t, env, after); len(got) != 2 {
		t.Errorf("a new licence: got %v, want both claims", got)
	}
	for _, c := range publicClaims(t, env) {
		if c.Licence != "CC0-1.0" {
			t.Errorf("%s has the licence %s", c.Text, c.Licence)
		}
	}
	h.Language = "de"
	after = head(t, env)
	ok(t, env.DB.SetHouse(ctx, env.Admin, h))
	if _, _, now, err := env.DB.Head(ctx); err != nil || now != epoch+3 || head(t, env) != after {
		t.Errorf("got render epoch %d, %v, feed %d; want %d, %d", now, err, head(t, env), epoch+3, after)
	}
}

func TestHouseThatIsRefused(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	runImport(t, env, store.ImportOptions{}, record("checks.example", "The bridge is closed.", "True"))
	for _, c := range []struct {
		house store.House
		code  factcheck.Code
	}{
		{store.House{Name: "X", Site: "x.example"}, ""},
		{store.House{Name: " ", Site: "x.example"}, factcheck.CodeInvalid},
		{store.House{Name: "X"}, factcheck.CodeInvalid},
		{store.House{Name: "X", Site: "not a site"}, factcheck.CodeInvalid},
		{store.House{Name: "X", Site: "x.example", Language: "english"}, factcheck.CodeInvalid},
		{store.House{Name: strings.Repeat("x", 501), Site: "x.example"}, factcheck.CodeInvalid},
		{store.House{Name: "X\x00", Site: "x.example", Licence: "\xff"}, factcheck.CodeInvalid},
		{store.House{Name: "X", Site: "checks.example"}, factcheck.CodeConflict},
	} {
		wantCode(t, env.DB.SetHouse(t.Context(), env.Admin, c.house), c.code)
	}
	wantCode(t, env.DB.SetHouse(t.Context(), env.Editor, store.House{Name: "X", Site: "x.example"}), factcheck.CodeForbidden)
}

func TestHouseRulesAreEditedByOneAtATime(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	rules, revision, err := env.DB.HouseRules(ctx, env.Checker)
	if err != nil || revision != 0 || rules != (factcheck.HouseRules{}) {
		t.Errorf("got %+v at %d, %v; want none", rules, revision, err)
	}
	want := factcheck.HouseRules{IndependentOrigins: 2, ReplyAsked: true}
	ok(t, env.DB.EditHouseRules(ctx, env.Admin, 0, want))
	wantCode(t, env.DB.EditHouseRules(ctx, env.Admin, 0, factcheck.HouseRules{}), factcheck.CodeConflict)
	if rules, revision, err = env.DB.HouseRules(ctx, env.Checker); err != nil || revision != 1 || rules != want {
		t.Errorf("got %+v at %d, %v; want %+v at 1", rules, revision, err, want)
	}
	v := must[store.Version](t)(env.DB.DraftVerdict(ctx, env.Checker, env.Claim(t, "The mayor has resigned."), env.Draft("False")))
	_, err = env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision)
	wantCode(t, err, factcheck.CodeInvalid) // the rules hold
	ok(t, env.DB.SetHouseRules(ctx, factcheck.Operator(), factcheck.HouseRules{}))
	must[store.Version](t)(env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision))
	wantCode(t, env.DB.EditHouseRules(ctx, env.Admin, 2, factcheck.HouseRules{IndependentOrigins: 11}), factcheck.CodeInvalid)
	wantCode(t, env.DB.EditHouseRules(ctx, env.Editor, 2, factcheck.HouseRules{}), factcheck.CodeForbidden)
	wantCode(t, env.DB.SetHouseRules(ctx, env.Editor, factcheck.HouseRules{}), factcheck.CodeForbidden)
	_, _, err = env.DB.HouseRules(ctx, keyOf(t, env, env.Checker, factcheck.ScopeRead))
	wantCode(t, err, factcheck.CodeForbidden)
}

func TestAuditLogIsRead(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	key := keyOf(t, env, env.Editor, factcheck.ScopeRead, factcheck.ScopeFile)
	actor := env.Checker
	actor.RequestID = "req-1"
	claim := must[factcheck.ClaimID](t)(env.DB.FileClaim(ctx, actor, factcheck.ClaimInput{Text: "The mayor has resigned.", Language: "en"}))
	must[store.Version](t)(env.DB.DraftVerdict(ctx, key, claim, env.Draft("False")))
	of := must[[]store.AuditEntry](t)(env.DB.Audit(ctx, env.Checker2, store.AuditQuery{Object: claim.String(), Limit: 10}))
	if len(of) != 1 || of[0].Action != "claim.file" || of[0].Who != "Carla Checker" || of[0].Kind != factcheck.ActorPerson || of[0].RequestID != "req-1" || of[0].Owner != "" {
		t.Errorf("got %+v", of)
	}
	all := must[[]store.AuditEntry](t)(env.DB.Audit(ctx, env.Admin, store.AuditQuery{Limit: 2}))
	if len(all) != 2 || all[0].Action != "verdict.draft" || all[0].Who != "test" || all[0].Owner != "Edda Editor" || all[1].ID != of[0].ID {
		t.Errorf("got %+v", all)
	}
	rest := must[[]store.AuditEntry](t)(env.DB.Audit(ctx, factcheck.Operator(), store.AuditQuery{Limit: 100, Before: all[1].ID}))
	if len(rest) == 0 || rest[0].ID >= all[1].ID || rest[len(rest)-1].Kind != factcheck.ActorOperator {
		t.Errorf("the second page: got %+v", rest)
	}
	_, err := env.DB.Audit(ctx, env.Editor, store.AuditQuery{Limit: 10})
	wantCode(t, err, factcheck.CodeForbidden)
	_, err = env.DB.Audit(ctx, env.Admin, store.AuditQuery{})
	wantCode(t, err, factcheck.CodeInvalid)
}
