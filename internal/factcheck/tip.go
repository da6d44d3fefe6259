package factcheck

import (
	"strings"
	"time"
)

// TipLife is how long a tip's contact is kept: long enough to ask back and to tell what was found.
const TipLife = 90 * 24 * time.Hour

// TipState is what became of a tip.
type TipState string

// The states of a tip.
const (
	TipOpen     TipState = "open"
	TipClaim    TipState = "claim" // a claim was filed from it
	TipDeclined TipState = "declined"
)

// Valid reports whether s is one of the states.
func (s TipState) Valid() bool { return s == TipOpen || s == TipClaim || s == TipDeclined }

// TipInput is what a reader or partner asks to have checked.
type TipInput struct {
	Text     string
	URL      string
	Language string  // BCP 47, or empty
	Contact  string  // how to reach them, if they want to be told
	About    ClaimID // a published claim that they saw somewhere; zero: something new
	Sender   Sender
}

// Sender is a keyed hash of where a letter came from, so that the very same letter sent twice within a day is one; the zero Sender
// is not known, and each of its letters is one. It is not kept beside the letter.
type Sender [32]byte

// Clean returns the input trimmed, after checking it; the error is CodeInvalid and names the field. No error repeats what
// was sent: contents of tips are in no log.
func (in TipInput) Clean() (TipInput, error) {
	in.Text, in.URL = strings.TrimSpace(in.Text), CleanLine(in.URL)
	in.Language, in.Contact = strings.TrimSpace(in.Language), CleanLine(in.Contact)
	if !visible(in.Text) && in.URL == "" {
		if !in.About.IsZero() {
			return in, Invalid("url", "say where you saw it: an address, or in your own words")
		}
		return in, Invalid("text", "say what should be checked, or where you saw it")
	}
	if in.Language != "" && !ValidLanguage(in.Language) {
		return in, Invalid("language", "this is not a language tag; write en, pt-BR or ar")
	}
	if in.URL != "" && (CheckText("url", in.URL, MaxURL) != nil || !IsWebURL(in.URL)) {
		return in, Invalid("url", "this is not a web address; it begins with http:// or https://")
	}
	return in, firstError(CheckText("text", in.Text, MaxNote), CheckText("contact", in.Contact, MaxLine))
}
