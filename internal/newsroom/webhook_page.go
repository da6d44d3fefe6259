package newsroom

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// logPage is how many deliveries a page of the log shows.
const logPage = 25

// showWebhook shows a webhook with its log.
func (n *Newsroom) showWebhook(c *fiber.Ctx, in visitor) error {
	page, err := n.webhookPage(c, in)
	if err != nil {
		return err
	}
	page.Told = map[string]string{
		"changed": "Saved. It holds from the next message on.", "active": "It is at work: what waits is sent now.", "paused": "Paused. What happens meanwhile is sent when it goes on.",
		"disabled": "Disabled. Nothing is sent until it is put to work again.", "moved": "Moved. The key before cannot see it any more; it knows the secret still, so make a new one.",
		"tested": "A test is on its way. Reload to see what came of it.", "replayed": "It is sent once more, as the claim is now.",
	}[c.Query("told")]
	if queued, err := strconv.Atoi(c.Query("queued")); err == nil && queued >= 0 {
		page.Told = page.Number(queued) + " messages are sent once more, each with its claim as it is now."
		if last, err := strconv.ParseInt(c.Query("last"), 10, 64); err == nil && last < page.Hook.Seq && c.Query("more") != "" {
			page.Told += " The changes up to " + strconv.FormatInt(last, 10) + " were looked at; go on from there."
			page.After = strconv.FormatInt(last, 10)
		}
	}
	return n.render(c, fiber.StatusOK, pages.Webhook(page))
}

func (n *Newsroom) webhookPage(c *fiber.Ctx, in visitor) (pages.WebhookPage, error) {
	id, err := idParam[factcheck.WebhookID](c.Params("webhook"))
	if err != nil {
		return pages.WebhookPage{}, err
	}
	shell, err := n.shell(c.UserContext(), in, "/newsroom/house")
	if err != nil {
		return pages.WebhookPage{}, err
	}
	w, err := n.cfg.Store.Webhook(c.UserContext(), in.Actor, id)
	if err != nil {
		return pages.WebhookPage{}, err
	}
	page := pages.WebhookPage{Shell: shell, Hook: webhookItem(shell, w), Overlap: "1", Only: c.Query("state"), After: "0"}
	if page.Form, err = n.webhookForm(c, in); err != nil {
		return page, err
	}
	fillWebhook(&page.Form, w)
	filter := store.DeliveryFilter{Limit: logPage + 1}
	switch store.DeliveryState(page.Only) {
	case store.DeliveryQueued, store.DeliveryDelivered, store.DeliveryDead:
		filter.State = store.DeliveryState(page.Only)
	default:
		page.Only = ""
	}
	if filter.Before, err = idParam[factcheck.DeliveryID](c.Query("before")); err != nil {
		return page, factcheck.NotFound("there is no such page of the log")
	}
	page.Later = !filter.Before.IsZero()
	list, err := n.cfg.Store.WebhookDeliveries(c.UserContext(), in.Actor, id, filter)
	if err != nil {
		return page, err
	}
	if len(list) > logPage {
		list = list[:logPage]
		page.Next = list[logPage-1].ID.String()
	}
	for _, d := range list {
		page.Log = append(page.Log, deliveryItem(shell, d))
	}
	return page, nil
}

// fillWebhook puts a webhook into its form.
func fillWebhook(form *pages.WebhookForm, w store.Webhook) {
	form.URL, form.Name, form.Publishers = w.URL, w.Name, strings.Join(w.Publishers, "\n")
	claims := make([]string, len(w.Claims))
	for i, id := range w.Claims {
		claims[i] = id.String()
	}
	form.Claims = strings.Join(claims, "\n")
	for i := range form.Types {
		for _, t := range w.Types {
			form.Types[i].Chosen = form.Types[i].Chosen || string(t) == form.Types[i].Type
		}
	}
	known := map[string]int{}
	for i, t := range form.Topics {
		known[t.ID] = i
	}
	for _, id := range w.Topics { // one beyond the first page of topics, or of another house, stays chosen
		if i, ok := known[id.String()]; ok {
			form.Topics[i].Chosen = true
			continue
		}
		form.Topics = append(form.Topics, pages.TopicChoice{ID: id.String(), Name: id.String(), Chosen: true})
	}
}

