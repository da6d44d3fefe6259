package extract

import (
	"strconv"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// monthNames are the names of the months in the languages of most newsrooms, in lower case; the names of English are Go's.
var monthNames = func() map[string]time.Month {
	names := map[string]time.Month{}
	for _, language := range []string{
		"januar februar märz april mai juni juli august september oktober november dezember",
		"jänner feber mrz apr mai jun jul aug sep okt nov dez",
		"janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
		"janv févr mars avr mai juin juil août sept oct nov déc",
		"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
		"ene feb mar abr may jun jul ago sept oct nov dic",
		"janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
		"jan fev mar abr mai jun jul ago set out nov dez",
		"gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
		"januari februari maart april mei juni juli augustus september oktober november december",
		"stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
		"ledna února března dubna května června července srpna září října listopadu prosince",
		"ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
		"января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
		"січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
		"يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
		"ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
		"जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
	} {
		for i, name := range strings.Fields(language) {
			names[name] = time.Month(i + 1)
		}
	}
	return names
}()

var namedDay = lazy(`^(\d{1,2})(?:\.|º|er|\.º)? (?:de |di |d[’'])?ב?([\p{L}\p{M}]{2,12})\.?,? (?:de |del )?(\d{4})$`)

// parseNamedDay reads a day with the month's name in one of those languages: 3. Juni 2025, 3 de junio de 2025.
func parseNamedDay(s string) (factcheck.Date, bool) {
	m := namedDay().FindStringSubmatch(strings.ToLower(s))
	if m == nil {
		return factcheck.Date{}, false
	}
	month, ok := monthNames[m[2]]
	day, err := strconv.Atoi(m[1])
	year, yerr := strconv.Atoi(m[3])
	at := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if !ok || err != nil || yerr != nil || at.Day() != day {
		return factcheck.Date{}, false
	}
	return factcheck.Day(at), true
}
