package config_test

import (
	"errors"
	"log/slog"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/config"
)

// problems returns the settings that an error complains of, in order.
func problems(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var bad config.SettingsError
	if !errors.As(err, &bad) {
		t.Fatalf("got a %T, want config.SettingsError", err)
	}
	var out []string
	for _, p := range bad {
		out = append(out, p.Setting)
	}
	return out
}

func TestWithoutSettingsTheDefaultsOfTheFrontDoorHold(t *testing.T) {
	t.Parallel()
	c, s, err := config.CheckAll(config.Flags{DataDir: "/srv/t"}, config.ServerFlags{}, slog.LevelInfo)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Private() || c.DataDir != "/srv/t" || c.LogLevel != slog.LevelInfo || c.LogFormat != "auto" {
		t.Errorf("got %+v, want the private database in /srv/t, level info, format auto", c)
	}
	if s.Addr != "127.0.0.1:8080" || s.PublicURL != "http://localhost:8080" || s.PublicURLGiven {
		t.Errorf("got %s and %s, want 127.0.0.1:8080 and http://localhost:8080", s.Addr, s.PublicURL)
	}
	if s.TimeZone != time.UTC || s.BackupEvery != 24*time.Hour || s.BackupKeep != 7 || s.HouseGiven || !s.RateLimit {
		t.Errorf("got %+v, want UTC, a backup a day, seven kept, no house given", s)
	}
	want := config.House{Name: "Touchstone", Site: "localhost", Licence: "CC-BY-4.0", Language: "en"}
	if diff := cmp.Diff(want, s.House); diff != "" {
		t.Errorf("house (-want +got):\n%s", diff)
	}
}

func TestAllProblemsAreToldInOneMessage(t *testing.T) {
	t.Parallel()
	_, _, err := config.CheckAll(
		config.Flags{DatabaseURL: "mysql://u:geheim@h/d", LogLevel: "loud", LogFormat: "xml"},
		config.ServerFlags{
			Addr: "here", PublicURL: "https://desk.example/news", TrustedProxies: "proxy", SMTPURL: "mail:geheim", TimeZone: "Mars/Olympus",
			MetricsToken: "geheim", RateLimit: "maybe", BackupEvery: "often", BackupKeep: "0", HouseSite: "https://x", HouseLanguage: "?", Dev: "yes",
			FetchAllow: "nowhere", Resolver: "dns",
		}, slog.LevelInfo)
	want := []string{
		"DATABASE_URL", "TOUCHSTONE_LOG_LEVEL", "TOUCHSTONE_LOG_FORMAT", "TOUCHSTONE_TRUSTED_PROXIES",
		"TOUCHSTONE_TIME_ZONE", "TOUCHSTONE_METRICS_TOKEN", "TOUCHSTONE_RATE_LIMIT", "TOUCHSTONE_BACKUP_EVERY", "TOUCHSTONE_BACKUP_KEEP", "TOUCHSTONE_ADDR",
		"TOUCHSTONE_PUBLIC_URL", "TOUCHSTONE_HOUSE_SITE", "TOUCHSTONE_HOUSE_LANGUAGE", "TOUCHSTONE_SMTP_URL", "TOUCHSTONE_DEV", "TOUCHSTONE_FETCH_ALLOW",
		"TOUCHSTONE_RESOLVER", "TOUCHSTONE_FETCH_ALLOW", "TOUCHSTONE_RESOLVER",
	}
	if diff := cmp.Diff(want, problems(t, err)); diff != "" {
		t.Fatalf("problems (-want +got):\n%s", diff)
	}
	text := err.Error()
	if strings.Contains(text, "geheim") {
		t.Errorf("a secret is in the message:\n%s", text)
	}
	if got := strings.Count(text, "\n"); got != len(want) || !strings.HasPrefix(text, "19 settings are wrong:") {
		t.Errorf("got %d lines below the heading, want %d:\n%s", got, len(want), text)
	}
}

func TestOneProblemIsOneLine(t *testing.T) {
	t.Parallel()
	_, err := config.ServerFlags{TimeZone: "local"}.Check()
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "TOUCHSTONE_TIME_ZONE: ") {
		t.Errorf("got %v, want one line that begins with the setting", err)
	}
}

