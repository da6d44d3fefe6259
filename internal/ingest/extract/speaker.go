package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Verbs of saying, by the order of words they come in. Sources: the style of news agencies in these languages.
const (
	sayingVerbs = `said|says|say|told|tells|added|adds|wrote|writes|tweeted|posted|claimed|claims|stated|states|reported|reports|announced|explained|insisted|argued|argues|warned|noted|replied|asked|declared|continued|commented|remarked|recalled|according to|` +
		`a déclaré|a dit|a affirmé|a expliqué|a ajouté|a écrit|affirme|déclare|explique|estime|assure|dit|ajoute|raconte|confie|souligne|précise|selon|` +
		`dijo|afirmó|aseguró|declaró|explicó|añadió|agregó|señaló|sostuvo|indicó|escribió|dice|afirma|asegura|explica|según|manifestó|expresó|` +
		`disse|afirmou|declarou|explicou|acrescentou|escreveu|diz|segundo|destacou|ressaltou|contou|` +
		`sagte|sagt|erklärte|erklärt|betonte|betont|schrieb|schreibt|meinte|meint|so|laut|teilte|kritisierte|warnte|fügte|` +
		`ha detto|ha dichiarato|ha affermato|ha spiegato|ha scritto|dice|spiega|secondo|afferma|` +
		`zei|zegt|aldus|schreef|vertelde|volgens|powiedział|powiedziała|mówi|stwierdził|stwierdziła|napisał|dodał|dodała|řekl|řekla|uvedl|uvedla|dodal|dodala|napsal|říká|sade|säger|sa|sier|sagde|siger|` +
		`dedi|söyledi|belirtti|заявил|заявила|сказал|сказала|отметил|отметила|написал|написала|сообщил|сообщила|добавил|добавила|заявив|сказав|сказала|зазначив|повідомив|` +
		`قال|قالت|أضاف|أضافت|صرح|صرحت|أكد|أكدت|وقال|وقالت|وأضاف|وأضافت|ذكر|كتب|كتبت|אמר|אמרה|הוסיף|הוסיפה|כתב|כתבה|טען|טענה|कहा|बताया|लिखा|kata|ujar|ungkap|menurut|tutur`
	capital = `[\p{Lu}\p{Lt}][\p{L}\p{M}'’.-]*`
	linking = `(?:de|da|do|dos|das|del|della|di|du|des|la|le|el|al|bin|ibn|van|von|der|den|ter|y|e|of|the|zu|af|av)`
	name    = capital + `(?:\s+(?:` + linking + `\s+){0,2}` + capital + `){0,5}`
)

var (
	// verbName: …, said Jane Doe. Words in lower case may stand between: said the mayor, Jane Doe.
	verbName = lazy(`^[\s,.!?…«»”"“'’—–-]*(?i:` + sayingVerbs + `)\s+((?:\p{Ll}[\p{L}'’-]*,?\s+|[\p{Lu}][\p{L}'’-]*(?:'s|’s)\s+){0,5}?)(` + name + `)`)
	// nameVerb: …, Jane Doe said.
	nameVerb = lazy(`^[\s,.!?…«»”"“'’—–-]*(?:\p{Ll}[\p{L}'’-]*\s+){0,4}?(` + name + `)(?:,[^,.]{1,60},)?\s+(?:has |had |later |also )?(?i:` + sayingVerbs + `)(?:\W|$)`)
	// before: Jane Doe said: “…
	before = lazy(`(?:^|[\s,;(])(` + name + `)(?:,[^,.“”"]{1,80},)?\s+(?:has |had |later |also |hat |ha |a )?(?i:` + sayingVerbs + `)[^.“”"«»„]{0,60}[,:;]?\s*(?:that|que|dass|che|dat|że|że|что)?\s*[“"«„‘'»]?\s*$`)
	// media: State media reported, “…; officials said: “…
	media = lazy(`(?:^|[.!?]\s+)([\p{L}][\p{L}'’ -]{2,60}?)\s+(?i:` + sayingVerbs + `)\s*[,:]\s*[“"«„‘'»]?\s*$`)
	// colon: Jane Doe: “…
	colon = lazy(`(?:^|[.!?]\s+)(` + name + `)\s*:\s*[“"«„»]?\s*$`)
	// asSaying: …, agencies quoted Jane Doe as saying.
	asSaying = lazy(`^[\s,.!?”"’»]*[^.“”"]{0,80}?\b(?:quoted|cited|quoting|citing)\s+((?:[^.,“”"]{0,60}?\s)?)(` + name + `)\s+as\s+(?:saying|having said)`)
	// Scripts without capitals: the words or characters next to the verb.
	arabicAfter = lazy(`^[\s،,.»”"]*(?:و)?(?:قال|قالت|أضاف|أضافت|صرح|صرحت|أكد|أكدت|بحسب|وفقا ل|كتب|كتبت)\s+([\p{Arabic}\s]{3,60}?)(?:[،,.:؛«“"]|\s(?:في|إن|أن|خلال|على|عن|لوكالة)\s|$)`)
	arabicFirst = lazy(`(?:^|[\s.،])(?:و)?(?:قال|قالت|أضاف|أضافت|صرح|صرحت|أكد|أكدت|كتب|كتبت)\s+([\p{Arabic} ]{3,60}?)(?:\s(?:في|إن|أن|خلال|على|عن|لوكالة)\s[^«“".]{0,60})?\s*[:،,]?\s*[«“"]?\s*$`)
	hebrewAfter = lazy(`^[\s,.”"״]*(?:אמר|אמרה|הוסיף|הוסיפה|כתב|כתבה|טען|טענה)\s+([\p{Hebrew}"'׳״ -]{3,50}?)(?:[,.:]|$)`)
	hindiFirst  = lazy(`(?:^|[।,.]\s*)([\p{Devanagari} ]{3,60}?)\s+ने\s+(?:[\p{Devanagari} ]{0,40}?)(?:कहा|बताया|लिखा)[^“"।]{0,30}[“"‘]?\s*$`)
	hanFirst    = lazy(`(?:^|[。，；、！？\s])([\p{Han}·•A-Za-z]{2,20}?)(?:在[^，。：“]{1,20})?(?:表示|说|說|称|稱|指出|强调|強調|认为|認為|写道|寫道|告诉[^，。：“]{1,12}|透露|宣布|回应|回應)[，：:]?[“「『]?$`)
	hanAfter    = lazy(`^[”」』，,。\s]*([\p{Han}·•]{2,14}?)(?:表示|说|說|称|稱|指出|强调|強調|认为|認為|写道|寫道|透露)(?:道)?[，。：]`)
	kanaFirst   = lazy(`(?:^|[。、\s])([\p{Han}\p{Katakana}ー・]{2,20})(?:氏|さん)?(?:は|が)[^。「]{0,30}[「『]?$`)
	kanaSays    = lazy(`^[」』]?\s*と(?:述べ|語|話|発言|説明|主張|書|投稿|指摘|コメント|強調|訴え)`)
)

