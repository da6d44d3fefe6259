package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// indexed returns the names on all pages of an index, two at a time.
func indexed(t *testing.T, env *storetest.Env, kind store.IndexKind, f store.IndexFilter) []string {
	t.Helper()
	f.Limit = 2
	var names []string
	for range 9 {
		list, next, err := env.DB.Index(t.Context(), kind, f)
		ok(t, err)
		for _, e := range list {
			names = append(names, e.Name)
		}
		if f.Cursor = next; next == "" {
			return names
		}
	}
	t.Fatalf("the index of %s has no end", kind)
	return nil
}

// carried links an article that repeats a claim.
func carried(t *testing.T, env *storetest.Env, claim factcheck.ClaimID, url string) {
	t.Helper()
	a, err := env.DB.AddArticle(t.Context(), env.Checker, factcheck.ArticleInput{URL: url, Title: "x", Text: "x"})
	ok(t, err)
	_, err = env.DB.LinkArticle(t.Context(), env.Checker, a.Article, claim, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats})
	ok(t, err)
}

func TestIndexesListWhatHasAPage(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	topic := func(name string, names map[string]string) factcheck.TopicID {
		return must[factcheck.TopicID](t)(env.DB.AddTopic(ctx, env.Editor, factcheck.TopicInput{Name: name, Names: names}))
	}
	ann := claimant(t, env, factcheck.ClaimantInput{Name: "ann Example", Kind: factcheck.ClaimantPerson})
	emil := claimant(t, env, factcheck.ClaimantInput{Name: "Émil Example", Kind: factcheck.ClaimantPerson})
	zoe := claimant(t, env, factcheck.ClaimantInput{Name: "Zoe Private", Kind: factcheck.ClaimantPerson, Private: true, Description: "a neighbour"})
	harbours, money, eels := topic("Harbours", map[string]string{"es-419": "Puertos"}), topic("money", nil), topic("Éels", nil)
	topic("Nothing public", nil)
	for i, claim := range []struct {
		who   factcheck.ClaimantID
		topic factcheck.TopicID
	}{{emil, money}, {ann, harbours}, {zoe, harbours}, {ann, eels}, {emil, money}} {
		v := publishedUnder(t, env, "Claim "+string(rune('A'+i))+".", "False", claim.who, claim.topic)
		if i < 2 {
			carried(t, env, v.Claim, "https://"+[]string{"wire", "post"}[i]+".example/1")
		}
		env.Clock.Advance(time.Second)
	}
	for _, tt := range []struct {
		name string
		kind store.IndexKind
		f    store.IndexFilter
		want []string
	}{
		{"topics as people read names", store.IndexTopics, store.IndexFilter{}, []string{"Éels", "Harbours", "money"}},
		{"topics in another language", store.IndexTopics, store.IndexFilter{Language: "es"}, []string{"Éels", "money", "Puertos"}},
		{"topics by number", store.IndexTopics, store.IndexFilter{Sort: store.IndexByChecks}, []string{"Harbours", "money", "Éels"}},
		{"topics, newest first", store.IndexTopics, store.IndexFilter{Sort: store.IndexByNewest}, []string{"money", "Éels", "Harbours"}},
		{"claimants, nobody private", store.IndexClaimants, store.IndexFilter{}, []string{"ann Example", "Émil Example"}},
		{"claimants, newest first", store.IndexClaimants, store.IndexFilter{Sort: store.IndexByNewest}, []string{"Émil Example", "ann Example"}},
		{"outlets", store.IndexOutlets, store.IndexFilter{}, []string{"post.example", "wire.example"}},
		{"outlets, newest first", store.IndexOutlets, store.IndexFilter{Sort: store.IndexByNewest}, []string{"post.example", "wire.example"}},
	} {
		if diff := cmp.Diff(tt.want, indexed(t, env, tt.kind, tt.f)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	list, _, err := env.DB.Index(ctx, store.IndexClaimants, store.IndexFilter{Limit: 9})
	ok(t, err)
	if list[0].Count != 2 || list[0].Slug != "ann-example" || list[0].Detail != "person" {
		t.Errorf("got %+v, want her two claims", list[0])
	}
	for name, f := range map[string]store.IndexFilter{
		"a ranking of people": {Sort: store.IndexByChecks, Limit: 2}, "an order": {Sort: "x", Limit: 2}, "a cursor": {Cursor: "x", Limit: 2}, "no limit": {},
		"a moment that is none": {Cursor: "f_________8AAAAAAAAAAAAAAAAAAAAA", Limit: 2},
	} {
		_, _, err := env.DB.Index(ctx, store.IndexClaimants, f)
		if factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
}

func TestClaimsOfASubjectAreOrderedByWhatReadersAskFor(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	topic := must[factcheck.TopicID](t)(env.DB.AddTopic(ctx, env.Editor, factcheck.TopicInput{Name: "Harbours"}))
	for i, label := range []string{"False", "True", "False", "Misleading"} {
		v := publishedUnder(t, env, "Claim "+string(rune('A'+i))+".", label, factcheck.ClaimantID{}, topic)
		for j := range []int{1, 0, 2, 0}[i] {
			carried(t, env, v.Claim, "https://wire.example/"+string(rune('a'+2*i+j)))
		}
		env.Clock.Advance(time.Second)
	}
	for sort, want := range map[store.SubjectSort][]string{
		store.SubjectNewest: {"claim-d", "claim-c", "claim-b", "claim-a"}, store.SubjectRepeated: {"claim-c", "claim-a", "claim-d", "claim-b"},
		store.SubjectRating: {"claim-b", "claim-c", "claim-a", "claim-d"},
	} {
		f, got := store.SubjectFilter{Sort: sort, Limit: 1}, []string(nil)
		for len(got) < 9 {
			page := must[store.PublicTopic](t)(env.DB.TopicBySlug(ctx, "harbours", f))
			got = append(got, page.Docs[0].Slug)
			if f.Cursor = page.Next; f.Cursor == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", sort, got, want)
		}
	}
	for _, f := range []store.SubjectFilter{{Sort: "x", Limit: 2}, {Sort: store.SubjectRating, Cursor: "x", Limit: 2}, {Sort: store.SubjectRating, Cursor: "1.x", Limit: 2}} {
		_, err := env.DB.TopicBySlug(ctx, "harbours", f)
		wantCode(t, err, factcheck.CodeInvalid)
	}
}

// TestClaimantsOfOneNameAreToldApart holds that of several claimants with one name each says whose it is, and nobody is named who is
// not allowed.
func TestClaimantsOfOneNameAreToldApart(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, record("one.example", "The bridge is closed.", "False"), record("two.example", "The tower fell.", "False"))
	runImport(t, env, store.ImportOptions{}, record("hidden.example", "The river is dry.", "False"))
	list, _, err := env.DB.Index(t.Context(), store.IndexClaimants, store.IndexFilter{Limit: 9})
	ok(t, err)
	var got []string
	for _, e := range list {
		got = append(got, e.Name+" by "+e.NamedBy)
	}
	slices.Sort(got)
	if len(got) != 2 || got[0] == got[1] || strings.HasSuffix(got[0], " by ") {
		t.Errorf("got %q, want two of one name, each with its publisher", got)
	}
}