func deliveryItem(shell pages.Shell, d store.Delivery) pages.DeliveryItem {
	item := pages.DeliveryItem{ID: d.ID.String(), Seq: d.Seq, Type: d.Type, State: string(d.State), At: d.CreatedAt}
	if !d.Claim.IsZero() {
		item.Claim = d.Claim.String()
	}
	if d.NextAt != nil {
		item.Next = shell.Instant(*d.NextAt)
	}
	for _, a := range d.Attempts {
		one := pages.AttemptItem{N: a.N, At: a.At, Status: a.Status, Error: a.Error, Excerpt: a.Excerpt}
		if a.Took != nil {
			one.Took = strconv.FormatInt(a.Took.Milliseconds(), 10) + " ms"
		}
		item.Attempts = append(item.Attempts, one)
	}
	return item
}

// webhookAct does something with a webhook and leads back to it, saying what; told may add a query.
func (n *Newsroom) webhookAct(c *fiber.Ctx, in visitor, f form, part string, do func(id factcheck.WebhookID) (told string, err error)) error {
	id, err := idParam[factcheck.WebhookID](c.Params("webhook"))
	if err != nil {
		return err
	}
	if n.cfg.Webhooks == nil {
		return n.webhookTrouble(c, in, f, part, errNoWebhooks)
	}
	told, err := do(id)
	if err == nil {
		n.cfg.Webhooks.Wake()
		return see(c, webhookPath(id)+"?told="+told)
	}
	return n.webhookTrouble(c, in, f, part, err)
}

// webhookTrouble shows the page with what is wrong in a part of it, and with what was typed.
func (n *Newsroom) webhookTrouble(c *fiber.Ctx, in visitor, f form, part string, err error) error {
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page, perr := n.webhookPage(c, in)
	if perr != nil {
		return perr
	}
	switch part {
	case "change":
		f.typed(&page.Form)
	case "replay":
		page.After, page.To = f.line("after"), f.line("to")
	case "rotate":
		page.Overlap = f.get("overlap")
	}
	page.Part, page.Form.Error, page.Form.Field = part, problem.message, problem.field
	return n.render(c, problem.status, pages.Webhook(page))
}

func (n *Newsroom) changeWebhook(c *fiber.Ctx, in visitor, f form) error {
	return n.webhookAct(c, in, f, "change", func(id factcheck.WebhookID) (string, error) {
		revision, err := f.revision()
		if err != nil {
			return "", err
		}
		input, err := webhookInput(f)
		if err != nil {
			return "", err
		}
		_, err = n.cfg.Webhooks.Edit(c.UserContext(), in.Actor, id, store.WebhookEdit{
			URL: &input.URL, Name: &input.Name, Types: &input.Types, Claims: &input.Claims, Topics: &input.Topics, Publishers: &input.Publishers, Revision: revision,
		})
		return "changed", err
	})
}

// setWebhookState puts a webhook to work, pauses or disables it.
func (n *Newsroom) setWebhookState(c *fiber.Ctx, in visitor, f form) error {
	return n.webhookAct(c, in, f, "state", func(id factcheck.WebhookID) (string, error) {
		state := store.WebhookState(f.get("state"))
		_, err := n.cfg.Webhooks.Edit(c.UserContext(), in.Actor, id, store.WebhookEdit{State: &state})
		return string(state), err
	})
}

