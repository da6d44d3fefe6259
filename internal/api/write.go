package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// Programs of the newsroom, its CMS above all, file drafts with a key that has the scope file. The use cases of the store that the
// newsroom itself files with are the only way in; what is public already is changed by people.

// desk is where one item is filed, or read.
type desk struct {
	db    *store.DB
	actor factcheck.Actor
	id    string // of the path; empty where there is none
	match string // If-Match
	edit  bool   // match has to be what is there
	pages string // address of the newsroom
}

// Receipt is what filing something came to.
type Receipt struct {
	ID       string         `json:"id" doc:"What was filed; GET /drafts/{id} shows it" example:"claim_01h455vb4pex5vsknk084sn02q"`
	Kind     string         `json:"kind" enum:"claim,article,appearance,verdict"`
	State    string         `json:"state" enum:"tip,triage,checking,in_review,published,declined,merged,draft,submitted,known,standing,corrected,removed" doc:"Of a claim: where the work is. Of a verdict: draft, submitted (it waits for somebody else's approval) or published. Of an appearance: whether the passage stands. Of an article: known"`
	ETag     string         `json:"etag" doc:"What If-Match of the next change names, as in the header ETag"`
	ClaimID  string         `json:"claim_id,omitempty" doc:"The claim it belongs to"`
	URL      string         `json:"url" format:"uri" doc:"Its page in the newsroom, for people"`
	Note     string         `json:"note,omitempty" doc:"Why a verdict was sent back to draft, for its authors"`
	Problems []draftProblem `json:"problems" doc:"What stops a draft of a verdict from being submitted; empty where nothing does"`
	status   int            // 0: that of the operation
}

// draftProblem is something that is missing before a verdict can be submitted.
type draftProblem struct {
	Field   string `json:"field" doc:"Where, as in the body: label, sources[0]"`
	Message string `json:"message" doc:"What is missing"`
	Rule    string `json:"rule,omitempty" doc:"The rule of the house that a waiver with a reason would meet instead"`
}

// draftOperation is an operation that files.
type draftOperation struct {
	huma.Operation

	request *huma.Schema
	example any
	status  int // of success
	// read reads a body that is JSON and was not looked at otherwise; place is where it stands in the request.
	read func(body []byte, place string) (any, error)
	run  func(ctx context.Context, d desk, body any) (Receipt, error)
}

// words are what tells an operation from others.
type words struct{ method, path, id, summary, description string }

// draft describes an operation whose body is a B.
func draft[B any](s *schemas, w words, example B, run func(ctx context.Context, d desk, in *B) (Receipt, error)) *draftOperation {
	op := &draftOperation{Operation: huma.Operation{OperationID: w.id, Method: w.method, Path: prefix + w.path, Summary: w.summary, Description: w.description}, example: example, status: http.StatusCreated}
	if w.method == http.MethodPatch {
		op.status = http.StatusOK
	}
	op.request = s.request(reflect.TypeFor[B]())
	op.read = func(body []byte, place string) (any, error) {
		in := new(B)
		return in, readJSON(body, s.registry, op.request, place, in)
	}
	op.run = func(ctx context.Context, d desk, body any) (Receipt, error) {
		in, ok := body.(*B)
		if !ok {
			return Receipt{}, errors.New("the body is of another operation")
		}
		return run(ctx, d, in)
	}
	return op
}

func (a *API) mountDrafts(h huma.API, s *schemas) {
	ops := []*draftOperation{
		fileClaimOperation(s), editClaimOperation(s), addArticleOperation(s), editArticleOperation(s),
		linkOperation(s), editAppearanceOperation(s), draftVerdictOperation(s), editVerdictOperation(s),
	}
	for _, op := range ops {
		filed := a.filing(s, op.Operation, op.status, op.request, op.example, reflect.TypeFor[Receipt]())
		if op.Method == http.MethodPatch {
			filed.Parameters = append(filed.Parameters, pathParam(op.Path), ifMatchParam())
			for _, status := range []int{http.StatusNotFound, http.StatusPreconditionFailed, http.StatusPreconditionRequired} {
				filed.Responses[strconv.Itoa(status)] = s.problem(status)
			}
		}
		register(h, filed, operation(func(ctx context.Context, c *fiber.Ctx, _ *struct{}) error { return a.fileOne(ctx, c, op) }))
	}
	a.mountBatch(h, s, ops)
	a.mountDraft(h, s)
}

// filing completes the description of an operation that files.
func (a *API) filing(s *schemas, op huma.Operation, status int, request *huma.Schema, example any, ok reflect.Type) huma.Operation {
	out := get(s, op.OperationID, strings.TrimPrefix(op.Path, prefix), op.Summary, op.Description, ok, http.StatusForbidden, http.StatusConflict, http.StatusUnprocessableEntity)
	out = post(s, out, request, example)
	out.Method = op.Method
	out.Security = []map[string][]string{{"key": {}}}
	out.Parameters = []*huma.Param{onceParam()}
	done := out.Responses["200"]
	done.Description, done.Headers = "Filed", s.filedHeaders()
	delete(out.Responses, "200")
	out.Responses[strconv.Itoa(status)], out.DefaultStatus = done, status
	if op.Path == articlesPath {
		known := *done
		known.Description = "The article was known already: this is it"
		out.Responses["200"] = &known
	}
	return out
}

