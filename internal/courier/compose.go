package courier

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	post "github.com/touchstone-factcheck/touchstone/internal/mail"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/web/letter"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

const (
	subjectClaim = 120 // characters of a claim in a subject
	mostChanges  = 10  // told in a mail, the newest; the page has all
)

// writing is a mail being composed.
type writing struct {
	letter.Letter
	m     store.OutMail
	house store.Publication
	told  int64 // the newest change it tells of; 0: it tells of none
}

// compose makes a mail of what is public now, and returns the newest change it tells of. CodeNotFound if there is nothing to tell.
func (c *Courier) compose(ctx context.Context, m store.OutMail, token string) (post.Message, int64, error) {
	house, err := c.cfg.Store.Publication(ctx)
	if err != nil {
		return post.Message{}, 0, err
	}
	w := &writing{Letter: c.letter(house.Name, m.Language), m: m, house: house}
	asked := m.AskedAt
	if m.ConfirmedAt != nil {
		asked = *m.ConfirmedAt
	}
	w.Why, w.Leave = w.T("mail.why", house.Name, w.Day(asked)), letter.Link{Label: w.T("mail.leave"), URL: c.link(w.Locale, LeavePath, token)}
	if err := c.fill(ctx, w, token); err != nil {
		return post.Message{}, 0, err
	}
	if m.State == store.FollowerEnding { // there is nothing left to stop
		w.After, w.Leave = w.T("mail.last"), letter.Link{}
	}
	out, err := c.written(ctx, w.Letter, fmt.Sprintf("touchstone.%s.%d", m.Epoch, m.ID))
	out.Leave = w.Leave.URL
	return out, w.told, err
}

// fill puts in what this kind of mail says.
func (c *Courier) fill(ctx context.Context, w *writing, token string) error {
	confirm := c.link(w.Locale, ConfirmPath, token)
	switch w.m.Kind {
	case store.MailConfirm:
		w.Subject, w.Lead = w.T("mail.confirm.subject"), w.T("mail.confirm.lead", w.house.Name)
		w.Button, w.After, w.Why = letter.Link{Label: w.T("mail.confirm.button"), URL: confirm}, w.T("mail.confirm.not"), ""
		_, err := c.aboutClaim(ctx, w, w.m.Claim)
		return err
	case store.MailChanged:
		return c.changed(ctx, w)
	case store.MailMerged:
		page, err := c.aboutClaim(ctx, w, w.m.Claim)
		w.Lead = w.T("mail.merged.lead")
		c.findings(w, page)
		return err
	case store.MailRenew:
		w.Subject, w.Lead = w.T("mail.renew.subject"), w.T("mail.renew.lead", w.Day(*w.m.ConfirmedAt), w.Day(w.m.ExpiresAt))
		w.Button = letter.Link{Label: w.T("mail.renew.button"), URL: confirm}
		_, err := c.aboutClaim(ctx, w, w.m.Claim)
		return err
	case store.MailWithdrawn:
		w.Subject, w.Lead = w.T("mail.withdrawn.subject"), w.T("mail.withdrawn.lead", w.Day(*w.m.ConfirmedAt))
		return nil
	case store.MailTipConfirm: // nothing that was typed into the form: it may be meant for whoever reads the address
		w.Subject, w.Lead = w.T("mail.tip.confirm.subject"), w.T("mail.tip.confirm.lead", w.house.Name)
		w.Button, w.After, w.Why = letter.Link{Label: w.T("mail.confirm.button"), URL: confirm}, w.T("mail.confirm.not"), ""
		return nil
	case store.MailTipPublished:
		page, err := c.aboutClaim(ctx, w, w.m.About)
		w.Lead = w.T("mail.tip.published.lead")
		c.findings(w, page)
		return err
	case store.MailTipDeclined:
		w.Subject, w.Lead = w.T("mail.tip.declined.subject"), w.T("mail.tip.declined.lead", w.Day(w.m.AskedAt))
		if w.m.Answer != "" {
			w.Notes = append(w.Notes, letter.Note{Heading: w.T("mail.tip.declined.why"), Text: w.m.Answer})
		}
		return nil
	}
	return fmt.Errorf("there is no mail of the kind %q", w.m.Kind)
}

