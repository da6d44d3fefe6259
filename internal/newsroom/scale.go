package newsroom

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// scaleSpare is how many empty rows the form of a scale has.
const scaleSpare = 3

func (n *Newsroom) scaleRoutes() []Route {
	return []Route{
		show("/newsroom/house/scales", n.showScales),
		show("/newsroom/house/scales/:scale", n.showScale).needs(factcheck.ManageHouse),
		do("/newsroom/house/scales/:scale", n.addScale).needs(factcheck.ManageHouse).proved(),
	}
}

// showScales lists all versions of all scales.
func (n *Newsroom) showScales(c *fiber.Ctx, in visitor) error {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/house")
	if err != nil {
		return err
	}
	list, err := n.cfg.Store.Scales(c.UserContext())
	if err != nil {
		return err
	}
	page := pages.ScalesPage{Shell: shell, May: factcheck.Permit(in.Actor, factcheck.ManageHouse) == nil}
	if c.Query("told") == "made" {
		page.Told = "The new version holds for verdicts from now on."
	}
	newest := map[string]bool{}
	for _, s := range list { // the newest version of each comes first
		item := scaleItem(s)
		item.Newest = !newest[s.Slug]
		newest[s.Slug] = true
		page.List = append(page.List, item)
	}
	return n.render(c, fiber.StatusOK, pages.HouseScales(page))
}

func scaleItem(s store.StoredScale) pages.ScaleItem {
	item := pages.ScaleItem{ID: s.ID.String(), Slug: s.Slug, Name: orElse(s.Name, s.Slug), Site: s.Site, Version: s.Version}
	for _, l := range s.Labels {
		label := pages.ScaleLabel{Label: l.Label, Truth: string(l.Truth), Definition: l.Definition, Value: strconv.Itoa(l.Value)}
		for _, r := range l.Reasons {
			label.Reasons = append(label.Reasons, string(r))
		}
		item.Labels = append(item.Labels, label)
	}
	return item
}

// scaleOf returns the scale of an address.
func (n *Newsroom) scaleOf(c *fiber.Ctx) (store.StoredScale, error) {
	id, err := idParam[factcheck.ScaleID](c.Params("scale"))
	if err != nil {
		return store.StoredScale{}, err
	}
	list, err := n.cfg.Store.Scales(c.UserContext())
	if err != nil {
		return store.StoredScale{}, err
	}
	for _, s := range list {
		if s.ID == id {
			return s, nil
		}
	}
	return store.StoredScale{}, factcheck.NotFound("there is no such scale")
}

// showScale serves the form for a new version of a scale.
func (n *Newsroom) showScale(c *fiber.Ctx, in visitor) error {
	s, err := n.scaleOf(c)
	if err != nil {
		return err
	}
	shell, err := n.shell(c.UserContext(), in, "/newsroom/house")
	if err != nil {
		return err
	}
	page := pages.ScalePage{Shell: shell, ScaleItem: scaleItem(s)}
	page.Rows = append(page.Rows, page.Labels...)
	for range scaleSpare {
		page.Rows = append(page.Rows, pages.ScaleLabel{Value: "0"})
	}
	return n.render(c, fiber.StatusOK, pages.HouseScale(page))
}

// addScale makes a new version of a scale. Other spellings that were known of a label stay with it.
func (n *Newsroom) addScale(c *fiber.Ctx, in visitor, f form) error {
	old, err := n.scaleOf(c)
	if err != nil {
		return err
	}
	aliases := map[string][]string{}
	for _, l := range old.Labels {
		aliases[l.Label] = l.Aliases
	}
	next := factcheck.Scale{Slug: old.Slug, Name: f.line("name"), Site: old.Site}
	var rows []pages.ScaleLabel
	for i := 0; f.values.Has("label." + itoa(i)); i++ {
		at := "." + itoa(i)
		row := pages.ScaleLabel{Label: f.line("label" + at), Truth: f.get("truth" + at), Definition: f.line("definition" + at), Value: f.line("value" + at), Reasons: f.values["reasons"+at]}
		rows = append(rows, row)
		if row.Label == "" {
			continue
		}
		label := factcheck.Label{Label: row.Label, Truth: factcheck.Truth(row.Truth), Definition: row.Definition, Aliases: aliases[row.Label]}
		if label.Value, err = strconv.Atoi(orElse(row.Value, "0")); err != nil {
			return n.scaleAgain(c, in, old, next.Name, rows, f, factcheck.Invalid("value", "the number of %q is a whole one from 0 to 5", row.Label))
		}
		for _, r := range row.Reasons {
			label.Reasons = append(label.Reasons, factcheck.Reason(r))
		}
		next.Labels = append(next.Labels, label)
	}
	if _, err := n.cfg.Store.AddScale(c.UserContext(), in.Actor, next); err != nil {
		return n.scaleAgain(c, in, old, next.Name, rows, f, err)
	}
	return see(c, "/newsroom/house/scales?told=made")
}

// scaleAgain shows the form with everything typed and what went wrong.
func (n *Newsroom) scaleAgain(c *fiber.Ctx, in visitor, old store.StoredScale, name string, rows []pages.ScaleLabel, f form, err error) error {
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	shell, serr := n.shell(c.UserContext(), in, "/newsroom/house")
	if serr != nil {
		return serr
	}
	for i := len(rows); f.values.Has("label." + itoa(i)); i++ { // those behind the one that is wrong
		at := "." + itoa(i)
		rows = append(rows, pages.ScaleLabel{Label: f.line("label" + at), Truth: f.get("truth" + at), Definition: f.line("definition" + at), Value: f.line("value" + at), Reasons: f.values["reasons"+at]})
	}
	page := pages.ScalePage{Shell: shell, ScaleItem: scaleItem(old), Rows: rows, Error: problem.message, Field: problem.field}
	page.Name = name
	return n.render(c, problem.status, pages.HouseScale(page))
}
