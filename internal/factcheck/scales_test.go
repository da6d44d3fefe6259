package factcheck

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHouseScaleIsTheFrontDoors(t *testing.T) {
	t.Parallel()
	want := []Label{
		{Label: "True", Truth: TruthTrue, Value: 5},
		{Label: "Mostly true", Truth: TruthMostlyTrue, Value: 4},
		{Label: "Mixed", Truth: TruthMixed, Value: 3},
		{Label: "Mostly false", Truth: TruthMostlyFalse, Value: 2},
		{Label: "False", Truth: TruthFalse, Value: 1},
		{Label: "Misleading", Reasons: []Reason{ReasonMissingContext}},
		{Label: "Altered", Reasons: []Reason{ReasonAltered}},
		{Label: "Satire", Reasons: []Reason{ReasonSatire}},
		{Label: "Unproven", Reasons: []Reason{ReasonUnproven}},
		{Label: "Outdated", Reasons: []Reason{ReasonOutdated}},
	}
	house := Scales()[0]
	if got := house.Ref(); got != "house/1" {
		t.Errorf("Scales()[0] is %s, want house/1", got)
	}
	var got []Label
	for _, l := range house.Labels {
		if !strings.HasSuffix(l.Definition, ".") || strings.Count(l.Definition, ".") != 1 {
			t.Errorf("definition of %q is %q, want one sentence", l.Label, l.Definition)
		}
		l.Definition = ""
		got = append(got, l)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("house labels (-want +got):\n%s", d)
	}
}

func TestScalesAreSound(t *testing.T) {
	t.Parallel()
	value := map[Truth]int{TruthTrue: 5, TruthMostlyTrue: 4, TruthMixed: 3, TruthMostlyFalse: 2, TruthFalse: 1}
	slug := regexp.MustCompile(`^[a-z]+$`)
	refs, sites := map[string]bool{}, map[string]bool{}
	for _, s := range Scales() {
		if refs[s.Ref()] || !slug.MatchString(s.Slug) || s.Name == "" || s.Version < 1 {
			t.Errorf("scale %s (%q): want one of its kind, with a name and a version", s.Ref(), s.Name)
		}
		if s.Site != "" && sites[s.Site] {
			t.Errorf("site %s has two scales", s.Site)
		}
		refs[s.Ref()], sites[s.Site] = true, true
		spellings := map[string]string{}
		off := false
		for _, l := range s.Labels {
			if l.Value != value[l.Truth] {
				t.Errorf("%s %q: value %d for truth %q, want %d", s.Ref(), l.Label, l.Value, l.Truth, value[l.Truth])
			}
			if !l.Rating().Mapped() || !l.Truth.Valid() || slices.ContainsFunc(l.Reasons, func(r Reason) bool { return !r.Valid() }) {
				t.Errorf("%s %q: reading %q %q is not one", s.Ref(), l.Label, l.Truth, l.Reasons)
			}
			if off && l.Value > 0 {
				t.Errorf("%s %q stands after a label off the line", s.Ref(), l.Label)
			}
			off = off || l.Value == 0
			for _, spelling := range append([]string{strings.ToLower(l.Label)}, l.Aliases...) {
				if other, taken := spellings[labelKey(spelling)]; taken {
					t.Errorf("%s: %q is in %q and in %q", s.Ref(), spelling, other, l.Label)
				}
				spellings[labelKey(spelling)] = l.Label
				if spelling != strings.ToLower(spelling) {
					t.Errorf("%s %q: alias %q is not lower case, so Find misses it", s.Ref(), l.Label, spelling)
				}
			}
		}
	}
	for _, want := range []string{"house/1", "politifact/1", "snopes/1", "meta/1", "aap/1", "checkyourfact/1", "fatabyyano/1", "truthorfiction/1", "common/1"} {
		if !refs[want] {
			t.Errorf("scale %s is missing", want)
		}
	}
}