// aboutClaim puts a public claim in as readers see it now, with its rating unless it is under review, and the subject that begins with it.
func (c *Courier) aboutClaim(ctx context.Context, w *writing, id factcheck.ClaimID) (pages.ClaimPage, error) {
	d, err := c.cfg.Store.ClaimByID(ctx, id)
	if err != nil {
		return pages.ClaimPage{}, err
	}
	claim, err := document.Decode(d.Stored, c.cfg.PublicURL, d.Seq)
	if err != nil {
		return pages.ClaimPage{}, err
	}
	page := pages.ClaimPage{Shell: ui.Shell{Locale: w.Locale, HouseName: w.house.Name, PublicURL: c.cfg.PublicURL}, Claim: claim}
	words := w.Words(claim)
	w.Claim = &letter.Claim{Text: words.Text, Lang: words.Lang, Rating: page.Prefix(), URL: c.cfg.PublicURL + w.Local("/claims/"+ui.PathSegment(claim.Slug))}
	if v := ui.Lead(claim); v != nil && v.State == ui.StateCurrent && ui.IsHouse(*v) {
		w.Claim.Truth = w.MarkOf(*v).Truth
	}
	if w.Subject == "" {
		w.Subject = page.Prefix() + ": " + ui.Quoted(words.Lang, ui.Clip(words.Text, subjectClaim))
	}
	return page, nil
}

// findings adds what the page says now, and the way to it. A verdict that is under review or was taken back says so and nothing else.
func (c *Courier) findings(w *writing, page pages.ClaimPage) {
	if w.Claim == nil {
		return
	}
	note := letter.Note{Heading: w.T("mail.now"), Text: page.Description(), Lang: w.Lang}
	if v := ui.Lead(page.Claim); v != nil && v.State == ui.StateCurrent && ui.IsHouse(*v) {
		note.Text, note.Lang = w.Answer(page.Claim, *v)
	}
	w.Notes = append(w.Notes, note)
	w.Button = letter.Link{Label: w.T("mail.changed.button"), URL: w.Claim.URL}
	w.told = max(w.told, page.Claim.Seq)
}

// changed tells what happened to a claim since the last mail.
func (c *Courier) changed(ctx context.Context, w *writing) error {
	page, err := c.aboutClaim(ctx, w, w.m.Claim)
	if err != nil {
		return err
	}
	states, err := c.cfg.Store.States(ctx, w.m.Claim)
	if err != nil {
		return err
	}
	silent := false // while it is under review, no earlier rating and no note that may name one
	if v := ui.Lead(page.Claim); v != nil && v.State == ui.StateSuspended {
		silent = true
	}
	var since []store.State
	for _, s := range states {
		if s.Seq > w.m.ToldSeq {
			since = append(since, s)
			w.told = max(w.told, s.Seq)
		}
	}
	if len(since) == 0 {
		return factcheck.NotFound("there is nothing to tell")
	}
	for _, s := range since[max(0, len(since)-mostChanges):] {
		change := letter.Change{At: s.At, Said: w.T("history." + pages.HistoryKind(s.Type))}
		if !silent {
			change.Note, change.NoteLang = s.Note, noteLanguage(page.Claim)
		}
		w.Changes = append(w.Changes, change)
	}
	if what := w.what(since); what != "" && !silent {
		words := w.Words(page.Claim)
		w.Subject = w.T("mail.changed.subject", page.Prefix(), what, ui.Quoted(words.Lang, ui.Clip(words.Text, subjectClaim)))
	}
	c.findings(w, page)
	return nil
}

// noteLanguage is the language in which the house writes its notes about a claim.
func noteLanguage(claim document.Claim) string {
	if v, ok := claim.House(); ok && v.Language != "" {
		return v.Language
	}
	return claim.Language
}

// what is the weightiest thing that happened, in a word for the subject. What the rating says itself needs none.
func (w *writing) what(since []store.State) string {
	for _, k := range []struct {
		kind factcheck.ChangeType
		key  string
	}{
		{factcheck.ChangeVerdictRetracted, ""}, {factcheck.ChangeVerdictCorrected, "correction"}, {factcheck.ChangeVerdictRestored, "restored"}, {factcheck.ChangeVerdictUpdated, "update"},
		{factcheck.ChangeVerdictClarified, "clarification"}, {factcheck.ChangeVerdictRedacted, "redacted"}, {factcheck.ChangeVerdictPublished, "published"},
	} {
		for _, s := range since {
			if s.Type == k.kind {
				if k.key == "" {
					return ""
				}
				return w.T("mail.what." + k.key)
			}
		}
	}
	return ""
}

func (c *Courier) letter(house, lang string) letter.Letter {
	return letter.Letter{Locale: ui.Locale{Lang: lang, Zone: c.cfg.Zone}, House: house}
}

// link is the absolute address of a page for whoever holds a token.
func (c *Courier) link(l ui.Locale, path, token string) string {
	return c.cfg.PublicURL + l.Local(path) + "?" + url.Values{"token": {token}}.Encode()
}

// written renders a letter in both forms.
func (c *Courier) written(ctx context.Context, l letter.Letter, id string) (post.Message, error) {
	var html bytes.Buffer
	if err := l.HTML().Render(ctx, &html); err != nil {
		return post.Message{}, fmt.Errorf("render a mail: %w", err)
	}
	return post.Message{
		ID: id, FromName: l.House, Subject: l.Subject, Language: l.Lang, Text: l.Text(), HTML: html.String(), Date: time.Now(),
	}, nil
}
