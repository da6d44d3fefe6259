package exchange

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// with returns a line of JSON for a crawled page with one member changed.
func with(member, value string) string {
	m := map[string]string{
		"url": `"https://checks.example/a"`, "statement": `"The bridge is closed"`, "evaluation": `"false"`, "title": `"No"`,
		"subtitle": `""`, "author": `"J. Doe"`, "date_posted": `"9 October 2020"`,
	}
	m[member] = value
	var parts []string
	for name, v := range m {
		parts = append(parts, fmt.Sprintf("%q:%s", name, v))
	}
	return "{" + strings.Join(parts, ",") + "}\n"
}

func TestHostileFields(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, line, want string }{
		{"javascript address", with("url", `"javascript:alert(1)"`), `the address of the review cannot be used: "javascript:alert(1)" is not a web address; write https://…`},
		{"data address", with("url", `"data:text/html,<script>"`), "the address of the review cannot be used"},
		{"other scheme", with("url", `"ftp://checks.example/a"`), "it must begin with http:// or https://"},
		{"user name in the address", with("url", `"https://checks.example@evil.example/"`), "holds a user name"},
		{"line break in the address", with("url", `"https://checks.example/\u0001x"`), "is not a web address"},
		{"no host", with("url", `"https:///x"`), "is not a web address"},
		{"long address", with("url", `"https://checks.example/`+strings.Repeat("a", 5000)+`"`), "the address of the review is 5023 characters long; at most 4096 are taken"},
		{"ten megabytes of claim", with("statement", `"`+strings.Repeat("a ", 5<<20)+`"`), "the claim text is 10485760 characters long; at most 5000 are taken"},
		{"ten megabytes of headline", with("title", `"`+strings.Repeat("é", 5<<20)+`"`), "the headline is 5242880 characters long; at most 1000 are taken"},
		{"NUL in the claim", with("statement", `"The bridge\u0000 is closed"`), "the claim text holds a NUL character, which is never text"},
		{"NUL in the byline", with("author", `"J.\u0000"`), "the byline holds a NUL character"},
		{"NUL in the title", with("title", `"\u0000"`), "the headline holds a NUL character"},
		{"raw NUL", with("statement", "\"a\x00b\""), `not valid JSON: invalid character '\x00' in string literal`},
		{"invalid UTF-8", with("statement", "\"caf\xe9 closed\""), "the text is not valid UTF-8; perhaps the file is in another encoding"},
		{"deep", with("statement", strings.Repeat("[", 200)+strings.Repeat("]", 200)), "the record nests more than 100 levels deep"},
		{"no words", with("statement", `"12 + 30 = 42 !!"`), `the claim text "12 + 30 = 42 !!" has no words`},
		{"only marks", with("statement", `"\u202e\u200b"`), "there is no claim text"},
		{"a list for a claim", with("statement", `[{"a":1}]`), "there is no claim text"},
		{"null", with("statement", `null`), "this is not a fact-check in a shape that is known"},
		{"no verdict", with("evaluation", `"  "`), "there is no verdict: neither a label nor a rating in numbers"},
		{"endless label", with("evaluation", `"`+strings.Repeat("no ", 400)+`"`), "the verdict's label is 1200 characters long; at most 500 are taken"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := read(t, crawlA+"\n"+tt.line+crawlA+"\n")
			if got.err != nil || len(got.records) != 2 || len(got.rejects) != 1 {
				t.Fatalf("got %d records and %d rejects, %v; want the good ones on both sides and one reject", len(got.records), len(got.rejects), got.err)
			}
			if r := got.rejects[0]; !strings.Contains(r.Reason, tt.want) || r.Line != 2 || r.Record != 2 || len(r.Raw) == 0 || len(r.Reason) > 300 {
				t.Errorf("reject %d at line %d, %d raw bytes: %q; want %q at line 2", r.Record, r.Line, len(r.Raw), r.Reason, tt.want)
			}
		})
	}
}

