package extract_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/extract"
)

// pastedText is a page as a person pastes it, invented for this test.
const pastedText = `Town

Old Bridge Closed For A Year After Flood

By Jane Doe

7 June 2025

The council of Lower Example met on Tuesday evening to speak about the old bridge, which has been closed to lorries since the flood.

“We had no choice but to close it,” said the mayor, Ana Ribeiro.

Also read: Mill By The River Opens Again

Work would begin in spring, once the ice is gone, and buses would use the northern road for about eight months until it is done.

Advertisement

Recent Posts

Cat Found On A Roof After A Week

The cat of a baker in Lower Example was found on a roof…

24 mins ago

No, The Mayor Has Not Resigned: Letter Is A Forgery

A letter that is being shared on phones says that the mayor has resigned…

2 hours ago`

func TestText(t *testing.T) {
	t.Parallel()
	r, err := extract.Text(pastedText)
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, r)
	got := []string{r.Title, r.Byline, r.Published.String(), r.Language, r.Quotations[0].Speaker}
	if diff := cmp.Diff([]string{"Old Bridge Closed For A Year After Flood", "Jane Doe", "2025-06-07", "en", "Ana Ribeiro"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantText := "The council of Lower Example met on Tuesday evening to speak about the old bridge, which has been closed to lorries since the flood.\n\n" +
		"“We had no choice but to close it,” said the mayor, Ana Ribeiro.\n\n" +
		"Work would begin in spring, once the ice is gone, and buses would use the northern road for about eight months until it is done."
	if diff := cmp.Diff(wantText, r.Text); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	wantLeads := []extract.Lead{
		{Title: "Cat Found On A Roof After A Week", Label: "Recent Posts"}, {Title: "No, The Mayor Has Not Resigned: Letter Is A Forgery", Label: "Recent Posts"},
		{Title: "Mill By The River Opens Again", Label: "Also read"},
	}
	if diff := cmp.Diff(wantLeads, r.Leads); diff != "" {
		t.Errorf("leads (-want +got):\n%s", diff)
	}
}

func TestTextInOtherForms(t *testing.T) {
	t.Parallel()
	const body = "The council of Lower Example met on Tuesday evening to speak about the old bridge, which has been closed to lorries since the flood."
	for _, c := range []struct{ name, text, title, byline, has, hasNot string }{
		{"a name at the end", "Old bridge is closed for a year\n\n" + body + "\n\n" + body + "\n\nSpriha Beispiel\n\nMore stories\n\nA cat on a roof of a mill", "Old bridge is closed for a year", "Spriha Beispiel", "Lower Example", "roof"},
		{"lines without blank lines between", "Old bridge is closed for a year\nBy Jane Doe\n" + body + "\nRelated: Mill by the river opens again\n" + body, "Old bridge is closed for a year", "Jane Doe", "Lower Example", "Mill"},
		{"one paragraph and no title", body, "", "", body, "\x00"},
		{"a list in the middle of an article", "Old bridge is closed for a year\n\n" + body + "\n\nRelated stories\n\nMill by the river opens again\n\n" + body + "\n\n" + body, "Old bridge is closed for a year", "", body + "\n\n" + body + "\n\n" + body, "Mill"},
		{"french", "Le vieux pont est fermé pour un an\n\nPar Jeanne Fictive\n\nLe conseil s’est réuni mardi soir pour parler du vieux pont, fermé aux camions depuis la crue de l’an dernier.\n\nLire aussi : Le moulin rouvre ses portes", "Le vieux pont est fermé pour un an", "Jeanne Fictive", "Le conseil", "moulin"},
		{"arabic", "إغلاق الجسر القديم لمدة عام كامل\n\nبقلم: ليلى المثال\n\nقرر مجلس المدينة مساء الثلاثاء إغلاق الجسر القديم أمام الشاحنات بعد الأضرار التي لحقت به خلال فيضان العام الماضي.\n\nاقرأ أيضا: وجدت قطة على سطح المطحنة", "إغلاق الجسر القديم لمدة عام كامل", "ليلى المثال", "الشاحنات", "المطحنة"},
		{"chinese", "示例市旧桥因洪水关闭一年\n\n记者 王示例\n\n示例市议会星期二晚间决定，由于去年洪水造成的损坏，横跨河流的旧桥将对货车关闭。\n\n相关阅读：一只猫一周后在屋顶被找到", "示例市旧桥因洪水关闭一年", "王示例", "货车关闭", "屋顶"},
	} {
		r, err := extract.Text(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		wellFormed(t, r)
		if r.Title != c.title || r.Byline != c.byline || !strings.Contains(r.Text, c.has) || strings.Contains(r.Text, c.hasNot) {
			t.Errorf("%s: got title %q, byline %q, text %q", c.name, r.Title, r.Byline, r.Text)
		}
	}
}

func TestTextOfLabelsOnly(t *testing.T) {
	t.Parallel()
	r, err := extract.Text("Advertisement\n\nAlso read: Mill By The River Opens Again")
	if err != nil || r.Wall.Kind != extract.WallEmpty || len(r.Leads) != 1 || r.Text != "" {
		t.Errorf("got %+v (%v), want no text and one lead", r, err)
	}
}

func TestTextRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"nothing": "", "spaces": " \n\t\u200b\n ", "too much": strings.Repeat("a", extract.MaxInput+1)} {
		if _, err := extract.Text(text); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: got %v, want code invalid", name, err)
		}
	}
}

