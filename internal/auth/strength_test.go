package auth

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

func TestCheckPasswordRefusesWhatIsGuessedFirst(t *testing.T) {
	t.Parallel()
	about := []string{"Carla Wintermantel", "carla@desk.example", "The Assay Desk"}
	for _, in := range []string{
		"", "short", "elevenchars", strings.Repeat("é", 11), strings.Repeat("kelp mast ", 101), "kelp mast \xff\xfe pine",
		"password1234", "Password1234!", "PASSWORD!!!!", "p@ssw0rd2025", "passwordpassword", "1234password1234", "password-secret",
		"123456789012", "000000000000", "2025-06-07-12:00", "!!!!!!!!!!!!", "qwertyuiopas", "poiuytrewq12", "asdfghjkl;12", "abcdefghijkl", "lkjihgfedcba",
		"iloveyou2025!", "welcome-2025!", "letmeinplease", "correct horse battery staple", "changeme1234", "Summer2025!!!", "newsroom12345",
		"q1w2e3r4t5y6", "Q1W2E3R4T5Y6", "dragon-Monkey-99", "Superm@n-starw@rs-42", "trustno1trustno1", "sunflowerkittens",
		"abababababab", "abcabcabcabcabc", "aaaaaaaaaaaab", "kelpykelpykelpy", "aabbaabbaabb",
		"wintermantel", "Wintermantel1", "carlawintermantel", "assaydesk2025", "carlaCARLAcarla", "desk.example1",
	} {
		if err := CheckPassword(in, about...); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%.40q: got %v, want %s", in, err, factcheck.CodeInvalid)
		}
	}
}

func TestCheckPasswordTakesWhatIsNot(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"kelp mast pine drum", "orange-monkey-silver-hockey", "wintermantel ate my kelp", "x9#Lq2!vRz7p", "zwölf Boxkämpfer", "пароль для газеты",
		"密码要长一点才安全可靠好吗", "tibora-komefu-ludapi-zovake", strings.Repeat("kelp mast pine drum", 50), "passwords are for whales",
	} {
		if err := CheckPassword(in, "Carla Wintermantel", "carla@desk.example"); err != nil {
			t.Errorf("%.40q: got %v, want none", in, err)
		}
	}
}

func TestNewPasswordIsReadableAndRandom(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^([bdfghjklmnprstvz][aeiou]){3}(-([bdfghjklmnprstvz][aeiou]){3}){3}$`)
	seen := map[string]bool{}
	for range 1000 {
		p := NewPassword()
		if !form.MatchString(p) {
			t.Fatalf("%q cannot be read aloud", p)
		}
		if err := CheckPassword(p); err != nil {
			t.Fatalf("%q is refused: %v", p, err)
		}
		seen[p] = true
	}
	if len(seen) != 1000 {
		t.Errorf("got %d different passwords of 1000", len(seen))
	}
}

// Each character comes as often as the others: a biased draw would make keys easier to guess.
func TestDrawIsEven(t *testing.T) {
	t.Parallel()
	const n = 62_000
	counts := map[rune]int{}
	for _, r := range draw(keyDigits, n) {
		counts[r]++
	}
	want := float64(n) / float64(len(keyDigits))
	for _, r := range keyDigits {
		if got := float64(counts[r]); math.Abs(got-want) > 7*math.Sqrt(want) {
			t.Errorf("%q came %v times, want about %v", r, got, want)
		}
	}
}

// Whoever adds a line must add it where it belongs, or it is not found.
func TestEveryLeakedPasswordIsFound(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSuffix(leaked, "\n"), "\n")
	if len(lines) < 25000 {
		t.Fatalf("got %d lines", len(lines))
	}
	for i, line := range lines {
		if i > 0 && lines[i-1] >= line {
			t.Fatalf("%q stands behind %q", line, lines[i-1])
		}
		if !isLeaked(line) {
			t.Errorf("%q is not found", line)
		}
	}
	for _, s := range []string{"", "\n", "kelpmastpine", "~~~~~~~~", " ", lines[0] + "\n" + lines[1]} {
		if isLeaked(s) {
			t.Errorf("%q is found", s)
		}
	}
}
