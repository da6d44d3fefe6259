package exchange

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// fromDocument gives the verdicts of a document of our own export, one Record each. The order is the document's.
func fromDocument(c document.Claim, o Options) []outcome {
	if len(c.Verdicts) == 0 {
		return []outcome{{reason: "the claim has no verdict"}}
	}
	var all []outcome
	for _, v := range c.Verdicts {
		r, err := fromVerdict(c, v, o)
		if err != nil {
			all = append(all, outcome{reason: err.Error()})
			continue
		}
		all = append(all, outcome{record: r})
	}
	return all
}

func fromVerdict(c document.Claim, v document.Verdict, o Options) (Record, error) {
	f, err := findVerdict(c, v)
	if err != nil {
		return Record{}, err
	}
	return f.build(o)
}

// findVerdict fails on what a document must not hold.
func findVerdict(c document.Claim, v document.Verdict) (found, error) {
	f := found{
		own: true, read: true,
		claim: c.Text, language: c.Language, place: c.Place, claimID: c.ID,
		url: cmp.Or(v.ReviewURL, c.URL), publisher: v.Publisher.Name, site: v.Publisher.Site,
		label: v.Rating.Label, scale: v.Rating.Scale, reasons: v.Rating.Reasons,
		title: v.Headline, answer: v.Answer, byline: v.Byline, reviewLanguage: v.Language, licence: cmp.Or(v.Licence, c.Licence),
		published: timeText(&v.FirstAt), modified: timeText(&v.PublishedAt), validFrom: timeText(v.ValidFrom), validTo: timeText(v.ValidTo),
		origin: v.Origin,
	}
	if v.Origin == "house" && c.URL != "" {
		f.url = c.URL
	}
	if f.published == "" {
		f.published, f.modified = f.modified, ""
	}
	if v.State != "current" {
		f.state = v.State
	}
	if v.State == "retracted" {
		f.deleted = timeText(&v.PublishedAt)
	}
	if v.Rating.Truth != nil {
		f.truth = *v.Rating.Truth
	}
	if c.Claimant != nil {
		f.claimant, f.claimantKind = c.Claimant.Name, c.Claimant.Kind
	}
	if c.Date != nil {
		f.claimDate = *c.Date
	}
	for _, t := range c.Topics {
		f.topics = append(f.topics, t.Name)
	}
	for _, a := range c.Appearances {
		taken, err := ownAppearance(a)
		if err != nil {
			return found{}, err
		}
		f.appearances = append(f.appearances, taken)
	}
	f.finish = func(r *Record) {
		r.Wordings, r.Media = c.Wordings, c.Media
		r.Body, r.True, r.False, r.Unknown, r.HowChecked, r.WhyChecked = v.Body, v.True, v.False, v.Unknown, v.HowChecked, v.WhyChecked
		r.Replies, r.Waivers, r.Correction = v.Replies, v.Waivers, v.Correction
		for _, s := range v.Sources {
			r.addSource(s)
		}
	}
	return f, checkOwn(c, v)
}

// checkOwn refuses what a document must not hold. It may have been changed since it was exported.
func checkOwn(c document.Claim, v document.Verdict) error {
	type text struct{ name, text string }
	texts := []text{
		{"body", v.Body}, {"part on what is true", v.True}, {"part on what is false", v.False}, {"part on what is unknown", v.Unknown},
		{"part on how it was checked", v.HowChecked}, {"part on why it was checked", v.WhyChecked},
	}
	if v.Correction != nil {
		if kind := factcheck.CorrectionKind(v.Correction.Kind); kind == "" || !kind.Valid() {
			return fmt.Errorf("%q is not a kind of correction", clipText(v.Correction.Kind, 40))
		}
		texts = append(texts, text{"note on the correction", v.Correction.Note})
	}
	for _, w := range c.Wordings {
		texts = append(texts, text{"wording", w.Text}, text{"wording's headline", w.Headline}, text{"wording's answer", w.Answer})
		if languageTag(w.Language) == "" {
			return fmt.Errorf("%q is not the language of a wording", clipText(w.Language, 40))
		}
	}
	for _, m := range c.Media {
		texts = append(texts, text{"description of a picture", m.Alt})
		if _, err := webURL(m.URL); err != nil {
			return fmt.Errorf("the address of a picture cannot be used: %s", message(err))
		}
		if m.Kind != "image" && m.Kind != "video" && m.Kind != "audio" || m.Category != "" && !isMediaCategory(m.Category) {
			return fmt.Errorf("%q, %q is not a kind and category of media", clipText(m.Kind, 40), clipText(m.Category, 40))
		}
	}
	for _, p := range v.Replies {
		texts = append(texts, text{"name of who was asked", p.Asked}, text{"reply", p.Answer})
	}
	for _, w := range v.Waivers {
		texts = append(texts, text{"rule", w.Rule}, text{"reason for leaving a rule", w.Reason})
	}
	for _, t := range texts {
		if err := checkText(t.name, t.text, maxBody); err != nil {
			return err
		}
	}
	return nil
}

