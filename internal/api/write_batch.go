package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// batchRequest is the body of POST /batch.
type batchRequest struct {
	Items []batchItem `json:"items" minItems:"1" maxItems:"100" doc:"Done in this order, each by itself"`
}

// batchItem is one request of a batch.
type batchItem struct {
	Method  string          `json:"method" enum:"POST,PATCH"`
	Path    string          `json:"path" maxLength:"200" doc:"As by itself, below /api/v1: /claims, /verdicts/{id}" example:"/claims"`
	IfMatch string          `json:"if_match,omitempty" maxLength:"200" doc:"With PATCH, as the header If-Match"`
	Body    json.RawMessage `json:"body" doc:"As by itself"`
}

// batchAnswer is the answer of POST /batch.
type batchAnswer struct {
	Data []batchResult `json:"data" doc:"One for each item, in the order of the request"`
}

// batchResult is what an item came to.
type batchResult struct {
	Status  int              `json:"status" doc:"That the item would have been answered with by itself"`
	Filed   *Receipt         `json:"filed,omitempty" doc:"What it came to, below 400"`
	Problem *problem.Problem `json:"problem,omitempty" doc:"Why it was refused; locations begin with body.items[i]"`
}

// rawResult is batchResult of parts that are JSON already.
type rawResult struct {
	Status  int             `json:"status"`
	Filed   json.RawMessage `json:"filed,omitempty"`
	Problem json.RawMessage `json:"problem,omitempty"`
}

func (a *API) mountBatch(h huma.API, s *schemas, ops []*draftOperation) {
	why := json.RawMessage(`{"text":"The lighthouse is for sale.","language":"en"}`)
	request := s.request(reflect.TypeFor[batchRequest]())
	s.request(reflect.TypeFor[batchItem]())
	described := huma.Operation{OperationID: "file-batch", Method: http.MethodPost, Path: prefix + "/batch", Summary: "File several at once",
		Description: "Up to 100 requests to file, each with its own status: one that is refused leaves the others. Every item is kept wholly or not at all, and if the server fails before the answer, none is. " +
			"The body has at most 1 MiB. One Idempotency-Key stands for the whole batch."}
	op := a.filing(s, described, http.StatusOK, request, batchRequest{Items: []batchItem{{Method: http.MethodPost, Path: "/claims", Body: why}}}, reflect.TypeFor[batchAnswer]())
	delete(op.Responses, "409")
	op.Responses["409"] = s.problem(http.StatusConflict)
	register(h, op, operation(func(ctx context.Context, c *fiber.Ctx, _ *struct{}) error {
		return a.fileBatch(ctx, c, s.registry, request, ops)
	}))
}

// fileBatch serves POST /batch.
func (a *API) fileBatch(ctx context.Context, c *fiber.Ctx, registry huma.Registry, schema *huma.Schema, ops []*draftOperation) error {
	actor, err := filer(c)
	if err != nil {
		return err
	}
	var req batchRequest
	if err := readBody(c, registry, schema, &req); err != nil {
		return err
	}
	once, err := onceOf(c, http.MethodPost, prefix+"/batch")
	if err != nil {
		return err
	}
	return a.file(ctx, c, actor, once, func(f *store.Filing) (store.FiledAnswer, error) {
		out := struct {
			Data []rawResult `json:"data"`
		}{}
		for i, item := range req.Items {
			done, err := a.fileListed(ctx, f, ops, actor, item, indexed("body.items", i)+".")
			if err != nil {
				return store.FiledAnswer{}, err
			}
			result := rawResult{Status: done.Status, Filed: done.Body}
			if done.Status >= http.StatusBadRequest {
				result.Filed, result.Problem = nil, done.Body
			}
			out.Data = append(out.Data, result)
		}
		body, err := json.Marshal(out)
		return store.FiledAnswer{Status: http.StatusOK, Body: body}, err
	})
}

// fileListed files an item of a batch; place is where the item stands.
func (a *API) fileListed(ctx context.Context, f *store.Filing, ops []*draftOperation, actor factcheck.Actor, item batchItem, place string) (store.FiledAnswer, error) {
	head, id, _ := strings.Cut(strings.TrimPrefix(item.Path, "/"), "/")
	for _, op := range ops {
		of, _, named := strings.Cut(strings.TrimPrefix(op.Path, prefix+"/"), "/")
		if of != head || op.Method != item.Method || named != (id != "") || !strings.HasPrefix(item.Path, "/") {
			continue
		}
		body, err := op.read(item.Body, place+"body")
		if err != nil {
			return refusal(err, "body.")
		}
		return a.fileItem(ctx, f, op, desk{actor: actor, id: id, match: item.IfMatch, edit: op.Method == http.MethodPatch}, body, place+"body.")
	}
	return refusal(badBody(place+"path", "nothing is filed by this method at this path"), "body.")
}
