package demo

import (
	"slices"
	"time"
)

// EventKind says what an [Event] is about.
type EventKind string

// The kinds of event, with the fields that are set.
const (
	EventTip     EventKind = "tip"     // Tip arrives
	EventDismiss EventKind = "dismiss" // Tip is dismissed, see its Dismissed
	EventStep    EventKind = "step"    // Step is done to Claim
	EventImport  EventKind = "import"  // Import is read in
	EventArticle EventKind = "article" // ArticleStep is done to Article
)

// Event is one thing that happens in the story, at a moment in UTC.
type Event struct {
	At          time.Time
	Kind        EventKind
	Claim       *Claim
	Step        *Step
	Tip         *Tip
	Import      *Import
	Article     *Article
	ArticleStep *ArticleStep
}

// Story returns everything that happens in a demonstration that starts at start, in order of time; what happens at the
// same moment stays in the order of the files. All of it lies before start. The events point into c.
func (c *Content) Story(start time.Time) []Event {
	var events []Event
	for i := range c.Tips {
		t := &c.Tips[i]
		events = append(events, Event{At: t.At.Time(start), Kind: EventTip, Tip: t})
		if t.Dismissed != nil {
			events = append(events, Event{At: t.Dismissed.At.Time(start), Kind: EventDismiss, Tip: t})
		}
	}
	for i := range c.Claims {
		cl := &c.Claims[i]
		for j := range cl.Steps {
			s := &cl.Steps[j]
			events = append(events, Event{At: s.At.Time(start), Kind: EventStep, Claim: cl, Step: s})
		}
	}
	for i := range c.Imports {
		im := &c.Imports[i]
		events = append(events, Event{At: im.At.Time(start), Kind: EventImport, Import: im})
	}
	for i := range c.Articles {
		a := &c.Articles[i]
		for j := range a.Steps {
			s := &a.Steps[j]
			events = append(events, Event{At: s.At.Time(start), Kind: EventArticle, Article: a, ArticleStep: s})
		}
	}
	slices.SortStableFunc(events, func(a, b Event) int { return a.At.Compare(b.At) })
	return events
}
