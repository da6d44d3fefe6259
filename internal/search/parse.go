package search

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// clause is one part of a query as typed: a word or several that hang together (covid-19), or a phrase.
type clause struct {
	text   string
	phrase bool
	not    bool
	field  Field  // Fields for any
	facet  string // name of a facet; text is the value
}

// parsed is a query's text taken apart.
type parsed struct {
	clauses     []clause
	from, until time.Time
}

// parser reads a query from left to right and never fails: what is no syntax is words.
type parser struct {
	rest  string
	facet func(name string) bool // whether there is a facet of that name
	out   parsed
}

// quotes are the marks that open a phrase and what closes it.
var quotes = map[rune]string{'"': "\"", '“': "”\"", '„': "“”\"", '«': "»\"", '”': "”\""}

// maxClauses bounds the work on a hostile query; words beyond are no longer looked at.
const maxClauses = 400

func parse(text string, facet func(string) bool) parsed {
	if len(text) > MaxQueryBytes {
		text = strings.ToValidUTF8(text[:MaxQueryBytes], "")
	}
	p := parser{rest: text, facet: facet}
	for len(p.out.clauses) < maxClauses && p.space() {
		p.clause()
	}
	return p.out
}

// space skips white space and reports whether anything is left.
func (p *parser) space() bool {
	p.rest = strings.TrimLeftFunc(p.rest, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	return p.rest != ""
}

func (p *parser) clause() {
	c := clause{field: Fields}
	if r, size := utf8.DecodeRuneInString(p.rest); (r == '-' || r == '−') && len(p.rest) > size {
		if next, _ := utf8.DecodeRuneInString(p.rest[size:]); !unicode.IsSpace(next) && next != '-' {
			c.not, p.rest = true, p.rest[size:]
		}
	}
	name := p.name()
	switch {
	case name == "":
	case (name == "before" || name == "after") && p.date(name):
		return
	case fieldOf(name) < Fields:
		c.field, p.rest = fieldOf(name), p.rest[len(name)+1:]
	case p.facet(name):
		c.facet, p.rest = name, p.rest[len(name)+1:]
	}
	c.text, c.phrase = p.value()
	if c.text != "" {
		p.out.clauses = append(p.out.clauses, c)
	}
}

// name returns the lower-case word before a colon that something follows, or nothing.
func (p *parser) name() string {
	for i := 0; i < len(p.rest) && i < 32; i++ {
		ch := p.rest[i]
		if ch == ':' && i > 0 && i+1 < len(p.rest) && p.rest[i+1] > ' ' {
			return p.rest[:i]
		}
		if (ch < 'a' || ch > 'z') && ch != '_' {
			return ""
		}
	}
	return ""
}

func fieldOf(name string) Field {
	for f, n := range fieldNames {
		if n == name {
			return Field(f)
		}
	}
	return Fields
}

// value reads a phrase, or up to the next space. A mark that is never closed is no mark.
func (p *parser) value() (text string, phrase bool) {
	first, size := utf8.DecodeRuneInString(p.rest)
	if closing := quotes[first]; closing != "" {
		if end := strings.IndexAny(p.rest[size:], closing); end >= 0 {
			text = p.rest[size : size+end]
			_, width := utf8.DecodeRuneInString(p.rest[size+end:])
			p.rest = p.rest[size+end+width:]
			return text, true
		}
		p.rest = p.rest[size:]
	}
	end := strings.IndexFunc(p.rest, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	if end < 0 {
		end = len(p.rest)
	}
	text, p.rest = p.rest[:end], p.rest[end:]
	return text, false
}

// date reads before:2024, after:2024-05 or after:2024-05-01 and reports whether it was a date. Before is exclusive.
func (p *parser) date(name string) bool {
	value := p.rest[len(name)+1:]
	if end := strings.IndexFunc(value, unicode.IsSpace); end >= 0 {
		value = value[:end]
	}
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		if t, err := time.Parse(layout, value); err == nil {
			if name == "before" {
				p.out.until = t
			} else {
				p.out.from = t
			}
			p.rest = p.rest[len(name)+1+len(value):]
			return true
		}
	}
	return false
}
