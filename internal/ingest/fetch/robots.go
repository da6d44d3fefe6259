package fetch

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxRobots is how much of a robots.txt is read (RFC 9309, section 2.5).
const maxRobots = 500 << 10

// robots are the rules of one robots.txt that hold for this program (RFC 9309), and the Crawl-delay that many still write.
type robots struct {
	rules []robotsRule
	delay time.Duration
	none  bool // the site could not say: nothing may be read
}

type robotsRule struct {
	allow  bool
	length int      // of the pattern, in octets: the longest decides
	parts  []string // between the stars
	end    bool     // the pattern ends with $
}

// parseRobots reads the rules for a product, of all groups that name it, else of the groups for all.
func parseRobots(text []byte, product string) robots {
	var own, all robots
	var named, forAll, forUs, open bool
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	for line := range bytes.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		key, value, found := robotsLine(line)
		if !found {
			continue
		}
		if key == "user-agent" || key == "useragent" {
			if !open {
				forAll, forUs = false, false
			}
			open = true
			forAll = forAll || value == "*"
			if strings.EqualFold(productToken(value), product) {
				forUs, named = true, true
			}
			continue
		}
		if key != "allow" && key != "disallow" && key != "crawl-delay" {
			continue
		}
		open = false
		if forUs {
			own.add(key, value)
		}
		if forAll {
			all.add(key, value)
		}
	}
	if named {
		return own
	}
	return all
}

// robotsLine returns the parts of a record in lower case and without comment.
func robotsLine(line []byte) (key, value string, found bool) {
	text, _, _ := strings.Cut(string(line), "#")
	key, value, found = strings.Cut(text, ":")
	return strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value), found
}

// productToken returns the product of a user agent: what stands before anything that is no letter, - or _.
func productToken(agent string) string {
	if end := strings.IndexFunc(agent, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
	}); end >= 0 {
		return agent[:end]
	}
	return agent
}

func (r *robots) add(key, value string) {
	if key == "crawl-delay" {
		if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 {
			r.delay = time.Duration(min(seconds, 86400) * float64(time.Second))
		}
		return
	}
	if value == "" {
		return // an empty rule matches nothing
	}
	pattern, end := strings.CutSuffix(value, "$")
	pattern = octets(pattern)
	r.rules = append(r.rules, robotsRule{allow: key == "allow", length: len(pattern), parts: strings.Split(pattern, "*"), end: end})
}

// allows reports whether an address may be read. The longest pattern that matches decides; of two as long, the one that allows.
func (r robots) allows(u *url.URL) bool {
	if u.Path == "/robots.txt" {
		return true
	}
	if r.none {
		return false
	}
	path := u.EscapedPath()
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	path = octets(path)
	longest, allowed := -1, true
	for _, rule := range r.rules {
		if rule.length < longest || rule.length == longest && !rule.allow || !rule.matches(path) {
			continue
		}
		longest, allowed = rule.length, rule.allow
	}
	return allowed
}

// matches compares a pattern with the start of a path, in time linear in their lengths: each part is sought once.
func (r robotsRule) matches(path string) bool {
	rest, found := strings.CutPrefix(path, r.parts[0])
	if !found {
		return false
	}
	if len(r.parts) == 1 {
		return !r.end || rest == ""
	}
	last := len(r.parts) - 1
	for _, part := range r.parts[1:last] {
		_, rest, found = strings.Cut(rest, part)
		if !found {
			return false
		}
	}
	if r.end {
		return strings.HasSuffix(rest, r.parts[last])
	}
	return strings.Contains(rest, r.parts[last])
}

// octets returns a path in one spelling for comparison: unreserved characters plain, all others that were escaped, or are not
// ASCII, escaped with upper-case digits (RFC 9309, section 2.2.2).
func octets(path string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(path))
	for n := 0; n < len(path); n++ {
		c, escaped := path[n], false
		if c == '%' && n+2 < len(path) {
			if value, err := strconv.ParseUint(path[n+1:n+3], 16, 8); err == nil {
				c, escaped, n = byte(value), true, n+2
			}
		}
		plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
		if plain || !escaped && c < 0x80 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	return b.String()
}
