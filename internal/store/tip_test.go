package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func tip(t *testing.T, env *storetest.Env, text string) factcheck.TipID {
	t.Helper()
	return must[factcheck.TipID](t)(env.DB.FileTip(t.Context(), factcheck.System(), factcheck.TipInput{Text: text, Contact: "whistle@blower.example"}))
}

func TestTipFromReaderToClaim(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	sent := factcheck.TipInput{Text: "Has the mayor resigned?\nMy neighbour says so.", URL: "https://social.example/1", Language: "en", Contact: "ann@reader.example"}
	id := must[factcheck.TipID](t)(env.DB.FileTip(ctx, factcheck.System(), sent))
	got := must[[]store.Tip](t)(env.DB.Tips(ctx, env.Checker, factcheck.TipOpen, factcheck.TipID{}, 10))
	if len(got) != 1 || got[0].ExpiresAt.Sub(got[0].CreatedAt) != 90*24*time.Hour {
		t.Fatalf("got %+v, want the tip with its expiry", got)
	}
	if diff := cmp.Diff(store.Tip{TipInput: sent, ID: id, State: factcheck.TipOpen, CreatedAt: got[0].CreatedAt, ExpiresAt: got[0].ExpiresAt}, got[0]); diff != "" {
		t.Errorf("the tip differs (-want +got):\n%s", diff)
	}
	claim := must[factcheck.ClaimID](t)(env.DB.TipToClaim(ctx, env.Checker, id, said("The mayor has resigned.")))
	if c := working(t, env, claim); c.Stage != factcheck.StageTriage || c.Text != "The mayor has resigned." {
		t.Errorf("got %s %q, want a claim in triage", c.Stage, c.Text)
	}
	if got := must[[]store.Tip](t)(env.DB.Tips(ctx, env.Checker, factcheck.TipClaim, factcheck.TipID{}, 10)); len(got) != 1 || got[0].Claim != claim {
		t.Errorf("got %+v, want the tip with its claim", got)
	}
	_, err := env.DB.TipToClaim(ctx, env.Checker, id, said("Again."))
	wantCode(t, err, factcheck.CodeConflict)
	wantCode(t, env.DB.DeclineTips(ctx, env.Checker, []factcheck.TipID{id}, "opinion", ""), factcheck.CodeConflict)
	if n := ask[int](t, env, `SELECT count(*) FROM claims`); n != 1 {
		t.Errorf("got %d claims, want 1: a refused act leaves nothing", n)
	}
	other := tip(t, env, "The bridge is closed.")
	_, err = env.DB.TipToClaim(ctx, env.Checker, other, factcheck.ClaimInput{Language: "en"})
	wantCode(t, err, factcheck.CodeInvalid)
	wantCode(t, env.DB.DeclineTips(ctx, env.Checker, []factcheck.TipID{other}, "", ""), factcheck.CodeInvalid)
	ok(t, env.DB.DeclineTips(ctx, env.Checker, []factcheck.TipID{other}, "opinion", ""))
	wantCode(t, env.DB.DeclineTips(ctx, env.Checker, []factcheck.TipID{{1}}, "opinion", ""), factcheck.CodeNotFound)
	if audited(t, env, "tip.file", id) != 1 || audited(t, env, "tip.claim", id) != 1 || audited(t, env, "tip.decline", other) != 1 {
		t.Error("the acts are not in the audit log")
	}
	if n := ask[int](t, env, `SELECT count(*) FROM audit WHERE to_jsonb(audit)::text ~* 'neighbour|ann@|social.example|whistle|bridge'`); n != 0 {
		t.Errorf("%d entries of the audit log hold a tip's contents", n)
	}
}

func TestTheSameTipFromSomebodyElseIsAnother(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	in := factcheck.TipInput{URL: "https://plaza.example/1", Sender: factcheck.Sender{1}}
	file := func() factcheck.TipID {
		return must[factcheck.TipID](t)(env.DB.FileTip(t.Context(), factcheck.System(), in))
	}
	first := file()
	in.Sender = factcheck.Sender{2}
	second := file()
	if again := file(); second == first || again != second {
		t.Errorf("got %v of one, %v and then %v of another; want two tips, and to each its own", first, second, again)
	}
}

