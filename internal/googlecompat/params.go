package googlecompat

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	defaultPage = 10
	maxQuery    = 2000 // characters of a query
	maxFields   = 1000 // bytes of a field selector
	maxNamed    = 20   // wrong parameters that an error names
)

// params are the parameters of claims:search, as they were understood.
type params struct {
	Query    string
	Site     string // bare host
	Language string // primary subtag, in lower case
	MaxAge   int    // days; 0: any age
	Size     int
	Offset   int
	Token    string

	fields   mask // nil: all
	compact  bool
	callback string
}

// param is a parameter that there is: how it is taken in.
type param func(p *params, value string) error

// known returns what there is by each of its names: as JSON has it and as the protocol buffer has it. System parameters may have
// a $ in front. What has no meaning here is tolerated, at any length: quotaUser should keep to 40 characters, and a client whose name for
// its user is longer is no less welcome.
func known() map[string]param {
	ignored := func(*params, string) error { return nil }
	own := map[string]param{
		"query":                     (*params).setQuery,
		"languageCode":              (*params).setLanguage,
		"reviewPublisherSiteFilter": (*params).setSite,
		"maxAgeDays":                func(p *params, s string) (err error) { p.MaxAge, err = count(s); return err },
		"pageSize":                  (*params).setSize,
		"pageToken":                 func(p *params, s string) error { p.Token = s; return nil },
		"offset":                    func(p *params, s string) (err error) { p.Offset, err = count(s); return err },
	}
	system := map[string]param{
		"alt": checkAlt, "fields": (*params).setFields, "prettyPrint": (*params).setPretty, "callback": (*params).setCallback,
		"key": ignored, "access_token": ignored, "oauth_token": ignored, "quotaUser": ignored, "uploadType": ignored, "upload_protocol": ignored,
	}
	out := map[string]param{"$.xgafv": checkErrorFormat}
	for name, take := range own {
		out[name], out[snake(name)] = take, take
	}
	for name, take := range system {
		out[name], out["$"+name] = take, take
	}
	return out
}

// snake returns a lowerCamelCase name as lower_snake_case.
func snake(name string) string {
	var b strings.Builder
	for _, r := range name {
		if 'A' <= r && r <= 'Z' {
			b.WriteByte('_')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// parse reads a query string. It fails with a *problem.Problem that names everything wrong with it: unknown and repeated
// parameters, and values that are not of their type.
func parse(query string) (params, error) {
	p := params{Size: defaultPage}
	var wrong []problem.Detail
	table, seen := known(), map[string]bool{}
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		rawName, rawValue, _ := strings.Cut(pair, "=")
		name, err := unescape(rawName)
		if err != nil {
			name = "?"
		}
		take := table[name]
		switch {
		case err != nil:
		case take == nil:
			err = fmt.Errorf("Cannot bind query parameter: there is no field %q in the request message", clip(name)) //nolint:staticcheck // Google's words
		case seen[canonical(name)]:
			err = fmt.Errorf("parameter %s is given twice", name)
		default:
			var value string
			if value, err = unescape(rawValue); err == nil {
				err = take(&p, value)
			}
		}
		seen[canonical(name)] = true
		if err != nil && len(wrong) < maxNamed {
			wrong = append(wrong, problem.Detail{Location: "query." + clip(name), Message: err.Error()})
		}
	}
	if len(wrong) > 0 {
		return p, refused(wrong...)
	}
	if p.Query == "" && p.Site == "" {
		e := problem.BadRequest(problem.Detail{Location: "query.query", Message: "give a query, or a reviewPublisherSiteFilter, or both"})
		e.Detail = "Request contains an invalid argument."
		return p, e
	}
	return p, nil
}

// refused returns the 400 that names what is wrong; its message says it for clients that read nothing else.
func refused(wrong ...problem.Detail) error {
	p := problem.BadRequest(wrong...)
	said := make([]string, len(wrong))
	for i, w := range wrong {
		said[i] = "Invalid value at '" + strings.TrimPrefix(w.Location, "query.") + "': " + w.Message
	}
	p.Detail = strings.Join(said, "; ")
	return p
}

// canonical returns the name under which both spellings of a parameter are one.
func canonical(name string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "$"), "_", ""))
}

func (p *params) setQuery(s string) error {
	if utf8.RuneCountInString(s) > maxQuery {
		return fmt.Errorf("a query has at most %d characters", maxQuery)
	}
	p.Query = strings.TrimSpace(s)
	return nil
}

// setLanguage takes a BCP 47 tag. The region plays no part, as Google's documentation says, nor does the script.
func (p *params) setLanguage(s string) error {
	s = strings.ReplaceAll(strings.TrimSpace(s), "_", "-")
	if s != "" && !factcheck.ValidLanguage(s) {
		return fmt.Errorf("%q is not a BCP 47 language code, such as en or pt-BR", clip(s))
	}
	p.Language = factcheck.PrimaryLanguage(s)
	return nil
}

// setSite takes a host; an address is taken for its host.
func (p *params) setSite(s string) error {
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	address := s
	if !strings.Contains(s, "://") {
		address = "https://" + s
	}
	if p.Site = bareHost(address); p.Site == "" || len(p.Site) > 253 || strings.ContainsAny(p.Site, " \t%") {
		return fmt.Errorf("%q is not a site; write a host such as checks.example", clip(s))
	}
	return nil
}

func (p *params) setSize(s string) error {
	n, err := count(s)
	p.Size = min(cmp.Or(n, defaultPage), store.MaxPage)
	return err
}

func (p *params) setFields(s string) (err error) {
	if s != "" {
		p.fields, err = parseFields(s)
	}
	return err
}

func (p *params) setPretty(s string) error {
	switch strings.ToLower(s) {
	case "", "true", "1":
	case "false", "0":
		p.compact = true
	default:
		return fmt.Errorf("%q is neither true nor false", clip(s))
	}
	return nil
}

// callbackName is a JavaScript function, or a method of an object: nothing that could be more than a name.
var callbackName = regexp.MustCompile(`^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$`)

func (p *params) setCallback(s string) error {
	if s != "" && (len(s) > 100 || !callbackName.MatchString(s)) {
		return fmt.Errorf("%q is not the name of a function", clip(s))
	}
	p.callback = s
	return nil
}

func checkAlt(_ *params, s string) error {
	if s != "" && s != "json" && s != "media" {
		return fmt.Errorf("%q is not served; json is", clip(s))
	}
	return nil
}

func checkErrorFormat(_ *params, s string) error {
	if s != "" && s != "1" && s != "2" {
		return fmt.Errorf("%q is not an error format; there are 1 and 2", clip(s))
	}
	return nil
}

// count reads an int32 that may not be negative, written without a sign.
func count(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return 0, fmt.Errorf("(TYPE_INT32), %q is not a whole number from 0 to 2147483647", clip(s))
	}
	return int(n), nil
}

// unescape undoes percent-encoding, strictly. Unlike url.ParseQuery it takes no offence at semicolons.
func unescape(s string) (string, error) {
	out, err := url.QueryUnescape(s)
	switch {
	case err != nil:
		return "", fmt.Errorf("it is not percent-encoded as it should be")
	case !utf8.ValidString(out):
		return "", fmt.Errorf("it is not UTF-8")
	case strings.ContainsRune(out, 0):
		return "", fmt.Errorf("it holds a NUL character")
	}
	return out, nil
}

func clip(s string) string {
	const limit = 60
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit]) + "…"
}
