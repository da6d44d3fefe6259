// Package guide holds what partners read at /developers: a guide for each task, written in Markdown, and the programs in it.
// Every program is a file of its own under snippet, in four languages, and a test of cmd/touchstone runs each of them against a
// server and holds what it prints to what the guide shows.
package guide

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
)

// Origin stands in guides and programs for the address of the newsroom: that of the demonstration, so that the files run
// as they are beside `touchstone demo`.
const Origin = "http://localhost:8080"

// written is the language every guide is written in.
const written = "en"

//go:embed en snippet
var files embed.FS

// Guide is one task.
type Guide struct {
	Slug  string // last part of its address, /developers/guides/{slug}
	Lang  string // it is written in
	Title string
	Lead  string // first paragraph
	Parts []Part
}

// Part is a piece of a guide: Markdown, or programs.
type Part struct {
	Markdown string
	Task     *Task
}

// Task is one thing done in several languages.
type Task struct {
	Name  string // of its files
	Codes []Code
}

// Code is a program, as a file that runs.
type Code struct {
	Lang   string // "curl", "go", "python" or "javascript"
	Label  string // its name
	File   string // in the snippets
	Text   string // what is shown and copied
	Output string // what it prints; … stands for what differs from one newsroom to another
}

// Languages returns the languages programs are written in, in the order they are shown in.
func Languages() []Code {
	return []Code{{Lang: "curl", Label: "curl", File: ".sh"}, {Lang: "go", Label: "Go", File: ".go"}, {Lang: "python", Label: "Python", File: ".py"}, {Lang: "javascript", Label: "JavaScript", File: ".mjs"}}
}

// slugs are the guides in their order.
var slugs = [...]string{"first-request", "look-up", "private-look-up", "changes", "everything", "show", "limits", "google", "assistants", "webhooks", "file"} //nolint:gochecknoglobals // a constant

// All returns the guides in their order, each in a language where it is written in that, and in English otherwise.
func All(lang string) []Guide {
	all := load()
	out := make([]Guide, 0, len(slugs))
	for _, slug := range slugs {
		g, ok := all[lang+"/"+slug]
		if !ok {
			g = all[written+"/"+slug]
		}
		out = append(out, g)
	}
	return out
}

// Find returns a guide by its slug, in a language or in English; false if there is none.
func Find(lang, slug string) (Guide, bool) {
	for _, g := range All(lang) {
		if g.Slug == slug {
			return g, true
		}
	}
	return Guide{}, false
}

// Changelog returns what changed and what is promised, in a language or in English.
func Changelog(lang string) (Guide, bool) {
	all := load()
	g, ok := all[lang+"/changelog"]
	if !ok {
		g, ok = all[written+"/changelog"]
	}
	return g, ok
}

// Filled returns the guide with words in the places that are kept for them, given in pairs as to strings.NewReplacer.
func (g Guide) Filled(pairs ...string) Guide {
	r := strings.NewReplacer(pairs...)
	parts := make([]Part, 0, len(g.Parts))
	for _, p := range g.Parts {
		if p.Task != nil {
			task := Task{Name: p.Task.Name}
			for _, c := range p.Task.Codes {
				c.Text, c.Output = r.Replace(c.Text), r.Replace(c.Output)
				task.Codes = append(task.Codes, c)
			}
			p.Task = &task
		}
		p.Markdown = r.Replace(p.Markdown)
		parts = append(parts, p)
	}
	g.Parts = parts
	return g
}

// load reads all guides once. A broken one is a programmer's mistake: it panics.
var load = sync.OnceValue(func() map[string]Guide {
	out := map[string]Guide{}
	names, err := fs.Glob(files, "*/*.md")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		g, err := read(name)
		if err != nil {
			panic(err)
		}
		out[g.Lang+"/"+g.Slug] = g
	}
	return out
})

// read reads a guide: a title, a first paragraph, and then Markdown, in which @name on a line of its own stands for the
// programs of that name.
func read(name string) (Guide, error) {
	text, err := files.ReadFile(name)
	if err != nil {
		return Guide{}, err
	}
	g := Guide{Lang: path.Dir(name), Slug: strings.TrimSuffix(path.Base(name), ".md")}
	head, rest, _ := strings.Cut(string(text), "\n\n")
	lead, body, more := strings.Cut(rest, "\n\n")
	title, titled := strings.CutPrefix(head, "# ")
	if !titled || !more {
		return g, fmt.Errorf("%s lacks a title, a first paragraph or more", name)
	}
	g.Title, g.Lead = title, lead
	var prose []string
	for line := range strings.SplitSeq(body, "\n") {
		task, ok := strings.CutPrefix(line, "@")
		if !ok {
			prose = append(prose, line)
			continue
		}
		t, err := readTask(task)
		if err != nil {
			return g, fmt.Errorf("%s: %w", name, err)
		}
		g.Parts = append(g.Parts, Part{Markdown: strings.Join(prose, "\n")}, Part{Task: t})
		prose = nil
	}
	g.Parts = append(g.Parts, Part{Markdown: strings.Join(prose, "\n")})
	return g, nil
}

// readTask reads the programs of a name. What they print stands in NAME.out for all, or in NAME.sh.out for curl.
func readTask(name string) (*Task, error) {
	t := &Task{Name: name}
	shared, err := files.ReadFile("snippet/" + name + ".out")
	if err != nil {
		return nil, err
	}
	for _, c := range Languages() {
		c.File = name + c.File
		text, err := files.ReadFile("snippet/" + c.File)
		if err != nil {
			return nil, err
		}
		c.Text, c.Output = strings.TrimPrefix(string(text), "//go:build ignore\n\n"), string(shared)
		if own, err := files.ReadFile("snippet/" + c.File + ".out"); err == nil {
			c.Output = string(own)
		}
		t.Codes = append(t.Codes, c)
	}
	return t, nil
}

// Tasks returns the tasks of all guides.
func Tasks() []Task {
	var out []Task
	for _, g := range All(written) {
		for _, p := range g.Parts {
			if p.Task != nil {
				out = append(out, *p.Task)
			}
		}
	}
	return out
}
