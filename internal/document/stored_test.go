package document

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestStoredDocumentTakesSeqAndAddressOnTheWayOut(t *testing.T) {
	t.Parallel()
	hostile := `text with "seq":0, and url":"~/ and \"url\":\"~/x` + "\u2028<script>"
	c := Claim{
		ID: "claim_01", Slug: "mayor", URL: ClaimURL("mayor"), Seq: 99, Text: hostile, Language: "en", Topics: []Topic{},
		Verdicts: []Verdict{{
			ReviewURL: ClaimURL("mayor"), Answer: hostile, Rating: Rating{Reasons: []string{}},
			Sources: []Source{{URL: "https://a.example/x", Quote: hostile}},
		}},
		Appearances: []Appearance{{Quote: hostile, Article: Article{Slug: "post", URL: ArticleURL("post")}}},
	}
	stored, err := Encode(c)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(stored, "https://checks.example", 7)
	if err != nil {
		t.Fatal(err)
	}
	want := c
	want.Seq, want.URL = 7, "https://checks.example/claims/mayor"
	want.Verdicts = []Verdict{want.Verdicts[0]}
	want.Verdicts[0].ReviewURL = want.URL
	want.Appearances = []Appearance{want.Appearances[0]}
	want.Appearances[0].Article.URL = "https://checks.example/articles/post"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("decoded document differs (-want +got):\n%s", diff)
	}
}

func FuzzAppend(f *testing.F) {
	f.Add("The mayor resigned", `"seq":0,`, `url":"~/`)
	f.Fuzz(func(t *testing.T, text, quote, title string) {
		c := Claim{Slug: "s", URL: ClaimURL("s"), Text: text, Place: title, Verdicts: []Verdict{{Answer: quote, Headline: title}}}
		stored, err := Encode(c)
		if err != nil {
			t.Skip()
		}
		whole := Append(nil, stored, "https://h.example", 12345)
		if !json.Valid(whole) {
			t.Fatalf("not JSON: %s", whole)
		}
		got, err := Decode(stored, "https://h.example", 12345)
		if err != nil {
			t.Fatal(err)
		}
		if got.Seq != 12345 || got.URL != "https://h.example/claims/s" {
			t.Errorf("got seq %d url %q", got.Seq, got.URL)
		}
		if utf8.ValidString(text) && got.Text != text { // PostgreSQL holds valid UTF-8 only
			t.Errorf("text changed: got %q, want %q", got.Text, text)
		}
	})
}

func TestSlug(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"The mayor of Exampleville has resigned!": "the-mayor-of-exampleville-has-resigned",
		"  “Élan” & Straße ":                      "élan-straße",
		"استقال رئيس البلدية":                     "استقال-رئيس-البلدية",
		"…":                                       "claim",
		strings.Repeat("word ", 40):               strings.TrimSuffix(strings.Repeat("word-", 15), "-"),
	} {
		if got := Slug(in); got != want {
			t.Errorf("Slug(%q) = %q, want %q", in, got, want)
		}
	}
}
