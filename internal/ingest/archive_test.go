package ingest

import "testing"

func TestArchivedCopy(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]copied{
		"https://web.archive.org/web/20200102030405/https://gazette.example/a?id=7":   {"https://web.archive.org/web/20200102030405/https://gazette.example/a?id=7", "https://web.archive.org/web/20200102030405id_/https://gazette.example/a?id=7"},
		" http://web.archive.org/web/2020id_/gazette.example/a ":                      {"https://web.archive.org/web/2020/gazette.example/a", "https://web.archive.org/web/2020id_/gazette.example/a"},
		"https://web.archive.org/web/20200102030405if_/https://gazette.example/a%20b": {"https://web.archive.org/web/20200102030405/https://gazette.example/a%20b", "https://web.archive.org/web/20200102030405id_/https://gazette.example/a%20b"},
		"https://web.archive.org/web/*/https://gazette.example/a":                     {},
		"https://web.archive.org/":                                                   {},
		"https://gazette.example/web/20200102030405/x":                               {},
		"https://web.archive.org:8080/web/20200102030405/https://gazette.example/a":  {},
		"https://web.archive.org.evil.example/web/20200102030405/https://a.example/": {},
		"javascript:alert(1)":                                                        {},
	} {
		got, ok := archivedCopy(raw)
		if got != want || ok != (want != copied{}) {
			t.Errorf("%s: got %+v, %v; want %+v", raw, got, ok, want)
		}
	}
}
