package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// webhookData is what a message tells.
type webhookData struct {
	Seq     int64           `json:"seq" doc:"Number of the change; 0 in a test"`
	Epoch   string          `json:"epoch" doc:"Names the feed; a restore begins a new one"`
	ClaimID *string         `json:"claim_id" doc:"null in a test"`
	Claim   *document.Claim `json:"claim" doc:"The claim as it is when this is sent; null when it is no longer public: forget it"`
}

// usualOverlap is for how long the secret before a rotation signs if nobody says so.
const usualOverlap = 24 * time.Hour

func (a *API) mountWebhooks(h huma.API, s *schemas) {
	doc, secret, queued := reflect.TypeFor[webhookDoc](), reflect.TypeFor[webhookSecret](), reflect.TypeFor[queuedDoc]()
	huma.Register(h, webhookOp(s, http.MethodGet, "list-webhooks", "/webhooks", "List your webhooks", "Those of the key that asks, newest first. All of this takes a key with the scope manage; a webhook stops with its key.", 200, reflect.TypeFor[webhookList](), nil, nil), reads(a.listWebhooks))
	body := s.request(reflect.TypeFor[webhookRequest]())
	huma.Register(h, webhookOp(s, http.MethodPost, "create-webhook", "/webhooks", "Create a webhook",
		"Each public change is sent there by POST, signed as Standard Webhooks has it, at least once, and in order for each claim; see webhooks in this document. "+
			"Anything but a 2xx within 15 seconds is tried again for three days, redirects among it; Retry-After is heeded, 410 disables. A key has at most 20.", 201, secret, body,
		webhookRequest{URL: "https://partner.example/hooks/touchstone", Types: []string{"verdict.published", "verdict.corrected"}}), takesBody(s, body, a.createWebhook))
	huma.Register(h, webhookOp(s, http.MethodGet, "get-webhook", "/webhooks/{id}", "A webhook", "With how much waits and was given up.", 200, doc, nil, nil), reads(a.getWebhook))
	edit := s.request(reflect.TypeFor[webhookEdit]())
	paused := "paused"
	huma.Register(h, webhookOp(s, http.MethodPatch, "edit-webhook", "/webhooks/{id}", "Change a webhook", "What is not named stays as it is. state puts it to work again, or pauses it.", 200, doc, edit, webhookEdit{State: &paused}), takesBody(s, edit, a.editWebhook))
	huma.Register(h, webhookOp(s, http.MethodDelete, "delete-webhook", "/webhooks/{id}", "Delete a webhook", "With its log.", 204, nil, nil, nil), reads(a.deleteWebhook))
	rotate := s.request(reflect.TypeFor[rotateRequest]())
	day := int64(86400)
	huma.Register(h, webhookOp(s, http.MethodPost, "rotate-webhook", "/webhooks/{id}/rotate", "Rotate the secret", "The secret before signs too, until the overlap is over: messages carry two signatures.", 200, secret, rotate, rotateRequest{OverlapSeconds: &day}), takesBody(s, rotate, a.rotateWebhook))
	none := s.request(reflect.TypeFor[noRequest]())
	huma.Register(h, webhookOp(s, http.MethodPost, "test-webhook", "/webhooks/{id}/test", "Send a test", "A message of the type webhook.test, about no claim.", 202, queued, none, noRequest{}), takesBody(s, none, a.testWebhook))
	huma.Register(h, webhookOp(s, http.MethodGet, "list-deliveries", "/webhooks/{id}/deliveries", "What was sent", "With every attempt, its status, latency and the beginning of the answer.", 200, reflect.TypeFor[deliveryList](), nil, nil), reads(a.listDeliveries))
	huma.Register(h, webhookOp(s, http.MethodPost, "replay-delivery", "/webhooks/{id}/deliveries/{delivery}/replay", "Send one once more", "Under the same id, with the claim as it is now.", 202, queued, none, noRequest{}), takesBody(s, none, a.replayDelivery))
	replay := s.request(reflect.TypeFor[replayRequest]())
	huma.Register(h, webhookOp(s, http.MethodPost, "replay-webhook", "/webhooks/{id}/replay", "Send a range once more", "Changes after a number, up to another or all; at most 10,000 changes of the feed at a time: go on from seq of the answer.", 202, queued, replay, replayRequest{After: 1042}), takesBody(s, replay, a.replayWebhook))
	describeWebhooks(h.OpenAPI(), s)
}

