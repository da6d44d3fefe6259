package match

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// Dataset is a set of posts with the claims they make, in the format of the CheckThat! lab's task 2.
type Dataset struct {
	Claims  []Claim
	Queries []Query
}

// Claim is a claim of a data set.
type Claim struct {
	ID     string
	Text   string // as claimed
	Title  string // headline of its check
	Answer string // the finding in short
}

// IDOf returns the id under which a claim of a data set stands in its index.
func IDOf(id string) search.ID {
	sum := sha256.Sum256([]byte(id))
	return search.ID(sum[:16])
}

// Index returns an index of the claims.
func (d *Dataset) Index(ctx context.Context) (*search.Index, error) {
	return search.Build(ctx, search.Options{}, func(yield func(search.Doc, error) bool) {
		for i := range d.Claims {
			if !yield(d.Claims[i].Doc(), nil) {
				return
			}
		}
	})
}

// Doc returns the claim as a document of the index, in English.
func (c *Claim) Doc() search.Doc {
	return search.Doc{ID: IDOf(c.ID), Texts: []search.Text{
		{Field: search.FieldClaim, Language: "en", Text: c.Text},
		{Field: search.FieldTitle, Language: "en", Text: c.Title},
		{Field: search.FieldAnswer, Language: "en", Text: c.Answer},
	}}
}

// withoutLabel drops what old checks write before the sentence.
func withoutLabel(s string) string {
	s = strings.TrimPrefix(s, "Rumor:")
	return strings.TrimPrefix(s, "Claim:")
}

// Query is a post and the ids of the claims it makes.
type Query struct {
	ID, Text string
	Right    map[string]bool
}

// maxLine is the longest line of a data file.
const maxLine = 4 << 20

// ReadDataset reads claims (a JSON object per line: vclaim_id, vclaim, title, subtitle; nothing else of them is read),
// queries (id, tab, text, the text perhaps quoted as in CSV) and which query makes which claim (query, 0, claim, 1). Ids of
// queries repeat between splits, so only the queries that qrels names are read. An error names the line.
func ReadDataset(claims, queries, qrels io.Reader) (*Dataset, error) {
	d := &Dataset{}
	known := make(map[string]bool)
	err := eachLine(claims, "claims", func(line string) error {
		var r struct {
			ID       string `json:"vclaim_id"`
			Text     string `json:"vclaim"`
			Title    string `json:"title"`
			Subtitle string `json:"subtitle"`
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			return fmt.Errorf("no claim: %w", err)
		}
		if r.ID == "" || known[r.ID] {
			return fmt.Errorf("vclaim_id %q is empty or there twice", r.ID)
		}
		known[r.ID] = true
		d.Claims = append(d.Claims, Claim{ID: r.ID, Text: r.Text, Title: r.Title, Answer: withoutLabel(r.Subtitle)})
		return nil
	})
	if err != nil {
		return nil, err
	}
	texts := make(map[string]string)
	err = eachLine(queries, "queries", func(line string) error {
		id, text, ok := strings.Cut(line, "\t")
		if !ok {
			return fmt.Errorf("no tab between id and text")
		}
		texts[id] = unquote(text)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d, d.readRight(qrels, texts, known)
}

// readRight reads which query makes which claim.
func (d *Dataset) readRight(qrels io.Reader, texts map[string]string, known map[string]bool) error {
	at := make(map[string]int)
	return eachLine(qrels, "qrels", func(line string) error {
		f := strings.Fields(line)
		if len(f) != 4 {
			return fmt.Errorf("%d fields, want query 0 claim 1", len(f))
		}
		text, ok := texts[f[0]]
		if !ok || !known[f[2]] {
			return fmt.Errorf("no query %q or no claim %q", f[0], f[2])
		}
		if f[3] == "0" {
			return nil
		}
		i, ok := at[f[0]]
		if !ok {
			i = len(d.Queries)
			at[f[0]] = i
			d.Queries = append(d.Queries, Query{ID: f[0], Text: text, Right: make(map[string]bool)})
		}
		d.Queries[i].Right[f[2]] = true
		return nil
	})
}

// eachLine calls f for each line that is not empty; its error is given the line's place.
func eachLine(r io.Reader, name string, f func(string) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		if err := f(lines.Text()); err != nil {
			return fmt.Errorf("%s, line %d: %w", name, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// unquote takes a field out of its CSV quotes.
func unquote(s string) string {
	if len(s) > 1 && strings.HasPrefix(s, `"`) && strings.HasSuffix(s, `"`) {
		return strings.ReplaceAll(s[1:len(s)-1], `""`, `"`)
	}
	return s
}
