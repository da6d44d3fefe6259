package match

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// StanceInput is a passage that makes a claim, with what stands around it.
type StanceInput struct {
	Text     string  // of the article
	Passage  Passage // where it says the claim
	Claim    string
	Claimant string // name; empty if nobody knows
	Title    string
	Author   string // byline
	Handle   string // of a post
	Language string // of the article, a BCP 47 tag; empty: all that are known are tried
	Checks   bool   // the page's markup states a fact-check of this claim
	Earlier  bool   // another article is known that puts the claim forward
}

// Stance is what an article seems to do with a claim, for a person to look at.
type Stance struct {
	Stance  factcheck.Stance
	Reason  factcheck.StanceReason
	Cues    []string // words of the text that tell, folded
	Speaker string   // who is quoted, if the text names somebody
}

// beside is how many bytes before and after a sentence are read for words that call it wrong.
const beside = 240

// maxCues is how many cue words are named.
const maxCues = 3

// ProposeStance proposes what an article does with a claim, by words alone: it disputes what its markup, its headline or the
// text around the passage calls wrong, or what the passage turns round; it reports what somebody is said to say; it makes what
// its own author claims, or what nobody is known to have said earlier; everything else it repeats. Cue words that the claim has
// itself tell nothing. Cost is linear in a few sentences around the passage.
func ProposeStance(in StanceInput) Stance {
	r := reader{words: wordsOf(in.Language), claim: foldCue(in.Claim)}
	sentence, around := surroundings(in.Text, in.Passage)
	title := foldCue(in.Title)
	if in.Checks {
		return Stance{Stance: factcheck.StanceDisputes, Reason: factcheck.ReasonChecksPage}
	}
	if found := r.find(title, func(c cues) []string { return c.headline }); len(found) > 0 && title != foldCue(sentence) {
		return Stance{Stance: factcheck.StanceDisputes, Reason: factcheck.ReasonHeadline, Cues: found}
	}
	folded := foldCue(sentence)
	found := r.find(folded, func(c cues) []string { return append(append([]string(nil), c.debunk...), c.wrong...) })
	if len(found) == 0 {
		found = r.find(foldCue(around), func(c cues) []string { return c.debunk })
	}
	if len(found) > 0 {
		return Stance{Stance: factcheck.StanceDisputes, Reason: factcheck.ReasonDebunked, Cues: found}
	}
	said := r.said(sentence, in.Passage)
	if said.Reason == "" && r.turned(folded) {
		return Stance{Stance: factcheck.StanceDisputes, Reason: factcheck.ReasonNegated}
	}
	switch {
	case sameName(in.Claimant, in.Author), sameName(in.Claimant, in.Handle):
		return Stance{Stance: factcheck.StanceMakes, Reason: factcheck.ReasonOwnClaim}
	case said.Reason != "" && !sameName(said.Speaker, in.Author):
		return said
	case !in.Earlier:
		return Stance{Stance: factcheck.StanceMakes, Reason: factcheck.ReasonFirst}
	}
	return Stance{Stance: factcheck.StanceRepeats, Reason: factcheck.ReasonSaidOutright}
}

// reader looks for cue words.
type reader struct {
	words []cues // of the text's language first
	claim string // folded
}

// wordsOf returns the cue words for a language: its own and the English, which stand in texts of all languages; all of them if
// it is not known.
func wordsOf(language string) []cues {
	all := cueWords()
	tag := primaryTag(language)
	if c, ok := all[tag]; ok && tag != "en" {
		en := all["en"]
		return []cues{c, {headline: en.headline[:8], debunk: []string{"fake news", "debunked"}}}
	}
	if tag == "en" {
		return []cues{all["en"]}
	}
	out := make([]cues, 0, len(all))
	for _, l := range []string{"en", "es", "fr", "de", "pt", "ar", "hi"} {
		out = append(out, all[l])
	}
	return out
}

func primaryTag(language string) string {
	tag, _, _ := strings.Cut(strings.ToLower(language), "-")
	return tag
}

