package exchange

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// result is everything a stream gave.
type result struct {
	format  string
	records []Record
	rejects []Reject
	skipped int
	err     error // what ended it, if that was not the end
}

func readAll(tb testing.TB, in io.Reader, o Options) result {
	tb.Helper()
	r, err := Open(in, o)
	if err != nil {
		return result{err: err}
	}
	got := result{format: r.Format()}
	for {
		record, err := r.Next()
		reject, rejected := errors.AsType[*Reject](err)
		switch {
		case errors.Is(err, io.EOF):
			got.skipped = r.Skipped()
			return got
		case rejected:
			got.rejects = append(got.rejects, *reject)
		case err != nil:
			got.err = err
			if _, again := r.Next(); !errors.Is(again, err) {
				tb.Errorf("after %v the next call gave %v", err, again)
			}
			return got
		default:
			got.records = append(got.records, record)
		}
		if n := len(got.records) + len(got.rejects); record.Number+rejectNumber(reject) != n {
			tb.Fatalf("record or reject %d has number %d", n, record.Number+rejectNumber(reject))
		}
	}
}

func rejectNumber(r *Reject) int {
	if r == nil {
		return 0
	}
	return r.Record
}

func read(tb testing.TB, in string) result {
	tb.Helper()
	return readAll(tb, strings.NewReader(in), Options{})
}

// outline shows a result in lines: claims, rejects and what ended it.
func (r result) outline() []string {
	var lines []string
	for _, record := range r.records {
		lines = append(lines, record.Text)
	}
	for _, reject := range r.rejects {
		lines = append(lines, "reject "+reject.Error())
	}
	if r.err != nil {
		lines = append(lines, "stop "+r.err.Error())
	}
	return lines
}

const (
	reviewA = `{"@type":"ClaimReview","url":"https://checks.example/a","claimReviewed":"The bridge is closed","reviewRating":{"alternateName":"False"}}`
	crawlA  = `{"url":"https://checks.example/a","statement":"The bridge is closed","evaluation":"false","title":"No","subtitle":"","author":"J. Doe","date_posted":"9 October 2020"}`
	flatA   = "claimReviewed,url,reviewRating.alternateName\nThe bridge is closed,https://checks.example/a,False\n"
	kgA     = "claimReview_claimReviewed,claimReview_url,rating_alternateName\nThe bridge is closed,https://checks.example/a,False\n"
)