// describeWebhooks fills in the section webhooks: one for each type of change, and the test.
func describeWebhooks(o *huma.OpenAPI, s *schemas) {
	o.Webhooks = map[string]*huma.PathItem{}
	text := func(name, doc string) *huma.Param {
		return &huma.Param{Name: name, In: "header", Required: true, Description: doc, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	names := []string{store.WebhookTest}
	for _, t := range factcheck.ChangeTypes() {
		names = append(names, string(t))
	}
	for _, name := range names {
		o.Webhooks[name] = &huma.PathItem{Post: &huma.Operation{
			OperationID: "on-" + name, Summary: name, Description: "Sent to webhooks, signed as Standard Webhooks (standardwebhooks.com) has it. The same webhook-id may come twice; within a claim, data.seq only grows, replays apart.",
			Parameters: []*huma.Param{text("webhook-id", "The same over all attempts"), text("webhook-timestamp", "Unix seconds, of this attempt"),
				text("webhook-signature", "v1, and the base64 of the HMAC-SHA256 of id.timestamp.body; two with a space between while a secret is rotated")},
			RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: s.of(reflect.TypeFor[webhookMessage]())}}},
			Responses: map[string]*huma.Response{
				"204": {Description: "Any 2xx: taken"}, "410": {Description: "Nothing more is wanted: the webhook is disabled"}, "429": {Description: "Later: Retry-After is heeded, up to a day"},
			},
		}}
	}
}

func (a *API) listWebhooks(ctx context.Context, c *fiber.Ctx, key factcheck.Actor, _ *struct{}) error {
	list, err := a.cfg.Store.Webhooks(ctx, key)
	if err != nil {
		return err
	}
	out := webhookList{Data: []webhookDoc{}}
	for _, w := range list {
		out.Data = append(out.Data, docOf(w))
	}
	return answerJSON(c, http.StatusOK, out)
}

func (a *API) getWebhook(ctx context.Context, c *fiber.Ctx, key factcheck.Actor, in *webhookInput) error {
	id, err := idIn[factcheck.WebhookID](in.ID)
	if err != nil {
		return err
	}
	w, err := a.cfg.Store.Webhook(ctx, key, id)
	if err != nil {
		return err
	}
	return answerJSON(c, http.StatusOK, docOf(w))
}

// errNoWebhooks is what a server without webhooks answers.
var errNoWebhooks = &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "this server sends no webhooks"}

func (a *API) createWebhook(ctx context.Context, c *fiber.Ctx, key factcheck.Actor, _ *struct{}, req webhookRequest) error {
	if a.cfg.Webhooks == nil {
		return errNoWebhooks
	}
	edit, err := editOf(webhookEdit{Types: &req.Types, Claims: &req.Claims, Topics: &req.Topics, Publishers: &req.Publishers})
	if err != nil {
		return err
	}
	w, secret, err := a.cfg.Webhooks.Create(ctx, key, store.WebhookInput{URL: req.URL, Name: req.Name, Types: *edit.Types, Claims: *edit.Claims, Topics: *edit.Topics, Publishers: *edit.Publishers})
	if err != nil {
		return err
	}
	return answerJSON(c, http.StatusCreated, webhookSecret{webhookDoc: docOf(w), Secret: secret})
}

// editOf reads what is changed.
func editOf(req webhookEdit) (store.WebhookEdit, error) {
	edit := store.WebhookEdit{URL: req.URL, Name: req.Name, Publishers: req.Publishers}
	if req.Types != nil {
		types := make([]factcheck.ChangeType, len(*req.Types))
		for i, name := range *req.Types {
			types[i] = factcheck.ChangeType(name)
		}
		edit.Types = &types
	}
	if req.Claims != nil {
		list, err := ids[factcheck.ClaimID]("claims", *req.Claims)
		if err != nil {
			return edit, err
		}
		edit.Claims = &list
	}
	if req.Topics != nil {
		list, err := ids[factcheck.TopicID]("topics", *req.Topics)
		if err != nil {
			return edit, err
		}
		edit.Topics = &list
	}
	if req.State != nil {
		state := store.WebhookState(*req.State)
		edit.State = &state
	}
	return edit, nil
}