// rotateWebhook gives a webhook a new secret and shows it this once: the answer is the page itself.
func (n *Newsroom) rotateWebhook(c *fiber.Ctx, in visitor, f form) error {
	id, err := idParam[factcheck.WebhookID](c.Params("webhook"))
	if err != nil {
		return err
	}
	if n.cfg.Webhooks == nil {
		return n.webhookTrouble(c, in, f, "rotate", errNoWebhooks)
	}
	secret := ""
	days, err := strconv.Atoi(f.get("overlap"))
	if err != nil || days < 0 || days > int(store.MaxRotation/(24*time.Hour)) {
		err = factcheck.Invalid("overlap", "choose for how many days the secret before signs too, 0 to 7")
	}
	if err == nil {
		_, secret, err = n.cfg.Webhooks.Rotate(c.UserContext(), in.Actor, id, time.Duration(days)*24*time.Hour)
	}
	if err != nil {
		return n.webhookTrouble(c, in, f, "rotate", err)
	}
	page, err := n.webhookPage(c, in)
	if err != nil {
		return err
	}
	page.Fresh = secret
	return n.render(c, fiber.StatusOK, pages.Webhook(page))
}

func (n *Newsroom) moveWebhook(c *fiber.Ctx, in visitor, f form) error {
	return n.webhookAct(c, in, f, "move", func(id factcheck.WebhookID) (string, error) {
		to, err := idParam[factcheck.KeyID](f.get("key"))
		if err != nil {
			return "", factcheck.Invalid("key", "choose the key that it goes to")
		}
		return "moved", n.cfg.Store.MoveWebhook(c.UserContext(), in.Actor, id, to)
	})
}

func (n *Newsroom) deleteWebhook(c *fiber.Ctx, in visitor, f form) error {
	id, err := idParam[factcheck.WebhookID](c.Params("webhook"))
	if err != nil {
		return err
	}
	if f.get("sure") != "yes" {
		return n.webhookTrouble(c, in, f, "delete", factcheck.Invalid("sure", "say that you are sure: its log goes with it, and its secret"))
	}
	if err := n.cfg.Store.DeleteWebhook(c.UserContext(), in.Actor, id); err != nil {
		return err
	}
	return see(c, webhooksPath+"?told=deleted")
}

func (n *Newsroom) testWebhook(c *fiber.Ctx, in visitor, f form) error {
	return n.webhookAct(c, in, f, "test", func(id factcheck.WebhookID) (string, error) {
		_, err := n.cfg.Store.TestWebhook(c.UserContext(), in.Actor, id)
		return "tested#log", err
	})
}

func (n *Newsroom) replayDelivery(c *fiber.Ctx, in visitor, f form) error {
	return n.webhookAct(c, in, f, "delivery", func(id factcheck.WebhookID) (string, error) {
		delivery, err := idParam[factcheck.DeliveryID](c.Params("delivery"))
		if err != nil {
			return "", err
		}
		return "replayed#log", n.cfg.Store.ReplayDelivery(c.UserContext(), in.Actor, id, delivery)
	})
}

// replayWebhook sends a range once more, or all since a number.
func (n *Newsroom) replayWebhook(c *fiber.Ctx, in visitor, f form) error {
	return n.webhookAct(c, in, f, "replay", func(id factcheck.WebhookID) (string, error) {
		after, err := seqOf("after", f.line("after"))
		if err != nil {
			return "", err
		}
		to, err := seqOf("to", f.line("to"))
		if err != nil {
			return "", err
		}
		queued, last, err := n.cfg.Store.ReplayWebhook(c.UserContext(), in.Actor, id, after, to)
		told := "replay&queued=" + strconv.Itoa(queued) + "&last=" + strconv.FormatInt(last, 10)
		if to == 0 || last < to {
			told += "&more=1"
		}
		return told + "#replay", err
	})
}

// seqOf reads a number of the change feed; empty is 0.
func seqOf(field, s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, factcheck.Invalid(field, "write the number of a change, such as 1042")
	}
	return n, nil
}
