package factcheck

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Stage is where the work on a claim is. What was found is the verdict's rating: the two never share a list.
type Stage string

// The stages of a claim.
const (
	StageTip       Stage = "tip"
	StageTriage    Stage = "triage"
	StageChecking  Stage = "checking"
	StageInReview  Stage = "in_review"
	StagePublished Stage = "published"
	StageDeclined  Stage = "declined"
	StageMerged    Stage = "merged"
)

// Stages lists the stages in the order of a claim's life.
func Stages() []Stage {
	return []Stage{StageTip, StageTriage, StageChecking, StageInReview, StagePublished, StageDeclined, StageMerged}
}

// Valid reports whether s is one of the stages.
func (s Stage) Valid() bool { return slices.Contains(Stages(), s) }

// CanMoveTo reports whether work on a claim may move from s to next. Merged is for ever; published and merged are reached
// by publishing and merging only, which the store's use cases do.
func (s Stage) CanMoveTo(next Stage) bool {
	switch s {
	case StageTip:
		return next == StageTriage || next == StageChecking || next == StageDeclined || next == StageMerged
	case StageTriage:
		return next == StageChecking || next == StageDeclined || next == StageMerged
	case StageChecking:
		return next == StageInReview || next == StageTriage || next == StageDeclined || next == StageMerged
	case StageInReview:
		return next == StageChecking || next == StagePublished || next == StageMerged
	case StagePublished:
		return next == StageChecking || next == StageMerged
	case StageDeclined:
		return next == StageTriage || next == StageMerged
	}
	return false
}

// Limits of texts, in characters (runes). They are far above what a desk writes and far below what hurts.
const (
	MaxClaimText = 2_000
	MaxLine      = 500
	MaxAnswer    = 2_000
	MaxBody      = 100_000
	MaxQuote     = 10_000
	MaxURL       = 4_000
	MaxNote      = 4_000
	MaxSources   = 200
	MaxWordings  = 100
	MaxTopics    = 50
)

// ClaimInput is what a person says of a claim when filing or editing it.
type ClaimInput struct {
	Text     string
	Language string // BCP 47
	Claimant ClaimantID
	Date     Date // when the claim was made
	Place    string
	Why      string // why it is checked; shown to readers
	// Selection is what made the house take it up, for the public counts by month; empty if nobody said. It is no part of what is
	// approved, and readers do not see it beside a claim.
	Selection SelectionReason
	Topics    []TopicID
}

// Clean returns the input with surrounding space removed, after checking it against the limits; the error is CodeInvalid
// and names the field.
func (in ClaimInput) Clean() (ClaimInput, error) {
	in.Text = CleanLine(in.Text)
	in.Language = strings.TrimSpace(in.Language)
	in.Place = CleanLine(in.Place)
	in.Why = strings.TrimSpace(in.Why)
	if !visible(in.Text) {
		return in, Invalid("text", "write the claim: one checkable sentence, as it was claimed")
	}
	if !ValidLanguage(in.Language) {
		return in, Invalid("language", "%q is not a language tag; write en, pt-BR or ar", clip(in.Language, 40))
	}
	if in.Selection != "" && !in.Selection.Valid() {
		return in, Invalid("selection", "choose one of %s, or nothing", listed(SelectionReasons()))
	}
	var err error
	if in.Date, err = CleanDate("date", in.Date); err != nil {
		return in, err
	}
	if len(in.Topics) > MaxTopics {
		return in, Invalid("topics", "%d topics are too many; the limit is %d", len(in.Topics), MaxTopics)
	}
	return in, firstError(
		CheckText("text", in.Text, MaxClaimText), CheckText("place", in.Place, MaxLine), CheckText("why", in.Why, MaxNote))
}

// Wording is the claim in one more language or variant. Wordings are part of what is approved.
type Wording struct {
	Language string // BCP 47
	Text     string
}

