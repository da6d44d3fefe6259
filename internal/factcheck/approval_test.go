package factcheck

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRulesSayWhatGapsRefuse(t *testing.T) {
	t.Parallel()
	whole := Draft{
		Label: "False", Answer: "No.", Language: "en",
		Sources: []Source{{URL: "https://a.example/", Origin: "A", Kind: SourceSecondary, Bearing: BearingAgainst, Quote: "No.", ReadAt: time.Now()}},
	}
	rules := HouseRules{IndependentOrigins: 2, PrimarySource: true, ReplyAsked: true}
	waived := whole
	waived.Waivers = []Waiver{{Rule: RulePrimary, Reason: "the register is closed"}}
	broken := whole
	broken.Sources = []Source{{URL: "https://a.example/", Kind: SourceSecondary, Bearing: BearingAgainst}}
	states := func(d Draft, r HouseRules) map[string]RuleState {
		out := map[string]RuleState{}
		for _, c := range d.RuleChecks(Rating{Truth: TruthFalse}, r) {
			out[c.Text] = c.State
			if (c.State == RuleMet) != (c.Reason == "") {
				t.Errorf("%s is %s because %q", c.Text, c.State, c.Reason)
			}
		}
		return out
	}
	base := map[string]RuleState{
		"A rating of the house’s scale": RuleMet, "An answer in two sentences": RuleMet,
		"A source with a locator, a quoted passage and the day it was read": RuleMet, "Every source can be retraced": RuleMet,
	}
	with := func(more map[string]RuleState) map[string]RuleState {
		out := map[string]RuleState{}
		for _, m := range []map[string]RuleState{base, more} {
			for k, v := range m {
				out[k] = v
			}
		}
		return out
	}
	for name, tt := range map[string]struct {
		draft Draft
		rules HouseRules
		want  map[string]RuleState
	}{
		"whole, no rules of the house": {whole, HouseRules{}, base},
		"rules unmet":                  {whole, rules, with(map[string]RuleState{"Sources of independent origin": RuleUnmet, "A primary source": RuleUnmet, "The claimant was asked for a reply": RuleUnmet})},
		"a waiver":                     {waived, rules, with(map[string]RuleState{"Sources of independent origin": RuleUnmet, "A primary source": RuleWaived, "The claimant was asked for a reply": RuleUnmet})},
		"a source without a passage":   {broken, HouseRules{}, with(map[string]RuleState{"A source with a locator, a quoted passage and the day it was read": RuleUnmet, "Every source can be retraced": RuleUnmet})},
		"a retraction":                 {Draft{Correction: CorrectionRetraction}, rules, map[string]RuleState{"The correction says in public what changed and why": RuleUnmet}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, states(tt.draft, tt.rules)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestNotesOnPassagesReadAsOneText(t *testing.T) {
	t.Parallel()
	got := SendBackText("Nearly there.", []PassageNote{{Field: "what_is_true", Passage: "two days", Note: "which days?"}, {Field: "claim.text", Note: "too long"}})
	want := "Nearly there.\n\nWhat is true: “two days” – which days?\n\nText: too long"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := (PassageNote{Field: "answer", Passage: "x", Note: "  "}).Clean("notes[0]"); CodeOf(err) != CodeInvalid {
		t.Errorf("a note that says nothing: got %v, want it refused", err)
	}
}

func TestSchedulesAreAheadAndNotFar(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 6, 7, 12, 0, 0, 0, time.UTC)
	for at, want := range map[time.Duration]bool{0: false, -time.Second: false, time.Minute: true, MaxSchedule: true, MaxSchedule + time.Second: false} {
		if err := CheckSchedule(now.Add(at), now); (err == nil) != want {
			t.Errorf("in %s: got %v, want taken %v", at, err, want)
		}
	}
}

func TestComplaints(t *testing.T) {
	t.Parallel()
	whole := ComplaintInput{Claim: ClaimID{15: 1}, Kind: ComplaintDispute, From: FromReader, Text: " It is wrong. ", URL: "https://a.example/x", Contact: "a@b.example"}
	got, err := whole.Clean()
	if err != nil || got.Text != "It is wrong." {
		t.Errorf("got %q, %v; want it trimmed and taken", got.Text, err)
	}
	for field, spoil := range map[string]func(*ComplaintInput){
		"kind": func(in *ComplaintInput) { in.Kind = "x" }, "from": func(in *ComplaintInput) { in.From = "" },
		"text": func(in *ComplaintInput) { in.Text = "\u200b" }, "claim": func(in *ComplaintInput) { in.Claim = ClaimID{} },
		"url": func(in *ComplaintInput) { in.URL = "secret words" }, "contact": func(in *ComplaintInput) { in.Contact = strings.Repeat("x", MaxLine+1) },
	} {
		in := whole
		spoil(&in)
		_, err := in.Clean()
		if coded, ok := err.(*Error); !ok || coded.Code != CodeInvalid || coded.Field != field || strings.Contains(err.Error(), "secret words") { //nolint:errorlint // Clean returns it as it is
			t.Errorf("a wrong %s: got %v, want it named and not repeated", field, err)
		}
	}
	for _, d := range []ComplaintDecision{{State: ComplaintOpen, Answer: "x"}, {State: ComplaintUpheld}, {State: "x", Answer: "x"}} {
		if _, err := d.Clean(); CodeOf(err) != CodeInvalid {
			t.Errorf("%+v: got %v, want it refused", d, err)
		}
	}
	if _, err := (ComplaintDecision{State: ComplaintWithdrawn}).Clean(); err != nil {
		t.Errorf("a withdrawn one needs no answer: got %v", err)
	}
}
