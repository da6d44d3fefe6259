package extract

import (
	"strings"
	"sync"
	"unicode"
)

// alsoLabels introduce one other story on the same line: "Also read: …". By language; lower case. Never changed.
//
//nolint:dupword // words of other languages
var alsoLabels = map[string]string{
	"en": "also read|read also|read more|read next|see also|also see|related|related story|related article|related coverage|more on this|more on this story|watch|watch also|also watch|don't miss|recommended|must read|you may also like|trending|further reading|in pictures|read this|up next",
	"fr": "lire aussi|à lire aussi|a lire aussi|lire également|à lire également|voir aussi|à voir aussi|lire|à lire|sur le même sujet|lire plus|pour aller plus loin",
	"es": "lee también|lea también|lee además|lea además|le puede interesar|te puede interesar|también te puede interesar|te recomendamos|más información|ver también|vea también|relacionado|noticia relacionada|sigue leyendo|no te pierdas|mirá también|leé también|además",
	"pt": "leia também|leia mais|veja também|saiba mais|relacionado|leia ainda|ler também|confira também|notícia relacionada",
	"de": "mehr zum thema|lesen sie auch|lesen sie hier|lesen sie dazu|auch interessant|siehe auch|mehr dazu|zum thema|das könnte sie auch interessieren|passend dazu|lesetipp|weiterlesen",
	"it": "leggi anche|leggi di più|vedi anche|ti potrebbe interessare|potrebbe interessarti|approfondisci|guarda anche",
	"nl": "lees ook|lees meer|zie ook|bekijk ook|meer over dit onderwerp",
	"pl": "czytaj także|czytaj też|czytaj również|zobacz także|zobacz też|zobacz również|przeczytaj także|przeczytaj również|więcej na ten temat",
	"cs": "čtěte také|čtěte i|přečtěte si také|mohlo by vás zajímat|související|viz také|čtěte více",
	"sk": "prečítajte si aj|čítajte aj|mohlo by vás zaujímať|súvisiace",
	"sv": "läs också|läs även|läs mer|se även",
	"da": "læs også|læs mere|se også",
	"nb": "les også|les mer|se også",
	"fi": "lue myös|katso myös|lue lisää",
	"tr": "ayrıca okuyun|bunu da okuyun|ilgili haber|ilgili haberler|ayrıca bakınız|i̇lgili haber|devamını oku",
	"ru": "читайте также|читайте ещё|читать также|смотрите также|по теме|материалы по теме|подробнее|см. также",
	"uk": "читайте також|читайте ще|дивіться також|за темою|більше за темою",
	"ro": "citește și|citeşte şi|vezi și|citiți și",
	"hu": "olvasta már|ezt is olvassa el|kapcsolódó cikk|lásd még|olvassa el ezt is",
	"el": "διαβάστε επίσης|δείτε επίσης|διαβάστε ακόμη|διαβάστε περισσότερα|σχετικά άρθρα",
	"ar": "اقرأ أيضا|اقرأ أيضاً|إقرأ أيضا|اقرأ المزيد|اقرأوا أيضا|طالع أيضا|طالع أيضاً|شاهد أيضا|شاهد أيضاً|مواضيع ذات صلة|أخبار ذات صلة|إقرأ أيضاً|قد يهمك أيضا|قد يهمك أيضاً",
	"fa": "بیشتر بخوانید|همچنین بخوانید|مطالب مرتبط|بخوانید",
	"ur": "یہ بھی پڑھیں|مزید پڑھیں|یہ بھی پڑھیے",
	"he": "קראו גם|קרא גם|ראו גם|קראו עוד|כתבות נוספות|לקריאה נוספת|עוד בנושא",
	"hi": "यह भी पढ़ें|ये भी पढ़ें|इसे भी पढ़ें|और पढ़ें|संबंधित खबर|यह भी देखें",
	"bn": "আরও পড়ুন|আরো পড়ুন|এটিও পড়ুন",
	"id": "baca juga|baca selengkapnya|simak juga|lihat juga",
	"ms": "baca juga|berita berkaitan",
	"vi": "đọc thêm|xem thêm|tin liên quan",
	"th": "อ่านเพิ่มเติม|อ่านข่าวเพิ่มเติม|ข่าวที่เกี่ยวข้อง|อ่านต่อ",
	"zh": "相关阅读|延伸阅读|延伸閱讀|相關閱讀|相关新闻|相關新聞|推荐阅读|推薦閱讀|更多阅读|另请参阅|看更多|相关报道|扩展阅读",
	"ja": "関連記事|あわせて読みたい|合わせて読みたい|関連ニュース|こちらもおすすめ|続きを読む|関連リンク",
	"ko": "관련기사|관련 기사|함께 읽기|더 읽기|함께 보면 좋은 기사",
	"sw": "soma pia|soma zaidi|habari zinazohusiana",
}