func (s *schemas) filedHeaders() map[string]*huma.Param {
	text := func(doc string) *huma.Param {
		return &huma.Param{Description: doc, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	out := s.headers()
	delete(out, "Link")
	out["ETag"] = text("What If-Match of the next change names")
	out["Location"] = text("With 201: where it can be read, /api/v1/drafts/{id}")
	out["Idempotent-Replayed"] = text("true: this is the kept answer of an earlier request with the same Idempotency-Key")
	return out
}

func onceParam() *huma.Param {
	return &huma.Param{
		Name: onceHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: new(maxOnce), Examples: []any{"a3c1e6f0-0d6f-4d55-9d7e-2f6b1c1d9e01"}},
		Description: "Your name for this request, such as a random UUID, at most 255 visible ASCII characters. The same request sent again under it within 24 hours is answered as before and not done again, whatever became of the first answer; " +
			"refusals that a repetition would meet too are kept as well. While the first is still being worked on: 409 with Retry-After. Another request under it: 422",
	}
}

func ifMatchParam() *huma.Param {
	return &huma.Param{
		Name: fiber.HeaderIfMatch, In: "header", Required: true, Schema: &huma.Schema{Type: huma.TypeString, Examples: []any{`"c1"`}},
		Description: "The ETag of what you saw, so that nobody's work is written over: 428 without it, 412 if it was changed since",
	}
}

// pathParam describes the id in a path such as /api/v1/claims/{id}, of the kind that stands before it.
func pathParam(path string) *huma.Param {
	kinds, _, _ := strings.Cut(strings.TrimPrefix(path, prefix+"/"), "/")
	example := strings.TrimSuffix(kinds, "s") + "_01h455vb4pex5vsknk084sn02q"
	return &huma.Param{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString, Examples: []any{example}}, Description: "Id of what is changed"}
}

// Request headers of filing.
const (
	onceHeader  = "Idempotency-Key"
	maxOnce     = 255
	maxMatch    = 200
	filingScope = "filing takes a key with the scope file, as Authorization: Bearer ts_…"
)

// filer returns who files; the error is 401 without a key, and 403 for one that may not.
func filer(c *fiber.Ctx) (factcheck.Actor, error) {
	actor, ok := keyActor(c)
	if !ok {
		return actor, unauthenticated(filingScope)
	}
	return actor, factcheck.Permit(actor, factcheck.DraftVerdict)
}

// onceOf returns what makes a request the same when it is sent again.
func onceOf(c *fiber.Ctx, what ...string) (store.Once, error) {
	lines := c.Request().Header.PeekAll(onceHeader)
	if len(lines) == 0 {
		return store.Once{}, nil
	}
	key := string(lines[0])
	if len(lines) > 1 || key == "" || len(key) > maxOnce || strings.ContainsFunc(key, func(r rune) bool { return r < '!' || r > '~' }) {
		return store.Once{}, problem.BadRequest(problem.Detail{Location: "header." + onceHeader, Message: "send one, of 1 to 255 visible ASCII characters without spaces"})
	}
	once := store.Once{Key: key}
	for _, part := range append(what, string(c.Context().PostBody())) {
		once.Request = strconv.AppendInt(once.Request, int64(len(part)), 10)
		once.Request = append(append(once.Request, ' '), part...)
	}
	return once, nil
}

// fileOne serves an operation that files.
func (a *API) fileOne(ctx context.Context, c *fiber.Ctx, op *draftOperation) error {
	actor, err := filer(c)
	if err != nil {
		return err
	}
	if err := checkContentType(c); err != nil {
		return err
	}
	body, err := op.read(c.Context().PostBody(), "body")
	if err != nil {
		return err
	}
	id, match := c.Params("id"), c.Get(fiber.HeaderIfMatch)
	once, err := onceOf(c, op.Method, op.Path, id, match)
	if err != nil {
		return err
	}
	return a.file(ctx, c, actor, once, func(f *store.Filing) (store.FiledAnswer, error) {
		return a.fileItem(ctx, f, op, desk{actor: actor, id: id, match: match, edit: op.Method == http.MethodPatch}, body, "body.")
	})
}

