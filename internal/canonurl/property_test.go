package canonurl

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// Pieces that addresses are put together from at random: everything some rule looks at.
var (
	pieceSchemes = []string{"https://", "http://", "", "HTTPS:/", "http:\\\\", "//"}
	pieceHosts   = []string{
		"example.org", "www.example.org", "m.www.example.org.", "amp.example.co.uk", "en.m.wikipedia.org", "m.blogspot.com",
		"www.google.com", "google.co.uk", "translate.google.com", "l.facebook.com", "de-de.facebook.com", "m.facebook.com",
		"web.archive.org", "archive.org", "archive.ph", "wayback.archive-it.org", "x-org.cdn.ampproject.org", "bing.com",
		"www-example-org.translate.goog", "urldefense.com", "urldefense.proofpoint.com", "12ft.io", "href.li", "r.search.yahoo.com",
		"webcache.googleusercontent.com", "youtu.be", "www.youtube.com", "twitter.com", "mobile.x.com", "nitter.net", "old.reddit.com",
		"redd.it", "t.me", "telegram.me", "www.instagram.com", "tiktok.com", "eur.safelinks.protection.outlook.com", "out.reddit.com",
		"www.cbsnews.com", "www.bbc.com", "0x7f.1", "[::1]", "exämple.org", "xn--exmple-cua.org", "a..b", "a b", "amp.amp.com", "www.www.org",
	}
	piecePorts    = []string{"", "", "", "", ":80", ":443", ":8080", ":x"}
	pieceSegments = []string{
		"a", "amp", "x.amp", "x.amp.html", ".amp", "..", ".", "", "%2e%2E", "%61mp", "s", "c", "v", "web", "2020", "2020*", "20200102id_",
		"*", "save", "o", "newest", "https:", "http:", "https%3A", "https%3A%2F%2Fexample.org%2Famp", "example.org", "watch", "shorts",
		"dQw4w9WgXcQ", "status", "123", "i", "photo", "1", "r", "comments", "abc12", "p", "CabcdE1", "@n", "video", "url", "l.php", "search",
		"redirect", "ck", "v3", "__https:", "x__;Iw!!y", "**A__;w6TDtg!!", "v2", "news", "RU=https%3a%2f%2fexample.org%2famp", "index.html", "en",
		"O%27B", "x%28y%29", "100%", "%25", "ä", "%E4", "a b", "a+b", ";", "story.php", "videos", "proxy", "share", "iv", "wayback", "available",
	}
	pieceNames  = []string{"q", "url", "u", "v", "id", "utm_source", "UTM_x", "fbclid", "amp", "outputType", "s", "si", "to", "z", "_x_tr_sl", "_x_tr_enc", "story_fbid", "amp;b", "%75", "", "a%5B%5D"}
	pieceValues = []string{"", "1", "amp", "x+y", "x%20y", "%zz", "https://example.org/amp", "https%3A%2F%2Fexample.org%2Fa%3Futm_x%3D1%26b", "cache:example.org/a", "cache:abcdefghijkl:https://example.org+x", "+http://a.org", "%20http://a.org", "http://a.org:8+", "http://a+b/", "http://a%20b/", "a1aHR0cHM6Ly9leGFtcGxlLm9yZy9h", "http://a..amp", "https-3A__example.org_a", "dQw4w9WgXcQ", "a/b:c,(d)'", "ä"}
	pieceEnds   = []string{"", "", "", "#", "#x", "#!/a/status/1", "#/r", "#:~:text=x", "#!:~:x", "#/"}
)

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

// composed returns an address put together from the pieces, sometimes inside another one.
func composed(r *rand.Rand, depth int) string {
	var b strings.Builder
	b.WriteString(pick(r, pieceSchemes) + pick(r, pieceHosts) + pick(r, piecePorts))
	for range r.IntN(5) {
		b.WriteString("/" + pick(r, pieceSegments))
	}
	if depth > 0 && r.IntN(3) == 0 {
		b.WriteString("/" + composed(r, depth-1))
	}
	for i := range r.IntN(4) {
		b.WriteString(string("?&&&"[i]) + pick(r, pieceNames) + "=" + pick(r, pieceValues))
		if depth > 0 && r.IntN(4) == 0 {
			b.WriteString(composed(r, depth-1))
		}
	}
	b.WriteString(pick(r, pieceEnds))
	return b.String()
}

