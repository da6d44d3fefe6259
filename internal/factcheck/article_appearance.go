package factcheck

import (
	"strings"
	"time"
)

// AppearanceInput is what a person says of an article's relation to a claim.
type AppearanceInput struct {
	Stance    Stance
	Quote     string    // the passage, as it was read
	FirstSeen time.Time // by us; zero: now
	Note      string    // for the newsroom: why
	Anchor    Anchor    // where the quote stands in the article's text; its own Quote is not read
	Appeared  Date      // when the article first carried it; zero: when it was published
	First     bool      // the first known appearance of the claim, where it makes or repeats it; for linking only
}

// FileLinkInput is what a person says of a claim that is new, and of an article's relation to it.
type FileLinkInput struct {
	Claim    ClaimInput
	Claimant *ClaimantInput // who claims it, if that is somebody new; nil: whom Claim names, or nobody
	Link     AppearanceInput
	Distinct []Distinction // claims like it that a person says it is not the same as
	// Instead is a suggestion that the new claim stands in for: it is rejected in the same act. Nil for none.
	Instead *SuggestionDecision
}

// Clean returns the input trimmed, after checking all of it against now; the error is CodeInvalid and names the field.
func (in FileLinkInput) Clean(now time.Time) (FileLinkInput, error) {
	var err error
	if in.Link, err = in.Link.Clean(now); err != nil {
		return in, err
	}
	if in.Claim, err = in.Claim.Clean(); err != nil {
		return in, err
	}
	if in.Distinct, err = CleanDistinctions(in.Distinct); err != nil {
		return in, err
	}
	if in.Claimant == nil {
		return in, nil
	}
	who, err := in.Claimant.Clean()
	in.Claimant = &who
	return in, err
}

// Anchor is where a passage stands in the text of its article, and what stands around it, so that it can be found again in
// another extraction of it. Start and End count as whoever found it counts; both are 0 for a passage that is nowhere.
type Anchor struct {
	Quote      string
	Prefix     string
	Suffix     string
	Start, End int
}

// Located reports whether the passage stands somewhere.
func (a Anchor) Located() bool { return a.End > a.Start }

// In returns where the passage stands in a text: where locate says, or without locate where it stood, if its very words are
// there. It reports false for a passage that is not in the text.
func (a Anchor) In(text string, locate Locator) (Anchor, bool) {
	if locate == nil {
		return a, a.Start >= 0 && a.Located() && a.End <= len(text) && text[a.Start:a.End] == a.Quote
	}
	at, found := locate(text, a)
	return at, found && at.Located()
}

// Locator finds a passage in another text of its article.
type Locator func(text string, a Anchor) (Anchor, bool)

// MaxAnchor is the most characters of what stands before or after a passage.
const MaxAnchor = 500

func (a Anchor) check() error {
	if a.Start < 0 || a.End < 0 || a.End > MaxArticleText || (a.Start != 0 || a.End != 0) && a.End <= a.Start {
		return Invalid("anchor", "a passage begins before it ends, within the text")
	}
	return firstError(CheckText("anchor.prefix", a.Prefix, MaxAnchor), CheckText("anchor.suffix", a.Suffix, MaxAnchor))
}

// Clean returns the input trimmed, after checking it against now; the error is CodeInvalid and names the field. A person
// judges: listed is for imports.
func (in AppearanceInput) Clean(now time.Time) (AppearanceInput, error) {
	in.Quote, in.Note = strings.TrimSpace(in.Quote), strings.TrimSpace(in.Note)
	if in.Stance == StanceListed {
		return in, Invalid("stance", "listed is for imported addresses nobody has judged; choose makes, repeats, reports or disputes")
	}
	if !in.Stance.Valid() {
		return in, Invalid("stance", "choose makes, repeats, reports or disputes")
	}
	if in.FirstSeen.IsZero() {
		in.FirstSeen = now
	}
	in.FirstSeen = in.FirstSeen.UTC().Truncate(time.Microsecond)
	if in.Quote == "" {
		in.Anchor = Anchor{}
	}
	in.Anchor.Quote = in.Quote
	var err error
	if in.Appeared, err = CleanDate("appeared", in.Appeared); err != nil {
		return in, err
	}
	return in, firstError(CheckText("quote", in.Quote, MaxQuote), CheckText("note", in.Note, MaxNote), in.Anchor.check(),
		checkPast("first_seen", in.FirstSeen, now), checkPast("appeared", in.Appeared.At, now))
}

// MarkInput says what became of an article's passage.
type MarkInput struct {
	State CorrectionState
	At    time.Time // when it was corrected or removed out there; zero: now
	Note  string
}

// firstCorrection is the year in which the web began: nothing on it was corrected before.
const firstCorrection = 1990

// Clean returns the input trimmed, after checking it against now and against when the article was published, zero if nobody
// knows; the error is CodeInvalid and names the field. A day is allowed for clocks and time zones.
func (in MarkInput) Clean(now, published time.Time) (MarkInput, error) {
	in.Note = strings.TrimSpace(in.Note)
	if !in.State.Valid() {
		return in, Invalid("state", "choose standing, corrected or removed")
	}
	if in.At.IsZero() {
		in.At = now
	}
	in.At = in.At.UTC().Truncate(time.Microsecond)
	if err := firstError(CheckText("note", in.Note, MaxNote), checkPast("at", in.At, now)); err != nil {
		return in, err
	}
	if in.At.Year() < firstCorrection {
		return in, Invalid("at", "the year %d cannot be right", in.At.Year())
	}
	if !published.IsZero() && in.At.Before(published.Add(-24*time.Hour)) {
		return in, Invalid("at", "this is before the article was published, on %s; correct one of the two", published.UTC().Format(time.DateOnly))
	}
	return in, nil
}

// checkPast refuses what has not happened yet. A day is allowed for clocks and time zones.
func checkPast(field string, at, now time.Time) error {
	if at.After(now.Add(24 * time.Hour)) {
		return Invalid(field, "this is in the future")
	}
	return CheckTime(field, at)
}
