package claimreview

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/piprate/json-gold/ld"

	"github.com/touchstone-factcheck/touchstone/internal/document"
)

// The part of schema.org (release 30.0) that is used here: what each type may have, its parents' properties included, and
// what may stand there: names of types, or "text".
func vocabulary() map[string]map[string]string {
	thing := map[string]string{"additionalType": "IRI", "name": "text", "alternateName": "text", "url": "IRI", "image": "IRI", "identifier": "text", "subjectOf": "CreativeWork"}
	add := func(of map[string]string, more ...string) map[string]string {
		all := map[string]string{}
		for k, v := range of {
			all[k] = v
		}
		for i := 0; i < len(more); i += 2 {
			all[more[i]] = more[i+1]
		}
		return all
	}
	work := add(thing, "headline", "text", "inLanguage", "text", "datePublished", "date", "dateModified", "date", "author", "Person Organization", "creditText", "text",
		"temporalCoverage", "text", "keywords", "text", "citation", "CreativeWork", "correction", "CorrectionComment", "license", "IRI CreativeWork", "publisher", "Organization",
		"sdPublisher", "Organization", "sdLicense", "IRI CreativeWork", "text", "text", "archivedAt", "IRI", "locationCreated", "Place", "associatedMedia", "ImageObject VideoObject AudioObject MediaObject",
		"workTranslation", "Claim", "isBasedOn", "IRI", "interpretedAsClaim", "Claim", "version", "text")
	review := add(work, "itemReviewed", "Claim MediaReviewItem", "reviewRating", "Rating", "associatedMediaReview", "MediaReview", "associatedClaimReview", "ClaimReview")
	media := add(work, "contentUrl", "IRI", "caption", "text", "width", "text", "height", "text")
	return map[string]map[string]string{
		"ClaimReview": add(review, "claimReviewed", "text"), "MediaReview": add(review, "mediaAuthenticityCategory", "text", "originalMediaContextDescription", "text", "originalMediaLink", "IRI"),
		"Claim": add(work, "firstAppearance", "CreativeWork", "appearance", "CreativeWork"), "MediaReviewItem": add(work, "mediaItemAppearance", "ImageObject VideoObject AudioObject MediaObject"),
		"Rating":       add(thing, "ratingValue", "text", "bestRating", "text", "worstRating", "text", "ratingExplanation", "text"),
		"Organization": add(thing, "logo", "ImageObject"), "Person": thing, "Place": thing, "CreativeWork": work, "CorrectionComment": work,
		"ImageObject": media, "VideoObject": media, "AudioObject": media, "MediaObject": media,
		"DataFeed":     add(work, "dataFeedElement", "DataFeedItem"),
		"DataFeedItem": add(thing, "dateCreated", "date", "dateModified", "date", "dateDeleted", "date", "item", "ClaimReview MediaReview"),
	}
}

// schemaOrg is the context of schema.org without @vocab, so that a processor drops what is no term of it.
type schemaOrg struct{}

// LoadDocument implements ld.DocumentLoader; nothing else is ever loaded.
func (schemaOrg) LoadDocument(u string) (*ld.RemoteDocument, error) {
	if u != "https://schema.org" {
		return nil, fmt.Errorf("%s is not to be loaded", u)
	}
	terms := map[string]any{"schema": "http://schema.org/"}
	for kind, properties := range vocabulary() {
		terms[kind] = "schema:" + kind
		for p, holds := range properties {
			terms[p] = map[string]any{"@id": "schema:" + p}
			if strings.Contains(holds, "IRI") {
				terms[p] = map[string]any{"@id": "schema:" + p, "@type": "@id"}
			}
		}
	}
	return &ld.RemoteDocument{DocumentURL: u, Document: map[string]any{"@context": terms}}, nil
}

// expanded gives markup to a JSON-LD processor and returns the nodes it understood. Whatever it dropped is reported.
func expanded(t *testing.T, raw []byte) []any {
	t.Helper()
	doc, err := ld.DocumentFromReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%v: %s", err, raw)
	}
	options := ld.NewJsonLdOptions("")
	options.DocumentLoader = schemaOrg{}
	nodes, err := ld.NewJsonLdProcessor().Expand(doc, options)
	if err != nil {
		t.Fatalf("a JSON-LD processor refuses it: %v: %s", err, raw)
	}
	if had, has := properties(doc), properties(nodes); had != has {
		t.Errorf("a JSON-LD processor drops %d of %d properties of %s", had-has, had, raw)
	}
	for _, n := range nodes {
		understood(t, n)
	}
	return nodes
}