func TestResultsAreStable(t *testing.T) {
	t.Parallel()
	const seed = 20261123
	r := rand.New(rand.NewPCG(seed, seed))
	good := 0
	for range 20_000 {
		raw := composed(r, 2)
		a, err := Parse(raw)
		if err != nil {
			checkError(t, raw, a, err)
			continue
		}
		good++
		checkAddress(t, raw, a)
		if t.Failed() {
			t.Fatalf("stopped at the first address that breaks a promise: %q", raw)
		}
	}
	if good < 10_000 {
		t.Errorf("only %d of 20000 composed addresses could be read, want at least half", good)
	}
}

func TestSpellingDoesNotChangeTheKey(t *testing.T) {
	t.Parallel()
	for _, c := range loadCases(t) {
		if c.Kind != nil || !strings.HasPrefix(c.In, "http") || !strings.Contains(c.In, "://") || strings.ContainsAny(c.In, "\\%\t\n") || strings.Count(c.In, ":") != 1 {
			continue
		}
		scheme, rest, _ := strings.Cut(c.In, "://")
		host, tail, _ := strings.Cut(rest, "/")
		if host == "" || !strings.HasPrefix(rest, host) || strings.ContainsAny(host, "?#@") {
			continue
		}
		var escaped strings.Builder
		for i := range len(tail) {
			if unreserved[tail[i]] {
				escaped.Write(appendEscape(nil, tail[i]))
			} else {
				escaped.WriteByte(tail[i])
			}
		}
		spellings := map[string]string{
			"upper-case host":    scheme + "://" + strings.ToUpper(host) + "/" + tail,
			"user name":          scheme + "://user:secret@" + host + "/" + tail,
			"other scheme":       "http://" + rest,
			"the scheme's port":  "http://" + host + ":80/" + tail,
			"white space":        " \n" + c.In + "\t ",
			"dot segment":        scheme + "://" + host + "/./x/../" + tail,
			"escaped characters": scheme + "://" + host + "/" + escaped.String(),
			"www":                scheme + "://www." + host + "/" + tail,
		}
		for name, raw := range spellings {
			if name == "www" && (endsInNumber(strings.ToLower(strings.Trim(host, "."))) || !isASCII(host) || isPublicSuffix(strings.ToLower(host)) || strings.Contains(host, "ampproject")) {
				continue
			}
			a, err := Parse(raw)
			if err != nil || a.Key() != c.Key {
				t.Errorf("%s: got the key %q of %q, error %v, want %q", name, a.Key(), raw, err, c.Key)
			}
		}
	}
}

func TestHostileAddressesCostLittle(t *testing.T) {
	t.Parallel()
	for _, raw := range hostile() {
		if len(raw) > MaxLength {
			t.Fatalf("%.40q…: %d bytes, more than is parsed", raw, len(raw))
		}
		start := time.Now()
		a, err := Parse(raw)
		// About two milliseconds on an idle machine. The bound leaves room for a busy one
		// and the race detector; work that multiplies with nesting would break it.
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%.40q…: took %v, want a few milliseconds", raw, took)
		} else {
			t.Logf("%.40q…: %v", raw, took)
		}
		if err != nil {
			checkError(t, raw, a, err)
			continue
		}
		checkAddress(t, raw, a)
	}
	if _, err := Parse("https://example.org/" + strings.Repeat("a", MaxLength)); !errors.Is(err, ErrTooLong) {
		t.Errorf("more than MaxLength bytes: got %v, want ErrTooLong", err)
	}
	if _, err := Parse("https://example.org/" + strings.Repeat("ä", MaxLength/4)); !errors.Is(err, ErrTooLong) {
		t.Errorf("more than MaxLength bytes once escaped: got %v, want ErrTooLong", err)
	}
}
