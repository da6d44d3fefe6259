package main

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/web/htmltest"
)

// hostile is a text that becomes something else wherever it is not escaped for its place.
const hostile = htmltest.Hostile

// hostileName is one that fits where names are short.
const hostileName = `=1+1 "><script>alert(1)</script>]]>&evil;' onload='`

// TestHostileTextStaysTextEverywhere publishes a hostile text in every field that a text is typed or imported into, and reads what
// every public way out makes of it as whoever takes it does: pages, documents, feeds, files, pictures and headers.
func TestHostileTextStaysTextEverywhere(t *testing.T) {
	t.Parallel()
	w := &walk{gate: newGate(t, nil), table: leakTable(), hidden: map[string][]string{"words": {hostile}}, shown: map[string][]string{}, rounds: 2}
	_, w.reader = w.key(t, factcheck.ScopeRead)
	w.askAPI(t)
	w.public(t)
	w.poison(t)
	w.follow(t)
	w.hidden = map[string][]string{"words": {hostile}, "topics": {hostile}, "sites": {hostile}, "article urls": {"https://evil.example/" + hostile}, "claimant ids": {hostile}, "outlets": {hostile}}
	shown := 0
	for i, r := range w.routes(t) {
		for _, one := range w.requests(t, r, i) {
			if w.table[lineOf(r)].keyed {
				one.head = map[string]string{"Authorization": "Bearer " + w.reader}
			}
			got := w.send(one)
			what := one.method + " " + one.address + " " + one.body
			w.harmless(t, what[:min(len(what), 200)], got)
			if strings.Contains(got.body, "alert(1)") {
				shown++
			}
		}
	}
	for _, format := range exportFormats(t) {
		w.harmless(t, "export "+format, w.export(t, format))
	}
	if shown < 100 {
		t.Errorf("the text was seen in %d answers only", shown)
	}
}

// poison publishes the hostile text wherever there is a text.
func (w *walk) poison(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	for _, broken := range []string{"a\x00b", "a\xffb", "\xed\xa0\x80"} { // NUL, no UTF-8, a surrogate alone
		if _, err := w.DB.FileClaim(ctx, w.Checker, factcheck.ClaimInput{Text: "It is so.", Why: broken, Language: "en"}); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("filing %q: got %v, want it refused", broken, err)
		}
	}
	done(t, w.DB.SetHouse(ctx, factcheck.Operator(), store.House{Name: `House "><script>alert(1)</script></title>`, Site: "desk.example", Licence: "CC-BY-4.0", Language: "en"}))
	must[int](t)(w.DB.WritePolicy(ctx, w.Admin, 0, factcheck.PolicyInput{Slug: "funding", Language: "en", Title: hostile, Body: hostile, Note: hostile}))
	w.shown["about"] = append(w.shown["about"], "funding")
	topic := must[factcheck.TopicID](t)(w.DB.AddTopic(ctx, w.Editor, factcheck.TopicInput{Name: hostileName, Names: map[string]string{"es": hostileName}}))
	who := must[factcheck.ClaimantID](t)(w.DB.AddClaimant(ctx, w.Checker, factcheck.ClaimantInput{Name: hostile, Kind: factcheck.ClaimantOrganisation, Description: hostile}))
	v := w.publishOf(t, hostile, factcheck.ClaimInput{Topics: []factcheck.TopicID{topic}, Claimant: who, Place: hostile, Why: hostile}, w.poisoned())
	w.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, hostile)
	suspended := w.publishOf(t, "Another "+hostile, factcheck.ClaimInput{}, w.poisoned())
	done(t, w.DB.SuspendVerdict(ctx, w.Editor, suspended.Verdict, hostile))
	added := must[store.Added](t)(w.DB.AddArticle(ctx, w.Checker, factcheck.ArticleInput{URL: `https://evil.example/"><script>alert(1)</script>`, Title: hostile, Author: hostile, OutletName: hostile, Text: hostile}))
	must[factcheck.AppearanceID](t)(w.DB.LinkArticle(ctx, w.Checker, added.Article, v.Claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes, Quote: hostile}))
	w.shown["articles"] = append(w.shown["articles"], must[store.WorkingArticle](t)(w.DB.NewsroomArticle(ctx, w.Checker, added.Article)).Slug)
	w.shown["article ids"] = append(w.shown["article ids"], added.Article.String())
	r := w.imported("evil", "Imported "+hostile)
	r.Publisher.Name, r.Headline, r.Answer, r.Byline, r.Topics, r.Claimant.Name = hostile, hostile, hostile, hostile, []string{hostileName}, "Evil "+hostile
	r.Rating.Label, r.Appearances[0].Title = `</script><b>`, hostile
	w.take(t, true, r)
	for kind, query := range map[string]string{"topics": `SELECT slug FROM topics WHERE name LIKE '%alert%'`, "claimants": `SELECT slug FROM claimants WHERE name LIKE '%alert%' AND NOT private`, "claims": `SELECT slug FROM claims WHERE text LIKE 'Imported%'`, "outlets": `SELECT slug FROM outlets WHERE site = 'evil.example'`} {
		rows, err := w.DB.Pool().Query(ctx, query)
		done(t, err)
		for rows.Next() {
			var slug string
			done(t, rows.Scan(&slug))
			w.shown[kind] = append(w.shown[kind], slug)
		}
		done(t, rows.Err())
	}
}