func TestPublicURLIsAnOrigin(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"https://Desk.Example":       "https://desk.example",
		"https://desk.example/":      "https://desk.example",
		"https://desk.example:443":   "https://desk.example",
		"http://127.0.0.1:80":        "http://127.0.0.1",
		"http://[::1]:9000":          "http://[::1]:9000",
		"HTTPS://xn--bcher-kva.test": "https://xn--bcher-kva.test",
		"https://desk.example/x":     "",
		"https://desk.example?x=1":   "",
		"https://desk.example/?":     "",
		"https://desk.example/#":     "",
		"https://u:p@desk.example":   "",
		"ftp://desk.example":         "",
		"desk.example":               "",
		"//desk.example":             "",
		"https://":                   "",
		"https://bücher.test":        "",
		"javascript:alert(1)":        "",
		"https://a b":                "",
		"https://desk.example\"":     "",
	} {
		s, err := config.ServerFlags{PublicURL: given}.Check()
		if want == "" {
			if diff := cmp.Diff([]string{"TOUCHSTONE_PUBLIC_URL"}, problems(t, err)); diff != "" {
				t.Errorf("%s: (-want +got):\n%s", given, diff)
			}
			continue
		}
		if err != nil || s.PublicURL != want || !s.PublicURLGiven {
			t.Errorf("%s: got %s, %v, want %s", given, s.PublicURL, err, want)
		}
	}
}

func TestWithoutAPublicURLThePortIsThatOfTheListener(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"127.0.0.1:9000": "http://localhost:9000", "localhost:80": "http://localhost", "[::1]:8443": "http://localhost:8443",
		"127.0.0.1:0": "http://localhost:8080",
	} {
		s, err := config.ServerFlags{Addr: addr}.Check()
		if err != nil || s.PublicURL != want {
			t.Errorf("%s: got %s, %v, want %s", addr, s.PublicURL, err, want)
		}
	}
	if got := config.LocalURL(43211); got != "http://localhost:43211" {
		t.Errorf("got %s, want http://localhost:43211", got)
	}
}

func TestPlainHTTPIsServedOnLoopbackAndBehindATrustedProxyOnly(t *testing.T) {
	t.Parallel()
	for addr, open := range map[string]bool{
		"127.0.0.1:1": false, "127.8.9.1:1": false, "[::1]:1": false, "[::ffff:127.0.0.1]:1": false, "localhost:1": false,
		"0.0.0.0:1": true, ":1": true, "[::]:1": true, "192.0.2.1:1": true,
	} {
		_, err := config.ServerFlags{Addr: addr}.Check()
		if (err != nil) != open {
			t.Errorf("%s without a proxy: got %v, want a refusal: %v", addr, err, open)
		}
		s, err := config.ServerFlags{Addr: addr, TrustedProxies: "10.0.0.0/8, 192.0.2.7"}.Check()
		if err != nil {
			t.Errorf("%s behind a proxy: got %v, want no error", addr, err)
		}
		for peer, want := range map[string]bool{
			"127.0.0.1": true, "::1": true, "10.255.0.1": true, "::ffff:10.1.1.1": true, "192.0.2.7": true,
			"192.0.2.8": false, "11.0.0.1": false, "2001:db8::1": false,
		} {
			if got := s.Admits(netip.MustParseAddr(peer)); got != want {
				t.Errorf("Admits(%s) = %v, want %v", peer, got, want)
			}
		}
		if s.Trusts(netip.MustParseAddr("127.0.0.1")) {
			t.Error("loopback is trusted without having been named")
		}
	}
}

