package newsroom

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	return n.claimDo(c, in, f, "source-new", "source", "source-address", func(id factcheck.ClaimID) error {
		s, err := setSourceFields(factcheck.Source{}, typedSource(f))
		if err != nil {
			return err
		}
		var kept int64
		if secret := f.line("secret"); secret != "" {
			if kept, err = n.keepConfidence(c, in, id, secret, f.line("secret_reason")); err != nil {
				return err
			}
			s.Document = fmt.Sprintf("Confidential source %d: %s", kept, f.line("secret_reason"))
		}
		if s.URL == "" && s.Document == "" && s.Quote == "" && s.Title == "" {
			return factcheck.Invalid("url", "say where it is found, or paste the passage")
		}
		err = n.revise(c, in, id, func(d *factcheck.Draft) error { return d.PutSource(s) })
		if err != nil && kept > 0 { // nothing of it stays behind: it is kept again when the form is sent again
			return errors.Join(err, n.cfg.Store.ForgetConfidence(c.UserContext(), in.Actor, id, kept))
		}
		return err
	})
}

// editSource saves a source's form, field by field: what others saved meanwhile stays, and where both changed a field, what was
// typed is shown again beside theirs.
func (n *Newsroom) editSource(c *fiber.Ctx, in visitor, f form) error {
	name, typed := "source-"+f.get("source"), typedSource(f)
	return n.claimDo(c, in, f, name, "saved", "evidence", func(id factcheck.ClaimID) error {
		source, err := idParam[factcheck.SourceID](f.get("source"))
		if err != nil {
			return err
		}
		var clashed []string
		var saved map[string]string
		err = n.revise(c, in, id, func(d *factcheck.Draft) error {
			now, ok := d.Source(source)
			if !ok {
				return errSourceGone
			}
			saved = sourceFields(now)
			var merged map[string]string
			merged, clashed, _ = mergeFields(f.was(), typed, saved)
			s, err := setSourceFields(now, merged)
			if err != nil {
				return err
			}
			saved = sourceFields(s)
			return d.PutSource(s)
		})
		if err != nil {
			return err
		}
		return clash(clashed, typed, saved)
	})
}

// errSourceGone asks to add what was typed anew: its form is gone with the source.
var errSourceGone = factcheck.Conflict("somebody else removed this source meanwhile; what you wrote stands in the form that adds one")

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
		return n.revise(c, in, id, func(d *factcheck.Draft) error {
			if at := f.get("at"); at != "" && itoa(slices.IndexFunc(d.Sources, func(s factcheck.Source) bool { return s.ID == source })) != at {
				return factcheck.Conflict("somebody else changed the order meanwhile; this is how it stands now")
			}
			return d.MoveSource(source, by)
		})
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
		return see(c, pages.ClaimPath(id.String())+"?told=read&source="+article.String()+"#source-text")
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
	p.Adding.Open = c.Query("told") == "source" || c.Query("told") == "linked" // it leads on to the next source
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
	if i, err := strconv.Atoi(c.Query("quote")); err == nil && i >= 0 && i < len(p.Adding.Paragraphs) {
		p.Adding.Quote = p.Adding.Paragraphs[i]
	}
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
