package store_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestWordingsAreSetAsAWhole(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	id := env.Claim(t, "The mayor resigned.")
	long := strings.Repeat("استقال رئيس ", factcheck.MaxClaimText/12) // longer than an index row
	ok(t, env.DB.SetWordings(ctx, env.Checker, id, 1, []factcheck.Wording{
		{Language: "fr", Text: " La maire a\ndémissionné. "}, {Language: "fr", Text: "La maire a démissionné."}, {Language: "ar", Text: long},
	}))
	want := []factcheck.Wording{{Language: "ar", Text: strings.TrimSpace(long)}, {Language: "fr", Text: "La maire a démissionné."}}
	if diff := cmp.Diff(want, working(t, env, id).Wordings); diff != "" {
		t.Errorf("the wordings differ (-want +got):\n%s", diff)
	}
	wantCode(t, env.DB.SetWordings(ctx, env.Checker, id, 1, want[1:]), factcheck.CodeConflict)
	ok(t, env.DB.SetWordings(ctx, env.Checker, id, 2, want[1:]))
	if diff := cmp.Diff(want[1:], working(t, env, id).Wordings); diff != "" {
		t.Errorf("the wordings differ (-want +got):\n%s", diff)
	}
	ok(t, env.DB.SetWordings(ctx, env.Checker, id, 3, want[1:])) // nothing changed
	if got := working(t, env, id); got.Revision != 3 || audited(t, env, "claim.wordings", id) != 3 {
		t.Errorf("got revision %d, want 3: the last act changed nothing", got.Revision)
	}
}

func TestWordingsThatBreakARule(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	id := env.Claim(t, "The mayor resigned.")
	set := func(w ...factcheck.Wording) error { return env.DB.SetWordings(t.Context(), env.Checker, id, 1, w) }
	wantCode(t, set(factcheck.Wording{Language: "french", Text: "x"}), factcheck.CodeInvalid)
	wantCode(t, set(factcheck.Wording{Language: "fr", Text: "\u200e"}), factcheck.CodeInvalid)
	wantCode(t, set(factcheck.Wording{Language: "fr", Text: "a\xffb"}), factcheck.CodeInvalid)
	wantCode(t, set(factcheck.Wording{Language: "fr", Text: strings.Repeat("x", factcheck.MaxClaimText+1)}), factcheck.CodeInvalid)
	wantCode(t, set(make([]factcheck.Wording, factcheck.MaxWordings+1)...), factcheck.CodeInvalid)
	wantCode(t, env.DB.SetWordings(t.Context(), env.Checker, factcheck.ClaimID{1}, 1, nil), factcheck.CodeNotFound)
}

