package finder_test

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// Claims that these tests look for, far enough from each other that no reading of one is near another.
const (
	mayorClaim  = "The mayor of Exampleville resigned on Friday over the harbour contract."
	ferryClaim  = "The night ferry to the northern islands will stop running for good in October."
	bridgeClaim = "The old railway bridge of Sampleton was built with stolen granite."
)

// crowded files claims enough that the words of those above are rare, as they are in a newsroom.
func crowded(t *testing.T, env *storetest.Env) {
	t.Helper()
	for _, text := range []string{
		"Drinking vinegar every morning cures diabetes.", "A hospital in Otherton turned away forty patients.", "The national library burned its oldest maps.",
		"Every second pupil in the county cannot swim.", "A new tax on bicycles starts in January.", "The minister owns three houses abroad.", "Bees are dying because of street lights.",
	} {
		env.Claim(t, text)
	}
}

// cold returns a finder that has no index.
func cold(t *testing.T, db *store.DB) *finder.Finder {
	t.Helper()
	f, err := finder.New(finder.Config{Store: db, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// article takes a text in.
func article(t *testing.T, env *storetest.Env, title, text string) factcheck.ArticleID {
	t.Helper()
	a, err := env.DB.AddArticle(t.Context(), env.Checker, factcheck.ArticleInput{URL: "https://paper.example/" + factcheck.ArticleID(factcheck.NewUUID(env.Clock.Now())).UUID(), Title: title, Text: text, Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	return a.Article
}

func suggestions(t *testing.T, env *storetest.Env, id factcheck.ArticleID) store.ArticleSuggestions {
	t.Helper()
	s, err := env.DB.ArticleSuggestions(t.Context(), env.Checker, id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnArticleIsSuggestedTheClaimsItMakes(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	crowded(t, env)
	mayor, ferry := env.Published(t, mayorClaim, "False").Claim, env.Claim(t, ferryClaim)
	bridge := env.Claim(t, bridgeClaim)
	f := warm(t, env.DB, "")
	text := "It rained all week, and the shops stayed open until late.\n\n" + mayorClaim + " Nobody at the town hall answered the telephone.\n\n" +
		"“" + ferryClaim + "” said Jane Doe, who sells tickets.\n\n" + "We looked into the granite. " + bridgeClaim + " That is not true: there is no evidence for it."
	id := article(t, env, "A week in town", text)
	got, err := f.Suggest(t.Context(), factcheck.System(), id)
	if err != nil || got.Open < 3 {
		t.Fatalf("got %+v, %v; want at least the three", got, err)
	}
	want := map[factcheck.ClaimID]struct {
		stance factcheck.Stance
		text   string
	}{mayor: {factcheck.StanceMakes, mayorClaim}, ferry: {factcheck.StanceReports, ferryClaim}, bridge: {factcheck.StanceDisputes, bridgeClaim}}
	s := suggestions(t, env, id)
	if !s.Current || s.LookedAt == nil {
		t.Errorf("got %+v, want the text looked at", s)
	}
	for _, o := range s.Open {
		w, known := want[o.Claim.ID]
		if !known {
			continue
		}
		delete(want, o.Claim.ID)
		if o.Reading != factcheck.MatchSame || o.Stance != w.stance || !strings.Contains(o.Anchor.Quote, strings.TrimSuffix(w.text, ".")) || text[o.Anchor.Start:o.Anchor.End] != o.Anchor.Quote || len(o.Why.Words) == 0 {
			t.Errorf("got %s %s (%s) %q, want the same, %s, at its place", o.Reading, o.Stance, o.Reason, o.Anchor.Quote, w.stance)
		}
	}
	if len(want) > 0 {
		t.Errorf("not suggested: %v", want)
	}
	if again, err := f.Suggest(t.Context(), env.Checker, id); err != nil || again.Made != 0 || again.Open != got.Open {
		t.Errorf("again: got %+v, %v; want the same", again, err)
	}
}

func TestWhatWasDecidedIsNotSuggestedAgain(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	crowded(t, env)
	env.Claim(t, mayorClaim)
	env.Claim(t, ferryClaim)
	f := warm(t, env.DB, "")
	id := article(t, env, "Town", mayorClaim+" "+ferryClaim)
	if _, err := f.Suggest(t.Context(), env.Checker, id); err != nil {
		t.Fatal(err)
	}
	open := suggestions(t, env, id).Open
	if len(open) < 2 {
		t.Fatalf("got %d, want two", len(open))
	}
	var list []factcheck.SuggestionDecision
	for i, s := range open {
		list = append(list, factcheck.SuggestionDecision{ID: s.ID, Revision: s.Revision, Accept: i == 0, Stance: factcheck.StanceRepeats})
	}
	if _, err := env.DB.DecideSuggestions(t.Context(), env.Checker, id, list, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := f.Suggest(t.Context(), env.Checker, id); err != nil || got.Open != 0 || got.Made != 0 {
		t.Errorf("got %+v, %v; want nothing again", got, err)
	}
}

func TestNothingIsSuggestedWithoutAnIndexOrAText(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	crowded(t, env)
	id := article(t, env, "Town", mayorClaim)
	cold := cold(t, env.DB)
	if _, err := cold.Suggest(t.Context(), env.Checker, id); !errors.Is(err, finder.ErrWarming) {
		t.Errorf("got %v, want the index to be warming", err)
	}
	f := warm(t, env.DB, "")
	if _, err := f.Suggest(t.Context(), env.Checker, factcheck.ArticleID{15: 1}); factcheck.CodeOf(err) != factcheck.CodeNotFound {
		t.Errorf("got %v, want no such article", err)
	}
	if _, err := f.Suggest(t.Context(), factcheck.Actor{}, id); factcheck.CodeOf(err) != factcheck.CodeUnauthenticated {
		t.Errorf("got %v, want nobody refused", err)
	}
	empty := article(t, env, "No text", "")
	if got, err := f.Suggest(t.Context(), env.Checker, empty); err != nil || got.Open != 0 || !suggestions(t, env, empty).Current {
		t.Errorf("got %+v, %v; want a look that found nothing", got, err)
	}
}

// asked does what filing does before it files: it looks for claims like the one, and stops at one that is the same.
func asked(t *testing.T, f *finder.Finder, actor factcheck.Actor, in factcheck.ClaimInput, distinct []factcheck.Distinction) (finder.Nearby, error) {
	t.Helper()
	near, err := f.Near(t.Context(), actor, in.Text, in.Language)
	if err != nil {
		t.Fatal(err)
	}
	return near, near.CheckDistinct(distinct)
}

func TestAClaimLikeAnotherStopsUntilSomebodySaysWhyNot(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	crowded(t, env)
	mayor := env.Published(t, mayorClaim, "False").Claim
	f := warm(t, env.DB, "")
	in := factcheck.ClaimInput{Text: "The mayor of Exampleville has resigned on Friday over the harbour contract!", Language: "en"}
	near, err := asked(t, f, env.Checker, in, nil)
	if factcheck.CodeOf(err) != factcheck.CodeConflict || len(near.Claims) == 0 || near.Claims[0].ID != mayor || near.Claims[0].Label != "False" {
		t.Fatalf("got %+v, %v; want it stopped by the claim with its verdict", near, err)
	}
	distinct := []factcheck.Distinction{{Claim: mayor, Reason: "another contract"}}
	if _, err := asked(t, f, env.Checker, in, distinct); err != nil {
		t.Errorf("with a reason: got %v, want it let through", err)
	}
	id := article(t, env, "Town", "Nothing.")
	if _, err := env.DB.FileAndLink(t.Context(), env.Checker, id, factcheck.FileLinkInput{Claim: in, Link: factcheck.AppearanceInput{Stance: factcheck.StanceMakes}, Distinct: distinct}); err != nil {
		t.Fatal(err)
	}
	near, err = asked(t, f, env.Checker2, in, nil)
	if factcheck.CodeOf(err) != factcheck.CodeConflict {
		t.Errorf("again: got %v, want what was filed to stop it", err)
	}
	for _, n := range near.Claims {
		if n.Stops() != (n.ID != mayor) {
			t.Errorf("got %+v, want the other told apart for good", n)
		}
	}
	if _, err := asked(t, f, env.Checker, factcheck.ClaimInput{Text: "Herons nest on the roof of the opera.", Language: "en"}, nil); err != nil {
		t.Errorf("something new: got %v, want it let through", err)
	}
	cold := cold(t, env.DB)
	near, err = asked(t, cold, env.Checker, factcheck.ClaimInput{Text: mayorClaim, Language: "en"}, nil)
	if factcheck.CodeOf(err) != factcheck.CodeConflict || !near.Warming {
		t.Errorf("without an index: got %+v, %v; want the very words to stop it", near, err)
	}
}

func TestTheNewsroomLooksUpByWhatItHas(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	crowded(t, env)
	mayor, ferry := env.Published(t, mayorClaim, "False").Claim, env.Claim(t, ferryClaim)
	f := warm(t, env.DB, "")
	cold := cold(t, env.DB)
	slug := "https://desk.example/claims/the-mayor-of-exampleville-resigned-on-friday-over-the-harbour-contract"
	for name, tt := range map[string]struct {
		typed string
		want  factcheck.ClaimID
	}{
		"id": {ferry.String(), ferry}, "address": {slug, mayor}, "words": {"night ferry islands", ferry}, "a typo": {"harbour contrct", mayor},
		"a sentence": {"They say that the mayor of Exampleville resigned over the harbour contract on Friday", mayor},
	} {
		got, err := f.LookUp(t.Context(), env.Checker, tt.typed, 5)
		if err != nil || len(got.Claims) == 0 || got.Claims[0].ID != tt.want || got.Warming {
			t.Errorf("%s: got %+v, %v; want %s first", name, got, err, tt.want)
		}
		if name == "a typo" && len(got.Corrections) == 0 {
			t.Errorf("%s: got %+v, want the correction told", name, got)
		}
		if name == "a sentence" && len(got.Claims) > 0 && !got.Claims[0].Reading.Valid() {
			t.Errorf("%s: got %+v, want a reading", name, got.Claims[0])
		}
	}
	if got, err := cold.LookUp(t.Context(), env.Checker, "night ferry islands", 5); err != nil || !got.Warming || len(got.Claims) != 1 {
		t.Errorf("without an index: got %+v, %v; want the store's answer, and it said so", got, err)
	}
	for _, typed := range []string{"", "   ", "-", `"`, "***", strings.Repeat("x", 1000), "\x00"} {
		if _, err := f.LookUp(t.Context(), env.Checker, typed, 5); err != nil && factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%q: got %v, want an answer or a plain refusal", typed, err)
		}
	}
}
