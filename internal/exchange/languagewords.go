package exchange

import (
	"strings"
	"sync"
)

// languages are those that share a script with others, with their small words: articles, prepositions, pronouns and forms
// of "to be" that are frequent and, as far as possible, not words of a neighbour. Never changed.
var languages = map[string]struct{ script, words string }{
	"en":  {"Latin", "a i the of and to that was were are been by with from his her they their this these which who not said says after than would has had have it's did does is for on it at an as be will can how what why when there its into about"},
	"es":  {"Latin", "el los las una del con por que se es en fue son para como más pero sus este esta estos han ha hay muy también según contra desde sobre no su al un fueron sido está están"},
	"fr":  {"Latin", "le les des est une dans pour qui par sur avec pas au aux ce cette ont été sont il elle ils mais du et en la un que se plus n'a d'un d'une c'est l'a qu'il à son ses leur ou où fait"},
	"de":  {"Latin", "der die das und ist nicht ein eine einen einem einer mit von zu den dem des im auf für sich auch wird werden wurde wurden hat haben sind nach bei aus dass über keine kein zum zur war sie es als wie"},
	"pt":  {"Latin", "os as do da dos das não uma um em no na nos nas com por para que é foi são ao mais como pelo pela seu sua está também ou já foram ser tem após sobre contra"},
	"it":  {"Latin", "il lo gli della dei delle del di che è non una un per con sono nel nella alla dal dalla questo questa anche stato stata ha hanno ma più si come sul sulla al dopo"},
	"nl":  {"Latin", "het een van niet dat zijn op te voor met ook maar aan er wordt werd worden heeft hebben deze bij uit naar door geen de en nog wel"},
	"pl":  {"Latin", "nie się że jest jak ale przez który która które oraz ma po co od dla za są był była tym tego tej na do to czy"},
	"tr":  {"Latin", "bir ve bu için ile olarak olan olduğu değil da de çok daha en gibi kadar sonra göre ne ya mi iddia edildi"},
	"id":  {"Latin", "yang dan di ini itu dengan untuk tidak dari dalam akan pada adalah oleh telah bahwa sebagai karena ke juga ada bukan"},
	"ro":  {"Latin", "și este nu în din pe cu la un de care sunt fost pentru prin că mai sau au fi ale cel"},
	"sv":  {"Latin", "och att det är som en på inte av för med till den har ett om var kan från eller också efter under vid"},
	"da":  {"Latin", "og at det er som en på ikke af for med til den har et om var kan fra eller også efter blev der de"},
	"cs":  {"Latin", "je se na že není jsou byl byla bylo jako ale pro by který která které po při není"},
	"hu":  {"Latin", "az egy nem és hogy van volt is ez meg csak már lesz nincs szerint vagy mint"},
	"fi":  {"Latin", "ja on ei se että oli hän ovat mutta kuin myös joka tai kun niin ole"},
	"ca":  {"Latin", "el els les una amb per que és no són del dels als pel més aquest aquesta va han està"},
	"ru":  {"Cyrillic", "и в не на что он она это как по но из за от для был была были его так же также с к у о или при якобы"},
	"uk":  {"Cyrillic", "і в не на що він вона це як по але із за від для був була були його так також з до у про або та й є"},
	"bg":  {"Cyrillic", "и в не на че той тя това как по но от за е са се ще с към или при беше да ли"},
	"sr":  {"Cyrillic", "и у не на да је се су од за са као по али из или није то што би који која"},
	"ar":  {"Arabic", "في من على إلى أن هذا هذه التي الذي عن مع لا ما كان ليس ليست لم قد بعد بين هو هي أو كل حقيقة ولا"},
	"fa":  {"Arabic", "در به از که این را با است برای آن یک شده شد می\u200cشود های کرد بود نیست است"},
	"ur":  {"Arabic", "میں کے کی ہے کا سے کو نے اور پر یہ ہیں نہیں کہ گیا ایک تھا"},
	"ckb": {"Arabic", ""},
	"ps":  {"Arabic", ""},
	"hi":  {"Devanagari", "है में के की का और से को ने नहीं यह कि पर हैं था थी एक इस भी कर गया रहा"},
	"mr":  {"Devanagari", "आहे आणि नाही मध्ये हे ही या होते केले आहेत असे की तर एका"},
	"ne":  {"Devanagari", "छ हो र को मा ले भएको छैन गरेको पनि यो छन् का"},
}

// ownLetters are letters that, within the languages above, are a strong sign of one. Never changed.
var ownLetters = map[string]string{
	"de": "ß", "es": "ñ¿¡", "pt": "ãõ", "pl": "łęąśźż", "tr": "ğı", "cs": "ěřů", "hu": "őű", "ro": "șță", "ru": "ыэё", "uk": "їєґ",
	"fa": "پچژگ", "ur": "ٹڈڑںےہ", "sr": "ђћџљњј", "ckb": "ێۆڕڤ", "ps": "ښټډړې", "fr": "œ",
}

// smallWords gives the languages that have a word.
var smallWords = sync.OnceValue(func() map[string][]string {
	table := map[string][]string{}
	for code, l := range languages {
		seen := map[string]bool{}
		for word := range strings.FieldsSeq(l.words) {
			if !seen[word] {
				table[word] = append(table[word], code)
			}
			seen[word] = true
		}
	}
	return table
})

// letterOwner gives the language that has a letter for itself.
var letterOwner = sync.OnceValue(func() map[rune]string {
	table := map[rune]string{}
	for code, letters := range ownLetters {
		for _, r := range letters {
			table[r] = code
		}
	}
	return table
})
