package auth

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// RFC 6238, appendix B, SHA-1: eight digits there, six here. The secret is that of RFC 4226, appendix D.
func TestAppCodesAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130"} {
		if got := fmt.Sprintf("%08d", hotp(secret, at/30)%100_000_000); got != want {
			t.Errorf("at %d: got %s, want %s", at, got, want)
		}
		if got := AppCode(secret, time.Unix(at, 0)); got != want[2:] {
			t.Errorf("at %d: got %s, want %s", at, got, want[2:])
		}
	}
	// RFC 4226, appendix D.
	for count, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := fmt.Sprintf("%06d", hotp(secret, int64(count))%1_000_000); got != want {
			t.Errorf("count %d: got %s, want %s", count, got, want)
		}
	}
}

func TestAppCodeMayBeAStepOff(t *testing.T) {
	t.Parallel()
	secret, now := NewAppSecret(), time.Date(2025, 6, 7, 12, 0, 10, 0, time.UTC)
	for off, want := range map[time.Duration]bool{-90 * time.Second: false, -30 * time.Second: true, 0: true, 30 * time.Second: true, 90 * time.Second: false} {
		step, ok := CheckAppCode(secret, AppCode(secret, now.Add(off)), now)
		if ok != want || ok && step != now.Add(off).Unix()/30 {
			t.Errorf("%s off: got step %d, %v; want taken %v", off, step, ok, want)
		}
	}
	code := AppCode(secret, now)
	for in, want := range map[string]bool{code[:3] + " " + code[3:]: true, " " + code + "\n": true, code[:5]: false, code + "0": false, "": false, "000000": code == "000000", "١٢٣٤٥٦": false} {
		if _, ok := CheckAppCode(secret, in, now); ok != want {
			t.Errorf("%q: got %v, want %v", in, ok, want)
		}
	}
}

func TestAppURLIsForApps(t *testing.T) {
	t.Parallel()
	secret := []byte("12345678901234567890")
	const want = "otpauth://totp/Desk%20A&B:carla@desk.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Desk%3A%20A%26B"
	if got := AppURL(secret, "Desk: A&B", "carla@desk.example"); got != want {
		t.Errorf("got %s", got)
	}
	if got := AppSecretText(secret); got != "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ" {
		t.Errorf("got %s", got)
	}
}

func TestRecoveryCodesAreReadAsTheyAreTyped(t *testing.T) {
	t.Parallel()
	codes, hashes := NewRecoveryCodes()
	form, seen := regexp.MustCompile(`^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$`), map[string]bool{}
	for i, code := range codes {
		if !form.MatchString(code) || seen[code] {
			t.Errorf("got code %q", code)
		}
		seen[code] = true
		for _, typed := range []string{code, strings.ToUpper(code), strings.ReplaceAll(code, "-", ""), " " + strings.ReplaceAll(code, "-", " ") + " ", strings.ReplaceAll(strings.ReplaceAll(code, "0", "O"), "1", "l")} {
			if got, ok := HashRecoveryCode(typed); !ok || got != hashes[i] {
				t.Errorf("%q is not read as %q", typed, code)
			}
		}
	}
	for _, wrong := range []string{"", "123456", codes[0] + "0", codes[0][1:], "uuuu-uuuu-uuuu-uuuu", strings.Repeat("0", 1<<16)} {
		if _, ok := HashRecoveryCode(wrong); ok {
			t.Errorf("%.30q is taken for a recovery code", wrong)
		}
	}
	if len(codes) != RecoveryCodes || len(hashes) != RecoveryCodes {
		t.Errorf("got %d codes and %d hashes", len(codes), len(hashes))
	}
}

// The three corners that readers find a code by stand where they belong, with the quiet zone around them.
func TestQRHasItsCorners(t *testing.T) {
	t.Parallel()
	code, err := NewQR(AppURL(NewAppSecret(), "The Assay Desk", "carla@desk.example"))
	if err != nil {
		t.Fatal(err)
	}
	far := code.Size - 4 - 7
	for _, corner := range []string{"M4 4h7v1h-7z", fmt.Sprintf("M%d 4h7v1h-7z", far), fmt.Sprintf("M4 %dh7v1h-7z", far), "M4 5h1v1h-1z", "M6 6h3v1h-3z"} {
		if !strings.Contains(code.Path, corner) {
			t.Errorf("the code lacks %s", corner)
		}
	}
	if _, err := NewQR(strings.Repeat("x", 10_000)); err == nil {
		t.Error("a code of 10,000 characters is made")
	}
}