// find returns the cue words that a folded text has and the claim has not.
func (r reader) find(text string, of func(cues) []string) []string {
	var out []string
	for _, c := range r.words {
		for _, cue := range of(c) {
			if len(out) < maxCues && holds(text, cue) && !holds(r.claim, cue) && !within(out, cue) {
				out = append(out, cue)
			}
		}
	}
	return out
}

// within reports whether a cue is part of one that was found, as "false" is of "is false".
func within(found []string, cue string) bool {
	for _, f := range found {
		if holds(f, cue) {
			return true
		}
	}
	return false
}

// holds reports whether a folded text has a cue as whole words. Arabic writes "and" together with the word behind it.
func holds(text, cue string) bool {
	padded := " " + text + " "
	return strings.Contains(padded, " "+cue+" ") || strings.Contains(padded, " و"+cue+" ")
}

// turned reports whether the sentence is negated and the claim is not, or the other way round. In long sentences the negation is
// often about something else.
func (r reader) turned(sentence string) bool {
	if len(strings.Fields(sentence)) > 3*len(strings.Fields(r.claim))+4 {
		return false
	}
	negated := func(text string) bool {
		for _, c := range r.words {
			for _, n := range c.negation {
				if holds(text, n) {
					return true
				}
			}
		}
		return false
	}
	return negated(sentence) != negated(r.claim)
}

// said tells whether a sentence is attributed to somebody, or kept at a distance. The zero Stance: neither.
func (r reader) said(sentence string, p Passage) Stance {
	if p.Speaker != "" {
		return Stance{Stance: factcheck.StanceReports, Reason: factcheck.ReasonSpeaker, Speaker: oneName(p.Speaker)}
	}
	for _, q := range quotations(sentence) {
		if q.Speaker != "" {
			return Stance{Stance: factcheck.StanceReports, Reason: factcheck.ReasonSpeaker, Speaker: oneName(q.Speaker)}
		}
	}
	folded := foldCue(sentence)
	if found := r.find(folded, func(c cues) []string { return c.after }); len(found) > 0 {
		return Stance{Stance: factcheck.StanceReports, Reason: factcheck.ReasonSpeaker, Cues: found, Speaker: nameAt(sentence, found[0], false)}
	}
	if found := r.find(folded, func(c cues) []string { return c.hedge }); len(found) > 0 {
		return Stance{Stance: factcheck.StanceReports, Reason: factcheck.ReasonHedged, Cues: found}
	}
	if found := r.find(folded, func(c cues) []string { return c.before }); len(found) > 0 {
		return Stance{Stance: factcheck.StanceReports, Reason: factcheck.ReasonSpeaker, Cues: found, Speaker: nameAt(sentence, found[0], true)}
	}
	return Stance{}
}

// oneName cuts off what stands behind the full stop after a name, but for initials and titles.
func oneName(name string) string {
	parts := strings.Fields(name)
	for i, p := range parts {
		if strings.HasSuffix(p, ".") && len([]rune(p)) > 3 && !endsTitle(p) {
			return strings.TrimSuffix(strings.Join(parts[:i+1], " "), ".")
		}
	}
	return name
}

func endsTitle(word string) bool {
	switch strings.ToLower(word) {
	case "prof.", "mrs.", "sen.", "gov.", "rep.", "gen.", "sra.", "dra.", "mme.":
		return true
	}
	return false
}

