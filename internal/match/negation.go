package match

import (
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// negations are the words that turn a sentence round, folded as the index folds them, in the languages that it stems.
var negations = func() map[uint8]map[uint32]bool {
	out := make(map[uint8]map[uint32]bool)
	for code, list := range map[string]string{
		"en": `not no never none nobody without cannot false hoax debunked isnt wasnt arent werent doesnt dont didnt wont cant hasnt
			havent hadnt wouldnt couldnt shouldnt neither nor`,
		"es": "no nunca jamás nadie ningún ninguno ninguna sin tampoco falso falsa bulo desmiente desmintió",
		"fr": "ne pas jamais aucun aucune personne sans ni faux fausse infox dément",
		"de": "nicht kein keine keinen keiner keinem keines nie niemals niemand ohne falsch nirgends",
		"pt": "não nunca jamais ninguém nenhum nenhuma sem falso falsa tampouco",
		"ar": "لا لم لن ليس ليست ليسوا غير بدون دون أبدا كاذب كاذبة مزيف",
		"hi": "नहीं न ना मत कभी बिना झूठा झूठी गलत फर्जी",
	} {
		set := make(map[uint32]bool)
		for w := range strings.FieldsSeq(list) {
			search.EachWord(w, code, func(surface []byte, _, _ int) { set[search.HashWord(surface)] = true })
		}
		out[search.LanguageNumber(code)] = set
	}
	return out
}()

// isNegation reports whether a word turns a sentence round.
func isNegation(language uint8, surface uint32) bool { return negations[language][surface] }
