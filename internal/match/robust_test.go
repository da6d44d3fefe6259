package match

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

func hostile() map[string]string {
	return map[string]string{
		"empty": "", "nothing": " \n\t", "broken": "\xff\xfe bridge \xc0", "nul": "a\x00b bridge", "signs": strings.Repeat("#", 100_000),
		"one word": strings.Repeat("a", 2<<20), "quotes": strings.Repeat("“", 50_000) + strings.Repeat("\"", 50_000),
		"dashes": strings.Repeat("— ", 5_000) + "(@x)", "bridges": strings.Repeat("bridge ", 150_000), "stops": strings.Repeat(". ", 50_000),
		"marks": "b" + strings.Repeat("\u0301", 50_000), "numbers": strings.Repeat("1 000 ", 17_000), "commas": strings.Repeat("1,", 50_000),
		"joiners": strings.Repeat("\u200d\u202e", 17_000) + "Oderburg", "tags": strings.Repeat("#Oderburg_Bridge", 6_000), "ats": strings.Repeat("@", 100_000),
		"entities": strings.Repeat("&#x200000;&lt;", 7_000), "speakers": strings.Repeat("“a b c d,” said Dr. A. B. ", 4_000),
		"run together": strings.Repeat("oderburgbridgewasclosedaftercracks ", 3_000), "Han": strings.Repeat("桥因三百条裂缝关闭", 4_000),
		"names": strings.Repeat("Oderburg Lindmar Brandt Ilse 2019 300 ", 2_800),
	}
}

// tooLong is far more than any of these takes, on a busy machine and under the race detector.
const tooLong = 2 * time.Minute

func TestHostileTextIsBounded(t *testing.T) {
	t.Parallel()
	c := some(t, abroad()...)
	snap := c.index.Snapshot()
	for name, text := range hostile() {
		for _, language := range []string{"", "x-klingon\xff"} {
			began := time.Now()
			if got := c.Match(text, Options{Language: language, Limit: 1000}, snap, snap); len(got) > MaxCandidates {
				t.Errorf("%s: got %d candidates, want at most %d", name, len(got), MaxCandidates)
			}
			if took := time.Since(began); took > tooLong/10 {
				t.Errorf("%s: one text took %s", name, took)
			}
		}
		began := time.Now()
		if got := Passages(text); len(got) > MaxPassages {
			t.Errorf("%s: got %d passages, want at most %d", name, len(got), MaxPassages)
		}
		if _, err := c.Article(t.Context(), text, Options{}, snap); err != nil {
			t.Errorf("%s: got %v, want an answer", name, err)
		}
		if took := time.Since(began); took > tooLong {
			t.Errorf("%s: an article took %s", name, took)
		}
	}
}

func TestNothingIsFoundInNothing(t *testing.T) {
	t.Parallel()
	empty := some(t)
	if got := empty.match("The Oderburg bridge was closed", Options{}); len(got) != 0 {
		t.Errorf("got %+v in an empty index, want nothing", got)
	}
	if got := empty.Match("The Oderburg bridge was closed", Options{}); len(got) != 0 {
		t.Errorf("got %+v without an index, want nothing", got)
	}
	if got, err := empty.Article(t.Context(), "The Oderburg bridge was closed.", Options{}); err != nil || len(got) != 0 {
		t.Errorf("got %+v, %v without an index, want nothing", got, err)
	}
	bare := some(t, search.Doc{ID: IDOf("bare")}, search.Doc{ID: IDOf("body"), Texts: []search.Text{{Field: search.FieldBody, Language: "en", Text: "Oderburg bridge"}}})
	for _, x := range bare.match("The Oderburg bridge was closed", Options{}) {
		if x.Reading != None {
			t.Errorf("got %+v, want nothing of a claim without a wording", x)
		}
	}
}

func TestThePrivateOverlayIsReadWithPublicStatistics(t *testing.T) {
	t.Parallel()
	text := "They say the Oderburg harbour crane fell on 12 boats"
	draft := claim("crane", "en", "The harbour crane of Oderburg fell on 12 boats.", "", "")
	overlay, err := search.New(search.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := overlay.Apply(search.Batch{Put: []search.Doc{draft}}); err != nil {
		t.Fatal(err)
	}
	public, both := someClaims(t), some(t, append(madeUp(), draft)...)
	alone := public.match(text, Options{})
	got, want := public.match(text, Options{}, overlay.Snapshot()), both.match(text, Options{})
	if len(got) == 0 || got[0].ID != draft.ID || got[0].Index != 1 || got[0].Reading != Same {
		t.Fatalf("got %+v, want the draft of the overlay, the same", got)
	}
	if far := got[0].Probability - want[0].Probability; far > .05 || far < -.05 {
		t.Errorf("got probability %f, want about %f as if it were public", got[0].Probability, want[0].Probability)
	}
	if again := public.match(text, Options{}); fmt.Sprint(again) != fmt.Sprint(alone) {
		t.Errorf("got %+v of the public index alone, want %+v as before", again, alone)
	}
	if len(alone) > 0 && alone[0].Reading == Same {
		t.Errorf("got %+v without the overlay, want no same", alone[0])
	}
}

func TestWhatDiffersIsStillRelated(t *testing.T) {
	t.Parallel()
	c := some(t, claim("1", "en", "Mayor Otterberg sold the lighthouse to a circus for 3,200 crowns.", "", ""), claim("2", "en", "A penguin was elected chair of the board.", "", ""))
	text := "Neighbours say that Mayor Otterberg sold the lighthouse to a circus, and nobody at the town hall picked up the telephone when we called them."
	got, err := c.Article(t.Context(), text, Options{}, c.index.Snapshot())
	if err != nil || len(got) != 1 || got[0].Candidates[0].ID != IDOf("1") || got[0].Candidates[0].Reading != Related {
		t.Errorf("got %+v, %v, want the lighthouse related: a negation beside it lowers and does not hide it", got, err)
	}
}

func TestAnArticleEndsWithItsContext(t *testing.T) {
	t.Parallel()
	c := someClaims(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Article(ctx, "The Oderburg bridge was closed. Frogs rained on Lindmar harbour.", Options{}, c.index.Snapshot()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestReadersMatchWhileTheIndexChanges(t *testing.T) {
	t.Parallel()
	c := someClaims(t)
	done := make(chan struct{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				got := c.match("They closed the bridge in Oderburg: 300 cracks!", Options{})
				if len(got) == 0 || got[0].ID != IDOf("bridge") {
					t.Errorf("got %+v, want the bridge, which never changes", got)
					return
				}
			}
		})
	}
	for i := range 60 {
		d := claim(fmt.Sprint("changing", i%7), "en", fmt.Sprintf("The town of Talheim bought %d buses with new word%d.", i, i), "", "")
		if err := c.index.Apply(search.Batch{Put: []search.Doc{d}}); err != nil {
			t.Fatal(err)
		}
		got := c.match(fmt.Sprintf("Talheim bought %d buses with word%d", i, i), Options{Limit: 1})
		if len(got) == 0 || got[0].ID != d.ID {
			t.Fatalf("got %+v, want the claim that was just put", got)
		}
	}
	close(done)
	group.Wait()
}
