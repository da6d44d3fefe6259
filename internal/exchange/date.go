package exchange

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// dateOrder is how a publisher writes a day in numbers.
type dateOrder int

const (
	unknownOrder dateOrder = iota
	dayFirst
	monthFirst
)

// orderOf returns how dates in numbers are written by a site, or else in a language tag that tells: English alone does not.
func orderOf(site, language string) dateOrder {
	if h, ok := houses[site]; ok && h.order != unknownOrder {
		return h.order
	}
	switch strings.ToLower(language) {
	case "en-us":
		return monthFirst
	case "en-gb", "en-au", "en-nz", "en-ie", "en-in", "en-za", "en-ng", "en-ke":
		return dayFirst
	}
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	switch base {
	case "fr", "de", "es", "pt", "it", "nl", "pl", "ru", "uk", "tr", "el", "cs", "sk", "ro", "da", "no", "fi", "ar", "id":
		return dayFirst
	}
	return unknownOrder
}

var (
	isoDate    = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
	isoMonth   = regexp.MustCompile(`^(\d{4})-(\d{2})$`)
	bareYear   = regexp.MustCompile(`^(\d{4})$`)
	basicDate  = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	dateTime   = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)\s*([Zz]|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?$`)
	yearFirst  = regexp.MustCompile(`^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$`)
	inNumbers  = regexp.MustCompile(`^(\d{1,2})([/.-])(\d{1,2})([/.-])(\d{4})$`)
	dayMonth   = regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)? (?:de |of )?(\p{L}+)\.?,? (?:de |del )?(\d{4})$`)
	monthDay   = regexp.MustCompile(`^(\p{L}+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$`)
	monthYear  = regexp.MustCompile(`^(\p{L}+)\.?,? (?:de |del )?(\d{4})$`)
	weekday    = regexp.MustCompile(`^\p{L}+\.?, `)
	eastAsian  = regexp.MustCompile(`^(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]$`)
	timeAtEnd  = regexp.MustCompile(`^(.*\d{4})(?:,| at| -)? \d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp]\.?[Mm]\.?)?(?: [A-Z]{2,4})?$`)
	monthNames = monthTable()
)

// parseDate reads a date in the forms found in the field, to the precision it has. It never guesses a day: a date in
// numbers that two orders read differently is refused unless order tells, a number of seconds is refused, and a time
// without a zone keeps only its day. Midnight is a day: feeds write days so.
func parseDate(s string, order dateOrder) (d factcheck.Date, ok bool) {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" || len(s) > 80 {
		return factcheck.Date{}, false
	}
	if m := dateTime.FindStringSubmatch(s); m != nil {
		return parseInstant(m[1], strings.Replace(m[2], ",", ".", 1), strings.ToUpper(m[3]))
	}
	for _, layout := range []string{time.RFC1123, time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 MST", "Mon, 2 Jan 2006 15:04:05 -0700", time.RFC850} {
		if t, err := time.Parse(layout, s); err == nil {
			return zoned(t, strings.HasSuffix(s, "GMT") || strings.HasSuffix(s, "UTC") || strings.Contains(layout, "-0700"))
		}
	}
	if m := timeAtEnd.FindStringSubmatch(s); m != nil {
		s = m[1] // in an unnamed place's time: the day is what is known
	}
	s = weekday.ReplaceAllString(s, "")
	return parseDay(s, order)
}

func parseDay(s string, order dateOrder) (factcheck.Date, bool) {
	switch {
	case bareYear.MatchString(s):
		return plausible(s, "1", "1", factcheck.PrecisionYear)
	case isoMonth.MatchString(s):
		m := isoMonth.FindStringSubmatch(s)
		return plausible(m[1], m[2], "1", factcheck.PrecisionMonth)
	}
	for _, form := range []*regexp.Regexp{isoDate, basicDate, yearFirst, eastAsian} {
		if m := form.FindStringSubmatch(s); m != nil {
			return plausible(m[1], m[2], m[3], factcheck.PrecisionDay)
		}
	}
	if m := inNumbers.FindStringSubmatch(s); m != nil && m[2] == m[4] {
		return dayInNumbers(m[1], m[3], m[5], m[2], order)
	}
	if m := dayMonth.FindStringSubmatch(s); m != nil {
		return plausible(m[3], monthNumber(m[2]), m[1], factcheck.PrecisionDay)
	}
	if m := monthDay.FindStringSubmatch(s); m != nil {
		return plausible(m[3], monthNumber(m[1]), m[2], factcheck.PrecisionDay)
	}
	if m := monthYear.FindStringSubmatch(s); m != nil {
		return plausible(m[2], monthNumber(m[1]), "1", factcheck.PrecisionMonth)
	}
	return factcheck.Date{}, false
}

