package match_test

import (
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/match"
)

const (
	makes    = factcheck.StanceMakes
	repeats  = factcheck.StanceRepeats
	reports  = factcheck.StanceReports
	disputes = factcheck.StanceDisputes
)

// stanceCase is a passage between bars in its text, a claim, and what a person would say that the article does. miss is what is
// proposed instead, where that is wrong: it is written down so that nobody takes the cues for more than they are.
type stanceCase struct {
	lang, title, text, claim string
	want, miss               factcheck.Stance
}

func stanceCases() []stanceCase {
	return []stanceCase{
		// English
		{"en", "Council news", "|The mayor of Exampleville has resigned.| The ferry runs on time.", "The mayor of Exampleville has resigned.", repeats, ""},
		{"en", "Fact check: No, the mayor has not resigned", "|The mayor of Exampleville has resigned|, posts say.", "The mayor of Exampleville has resigned.", disputes, ""},
		{"en", "Council news", "|The claim that the mayor has resigned is false.|", "The mayor has resigned.", disputes, ""},
		{"en", "Council news", "|A post says that the mayor has resigned.| There is no evidence for that.", "The mayor has resigned.", disputes, ""},
		{"en", "Council news", "|“The mayor has resigned,” said Jane Doe.|", "The mayor has resigned.", reports, ""},
		{"en", "Council news", "|According to Jane Doe, the mayor has resigned.|", "The mayor has resigned.", reports, ""},
		{"en", "Council news", "|The mayor has allegedly resigned over a contract.|", "The mayor has resigned over a contract.", reports, ""},
		{"en", "Council news", "|Trump claimed that wind farms cause cancer.|", "Wind farms cause cancer.", reports, ""},
		{"en", "Council news", "|Wind farms do not cause cancer.|", "Wind farms cause cancer.", disputes, ""},
		{"en", "A vaccine is a hoax", "|The vaccine is a hoax and everybody knows.|", "The vaccine is a hoax.", repeats, ""},
		{"en", "News", "|The photo was digitally altered: the senator was never there.|", "The photo shows the senator at the rally.", disputes, ""},
		{"en", "News", "|The senator denied that he owns the company.|", "The senator owns the company.", reports, ""},
		{"en", "News", "|The harbour will be sold next week, the council insists.|", "The harbour will be sold next week.", reports, ""},
		{"en", "News", "|Vaccines contain microchips.| That is not true.", "Vaccines contain microchips.", disputes, ""},
		{"en", "News", "|There is no evidence that masks work.|", "There is no evidence that masks work.", repeats, ""},
		{"en", "News", "|So they want us to believe that the moon landing was real. Sure.|", "The moon landing was real.", disputes, repeats},
		{"en", "News", "|Nobody disputes that the bridge is closed.|", "The bridge is closed.", repeats, disputes},
		// Spanish
		{"es", "Noticias", "|El alcalde ha dimitido por el contrato del puerto.|", "El alcalde ha dimitido por el contrato del puerto.", repeats, ""},
		{"es", "Es falso que el alcalde haya dimitido", "|El alcalde ha dimitido|, dicen.", "El alcalde ha dimitido.", disputes, ""},
		{"es", "Noticias", "|No hay pruebas de que el alcalde haya dimitido.|", "El alcalde ha dimitido.", disputes, ""},
		{"es", "Noticias", "|Según María Pérez, el alcalde ha dimitido.|", "El alcalde ha dimitido.", reports, ""},
		{"es", "Noticias", "|El alcalde supuestamente ha dimitido.|", "El alcalde ha dimitido.", reports, ""},
		{"es", "Noticias", "|El portavoz afirmó que el tranvía será gratuito.|", "El tranvía será gratuito.", reports, ""},
		{"es", "Noticias", "|El alcalde no ha dimitido.|", "El alcalde ha dimitido.", disputes, ""},
		{"es", "Noticias", "|Circula un vídeo del alcalde.| Es un bulo.", "El alcalde aparece en un vídeo.", disputes, ""},
		// French
		{"fr", "Actualités", "|Le tramway sera gratuit le dimanche.|", "Le tramway sera gratuit le dimanche.", repeats, ""},
		{"fr", "Non, le tram ne sera pas gratuit tous les dimanches", "|Une publication annonce que le tramway sera gratuit le dimanche.|", "Le tramway sera gratuit le dimanche.", disputes, ""},
		{"fr", "Actualités", "|Selon Marie Durand, le tramway sera gratuit.|", "Le tramway sera gratuit.", reports, ""},
		{"fr", "Actualités", "|Le maire aurait démissionné vendredi.|", "Le maire a démissionné vendredi.", reports, ""},
		{"fr", "Actualités", "|Le maire a démissionné.| C’est faux, répond la mairie.", "Le maire a démissionné.", disputes, ""},
		{"fr", "Actualités", "|« Le marché est vendu », précise la régie.|", "Le marché est vendu.", reports, ""},
		{"fr", "Actualités", "|Aucune preuve que le maire ait démissionné.|", "Le maire a démissionné.", disputes, ""},
		// German
		{"de", "Nachrichten", "|Die Bürgermeisterin ist zurückgetreten.|", "Die Bürgermeisterin ist zurückgetreten.", repeats, ""},
		{"de", "Faktencheck: Bürgermeisterin im Amt", "|Die Bürgermeisterin ist zurückgetreten.|", "Die Bürgermeisterin ist zurückgetreten.", disputes, ""},
		{"de", "Nachrichten", "|Laut Jana Muster ist die Bürgermeisterin zurückgetreten.|", "Die Bürgermeisterin ist zurückgetreten.", reports, ""},
		{"de", "Nachrichten", "|Die Bürgermeisterin soll zurückgetreten sein.|", "Die Bürgermeisterin ist zurückgetreten.", reports, ""},
		{"de", "Nachrichten", "|Die Behauptung, die Bürgermeisterin sei zurückgetreten, ist frei erfunden.|", "Die Bürgermeisterin ist zurückgetreten.", disputes, ""},
		{"de", "Nachrichten", "|Die Bürgermeisterin ist nicht zurückgetreten.|", "Die Bürgermeisterin ist zurückgetreten.", disputes, ""},
		{"de", "Nachrichten", "|Die Brücke wird gesperrt, sagte ein Sprecher.|", "Die Brücke wird gesperrt.", reports, ""},
		{"de", "Nachrichten", "|Die Brücke sei gesperrt.|", "Die Brücke ist gesperrt.", reports, repeats},
		// Portuguese
		{"pt", "Notícias", "|O prefeito renunciou na sexta-feira.|", "O prefeito renunciou na sexta-feira.", repeats, ""},
		{"pt", "É falso que o prefeito renunciou", "|O prefeito renunciou|, dizem.", "O prefeito renunciou.", disputes, ""},
		{"pt", "Notícias", "|Segundo Ana Silva, o prefeito renunciou.|", "O prefeito renunciou.", reports, ""},
		{"pt", "Notícias", "|O prefeito teria renunciado.|", "O prefeito renunciou.", reports, ""},
		{"pt", "Notícias", "|Não há provas de que a urna foi fraudada.|", "A urna foi fraudada.", disputes, ""},
		{"pt", "Notícias", "|A ministra afirmou que o imposto vai subir.|", "O imposto vai subir.", reports, ""},
		{"pt-BR", "Notícias", "|O prefeito não renunciou.|", "O prefeito renunciou.", disputes, ""},
		// Arabic
		{"ar", "أخبار", "|استقالت رئيسة البلدية يوم الجمعة.|", "استقالت رئيسة البلدية يوم الجمعة.", repeats, ""},
		{"ar", "ما حقيقة استقالة رئيسة البلدية؟", "|استقالت رئيسة البلدية.|", "استقالت رئيسة البلدية.", disputes, ""},
		{"ar", "أخبار", "|لا صحة لاستقالة رئيسة البلدية.|", "استقالت رئيسة البلدية.", disputes, ""},
		{"ar", "أخبار", "|قال المتحدث إن رئيسة البلدية استقالت.|", "استقالت رئيسة البلدية.", reports, ""},
		{"ar", "أخبار", "|زعم منشور أن رئيسة البلدية استقالت.|", "استقالت رئيسة البلدية.", reports, ""},
		{"ar", "أخبار", "|الخبر المتداول عن إغلاق الجسر مفبرك.|", "أغلق الجسر.", disputes, ""},
		{"ar", "أخبار", "|لم تستقل رئيسة البلدية.|", "استقالت رئيسة البلدية.", disputes, ""},
		// Hindi
		{"hi", "समाचार", "|मेयर ने शुक्रवार को इस्तीफा दिया।|", "मेयर ने शुक्रवार को इस्तीफा दिया।", repeats, ""},
		{"hi", "फैक्ट चेक: मेयर का इस्तीफा", "|मेयर ने इस्तीफा दिया।|", "मेयर ने इस्तीफा दिया।", disputes, ""},
		{"hi", "समाचार", "|मेयर के इस्तीफे का दावा फर्जी है।|", "मेयर ने इस्तीफा दिया।", disputes, ""},
		{"hi", "समाचार", "|प्रवक्ता ने कहा कि मेयर ने इस्तीफा दिया।|", "मेयर ने इस्तीफा दिया।", reports, ""},
		{"hi", "समाचार", "|सूत्रों के मुताबिक मेयर ने इस्तीफा दिया।|", "मेयर ने इस्तीफा दिया।", reports, ""},
		{"hi", "समाचार", "|मेयर ने इस्तीफा नहीं दिया।|", "मेयर ने इस्तीफा दिया।", disputes, ""},
		{"hi", "समाचार", "|पुल बंद है।| यह गलत है।", "पुल बंद है।", disputes, ""},
		// No language known
		{"", "News", "|The mayor has resigned, said Jane Doe.|", "The mayor has resigned.", reports, ""},
		{"", "", "|Es ist falsch, dass die Brücke gesperrt ist.|", "Die Brücke ist gesperrt.", disputes, ""},
	}
}

