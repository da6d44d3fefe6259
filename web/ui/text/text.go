// Package text is the catalogue of the interface: every word on a page that is not somebody's claim, finding or name.
//
// One JSON file per language lies beside this file; adding a language is adding a file, and its pages are there under its
// prefix. README.md says how to add a message or a language.
//
// A message is a string with the slots {0}, {1}, …, or an object of plural forms (zero, one, two, few, many, other; CLDR)
// of which {0} is the number. "@unreviewed" lists the keys whose translation nobody has read who speaks the language from
// childhood; "*" at the end of one stands for all that begin so. The tests hold every file to the keys, slots and plural
// forms, and every key named in the program to the catalogue.
package text

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Default is the language of the interface whose addresses carry no prefix.
const Default = "en"

//go:embed *.json
var files embed.FS

// message is one entry: forms["other"] alone for a plain string.
type message map[string]string

// UnmarshalJSON reads a string or an object of plural forms.
func (m *message) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err == nil {
		*m = message{"other": s}
		return nil
	}
	var forms map[string]string
	if err := json.Unmarshal(b, &forms); err != nil {
		return fmt.Errorf("a message is a string or an object of plural forms: %w", err)
	}
	*m = forms
	return nil
}

// catalogue is a file: its messages, and which of them nobody has reviewed.
type catalogue struct {
	messages   map[string]message
	unreviewed []string
}

// unreviewedKey holds what is not reviewed. No message can be called so: keys begin with a letter.
const unreviewedKey = "@unreviewed"

// UnmarshalJSON reads a catalogue file.
func (c *catalogue) UnmarshalJSON(b []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return fmt.Errorf("a catalogue is an object of messages: %w", err)
	}
	if list, ok := raw[unreviewedKey]; ok {
		if err := json.Unmarshal(list, &c.unreviewed); err != nil {
			return fmt.Errorf("%s is a list of keys: %w", unreviewedKey, err)
		}
		delete(raw, unreviewedKey)
	}
	c.messages = make(map[string]message, len(raw))
	for key, r := range raw {
		var m message
		if err := json.Unmarshal(r, &m); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		c.messages[key] = m
	}
	return nil
}

// catalogues reads the embedded files once. A file that does not parse is a programmer's mistake: it panics.
var catalogues = sync.OnceValue(func() map[string]catalogue {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(fmt.Sprintf("list catalogues: %v", err))
	}
	all := make(map[string]catalogue, len(entries))
	for _, e := range entries {
		raw, err := files.ReadFile(e.Name())
		if err != nil {
			panic(fmt.Sprintf("read catalogue %s: %v", e.Name(), err))
		}
		var c catalogue
		if err := json.Unmarshal(raw, &c); err != nil {
			panic(fmt.Sprintf("read catalogue %s: %v", e.Name(), err))
		}
		all[strings.TrimSuffix(e.Name(), ".json")] = c
	}
	return all
})

// Languages lists the interface languages, the default first, then by tag.
func Languages() []string {
	langs := []string{Default}
	for l := range catalogues() {
		if l != Default {
			langs = append(langs, l)
		}
	}
	slices.Sort(langs[1:])
	return langs
}

// Known reports whether there is a catalogue for exactly this tag.
func Known(lang string) bool {
	_, ok := catalogues()[lang]
	return ok
}

// Has reports whether the default catalogue has the key.
func Has(key string) bool {
	_, ok := catalogues()[Default].messages[key]
	return ok
}

// Unreviewed reports whether nobody who speaks lang from childhood has read its translation of key.
func Unreviewed(lang, key string) bool {
	for _, k := range catalogues()[lang].unreviewed {
		if begin, all := strings.CutSuffix(k, "*"); k == key || all && strings.HasPrefix(key, begin) {
			return true
		}
	}
	return false
}

// T returns the message of key in lang with args in its slots. A language without a catalogue speaks the default one; a
// missing key comes out as ⟦key⟧, which the tests of every page look for.
func T(lang, key string, args ...any) string {
	return fill(pick(lang, key, "other"), args)
}

// N returns the plural message of key for n, which is also its slot {0}; args fill {1} and on.
func N(lang, key string, n int, args ...any) string {
	return fill(pick(lang, key, form(lang, n)), append([]any{Number(lang, n)}, args...))
}

// Parts splits the message of key at its slots: texts[i] stands before slot order[i], and the last text after the last
// slot. It is for messages whose slots are filled with markup.
func Parts(lang, key string) (texts []string, order []int) {
	m := pick(lang, key, "other")
	for {
		i := strings.IndexByte(m, '{')
		j := strings.IndexByte(m, '}')
		if i < 0 || j < i {
			return append(texts, m), order
		}
		n, err := strconv.Atoi(m[i+1 : j])
		if err != nil {
			return append(texts, m), order
		}
		texts, order = append(texts, m[:i]), append(order, n)
		m = m[j+1:]
	}
}

// Number writes n with the thousands separator of lang, from as many digits on as lang has one (CLDR's
// minimumGroupingDigits: 1234 but 12.345 in Spanish).
func Number(lang string, n int) string {
	s := strconv.Itoa(n)
	sep := pick(lang, "number.group", "other")
	from := 1
	if n < 0 {
		from = 2
	}
	if least, err := strconv.Atoi(pick(lang, "number.group.from", "other")); err == nil && len(s) < least+from-1 {
		return s
	}
	for i := len(s) - 3; i >= from; i -= 3 {
		s = s[:i] + sep + s[i:]
	}
	return s
}

func pick(lang, key, form string) string {
	for _, l := range []string{lang, base(lang), Default} {
		m, ok := catalogues()[l].messages[key]
		if !ok {
			continue
		}
		if s, ok := m[form]; ok {
			return s
		}
		return m["other"]
	}
	return "⟦" + key + "⟧"
}

func base(lang string) string {
	b, _, _ := strings.Cut(lang, "-")
	return b
}

func form(lang string, n int) string {
	if n < 0 {
		n = -n
	}
	switch plural.Cardinal.MatchPlural(language.Make(lang), n, 0, 0, 0, 0) {
	case plural.Zero:
		return "zero"
	case plural.One:
		return "one"
	case plural.Two:
		return "two"
	case plural.Few:
		return "few"
	case plural.Many:
		return "many"
	}
	return "other"
}

// fill puts args into the slots of m in one pass, so that a brace inside an argument stays a brace.
func fill(m string, args []any) string {
	if len(args) == 0 || !strings.Contains(m, "{") {
		return m
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(m, '{')
		if i < 0 {
			break
		}
		j := strings.IndexByte(m[i:], '}')
		if j < 0 {
			break
		}
		b.WriteString(m[:i])
		if n, err := strconv.Atoi(m[i+1 : i+j]); err == nil && n >= 0 && n < len(args) {
			fmt.Fprint(&b, args[n])
		} else {
			b.WriteString(m[i : i+j+1])
		}
		m = m[i+j+1:]
	}
	b.WriteString(m)
	return b.String()
}
