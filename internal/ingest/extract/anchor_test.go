package extract_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/touchstone-factcheck/touchstone/internal/ingest/extract"
)

const bridge = "The council met on Tuesday evening in the old town hall. Councillor Ana Ribeiro said the bridge “had never been inspected since 1987”, a claim that the road office rejects.\n\n" +
	"The road office published its inspection reports last year. They list eleven visits between 1990 and 2019, the last one in March.\n\n" +
	"A spokesman said that he could not comment. The council will meet again in June. A spokesman said that he would look into it."

// passageOf returns the anchor of the n-th occurrence of part in text, counted from 0.
func passageOf(t *testing.T, text, part string, n int) extract.Anchor {
	t.Helper()
	at := -1
	for range n + 1 {
		next := strings.Index(text[at+1:], part)
		if next < 0 {
			t.Fatalf("the text does not have %q %d times", part, n+1)
		}
		at += 1 + next
	}
	return extract.MakeAnchor(text, at, at+len(part))
}

func TestLocate(t *testing.T) {
	t.Parallel()
	const claim = "the bridge “had never been inspected since 1987”"
	for _, c := range []struct {
		name, part string
		nth        int
		text, want string // want "" means not found
	}{
		{"the same text", claim, 0, bridge, claim},
		{"another kind of quotation marks and spaces", claim, 0, strings.NewReplacer("“", `"`, "”", `"`, " ", "\u00a0").Replace(bridge), "the\u00a0bridge\u00a0\"had\u00a0never\u00a0been\u00a0inspected\u00a0since\u00a01987\""},
		{"line breaks and capitals", claim, 0, strings.ReplaceAll(strings.ToUpper(bridge), " ", "\n"), strings.ReplaceAll(strings.ToUpper(claim), " ", "\n")},
		{"the paragraph moved to the end", claim, 0, bridge[strings.Index(bridge, "\n\n")+2:] + "\n\n" + bridge[:strings.Index(bridge, "\n\n")], claim},
		{"a correction within the passage", claim, 0, strings.Replace(bridge, "1987", "1988", 1), "the bridge “had never been inspected since 1988”"},
		{"a word added to the passage", claim, 0, strings.Replace(bridge, "had never been", "had not ever been", 1), "the bridge “had not ever been inspected since 1987”"},
		{"the second of two that are alike", "A spokesman said that he", 1, "An editor added this line here.\n\n" + bridge, "A spokesman said that he"},
		{"a short passage in its surroundings", "eleven visits", 0, "New first words. " + bridge, "eleven visits"},
		{"a short passage out of its surroundings", "in March", 0, "It rained in March. Nothing else of the old text is left here.", ""},
		{"a passage that was taken out", claim, 0, strings.Replace(bridge, claim, "nothing much", 1), ""},
		{"a passage that was written anew", claim, 0, strings.Replace(bridge, claim, "no engineer has looked at that crossing for decades", 1), ""},
		{"another article", claim, 0, "The weather will be fine on Monday, with some clouds in the north and a light wind from the sea in the evening.", ""},
		{"an empty text", claim, 0, "", ""},
	} {
		a := passageOf(t, bridge, c.part, c.nth)
		start, end, ok := extract.Locate(c.text, a)
		if ok != (c.want != "") || c.text[start:end] != c.want {
			t.Errorf("%s: got %q (%v), want %q", c.name, c.text[start:end], ok, c.want)
		}
	}
	a := passageOf(t, bridge, "A spokesman said that he", 1)
	if start, _, ok := extract.Locate("Words before. "+bridge, a); !ok || start != a.Start+len("Words before. ") {
		t.Errorf("got %d, %v, want the second of two places, %d", start, ok, a.Start+len("Words before. "))
	}
}

func TestLocateForgivesUnicodeForms(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Le maire a déclaré à la presse que l’école élémentaire « ne fermera pas » cette année, malgré les rumeurs.",
		"यह दावा पूरी तरह से गलत है कि शहर का पानी पीने लायक नहीं है, अधिकारियों ने सोमवार को कहा।",
		"قال الوزير إنَّ المدينةَ «لن تُغلق» أبوابها هذا العام رغم ما تردد من شائعات على الشبكات.",
		"市議会は月曜日、「橋は一度も点検されていない」という主張を否定し、報告書を公開したと発表した。",
		"시의회는 월요일 그 다리가 한 번도 점검되지 않았다는 주장을 부인했다고 밝혔다.",
	} {
		runes := []rune(text)
		part := string(runes[8 : len(runes)-8])
		at := strings.Index(text, part)
		a := extract.MakeAnchor(text, at, at+len(part))
		other := norm.NFD.String(text)
		start, end, ok := extract.Locate(other, a)
		if got, want := norm.NFC.String(other[start:end]), norm.NFC.String(strings.TrimSpace(part)); !ok || strings.TrimSpace(got) != want {
			t.Errorf("got %q (%v), want %q", got, ok, want)
		}
	}
}

// story makes text of n sentences out of few words, so that many sentences are alike.
func story(r *rand.Rand, n int) string {
	vocabulary := strings.Fields("minister council bridge report vaccine number people city river school budget claim doctor court police market vote percent million euros street water power train flood film border tax rate new old never always said denied showed rose fell began ended the a of in on for with by and but not last this")
	var b strings.Builder
	for i := range n {
		for j := range 6 + r.IntN(12) {
			if j > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(vocabulary[r.IntN(len(vocabulary))])
		}
		b.WriteString(". ")
		if i%4 == 3 {
			b.WriteString("\n\n")
		}
	}
	return b.String()
}