func TestReadLabel(t *testing.T) {
	t.Parallel()
	tests := []struct {
		site, label string
		scale, name string // "" for unmapped
		truth       Truth
		reasons     []Reason
	}{
		{"politifact.com", "Pants on Fire", "politifact/1", "Pants on Fire", TruthFalse, nil},
		{"politifact.com", "pants-fire", "politifact/1", "Pants on Fire", TruthFalse, nil},
		{"politifact.com", "Half-True", "politifact/1", "Half True", TruthMixed, nil},
		{"politifact.com", "Barely True", "politifact/1", "Mostly False", TruthMostlyFalse, nil},
		{"politifact.com", "Full Flop", "", "", "", nil},
		{"www.snopes.com", "correct-attribution", "snopes/1", "Correct Attribution", TruthTrue, nil},
		{"snopes.com", "mixture", "snopes/1", "Mixture", TruthMixed, nil},
		{"snopes.com", "miscaptioned", "snopes/1", "Miscaptioned", "", []Reason{ReasonMissingContext}},
		{"snopes.com", "labeled-satire", "snopes/1", "Labeled Satire", "", []Reason{ReasonSatire}},
		{"snopes.com", "legend", "snopes/1", "Legend", "", []Reason{ReasonUnproven}},
		{"snopes.com", "misattributed", "snopes/1", "Misattributed", TruthFalse, []Reason{ReasonMisattributed}},
		{"snopes.com", "recall", "", "", "", nil},
		{"aap.com.au", "Altered Photo/Video", "aap/1", "Altered Photo/Video", "", []Reason{ReasonAltered}},
		{"aap.com.au", "Somewhat False", "aap/1", "Mostly False", TruthMostlyFalse, nil},
		{"truthorfiction.com", "Truth!", "truthorfiction/1", "True", TruthTrue, nil},
		{"truthorfiction.com", "Decontextualized", "truthorfiction/1", "Decontextualized", "", []Reason{ReasonMissingContext}},
		{"fatabyyano.net", "زائف", "fatabyyano/1", "زائف", TruthFalse, nil},
		{"fatabyyano.net", "False", "common/1", "False", TruthFalse, nil},
		{"washingtonpost.com", "Four Pinocchios", "washingtonpost/1", "Four Pinocchios", TruthFalse, nil},
		{"faits.example", "Faux", "common/1", "False", TruthFalse, nil},
		{"datos.example", "«Falso».", "common/1", "False", TruthFalse, nil},
		{"datos.example", "Verdadero", "common/1", "True", TruthTrue, nil},
		{"fakten.example", "Größtenteils falsch", "common/1", "Mostly false", TruthMostlyFalse, nil},
		{"haqiqa.example", "خطأ", "common/1", "False", TruthFalse, nil},
		{"haqiqa.example", "عنوان مضلل", "common/1", "Missing context", "", []Reason{ReasonMissingContext}},
		{"", "PARTLY   FALSE", "common/1", "Mixed", TruthMixed, nil},
		{"fullfact.org", "False", "common/1", "False", TruthFalse, nil},
		{"fullfact.org", "Other", "", "", "", nil},
		{"fullfact.org", "This isn’t true. The figures are from 2019.", "", "", "", nil},
		{"checks.example", "Not entirely true", "", "", "", nil},
		{"checks.example", "Exaggerated", "", "", "", nil},
		{"checks.example", "", "", "", "", nil},
		{"checks.example", "…", "", "", "", nil},
	}
	for _, tt := range tests {
		scale, l, ok := ReadLabel(tt.site, tt.label)
		if ok != (tt.scale != "") {
			t.Errorf("ReadLabel(%q, %q) found %v (%s %q), want %v", tt.site, tt.label, ok, scale.Ref(), l.Label, tt.scale != "")
			continue
		}
		if !ok {
			continue
		}
		if scale.Ref() != tt.scale || l.Label != tt.name || l.Truth != tt.truth || !slices.Equal(l.Reasons, tt.reasons) {
			t.Errorf("ReadLabel(%q, %q) = %s %q %q %q, want %s %q %q %q", tt.site, tt.label,
				scale.Ref(), l.Label, l.Truth, l.Reasons, tt.scale, tt.name, tt.truth, tt.reasons)
		}
	}
}

func TestReadLabelGivesReasonsAway(t *testing.T) {
	t.Parallel()
	_, l, _ := ReadLabel("", "Altered")
	l.Reasons[0] = ReasonScam
	if _, again, _ := ReadLabel("", "Altered"); again.Reasons[0] != ReasonAltered {
		t.Errorf("a caller's change reached the scale: got %q", again.Reasons)
	}
}
