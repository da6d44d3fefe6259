package factcheck

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxSameAs is the greatest length of a claimant's identifying address, in characters: it is a key of the database.
const MaxSameAs = 500

// ClaimantInput is what is said of a claimant.
type ClaimantInput struct {
	Name        string
	Kind        ClaimantKind
	Description string // who they are; of a private person what readers see instead of the name
	SameAs      string // an address that says who they are, such as a Wikidata item; people are merged by it, never by name
	Private     bool   // a private person, whose name is shown on no public way out
}

// Clean returns the input trimmed, after checking it; the error is CodeInvalid and names the field. The description of a
// private person must not hold their name: readers see it in the name's place.
func (in ClaimantInput) Clean() (ClaimantInput, error) {
	in.Name, in.Description, in.SameAs = CleanLine(in.Name), CleanLine(in.Description), CleanLine(in.SameAs)
	if !visible(in.Name) {
		return in, Invalid("name", "say who made the claim; an anonymous kind has a name too, such as viral post")
	}
	if !in.Kind.Valid() {
		return in, Invalid("kind", "choose person, organisation or anonymous")
	}
	if in.Private && in.Kind != ClaimantPerson {
		return in, Invalid("private", "only a person can be a private person")
	}
	if in.Private && holdsName(in.Description, in.Name) {
		return in, Invalid("description", "readers see this in place of the name, so the name must not be in it")
	}
	return in, firstError(
		CheckText("name", in.Name, MaxLine), CheckText("description", in.Description, MaxLine),
		CheckText("same_as", in.SameAs, MaxSameAs), CheckURL("same_as", in.SameAs))
}

// holdsName reports whether text holds the name, or as a word of its own one of the name's words of at least four letters.
// Shorter ones ("van", "bin") are words of many languages.
func holdsName(text, name string) bool {
	words := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) })
	}
	in := words(text)
	if of := words(name); len(of) > 0 && strings.Contains(" "+strings.Join(in, " ")+" ", " "+strings.Join(of, " ")+" ") {
		return true
	}
	held := map[string]bool{}
	for _, w := range in {
		held[w] = true
	}
	for _, w := range words(name) {
		if utf8.RuneCountInString(w) >= 4 && held[w] {
			return true
		}
	}
	return false
}
