package googlecompat

import (
	"fmt"
	"slices"
	"strings"
)

// mask says which fields of a message are wanted, by name, and which of theirs; nil: all.
type mask map[string]mask

// messages returns the fields of the answer that may be selected; nil for those that have none of their own.
func messages() mask {
	scalar := mask(nil)
	return mask{
		"nextPageToken": scalar,
		"claims": {
			"text": scalar, "claimant": scalar, "claimDate": scalar,
			"claimReview": {
				"publisher": {"name": scalar, "site": scalar},
				"url":       scalar, "title": scalar, "reviewDate": scalar, "textualRating": scalar, "languageCode": scalar,
			},
		},
	}
}

// parseFields reads a field selector of Google's: a,b/c, a(b,c), with * for all fields of a message, and as field masks have it
// a dot for the slash. Selecting what is not there is an error.
func parseFields(s string) (mask, error) {
	if len(s) > maxFields {
		return nil, fmt.Errorf("a field selector has at most %d bytes", maxFields)
	}
	p := selector{rest: s}
	out := mask{}
	if err := p.list(out, messages()); err != nil {
		return nil, err
	}
	if p.rest != "" {
		return nil, fmt.Errorf("invalid field selection: %q is left over", clip(p.rest))
	}
	return out, nil
}

// selector is what is left to read of a field selector.
type selector struct{ rest string }

// list reads fields of a message into m, up to a closing parenthesis or the end. Each level reads a name of the message before
// it goes deeper, so it ends with the schema.
func (p *selector) list(m, message mask) error {
	for {
		if err := p.field(m, message); err != nil {
			return err
		}
		if !p.next(',') {
			return nil
		}
	}
}

// field reads one field: a name, and what is wanted of it.
func (p *selector) field(m, message mask) error {
	name := p.name()
	if name == "*" {
		for of := range message {
			m[of] = nil
		}
		if p.more() {
			return fmt.Errorf("invalid field selection: nothing may follow *")
		}
		return nil
	}
	inner, ok := message[name]
	if !ok {
		return fmt.Errorf("invalid field selection %q", clip(name))
	}
	if !p.more() { // all of it
		m[name] = nil
		return nil
	}
	if inner == nil {
		return fmt.Errorf("invalid field selection: %q has no fields", name)
	}
	part, selected := m[name]
	if selected && part == nil { // all of it is wanted already: what follows is checked, and adds nothing
		return p.inside(mask{}, inner)
	}
	if !selected {
		part = mask{}
		m[name] = part
	}
	return p.inside(part, inner)
}

// more reports whether fields of the field just read follow.
func (p *selector) more() bool {
	return p.rest != "" && strings.ContainsRune("/.(", rune(p.rest[0]))
}

// inside reads the fields of a field: one after a slash, or several in parentheses.
func (p *selector) inside(m, message mask) error {
	if p.next('/') || p.next('.') {
		return p.field(m, message)
	}
	p.next('(')
	if err := p.list(m, message); err != nil {
		return err
	}
	if !p.next(')') {
		return fmt.Errorf("invalid field selection: a ) is missing")
	}
	return nil
}

// name takes the next name, in JSON's spelling; "" if there is none.
func (p *selector) name() string {
	p.rest = strings.TrimLeft(p.rest, " ")
	end := strings.IndexFunc(p.rest, func(r rune) bool { return strings.ContainsRune(",/.() ", r) })
	if end < 0 {
		end = len(p.rest)
	}
	name := p.rest[:end]
	p.rest = strings.TrimLeft(p.rest[end:], " ")
	return camel(name)
}

// next takes the next sign if it is this one.
func (p *selector) next(sign byte) bool {
	if p.rest == "" || p.rest[0] != sign {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// camel returns a lower_snake_case name as lowerCamelCase, and others as they are.
func camel(name string) string {
	words := strings.Split(name, "_")
	if len(words) == 1 || slices.Contains(words, "") {
		return name
	}
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}

// of returns what is wanted of a field, and whether it is wanted at all.
func (m mask) of(name string) (mask, bool) {
	if m == nil {
		return nil, true
	}
	inner, ok := m[name]
	return inner, ok
}

// text returns s if the field is wanted.
func (m mask) text(name, s string) string {
	if _, ok := m.of(name); !ok {
		return ""
	}
	return s
}
