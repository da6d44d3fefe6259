package site

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// Citation is what a claim's page is cited by, in the languages of machines.
type Citation struct {
	Key      string // for BibTeX: ASCII, unique for the claim
	House    string
	Title    string // begins with the rating
	URL      string
	Language string
	Changed  time.Time // when the page last changed; zero if that is not known
	Version  int       // of the verdict, 0 without one
}

// Citation returns what this page is cited by.
func (p ClaimPage) Citation() Citation {
	return Citation{
		Key: p.Claim.ID, House: p.HouseName, Title: p.Title(), URL: p.address(), Language: orDefault(p.Lang), Changed: p.cited(), Version: p.verdict().Version,
	}
}

// address is the page's own absolute address, in its language and of its state.
func (p ClaimPage) address() string {
	if p.PublicURL == "" || p.Path == "" {
		return p.Claim.URL
	}
	return p.PublicURL + p.Local(p.Path)
}

// cited is the day a citation names.
func (p ClaimPage) cited() time.Time {
	if !p.ChangedAt.IsZero() {
		return p.ChangedAt
	}
	return asOf(p.verdict())
}

func orDefault(lang string) string {
	if lang == "" {
		return text.Default
	}
	return lang
}

// bibEscapes are the characters that BibTeX and LaTeX take for commands. A title has no use for any of them.
var bibEscapes = strings.NewReplacer(`\`, `\textbackslash{}`, `{`, `\{`, `}`, `\}`, `$`, `\$`, `&`, `\&`, `#`, `\#`, `%`, `\%`, `_`, `\_`, `^`, `\textasciicircum{}`, `~`, `\textasciitilde{}`)

// BibTeX returns the citation as an entry of a bibliography in UTF-8, as biber and BibLaTeX read it.
func (c Citation) BibTeX() []byte {
	var b strings.Builder
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %s = {%s},\n", name, value)
		}
	}
	fmt.Fprintf(&b, "@online{%s,\n", c.Key)
	field("author", "{"+bibEscapes.Replace(c.House)+"}")
	field("title", "{"+bibEscapes.Replace(strings.Join(strings.Fields(c.Title), " "))+"}")
	if !c.Changed.IsZero() {
		field("date", c.Changed.UTC().Format(time.DateOnly))
	}
	if c.Version > 0 {
		field("version", fmt.Sprint(c.Version))
	}
	field("url", strings.NewReplacer("{", "%7B", "}", "%7D", `\`, "%5C").Replace(c.URL))
	field("langid", c.Language)
	b.WriteString("}\n")
	return []byte(b.String())
}

// CSL returns the citation as CSL-JSON, the exchange format of Zotero and citeproc (citation-style-language/schema).
func (c Citation) CSL() ([]byte, error) {
	type name struct {
		Literal string `json:"literal"`
	}
	type date struct {
		Parts [][3]int `json:"date-parts"`
	}
	item := struct {
		ID        string `json:"id"`
		Type      string `json:"type"`
		Title     string `json:"title"`
		Author    []name `json:"author"`
		Container string `json:"container-title"`
		Publisher string `json:"publisher"`
		Issued    *date  `json:"issued,omitempty"`
		Version   string `json:"version,omitempty"`
		URL       string `json:"URL"`
		Language  string `json:"language"`
	}{
		ID: c.Key, Type: "webpage", Title: c.Title, Author: []name{{c.House}}, Container: c.House, Publisher: c.House, URL: c.URL, Language: c.Language,
	}
	if at := c.Changed.UTC(); !c.Changed.IsZero() {
		item.Issued = &date{[][3]int{{at.Year(), int(at.Month()), at.Day()}}}
	}
	if c.Version > 0 {
		item.Version = fmt.Sprint(c.Version)
	}
	out, err := json.MarshalIndent([]any{item}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write a citation: %w", err)
	}
	return append(out, '\n'), nil
}

// copied is the answer as somebody pastes it: rating, claim, answer, who says so, as of when, and where.
func (p ClaimPage) copied() string {
	answer, _ := p.answer()
	if p.state() != stateFinding {
		answer = p.description()
	}
	lines := []string{p.Title(), answer, p.HouseName + p.T("list.comma") + p.Day(p.cited()), p.address()}
	return strings.Join(lines, "\n")
}

// EmbedWidth and EmbedHeight are the size of an embed in pixels, where the page that takes it in says nothing else.
const (
	EmbedWidth  = 600
	EmbedHeight = 320
)

// EmbedFrame is what a page elsewhere takes in to show a verdict: a frame without a script, which follows corrections. It is
// no wider than the column it stands in, and nothing in it can reach the page around it.
func EmbedFrame(src, title string, width, height int) string {
	return fmt.Sprintf(`<iframe src="%s" width="%d" height="%d" title="%s" style="max-width:100%%;border:0" loading="lazy" sandbox="allow-popups allow-top-navigation-by-user-activation"></iframe>`,
		html.EscapeString(src), width, height, html.EscapeString(title))
}

// embedCode is the frame of this page's claim, for copying: the same as oEmbed gives.
func (p ClaimPage) embedCode() string {
	return EmbedFrame(p.PublicURL+p.Local("/embed/claims/"+p.Claim.ID), p.Title(), EmbedWidth, EmbedHeight)
}
