package api

import (
	"context"
	"net/http"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const articlesPath = prefix + "/articles"

// articleDraft is the body of POST /articles.
type articleDraft struct {
	URL        string `json:"url,omitempty" doc:"Its address in any spelling, at most 2,000 bytes; needed but for a post that nobody can open"`
	Kind       string `json:"kind,omitempty" enum:"page,post,video" default:"page"`
	Title      string `json:"title,omitempty"`
	Author     string `json:"author,omitempty" doc:"As readers see it"`
	OutletName string `json:"outlet_name,omitempty" doc:"Of an outlet that is new here; empty: its host name"`
	Language   string `json:"language,omitempty" doc:"BCP 47"`
	Published  string `json:"published_at,omitempty" doc:"As exactly as is known: 2025, 2025-06, 2025-06-07 or 2025-06-07T16:40:00Z"`
	Text       string `json:"text,omitempty" doc:"What it says, never public as a whole: claims are looked for in it"`
	Platform   string `json:"platform,omitempty" doc:"Of a post, such as Telegram"`
	Handle     string `json:"handle,omitempty" doc:"Of a post: under which name; never public"`
	ArchiveURL string `json:"archive_url,omitempty" doc:"A copy in an archive, for readers"`
}

// articleEdit is the body of PATCH /articles/{id}. What is left out stays as it is; an empty text takes away.
type articleEdit struct {
	Title      *string `json:"title,omitempty"`
	Author     *string `json:"author,omitempty"`
	Language   *string `json:"language,omitempty"`
	Published  *string `json:"published_at,omitempty"`
	ArchiveURL *string `json:"archive_url,omitempty"`
}

func addArticleOperation(s *schemas) *draftOperation {
	return draft(s, words{http.MethodPost, "/articles", "add-article", "Add an article",
		"A page, post or video that a claim appears in. One that is known, under any spelling of its address, is answered with 200: what was not known of it is filled in, " +
			"unless readers would see that at once. Claims are looked for in its text, and suggested to people."},
		articleDraft{URL: "https://news.example/2025/harbour?utm_source=feed", Title: "Harbour closed", Published: "2025-06-07"}, addArticle)
}

func editArticleOperation(s *schemas) *draftOperation {
	title := "Harbour closed for good"
	return draft(s, words{http.MethodPatch, "/articles/{id}", "edit-article", "Change an article",
		"What is left out stays. An article of public claims is changed by people: 409."}, articleEdit{Title: &title}, editArticle)
}

// articleFields are the names that fields of articles have here.
func articleFieldNames() map[string]string { return map[string]string{"published": "published_at"} }

// addArticle serves POST /articles.
func addArticle(ctx context.Context, d desk, in *articleDraft) (Receipt, error) {
	published, err := dateOf("published_at", in.Published)
	if err != nil {
		return Receipt{}, err
	}
	article := factcheck.ArticleInput{
		URL: in.URL, Kind: factcheck.ArticleKind(in.Kind), Title: in.Title, Author: in.Author, OutletName: in.OutletName, Language: in.Language, Published: published,
		Text: in.Text, Platform: in.Platform, Handle: in.Handle, ArchiveURL: in.ArchiveURL,
	}
	added, err := d.db.AddArticle(ctx, d.actor, article)
	if err != nil {
		return Receipt{}, renamed(err, articleFieldNames())
	}
	w, err := d.db.NewsroomArticle(ctx, d.actor, added.Article)
	out := d.articleReceipt(w)
	if !added.Created {
		out.status = http.StatusOK
	}
	return out, err
}

// editArticle serves PATCH /articles/{id}.
func editArticle(ctx context.Context, d desk, in *articleEdit) (Receipt, error) {
	id, err := pathID[factcheck.ArticleID](d.id, "there is no such article here")
	if err != nil {
		return Receipt{}, err
	}
	w, err := d.db.NewsroomArticle(ctx, d.actor, id)
	if err != nil {
		return Receipt{}, err
	}
	if err := d.matches(articleTag(w)); err != nil {
		return Receipt{}, err
	}
	to := factcheck.ArticleEdit{Title: w.Title, Author: w.Author, OutletName: w.OutletName, OutletWas: w.OutletName, OutletSite: w.OutletSite, Language: w.Language,
		Published: w.Published, LeadImage: w.LeadImage, ArchiveURL: w.ArchiveURL}
	if w.Modified != nil {
		to.Modified = *w.Modified
	}
	put(&to.Title, in.Title)
	put(&to.Author, in.Author)
	put(&to.Language, in.Language)
	put(&to.ArchiveURL, in.ArchiveURL)
	if in.Published != nil {
		if to.Published, err = dateOf("published_at", *in.Published); err != nil {
			return Receipt{}, err
		}
	}
	if _, err := d.db.EditArticle(ctx, d.actor, id, w.Revision, to, nil); err != nil {
		now := func() (string, error) {
			w, err := d.db.NewsroomArticle(ctx, d.actor, id)
			return articleTag(w), err
		}
		return Receipt{}, d.missed(renamed(err, articleFieldNames()), now)
	}
	if w, err = d.db.NewsroomArticle(ctx, d.actor, id); err == nil && w.Public {
		err = store.ErrPublic // readers see what an article is called, and by whom it is
	}
	return d.articleReceipt(w), err
}

func articleTag(w store.WorkingArticle) string { return tag("t", w.Revision) }

func (d desk) articleReceipt(w store.WorkingArticle) Receipt {
	return Receipt{ID: w.ID.String(), Kind: "article", State: "known", ETag: articleTag(w), URL: d.pages + "articles/" + w.ID.String()}
}
