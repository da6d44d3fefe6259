package redact

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

const notice = "[removed: safety]"

func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ passage, in, want string }{
		{"12 Mill Lane", "She lives at 12 Mill Lane, near 12 Mill Lane 3.", "She lives at %, near % 3."},
		{"12 Mill Lane", "12 Mill\n  Lane and 12\u00a0Mill Lane", "% and %"},
		{"12 Mill Lane", "12 mill lane, 12 Mill-Lane, 12 MillLane", "12 mill lane, 12 Mill-Lane, 12 MillLane"},
		{"Ann", "Ann, Anna, annAnn", "%, %a, ann%"},
		{"aba", "ababa", "%ba"},
		{"Zoë", "Zoe\u0308 and Zo\u00eb", "% and %"},
		{"a.c(*", "abc(* a.c(*", "abc(* %"},
		{"مطحنة", "شارع مطحنة رقم", "شارع % رقم"},
		{"水车巷", "住在水车巷十二号", "住在%十二号"},
		{"👩‍⚖️ Ann", "x👩‍⚖️ Anny", "x%y"},
		{"nothing", "here", "here"},
	} {
		m := New(c.passage)
		got := Replace(c.in, m.Text(c.in), notice)
		if want := strings.ReplaceAll(c.want, "%", notice); got != want {
			t.Errorf("%q in %q: got %q, want %q", c.passage, c.in, got, want)
		}
		if m.Holds(got) || m.Holds(c.in) != (got != c.in) {
			t.Errorf("%q: got held before %v, after %v", c.passage, m.Holds(c.in), m.Holds(got))
		}
	}
}

func TestJSONIsReplacedInTextsOnly(t *testing.T) {
	t.Parallel()
	truth := "false"
	doc := document.Claim{
		ID: "claim_1", Slug: "änn-lee-false-claim", URL: document.ClaimURL("änn-lee-false-claim"), Text: `Ann "false" Lee \ false`, Language: "en",
		Claimant: &document.Claimant{ID: "claimant_1", Name: "false Ann", Kind: "person", Slug: "false-ann"}, Topics: []document.Topic{{Name: "false"}},
		Verdicts: []document.Verdict{{
			ID: "verdict_1", State: "false", Origin: "false", Publisher: document.Publisher{Name: "false", Site: "false"},
			Rating: document.Rating{Label: "false", Truth: &truth, Reasons: []string{"false"}}, Answer: "It is false.\nAnd \u2028false; <false> & \U0001f469false",
			ReviewURL: document.ClaimURL("änn-lee-false-claim"), Byline: "false",
			Sources: []document.Source{{URL: "https://false.example/x", Title: "false", Origin: "false", Kind: "primary", Bearing: "against", Quote: "false", ReadAt: "2025-06-07", ArchiveURL: "https://a.example/x"}},
		}},
		Appearances: []document.Appearance{{Stance: "false", Quote: "false", Article: document.Article{Slug: "false", URL: "https://x.example/a%20false%20b", Title: "a false b"}}},
	}
	stored, err := document.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	slugs := map[string]string{"änn-lee-false-claim": "redacted-1", "false-ann": "redacted-2"}
	got := apply(t, New("false"), string(stored), Rules{Notice: notice, Slugs: slugs})
	want := doc
	n := notice
	want.Slug, want.URL, want.Text = "redacted-1", "~/claims/redacted-1", `Ann "`+n+`" Lee \ `+n
	want.Claimant = &document.Claimant{ID: "claimant_1", Name: n + " Ann", Kind: "person", Slug: "redacted-2"}
	v := doc.Verdicts[0]
	v.Answer, v.ReviewURL, v.Byline = "It is "+n+".\nAnd \u2028"+n+"; <"+n+"> & \U0001f469"+n, "~/claims/redacted-1", n
	s := v.Sources[0]
	s.URL, s.Title, s.Origin, s.Quote = factcheck.RedactedAddress, n, n, n
	v.Sources = []document.Source{s}
	want.Verdicts = []document.Verdict{v}
	a := doc.Appearances[0]
	a.Quote, a.Article.URL, a.Article.Title = n, factcheck.RedactedAddress, "a "+n+" b"
	want.Appearances = []document.Appearance{a}
	if diff := cmp.Diff(want, decode(t, got)); diff != "" {
		t.Errorf("the document differs (-want +got):\n%s", diff)
	}

	part := decode(t, apply(t, New("false"), string(stored), Rules{Notice: notice, Only: []string{"appearances.article", "claimant"}}))
	want = doc
	want.Claimant = &document.Claimant{ID: "claimant_1", Name: n + " Ann", Kind: "person", Slug: "false-ann"}
	a.Quote = "false"
	want.Appearances = []document.Appearance{a}
	if diff := cmp.Diff(want, part); diff != "" {
		t.Errorf("the part differs (-want +got):\n%s", diff)
	}
	among := decode(t, apply(t, New("false"), string(stored), Rules{Notice: notice, Only: []string{"appearances"}, Among: map[string]bool{"a false b": true}}))
	want = doc
	a = doc.Appearances[0]
	a.Article.Title = "a " + n + " b"
	want.Appearances = []document.Appearance{a}
	if diff := cmp.Diff(want, among); diff != "" {
		t.Errorf("what is among the values differs (-want +got):\n%s", diff)
	}
}

