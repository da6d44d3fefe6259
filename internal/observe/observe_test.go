package observe_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/observe"
)

func TestJSONLinesCarryTheRequestIDAndNoSecrets(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := observe.NewLogger(&out, observe.LogOptions{Format: "auto", Level: slog.LevelInfo}).With("url", "/x?key=geheim1")
	ctx := observe.WithRequestID(t.Context(), "req-00000001")
	u, err := url.Parse("postgres://u:geheim2@h/d?sslpassword=geheim3")
	if err != nil {
		t.Fatal(err)
	}
	log.WithGroup("g").InfoContext(ctx, "asked for /y?access_token=geheim4", "error", fmt.Errorf("get: %w", errors.New("Authorization: Bearer geheim5")),
		"password", "geheim6", "address", u, "list", []string{"oauth_token=geheim7"}, "body", []byte("geheim8"), "n", 7, "took", 1500*time.Millisecond,
		"form", struct{ Secret string }{"key=geheim9"})
	log.Debug("too little to log")
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("got %q, want one line of JSON: %v", out.String(), err)
	}
	if strings.Contains(out.String(), "geheim") {
		t.Errorf("a secret was logged: %s", out.String())
	}
	group, _ := line["g"].(map[string]any)
	if group["request_id"] != "req-00000001" || group["n"] != 7.0 || group["took"] != 1.5 || line["msg"] != "asked for /y?access_token=***" || line["url"] != "/x?key=***" {
		t.Errorf("got %s, want the request id, n and the message", out.String())
	}
}

func TestLinesForPeopleAreOneLineEach(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := observe.NewLogger(&out, observe.LogOptions{Format: "text", Level: slog.LevelInfo})
	log.Info("started")
	log.With("a", 1).WithGroup("g").Warn("password=geheim\n\x1b[31mERROR forged", "b", "two words")
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	want := []string{"00:00:00 INFO  started", `00:00:00 WARN  password=***  [31mERROR forged  a=1 g.b="two words"`}
	clock := regexp.MustCompile(`^\d\d:\d\d:\d\d`)
	for i := range lines {
		lines[i] = clock.ReplaceAllString(lines[i], "00:00:00")
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestALibraryCanBeMadeToSayLess(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := observe.AtLeast(observe.NewLogger(&out, observe.LogOptions{Format: "text", Level: slog.LevelDebug}), slog.LevelWarn).With("a", 1).WithGroup("g")
	log.Info("chatter")
	log.Warn("trouble", "b", 2)
	if got := out.String(); !strings.HasSuffix(got, " WARN  trouble  a=1 g.b=2\n") || strings.Count(got, "\n") != 1 {
		t.Errorf("got %q, want the trouble only", got)
	}
}

func TestConcurrentLinesDoNotMix(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := observe.NewLogger(&out, observe.LogOptions{Format: "text", Level: slog.LevelInfo})
	done := make(chan struct{})
	for i := range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			l := log.With("who", i)
			for range 100 {
				l.Info("line", "same", i)
			}
		}()
	}
	for range 4 {
		<-done
	}
	whole := regexp.MustCompile(`^\d\d:\d\d:\d\d INFO  line  who=(\d) same=(\d)$`)
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	for _, line := range lines {
		if m := whole.FindStringSubmatch(line); m == nil || m[1] != m[2] {
			t.Fatalf("got %q, want one whole line", line)
		}
	}
	if len(lines) != 400 {
		t.Errorf("got %d lines, want 400", len(lines))
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"nothing to hide = here: see":                        "nothing to hide = here: see",
		"GET /api/v1/claims?key=abc&limit=5":                 "GET /api/v1/claims?key=***&limit=5",
		"/v1alpha1/claims:search?query=x&key=AIza-1_2":       "/v1alpha1/claims:search?query=x&key=***",
		"?access_token=a.b.c#x":                              "?access_token=***",
		"oauth_token=1;oauth_token_secret=2":                 "oauth_token=***;oauth_token_secret=***",
		"Authorization: Bearer ts_abcdefghij":                "Authorization: Bearer ***",
		`{"Authorization":"Basic dTpw","x":1}`:               `{"Authorization":"Basic ***","x":1}`,
		"authorization=abc def":                              "authorization=abc ***",
		"cookie: a=b; c=d":                                   "cookie: ***",
		"postgres://u:p:w@d@h:5432/db":                       "postgres://u:***@h:5432/db",
		"smtp://desk%40x:pw@mail.example:587 failed":         "smtp://desk%40x:***@mail.example:587 failed",
		"host=h password='a b' dbname=d":                     "host=h password=*** dbname=d",
		`{"password":"a\"b","email":"x"}`:                    `{"password":***,"email":"x"}`,
		"password: this is too short":                        "password: this is too short",
		"made ts_0123456789 for him":                         "made ts_*** for him",
		"bearer abc":                                         "bearer ***",
		"https://desk.example/claims/the-key=note":           "https://desk.example/claims/the-key=***",
		"monkey=banana":                                      "monkey=banana",
		"https://desk.example:8080/claims/x@y":               "https://desk.example:8080/claims/x@y",
		"the mayor said: password rules are key: see below.": "the mayor said: password rules are key: see below.",
	} {
		if got := observe.Redact(in); got != want {
			t.Errorf("Redact(%q)\n got %q\nwant %q", in, got, want)
		}
	}
}

func FuzzRedactKeepsNoSecret(f *testing.F) {
	f.Add("GET /x?", "&y=1")
	f.Add("postgres://u:p@h ", "\n")
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "Zq9SecretSecret"
		got := observe.Redact(before + " key=" + secret + " " + after)
		if strings.Contains(got, secret) && !strings.Contains(before+after, secret) {
			t.Errorf("Redact of %q and %q kept the secret: %q", before, after, got)
		}
	})
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	if got := observe.CleanRequestID("a1B2-c3_d4.e5"); got != "a1B2-c3_d4.e5" {
		t.Errorf("got %q, want a well-formed id kept", got)
	}
	for _, sent := range []string{"", "short", strings.Repeat("a", 65), "line\nbreak-1", "<script>alert", "ümlaut-123"} {
		if got := observe.CleanRequestID(sent); got == sent || len(got) != 26 {
			t.Errorf("CleanRequestID(%q) = %q, want a fresh id", sent, got)
		}
	}
	if a, b := observe.NewRequestID(), observe.NewRequestID(); a == b {
		t.Errorf("got %q twice", a)
	}
	if got := observe.RequestID(t.Context()); got != "" {
		t.Errorf("got %q from a context without a request, want none", got)
	}
}
