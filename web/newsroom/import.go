package newsroom

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ImportsPage lists the imports, with the form for one more.
type ImportsPage struct {
	Shell
	Now  time.Time
	Jobs []ImportItem
	Form ImportForm
	Most int // MiB of a file
}

// ImportForm is what is said of a file.
type ImportForm struct {
	Format, Publisher     string
	Legacy, Allow, DryRun bool
	Fields                []ImportField
	Error, Field          string
	LostFile              bool
}

// ImportField is a field of a fact-check and the column that holds it.
type ImportField struct{ Name, Means, Column string }

func (f ImportForm) formats() []option {
	return options(f.Format, "auto", "Look at the content", "claimreview", "ClaimReview (JSON-LD, a feed or a page)", "csv", "CSV", "jsonl", "JSON Lines")
}

func (f ImportForm) mapped() bool {
	for _, field := range f.Fields {
		if field.Column != "" {
			return true
		}
	}
	return f.Field == "map"
}

func (f ImportForm) wrong(field string) string {
	if f.Error != "" && f.Field == field {
		return f.Error
	}
	return ""
}

// ImportItem is an import in the background.
type ImportItem struct {
	ID, Name, State, Format, Problem, By        string
	Stopping, DryRun, Kept                      bool
	Size, Place                                 int64
	Read, Created, Updated, Unchanged, Rejected int64
	At, FinishedAt                              time.Time
}

// Over reports whether the import ended, one way or another.
func (it ImportItem) Over() bool { return it.State != "waiting" && it.State != "running" }

// Percent is how much of the file was read.
func (it ImportItem) Percent() int {
	if it.State == "done" || it.Size == 0 {
		return 100
	}
	return int(min(100, it.Place*100/it.Size))
}

// Counted says what became of the records so far.
func (it ImportItem) Counted() string {
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	return n(it.Read) + " read: " + n(it.Created) + " created, " + n(it.Updated) + " updated, " + n(it.Unchanged) + " unchanged, " + n(it.Rejected) + " rejected"
}

func (it ImportItem) state() string {
	words := map[string]string{"waiting": "waits for its turn", "running": "is read", "stopped": "stopped", "done": "done", "failed": "not finished"}[it.State]
	if it.Stopping {
		words = "stops after the records it is at"
	}
	if it.DryRun {
		words += ", tried only"
	}
	return words
}

// headline says what the file was recognised as and how its import stands.
func (it ImportItem) headline() string {
	if it.Format == "" {
		return it.state()
	}
	return it.Format + " · " + it.state()
}

func (it ImportItem) path() string { return "/newsroom/imports/" + it.ID }

// ImportPage is an import with what became of its records.
type ImportPage struct {
	Shell
	ImportItem
	Only, Next, Error string
	Later             bool
	Records           []ImportRecord
	Columns           []string // of the file, to say which holds what; none where there is nothing to say
	Fields            []ImportField
}

// goesOn reports whether the job can be gone on with: one whose columns nobody could tell begins anew instead.
func (p ImportPage) goesOn() bool {
	return p.Kept && (p.State == "stopped" || p.State == "failed" && (len(p.Columns) == 0 || p.Read > 0))
}

// Unknown reports whether nothing was read because nobody can tell what the columns hold.
func (p ImportPage) Unknown() bool {
	return p.State == "failed" && p.Read == 0 && len(p.Columns) > 0 && strings.Contains(p.Problem, "cannot be told")
}

// asksColumns reports whether the columns stand open: nothing was read as it is.
func (p ImportPage) asksColumns() bool { return p.Error != "" || p.Read == p.Rejected }

// neededField reports whether no fact-check can do without a field.
func neededField(name string) bool { return name == "claim" || name == "url" || name == "label" }

// ImportRecord is what became of a record.
type ImportRecord struct {
	Line                         int64
	Outcome, Text, Reason, Notes string
}

func (p ImportPage) filters() []navItem {
	items := []navItem{{label: "All records", url: ""}, {label: "Created", url: "created"}, {label: "Updated", url: "updated"}, {label: "Unchanged", url: "unchanged"}, {label: "Rejected", url: "rejected"}}
	for i, it := range items {
		items[i].current = it.url == p.Only
		items[i].url = p.listURL(it.url, "")
	}
	return items
}

func (p ImportPage) listURL(only, after string) string {
	v := url.Values{}
	if only != "" {
		v.Set("only", only)
	}
	if after != "" {
		v.Set("after", after)
	}
	if len(v) == 0 {
		return p.path()
	}
	return p.path() + "?" + v.Encode()
}

// PublishedPage is the form for a fact-check that stands on the house's own site already.
type PublishedPage struct {
	Shell
	URL, Error, Article, Claim string
}

func (p ImportsPage) target() string {
	switch p.Form.Field {
	case "file", "publisher", "format":
		return p.Form.Field
	case "map":
		return "map"
	}
	return ""
}

// columnList names the columns of the file.
func (p ImportPage) columnList() string { return strings.Join(p.Columns, ", ") }
