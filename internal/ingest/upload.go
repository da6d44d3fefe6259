package ingest

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/mail"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/extract"
)

// openPage returns the page in an uploaded file: the file itself, or the first page of a web archive as browsers save it
// (MHTML, RFC 2557). It is CodeInvalid in the field file for what is no page.
func openPage(page Page) (Page, error) {
	if html, contentType, ok := fromMHTML(page.Body); ok {
		page.Body, page.ContentType = html, contentType
	}
	head := page.Body[:min(len(page.Body), 512)]
	switch found, _, _ := strings.Cut(http.DetectContentType(head), ";"); {
	case strings.HasPrefix(found, "text/"):
		return page, nil
	case found == "application/octet-stream" && isUTF16(head):
		return page, nil
	case found == "application/octet-stream":
		return page, factcheck.Invalid("file", "this file is not a web page; save the page as HTML and upload that")
	default:
		return page, factcheck.Invalid("file", "this file is not a web page (%s); save the page as HTML and upload that", found)
	}
}

// isUTF16 reports whether every other byte is zero, as in plain text of two bytes a letter.
func isUTF16(head []byte) bool {
	zeros := [2]int{}
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	half := len(head) / 2
	return half > 8 && (zeros[0] > half*3/4 && zeros[1] == 0 || zeros[1] > half*3/4 && zeros[0] == 0)
}

// fromMHTML returns the first HTML part of a file in MHTML, with its media type.
func fromMHTML(body []byte) (html []byte, contentType string, ok bool) {
	head := body[:min(len(body), 4096)]
	if !bytes.Contains(head, []byte("MIME-Version:")) && !bytes.HasPrefix(head, []byte("From: <Saved by")) {
		return nil, "", false
	}
	message, err := mail.ReadMessage(bytes.NewReader(body))
	if err != nil {
		return nil, "", false
	}
	kind, params, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		return nil, "", false
	}
	parts := multipart.NewReader(message.Body, params["boundary"])
	for range 1000 {
		part, err := parts.NextPart() // undoes quoted-printable
		if err != nil {
			return nil, "", false
		}
		contentType = part.Header.Get("Content-Type")
		if kind, _, err := mime.ParseMediaType(contentType); err != nil || kind != "text/html" && kind != "application/xhtml+xml" {
			continue
		}
		var in io.Reader = part
		if strings.EqualFold(part.Header.Get("Content-Transfer-Encoding"), "base64") {
			in = base64.NewDecoder(base64.StdEncoding, part)
		}
		html, err := io.ReadAll(io.LimitReader(in, extract.MaxInput+1))
		return html, contentType, err == nil
	}
	return nil, "", false
}
