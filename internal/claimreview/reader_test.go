package claimreview

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// outcome is what one call of Next gave: claims and addresses, or the error.
func outcomes(t *testing.T, in string) []string {
	t.Helper()
	r := NewReader(strings.NewReader(in))
	var all []string
	for {
		e, err := r.Next()
		_, isElement := errors.AsType[*ElementError](err)
		switch {
		case errors.Is(err, io.EOF):
			return all
		case isElement:
			all = append(all, "reject "+err.Error())
			continue
		case err != nil:
			return append(all, "stop "+err.Error())
		}
		for _, review := range e.Reviews {
			all = append(all, fmt.Sprintf("%d %s", e.Line, review.ClaimReviewed))
		}
		if len(e.Reviews) == 0 {
			all = append(all, fmt.Sprintf("%d -", e.Line))
		}
	}
}

func TestReaderShapes(t *testing.T) {
	t.Parallel()
	const a = `{"@type":"ClaimReview","claimReviewed":"A"}`
	const b = `{"@type":"ClaimReview","claimReviewed":"B"}`
	tests := []struct {
		name, in string
		want     []string
	}{
		{"object", a, []string{"1 A"}},
		{"array", "[" + a + ",\n" + b + "]", []string{"1 A", "2 B"}},
		{"empty array", "[]", nil},
		{"nothing", " \n", nil},
		{"values one after the other", a + "\n" + b + "\n", []string{"1 A", "2 B"}},
		{"graph", `{"@context":"https://schema.org","@graph":[` + a + `,{"@type":"WebPage"},` + b + `],"x":1}`, []string{"1 A", "1 -", "1 B"}},
		{"graph of one", `{"@graph":` + a + `}`, []string{"1 A"}},
		{"feed", "{\"@type\":\"DataFeed\",\"dataFeedElement\":[\nnull,\n{\"@type\":\"DataFeedItem\",\"item\":null},\n" +
			`{"@type":"DataFeedItem","item":[` + a + `,null]},{"item":` + b + "}]}", []string{"2 -", "3 -", "4 A", "4 B"}},
		{"feed without elements", `{"@type":"DataFeed","dataFeedElement":null}`, []string{"1 -"}},
		{"list of items", `{"@type":"ItemList","itemListElement":[{"@type":"ListItem","item":` + a + `}]}`, []string{"1 A"}},
		{"type in an array", `{"@type":["Review","ClaimReview"],"claimReviewed":"A"}`, []string{"1 A"}},
		{"type as an address", `{"@type":"http://schema.org/ClaimReview","http://schema.org/claimReviewed":[{"@value":"A"}]}`, []string{"1 A"}},
		{"type with a prefix", `{"@type":"schema:ClaimReview","schema:claimReviewed":"A"}`, []string{"1 A"}},
		{"review of an article", `{"@type":"NewsArticle","review":[` + a + "]}", []string{"1 A"}},
		{"claim as an array", `{"@type":"ClaimReview","claimReviewed":["","A"]}`, []string{"1 A"}},
		{"duplicate names: the last one holds", `{"@type":"ClaimReview","claimReviewed":"old","claimReviewed":"A"}`, []string{"1 A"}},
		{"raw line break in a text", "{\"@type\":\"ClaimReview\",\"claimReviewed\":\"A\nB\"}", []string{"1 A B"}},
		{"huge number", `{"@type":"ClaimReview","claimReviewed":"A","reviewRating":{"ratingValue":1e999999}}`, []string{"1 A"}},
		{"a text at the top", `"x"`, []string{`stop line 1: '"' stands where a JSON object or list should`}},
		{"a word at the top", `nope`, []string{`stop line 1: 'n' stands where a JSON object or list should`}},
		{"element that is not JSON", "[" + a + ",\n{\"@type\": nope},\n" + b + "]",
			[]string{"1 A", "reject line 2: not valid JSON: invalid character 'o' in literal null (expecting 'u')", "3 B"}},
		{"wrong bracket", "[" + a + ",\n{\"x\":[1},\n" + b + "]", []string{"1 A", `stop line 2: '}' stands where ']' should`}},
		{"ends within a record", "[" + a + ",\n{\"@type\":\"Cl", []string{"1 A", "stop line 2: the file ends in the middle of a record that begins on line 2"}},
		{"ends within the list", "[" + a, []string{"1 A", "stop line 1: the file ends in the middle of a list"}},
		{"ends within the feed", `{"dataFeedElement":[` + a + `]`, []string{"1 A", "stop line 1: the file ends in the middle of an object"}},
		{"comma missing", "[" + a + "\n" + b + "]", []string{"1 A", `stop line 2: '{' stands where a comma or the end of the list should`}},
		{"comma too many", "[" + a + ",]", []string{"1 A"}},
		{"colon missing", `{"a" 1}`, []string{`stop line 1: '1' stands where a colon should`}},
		{"value missing", `{"a":}`, []string{`stop line 1: '}' closes what was never opened`}},
		{"invalid UTF-8", "[" + a + ",\n{\"x\":\"\xff\"},\n" + b + "]",
			[]string{"1 A", "reject line 2: the text is not valid UTF-8; perhaps the file is in another encoding", "3 B"}},
		{"NUL byte", "[{\"x\":\"\x00\"}," + a + "]",
			[]string{`reject line 1: not valid JSON: invalid character '\x00' in string literal`, "1 A"}},
		{"deep", "[" + strings.Repeat("[", 200) + strings.Repeat("]", 200) + "," + a + "]", []string{"reject line 1: " + tooDeep, "1 A"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(tt.want, outcomes(t, tt.in)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestReaderPages(t *testing.T) {
	t.Parallel()
	const a = `{"@type":"ClaimReview","claimReviewed":"A &amp; B"}`
	script := func(s string) string { return `<script type="application/ld+json">` + s + `</script>` }
	tests := []struct {
		name, in string
		want     []string
	}{
		{"a page", "<!doctype html>\n<html><head>\n" + script("\n"+a+"\n") + "</head></html>", []string{"4 A &amp; B"}},
		{"several scripts, others between", script(a) + "<script>var x = {}</script>\n" + script(a), []string{"1 A &amp; B", "2 A &amp; B"}},
		{"one script a line", script(a) + "\n" + script(a) + "\n" + script(a), []string{"1 A &amp; B", "2 A &amp; B", "3 A &amp; B"}},
		{"type in capitals, with a parameter", `<SCRIPT async TYPE='Application/LD+JSON; charset=utf-8'>` + a + `</SCRIPT>`, []string{"1 A &amp; B"}},
		{"CDATA", script("//<![CDATA[\n" + a + "\n//]]>"), []string{"2 A &amp; B"}},
		{"comment marks and a semicolon", script("<!-- " + a + "; -->"), []string{"1 A &amp; B"}},
		{"escaped for HTML", script(`{&quot;@type&quot;:&quot;ClaimReview&quot;,&quot;claimReviewed&quot;:&quot;A&#39;s&quot;}`), []string{"1 A's"}},
		{"commented out", "<!-- " + script(a) + " -->", nil},
		{"broken script, good script", script("\n{\"@type\":\n") + script(a),
			[]string{"reject line 2: the JSON-LD of the page is broken: it ends in the middle of an object", "3 A &amp; B"}},
		{"empty script", script(" ") + script(a), []string{"1 A &amp; B"}},
		{"graph with references", script(`{"@graph":[{"@type":"ClaimReview","claimReviewed":"A","author":{"@id":"#us"}},{"@id":"#us","name":"We"}]}`),
			[]string{"1 A", "1 -"}},
		{"no scripts", "<p>hello", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(tt.want, outcomes(t, tt.in)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestReaderFollowsReferences(t *testing.T) {
	t.Parallel()
	const doc = `{"@graph":[{"@type":"ClaimReview","claimReviewed":"A","author":{"@id":"#us"},"itemReviewed":{"@id":"#c"}},
		{"@id":"#us","@type":"Organization","name":"Example Checks"},{"@id":"#c","@type":"Claim","author":{"@id":"#missing"}}]}`
	for _, in := range []string{doc, `<script type="application/ld+json">` + doc + `</script>`} {
		r := NewReader(strings.NewReader(in))
		e, err := r.Next()
		if err != nil || len(e.Reviews) != 1 {
			t.Fatalf("Next() = %d reviews, %v; want one", len(e.Reviews), err)
		}
		got := e.Reviews[0]
		if len(got.Authors) != 1 || got.Authors[0].Name != "Example Checks" {
			t.Errorf("authors = %+v, want Example Checks", got.Authors)
		}
		if len(got.Items) != 1 || got.Items[0].ID != "#c" || len(got.Items[0].Authors) != 0 {
			t.Errorf("items = %+v, want #c without an author", got.Items)
		}
	}
}

func TestReaderPassesLargeRecords(t *testing.T) {
	t.Parallel()
	large := `{"@type":"ClaimReview","claimReviewed":"` + strings.Repeat("a", MaxElement) + `"}`
	got := outcomes(t, "["+large+",\n"+`{"@type":"ClaimReview","claimReviewed":"B"}]`)
	if d := cmp.Diff([]string{"reject line 1: " + tooLong, "2 B"}, got); d != "" {
		t.Errorf("in a list (-want +got):\n%s", d)
	}
	got = outcomes(t, large+"\n"+`{"@type":"ClaimReview","claimReviewed":"B"}`)
	if d := cmp.Diff([]string{"reject line 1: " + tooLong, "2 B"}, got); d != "" {
		t.Errorf("by itself (-want +got):\n%s", d)
	}
}

// What nests without end must not be remembered level by level.
func TestCutterForgetsDepth(t *testing.T) {
	t.Parallel()
	const levels = 1_000_000
	var c cutter
	n, done, err := c.cut([]byte(strings.Repeat("[", levels)))
	if n != levels || done || err != nil || len(c.open) > MaxDepth {
		t.Fatalf("cut passed %d bytes, done %v, %v, and remembers %d levels; want at most %d", n, done, err, len(c.open), MaxDepth)
	}
	if _, done, err = c.cut([]byte(strings.Repeat("]", levels))); !done || err != nil || !c.deep {
		t.Errorf("the end: done %v, %v, deep %v", done, err, c.deep)
	}
}

// Golden files hold one document each and what was read from it.
func TestReaderGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/read/*")
	if err != nil || len(files) < 3 {
		t.Fatalf("found %d documents (%v), want at least 3", len(files), err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".golden") {
			continue
		}
		in, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r := NewReader(bytes.NewReader(in))
		var got bytes.Buffer
		enc := json.NewEncoder(&got)
		enc.SetIndent("", " ")
		enc.SetEscapeHTML(false)
		for {
			e, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			for _, review := range e.Reviews {
				if err := enc.Encode(slim(t, review)); err != nil {
					t.Fatal(err)
				}
			}
		}
		compareGolden(t, file+".golden", got.Bytes())
	}
}

// slim drops what is empty, so that a golden file shows what was found.
func slim(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	var drop func(any) any
	drop = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for k, e := range v {
				if e = drop(e); e == nil {
					delete(v, k)
				} else {
					v[k] = e
				}
			}
			if len(v) == 0 {
				return nil
			}
		case string:
			if v == "" {
				return nil
			}
		case []any:
			for i := range v {
				v[i] = drop(v[i])
			}
		}
		return v
	}
	return drop(out)
}

func compareGolden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

// endless gives n elements of a feed without holding them.
type endless struct {
	n    int
	rest []byte
	done bool
}

func (e *endless) Read(p []byte) (int, error) {
	for len(e.rest) == 0 {
		switch {
		case e.n > 0:
			e.n--
			e.rest = []byte(`{"@type":"DataFeedItem","item":[{"@type":"ClaimReview","claimReviewed":"The bridge at Exampleville is closed","url":"https://checks.example/` + fmt.Sprint(e.n) + `"}]},` + "\n")
		case !e.done:
			e.done, e.rest = true, []byte("null]}")
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

func TestReaderStreams(t *testing.T) {
	t.Parallel()
	r := NewReader(io.MultiReader(strings.NewReader(`{"@type":"DataFeed","dataFeedElement":[`), &endless{n: 20_000}))
	n, last := 0, int64(0)
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e.Offset <= last || e.Line != n+1 {
			t.Fatalf("record %d is at line %d, offset %d after %d; want line %d and a growing offset", n, e.Line, e.Offset, last, n+1)
		}
		n, last = n+1, e.Offset
	}
	if n != 20_001 {
		t.Errorf("read %d elements, want 20001 with the null at the end", n)
	}
}

func FuzzReader(f *testing.F) {
	files, _ := filepath.Glob("testdata/read/*")
	for _, file := range files {
		if b, err := os.ReadFile(file); err == nil {
			f.Add(b)
		}
	}
	f.Add([]byte(`[{"@type":"ClaimReview","itemReviewed":[null,1,"x",{"appearance":[[]]}]},`))
	f.Fuzz(func(t *testing.T, in []byte) {
		r := NewReader(bytes.NewReader(in))
		for range len(in) + 2 { // every call but the last passes at least one byte
			e, err := r.Next()
			if _, isElement := errors.AsType[*ElementError](err); err != nil && !isElement {
				return
			}
			if err == nil && (e.Line < 1 || int(e.Offset) > len(in)) {
				t.Fatalf("an element at line %d, offset %d of %d bytes", e.Line, e.Offset, len(in))
			}
		}
		t.Fatal("the reader does not end")
	})
}
