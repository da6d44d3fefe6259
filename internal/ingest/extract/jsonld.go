package extract

import (
	"bytes"
	"encoding/json"
	"html"
	"slices"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
)

// story is what a JSON-LD node says of the article.
type story struct {
	kind               string // the schema.org type
	node               map[string]any
	headline, name     string
	authors            []string
	publisher          string
	published, created string
	modified           string
	language           string
	image, url, body   string
	free               string // isAccessibleForFree as written
	words              int
}

// linked is all JSON-LD of a page.
type linked struct {
	values []any
	nodes  map[string]map[string]any // by @id
}

const maxLinkedNodes = 20_000

// readLinked decodes JSON-LD scripts, mending what pages get wrong: entities, comments, trailing commas, raw line feeds,
// semicolons. What is broken beyond that is passed over.
func readLinked(scripts []string) *linked {
	l := &linked{nodes: map[string]map[string]any{}}
	for _, script := range scripts {
		if v, ok := decodeScript(script); ok {
			l.values = append(l.values, v)
		}
	}
	left := maxLinkedNodes
	for _, v := range l.values {
		l.index(v, &left)
	}
	return l
}

var (
	scriptMarks    = lazy(`^(?:\s|//|/\*|\*/|<!--|-->|<!\[CDATA\[|\]\]>|;)+|(?:\s|//|/\*|\*/|<!--|-->|<!\[CDATA\[|\]\]>|;)+$`)
	trailingCommas = lazy(`,(\s*[}\]])`)
)

func decodeScript(script string) (any, bool) {
	raw := []byte(scriptMarks().ReplaceAllString(strings.ReplaceAll(strings.TrimSpace(script), "\x00", ""), ""))
	if v, _, err := claimreview.Decode(raw); err == nil {
		return v, true
	}
	for _, mend := range []func([]byte) []byte{
		func(b []byte) []byte { return trailingCommas().ReplaceAll(b, []byte("$1")) },
		func(b []byte) []byte {
			if bytes.Contains(b, []byte(`"`)) && !bytes.Contains(b, []byte("&quot;")) {
				return b
			}
			return []byte(html.UnescapeString(string(b)))
		},
		strayEscapes,
		firstValue,
		closed,
	} {
		raw = mend(raw)
		if v, _, err := claimreview.Decode(raw); err == nil {
			return v, true
		}
	}
	return nil, false
}

// strayEscapes drops the backslash of escapes that JSON does not have, such as \' and \x.
func strayEscapes(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\\' && i+1 < len(raw) {
			if bytes.IndexByte([]byte(`"\/bfnrtu`), raw[i+1]) >= 0 {
				out = append(out, raw[i])
			}
			i++
		}
		out = append(out, raw[i])
	}
	return out
}

// firstValue returns the first JSON value of a script that has something behind it.
func firstValue(raw []byte) []byte {
	var first json.RawMessage
	if json.NewDecoder(bytes.NewReader(raw)).Decode(&first) == nil {
		return first
	}
	return raw
}

// closed closes what a cut-off script left open.
func closed(raw []byte) []byte {
	var open []byte
	inText := false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{':
			open = append(open, '}')
		case c == '[':
			open = append(open, ']')
		case (c == '}' || c == ']') && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	out := bytes.Clone(raw)
	if inText {
		out = append(out, '"')
	}
	out = bytes.TrimRight(out, ", \t\r\n:")
	slices.Reverse(open)
	return append(out, open...)
}

func (l *linked) index(v any, left *int) {
	if *left--; *left < 0 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			l.index(e, left)
		}
	case map[string]any:
		if id, ok := v["@id"].(string); ok && len(v) > len(l.nodes[id]) {
			l.nodes[id] = v
		}
		for _, key := range sortedKeys(v) {
			l.index(v[key], left)
		}
	}
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// storyRank says how much a type speaks of an article, 0 for not at all.
func storyRank(kind string) int {
	switch kind {
	case "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "BackgroundNewsArticle", "AskPublicNewsArticle", "ReviewNewsArticle", "SatiricalArticle":
		return 5
	case "Article", "BlogPosting", "LiveBlogPosting", "Report", "TechArticle", "ScholarlyArticle", "AdvertiserContentArticle", "SocialMediaPosting", "DiscussionForumPosting", "MedicalScholarlyArticle":
		return 4
	case "CreativeWork", "VideoObject", "PodcastEpisode", "Review", "CriticReview":
		return 2
	case "WebPage", "ItemPage", "MedicalWebPage":
		return 1
	}
	return 0
}

// stories returns what the page's JSON-LD says of its article, the best first. Stories that a list or a live blog holds
// are other stories.
func (l *linked) stories() []story {
	var found []story
	var walk func(v any, depth int)
	walk = func(v any, depth int) {
		if depth > 12 || len(found) >= 100 {
			return
		}
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e, depth+1)
			}
		case map[string]any:
			if kind, rank := bestType(v); rank > 0 {
				found = append(found, l.story(kind, v))
			}
			for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage"} {
				walk(v[key], depth+1)
			}
		}
	}
	for _, v := range l.values {
		walk(v, 0)
	}
	slices.SortStableFunc(found, func(a, b story) int { return weight(b) - weight(a) })
	return found
}

