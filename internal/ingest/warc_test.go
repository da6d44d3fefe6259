package ingest_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// warcRecord is a record as a reader of archives sees it.
type warcRecord struct {
	kind, target string
	header       textproto.MIMEHeader
	block        []byte
}

// readWARC reads an archive by the standard, without knowing how it was written.
func readWARC(t *testing.T, r io.Reader) []warcRecord {
	t.Helper()
	in := textproto.NewReader(bufio.NewReader(r))
	var out []warcRecord
	for {
		version, err := in.ReadLine()
		if err == io.EOF { //nolint:errorlint // as textproto returns it
			return out
		}
		if err != nil || version != "WARC/1.1" {
			t.Fatalf("record %d begins with %q (%v)", len(out)+1, version, err)
		}
		header, err := in.ReadMIMEHeader()
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			t.Fatal(err)
		}
		block := make([]byte, n+4)
		if _, err := io.ReadFull(in.R, block); err != nil || string(block[n:]) != "\r\n\r\n" {
			t.Fatalf("record %d does not end where it says: %q (%v)", len(out)+1, block[n:], err)
		}
		out = append(out, warcRecord{header.Get("WARC-Type"), header.Get("WARC-Target-URI"), header, block[:n]})
	}
}

func TestWARC(t *testing.T) {
	t.Parallel()
	at := time.Date(2025, 6, 3, 10, 0, 0, 0, time.UTC)
	var id factcheck.ArticleID
	id[0] = 1
	snapshots := []store.SnapshotBody{
		{Snapshot: store.Snapshot{Article: id, TakenAt: at, ContentType: "text/html", URL: "https://gazette.example/a", Status: 200,
			Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}, "Content-Encoding": {"br"}, "Content-Length": {"7"}, "X-Odd": {"a\r\nSet-Cookie: b"}}}, Body: []byte("<p>story</p>")},
		{Snapshot: store.Snapshot{Article: id, TakenAt: at, ContentType: "text/plain; charset=utf-8"}, Body: []byte("pasted\r\n\r\n")},
		{Snapshot: store.Snapshot{Article: id, TakenAt: at, ContentType: "image/png"}}, // taken down
	}
	for _, compress := range []bool{false, true} {
		var file bytes.Buffer
		w, err := ingest.NewWARC(&file, compress, "touchstone 1.0\r\nevil: yes", at)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range snapshots {
			if err := w.Add(s); err != nil {
				t.Fatal(err)
			}
		}
		var in io.Reader = &file
		if compress {
			if n := bytes.Count(file.Bytes(), []byte("\x1f\x8b\x08")); n != 3 {
				t.Errorf("got %d gzip members, want one a record", n)
			}
			if in, err = gzip.NewReader(in); err != nil {
				t.Fatal(err)
			}
		}
		records := readWARC(t, in)
		var got []string
		for _, r := range records {
			got = append(got, r.kind+" "+r.target)
		}
		if diff := cmp.Diff([]string{"warcinfo ", "response https://gazette.example/a", "resource urn:touchstone:" + id.String()}, got); diff != "" {
			t.Fatalf("records (-want +got):\n%s", diff)
		}
		if strings.Contains(string(records[0].block), "\r\nevil") {
			t.Errorf("a name became a field: %q", records[0].block)
		}
		resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(records[1].block)), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil || string(body) != "<p>story</p>" || resp.Header.Get("Content-Encoding") != "" || resp.Header.Get("X-Archive-Orig-Content-Encoding") != "br" || resp.Header.Get("Set-Cookie") != "" {
			t.Errorf("the answer reads %q with %v (%v)", body, resp.Header, err)
		}
		if string(records[2].block) != "pasted\r\n\r\n" || records[2].header.Get("WARC-Date") != "2025-06-03T10:00:00Z" {
			t.Errorf("the pasted text reads %q at %s", records[2].block, records[2].header.Get("WARC-Date"))
		}
	}
}
