package extract

import (
	"net/url"
	"strings"
)

// What makes an article one, against a wall with some words on it.
const (
	wallWords   = 150 // a page with more words in its main text is hardly a wall of any kind but a paywall
	teaserWords = 250 // what a paywall lets through is shorter
	emptyText   = 30  // letters
	maxTeaser   = 2000
)

// wall tells whether the page is something else that was served in the article's place. An article that writes about
// cookies, captchas or subscriptions is none: a wall has few words, and its words are in its title or nearly all there is.
func (p *page) wall(b body) Wall {
	full := len(words(b.text))
	head := strings.ReplaceAll(strings.ToLower(p.docTitle+"\n"+strings.Join(p.h1s, "\n")), "’", "'")
	for _, find := range []func(head string, full int) Wall{p.botWall, p.errorWall, p.consentWall, p.loginWall} {
		if w := find(head, full); w.Kind != WallNone {
			return w
		}
	}
	if w := p.paywall(b, full); w.Kind != WallNone {
		return w
	}
	return p.emptyWall(b)
}

// botMarks stand in the source of challenge pages and not in pages behind them.
var botMarks = [][2]string{
	{"_cf_chl_opt", "Cloudflare's challenge"}, {"cf-browser-verification", "Cloudflare's challenge"}, {"cf-challenge-running", "Cloudflare's challenge"}, {"cf-error-details", "Cloudflare's block page"},
	{"captcha-delivery.com", "DataDome's captcha"}, {"px-captcha", "PerimeterX' captcha"}, {"_pxcaptcha", "PerimeterX' captcha"}, {"_incapsula_resource", "Imperva's challenge"},
	{"gokuprops", "the challenge of AWS WAF"}, {"errors.edgesuite.net", "Akamai's block page"}, {"sec-if-cpt-container", "Akamai's challenge"}, {"distil_r_captcha", "Distil's captcha"},
	{"sucuri_cloudproxy_js", "Sucuri's challenge"}, {"/_guard/", "a challenge"}, {"g-recaptcha", "a captcha"}, {"h-captcha", "a captcha"}, {"cf-turnstile", "a captcha"}, {"geetest", "a captcha"},
}

func (p *page) botWall(head string, full int) Wall {
	if full >= wallWords {
		return Wall{}
	}
	code := strings.ToLower(p.src.code)
	markup := strings.ToLower(cut(string(p.src.markup), 200<<10))
	for _, m := range botMarks {
		if (strings.Contains(code, m[0]) || strings.Contains(markup, m[0])) && p.visibleWords < 2*wallWords && !p.isStory() {
			return Wall{Kind: WallBot, Why: "the page is " + m[1]}
		}
	}
	return p.phraseWall(WallBot, head, botPhrases)
}

func (p *page) errorWall(head string, full int) Wall {
	for l := range strings.SplitSeq(head, "\n") {
		l = strings.TrimSpace(p.withoutSite(l, nil))
		if m := errorTitle().FindString(l); m != "" && !p.isStory() && (full < wallWords || len(words(l)) <= 8) {
			return Wall{Kind: WallError, Why: "the title says " + quoted(l)}
		}
	}
	if full >= wallWords {
		return Wall{}
	}
	return p.phraseWall(WallError, head, errorPhrases)
}

var errorTitle = lazy(`^(?:error|fehler|erreur|erro|ошибка|خطأ|错误)?\s*[-–:|]?\s*(?:(?:http\s*)?(?:status\s*)?(?:400|401|403|404|405|408|410|429|451|500|502|503|504|520|521|522|523|524)(?:$|\s*[-–:|!.]|\s+(?:error|not|page|forbidden|gone|internal|bad|service|gateway|too|unauthorized|erreur|fehler|seite|página|страница|ошибка))|page not found|not found$|page introuvable|seite nicht gefunden|página no encontrada|página não encontrada|pagina non trovata|pagina niet gevonden|strona nie została znaleziona|stránka nenalezena|sidan kunde inte hittas|sayfa bulunamadı|страница не найдена|сторінку не знайдено|الصفحة غير موجودة|لم يتم العثور على الصفحة|הדף לא נמצא|पृष्ठ नहीं मिला|页面不存在|页面未找到|找不到页面|找不到網頁|ページが見つかりません|お探しのページ|페이지를 찾을 수 없습니다|internal server error|service (?:temporarily )?unavailable|bad gateway|gateway time-?out|site maintenance|under maintenance|error establishing a database)`)

func (p *page) consentWall(head string, full int) Wall {
	if u, err := url.Parse(p.in.URL); err == nil && !p.isStory() {
		host := strings.ToLower(u.Hostname())
		if strings.HasPrefix(host, "consent.") || strings.HasPrefix(host, "guce.") || strings.Contains(host, "privacy-mgmt.") || strings.HasPrefix(host, "cmp.") {
			return Wall{Kind: WallConsent, Why: "the address is that of a consent page"}
		}
	}
	if full >= 3*wallWords || p.isStory() && full >= wallWords {
		return Wall{}
	}
	if w := p.phraseWall(WallConsent, head, consentPhrases); w.Kind != WallNone {
		return w
	}
	lower := strings.ToLower(p.visible)
	about := len(consentWords().FindAllString(lower, 200))
	asks := consentButtons().MatchString(strings.ToLower(p.forms.text)) || consentButtons().MatchString(lower)
	if about >= 4 && asks && about*25 >= p.visibleWords {
		return Wall{Kind: WallConsent, Why: "the page speaks of little but cookies and asks to accept them"}
	}
	return Wall{}
}