// apply does the edits one after the other, as the database does.
func apply(t *testing.T, m *Matcher, raw string, rules Rules) string {
	t.Helper()
	edits, err := m.JSON(raw, rules)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range edits {
		raw = Replace(raw, e.Spans, e.Notice)
	}
	return raw
}

func decode(t *testing.T, raw string) document.Claim {
	t.Helper()
	var c document.Claim
	if err := json.Unmarshal([]byte(raw), &c); err != nil {
		t.Fatalf("%v: %s", err, raw)
	}
	return c
}

// Escapes are seen through, and never cut in half.
func TestJSONEscapes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ passage, in, want string }{
		{"n12", `{"a":"\n12 n12"}`, `{"a":"\n12 %"}`},
		{"u00e9", `{"a":"\u00e9 u00e9"}`, `{"a":"\u00e9 %"}`},
		{"Zoé", `{"a":"Zo\u00e9 Zoé Zo\u00E9"}`, `{"a":"% % %"}`},
		{`a"b\c`, `{"a":"xa\"b\\cx"}`, `{"a":"x%x"}`},
		{"12 Mill Lane", `{"a":"12 Mill\nLane"}`, `{"a":"%"}`},
		{"<b> & co", `{"a":"\u003cb\u003e \u0026 co"}`, `{"a":"%"}`},
		{"👩 Ann", `{"a":"\ud83d\udc69 Ann \ud83d"}`, `{"a":"% \ud83d"}`},
		{"abc", `{"abc":"abc","x":["abc",{"abc":"abc"}],"n":1.50,"t":true,"z":null}`, `{"abc":"%","x":["%",{"abc":"%"}],"n":1.50,"t":true,"z":null}`},
		{"abc", `["abc", [ "abc" ] ]`, `["%", [ "%" ] ]`},
		{"abc", `"abc"`, `"%"`},
		{"abc", ` {} `, ` {} `},
	} {
		if got, want := apply(t, New(c.passage), c.in, Rules{Notice: notice}), strings.ReplaceAll(c.want, "%", notice); got != want {
			t.Errorf("%q in %s: got %s, want %s", c.passage, c.in, got, want)
		}
	}
	for _, in := range []string{"", "{", `{"a":}`, `{"a":"x"} x`, "abc"} {
		if edits, err := New("abc").JSON(in, Rules{Notice: notice}); err == nil {
			t.Errorf("%q: got %v, want an error", in, edits)
		}
	}
}

func TestAddress(t *testing.T) {
	t.Parallel()
	m := New("Ann Lee")
	for in, want := range map[string]bool{
		"https://x.example/Ann%20Lee": true, "https://x.example/?q=Ann+Lee&b=1": true, "https://x.example/Ann_Lee": true, "https://x.example/news/ann-lee-resigns": true,
		"https://x.example/#Ann Lee": true, "https://x.example/annlee": false, "https://x.example/ann/lee": false, "https://x.example/%zz": false, "": false,
	} {
		if got := m.Address(in); got != want {
			t.Errorf("Address(%q) = %v, want %v", in, got, want)
		}
	}
	if !New("https://doxx.example/ann").Address("https://doxx.example/ann?x") || New("Lee").Address("https://x.example/flee") {
		t.Error("an address that is itself the passage is not found, or a word in lower case is")
	}
}

