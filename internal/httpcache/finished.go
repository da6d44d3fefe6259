package httpcache

import (
	"bytes"
	"compress/gzip"
	"io"

	"github.com/valyala/fasthttp"
)

// Field is a header field; its name is in canonical form.
type Field struct{ Name, Value []byte }

// Finished is a Content that is sent many times: everything that its responses have in common was made beforehand, so that
// sending it costs no more than copying the header. It is safe for concurrent use and never changes.
type Finished struct {
	always      []Field // of every response, a 304 included (RFC 9110 section 15.4.5)
	full        []Field // of a response with the body: a 304 says of it no more than it must, caches keep what they have
	contentType []byte
	variants    [Brotli + 1]variant
	encoded     bool // there is another variant than identity
}

// variant is the body in one encoding. Without a tag there is none.
type variant struct {
	tag      string
	tagValue []byte
	encoding []byte
	body     []byte
}

// Finish returns c ready to be sent many times, with more fields on every response but a 304. A Body that c has gzipped may be left out: the
// few who take no encoding get it unpacked.
func (c *Content) Finish(more ...Field) *Finished {
	f := &Finished{contentType: []byte(c.ContentType), encoded: c.Gzip != nil || c.Brotli != nil}
	for coding, body := range [...][]byte{Identity: c.Body, Gzip: c.Gzip, Brotli: c.Brotli} {
		coding := Coding(coding)
		if body == nil && coding != Identity {
			continue
		}
		tag := Variant(c.ETag, coding)
		f.variants[coding] = variant{tag: tag, tagValue: []byte(tag), body: body}
		if coding != Identity {
			f.variants[coding].encoding = []byte(coding.String())
		}
	}
	if c.CacheControl != "" {
		f.always = append(f.always, Field{[]byte(fasthttp.HeaderCacheControl), []byte(c.CacheControl)})
	}
	if f.encoded {
		f.always = append(f.always, Field{[]byte(fasthttp.HeaderVary), []byte(fasthttp.HeaderAcceptEncoding)})
	}
	for _, field := range more {
		if len(field.Value) > 0 {
			f.full = append(f.full, field)
		}
	}
	return f
}

var (
	nameETag            = []byte("Etag") //nolint:gochecknoglobals // constants that Go has no constants for
	nameContentEncoding = []byte(fasthttp.HeaderContentEncoding)
	nameAcceptEncoding  = []byte(fasthttp.HeaderAcceptEncoding)
	nameIfNoneMatch     = []byte(fasthttp.HeaderIfNoneMatch)
)

// Send answers a GET or HEAD with f, in the encoding the client likes best, or with 304 if it has it. It sets header fields of its
// own alone, so that what was set before stays, Vary apart.
func (f *Finished) Send(ctx *fasthttp.RequestCtx) {
	h := &ctx.Response.Header
	v := &f.variants[Identity]
	if f.encoded {
		v = &f.variants[encoding(ctx.Request.Header.PeekCanonical(nameAcceptEncoding), f.variants[Gzip].body != nil, f.variants[Brotli].body != nil, false)]
	}
	h.SetCanonical(nameETag, v.tagValue)
	for i := range f.always {
		h.SetCanonical(f.always[i].Name, f.always[i].Value)
	}
	if NotModified(ctx.Request.Header.PeekCanonical(nameIfNoneMatch), v.tag) {
		ctx.SetStatusCode(fasthttp.StatusNotModified)
		return
	}
	for i := range f.full {
		h.SetCanonical(f.full[i].Name, f.full[i].Value)
	}
	h.SetContentTypeBytes(f.contentType)
	body := v.body
	switch {
	case v.encoding != nil:
		h.SetCanonical(nameContentEncoding, v.encoding)
	case body == nil:
		body = unpack(f.variants[Gzip].body)
	}
	ctx.Response.SetBodyRaw(body)
}

// unpack returns what was gzipped. What this program packed itself unpacks; damaged bytes would be an empty page.
func unpack(gz []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(gz))
	if err != nil {
		return nil
	}
	body, err := io.ReadAll(r)
	if err != nil {
		return nil
	}
	return body
}
