package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// desk is what the acts below act on.
type desk struct {
	claim, other factcheck.ClaimID
	article      factcheck.ArticleID
	appearance   factcheck.AppearanceID
	media        factcheck.MediaID
	outlet       factcheck.OutletID
	topic        factcheck.TopicID
	claimant     factcheck.ClaimantID
	tip          factcheck.TipID
}

// newDesk makes a desk; several stand in one database by their numbers.
func newDesk(t *testing.T, env *storetest.Env, n int) desk {
	t.Helper()
	d := desk{claim: env.Claim(t, "The mayor has resigned."), other: env.Claim(t, "The treasurer has resigned.")}
	d.article = article(t, env, fmt.Sprintf("https://news%d.example/free", n))
	d.appearance = linked(t, env, d.claim, fmt.Sprintf("https://news%d.example/linked", n), factcheck.StanceMakes)
	d.media = must[factcheck.MediaID](t)(env.DB.AddMedia(t.Context(), env.Checker, d.claim, factcheck.MediaInput{URL: "https://a.example/p", Kind: factcheck.MediaImage}))
	d.outlet = ask[factcheck.OutletID](t, env, `SELECT id FROM outlets WHERE site = $1`, fmt.Sprintf("news%d.example", n))
	d.topic = topic(t, env, fmt.Sprintf("Politics %d", n))
	d.claimant = claimant(t, env, factcheck.ClaimantInput{Name: "Viral post", Kind: factcheck.ClaimantAnonymous})
	d.tip = tip(t, env, "Has she?")
	return d
}

// act is one use case with valid input.
type act struct {
	name   string
	action factcheck.Action
	do     func(context.Context, *store.DB, factcheck.Actor) error
}

// acts returns every use case of this part of the store.
func (d desk) acts() []act { return append(d.claimActs(), d.otherActs()...) }

func second(_ any, err error) error { return err }

func (d desk) claimActs() []act {
	return []act{
		{"FileClaim", factcheck.FileClaim, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return second(db.FileClaim(ctx, a, said("x")))
		}},
		{"EditClaim", factcheck.FileClaim, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return db.EditClaim(ctx, a, d.claim, 1, said("x"))
		}},
		{"StartChecking", factcheck.FileClaim, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return db.StartChecking(ctx, a, d.claim)
		}},
		{"DeclineClaim", factcheck.DeclineClaim, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return db.DeclineClaim(ctx, a, d.claim, 1, "x")
		}},
		{"ReopenClaim", factcheck.DeclineClaim, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return db.ReopenClaim(ctx, a, d.claim, 1)
		}},
		{"AssignClaim", factcheck.FileClaim, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return db.AssignClaim(ctx, a, d.claim, factcheck.PersonID{})
		}},
		{"RenameSlug", factcheck.FileClaim, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return db.RenameSlug(ctx, a, d.claim, 1, "a-new-address")
		}},
		{"MergeClaims", factcheck.MergeClaim, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return db.MergeClaims(ctx, a, d.claim, d.other, "x")
		}},
		{"SetWordings", factcheck.FileClaim, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return db.SetWordings(ctx, a, d.claim, 1, nil)
		}},
		{"AddMedia", factcheck.FileClaim, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return second(db.AddMedia(ctx, a, d.claim, factcheck.MediaInput{URL: "https://a.example/q", Kind: factcheck.MediaImage}))
		}},
		{"RemoveMedia", factcheck.FileClaim, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return db.RemoveMedia(ctx, a, d.claim, d.media)
		}},
	}
}

