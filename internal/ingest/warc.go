package ingest

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // what WARC tools compare records by; nothing rests on it
	"encoding/base32"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// WARC writes snapshots as a web archive (WARC 1.1, ISO 28500:2017), each record gzipped by itself where compress says so,
// as readers of .warc.gz files expect. What was fetched is a "response" with the header it came with; what was uploaded,
// pasted or photographed is a "resource".
type WARC struct {
	w        io.Writer
	compress bool
}

// NewWARC begins a web archive with the record that says who wrote it.
func NewWARC(w io.Writer, compress bool, software string, now time.Time) (*WARC, error) {
	a := &WARC{w: w, compress: compress}
	info := "software: " + oneLine(software) + "\r\nformat: WARC File Format 1.1\r\n"
	return a, a.record("warcinfo", now, "", "application/warc-fields", []byte(info), nil)
}

// Add writes a snapshot. One that was taken down has no body and is left out.
func (a *WARC) Add(s store.SnapshotBody) error {
	if len(s.Body) == 0 {
		return nil
	}
	target := s.URL
	if target == "" {
		target = "urn:touchstone:" + s.Article.String()
	}
	payload := map[string]string{"WARC-Payload-Digest": digest(s.Body)}
	if s.Status == 0 {
		return a.record("resource", s.TakenAt, target, s.ContentType, s.Body, payload)
	}
	block := append(responseHead(s), s.Body...)
	return a.record("response", s.TakenAt, target, "application/http; msgtype=response", block, payload)
}

// responseHead returns the status line and header of an answer. The body is kept unpacked, so that what described its
// transfer goes under the name that archives give it.
func responseHead(s store.SnapshotBody) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", s.Status, http.StatusText(s.Status))
	for _, name := range slices.Sorted(maps.Keys(s.Header)) {
		shown := name
		switch strings.ToLower(name) {
		case "content-encoding", "transfer-encoding", "content-length":
			shown = "X-Archive-Orig-" + name
		}
		for _, value := range s.Header[name] {
			fmt.Fprintf(&b, "%s: %s\r\n", oneLine(shown), oneLine(value))
		}
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(s.Body))
	return b.Bytes()
}

// record writes one record.
func (a *WARC) record(kind string, at time.Time, target, contentType string, block []byte, more map[string]string) error {
	id, err := recordID()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString("WARC/1.1\r\n")
	field := func(name, value string) {
		if value != "" {
			b.WriteString(name + ": " + oneLine(value) + "\r\n")
		}
	}
	field("WARC-Type", kind)
	field("WARC-Record-ID", id)
	field("WARC-Date", at.UTC().Format(time.RFC3339))
	field("WARC-Target-URI", target)
	field("Content-Type", contentType)
	for _, name := range slices.Sorted(maps.Keys(more)) {
		field(name, more[name])
	}
	field("WARC-Block-Digest", digest(block))
	field("Content-Length", strconv.Itoa(len(block)))
	b.WriteString("\r\n")
	b.Write(block)
	b.WriteString("\r\n\r\n")
	return a.write(b.Bytes())
}

func (a *WARC) write(record []byte) error {
	if !a.compress {
		_, err := a.w.Write(record)
		return err
	}
	gz := gzip.NewWriter(a.w)
	if _, err := gz.Write(record); err != nil {
		return err
	}
	return gz.Close()
}

// recordID returns a fresh id as WARC writes it, a version 4 UUID.
func recordID() (string, error) {
	var u [16]byte
	if _, err := rand.Read(u[:]); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80
	return fmt.Sprintf("<urn:uuid:%x-%x-%x-%x-%x>", u[:4], u[4:6], u[6:8], u[8:10], u[10:]), nil
}

// digest labels the SHA-1 of a block, in base 32.
func digest(b []byte) string {
	sum := sha1.Sum(b) //nolint:gosec // see the import
	return "sha1:" + base32.StdEncoding.EncodeToString(sum[:])
}

// oneLine keeps a value from becoming a second field.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
