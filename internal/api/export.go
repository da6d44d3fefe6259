package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/export"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	maxExports    = 4                // sent at once: each holds a connection to the database
	clientExports = 2                // of one client
	exportTime    = 30 * time.Minute // for all of one
)

// exportInput are the parameters of GET /export.
type exportInput struct {
	Format string `query:"format" required:"true" enum:"ndjson,claimreview,csv" example:"ndjson" doc:"ndjson has everything; claimreview is a schema.org DataFeed; csv has a row for each current verdict"`
	After  string `query:"after" maxLength:"60" example:"claim_01h455vb4pex5vsknk084sn02q" doc:"Only claims after this id, to go on with an export that was broken off"`
	Epoch  string `query:"epoch" maxLength:"64" example:"019a5b3c9d6e7f10a1b2c3d4e5f60718" doc:"The epoch of the export that after goes on with: after a restore that export is of another ledger, and the answer is 410"`
}

// exportedClaim is a line of an export as NDJSON, for the OpenAPI document.
type exportedClaim struct {
	Versions []exportedVersion `json:"versions" doc:"Every public state of the claim's page, oldest first, as it may be shown today"`
	Events   []export.Event    `json:"appearance_events" doc:"What happened to its appearances since it is public, oldest first"`
}

// exportedVersion is a state of a claim's page in an export.
type exportedVersion struct {
	versionHead
	Claim any `json:"claim" doc:"The claim as it was"`
}

func (a *API) mountExport(h huma.API, s *schemas) {
	op := get(s, "export", "/export", "Take all that is public",
		"Everything public as it stood at one moment, streamed, as gzip or zstd if the client accepts that. Feed-Epoch and Feed-Seq state the point of the change feed it is true at: "+
			"follow GET /changes from there and nothing is missed. An export that was broken off goes on with after, the last id that came; follow changes from the smallest seq seen then. Give epoch too: after a restore the part that came is of a ledger that is no more, and 410 says to begin again. "+
			`As NDJSON the first line is {"epoch","seq","at","licence"}, each further one a claim as GET /claims/{id} answers with its versions and appearance_events, and the last {"end":true,"epoch","seq","claims"}: without it something is missing. `+
			"As ClaimReview claims that are public no more follow with dateDeleted, and the document ends with ]}. No cell of the CSV begins a formula: what would has an apostrophe before it. "+
			"In every format a body that was broken off ends without its last chunk, which HTTP clients report.",
		reflect.TypeFor[exportedClaim](), http.StatusGone)
	text := func() *huma.Schema { return &huma.Schema{Type: huma.TypeString} }
	line := s.of(reflect.TypeFor[exportedClaim]())
	headers := s.headers()
	headers["Feed-Epoch"] = &huma.Param{Description: "Which feed Feed-Seq belongs to", Schema: text()}
	headers["Feed-Seq"] = &huma.Param{Description: "The number of the change feed that the export is true at", Schema: &huma.Schema{Type: huma.TypeInteger}}
	delete(headers, "ETag")
	delete(headers, "Link")
	op.Responses["200"] = &huma.Response{Description: "OK", Headers: headers, Content: map[string]*huma.MediaType{
		"application/x-ndjson": {Schema: &huma.Schema{Type: huma.TypeString, Description: "Lines of JSON; each but the first and last is a claim with these members besides its own", Extensions: map[string]any{"contentMediaType": "application/json", "contentSchema": line}},
			Example: "{\"epoch\":\"019a5b3c9d6e7f10a1b2c3d4e5f60718\",\"seq\":1042,\"at\":\"2025-06-07T16:40:00Z\",\"licence\":\"CC BY 4.0\"}\n{\"end\":true,\"epoch\":\"019a5b3c9d6e7f10a1b2c3d4e5f60718\",\"seq\":1042,\"claims\":0}\n"},
		"application/ld+json": {Schema: &huma.Schema{Type: huma.TypeObject, Description: "A schema.org DataFeed"}},
		"text/csv":            {Schema: text()},
	}}
	delete(op.Responses, "304")
	huma.Register(h, op, operation(a.export))
}

// export serves GET /export.
func (a *API) export(ctx context.Context, c *fiber.Ctx, in *exportInput) error {
	var after factcheck.ClaimID
	if in.After != "" {
		var err error
		if after, err = factcheck.ParseClaimID(in.After); err != nil {
			return problem.BadRequest(problem.Detail{Location: "query.after", Message: "write the id of a claim, as it came"})
		}
	}
	if in.Format == "" {
		return problem.BadRequest(problem.Detail{Location: "query.format", Message: "say ndjson, claimreview or csv"})
	}
	coding := httpcache.Streamed(c.Request().Header.Peek(fiber.HeaderAcceptEncoding))
	if c.Response().SkipBody { // HEAD
		epoch, seq, _, err := a.cfg.Store.Head(ctx)
		if err != nil {
			return err
		}
		if err := ofThisFeed(in.Epoch, epoch, seq); err != nil {
			return err
		}
		exportHead(c, in.Format, coding, epoch, seq)
		return nil
	}
	client := a.clientOf(c)
	if err := a.exports.enter(client); err != nil {
		return err
	}
	body, err := a.openExport(ctx, c.Context().Conn(), in.Format, coding, after)
	if err != nil {
		a.exports.leave(client)
		return err
	}
	body.client, body.pass = client, a.watch.begin(secretOf(c))
	if actor, ok := keyActor(c); ok && after.IsZero() {
		body.taker = actor.ID
	}
	if err := ofThisFeed(in.Epoch, body.from.Epoch, body.from.Seq); err != nil {
		return errors.Join(err, body.Close())
	}
	exportHead(c, in.Format, coding, body.from.Epoch, body.from.Seq)
	c.Response().SetBodyStream(body, -1)
	return nil
}

// ofThisFeed fails with 410 where an epoch that a client names, if it names any, is not that of the feed.
func ofThisFeed(named, epoch string, head int64) error {
	if named == "" || named == epoch {
		return nil
	}
	return notThisFeed(store.Feed{Epoch: epoch, Head: head})
}

// newExports counts the exports being sent.
func newExports() *waiting {
	return newWaiting(limits{
		most: maxExports, each: clientExports, again: time.Minute,
		enough: "this client takes " + strconv.Itoa(clientExports) + " exports already; let one end first",
		full:   "too many are taking everything right now; try again in a minute",
	})
}

// exportHead writes the headers of an export. Nobody keeps it: it is true at one moment.
func exportHead(c *fiber.Ctx, format string, coding httpcache.Coding, epoch string, seq int64) {
	h := &c.Response().Header
	contentType, name := "application/x-ndjson", "claims.ndjson"
	switch format {
	case exchange.FormatClaimReview:
		contentType, name = "application/ld+json; charset=utf-8", "claimreview.json"
	case exchange.FormatCSV:
		contentType, name = "text/csv; charset=utf-8", "claims.csv"
	}
	h.SetContentType(contentType)
	h.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	h.Set(fiber.HeaderCacheControl, "no-store")
	h.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	h.Set("Feed-Epoch", epoch)
	h.Set("Feed-Seq", strconv.FormatInt(seq, 10))
	if coding != httpcache.Identity {
		h.Set(fiber.HeaderContentEncoding, coding.String())
	}
}
