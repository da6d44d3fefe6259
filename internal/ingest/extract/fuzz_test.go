package extract_test

import (
	"reflect"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/extract"
)

func FuzzPage(f *testing.F) {
	for _, body := range []string{
		`<!doctype html><html lang=en><title>Bridge closed - Example News</title><meta property="og:site_name" content="Example News"><article><h1>Bridge closed</h1><p class=byline>By Jane Doe</p><time datetime="2025-06-07T08:09:10Z">7 June</time><p>` + sentence + `“It is safe,” she said.</p><p>Also read: <a href=/b>Another story</a></p></article>`,
		`<script type="application/ld+json">{"@graph":[{"@type":["NewsArticle"],"headline":"A &amp; B","author":{"@id":"#a"},"isAccessibleForFree":"False"},{"@id":"#a","name":"Jane"}],}</script><p>` + sentence,
		`<svg><title>x</svg><template><p>y</template><div hidden>z</div><table><tr><td>1<td>2</table><noscript>enable javascript</noscript><select><option>q`,
		"\xff\xfe<\x00p\x00>\x00a\x00", `<meta charset=shift_jis><p>` + "\x93\xfa\x96\x7b", "<b><i><a href=x><p></b>", `<script type=application/ld+json>{"@type":"ClaimReview","claimReviewed":"x"}`,
	} {
		f.Add([]byte(body), "text/html", "https://news.example/2025/06/07/a")
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType, url string) {
		in := extract.Input{URL: url, ContentType: contentType, Body: body, FetchedAt: fetched}
		r, err := extract.Page(in)
		if err != nil {
			if factcheck.CodeOf(err) != factcheck.CodeInvalid {
				t.Fatalf("got error %v, want code invalid", err)
			}
			return
		}
		wellFormed(t, r)
		if again, err := extract.Page(in); err != nil || !reflect.DeepEqual(again, r) {
			t.Fatalf("a second reading differs: %v\n%+v\n%+v", err, r, again)
		}
	})
}

func FuzzText(f *testing.F) {
	for _, text := range []string{
		"World\n\nBridge closed after storm in town\n\n" + sentence + "\n\nAlso read: Another story of the day\n\nJane Doe\n\nRecent Posts\n\nA third story\n\n2 hours ago",
		"عنوان الخبر هنا اليوم\nبقلم: أحمد علي\nقال الوزير: «النص هنا»\nاقرأ أيضا: خبر آخر", "标题在这里\n\n记者 王明\n\n他说：“这是假的。”", "\u202e\u0000\xffa\r\n\r\nb", "By A B\nc",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := extract.Text(text)
		if err != nil {
			if factcheck.CodeOf(err) != factcheck.CodeInvalid {
				t.Fatalf("got error %v, want code invalid", err)
			}
			return
		}
		wellFormed(t, r)
		if again, err := extract.Text(text); err != nil || !reflect.DeepEqual(again, r) {
			t.Fatalf("a second reading differs: %v\n%+v\n%+v", err, r, again)
		}
	})
}
