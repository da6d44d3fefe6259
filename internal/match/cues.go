package match

// cues are the words of one language by which a text shows what it does with a claim. They are written as foldCue leaves them:
// lower case, Latin letters without accents, one space between words. A cue stands for whole words.
type cues struct {
	headline []string // a headline that says: this is a check
	debunk   []string // the text says outright that it is wrong, in the sentence or beside it
	wrong    []string // words that say so in the sentence itself only: elsewhere they are about something else
	before   []string // said so, after who says it: "Jane Doe said"
	after    []string // according to, before who says it
	hedge    []string // at a distance
	negation []string // turns a sentence round
}

// cueWords returns the cue words by language. They were chosen from formats of fact-checks and from how news attributes speech,
// not counted in a corpus; stance_test.go says what they get right and what they miss.
func cueWords() map[string]cues {
	return map[string]cues{
		"en": {
			headline: []string{"fact check", "fact checking", "fact checked", "factcheck", "verified", "debunked", "debunking", "false claim", "false claims", "no evidence", "hoax", "hoaxes", "misinformation", "disinformation", "myth", "myths", "is it true", "truth about", "what is true", "did not", "didn't", "not true", "fake", "satire", "misleading", "false"},
			debunk:   []string{"no evidence", "there is no proof", "not true", "is untrue", "is false", "was false", "are false", "were false", "is fake", "are fake", "debunked", "debunk", "a hoax", "is a myth", "baseless", "unfounded", "without foundation", "fabricated", "misleading", "has been refuted", "never happened", "did not happen", "pants on fire", "rate the claim", "rated the claim", "we rate", "falsely", "not what", "misinformation", "disinformation", "digitally altered", "taken out of context", "no truth to", "doctored", "made up"},
			wrong:    []string{"false", "wrong", "untrue", "incorrect", "hoax", "fake", "myth", "lie", "fiction", "inaccurate"},
			before:   []string{"said", "says", "say", "told", "claimed", "claims", "claim", "wrote", "writes", "tweeted", "posted", "added", "argued", "argues", "insisted", "insists", "announced", "declared", "stated", "states", "asserted", "warned"},
			after:    []string{"according to", "in the words of", "told by"},
			hedge:    []string{"allegedly", "alleged", "alleges", "reportedly", "supposedly", "supposed", "purportedly", "purported", "rumour", "rumours", "rumor", "rumors", "is said to", "are said to", "unconfirmed", "unverified", "so called", "denied", "denies", "a viral post", "users claim", "posts claim", "apparently"},
			negation: []string{"not", "never", "no", "isn't", "wasn't", "aren't", "doesn't", "don't", "didn't", "won't", "can't", "cannot", "hasn't", "haven't", "nobody", "none", "neither"},
		},
		"es": {
			//nolint:misspell // Spanish
			headline: []string{"verificamos", "verificacion", "verificado", "es falso", "es falsa", "son falsas", "no es cierto", "bulo", "bulos", "desmentido", "desmentimos", "que sabemos", "enganoso", "enganosa", "falso", "falsa", "no hay pruebas", "no existe"},
			debunk:   []string{"es falso", "es falsa", "son falsos", "son falsas", "no es cierto", "no es verdad", "no hay pruebas", "no hay evidencia", "no hay evidencias", "sin fundamento", "sin pruebas", "un bulo", "desmentido", "desmentida", "desmiente", "enganoso", "enganosa", "fuera de contexto", "un montaje", "desinformacion", "nunca ocurrio"},
			wrong:    []string{"falso", "falsa", "bulo", "mentira", "incorrecto", "incorrecta", "mito", "inexacto", "manipulada", "manipulado"},
			before:   []string{"dijo", "dice", "afirmo", "afirma", "aseguro", "asegura", "declaro", "declara", "sostuvo", "sostiene", "escribio", "anuncio", "explico", "senalo", "publico"},
			after:    []string{"segun", "de acuerdo con", "en palabras de"},
			hedge:    []string{"supuestamente", "presuntamente", "presunto", "presunta", "al parecer", "rumor", "rumores", "habria", "habrian", "se dice que", "sin confirmar", "nego", "niega", "circula"},
			negation: []string{"no", "nunca", "jamas", "tampoco", "ningun", "ninguna", "nadie"},
		},
		"fr": {
			headline: []string{"non", "vrai ou faux", "verification", "desintox", "intox", "infox", "fact checking", "verifions", "c'est faux", "fausse information", "faux", "trompeur", "trompeuse", "aucune preuve", "attention a"},
			debunk:   []string{"c'est faux", "est faux", "est fausse", "sont faux", "sont fausses", "n'est pas vrai", "ce n'est pas", "aucune preuve", "sans fondement", "infonde", "infondee", "une intox", "infox", "trompeur", "trompeuse", "dementi", "dementie", "hors contexte", "sorti de son contexte", "n'a jamais eu lieu", "desinformation", "un montage"},
			wrong:    []string{"faux", "fausse", "mensonge", "canular", "mythe", "inexact", "inexacte", "errone", "erronee", "truque"},
			before:   []string{"a dit", "dit", "affirme", "a affirme", "assure", "a assure", "declare", "a declare", "soutient", "precise", "a ecrit", "ecrit", "explique", "a explique", "annonce", "a annonce", "pretend", "pretendent"},
			after:    []string{"selon", "d'apres", "pour"},
			hedge:    []string{"serait", "seraient", "aurait", "auraient", "pretendument", "soi disant", "presume", "presumee", "rumeur", "rumeurs", "non confirme", "il parait", "dement", "nie", "une publication annonce", "circule"},
			negation: []string{"ne", "n'est", "n'a", "n'ont", "pas", "jamais", "aucun", "aucune", "personne"},
		},
		"de": {
			headline: []string{"faktencheck", "fakten check", "stimmt das", "stimmt nicht", "nein", "falschmeldung", "falschmeldungen", "fake", "irrefuhrend", "keine belege", "kein beleg", "falsch", "widerlegt", "mythos", "mythen"},
			debunk:   []string{"ist falsch", "sind falsch", "war falsch", "stimmt nicht", "stimmen nicht", "ist nicht wahr", "keine belege", "kein beleg", "keine beweise", "keinen beleg", "kein hinweis", "unbelegt", "haltlos", "frei erfunden", "erfunden", "widerlegt", "irrefuhrend", "eine falschmeldung", "falschlicherweise", "falschlich", "aus dem zusammenhang gerissen", "desinformation", "trifft nicht zu"},
			wrong:    []string{"falsch", "unwahr", "luge", "mythos", "gefalscht", "fake", "unzutreffend", "scherz", "satire"},
			before:   []string{"sagte", "sagt", "erklarte", "erklart", "behauptete", "behauptet", "behaupten", "schrieb", "schreibt", "betonte", "meinte", "meint", "teilte", "warnte", "versichert", "versicherte"},
			after:    []string{"laut", "nach angaben von", "nach angaben der", "nach angaben des", "zufolge"},
			hedge:    []string{"angeblich", "angebliche", "angeblichen", "soll", "sollen", "mutmasslich", "mutmassliche", "vermeintlich", "gerucht", "geruchte", "unbestatigt", "heisst es", "dementiert", "dementierte", "bestreitet"},
			negation: []string{"nicht", "kein", "keine", "keinen", "keiner", "nie", "niemals", "niemand"},
		},
		"pt": {
			headline: []string{"e falso", "e falsa", "e fake", "fake", "checamos", "checagem", "verificamos", "nao e verdade", "enganoso", "boato", "boatos", "falso", "falsa", "nao ha provas", "desmentido"},
			debunk:   []string{"e falso", "e falsa", "sao falsos", "sao falsas", "e fake", "nao e verdade", "nao ha provas", "nao ha evidencias", "nao existem provas", "sem fundamento", "sem provas", "um boato", "desmentido", "desmentida", "desmente", "enganoso", "enganosa", "fora de contexto", "desinformacao", "montagem", "nunca aconteceu"},
			wrong:    []string{"falso", "falsa", "fake", "boato", "mentira", "incorreto", "incorreta", "mito", "inveridico"},
			before:   []string{"disse", "diz", "afirmou", "afirma", "declarou", "declara", "garantiu", "garante", "escreveu", "anunciou", "explicou", "alegou", "alega", "sustenta"},
			after:    []string{"segundo", "de acordo com", "conforme", "nas palavras de"},
			hedge:    []string{"supostamente", "suposto", "suposta", "alegadamente", "ao que parece", "rumor", "rumores", "teria", "teriam", "diz se que", "nao confirmado", "negou", "nega", "circula"},
			negation: []string{"nao", "nunca", "jamais", "nem", "nenhum", "nenhuma", "ninguem"},
		},
		"ar": {
			headline: []string{"تحقق", "تدقيق", "حقيقه", "ما حقيقه", "ما صحه", "لا صحه", "شائعه", "زائف", "مضلل", "مفبرك", "كاذب", "خاطئ"},
			debunk:   []string{"لا صحه", "غير صحيح", "غير صحيحه", "لا دليل", "لا يوجد دليل", "لا توجد ادله", "لا اساس", "عار عن الصحه", "مفبرك", "مفبركه", "مضلل", "مضلله", "زائف", "زائفه", "كاذب", "كاذبه", "خبر كاذب", "ادعاء خاطئ"},
			wrong:    []string{"خاطئ", "خاطئه", "كذبه", "خرافه", "ملفق", "شائعه"},
			before:   nil,
			after:    []string{"قال", "قالت", "صرح", "صرحت", "اكد", "اكدت", "كتب", "كتبت", "اعلن", "اعلنت", "اضاف", "بحسب", "وفقا", "حسب"},
			hedge:    []string{"زعم", "زعمت", "يزعم", "مزعوم", "مزعومه", "يقال", "شائعات", "يدعي", "نفي", "نفت", "تداول", "متداول"},
			negation: []string{"لا", "لم", "لن", "ليس", "ليست", "ما", "بدون"},
		},
		"hi": {
			headline: []string{"फैक्ट चेक", "फ़ैक्ट चेक", "तथ्य जांच", "पड़ताल", "सच क्या है", "क्या है सच", "क्या है सच्चाई", "झूठा दावा", "फर्जी", "फ़र्ज़ी", "भ्रामक", "गलत"},
			debunk:   []string{"दावा गलत है", "दावा झूठा है", "दावा फर्जी है", "यह गलत है", "सच नहीं है", "सही नहीं है", "कोई सबूत नहीं", "कोई प्रमाण नहीं", "फर्जी", "फ़र्ज़ी", "भ्रामक", "अफवाह है", "निराधार", "बेबुनियाद", "झूठा है", "झूठी है"},
			wrong:    []string{"गलत", "झूठ", "झूठा", "झूठी", "अफवाह", "ग़लत"},
			before:   []string{"कहा", "बताया", "ने दावा किया", "लिखा", "ने ऐलान किया", "कहना है"},
			after:    nil,
			hedge:    []string{"कथित", "कथित तौर पर", "दावा किया जा रहा है", "के अनुसार", "के मुताबिक", "बताया जा रहा है", "खबरों के अनुसार", "वायरल", "इनकार किया"},
			negation: []string{"नहीं", "न", "मत", "कभी नहीं", "ना"},
		},
	}
}
