package document

import "testing"

func TestNormaliseText(t *testing.T) {
	t.Parallel()
	const want = "the mayor didn't resign - yet"
	for _, in := range []string{
		"The mayor didn't resign - yet", "“The  mayor didn’t resign — yet.”", "\"THE MAYOR DIDN'T RESIGN – YET!\"", "The mayor\u00a0didn't resign -\nyet…",
	} {
		if got := NormaliseText(in); got != want {
			t.Errorf("NormaliseText(%q) = %q, want %q", in, got, want)
		}
	}
	if NormaliseText("5 died") == NormaliseText("6 died") {
		t.Error("numbers must tell claims apart")
	}
	if TextKey("x", "en-GB") != TextKey("X.", "en") {
		t.Error("the region of a language must not tell claims apart")
	}
	if TextKey("x", "en") == TextKey("x", "fr") {
		t.Error("the language must tell claims apart")
	}
}

func FuzzNormaliseTextIsIdempotent(f *testing.F) {
	f.Add("“The mayor.”")
	f.Fuzz(func(t *testing.T, s string) {
		once := NormaliseText(s)
		if twice := NormaliseText(once); twice != once {
			t.Errorf("NormaliseText(%q) = %q, again %q", s, once, twice)
		}
	})
}
