// Package httpcache holds the parts of HTTP caching that every way out shares: validators (RFC 9110 section 8.8 and 13),
// the choice of an encoding (section 12.5.3), and the sending of finished bytes with both.
package httpcache

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"

	"github.com/valyala/fasthttp"
)

// ETag returns the strong validator of a body: 96 bits of its SHA-256, so that every node of an installation and every
// restart gives the same. It costs about 10 µs for a claim.
func ETag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// NotModified reports whether an If-None-Match header names the entity tag, by the weak comparison that GET and HEAD take.
// An absent header names nothing; what is malformed ends the list. Both forms of etag, "…" and W/"…", are taken.
func NotModified(ifNoneMatch []byte, etag string) bool {
	rest := bytes.Trim(ifNoneMatch, " \t")
	if len(rest) == 0 || etag == "" {
		return false
	}
	if len(rest) == 1 && rest[0] == '*' {
		return true
	}
	want := opaque(etag)
	for {
		rest = bytes.TrimLeft(rest, " \t,")
		if bytes.HasPrefix(rest, []byte("W/")) {
			rest = rest[2:]
		}
		if len(rest) == 0 || rest[0] != '"' {
			return false
		}
		end := bytes.IndexByte(rest[1:], '"')
		if end < 0 {
			return false
		}
		if string(rest[:end+2]) == want {
			return true
		}
		rest = bytes.TrimLeft(rest[end+2:], " \t")
		if len(rest) == 0 || rest[0] != ',' {
			return false
		}
	}
}

// opaque returns the tag without the mark of weakness.
func opaque(etag string) string {
	if len(etag) > 2 && etag[:2] == "W/" {
		return etag[2:]
	}
	return etag
}

// Content is a finished body with its variants. A nil variant is not offered; Body always is.
type Content struct {
	Body, Gzip, Brotli []byte
	ContentType        string
	ETag               string // of Body; the variants' follow from it
	CacheControl       string // empty leaves it out
}

// Send answers a GET or HEAD with c, in the encoding the client likes best, or with 304 if it has it. The bytes are not
// copied and must not change afterwards.
func (c *Content) Send(ctx *fasthttp.RequestCtx) {
	h := &ctx.Response.Header
	coding, body := Identity, c.Body
	if c.Gzip != nil || c.Brotli != nil {
		h.Add(fasthttp.HeaderVary, fasthttp.HeaderAcceptEncoding)
		coding, body = c.choose(ctx.Request.Header.Peek(fasthttp.HeaderAcceptEncoding))
	}
	etag := Variant(c.ETag, coding)
	h.Set(fasthttp.HeaderETag, etag)
	if c.CacheControl != "" {
		h.Set(fasthttp.HeaderCacheControl, c.CacheControl)
	}
	if NotModified(ctx.Request.Header.Peek(fasthttp.HeaderIfNoneMatch), etag) {
		ctx.SetStatusCode(fasthttp.StatusNotModified)
		return
	}
	h.SetContentType(c.ContentType)
	if coding != Identity {
		h.Set(fasthttp.HeaderContentEncoding, coding.String())
	}
	ctx.Response.SetBodyRaw(body)
}

func (c *Content) choose(accept []byte) (Coding, []byte) {
	switch coding := encoding(accept, c.Gzip != nil, c.Brotli != nil, false); coding {
	case Brotli:
		return coding, c.Brotli
	case Gzip:
		return coding, c.Gzip
	default:
		return Identity, c.Body
	}
}

// Variant returns the entity tag of an encoding of what has the strong tag etag: encodings differ in their bytes, so they
// may not share one (RFC 9110 section 8.8.3.3).
func Variant(etag string, c Coding) string {
	if c == Identity || len(etag) < 2 {
		return etag
	}
	return etag[:len(etag)-1] + "-" + c.String() + `"`
}
