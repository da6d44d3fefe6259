package site

import (
	"net/url"
	"strconv"

	pages "github.com/touchstone-factcheck/touchstone/web/site"
)

// keyed is a path with what is asked for at it: the address of a page, and the key of what is kept of it.
func keyed(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// listQuery asks for a part of a list: narrowed by a parameter, beginning after a cursor. Empty ones are left out.
func listQuery(name, value, cursor string) url.Values {
	v := url.Values{}
	if value != "" {
		v.Set(name, value)
	}
	if cursor != "" {
		v.Set("after", cursor)
	}
	return v
}

// at is the path with a parameter, or without it if the value is empty.
func at(path, name, value string) string { return keyed(path, listQuery(name, value, "")) }

// narrowed is what a page of a list in another language asks for.
func narrowed(name, value string) string { return listQuery(name, value, "").Encode() }

// older leads on through a list narrowed by a parameter, and back to its newest entries.
func older(path, cursor, next, name, value string) pages.Older {
	var out pages.Older
	if cursor != "" {
		out.FirstURL = at(path, name, value)
	}
	if next != "" {
		out.NextURL = keyed(path, listQuery(name, value, next))
	}
	return out
}

// number reads a number of the house's, such as a version's: from 1, in its one spelling.
func number(s string) (n int, ok bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n > 0 && strconv.Itoa(n) == s
}
