package ingest

import (
	"mime"
	"net/http"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
)

// snapshotOf returns the page as it came, with what a WARC record of it needs.
func snapshotOf(resp *fetch.Response) factcheck.Snapshot {
	s := factcheck.Snapshot{Kind: factcheck.SnapshotHTML, ContentType: htmlType(resp.Header.Get("Content-Type")), Body: resp.Body, URL: resp.URL, Status: resp.Status, Header: keptHeader(resp.Header)}
	if resp.ContentType == "text/plain" {
		s.Kind, s.ContentType = factcheck.SnapshotText, "text/plain; charset=utf-8"
		s.Body = []byte(resp.Text())
	}
	return s
}

// htmlType returns the media type of a page as the store keeps it, its charset included.
func htmlType(contentType string) string {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || media != "application/xhtml+xml" {
		media = "text/html"
	}
	charset := strings.ToLower(params["charset"])
	if charset == "" || len(charset) > 40 || strings.Trim(charset, "abcdefghijklmnopqrstuvwxyz0123456789-_:") != "" {
		return media
	}
	return media + "; charset=" + charset
}

// keptHeader returns a copy of an answer's header without what is meant for one visitor alone.
func keptHeader(h http.Header) map[string][]string {
	kept := h.Clone()
	for _, name := range []string{"Set-Cookie", "Set-Cookie2", "Authorization", "Proxy-Authenticate", "Www-Authenticate"} {
		kept.Del(name)
	}
	return kept
}