// TestSeedArticle reads the page this project started from. A story in its list of recent posts debunks a rumour of a
// resignation: the article says nothing of it.
func TestSeedArticle(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join(realData(t), "seed", "article.txt"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := extract.Text(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, r)
	lines := strings.Split(string(raw), "\n")
	if r.Title != lines[2] {
		t.Errorf("got title %q, want %q", r.Title, lines[2])
	}
	recent := slices.Index(lines, "Recent Posts")
	if recent < 2 || r.Byline != lines[recent-2] {
		t.Errorf("got byline %q, want the line before the list", r.Byline)
	}
	pointer := slices.IndexFunc(r.Leads, func(l extract.Lead) bool { return strings.Contains(l.Title, "Resignation") })
	if pointer < 0 || len(r.Leads) != 9 {
		t.Errorf("got leads %+v, want nine, one of them about a resignation", r.Leads)
	}
	for _, word := range []string{"resign", "Resign", "Also read", "Recent Posts", "mins ago", r.Byline} {
		if strings.Contains(r.Text, word) {
			t.Errorf("got %q in the text, want it told apart", word)
		}
	}
	var body []string
	for _, l := range lines[3:recent] {
		if l != "" && l != r.Byline && !strings.HasPrefix(l, "Also read:") {
			body = append(body, l)
		}
	}
	if diff := cmp.Diff(strings.Join(body, "\n\n"), r.Text); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}

func TestQuotations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, quoted, speaker string }{
		{"“We had no choice but to close it,” said Ana Ribeiro.", "We had no choice but to close it,", "Ana Ribeiro"},
		{"“We had no choice but to close it,” Ana Ribeiro, the mayor, said on Monday.", "We had no choice but to close it,", "Ana Ribeiro"},
		{"“We had no choice but to close it,” said the mayor, Ana Ribeiro.", "We had no choice but to close it,", "Ana Ribeiro"},
		{`Ana Ribeiro said: "We had no choice but to close it."`, "We had no choice but to close it.", "Ana Ribeiro"},
		{"State media reported, “the bridge will be closed”.", "the bridge will be closed", "State media"},
		{"“The bridge is safe to use”, local papers quoted the engineer Ana Ribeiro as saying.", "The bridge is safe to use", "Ana Ribeiro"},
		{"“The bridge is safe to use”, she said.", "The bridge is safe to use", ""},
		{"« Nous n’avions pas le choix », a déclaré Anne Dupont-Fictif.", "Nous n’avions pas le choix", "Anne Dupont-Fictif"},
		{"«No teníamos otra opción», dijo Ana Ejemplo.", "No teníamos otra opción", "Ana Ejemplo"},
		{"„Wir hatten keine Wahl“, sagte Anna Beispiel.", "Wir hatten keine Wahl", "Anna Beispiel"},
		{"»Wir hatten keine andere Wahl«, sagte Anna Beispiel.", "Wir hatten keine andere Wahl", "Anna Beispiel"},
		{"”Vi hade inget val alls”, sade Anna Exempel.", "Vi hade inget val alls", "Anna Exempel"},
		{"«У нас не было выбора», — заявил Иван Примеров.", "У нас не было выбора", "Иван Примеров"},
		{"Anna Example: “We had no choice but to close it.”", "We had no choice but to close it.", "Anna Example"},
		{"He called it ‘a stab in the back’ and left.", "a stab in the back", ""},
		{"“It began here and goes on in the next paragraph", "It began here and goes on in the next paragraph", ""},
		{"The town's bridge and the mill's wheel are old.", "", ""},
		{"A so-called “bridge” of 5\" by 7\" was shown.", "", ""},
	} {
		r, err := extract.Text("Old bridge is closed for a year\n\nSomething else stands here, in a sentence that is long enough to be running text of an article.\n\n" + c.text)
		if err != nil {
			t.Fatal(err)
		}
		quoted, speaker := "", ""
		if len(r.Quotations) > 0 {
			quoted, speaker = r.Quotations[0].Text, r.Quotations[0].Speaker
		}
		if quoted != c.quoted || speaker != c.speaker {
			t.Errorf("%s: got %q by %q, want %q by %q", c.text, quoted, speaker, c.quoted, c.speaker)
		}
	}
}
