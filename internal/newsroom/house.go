package newsroom

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

func (n *Newsroom) houseRoutes() []Route {
	house := func(r Route) Route { return r.needs(factcheck.ManageHouse).proved() }
	return []Route{
		show("/newsroom/house", n.showHouse),
		house(do("/newsroom/house/names", n.setHouse)), show("/newsroom/house/names", backTo("/newsroom/house")),
		house(do("/newsroom/house/rules", n.setRules)), show("/newsroom/house/rules", backTo("/newsroom/house")),
		house(do("/newsroom/house/articles", n.setArticleRules)), show("/newsroom/house/articles", backTo("/newsroom/house")),
		house(do("/newsroom/house/desk", n.setWeights)), show("/newsroom/house/desk", backTo("/newsroom/house#desk")),
		house(do("/newsroom/house/tips", n.setTipRules)), show("/newsroom/house/tips", backTo("/newsroom/house#tips")),
		house(do("/newsroom/house/logo", n.setLogo)), show("/newsroom/house/logo", backTo("/newsroom/house#logo")),
		house(do("/newsroom/house/logo/remove", n.removeLogo)), show("/newsroom/house/logo/remove", backTo("/newsroom/house#logo")),
		show("/newsroom/house/bookmarklet", n.showBookmarklet),
	}
}

// backTo returns the page that an address of forms leads to when it is reloaded.
func backTo(path string) page {
	return func(c *fiber.Ctx, _ visitor) error { return see(c, path) }
}

// showHouse serves what the house says of itself and asks of its work. Only admins change it.
func (n *Newsroom) showHouse(c *fiber.Ctx, in visitor) error {
	page, err := n.housePage(c, in)
	if err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.House(page))
}

func (n *Newsroom) housePage(c *fiber.Ctx, in visitor) (pages.HousePage, error) {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/house")
	if err != nil {
		return pages.HousePage{}, err
	}
	s, err := n.cfg.Store.HouseSettings(c.UserContext(), in.Actor)
	if err != nil {
		return pages.HousePage{}, err
	}
	page := pages.HousePage{
		Shell: shell, May: factcheck.Permit(in.Actor, factcheck.ManageHouse) == nil, Name: s.House.Name, Site: s.House.Site, Licence: s.House.Licence, Language: s.House.Language,
		Rules: s.Rules, RulesRevision: s.RulesRevision, Articles: s.Articles, ArticlesRevision: s.ArticlesRevision, Weights: s.Weights, WeightsRevision: s.WeightsRevision,
		TipDays: s.Tips.Days, TipsRevision: s.TipsRevision, LogoHash: s.Logo.Hash, LogoSize: s.Logo.Size,
	}
	h, err := n.cfg.Store.MailHealth(c.UserContext(), in.Actor)
	if err != nil {
		return page, err
	}
	page.Mail = pages.MailShown{On: n.cfg.Mail, Followers: h.Followers, Waiting: h.Waiting, Queued: h.Queued, Sent: h.Sent, Failed: h.Failed, Error: h.Error}
	if h.ErrorAt != nil {
		page.Mail.ErrorAt = *h.ErrorAt
	}
	page.Logo = pictureOf(s.Logo) // as it is now, whatever the frame remembers
	switch c.Query("told") {
	case "saved":
		page.Told = "Saved. It holds from now on."
	}
	return page, nil
}

// houseSaved leads back, or shows the page with what went wrong and everything that was typed.
func (n *Newsroom) houseSaved(c *fiber.Ctx, in visitor, part string, err error, typed func(*pages.HousePage)) error {
	if err == nil {
		n.house.Store(nil) // the name in the frame is read anew
		return see(c, "/newsroom/house?told=saved#"+part)
	}
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page, perr := n.housePage(c, in)
	if perr != nil {
		return perr
	}
	typed(&page)
	page.Error, page.Field, page.Part = problem.message, problem.field, part
	return n.render(c, problem.status, pages.House(page))
}

func (n *Newsroom) setHouse(c *fiber.Ctx, in visitor, f form) error {
	h := store.House{Name: f.line("name"), Site: f.line("site"), Licence: f.line("licence"), Language: f.line("language")}
	err := n.cfg.Store.SetHouse(c.UserContext(), in.Actor, h)
	return n.houseSaved(c, in, "names", err, func(p *pages.HousePage) {
		p.Name, p.Site, p.Licence, p.Language = h.Name, h.Site, h.Licence, h.Language
	})
}

// numberField reads a whole number.
func (f form) numberField(name string) (int, error) {
	n, err := strconv.Atoi(f.line(name))
	if err != nil {
		return 0, factcheck.Invalid(name, "write a whole number")
	}
	return n, nil
}

