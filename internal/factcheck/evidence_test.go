package factcheck

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func sourceOf(n byte) Source {
	return Source{ID: SourceID{15: n}, URL: "https://a.example/" + string('0'+rune(n))}
}

func order(d Draft) []byte {
	var out []byte
	for _, s := range d.Sources {
		out = append(out, s.ID[15])
	}
	return out
}

func TestSourcesOfADraft(t *testing.T) {
	t.Parallel()
	given := []Source{sourceOf(1), sourceOf(2), sourceOf(3)}
	for _, c := range []struct {
		name string
		do   func(*Draft) error
		want []byte
		code Code
	}{
		{"up", func(d *Draft) error { return d.MoveSource(SourceID{15: 3}, -1) }, []byte{1, 3, 2}, ""},
		{"up past the first", func(d *Draft) error { return d.MoveSource(SourceID{15: 1}, -1) }, []byte{1, 2, 3}, ""},
		{"down past the last", func(d *Draft) error { return d.MoveSource(SourceID{15: 2}, 9) }, []byte{1, 3, 2}, ""},
		{"one that is gone", func(d *Draft) error { return d.MoveSource(SourceID{15: 9}, 1) }, []byte{1, 2, 3}, CodeNotFound},
		{"removed", func(d *Draft) error { return d.RemoveSource(SourceID{15: 2}) }, []byte{1, 3}, ""},
		{"removed twice", func(d *Draft) error { return d.RemoveSource(SourceID{15: 9}) }, []byte{1, 2, 3}, CodeNotFound},
		{"added", func(d *Draft) error { return d.PutSource(Source{Title: "new"}) }, []byte{1, 2, 3, 0}, ""},
		{"replaced", func(d *Draft) error { return d.PutSource(Source{ID: SourceID{15: 2}, Title: "other"}) }, []byte{1, 2, 3}, ""},
		{"replaced after it went", func(d *Draft) error { return d.PutSource(sourceOf(9)) }, []byte{1, 2, 3}, CodeNotFound},
	} {
		d := Draft{Sources: slices.Clone(given)}
		if err := c.do(&d); CodeOf(err) != c.code {
			t.Errorf("%s: got %v, want code %q", c.name, err, c.code)
		}
		if got := order(d); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	if s, ok := (&Draft{Sources: given}).Source(SourceID{}); ok {
		t.Errorf("got %v for no id", s)
	}
}

func TestRepliesAreFoundByWhatTheySay(t *testing.T) {
	t.Parallel()
	at := time.Date(2025, 6, 7, 0, 0, 0, 0, time.UTC)
	d := Draft{}
	if err := d.PutReply("", Reply{Asked: "the mayor", AskedAt: at}); err != nil {
		t.Fatal(err)
	}
	key := d.Replies[0].Key()
	if err := d.PutReply(key, Reply{Asked: "the mayor", AskedAt: at, Answer: "no"}); err != nil || len(d.Replies) != 1 || d.Replies[0].Answer != "no" {
		t.Errorf("got %v, %v", d.Replies, err)
	}
	if err := d.PutReply(key, Reply{Asked: "somebody"}); CodeOf(err) != CodeConflict {
		t.Errorf("a reply that changed meanwhile: got %v, want a conflict", err)
	}
	d.RemoveReply(d.Replies[0].Key())
	if len(d.Replies) != 0 {
		t.Errorf("got %v, want none", d.Replies)
	}
}

func TestWaiversAndWordings(t *testing.T) {
	t.Parallel()
	d := Draft{}
	d.Waive(RuleArchive, " the archive was down ")
	d.Waive(RuleArchive, "still down")
	d.PutWording(VerdictWording{Language: "de", Answer: "Nein."})
	d.PutWording(VerdictWording{Language: "de", Answer: "Doch."})
	if diff := cmp.Diff(Draft{Waivers: []Waiver{{RuleArchive, "still down"}}, Wordings: []VerdictWording{{Language: "de", Answer: "Doch."}}}, d); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	d.Waive(RuleArchive, "")
	d.PutWording(VerdictWording{Language: "de"})
	if len(d.Waivers) != 0 || len(d.Wordings) != 0 {
		t.Errorf("got %v and %v, want none", d.Waivers, d.Wordings)
	}
}

// What the list of rules says is missing is exactly what keeps a draft from being submitted.
func TestStandingSaysWhatGapsSays(t *testing.T) {
	t.Parallel()
	rules := HouseRules{IndependentOrigins: 2, ArchivedSources: true, PrimarySource: true, ReplyAsked: true}
	complete := sourceOf(1)
	complete.Kind, complete.Bearing, complete.Quote, complete.Origin, complete.ReadAt = SourcePrimary, BearingAgainst, "q", "o", time.Date(2025, 6, 7, 0, 0, 0, 0, time.UTC)
	for name, d := range map[string]Draft{
		"nothing":      {},
		"a rating":     {Label: "False", Answer: "No."},
		"a source":     {Label: "False", Answer: "No.", Sources: []Source{complete}},
		"a gap in one": {Label: "False", Answer: "No.", Sources: []Source{complete, {URL: "https://b.example/"}, {URL: "https://c.example/"}}},
		"waived":       {Label: "False", Answer: "No.", Sources: []Source{complete}, Waivers: []Waiver{{RuleOrigins, "a"}, {RuleArchive, "b"}, {RuleReply, "c"}}},
		"a correction": {Correction: CorrectionUpdate},
		"a retraction": {Correction: CorrectionRetraction, Note: "gone"},
	} {
		rating := Rating{Label: d.Label}
		if d.Label == "False" {
			rating.Truth = TruthFalse
		}
		var missing []string
		for _, s := range d.Standing(rating, rules) {
			if !s.Met() {
				missing = append(missing, s.Gap)
			}
		}
		var want []string
		for _, g := range d.Gaps(rating, rules) {
			want = append(want, g.Message)
		}
		slices.Sort(missing)
		slices.Sort(want)
		if diff := cmp.Diff(want, missing); diff != "" {
			t.Errorf("%s (-gaps +standing):\n%s", name, diff)
		}
	}
}
