package bench

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
)

// templateProduct is what templateSum comes to where somebody evaluates it.
const (
	templateSum     = "77713*1337"
	templateProduct = "103902281"
)

// crafter makes one attack. The same number makes the same attack.
type crafter struct {
	*targets
	rng *rand.Rand
	n   int
}

// attack returns the i-th attack.
func (t *targets) attack(i int) attack {
	c := &crafter{targets: t, rng: rand.New(rand.NewPCG(uint64(i), 7)), n: i}
	kinds := []struct {
		name string
		make func(*crafter) attack
	}{
		{"path", (*crafter).path}, {"place in a path", (*crafter).slug}, {"query", (*crafter).query}, {"parameter", (*crafter).parameter},
		{"parameter", (*crafter).parameter}, {"header", (*crafter).header}, {"method", (*crafter).oddMethod}, {"sign-in", (*crafter).signIn},
		{"JSON", (*crafter).json}, {"overlong", (*crafter).overlong}, {"encoding", (*crafter).encoding}, {"traversal", (*crafter).traversal},
		{"framing", (*crafter).framing}, {"no HTTP", (*crafter).garbage}, {"multipart", (*crafter).multipart}, {"many parameters", (*crafter).manyParameters},
	}
	k := kinds[i%len(kinds)]
	a := k.make(c)
	a.name = fmt.Sprintf("%d %s", i, k.name)
	if a.method == "" {
		a.method = "GET"
	}
	a.limit = answerLimit
	a.traces = c.traces()
	return a
}

func oneOf[T any](c *crafter, of ...T) T { return of[c.rng.IntN(len(of))] }

// tag and quote are this attack's own, so that a page another attack stored something in cannot be mistaken.
func (c *crafter) tag() string      { return fmt.Sprintf("<tsx%d", c.n) }
func (c *crafter) quote() string    { return fmt.Sprintf(`"tsq%d=`, c.n) }
func (c *crafter) traces() []string { return []string{c.tag(), c.quote()} }

