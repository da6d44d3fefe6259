package canonurl

import (
	"embed"
	"strings"
)

// Source is this package's own source with its data, for partners who compute keys themselves.
//
//go:embed address.go archive.go data.go doc.go error.go host.go percent.go query.go read.go refine.go site.go variant.go wrap.go data/*.txt testdata/vectors.json
var Source embed.FS

// Form returns the canonical form, as the package's documentation sets it out, for people.
func Form() string {
	text, err := Source.ReadFile("doc.go")
	if err != nil {
		panic("canonurl: its own documentation is not embedded: " + err.Error())
	}
	var out strings.Builder
	for line := range strings.Lines(string(text)) {
		if comment, ok := strings.CutPrefix(line, "//"); ok {
			out.WriteString(strings.TrimPrefix(comment, " "))
		}
	}
	return out.String()
}
