package store_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// must returns v, or ends the test.
func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// asOwner runs a statement as the role that owns the tables.
func asOwner(t *testing.T, env *storetest.Env, query string, args ...any) {
	t.Helper()
	conn := must[*pgx.Conn](t)(pgx.Connect(t.Context(), env.OwnerURL))
	defer conn.Close(t.Context()) //nolint:errcheck // the statement has succeeded or failed by then
	err := pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO audit (at, actor_id, action, object) VALUES (now(), $1, 'test', '')`, factcheck.Operator().ID)
		if err == nil {
			_, err = tx.Exec(t.Context(), query, args...)
		}
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// working returns the claim as the newsroom sees it.
func working(t *testing.T, env *storetest.Env, id factcheck.ClaimID) store.WorkingClaim {
	t.Helper()
	return must[store.WorkingClaim](t)(env.DB.NewsroomClaim(t.Context(), env.Checker, id))
}

// public returns the claim's document, or nil if the claim is not public.
func public(t *testing.T, env *storetest.Env, id factcheck.ClaimID) *document.Claim {
	t.Helper()
	d, err := env.DB.ClaimByID(t.Context(), id)
	if factcheck.CodeOf(err) == factcheck.CodeNotFound {
		return nil
	}
	ok(t, err)
	c := decode(t, d.Stored, d.Seq)
	return &c
}

// feed returns the entries of the change feed after a number, as "type claim".
func feed(t *testing.T, env *storetest.Env, after int64) []string {
	t.Helper()
	f := must[store.Feed](t)(env.DB.Changes(t.Context(), after, store.MaxChanges))
	out := []string{}
	for _, c := range f.Changes {
		out = append(out, fmt.Sprintf("%s %s", c.Type, c.Claim))
	}
	return out
}

func head(t *testing.T, env *storetest.Env) int64 {
	t.Helper()
	return ask[int64](t, env, `SELECT seq FROM feed`)
}

// audited returns how often an action on an object is in the audit log.
func audited(t *testing.T, env *storetest.Env, action string, object fmt.Stringer) int {
	t.Helper()
	return ask[int](t, env, `SELECT count(*) FROM audit WHERE action = $1 AND object = $2`, action, object.String())
}

// keyOf makes a key of the owner by SQL and returns its actor.
func keyOf(t *testing.T, env *storetest.Env, owner factcheck.Actor, scopes ...factcheck.Scope) factcheck.Actor {
	t.Helper()
	key := factcheck.KeyID(factcheck.NewUUID(env.Clock.Now()))
	who := factcheck.ActorID(factcheck.NewUUID(env.Clock.Now()))
	hash := sha256.Sum256(key[:])
	asOwner(t, env, `INSERT INTO keys (id, name, hash, hint, scopes, owner_id, created_at) VALUES ($1, 'test', $2, 'ts_t', $3, $4, now())`, key, hash[:], scopes, owner.Person)
	asOwner(t, env, `INSERT INTO actors (id, kind, person_id, key_id) VALUES ($1, 'key', $2, $3)`, who, owner.Person, key)
	return factcheck.Actor{ID: who, Kind: factcheck.ActorKey, Person: owner.Person, Role: owner.Role, Scopes: scopes}
}

// topic adds a topic.
func topic(t *testing.T, env *storetest.Env, name string) factcheck.TopicID {
	t.Helper()
	return must[factcheck.TopicID](t)(env.DB.AddTopic(t.Context(), env.Editor, factcheck.TopicInput{Name: name}))
}

// article adds an article.
func article(t *testing.T, env *storetest.Env, url string) factcheck.ArticleID {
	t.Helper()
	return must[store.Added](t)(env.DB.AddArticle(t.Context(), env.Checker, factcheck.ArticleInput{URL: url, Title: "About " + url})).Article
}

// linked links a new article to the claim.
func linked(t *testing.T, env *storetest.Env, claim factcheck.ClaimID, url string, stance factcheck.Stance) factcheck.AppearanceID {
	t.Helper()
	return must[factcheck.AppearanceID](t)(env.DB.LinkArticle(t.Context(), env.Checker, article(t, env, url), claim, factcheck.AppearanceInput{Stance: stance, Quote: "She has resigned."}))
}

// imported imports an allowed check of checks.example, which calls it False, and returns the claim.
func imported(t *testing.T, env *storetest.Env, text string) factcheck.ClaimID {
	t.Helper()
	_, outcomes := runImport(t, env, store.ImportOptions{AllowPublishers: true}, record("checks.example", text, "False"))
	if outcomes[0].Kind != store.OutcomeCreated {
		t.Fatalf("got %+v, want the check created", outcomes[0])
	}
	return ask[factcheck.ClaimID](t, env, `SELECT v.claim_id FROM verdicts v JOIN publishers p ON p.id = v.publisher_id WHERE p.site = 'checks.example' ORDER BY v.id DESC LIMIT 1`)
}

// hostile texts, each of which some layer below could choke on.
func hostile() map[string]string {
	return map[string]string{
		"a NUL":         "before\x00after",
		"invalid UTF-8": "before\xff\xfeafter",
		"half a rune":   "before\xe2\x82",
		"ten megabytes": strings.Repeat("resigned ", 10<<20/9),
	}
}