// listLabels head a list of other stories: "Recent Posts". By language; lower case. Never changed.
//
//nolint:misspell,dupword // words of other languages
var listLabels = map[string]string{
	"en": "recent posts|recent articles|recent stories|latest news|latest posts|latest stories|latest articles|latest|most read|most popular|popular posts|popular stories|popular now|trending|trending now|trending stories|related posts|related stories|related articles|related news|related topics|related content|related|more stories|more news|more articles|more from|more like this|more from this author|more on this story|you may also like|you might also like|you may like|recommended|recommended for you|recommended stories|editor's picks|editors' picks|top stories|don't miss|read next|up next|what to read next|also read|also on|from the web|around the web|promoted stories|sponsored content|other stories|other news|must reads|keep reading|in other news",
	"fr": "articles récents|derniers articles|les plus lus|articles les plus lus|à lire aussi|lire aussi|sur le même sujet|articles similaires|dans la même rubrique|à la une|nos articles|vous aimerez aussi|à ne pas manquer|les plus consultés|dernières actualités|articles liés|nos lecteurs ont lu ensuite|les plus partagés",
	"es": "entradas recientes|noticias recientes|últimas noticias|lo más leído|más leídas|las más leídas|noticias relacionadas|artículos relacionados|te puede interesar|también te puede interesar|más noticias|relacionados|recomendados|te recomendamos|lo último|más vistas",
	"pt": "posts recentes|artigos recentes|últimas notícias|mais lidas|as mais lidas|mais lidos|notícias relacionadas|artigos relacionados|leia também|veja também|relacionadas|recomendados|você pode gostar|recomendadas para você|outras notícias",
	"de": "neueste beiträge|neueste artikel|aktuelle beiträge|meistgelesen|meistgelesene artikel|mehr zum thema|weitere artikel|weitere beiträge|ähnliche artikel|ähnliche beiträge|verwandte artikel|das könnte sie auch interessieren|auch interessant|empfehlungen|top-themen|lesen sie auch|mehr aus|weitere themen|aktuelle nachrichten|zum thema",
	"it": "articoli recenti|ultime notizie|più letti|i più letti|le più lette|articoli correlati|leggi anche|ti potrebbe interessare|potrebbe interessarti|notizie correlate|altri articoli",
	"nl": "recente berichten|laatste nieuws|meest gelezen|lees ook|gerelateerde artikelen|meer nieuws|net binnen|aanbevolen",
	"pl": "ostatnie wpisy|najnowsze|najnowsze wpisy|najczęściej czytane|najpopularniejsze|powiązane artykuły|podobne artykuły|polecane|zobacz także|czytaj także|czytaj też",
	"cs": "nejnovější články|nejčtenější|související články|mohlo by vás zajímat|doporučujeme|další články|poslední články|právě se děje|související",
	"sk": "najnovšie články|najčítanejšie|súvisiace články|mohlo by vás zaujímať|odporúčame",
	"sv": "senaste nytt|mest läst|mest lästa|relaterade artiklar|läs också|läs mer|fler artiklar", "da": "seneste nyt|mest læste|relaterede artikler|læs også|mere om", "nb": "siste nytt|mest lest|relaterte artikler|les også", "fi": "luetuimmat|tuoreimmat|uusimmat|lue myös|aiheesta lisää",
	"tr": "son yazılar|son haberler|en çok okunanlar|ilgili haberler|benzer haberler|önerilen haberler|i̇lgili haberler",
	"ru": "последние новости|последние записи|самое читаемое|читайте также|по теме|похожие статьи|похожие записи|материалы по теме|популярное|главные новости|другие новости|рекомендуем|новости по теме|свежие записи",
	"uk": "останні новини|останні записи|найпопулярніше|читайте також|схожі статті|за темою|популярне|найчитаніше",
	"ro": "articole recente|cele mai citite|știri similare|articole similare|citește și|ultimele știri", "hu": "legfrissebb|legolvasottabb|kapcsolódó cikkek|ajánlott cikkek", "el": "πρόσφατα άρθρα|σχετικά άρθρα|δημοφιλή|τελευταία νέα|διαβάστε επίσης",
	"ar": "أحدث المقالات|أحدث الأخبار|آخر الأخبار|الأكثر قراءة|اقرأ أيضا|اقرأ أيضاً|مواضيع ذات صلة|أخبار ذات صلة|مقالات ذات صلة|مواضيع متعلقة|قد يعجبك أيضا|قد يهمك أيضا|الأكثر مشاهدة|المزيد من الأخبار|ذات صلة",
	"fa": "آخرین اخبار|پربازدیدترین\u200cها|مطالب مرتبط|اخبار مرتبط|پربیننده\u200cترین", "ur": "تازہ ترین|متعلقہ خبریں|سب سے زیادہ پڑھی جانے والی|یہ بھی پڑھیں",
	"he": "כתבות אחרונות|פוסטים אחרונים|הנקראות ביותר|כתבות נוספות|כתבות קשורות|עוד בנושא|קראו גם|אולי יעניין אותך|חדשות אחרונות",
	"hi": "हाल की पोस्ट|ताज़ा खबरें|ताजा खबरें|संबंधित खबरें|सबसे ज्यादा पढ़ी गई|यह भी पढ़ें|ये भी पढ़ें|अन्य खबरें|लोकप्रिय", "bn": "সর্বশেষ|সর্বাধিক পঠিত|আরও পড়ুন|সম্পর্কিত খবর", "id": "berita terkait|terpopuler|berita terbaru|baca juga|artikel terkait|pos-pos terbaru", "ms": "berita berkaitan|berita terkini", "vi": "tin liên quan|đọc nhiều nhất|tin mới nhất|bài viết mới|xem thêm",
	"th": "ข่าวล่าสุด|ข่าวที่เกี่ยวข้อง|บทความล่าสุด|ข่าวยอดนิยม", "zh": "最新文章|最近文章|最新新闻|最新消息|相关阅读|相关新闻|相关文章|相關新聞|相關文章|相關閱讀|热门文章|熱門文章|热门新闻|推荐阅读|推薦閱讀|延伸阅读|延伸閱讀|猜你喜欢|热点推荐|排行榜|近期文章",
	"ja": "最近の投稿|最新記事|新着記事|人気記事|関連記事|おすすめ記事|ランキング|アクセスランキング|あわせて読みたい|関連ニュース|最新ニュース", "ko": "최근 글|최신 기사|인기 기사|관련 기사|관련기사|많이 본 뉴스|추천 기사|최신뉴스", "sw": "habari zinazohusiana|habari za hivi karibuni|soma pia",
}

