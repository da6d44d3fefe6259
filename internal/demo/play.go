package demo

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// Clock is the clock of the story. Before it is started it stands at the moment of the event being played, so that the
// ledger carries the times of the story; afterwards it is the system's.
type Clock struct{ at atomic.Pointer[time.Time] }

// Now returns the time; it goes into store.Options.
func (c *Clock) Now() time.Time {
	if at := c.at.Load(); at != nil {
		return *at
	}
	return time.Now()
}

func (c *Clock) set(at time.Time) { c.at.Store(&at) }

// Release makes it the system's clock.
func (c *Clock) Release() { c.at.Store(nil) }

// stage plays the story through the store's public methods, as the people in it would.
type stage struct {
	db      *store.DB
	content *Content
	clock   *Clock
	start   time.Time
	scale   factcheck.ScaleID

	people    map[string]factcheck.Actor
	topics    map[string]factcheck.TopicID
	claimants map[string]factcheck.ClaimantID
	tips      map[string]factcheck.TipID
	articles  map[string]takenArticle
	claims    map[string]*playedClaim
}

// playedClaim is how far a claim of the story has come.
type playedClaim struct {
	id          factcheck.ClaimID
	version     store.Version // the open or newest one
	worded      bool          // its wordings and media are in
	proposal    factcheck.ProposalID
	appearances map[string]factcheck.AppearanceID // by article
}

// Play fills an empty, migrated database with the story as of start. db must have been opened with clock.Now; the clock is
// released at the end. progress, if not nil, is told how many of the events are done. It takes a few seconds.
func Play(ctx context.Context, db *store.DB, clock *Clock, start time.Time, progress func(done, total int)) error {
	content, err := Load()
	if err != nil {
		return fmt.Errorf("read the demonstration: %w", err)
	}
	defer clock.Release()
	story := content.Story(start)
	clock.set(story[0].At.Add(-24 * time.Hour))
	p := &stage{
		db: db, content: content, clock: clock, start: start, people: map[string]factcheck.Actor{}, topics: map[string]factcheck.TopicID{},
		claimants: map[string]factcheck.ClaimantID{}, tips: map[string]factcheck.TipID{}, articles: map[string]takenArticle{},
		claims: map[string]*playedClaim{},
	}
	if err := p.furnish(ctx); err != nil {
		return err
	}
	for i, e := range story {
		clock.set(e.At)
		if err := p.play(ctx, e); err != nil {
			return fmt.Errorf("play %s: %w", e.name(), err)
		}
		if progress != nil {
			progress(i+1, len(story))
		}
	}
	return nil
}

// name says which event it is, for errors.
func (e Event) name() string {
	switch e.Kind {
	case EventStep:
		return fmt.Sprintf("%s of claim %s", e.Step.Do, e.Claim.Key)
	case EventImport:
		return "import " + e.Import.Key
	case EventArticle:
		return fmt.Sprintf("%s of article %s", e.ArticleStep.Do, e.Article.Key)
	}
	return string(e.Kind) + " " + e.Tip.Key
}

// furnish sets up the house and everybody and everything the story begins with.
func (p *stage) furnish(ctx context.Context) error {
	op, h := factcheck.Operator(), p.content.House
	if err := p.db.SetHouse(ctx, op, store.House{Name: h.Name, Site: h.Site, Licence: h.Licence, Language: h.Language}); err != nil {
		return err
	}
	if _, err := p.db.InstallScales(ctx, op); err != nil {
		return err
	}
	var err error
	if p.scale, _, err = p.db.HouseScale(ctx); err != nil {
		return err
	}
	if err := p.db.SetHouseRules(ctx, op, h.Rules); err != nil {
		return err
	}
	var editor factcheck.Actor
	for _, who := range p.content.People {
		actor, err := p.db.AddPerson(ctx, op, store.PersonInput{Email: who.Email, Name: who.Name, Role: who.Role})
		if err != nil {
			return fmt.Errorf("person %s: %w", who.Key, err)
		}
		p.people[who.Key] = actor
		if who.Role == factcheck.RoleEditor {
			editor = actor
		}
	}
	for _, t := range p.content.Topics {
		if p.topics[t.Key], err = p.db.AddTopic(ctx, editor, factcheck.TopicInput{Name: t.Name, Names: t.Names}); err != nil {
			return fmt.Errorf("topic %s: %w", t.Key, err)
		}
	}
	for _, c := range p.content.Claimants {
		p.claimants[c.Key], err = p.db.AddClaimant(ctx, editor, factcheck.ClaimantInput{Name: c.Name, Kind: c.Kind, Description: c.About, Private: c.Private})
		if err != nil {
			return fmt.Errorf("claimant %s: %w", c.Key, err)
		}
	}
	return p.writePolicies(ctx)
}

func (p *stage) play(ctx context.Context, e Event) error {
	switch e.Kind {
	case EventTip:
		id, err := p.db.FileTip(ctx, factcheck.System(), factcheck.TipInput{Text: e.Tip.Text, URL: e.Tip.URL, Language: e.Tip.Language, Contact: e.Tip.Contact})
		p.tips[e.Tip.Key] = id
		return err
	case EventDismiss:
		return p.db.DeclineTips(ctx, p.people[e.Tip.Dismissed.By], []factcheck.TipID{p.tips[e.Tip.Key]}, e.Tip.Dismissed.Reason, "")
	case EventImport:
		return p.take(ctx, *e.Import)
	case EventArticle:
		return p.articleStep(ctx, *e.Article, *e.ArticleStep)
	}
	return p.step(ctx, *e.Claim, *e.Step)
}

// take reads in another publisher's check, as an import from a file would.
func (p *stage) take(ctx context.Context, im Import) error {
	var publisher Publisher
	for _, pub := range p.content.Publishers {
		if pub.Key == im.Publisher {
			publisher = pub
		}
	}
	run, err := p.db.BeginImport(ctx, factcheck.Operator(), store.ImportOptions{Name: im.Key + ".json", Format: "claimreview", AllowPublishers: publisher.Allowed})
	if err != nil {
		return err
	}
	r := exchange.Record{
		Publisher: exchange.Publisher{Name: publisher.Name, Site: publisher.Site}, Text: im.Text, Language: im.Language,
		Claimant: exchange.Claimant{Name: im.Claimant, Kind: string(factcheck.ClaimantAnonymous)}, ClaimDate: im.Date.Date(p.start, ""),
		ReviewURL: im.ReviewURL, Headline: im.Headline, Published: im.Reviewed.Date(p.start, ""), Rating: factcheck.Rating{Label: im.Label},
	}
	if scale, label, ok := factcheck.ReadLabel(publisher.Site, im.Label); ok {
		r.Rating, r.Scale = label.Rating(), fmt.Sprintf("%s/%d", scale.Slug, scale.Version)
	}
	for _, t := range im.Topics {
		for _, topic := range p.content.Topics {
			if topic.Key == t {
				r.Topics = append(r.Topics, topic.Name)
			}
		}
	}
	for _, url := range im.Listed {
		r.Appearances = append(r.Appearances, exchange.Appearance{URL: url, Stance: factcheck.StanceListed})
	}
	outcomes, err := run.Add(ctx, []exchange.Record{r})
	if err != nil {
		return err
	}
	if outcomes[0].Kind != store.OutcomeCreated {
		return fmt.Errorf("the check was %s: %s", outcomes[0].Kind, outcomes[0].Reason)
	}
	return run.Finish(ctx)
}
