package store_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestScalesAreInstalledOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	if n, err := env.DB.InstallScales(t.Context(), factcheck.Operator()); err != nil || n != 0 {
		t.Errorf("again: got %d, %v; want nothing to do", n, err)
	}
	got := must[[]store.StoredScale](t)(env.DB.Scales(t.Context()))
	want := factcheck.Scales()
	if len(got) != len(want) || got[0].Slug != factcheck.HouseScale || got[0].ID != env.Scale {
		t.Fatalf("got %d scales, the first %s; want %d", len(got), got[0].Slug, len(want))
	}
	for _, w := range want {
		for _, g := range got {
			if g.Slug != w.Slug {
				continue
			}
			for i, l := range w.Labels {
				if l.Aliases == nil {
					w.Labels[i].Aliases = []string{}
				}
			}
			if diff := cmp.Diff(w, g.Scale); diff != "" {
				t.Errorf("the scale %s differs (-want +got):\n%s", w.Slug, diff)
			}
		}
	}
}

// A scale in use is never edited: a change is a new version, and what was rated under the old one keeps it.
func TestVerdictKeepsTheScaleItWasGivenUnder(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	old := env.Published(t, "The mayor has resigned.", "False")
	next := factcheck.Scale{Slug: factcheck.HouseScale, Name: "House ratings", Labels: []factcheck.Label{{Label: "Wrong", Truth: factcheck.TruthFalse, Value: 1}, {Label: "False", Truth: factcheck.TruthMostlyFalse, Value: 2}}}
	id := must[factcheck.ScaleID](t)(env.DB.AddScale(ctx, env.Admin, next))
	newest, scale, err := env.DB.HouseScale(ctx)
	if err != nil || newest != id || scale.Version != 2 || len(scale.Labels) != 2 {
		t.Errorf("got scale %s version %d, %v; want %s version 2", newest, scale.Version, err, id)
	}
	draft := env.Draft("Wrong")
	draft.Scale = id
	v := must[store.Version](t)(env.DB.DraftVerdict(ctx, env.Checker, env.Claim(t, "The bridge is closed."), draft))
	v = must[store.Version](t)(env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision))
	must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash))
	a, b := public(t, env, old.Claim).Verdicts[0].Rating, public(t, env, v.Claim).Verdicts[0].Rating
	if a.Scale != "house/1" || *a.Truth != "false" || b.Scale != "house/2" || b.Label != "Wrong" {
		t.Errorf("got %+v and %+v", a, b)
	}
	draft.Label = "Mostly true" // of the old version
	_, err = env.DB.DraftVerdict(ctx, env.Checker, env.Claim(t, "The school burns."), draft)
	wantCode(t, err, factcheck.CodeInvalid)
	if n := audited(t, env, "scale.add", id); n != 1 {
		t.Errorf("got %d audit entries, want 1", n)
	}
	for _, attack := range []string{
		`UPDATE scale_labels SET truth = 'true' WHERE label = 'False'`, `UPDATE scales SET name = 'x'`, `DELETE FROM scale_labels WHERE label = 'False'`,
		`INSERT INTO scale_labels (scale_id, position, label) SELECT id, 99, 'Iffy' FROM scales WHERE slug = 'house' AND version = 1`,
	} {
		_, err := sqlConn(t, env.OwnerURL).Exec(ctx, attack)
		wantSQLState(t, attack, err, "23000")
	}
}

func TestScalesThatAreRefused(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	good := factcheck.Label{Label: "True", Truth: factcheck.TruthTrue}
	for _, c := range []struct {
		name  string
		scale factcheck.Scale
		code  factcheck.Code
	}{
		{"in order", factcheck.Scale{Slug: "other", Labels: []factcheck.Label{good}}, ""},
		{"no slug", factcheck.Scale{Labels: []factcheck.Label{good}}, factcheck.CodeInvalid},
		{"a slug that is no address", factcheck.Scale{Slug: "Our Scale", Labels: []factcheck.Label{good}}, factcheck.CodeInvalid},
		{"no labels", factcheck.Scale{Slug: "x"}, factcheck.CodeInvalid},
		{"a label twice", factcheck.Scale{Slug: "x", Labels: []factcheck.Label{good, good}}, factcheck.CodeInvalid},
		{"an empty label", factcheck.Scale{Slug: "x", Labels: []factcheck.Label{{Truth: factcheck.TruthTrue}}}, factcheck.CodeInvalid},
		{"space around a label", factcheck.Scale{Slug: "x", Labels: []factcheck.Label{{Label: " True"}}}, factcheck.CodeInvalid},
		{"another reading", factcheck.Scale{Slug: "x", Labels: []factcheck.Label{{Label: "True", Truth: "half"}}}, factcheck.CodeInvalid},
		{"another reason", factcheck.Scale{Slug: "x", Labels: []factcheck.Label{{Label: "True", Reasons: []factcheck.Reason{"vibes"}}}}, factcheck.CodeInvalid},
		{"a value off the line", factcheck.Scale{Slug: "x", Labels: []factcheck.Label{{Label: "True", Value: 6}}}, factcheck.CodeInvalid},
		{"a NUL", factcheck.Scale{Slug: "x", Labels: []factcheck.Label{{Label: "True", Definition: "x\x00"}}}, factcheck.CodeInvalid},
		{"a NUL in an alias", factcheck.Scale{Slug: "x", Labels: []factcheck.Label{{Label: "True", Aliases: []string{"\x00"}}}}, factcheck.CodeInvalid},
		{"a long name", factcheck.Scale{Slug: "x", Name: strings.Repeat("x", 501), Labels: []factcheck.Label{good}}, factcheck.CodeInvalid},
	} {
		_, err := env.DB.AddScale(t.Context(), env.Admin, c.scale)
		if got := factcheck.CodeOf(err); got != c.code {
			t.Errorf("%s: got %v, want code %q", c.name, err, c.code)
		}
	}
	_, err := env.DB.AddScale(t.Context(), env.Editor, factcheck.Scale{Slug: "x", Labels: []factcheck.Label{good}})
	wantCode(t, err, factcheck.CodeForbidden)
	_, err = env.DB.InstallScales(t.Context(), env.Editor)
	wantCode(t, err, factcheck.CodeForbidden)
	_, _, err = storetest.Empty(t).DB.HouseScale(t.Context())
	wantCode(t, err, factcheck.CodeNotFound)
}

// Two who add the next version at once: one adds it, the other is told.
func TestVersionsOfAScaleAreCounted(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	scale := factcheck.Scale{Slug: "other", Labels: []factcheck.Label{{Label: "True", Truth: factcheck.TruthTrue}}}
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() { _, errs[i] = env.DB.AddScale(t.Context(), env.Admin, scale) })
	}
	wg.Wait()
	added := 0
	for _, err := range errs {
		if err == nil {
			added++
		} else {
			wantCode(t, err, factcheck.CodeConflict)
		}
	}
	if n := ask[int](t, env, `SELECT max(version) FROM scales WHERE slug = 'other'`); n != added || added == 0 {
		t.Errorf("the newest version is %d after %d were added", n, added)
	}
}
