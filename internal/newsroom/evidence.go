package newsroom

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// sourceFields returns what is said of a source as its form shows it.
func sourceFields(s factcheck.Source) map[string]string {
	return map[string]string{
		"url": s.URL, "document": s.Document, "title": s.Title, "origin": s.Origin, "kind": string(s.Kind), "bearing": string(s.Bearing), "quote": s.Quote,
		"read_at": dayOf(s.ReadAt), "interest": s.Interest, "archive_url": s.ArchiveURL,
	}
}

// typedSource returns what was typed of a source; fields that were not sent are not in it.
func typedSource(f form) map[string]string {
	typed := map[string]string{}
	for _, name := range []string{"url", "document", "title", "origin", "kind", "bearing", "quote", "read_at", "interest", "archive_url"} {
		if f.values.Has(name) {
			typed[name] = f.line(name)
		}
	}
	return typed
}

// setSourceFields returns a source with the fields of its form.
func setSourceFields(s factcheck.Source, fields map[string]string) (factcheck.Source, error) {
	s.URL, s.Document, s.Title, s.Origin, s.Quote = fields["url"], fields["document"], fields["title"], fields["origin"], fields["quote"]
	s.Kind, s.Bearing, s.Interest, s.ArchiveURL = factcheck.SourceKind(fields["kind"]), factcheck.Bearing(fields["bearing"]), fields["interest"], fields["archive_url"]
	s.ReadAt = time.Time{}
	if fields["read_at"] == "" {
		return s, nil
	}
	day, err := factcheck.ParseDate(fields["read_at"])
	if err != nil || day.Precision != factcheck.PrecisionDay {
		return s, factcheck.Invalid("read_at", "write the day it was read: 2025-06-07")
	}
	s.ReadAt = day.At
	return s, nil
}

// addSource adds a source at the end. One that is kept in confidence is sealed first, and readers get the reason.
func (n *Newsroom) addSource(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "source-new", "source", "evidence", func(id factcheck.ClaimID) error {
		s, err := setSourceFields(factcheck.Source{}, typedSource(f))
		if err != nil {
			return err
		}
		if secret := f.line("secret"); secret != "" {
			kept, err := n.keepConfidence(c, in, id, secret, f.line("secret_reason"))
			if err != nil {
				return err
			}
			s.Document = fmt.Sprintf("Confidential source %d: %s", kept, f.line("secret_reason"))
		}
		if s.URL == "" && s.Document == "" && s.Quote == "" && s.Title == "" {
			return factcheck.Invalid("url", "say where it is found, or paste the passage")
		}
		return n.revise(c, in, id, func(d *factcheck.Draft) error { return d.PutSource(s) })
	})
}

// confidenceOf is what a source of a claim is sealed for: it opens for no other claim.
func confidenceOf(id factcheck.ClaimID) string { return "confidence of " + id.String() }

// keepConfidence seals who a source is.
func (n *Newsroom) keepConfidence(c *fiber.Ctx, in visitor, id factcheck.ClaimID, secret, reason string) (int64, error) {
	if !n.cfg.Sealer.Lasting() {
		return 0, &factcheck.Error{Code: factcheck.CodeUnavailable, Field: "secret", Message: "this installation has no key to keep a source in confidence with"}
	}
	if reason == "" {
		return 0, factcheck.Invalid("secret_reason", "say in public why the source is not named")
	}
	if err := factcheck.CheckText("secret", secret, factcheck.MaxNote); err != nil {
		return 0, err
	}
	sealed := n.cfg.Sealer.Seal(confidenceOf(id), []byte(secret))
	return n.cfg.Store.KeepConfidence(c.UserContext(), in.Actor, id, factcheck.SourceID{}, reason, sealed)
}

// editSource saves a source's form, field by field: what others saved meanwhile stays, and where both changed a field, what was
// typed is shown again beside theirs.
func (n *Newsroom) editSource(c *fiber.Ctx, in visitor, f form) error {
	name := "source-" + f.get("source")
	return n.claimDo(c, in, f, name, "saved", "evidence", func(id factcheck.ClaimID) error {
		source, err := idParam[factcheck.SourceID](f.get("source"))
		if err != nil {
			return err
		}
		return n.revise(c, in, id, func(d *factcheck.Draft) error {
			now, ok := d.Source(source)
			if !ok {
				return factcheck.Conflict("this source was removed meanwhile; add it again with what stands here")
			}
			merged, clashed, _ := mergeFields(f.was(), typedSource(f), sourceFields(now))
			if len(clashed) > 0 {
				return factcheck.Conflict("somebody else changed this source meanwhile (%s); what they saved stands above, what you wrote in the form: save again to keep yours", strings.ReplaceAll(strings.Join(clashed, ", "), "_", " "))
			}
			s, err := setSourceFields(now, merged)
			if err != nil {
				return err
			}
			return d.PutSource(s)
		})
	})
}

