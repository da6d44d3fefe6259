package factcheck_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

func TestDecisionsAreRefusedThatAreNone(t *testing.T) {
	t.Parallel()
	id := factcheck.SuggestionID{15: 1}
	many := make([]factcheck.SuggestionDecision, factcheck.MaxDecisions+1)
	for i := range many {
		many[i].ID = factcheck.SuggestionID{14: byte(i), 15: 1}
	}
	for name, tt := range map[string]struct {
		in    []factcheck.SuggestionDecision
		field string // empty: it is fine
	}{
		"nothing":          {nil, "suggestion"},
		"too many":         {many, "suggestion"},
		"twice":            {[]factcheck.SuggestionDecision{{ID: id}, {ID: id}}, "suggestion"},
		"no id":            {[]factcheck.SuggestionDecision{{}}, "suggestion"},
		"no stance":        {[]factcheck.SuggestionDecision{{ID: id, Accept: true}}, "stance"},
		"an imported one":  {[]factcheck.SuggestionDecision{{ID: id, Accept: true, Stance: factcheck.StanceListed}}, "stance"},
		"rejected":         {[]factcheck.SuggestionDecision{{ID: id}}, ""},
		"accepted":         {[]factcheck.SuggestionDecision{{ID: id, Accept: true, Stance: factcheck.StanceReports}}, ""},
		"as many as there": {many[:factcheck.MaxDecisions], ""},
	} {
		got := ""
		if e, ok := errors.AsType[*factcheck.Error](factcheck.CheckDecisions(tt.in)); ok {
			got = e.Field
		}
		if got != tt.field {
			t.Errorf("%s: got field %q, want %q", name, got, tt.field)
		}
	}
}

func TestDistinctionsSayWhy(t *testing.T) {
	t.Parallel()
	id := factcheck.ClaimID{15: 1}
	for name, tt := range map[string]struct {
		in []factcheck.Distinction
		ok bool
	}{
		"none":       {nil, true},
		"no reason":  {[]factcheck.Distinction{{Claim: id, Reason: " \n"}}, false},
		"no claim":   {[]factcheck.Distinction{{Reason: "another town"}}, false},
		"twice":      {[]factcheck.Distinction{{Claim: id, Reason: "a"}, {Claim: id, Reason: "b"}}, false},
		"an epistle": {[]factcheck.Distinction{{Claim: id, Reason: strings.Repeat("x", factcheck.MaxNote+1)}}, false},
		"fine":       {[]factcheck.Distinction{{Claim: id, Reason: " another town "}}, true},
	} {
		got, err := factcheck.CleanDistinctions(tt.in)
		if (err == nil) != tt.ok {
			t.Errorf("%s: got %v, want it fine: %v", name, err, tt.ok)
		}
		if name == "fine" && (len(got) != 1 || got[0].Reason != "another town") {
			t.Errorf("got %+v, want the reason trimmed", got)
		}
	}
}

func TestAPassageIsKnownAgainWhateverItsSpaceAndCase(t *testing.T) {
	t.Parallel()
	a := factcheck.PassageMark("The mayor has\nresigned.")
	if b := factcheck.PassageMark(" the  Mayor has resigned. "); a != b {
		t.Errorf("got %x and %x, want one mark", a, b)
	}
	if b := factcheck.PassageMark("The mayor has not resigned."); a == b {
		t.Error("another passage has the same mark")
	}
}

func TestReasonsReadAsWords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		reason  factcheck.StanceReason
		cues    []string
		speaker string
		want    string
	}{
		{factcheck.ReasonHeadline, []string{"fact check"}, "", "the headline says so: “fact check”"},
		{factcheck.ReasonSpeaker, nil, "Jane Doe", "it is said by Jane Doe, not by the article"},
		{factcheck.ReasonSpeaker, []string{"said"}, "", "it is said by somebody else, not by the article: “said”"},
		{factcheck.ReasonDebunked, []string{"no evidence", "false"}, "", "the text calls it wrong: “no evidence”, “false”"},
		{factcheck.ReasonUnread, nil, "", "nothing in the text tells"},
	} {
		if got := tt.reason.Says(tt.cues, tt.speaker); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.reason, got, tt.want)
		}
	}
}
