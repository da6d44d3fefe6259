package search

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// surfaces joins the surfaces of a text's words, terms its stems.
func surfaces(text, lang string) string {
	var s []string
	for _, w := range Words(text, lang) {
		s = append(s, w.Surface)
	}
	return strings.Join(s, " ")
}

func terms(text, lang string) string {
	var s []string
	for _, w := range Words(text, lang) {
		s = append(s, w.Term)
	}
	return strings.Join(s, " ")
}

func TestWordsAreFoldedAndSplit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, lang, text, want string }{
		{"case and punctuation", "en", "The WHO said: “No!”", "the who said no"},
		{"possessives and contractions", "en", "Trump's aides don't, I’m told", "trump aides dont im told"},
		{"elision in French", "fr", "L'eau d’Évian", "l eau d evian"},
		{"accents", "es", "Vacunación, ¿AÑO? Über", "vacunacion ano uber"},
		{"accents written apart", "fr", "e\u0301te\u0301", "ete"},
		{"letters that do not decompose", "de", "Straße Łódź Ærø", "strasse lodz aero"},
		{"numbers", "en", "1,000,000 or 3.5% in 2020, 12.", "1000000 or 3.5 in 2020 12"},
		{"thousands apart", "fr", "1 000 000 ou 12\u00a0345, 1\u202f000 et 2\u2009500; 1’000 en 2020 300 cas, 3 14", "1000000 ou 12345 1000 et 2500 1000 en 2020 300 cas 3 14"},
		{"a plain space ends an English number", "en", "Route 66 100 years, 1\u00a0000, the 1990's", "route 66 100 years 1000 the 1990"},
		{"Indian and Arabic thousands", "hi", "12,34,567 और ١٬٠٠٠ ٣٫٥ १,०००", "1234567 और 1000 3.5 1000"},
		{"digits of other scripts", "ar", "٢٠٢١ and २०२१", "2021 and 2021"},
		{"full width and ligatures", "en", "ＡＢＣ１２ ﬁne", "abc12 fine"},
		{"Arabic vowels, alef and tatweel", "ar", "أَحْمَـــد إلى", "احمد الي"},
		{"Hindi vowel signs stay, nukta goes", "hi", "लड़की", "लडकी"},
		{"Han in bigrams", "zh", "疫苗接种 ok 水", "疫苗 苗接 接种 ok 水"},
		{"soft hyphen and joiners", "en", "vac\u00adcine zero\u200dwidth", "vaccine zerowidth"},
		{"hashtags and addresses", "en", "#FakeNews @who x-ray", "fakenews who x ray"},
		{"broken bytes", "en", "a\xffb \x00c", "a b c"},
		{"nothing", "en", " \t…!", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := surfaces(c.text, c.lang); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestWordsKnowTheirPlace(t *testing.T) {
	t.Parallel()
	text := "Is “Élodie’s” 1,000 疫苗接 too… x\u0301"
	var got []string
	for _, w := range Words(text, "en") {
		got = append(got, text[w.Start:w.End])
	}
	want := []string{"Is", "Élodie’s", "1,000", "疫苗", "苗接", "too", "x"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("got other places (-want +got):\n%s", d)
	}
}

func TestStemsPerLanguage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lang, a, b string }{
		{"en", "vaccines", "vaccinated"}, {"en-GB", "claims", "claimed"}, {"es", "vacunación", "vacunaciones"},
		{"es", "vacunacion", "vacunación"}, {"fr", "vaccinée", "vaccinees"}, {"fr", "vacciner", "vaccination"},
		{"de", "Häuser", "hauses"}, {"pt-BR", "eleição", "eleicoes"}, {"ar", "المدارس", "مدارس"},
		{"hi", "लड़कियाँ", "लड़की"}, {"ru", "вакцины", "вакцина"},
	} {
		if a, b := terms(c.a, c.lang), terms(c.b, c.lang); a != b {
			t.Errorf("%s: got %q for %q and %q for %q, want the same", c.lang, a, c.a, b, c.b)
		}
	}
	if a, b := terms("hilary", "en"), terms("claims", "xx"); a == "hilary" || b != "claims" {
		t.Errorf("got %q and %q, want a stem in English and none in an unknown language", a, b)
	}
}

func TestStopWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang, word string
		want       bool
	}{{"en", "the", true}, {"en", "not", false}, {"en", "die", false}, {"de", "die", true}, {"es", "más", true}, {"ar", "إلى", true}, {"hi", "में", true}, {"xx", "the", false}} {
		if got := Words(c.word, c.lang)[0].Stop; got != c.want {
			t.Errorf("%s %q: got %v, want %v", c.lang, c.word, got, c.want)
		}
	}
}

func TestGrams(t *testing.T) {
	t.Parallel()
	if got := len(Grams("cat")); got != 3+2+1 {
		t.Errorf("got %d grams of ^cat$, want 6", got)
	}
	if got := len(Grams("é")); got != 1 {
		t.Errorf("got %d grams of one letter, want 1", got)
	}
	if d := cmp.Diff(Grams("vaccine")[0], Grams("vacation")[0]); d != "" {
		t.Error("got different grams for the same beginning, want ^va")
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"don't", "1,000.5", "疫苗接种", "a\xff", "ﷺ", "ß’s", "\u0301"} {
		f.Add(s, "fr")
	}
	f.Fuzz(func(t *testing.T, text, lang string) {
		last := 0
		for _, w := range Words(text, lang) {
			if w.Surface == "" || w.Term == "" || w.Start < 0 || w.End <= w.Start || w.End > len(text) || w.Start < last {
				t.Fatalf("got %+v after %d, want a word inside the text and in order", w, last)
			}
			if utf8.RuneCountInString(w.Surface) > 40*MaxWordRunes {
				t.Fatalf("got a word of %d runes", utf8.RuneCountInString(w.Surface))
			}
			last = w.Start
		}
	})
}
