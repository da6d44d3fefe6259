package store_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestSearchInSQLFindsRareAndCommonWords(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	for i := range 30 {
		env.Published(t, fmt.Sprintf("The harbour of Exampleville has berth%d.", i), "False")
	}
	asOwner(t, env, `ANALYZE claim_words`)
	for query, want := range map[string]int{
		"harbour": 30, "berth7": 1, "harbour berth7": 1, "harbour -berth7": 29, "-berth7": 29, `"of Exampleville"`: 30, `"Exampleville of"`: 0,
		"berth7 or berth8": 0, "harbour zzz": 0,
	} {
		f := store.ListFilter{Query: query, Limit: 7}
		var listed int
		for {
			docs, next, err := env.DB.ListClaims(t.Context(), f)
			if err != nil {
				t.Fatalf("%s: %v", query, err)
			}
			listed += len(docs)
			if f.Cursor = next; next == "" {
				break
			}
		}
		docs, total, more, err := env.DB.SearchClaims(t.Context(), store.ListFilter{Query: query, Limit: 7}, 7)
		if err != nil || listed != want || total != want || more || len(docs) != min(7, max(0, want-7)) {
			t.Errorf("%s: got %d listed, %d counted (more: %t), %d on the second page, error %v; want %d", query, listed, total, more, len(docs), err, want)
		}
	}
}

// TestSearchInSQLReadsABoundedNumberOfClaims tells the planner's statistics that there are many claims: the words of all of
// them are common, and only the newest few are looked at.
func TestSearchInSQLReadsABoundedNumberOfClaims(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	for i := range 3 {
		env.Published(t, fmt.Sprintf("The harbour of Exampleville has berth%d.", i), "False")
	}
	asOwner(t, env, `ANALYZE claim_words`)
	admin, owner := must[*url.URL](t)(url.Parse(storetest.Admin(t))), must[*url.URL](t)(url.Parse(env.OwnerURL))
	admin.Path = owner.Path
	conn := must[*pgx.Conn](t)(pgx.Connect(t.Context(), admin.String()))
	defer conn.Close(t.Context()) //nolint:errcheck // the statement has succeeded or failed by then
	if _, err := conn.Exec(t.Context(), `UPDATE pg_class SET reltuples = 1000000 WHERE oid = 'claim_words'::regclass`); err != nil {
		t.Fatal(err)
	}
	_, total, more, err := env.DB.SearchClaims(t.Context(), store.ListFilter{Query: "harbour", Limit: 1}, 0)
	if err != nil || total != 3 || !more {
		t.Errorf("a common word: got %d, more %t, error %v; want at least 3", total, more, err)
	}
	_, total, more, err = env.DB.SearchClaims(t.Context(), store.ListFilter{Query: "harbour unheard", Limit: 1}, 0)
	if err != nil || total != 0 || more {
		t.Errorf("a word nobody counted: got %d, more %t, error %v; want exactly none", total, more, err)
	}
}

func TestHostileSearchesInSQLAreNoError(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "The harbour of Exampleville froze.", "False")
	for _, query := range []string{
		strings.Repeat("-", 400) + "x", strings.Repeat("- ", 200) + "x", strings.Repeat(`"`, 399), strings.Repeat("or ", 150), strings.Repeat("a ", 4000),
		strings.Repeat("x", 8000), "'; DROP TABLE claims; --", `\`, "&|!():*<->", ":*", "<2>", "T", "-the", "\u202e\u0085", strings.Repeat("é", 2000), "%_", strings.Repeat("(", 300),
	} {
		if _, _, err := env.DB.ListClaims(t.Context(), store.ListFilter{Query: query, Limit: 5}); err != nil {
			t.Errorf("%.30q: %v", query, err)
		}
		if _, _, _, err := env.DB.SearchClaims(t.Context(), store.ListFilter{Query: query, Limit: 5}, 0); err != nil {
			t.Errorf("%.30q: %v", query, err)
		}
	}
}
