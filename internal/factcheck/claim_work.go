package factcheck

import (
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of the work on a claim.
const (
	MaxComment   = 4_000   // characters
	MaxClaimFile = 5 << 20 // bytes
	MaxFiles     = 50      // of one claim
)

// InterestInput is what somebody declares: an interest of theirs in one claim, in all claims of a claimant, or in a topic.
type InterestInput struct {
	Claim    ClaimID
	Claimant ClaimantID
	Topic    TopicID
	Reason   string // for the newsroom
}

// Clean returns the input trimmed, after checking it; the error is CodeInvalid and names the field.
func (in InterestInput) Clean() (InterestInput, error) {
	in.Reason = CleanLine(in.Reason)
	things := 0
	for _, named := range []bool{!in.Claim.IsZero(), !in.Claimant.IsZero(), !in.Topic.IsZero()} {
		if named {
			things++
		}
	}
	if things != 1 {
		return in, Invalid("in", "say whether it is about this claim, its claimant or a topic")
	}
	if !visible(in.Reason) {
		return in, Invalid("reason", "say in a few words what it is, for your colleagues")
	}
	return in, CheckText("reason", in.Reason, MaxNote)
}

// NoticeInput says that an outlet was told of a verdict, and what it answered.
type NoticeInput struct {
	Article    ArticleID
	ToldAt     time.Time
	How        string // by mail to the editor, by the form on its page
	Answer     string
	AnsweredAt *time.Time
}

// Clean returns the input trimmed, after checking it against now; an answer without a time is of now. The error is
// CodeInvalid and names the field.
func (in NoticeInput) Clean(now time.Time) (NoticeInput, error) {
	in.How, in.Answer = CleanLine(in.How), strings.TrimSpace(in.Answer)
	switch {
	case in.ToldAt.IsZero():
		in.ToldAt = now
	case in.ToldAt.After(now):
		return in, Invalid("told_at", "this is in the future")
	}
	if !visible(in.How) {
		return in, Invalid("how", "say how they were told, such as: by mail to the newsroom")
	}
	switch {
	case in.Answer == "":
		in.AnsweredAt = nil
	case in.AnsweredAt == nil:
		in.AnsweredAt = &now
	case in.AnsweredAt.Before(in.ToldAt):
		return in, Invalid("answered_at", "the answer came before they were told")
	}
	return in, firstError(CheckText("how", in.How, MaxLine), CheckText("answer", in.Answer, MaxNote), CheckTime("told_at", in.ToldAt))
}

// FileType returns the media type of a file by its content, never by its name; "" for a kind that is not kept: only PDF,
// pictures and plain text are, because nothing in them runs.
func FileType(body []byte) string {
	kind := http.DetectContentType(body)
	if i := strings.IndexByte(kind, ';'); i >= 0 {
		kind = kind[:i]
	}
	switch kind {
	case "application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif":
		return kind
	case "text/plain":
		if utf8.Valid(body) {
			return kind
		}
	}
	return ""
}

// Named is a person who can be mentioned.
type Named struct {
	ID   PersonID
	Name string
}

// Mentioned returns which of the people a text names with an @ before: the whole name, or the first word of it where no
// other has it. Each once, in the order of the people.
func Mentioned(text string, people []Named) []PersonID {
	words := strings.ToLower(text)
	first := map[string]int{}
	for _, p := range people {
		first[firstWord(p.Name)]++
	}
	var out []PersonID
	for _, p := range people {
		word := firstWord(p.Name)
		if word == "" {
			continue
		}
		if at(words, strings.ToLower(p.Name)) || first[word] == 1 && at(words, word) {
			out = append(out, p.ID)
		}
	}
	return out
}

func firstWord(name string) string {
	if f := strings.Fields(strings.ToLower(name)); len(f) > 0 {
		return f[0]
	}
	return ""
}

// at reports whether a text holds @name as words of their own.
func at(text, name string) bool {
	for rest := text; ; {
		i := strings.Index(rest, "@"+name)
		if i < 0 {
			return false
		}
		rest = rest[i+1+len(name):]
		if r, _ := utf8.DecodeRuneInString(rest); rest == "" || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return true
		}
	}
}

// FilingInput is a claim that somebody files by itself, and who made it.
type FilingInput struct {
	Claim    ClaimInput
	Claimant *ClaimantInput // somebody new; nil: whom Claim names, or nobody
	Media    []MediaInput
	Distinct []Distinction // claims like it that a person says it is not the same as
	Tips     []TipID       // open ones that ask for it
	Article  ArticleID     // that it was found in, and is linked to; zero: none
	Link     AppearanceInput
}

// Clean returns the input trimmed, after checking all of it; the error is CodeInvalid and names the field.
func (in FilingInput) Clean() (FilingInput, error) {
	var err error
	if in.Claim, err = in.Claim.Clean(); err != nil {
		return in, err
	}
	if in.Claimant != nil {
		who, err := in.Claimant.Clean()
		if err != nil {
			return in, err
		}
		in.Claimant = &who
	}
	if len(in.Media) > MaxMedia {
		return in, Invalid("media", "%d media are too many; the limit is %d", len(in.Media), MaxMedia)
	}
	media := make([]MediaInput, 0, len(in.Media))
	for i, m := range in.Media {
		if m, err = m.Clean(); err != nil {
			return in, fmt.Errorf("media %d: %w", i, err)
		}
		media = append(media, m)
	}
	in.Media = media
	in.Distinct, err = CleanDistinctions(in.Distinct)
	return in, err
}
