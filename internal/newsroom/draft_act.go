package newsroom

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// sendDraft sends for approval what was saved this moment, and leads to where it is read.
func (n *Newsroom) sendDraft(c *fiber.Ctx, in visitor, f form, id factcheck.ClaimID, v store.Version) error {
	if _, err := n.cfg.Store.SubmitVerdict(c.UserContext(), in.Actor, v.ID, v.Revision); err != nil {
		return n.claimAgain(c, in, f, "page", err)
	}
	return see(c, claimPageAt(id, "approval", "submitted"))
}

// openAct does something with the open version at the revision that a form was filled in at.
func (n *Newsroom) openAct(c *fiber.Ctx, in visitor, f form, name, told string, do func(factcheck.VersionID, int) error) error {
	return n.claimDo(c, in, f, name, told, "verdict", func(id factcheck.ClaimID) error {
		revision, err := f.revision()
		if err != nil {
			return err
		}
		claim, err := n.cfg.Store.NewsroomClaim(c.UserContext(), in.Actor, id)
		if err != nil {
			return err
		}
		if claim.Open.IsZero() {
			return factcheck.Conflict("there is no draft on this claim any more")
		}
		return do(claim.Open, revision)
	})
}

func (n *Newsroom) takeBackDraft(c *fiber.Ctx, in visitor, f form) error {
	return n.openAct(c, in, f, "page", "back", func(id factcheck.VersionID, revision int) error {
		return n.cfg.Store.ReopenDraft(c.UserContext(), in.Actor, id, revision)
	})
}

func (n *Newsroom) discardDraft(c *fiber.Ctx, in visitor, f form) error {
	return n.openAct(c, in, f, "discard", "discarded", func(id factcheck.VersionID, revision int) error {
		if f.get("sure") != "yes" {
			return factcheck.Invalid("sure", "say that you mean it")
		}
		return n.cfg.Store.DiscardDraft(c.UserContext(), in.Actor, id, revision)
	})
}

// revise changes one thing of the draft as it is now.
func (n *Newsroom) revise(c *fiber.Ctx, in visitor, id factcheck.ClaimID, change func(*factcheck.Draft) error) error {
	_, err := n.cfg.Store.ReviseDraft(c.UserContext(), in.Actor, id, func(now factcheck.Draft) (factcheck.Draft, error) {
		return now, change(&now)
	})
	return err
}

// waiveRule meets a house rule by a stated reason, or takes the reason back.
func (n *Newsroom) waiveRule(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "waive-"+f.get("rule"), "saved", "rules", func(id factcheck.ClaimID) error {
		return n.revise(c, in, id, func(d *factcheck.Draft) error {
			rule := factcheck.Rule(f.get("rule"))
			if err := oneField(f, "reason", d.Waived(rule)); err != nil {
				return err
			}
			d.Waive(rule, f.line("reason"))
			return nil
		})
	})
}

// setVerdictWordings sets headline and answer in other languages: three lines for each, a blank line between.
func (n *Newsroom) setVerdictWordings(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "vwordings", "saved", "verdict-wordings", func(id factcheck.ClaimID) error {
		list, err := verdictWordings(f.get("wordings"))
		if err != nil {
			return err
		}
		return n.revise(c, in, id, func(d *factcheck.Draft) error {
			if err := oneField(f, "wordings", pages.VerdictWordingLines(d.Wordings)); err != nil {
				return err
			}
			d.Wordings = list
			return nil
		})
	})
}

// verdictWordings reads headline and answer in other languages.
func verdictWordings(text string) ([]factcheck.VerdictWording, error) {
	var out []factcheck.VerdictWording
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if block = strings.TrimSpace(block); block == "" {
			continue
		}
		lines := strings.SplitN(block, "\n", 3)
		if len(lines) < 2 || !factcheck.ValidLanguage(strings.TrimSpace(lines[0])) {
			return nil, factcheck.Invalid("wordings", "write three lines for each: its language, the headline, the answer")
		}
		w := factcheck.VerdictWording{Language: strings.TrimSpace(lines[0]), Headline: strings.TrimSpace(lines[1])}
		if len(lines) == 3 {
			w.Answer = strings.TrimSpace(lines[2])
		}
		if slices.ContainsFunc(out, func(o factcheck.VerdictWording) bool { return o.Language == w.Language }) {
			return nil, factcheck.Invalid("wordings", "%s is there twice", w.Language)
		}
		out = append(out, w)
	}
	return out, nil
}
