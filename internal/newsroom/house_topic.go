package newsroom

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

func (n *Newsroom) topicRoutes() []Route {
	return []Route{
		show("/newsroom/house/topics", n.showTopics),
		do("/newsroom/house/topics", n.setTopic).needs(factcheck.ManageTopics),
	}
}

// showTopics lists the topics that claims are filed under, and which of them are sensitive.
func (n *Newsroom) showTopics(c *fiber.Ctx, in visitor) error {
	page, err := n.topicsPage(c.UserContext(), in, c.Query("after"))
	if err != nil {
		return err
	}
	page.Told = map[string]string{"added": "The topic is there.", "renamed": "Renamed, for readers too.", "marked": "Claims under it take two approvals from now on.", "unmarked": "Claims under it take one approval again."}[c.Query("told")]
	return n.render(c, fiber.StatusOK, pages.HouseTopics(page))
}

func (n *Newsroom) topicsPage(ctx context.Context, in visitor, after string) (pages.TopicsPage, error) {
	shell, err := n.shell(ctx, in, "/newsroom/house")
	if err != nil {
		return pages.TopicsPage{}, err
	}
	page := pages.TopicsPage{Shell: shell, May: factcheck.Permit(in.Actor, factcheck.ManageTopics) == nil, Later: after != ""}
	list, err := n.cfg.Store.NewsroomTopics(ctx, in.Actor, after, store.MaxPage)
	if err != nil {
		return page, err
	}
	marked, err := n.cfg.Store.SensitiveTopics(ctx, in.Actor)
	if err != nil {
		return page, err
	}
	sensitive := map[factcheck.TopicID]bool{}
	for _, t := range marked {
		sensitive[t.ID] = true
	}
	for _, t := range list {
		page.List = append(page.List, pages.TopicItem{ID: t.ID.String(), Name: t.Name, Slug: t.Slug, Public: t.Claims, Revision: t.Revision, Sensitive: sensitive[t.ID]})
	}
	if len(list) == store.MaxPage {
		page.Next = list[len(list)-1].Slug
	}
	return page, nil
}

// setTopic adds or renames a topic, or says whether its claims are sensitive.
func (n *Newsroom) setTopic(c *fiber.Ctx, in visitor, f form) error {
	ctx := c.UserContext()
	id, err := idParam[factcheck.TopicID](f.get("topic"))
	told := ""
	if err == nil {
		switch f.get("act") {
		case "add":
			told = "added"
			_, err = n.cfg.Store.AddTopic(ctx, in.Actor, factcheck.TopicInput{Name: f.line("name")})
		case "rename":
			told, err = "renamed", n.renameTopic(ctx, in, id, f)
		case "mark":
			told, err = "marked", n.cfg.Store.MarkTopicSensitive(ctx, in.Actor, id, true)
		case "unmark":
			told, err = "unmarked", n.cfg.Store.MarkTopicSensitive(ctx, in.Actor, id, false)
		default:
			err = factcheck.Invalid("act", "choose what to do")
		}
	}
	if err == nil {
		return see(c, "/newsroom/house/topics?told="+told)
	}
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page, perr := n.topicsPage(ctx, in, "")
	if perr != nil {
		return perr
	}
	page.Error = problem.message
	if f.get("act") == "add" {
		page.Name, page.Field = f.get("name"), problem.field
	}
	return n.render(c, problem.status, pages.HouseTopics(page))
}

// renameTopic gives a topic another name; those in other languages stay.
func (n *Newsroom) renameTopic(ctx context.Context, in visitor, id factcheck.TopicID, f form) error {
	revision, err := strconv.Atoi(f.get("revision"))
	if err != nil {
		return factcheck.Invalid("revision", "this form is damaged; reload the page")
	}
	names, err := n.cfg.Store.TopicNames(ctx, in.Actor, id)
	if err != nil {
		return err
	}
	return n.cfg.Store.RenameTopic(ctx, in.Actor, id, revision, factcheck.TopicInput{Name: f.line("name"), Names: names})
}
