package newsroom

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

const webhooksPath = "/newsroom/house/webhooks"

func (n *Newsroom) webhookRoutes() []Route {
	admin := func(r Route) Route { return r.needs(factcheck.ManageKeys) }
	routes := []Route{
		admin(show(webhooksPath, n.showWebhooks)), admin(do(webhooksPath, n.makeWebhook)).proved(),
		admin(show(webhooksPath+"/:webhook", n.showWebhook)),
	}
	for path, handler := range map[string]act{
		"change": n.changeWebhook, "state": n.setWebhookState, "rotate": n.rotateWebhook, "move": n.moveWebhook, "delete": n.deleteWebhook,
		"test": n.testWebhook, "replay": n.replayWebhook, "deliveries/:delivery/replay": n.replayDelivery,
	} {
		form := admin(do(webhooksPath+"/:webhook/"+path, handler))
		if slices.Contains([]string{"change", "rotate", "move", "delete"}, path) {
			form = form.proved()
		}
		routes = append(routes, form, admin(show(webhooksPath+"/:webhook/"+path, n.toWebhook)))
	}
	return routes
}

// toWebhook leads from the address of an act back to the webhook.
func (n *Newsroom) toWebhook(c *fiber.Ctx, _ visitor) error {
	id, err := idParam[factcheck.WebhookID](c.Params("webhook"))
	if err != nil {
		return err
	}
	return see(c, webhookPath(id))
}

func webhookPath(id factcheck.WebhookID) string { return webhooksPath + "/" + id.String() }

// showWebhooks lists the webhooks of all keys.
func (n *Newsroom) showWebhooks(c *fiber.Ctx, in visitor) error {
	page, err := n.webhooksPage(c, in)
	if err != nil {
		return err
	}
	page.Told = map[string]string{"deleted": "Deleted, with its log. Nothing more is sent there."}[c.Query("told")]
	page.Form.Key = c.Query("key")
	return n.render(c, fiber.StatusOK, pages.Webhooks(page))
}

func (n *Newsroom) webhooksPage(c *fiber.Ctx, in visitor) (pages.WebhooksPage, error) {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/house")
	if err != nil {
		return pages.WebhooksPage{}, err
	}
	page := pages.WebhooksPage{Shell: shell}
	if page.Form, err = n.webhookForm(c, in); err != nil {
		return page, err
	}
	list, err := n.cfg.Store.Webhooks(c.UserContext(), in.Actor)
	if err != nil {
		return page, err
	}
	for _, w := range list {
		page.List = append(page.List, webhookItem(shell, w))
	}
	return page, nil
}

// webhookForm returns the empty form, with what can be chosen in it.
func (n *Newsroom) webhookForm(c *fiber.Ctx, in visitor) (pages.WebhookForm, error) {
	var form pages.WebhookForm
	keys, err := n.cfg.Store.Keys(c.UserContext(), in.Actor)
	if err != nil {
		return form, err
	}
	for _, k := range keys {
		if slices.Contains(k.Scopes, factcheck.ScopeManage) && k.RevokedAt == nil && !k.Ended && !k.Disabled {
			form.Keys = append(form.Keys, pages.Choice{ID: k.ID.String(), Name: k.Name + ", " + k.Hint + "…"})
		}
	}
	for _, t := range factcheck.ChangeTypes() {
		form.Types = append(form.Types, pages.TypeChoice{Type: string(t)})
	}
	topics, err := n.cfg.Store.NewsroomTopics(c.UserContext(), in.Actor, "", store.MaxPage)
	for _, t := range topics {
		form.Topics = append(form.Topics, pages.TopicChoice{ID: t.ID.String(), Name: t.Name})
	}
	return form, err
}

func webhookItem(shell pages.Shell, w store.Webhook) pages.WebhookItem {
	item := pages.WebhookItem{
		ID: w.ID.String(), URL: w.URL, Name: w.Name, Key: w.Key.String(), KeyName: w.KeyName, State: string(w.State), Note: w.Note, KeyEnded: !w.KeyValid,
		Waiting: w.Waiting, Dead: w.Dead, Seq: w.Position, Revision: w.Revision(), Created: shell.Day(w.CreatedAt),
	}
	if w.NotBefore != nil {
		item.NotBefore = shell.Instant(*w.NotBefore)
	}
	if w.PreviousUntil != nil {
		item.PreviousUntil = shell.Instant(*w.PreviousUntil)
	}
	return item
}

// typed puts what was sent into a form that is shown again.
func (f form) typed(to *pages.WebhookForm) {
	to.Key, to.URL, to.Name, to.Claims, to.Publishers = f.get("key"), f.line("url"), f.line("name"), f.get("claims"), f.get("publishers")
	for i := range to.Types {
		to.Types[i].Chosen = slices.Contains(f.values["types"], to.Types[i].Type)
	}
	for i := range to.Topics {
		to.Topics[i].Chosen = slices.Contains(f.values["topics"], to.Topics[i].ID)
	}
}

// webhookInput reads the form of a webhook. CodeInvalid names the field.
func webhookInput(f form) (store.WebhookInput, error) {
	in := store.WebhookInput{URL: f.line("url"), Name: f.line("name"), Publishers: strings.Fields(strings.ReplaceAll(f.get("publishers"), ",", " "))}
	for _, name := range f.values["types"] {
		in.Types = append(in.Types, factcheck.ChangeType(name))
	}
	for _, text := range f.values["topics"] {
		id, err := idParam[factcheck.TopicID](text)
		if err != nil {
			return in, factcheck.Invalid("topics", "choose topics of the list")
		}
		in.Topics = append(in.Topics, id)
	}
	for text := range strings.FieldsSeq(strings.ReplaceAll(f.get("claims"), ",", " ")) {
		id, err := idParam[factcheck.ClaimID](text[strings.LastIndexByte(text, '/')+1:]) // an address in the newsroom ends with it
		if err != nil || id.IsZero() {
			return in, factcheck.Invalid("claims", "write ids of claims, such as claim_01h455vb4pex5vsknk084sn02q, one a line")
		}
		in.Claims = append(in.Claims, id)
	}
	return in, nil
}

// errNoWebhooks is told where this program was started without what sends webhooks.
var errNoWebhooks = &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "this server sends no webhooks"}

// makeWebhook makes a webhook and shows its secret this once: the answer is the page itself, and reloading it makes no second one.
func (n *Newsroom) makeWebhook(c *fiber.Ctx, in visitor, f form) error {
	input, err := webhookInput(f)
	if err == nil {
		if input.Key, err = idParam[factcheck.KeyID](f.get("key")); err != nil {
			err = factcheck.Invalid("key", "choose the key whose it is")
		}
	}
	if err == nil && n.cfg.Webhooks == nil {
		err = errNoWebhooks
	}
	var secret string
	var made store.Webhook
	if err == nil {
		made, secret, err = n.cfg.Webhooks.Create(c.UserContext(), in.Actor, input)
	}
	page, perr := n.webhooksPage(c, in)
	if perr != nil {
		return perr
	}
	if err != nil {
		problem, ok := problemOf(err)
		if !ok {
			return err
		}
		f.typed(&page.Form)
		page.Form.Error, page.Form.Field = problem.message, problem.field
		return n.render(c, problem.status, pages.Webhooks(page))
	}
	page.Fresh, page.FreshURL, page.FreshID = secret, made.URL, made.ID.String()
	return n.render(c, fiber.StatusOK, pages.Webhooks(page))
}