// file files, and answers what came of it.
func (a *API) file(ctx context.Context, c *fiber.Ctx, actor factcheck.Actor, once store.Once, fn func(*store.Filing) (store.FiledAnswer, error)) error {
	answer, again, err := a.cfg.Store.FileOnce(ctx, actor, once, fn)
	if errors.Is(err, store.ErrOnceOther) {
		p := problem.From(err, false)
		p.Errors = []problem.Detail{{Location: "header." + onceHeader, Message: p.Detail}}
		return p
	}
	if err != nil {
		return err
	}
	h := &c.Context().Response.Header
	h.Set(fiber.HeaderCacheControl, "no-store")
	if again {
		h.Set("Idempotent-Replayed", "true")
	}
	if answer.ETag != "" {
		h.Set(fiber.HeaderETag, answer.ETag)
	}
	if answer.Location != "" {
		h.Set(fiber.HeaderLocation, answer.Location)
	}
	h.SetContentType("application/json")
	if answer.Status >= http.StatusBadRequest {
		h.SetContentType(problem.ContentType)
	}
	c.Status(answer.Status)
	c.Context().Response.SetBodyRaw(answer.Body)
	return nil
}

// fileItem files one item and returns what came of it; place is what the fields of its body begin with. The error is for what
// says nothing of the item itself: a lost database, a lost right.
func (a *API) fileItem(ctx context.Context, f *store.Filing, op *draftOperation, d desk, body any, place string) (store.FiledAnswer, error) {
	var done Receipt
	d.pages = a.cfg.PublicURL + "/newsroom/"
	err := f.Item(func(db *store.DB) error {
		d.db = db
		var err error
		done, err = op.run(ctx, d, body)
		return err
	})
	if err != nil {
		return refusal(err, place)
	}
	if done.Problems == nil {
		done.Problems = []draftProblem{}
	}
	text, err := json.Marshal(done)
	if err != nil {
		return store.FiledAnswer{}, err
	}
	out := store.FiledAnswer{Status: op.status, ETag: done.ETag, Body: text}
	if done.status != 0 {
		out.Status = done.status
	}
	if out.Status == http.StatusCreated {
		out.Location = prefix + "/drafts/" + done.ID
	}
	return out, nil
}

// refusal returns the answer to an item that was not filed, or the error if it says nothing of the item.
func refusal(err error, place string) (store.FiledAnswer, error) {
	p := problem.From(err, false)
	switch p.Status {
	case http.StatusUnauthorized, http.StatusTooManyRequests:
		return store.FiledAnswer{}, err
	}
	if p.Status >= http.StatusInternalServerError {
		return store.FiledAnswer{}, err
	}
	told := *p
	told.Errors = nil
	for _, d := range p.Errors {
		if rest, ok := strings.CutPrefix(d.Location, "body."); ok {
			d.Location = place + rest
		} else if place != "body." {
			d.Location = strings.TrimSuffix(place, "body.") + map[string]string{"header." + fiber.HeaderIfMatch: "if_match"}[d.Location]
		}
		told.Errors = append(told.Errors, d)
	}
	return store.FiledAnswer{Status: told.Status, Body: told.JSON()}, nil
}

// matches returns an error unless what is changed is what the client saw: 428 if it does not say, 412 if it is another by now.
func (d desk) matches(etag string) error {
	wrong := func(status int, message string) error {
		p := problem.New(status, message)
		p.Errors = []problem.Detail{{Location: "header." + fiber.HeaderIfMatch, Message: message}}
		return p
	}
	if !d.edit {
		return nil
	}
	if strings.TrimSpace(d.match) == "" {
		return wrong(http.StatusPreconditionRequired, "say which state you change: send its ETag as If-Match")
	}
	if strings.TrimSpace(d.match) == "*" || len(d.match) > maxMatch {
		return wrong(http.StatusBadRequest, "name the ETag that you saw")
	}
	for tag := range strings.SplitSeq(d.match, ",") {
		if strings.TrimSpace(tag) == etag {
			return nil
		}
	}
	return wrong(http.StatusPreconditionFailed, "it was changed since you saw it; read it again and look at what changed")
}

// missed tells a conflict that somebody saved meanwhile as what it is to the client: a condition that does not hold any more.
func (d desk) missed(err error, etag func() (string, error)) error {
	if factcheck.CodeOf(err) != factcheck.CodeConflict {
		return err
	}
	now, rerr := etag()
	if rerr != nil {
		return rerr
	}
	if merr := d.matches(now); merr != nil {
		return merr
	}
	return err
}

// renamed returns an error about a field by the name that the field has here.
func renamed(err error, names map[string]string) error {
	var e *factcheck.Error
	if !errors.As(err, &e) || e.Field == "" {
		return err
	}
	end := strings.IndexAny(e.Field, ".[")
	if end < 0 {
		end = len(e.Field)
	}
	if name, ok := names[e.Field[:end]]; ok {
		told := *e
		told.Field = name + e.Field[end:]
		return &told
	}
	return err
}

// tag returns an entity tag: the kind of thing, and its revision. It is the same on every node.
func tag(kind string, revision int) string { return `"` + kind + strconv.Itoa(revision) + `"` }
