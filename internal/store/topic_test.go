package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func TestTopicsHaveNamesAndAddressesOfTheirOwn(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	id := must[factcheck.TopicID](t)(env.DB.AddTopic(ctx, env.Editor, factcheck.TopicInput{Name: " C++ ", Names: map[string]string{"fr": " Le C++ "}}))
	topic(t, env, "C")
	topic(t, env, "🗳")
	_, err := env.DB.AddTopic(ctx, env.Editor, factcheck.TopicInput{Name: "c++"})
	wantCode(t, err, factcheck.CodeConflict)
	got := must[[]store.Topic](t)(env.DB.NewsroomTopics(ctx, env.Checker, "", 10))
	want := []store.Topic{
		{Slug: "c", Name: "C++", Names: map[string]string{"fr": "Le C++"}, Revision: 1}, {Slug: "c-2", Name: "C", Names: map[string]string{}, Revision: 1},
		{Slug: "topic", Name: "🗳", Names: map[string]string{}, Revision: 1},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(store.Topic{}, "ID")); diff != "" {
		t.Errorf("the topics differ (-want +got):\n%s", diff)
	}
	if audited(t, env, "topic.add", id) != 1 {
		t.Error("the act is not in the audit log")
	}
	for name, in := range map[string]factcheck.TopicInput{
		"no name": {Name: " \u200b"}, "a long name": {Name: strings.Repeat("n", factcheck.MaxTopicName+1)}, "invalid UTF-8": {Name: "a\xff"},
		"a bad language": {Name: "x", Names: map[string]string{"x\x00": "y"}}, "no name in a language": {Name: "x", Names: map[string]string{"fr": " "}},
		"a NUL": {Name: "x", Names: map[string]string{"fr": "a\xffb"}},
	} {
		if _, err := env.DB.AddTopic(ctx, env.Editor, in); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
}

func TestOfTheSameTopicAddedAtOnceOneIsMade(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, errs[i] = env.DB.AddTopic(t.Context(), env.Editor, factcheck.TopicInput{Name: "Politics"}) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			wantCode(t, err, factcheck.CodeConflict)
		}
	}
	if n := ask[int](t, env, `SELECT count(*) FROM topics`); n != 1 {
		t.Errorf("got %d topics, want 1", n)
	}
}

func TestRenamedTopicIsNamedAnewOnAllItsClaims(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	id, other := topic(t, env, "Politics"), topic(t, env, "Money")
	want := []string{}
	for i := range 3 {
		in := said(fmt.Sprintf("The mayor has resigned, %d.", i))
		in.Topics = []factcheck.TopicID{id}
		claim := must[factcheck.ClaimID](t)(env.DB.FileClaim(ctx, env.Checker, in))
		if i == 2 {
			break // this one stays unpublished
		}
		v := must[store.Version](t)(env.DB.DraftVerdict(ctx, env.Checker, claim, env.Draft("False")))
		v = must[store.Version](t)(env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision))
		must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash))
		want = append(want, "verdict.updated "+claim.String())
	}
	at := head(t, env)
	ok(t, env.DB.RenameTopic(ctx, env.Editor, id, 1, factcheck.TopicInput{Name: "Town politics"}))
	if diff := cmp.Diff(want, feed(t, env, at)); diff != "" {
		t.Errorf("the feed differs (-want +got):\n%s", diff)
	}
	d := must[store.Document](t)(env.DB.ClaimBySlug(ctx, "the-mayor-has-resigned-0"))
	if got := decode(t, d.Stored, d.Seq).Topics[0]; got.Name != "Town politics" || got.Slug != "politics" {
		t.Errorf("readers see %+v, want the new name at the old address", got)
	}
	ok(t, env.DB.RenameTopic(ctx, env.Editor, id, 2, factcheck.TopicInput{Name: "Town politics", Names: map[string]string{"de": "Stadtpolitik"}}))
	ok(t, env.DB.RenameTopic(ctx, env.Editor, other, 1, factcheck.TopicInput{Name: "Finance"}))
	if got := feed(t, env, at); len(got) != 2 {
		t.Errorf("got %v, want no entry where readers see no difference", got)
	}
	wantCode(t, env.DB.RenameTopic(ctx, env.Editor, id, 1, factcheck.TopicInput{Name: "x"}), factcheck.CodeConflict)
	wantCode(t, env.DB.RenameTopic(ctx, env.Editor, id, 3, factcheck.TopicInput{Name: "FINANCE"}), factcheck.CodeConflict)
	wantCode(t, env.DB.RenameTopic(ctx, env.Editor, id, 3, factcheck.TopicInput{}), factcheck.CodeInvalid)
	wantCode(t, env.DB.RenameTopic(ctx, env.Editor, factcheck.TopicID{1}, 1, factcheck.TopicInput{Name: "x"}), factcheck.CodeNotFound)

	got, next, err := env.DB.PublicTopics(ctx, store.PageOf{Limit: 1})
	ok(t, err)
	if diff := cmp.Diff([]store.PublicTopic{{ID: id, Slug: "politics", Name: "Town politics", Names: map[string]string{"de": "Stadtpolitik"}}}, got); diff != "" || next != "" {
		t.Errorf("readers' topics differ; one without a public claim is nobody's business (-want +got, next %q):\n%s", next, diff)
	}
	if got := must[store.PublicTopic](t)(env.DB.TopicBySlug(ctx, "politics", store.SubjectFilter{Limit: 10})); len(got.Docs) != 2 {
		t.Errorf("got %d claims under the topic, want the 2 that are public", len(got.Docs))
	}
	for _, p := range []store.PageOf{{Limit: 101}, {}, {Limit: 1, Cursor: "x"}} {
		_, _, err := env.DB.PublicTopics(ctx, p)
		wantCode(t, err, factcheck.CodeInvalid)
	}
}
