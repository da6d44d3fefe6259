package finder_test

import (
	"context"
	"encoding/hex"
	"slices"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/canonurl"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func hashOf(t *testing.T, at string) [32]byte {
	t.Helper()
	a, err := canonurl.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	return a.Hash()
}

func TestPlacesFollowPublicationsAndSpellings(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor has resigned.", "False")
	add := func(in factcheck.ArticleInput) factcheck.ArticleID {
		a, err := env.DB.AddArticle(ctx, env.Checker, in)
		if err != nil {
			t.Fatal(err)
		}
		return a.Article
	}
	article := add(factcheck.ArticleInput{URL: "https://www.news.example/a?utm_source=x", Title: "A", Text: "x"})
	if _, err := env.DB.LinkArticle(ctx, env.Checker, article, v.Claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes}); err != nil {
		t.Fatal(err)
	}
	f := warm(t, env.DB, "")
	places, ok := f.PlacesAt([][32]byte{hashOf(t, "news.example/a"), hashOf(t, "news.example/b")}, 2)
	if !ok || len(places[0]) != 1 || places[0][0].Article != article || places[0][0].Claim != v.Claim || len(places[1]) != 0 {
		t.Errorf("got %v, %v; want the article and nothing", places, ok)
	}
	if _, ok := f.PlacesAt(nil, 3); ok {
		t.Error("the memory says that it knows of a change that is not yet")
	}
	hash := hashOf(t, "news.example/a")
	for digits := 3; digits <= 5; digits++ {
		prefix := hex.EncodeToString(hash[:])[:digits]
		mine, ok := f.PlacesUnder(prefix, 0)
		stored, err := env.DB.PlacesUnder(ctx, prefix)
		if !ok || err != nil || len(mine) != 1 || !slices.Equal(mine, stored) {
			t.Errorf("%s: got %v from memory, %v, %v from the store, want the article", prefix, mine, stored, err)
		}
	}
	for _, wrong := range []string{"", "ab", "xyz"} {
		if mine, _ := f.PlacesUnder(wrong, 0); len(mine) != 0 {
			t.Errorf("%q: got %v, want nothing", wrong, mine)
		}
	}
	running, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- f.Run(running) }()
	add(factcheck.ArticleInput{URL: "https://news.example/a", Spellings: []string{"https://sho.rt/x"}, Title: "A", Text: "x"})
	for end := time.Now().Add(20 * time.Second); ; {
		found, _ := f.PlacesAt([][32]byte{hashOf(t, "https://sho.rt/x")}, 0)
		if len(found[0]) == 1 && found[0][0].Article == article {
			break
		}
		if time.Now().After(end) {
			t.Fatal("another spelling of the address was never learnt")
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