func (d desk) otherActs() []act {
	return []act{
		{"AddArticle", factcheck.AddArticle, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return second(db.AddArticle(ctx, a, factcheck.ArticleInput{URL: "https://new.example/"}))
		}},
		{"LinkArticle", factcheck.LinkArticle, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return second(db.LinkArticle(ctx, a, d.article, d.claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes}))
		}},
		{"FileAndLink", factcheck.LinkArticle, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return second(db.FileAndLink(ctx, a, d.article, factcheck.FileLinkInput{Claim: said("x"), Link: factcheck.AppearanceInput{Stance: factcheck.StanceMakes}}))
		}},
		{"SetStance", factcheck.LinkArticle, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return db.SetStance(ctx, a, d.appearance, 1, factcheck.AppearanceInput{Stance: factcheck.StanceReports})
		}},
		{"MarkCorrection", factcheck.LinkArticle, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return db.MarkCorrection(ctx, a, d.appearance, 1, factcheck.MarkInput{State: factcheck.StateRemoved})
		}},
		{"EditOutlet", factcheck.ManageTopics, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return db.EditOutlet(ctx, a, d.outlet, 1, factcheck.OutletInput{Name: "x"})
		}},
		{"AddTopic", factcheck.ManageTopics, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return second(db.AddTopic(ctx, a, factcheck.TopicInput{Name: "x"}))
		}},
		{"RenameTopic", factcheck.ManageTopics, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return db.RenameTopic(ctx, a, d.topic, 1, factcheck.TopicInput{Name: "y"})
		}},
		{"AddClaimant", factcheck.EditClaimant, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return second(db.AddClaimant(ctx, a, factcheck.ClaimantInput{Name: "x", Kind: factcheck.ClaimantPerson}))
		}},
		{"EditClaimant", factcheck.EditClaimant, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return db.EditClaimant(ctx, a, d.claimant, 1, factcheck.ClaimantInput{Name: "x", Kind: factcheck.ClaimantAnonymous})
		}},
		{"FileTip", factcheck.FileTip, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return second(db.FileTip(ctx, a, factcheck.TipInput{Text: "x"}))
		}},
		{"Tips", factcheck.HandleTip, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return second(db.Tips(ctx, a, factcheck.TipOpen, factcheck.TipID{}, 1))
		}},
		{"TipToClaim", factcheck.HandleTip, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return second(db.TipToClaim(ctx, a, d.tip, said("x")))
		}},
		{"DeclineTips", factcheck.HandleTip, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return db.DeclineTips(ctx, a, []factcheck.TipID{d.tip}, "opinion", "")
		}},
		{"ExpireTips", factcheck.ExpireTips, func(ctx context.Context, db *store.DB, a factcheck.Actor) error { return second(db.ExpireTips(ctx, a)) }},
		{"NewsroomClaim", factcheck.ReadNewsroom, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return second(db.NewsroomClaim(ctx, a, d.claim))
		}},
		{"ClaimsByStage", factcheck.ReadNewsroom, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return second(db.ClaimsByStage(ctx, a, factcheck.StageTriage, factcheck.ClaimID{}, 1))
		}},
		{"NewsroomTopics", factcheck.ReadNewsroom, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return second(db.NewsroomTopics(ctx, a, "", 1))
		}},
		{"NewsroomOutlets", factcheck.ReadNewsroom, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return second(db.NewsroomOutlets(ctx, a, "", 1))
		}},
		{"NewsroomClaimant", factcheck.ReadNewsroom, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return second(db.NewsroomClaimant(ctx, a, d.claimant))
		}},
		{"FindClaimants", factcheck.ReadNewsroom, func(ctx context.Context, db *store.DB, a factcheck.Actor) error {
			return second(db.FindClaimants(ctx, a, "x", 1))
		}},
	}
}

// rows counts everything a refused act could have left behind.
const rows = `SELECT (SELECT count(*) FROM audit) + (SELECT count(*) FROM claims) + (SELECT sum(version) FROM claims) + (SELECT count(*) FROM claim_slugs)
	+ (SELECT count(*) FROM articles) + (SELECT count(*) FROM appearance_events) + (SELECT count(*) FROM topics) + (SELECT sum(version) FROM topics)
	+ (SELECT count(*) FROM claimants) + (SELECT sum(version) FROM claimants) + (SELECT sum(version) FROM outlets) + (SELECT count(*) FROM tips)
	+ (SELECT sum(version) FROM tips) + (SELECT count(*) FROM media) + (SELECT count(*) FROM wordings) + (SELECT count(*) FROM changes)`

