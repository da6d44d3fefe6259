package fetch

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
)

var (
	errTooLarge = errors.New("more bytes than allowed")
	errEncoding = errors.New("content encoding that was not offered")
)

// read fills in body, type and charset. The body of an error need not be whole, nor of the type that was asked for.
func (r *Response) read(res *http.Response, c call, limit int64) *Failure {
	tolerant := c.cut || r.Status > 299
	if res.ContentLength > limit && !tolerant {
		return bodyFailure(errTooLarge) // it may be a lie, but then one that costs the liar
	}
	body, err := readBody(res, limit)
	if err != nil && !tolerant {
		return bodyFailure(err)
	}
	r.Body, r.Truncated = body, err != nil
	mediaType, err := findType(res.Header.Get("Content-Type"), body, c.want)
	if err != nil && !tolerant {
		return fail(CauseType, err.Error(), res.Header.Get("Content-Type"))
	}
	r.ContentType = mediaType
	if isText(mediaType) {
		r.Charset = findCharset(body, res.Header.Get("Content-Type"), mediaType)
	}
	return nil
}

func bodyFailure(err error) *Failure {
	var timeout net.Error
	switch {
	case errors.Is(err, errTooLarge):
		return fail(CauseTooLarge, "the site's answer is too large", err.Error())
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return broken(err)
	case errors.Is(err, errEncoding), isDamaged(err):
		return fail(CauseEncoding, "the site's answer is packed in a way that cannot be read", err.Error())
	default:
		return broken(err)
	}
}

// isDamaged reports whether an error is of an unpacker. Brotli's errors have no type to know them by.
func isDamaged(err error) bool {
	_, flated := errors.AsType[flate.CorruptInputError](err)
	return flated || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, zlib.ErrHeader) ||
		errors.Is(err, zlib.ErrChecksum) || strings.HasPrefix(err.Error(), "brotli:")
}

// readBody returns the unpacked body. Neither what comes over the network nor what it unpacks to is ever more than limit; with
// an error comes what was read until then.
func readBody(res *http.Response, limit int64) ([]byte, error) {
	packed := &bounded{from: res.Body, left: limit}
	unpacked, err := unpack(packed, res.Header.Values("Content-Encoding"))
	if errors.Is(err, io.EOF) {
		return nil, nil // packed or not, there is nothing
	}
	if err != nil {
		return nil, err
	}
	return io.ReadAll(&bounded{from: unpacked, left: limit})
}

// unpack returns a reader of what was packed by a Content-Encoding. More than one encoding is refused: no site needs it, and
// each multiplies what a few bytes become.
func unpack(packed io.Reader, encodings []string) (io.Reader, error) {
	var names []string
	for name := range strings.SplitSeq(strings.Join(encodings, ","), ",") {
		name = strings.ToLower(strings.TrimSpace(name))
		if name != "" && name != "identity" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return packed, nil
	}
	if len(names) > 1 {
		return nil, errEncoding
	}
	switch names[0] {
	case "gzip", "x-gzip":
		return gzip.NewReader(packed)
	case "br":
		return brotli.NewReader(packed), nil
	case "deflate":
		return inflate(packed)
	default:
		return nil, errEncoding
	}
}

// inflate reads "deflate" in both senses that are out there: with a zlib header as RFC 9110 has it, and without.
func inflate(packed io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(packed)
	head, err := buffered.Peek(2)
	if err != nil && len(head) == 0 {
		return nil, err
	}
	if len(head) == 2 && head[0]&0x0f == 8 && (uint(head[0])<<8|uint(head[1]))%31 == 0 {
		return zlib.NewReader(buffered)
	}
	return flate.NewReader(buffered), nil
}

// bounded reads at most left bytes; one more is errTooLarge.
type bounded struct {
	from io.Reader
	left int64
}

// Read reads from what is bounded.
func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.from.Read(p)
	if int64(n) > b.left {
		n, b.left = int(b.left), 0
		return n, errTooLarge
	}
	b.left -= int64(n)
	return n, err
}
