package demo

import (
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Article is a page, post or video with its whole text, which is ours. It comes into the house with the first step that
// takes or links it; Outlet is empty where the publisher is no outlet. A post that nobody can open has a Platform and a
// Handle in place of an address.
type Article struct {
	Key       string                `json:"key"`
	URL       string                `json:"url,omitempty"`
	Spellings []string              `json:"spellings,omitempty"` // other addresses it is passed on under
	Kind      factcheck.ArticleKind `json:"kind"`
	Platform  string                `json:"platform,omitempty"`
	Handle    string                `json:"handle,omitempty"`  // newsroom only
	Picture   bool                  `json:"picture,omitempty"` // somebody sent a picture of it
	Outlet    string                `json:"outlet,omitempty"`
	Language  string                `json:"language"`
	Author    string                `json:"author,omitempty"`
	Title     string                `json:"title"`
	Published When                  `json:"published"`
	Archive   string                `json:"archive,omitempty"` // a copy elsewhere
	Image     string                `json:"image,omitempty"`
	Text      Prose                 `json:"text"`
	Leads     []Lead                `json:"leads,omitempty"` // pointers to other stories, beside the text
	Check     *Check                `json:"check,omitempty"` // that the page states in its markup
	Steps     []ArticleStep         `json:"steps,omitempty"`
}

// Lead is a pointer of a page to another story.
type Lead struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// Check is the fact-check that a page of another publisher states in its markup, of the page's own site.
type Check struct {
	Publisher string `json:"publisher"` // as the page spells it
	Claim     string `json:"claim"`
	Claimant  string `json:"claimant"`
	Date      When   `json:"date"` // the claim was made
	Label     string `json:"label"`
	Answer    string `json:"answer"`
}

// ArticleDo is what is done to an article apart from its claims.
type ArticleDo string

// The things that are done to articles.
const (
	ArticleTake   ArticleDo = "take"   // it is taken in, and waits for somebody to link it
	ArticleChange ArticleDo = "change" // its page is read again and says something else now: Title, Text
	ArticleAccept ArticleDo = "accept" // an editor accepts the check that it states
)

// ArticleDos lists everything that is done to articles.
func ArticleDos() []ArticleDo { return []ArticleDo{ArticleTake, ArticleChange, ArticleAccept} }

// ArticleStep is one thing a person does to an article at a moment.
type ArticleStep struct {
	At    When      `json:"at"`
	By    string    `json:"by"`
	Do    ArticleDo `json:"do"`
	Title string    `json:"title,omitempty"` // that the page has from now on; empty: as before
	Text  Prose     `json:"text,omitempty"`  // all that the page says from now on
}

// Says returns every text the article ever had, its title included, each as a whole.
func (a Article) Says() []string {
	all := []string{a.Title + "\n\n" + a.Text.String()}
	for _, s := range a.Steps {
		if s.Do == ArticleChange {
			all = append(all, s.Title+"\n\n"+s.Text.String())
		}
	}
	return all
}

// changed returns the article as it is after a step that changed its page.
func (a Article) changed(s ArticleStep) Article {
	if s.Title != "" {
		a.Title = s.Title
	}
	a.Text = s.Text
	return a
}
