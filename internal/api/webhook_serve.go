package api

import (
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// usualOverlap is for how long the secret before a rotation signs if nobody says so.
const usualOverlap = 24 * time.Hour

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