// furnitureLabels are whole lines that belong to the page, not to the article. Lower case. Never changed.
var furnitureLabels = "advertisement|advertisements|ad|sponsored|sponsored content|story continues below advertisement|article continues below advertisement|continue reading below|scroll to continue|share|share this|share this article|share this story|share on facebook|share on twitter|share on whatsapp|tweet|pin it|print|email|e-mail|comments|leave a comment|view comments|show comments|read more|read more...|read the full story|continue reading|continue reading the main story|sign up|subscribe|subscribe now|newsletter|log in|sign in|follow us|follow us on twitter|copy link|copy url|link copied|save|bookmark|skip advertisement|back to top|close|loading|loading...|play video|watch video|photo|image|facebook|twitter|whatsapp|linkedin|reddit|instagram|telegram|pinterest|listen to this article|click here to subscribe|supported by|" +
	"publicité|partager|partager sur facebook|partager sur twitter|commenter|réagir|imprimer|s'abonner|se connecter|lire la suite|envoyer par e-mail|" +
	"publicidad|compartir|comentarios|compartir en facebook|compartir en twitter|suscríbete|suscribite|imprimir|seguir leyendo|guardar|" +
	"publicidade|compartilhar|comentários|compartilhe|assine|continua após a publicidade|continue lendo|" +
	"anzeige|werbung|teilen|drucken|kommentare|artikel teilen|zum seitenanfang|jetzt abonnieren|anmelden|weiterlesen|" +
	"pubblicità|condividi|commenti|stampa|advertentie|deel|delen|reklama|udostępnij|sdílet|diskuse|tisknout|annons|dela|annonse|mainos|reklam|paylaş|реклама|поделиться|комментарии|поділитися|إعلان|شارك|مشاركة|تعليقات|طباعة|פרסומת|שתפו|שיתוף|תגובות|विज्ञापन|शेयर करें|广告|分享|评论|打印|廣告|分享到|広告|シェアする|コメント|공유|광고|댓글"

