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
	var hashes [][32]byte
	var keys []string
	var at []int
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
	for i, list := range found {
		for _, p := range list {
			items[at[i]].found = append(items[at[i]].found, hit{claim: p.Claim, article: p.Article, score: 1})
		}
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
	appearances map[string]appearancePart
}

// appearancePart is an appearance as its bytes, by the id of its article.
type appearancePart struct {
	raw     []byte
	quote   string
	applies bool
}

// read returns the parts of a claim.
func (c *claimAnswer) read() *claimParts {
	c.once.Do(func() {
		c.parts = &claimParts{appearances: map[string]appearancePart{}}
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
				Article    struct{ ID string }
				Stance     string
				SetBy      string `json:"set_by"`
				Quote      string
				Correction struct{ State string }
			}
			if json.Unmarshal(raw, &p) == nil {
				c.parts.appearances[p.Article.ID] = appearancePart{raw: raw, quote: p.Quote, applies: factcheck.VerdictApplies(factcheck.Stance(p.Stance), p.SetBy, factcheck.CorrectionState(p.Correction.State))}
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

// matched is a hit with its claim.
type matched struct {
	hit
	claim      *claimAnswer
	appearance []byte // nil for a text
	applies    bool
}

// matches returns what was found of an input, as it is shown: what applies first, then the likeliest. A claim that is public
// no more is not among it, nor an appearance that readers see no more, nor a claim without a verdict of the publisher.
func (it *looked) matches(claims map[factcheck.ClaimID]*claimAnswer, publisher string) []matched {
	var out []matched
	for _, h := range it.found {
		claim := claims[h.claim]
		if claim == nil {
			continue
		}
		parts := claim.read()
		if publisher != "" && publisher != store.AnyPublisher && !slices.Contains(parts.sites, strings.ToLower(publisher)) {
			continue
		}
		m := matched{hit: h, claim: claim}
		if it.isText {
			m.applies = h.same && parts.stands
		} else {
			shown, ok := parts.appearances[h.article.String()]
			if !ok {
				continue
			}
			m.appearance, m.passage, m.applies = shown.raw, shown.quote, shown.applies && parts.stands
			m.same = m.applies
		}
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b matched) int {
		if a.applies != b.applies {
			if a.applies {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.score, a.score)
	})
	return out
}

func (m matched) appendTo(dst []byte, fields fieldTree) []byte {
	dst = fields.appendTo(append(dst, `{"claim":`...), m.claim.Body)
	if m.appearance == nil {
		dst = append(dst, `,"appearance":null`...)
	} else {
		dst = append(append(dst, `,"appearance":`...), m.appearance...)
	}
	dst = strconv.AppendFloat(append(dst, `,"score":`...), float64(m.score), 'f', -1, 32)
	if m.same {
		dst = append(dst, `,"same":"same"`...)
	} else {
		dst = append(dst, `,"same":"related"`...)
	}
	dst = append(append(dst, `,"passage":`...), quoted(m.passage)...)
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
		out.items = append(out.items, looked{text: u, literal: quoted(u)})
	}
	for _, t := range r.Texts {
		out.items = append(out.items, looked{text: t, literal: quoted(t), isText: true})
	}
	return out
}

// scanLookup reads the JSON of a plain request many times faster than a general reader: lists of strings that hold no escapes.
// It reports false for everything else, wrong or right, which then takes the other way.
func scanLookup(body []byte) (lookup, bool) {
	s := scanner{rest: body}
	out := lookup{items: make([]looked, 0, 2*maxLookups)}
	var urls, texts []looked
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
		case string(name) == `"urls"` && urls == nil:
			urls, ok = s.list(out.items, false)
		case string(name) == `"texts"` && texts == nil:
			texts, ok = s.list(nil, true)
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
type scanner struct{ rest []byte }

func (s *scanner) space() { s.rest = bytes.TrimLeft(s.rest, " \t\r\n") }

// next takes a character if it comes next, and the space before it.
func (s *scanner) next(c byte) bool {
	s.space()
	if len(s.rest) == 0 || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// plain takes a string of printable ASCII without escapes, with its quotation marks.
func (s *scanner) plain() ([]byte, bool) {
	s.space()
	if len(s.rest) == 0 || s.rest[0] != '"' {
		return nil, false
	}
	for i := 1; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == '"':
			out := s.rest[:i+1]
			s.rest = s.rest[i+1:]
			return out, true
		case c < ' ' || c > '~' || c == '\\':
			return nil, false
		}
	}
	return nil, false
}

// list takes a list of plain strings. It is never nil.
func (s *scanner) list(into []looked, text bool) ([]looked, bool) {
	if into == nil {
		into = []looked{}
	}
	if !s.next('[') {
		return nil, false
	}
	for first := true; !s.next(']'); first = false {
		if !first && !s.next(',') {
			return nil, false
		}
		literal, ok := s.plain()
		if !ok {
			return nil, false
		}
		into = append(into, looked{text: string(literal[1 : len(literal)-1]), literal: literal, isText: text})
	}
	return into, true
}