var (
	consentWords   = lazy(`cookie|consent|privacy|personal data|datenschutz|einwilligung|zustimmung|consentement|vie privée|données personnelles|privacidad|consentimiento|privacidade|datos personales|dados pessoais|toestemming|zgod|souhlas|隐私|隱私|プライバシー|同意|الخصوصية|ملفات تعريف|פרטיות|עוגיות|конфиденциальност|согласи`)
	consentButtons = lazy(`accept (?:all|and|cookies)|i (?:accept|agree)|agree (?:and|to)|allow all|reject all|manage (?:options|preferences|choices|settings)|alle akzeptieren|akzeptieren|zustimmen|tout accepter|accepter|j'accepte|aceptar|aceitar|accetta|akkoord|accepteren|akceptuj|zgadzam|souhlasím|godkänn|accepter alle|kabul|принять|согласен|прийняти|قبول|موافق|אישור|מסכים|接受|同意する|同意|동의`)
)

func (p *page) loginWall(head string, full int) Wall {
	if full >= wallWords {
		return Wall{}
	}
	if p.forms.password && (!p.isStory() || full < 40) {
		return Wall{Kind: WallLogin, Why: "the page asks for a password"}
	}
	for l := range strings.SplitSeq(head, "\n") {
		if l = labelForm(p.withoutSite(l, nil)); loginTitle().MatchString(l) {
			return Wall{Kind: WallLogin, Why: "the title says " + quoted(l)}
		}
	}
	return p.phraseWall(WallLogin, head, loginPhrases)
}

var loginTitle = lazy(`^(?:please )?(?:log ?-?in|sign ?-?in|log in or sign up|sign in or register|register|anmelden|anmeldung|einloggen|connexion|se connecter|identifiez-vous|iniciar sesión|inicia sesión|ingresar|entrar|fazer login|accedi|inloggen|zaloguj się|logowanie|přihlášení|logga in|log ind|logg inn|kirjaudu|giriş yap|войти|вход|увійти|авторизация|تسجيل الدخول|התחברות|כניסה|लॉग इन|登录|登入|ログイン|로그인|masuk)(?: to .{1,40}| bei .{1,40}| à .{1,40}| en .{1,40}| a .{1,40}| • .{1,40})?$`)

// paywall tells an article of which only the beginning is shown. Many publishers say "not free" and send all of the text
// none the less; then it is read.
func (p *page) paywall(b body, full int) Wall {
	why, declared := "", false
	for _, s := range p.stories {
		if storyRank(s.kind) >= 4 && (s.free == "false" || s.free == "no") {
			why, declared = "its structured data says that it is not free", true
			if s.words > 0 && full >= s.words*6/10 {
				why = ""
			}
			break
		}
	}
	if tier := strings.ToLower(p.metas.first("article:content_tier")); tier == "locked" && why == "" {
		why, declared = "its meta data says that it is locked", true
	}
	outer := strings.ToLower(p.visible)
	phrase := ""
	for _, s := range paywallPhrases {
		if strings.Contains(outer, s) {
			phrase = s
			break
		}
	}
	cutOff := strings.HasSuffix(b.text, "…") || strings.HasSuffix(b.text, "...")
	switch {
	case why != "" && full < teaserWords:
	case why != "" && (cutOff || phrase != "") && full < 2*teaserWords:
		why += ", and the text breaks off"
	case !declared && phrase != "" && full < wallWords:
		why = "the page says " + quoted(phrase)
	default:
		return Wall{}
	}
	return Wall{Kind: WallPaywall, Why: why, Teaser: cut(b.text, maxTeaser)}
}

func (p *page) emptyWall(b body) Wall {
	lower := strings.ToLower(p.visible)
	if len(words(b.text)) < 60 && !p.isStory() {
		for _, s := range scriptPhrases {
			if strings.Contains(lower, s) {
				return Wall{Kind: WallEmpty, Why: "the page says " + quoted(s)}
			}
		}
	}
	switch {
	case letters(b.text) >= emptyText || letters(b.text) >= emptyText/3 && len(words(b.text)) >= emptyText/3:
		return Wall{}
	case b.text != "" && p.src.scripts == 0 && p.src.noscript == "":
		return Wall{} // little, but all there is
	case p.src.scripts > 0 || p.src.noscript != "":
		return Wall{Kind: WallEmpty, Why: "the page shows no text without running its scripts"}
	}
	return Wall{Kind: WallEmpty, Why: "the page has no text"}
}

// phraseWall finds words of a wall in the title or main heading, or in a page that has hardly any others.
func (p *page) phraseWall(kind WallKind, head string, phrases []string) Wall {
	if p.isStory() {
		return Wall{}
	}
	lower := strings.ToLower(p.visible)
	for _, s := range phrases {
		inHead := false
		for l := range strings.SplitSeq(head, "\n") {
			inHead = inHead || strings.Contains(l, s) && len(words(l)) <= len(words(s))+4
		}
		if inHead || p.visibleWords < wallWords && strings.Contains(lower, s) {
			return Wall{Kind: kind, Why: "the page says " + quoted(s)}
		}
	}
	return Wall{}
}

// isStory reports whether the page's own data call it an article, with a date or an author. Walls have none.
func (p *page) isStory() bool {
	for _, s := range p.stories {
		if storyRank(s.kind) >= 4 && (s.published != "" || len(s.authors) > 0) {
			return true
		}
	}
	return strings.EqualFold(p.metas.first("og:type"), "article") && p.metas.first(publishedKeys...) != ""
}

func quoted(s string) string { return "“" + cut(line(s), 100) + "”" }
