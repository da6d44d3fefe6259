package api

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"

	"github.com/touchstone-factcheck/touchstone/internal/problem"
)

// maxNamed is how many wrong parameters an answer names.
const maxNamed = 20

// checkQuery refuses what the operation does not know or cannot read: unknown parameters, repeated ones, wrong types,
// values outside what the OpenAPI document allows. All of it is named in one answer.
func (a *API) checkQuery(h huma.Context, next func(huma.Context)) {
	c := humafiber.Unwrap(h)
	wrong := checkParams(h.Operation().Parameters, string(c.Context().URI().QueryString()))
	if len(wrong) > 0 {
		c.Context().SetUserValue(errorKey{}, error(problem.BadRequest(wrong...)))
		return
	}
	next(h)
}

// checkParams returns everything wrong with a query string.
func checkParams(known []*huma.Param, query string) []problem.Detail {
	var wrong []problem.Detail
	seen := map[string]bool{}
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		if len(wrong) == maxNamed {
			return wrong
		}
		rawName, rawValue, _ := strings.Cut(pair, "=")
		name, err := unescape(rawName)
		if err != nil {
			wrong = append(wrong, problem.Detail{Location: "query", Message: "the name of a parameter " + err.Error()})
			continue
		}
		place := "query." + clip(name, 60)
		value, err := unescape(rawValue)
		switch {
		case find(known, name) == nil:
			wrong = append(wrong, problem.Detail{Location: place, Message: "there is no such parameter; known are " + names(known)})
		case seen[name]:
			wrong = append(wrong, problem.Detail{Location: place, Message: "give it once"})
		case err != nil:
			wrong = append(wrong, problem.Detail{Location: place, Message: "it " + err.Error()})
		default:
			wrong = append(wrong, checkValue(find(known, name).Schema, place, value)...)
		}
		seen[name] = true
	}
	return wrong
}

// parseQuery returns the parameters of a query string that checkParams found nothing wrong with. It is not url.ParseQuery,
// which takes offence at semicolons.
func parseQuery(query string) url.Values {
	out := url.Values{}
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, nameErr := unescape(name)
		value, valueErr := unescape(value)
		if pair != "" && nameErr == nil && valueErr == nil {
			out.Set(name, value)
		}
	}
	return out
}

// unescape undoes percent-encoding, strictly.
func unescape(s string) (string, error) {
	out, err := url.QueryUnescape(s)
	switch {
	case err != nil:
		return "", errors.New("is not percent-encoded as it should be")
	case !utf8.ValidString(out):
		return "", errors.New("is not UTF-8")
	case strings.ContainsRune(out, 0):
		return "", errors.New("holds a NUL character")
	}
	return out, nil
}

func find(known []*huma.Param, name string) *huma.Param {
	for _, p := range known {
		if p.In == "query" && p.Name == name {
			return p
		}
	}
	return nil
}

func names(known []*huma.Param) string {
	var out []string
	for _, p := range known {
		if p.In == "query" {
			out = append(out, p.Name)
		}
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}

// checkValue holds a value to its parameter's schema.
func checkValue(schema *huma.Schema, place, value string) []problem.Detail {
	var typed any = value
	if schema.Type == huma.TypeInteger {
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil || value != strconv.FormatInt(n, 10) {
			return []problem.Detail{{Location: place, Message: "write a whole number"}}
		}
		typed = n
	}
	var res huma.ValidateResult
	huma.Validate(nil, schema, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, typed, &res)
	var wrong []problem.Detail
	for _, err := range res.Errors {
		message := err.Error()
		var detail huma.ErrorDetailer
		if errors.As(err, &detail) {
			message = detail.ErrorDetail().Message
		}
		wrong = append(wrong, problem.Detail{Location: place, Message: message})
	}
	return wrong
}

// parseTime reads a point in time: RFC 3339, or a day, which stands for its first moment in UTC, or with end for its last.
// The "+" of an offset may have become a space on its way through a query string.
func parseTime(name, s string, end bool) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if day, err := time.Parse(time.DateOnly, s); err == nil && inRange(day) {
		if end {
			day = day.AddDate(0, 0, 1).Add(-time.Microsecond)
		}
		return day, nil
	}
	at, err := time.Parse(time.RFC3339, strings.ReplaceAll(s, " ", "+"))
	if err != nil || !inRange(at) {
		return time.Time{}, problem.BadRequest(problem.Detail{Location: "query." + name, Message: "write a moment as 2025-06-07T16:40:00Z, or a day as 2025-06-07"})
	}
	return at.UTC(), nil
}

// inRange reports whether both Go and PostgreSQL know the time.
func inRange(t time.Time) bool { return t.Year() >= 1 && t.Year() <= 9999 }

func clip(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit]) + "…"
}
