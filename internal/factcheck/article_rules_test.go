package factcheck

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestShorten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"short", 5, "short"},
		{"The mayor has resigned.", 15, "The mayor has…"},
		{"The mayor has resigned.", 14, "The mayor has…"},
		{"The mayor has resigned.", 13, "The mayor…"},
		{"Donaudampfschifffahrt", 10, "Donaudamp…"},
		{"市長が辞任したという噂は本当ではない", 8, "市長が辞任した…"},
		{"ab cafe\u0301s are open", 7, "ab caf…"},
		{"cafe\u0301s", 5, "caf…"}, // never between a letter and its accent
		{"x", 0, "x"},
	} {
		got := Shorten(c.in, c.limit)
		if got != c.want {
			t.Errorf("Shorten(%q, %d) = %q, want %q", c.in, c.limit, got, c.want)
		}
		if n := len([]rune(got)); c.limit > 0 && n > c.limit {
			t.Errorf("Shorten(%q, %d) has %d characters", c.in, c.limit, n)
		}
	}
}

func TestArticleRulesCheck(t *testing.T) {
	t.Parallel()
	if err := DefaultArticleRules().Check(); err != nil {
		t.Errorf("the default: %v", err)
	}
	for field, edit := range map[string]func(*ArticleRules){
		"max_snapshot":     func(r *ArticleRules) { r.MaxSnapshot = MaxSnapshot + 1 },
		"keep_per_article": func(r *ArticleRules) { r.KeepPerArticle = 1 },
		"keep_days":        func(r *ArticleRules) { r.KeepDays = -1 },
		"quote_limit":      func(r *ArticleRules) { r.QuoteLimit = 0 },
	} {
		r := DefaultArticleRules()
		edit(&r)
		wantField(t, field, r.Check(), field)
	}
}

func TestSnapshotCheck(t *testing.T) {
	t.Parallel()
	png := Snapshot{Kind: SnapshotScreenshot, ContentType: "image/png", Body: []byte("\x89PNG\r\n\x1a\n")}
	for name, c := range map[string]struct {
		s     Snapshot
		field string
	}{
		"a PNG":              {png, ""},
		"a JPEG":             {Snapshot{Kind: SnapshotScreenshot, ContentType: "image/jpeg", Body: []byte("\xff\xd8\xff\xe0")}, ""},
		"a WebP":             {Snapshot{Kind: SnapshotScreenshot, ContentType: "image/webp", Body: []byte("RIFF\x01\x02\x03\x04WEBPVP8 ")}, ""},
		"a page as a PNG":    {Snapshot{Kind: SnapshotScreenshot, ContentType: "image/png", Body: []byte("<html>")}, "snapshot.body"},
		"an SVG":             {Snapshot{Kind: SnapshotScreenshot, ContentType: "image/svg+xml", Body: []byte("<svg>")}, "snapshot.content_type"},
		"a status beyond it": {Snapshot{Kind: SnapshotHTML, ContentType: "text/html", Body: []byte("x"), Status: 600}, "snapshot.status"},
		"a script's address": {Snapshot{Kind: SnapshotHTML, ContentType: "text/html", Body: []byte("x"), URL: "javascript:x"}, "snapshot.url"},
	} {
		wantField(t, name, c.s.Check(), c.field)
	}
	kept, err := Snapshot{Header: map[string][]string{"set-cookie": {"secret"}, "X": {"a\xffb\x00"}}}.KeptHeader()
	if err != nil || string(kept) != `{"X":["a`+"\uFFFD"+`b"]}` {
		t.Errorf("got headers %s, %v; want them without cookies and storable", kept, err)
	}
}

func TestArticleEditAndRefreshClean(t *testing.T) {
	t.Parallel()
	text := "a\x00"
	at := time.Date(2025, 6, 1, 1, 2, 3, 4, time.FixedZone("x", 3600))
	got, err := ArticleEdit{Title: " A\nb ", OutletSite: "WWW.News.example", Modified: at}.Clean()
	want := ArticleEdit{Title: "A b", OutletSite: "news.example", Modified: time.Date(2025, 6, 1, 0, 2, 3, 0, time.UTC)}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("cleaned (-want +got):\n%s%v", diff, err)
	}
	for field, in := range map[string]ArticleEdit{
		"text": {Text: &text}, "archive_url": {ArchiveURL: "ftp://x.example/"}, "outlet_site": {OutletSite: "<b>"}, "language": {Language: "x"},
		"lead_image": {LeadImage: "https://x.example/" + strings.Repeat("a", MaxURL)},
	} {
		_, err := in.Clean()
		wantField(t, field, err, field)
	}
	for field, in := range map[string]RefreshInput{
		"text": {Text: text}, "found": {Found: []byte("[]")}, "etag": {ETag: strings.Repeat("e", MaxLine+1)},
		"spellings": {Spellings: make([]string, MaxSpellings+1)}, "snapshot.body": {Snapshot: Snapshot{Kind: SnapshotText, ContentType: "text/plain"}},
	} {
		_, err := in.Clean()
		wantField(t, field, err, field)
	}
}

func TestAnchorIsChecked(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 6, 7, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		in    AppearanceInput
		field string
	}{
		"a passage":           {AppearanceInput{Quote: "q", Anchor: Anchor{Start: 0, End: 1}}, ""},
		"one that ends first": {AppearanceInput{Quote: "q", Anchor: Anchor{Start: 2, End: 1}}, "anchor"},
		"one before the text": {AppearanceInput{Quote: "q", Anchor: Anchor{Start: -1, End: 1}}, "anchor"},
		"one beyond any text": {AppearanceInput{Quote: "q", Anchor: Anchor{Start: 1, End: MaxArticleText + 1}}, "anchor"},
		"a long prefix":       {AppearanceInput{Quote: "q", Anchor: Anchor{Prefix: strings.Repeat("p", MaxAnchor+1)}}, "anchor.prefix"},
		"next year":           {AppearanceInput{Appeared: Date{At: now.AddDate(1, 0, 0), Precision: PrecisionYear}}, "appeared"},
		"nowhere, no quote":   {AppearanceInput{Anchor: Anchor{Start: 5, End: 9, Prefix: "x"}}, ""},
	} {
		c.in.Stance = StanceMakes
		got, err := c.in.Clean(now)
		wantField(t, name, err, c.field)
		if c.in.Quote == "" && err == nil && got.Anchor != (Anchor{}) {
			t.Errorf("%s: got %+v, want no passage without a quote", name, got.Anchor)
		}
	}
}
