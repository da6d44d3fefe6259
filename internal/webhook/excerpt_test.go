package webhook

import (
	"strings"
	"testing"
)

func TestExcerptsHoldNothingInvisible(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"it\r\nworked\tout":                    "it worked out",
		"a\x00b\x1b[31mred\x1b[0m\x7f":         "a b [31mred [0m",
		"pay \u202egnp.exe\u202c now":          "pay gnp.exe now",
		"\u2066x\u2069 \u061cy \u200ez\u200f":  "x y z",
		"line\u2028line\u2029line":             "line line line",
		"c1 \u0085 and \u009b":                 "c1 and",
		"नमस्\u200dते stays, so does 👩\u200d🚀": "नमस्\u200dते stays, so does 👩\u200d🚀",
		"broken \xff\xfe":                      "broken \uFFFD",
		strings.Repeat("é", 600):               strings.Repeat("é", 500) + "…",
	} {
		if got := excerpt([]byte(body)); got != want {
			t.Errorf("%q: got %q, want %q", body, got, want)
		}
	}
}
