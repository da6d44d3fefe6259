package exchange

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNormaliseTextMakesSameClaimsTheSame(t *testing.T) {
	t.Parallel()
	groups := [][]string{
		{
			"The mayor resigned on 12 January.", "the mayor  resigned on 12 January", "“The mayor resigned on 12 January.”", `"The mayor resigned on 12 January".`,
			"«The mayor resigned on 12 January»", "THE MAYOR RESIGNED ON 12 JANUARY!", "The\u00a0mayor\nresigned on 12\u200b January…", "\ufeffThe mayor resigned on １２ January",
		},
		{"It's the mayor's fault - all of it", "It’s the mayor’s fault — all of it", "Itʼs the mayor`s fault – all of it"},
		{"Straße gesperrt", "STRASSE GESPERRT", "straſse gesperrt"},
		{"Caf\u00e9 closes", "Cafe\u0301 closes"},
		{"هذه صورة قديمة", "هذه صـــورة قديمة.", "«هذه صورة قديمة»"},
		{"यह तस्वीर पुरानी है", "यह तस्वीर पुरानी है।"},
		{"市长辞职", "市长辞职。", "「市长辞职」"},
		{`He said "no" twice`, "He said “no” twice"},
	}
	seen := map[string]int{}
	for i, group := range groups {
		want := NormaliseText(group[0])
		if other, taken := seen[want]; taken {
			t.Errorf("groups %d and %d are both %q", other, i, want)
		}
		seen[want] = i
		for _, text := range group {
			if got := NormaliseText(text); got != want {
				t.Errorf("NormaliseText(%q) = %q, want %q as of %q", text, got, want, group[0])
			}
			if TextKey(text, "en") != TextKey(group[0], "en") {
				t.Errorf("TextKey(%q) is not that of %q", text, group[0])
			}
		}
	}
}

func TestNormaliseTextKeepsOtherClaimsApart(t *testing.T) {
	t.Parallel()
	tests := [][2]string{
		{"The mayor resigned", "The mayor resigned?"},
		{"Prices rose 5%", "Prices rose 15%"},
		{"Vaccines cause harm", "Vaccines cause no harm"},
		{`"A" and "B"`, `A and B`},
		{"...", ""},
	}
	for _, tt := range tests {
		if a, b := NormaliseText(tt[0]), NormaliseText(tt[1]); a == b {
			t.Errorf("%q and %q are both %q", tt[0], tt[1], a)
		}
	}
	if TextKey("Falso", "es") == TextKey("Falso", "pt") {
		t.Error("a text in two languages has one key")
	}
	if TextKey("Colour", "en-GB") != TextKey("Colour", "en-US") || TextKey("Colour", "EN") != TextKey("Colour", "en") {
		t.Error("a region makes another key")
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"“Canada prohibits all pilots from flying.”", "Canada prohibits all pilots from flying."},
		{`"China received 8 months of rain."`, "China received 8 months of rain."},
		{`"He said ""no"" twice"`, `He said "no" twice`},
		{`"A" shows "B"`, `"A" shows "B"`},
		{"“A” shows “B”", "“A” shows “B”"},
		{"“He said “no” twice”", "He said “no” twice"},
		{"„Die Straße ist gesperrt“", "Die Straße ist gesperrt"},
		{"„Ja“ sagte „er“", "„Ja“ sagte „er“"},
		{"«Faux»", "Faux"},
		{"'The Price is Right' host died", "'The Price is Right' host died"},
		{"‘Don’t do it’", "‘Don’t do it’"}, // an apostrophe cannot be told from a closing mark
		{`""`, `""`},
		{`"`, `"`},
		{"  two \n lines ", "two lines"},
		{"AT&amp;T &lt;b&gt; &#39;x&#39; &amp;lt;", "AT&T <b> 'x' &lt;"},
		{"AT&notify &copy &unknown; & R&D;", "AT&notify &copy &unknown; & R&D;"},
		{"<em>Duck</em> & <script>alert(1)</script>", "<em>Duck</em> & <script>alert(1)</script>"},
		{"bell\a and \u202eoverride\u202c and \u200bzero", "bell and override and zero"},
		{"نعم \u200f!", "نعم \u200f!"}, // a mark that Arabic needs
	}
	for _, tt := range tests {
		if got := (cleaner{}).sentence(tt.in); got != tt.want {
			t.Errorf("sentence(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
	const own = `"AT&amp;T"`
	if got := (cleaner{own: true}).sentence(own); got != own {
		t.Errorf("our own %q came back as %q", own, got)
	}
}

func FuzzNormaliseText(f *testing.F) {
	for _, s := range []string{"“The mayor resigned.”", "Straße", "Cafe\u0301", "\u0149 ΐ ﬃ", "'\"«»„“'", "...", "a\u200d\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		once := NormaliseText(s)
		if again := NormaliseText(once); again != once {
			t.Fatalf("NormaliseText(%q) = %q, of which it makes %q", s, once, again)
		}
		clean := cleaner{}.sentence(s)
		if strings.ContainsAny(clean, "\n\r\u202e\u2066") {
			t.Fatalf("sentence(%q) = %q", s, clean)
		}
		if own := (cleaner{own: true}).line(clean); own != clean {
			t.Fatalf("sentence(%q) = %q, which our own export reads as %q", s, clean, own)
		}
	})
}