func TestActsOfThoseWhoMayNot(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	d := newDesk(t, env, 1)
	gone := must[factcheck.Actor](t)(env.DB.AddPerson(t.Context(), factcheck.Operator(), store.PersonInput{Email: "gone@desk.example", Name: "Gone", Role: factcheck.RoleAdmin}))
	goneKey := keyOf(t, env, gone, factcheck.ScopeRead, factcheck.ScopeFile, factcheck.ScopeManage)
	asOwner(t, env, `UPDATE people SET disabled_at = now() WHERE id = $1`, gone.Person)
	revoked := keyOf(t, env, env.Admin, factcheck.ScopeRead, factcheck.ScopeFile, factcheck.ScopeManage)
	asOwner(t, env, `UPDATE keys SET revoked_at = now() WHERE id = (SELECT key_id FROM actors WHERE id = $1)`, revoked.ID)
	boast := env.Checker
	boast.Role = factcheck.RoleAdmin // what a request says of itself does not count
	read := keyOf(t, env, env.Admin, factcheck.ScopeRead)
	swollen := read
	swollen.Scopes = []factcheck.Scope{factcheck.ScopeRead, factcheck.ScopeFile, factcheck.ScopeManage}
	actors := map[string]factcheck.Actor{
		"nobody": {}, "an unknown person": {ID: factcheck.ActorID{1}, Kind: factcheck.ActorPerson, Role: factcheck.RoleAdmin},
		"a disabled person": gone, "a disabled person's key": goneKey, "a revoked key": revoked,
	}
	checkers := keyOf(t, env, env.Checker, factcheck.ScopeRead, factcheck.ScopeFile)
	before := ask[int64](t, env, rows)
	for _, a := range d.acts() {
		for name, actor := range actors {
			if err := a.do(t.Context(), env.DB, actor); factcheck.CodeOf(err) != factcheck.CodeUnauthenticated {
				t.Errorf("%s by %s: got %v, want unauthenticated", a.name, name, err)
			}
		}
		for name, actor := range map[string]factcheck.Actor{
			"an admin's reading key": read, "a reading key that says it is more": swollen, "a checker": env.Checker, "a checker who says admin": boast,
			"a checker's key": checkers, "the operator": factcheck.Operator(), "the system": factcheck.System(),
		} {
			honest := actor
			honest.Role, honest.Scopes = factcheck.RoleChecker, actor.Scopes
			if actor.ID == swollen.ID {
				honest.Role, honest.Scopes = factcheck.RoleAdmin, []factcheck.Scope{factcheck.ScopeRead}
			}
			if factcheck.Permit(honest, a.action) == nil {
				continue
			}
			if err := a.do(t.Context(), env.DB, actor); factcheck.CodeOf(err) != factcheck.CodeForbidden {
				t.Errorf("%s by %s: got %v, want forbidden", a.name, name, err)
			}
		}
	}
	if after := ask[int64](t, env, rows); after != before {
		t.Errorf("refused acts left %d rows or revisions behind", after-before)
	}
}

// Each act on a desk of its own, by an editor's key that may manage.
func TestActsOfThoseWhoMay(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	key := keyOf(t, env, env.Editor, factcheck.ScopeRead, factcheck.ScopeFile, factcheck.ScopeManage)
	for i, a := range (desk{}).acts() {
		if a.name == "ReopenClaim" || a.name == "ExpireTips" {
			continue // of a declined claim only; of no key
		}
		if err := newDesk(t, env, i).acts()[i].do(t.Context(), env.DB, key); err != nil {
			t.Errorf("%s by an editor's key with the scope manage: %v", a.name, err)
		}
	}
}

func TestClaimsOfAStageArePaged(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	a, b, c := env.Claim(t, "One."), env.Claim(t, "Two."), env.Claim(t, "Three.")
	ok(t, env.DB.AssignClaim(ctx, env.Checker, b, env.Checker2.Person))
	v := env.Published(t, "Public.", "False")
	page := must[[]store.ClaimSummary](t)(env.DB.ClaimsByStage(ctx, env.Checker, factcheck.StageTriage, factcheck.ClaimID{}, 2))
	rest := must[[]store.ClaimSummary](t)(env.DB.ClaimsByStage(ctx, env.Checker, factcheck.StageTriage, page[1].ID, 2))
	got := []factcheck.ClaimID{}
	for _, s := range append(page, rest...) {
		got = append(got, s.ID)
	}
	if diff := cmp.Diff([]factcheck.ClaimID{c, b, a}, got); diff != "" {
		t.Errorf("the claims differ (-want +got):\n%s", diff)
	}
	if page[1].Name != "Chen Checker" || page[1].Public {
		t.Errorf("got %+v, want the assignee's name", page[1])
	}
	if p := must[[]store.ClaimSummary](t)(env.DB.ClaimsByStage(ctx, env.Checker, factcheck.StagePublished, factcheck.ClaimID{}, 2)); len(p) != 1 || p[0].ID != v.Claim || !p[0].Public {
		t.Errorf("got %+v, want the public claim", p)
	}
	for _, limit := range []int{0, -1, 101} {
		_, err := env.DB.ClaimsByStage(ctx, env.Checker, factcheck.StageTriage, factcheck.ClaimID{}, limit)
		wantCode(t, err, factcheck.CodeInvalid)
	}
	_, err := env.DB.ClaimsByStage(ctx, env.Checker, "spam", factcheck.ClaimID{}, 1)
	wantCode(t, err, factcheck.CodeInvalid)
	_, err = env.DB.NewsroomClaim(ctx, env.Checker, factcheck.ClaimID{1})
	wantCode(t, err, factcheck.CodeNotFound)
	if w := working(t, env, v.Claim); !w.Public || w.Verdict != v.Verdict || !w.Open.IsZero() {
		t.Errorf("got %+v, want the public claim with its verdict and nothing open", w)
	}
	d := must[store.Version](t)(env.DB.DraftCorrection(ctx, env.Checker, v.Verdict, factcheck.CorrectionUpdate, "More."))
	if w := working(t, env, v.Claim); w.Open != d.ID {
		t.Errorf("got open version %s, want %s", w.Open, d.ID)
	}
}
