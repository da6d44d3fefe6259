package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const tipsPath = prefix + "/tips"

// tipRequest is the body of POST /tips.
type tipRequest struct {
	Text     string `json:"text,omitempty" doc:"What should be checked, in your own words, at most 4,000 characters; this or url is needed"`
	URL      string `json:"url,omitempty" doc:"Address where it was seen, at most 4,000 characters"`
	Language string `json:"language,omitempty" maxLength:"35" doc:"BCP 47 tag of the text"`
	Contact  string `json:"contact,omitempty" doc:"How to reach whoever wants to be told, at most 500 characters; it is erased when the tip expires"`
	About    string `json:"about,omitempty" maxLength:"60" doc:"Id of a public claim that was seen again somewhere" example:"claim_01h455vb4pex5vsknk084sn02q"`
}

// tipReceipt is the answer of POST /tips.
type tipReceipt struct {
	ID        string    `json:"id" example:"tip_01h455vb4pex5vsknk084sn02q" doc:"Name it when you ask what became of it"`
	ExpiresAt time.Time `json:"expires_at" doc:"When the contact is erased"`
}

func (a *API) mountTips(h huma.API, s *schemas) {
	op := get(s, "file-tip", "/tips", "Send a tip",
		"Something you ask the newsroom to check. The same tip sent again within a day is the same tip, so that a request may be repeated when its answer was lost. "+
			"Nine in ten minutes and sixty a day for each address or key. Nothing of it becomes public, and nothing of it is in a log.", reflect.TypeFor[tipReceipt](), http.StatusForbidden, http.StatusUnprocessableEntity)
	body := s.request(reflect.TypeFor[tipRequest]())
	op = post(s, op, body, tipRequest{Text: "Is it true that the harbour is closed for good?", URL: "https://plaza.example/posts/81", Language: "en"})
	op.Responses["201"] = op.Responses["200"]
	op.Responses["201"].Description = "The newsroom has it"
	delete(op.Responses, "200")
	op.DefaultStatus = http.StatusCreated
	register(h, op, operation(func(ctx context.Context, c *fiber.Ctx, _ *struct{}) error { return a.fileTip(ctx, c, s.registry, body) }))
}

// fileTip serves POST /tips. Nothing of what was sent is repeated in an error or a log.
func (a *API) fileTip(ctx context.Context, c *fiber.Ctx, registry huma.Registry, schema *huma.Schema) error {
	var req tipRequest
	if err := readBody(c, registry, schema, &req); err != nil {
		return err
	}
	in := factcheck.TipInput{Text: req.Text, URL: req.URL, Language: req.Language, Contact: req.Contact}
	if err := in.About.UnmarshalText([]byte(req.About)); err != nil {
		return factcheck.Invalid("about", "this is not the id of a claim")
	}
	in, err := in.Clean()
	if err != nil {
		return err
	}
	actor, from := factcheck.System(), ratelimit.Address(request.From(c.Context()).Client)
	if key, ok := keyActor(c); ok {
		actor, from = key, key.ID.String()
	}
	buckets := store.Letter(from)
	free, wait, err := a.cfg.Store.TakeAttempts(ctx, buckets...)
	if err != nil {
		return err
	}
	if !free {
		return tooMany(buckets[0].Policy, max(wait, time.Second))
	}
	tip, err := a.cfg.Store.FileTipOnce(ctx, actor, in)
	if err != nil {
		return err
	}
	body, err := json.Marshal(tipReceipt{ID: tip.ID.String(), ExpiresAt: tip.ExpiresAt.UTC()})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, "application/json")
	c.Status(http.StatusCreated)
	c.Context().Response.SetBodyRaw(body)
	return nil
}
