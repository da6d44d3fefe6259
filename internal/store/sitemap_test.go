package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// sitemapOf reads the sitemap as crawlers do: where each page stands, and when each part says that it changed.
func sitemapOf(t *testing.T, env *storetest.Env) (pages, parts map[string]string) {
	t.Helper()
	pages, parts = map[string]string{}, map[string]string{}
	listed, err := env.DB.SitemapParts(t.Context())
	ok(t, err)
	for _, part := range listed {
		if again, ok := store.ParseSitemapPart(part.Kind, part.String()); !ok || again != part.SitemapPart {
			t.Errorf("got %+v, %t of %s, want %+v", again, ok, part, part.SitemapPart)
		}
		name := string(part.Kind) + "-" + part.String()
		parts[name] = part.Updated.UTC().Format(time.RFC3339Nano)
		entries, err := env.DB.SitemapPages(t.Context(), part.SitemapPart)
		ok(t, err)
		var newest time.Time
		for _, e := range entries {
			page := string(part.Kind) + "/" + e.Slug
			if pages[page] != "" {
				t.Errorf("%s stands in %s and in %s", page, pages[page], name)
			}
			pages[page] = name
			if e.Updated.After(newest) {
				newest = e.Updated
			}
		}
		if !newest.Equal(part.Updated) {
			t.Errorf("%s says that it changed %s, its newest page %s", name, part.Updated, newest)
		}
	}
	return pages, parts
}

func TestSitemapPartsStayWhenAnOlderClaimIsPublished(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "The mayor has resigned.", "False")
	old := env.Submitted(t, "The lake is dry.", "False")
	env.Clock.Advance(40 * 24 * time.Hour)
	env.Published(t, "The bridge is closed.", "False")
	pages, parts := sitemapOf(t, env)
	for page, part := range map[string]string{"claims/the-mayor-has-resigned": "claims-2025-06", "claims/the-bridge-is-closed": "claims-2025-07"} {
		if pages[page] != part {
			t.Errorf("%s stands in %q, want %s", page, pages[page], part)
		}
	}
	_, err := env.DB.ApproveVerdict(t.Context(), env.Editor, old.ID, old.Hash)
	ok(t, err)
	pages2, parts2 := sitemapOf(t, env)
	if pages2["claims/the-lake-is-dry"] != "claims-2025-06" || parts2["claims-2025-06"] == parts["claims-2025-06"] {
		t.Errorf("an older claim stands in %q, which changed %s", pages2["claims/the-lake-is-dry"], parts2["claims-2025-06"])
	}
	for page, part := range pages {
		if pages2[page] != part {
			t.Errorf("%s went from %s to %q", page, part, pages2[page])
		}
	}
	if parts2["claims-2025-07"] != parts["claims-2025-07"] {
		t.Error("a part changed in which nothing did")
	}
}

func TestSitemapSplitsALargeMonthAndListsEveryPageOnce(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	whole := store.SitemapPart{Kind: store.SitemapTopics, Month: time.Date(2099, 12, 1, 0, 0, 0, 0, time.UTC)}
	owner := connect(t, env.OwnerURL)
	_, err := owner.Exec(t.Context(), `ALTER TABLE topics DISABLE TRIGGER USER; ALTER TABLE claim_topics DISABLE TRIGGER USER`) // an entry in the audit log for each
	ok(t, err)
	fill := func(slug string, n int, id string) {
		t.Helper()
		_, err := owner.Exec(t.Context(), `WITH t AS (INSERT INTO topics (id, slug, name, created_at) SELECT `+id+`, $3 || n, $3 || n, now() FROM generate_series(1, $2::int) n RETURNING id)
			INSERT INTO claim_topics (claim_id, topic_id) SELECT $1, id FROM t`, v.Claim, n, slug)
		ok(t, err)
	}
	fill("before-", 10, `('0000' || substr(gen_random_uuid()::text, 5))::uuid`)
	fill("after-", 5000, `('f' || substr(gen_random_uuid()::text, 2))::uuid`)
	if entries, err := env.DB.SitemapPages(t.Context(), whole); err != nil || len(entries) != 5000 {
		t.Fatalf("got %d pages, %v; want 5000 in the last month", len(entries), err)
	}
	fill("more-", 1, `'ffffffff-ffff-ffff-ffff-ffffffffffff'`)
	pages, parts := sitemapOf(t, env)
	in := map[string]int{}
	for page, part := range pages {
		if strings.HasPrefix(page, "topics/") {
			in[part]++
		}
	}
	want := map[string]int{"topics-2020-01": 10}
	for digit := range 16 {
		name := fmt.Sprintf("topics-2099-12-%x", digit)
		if parts[name] == "" {
			t.Errorf("there is no %s", name)
		}
		want[name] = in[name] // whose number is random
	}
	if diff := cmp.Diff(want, in); diff != "" {
		t.Errorf("wrong parts (-want +got):\n%s", diff)
	}
	total := 0
	for _, n := range in {
		total += n
	}
	if total != 5011 {
		t.Errorf("%d pages of topics are listed, want all 5011", total)
	}
	if _, err := env.DB.SitemapPages(t.Context(), whole); factcheck.CodeOf(err) != factcheck.CodeNotFound {
		t.Errorf("got %v for a part that was split, want that it is not found", err)
	}
}
