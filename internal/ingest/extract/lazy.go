package extract

import (
	"regexp"
	"sync"
)

// lazy returns a pattern that is compiled when it is first asked for: together they take some 4 MB and 7 ms, which a program that
// takes in no page need not spend. A pattern that cannot be compiled panics then.
func lazy(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
