package demo

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// played plays the whole story into a fresh database.
func played(t *testing.T) (*store.DB, *Content) {
	t.Helper()
	env := storetest.Empty(t)
	clock := &Clock{}
	db, err := store.Open(t.Context(), store.Options{URL: env.URL, Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	done := 0
	if err := Play(t.Context(), db, clock, time.Now(), func(n, _ int) { done = n }); err != nil {
		t.Fatal(err)
	}
	content, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if want := len(content.Story(time.Now())); done != want {
		t.Errorf("got told of %d events, want %d", done, want)
	}
	return db, content
}

// exported returns everything public, as bytes and decoded.
func exported(t *testing.T, db *store.DB) (string, []document.Claim) {
	t.Helper()
	var all strings.Builder
	var claims []document.Claim
	err := db.Export(t.Context(), factcheck.ClaimID{}, func(store.ExportHead) error { return nil }, func(d store.Document) error {
		all.Write(d.Stored)
		c, err := document.Decode(d.Stored, "https://assay.example", d.Seq)
		claims = append(claims, c)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String(), claims
}

func TestDemonstrationShowsEveryStateOfAClaim(t *testing.T) {
	t.Parallel()
	db, content := played(t)
	public, claims := exported(t, db)
	if len(claims) < 25 {
		t.Errorf("got %d public claims, want at least 25", len(claims))
	}
	seen := map[string]int{}
	for _, c := range claims {
		seen["language "+c.Language]++
		if strings.Contains(strings.ToLower(c.Text), "resigned") {
			seen["resigned"]++
		}
		if len(c.Verdicts) > 2 {
			seen["several publishers"]++
		}
		for _, v := range c.Verdicts {
			seen["state "+v.State]++
			seen["origin "+v.Origin]++
			if v.Version > 2 {
				seen["three versions"]++
			}
		}
	}
	for _, want := range []string{
		"language en", "language ar", "language es", "several publishers", "state current", "state retracted", "origin house", "origin imported", "three versions",
	} {
		if seen[want] == 0 {
			t.Errorf("there is no public claim with %s: %v", want, seen)
		}
	}
	if seen["resigned"] < 3 {
		t.Errorf("%d public claims say resigned, want at least 3", seen["resigned"])
	}
	for _, c := range content.Claimants {
		if c.Private && strings.Contains(public, c.Name) {
			t.Errorf("the private person %s is named in public", c.Key)
		}
	}
	for _, tip := range content.Tips {
		if tip.Contact != "" && strings.Contains(public, tip.Contact) {
			t.Errorf("the contact of tip %s is public", tip.Key)
		}
	}
	found, _, err := db.ListClaims(t.Context(), store.ListFilter{Query: "resigned", Publisher: store.AnyPublisher, Limit: 50})
	if err != nil || len(found) < 3 {
		t.Errorf("a search for resigned finds %d claims, %v; want at least 3", len(found), err)
	}
}

func TestDemonstrationKeepsItsSecrets(t *testing.T) {
	t.Parallel()
	db, content := played(t)
	public, claims := exported(t, db)
	texts := make([]string, 0, len(claims))
	for _, c := range claims {
		texts = append(texts, c.Text)
	}
	hidden := 0
	for _, cl := range content.Claims {
		approved := slices.ContainsFunc(cl.Steps, func(s Step) bool { return s.Do == DoApprove || s.Do == DoMerge })
		imported := slices.ContainsFunc(content.Imports, func(im Import) bool { return im.Claim == cl.Key })
		if approved || imported {
			continue
		}
		hidden++
		quoted, err := json.Marshal(cl.Text)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(texts, cl.Text) || strings.Contains(public, string(quoted)) {
			t.Errorf("claim %s was never approved, and is public", cl.Key)
		}
	}
	if hidden < 3 {
		t.Errorf("only %d claims are hidden; the demonstration should have drafts and claims in review", hidden)
	}
}