func (n *Newsroom) moveSource(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "evidence", "moved", "evidence", func(id factcheck.ClaimID) error {
		source, err := idParam[factcheck.SourceID](f.get("source"))
		if err != nil {
			return err
		}
		by := 1
		if f.get("by") == "-1" {
			by = -1
		}
		return n.revise(c, in, id, func(d *factcheck.Draft) error { return d.MoveSource(source, by) })
	})
}

func (n *Newsroom) removeSource(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "evidence", "removed", "evidence", func(id factcheck.ClaimID) error {
		source, err := idParam[factcheck.SourceID](f.get("source"))
		if err != nil {
			return err
		}
		return n.revise(c, in, id, func(d *factcheck.Draft) error { return d.RemoveSource(source) })
	})
}

// readSource opens the page of a source: it is taken in with a copy, and its details fill the form. A page that cannot be read
// leaves the address in the form, for the rest to be typed.
func (n *Newsroom) readSource(c *fiber.Ctx, in visitor, f form) error {
	id, err := claimID(c)
	if err != nil {
		return err
	}
	address := f.line("address")
	article, err := n.sourcePage(c.UserContext(), in, address)
	if err == nil {
		return see(c, pages.ClaimPath(id.String())+"?told=read&source="+article.String()+"#add-source")
	}
	f.values.Set("url", address)
	f.values.Set("read_at", dayOf(n.cfg.Now()))
	return n.claimAgain(c, in, f, "source-new", err)
}

// sourcePage returns the article at an address, taken in if it is new.
func (n *Newsroom) sourcePage(ctx context.Context, in visitor, address string) (factcheck.ArticleID, error) {
	known, err := n.cfg.Store.FindArticle(ctx, in.Actor, address)
	if err == nil || factcheck.CodeOf(err) != factcheck.CodeNotFound {
		return known.ID, err
	}
	taken, err := n.cfg.Intake.URL(ctx, in.Actor, address)
	return taken.Article, err
}

// fillAdding fills the form that adds a source with the page or the file that the address names.
func (n *Newsroom) fillAdding(c *fiber.Ctx, in visitor, p *claimWork) error {
	p.Adding.ReadAt = dayOf(n.cfg.Now())
	p.Adding.Address = p.Value("source-new", "address")
	if file := c.Query("file"); file != "" {
		for _, f := range p.Files {
			if strconv.FormatInt(f.ID, 10) == file {
				p.Adding.Open = true
				p.Adding.Document = fmt.Sprintf("%s (our file %d, SHA-256 %s)", f.Name, f.ID, f.Hash[:min(16, len(f.Hash))])
				p.Adding.Title = f.Name
			}
		}
	}
	if c.Query("source") == "" {
		return nil
	}
	id, err := idParam[factcheck.ArticleID](c.Query("source"))
	if err != nil {
		return nil //nolint:nilerr // an address that names nothing fills nothing
	}
	a, err := n.cfg.Store.NewsroomArticle(c.UserContext(), in.Actor, id)
	if factcheck.CodeOf(err) == factcheck.CodeNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	p.Adding = n.addingOf(a)
	return nil
}

// addingOf returns the form that adds a source, filled with what was read of its page.
func (n *Newsroom) addingOf(a store.WorkingArticle) pages.SourceForm {
	f := pages.SourceForm{
		Open: true, Read: true, URL: a.URL, Title: a.Title, Origin: orElse(a.OutletName, a.OutletSite), Published: n.written(a.Published), Lang: a.Language,
		ArticleID: a.ID.String(), ReadAt: dayOf(n.cfg.Now()), ArchiveURL: a.ArchiveURL,
	}
	for block := range strings.SplitSeq(a.Text, "\n\n") {
		if block = strings.TrimSpace(block); block != "" {
			f.Paragraphs = append(f.Paragraphs, block)
		}
	}
	return f
}

// putReply notes that somebody was asked for a reply, by when, and what came back.
func (n *Newsroom) putReply(c *fiber.Ctx, in visitor, f form) error {
	key := f.get("key")
	return n.claimDo(c, in, f, "reply-"+key, "replied", "replies", func(id factcheck.ClaimID) error {
		if f.get("remove") == "yes" {
			return n.revise(c, in, id, func(d *factcheck.Draft) error {
				d.RemoveReply(key)
				return nil
			})
		}
		r, err := n.replyOf(f)
		if err != nil {
			return err
		}
		return n.revise(c, in, id, func(d *factcheck.Draft) error { return d.PutReply(key, r) })
	})
}