// CleanWordings returns the wordings trimmed and without repetitions, after checking them; the error is CodeInvalid and
// names the field.
func CleanWordings(in []Wording) ([]Wording, error) {
	if len(in) > MaxWordings {
		return nil, Invalid("wordings", "%d wordings are too many; the limit is %d", len(in), MaxWordings)
	}
	out := make([]Wording, 0, len(in))
	for i, w := range in {
		at := fmt.Sprintf("wordings[%d]", i)
		w.Language, w.Text = strings.TrimSpace(w.Language), CleanLine(w.Text)
		if !ValidLanguage(w.Language) {
			return nil, Invalid(at+".language", "%q is not a language tag; write en, pt-BR or ar", clip(w.Language, 40))
		}
		if !visible(w.Text) {
			return nil, Invalid(at+".text", "write the claim in this language, or remove the line")
		}
		if err := CheckText(at+".text", w.Text, MaxClaimText); err != nil {
			return nil, err
		}
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out, nil
}

// ClaimantKind says whether a claim was made by a person, an organisation or an anonymous kind ("viral post").
type ClaimantKind string

// The kinds of claimant.
const (
	ClaimantPerson       ClaimantKind = "person"
	ClaimantOrganisation ClaimantKind = "organisation"
	ClaimantAnonymous    ClaimantKind = "anonymous"
)

// Valid reports whether k is one of the kinds.
func (k ClaimantKind) Valid() bool {
	return k == ClaimantPerson || k == ClaimantOrganisation || k == ClaimantAnonymous
}

// CheckText returns a CodeInvalid error if s is longer than limit runes, is not UTF-8, or holds a NUL, which PostgreSQL
// cannot store.
func CheckText(field, s string, limit int) error {
	if !utf8.ValidString(s) {
		return Invalid(field, "the text is not valid UTF-8")
	}
	if strings.ContainsRune(s, 0) {
		return Invalid(field, "the text holds a NUL character; remove it")
	}
	if n := utf8.RuneCountInString(s); n > limit {
		return Invalid(field, "%d characters are too many; the limit is %d", n, limit)
	}
	return nil
}

// CleanLine returns s as one line: control characters and runs of space become single spaces, and the ends are trimmed.
func CleanLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0xa0 || r == 0x2028 || r == 0x2029 }), " ")
}

// visible reports whether s holds a character that can be seen: not only space, control and zero-width characters.
func visible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) })
}

// CleanDate returns the date in UTC with everything below its precision cut off. The error is CodeInvalid: the precision is
// none of the four, or the year is outside 1 to 9999, which RFC 3339 cannot write. An unknown date stays unknown.
func CleanDate(field string, d Date) (Date, error) {
	if d.IsZero() {
		return Date{}, nil
	}
	if !d.Precision.Valid() {
		return d, Invalid(field+"_precision", "choose year, month, day or instant")
	}
	at := d.At.UTC().Truncate(time.Microsecond) // as exact as the database keeps it
	if err := CheckTime(field, at); err != nil {
		return d, err
	}
	month, day := at.Month(), at.Day()
	switch d.Precision {
	case PrecisionYear:
		at = time.Date(at.Year(), time.January, 1, 0, 0, 0, 0, time.UTC)
	case PrecisionMonth:
		at = time.Date(at.Year(), month, 1, 0, 0, 0, 0, time.UTC)
	case PrecisionDay:
		at = time.Date(at.Year(), month, day, 0, 0, 0, 0, time.UTC)
	case PrecisionInstant:
	}
	return Date{At: at, Precision: d.Precision}, nil
}

// CheckTime returns a CodeInvalid error if t's year is outside 1 to 9999, which RFC 3339 cannot write.
func CheckTime(field string, t time.Time) error {
	if y := t.UTC().Year(); y < 1 || y > 9999 {
		return Invalid(field, "the year %d cannot be right", y)
	}
	return nil
}

// CheckLanguage returns a CodeInvalid error unless s is empty or has the form of a language tag.
func CheckLanguage(field, s string) error {
	if s == "" || ValidLanguage(s) {
		return nil
	}
	return Invalid(field, "%q is not a language tag; write en, pt-BR or ar", clip(s, 40))
}

// PrimaryLanguage returns the language of a BCP 47 tag without script and region, in small letters: pt of pt-BR.
func PrimaryLanguage(tag string) string {
	p, _, _ := strings.Cut(tag, "-")
	return strings.ToLower(p)
}

// ValidLanguage reports whether s has the form of a BCP 47 tag: a language of two or three letters ("und" included) with
// optional subtags of one to eight letters or digits.
func ValidLanguage(s string) bool {
	parts := strings.Split(s, "-")
	if n := len(parts[0]); n < 2 || n > 3 {
		return false
	}
	for i, p := range parts {
		if len(p) < 1 || len(p) > 8 {
			return false
		}
		for _, r := range p {
			letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
			if !letter && (i == 0 || r < '0' || r > '9') {
				return false
			}
		}
	}
	return len(s) <= 35
}

// firstError returns the first error that is not nil.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