func TestTipsThatAreRefusedAreNotRepeated(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	bad := map[string]factcheck.TipInput{
		"nothing": {Contact: "a"}, "a bad address": {URL: "secretword"}, "a script": {URL: "javascript:secretword"}, "a bad language": {Text: "x", Language: "secretword!"},
		"a long text": {Text: strings.Repeat("secretword ", factcheck.MaxNote)}, "a long contact": {Text: "x", Contact: strings.Repeat("secretword", 100)},
	}
	for name, text := range hostile() {
		bad[name] = factcheck.TipInput{Text: "secretword " + text}
		bad[name+" in the address"] = factcheck.TipInput{URL: "https://secretword.example/" + text}
	}
	for name, in := range bad {
		_, err := env.DB.FileTip(t.Context(), factcheck.System(), in)
		if name == "a NUL in the address" && factcheck.CodeOf(err) == factcheck.CodeInvalid {
			continue
		}
		if factcheck.CodeOf(err) != factcheck.CodeInvalid || strings.Contains(err.Error(), "secretword") {
			t.Errorf("%s: got %v, want invalid without a word of the tip", name, err)
		}
	}
	if n := ask[int](t, env, `SELECT count(*) FROM tips`); n != 0 {
		t.Errorf("%d refused tips were kept", n)
	}
}

func TestContactsExpire(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	old := tip(t, env, "Old.")
	env.Clock.Advance(factcheck.TipLife - time.Hour)
	tip(t, env, "New.")
	if n := must[int](t)(env.DB.ExpireTips(ctx, factcheck.System())); n != 0 {
		t.Errorf("%d contacts went before their time", n)
	}
	env.Clock.Advance(2 * time.Hour)
	for _, want := range []int{1, 0} {
		if n := must[int](t)(env.DB.ExpireTips(ctx, factcheck.System())); n != want {
			t.Errorf("%d contacts were erased, want %d", n, want)
		}
	}
	got := must[[]store.Tip](t)(env.DB.Tips(ctx, env.Checker, factcheck.TipOpen, factcheck.TipID{}, 10))
	if len(got) != 2 || got[0].Contact == "" || got[1].ID != old || got[1].Contact != "" || got[1].Text != "Old." {
		t.Errorf("got %+v, want the old tip without its contact", got)
	}
	if n := ask[int](t, env, `SELECT count(*) FROM audit WHERE action = 'tip.expire'`); n != 1 {
		t.Errorf("got %d audit entries, want 1", n)
	}
}

func TestTipsArePaged(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	first, second, third := tip(t, env, "1"), tip(t, env, "2"), tip(t, env, "3")
	page := must[[]store.Tip](t)(env.DB.Tips(ctx, env.Checker, factcheck.TipOpen, factcheck.TipID{}, 2))
	rest := must[[]store.Tip](t)(env.DB.Tips(ctx, env.Checker, factcheck.TipOpen, page[1].ID, 2))
	if page[0].ID != third || page[1].ID != second || len(rest) != 1 || rest[0].ID != first {
		t.Errorf("got %v and %v, want the newest first", page, rest)
	}
	_, err := env.DB.Tips(ctx, env.Checker, "spam", factcheck.TipID{}, 2)
	wantCode(t, err, factcheck.CodeInvalid)
	_, err = env.DB.Tips(ctx, env.Checker, factcheck.TipOpen, factcheck.TipID{}, 101)
	wantCode(t, err, factcheck.CodeInvalid)
}

func TestTheHouseSaysHowLongContactsAreKept(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	ok(t, env.DB.EditTipRules(ctx, env.Admin, 0, store.TipRules{Days: 7}))
	wantCode(t, env.DB.EditTipRules(ctx, env.Admin, 0, store.TipRules{Days: 8}), factcheck.CodeConflict)
	wantCode(t, env.DB.EditTipRules(ctx, env.Editor, 1, store.TipRules{Days: 8}), factcheck.CodeForbidden)
	for _, days := range []int{0, -1, 91} {
		wantCode(t, env.DB.EditTipRules(ctx, env.Admin, 1, store.TipRules{Days: days}), factcheck.CodeInvalid)
	}
	id := must[factcheck.TipID](t)(env.DB.FileTip(ctx, factcheck.System(), factcheck.TipInput{Text: "Is the bridge closed?", Contact: "ann@reader.example"}))
	env.Clock.Advance(7*24*time.Hour + time.Minute)
	if n := must[int](t)(env.DB.ExpireTips(ctx, factcheck.System())); n != 1 {
		t.Errorf("erased %d contacts, want that of %s", n, id)
	}
}
