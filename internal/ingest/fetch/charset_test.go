package fetch

import (
	"strings"
	"testing"
)

func TestCharsetsAreFound(t *testing.T) {
	t.Parallel()
	const html = "text/html"
	meta := func(charset string) string { return `<html><head><meta charset="` + charset + `">` }
	for _, tt := range []struct {
		name, contentType, mediaType, body string
		want, text                         string
	}{
		{"header", "text/html; charset=windows-1251", html, "\xcf\xf0\xe8\xe2\xe5\xf2", "windows-1251", "Привет"},
		{"header in quotes", `text/html; charset="Shift_JIS"`, html, "\x93\xfa\x96\x7b", "shift_jis", "日本"},
		{"header, twice", "text/html; charset=koi8-r; charset=koi8-r", html, "\xf0", "koi8-r", "П"},
		{"header, broken", "text/html;;charset = koi8-r,text/html", html, "\xf0", "koi8-r", "П"},
		{"header, second time", "text/html; accept-charset; charset='koi8-r", html, "\xf0", "koi8-r", "П"},
		{"latin-1 is windows-1252", "text/html; charset=iso-8859-1", html, "\x93caf\xe9\x94", "windows-1252", "“café”"},
		{"header over meta", "text/html; charset=gbk", html, meta("big5") + "\xd6\xd0", "gbk", meta("big5") + "中"},
		{"mark over header", "text/html; charset=windows-1252", html, "\xef\xbb\xbfé", "utf-8", "é"},
		{"mark of UTF-16LE", html, html, "\xff\xfea\x00\xe9\x00", "utf-16le", "aé"},
		{"mark of UTF-16BE", html, html, "\xfe\xff\x00a\x00\xe9", "utf-16be", "aé"},
		{"UTF-16 without a mark", html, html, "<\x00p\x00>\x00\xe9\x00", "utf-16le", "<p>é"},
		{"UTF-16 in the header", "text/html; charset=utf-16be", html, "\x00a", "utf-16be", "a"},
		{"meta", html, html, meta("euc-kr") + "\xc7\xd1", "euc-kr", meta("euc-kr") + "한"},
		{"meta by pragma", html, html, `<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">` + "\xf0", "koi8-r", `<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">` + "П"},
		{"meta, pragma last", html, html, `<meta content="text/html; charset=koi8-r" http-equiv=content-type>` + "\xf0", "koi8-r", `<meta content="text/html; charset=koi8-r" http-equiv=content-type>` + "П"},
		{"meta without pragma", html, html, `<meta name=x content="charset=koi8-r">` + "\xf0", "windows-1252", `<meta name=x content="charset=koi8-r">` + "ð"},
		{"meta beyond 1024 bytes", html, html, "<head>" + strings.Repeat("<!-- x -->", 200) + meta("koi8-r") + "\xf0", "koi8-r", "<head>" + strings.Repeat("<!-- x -->", 200) + meta("koi8-r") + "П"},
		{"meta in a comment", html, html, "<!-- " + meta("koi8-r") + " -->\xe9", "windows-1252", "<!-- " + meta("koi8-r") + " -->é"},
		{"meta in a script", html, html, "<script>'" + meta("koi8-r") + "'</script>\xe9", "windows-1252", "<script>'" + meta("koi8-r") + "'</script>é"},
		{"meta in the body", html, html, "<body>" + meta("koi8-r") + "\xe9", "windows-1252", "<body>" + meta("koi8-r") + "é"},
		{"meta that cannot be true", html, html, meta("utf-16") + "é", "utf-8", meta("utf-16") + "é"},
		{"unknown meta, then a known one", html, html, meta("klingon") + meta("koi8-r") + "\xf0", "koi8-r", meta("klingon") + meta("koi8-r") + "П"},
		{"XML declaration", "application/xml", "application/xml", `<?xml version="1.0" encoding="iso-8859-2"?><a>` + "\xb1", "iso-8859-2", `<?xml version="1.0" encoding="iso-8859-2"?><a>ą`},
		{"XML in single quotes", "application/rss+xml", "application/rss+xml", `<?xml version='1.0' encoding='windows-1251'?>` + "\xcf", "windows-1251", `<?xml version='1.0' encoding='windows-1251'?>П`},
		{"bytes alone", html, html, strings.Repeat("a", 3000) + "é", "utf-8", strings.Repeat("a", 3000) + "é"},
		{"bytes against a server's latin-1", "text/html; charset=ISO-8859-1", html, "Grüße", "utf-8", "Grüße"},
		{"bytes against a page's latin-1", html, html, meta("iso-8859-1") + "Grüße", "utf-8", meta("iso-8859-1") + "Grüße"},
		{"said to be UTF-8, and is not", "text/html; charset=utf-8", html, meta("windows-1251") + "\xcf", "windows-1251", meta("windows-1251") + "П"},
		{"UTF-8 with a flaw", "text/html; charset=utf-8", html, "Gr\xc3\xbc\xff", "utf-8", "Grü\uFFFD"},
		{"ASCII", html, html, "abc", "utf-8", "abc"},
		{"ASCII by name", "text/html; charset=us-ascii", html, "caf\xe9", "windows-1252", "café"},
		{"nothing to go by", html, html, "caf\xe9", "windows-1252", "café"},
		{"unknown charset", "text/html; charset=klingon", html, "caf\xc3\xa9", "utf-8", "café"},
		{"JSON", "application/json", "application/json", `"é"`, "utf-8", `"é"`},
		{"charset that hides", "text/html; charset=hz-gb-2312", html, "<p>", "replacement", "\uFFFD"},
		{"NUL", html, html, "ab\x00c\x00", "utf-8", "ab\uFFFDc\uFFFD"},
		{"empty", html, html, "", "utf-8", ""},
	} {
		r := Response{Body: []byte(tt.body)}
		r.Charset = findCharset(r.Body, tt.contentType, tt.mediaType)
		if r.Charset != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, r.Charset, tt.want)
		}
		if got := r.Text(); got != tt.text {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.text)
		}
		if string(r.Body) != tt.body {
			t.Errorf("%s: the bytes for the snapshot were changed", tt.name)
		}
	}
	if got := (&Response{Body: []byte("\x89PNG")}).Text(); got != "" {
		t.Errorf("got %q, want no text of a picture", got)
	}
}