func TestEachWrongValueIsRefused(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]config.ServerFlags{
		"TOUCHSTONE_ADDR port":        {Addr: "127.0.0.1:70000"},
		"TOUCHSTONE_ADDR sign":        {Addr: "127.0.0.1:+80"},
		"TOUCHSTONE_ADDR name":        {Addr: "desk.example:80", TrustedProxies: "::1"},
		"TOUCHSTONE_TRUSTED_PROXIES":  {TrustedProxies: "0.0.0.0/0"},
		"TOUCHSTONE_SMTP_URL":         {SMTPURL: "https://mail.example"},
		"TOUCHSTONE_BACKUP_EVERY":     {BackupEvery: "5s"},
		"TOUCHSTONE_BACKUP_EVERY ago": {BackupEvery: "-1h"},
		"TOUCHSTONE_FETCH_ALLOW":      {FetchAllow: "127.0.0.1:99"},
		"TOUCHSTONE_RESOLVER":         {Resolver: "127.0.0.1"},
	} {
		_, err := f.Check()
		want, _, _ := strings.Cut(name, " ")
		if diff := cmp.Diff([]string{want}, problems(t, err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestRightValuesAreRead(t *testing.T) {
	t.Parallel()
	s, err := config.ServerFlags{
		TimeZone: "Europe/Madrid", SMTPURL: "smtps://u:p@mail.example:465", RateLimit: "off", BackupEvery: "0", BackupKeep: "3", MetricsToken: "0123456789abcdef",
		PublicURL: "https://www.desk.example", HouseName: " The Desk ", HouseLanguage: "pt-BR",
		Dev: "1", FetchAllow: "127.0.0.1:99,[::1]:100", Resolver: "127.0.0.1",
	}.Check()
	if err != nil {
		t.Fatal(err)
	}
	if s.TimeZone.String() != "Europe/Madrid" || s.SMTP.String() != "mail.example:465" || s.RateLimit || s.BackupEvery != 0 || s.BackupKeep != 3 || s.MetricsToken != "0123456789abcdef" {
		t.Errorf("got %+v", s)
	}
	if diff := cmp.Diff(config.House{Name: "The Desk", Site: "desk.example", Licence: "CC-BY-4.0", Language: "pt-BR"}, s.House); diff != "" || !s.HouseGiven {
		t.Errorf("house given: %v (-want +got):\n%s", s.HouseGiven, diff)
	}
	if diff := cmp.Diff([]string{"127.0.0.1:99", "[::1]:100"}, s.FetchAllow); diff != "" || s.Resolver != "127.0.0.1:53" {
		t.Errorf("resolver %s, allowed (-want +got):\n%s", s.Resolver, diff)
	}
}

func TestDatabaseSettings(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		flags config.Flags
		want  []string
		owner string
	}{
		"a URL":                 {flags: config.Flags{DatabaseURL: "postgres://u@h/d"}, owner: "postgres://u@h/d"},
		"words":                 {flags: config.Flags{DatabaseURL: "host=/run/pg dbname=d user=u"}, owner: "host=/run/pg dbname=d user=u"},
		"an owner":              {flags: config.Flags{DatabaseURL: "postgres://u@h/d", MigrateURL: "postgres://o@h/d"}, owner: "postgres://o@h/d"},
		"no address":            {flags: config.Flags{DatabaseURL: "desk"}, want: []string{"DATABASE_URL"}},
		"a broken address":      {flags: config.Flags{DatabaseURL: "postgres://u:p@h:port/d"}, want: []string{"DATABASE_URL"}},
		"an owner without":      {flags: config.Flags{MigrateURL: "postgres://o@h/d"}, want: []string{"TOUCHSTONE_MIGRATE_URL"}, owner: "postgres://o@h/d"},
		"another database kind": {flags: config.Flags{DatabaseURL: "sqlite://file.db"}, want: []string{"DATABASE_URL"}},
	} {
		c, err := tt.flags.Check(slog.LevelWarn)
		if diff := cmp.Diff(tt.want, problems(t, err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if c.OwnerURL() != tt.owner || c.Private() != (c.DatabaseURL == "") {
			t.Errorf("%s: got %+v, want owner %q", name, c, tt.owner)
		}
	}
}

func TestTheDemonstrationHasADirectoryOfItsOwn(t *testing.T) {
	t.Parallel()
	dir := func(f config.Flags) string {
		c, err := f.Check(slog.LevelWarn)
		if err != nil {
			t.Fatal(err)
		}
		return c.DataDir
	}
	if usual, demo := dir(config.Flags{}), dir(config.Flags{Demo: true}); demo != usual+"-demo" {
		t.Errorf("got %s beside %s, want the same with -demo", demo, usual)
	}
	if got := dir(config.Flags{Demo: true, DataDir: "/srv/t"}); got != "/srv/t" {
		t.Errorf("got %s, want the directory that was set", got)
	}
	if got := dir(config.Flags{DataDir: "some/where"}); !filepath.IsAbs(got) || !strings.HasSuffix(got, "/some/where") {
		t.Errorf("got %s, want it absolute", got)
	}
}

func TestASubcommandThatComesFirstFindsTheHouseInTheEnvironment(t *testing.T) {
	t.Parallel()
	env := map[string]string{"TOUCHSTONE_HOUSE_NAME": "The Desk", "TOUCHSTONE_PUBLIC_URL": "https://desk.example", "TOUCHSTONE_ADDR": "wrong"}
	got := config.HouseFromEnvironment(func(name string) string { return env[name] })
	if diff := cmp.Diff(config.House{Name: "The Desk", Site: "desk.example", Licence: "CC-BY-4.0", Language: "en"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMistypedVariablesAreNoticed(t *testing.T) {
	t.Parallel()
	got := config.Unknown([]string{"TOUCHSTONE_PUBLICURL=x", "TOUCHSTONE_ADDR=x", "TOUCHSTONE_DATA_DIR=", "TOUCHSTONE_TEST_DATA=x", "HOME=/", "TOUCHSTONE_ADR=y"})
	if diff := cmp.Diff([]string{"TOUCHSTONE_ADR", "TOUCHSTONE_PUBLICURL"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