// replyOf reads a request for a reply.
func (n *Newsroom) replyOf(f form) (factcheck.Reply, error) {
	r := factcheck.Reply{Asked: factcheck.CleanLine(f.line("asked")), Answer: f.line("answer")}
	if r.Asked == "" {
		return r, factcheck.Invalid("asked", "say who was asked")
	}
	asked, err := n.momentOr("asked_at", f.line("asked_at"))
	if err != nil {
		return r, err
	}
	now := n.cfg.Now().UTC().Truncate(time.Minute)
	if r.AskedAt = now; asked != nil {
		r.AskedAt = asked.UTC()
	}
	if r.Deadline, err = n.momentOr("deadline", f.line("deadline")); err != nil {
		return r, err
	}
	if r.AnsweredAt, err = n.momentOr("answered_at", f.line("answered_at")); err != nil {
		return r, err
	}
	if r.Answer != "" && r.AnsweredAt == nil {
		r.AnsweredAt = &now
	}
	return r, nil
}

// keepFile keeps a file of the newsroom's own.
func (n *Newsroom) keepFile(c *fiber.Ctx, in visitor, f form) error {
	id, err := claimID(c)
	if err != nil {
		return err
	}
	body, err := f.file("file", factcheck.MaxClaimFile)
	if err != nil {
		return n.claimAgain(c, in, f, "file", err)
	}
	name := ""
	if list := f.files["file"]; len(list) > 0 {
		name = strings.ToValidUTF8(list[0].Filename, "")
	}
	kept, err := n.cfg.Store.AddClaimFile(c.UserContext(), in.Actor, id, name, body)
	if err != nil {
		return n.claimAgain(c, in, f, "file", err)
	}
	return see(c, fmt.Sprintf("%s?told=kept&file=%d#add-source", pages.ClaimPath(id.String()), kept.ID))
}

// sendClaimFile sends a file to be saved. Whatever it is, it is never shown from our origin.
func (n *Newsroom) sendClaimFile(c *fiber.Ctx, in visitor) error {
	id, err := claimID(c)
	if err != nil {
		return err
	}
	file, err := number64(c.Params("file"), "file")
	if err != nil {
		return err
	}
	f, err := n.cfg.Store.ReadClaimFile(c.UserContext(), in.Actor, id, file)
	if err != nil {
		return err
	}
	ext := map[string]string{"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif", "text/plain": "txt"}[f.Type]
	c.Set(fiber.HeaderContentType, fiber.MIMEOctetStream)
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="%s-%d.%s"`, id, f.ID, orElse(ext, "bin")))
	c.Set(fiber.HeaderContentSecurityPolicy, snapshotPolicy)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	return c.Send(f.Body)
}

func (n *Newsroom) takeDownFile(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "page", "taken-down", "kept", func(id factcheck.ClaimID) error {
		file, err := number64(f.get("file"), "file")
		if err != nil {
			return err
		}
		return n.cfg.Store.TakeDownClaimFile(c.UserContext(), in.Actor, id, file)
	})
}

// readConfidence shows who a source is, once, on the page that answers.
func (n *Newsroom) readConfidence(c *fiber.Ctx, in visitor, f form) error {
	id, err := claimID(c)
	if err != nil {
		return err
	}
	which, err := number64(f.get("confidence"), "source")
	if err != nil {
		return err
	}
	if !n.cfg.Sealer.Lasting() {
		return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "this installation has no key to read it with"}
	}
	sealed, err := n.cfg.Store.OpenConfidence(c.UserContext(), in.Actor, id, which)
	if err != nil {
		return n.claimAgain(c, in, f, "page", err)
	}
	secret, err := n.cfg.Sealer.Open(confidenceOf(id), sealed)
	if err != nil {
		return err
	}
	p, err := n.claimPage(c, in)
	if err != nil {
		return err
	}
	for i := range p.Confidences {
		if p.Confidences[i].ID == which {
			p.Confidences[i].Secret = string(secret)
		}
	}
	return n.render(c, fiber.StatusOK, pages.Claim(p.ClaimPage))
}

func (n *Newsroom) forgetConfidence(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "page", "forgotten", "kept", func(id factcheck.ClaimID) error {
		which, err := number64(f.get("confidence"), "source")
		if err != nil {
			return err
		}
		return n.cfg.Store.ForgetConfidence(c.UserContext(), in.Actor, id, which)
	})
}
