package exchange

// A house is what is known of a fact-checker by its site.
type house struct {
	name     string // as the publisher spells it
	language string // of its checks, where all are in one; "" otherwise
	order    dateOrder
}

// houses are fact-checkers by site: for the spelling of their names, the language of texts too short to tell, and dates
// such as 03/04/2021. A publisher that is not here is read just as well. The map is never changed.
var houses = map[string]house{
	"aap.com.au":         {"AAP FactCheck", "en", dayFirst},
	"africacheck.org":    {"Africa Check", "", unknownOrder},
	"altnews.in":         {"Alt News", "en", dayFirst},
	"aosfatos.org":       {"Aos Fatos", "pt", dayFirst},
	"apnews.com":         {"The Associated Press", "en", monthFirst},
	"boomlive.in":        {"BOOM", "en", dayFirst},
	"checkyourfact.com":  {"Check Your Fact", "en", monthFirst},
	"chequeado.com":      {"Chequeado", "es", dayFirst},
	"colombiacheck.com":  {"Colombiacheck", "es", dayFirst},
	"correctiv.org":      {"CORRECTIV", "", dayFirst},
	"demagog.org.pl":     {"Demagog", "pl", dayFirst},
	"factcheck.afp.com":  {"AFP Fact Check", "en", unknownOrder},
	"factcheck.org":      {"FactCheck.org", "en", monthFirst},
	"factual.afp.com":    {"AFP Factual", "es", dayFirst},
	"factuel.afp.com":    {"AFP Factuel", "fr", dayFirst},
	"faktisk.no":         {"Faktisk.no", "no", dayFirst},
	"fatabyyano.net":     {"فتبيّنوا", "ar", dayFirst},
	"fullfact.org":       {"Full Fact", "en", dayFirst},
	"leadstories.com":    {"Lead Stories", "", unknownOrder},
	"lupa.uol.com.br":    {"Lupa", "pt", dayFirst},
	"maldita.es":         {"Maldita.es", "es", dayFirst},
	"mimikama.org":       {"Mimikama", "de", dayFirst},
	"misbar.com":         {"Misbar", "", unknownOrder},
	"newtral.es":         {"Newtral", "es", dayFirst},
	"pagellapolitica.it": {"Pagella Politica", "it", dayFirst},
	"pesacheck.org":      {"PesaCheck", "", unknownOrder},
	"poligrafo.sapo.pt":  {"Polígrafo", "pt", dayFirst},
	"politifact.com":     {"PolitiFact", "en", monthFirst},
	"reuters.com":        {"Reuters", "", unknownOrder},
	"snopes.com":         {"Snopes", "en", monthFirst},
	"stopfake.org":       {"StopFake", "", dayFirst},
	"teyit.org":          {"Teyit", "", dayFirst},
	"theferret.scot":     {"The Ferret", "en", dayFirst},
	"truthorfiction.com": {"Truth or Fiction", "en", monthFirst},
	"usatoday.com":       {"USA TODAY", "en", monthFirst},
	"vishvasnews.com":    {"Vishvas News", "", dayFirst},
	"washingtonpost.com": {"The Washington Post", "en", monthFirst},
}