func TestStancesOfRealisticSentences(t *testing.T) {
	t.Parallel()
	right, all := map[factcheck.Stance]int{}, map[factcheck.Stance]int{}
	for _, tt := range stanceCases() {
		got := match.ProposeStance(inputOf(tt))
		want := tt.want
		if tt.miss != "" {
			want = tt.miss
		}
		if got.Stance != want {
			t.Errorf("%s %q: got %s (%s %v), want %s", tt.lang, tt.text, got.Stance, got.Reason, got.Cues, want)
		}
		all[tt.want]++
		if got.Stance == tt.want {
			right[tt.want]++
		}
	}
	for s, n := range all {
		t.Logf("%s: %d of %d", s, right[s], n)
	}
}

// inputOf reads a case: an earlier article is known, so what is said outright is repeated.
func inputOf(tt stanceCase) match.StanceInput {
	start := strings.Index(tt.text, "|")
	end := strings.LastIndex(tt.text, "|") - 1
	text := strings.ReplaceAll(tt.text, "|", "")
	return match.StanceInput{
		Text: text, Passage: match.Passage{Text: text[start:end], Start: start, End: end}, Claim: tt.claim, Title: tt.title, Language: tt.lang, Earlier: true,
	}
}

func TestStanceOfWhoWroteItAndOfMarkup(t *testing.T) {
	t.Parallel()
	in := inputOf(stanceCase{text: "|The mayor has resigned.|", claim: "The mayor has resigned.", lang: "en"})
	if got := match.ProposeStance(in); got.Stance != repeats || got.Reason != factcheck.ReasonSaidOutright {
		t.Errorf("got %+v, want it repeated", got)
	}
	first := in
	first.Earlier = false
	if got := match.ProposeStance(first); got.Stance != makes || got.Reason != factcheck.ReasonFirst {
		t.Errorf("nothing earlier: got %+v, want it made", got)
	}
	own := in
	own.Claimant, own.Handle = "Jane Doe", "@janedoe"
	if got := match.ProposeStance(own); got.Stance != makes || got.Reason != factcheck.ReasonOwnClaim {
		t.Errorf("the claimant's own post: got %+v, want it made", got)
	}
	checks := in
	checks.Checks = true
	if got := match.ProposeStance(checks); got.Stance != disputes || got.Reason != factcheck.ReasonChecksPage {
		t.Errorf("markup of a check: got %+v, want it disputed", got)
	}
}