func ownAppearance(a document.Appearance) (Appearance, error) {
	stance, state := factcheck.Stance(a.Stance), factcheck.CorrectionState(a.Correction.State)
	if !stance.Valid() {
		return Appearance{}, fmt.Errorf("%q is not a stance", clipText(a.Stance, 40))
	}
	if state != "" && !state.Valid() {
		return Appearance{}, fmt.Errorf("%q is not a state of correction", clipText(a.Correction.State, 40))
	}
	if err := checkText("quotation of an appearance", a.Quote, maxAnswer); err != nil {
		return Appearance{}, err
	}
	if state == factcheck.StateStanding {
		state = ""
	}
	taken := Appearance{
		URL: a.Article.URL, Stance: stance, Quote: cleaner{own: true}.block(a.Quote), Title: shortLine(a.Article.Title), Outlet: shortLine(a.Article.Outlet),
		Language: languageTag(a.Article.Language), State: state,
	}
	taken.Published, _ = parseDate(timeText(a.Article.PublishedAt), unknownOrder)
	taken.FirstSeen, _ = parseDate(timeText(a.FirstSeenAt), unknownOrder)
	taken.StateAt, _ = parseDate(timeText(a.Correction.At), unknownOrder)
	return taken, nil
}

// addSource takes a source of our own export, without its id and the health of its link, which are of another house.
// A source that breaks a rule is left out with a note: the verdict stands without it.
func (r *Record) addSource(s document.Source) {
	clean := cleaner{own: true}
	err := checkText("source", strings.Join([]string{s.Document, s.Title, s.Origin, s.Quote, s.ReadAt, s.Interest}, " "), maxBody)
	if s.URL != "" && err == nil {
		s.URL, err = webURL(s.URL)
	}
	if s.ArchiveURL != "" && err == nil {
		s.ArchiveURL, err = webURL(s.ArchiveURL)
	}
	if err == nil {
		err = checkSourceWords(s)
	}
	if err != nil || s.URL == "" && s.Document == "" {
		r.note("A source was left out: %s.", reasonOr(err, "it has neither an address nor a document"))
		return
	}
	r.Sources = append(r.Sources, document.Source{
		URL: s.URL, Document: clean.line(s.Document), Title: clean.line(s.Title), Origin: clean.line(s.Origin), Kind: s.Kind, Bearing: s.Bearing,
		Quote: clean.block(s.Quote), ReadAt: clean.line(s.ReadAt), Interest: clean.line(s.Interest), ArchiveURL: s.ArchiveURL,
	})
}

func checkSourceWords(s document.Source) error {
	if s.Kind != "" && s.Kind != "primary" && s.Kind != "secondary" {
		return fmt.Errorf("%q is not a kind of source", clipText(s.Kind, 40))
	}
	if s.Bearing != "" && s.Bearing != "for" && s.Bearing != "against" && s.Bearing != "context" {
		return fmt.Errorf("%q is not a bearing", clipText(s.Bearing, 40))
	}
	if _, err := factcheck.ParseDate(s.ReadAt); s.ReadAt != "" && err != nil {
		return fmt.Errorf("%q is not the day it was read", clipText(s.ReadAt, 40))
	}
	return nil
}

func reasonOr(err error, reason string) string {
	if err != nil {
		return message(err)
	}
	return reason
}

// timeText writes a time so that parseDate reads the same; "" for none.
func timeText(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