func TestOpenRecognises(t *testing.T) {
	t.Parallel()
	const claimA = "The bridge is closed"
	tests := []struct{ name, in, format string }{
		{"a ClaimReview", reviewA, "ClaimReview"},
		{"a list", "[" + reviewA + "]", "ClaimReview"},
		{"a feed", `{"dataFeedElement":[{"item":[` + reviewA + `]}]}`, "ClaimReview"},
		{"a page", "<html><script type=\"application/ld+json\">" + reviewA + "</script>", "ClaimReview"},
		{"a list of crawled pages", "[" + crawlA + "]", "ClaimReview"},
		{"lines of ClaimReview", reviewA + "\n{}\n", "JSON Lines"},
		{"lines of crawled pages", crawlA + "\n\n{}", "JSON Lines"},
		{"one line", crawlA, "ClaimReview"},
		{"flattened columns", flatA, "flattened ClaimReview"},
		{"columns of ClaimsKG", kgA, "ClaimsKG CSV"},
		{"semicolons", strings.ReplaceAll(flatA, ",", ";"), "flattened ClaimReview"},
		{"tabs and CRLF", strings.ReplaceAll(strings.ReplaceAll(flatA, ",", "\t"), "\n", "\r\n"), "flattened ClaimReview"},
		{"old Macintosh", strings.ReplaceAll(flatA, "\n", "\r"), "flattened ClaimReview"},
		{"header in capitals", strings.Replace(flatA, "claimReviewed,url", "CLAIMREVIEWED, URL ", 1), "flattened ClaimReview"},
		{"flattened lines", `{"claimReviewed":"The bridge is closed","url":"https://checks.example/a","reviewRating.alternateName":"False"}`, "ClaimReview"},
	}
	utf16 := func(s string, e unicode.Endianness, bom unicode.BOMPolicy) string {
		out, err := unicode.UTF16(e, bom).NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := io.WriteString(z, flatA); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		for _, as := range []struct{ name, in string }{
			{"plain", tt.in},
			{"with a mark", "\ufeff" + tt.in},
			{"UTF-16 LE with a mark", utf16(tt.in, unicode.LittleEndian, unicode.UseBOM)},
			{"UTF-16 BE with a mark", utf16(tt.in, unicode.BigEndian, unicode.UseBOM)},
			{"UTF-16 LE", utf16(tt.in, unicode.LittleEndian, unicode.IgnoreBOM)},
			{"UTF-16 BE", utf16(tt.in, unicode.BigEndian, unicode.IgnoreBOM)},
		} {
			got := read(t, as.in)
			if got.format != tt.format || len(got.records) != 1 || got.records[0].Text != claimA || got.records[0].Rating.Truth != factcheck.TruthFalse {
				t.Errorf("%s, %s: %q, %q; want %q and %q", tt.name, as.name, got.format, got.outline(), tt.format, claimA)
			}
		}
	}
	if got := read(t, zipped.String()); len(got.records) != 1 {
		t.Errorf("gzip: %q", got.outline())
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		o        Options
		want     string
	}{
		{"an unknown format", "", Options{Format: "xml"}, `format: "xml" is not a format; it is one of auto, claimreview, csv and jsonl`},
		{"an unknown field", flatA, Options{Map: map[string]string{"verdict": "x"}}, `map: "verdict" is not a field; the fields are answer,`},
		{"a column that is not there", "a,b\n1,2\n", Options{Map: map[string]string{"claim": "c"}}, "map: claim=c: there is no such column; the columns are a, b"},
		{"a field without a column", "a,b\n", Options{Map: map[string]string{"claim": ""}}, "map: field claim has no column; write claim=COLUMN"},
		{"too few fields", "a,b\n", Options{Map: map[string]string{"claim": "a", "url": "b"}}, "map: field label needs a column too; the columns are a, b"},
		{"a mapped ClaimReview", reviewA, Options{Format: FormatClaimReview, Map: map[string]string{"claim": "a"}}, "map: ClaimReview has its own names"},
		{"a publisher that is no site", flatA, Options{Publisher: "not a site"}, `publisher: "not a site" is not a site; write a host such as checks.example`},
		{"unknown columns", "name,age\nx,1\n", Options{}, "file: what this file holds cannot be told; as CSV its columns would be name, age; say which"},
		{"prose", "Once upon a time.\nThe end.\n", Options{}, "file: what this file holds cannot be told; as CSV its columns would be Once upon a time."},
		{"a ZIP archive", "PK\x03\x04xxxx", Options{}, "file: this is a ZIP archive (Excel files are, too)"},
		{"a PDF", "%PDF-1.7", Options{}, "file: this is a PDF file"},
		{"a damaged gzip", "\x1f\x8bxxxxxxxxxx", Options{}, "file: this begins like a gzip file but is damaged"},
		{"an unclosed header", `"claimReviewed,url`, Options{}, "file: the first line cannot be read as a header of CSV"},
	}
	for _, tt := range tests {
		_, err := Open(strings.NewReader(tt.in), tt.o)
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) || factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: Open gave %v (%s), want %s… (invalid)", tt.name, err, factcheck.CodeOf(err), tt.want)
		}
	}
}

func TestOpenEmpty(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", "\n \n", "\ufeff", "[]", `{"@type":"DataFeed","dataFeedElement":[]}`, flatA[:strings.Index(flatA, "\n")]} {
		if got := read(t, in); got.err != nil || len(got.records)+len(got.rejects) != 0 {
			t.Errorf("%q: %q, want nothing", in, got.outline())
		}
	}
}