// TestLocateAfterEdits edits texts at random outside of a passage, and a little within it: the passage is found where it
// went.
func TestLocateAfterEdits(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 400 {
		text := story(r, 40)
		start := r.IntN(len(text) - 300)
		end := start + 40 + r.IntN(200)
		a := extract.MakeAnchor(text, start, end)
		before, passage, after := edited(r, text[:start], 15), text[start:end], edited(r, text[end:], 15)
		allowed := 0
		if round%2 == 1 {
			passage = edited(r, passage, 1+len(passage)/60)
			allowed = 12
		}
		changed := before + passage + after
		gotStart, gotEnd, ok := extract.Locate(changed, a)
		if !ok {
			t.Fatalf("round %d: got nothing, want %q in a text where %q stands", round, a.Exact, passage)
		}
		if gotStart < len(before)-allowed-1 || gotStart > len(before)+allowed+1 || gotEnd < len(before)+len(passage)-allowed-1 || gotEnd > len(before)+len(passage)+allowed+1 {
			t.Fatalf("round %d: got %d–%d %q, want %d–%d %q", round, gotStart, gotEnd, changed[gotStart:gotEnd], len(before), len(before)+len(passage), passage)
		}
	}
}

// edited changes n places of s: letters replaced, put in and taken out.
func edited(r *rand.Rand, s string, n int) string {
	b := []byte(s)
	for range n {
		if len(b) == 0 {
			return ""
		}
		switch i := r.IntN(len(b)); r.IntN(3) {
		case 0:
			b[i] = byte('a' + r.IntN(26))
		case 1:
			b = append(b[:i], append([]byte{byte('a' + r.IntN(26))}, b[i:]...)...)
		case 2:
			b = append(b[:i], b[i+1:]...)
		}
	}
	return string(b)
}

// TestLocateNeverGuesses looks for passages of one text in another made of the same few words.
func TestLocateNeverGuesses(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for round := range 200 {
		text, other := story(r, 30), story(r, 60)
		start := r.IntN(len(text) - 200)
		a := extract.MakeAnchor(text, start, start+60+r.IntN(120))
		if from, to, ok := extract.Locate(other, a); ok {
			t.Errorf("round %d: got %q for %q, want nothing", round, other[from:to], a.Exact)
		}
	}
}

func TestLocateLongPassages(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	text := story(r, 400)
	a := extract.MakeAnchor(text, 3000, 15000)
	changed := edited(r, text, 120)
	start, end, ok := extract.Locate(changed, a)
	if !ok || start < 2800 || start > 3200 || end < 14800 || end > 15200 {
		t.Errorf("got %d–%d, %v, want about 3000–15000", start, end, ok)
	}
	if _, _, ok := extract.Locate(story(r, 400), a); ok {
		t.Error("got a place in another text, want none")
	}
}

func TestLocateIsBounded(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"one letter": strings.Repeat("a", 1<<20), "few letters": strings.Repeat("ab ", 1<<18), "marks": strings.Repeat("e\u0301", 1<<18), "points": strings.Repeat(".", 1<<20)} {
		for _, n := range []int{10, 60, 3000, 60_000} {
			a := extract.Anchor{Exact: strings.Repeat("a", n/2) + strings.Repeat("b", n/2), Prefix: strings.Repeat("a", 32), Suffix: strings.Repeat("a", 32), Start: 1 << 19}
			began := time.Now()
			extract.Locate(text, a)
			if took := time.Since(began); took > time.Minute {
				t.Errorf("%s, passage of %d: got %v, want far less", name, n, took)
			}
		}
	}
}

func TestMakeAnchorMovesOffsets(t *testing.T) {
	t.Parallel()
	text := "Ärger über Öl"
	for start := -2; start < len(text)+3; start++ {
		for end := -2; end < len(text)+3; end++ {
			a := extract.MakeAnchor(text, start, end)
			if !utf8.ValidString(a.Exact+a.Prefix+a.Suffix) || !strings.Contains(text, a.Prefix+a.Exact+a.Suffix) {
				t.Errorf("%d–%d: got %+v, want parts of the text", start, end, a)
			}
		}
	}
	if a := extract.MakeAnchor(text, 7, 12); a.Exact != "über" || a.Prefix != "Ärger " || a.Suffix != " Öl" || a.Start != 7 {
		t.Errorf("got %+v", a)
	}
}

func FuzzLocate(f *testing.F) {
	f.Add(bridge, 60, 120, "x")
	f.Add("é\u0301«a»\u200d", 0, 4, "\xff")
	f.Fuzz(func(t *testing.T, text string, start, end int, insert string) {
		a := extract.MakeAnchor(text, start, end)
		from, to, ok := extract.Locate(text, a)
		if ok && (from < 0 || to > len(text) || from >= to) {
			t.Fatalf("got %d–%d of %d", from, to, len(text))
		}
		if a.Exact != "" && len(text) < 1<<20 && len(a.Exact) <= 64<<10 && (!ok || from != a.Start || text[from:to] != a.Exact) {
			t.Fatalf("got %d–%d, %v for %q, want it where it was made", from, to, ok, a.Exact)
		}
		changed := insert + text
		if from, to, ok = extract.Locate(changed, a); ok && (from < 0 || to > len(changed) || from >= to) {
			t.Fatalf("got %d–%d of %d: %s", from, to, len(changed), fmt.Sprint(a))
		}
	})
}
