package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/canonurl"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// findAddresses finds the places of the addresses.
func (a *API) findAddresses(ctx context.Context, items []looked) error {
	hashes, keys, at := make([][32]byte, 0, len(items)), make([]string, 0, len(items)), make([]int, 0, len(items))
	for i := range items {
		if items[i].isText {
			continue
		}
		address, err := canonurl.Parse(items[i].text)
		if err != nil {
			items[i].reason = err.Error()
			continue
		}
		hashes, keys, at = append(hashes, address.Hash()), append(keys, address.Key()), append(at, i)
	}
	if len(at) == 0 {
		return nil
	}
	found, err := a.places(ctx, hashes, keys)
	if err != nil {
		return err
	}
	n := 0
	for _, list := range found {
		n += len(list)
	}
	hits := make([]hit, 0, n) // of all, in one piece
	for i, list := range found {
		from := len(hits)
		for _, p := range list {
			hits = append(hits, hit{claim: p.Claim, article: p.Article, score: 1})
		}
		items[at[i]].found = hits[from:len(hits):len(hits)]
	}
	return nil
}

// places asks the memory where that knows all that is public, or else the store.
func (a *API) places(ctx context.Context, hashes [][32]byte, keys []string) ([][]store.Place, error) {
	if now := a.cfg.Live.State(); now.Fresh {
		if found, ok := a.cfg.Finder.PlacesAt(hashes, now.Seq); ok {
			return found, nil
		}
	}
	list, err := a.cfg.Store.PlacesAt(ctx, keys)
	if err != nil {
		return nil, err
	}
	out := make([][]store.Place, len(hashes))
	for i, h := range hashes {
		for _, p := range list {
			if p.Hash == h {
				out[i] = append(out[i], p)
			}
		}
	}
	return out, nil
}

// claimParts is what a look-up needs to know of a claim, read once from its bytes.
type claimParts struct {
	stands      bool     // a verdict is current
	sites       []string // of its publishers
	appearances map[factcheck.ArticleID]appearancePart
}

// appearancePart is an appearance as its bytes, by the id of its article.
type appearancePart struct {
	raw     []byte
	quote   []byte // in JSON
	applies bool
}

// read returns the parts of a claim.
func (c *claimAnswer) read() *claimParts {
	c.once.Do(func() {
		c.parts = &claimParts{appearances: map[factcheck.ArticleID]appearancePart{}}
		var doc struct {
			Verdicts []struct {
				State     string
				Publisher struct{ Site string }
			}
		}
		if json.Unmarshal(c.Body, &doc) != nil {
			return // then it says nothing; its bytes are ours
		}
		for _, v := range doc.Verdicts {
			c.parts.stands = c.parts.stands || v.State == "current"
			c.parts.sites = append(c.parts.sites, v.Publisher.Site)
		}
		for raw := range elements(member(c.Body, "appearances")) {
			var p struct {
				Article    struct{ ID factcheck.ArticleID }
				Stance     string
				SetBy      string `json:"set_by"`
				Correction struct{ State string }
			}
			if json.Unmarshal(raw, &p) == nil {
				c.parts.appearances[p.Article.ID] = appearancePart{raw: raw, quote: member(raw, "quote"), applies: factcheck.VerdictApplies(factcheck.Stance(p.Stance), p.SetBy, factcheck.CorrectionState(p.Correction.State))}
			}
		}
	})
	return c.parts
}

// member returns the value of a member of a JSON object, nil if it has none.
func member(text []byte, name string) []byte {
	for n, value := range members(text) {
		if string(n) == name {
			return value
		}
	}
	return nil
}

// maxShown is how many bytes of a claim's fields are kept beside it.
const maxShown = 1 << 10

// shown are some fields of a claim, as they were asked for last.
type shown struct {
	fields string
	body   []byte
}

// appendFields appends the fields of a claim that a list names, nil of which are all. A partner asks for the same ones each time:
// the last are kept, if they are short.
func (c *claimAnswer) appendFields(dst []byte, list string, fields fieldTree) []byte {
	if fields == nil {
		return append(dst, c.Body...)
	}
	if last := c.shown.Load(); last != nil && last.fields == list {
		return append(dst, last.body...)
	}
	from := len(dst)
	dst = fields.appendTo(dst, c.Body)
	if made := dst[from:]; len(made)+len(list) <= maxShown {
		c.shown.Store(&shown{fields: strings.Clone(list), body: bytes.Clone(made)})
	}
	return dst
}

// matched is a hit with its claim.
type matched struct {
	hit
	appearance, quote []byte // JSON; nil for a text
	applies           bool
}

