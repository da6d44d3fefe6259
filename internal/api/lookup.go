package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/match"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	// maxLookups is how many addresses, and how many texts, one request asks for.
	maxLookups = 100
	// maxLookupText is how many bytes of text are read for claims.
	maxLookupText = 20_000
	// maxLookupAnswer is the most bytes of an answer: an address may be linked to hundreds of claims.
	maxLookupAnswer = 32 << 20
	// maxPublisher and maxFieldList are how long publisher and fields may be, as lookupRequest says.
	maxPublisher, maxFieldList = 253, 1000
	// roomToKeep is the largest answer whose memory its connection keeps for the next.
	roomToKeep = 64 << 10
	// awaitIndex is how long a text waits for the index after a start.
	awaitIndex = 3 * time.Second
)

// lookupRequest is the body of POST /lookup.
type lookupRequest struct {
	URLs      []string `json:"urls,omitempty" maxItems:"100" doc:"Addresses in any spelling, at most 8,192 bytes each"`
	Texts     []string `json:"texts,omitempty" maxItems:"100" doc:"Texts in which claims are looked for, such as posts; at most 20,000 bytes each"`
	Publisher string   `json:"publisher,omitempty" maxLength:"253" doc:"Whose verdicts count: everybody's with any, the default here, or those of the publisher with this site"`
	Fields    string   `json:"fields,omitempty" maxLength:"1000" doc:"Only these fields of each claim, as in GET /claims"`
}

// lookupAnswer is the answer of POST /lookup, for the OpenAPI document.
type lookupAnswer struct {
	Data []lookupItem `json:"data" doc:"One for each address, then one for each text, in the order of the request"`
}

// lookupItem is what came of one input.
type lookupItem struct {
	Input   string        `json:"input" doc:"As it was sent"`
	Kind    string        `json:"kind" enum:"url,text"`
	Status  string        `json:"status" enum:"match,no_verdict,not_understood" doc:"no_verdict: understood, and no public claim has it, which says nothing of whether it is true. not_understood: it was not looked up, see reason"`
	Reason  string        `json:"reason,omitempty" doc:"Why it was not understood, for a person"`
	Matches []lookupMatch `json:"matches" doc:"What applies first, then the likeliest"`
}

// lookupMatch is a claim that an input has to do with.
type lookupMatch struct {
	Claim      document.Claim       `json:"claim"`
	Appearance *document.Appearance `json:"appearance" doc:"How the article at the address stands to the claim; null for a text"`
	Score      float32              `json:"score" minimum:"0" maximum:"1" doc:"1 for an address; for a text the probability that it makes the claim"`
	Same       string               `json:"same" enum:"same,related" doc:"Of a text: whether it makes this claim or one close to it. Of an address: same where applies is true"`
	Passage    string               `json:"passage" doc:"What of the text makes the claim, or what the article says"`
	Applies    bool                 `json:"applies" doc:"Whether the verdict speaks of this input, so that acting on it harms nobody else: true only for an article that a person found to make or repeat the claim and that was neither corrected nor removed, or a text that makes the same claim; and only while a verdict is current"`
}

func (a *API) mountLookup(h huma.API, s *schemas) {
	op := get(s, "look-up", "/lookup", "Look up addresses and texts",
		"What is known of up to 100 addresses and 100 texts, in the order they were asked in. An article that disputes or reports a claim is found too, and `applies` is false there: "+
			"act on `applies` alone, and no debunker is taken for the rumour. `no_verdict` is no clearance. Nothing of what is asked is kept. "+
			"To ask without telling the address see /url-hashes.", reflect.TypeFor[lookupAnswer]())
	body := s.request(reflect.TypeFor[lookupRequest]())
	op = post(s, op, body, map[string]any{"urls": []string{"https://news.example/2025/mayor", "not an address"}, "texts": []string{"I heard that the mayor has resigned!"}})
	register(h, op, operation(func(ctx context.Context, c *fiber.Ctx, _ *struct{}) error { return a.lookUp(ctx, c, s.registry, body) }))
}

// looked is one input on its way.
type looked struct {
	text    string
	literal string // the same as it stood in the request's JSON
	isText  bool
	reason  string // why it was not understood
	found   []hit
}

// hit is a claim that was found for an input, before it is read.
type hit struct {
	claim   factcheck.ClaimID
	article factcheck.ArticleID // zero for a text
	score   float32
	same    bool
	passage string
	doc     *claimAnswer // once it is read; nil: it is public no more
}

// lookUp serves POST /lookup. From memory when all that is found is kept there; otherwise one query for the addresses, and
// one for the claims.
func (a *API) lookUp(ctx context.Context, c *fiber.Ctx, registry huma.Registry, schema *huma.Schema) error {
	if err := checkContentType(c); err != nil {
		return err
	}
	in, plain := scanLookup(c.Context().PostBody())
	if !plain {
		var req lookupRequest
		if err := readBody(c, registry, schema, &req); err != nil {
			return err
		}
		in = req.lookup()
	}
	fields, err := a.lookupFields.parse(in.fields, reflect.TypeFor[document.Claim]())
	if err != nil {
		return atBody(err)
	}
	if err := a.findAddresses(ctx, in.items); err != nil {
		return err
	}
	if err := a.findTexts(ctx, in.items); err != nil {
		return err
	}
	if err := a.readFound(ctx, in.items); err != nil {
		return err
	}
	_, keyed := keyActor(c)
	body, took, err := appendLookup(c.Context().Response.SwapBody(nil)[:0], &in, fields, keyed)
	if err != nil {
		return err
	}
	return a.sendFresh(ctx, c, body, took)
}

