package exchange

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// found is a record as a shape of file gives it: texts, not yet understood. Every shape ends here, and build makes a Record
// of it by one set of rules.
type found struct {
	own bool // from our own export

	claim, url, label          string
	publisher, site            string   // site only where the record itself says it and may; else it is the url's host
	claimant, claimantKind     string   // kind: person, organisation, anonymous, or a type of schema.org
	claimantURLs               []string // who they are, not where they said it
	claimDate, place, language string
	reviewLanguage             string
	published, modified        string
	deleted                    string // when it was taken back; not empty means that it was
	title, answer, byline      string
	value, best, worst         string
	validFrom, validTo         string
	licence                    string
	truth, scale               string // the reading and scale, of our own export; read is set then
	reasons                    []string
	read                       bool
	state, origin, claimID     string
	first                      []string
	appearances                []Appearance
	topics                     []string
	notes                      []string
	finish                     func(*Record) // adds what only this shape has; nil for nothing
}

const (
	maxClaim       = 5_000
	maxLabel       = 500
	maxTitle       = 1_000
	maxAnswer      = 20_000
	maxName        = 300
	maxBody        = 500_000
	maxTopic       = 100
	maxTopics      = 50
	maxAppearances = 500
)

// build makes a Record. The error is a reason for a person: the record is to be rejected.
func (f found) build(o Options) (Record, error) {
	if err := f.checkTexts(); err != nil {
		return Record{}, err
	}
	clean := cleaner{own: f.own}
	r := Record{
		Place: clean.line(f.place), Headline: clean.sentence(f.title), Answer: clean.block(f.answer), Byline: clean.line(f.byline),
		Licence: clean.line(f.licence), State: f.state, Origin: f.origin, ClaimID: f.claimID, Deleted: f.deleted != "" || f.state == "retracted",
		Notes: f.notes,
	}
	var err error
	if r.ReviewURL, err = webURL(clean.address(f.url)); err != nil {
		if strings.TrimSpace(f.url) == "" {
			return r, errors.New("there is no address of the review, so it could not be told from another")
		}
		return r, fmt.Errorf("the address of the review cannot be used: %s", message(err))
	}
	if err := r.setPublisher(f, o, clean); err != nil {
		return r, err
	}
	r.ReviewLanguage = languageTag(f.reviewLanguage)
	order := orderOf(r.Publisher.Site, f.language)
	r.setDates(f, order)
	r.Text = clean.sentence(f.claim)
	if !r.Deleted {
		if err := checkClaim(r.Text, r.Publisher.Site); err != nil {
			return r, err
		}
	}
	if err := r.setRating(f, clean); err != nil && !r.Deleted && f.state == "" {
		return r, err
	}
	r.setLanguage(f)
	r.setClaimant(f, clean)
	r.setAppearances(f)
	r.setTopics(f, clean)
	r.remark(f.claim)
	if f.finish != nil {
		f.finish(&r)
	}
	return r, nil
}

// message returns the message of a domain error without its field.
func message(err error) string {
	if e, ok := errors.AsType[*factcheck.Error](err); ok {
		return e.Message
	}
	return err.Error()
}

// checkTexts refuses what cannot be stored or is too long to be meant.
func (f *found) checkTexts() error {
	for _, t := range []struct {
		name, text string
		limit      int
	}{
		{"claim text", f.claim, maxClaim}, {"address of the review", f.url, maxURL}, {"verdict's label", f.label, maxLabel},
		{"publisher's name", f.publisher, maxName}, {"claimant's name", f.claimant, maxName}, {"headline", f.title, maxTitle},
		{"answer", f.answer, maxAnswer}, {"byline", f.byline, maxTitle}, {"place", f.place, maxName}, {"licence", f.licence, maxTitle},
		{"date of the claim", f.claimDate, maxName}, {"date of publication", f.published, maxName}, {"date of change", f.modified, maxName},
		{"claim's id", f.claimID, maxName},
	} {
		if err := checkText(t.name, t.text, t.limit); err != nil {
			return err
		}
	}
	for _, t := range f.topics {
		if strings.ContainsRune(t, 0) {
			return checkText("topic", t, maxClaim)
		}
	}
	return nil
}

func checkText(name, text string, limit int) error {
	if strings.Contains(text, "\x00") {
		return fmt.Errorf("the %s holds a NUL character, which is never text", name)
	}
	if !utf8.ValidString(text) {
		return fmt.Errorf("the %s is not valid UTF-8; perhaps the file is in another encoding", name)
	}
	if len(text) > limit { // bytes first: counting ten million characters is for long texts only
		if n := utf8.RuneCountInString(text); n > limit {
			return fmt.Errorf("the %s is %d characters long; at most %d are taken", name, n, limit)
		}
	}
	return nil
}

