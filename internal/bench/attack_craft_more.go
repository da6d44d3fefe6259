package bench

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
)

func (c *crafter) header() attack {
	name := oneOf(c, "Host", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Accept", "Accept-Encoding", "Accept-Language", "Cookie", "Authorization",
		"If-None-Match", "If-Match", "If-Modified-Since", "Range", "Origin", "Referer", "Content-Type", "User-Agent", "X-Request-Id", "X-HTTP-Method-Override", "Upgrade", "Expect", "TE",
		"X-Original-URL", "Sec-Fetch-Site", "HX-Request", "Idempotency-Key", "Last-Event-ID", "Prefer", "Content-Encoding", "Via", "Max-Forwards")
	a := c.request(oneOf(c, "GET", "GET", "POST", "HEAD"), c.page(), "", name+": "+headerValue(c.payload()))
	a.mayClose = true // a value with control bytes, or a Host that is none, is not HTTP
	return a
}

func (c *crafter) oddMethod() attack {
	m := oneOf(c, "TRACE", "CONNECT", "PROPFIND", "get", "PURGE", "DEBUG", "OPTIONS", "PATCH", "DELETE", "PUT", strings.Repeat("A", 1+c.rng.IntN(3000)), "G\x00T", "<tsx>", "GET\tX")
	a := c.request(m, oneOf(c, c.page(), "*", "/api/v1/claims", "localhost:1", "/"), "")
	a.mayClose = strings.ContainsAny(m, "\x00<\t") || len(m) > 100
	return a
}