// weight prefers articles, and among them those that say something.
func weight(s story) int {
	w := 10 * storyRank(s.kind)
	for _, field := range []string{s.headline, s.published, strings.Join(s.authors, "")} {
		if field != "" {
			w += 4
		}
	}
	return w
}

func bestType(m map[string]any) (kind string, rank int) {
	for _, t := range stringsOf(m["@type"], 0) {
		t = t[strings.LastIndexAny(t, "/:#")+1:]
		if r := storyRank(t); r > rank {
			kind, rank = t, r
		}
	}
	return kind, rank
}

func (l *linked) story(kind string, m map[string]any) story {
	s := story{
		kind: kind, node: m, headline: text(m["headline"]), name: text(m["name"]), published: text(m["datePublished"]), created: text(m["dateCreated"]),
		modified: text(m["dateModified"]), free: strings.ToLower(text(m["isAccessibleForFree"])), body: rawText(m["articleBody"]),
		url: l.address(m["url"]), image: l.address(m["image"]),
	}
	s.language = l.label(m["inLanguage"], "alternateName", "name")
	for _, key := range []string{"author", "creator"} {
		if len(s.authors) == 0 {
			s.authors = l.names(m[key], 0)
		}
	}
	for _, key := range []string{"publisher", "sourceOrganization", "isPartOf", "copyrightHolder"} {
		if names := l.names(m[key], 0); s.publisher == "" && len(names) > 0 {
			s.publisher = names[0]
		}
	}
	if s.url == "" {
		s.url = l.address(m["mainEntityOfPage"])
	}
	if s.image == "" {
		s.image = l.address(m["thumbnailUrl"])
	}
	if n, ok := m["wordCount"].(json.Number); ok {
		if words, err := n.Int64(); err == nil && words > 0 && words < 1e6 {
			s.words = int(words)
		}
	}
	return s
}

// names returns the names of persons or organisations: a text, an object, a reference, or a list of them.
func (l *linked) names(v any, depth int) []string {
	if depth > 6 {
		return nil
	}
	var out []string
	switch v := v.(type) {
	case string:
		if s := line(html.UnescapeString(v)); s != "" && !strings.Contains(s, "://") {
			out = append(out, cut(s, 200))
		}
	case []any:
		for _, e := range v {
			if len(out) < 20 {
				out = append(out, l.names(e, depth+1)...)
			}
		}
	case map[string]any:
		v = l.resolve(v)
		for _, key := range []string{"name", "alternateName", "@value", "@list", "headline"} {
			if out = l.names(v[key], depth+1); len(out) > 0 {
				break
			}
		}
		if given, family := text(v["givenName"]), text(v["familyName"]); len(out) == 0 && family != "" {
			out = append(out, strings.TrimSpace(given+" "+family))
		}
	}
	return out
}

// resolve follows a bare reference to its node.
func (l *linked) resolve(m map[string]any) map[string]any {
	if id, ok := m["@id"].(string); ok && len(m) <= 2 && l.nodes[id] != nil {
		return l.nodes[id]
	}
	return m
}

func (l *linked) label(v any, keys ...string) string {
	if m, ok := v.(map[string]any); ok {
		m = l.resolve(m)
		for _, key := range keys {
			if s := text(m[key]); s != "" {
				return s
			}
		}
		return ""
	}
	return text(v)
}

// address returns the first address of a text, object or list.
func (l *linked) address(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case []any:
		for _, e := range v {
			if s := l.address(e); s != "" {
				return s
			}
		}
	case map[string]any:
		v = l.resolve(v)
		for _, key := range []string{"url", "contentUrl", "@id", "@value"} {
			if s, ok := v[key].(string); ok && s != "" {
				return strings.TrimSpace(s)
			}
		}
	}
	return ""
}

// text returns v as one line: of a text, a number, a truth value, @value, or the first of a list.
func text(v any) string { return cut(line(rawText(v)), maxValue) }

func rawText(v any) string {
	for _, s := range stringsOf(v, 0) {
		if s = html.UnescapeString(html.UnescapeString(s)); strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

func stringsOf(v any, depth int) []string {
	if depth > 6 {
		return nil
	}
	switch v := v.(type) {
	case string:
		return []string{v}
	case json.Number:
		return []string{v.String()}
	case bool:
		if v {
			return []string{"true"}
		}
		return []string{"false"}
	case map[string]any:
		return stringsOf(v["@value"], depth+1)
	case []any:
		var all []string
		for _, e := range v {
			all = append(all, stringsOf(e, depth+1)...)
			if len(all) > 50 {
				break
			}
		}
		return all
	}
	return nil
}
