package factcheck

import (
	"strings"
	"unicode"
)

// CleanSite returns a host name as publishers and outlets are keyed by: lower case, without "www." and a final dot. A whole
// address is taken for its host. CodeInvalid if it is none, or longer than the 253 characters a host name may have.
func CleanSite(field, s string) (string, error) {
	s = CleanLine(s)
	host := Site(s)
	if host == "" {
		host = Site("https://" + s)
	}
	odd := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._:", r)
	}
	if host == "" || len(host) > 253 || strings.ContainsFunc(host, odd) {
		return "", Invalid(field, "%q is not a host name; it looks like news.example", clip(s, 80))
	}
	return host, nil
}

// OutletInput is what is known of an outlet beside its site.
type OutletInput struct {
	Name     string
	Language string // BCP 47, or empty
	Country  string // ISO 3166-1 alpha-2, or empty
}

// Clean returns the input trimmed, after checking it; the error is CodeInvalid and names the field.
func (in OutletInput) Clean() (OutletInput, error) {
	in.Name, in.Language, in.Country = CleanLine(in.Name), strings.TrimSpace(in.Language), strings.ToUpper(strings.TrimSpace(in.Country))
	if !visible(in.Name) {
		return in, Invalid("name", "an outlet needs a name")
	}
	if in.Country != "" && (len(in.Country) != 2 || strings.Trim(in.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		return in, Invalid("country", "%q is not a country; write two letters, such as KE", clip(in.Country, 40))
	}
	return in, firstError(CheckText("name", in.Name, MaxLine), CheckLanguage("language", in.Language))
}