// speaker returns who says a quotation, as its own paragraph names them right before or behind it, "" where it does not.
func speaker(par string, s span) string {
	pre, post := clause(par[:s.start], par[s.end:])
	if m := asSaying().FindStringSubmatch(post); m != nil {
		return trimName(m[2])
	}
	if m := verbName().FindStringSubmatch(post); m != nil {
		return trimName(m[2])
	}
	if m := nameVerb().FindStringSubmatch(post); m != nil {
		return trimName(m[1])
	}
	for _, re := range []func() *regexp.Regexp{arabicAfter, hebrewAfter, hanAfter} {
		if m := re().FindStringSubmatch(post); m != nil {
			return trimName(m[1])
		}
	}
	for _, re := range []func() *regexp.Regexp{before, colon, media, arabicFirst, hindiFirst, hanFirst} {
		if m := re().FindStringSubmatch(pre); m != nil {
			return trimName(m[1])
		}
	}
	if kanaSays().MatchString(post) {
		if m := kanaFirst().FindStringSubmatch(pre); m != nil {
			return trimName(m[1])
		}
	}
	return ""
}

// clause returns what stands around a quotation, as far as a sentence reaches: nothing of quotations next to it.
func clause(pre, post string) (string, string) {
	pre = tail(pre, 240)
	if i := strings.LastIndexAny(strings.TrimRight(pre, "“\"«„‘'»「『 "), "“”\"«»„」』"); i >= 0 {
		_, n := utf8.DecodeRuneInString(pre[i:])
		pre = pre[i+n:]
	}
	post = cut(post, 240)
	if i := strings.IndexAny(post, "“«„「『"); i > 0 {
		post = post[:i]
	}
	return pre, post
}

func tail(s string, n int) string {
	if len(s) <= n {
		return s
	}
	at := len(s) - n
	for at < len(s) && !utf8.RuneStart(s[at]) {
		at++
	}
	return s[at:]
}

// pronouns begin sentences with a capital, and name nobody.
//
//nolint:misspell // words of other languages
var pronouns = strings.Fields("He She They It We I You The This That But And In On At As When If So Er Sie Es Wir Ich Das Der Die Il Elle Ils Elles On Je Nous Él Ella Ellos Yo Ele Ela Eles Eu Egli Lei Lui Loro Hij Zij Ze On Ona Oni Он Она Они Я Мы Він Вона However Then Later Mr Mrs Ms")

// trimName returns a name without what ran into it, "" if nothing is left.
func trimName(s string) string {
	s = strings.TrimFunc(line(s), func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:،.-–—", r) })
	for _, mark := range []string{"'s", "’s"} {
		s = strings.TrimSuffix(s, mark)
	}
	fields := strings.Fields(s)
	for len(fields) > 0 && slices.Contains(pronouns, fields[0]) {
		fields = fields[1:]
	}
	s = strings.Join(fields, " ")
	if letters(s) < 2 || len([]rune(s)) > 80 {
		return ""
	}
	return s
}