// matches returns what was found of an input, as it is shown: what applies first, then the likeliest. A claim that is public
// no more is not among it, nor an appearance that readers see no more, nor a claim without a verdict of the publisher. It is
// appended to dst.
func (it *looked) matches(dst []matched, publisher string) []matched {
	for _, h := range it.found {
		if h.doc == nil {
			continue
		}
		parts := h.doc.read()
		if publisher != "" && publisher != store.AnyPublisher && !slices.Contains(parts.sites, strings.ToLower(publisher)) {
			continue
		}
		m := matched{hit: h}
		if it.isText {
			m.applies = h.same && parts.stands
		} else {
			part, ok := parts.appearances[h.article]
			if !ok {
				continue
			}
			m.appearance, m.quote, m.applies = part.raw, part.quote, part.applies && parts.stands
			m.same = m.applies
		}
		dst = append(dst, m)
	}
	slices.SortStableFunc(dst, func(a, b matched) int {
		if a.applies != b.applies {
			if a.applies {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.score, a.score)
	})
	return dst
}

func (m *matched) appendTo(dst []byte, list string, fields fieldTree) []byte {
	dst = m.doc.appendFields(append(dst, `{"claim":`...), list, fields)
	if m.appearance == nil {
		dst = append(dst, `,"appearance":null`...)
	} else {
		dst = append(append(dst, `,"appearance":`...), m.appearance...)
	}
	dst = strconv.AppendFloat(append(dst, `,"score":`...), float64(m.score), 'f', -1, 32)
	if m.same {
		dst = append(dst, `,"same":"same","passage":`...)
	} else {
		dst = append(dst, `,"same":"related","passage":`...)
	}
	if m.quote != nil {
		dst = append(dst, m.quote...)
	} else {
		dst = append(dst, quoted(m.passage)...)
	}
	return append(strconv.AppendBool(append(dst, `,"applies":`...), m.applies), '}')
}

// lookup is a request for a look-up.
type lookup struct {
	items             []looked
	publisher, fields string
}

// lookup returns the request as it is worked on.
func (r lookupRequest) lookup() lookup {
	out := lookup{publisher: r.Publisher, fields: r.Fields}
	for _, u := range r.URLs {
		out.items = append(out.items, looked{text: u, literal: string(quoted(u))})
	}
	for _, t := range r.Texts {
		out.items = append(out.items, looked{text: t, literal: string(quoted(t)), isText: true})
	}
	return out
}

// scanLookup reads the JSON of a plain request many times faster than a general reader: strings that hold no escapes, and lists of
// them. It reports false for everything else, wrong or right, which then takes the other way.
func scanLookup(body []byte) (lookup, bool) {
	s := scanner{rest: string(body)} // one copy, which all that is read are parts of
	var out lookup
	var urls, texts []looked
	var publisher, fields bool // were given
	if !s.next('{') {
		return out, false
	}
	for first := true; !s.next('}'); first = false {
		if !first && !s.next(',') {
			return out, false
		}
		name, ok := s.plain()
		if !ok || !s.next(':') {
			return out, false
		}
		switch {
		case name == `"urls"` && urls == nil:
			urls, ok = s.list(false)
		case name == `"texts"` && texts == nil:
			texts, ok = s.list(true)
		case name == `"publisher"` && !publisher:
			out.publisher, publisher = s.word(maxPublisher)
			ok = publisher
		case name == `"fields"` && !fields:
			out.fields, fields = s.word(maxFieldList)
			ok = fields
		default:
			return out, false
		}
		if !ok {
			return out, false
		}
	}
	s.space()
	out.items = append(urls, texts...)
	return out, len(s.rest) == 0 && len(urls) <= maxLookups && len(texts) <= maxLookups && len(out.items) > 0
}

// scanner reads JSON from its beginning.
type scanner struct{ rest string }

func (s *scanner) space() {
	if s.rest != "" && s.rest[0] <= ' ' {
		s.rest = strings.TrimLeft(s.rest, " \t\r\n")
	}
}

// next takes a character if it comes next, and the space before it.
func (s *scanner) next(c byte) bool {
	s.space()
	if s.rest == "" || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// plain takes a string of printable ASCII without escapes, with its quotation marks.
func (s *scanner) plain() (string, bool) {
	s.space()
	if s.rest == "" || s.rest[0] != '"' {
		return "", false
	}
	for i := 1; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == '"':
			out := s.rest[:i+1]
			s.rest = s.rest[i+1:]
			return out, true
		case c < ' ' || c > '~' || c == '\\':
			return "", false
		}
	}
	return "", false
}

// word takes what a plain string says, which is not longer than that.
func (s *scanner) word(longest int) (string, bool) {
	literal, ok := s.plain()
	if !ok || len(literal)-2 > longest {
		return "", false
	}
	return literal[1 : len(literal)-1], true
}

// list takes a list of plain strings. It is never nil.
func (s *scanner) list(text bool) ([]looked, bool) {
	if !s.next('[') {
		return nil, false
	}
	into := make([]looked, 0, min(maxLookups, len(s.rest)/32+1))
	for first := true; !s.next(']'); first = false {
		if !first && !s.next(',') {
			return nil, false
		}
		literal, ok := s.plain()
		if !ok {
			return nil, false
		}
		into = append(into, looked{text: literal[1 : len(literal)-1], literal: literal, isText: text})
	}
	return into, true
}
