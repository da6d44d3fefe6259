package demo

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const smallHouse = `{"house":{"name":"H","site":"h.example"},
 "people":[{"key":"ann","name":"Ann","role":"checker"}],
 "claimants":[{"key":"post","name":"Viral post","kind":"anonymous"}]`

func oneFile(s string) fs.FS { return fstest.MapFS{"content/all.json": {Data: []byte(s)}} }

func claimWith(steps string) string {
	return smallHouse + `,"claims":[{"key":"c","text":"T","language":"en","claimant":"post","date":"2025","steps":[` + steps + `]}]}`
}

func articleWith(steps string) string {
	return smallHouse + `,"articles":[{"key":"a","steps":[` + steps + `]}]}`
}

func TestLoadRefusesContentThatDoesNotHoldTogether(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, content, want string }{
		{"an unknown field", `{"houses":{}}`, "unknown field"},
		{"something after the content", smallHouse + `}{}`, "something follows"},
		{"no house", `{"people":[]}`, "no house"},
		{"a key twice", smallHouse + `,"topics":[{"key":"a"},{"key":"a"}]}`, `topic "a"`},
		{"an empty key", smallHouse + `,"topics":[{"name":"a"}]}`, `topic ""`},
		{"an unknown person", claimWith(`{"at":"-1d","by":"bob","do":"file"}`), `no person "bob"`},
		{"an unknown action", claimWith(`{"at":"-1d","by":"ann","do":"sing"}`), `"sing"`},
		{"an unknown article", claimWith(`{"at":"-1d","by":"ann","do":"link","article":"x"}`), `no article "x"`},
		{"a merge into nothing", claimWith(`{"at":"-1d","by":"ann","do":"merge"}`), `no claim ""`},
		{"a draft without a verdict", claimWith(`{"at":"-1d","by":"ann","do":"draft"}`), "a draft has a verdict"},
		{"a verdict without a draft", claimWith(`{"at":"-1d","by":"ann","do":"file","verdict":{}}`), "a draft has a verdict"},
		{"a step without a time", claimWith(`{"by":"ann","do":"file"}`), "no time"},
		{"a time nobody can read", claimWith(`{"at":"soon","by":"ann","do":"file"}`), `"soon"`},
		{"an unknown claimant", smallHouse + `,"claims":[{"key":"c","claimant":"x"}]}`, `no claimant "x"`},
		{"an unknown publisher", smallHouse + `,"imports":[{"key":"i","publisher":"x"}]}`, `no publisher "x"`},
		{"an unknown outlet", smallHouse + `,"articles":[{"key":"a","outlet":"x"}]}`, `no outlet "x"`},
		{"an article step by nobody", articleWith(`{"at":"-1d","by":"bob","do":"take"}`), `no person "bob"`},
		{"an article step without a time", articleWith(`{"by":"ann","do":"take"}`), "no time"},
		{"an unknown article step", articleWith(`{"at":"-1d","by":"ann","do":"read"}`), `"read"`},
		{"a changed page without a text", articleWith(`{"at":"-1d","by":"ann","do":"change"}`), "a changed page has a text"},
		{"a text without a change", articleWith(`{"at":"-1d","by":"ann","do":"take","text":["t"]}`), "a changed page has a text"},
		{"a check that is not there", articleWith(`{"at":"-1d","by":"ann","do":"accept"}`), "no check"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := load(oneFile(tt.content))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestLoadRefusesASecondHouse(t *testing.T) {
	t.Parallel()
	house := &fstest.MapFile{Data: []byte(smallHouse + `}`)}
	_, err := load(fstest.MapFS{"content/a.json": house, "content/b.json": house})
	if err == nil || !strings.Contains(err.Error(), "second house") {
		t.Errorf("got error %v, want one about a second house", err)
	}
}

func TestLoadCompletesLaterDrafts(t *testing.T) {
	t.Parallel()
	first := `{"at":"-9d","by":"ann","do":"draft","verdict":{"rating":"False","reasons":["scam"],"headline":"One","answer":"A",
	 "body":["p"],"valid_from":"-9d","valid_to":"-5d","sources":[{"title":"old"},{"title":"kept"}]}}`
	redraft := `{"at":"-8d","by":"ann","do":"draft","verdict":{"headline":"Two"}}`
	update := `{"at":"-4d","by":"ann","do":"draft","kind":"update","verdict":{"rating":"True","without":["old"],"sources":[{"title":"new"}]}}`
	c, err := load(oneFile(claimWith(strings.Join([]string{first, redraft, update}, ","))))
	if err != nil {
		t.Fatal(err)
	}
	steps := c.Claims[0].Steps
	titles := func(v *Verdict) (out []string) {
		for _, s := range v.Sources {
			out = append(out, s.Title)
		}
		return out
	}
	if diff := cmp.Diff([]string{"old", "kept"}, titles(steps[1].Verdict)); diff != "" {
		t.Errorf("sources of the redraft (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"kept", "new"}, titles(steps[2].Verdict)); diff != "" {
		t.Errorf("sources of the update (-want +got):\n%s", diff)
	}
	two, three := steps[1].Verdict, steps[2].Verdict
	if two.Headline != "Two" || two.Rating != "False" || len(two.Reasons) != 1 || two.ValidTo.IsZero() {
		t.Errorf("the redraft is %+v, want the new headline and all else as it was", *two)
	}
	if three.Headline != "Two" || three.Rating != "True" || three.Reasons != nil || !three.ValidTo.IsZero() || three.Without != nil {
		t.Errorf("the update is %+v, want the new rating without the old reasons and with an open end", *three)
	}
}

func TestContentFindsArticles(t *testing.T) {
	t.Parallel()
	c := loaded(t)
	if a, ok := c.Article("vance-post"); !ok || a.Outlet != "plaza" {
		t.Errorf("got %+v, %v, want the post on Plaza", a, ok)
	}
	if a, ok := c.Article("nowhere"); ok {
		t.Errorf("got %+v, want none", a)
	}
}

func TestProseHasEmptyLinesBetweenParagraphs(t *testing.T) {
	t.Parallel()
	if got, want := (Prose{"a", "b"}).String(), "a\n\nb"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
