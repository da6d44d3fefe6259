package factcheck

// commonScale holds labels that mean the same wherever they are used, by their plain meaning, in the languages most
// fact-checks are written in. What is particular to one publisher belongs into that publisher's scale; what two
// publishers use differently ("exaggerated", "distorted", "opinion", "other") belongs nowhere.
func commonScale() Scale {
	return Scale{Slug: CommonScale, Version: 1, Name: "Widely used labels", Labels: []Label{
		{Label: "True", Truth: TruthTrue, Value: 5, Aliases: []string{
			"correct", "accurate", "truth", "verdadero", "cierto", "verdadeiro", "vrai", "exact", "wahr", "richtig", "vero",
			"waar", "juist", "prawda", "pravda", "pravdivé", "doğru", "benar", "правда", "достоверно", "истина",
			"صحيح", "حقيقي", "حقيقة", "सच", "सही", "সত্য", "正确", "正確", "属实", "屬實", "사실", "αληθές", "adevărat",
			"igaz", "sant", "sandt", "totta", "cert",
		}},
		{Label: "Mostly true", Truth: TruthMostlyTrue, Value: 4, Aliases: []string{
			"mostly correct", "mostly accurate", "largely true", "somewhat true", "mayormente verdadero", "mayormente cierto",
			"majoritairement vrai", "plutôt vrai", "presque vrai", "größtenteils richtig", "größtenteils wahr", "weitgehend richtig", "überwiegend richtig",
			"grotendeels waar", "per lo più vero", "prawie prawda", "převážně pravda", "صحيح في معظمه", "大部分正确", "ほぼ正確", "대체로 사실",
		}},
		{Label: "Mixed", Truth: TruthMixed, Value: 3, Aliases: []string{
			"mixture", "half true", "half truth", "partly true", "partially true", "partly false", "partially false", "partly correct",
			"partially correct", "true and false", "some truth", "verdad a medias", "media verdad", "parcialmente falso", "parcialmente cierto",
			"parcialmente verdadero", "parcialmente verdadeiro", "meia verdade", "partiellement faux", "partiellement vrai", "à moitié vrai", "en partie faux", "en partie vrai",
			"mi vrai, mi faux", "teilweise falsch", "teilweise richtig", "teils falsch", "teils richtig", "halb wahr",
			"parzialmente falso", "parzialmente vero", "vero a metà", "gedeeltelijk onwaar", "gedeeltelijk waar", "deels waar", "deels onwaar",
			"częściowy fałsz", "półprawda", "polopravda", "kısmen doğru", "kısmen yanlış", "sebagian benar", "sebagian salah",
			"полуправда", "частично правда", "частично ложь", "صحيح جزئيا", "صحيح جزئياً", "خطأ جزئي", "خطأ جزئيا", "زائف جزئيا", "زائف جزئياً", "نصف حقيقة",
			"आधा सच", "आंशिक रूप से सच", "আংশিক মিথ্যা", "部分错误", "部分錯誤", "部分正确", "一部誤り", "절반의 사실",
		}},
		{Label: "Mostly false", Truth: TruthMostlyFalse, Value: 2, Aliases: []string{
			"mostly incorrect", "mostly inaccurate", "largely false", "somewhat false", "mayormente falso", "majoritairement faux", "plutôt faux",
			"größtenteils falsch", "überwiegend falsch", "weitgehend falsch", "grotendeels onwaar", "per lo più falso", "prawie fałsz", "대체로 사실 아님",
		}},
		{Label: "False", Truth: TruthFalse, Value: 1, Aliases: []string{
			"incorrect", "inaccurate", "not true", "untrue", "wrong", "totally false", "completely false", "entirely false", "fake", "fake news", "hoax",
			"falso", "falsa", "bulo", "es falso", "faux", "c'est faux", "infox", "intox", "falsch", "unwahr", "bufala", "notizia falsa", "onwaar", "fout", "niet waar", "nepnieuws",
			"fałsz", "nieprawda", "nepravda", "yanlış", "asılsız", "salah", "hoaks", "ложь", "фейк", "неправда", "неверно",
			"خطأ", "زائف", "كاذب", "غير صحيح", "خاطئ", "مزيف", "ليس صحيحا", "झूठ", "गलत", "फर्जी", "फ़र्जी", "असत्य", "মিথ্যা", "ভুয়া", "错误", "錯誤", "虚假", "不实", "不實", "谣言",
			"誤り", "虚偽", "거짓", "사실 아님", "전혀 사실 아님", "ψευδές", "fals", "falskt", "usant", "falsk", "väärä", "hamis", "neadevărat",
		}},
		{Label: "Fabricated", Truth: TruthFalse, Value: 1, Reasons: []Reason{ReasonFabricated}, Aliases: []string{
			"made up", "fabrication", "frei erfunden", "erfunden", "inventado", "inventé", "مفبرك", "fabricado",
		}},
		{Label: "Misleading", Reasons: []Reason{ReasonMissingContext}, Aliases: []string{
			"engañoso", "engañosa", "enganoso", "enganosa", "trompeur", "trompeuse", "irreführend", "fuorviante", "ingannevole", "misleidend", "wprowadza w błąd",
			"zavádějící", "yanıltıcı", "menyesatkan", "вводит в заблуждение", "مضلل", "भ्रामक", "বিভ্রান্তিকর", "误导", "誤導", "ミスリード", "παραπλανητικό", "missvisande",
		}},
		{Label: "Missing context", Reasons: []Reason{ReasonMissingContext}, Aliases: []string{
			"lacks context", "lack of context", "needs context", "out of context", "taken out of context", "decontextualized", "decontextualised", "false context", "miscaptioned",
			"false headline", "misleading headline", "false connection", "falta contexto", "sin contexto", "sacado de contexto", "fuera de contexto", "descontextualizado", "sem contexto",
			"falta de contexto", "fora de contexto", "hors contexte", "sorti de son contexte", "manque de contexte", "contexte manquant", "fehlender kontext", "falscher kontext", "aus dem kontext gerissen", "contesto mancante", "fuori contesto",
			"context ontbreekt", "brak kontekstu", "bağlamından koparılmış", "contexto faltante", "عنوان مضلل", "سياق مضلل", "خارج السياق", "سياق ناقص", "محتوى ناقص", "संदर्भ से बाहर", "缺乏背景", "脱离语境",
		}},
		{Label: "Altered", Reasons: []Reason{ReasonAltered}, Aliases: []string{
			"altered image", "altered photo", "altered video", "altered photo/video", "altered media", "manipulated", "manipulated image", "manipulated video", "manipulated media", "doctored", "digitally altered",
			"edited", "edited photo", "edited video", "photoshopped", "alterado", "manipulado", "imagen manipulada", "montaje", "montagem", "altéré", "photomontage", "image manipulée",
			"manipuliert", "bildmanipulation", "manipulato", "gemanipuleerd", "معدل", "معدلة", "صورة معدلة",
		}},
		{Label: "Misattributed", Reasons: []Reason{ReasonMisattributed}, Aliases: []string{
			"wrongly attributed", "falsely attributed", "false attribution", "misattribution", "falsamente atribuido", "falsch zugeschrieben",
		}},
		{Label: "Satire", Reasons: []Reason{ReasonSatire}, Aliases: []string{
			"parody", "satire/parody", "labeled satire", "labelled satire", "originated as satire", "sátira", "satira", "satirique", "parodie", "satiriczne", "satir", "сатира", "ساخر", "سخرية", "व्यंग्य", "讽刺",
		}},
		{Label: "Scam", Reasons: []Reason{ReasonScam}, Aliases: []string{
			"fraud", "phishing", "estafa", "timo", "fraude", "golpe", "arnaque", "betrug", "truffa", "oszustwo", "dolandırıcılık", "penipuan", "احتيال",
		}},
		{Label: "Outdated", Reasons: []Reason{ReasonOutdated}, Aliases: []string{"out of date", "desactualizado", "desatualizado", "obsoleto", "obsolète", "dépassé", "veraltet", "obsolet"}},
		{Label: "Unsupported", Reasons: []Reason{ReasonUnsupported}, Aliases: []string{
			"unsubstantiated", "unfounded", "baseless", "no evidence", "lack of evidence", "lacks evidence", "insufficient evidence", "not supported", "unsupported by evidence",
			"sin evidencia", "sin pruebas", "no hay pruebas", "insostenible", "insustentável", "sem evidência", "sem provas", "infondé", "sans preuve", "aucune preuve", "unbelegt", "ohne beleg", "unbegründet", "infondato", "senza prove",
			"ongefundeerd", "bez dowodów", "kanıt yok", "لا دليل", "بلا دليل", "根拠不明", "证据不足", "證據不足",
		}},
		{Label: "Unproven", Reasons: []Reason{ReasonUnproven}, Aliases: []string{
			"unverified", "not verified", "unverifiable", "not verifiable", "cannot be verified", "inconclusive", "unconfirmed", "no comprobado", "no verificable", "inverificable",
			"inconcluso", "não verificável", "inconclusivo", "non vérifié", "invérifiable", "nicht überprüfbar", "unbewiesen", "ungeklärt", "non verificabile", "onbewezen",
			"niet te verifiëren", "nieweryfikowalne", "neověřitelné", "belirsiz", "belum terbukti", "непроверено", "غير مؤكد", "غير مثبت", "अपुष्ट", "未经证实", "無法證實", "판단 유보",
		}},
	}}
}