// properties counts the properties of all nodes. An empty list says nothing and is none.
func properties(v any) (n int) {
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			n += properties(one)
		}
	case map[string]any:
		for k, of := range v {
			if list, is := of.([]any); k[0] != '@' && (!is || len(list) > 0) {
				n += 1 + properties(of)
			}
		}
	}
	return n
}

const schemaSpace = "http://schema.org/"

// understood holds an expanded node against the vocabulary: its properties, and what stands in each.
func understood(t *testing.T, v any) {
	t.Helper()
	node, _ := v.(map[string]any)
	types, _ := node["@type"].([]any)
	if len(types) == 0 {
		return
	}
	kind := strings.TrimPrefix(fmt.Sprint(types[0]), schemaSpace)
	allowed, known := vocabulary()[kind]
	if !known {
		t.Errorf("%s is no type that is used here", kind)
	}
	for p, values := range node {
		if p[0] == '@' {
			continue
		}
		name := strings.TrimPrefix(p, schemaSpace)
		holds, ok := allowed[name]
		if !ok {
			t.Errorf("schema.org knows no %s of a %s", name, kind)
		}
		list, _ := values.([]any)
		for _, one := range list {
			if problem := misplaced(one, strings.Fields(holds)); problem != "" {
				t.Errorf("%s of a %s: %s", name, kind, problem)
			}
			understood(t, one)
		}
	}
}

// misplaced says what is wrong with a value where certain kinds are expected.
func misplaced(v any, kinds []string) string {
	value, _ := v.(map[string]any)
	if text, is := value["@value"]; is {
		if slices.Contains(kinds, "date") && len(fmt.Sprint(text)) < 4 {
			return fmt.Sprintf("%v is no date", text)
		}
		if slices.Contains(kinds, "text") || slices.Contains(kinds, "date") {
			return ""
		}
		return fmt.Sprintf("the text %v, want %v", text, kinds)
	}
	if types, is := value["@type"].([]any); is {
		for _, one := range types {
			if slices.Contains(kinds, strings.TrimPrefix(fmt.Sprint(one), schemaSpace)) {
				return ""
			}
		}
		return fmt.Sprintf("%v, want %v", types, kinds)
	}
	id := fmt.Sprint(value["@id"])
	if u, err := url.Parse(id); err != nil || !u.IsAbs() {
		return id + " is no absolute address"
	}
	return "" // an address, or a reference to a node that is described elsewhere
}

// shared is a claim that others checked too, with one medium of each category.
func shared() document.Claim {
	c := resignation()
	other := c.Verdicts[0]
	other.ID, other.Origin, other.Publisher, other.ReviewURL = "verdict_2", "imported", document.Publisher{Name: "Faits", Site: "faits.example"}, "https://faits.example/88"
	other.Rating = document.Rating{Label: "Faux"}
	gone := other
	gone.ID, gone.State = "verdict_3", "retracted"
	c.Verdicts = append(c.Verdicts, other, gone)
	c.Media = nil
	for _, category := range []string{"OriginalMediaContent", "DecontextualizedContent", "EditedOrCroppedContent", "TransformedContent", "StagedContent", "SatireOrParodyContent", "", "MissingContext"} {
		c.Media = append(c.Media, document.Media{URL: "https://social.example/" + category + ".jpg", Kind: "video", Category: category})
	}
	return c
}