func TestStanceNamesWhoSaysIt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"|“The mayor has resigned,” said Jane Doe.|":             "Jane Doe",
		"|According to Jane Doe, the mayor has resigned.|":       "Jane Doe",
		"|The mayor has resigned, Jane Doe claimed on Friday.|":  "Jane Doe",
		"|The mayor has resigned, a clerk said.|":                "",
		"|“The mayor has resigned!”| said Jane Doe in the hall.": "Jane Doe",
		"|“The mayor has resigned.”| said a clerk.":              "",
	} {
		got := match.ProposeStance(inputOf(stanceCase{text: text, claim: "The mayor has resigned.", lang: "en"}))
		if got.Stance != reports || got.Speaker != want {
			t.Errorf("%s: got %+v, want it said by %q", text, got, want)
		}
	}
	text := "He went on. “The mayor has resigned,” said Jane Doe. Nobody answered."
	for _, p := range match.Passages(text) {
		if p.Quoted {
			if got := match.ProposeStance(match.StanceInput{Text: text, Passage: p, Claim: "The mayor has resigned.", Language: "en", Earlier: true}); got.Speaker != "Jane Doe" {
				t.Errorf("a quotation by itself: got %+v, want its speaker", got)
			}
		}
	}
}

func TestNoInputBreaksAProposal(t *testing.T) {
	t.Parallel()
	for _, in := range []match.StanceInput{
		{}, {Passage: match.Passage{Start: -5, End: 900}, Text: "short"}, {Text: "\xff\xfe", Passage: match.Passage{Start: 1, End: 2, Quoted: true}},
		{Text: strings.Repeat("é", 1000), Passage: match.Passage{Text: "é", Start: 301, End: 303, Quoted: true}}, {Text: "“”", Passage: match.Passage{Start: 0, End: 6, Quoted: true}, Language: "zz-ZZ"},
	} {
		if got := match.ProposeStance(in); !got.Stance.Valid() {
			t.Errorf("%+v: got %+v, want a stance", in, got)
		}
	}
}
