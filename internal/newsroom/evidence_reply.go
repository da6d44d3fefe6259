package newsroom

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// replyFields returns what is said of a request for a reply as its form shows it.
func (n *Newsroom) replyFields(r factcheck.Reply) map[string]string {
	return map[string]string{
		"asked": r.Asked, "asked_at": n.moment(&r.AskedAt), "deadline": n.moment(r.Deadline), "answered_at": n.moment(r.AnsweredAt), "answer": r.Answer,
	}
}

// putReply notes that somebody was asked for a reply, by when, and what came back. What others noted of it meanwhile stays; where
// both changed a field, what was typed is shown again beside theirs.
func (n *Newsroom) putReply(c *fiber.Ctx, in visitor, f form) error {
	id, err := claimID(c)
	if err != nil {
		return err
	}
	key, name := f.get("key"), "reply-"+f.get("key")
	err = n.revise(c, in, id, func(d *factcheck.Draft) error {
		if f.get("remove") == "yes" {
			d.RemoveReply(key)
			return nil
		}
		typed := map[string]string{}
		for _, field := range []string{"asked", "asked_at", "deadline", "answered_at", "answer"} {
			typed[field] = f.line(field)
		}
		now, ok := n.replyNow(*d, f)
		if key != "" && !ok {
			name = "reply-"
			return factcheck.Conflict("somebody else changed or removed this meanwhile; what you wrote stands in the form that adds one")
		}
		if !ok {
			r, err := n.replyOf(typed)
			if err != nil {
				return err
			}
			return d.PutReply("", r)
		}
		name = "reply-" + now.Key()
		merged, clashed, _ := mergeFields(f.was(), typed, n.replyFields(now))
		if err := clash(clashed, typed, merged); err != nil {
			return err
		}
		r, err := n.replyOf(merged)
		if err != nil {
			return err
		}
		return d.PutReply(now.Key(), r)
	})
	if err != nil {
		return n.claimAgain(c, in, f, name, err)
	}
	return see(c, claimAt(id, "replied", "replies"))
}

// replyNow returns the reply that a form is about, as it is now: the one with its key, or else the one of the same people asked at
// the same time, which somebody else has changed.
func (n *Newsroom) replyNow(d factcheck.Draft, f form) (factcheck.Reply, bool) {
	var same []factcheck.Reply
	was := f.was()
	for _, r := range d.Replies {
		if r.Key() == f.get("key") {
			return r, true
		}
		if fields := n.replyFields(r); pages.Digest(fields["asked"]) == was["asked"] && pages.Digest(fields["asked_at"]) == was["asked_at"] {
			same = append(same, r)
		}
	}
	if f.get("key") == "" || len(same) != 1 {
		return factcheck.Reply{}, false
	}
	return same[0], true
}

// replyOf reads a request for a reply.
func (n *Newsroom) replyOf(fields map[string]string) (factcheck.Reply, error) {
	r := factcheck.Reply{Asked: factcheck.CleanLine(fields["asked"]), Answer: fields["answer"]}
	if r.Asked == "" {
		return r, factcheck.Invalid("asked", "say who was asked")
	}
	asked, err := n.momentOr("asked_at", fields["asked_at"])
	if err != nil {
		return r, err
	}
	now := n.cfg.Now().UTC().Truncate(time.Minute)
	if r.AskedAt = now; asked != nil {
		r.AskedAt = asked.UTC()
	}
	if r.Deadline, err = n.momentOr("deadline", fields["deadline"]); err != nil {
		return r, err
	}
	if r.AnsweredAt, err = n.momentOr("answered_at", fields["answered_at"]); err != nil {
		return r, err
	}
	if r.Answer != "" && r.AnsweredAt == nil {
		r.AnsweredAt = &now
	}
	return r, nil
}