func TestOthersAndMediaAreMarkedUpBesideTheHouse(t *testing.T) {
	t.Parallel()
	raw, err := Encode(shared(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if bad := problems(raw); bad != nil {
		t.Errorf("breaks Google's rules: %q", bad)
	}
	expanded(t, raw)
	var all []map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, one := range all {
		author, _ := one["author"].(map[string]any)
		got = append(got, fmt.Sprint(one["@type"], " ", author["name"], " ", one["url"], " ", one["mediaAuthenticityCategory"], " ", one["originalMediaContextDescription"] != nil))
		if link, linked := one["originalMediaLink"]; linked != (one["mediaAuthenticityCategory"] == "OriginalMediaContent") || linked && link != "https://social.example/OriginalMediaContent.jpg" {
			t.Errorf("%v: got the original at %v, want it where the house has it alone", one["mediaAuthenticityCategory"], link)
		}
	}
	const page = " https://checks.example/claims/mayor-resigned"
	want := []string{"ClaimReview Example Checks" + page + " <nil> false", "ClaimReview Faits" + page + "#verdict_2 <nil> false"}
	for _, category := range []string{"OriginalMediaContent", "DecontextualizedContent", "EditedOrCroppedContent", "TransformedContent", "StagedContent", "SatireOrParodyContent"} {
		want = append(want, fmt.Sprint("MediaReview Example Checks", page, " ", category, " ", category == "DecontextualizedContent"))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if all[1]["isBasedOn"] != "https://faits.example/88" {
		t.Errorf("got %v, want where the other's check can be read", all[1]["isBasedOn"])
	}
}

func TestMarkupIsUnderstoodByAJSONLDProcessor(t *testing.T) {
	t.Parallel()
	cases := map[string]document.Claim{"full": resignation(), "shared": shared()}
	for name, text := range map[string]string{
		"markup": `</script><script>alert(1)</script><!--`, "json": `","@type":"Person","x":{"`, "controls": "a\x00b\u2028\u202e", "not UTF-8": "\xff\xfe", "keyword": "@id", "address": "javascript:alert(1)",
	} {
		c := shared()
		c.Text, c.Place, c.Claimant.Name, c.Claimant.Kind, c.Topics[0].Name, c.Media[0].Alt = text, text, text, "organisation", text, text
		c.Licence = text
		v := &c.Verdicts[0]
		v.Rating.Label, v.Headline, v.Answer, v.Byline, v.Publisher.Name, v.Licence, v.Correction.Note = text, text, text, text, text, text, text
		v.Sources[0].Title, v.Sources[0].Quote, c.Appearances[0].Quote = text, text, text
		cases[name] = c
	}
	for name, c := range cases {
		raw, err := Encode(c, Options{Logo: Image{URL: "https://checks.example/logo.png", Width: 10, Height: 10}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		expanded(t, raw)
		if bad := problems(raw); bad != nil {
			t.Errorf("%s breaks Google's rules: %q", name, bad)
		}
		if bytes.ContainsAny(raw, "<>&\u2028") {
			t.Errorf("%s could leave its script: %s", name, raw)
		}
		info := FeedInfo{Name: c.Text, URL: "https://checks.example/claimreview.json", House: "Example", HouseURL: "https://checks.example/", Licence: "CC BY-SA 4.0", At: time.Unix(1, 0), Epoch: "e", Seq: 1}
		feed, err := info.Head()
		if err != nil {
			t.Fatal(err)
		}
		items, err := info.AppendElements(nil, c, time.Time{})
		if err == nil {
			items, err = AppendDeleted(items, c.ID, time.Unix(2, 0))
		}
		if err != nil {
			t.Fatal(err)
		}
		expanded(t, append(append(feed, items...), FeedEnd...))
	}
}

// realChecks are real fact-checks, as if the house had made them.
func realChecks(t *testing.T, most int) (all []document.Claim) {
	t.Helper()
	dir := os.Getenv("TOUCHSTONE_TEST_DATA")
	if dir == "" {
		if os.Getenv("TOUCHSTONE_REQUIRE_TEST_DATA") == "1" {
			t.Fatal("TOUCHSTONE_REQUIRE_TEST_DATA is 1, but TOUCHSTONE_TEST_DATA is not set")
		}
		t.Skip("set TOUCHSTONE_TEST_DATA to the directory of real data to run this test")
	}
	file, err := os.Open(filepath.Join(dir, "fact-checks", "snopes.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // it was only read
	lines := bufio.NewScanner(file)
	for lines.Scan() && len(all) < most {
		var r struct{ Evaluation, Title, Subtitle, Statement, Author string }
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil || r.Statement == "" {
			continue
		}
		c := resignation()
		c.Text, c.Claimant.Name = r.Statement, r.Author
		v := &c.Verdicts[0]
		v.Rating, v.Headline, v.Answer = document.Rating{Label: r.Evaluation}, r.Title, r.Subtitle
		all = append(all, c)
	}
	return all
}

func TestRealChecksAreUnderstood(t *testing.T) {
	t.Parallel()
	checks := realChecks(t, 200)
	if len(checks) != 200 {
		t.Fatalf("got %d real checks, want 200", len(checks))
	}
	for _, c := range checks {
		raw, err := Encode(c, Options{})
		if err != nil {
			t.Fatal(err)
		}
		expanded(t, raw)
		if bad := problems(raw); bad != nil {
			t.Errorf("%s breaks Google's rules: %q", c.Text, bad)
		}
	}
}
