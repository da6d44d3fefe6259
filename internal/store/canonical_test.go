package store

import "testing"

func TestCanonicalURL(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"HTTPS://News.Example:443/A?b=1&a=2#top":                        "https://news.example/A?b=1&a=2",
		"http://news.example:80":                                        "http://news.example/",
		"http://news.example:443/":                                      "http://news.example:443/",
		"https://news.example/?utm_source=x&UTM_Medium=y&id=7&fbclid=z": "https://news.example/?id=7",
		"https://news.example/a?gclid=1":                                "https://news.example/a",
		"https://news.example/a?":                                       "https://news.example/a",
		"https://news.example/a?&&id=1&":                                "https://news.example/a?id=1",
		"https://news.example/é?q=é":                                    "https://news.example/%C3%A9?q=é",
		"https://[2001:DB8::1]:443/":                                    "https://[2001:db8::1]/",
		"https://news.example/a%2Fb?x=%26utm_a":                         "https://news.example/a%2Fb?x=%26utm_a",
		"://":                                                           "://",
	} {
		got := canonicalURL(in)
		if got != want {
			t.Errorf("canonicalURL(%q) = %q, want %q", in, got, want)
		}
		if again := canonicalURL(got); again != got {
			t.Errorf("canonicalURL(%q) = %q, again %q", in, got, again)
		}
	}
}

func FuzzCanonicalURLIsIdempotent(f *testing.F) {
	f.Add("HTTP://a.example:80/?utm_x=1&b=%zz#c")
	f.Fuzz(func(t *testing.T, s string) {
		once := canonicalURL(s)
		if twice := canonicalURL(once); twice != once {
			t.Errorf("canonicalURL(%q) = %q, again %q", s, once, twice)
		}
	})
}
