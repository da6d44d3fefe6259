package client_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/api/client"
	"github.com/touchstone-factcheck/touchstone/internal/canonurl"
)

// keys runs the JavaScript over addresses. What it refuses has the key "".
const keys = `
import { readFileSync } from 'node:fs'
import { canonicalURL, readData } from '%[1]s/canonical-url.mjs'
const data = readData(JSON.parse(readFileSync('%[2]s/data.json')))
const out = JSON.parse(readFileSync('%[2]s/in.json')).map((a) => { try { return canonicalURL(a, data) } catch (e) { if (!(e instanceof TypeError)) throw e; return '' } })
console.log(JSON.stringify(out))
`

// odd are addresses beyond the published vectors.
func odd() []string {
	out := []string{"https://www.gov.uk/a", "https://m.github.io/a", "https://www.google.co.uk/url?q=https://a.example/b", "https://www.co.uk/x", "https://amp.www.ck/x", "https://m.city.kawasaki.jp/", "http://a.example:80/x", "https://a.example:80/x", "a.example:443/x", "http://a.example:443/x"}
	parts := [][]string{
		{"https://", "HTTP://", "//", "", "view-source:https:", "https:\\\\"}, {"www.", "m.amp.", "", "user:pw@", "touch."},
		{"news.example", "Bücher.example", "twitter.com", "youtube.com", "archive.org", "facebook.com", "google.de", "en.m.wikipedia.org", "0x7f.1", "xn--bcher-kva.example", "a_b.example."},
		{"/a/../b/./c%2e", "/amp/s/x.example/y.amp.html", "/watch?v=abcdefghijk&list=1", "/web/2020id_/http://www.z.example/q?utm_source=1", "/x;y=%7e%zz/ü ?b=2&a=1&fbclid=3&amp;c=#!/r", "/name/status/123/photo/1?s=20", "/%D9%A1!amp//?view=AMP", ""},
	}
	for i := range 240 {
		var at strings.Builder
		for j, p := range parts {
			at.WriteString(p[(i*(j*2+7)/(j+1)+i/(j+3))%len(p)])
		}
		out = append(out, at.String())
	}
	return out
}

func TestJavaScriptComputesTheSameKeys(t *testing.T) {
	t.Parallel()
	text, err := canonurl.Source.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Vectors []struct{ Input string } }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	addresses := odd()
	for _, v := range file.Vectors {
		addresses = append(addresses, v.Input)
	}
	dir := t.TempDir()
	in, err := json.Marshal(addresses)
	if err != nil {
		t.Fatal(err)
	}
	data, err := client.Data()
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"in.json": in, "data.json": data, "keys.mjs": fmt.Appendf(nil, keys, here, dir)} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "node", filepath.Join(dir, "keys.mjs"))
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.Bytes())
	}
	var got []string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for i, address := range addresses {
		want := ""
		if a, err := canonurl.Parse(address); err == nil {
			want = a.Key()
		}
		if got[i] != want {
			if wrong++; wrong < 20 {
				t.Errorf("%q: got %q, want %q", address, got[i], want)
			}
		}
	}
	if len(file.Vectors) < 300 || wrong > 0 {
		t.Errorf("%d of %d keys differ", wrong, len(addresses))
	}
}
