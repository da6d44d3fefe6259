package auth_test

import (
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/auth/authtest"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

const origin = "https://checks.example"

// registered returns a passkey and the authenticator that has it.
func registered(t *testing.T, keys *auth.Passkeys) (*authtest.Authenticator, auth.KnownPasskey) {
	t.Helper()
	a := authtest.New(t, origin)
	challenge := auth.NewToken()
	options, err := keys.CreateOptions("The Desk", challenge, auth.PasskeyUser{Handle: []byte("somebody"), Name: "carla@desk.example", Title: "Carla"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	known, err := keys.Register(challenge, []byte("somebody"), a.Create(t, options))
	if err != nil {
		t.Fatal(err)
	}
	return a, known
}

func TestPasskeyRegistersAndAnswers(t *testing.T) {
	t.Parallel()
	keys := auth.NewPasskeys(origin)
	a, known := registered(t, keys)
	if len(known.Credential) != 16 || len(known.PublicKey) == 0 || known.SignCount != 0 || len(known.Transports) != 1 {
		t.Errorf("got %+v", known)
	}
	challenge := auth.NewToken()
	options, err := keys.GetOptions(challenge, [][]byte{known.Credential})
	if err != nil {
		t.Fatal(err)
	}
	count, err := keys.Verify(challenge, a.Get(t, options), func([]byte) (auth.KnownPasskey, error) { return known, nil })
	if err != nil || count != 1 {
		t.Errorf("got count %d, %v; want the first use", count, err)
	}
}

func TestPasskeyRefusesWhatIsNoAnswer(t *testing.T) {
	t.Parallel()
	keys := auth.NewPasskeys(origin)
	for name, wrong := range map[string]func(*authtest.Authenticator, *auth.KnownPasskey, *string){
		"another origin":      func(a *authtest.Authenticator, _ *auth.KnownPasskey, _ *string) { a.Origin = "https://evil.example" },
		"plain HTTP":          func(a *authtest.Authenticator, _ *auth.KnownPasskey, _ *string) { a.Origin = "http://checks.example" },
		"another party":       func(a *authtest.Authenticator, _ *auth.KnownPasskey, _ *string) { a.Host = "evil.example" },
		"nobody verified":     func(a *authtest.Authenticator, _ *auth.KnownPasskey, _ *string) { a.Flags = authtest.Present },
		"nobody present":      func(a *authtest.Authenticator, _ *auth.KnownPasskey, _ *string) { a.Flags = authtest.Verified },
		"another challenge":   func(_ *authtest.Authenticator, _ *auth.KnownPasskey, c *string) { *c = auth.NewToken() },
		"somebody else's key": func(_ *authtest.Authenticator, k *auth.KnownPasskey, _ *string) { _, *k = registered(t, keys) },
		"another person":      func(_ *authtest.Authenticator, k *auth.KnownPasskey, _ *string) { k.User = []byte("else") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, known := registered(t, keys)
			challenge := auth.NewToken()
			options, err := keys.GetOptions(challenge, nil)
			if err != nil {
				t.Fatal(err)
			}
			wrong(a, &known, &challenge)
			_, err = keys.Verify(challenge, a.Get(t, options), func([]byte) (auth.KnownPasskey, error) { return known, nil })
			if factcheck.CodeOf(err) != factcheck.CodeInvalid {
				t.Errorf("got %v, want it refused", err)
			}
		})
	}
	a, known := registered(t, keys)
	challenge := auth.NewToken()
	options, err := keys.GetOptions(challenge, nil)
	if err != nil {
		t.Fatal(err)
	}
	good := a.Get(t, options)
	for _, answer := range []string{"", "{}", "null", "[]", good[:len(good)/2], strings.Repeat("x", 1<<20), strings.ReplaceAll(good, `"signature":"`, `"signature":"AAAA`), `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`} {
		if _, err := keys.Verify(challenge, answer, func([]byte) (auth.KnownPasskey, error) { return known, nil }); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%.60q: got %v, want it refused", answer, err)
		}
		if _, err := keys.Register(challenge, []byte("somebody"), answer); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("register %.60q: got %v, want it refused", answer, err)
		}
	}
}

func TestPasskeysAreWhereBrowsersHaveThem(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]bool{
		"https://checks.example": true, "http://localhost:8080": true, "https://localhost": true, "http://checks.example": false, "http://127.0.0.1:8080": false,
		"https://192.0.2.1": false, "https://[2001:db8::1]": false, "": false, "localhost": false, "https://": false,
	} {
		if got := auth.NewPasskeys(at) != nil; got != want {
			t.Errorf("%s: got %v, want %v", at, got, want)
		}
	}
}

func FuzzPasskeyAnswers(f *testing.F) {
	keys := auth.NewPasskeys(origin)
	f.Add("{}")
	f.Add(`{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YUA"}}`)
	f.Fuzz(func(t *testing.T, answer string) {
		if _, err := keys.Register("x", []byte("x"), answer); err == nil {
			t.Error("an answer of nobody is taken")
		}
	})
}
