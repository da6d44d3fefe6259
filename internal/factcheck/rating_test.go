package factcheck

import "testing"

func TestTruthsAndReasonsAreClosedLists(t *testing.T) {
	t.Parallel()
	for _, x := range append(Truths(), TruthNone) {
		if !x.Valid() {
			t.Errorf("truth %q is not valid", x)
		}
	}
	for _, x := range []Truth{"True", "half_true", "none", " "} {
		if x.Valid() {
			t.Errorf("truth %q is valid", x)
		}
	}
	for _, r := range Reasons() {
		if !r.Valid() {
			t.Errorf("reason %q is not valid", r)
		}
	}
	for _, r := range []Reason{"", "Altered", "wrong"} {
		if r.Valid() {
			t.Errorf("reason %q is valid", r)
		}
	}
	if len(Truths()) != 5 || len(Reasons()) != 9 {
		t.Errorf("got %d readings and %d reasons, want 5 and 9", len(Truths()), len(Reasons()))
	}
}

func TestRatingIsMappedByTruthOrReason(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rating Rating
		want   bool
	}{
		{Rating{Label: "Pants on Fire"}, false},
		{Rating{Label: "False", Truth: TruthFalse}, true},
		{Rating{Label: "Satire", Reasons: []Reason{ReasonSatire}}, true},
		{Rating{}, false},
	} {
		if got := c.rating.Mapped(); got != c.want {
			t.Errorf("%+v: got mapped %v, want %v", c.rating, got, c.want)
		}
	}
}

func TestFindReadsALabelHoweverItIsSpelled(t *testing.T) {
	t.Parallel()
	scale := Scale{Labels: []Label{{Label: "Mostly false", Truth: TruthMostlyFalse, Aliases: []string{"largely false"}}, {Label: "False", Truth: TruthFalse}}}
	for in, want := range map[string]string{
		"Mostly false": "Mostly false", "  MOSTLY   FALSE ": "Mostly false", "Largely False": "Mostly false", "false": "False",
		"": "", "fals": "", "not false": "",
	} {
		l, ok := scale.Find(in)
		if l.Label != want || ok != (want != "") {
			t.Errorf("Find(%q) = %q, %v; want %q", in, l.Label, ok, want)
		}
	}
}

// A rating taken from a scale is the caller's own: changing it must not change the scale.
func TestLabelRatingIsACopy(t *testing.T) {
	t.Parallel()
	l := Label{Label: "Altered", Reasons: []Reason{ReasonAltered}}
	r := l.Rating()
	r.Reasons[0] = ReasonScam
	if l.Reasons[0] != ReasonAltered {
		t.Error("the scale's reasons were changed through a rating")
	}
}