// signIn posts the form, about half of the time with the cookie that goes with it.
func (c *crafter) signIn() attack {
	form := url.Values{
		"email":    {oneOf(c, c.payload(), "nobody@desk.example", "admin@desk.example")},
		"password": {oneOf(c, c.payload(), "password", strings.Repeat("p", 2000))}, "next": {oneOf(c, c.payload(), "/newsroom", "//evil.example", `/\evil.example`, "https://evil.example/")},
	}
	if c.rng.IntN(4) == 0 {
		form.Add(c.payload(), c.payload())
	}
	body := form.Encode()
	if c.rng.IntN(8) == 0 {
		body = raw(c.payload()) + "=%zz&%&=&&;" + body
	}
	headers := []string{"Content-Type: application/x-www-form-urlencoded", oneOf(c, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site", "Origin: null", "X-Nothing: 1")}
	if c.cookie != "" && c.rng.IntN(2) == 0 {
		headers = append(headers, "Cookie: "+c.cookie)
	}
	return c.request("POST", oneOf(c, "/sign-in", "/sign-in", "/sign-in?next="+c.escaped(c.payload()), "/newsroom/sign-out", "/newsroom/articles"), body, headers...)
}

func (c *crafter) jsonBody() string {
	p := c.payload()
	return oneOf(c,
		fmt.Sprintf(`{"urls":[%q],"texts":[%q]}`, p, p), strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 50_000), `{"a":1e999999}`, `{"a":"\ud800"}`, "{\"a\":\"\x00\"}",
		"{\"a\":\"\xff\"}", `{"a":1,"a":2}`, `{"text":`, `null`, `"`+strings.Repeat("x", 200_000)+`"`, `[1,2,`, "\ufeff{}", `{"__proto__":{"x":1}}`, `{"url":["`+templateSum+`"]}`,
		`{"urls":`+strings.Repeat(`["`, 500), `{"n":`+strings.Repeat("9", 10_000)+`}`, "{}{}", "", p)
}

func (c *crafter) json() attack {
	op := c.ops[c.rng.IntN(len(c.ops))]
	target := oneOf(c, strings.NewReplacer("{", "", "}", "").Replace(op.path), "/api/v1/lookup", "/api/v1/claims", "/api/v1/tips", "/api/v1/webhooks", "/mcp", "/v1alpha1/claims:search", "/api/v1/articles")
	kind := oneOf(c, "application/json", "application/json", "application/json; charset=utf-16", "text/plain", "application/xml", "application/x-www-form-urlencoded", "application/merge-patch+json")
	return c.request(oneOf(c, "POST", "PATCH", "PUT", "GET", "DELETE"), target, c.jsonBody(), append(c.auth(), "Content-Type: "+kind)...)
}

func (c *crafter) overlong() attack {
	long := strings.Repeat("x", oneOf(c, 4_000, 15_000, 17_000, 70_000, 300_000))
	var many []string
	for i := range 600 {
		many = append(many, fmt.Sprintf("X-H%d: %d", i, i))
	}
	a := oneOf(c,
		func() attack { return c.request("GET", "/"+long, "") },
		func() attack { return c.request("GET", "/search?q="+long, "") },
		func() attack { return c.request("GET", "/api/v1/claims?article_url=https://e.example/"+long, "") },
		func() attack { return c.request("GET", c.page(), "", "X-Long: "+long) },
		func() attack { return c.request("GET", c.page(), "", "Cookie: a="+long) },
		func() attack { return c.request("GET", c.page(), "", many...) },
		func() attack { return c.request("GET", strings.Repeat("/a", 3000), "") },
		func() attack {
			return c.request("POST", "/sign-in", strings.Repeat("email=a&", 1<<18), "Content-Type: application/x-www-form-urlencoded")
		},
		func() attack {
			return c.request("POST", "/api/v1/lookup", strings.Repeat(" ", 3<<20), "Content-Type: application/json")
		},
		func() attack {
			return attack{method: "POST", raw: []byte("POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\nx")}
		},
	)()
	a.mayClose = true // what is refused unread may be cut off
	return a
}

func (c *crafter) encoding() attack {
	bad := oneOf(c, "%", "%z", "%zz", "%00", "%ff%fe", "%c0%af", "%c0%ae%c0%ae/", "%e0%80%af", "%ed%a0%80", "%u0041", "%25%32%35", "%0d%0aX-Injected:%201", "%0aSet-Cookie:tsinjected=1", "+", "%2B", "%2f%2f", "%5c")
	if c.rng.IntN(4) == 0 {
		gz := "\x1f\x8b\x08\x00" + strings.Repeat("\x00", 400)
		return c.request("POST", oneOf(c, "/sign-in", "/api/v1/lookup"), gz, "Content-Encoding: "+oneOf(c, "gzip", "br", "deflate", "gzip, gzip", "zstd"), "Content-Type: application/json")
	}
	return c.request("GET", oneOf(c, "/claims/"+bad, "/"+bad, "/claims/a"+bad+"b", "/static/"+bad, "/search?q="+bad, "/?"+bad+"="+bad, "/api/v1/claims?cursor="+bad, "/api/v1/claims/"+bad,
		"/sign-in?next="+bad), "")
}

func (c *crafter) traversal() attack {
	up := strings.Repeat(oneOf(c, "../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", `..\`, "....//", "%252e%252e%252f", "..;/", "%c0%ae%c0%ae/", "./"), 1+c.rng.IntN(9))
	a := c.request("GET", oneOf(c, "/", "/static/", "/static/css/", "/claims/", "/api/v1/", "//", "/newsroom/")+up+oneOf(c, "etc/passwd", "etc/passwd%00.css", "go.mod", "proc/self/environ", "newsroom/articles", "metrics"), "")
	a.mayClose = true // some hold bytes that no address may have
	return a
}

// framing is where one server sees one request and another two.
func (c *crafter) framing() attack {
	h := "POST /sign-in HTTP/1.1\r\nHost: localhost\r\n"
	smuggled := "GET /newsroom HTTP/1.1\r\nHost: x\r\n\r\n"
	r := oneOf(c,
		h+"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"+smuggled, h+"Content-Length: 4\r\nContent-Length: 40\r\n\r\nabcd"+smuggled, h+"Content-Length: -1\r\n\r\n", h+"Content-Length: +4\r\n\r\nabcd",
		h+"Content-Length: 4, 4\r\n\r\nabcd", h+"Content-Length: 0x4\r\n\r\nabcd", h+"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", h+"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		h+"Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n", h+"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc", h+"Transfer-Encoding: chunked\r\n\r\n5;ext=\"\r\nhello\r\n0\r\nX-Injected: 1\r\n\r\n",
		h+"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", h+"X: a\r\n b\r\n\r\n", h+" Folded: 1\r\n\r\n", h+"NoColon\r\n\r\n", h+": empty\r\n\r\n", h+"A\x00B: 1\r\n\r\n", h+"Host: two.example\r\n\r\n",
		"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\nHost: localhost\n\n", "GET  /  HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", "GET / HTTP/1.1 x\r\nHost: a\r\n\r\n", "GET http://evil.example/ HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET //evil.example/%2f.. HTTP/1.1\r\nHost: a\r\n\r\n", "GET ?x HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "GET /claims HTTP/1.1\r\nHost: a@b:99999/x\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx", "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
		strings.Repeat("\r\n", 200)+"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	// Without "Connection: close" the connection is kept after the answer; only the first answer is read.
	return attack{method: "POST", raw: []byte(r), mayClose: true}
}

func (c *crafter) garbage() attack {
	random := make([]byte, 1+c.rng.IntN(4000))
	for i := range random {
		random[i] = byte(c.rng.Uint32())
	}
	// An end to the line, so that the server need not wait for one.
	r := oneOf(c, string(random)+"\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"+string(random)+"\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /\r\n\r\n", "\r\n\r\n\r\n\r\nx\r\n\r\n", "SSH-2.0-x\r\n\r\n",
		"* OK IMAP\r\n\r\n", "\x00\x00\x00\x00\r\n\r\n", "GET\r\n\r\n", " / HTTP/1.1\r\n\r\n")
	return attack{raw: []byte(r), mayClose: true}
}

func (c *crafter) multipart() attack {
	p := c.payload()
	body := oneOf(c,
		"--b\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\n"+p+"\r\n--b--\r\n", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../../x\"\r\n\r\n"+p+"\r\n--b--\r\n",
		strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n", 3000), "--b\r\n", "--b\r\nContent-Disposition: form-data\r\n\r\n", p)
	return c.request("POST", oneOf(c, "/sign-in", "/newsroom/articles", "/api/v1/lookup", "/"), body, "Content-Type: multipart/form-data; boundary="+oneOf(c, "b", "", strings.Repeat("b", 100), `"b`), oneOf(c, "Cookie: "+c.cookie, "X-N: 1"))
}

// slow returns the i-th request whose end never comes: half a header, or, where there is time for it, half a body.
func (t *targets) slow(i int, bodies bool) attack {
	rng := rand.New(rand.NewPCG(uint64(i), 11))
	header := "GET / HTTP/1.1\r\nHost: localhost\r\nX-Half: "
	a := attack{name: fmt.Sprintf("half a header %d", i), method: "GET", raw: []byte(header[:1+rng.IntN(len(header)-1)]), mayClose: true, slow: true, limit: halfHeader}
	if bodies && i%2 == 1 {
		a = attack{name: fmt.Sprintf("half a body %d", i), method: "POST", mayClose: true, slow: true, limit: halfBody,
			raw: []byte("POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nemail=a")}
	}
	return a
}
