package match

import (
	"fmt"
	"slices"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// abroad are claims in several languages, with others around them that share single names with them.
func abroad() []search.Doc {
	docs := append(madeUp(),
		claim("kolev", "en", "Vice President Kolev resigned on 14 March after losing 3,200 votes.", "Did Kolev Resign on 14 March?", "He did not."),
		claim("vacuna", "es", "La vacuna de Lindmar contiene microchips que rastrean a los pacientes.", "¿Contiene microchips la vacuna?", "Es falso."),
		claim("pont", "fr", "Le pont d'Oderburg a coûté 1 000 000 euros aux contribuables.", "Le pont a-t-il coûté un million ?", "Le prix était moindre."),
		claim("brücke", "de", "Der Bürgermeister hat die Brücken in Talheim nicht gebaut.", "Wurden die Brücken gebaut?", "Doch, 2019."),
		claim("ponte", "pt", "A prefeita fechou todas as escolas de Vila Morena.", "A prefeita fechou as escolas?", "Não."),
		claim("jisr", "ar", "أغلق الوزير المدارس في المدينة بسبب العاصفة", "هل أغلقت المدارس؟", "لا"),
		claim("pul", "hi", "मंत्री ने शहर के सभी स्कूल बंद कर दिए", "क्या स्कूल बंद हुए?", "नहीं"),
		claim("berlin", "en", "Berlin opened a new airport.", "Did Berlin Open an Airport?", "Yes."),
	)
	for i := range 30 {
		docs = append(docs, claim(fmt.Sprint("berlin", i), "en", fmt.Sprintf("A baker of Berlin sold loaf %d.", 900+i), "", ""))
	}
	return docs
}

func TestAClaimIsFoundInEachLanguage(t *testing.T) {
	t.Parallel()
	c := some(t, abroad()...)
	for name, q := range map[string]struct{ language, text string }{
		"vacuna": {"es", "Dicen que las vacunas de Lindmar llevan un microchip para rastrear al paciente"},
		"pont":   {"fr", "Les contribuables ont payé 1.000.000 d'euros pour le pont d’Oderburg !"},
		"brücke": {"de", "Brücken in Talheim wurden vom Bürgermeister gebaut"},
		"ponte":  {"pt", "Todas as escolas da Vila Morena foram fechadas pela prefeita"},
		"jisr":   {"ar", "الوزير يغلق مدارس المدينة بعد العاصفة"},
		"pul":    {"hi", "शहर के सभी स्कूलों को मंत्री ने बंद किया"},
	} {
		for _, language := range []string{q.language, ""} {
			got := c.match(q.text, Options{Language: language})
			if len(got) == 0 || got[0].ID != IDOf(name) || got[0].Reading == None {
				t.Errorf("%s, language %q: got %+v, want the claim first and at least related", name, language, got)
			}
		}
	}
}

func TestNamesAndNumbersSufficeAcrossLanguages(t *testing.T) {
	t.Parallel()
	c := some(t, abroad()...)
	for _, text := range []string{
		"El vicepresidente Kolev dimitió el 14 de marzo tras perder 3,200 votos",
		"Kolev a démissionné le 14 mars après avoir perdu 3 200 voix",
		"Vizepräsident Kolev trat am 14. März nach dem Verlust von 3.200 Stimmen zurück",
	} {
		got := c.match(text, Options{})
		if len(got) == 0 || got[0].ID != IDOf("kolev") || got[0].Reading == None {
			t.Errorf("%s: got %+v, want the English claim first and at least related", text, got)
			continue
		}
		if w := got[0].Why; !slices.Contains(w.Names, "kolev") || !slices.Contains(w.Numbers, "3200") || !slices.Contains(w.Numbers, "14") {
			t.Errorf("%s: got %+v, want the name and the numbers", text, w)
		}
	}
	for _, text := range []string{
		"El alcalde de Berlin compró una bicicleta en 2017",
		"Kolev compró una casa",
		"El 14 de marzo no pasó nada",
		"Ilse Brandt visitó un museo en 2019", // a name of two words is one name, and a year says little
	} {
		for _, x := range c.match(text, Options{Language: "es"}) {
			if x.Reading != None {
				t.Errorf("%s: got %+v, want nothing: one shared name or date is not enough", text, x)
			}
		}
	}
}

func TestAWordingInTheLanguageOfTheTextCounts(t *testing.T) {
	t.Parallel()
	d := claim("moon", "en", "The moon landing was staged in a studio.", "", "")
	d.Texts = append(d.Texts, search.Text{Field: search.FieldWording, Language: "es", Text: "El alunizaje fue grabado en un estudio de cine."})
	c := some(t, append(abroad(), d)...)
	got := c.match("El alunizaje se grabó en un estudio de cine", Options{Language: "es"})
	if len(got) == 0 || got[0].ID != IDOf("moon") || got[0].Reading != Same {
		t.Errorf("got %+v, want the same by its Spanish wording", got)
	}
}

func TestNegationsOfEachLanguageAreSeen(t *testing.T) {
	t.Parallel()
	for language, pair := range map[string][2]string{
		"en": {"The bridge of Talheim was closed.", "The bridge of Talheim was not closed."},
		"es": {"El puente de Talheim fue cerrado.", "El puente de Talheim no fue cerrado."},
		"fr": {"Le pont de Talheim est fermé.", "Le pont de Talheim n'est pas fermé."},
		"de": {"Die Brücke von Talheim wurde gesperrt.", "Die Brücke von Talheim wurde nicht gesperrt."},
		"pt": {"A ponte de Talheim foi fechada.", "A ponte de Talheim não foi fechada."},
		"ar": {"أغلق الوزير جسر المدينة", "لم يغلق الوزير جسر المدينة"},
		"hi": {"तलहाइम का पुल बंद हुआ", "तलहाइम का पुल बंद नहीं हुआ"},
	} {
		plain, negated := some(t, append(madeUp(), claim("x", language, pair[0], "", ""))...), some(t, append(madeUp(), claim("x", language, pair[1], "", ""))...)
		for i, c := range []fixture{plain, negated} {
			for k, text := range pair {
				got := c.match(text, Options{Language: language, Limit: 1})
				if len(got) == 0 || got[0].ID != IDOf("x") || got[0].Why.Negated != (i != k) {
					t.Errorf("%s: %q against %q: got %+v, want negated %t", language, text, pair[i], got, i != k)
				}
			}
		}
	}
}

func TestNumbersAreTheSameInAllFormats(t *testing.T) {
	t.Parallel()
	c := some(t, append(abroad(), claim("sheep", "en", "The valley of Talheim lost 1,250 sheep in 3 storms.", "", ""))...)
	for _, text := range []string{
		"Talheim valley lost 1250 sheep in 3 storms", "Talheim valley lost 1.250 sheep in 3 storms", "Talheim valley lost 1 250 sheep in 3 storms",
		"Talheim valley lost 1\u00a0250 sheep in 3 storms", "Talheim valley lost ١٬٢٥٠ sheep in ٣ storms", "Talheim valley lost १२५० sheep in ३ storms",
	} {
		got := c.match(text, Options{Language: "en", Limit: 1})
		if len(got) == 0 || got[0].ID != IDOf("sheep") {
			t.Fatalf("%s: got %+v, want the sheep", text, got)
		}
		w := got[0].Why
		slices.Sort(w.Numbers)
		if !slices.Equal(w.Numbers, []string{"1250", "3"}) || len(w.OtherNumbers)+len(w.TextNumbers) > 0 || got[0].Reading != Same {
			t.Errorf("%s: got %s, %+v, want the same with both numbers shared", text, got[0].Reading, w)
		}
	}
}
