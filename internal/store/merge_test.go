package store_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func merge(t *testing.T, env *storetest.Env, from, into factcheck.ClaimID) error {
	t.Helper()
	return env.DB.MergeClaims(t.Context(), env.Editor, from, into, "The same rumour in other words.")
}

func TestMergeMovesWhatHangsOnAClaim(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	into := env.Published(t, "The mayor has resigned.", "False").Claim
	from := env.Claim(t, "The mayor quit.")
	in := said("The mayor quit.")
	in.Topics = []factcheck.TopicID{topic(t, env, "Politics")}
	ok(t, env.DB.EditClaim(ctx, env.Checker, from, 1, in))
	ok(t, env.DB.SetWordings(ctx, env.Checker, from, 2, []factcheck.Wording{{Language: "fr", Text: "Elle est partie."}, {Language: "en", Text: "The mayor has resigned."}}))
	must[factcheck.MediaID](t)(env.DB.AddMedia(ctx, env.Checker, from, factcheck.MediaInput{URL: "https://social.example/p.jpg", Kind: factcheck.MediaImage}))
	ap := linked(t, env, from, "https://social.example/1", factcheck.StanceMakes)
	tip := must[factcheck.TipID](t)(env.DB.FileTip(ctx, factcheck.System(), factcheck.TipInput{Text: "Did the mayor quit?"}))
	ok(t, env.DB.AttachTip(ctx, env.Checker, tip, from))
	at := head(t, env)
	if p := must[store.MergePreview](t)(env.DB.PreviewMerge(ctx, env.Editor, from, into)); p.Tips != 1 {
		t.Errorf("the preview counts %d tips, want 1", p.Tips)
	}
	ok(t, merge(t, env, from, into))
	if got := must[store.Tip](t)(env.DB.Tip(ctx, env.Checker, tip)); got.Claim != into {
		t.Errorf("the tip asks for %s, want %s", got.Claim, into)
	}

	got := working(t, env, into)
	if len(got.Appearances) != 1 || got.Appearances[0].ID != ap || len(got.Topics) != 1 || len(got.Media) != 1 {
		t.Errorf("got appearances %v, topics %v, media %v; want one each", got.Appearances, got.Topics, got.Media)
	}
	want := []factcheck.Wording{{Language: "en", Text: "The mayor quit."}, {Language: "fr", Text: "Elle est partie."}}
	if diff := cmp.Diff(want, got.Wordings); diff != "" {
		t.Errorf("the wordings differ (-want +got):\n%s", diff)
	}
	old := working(t, env, from)
	if old.Stage != factcheck.StageMerged || old.MergedInto != into || old.StageNote != "The same rumour in other words." || audited(t, env, "claim.merge", from) != 1 {
		t.Errorf("got stage %s into %s, note %q", old.Stage, old.MergedInto, old.StageNote)
	}
	if diff := cmp.Diff([]string{"appearance.added " + into.String()}, feed(t, env, at)); diff != "" {
		t.Errorf("the feed differs (-want +got):\n%s", diff)
	}
	if doc := public(t, env, into); len(doc.Appearances) != 1 || len(doc.Topics) != 1 || len(doc.Wordings) != 0 {
		t.Errorf("readers see %v, %v, %v; want the link and the topic, and the wording not before it is approved", doc.Appearances, doc.Topics, doc.Wordings)
	}
	if d := must[store.Document](t)(env.DB.ClaimBySlug(ctx, "the-mayor-quit")); d.Claim != into {
		t.Errorf("the old address leads to %s, want %s", d.Claim, into)
	}
	if kind := ask[string](t, env, `SELECT kind FROM appearance_events WHERE appearance_id = $1 ORDER BY id DESC LIMIT 1`, ap); kind != "moved" {
		t.Errorf("the last event is %q, want moved", kind)
	}
	for name, err := range map[string]error{
		"edit":    env.DB.EditClaim(ctx, env.Checker, from, old.Revision, said("x")),
		"word":    env.DB.SetWordings(ctx, env.Checker, from, old.Revision, nil),
		"assign":  env.DB.AssignClaim(ctx, env.Checker, from, env.Checker.Person),
		"check":   env.DB.StartChecking(ctx, env.Checker, from),
		"decline": env.DB.DeclineClaim(ctx, env.Checker, from, old.Revision, "x"),
		"reopen":  env.DB.ReopenClaim(ctx, env.Checker, from, old.Revision),
		"rename":  env.DB.RenameSlug(ctx, env.Editor, from, old.Revision, "x"),
	} {
		if factcheck.CodeOf(err) != factcheck.CodeConflict {
			t.Errorf("%s of a merged claim: got %v, want a conflict", name, err)
		}
	}
}

