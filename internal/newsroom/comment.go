package newsroom

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

func (n *Newsroom) addComment(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "comment", "commented", "conversation", func(id factcheck.ClaimID) error {
		_, err := n.cfg.Store.AddComment(c.UserContext(), in.Actor, id, f.get("text"))
		return err
	})
}

func (n *Newsroom) takeBackComment(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "page", "removed", "conversation", func(id factcheck.ClaimID) error {
		comment, err := number64(f.get("comment"), "comment")
		if err != nil {
			return err
		}
		return n.cfg.Store.TakeBackComment(c.UserContext(), in.Actor, id, comment)
	})
}

func (n *Newsroom) seeMentions(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "page", "", "conversation", func(id factcheck.ClaimID) error {
		return n.cfg.Store.SeeMentions(c.UserContext(), in.Actor, id)
	})
}

// tellOutlet notes that an outlet was told, or what it answered.
func (n *Newsroom) tellOutlet(c *fiber.Ctx, in visitor, f form) error {
	name := "tell-" + f.get("article")
	if f.get("notice") != "" {
		name = "notice-" + f.get("notice")
	}
	return n.claimDo(c, in, f, name, "told", "appeared", func(id factcheck.ClaimID) error {
		notice, err := n.noticeOf(f)
		if err != nil {
			return err
		}
		if f.get("notice") == "" {
			_, err = n.cfg.Store.TellOutlet(c.UserContext(), in.Actor, id, notice)
			return err
		}
		which, err := number64(f.get("notice"), "notice")
		if err != nil {
			return err
		}
		revision, err := f.revision()
		if err != nil {
			return err
		}
		return n.cfg.Store.AnswerNotice(c.UserContext(), in.Actor, id, which, revision, notice)
	})
}

// noticeOf reads how an outlet was told.
func (n *Newsroom) noticeOf(f form) (factcheck.NoticeInput, error) {
	in := factcheck.NoticeInput{How: f.line("how"), Answer: f.line("answer")}
	var err error
	if in.Article, err = idParam[factcheck.ArticleID](f.get("article")); err != nil {
		return in, err
	}
	if in.ToldAt, err = n.instant("told_at", f.line("told_at")); err != nil {
		return in, err
	}
	in.AnsweredAt, err = n.momentOr("answered_at", f.line("answered_at"))
	return in, err
}

// declareInterest notes a conflict of interest of who is signed in.
func (n *Newsroom) declareInterest(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "interest", "interest", "interests", func(id factcheck.ClaimID) error {
		input := factcheck.InterestInput{Reason: f.line("reason")}
		switch what := f.get("in"); what {
		case "", "claim":
			input.Claim = id
		case "claimant":
			claim, err := n.cfg.Store.NewsroomClaim(c.UserContext(), in.Actor, id)
			if err != nil {
				return err
			}
			input.Claimant = claim.Claimant
		default:
			topic, err := idParam[factcheck.TopicID](what)
			if err != nil {
				return factcheck.Invalid("in", "choose what it is in")
			}
			input.Topic = topic
		}
		return n.cfg.Store.DeclareInterest(c.UserContext(), in.Actor, input)
	})
}

func (n *Newsroom) endInterest(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "page", "ended", "interests", func(id factcheck.ClaimID) error {
		if _, err := n.cfg.Store.NewsroomClaim(c.UserContext(), in.Actor, id); err != nil {
			return err
		}
		which, err := number64(f.get("interest"), "conflict of interest")
		if err != nil {
			return err
		}
		return n.cfg.Store.EndInterest(c.UserContext(), in.Actor, which)
	})
}

// visitClaim answers the script that says who is here with who else is.
func (n *Newsroom) visitClaim(c *fiber.Ctx, in visitor, f form) error {
	id, err := claimID(c)
	if err != nil {
		return err
	}
	others, err := n.cfg.Store.VisitClaim(c.UserContext(), in.Actor, id, f.line("part"), f.get("left") != "yes")
	if err != nil {
		return err
	}
	type visit struct {
		Name string `json:"name"`
		Part string `json:"part"`
	}
	out := struct {
		Here []visit `json:"here"`
	}{Here: []visit{}}
	for _, v := range others {
		out.Here = append(out.Here, visit{Name: v.Name, Part: v.Part})
	}
	return c.JSON(out)
}

// compareVersions shows what differs between two versions of the verdict, or a version and the draft, word by word.
func (n *Newsroom) compareVersions(c *fiber.Ctx, in visitor) error {
	p, err := n.claimPage(c, in)
	if err != nil {
		return err
	}
	page := pages.ComparePage{Shell: p.Shell, ID: p.ID, Text: p.Text, Lang: p.Lang}
	var choices []pages.Option
	if p.Draft != nil {
		choices = append(choices, pages.Option{Value: p.Draft.ID, Label: "The draft"})
	}
	for _, v := range p.Published {
		choices = append(choices, pages.Option{Value: v.ID, Label: "Version " + itoa(v.N)})
	}
	if len(choices) < 2 {
		return factcheck.NotFound("there are no two versions to compare yet")
	}
	from, to := orElse(c.Query("from"), choices[1].Value), orElse(c.Query("to"), choices[0].Value)
	page.From, page.To = chosen2(choices, from), chosen2(choices, to)
	before, err := n.versionText(c, in, p, from)
	if err != nil {
		return err
	}
	after, err := n.versionText(c, in, p, to)
	if err != nil {
		return err
	}
	page.Compared = true
	for _, change := range document.Compare(before, after) {
		page.Changes = append(page.Changes, pages.FieldCompared{Label: pages.FieldLabel(change.Field), Parts: change.Parts})
	}
	return n.render(c, fiber.StatusOK, pages.Compare(page))
}

// chosen2 returns the choices with one of them on.
func chosen2(choices []pages.Option, value string) []pages.Option {
	out := slices.Clone(choices)
	for i := range out {
		out[i].On = out[i].Value == value
	}
	return out
}

// versionText reads what a version of the claim's verdict says.
func (n *Newsroom) versionText(c *fiber.Ctx, in visitor, p *claimWork, id string) (document.Approved, error) {
	version, err := idParam[factcheck.VersionID](id)
	if err != nil {
		return document.Approved{}, err
	}
	text, err := n.cfg.Store.VersionText(c.UserContext(), in.Actor, p.work.ID, version)
	if err != nil {
		return document.Approved{}, err
	}
	return document.DecodeApproved([]byte(text))
}