// payload returns something that hurts where it is believed.
func (c *crafter) payload() string {
	tag, quote := c.tag(), c.quote()
	return oneOf(c,
		`"><`+tag[1:]+` onload=alert(1)>`, `</script>`+tag+`>`, `</title>`+tag+` src=x>`, `' autofocus `+quote+`1 onfocus="alert(1)`, `javascript:alert(`+tag+`>)`,
		`--><`+tag[1:]+`>`, `]]>`+tag+`>`, `<svg/onload=alert(1)>`+tag+`>`, `&lt;`+tag+`>`, "`"+tag+">`",
		`'; SELECT pg_sleep(60)--`, `' OR '1'='1`, `1; DROP TABLE claims--`, `') UNION SELECT hash FROM keys--`, `\'; COPY changes TO PROGRAM 'id'--`, `%' ESCAPE '!`,
		`{{`+templateSum+`}}`, `${`+templateSum+`}`, `<%= `+templateSum+` %>`, `#{`+templateSum+`}`, `{{.}}{{printf "%s" .}}`,
		"\r\nX-Injected: 1", "\nSet-Cookie: tsinjected=1", "\r\n\r\n<html>"+tag+">", "x\x00"+tag+">", "\xff\xfe\xc0\xaf"+tag, "\xed\xa0\x80", "\u202e\u0000\ufeff",
		"//evil.example/", `/\evil.example`, "https://evil.example/"+tag, "file:///etc/passwd", "../../../../etc/passwd", "$(id)", "|cat /etc/passwd", "%s%n%x%d",
		"-1", "0", "99999999999999999999999", "1e309", "NaN", "0x7fffffff", "-9223372036854775809", "true", "null", "[]", "{}", "[object Object]",
		"0000-00-00", "2025-02-30T25:61:61Z", "9999-12-31T23:59:59.999999999Z", "-0001-01-01T00:00:00Z", "infinity", "claim_00000000000000000000000000", "claim_7zzzzzzzzzzzzzzzzzzzzzzzzz",
		"claim_", "verdict_01h455vb4pex5vsknk084sn02q", strings.Repeat("a", 5000), strings.Repeat("é", 2000), strings.Repeat(`"`, 3000), strings.Repeat("(", 2000)+strings.Repeat(")", 2000),
		strings.Repeat("%00", 300), " ", "", "\t\t", "a b \"c -d OR e", `"`, `-`, `\`, "*", "a:*&b|!c<->d", "ﷺ"+strings.Repeat("ﷺ", 300), strings.Repeat("a -b ", 400),
	)
}

// escaped writes a payload into an address: as a browser would, byte by byte, twice, or only what would end the line.
func (c *crafter) escaped(p string) string {
	switch c.rng.IntN(5) {
	case 0:
		return url.PathEscape(p)
	case 1:
		return url.QueryEscape(url.QueryEscape(p))
	case 2:
		var b strings.Builder
		for i := range len(p) {
			fmt.Fprintf(&b, "%%%02x", p[i])
		}
		return b.String()
	default:
		return url.QueryEscape(p)
	}
}

// raw is a payload as it is, but for what would make another request of this one.
func raw(p string) string {
	return strings.NewReplacer("\r", "%0d", "\n", "%0a", " ", "%20", "\x00", "%00").Replace(p)
}

// request writes a request whose framing is right.
func (c *crafter) request(method, target, body string, headers ...string) attack {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nConnection: close\r\n", method, target)
	host := true
	for _, h := range headers {
		host = host && !strings.HasPrefix(h, "Host:")
	}
	if host {
		b.WriteString("Host: localhost\r\n")
	}
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	if body != "" || method == "POST" || method == "PUT" || method == "PATCH" {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n" + body)
	return attack{method: method, raw: b.Bytes()}
}

func (c *crafter) page() string { return c.pages[c.rng.IntN(len(c.pages))] }

// auth gives about half of the requests the key.
func (c *crafter) auth() []string {
	if c.rng.IntN(2) == 0 {
		return nil
	}
	return []string{"Authorization: Bearer " + c.key}
}

func (c *crafter) path() attack {
	p := c.payload()
	if c.rng.IntN(3) == 0 {
		a := c.request("GET", "/"+raw(p), "")
		a.mayClose = true // bytes that no address may have
		return a
	}
	return c.request(oneOf(c, "GET", "HEAD", "GET"), "/"+c.escaped(p), "")
}

func (c *crafter) slug() attack {
	room := oneOf(c, "/claims/%s", "/articles/%s", "/claims/%s/v/1", "/claims/x/v/%s", "/claims/%s/history", "/topics/%s", "/claimants/%s", "/outlets/%s", "/embed/claims/%s",
		"/api/v1/claims/%s", "/api/v1/articles/%s", "/newsroom/articles/%s", "/newsroom/%s", "/static/%s", "/.well-known/%s", "/claims/x/card-%s.png", "/es/%s", "/api/v1/url-hashes/%s")
	return c.request(oneOf(c, "GET", "GET", "HEAD", "POST", "DELETE"), fmt.Sprintf(room, c.escaped(c.payload())), "", c.auth()...)
}

func (c *crafter) query() attack {
	name := oneOf(c, "q", "as_of", "next", "url", "page", "cursor", "lang", "utm_source", "error", "email", c.escaped(c.payload()))
	target, _, _ := strings.Cut(c.page(), "?")
	return c.request("GET", target+"?"+name+"="+c.escaped(c.payload()), "")
}

// parameter puts a payload into one parameter of the OpenAPI document, the others being absent or sound.
func (c *crafter) parameter() attack {
	op := c.ops[c.rng.IntN(len(c.ops))]
	path, query, headers := op.path, url.Values{}, c.auth()
	if len(op.params) > 0 {
		p := op.params[c.rng.IntN(len(op.params))]
		switch p.In {
		case "path":
			path = strings.Replace(path, "{"+p.Name+"}", c.escaped(c.payload()), 1)
		case "header":
			headers = append(headers, p.Name+": "+headerValue(c.payload()))
		default:
			query.Add(p.Name, c.payload())
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	body := ""
	if op.method != "GET" {
		body = c.jsonBody()
		headers = append(headers, "Content-Type: application/json")
	}
	return c.request(op.method, strings.NewReplacer("{", "", "}", "").Replace(path), body, headers...)
}

func (c *crafter) manyParameters() attack {
	op := c.ops[c.rng.IntN(len(c.ops))]
	var q []string
	for range 1 + c.rng.IntN(200) {
		name := "x"
		if len(op.params) > 0 {
			name = op.params[c.rng.IntN(len(op.params))].Name
		}
		q = append(q, name+oneOf(c, "=", "[]=", "[a]=", ".b=", "", ";=")+oneOf(c, "1", "a", "%00", "'", "%FF", ""))
	}
	return c.request("GET", strings.NewReplacer("{", "", "}", "").Replace(op.path)+"?"+strings.Join(q, "&"), "", c.auth()...)
}

// headerValue takes out what would end the header field.
func headerValue(p string) string {
	return strings.NewReplacer("\r", "\\r", "\n", "\\n", "\x00", "\\0").Replace(p)
}