func TestHostileFieldsThatAreTaken(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, line string
		check      func(Record) string
		want       string
	}{
		{"markup stays text", with("author", `"<script>alert(1)</script>"`), func(r Record) string { return r.Byline }, "<script>alert(1)</script>"},
		{"escaped markup is decoded once", with("author", `"&amp;lt;b&amp;gt;"`), func(r Record) string { return r.Byline }, "&lt;b&gt;"},
		{"control characters go", with("statement", `"The\u001b[31m bridge\r\nis\u202e closed"`), func(r Record) string { return r.Text }, "The [31m bridge is closed"},
		{"a lone surrogate is a broken character", with("statement", `"The bridge is closed \ud83d"`), func(r Record) string { return r.Text }, "The bridge is closed \uFFFD"},
		{"raw line breaks", with("statement", "\"The bridge\nis closed\""), func(r Record) string { return r.Text }, "The bridge is closed"},
		{"spaces in the address", with("url", `" https://checks.example/a b\"c "`), func(r Record) string { return r.ReviewURL }, "https://checks.example/a%20b%22c"},
		{"entities in the address", with("url", `"https://checks.example/?a=1&amp;b=2"`), func(r Record) string { return r.ReviewURL }, "https://checks.example/?a=1&b=2"},
		{"a host in capitals with a port", with("url", `"HTTPS://WWW.Checks.Example:8443/a"`), func(r Record) string { return r.ReviewURL + " " + r.Publisher.Site }, "https://WWW.Checks.Example:8443/a checks.example"},
		{"a host in another script", with("url", `"https://www.пример.example/a"`), func(r Record) string { return r.Publisher.Site }, "xn--e1afmkfd.example"},
		{"a number for a text", with("title", `12345678901234567890123`), func(r Record) string { return r.Headline }, "12345678901234567890123"},
		{"a date that is none", with("date_posted", `"<b>yesterday</b>"`), func(r Record) string { return r.Published.String() + strings.Join(r.Notes, "") }, `The date of publication "<b>yesterday</b>" was not understood and is left out.`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := read(t, tt.line)
			if len(got.records) != 1 {
				t.Fatalf("got %q", got.outline())
			}
			if text := tt.check(got.records[0]); text != tt.want {
				t.Errorf("got %q, want %q", text, tt.want)
			}
		})
	}
}

