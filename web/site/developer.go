package site

import (
	"slices"

	"github.com/touchstone-factcheck/touchstone/web/guide"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// DevelopersPage is /developers: where partners begin.
type DevelopersPage struct {
	ui.Shell
	Canonical string
	Guides    []guide.Guide
	Reference Reference
}

func (p DevelopersPage) head() ui.Head {
	return ui.Head{Title: p.T("nav.developers"), Description: p.T("developers.lead"), Canonical: p.Canonical, Style: developersStyle}
}

// developersStyle is the style sheet of these pages, beside the one of all.
const developersStyle = "developers.css"

// GuidePage is /developers/guides/{slug}: how to do one thing, with programs that do it.
type GuidePage struct {
	ui.Shell
	Canonical string
	Guide     guide.Guide
	Guides    []guide.Guide // all of them
}

func (p GuidePage) head() ui.Head {
	h := ui.Head{Title: p.Guide.Title, Description: p.Guide.Lead, Canonical: p.Canonical, ShareLang: p.Guide.Lang, Style: developersStyle}
	if p.foreign() {
		h.Robots = "noindex" // the same words are in their own language already
	}
	return h
}

// foreign reports whether the guide is not in the interface's language.
func (p GuidePage) foreign() bool { return p.Guide.Lang != ui.PrimaryLanguage(p.Lang) }

// guidePath is the path of a guide.
func guidePath(slug string) string { return "/developers/guides/" + slug }

// hasPrograms reports whether there is a program in it.
func (p GuidePage) hasPrograms() bool {
	return slices.ContainsFunc(p.Guide.Parts, func(part guide.Part) bool { return part.Task != nil })
}

// next returns the guide after this one; false after the last.
func (p GuidePage) next() (guide.Guide, bool) {
	for i, g := range p.Guides {
		if g.Slug == p.Guide.Slug && i+1 < len(p.Guides) {
			return p.Guides[i+1], true
		}
	}
	return guide.Guide{}, false
}

// codeID is the id of a program on its page.
func codeID(task guide.Task, c guide.Code) string { return task.Name + "-" + c.Lang }