func TestMergeJudgesAnArticleOnBothClaims(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	into := imported(t, env, "The mayor resigned.") // lists https://social.example/p/1
	from := env.Claim(t, "The mayor quit.")
	// Judged on the claim that goes, listed on the one that stays: the judgement comes over, with the correction.
	took := linked(t, env, from, "https://social.example/p/1", factcheck.StanceMakes)
	day := time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	ok(t, env.DB.MarkCorrection(ctx, env.Checker, took, 1, factcheck.MarkInput{State: factcheck.StateRemoved, At: day}))
	// Judged on both: the one that stays keeps its own.
	both := linked(t, env, into, "https://social.example/2", factcheck.StanceReports)
	left := linked(t, env, from, "https://social.example/2", factcheck.StanceMakes)
	at := head(t, env)
	ok(t, merge(t, env, from, into))

	doc := public(t, env, into)
	got := map[string]string{}
	for _, a := range doc.Appearances {
		got[a.Article.URL] = fmt.Sprintf("%s by %s, %s", a.Stance, a.SetBy, a.Correction.State)
	}
	want := map[string]string{"https://social.example/p/1": "makes by person, removed", "https://social.example/2": "reports by person, standing"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the appearances differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"appearance.removed " + into.String()}, feed(t, env, at)); diff != "" {
		t.Errorf("the feed differs (-want +got):\n%s", diff)
	}
	if n := ask[int](t, env, `SELECT count(*) FROM appearances WHERE claim_id = $1`, from); n != 2 {
		t.Errorf("%d doubled links stay with the merged claim, want 2", n)
	}
	for _, id := range []factcheck.AppearanceID{took, left} {
		err := env.DB.SetStance(ctx, env.Checker, id, 1, factcheck.AppearanceInput{Stance: factcheck.StanceReports})
		wantCode(t, err, factcheck.CodeConflict)
	}
	kinds := ask[[]string](t, env, `SELECT array_agg(kind ORDER BY id) FROM appearance_events WHERE appearance_id = $1`, both)
	if diff := cmp.Diff([]string{"linked"}, kinds); diff != "" {
		t.Errorf("the events of the link that stays differ (-want +got):\n%s", diff)
	}
}

func TestMergeMovesOtherPublishersVerdicts(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	into := env.Published(t, "The mayor has resigned.", "False").Claim
	from := imported(t, env, "The mayor quit.")
	at := head(t, env)
	ok(t, merge(t, env, from, into))
	doc := public(t, env, into)
	if len(doc.Verdicts) != 2 || doc.Text != "The mayor has resigned." || doc.Verdicts[1].Publisher.Site != "checks.example" {
		t.Errorf("got %d verdicts on %q, want the house's and the other's on the approved text", len(doc.Verdicts), doc.Text)
	}
	got := feed(t, env, at)
	want := []string{"claim.merged " + from.String(), "verdict.updated " + into.String(), "appearance.added " + into.String()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the feed differs (-want +got):\n%s", diff)
	}
	d := must[store.Document](t)(env.DB.ClaimByID(t.Context(), from))
	if d.Claim != into {
		t.Errorf("the merged claim's id leads to %s, want %s", d.Claim, into)
	}
	// The next import of the same file finds its verdict where it went.
	counts, _ := runImport(t, env, store.ImportOptions{AllowPublishers: true}, record("checks.example", "The mayor quit.", "False"))
	if counts.Unchanged != 1 {
		t.Errorf("got %+v, want unchanged", counts)
	}
}