// atBody turns errors about parameters into errors about the same fields of the body.
func atBody(err error) error {
	p := problem.From(err, true)
	for i := range p.Errors {
		p.Errors[i].Location = "body" + p.Errors[i].Location[len("query"):]
	}
	return p
}

// findTexts looks for claims in the texts.
func (a *API) findTexts(ctx context.Context, items []looked) error {
	var texts []string
	var at []int
	for i := range items {
		it := &items[i]
		switch {
		case !it.isText:
		case len(it.text) > maxLookupText:
			it.reason = "it is longer than 20,000 bytes; ask for a part of it"
		default:
			texts, at = append(texts, it.text), append(at, i)
		}
	}
	if len(texts) == 0 {
		return nil
	}
	if err := a.builds.Acquire(ctx, 1); err != nil {
		return busy(err)
	}
	defer a.builds.Release(1)
	readings, err := a.readTexts(ctx, texts)
	if err != nil {
		return err
	}
	for i, r := range readings {
		it := &items[at[i]]
		it.reason = r.Why
		for _, m := range r.Made {
			it.found = append(it.found, hit{claim: m.Doc.Claim, score: m.Probability, same: m.Reading == match.Same, passage: m.Passage})
		}
	}
	return nil
}

// readTexts asks the index, and after a start waits for it a moment.
func (a *API) readTexts(ctx context.Context, texts []string) ([]finder.Reading, error) {
	for end := time.Now().Add(awaitIndex); ; {
		readings, err := a.cfg.Finder.ReadTexts(ctx, texts)
		if factcheck.CodeOf(err) != factcheck.CodeUnavailable || a.cfg.Finder.IsCold() || time.Now().After(end) {
			return readings, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// readFound reads the claims that were found, from memory or with one query for each hundred or so. Those that are public no
// more are missing.
func (a *API) readFound(ctx context.Context, items []looked) error {
	var ids, missing []factcheck.ClaimID
	for i := range items {
		for _, h := range items[i].found {
			ids = append(ids, h.claim)
		}
	}
	kept := a.claims.GetAll(ids)
	read := map[factcheck.ClaimID]*claimAnswer{}
	for i, id := range ids {
		if kept[i] == nil {
			if _, known := read[id]; !known {
				read[id], missing = nil, append(missing, id)
			}
		}
	}
	for chunk := range slices.Chunk(missing, store.MaxOf) {
		stamp := a.cfg.Live.Stamp()
		docs, err := a.cfg.Store.DocumentsOf(ctx, chunk, store.ListFilter{Publisher: store.AnyPublisher})
		if err != nil {
			return err
		}
		for _, d := range docs {
			read[d.Claim] = a.keepClaim(d, stamp)
		}
	}
	n := 0
	for i := range items {
		for j := range items[i].found {
			h := &items[i].found[j]
			if h.doc = kept[n]; h.doc == nil {
				h.doc = read[h.claim]
			}
			n++
		}
	}
	return nil
}

// appendLookup writes the answer, and returns what was taken if somebody counts it.
func appendLookup(body []byte, in *lookup, fields fieldTree, counted bool) ([]byte, []store.Pull, error) {
	body = append(body, `{"data":[`...)
	var took []store.Pull
	var matches []matched
	for i := range in.items {
		it := &in.items[i]
		if i > 0 {
			body = append(body, ',')
		}
		body = append(append(body, `{"input":`...), it.literal...)
		if it.isText {
			body = append(body, `,"kind":"text"`...)
		} else {
			body = append(body, `,"kind":"url"`...)
		}
		if it.reason != "" {
			body = append(append(body, `,"status":"not_understood","reason":`...), quoted(it.reason)...)
			body = append(body, `,"matches":[]}`...)
			continue
		}
		matches = it.matches(matches[:0], in.publisher)
		if len(matches) == 0 {
			body = append(body, `,"status":"no_verdict","matches":[]}`...)
			continue
		}
		body = append(body, `,"status":"match","matches":[`...)
		for j := range matches {
			m := &matches[j]
			if j > 0 {
				body = append(body, ',')
			}
			body = m.appendTo(body, in.fields, fields)
			if counted {
				took = append(took, store.Pull{Claim: m.claim, Seq: m.doc.seq})
			}
		}
		if body = append(body, `]}`...); len(body) > maxLookupAnswer {
			return nil, nil, badBody("body", "the answer to all of this is too large; ask for fewer at a time, or for some fields only")
		}
	}
	return append(body, `]}`...), took, nil
}

// quoted is a text as JSON.
func quoted(s string) []byte {
	text, err := json.Marshal(s)
	if err != nil { // a string always can be
		return []byte(`""`)
	}
	return text
}

// sendFresh sends an answer that is for whoever asked, and kept by nobody.
func (a *API) sendFresh(ctx context.Context, c *fiber.Ctx, body []byte, took []store.Pull) error {
	size := int64(len(body))
	if size >= large {
		if err := a.sending.Acquire(ctx, min(size, maxSending)); err != nil {
			return busy(err)
		}
	}
	a.tookAny(c, took...)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, "application/json")
	c.Status(http.StatusOK)
	switch resp := &c.Context().Response; {
	case size <= roomToKeep:
		resp.SwapBody(body)
		return nil
	case size < large:
		resp.SetBodyRaw(body)
		return nil
	}
	a.streamCounted(c, body)
	return nil
}