// nameAt returns the capitalised words right before or after a cue, at most four; none for scripts without capitals.
func nameAt(sentence, cue string, before bool) string {
	raw := strings.Fields(sentence)
	parts := strings.Fields(cue)
	for i := 0; i+len(parts) <= len(raw); i++ {
		if foldCue(strings.Join(raw[i:i+len(parts)], " ")) != cue {
			continue
		}
		var name []string
		if before {
			for at := i - 1; at >= 0 && len(name) < 4 && capital(raw[at]) && !strings.HasSuffix(raw[at], "."); at-- {
				name = append([]string{raw[at]}, name...)
			}
		} else {
			for at := i + len(parts); at < len(raw) && len(name) < 4 && capital(raw[at]); at++ {
				name = append(name, raw[at])
				if strings.ContainsAny(raw[at][len(raw[at])-1:], ",;:.") {
					break
				}
			}
		}
		return strings.TrimFunc(strings.Join(name, " "), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	}
	return ""
}

func capital(word string) bool {
	for _, c := range word {
		if unicode.IsLetter(c) {
			return unicode.IsUpper(c)
		}
	}
	return false
}

// surroundings returns the sentence that a passage belongs to, and what stands right before and after it.
func surroundings(text string, p Passage) (sentence, around string) {
	start, end := min(max(p.Start, 0), len(text)), min(max(p.End, 0), len(text))
	if start >= end {
		return p.Text, ""
	}
	from, to := max(0, start-beside), min(len(text), end+beside)
	sentence = text[start:end]
	near := strings.ToValidUTF8(text[from:to], "")
	if p.Quoted { // who says it stands outside of the quotation
		sentence = near
		for _, s := range sentences(near) {
			if strings.Contains(s.Text, p.Text) {
				sentence = s.Text
			}
		}
	}
	before, after, found := strings.Cut(near, sentence)
	if !found {
		return sentence, ""
	}
	// What is quoted ends with its mark, and who says it comes behind that: “…!” said Jane Doe.
	if rest := strings.TrimLeft(after, " "); closes(sentence) && rest != "" && !strings.HasPrefix(rest, "\n") && !capital(rest) {
		tail, _, _ := strings.Cut(rest, ".")
		tail, _, _ = strings.Cut(tail, "\n")
		return sentence + " " + tail, lastSentence(before) + " " + firstSentence(after)
	}
	return sentence, lastSentence(before) + " " + firstSentence(after)
}

// closes reports whether a sentence ends with a closing quotation mark.
func closes(sentence string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimSpace(sentence))
	return strings.ContainsRune(`”"»“`, last)
}

func lastSentence(s string) string {
	if all := sentences(s); len(all) > 0 {
		return all[len(all)-1].Text
	}
	return ""
}

func firstSentence(s string) string {
	if all := sentences(s); len(all) > 0 {
		return all[0].Text
	}
	return strings.TrimSpace(s)
}

// sameName reports whether two names are one but for case, spaces and the sign before a handle.
func sameName(a, b string) bool {
	squeeze := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
				return r
			}
			return -1
		}, foldCue(s))
	}
	return cmp.Or(squeeze(a), squeeze(b)) != "" && squeeze(a) == squeeze(b)
}

// foldCue writes a text as the cue words are written.
func foldCue(s string) string {
	return strings.Join(strings.Fields(strings.Map(foldRune, strings.ToLower(plain.Replace(s)))), " ")
}

//nolint:gochecknoglobals // built once, never changed
var plain = strings.NewReplacer("ß", "ss", "’", "'", "‘", "'", "n’t", "n't", "á", "a", "à", "a", "â", "a", "ã", "a", "ä", "a", "é", "e", "è", "e", "ê", "e", "ë", "e",
	"í", "i", "ì", "i", "î", "i", "ï", "i", "ó", "o", "ò", "o", "ô", "o", "õ", "o", "ö", "o", "ú", "u", "ù", "u", "û", "u", "ü", "u", "ç", "c", "ñ", "n",
	"Á", "A", "À", "A", "Â", "A", "Ã", "A", "Ä", "A", "É", "E", "È", "E", "Ê", "E", "Í", "I", "Ó", "O", "Ô", "O", "Õ", "O", "Ö", "O", "Ú", "U", "Ü", "U", "Ç", "C", "Ñ", "N",
	"أ", "ا", "إ", "ا", "آ", "ا", "ى", "ي", "ة", "ه")

// foldRune leaves letters, digits, marks and the apostrophe within a word; Arabic short vowels go.
func foldRune(r rune) rune {
	switch {
	case r >= 0x64b && r <= 0x652, r == 0x640:
		return -1
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), r == '\'':
		return r
	}
	return ' '
}