// poisoned returns a draft that is hostile in every text.
func (w *walk) poisoned() factcheck.Draft {
	d := w.Draft("False")
	d.Headline, d.Answer, d.Body, d.True, d.False, d.Unknown, d.HowChecked = hostile, hostile, hostile, hostile, hostile, hostile, hostile
	s := &d.Sources[0]
	s.Title, s.Origin, s.Quote, s.Document, s.Interest = hostile, hostile, hostile, hostile, hostile
	return d
}

// harmless reads an answer as whoever takes it does.
func (w *walk) harmless(t *testing.T, what string, got answer) {
	t.Helper()
	if got.status >= http.StatusInternalServerError && got.status != http.StatusNotImplemented {
		t.Errorf("%s: got %d: %.300s", what, got.status, got.body)
	}
	for line := range strings.Lines(got.head) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if name == "x-evil" || strings.ContainsAny(value, "\r\x00<") || strings.ContainsAny(name, " \"<") {
			t.Errorf("%s: got the header %q", what, line)
		}
	}
	for _, p := range got.loose {
		t.Errorf("%s: %s", what, p)
	}
	var err error
	switch kind, _, _ := strings.Cut(got.kind, ";"); {
	case got.raw == "":
	case kind == "text/html":
		w.plain(t, what, got.raw)
	case strings.HasSuffix(kind, "xml"):
		err = readXML(got.raw)
	case strings.HasSuffix(kind, "json") && kind != "application/x-ndjson":
		err = json.Unmarshal([]byte(got.raw), new(any))
	case kind == "application/x-ndjson":
		for line := range strings.Lines(got.raw) {
			err = errors.Join(err, json.Unmarshal([]byte(line), new(any)))
		}
	case kind == "text/csv":
		err = readCSV(got.raw)
	case kind == "image/png":
		_, err = png.Decode(strings.NewReader(got.raw))
	case kind == "application/x-bibtex":
		if strings.Count(got.raw, "\n@") > 0 || strings.Contains(got.raw, `\input`) {
			err = errors.New("a second entry, or a command")
		}
	}
	if err != nil {
		t.Errorf("%s: %v: %.300q", what, err, got.raw)
	}
}

// plain reports what a page made of the text but text.
func (w *walk) plain(t *testing.T, what, page string) {
	t.Helper()
	root, err := htmltest.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range htmltest.Problems(root) {
		t.Errorf("%s: %s", what, p)
	}
	for _, e := range htmltest.All(root, "b", "script") {
		if e.Data == "b" && htmltest.Attr(e, "class") == "" || e.FirstChild != nil && strings.Contains(e.FirstChild.Data, "</script") {
			t.Errorf("%s: the text made an element %s", what, e.Data)
		}
	}
}

// readXML reads XML strictly to its end.
func readXML(doc string) error {
	for d := xml.NewDecoder(strings.NewReader(doc)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// readCSV reads a table; a cell that a spreadsheet takes for a formula is an error.
func readCSV(table string) error {
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\ufeff"))).ReadAll()
	for i, row := range rows {
		if i == 0 {
			continue // the names of the columns are ours and others', such as @context
		}
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				return errors.New("a formula: " + cell[:min(len(cell), 40)])
			}
		}
	}
	return err
}