// checkClaim refuses what is not a claim: nothing, a verdict in its place, or the beginning of a sentence that a crawler
// cut off.
func checkClaim(text, site string) error {
	switch {
	case text == "":
		return errors.New("there is no claim text")
	case !strings.ContainsFunc(text, unicode.IsLetter):
		return fmt.Errorf("the claim text %q has no words", clipText(text, 40))
	}
	if _, _, ok := factcheck.ReadLabel(site, text); ok {
		return fmt.Errorf("the claim text is only the verdict %q", text)
	}
	if words := strings.Fields(strings.ToLower(text)); len(words) <= 2 && !slices.ContainsFunc(words, func(w string) bool { return !isSmall(w) }) {
		return fmt.Errorf("the claim text is cut off: only %q is left", text)
	}
	return nil
}

// isSmall reports whether an English word says nothing by itself.
func isSmall(word string) bool { return slices.Contains(smallWords()[word], "en") }

func (r *Record) setPublisher(f found, o Options, clean cleaner) error {
	site := o.Publisher
	if site == "" {
		site = f.site
	}
	if site == "" {
		site = r.ReviewURL
	}
	var err error
	if r.Publisher.Site, err = SiteOf(site); err != nil {
		return fmt.Errorf("the publisher cannot be told: %s", message(err))
	}
	r.Publisher.Name = publisherName(r.Publisher.Site, clean.line(f.publisher))
	if f.own && f.publisher != "" {
		r.Publisher.Name = clean.line(f.publisher)
	}
	return nil
}

func (r *Record) setDates(f found, order dateOrder) {
	for _, d := range []struct {
		name, text string
		to         *factcheck.Date
	}{
		{"date of the claim", f.claimDate, &r.ClaimDate}, {"date of publication", f.published, &r.Published},
		{"date of change", f.modified, &r.Modified}, {"date of deletion", f.deleted, &r.DeletedAt},
		{"start of validity", f.validFrom, &r.ValidFrom}, {"end of validity", f.validTo, &r.ValidTo},
	} {
		date, ok := parseDate(d.text, order)
		if !ok && strings.TrimSpace(d.text) != "" {
			r.note("The %s %q was not understood and is left out.", d.name, clipText(d.text, 40))
		}
		*d.to = date
	}
	if !r.Published.IsZero() && r.Modified == r.Published {
		r.Modified = factcheck.Date{}
	}
	if !r.ClaimDate.IsZero() && !r.Published.IsZero() && r.ClaimDate.At.After(r.Published.At.AddDate(0, 0, 1)) {
		r.note("The claim is dated %s, after the review of %s.", r.ClaimDate, r.Published)
	}
}

// setLanguage takes what the record says, what the publisher always writes in if the script agrees, or what the text tells.
func (r *Record) setLanguage(f found) {
	r.Language = languageTag(f.language)
	if r.Language != "" {
		return
	}
	text := r.Text + " " + r.Headline + " " + clipText(r.Answer, 500)
	if h := houses[r.Publisher.Site]; h.language != "" && writtenIn(mainScript(text), h.language) {
		r.Language = h.language
		return
	}
	r.Language = detectLanguage(text)
}

func (r *Record) setAppearances(f found) {
	seen, bad := map[string]bool{}, 0
	for _, first := range f.first {
		f.appearances = slices.Insert(f.appearances, 0, Appearance{URL: first, First: true})
	}
	for _, a := range f.appearances {
		address, err := webURL(cleaner{own: f.own}.address(a.URL))
		switch {
		case err != nil:
			bad++
			continue
		case seen[address] || address == r.ReviewURL:
			continue
		case len(r.Appearances) == maxAppearances:
			r.note("More than %d appearances are listed; the rest is left out.", maxAppearances)
			return
		}
		seen[address] = true
		a.URL = address
		if a.Stance == "" {
			a.Stance = factcheck.StanceListed
		}
		r.Appearances = append(r.Appearances, a)
	}
	if bad > 0 {
		r.note("Listed appearances without a web address were left out: %d.", bad)
	}
}

func (r *Record) setTopics(f found, clean cleaner) {
	seen, left := map[string]bool{}, 0
	for _, t := range f.topics {
		t = clean.line(t)
		key := strings.ToLower(t)
		switch {
		case t == "" || seen[key]:
		case utf8.RuneCountInString(t) > maxTopic || len(r.Topics) == maxTopics:
			left++
		default:
			seen[key] = true
			r.Topics = append(r.Topics, t)
		}
	}
	if left > 0 {
		r.note("Topics that are too long or too many were left out: %d.", left)
	}
}

// remark notes what is odd about a claim that is taken all the same.
func (r *Record) remark(raw string) {
	if r.Text == "" {
		return
	}
	if r.Headline != "" && NormaliseText(r.Headline) == NormaliseText(r.Text) {
		r.note("The claim text is the headline of the review, which may put it in other words than those who made it.")
	}
	if strings.ContainsRune(r.Text, '\uFFFD') {
		r.note("A character of the claim text was broken.")
	}
	words := strings.Fields(strings.ToLower(r.Text))
	if strings.HasSuffix(raw, " ") && isSmall(words[len(words)-1]) {
		r.note("The claim text seems to be cut off.")
	}
}
