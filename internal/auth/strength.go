package auth

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// MinPassword and MaxPassword are the least characters and the most bytes of a password (NIST SP 800-63B, section 3.1.1,
// asks for 15 where a password stands alone and 8 beside a second factor; this house takes 12).
const (
	MinPassword = 12
	MaxPassword = 1000
)

//go:embed common.txt
var commonText string

// common lists what people choose when they must choose something, without the digits and signs they put around it.
var common = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if word := strings.TrimSpace(line); word != "" && !strings.HasPrefix(word, "#") {
			words[word] = true
		}
	}
	return words
})

// leaked are the passwords that leaks hold most often (leaked-LICENSE.txt says whose count it is), in lower case, a line
// each, in the order of their bytes: it is searched where it stands, so that it costs no memory besides.
//
//go:embed leaked.txt
var leaked string

// isLeaked reports whether s is one of them.
func isLeaked(s string) bool {
	if s == "" || strings.ContainsRune(s, '\n') {
		return false
	}
	low, high := 0, len(leaked) // both at the beginning of a line
	for low < high {
		middle := strings.LastIndexByte(leaked[low:(low+high)/2], '\n') + 1 + low
		end := middle + strings.IndexByte(leaked[middle:], '\n')
		switch line := leaked[middle:end]; {
		case line == s:
			return true
		case line < s:
			low = end + 1
		default:
			high = middle
		}
	}
	return false
}

// leakedWord is the least number of letters of a leaked password that counts as a part of another: shorter ones are parts of
// everything.
const leakedWord = 4

// isLeakedPair reports whether s is one of the leaked passwords, or two of them one after the other.
func isLeakedPair(s string) bool {
	if isLeaked(s) {
		return true
	}
	for i := leakedWord; i <= len(s)-leakedWord; i++ {
		if isLeaked(s[:i]) && isLeaked(s[i:]) {
			return true
		}
	}
	return false
}

// CheckPassword returns a CodeInvalid error about the field password if it is shorter than MinPassword, longer than
// MaxPassword, or among the first a guesser tries: a common password, or two of them, with digits or signs around it or letters replaced by
// look-alikes, a run of a keyboard, the same few characters again and again, or what others know of the person (about:
// name, address, house). There are no rules on kinds of characters: they make passwords worse.
func CheckPassword(password string, about ...string) error {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return factcheck.Invalid("password", "the password is not valid UTF-8")
	case n < MinPassword:
		return factcheck.Invalid("password", "%d characters are too few for a password; use at least %d, such as four words", n, MinPassword)
	case len(password) > MaxPassword:
		return factcheck.Invalid("password", "the password is longer than %d bytes", MaxPassword)
	}
	if core := core(password); core == "" || isLeakedPair(strings.ToLower(password)) || isLeakedPair(bare(password)) || isLeakedPair(core) || isCommon(core, 3) || isRun(core) || isAbout(core, about) || isAbout(letters(password), about) {
		return factcheck.Invalid("password", "this is one of the first passwords that a guesser tries; use four words that do not belong together")
	}
	if few(password) {
		return factcheck.Invalid("password", "the password repeats itself; use four words that do not belong together")
	}
	return nil
}

// core returns what is left of a password that a guesser's rules undo: letters in lower case, look-alikes as the letter
// they stand for, and no digits and signs at its ends.
func core(password string) string {
	s := strings.ToLower(norm.NFKC.String(password))
	s = strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	s = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(s)
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, s)
}

// bare returns the letters and digits of a password in lower case.
func bare(password string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, password)
}

// isCommon reports whether s is made of at most n common words and nothing else. More of them are a pass phrase.
func isCommon(s string, n int) bool {
	if common()[s] {
		return n > 0
	}
	for i := range s {
		if n > 1 && i > 2 && common()[s[:i]] && isCommon(s[i:], n-1) {
			return true
		}
	}
	return false
}

// isRun reports whether s runs along a keyboard's row or column or the alphabet, forwards or backwards.
func isRun(s string) bool {
	const rows = "qwertyuiopasdfghjklzxcvbnm qwertyuiopqwertyuiop asdfghjklasdfghjkl zxcvbnmzxcvbnm abcdefghijklmnopqrstuvwxyzabcdefghijklm " +
		"qwertzuiopasdfghjklyxcvbnm azertyuiopqsdfghjklmwxcvbn qazwsxedcrfvtgbyhnujmikolp qweasdzxcrtyfghvbn"
	backwards := []rune(s)
	slices.Reverse(backwards)
	return strings.Contains(rows, s) || strings.Contains(rows, string(backwards))
}

// letters returns the letters of s in lower case and nothing else: unlike core, it takes the sign of an address for a sign.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// isAbout reports whether s is made of about, as a whole or by its words, and of a common word or up to three letters at
// most. Words of up to three letters count only with what stands around them: alone they are parts of everything.
func isAbout(s string, about []string) bool {
	rest := s
	for _, a := range about {
		parts := append([]string{letters(a)}, strings.FieldsFunc(strings.ToLower(a), func(r rune) bool { return !unicode.IsLetter(r) })...)
		for _, w := range parts {
			if utf8.RuneCountInString(w) > 3 {
				rest = strings.ReplaceAll(rest, w, "")
			}
		}
	}
	return rest != s && (utf8.RuneCountInString(rest) <= 3 || isCommon(rest, 1))
}

// few reports whether the password has fewer than five different characters, or is one short part repeated.
func few(password string) bool {
	runes := []rune(strings.ToLower(password))
	distinct := map[rune]bool{}
	for _, r := range runes {
		distinct[r] = true
	}
	if len(distinct) < 5 {
		return true
	}
	for n := 1; n <= 5; n++ {
		same := 0
		for i := n; i < len(runes) && runes[i] == runes[i-n]; i++ {
			same++
		}
		if same == len(runes)-n {
			return true
		}
	}
	return false
}

// NewPassword returns a random password that can be read aloud and typed from paper: twelve syllables of 80 kinds, 75 bits.
func NewPassword() string {
	groups := make([]string, 4)
	for i := range groups {
		for range 3 {
			groups[i] += draw("bdfghjklmnprstvz", 1) + draw("aeiou", 1)
		}
	}
	return strings.Join(groups, "-")
}