// dayInNumbers reads a/b/year. Points between the numbers mean that the day comes first, everywhere they are used.
func dayInNumbers(a, b, year, separator string, order dateOrder) (factcheck.Date, bool) {
	first, _ := strconv.Atoi(a) // two digits at most
	second, _ := strconv.Atoi(b)
	switch {
	case separator == "." || first > 12 || first == second:
		return plausible(year, b, a, factcheck.PrecisionDay)
	case second > 12 || order == monthFirst:
		return plausible(year, a, b, factcheck.PrecisionDay)
	case order == dayFirst:
		return plausible(year, b, a, factcheck.PrecisionDay)
	}
	return factcheck.Date{}, false
}

// plausible makes a date of a year, month and day that exist, from the year 1000 to 2199.
func plausible(year, month, day string, p factcheck.Precision) (factcheck.Date, bool) {
	y, err1 := strconv.Atoi(year)
	m, err2 := strconv.Atoi(month)
	d, err3 := strconv.Atoi(day)
	if err1 != nil || err2 != nil || err3 != nil || y < 1000 || y > 2199 {
		return factcheck.Date{}, false
	}
	at := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if at.Year() != y || int(at.Month()) != m || at.Day() != d {
		return factcheck.Date{}, false
	}
	return factcheck.Date{At: at, Precision: p}, true
}

func parseInstant(day, clock, zone string) (factcheck.Date, bool) {
	layout := "15:04:05"
	if len(clock) == len("15:04") {
		layout = "15:04"
	}
	switch {
	case zone == "UTC" || zone == "GMT":
		zone = "Z"
	case len(zone) == len("+02"):
		zone += ":00"
	case len(zone) == len("+0200"):
		zone = zone[:3] + ":" + zone[3:]
	}
	t, err := time.Parse(time.DateOnly+layout+"Z07:00", day+clock+orZulu(zone))
	if err != nil {
		return factcheck.Date{}, false
	}
	return zoned(t, zone != "")
}

func orZulu(zone string) string {
	if zone == "" {
		return "Z"
	}
	return zone
}

// zoned makes a date of a time. Without a known zone only the day that was written is sure; at midnight a day was meant.
func zoned(t time.Time, known bool) (factcheck.Date, bool) {
	y, m, d := t.Date()
	if y < 1000 || y > 2199 {
		return factcheck.Date{}, false
	}
	if !known || t.Equal(time.Date(y, m, d, 0, 0, 0, 0, t.Location())) {
		return factcheck.Date{At: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), Precision: factcheck.PrecisionDay}, true
	}
	return factcheck.Date{At: t.UTC(), Precision: factcheck.PrecisionInstant}, true
}

// monthNumber returns the number of a month's name, "0" if it is none.
func monthNumber(name string) string {
	return strconv.Itoa(monthNames[strings.ToLower(name)])
}

// monthTable lists the names of months in the languages whose dates are written with names, with their short forms.
func monthTable() map[string]int {
	table := map[string]int{}
	for _, names := range []string{
		"january february march april may june july august september october november december",
		"jan feb mar apr may jun jul aug sep oct nov dec",
		"janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
		"janv févr mars avr mai juin juil août sept oct nov déc",
		"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
		"ene feb mar abr may jun jul ago sep oct nov dic",
		"janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
		"jan fev mar abr mai jun jul ago set out nov dez",
		"januar februar märz april mai juni juli august september oktober november dezember",
		"jänner feb mär apr mai jun jul aug sept okt nov dez",
		"gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
		"januari februari maart april mei juni juli augustus september oktober november december",
		"januari februari maret april mei juni juli agustus september oktober november desember",
		"stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
		"ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
		"января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
		"січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
		"يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
	} {
		for i, name := range strings.Fields(names) {
			table[name] = i + 1
		}
	}
	delete(table, "listopada") // November in Polish, October in Croatian
	return table
}
