package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// Kind is what an answer may be. Kinds are combined with |.
type Kind uint8

// The kinds. Scalable pictures (SVG) are programs and no images.
const (
	Page  Kind = 1 << iota // HTML
	Text                   // plain text
	Feed                   // RSS, Atom, JSON Feed, sitemaps
	Image                  // JPEG, PNG, GIF, WebP, AVIF, by what they are and not by what they are called
	JSON                   // JSON in any of its dialects
	PDF                    // PDF
	Any                    // everything
)

// header returns the Accept field for a kind.
func (k Kind) header() string {
	var out []string
	for _, one := range []struct {
		kind Kind
		text string
	}{
		{Page, "text/html, application/xhtml+xml"},
		{Feed, "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9"},
		{Image, "image/avif, image/webp, image/jpeg, image/png, image/gif"},
		{JSON, "application/json"},
		{PDF, "application/pdf"},
		{Text, "text/plain;q=0.8"},
	} {
		if k.or()&one.kind != 0 {
			out = append(out, one.text)
		}
	}
	// Some servers answer 406 to a list that lacks */*, though nothing is refused by it.
	return strings.Join(append(out, "*/*;q=0.1"), ", ")
}

// or returns the kind, Page if there is none.
func (k Kind) or() Kind {
	if k == 0 {
		return Page
	}
	return k
}

// findType returns the media type of a body: the one it was sent with, unless that is missing or says nothing. It is an error,
// for a person, when it is none of what was wanted, or when the bytes are plainly something else.
func findType(declared string, body []byte, want Kind) (string, error) {
	found := look(body)
	mediaType := declaredType(declared)
	if mediaType == "" || mediaType == "application/octet-stream" || mediaType == "binary/octet-stream" || mediaType == "unknown/unknown" {
		mediaType = found
	}
	want = want.or()
	if want&Any != 0 {
		return mediaType, nil
	}
	if want&Image != 0 && slices.Contains(imageTypes(), found) && (strings.HasPrefix(mediaType, "image/") && mediaType != "image/svg+xml") {
		return found, nil
	}
	if want&Feed != 0 && found == "text/xml" && (mediaType == "text/html" || mediaType == "text/plain") {
		return found, nil // many feeds are sent as pages
	}
	if isBinary(found) && found != "application/pdf" || found == "application/pdf" && mediaType != found {
		return mediaType, fmt.Errorf("the site sends something other (%s) than what it says", found)
	}
	if want&Page != 0 && (mediaType == "text/html" || mediaType == "application/xhtml+xml") ||
		want&Text != 0 && mediaType == "text/plain" ||
		want&Feed != 0 && isFeed(mediaType) ||
		want&JSON != 0 && isJSON(mediaType) ||
		want&PDF != 0 && mediaType == "application/pdf" && found == mediaType {
		return mediaType, nil
	}
	if mediaType == "" {
		return "", errors.New("the site does not say what it sends")
	}
	return mediaType, fmt.Errorf("the site sends %s, which is of no use here", mediaType)
}

// declaredType returns the media type of a Content-Type field, "" if it is none.
func declaredType(field string) string {
	mediaType, _, err := mime.ParseMediaType(field)
	if err != nil {
		mediaType, _, _ = strings.Cut(field, ";")
		mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	}
	major, minor, found := strings.Cut(mediaType, "/")
	if !found || major == "" || minor == "" || len(mediaType) > 100 || strings.ContainsFunc(major+minor, isNoTypeRune) {
		return ""
	}
	return mediaType
}

// isNoTypeRune reports whether a character is none of a media type (RFC 6838, section 4.2).
func isNoTypeRune(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("!#$&-^_.+", r)
}

// look returns the media type that the bytes show, by the WHATWG MIME Sniffing standard and AVIF's brand.
func look(body []byte) string {
	if len(body) >= 12 && (string(body[4:12]) == "ftypavif" || string(body[4:12]) == "ftypavis") {
		return "image/avif"
	}
	found, _, _ := strings.Cut(http.DetectContentType(body), ";")
	if found != "text/plain" {
		return found
	}
	start := bytes.TrimLeft(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), " \t\r\n")
	start = bytes.ToLower(start[:min(len(start), 64)])
	for _, tag := range []string{"<rss", "<feed", "<rdf:rdf", "<?xml", "<urlset", "<sitemapindex"} {
		if bytes.HasPrefix(start, []byte(tag)) {
			return "text/xml"
		}
	}
	return found
}

func imageTypes() []string {
	return []string{"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"}
}

// isBinary reports whether a type was found by a signature that no text begins with.
func isBinary(found string) bool {
	switch found {
	case "application/pdf", "application/zip", "application/x-gzip", "application/x-rar-compressed", "application/wasm", "video/mp4", "video/webm":
		return true
	default:
		return slices.Contains(imageTypes(), found)
	}
}

func isFeed(mediaType string) bool {
	return mediaType == "application/xml" || mediaType == "text/xml" || mediaType == "application/feed+json" || mediaType == "application/json" ||
		strings.HasSuffix(mediaType, "+xml") && strings.HasPrefix(mediaType, "application/") && mediaType != "application/xhtml+xml"
}

func isJSON(mediaType string) bool {
	return mediaType == "application/json" || mediaType == "text/json" || strings.HasSuffix(mediaType, "+json")
}

// isText reports whether a type has a charset.
func isText(mediaType string) bool {
	return strings.HasPrefix(mediaType, "text/") || isFeed(mediaType) || isJSON(mediaType) || mediaType == "application/xhtml+xml"
}
