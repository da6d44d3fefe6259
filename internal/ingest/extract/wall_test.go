package extract_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/ingest/extract"
)

// TestWalls reads one page of each kind that is served in an article's place. They are written for this test after what
// such pages look like.
func TestWalls(t *testing.T) {
	t.Parallel()
	teaser := `<article><h1>Bridge closed</h1><p>The council of Lower Example met on Tuesday evening to speak about the old bridge over the river, which has been closed…</p></article>`
	for _, c := range []struct {
		name, page string
		want       extract.WallKind
	}{
		{"cloudflare", `<title>Just a moment...</title><h1>www.example-news.org</h1><p>Verifying you are human. This may take a few seconds.</p><script>window._cf_chl_opt={}</script>`, extract.WallBot},
		{"cloudflare, without scripts", `<title>Just a moment...</title><noscript>Enable JavaScript and cookies to continue</noscript>`, extract.WallBot},
		{"cloudflare's block", `<title>Attention Required! | Cloudflare</title><h1>Sorry, you have been blocked</h1><p>You are unable to access example-news.org</p><div id="cf-error-details"></div>`, extract.WallBot},
		{"akamai", `<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1>You don't have permission to access "http&#58;&#47;&#47;www&#46;example&#46;org&#47;" on this server.<p>Reference&#32;&#35;18&#46;abc</body>`, extract.WallBot},
		{"datadome", `<title>example-news.org</title><p id="cmsg">Please enable JS and disable any ad blocker</p><script>var dd={'host':'geo.captcha-delivery.com'}</script>`, extract.WallBot},
		{"perimeterx", `<title>Access to this page has been denied</title><div id="px-captcha"></div><p>Press &amp; Hold to confirm you are a human (and not a bot).</p>`, extract.WallBot},
		{"imperva", `<html><head></head><body><iframe src="/_Incapsula_Resource?x=1">Request unsuccessful. Incapsula incident ID: 1-2</iframe></body>`, extract.WallBot},
		{"a captcha", `<title>Robot check</title><form><p>Enter the characters you see.</p><div class="g-recaptcha"></div></form>`, extract.WallBot},
		{"a robot check in french", `<title>Un instant</title><h1>Vérification de sécurité</h1><p>Vérifiez que vous êtes humain.</p>`, extract.WallBot},
		{"not found", `<title>Page not found - Example News</title><meta property="og:site_name" content="Example News"><h1>404</h1><p>We could not find it. Try our front page.</p>`, extract.WallError},
		{"not found, with stories of the day", `<title>404 Not Found</title><h1>Not found</h1>` + text3, extract.WallError},
		{"not found in german", `<title>Seite nicht gefunden</title><p>Die Seite gibt es nicht mehr.</p>`, extract.WallError},
		{"not found in arabic", `<title>الصفحة غير موجودة</title><p>عذرا، لم نجد ما تبحث عنه.</p>`, extract.WallError},
		{"not found in chinese", `<title>页面不存在</title><p>您访问的页面已被删除。</p>`, extract.WallError},
		{"broken", `<title>503 Service Unavailable</title><h1>Service Unavailable</h1>`, extract.WallError},
		{"apologies", `<h1>Sorry</h1><p>Something went wrong on our side. Please try again later.</p>`, extract.WallError},
		{"consent", `<title>Before you continue to Example</title><p>We use cookies and data to deliver our services. If you choose to accept all, we will also use cookies to show ads.</p><button>Reject all</button><button>Accept all</button>`, extract.WallConsent},
		{"consent of partners", `<title>Example News</title><h1>We value your privacy</h1><p>We and our 812 partners store and access information on a device, such as cookies, and process personal data for consent-based advertising. With your consent we may use precise data. You may withdraw your consent at any time in our privacy policy.</p><button>I accept</button>`, extract.WallConsent},
		{"consent in german", `<title>Zustimmung</title><p>Mit Werbung und Cookies weiterlesen: Mit Ihrer Zustimmung verwenden wir Cookies. Die Einwilligung können Sie in der Datenschutzerklärung widerrufen. Mehr zum Datenschutz und zu Cookies.</p><button>Alle akzeptieren</button>`, extract.WallConsent},
		{"log-in", `<title>Log in to Example</title><form><input name="u"><input type="password" name="p"><button>Log in</button></form><p>Forgot account?</p>`, extract.WallLogin},
		{"a call to log in", `<title>Example</title><h1>You must log in to continue.</h1><p>Log in to Example to see this.</p>`, extract.WallLogin},
		{"a call to log in, in chinese", `<title>示例</title><p>请先登录，然后继续浏览。</p>`, extract.WallLogin},
		{"a paywall by its data", `<title>Bridge closed</title>` + ld(`{"@type":"NewsArticle","headline":"Bridge closed","datePublished":"2025-06-07","isAccessibleForFree":"False"}`) + teaser, extract.WallPaywall},
		{"a paywall by its data, no text", ld(`{"@type":"NewsArticle","headline":"Bridge closed","datePublished":"2025-06-07","isAccessibleForFree":false}`), extract.WallPaywall},
		{"a paywall by its words", `<title>Bridge closed</title><meta property="og:type" content="article">` + teaser + `<div><h2>Subscribe to continue reading</h2><p>Already a subscriber? Log in</p></div>`, extract.WallPaywall},
		{"a paywall in french", `<title>Le pont est fermé</title><article><p>Le conseil s’est réuni mardi soir pour parler du vieux pont…</p></article><p>Cet article est réservé aux abonnés.</p>`, extract.WallPaywall},
		{"a paywall in japanese", `<title>橋が閉鎖</title><article><p>市議会は火曜日に古い橋について話し合った。</p></article><p>この記事は有料会員限定です。</p>`, extract.WallPaywall},
		{"a shell for scripts", `<title>Example News</title><div id="root"></div><script src="/app.js"></script><noscript>You need to enable JavaScript to run this app.</noscript>`, extract.WallEmpty},
		{"a shell that says so", `<title>Example News</title><div id="app"><p>Please enable JavaScript to view this site in all its glory, or use another browser.</p></div>`, extract.WallEmpty},
		{"nothing at all", `<html><body></body></html>`, extract.WallEmpty},
		{"the log-in of an article's site", `<title>Bridge closed</title><header><form><input type="password"></form></header>` + text3 + text3 + text3, extract.WallNone},
		{"an article about captchas", `<title>Are you a robot? Why captchas fail us</title><h1>Are you a robot? Why captchas fail us</h1><p>“Verify you are human”, the page says.</p>` + text3 + text3, extract.WallNone},
		{"an article about cookies", `<title>We value your privacy, they say: how cookie banners work</title><p>A cookie banner asks for consent.</p>` + text3 + text3 + `<button>Accept all</button>`, extract.WallNone},
		{"an article about an error", `<title>404: how a lost page became a joke</title>` + ld(`{"@type":"NewsArticle","headline":"404: how a lost page became a joke","datePublished":"2025-06-07"}`) + text3, extract.WallNone},
		{"an article that is not free, all of it", ld(`{"@type":"NewsArticle","headline":"Bridge closed","datePublished":"2025-06-07","isAccessibleForFree":"False"}`) + strings.Repeat(text3, 4), extract.WallNone},
		{"an article that is free, in short", ld(`{"@type":"NewsArticle","headline":"Bridge closed","datePublished":"2025-06-07","isAccessibleForFree":"True"}`) + text3, extract.WallNone},
		{"a short item", `<title>Bridge closed</title><p>The old bridge over the river is closed to lorries from Monday.</p>`, extract.WallNone},
		{"an article with a banner", `<title>Bridge closed</title>` + text3 + text3 + `<div class="cookie-banner"><p>We use cookies. Read our cookie policy and privacy policy.</p><button>Accept all</button></div>`, extract.WallNone},
	} {
		r := read(t, c.page)
		if r.Wall.Kind != c.want {
			t.Errorf("%s: got wall %q (%s) with text %q, want %q", c.name, r.Wall.Kind, r.Wall.Why, r.Text, c.want)
		}
		if c.want != extract.WallNone && r.Wall.Why == "" {
			t.Errorf("%s: got no reason, want one", c.name)
		}
		if c.name == "a paywall by its data" && !strings.Contains(r.Wall.Teaser, "old bridge over the river") {
			t.Errorf("got teaser %q, want the beginning of the article", r.Wall.Teaser)
		}
	}
}

