package extract

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"control characters", "a\x00b\x07c\x1bd\u0085e\tf\r\ng\rh", "abcd\ne f\ng\nh"},
		{"normal form", "e\u0301", "é"},
		{"zero width", "bri\u200bd\ufeffg\u2060e\u00ad", "bridge"},
		{"bidi overrides and isolates", "\u202eabc\u202c \u2067def\u2069", "abc def"},
		{"bidi marks in Latin text", "a\u200eb\u200f", "ab"},
		{"bidi marks in Hebrew text", "\u05d0\u200f!", "\u05d0\u200f!"},
		{"joiners in Latin text", "a\u200cb\u200dc", "abc"},
		{"the non-joiner of Persian", "می\u200cشود", "می\u200cشود"},
		{"the joiner of Hindi", "क्\u200dष", "क्\u200dष"},
		{"a family", "👩\u200d👧", "👩\u200d👧"},
		{"spaces", "a\u00a0b\u3000c\u2009d", "a b c d"},
		{"line separators", "a\u2028b\u2029c", "a\nb\nc"},
		{"icons", "a\ue001b", "ab"},
		{"not UTF-8", "a\xffb", "a\ufffdb"},
		{"letters that show nothing", "a\u3164\u115fb", "ab"},
	} {
		got := clean(c.in)
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if again := clean(got); again != got {
			t.Errorf("%s: cleaned again: got %q, want %q", c.name, again, got)
		}
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	const (
		german   = "Die Brücke über den Fluß ist für ein Jahr gesperrt, hieß es aus dem Rathaus. "
		russian  = "Старый мост через реку закрыт на год, сообщили в администрации города. "
		chinese  = "示例市旧桥因洪水关闭一年，市议会星期二晚间作出决定。"
		taiwan   = "範例市舊橋因洪水關閉一年，市議會星期二晚間作出決定。"
		nippon   = "例市の古い橋、洪水で一年間閉鎖へ。市議会が火曜日に決めた。"
		koreans  = "예시의 오래된 다리가 홍수로 일 년간 폐쇄된다고 시의회가 밝혔다. "
		arabic   = "إغلاق الجسر القديم في مدينة المثال لمدة عام بحسب بيان المجلس. "
		noHeader = ""
	)
	for _, c := range []struct {
		name, text, header, meta string
		enc                      encoding.Encoding
	}{
		{"UTF-8 declared as something else", german, "text/html; charset=iso-8859-1", "", unicode.UTF8},
		{"the header", german, "text/html; charset=ISO-8859-15", "", charmap.ISO8859_15},
		{"the meta element", russian, noHeader, `<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">`, charmap.Windows1251},
		{"the short meta element", nippon, noHeader, `<meta charset='shift_jis'>`, japanese.ShiftJIS},
		{"ISO-2022-JP by its header", nippon, "text/html; charset=iso-2022-jp", "", japanese.ISO2022JP},
		{"UTF-8 with a mark", german, noHeader, "", unicode.UTF8BOM},
		{"UTF-16 with a mark", german, noHeader, "", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		{"UTF-16 without one", german, noHeader, "", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"windows-1252 by its bytes", german, noHeader, "", charmap.Windows1252},
		{"windows-1251 by its bytes", russian, noHeader, "", charmap.Windows1251},
		{"KOI8-R by its bytes", russian, noHeader, "", charmap.KOI8R},
		{"Shift JIS by its bytes", nippon, noHeader, "", japanese.ShiftJIS},
		{"EUC-JP by its bytes", nippon, noHeader, "", japanese.EUCJP},
		{"GBK by its bytes", chinese, noHeader, "", simplifiedchinese.GBK},
		{"Big5 by its bytes", taiwan, noHeader, "", traditionalchinese.Big5},
		{"EUC-KR by its bytes", koreans, noHeader, "", korean.EUCKR},
		{"windows-1256 by its bytes", arabic, noHeader, "", charmap.Windows1256},
		{"UTF-8 wrongly declared, and wrong", german, "text/html; charset=utf-8", "", charmap.Windows1252},
		{"a name that is none", german, "text/html; charset=klingon", "", unicode.UTF8},
	} {
		want := c.meta + "<p>" + strings.Repeat(c.text, 4)
		raw, err := c.enc.NewEncoder().Bytes([]byte(want))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := decode(raw, c.header); got != want {
			t.Errorf("%s: got %.80q, want %.80q", c.name, got, want)
		}
	}
	if got := decode([]byte("<p>caf\xc3\xa9 and \xff"), "text/html; charset=utf-8"); got != "<p>café and \ufffd" {
		t.Errorf("got %q, want what is broken replaced", got)
	}
}
