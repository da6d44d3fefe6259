package site

import (
	"maps"
	"net/url"
	"strconv"

	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// keyed is a path with what is asked for at it: the address of a page, and the key of what is kept of it.
func keyed(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// with is what a query asks for (nil: nothing), with other values of parameters (name, value, name, value, …). Empty ones are left out.
func with(query url.Values, more ...string) url.Values {
	out := url.Values{}
	maps.Copy(out, query)
	for i := 0; i+1 < len(more); i += 2 {
		if out.Del(more[i]); more[i+1] != "" {
			out.Set(more[i], more[i+1])
		}
	}
	return out
}

// at is the path with a parameter, or without it if the value is empty.
func at(path, name, value string) string { return keyed(path, with(nil, name, value)) }

// older leads on through a list that is narrowed and ordered by a query, and back to its beginning.
func older(path, cursor, next string, query url.Values) pages.Older {
	var out pages.Older
	if cursor != "" {
		out.FirstURL = keyed(path, query)
	}
	if next != "" {
		out.NextURL = keyed(path, with(query, "after", next))
	}
	return out
}

// orders are the ways to order a list: by message and the value of ?sort=, which is empty for the usual one.
func orders(l ui.Locale, path string, query url.Values, names []string, usual string) []pages.Order {
	now := query.Get("sort")
	var out []pages.Order
	for _, name := range names {
		value := name
		if name == usual {
			value = ""
		}
		out = append(out, pages.Order{Label: l.T("order." + name), URL: keyed(path, with(query, "sort", value)), On: now == value})
	}
	return out
}

// number reads a number of the house's, such as a version's: from 1, in its one spelling.
func number(s string) (n int, ok bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n > 0 && strconv.Itoa(n) == s
}
