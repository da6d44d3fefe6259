package client

import (
	"archive/zip"
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/canonurl"
)

//go:embed *.mjs lookup.go suffixes.txt
var files embed.FS

// Script returns one of the files of the client in JavaScript, and whether there is one of the name.
func Script(name string) ([]byte, bool) {
	text, err := files.ReadFile(name)
	return text, err == nil && strings.HasSuffix(name, ".mjs")
}

// Data returns the data of the canonical form as JSON: the lists of tracking parameters and wrappers, and the public suffixes
// as this program knows them, those that ICANN has and the private ones apart.
func Data() ([]byte, error) {
	tracking, err := canonurl.Source.ReadFile("data/tracking.txt")
	if err != nil {
		return nil, err
	}
	wrappers, err := canonurl.Source.ReadFile("data/wrappers.txt")
	if err != nil {
		return nil, err
	}
	suffixes, err := files.ReadFile("suffixes.txt")
	if err != nil {
		return nil, err
	}
	icann, private, _ := strings.Cut(strings.TrimSpace(string(suffixes)), "\n")
	return json.Marshal(map[string]any{"version": canonurl.Version, "tracking": string(tracking), "wrappers": string(wrappers), "suffixes_icann": icann, "suffixes_private": private})
}

// module is the name of the client in Go where partners unpack it.
const module = "touchstonelookup"

// Archive returns the client in Go with the package canonurl as a zip file. `go mod tidy` in it completes what it needs,
// which is golang.org/x/net.
func Archive() ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	add := func(name string, text []byte) error {
		w, err := z.Create(module + "/" + name)
		if err == nil {
			_, err = w.Write(text)
		}
		return err
	}
	client, err := files.ReadFile("lookup.go")
	if err != nil {
		return nil, err
	}
	own := bytes.ReplaceAll(client, []byte("github.com/touchstone-factcheck/touchstone/internal/canonurl"), []byte(module+"/canonurl"))
	if err := add("client/lookup.go", own); err != nil {
		return nil, fmt.Errorf("pack the client: %w", err)
	}
	if err := add("go.mod", []byte("module "+module+"\n\ngo 1.25\n")); err != nil {
		return nil, fmt.Errorf("pack the client: %w", err)
	}
	err = fs.WalkDir(canonurl.Source, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := canonurl.Source.ReadFile(path)
		if err != nil {
			return err
		}
		return add("canonurl/"+path, text)
	})
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("pack the client: %w", err)
	}
	return out.Bytes(), nil
}
