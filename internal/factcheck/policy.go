package factcheck

import (
	"regexp"
	"strings"
)

// PolicyInput is a new version of one of the house's own pages, such as its method, its policy on corrections, its funding.
type PolicyInput struct {
	Slug     string // of its address: method, corrections, funding
	Language string // BCP 47
	Title    string
	Body     string // Markdown
	Note     string // what changed; public
}

var policySlug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Clean returns the input trimmed, after checking it; the error is CodeInvalid and names the field.
func (in PolicyInput) Clean() (PolicyInput, error) {
	in.Slug, in.Language, in.Title = strings.TrimSpace(in.Slug), strings.TrimSpace(in.Language), CleanLine(in.Title)
	in.Body, in.Note = strings.TrimSpace(in.Body), strings.TrimSpace(in.Note)
	switch {
	case !policySlug.MatchString(in.Slug) || len(in.Slug) > 100:
		return in, Invalid("slug", "the address is made of small letters, digits and hyphens, such as method or corrections-policy")
	case !ValidLanguage(in.Language):
		return in, Invalid("language", "this is not a language tag; write en, pt-BR or ar")
	case !visible(in.Title):
		return in, Invalid("title", "give the page a title")
	case !visible(in.Body):
		return in, Invalid("body", "write what the page says")
	}
	return in, firstError(CheckText("title", in.Title, MaxLine), CheckText("body", in.Body, MaxBody), CheckText("note", in.Note, MaxNote))
}