func TestSlug(t *testing.T) {
	t.Parallel()
	m := New("Ann Lee")
	long := "the-mayor-of-exampleville-says-in-a-speech-about-" // more words would follow
	for in, want := range map[string]bool{
		"ann-lee-resigns": true, "mayor-ann-lee": true, "ann-leeds": true, "ann": false, "lee-ann": false, "": false, long + "ann": true, long + "ann-2": true, long + "an": false, long + "joan": false,
	} {
		if got := m.Slug(in, true); got != want {
			t.Errorf("Slug(%q) = %v, want %v", in, got, want)
		}
	}
	if m.Slug(long+"ann", false) || m.Slug("ann-leeds", false) || !m.Slug("on-ann-lee", false) || New("¡!x…").Slug("claim", true) || !New("مطحنة").Slug("شارع-مطحنة", false) {
		t.Error("a slug is found that does not hold the passage, or the other way round")
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	const blank = "blank"
	for _, c := range []struct {
		name, body, contentType, want string
		certain                       bool
	}{
		{"as it is", "<p>By Ann O'Lee &amp; co</p>", "text/html; charset=utf-8", "<p>By % &amp; co</p>", true},
		{"escaped", "<p title='Ann O&#39;Lee'>Ann&nbsp;O&#x27;Lee Ann O&apos;Lee &#65;nn O'Lee</p>", "text/html", "<p title='%'>% % %</p>", true},
		{"over lines", "Ann\n\tO'Lee", "text/plain", "%", true},
		{"broken by tags", "<p>Ann <b>O'Lee</b></p>", "text/html", blank, true},
		{"broken inside a word", "<p>A<b>nn</b> O'Lee</p>", "text/html", blank, false},
		{"in a script", `<script>{"by":"Ann O\u0027Lee"}</script>`, "text/html", blank, false},
		{"in an attribute, by name", `<meta content="&Aacute;nn">`, "text/html", `<meta content="&Aacute;nn">`, false},
		{"not there", "<p>Anna</p>", "text/html", "<p>Anna</p>", true},
		{"a picture of it", "\x89PNG\xff", "image/png", blank, true},
		{"another picture", "\x89PNG\xff", "image/png", "\x89PNG\xff", false},
		{"another encoding", "<p>Ann O'L\xe9e</p>", "text/html", blank, true},
		{"empty", "", "image/png", "", true},
	} {
		m := New("Ann O'Lee")
		got := string(ReplaceBytes([]byte(c.body), m.Body([]byte(c.body), c.contentType, c.certain), notice))
		want := strings.ReplaceAll(c.want, "%", notice)
		if c.want == blank {
			want = notice
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", c.name, got, want)
		}
	}
	if body := "<p>Ren&eacute;</p>"; len(New("René").Body([]byte(body), "text/html", true)) != 1 {
		t.Error("a character escaped by name is not found")
	}
}

func FuzzText(f *testing.F) {
	f.Add("Ann Lee", "by Ann\nLee, Zoe\u0308")
	f.Fuzz(func(t *testing.T, passage, text string) {
		if factcheck.CheckPassage(passage) != nil || !utf8.ValidString(text) {
			t.Skip()
		}
		m := New(passage)
		spans := m.Text(text)
		got := Replace(text, spans, notice)
		if (len(spans) > 0) != strings.Contains(text, passage) && len(spans) == 0 {
			t.Errorf("%q stands in %q and is not found", passage, text)
		}
		if !utf8.ValidString(got) {
			t.Errorf("got %q, which is not UTF-8", got)
		}
	})
}

func FuzzJSON(f *testing.F) {
	f.Add("Ann", "Ann\n\"", "\\u00e9")
	f.Fuzz(func(t *testing.T, passage, one, two string) {
		if factcheck.CheckPassage(passage) != nil || !utf8.ValidString(one+two) {
			t.Skip()
		}
		raw, err := json.Marshal(map[string]any{one: two, "list": []string{one, two}, "text": one})
		if err != nil {
			t.Skip()
		}
		m := New(passage)
		edits, err := m.JSON(string(raw), Rules{Notice: notice})
		if err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		for _, e := range edits {
			raw = []byte(Replace(string(raw), e.Spans, e.Notice))
		}
		var out struct{ Text string }
		if err := json.Unmarshal(raw, &out); err != nil {
			t.Fatalf("got %s: %v", raw, err)
		}
		if want := Replace(one, m.Text(one), notice); out.Text != want && one != "text" {
			t.Errorf("got %q, want %q", out.Text, want)
		}
	})
}

// JSON that is not ours may call anything by any name.
func TestForeignJSONIsSearchedWhole(t *testing.T) {
	t.Parallel()
	in := `{"kind":"Mill Lane","publisher":{"name":"of Mill Lane"},"canonical":"https://x.example/mill-lane/?q=Mill%20Lane","note":"https and Mill Lane","n":7}`
	want := `{"kind":"` + notice + `","publisher":{"name":"of ` + notice + `"},"canonical":"` + factcheck.RedactedAddress + `","note":"https and ` + notice + `","n":7}`
	if got := apply(t, New("Mill Lane"), in, Rules{Notice: notice, All: true}); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := apply(t, New("Mill Lane"), in, Rules{Notice: notice}); strings.Contains(got, `"kind":"`+notice) {
		t.Errorf("got %s: words of a closed list are left alone in JSON of ours", got)
	}
}
