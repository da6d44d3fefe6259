package claimreview

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"slices"
	"strings"
	"unicode/utf8"
)

// Decode reads one JSON value as an any, numbers as json.Number, names of schema.org without their prefix. It forgives control characters inside of texts, which
// pages often have; it refuses invalid UTF-8, values deeper than MaxDepth and whatever else is not JSON. An error's text
// is for a person and, where it can, names the line within raw, counted from 0, as the second result.
func Decode(raw []byte) (v any, line int, err error) {
	if !utf8.Valid(raw) {
		return nil, invalidUTF8Line(raw), errors.New("the text is not valid UTF-8; perhaps the file is in another encoding")
	}
	if deep(raw) {
		return nil, 0, errors.New(tooDeep)
	}
	v, err = decode(raw)
	if err == nil {
		return v, 0, nil
	}
	if mended, ok := mendControls(raw); ok {
		if v, again := decode(mended); again == nil {
			return v, 0, nil
		}
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		at := min(max(syntax.Offset-1, 0), int64(len(raw)))
		return nil, bytes.Count(raw[:at], []byte{'\n'}), fmt.Errorf("not valid JSON: %w", syntax)
	}
	return nil, bytes.Count(raw, []byte{'\n'}), fmt.Errorf("not valid JSON: %w", err)
}

func decode(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, errors.New("something follows the end of the value")
	}
	bareNames(v)
	return v, nil
}

func invalidUTF8Line(raw []byte) int {
	line := 0
	for len(raw) > 0 {
		r, n := utf8.DecodeRune(raw)
		if r == utf8.RuneError && n == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		raw = raw[n:]
	}
	return line
}

// deep reports whether raw nests deeper than MaxDepth.
func deep(raw []byte) bool {
	depth, inString := 0, false
	for i := 0; i < len(raw); i++ {
		switch b := raw[i]; {
		case inString && b == '\\':
			i++
		case b == '"':
			inString = !inString
		case inString:
		case b == '{' || b == '[':
			if depth++; depth > MaxDepth {
				return true
			}
		case b == '}' || b == ']':
			depth--
		}
	}
	return false
}

// mendControls replaces control characters inside of texts by spaces. ok is false if there are none.
func mendControls(raw []byte) (mended []byte, ok bool) {
	inString := false
	for i := 0; i < len(raw); i++ {
		switch b := raw[i]; {
		case inString && b == '\\':
			i++
		case b == '"':
			inString = !inString
		case inString && b < ' ' && b != 0: // a NUL is no slip of a template; it stays an error
			if !ok {
				raw, ok = bytes.Clone(raw), true
			}
			raw[i] = ' '
		}
	}
	return raw, ok
}

// tree reads properties out of decoded JSON-LD, and follows references to nodes by their @id.
type tree struct {
	roots []any
	nodes map[string]map[string]any // by @id, made when the first reference is met
}

// bareNames takes schema.org's prefixes off the names of members, all the way down. A bare name that is there too stays.
func bareNames(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			bareNames(e)
		}
	case map[string]any:
		for name, e := range v {
			bareNames(e)
			if bare := bareName(name); bare != name {
				if _, taken := v[bare]; !taken {
					v[bare] = e
				}
				delete(v, name)
			}
		}
	}
}

// list returns v's elements: of an array, of @list, @set or @graph, or v alone; nothing for null.
func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	case map[string]any:
		for _, key := range []string{"@list", "@set"} {
			if inner, ok := v[key].([]any); ok {
				return inner
			}
		}
	}
	return []any{v}
}

// text returns v as one text: a text or number itself, @value of an object, or the first of an array that has one.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return fmt.Sprint(v)
	case map[string]any:
		return text(v["@value"])
	case []any:
		for _, e := range v {
			if s := text(e); s != "" {
				return s
			}
		}
	}
	return ""
}

// texts returns every text in v.
func texts(v any) []string {
	var all []string
	for _, e := range list(v) {
		if s := text(e); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// address returns v as an address: a text, or the @id or url of an object.
func address(v any) string {
	for _, e := range list(v) {
		if m, ok := e.(map[string]any); ok {
			if s := cmp.Or(text(m["url"]), text(m["@id"]), text(m["@value"])); s != "" {
				return s
			}
			continue
		}
		if s := text(e); s != "" {
			return s
		}
	}
	return ""
}

// types returns the bare types of an object: Claim for "schema:Claim" or "http://schema.org/Claim".
func types(m map[string]any) []string {
	var all []string
	for _, t := range append(texts(m["@type"]), texts(m["type"])...) {
		all = append(all, bareName(t))
	}
	return append(all, texts(m["additionalType"])...)
}

func isType(m map[string]any, name string) bool { return slices.Contains(types(m), name) }

// object returns v as an object, following a bare reference to its node.
func (t *tree) object(v any) (map[string]any, bool) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, false
	}
	id, isRef := m["@id"].(string)
	if !isRef || len(m) > 2 || len(m) == 2 && m["@type"] == nil {
		return m, true
	}
	if t.nodes == nil {
		t.nodes = map[string]map[string]any{}
		for _, root := range t.roots {
			t.index(root)
		}
	}
	if node, ok := t.nodes[id]; ok {
		return node, true
	}
	return m, true
}

func (t *tree) index(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			t.index(e)
		}
	case map[string]any:
		if id, ok := v["@id"].(string); ok && len(v) > len(t.nodes[id]) {
			t.nodes[id] = v
		}
		for _, e := range v {
			t.index(e)
		}
	}
}

// unwrapScript returns the JSON of a script element: without CDATA and comment marks, and unescaped where a template
// escaped it for HTML.
func unwrapScript(raw []byte) []byte {
	raw = bytes.TrimSpace(raw)
	for _, mark := range []string{"//<![CDATA[", "/*<![CDATA[*/", "/* <![CDATA[ */", "<![CDATA[", "<!--", "//"} {
		if rest, ok := bytes.CutPrefix(raw, []byte(mark)); ok {
			raw = bytes.TrimSpace(rest)
		}
	}
	for _, mark := range []string{"//]]>", "/*]]>*/", "/* ]]> */", "]]>", "-->", "//", ";"} {
		if rest, ok := bytes.CutSuffix(raw, []byte(mark)); ok {
			raw = bytes.TrimSpace(rest)
		}
	}
	if !json.Valid(raw) && (bytes.Contains(raw, []byte("&quot;")) || bytes.Contains(raw, []byte("&#34;")) || bytes.Contains(raw, []byte("&#x22;"))) {
		return []byte(html.UnescapeString(strings.TrimSpace(string(raw))))
	}
	return raw
}
