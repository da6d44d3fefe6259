package store_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// filingKey returns a key that files for Edda.
func filingKey(t *testing.T, env *storetest.Env) factcheck.Actor {
	t.Helper()
	_, secret, err := env.DB.CreateKey(t.Context(), env.Admin, store.KeyInput{Name: "Our CMS", Scopes: []factcheck.Scope{factcheck.ScopeFile}, Owner: "edda@desk.example"})
	if err != nil {
		t.Fatal(err)
	}
	return must[factcheck.Actor](t)(keyActor(t.Context(), env.DB, secret))
}

func TestAnswerIsKeptWithWhatWasFiled(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	key, ctx := filingKey(t, env), t.Context()
	const words = "The zymurgist has resigned."
	once := store.Once{Key: "k", Request: []byte(words)}
	claim := func(f *store.Filing, text string) error {
		return f.Item(func(db *store.DB) error {
			_, err := db.FileNewClaim(ctx, key, factcheck.FilingInput{Claim: factcheck.ClaimInput{Text: text, Language: "en"}})
			return err
		})
	}
	lost := errors.New("the server is lost after it filed")
	_, _, err := env.DB.FileOnce(ctx, key, once, func(f *store.Filing) (store.FiledAnswer, error) {
		if err := claim(f, words); err != nil {
			t.Error(err)
		}
		return store.FiledAnswer{}, lost
	})
	if !errors.Is(err, lost) {
		t.Fatalf("got %v, want what happened", err)
	}
	if n := ask[int](t, env, `SELECT (SELECT count(*) FROM claims) + (SELECT count(*) FROM filed_once) + (SELECT count(*) FROM audit WHERE action = 'claim.file')`); n != 0 {
		t.Errorf("got %d rows of what was not answered, want none", n)
	}
	want := store.FiledAnswer{Status: 201, ETag: `"c1"`, Body: []byte(`{"text":"` + words + `"}`)}
	for i := range 2 {
		got, again, err := env.DB.FileOnce(ctx, key, once, func(f *store.Filing) (store.FiledAnswer, error) {
			for _, text := range []string{words, words, "Another."} { // the second is refused, and leaves the others
				if err := claim(f, text); err != nil && factcheck.CodeOf(err) != factcheck.CodeConflict {
					t.Error(err)
				}
			}
			return want, nil
		})
		if err != nil || again != (i > 0) || got.Status != want.Status || got.ETag != want.ETag || !bytes.Equal(got.Body, want.Body) {
			t.Errorf("got %+v, %t, %v, want %+v", got, again, err, want)
		}
	}
	if n := ask[int](t, env, `SELECT count(*) FROM claims`); n != 2 {
		t.Errorf("got %d claims, want each once", n)
	}
	if kept := ask[[]byte](t, env, `SELECT answer FROM filed_once`); bytes.Contains(kept, []byte("zymurgist")) {
		t.Error("what was answered can be read in the database")
	}
	_, _, err = env.DB.FileOnce(ctx, key, store.Once{Key: "k", Request: []byte("another")}, nil)
	if !errors.Is(err, store.ErrOnceOther) {
		t.Errorf("got %v for another request, want it refused", err)
	}
}

func TestAProgramFilesNothingThatReadersSee(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	key, ctx := filingKey(t, env), t.Context()
	v := env.Published(t, "The mayor has resigned.", "False")
	before := must[store.WorkingClaim](t)(env.DB.NewsroomClaim(ctx, env.Checker, v.Claim))
	topic := must[factcheck.TopicID](t)(env.DB.AddTopic(ctx, env.Editor, factcheck.TopicInput{Name: "Council"}))
	_, _, err := env.DB.FileOnce(ctx, key, store.Once{}, func(f *store.Filing) (store.FiledAnswer, error) {
		err := f.Item(func(db *store.DB) error {
			added, err := db.AddArticle(ctx, key, factcheck.ArticleInput{URL: "https://news.example/1"})
			if err != nil {
				return err
			}
			_, err = db.LinkArticle(ctx, key, added.Article, v.Claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes})
			return err
		})
		if !errors.Is(err, store.ErrPublic) {
			t.Errorf("got %v for a link to a public claim", err)
		}
		err = f.Item(func(db *store.DB) error {
			in := before.ClaimInput
			in.Topics = []factcheck.TopicID{topic}
			return db.EditClaim(ctx, key, v.Claim, before.Revision, in)
		})
		if !errors.Is(err, store.ErrPublic) {
			t.Errorf("got %v for the topics of a public claim", err)
		}
		return store.FiledAnswer{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, head, _, err := env.DB.Head(ctx)
	if n := ask[int](t, env, `SELECT count(*) FROM articles`); err != nil || n != 0 || head != 1 {
		t.Errorf("got %d articles and the feed at %d, %v; want nothing of what was refused", n, head, err)
	}
}