func TestConsentByItsAddress(t *testing.T) {
	t.Parallel()
	r, err := extract.Page(extract.Input{URL: "https://consent.example.com/m?continue=x", Body: []byte("<title>Example</title>" + text3)})
	if err != nil || r.Wall.Kind != extract.WallConsent {
		t.Errorf("got %+v (%v), want a consent wall", r.Wall, err)
	}
}

// TestScripts reads articles of several scripts and directions, invented for this test.
func TestScripts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, title, byline, language, direction, speaker, has, hasNot string }{
		{"ar.html", "إغلاق الجسر القديم في مدينة المثال لمدة عام", "ليلى المثال", "ar", "rtl", "سامر الخيالي", "ثمانية أشهر", "وجدت قطة"},
		{"he.html", "הגשר הישן בעיר הדוגמה ייסגר לשנה", "דנה לדוגמה", "he", "rtl", "יעל המומצאת", "שמונה חודשים", "חתול נמצא"},
		{"zh.html", "示例市旧桥因洪水关闭一年", "王示例", "zh", "ltr", "李虚构", "八个月", "一只猫"},
		{"ja.html", "例市の古い橋、洪水で一年間閉鎖へ", "見本花子", "ja", "ltr", "", "八か月", "猫が見つかる"},
		{"hi.html", "उदाहरण नगर का पुराना पुल एक साल के लिए बंद", "सीमा उदाहरण", "hi", "ltr", "", "आठ महीने", "छत पर बिल्ली"},
	} {
		body, err := os.ReadFile(filepath.Join("testdata", c.file))
		if err != nil {
			t.Fatal(err)
		}
		r := read(t, string(body))
		if r.Title != c.title || r.Byline != c.byline || r.Language != c.language || r.Direction != c.direction {
			t.Errorf("%s: got %q, %q, %q, %q", c.file, r.Title, r.Byline, r.Language, r.Direction)
		}
		if !strings.Contains(r.Text, c.has) || strings.Contains(r.Text, c.hasNot) {
			t.Errorf("%s: got %q, want %q in it and not %q", c.file, r.Text, c.has, c.hasNot)
		}
		if len(r.Quotations) == 0 || c.speaker != "" && r.Quotations[0].Speaker != c.speaker {
			t.Errorf("%s: got quotations %+v, want one of %q", c.file, r.Quotations, c.speaker)
		}
		found := false
		for _, l := range r.Leads {
			found = found || strings.Contains(l.Title, c.hasNot)
		}
		if !found {
			t.Errorf("%s: got leads %+v, want one with %q", c.file, r.Leads, c.hasNot)
		}
	}
}
