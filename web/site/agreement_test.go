package site

import (
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

func verdicts(readings ...string) (all []document.Verdict) {
	for _, r := range readings {
		v := document.Verdict{State: "current", Rating: document.Rating{Label: r}}
		switch r {
		case "unmapped":
		case "satire":
			v.Rating.Reasons = []string{r}
		default:
			v.Rating.Truth = &r
		}
		all = append(all, v)
	}
	return all
}

func TestAgreement(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		readings []string
		disagree bool
		want     string
	}{
		{"nobody", nil, false, ""},
		{"one alone", []string{"false"}, false, ""},
		{"two the same", []string{"false", "false"}, false, "All 2 verdicts agree: False."},
		{"two places on the line", []string{"false", "mixed", "false"}, true, "Publishers disagree: 1 says Mixed, 2 say False."},
		{"neighbours on the line are still two findings", []string{"mostly_false", "false"}, true, "Publishers disagree: 1 says Mostly false, 1 says False."},
		{"on and off the line", []string{"false", "satire"}, true, "Publishers disagree: 1 says False, 1 gives another finding."},
		{"all off the line", []string{"satire", "satire"}, false, ""},
		{"an unmapped label says nothing", []string{"false", "unmapped"}, false, ""},
		{"a reading nobody knows says nothing", []string{"false", "maybe"}, false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := agreementOf(verdicts(tt.readings...))
			if a.Disagree != tt.disagree {
				t.Errorf("got disagree %v, want %v", a.Disagree, tt.disagree)
			}
			if got := a.sentence(ui.Locale{Lang: "en"}); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
