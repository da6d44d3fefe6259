package export

import (
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// EditionFile returns the name of an edition's file of a format.
func EditionFile(format string) string { return "claims." + format + ".gz" }

// EditionName returns the month of an edition as its addresses and the names of its files have it, such as 2025-06.
func EditionName(e store.Edition) string { return e.Month.Format("2006-01") }

// EditionPath returns the path at which readers get a file of an edition.
func EditionPath(e store.Edition, file string) string {
	return "/data/" + EditionName(e) + "/" + file
}

// PackageFile is the name of the file that says what is in an edition, see Package.
const PackageFile = "datapackage.json"

// dataPackage is the datapackage.json of an edition (Frictionless Data Package 1), with members of our own: where it stands in the
// change feed, and what its files replaced.
type dataPackage struct {
	Profile     string     `json:"profile"`
	Name        string     `json:"name"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Homepage    string     `json:"homepage"`
	Created     string     `json:"created"`
	Licenses    []any      `json:"licenses,omitempty"`
	Sources     []any      `json:"sources"`
	Epoch       string     `json:"feed_epoch"`
	Seq         int64      `json:"feed_seq"`
	Resources   []resource `json:"resources"`
}

// resource is a file in a data package. Its hash is of the packed file.
type resource struct {
	Profile     string     `json:"profile,omitempty"`
	Name        string     `json:"name"`
	Path        string     `json:"path"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Format      string     `json:"format"`
	MediaType   string     `json:"mediatype"`
	Encoding    string     `json:"encoding"`
	Compression string     `json:"compression"`
	Bytes       int64      `json:"bytes"`
	Hash        string     `json:"hash"`
	Claims      int64      `json:"claims"`
	Schema      schema     `json:"schema"`
	Replaced    []replaced `json:"replaced"`
}

type schema struct {
	Fields []Field `json:"fields"`
}

// replaced is a file that was made again.
type replaced struct {
	Hash    string   `json:"hash"`
	At      string   `json:"at"`
	Reasons []string `json:"reasons"`
}

// Package returns the datapackage.json of an edition.
func Package(e store.Edition, house store.House, publicURL string) ([]byte, error) {
	fields, err := Fields(e.Package)
	if err != nil {
		return nil, err
	}
	p := dataPackage{
		Profile: "data-package", Name: "claims-" + EditionName(e), Title: house.Name + ", " + EditionName(e),
		Description: "All that was public at one moment of a month. A file changes only to take out what must not be shown any more; what it replaced is listed.",
		Homepage:    publicURL + "/data", Created: e.At.Format("2006-01-02T15:04:05Z"), Epoch: e.Epoch, Seq: e.Seq,
		Sources: []any{map[string]string{"title": house.Name, "path": publicURL + "/"}},
	}
	if e.Licence != "" {
		licence := map[string]string{"name": e.Licence}
		if strings.HasPrefix(e.Licence, "http") {
			licence = map[string]string{"path": e.Licence}
		}
		p.Licenses = []any{licence}
	}
	for _, f := range e.Files {
		r := resource{
			Name: "claims-" + f.Format, Path: EditionFile(f.Format), Format: f.Format, Encoding: "utf-8", Compression: "gz", Bytes: f.Size,
			Hash: "sha256:" + hex.EncodeToString(f.SHA256[:]), Claims: f.Claims, Schema: schema{fields[f.Format]}, Replaced: []replaced{},
		}
		switch f.Format {
		case exchange.FormatCSV:
			r.Profile, r.Title, r.MediaType = "tabular-data-resource", "Current verdicts", "text/csv"
			r.Description = "A row for each current verdict. A cell that a spreadsheet would run as a formula has an apostrophe before it."
		default:
			r.Title, r.MediaType = "Everything", "application/x-ndjson"
			r.Description = `Lines of JSON. The first is {"epoch","seq","at","licence"}, each further one a claim with its versions and what happened to its appearances, the last {"end":true,"epoch","seq","claims"}. A field is named by its path, [] stands behind lists.`
		}
		for _, was := range f.Earlier {
			r.Replaced = append(r.Replaced, replaced{"sha256:" + hex.EncodeToString(was.SHA256[:]), was.At.Format("2006-01-02T15:04:05Z"), was.Reasons})
		}
		p.Resources = append(p.Resources, r)
	}
	return json.MarshalIndent(p, "", "  ")
}