// Adding or removing a part of what is approved takes a submitted version back and makes an author, whoever wrote the part.
func TestWhoeverTouchesAPartIsAnAuthor(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	fr := []factcheck.Wording{{Language: "fr", Text: "La maire a démissionné."}}
	photo := factcheck.MediaInput{URL: "https://social.example/photo.jpg", Kind: factcheck.MediaImage, Category: factcheck.CategoryEditedOrCropped, Alt: "Two boxes."}
	for name, touch := range map[string]func(factcheck.ClaimID) error{
		"adds a wording": func(id factcheck.ClaimID) error {
			c := working(t, env, id)
			return env.DB.SetWordings(ctx, env.Editor, id, c.Revision, append(c.Wordings, factcheck.Wording{Language: "de", Text: "Sie ist zurückgetreten."}))
		},
		"removes a wording": func(id factcheck.ClaimID) error {
			return env.DB.SetWordings(ctx, env.Editor, id, working(t, env, id).Revision, nil)
		},
		"adds a medium": func(id factcheck.ClaimID) error {
			_, err := env.DB.AddMedia(ctx, env.Editor, id, factcheck.MediaInput{URL: "https://social.example/film", Kind: factcheck.MediaVideo})
			return err
		},
		"removes a medium": func(id factcheck.ClaimID) error {
			return env.DB.RemoveMedia(ctx, env.Editor, id, working(t, env, id).Media[0].ID)
		},
	} {
		id := env.Claim(t, "The mayor resigned and nobody "+name+".")
		ok(t, env.DB.SetWordings(ctx, env.Checker, id, 1, fr))
		must[factcheck.MediaID](t)(env.DB.AddMedia(ctx, env.Checker, id, photo))
		v := must[store.Version](t)(env.DB.DraftVerdict(ctx, env.Checker, id, env.Draft("False")))
		v = must[store.Version](t)(env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision))
		ok(t, touch(id))
		_, err := env.DB.ApproveVerdict(ctx, env.Editor2, v.ID, v.Hash)
		if got := factcheck.CodeOf(err); got != factcheck.CodeConflict {
			t.Errorf("whoever %s: the submitted version was approved all the same: %v", name, err)
		}
		if got := working(t, env, id).Stage; got != factcheck.StageChecking {
			t.Errorf("whoever %s: the claim is %s, want checking", name, got)
		}
		v = must[store.Version](t)(env.DB.NewsroomVersion(ctx, env.Checker, v.ID))
		v = must[store.Version](t)(env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision))
		_, err = env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash)
		if got := factcheck.CodeOf(err); got != factcheck.CodeForbidden {
			t.Errorf("whoever %s approved it afterwards: %v", name, err)
		}
	}
}

func TestMediaOfAClaim(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor resigned.", "False")
	at := head(t, env)
	photo := factcheck.MediaInput{URL: "https://social.example/photo.jpg", Kind: factcheck.MediaImage, Category: factcheck.CategoryStaged, Alt: "Two boxes."}
	id := must[factcheck.MediaID](t)(env.DB.AddMedia(ctx, env.Checker, v.Claim, photo))
	if diff := cmp.Diff([]store.Media{{MediaInput: photo, ID: id}}, working(t, env, v.Claim).Media); diff != "" {
		t.Errorf("the media differ (-want +got):\n%s", diff)
	}
	if got := public(t, env, v.Claim); len(got.Media) != 0 || len(feed(t, env, at)) != 0 {
		t.Errorf("readers see %v before it was approved", got.Media)
	}
	_, err := env.DB.AddMedia(ctx, env.Checker, v.Claim, photo)
	wantCode(t, err, factcheck.CodeConflict)
	env.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "The photo was added.")
	if got := public(t, env, v.Claim); len(got.Media) != 1 || got.Media[0].Category != "StagedContent" {
		t.Errorf("got %v, want the approved photo", got.Media)
	}
	ok(t, env.DB.RemoveMedia(ctx, env.Checker, v.Claim, id))
	if got := public(t, env, v.Claim); len(got.Media) != 1 {
		t.Error("what was approved changed")
	}
	wantCode(t, env.DB.RemoveMedia(ctx, env.Checker, v.Claim, id), factcheck.CodeNotFound)
	if audited(t, env, "claim.media_add", v.Claim) != 1 || audited(t, env, "claim.media_remove", v.Claim) != 1 {
		t.Error("the acts are not in the audit log")
	}
	for name, in := range map[string]factcheck.MediaInput{
		"no address": {Kind: factcheck.MediaImage}, "a script": {URL: "javascript:alert(1)", Kind: factcheck.MediaImage},
		"no kind": {URL: "https://a.example/"}, "another kind": {URL: "https://a.example/", Kind: "hologram"},
		"another category": {URL: "https://a.example/", Kind: factcheck.MediaImage, Category: "Fake"},
		"a NUL in alt":     {URL: "https://a.example/", Kind: factcheck.MediaImage, Alt: "a\x00b"},
	} {
		if _, err := env.DB.AddMedia(ctx, env.Checker, v.Claim, in); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
	_, err = env.DB.AddMedia(ctx, env.Checker, factcheck.ClaimID{1}, photo)
	wantCode(t, err, factcheck.CodeNotFound)
}
