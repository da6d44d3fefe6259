package ui

import (
	"strings"
	"testing"
)

func TestDir(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{
		"": "auto", "und": "auto", "en": "ltr", "en-GB": "ltr", "ar": "rtl", "AR-eg": "rtl", "he": "rtl", "fa": "rtl", "ur": "rtl",
		"az": "ltr", "az-Arab": "rtl", "ar-Latn": "ltr", "pa": "ltr", "xx": "ltr",
	} {
		if got := Dir(lang); got != want {
			t.Errorf("Dir(%q): got %q, want %q", lang, got, want)
		}
	}
}

func TestQuoted(t *testing.T) {
	t.Parallel()
	tests := []struct{ lang, in, want string }{
		{"en", "It rains.", "“It rains.”"},
		{"", " It rains. ", "“It rains.”"},
		{"de-AT", "Es regnet.", "„Es regnet.“"},
		{"fr", "Il pleut.", "«\u00a0Il pleut.\u00a0»"},
		{"ar", "تمطر", "«تمطر»"},
		{"en", "“It rains.”", "“It rains.”"},
		{"en", `"It rains."`, `"It rains."`},
		{"en", `"It" rains`, `“"It" rains”`},
		{"en", "", "“”"},
		{"en", `"`, `“"”`},
	}
	for _, tt := range tests {
		if got := Quoted(tt.lang, tt.in); got != tt.want {
			t.Errorf("Quoted(%q, %q): got %q, want %q", tt.lang, tt.in, got, tt.want)
		}
	}
}

func TestClip(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in    string
		runes int
		want  string
	}{
		{"short", 5, "short"},
		{"one two three four", 15, "one two three…"},
		{"éééééé", 4, "ééé…"},
		{"", 3, ""},
		{"abcdefghij", 4, "abc…"},
	}
	for _, tt := range tests {
		if got := Clip(tt.in, tt.runes); got != tt.want {
			t.Errorf("Clip(%q, %d): got %q, want %q", tt.in, tt.runes, got, tt.want)
		}
	}
}

func TestSafe(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		"https://a.example/x": true, "http://a.example": true, "HTTPS://a.example": true, "/claims/x": true, "#cite": true, "?page=2": true,
		"": false, "javascript:alert(1)": false, " javascript:alert(1)": false, "java\tscript:x": false, "data:text/html,x": false,
		"//evil.example": false, `/\evil.example`: false, "https:": false, "https:///x": false, "ftp://a.example": false,
		"mailto:a@b.example": false, "claims/x": false, "\x00https://a.example": false, "/\t/evil.example": false, "/x\ny": false,
	} {
		if got := Safe(in); got != want {
			t.Errorf("Safe(%q): got %v, want %v", in, got, want)
		}
	}
}

func TestLanguageName(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{"fr": "français", "ar": "العربية", "pt-BR": "português", "": "", "not a tag": "not a tag"} {
		if got := LanguageName(tag); got != want {
			t.Errorf("LanguageName(%q): got %q, want %q", tag, got, want)
		}
	}
}

func TestSizeClassShrinksWithTheClaim(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{1: "claim-l", 70: "claim-l", 71: "claim-m", 121: "claim-s", 300: "claim-xs"} {
		if got := SizeClass(strings.Repeat("é", n)); got != want {
			t.Errorf("a claim of %d characters: got %s, want %s", n, got, want)
		}
	}
}