func TestMergeKeepsOneVerdictAPublisher(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	first, second := record("checks.example", "The mayor resigned.", "False"), record("checks.example", "The mayor quit.", "True")
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, first, second)
	bySlug := func(slug string) factcheck.ClaimID {
		return must[store.Document](t)(env.DB.ClaimBySlug(t.Context(), slug)).Claim
	}
	from, into := bySlug("the-mayor-quit"), bySlug("the-mayor-resigned")
	at := head(t, env)
	ok(t, merge(t, env, from, into))
	if doc := public(t, env, into); len(doc.Verdicts) != 1 || doc.Verdicts[0].Rating.Label != "False" {
		t.Errorf("got %+v, want the verdict that was there", doc.Verdicts)
	}
	if got := feed(t, env, at); !slices.Contains(got, "claim.merged "+from.String()) {
		t.Errorf("got %v, want the merge in the feed", got)
	}
	if d := must[store.Document](t)(env.DB.ClaimBySlug(t.Context(), "the-mayor-quit")); d.Claim != into {
		t.Error("the merged claim is still public by itself")
	}
}

func TestMergeNeverMovesTheHousesVerdict(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	a, b := env.Published(t, "The mayor has resigned.", "False"), env.Published(t, "The mayor quit.", "False")
	open, draft := env.Claim(t, "The mayor left."), env.Claim(t, "The mayor is gone.")
	must[store.Version](t)(env.DB.DraftVerdict(ctx, env.Checker, draft, env.Draft("False")))
	for name, pair := range map[string][2]factcheck.ClaimID{
		"into itself":                 {a.Claim, a.Claim},
		"both published":              {a.Claim, b.Claim},
		"the other way round":         {a.Claim, open},
		"with an open draft":          {draft, a.Claim},
		"a claim that does not exist": {factcheck.ClaimID{1}, a.Claim},
	} {
		want := factcheck.CodeConflict
		switch name {
		case "into itself":
			want = factcheck.CodeInvalid
		case "a claim that does not exist":
			want = factcheck.CodeNotFound
		}
		if err := merge(t, env, pair[0], pair[1]); factcheck.CodeOf(err) != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
	wantCode(t, env.DB.MergeClaims(ctx, env.Editor, open, a.Claim, "  "), factcheck.CodeInvalid)
	ok(t, env.DB.DeclineClaim(ctx, env.Checker, open, 1, "Not a claim."))
	wantCode(t, merge(t, env, b.Claim, open), factcheck.CodeConflict)
	ok(t, merge(t, env, open, a.Claim)) // a declined claim may be folded in
	wantCode(t, merge(t, env, open, b.Claim), factcheck.CodeConflict)

	env.Corrected(t, b.Verdict, factcheck.CorrectionRetraction, "The same as another claim of ours.")
	at := head(t, env)
	ok(t, merge(t, env, b.Claim, a.Claim))
	if diff := cmp.Diff("claim.merged "+b.Claim.String(), feed(t, env, at)[0]); diff != "" {
		t.Errorf("the feed differs (-want +got):\n%s", diff)
	}
	if d := must[store.Document](t)(env.DB.ClaimBySlug(ctx, "the-mayor-quit")); d.Claim != a.Claim {
		t.Errorf("the retracted claim's address leads to %s", d.Claim)
	}
}

func TestMergeShowsNothingTheHouseHasNotPublished(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	into := env.Claim(t, "The mayor has resigned.")
	from := imported(t, env, "The mayor quit.")
	wantCode(t, merge(t, env, from, into), factcheck.CodeConflict)
	if public(t, env, into) != nil {
		t.Error("the working claim is public")
	}
	ok(t, merge(t, env, into, from))
	if doc := public(t, env, from); doc.Text != "The mayor quit." {
		t.Errorf("readers see %q", doc.Text)
	}
}

func TestMergeWaitsForARedaction(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	from, into := env.Claim(t, "Jane Doe of 5 Example Road resigned."), env.Claim(t, "A nurse resigned.")
	asOwner(t, env, `INSERT INTO proposals (id, kind, claim_id, reason, proposed_by, proposed_at) VALUES (gen_random_uuid(), 'redact', $1, 'private_data', $2, now())`, from, env.Checker.Person)
	wantCode(t, merge(t, env, from, into), factcheck.CodeConflict)
}

func TestMergesInARowLeadToTheLast(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	c := env.Published(t, "The mayor has resigned.", "False").Claim
	a, b := env.Claim(t, "The mayor quit."), env.Claim(t, "The mayor left.")
	ok(t, merge(t, env, a, b))
	wantCode(t, merge(t, env, c, a), factcheck.CodeConflict)
	ok(t, merge(t, env, b, c))
	if d := must[store.Document](t)(env.DB.ClaimBySlug(t.Context(), "the-mayor-quit")); d.Claim != c {
		t.Errorf("got %s, want %s", d.Claim, c)
	}
	want := []factcheck.Wording{{Language: "en", Text: "The mayor left."}, {Language: "en", Text: "The mayor quit."}}
	if diff := cmp.Diff(want, working(t, env, c).Wordings); diff != "" {
		t.Errorf("the wordings differ (-want +got):\n%s", diff)
	}
}

func TestMergeTakesASubmittedVersionBack(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Submitted(t, "The mayor has resigned.", "False")
	ok(t, merge(t, env, env.Claim(t, "The mayor quit."), v.Claim))
	_, err := env.DB.ApproveVerdict(t.Context(), env.Editor2, v.ID, v.Hash)
	wantCode(t, err, factcheck.CodeConflict)
	if got := working(t, env, v.Claim).Stage; got != factcheck.StageChecking {
		t.Errorf("the claim is %s, want checking", got)
	}
	v = env.Submitted(t, "The treasurer resigned.", "False")
	ok(t, merge(t, env, env.Claim(t, "“The treasurer resigned”"), v.Claim)) // the same words: nothing to approve anew
	if _, err := env.DB.ApproveVerdict(t.Context(), env.Editor2, v.ID, v.Hash); err != nil {
		t.Errorf("a merge that changed nothing of what is approved: %v", err)
	}
}

func TestMergeStopsAtTheLimitOfWordings(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	into, from := env.Claim(t, "The mayor has resigned."), env.Claim(t, "The mayor quit.")
	fill := func(id factcheck.ClaimID, word string, n int) {
		var w []factcheck.Wording
		for i := range n {
			w = append(w, factcheck.Wording{Language: "en", Text: fmt.Sprintf("%s %d", word, i)})
		}
		ok(t, env.DB.SetWordings(t.Context(), env.Checker, id, 1, w))
	}
	fill(into, "kept", factcheck.MaxWordings-2)
	fill(from, "taken", 5)
	ok(t, merge(t, env, from, into))
	got := working(t, env, into).Wordings
	if len(got) != factcheck.MaxWordings || !slices.Contains(got, factcheck.Wording{Language: "en", Text: "The mayor quit."}) {
		t.Errorf("got %d wordings, want %d with the claim's text among them", len(got), factcheck.MaxWordings)
	}
}

// Two editors merge in a ring at once: one of them is told, and no claim leads to itself.
func TestMergesInARingAtOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	for i := range 5 {
		a, b := env.Claim(t, fmt.Sprintf("The mayor quit, %d.", i)), env.Claim(t, fmt.Sprintf("The mayor left, %d.", i))
		var errs [2]error
		var wg sync.WaitGroup
		wg.Go(func() { errs[0] = merge(t, env, a, b) })
		wg.Go(func() { errs[1] = merge(t, env, b, a) })
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("got %v and %v, want one of them to win", errs[0], errs[1])
		}
		for _, err := range errs {
			if err != nil {
				wantCode(t, err, factcheck.CodeConflict)
			}
		}
	}
}

func TestMergeOfManyArticlesIsOneAct(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	into := env.Published(t, "The mayor has resigned.", "False").Claim
	from := env.Claim(t, "The mayor quit.")
	const n = 300
	asOwner(t, env, `INSERT INTO articles (id, slug, url, url_hash, kind, added_by, created_at)
		SELECT gen_random_uuid(), 'a-' || i, 'https://many.example/' || i, sha256(convert_to(i::text, 'UTF8')), 'page', $1, now() FROM generate_series(1, $2::int) i`, env.Checker.ID, n)
	asOwner(t, env, `INSERT INTO appearances (id, article_id, claim_id, stance, set_by, created_at) SELECT gen_random_uuid(), id, $1, 'repeats', 'person', now() FROM articles`, from)
	at := head(t, env)
	ok(t, merge(t, env, from, into))
	var doc *document.Claim
	if doc = public(t, env, into); len(doc.Appearances) != n {
		t.Errorf("got %d appearances, want %d", len(doc.Appearances), n)
	}
	if got := feed(t, env, at); len(got) != n || strings.Count(strings.Join(got, " "), "appearance.added") != n {
		t.Errorf("got %d entries in the feed, want %d", len(got), n)
	}
}
