package api_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/api/client"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// askJS asks a newsroom as a partner's program in JavaScript would.
const askJS = `
import { PrivateLookup } from './lookup.mjs'
const lookup = await PrivateLookup.open(process.argv[2])
for (const address of process.argv.slice(3)) {
  const claims = await lookup.find(address)
  console.log(claims.map((c) => c.stance + ' ' + c.applies + ' ' + c.verdicts[0].rating.label).join())
}
`

// unpacked writes what is served to partners into a directory.
func unpacked(t *testing.T, p *partner) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, text []byte) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"lookup.mjs", "canonical-url.mjs", "canonical-url-sites.mjs", "canonical-url-wrappers.mjs"} {
		a := p.do("GET", "/developers/client/"+name)
		if a.StatusCode != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/javascript") {
			t.Fatalf("%s: got %d as %s", name, a.StatusCode, a.Header.Get("Content-Type"))
		}
		write(name, a.body)
	}
	write("ask.mjs", []byte(askJS))
	packed := p.do("GET", "/developers/client/lookup-go.zip").body
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		write(f.Name, text)
	}
	return dir
}

func TestReferenceClientsFindWithoutTelling(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	linked(t, env, "https://www.rumour.example/ü/makes", map[factcheck.ClaimID]factcheck.Stance{v.Claim: factcheck.StanceMakes})
	linked(t, env, "https://x.com/debunker/status/20", map[factcheck.ClaimID]factcheck.Stance{v.Claim: factcheck.StanceDisputes})
	p, _ := serveFinding(t, env)
	dir := unpacked(t, p)
	addresses := []string{"http://rumour.example/%C3%BC/makes/amp?utm_source=x", "https://mobile.twitter.com/other/status/20?s=20", "https://rumour.example/other"}
	want := "makes true False\ndisputes false False\n\n"
	out, err := exec.CommandContext(t.Context(), "node", append([]string{filepath.Join(dir, "ask.mjs"), p.url}, addresses...)...).CombinedOutput()
	if err != nil || string(out) != want {
		t.Errorf("JavaScript: got %s, %v; want %s", out, err, want)
	}
	got := ""
	for _, address := range addresses {
		claims, err := client.Lookup{Base: p.url, Digits: 3, Client: &http.Client{Timeout: time.Minute}}.Find(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range claims {
			got += c.Stance + " " + map[bool]string{true: "true", false: "false"}[c.Applies] + " " + c.Verdicts[0].Rating.Label
		}
		got += "\n"
	}
	if got != want {
		t.Errorf("Go: got %s, want %s", got, want)
	}
	// What partners unpack builds by itself, with nothing of ours beside it.
	sums, err := os.ReadFile("../../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	module := filepath.Join(dir, "touchstonelookup")
	if err := os.WriteFile(filepath.Join(module, "go.sum"), sums, 0o600); err != nil {
		t.Fatal(err)
	}
	versions, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Path}}@{{.Version}}", "golang.org/x/net", "golang.org/x/text").Output()
	if err != nil {
		t.Fatal(err)
	}
	var edits []string
	for _, m := range strings.Fields(string(versions)) {
		edits = append(edits, "-require="+m)
	}
	for _, args := range [][]string{append([]string{"mod", "edit"}, edits...), {"vet", "./..."}} {
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir, cmd.Env = module, append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %v: %v: %s", args, err, out)
		}
	}
	if doc := p.do("GET", "/developers/client/canonical-url.json"); doc.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(string(doc.body), `"version":1`) {
		t.Errorf("got %.100s, want the data for pages of any origin", doc.body)
	}
}