func (a *API) editWebhook(ctx context.Context, c *fiber.Ctx, key factcheck.Actor, in *webhookInput, req webhookEdit) error {
	id, err := idIn[factcheck.WebhookID](in.ID)
	if err != nil {
		return err
	}
	if a.cfg.Webhooks == nil {
		return errNoWebhooks
	}
	edit, err := editOf(req)
	if err != nil {
		return err
	}
	w, err := a.cfg.Webhooks.Edit(ctx, key, id, edit)
	if err != nil {
		return err
	}
	return answerJSON(c, http.StatusOK, docOf(w))
}

func (a *API) deleteWebhook(ctx context.Context, c *fiber.Ctx, key factcheck.Actor, in *webhookInput) error {
	id, err := idIn[factcheck.WebhookID](in.ID)
	if err != nil {
		return err
	}
	if err := a.cfg.Store.DeleteWebhook(ctx, key, id); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

func (a *API) rotateWebhook(ctx context.Context, c *fiber.Ctx, key factcheck.Actor, in *webhookInput, req rotateRequest) error {
	id, err := idIn[factcheck.WebhookID](in.ID)
	if err != nil {
		return err
	}
	if a.cfg.Webhooks == nil {
		return errNoWebhooks
	}
	overlap := usualOverlap
	if req.OverlapSeconds != nil {
		overlap = time.Duration(*req.OverlapSeconds) * time.Second
	}
	w, secret, err := a.cfg.Webhooks.Rotate(ctx, key, id, overlap)
	if err != nil {
		return err
	}
	return answerJSON(c, http.StatusOK, webhookSecret{webhookDoc: docOf(w), Secret: secret})
}

// queued answers that something will be sent, and has it sent.
func (a *API) queued(c *fiber.Ctx, doc queuedDoc) error {
	if a.cfg.Webhooks != nil {
		a.cfg.Webhooks.Wake()
	}
	return answerJSON(c, http.StatusAccepted, doc)
}

func (a *API) testWebhook(ctx context.Context, c *fiber.Ctx, key factcheck.Actor, in *webhookInput, _ noRequest) error {
	id, err := idIn[factcheck.WebhookID](in.ID)
	if err != nil {
		return err
	}
	delivery, err := a.cfg.Store.TestWebhook(ctx, key, id)
	if err != nil {
		return err
	}
	name := delivery.String()
	return a.queued(c, queuedDoc{Queued: 1, DeliveryID: &name})
}

func (a *API) listDeliveries(ctx context.Context, c *fiber.Ctx, key factcheck.Actor, in *deliveriesInput) error {
	id, err := idIn[factcheck.WebhookID](in.ID)
	if err != nil {
		return err
	}
	f := store.DeliveryFilter{State: store.DeliveryState(in.State), Limit: in.Limit}
	if err := f.Before.UnmarshalText([]byte(in.Cursor)); err != nil {
		return factcheck.Invalid("cursor", "give the next_cursor of the page before")
	}
	list, err := a.cfg.Store.WebhookDeliveries(ctx, key, id, f)
	if err != nil {
		return err
	}
	out := deliveryList{Data: []deliveryDoc{}}
	for _, d := range list {
		out.Data = append(out.Data, deliveryOf(d))
	}
	if len(list) == in.Limit {
		out.NextCursor = &out.Data[len(out.Data)-1].ID
	}
	return answerJSON(c, http.StatusOK, out)
}

func (a *API) replayDelivery(ctx context.Context, c *fiber.Ctx, key factcheck.Actor, in *deliveryInput, _ noRequest) error {
	id, err := idIn[factcheck.WebhookID](in.ID)
	if err != nil {
		return err
	}
	delivery, err := idIn[factcheck.DeliveryID](in.Delivery)
	if err != nil {
		return err
	}
	if err := a.cfg.Store.ReplayDelivery(ctx, key, id, delivery); err != nil {
		return err
	}
	name := delivery.String()
	return a.queued(c, queuedDoc{Queued: 1, DeliveryID: &name})
}

func (a *API) replayWebhook(ctx context.Context, c *fiber.Ctx, key factcheck.Actor, in *webhookInput, req replayRequest) error {
	id, err := idIn[factcheck.WebhookID](in.ID)
	if err != nil {
		return err
	}
	n, last, err := a.cfg.Store.ReplayWebhook(ctx, key, id, req.After, req.To)
	if err != nil {
		return err
	}
	return a.queued(c, queuedDoc{Queued: n, Seq: &last})
}