type labelSet struct{ also, lists, furniture map[string]bool }

var labels = sync.OnceValue(func() labelSet {
	set := labelSet{also: map[string]bool{}, lists: map[string]bool{}, furniture: map[string]bool{}}
	put := func(into map[string]bool, list string) {
		for label := range strings.SplitSeq(list, "|") {
			into[labelForm(label)] = true
		}
	}
	for _, list := range alsoLabels {
		put(set.also, list)
	}
	for _, list := range listLabels {
		put(set.lists, list)
	}
	put(set.furniture, furnitureLabels)
	return set
})

// labelForm returns a label as it is compared: cleaned, lower case, without marks around it.
func labelForm(s string) string {
	s = strings.ToLower(strings.ReplaceAll(line(s), "’", "'"))
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsPunct(r) && r != '.' && r != '\'' || unicode.IsSymbol(r) || r == ':' || r == '：'
	})
}

// isListLabel reports whether a line heads a list of other stories.
func isListLabel(s string) bool {
	if len(s) > 120 {
		return false
	}
	form := labelForm(s)
	return labels().lists[form] || labels().also[form]
}

// leadLine splits a line that points to another story: "Also read: title". A bare label is none.
func leadLine(s string) (label, title string, ok bool) {
	if len(s) > 600 || strings.Contains(s, "\n\n") {
		return "", "", false
	}
	for i, r := range s {
		if i > 80 {
			break
		}
		if !strings.ContainsRune(":：|>»–—-\n→", r) {
			continue
		}
		if r == '-' && (i == 0 || s[i-1] != ' ') {
			continue
		}
		label, title = line(s[:i]), strings.TrimLeft(s[i+len(string(r)):], " :：|>»–—-→\n")
		form := labelForm(label)
		if form != "" && labels().also[form] && letters(title) >= 4 && len([]rune(title)) <= 250 && !severalSentences(title) {
			return label, line(title), true
		}
	}
	return "", "", false
}

// severalSentences reports whether s runs on after a full stop: a label followed by text, not by a headline.
func severalSentences(s string) bool {
	n := 0
	for i, r := range s {
		if (r == '.' && i+1 < len(s) && s[i+1] == ' ' && i > 3 && s[i-2] != ' ' && s[i-2] != '.') || r == '。' && i+len("。") < len(s) {
			n++
		}
	}
	return n >= 2
}

// furniture reports whether a line belongs to the page and not to the article.
func furniture(s string) bool {
	return len(s) < 80 && labels().furniture[labelForm(s)]
}