func TestLongLinesArePassed(t *testing.T) {
	t.Parallel()
	long := `{"url":"` + strings.Repeat("x", MaxRecord+10) + `"}` + "\n"
	got := read(t, crawlA+"\n"+long+crawlA)
	want := []string{"The bridge is closed", "The bridge is closed", "reject line 2: the line is larger than 16 MiB"}
	if d := cmp.Diff(want, got.outline()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestManyAppearancesAndTopics(t *testing.T) {
	t.Parallel()
	var appearances, topics []string
	for i := range maxAppearances + 5 {
		appearances = append(appearances, fmt.Sprintf(`"https://social.example/%d"`, i))
	}
	for i := range maxTopics + 5 {
		topics = append(topics, fmt.Sprintf(`"topic %d"`, i))
	}
	got := read(t, `{"@type":"ClaimReview","url":"https://checks.example/a","claimReviewed":"The bridge is closed","reviewRating":{"alternateName":"False"},`+
		`"keywords":[`+strings.Join(topics, ",")+`],"itemReviewed":{"appearance":[`+strings.Join(appearances, ",")+`,"https://checks.example/a"]}}`)
	if len(got.records) != 1 {
		t.Fatalf("got %q", got.outline())
	}
	r := got.records[0]
	if len(r.Appearances) != maxAppearances || len(r.Topics) != maxTopics || len(r.Notes) != 2 {
		t.Errorf("%d appearances, %d topics, notes %q; want %d, %d and two notes", len(r.Appearances), len(r.Topics), r.Notes, maxAppearances, maxTopics)
	}
}

func TestCSVRows(t *testing.T) {
	t.Parallel()
	const head = "claimReviewed,url,reviewRating.alternateName\n"
	row := func(claim string) string { return claim + ",https://checks.example/a,False\n" }
	tests := []struct {
		name, in string
		want     []string
	}{
		{"quoted line breaks and commas", head + row("\"The bridge,\r\nthey say, is \"\"closed\"\"\"") + row("B is shut"),
			[]string{`The bridge, they say, is "closed"`, "B is shut"}},
		{"blank lines", head + "\n" + row("A is shut") + "\r\n\n" + row("B is shut"), []string{"A is shut", "B is shut"}},
		{"too few and too many columns", head + "only one\n" + row("A is shut") + "a,b,c,d\n",
			[]string{"A is shut", "reject line 2: the row has 1 columns and the header 3; perhaps a quotation mark is missing or too many",
				"reject line 4: the row has 4 columns and the header 3; perhaps a quotation mark is missing or too many"}},
		{"empty cells at the end", head + "A is shut,https://checks.example/a,False,,\n", []string{"A is shut"}},
		{"empty columns in the header", "claimReviewed,url,reviewRating.alternateName,,\nA is shut,https://checks.example/a,False,,\n", []string{"A is shut"}},
		{"a mark that is never closed", head + row("A is shut") + row(`"B is shut`) + row("C is shut") + row("D is shut"),
			[]string{"A is shut", "C is shut", "D is shut", "reject line 3: a quotation mark that opens a field is never closed"}},
		{"a mark within a field", head + row(`A "is" shut`), []string{`A "is" shut`}},
		{"text behind a closing mark", head + row(`"A" is shut`), []string{"A is shut"}},
		{"no line end", head + strings.TrimSuffix(row("A is shut"), "\n"), []string{"A is shut"}},
		{"invalid UTF-8", head + row("A caf\xe9 is shut") + row("B is shut"),
			[]string{"B is shut", "reject line 2: the claim text is not valid UTF-8; perhaps the file is in another encoding"}},
		{"NUL", head + row("A\x00 is shut"), []string{"reject line 2: the claim text holds a NUL character, which is never text"}},
		{"a formula is text", head + row("=HYPERLINK(1) is shut"), []string{"=HYPERLINK(1) is shut"}},
		{"a huge index", "claimReviewed,url,reviewRating.alternateName,itemReviewed.appearance.99999999999999999999.url\nA is shut,https://checks.example/a,False,x\n", []string{"A is shut"}},
		{"colliding columns", "claimReviewed,url,reviewRating,reviewRating.alternateName,claimReviewed.x\nA is shut,https://checks.example/a,,False,y\n", []string{"A is shut"}},
		{"the same column twice", "claimReviewed,url,reviewRating.alternateName,url\nA is shut,https://checks.example/a,False,javascript:1\n", []string{"A is shut"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(tt.want, read(t, tt.in).outline()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestCSVRowsThatAreTooLarge(t *testing.T) {
	t.Parallel()
	for name, large := range map[string]string{
		"bare": strings.Repeat("x", 5000) + "\n", "quoted": `"` + strings.Repeat("x", 5000) + `"` + "\n",
	} {
		r := newRows(bufio.NewReader(strings.NewReader("a,b\n"+large+"c,d\n")), ',')
		r.limit = 1000
		var got []string
		for {
			fields, line, _, err := r.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				got = append(got, err.Error())
				continue
			}
			got = append(got, fmt.Sprintf("%d %q", line, fields))
		}
		want := []string{`1 ["a" "b"]`, "line 2: the row is larger than 16 MiB; perhaps a quotation mark is never closed", `3 ["c" "d"]`}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		if cap(r.raw) > 4*r.limit {
			t.Errorf("%s: %d bytes are held, the limit is %d", name, cap(r.raw), r.limit)
		}
	}
}

func TestUnclosedMarksEndThePatience(t *testing.T) {
	t.Parallel()
	r := newRows(bufio.NewReader(strings.NewReader(strings.Repeat("\"x,y\n"+strings.Repeat("a,b\n", 50), 30))), ',')
	r.limit = 100
	rows, rejects := 0, 0
	for {
		_, line, _, err := r.next()
		if reject, ok := errors.AsType[*Reject](err); ok {
			rejects++
			if want := 1 + 51*(rejects-1); reject.Line != want {
				t.Fatalf("reject %d is at line %d, want %d", rejects, reject.Line, want)
			}
			continue
		}
		if err != nil {
			if stream, ok := errors.AsType[*StreamError](err); !ok || stream.Line != line {
				t.Errorf("ended with %v, want a StreamError at line %d", err, line)
			}
			break
		}
		rows++
	}
	if rejects != 20 || rows != 20*50 {
		t.Errorf("%d rows and %d rejects, want 1000 and 20", rows, rejects)
	}
}

func TestPagesWithoutReviews(t *testing.T) {
	t.Parallel()
	got := read(t, `<html><script type="application/ld+json">{"@type":"NewsArticle"}</script><p>x`)
	if d := cmp.Diff([]string{"reject line 1: there is no ClaimReview in this page"}, got.outline()); d != "" || got.skipped != 1 {
		t.Errorf("skipped %d, want 1 (-want +got):\n%s", got.skipped, d)
	}
}

func TestSkippedIsCounted(t *testing.T) {
	t.Parallel()
	got := read(t, `{"dataFeedElement":[null,{"@type":"DataFeedItem","item":null},{"@type":"DataFeedItem","item":[{"@type":"MediaReview"}]},{"item":`+reviewA+`}]}`)
	if len(got.records) != 1 || len(got.rejects) != 0 || got.skipped != 3 {
		t.Errorf("%q, skipped %d; want one record and 3 skipped", got.outline(), got.skipped)
	}
}

func FuzzOpen(f *testing.F) {
	for _, s := range []string{reviewA, crawlA + "\n" + crawlA, flatA, kgA, "claim_id,truth,verdict_version\n1,2,3", "[" + crawlA + "]", `{"text":"x","verdicts":[{}]}`, "\x1f\x8b", "\xff\xfea\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := Open(strings.NewReader(string(in)), Options{})
		if err != nil {
			return
		}
		for range len(in)*1100 + 2 { // gzip makes more of it, a thousand times at most
			record, err := r.Next()
			if err != nil {
				if reject, ok := err.(*Reject); ok && reject.Reason != "" && reject.Line > 0 { //nolint:errorlint // Next returns it bare
					continue
				}
				return
			}
			if !record.Deleted && record.State == "" && (record.Text == "" || record.Rating.Label == "") || record.ReviewURL == "" || record.Publisher.Site == "" {
				t.Fatalf("a record lacks what it cannot do without: %+v", record)
			}
			if strings.ContainsRune(fmt.Sprintf("%+v", record.Text+record.Headline+record.Publisher.Name+record.Claimant.Name+record.Byline), 0) {
				t.Fatalf("a NUL came through: %+v", record)
			}
			RecordHash(record)
		}
		t.Fatal("the reader does not end")
	})
}
