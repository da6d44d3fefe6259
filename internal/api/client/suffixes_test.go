package client_test

import (
	"encoding/binary"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write suffixes.txt anew")

// tables are those of golang.org/x/net/publicsuffix, which its table.go describes: its package answers for single names only.
type tables struct{ children, nodes, text []byte }

func (x tables) walk(lo, hi uint32, parent string, add func(rule string, icann bool)) {
	for i := lo; i < hi; i++ {
		var b [8]byte
		copy(b[3:], x.nodes[i*5:i*5+5])
		n := binary.BigEndian.Uint64(b[:])
		length, offset := n&63, n>>6&0xffff
		icann := n>>22&1 == 1
		child := binary.BigEndian.Uint32(x.children[(n>>23&1023)*4:])
		name := string(x.text[offset : offset+length])
		if parent != "" {
			name += "." + parent
		}
		switch child >> 28 & 3 {
		case 0:
			add(name, icann)
		case 1:
			add("!"+name, icann)
		}
		if child>>30&1 == 1 {
			add("*."+name, icann)
		}
		x.walk(child&0x3fff, child>>14&0x3fff, name, add)
	}
}

func TestSuffixesAreThoseOfTheProgram(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", "golang.org/x/net/publicsuffix").Output()
	if err != nil {
		t.Fatal(err)
	}
	var x tables
	for name, into := range map[string]*[]byte{"children": &x.children, "nodes": &x.nodes, "text": &x.text} {
		if *into, err = os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "data", name)); err != nil {
			t.Fatal(err)
		}
	}
	tlds, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "table.go"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(tlds), "const numTLD = ")
	top := uint32(0)
	for _, c := range strings.SplitN(after, "\n", 2)[0] {
		top = top*10 + uint32(c-'0')
	}
	var icann, private []string
	x.walk(0, top, "", func(rule string, of bool) {
		if of {
			icann = append(icann, rule)
		} else {
			private = append(private, rule)
		}
	})
	want := strings.Join(icann, " ") + "\n" + strings.Join(private, " ") + "\n"
	if *update {
		if err := os.WriteFile("suffixes.txt", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("suffixes.txt")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want || len(icann) < 5000 || len(private) < 1000 {
		t.Errorf("got %d bytes of suffixes, want %d (%d and %d rules); go test ./internal/api/client -update", len(got), len(want), len(icann), len(private))
	}
}