// broken fails after n bytes, as a disk or a network does.
type broken struct {
	in io.Reader
	n  int
}

func (b *broken) Read(p []byte) (int, error) {
	if b.n == 0 {
		return 0, errors.New("the cable was pulled")
	}
	n, err := b.in.Read(p[:min(len(p), b.n)])
	b.n -= n
	return n, err
}

func TestReaderSaysWhenReadingFails(t *testing.T) {
	t.Parallel()
	for _, n := range []int{5, 800} { // less and more than is looked at before the first record
		for _, in := range []string{
			strings.Repeat(crawlA+"\n", n), "[" + strings.Repeat(reviewA+",\n", n), flatA + strings.Repeat(strings.SplitAfter(flatA, "\n")[1], n),
			strings.Repeat("<script type='application/ld+json'>"+reviewA+"</script>\n", n),
		} {
			got := readAll(t, &broken{in: strings.NewReader(in), n: len(in) - 20}, Options{})
			if len(got.records) < n-1 || got.err == nil || !strings.Contains(got.err.Error(), "the cable was pulled") {
				t.Errorf("%.40s…: %d records and %v, want %d and the cable", in, len(got.records), got.err, n-1)
			}
		}
	}
}

func TestDamagedGzipKeepsWhatIsGood(t *testing.T) {
	t.Parallel()
	for _, line := range []string{crawlA + "\n", "<script type='application/ld+json'>" + reviewA + "</script>\n"} {
		var zipped bytes.Buffer
		z := gzip.NewWriter(&zipped)
		for range 2 { // the second block is what gets lost
			if _, err := io.WriteString(z, strings.Repeat(line, 100)); err != nil {
				t.Fatal(err)
			}
			if err := z.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		got := readAll(t, bytes.NewReader(zipped.Bytes()[:zipped.Len()-8]), Options{})
		if len(got.records) < 100 || got.err == nil || !strings.Contains(got.err.Error(), "unexpected EOF") {
			t.Errorf("%.20s: %d records, then %v; want at least 100, then an error", line, len(got.records), got.err)
		}
	}
}

func TestFieldsAreDescribed(t *testing.T) {
	t.Parallel()
	got := Fields()
	if len(got) != len(fields) || got[0][0] != "answer" {
		t.Errorf("Fields() = %q", got)
	}
	m := map[string]string{}
	for _, f := range got {
		m[f[0]] = f[0]
	}
	// Every field that is named must reach the record it is named for.
	in := map[string]string{
		"claim": "The bridge is closed", "url": "https://checks.example/a", "label": "False", "publisher": "Example Checks", "claimant": "Gazette",
		"claimant_kind": "organisation", "claimant_url": "https://gazette.example/", "claim_date": "2026-01-12", "language": "en", "published": "2026-01-15",
		"modified": "2026-01-16", "title": "No", "answer": "It is open.", "byline": "J. Doe", "rating_value": "1", "rating_best": "5", "rating_worst": "1",
		"first_appearance": "https://social.example/1", "appearances": "https://social.example/2,https://social.example/3, https://social.example/4?a,b",
		"topics": "Traffic; Bridges|Traffic", "image": "https://social.example/1.jpg", "place": "Exampleville", "licence": "CC0",
	}
	var header, row []string
	for name := range m {
		header = append(header, name)
		row = append(row, `"`+in[name]+`"`)
	}
	r := readAll(t, strings.NewReader(strings.Join(header, ",")+"\n"+strings.Join(row, ",")), Options{Map: m})
	if len(r.records) != 1 {
		t.Fatalf("got %q", r.outline())
	}
	compareGolden(t, "testdata/mapped.golden", showRecord(t, r.records[0]))
	for name := range fields {
		if in[name] == "" {
			t.Errorf("field %s is not in this test", name)
		}
	}
	if d := cmp.Diff([]string(nil), r.records[0].Notes); d != "" {
		t.Errorf("notes: %s", d)
	}
}