// ruleRevision returns the revision of a setting that a form was filled in at; 0 is that of one nobody has set.
func (f form) ruleRevision() (int, error) {
	n, err := strconv.Atoi(f.get("revision"))
	if err != nil || n < 0 {
		return 0, factcheck.Invalid("revision", "this form is damaged; reload the page")
	}
	return n, nil
}

func (n *Newsroom) setRules(c *fiber.Ctx, in visitor, f form) error {
	revision, err := f.ruleRevision()
	rules := factcheck.HouseRules{}
	if err == nil {
		rules, _, err = n.cfg.Store.HouseRules(c.UserContext(), in.Actor) // rules that this form does not know stay
	}
	if err == nil {
		rules.ArchivedSources, rules.PrimarySource, rules.ReplyAsked = f.get("archived_sources") == "yes", f.get("primary_source") == "yes", f.get("reply_asked") == "yes"
		rules.IndependentOrigins, err = f.numberField("independent_origins")
	}
	if err == nil {
		err = n.cfg.Store.EditHouseRules(c.UserContext(), in.Actor, revision, rules)
	}
	return n.houseSaved(c, in, "rules", err, func(p *pages.HousePage) { p.Rules = rules })
}

func (n *Newsroom) setArticleRules(c *fiber.Ctx, in visitor, f form) error {
	revision, err := f.ruleRevision()
	rules := factcheck.ArticleRules{}
	for name, field := range map[string]*int{"max_snapshot": &rules.MaxSnapshot, "keep_per_article": &rules.KeepPerArticle, "keep_days": &rules.KeepDays, "quote_limit": &rules.QuoteLimit} {
		if err == nil {
			*field, err = f.numberField(name)
		}
	}
	if err == nil {
		rules.MaxSnapshot <<= 10 // the form asks for KiB
		err = n.cfg.Store.EditArticleRules(c.UserContext(), in.Actor, revision, rules)
	}
	return n.houseSaved(c, in, "articles", err, func(p *pages.HousePage) { p.Articles = rules })
}

func (n *Newsroom) setWeights(c *fiber.Ctx, in visitor, f form) error {
	revision, err := f.ruleRevision()
	var w factcheck.DeskWeights
	for name, field := range map[string]*int{"outlet": &w.Outlet, "pace": &w.Pace, "tip": &w.Tip, "harm": &w.Harm, "checkability": &w.Checkability, "days": &w.Days} {
		if err == nil {
			*field, err = f.numberField(name)
		}
	}
	if err == nil {
		err = n.cfg.Store.EditDeskWeights(c.UserContext(), in.Actor, revision, w)
	}
	return n.houseSaved(c, in, "desk", err, func(p *pages.HousePage) { p.Weights = w })
}

func (n *Newsroom) setTipRules(c *fiber.Ctx, in visitor, f form) error {
	revision, err := f.ruleRevision()
	var rules store.TipRules
	if err == nil {
		rules.Days, err = f.numberField("days")
	}
	if err == nil {
		err = n.cfg.Store.EditTipRules(c.UserContext(), in.Actor, revision, rules)
	}
	return n.houseSaved(c, in, "tips", err, func(p *pages.HousePage) { p.TipDays = rules.Days })
}

// setLogo takes a picture for the masthead.
func (n *Newsroom) setLogo(c *fiber.Ctx, in visitor, f form) error {
	file, err := f.file("logo-file", maxUpload)
	if err == nil {
		_, err = n.cfg.Store.SetLogo(c.UserContext(), in.Actor, file)
	}
	return n.houseSaved(c, in, "logo", err, func(*pages.HousePage) {})
}

// removeLogo takes away the logo that was on the page the form came from.
func (n *Newsroom) removeLogo(c *fiber.Ctx, in visitor, f form) error {
	err := n.cfg.Store.RemoveLogo(c.UserContext(), in.Actor, f.line("hash"))
	return n.houseSaved(c, in, "logo", err, func(*pages.HousePage) {})
}

// pictureOf returns the logo for pages.
func pictureOf(l store.HouseLogo) ui.Picture {
	return ui.Picture{Path: l.Path, Type: l.Type, Width: l.Width, Height: l.Height}
}

// showBookmarklet serves the button for a browser's bar that adds the page one is reading.
func (n *Newsroom) showBookmarklet(c *fiber.Ctx, in visitor) error {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/house")
	if err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.Bookmarklet(pages.BookmarkletPage{Shell: shell, Origin: n.cfg.PublicURL}))
}
