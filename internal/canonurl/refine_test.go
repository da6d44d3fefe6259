package canonurl

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

var refineCases = []struct {
	name                        string
	requested, final, canonical string
	want                        string
	seen                        []string // nil: only want
}{
	{
		"on a site where everybody writes nobody speaks for another", "https://medium.com/@evil/a-story-1a2b3c4d5e6f", "https://medium.com/@evil/a-story-1a2b3c4d5e6f",
		"https://medium.com/@big/the-real-story-6f5e4d3c2b1a", "https://medium.com/@evil/a-story-1a2b3c4d5e6f", nil,
	},
	{
		"on a site where everybody writes the writer speaks", "https://medium.com/@ann/a-story-1a2b3c4d5e6f?source=feed", "https://medium.com/@ann/a-story-1a2b3c4d5e6f?source=feed",
		"https://medium.com/@ann/the-story-1a2b3c4d5e6f", "https://medium.com/@ann/the-story-1a2b3c4d5e6f", []string{"https://medium.com/@ann/a-story-1a2b3c4d5e6f", "https://medium.com/@ann/the-story-1a2b3c4d5e6f"},
	},
	{
		"nothing new is learned", "https://example.org/story-1", "https://example.org/story-1", "",
		"https://example.org/story-1", nil,
	},
	{
		"a redirect to the name with www is a spelling", "http://example.org/story-1", "https://www.example.org/story-1/", "",
		"https://www.example.org/story-1/", []string{"http://example.org/story-1", "https://www.example.org/story-1/"},
	},
	{
		"a redirect within the site is followed", "https://example.org/old/1", "https://news.example.org/new/1-title", "",
		"https://news.example.org/new/1-title", []string{"https://example.org/old/1", "https://news.example.org/new/1-title"},
	},
	{
		"a short link leads to another site", "https://bit.ly/3xYz", "https://example.org/story-1?utm_source=x", "",
		"https://example.org/story-1", []string{"https://bit.ly/3xYz", "https://example.org/story-1"},
	},
	{
		"a site that moved keeps its paths", "https://old.example/2020/story-1", "https://new.example.org/2020/story-1", "",
		"https://new.example.org/2020/story-1", []string{"https://old.example/2020/story-1", "https://new.example.org/2020/story-1"},
	},
	{
		"a lapsed domain sends everything to one place", "https://paper.example/2020/story-1", "https://casino.example.org/welcome", "https://casino.example.org/welcome",
		"https://paper.example/2020/story-1", nil,
	},
	{
		"a short link to a front page is not followed", "https://bit.ly/3xYz", "https://example.org/", "https://example.org/story",
		"https://bit.ly/3xYz", nil,
	},
	{
		"a deleted article that ends on the front page", "https://example.org/story-1", "https://example.org/", "https://example.org/",
		"https://example.org/story-1", nil,
	},
	{
		"a language's front page is one too", "https://example.org/story-1", "https://example.org/en/", "",
		"https://example.org/story-1", nil,
	},
	{
		"a front page that was asked for", "http://example.org/", "https://www.example.org/", "https://www.example.org/",
		"https://www.example.org/", []string{"http://example.org/", "https://www.example.org/"},
	},
	{
		"a consent page on another host of the site", "https://uk.news.example.org/story-1", "https://consent.example.org/v2/collectConsent?sessionId=3", "https://consent.example.org/v2",
		"https://uk.news.example.org/story-1", nil,
	},
	{
		"a login page", "https://example.org/story-1", "https://example.org/login?next=%2Fstory-1", "https://example.org/login",
		"https://example.org/story-1", nil,
	},
	{
		"a page that will send the reader back", "https://example.org/story-1", "https://example.org/welcome?back=https%3A%2F%2Fexample.org%2Fstory-1", "",
		"https://example.org/story-1", nil,
	},
	{
		"an error page", "https://example.org/story-1", "https://example.org/404.html", "",
		"https://example.org/story-1", nil,
	},
	{
		"a canonical link on the same site", "https://example.org/story-1?page=2&share=fb", "https://example.org/story-1?page=2&share=fb", "https://www.example.org/story-1",
		"https://www.example.org/story-1", []string{"https://example.org/story-1?page=2&share=fb", "https://www.example.org/story-1"},
	},
	{
		"a canonical link relative to the root", "https://example.org/a/b?share=fb", "https://example.org/a/b?share=fb", "/c/d",
		"https://example.org/c/d", []string{"https://example.org/a/b?share=fb", "https://example.org/c/d"},
	},
	{
		"a canonical link relative to the page", "https://example.org/a/b?share=fb", "https://example.org/a/b?share=fb", "../x/d",
		"https://example.org/x/d", []string{"https://example.org/a/b?share=fb", "https://example.org/x/d"},
	},
	{
		"a canonical link without a scheme", "https://example.org/a/b", "https://example.org/a/b", "//www.example.org/a/c",
		"https://www.example.org/a/c", []string{"https://example.org/a/b", "https://www.example.org/a/c"},
	},
	{
		"a canonical link that is only a query", "https://example.org/a/b?id=1&x=2", "https://example.org/a/b?id=1&x=2", "?id=1",
		"https://example.org/a/b?id=1", []string{"https://example.org/a/b?id=1&x=2", "https://example.org/a/b?id=1"},
	},
	{
		"a canonical link to another site", "https://example.org/story-1", "https://example.org/story-1", "https://agency.example.com/story-1",
		"https://example.org/story-1", nil,
	},
	{
		"two blogs of one host are two sites", "https://a.blogspot.com/2020/01/x.html", "https://a.blogspot.com/2020/01/x.html", "https://b.blogspot.com/2020/01/x.html",
		"https://a.blogspot.com/2020/01/x.html", nil,
	},
	{
		"a canonical link to the front page", "https://example.org/story-1", "https://example.org/story-1", "/",
		"https://example.org/story-1", nil,
	},
	{
		"a canonical link to the section", "https://example.org/news/story-1", "https://example.org/news/story-1", "https://example.org/news",
		"https://example.org/news/story-1", nil,
	},
	{
		"a canonical link to the year", "https://example.org/2024/05/story", "https://example.org/2024/05/story", "https://example.org/2024",
		"https://example.org/2024/05/story", nil,
	},
	{
		"a canonical link to the number without the title", "https://example.org/a/123456/some-title", "https://example.org/a/123456/some-title", "https://example.org/a/123456",
		"https://example.org/a/123456", []string{"https://example.org/a/123456/some-title", "https://example.org/a/123456"},
	},
	{
		"a canonical link that drops the article's number", "https://example.org/article.php?id=5", "https://example.org/article.php?id=5", "https://example.org/article.php",
		"https://example.org/article.php?id=5", nil,
	},
	{
		"a canonical link that is no web address", "https://example.org/story-1", "https://example.org/story-1", "javascript:void(0)",
		"https://example.org/story-1", nil,
	},
	{
		"a canonical link to a login page", "https://example.org/story-1", "https://example.org/story-1", "https://example.org/login",
		"https://example.org/story-1", nil,
	},
	{
		"the archive's own address is unwrapped", "https://web.archive.org/web/2020/https://example.org/story-1", "https://web.archive.org/web/20200101000000/https://example.org/story-1", "https://example.org/story-1",
		"https://example.org/story-1", nil,
	},
	{
		"the final address stands in for one that cannot be read", "mailto:a@example.org", "https://example.org/story-1", "",
		"https://example.org/story-1", nil,
	},
}

func TestRefine(t *testing.T) {
	t.Parallel()
	for _, c := range refineCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := c.seen
			if want == nil {
				want = []string{c.want}
			}
			got, seen := Refine(c.requested, c.final, c.canonical)
			if got.String() != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if diff := cmp.Diff(want, seen); diff != "" {
				t.Errorf("spellings seen (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("two addresses that are none give nothing", func(t *testing.T) {
		t.Parallel()
		got, seen := Refine("", "ftp://example.org/", "https://example.org/a")
		if got != (Address{}) || seen != nil {
			t.Errorf("got %q and %q, want nothing", got, seen)
		}
	})
}
