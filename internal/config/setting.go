package config

import (
	"net"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/mail"
)

// smtpURL reads the mail server's address. Its text is never repeated: it may hold a password.
func smtpURL(text, site string, bad *SettingsError) *mail.Server {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	server, err := mail.ParseServer(text, site)
	if err != nil {
		bad.add("TOUCHSTONE_SMTP_URL", "%v", err)
		return nil
	}
	return &server
}

// metricsToken refuses a token that could be guessed.
func metricsToken(text string, bad *SettingsError) string {
	text = strings.TrimSpace(text)
	if text != "" && len(text) < 16 {
		bad.add("TOUCHSTONE_METRICS_TOKEN", "it is too short to be a secret; choose at least 16 characters")
	}
	return text
}

// secretKey refuses a key that could be guessed.
func secretKey(text string, bad *SettingsError) string {
	text = strings.TrimSpace(text)
	if text != "" && len(text) < 32 {
		bad.add("TOUCHSTONE_SECRET_KEY", "it is too short to be a key; openssl rand -hex 32 makes one")
	}
	return text
}

// onOff reads a switch that is on unless it is said to be off.
func onOff(text, setting string, bad *SettingsError) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "on":
		return true
	case "off":
		return false
	}
	bad.add(setting, "%q is neither on nor off", text)
	return true
}

func backupEvery(text string, bad *SettingsError) time.Duration {
	text = strings.TrimSpace(text)
	if text == "" {
		return 24 * time.Hour
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d > 0 && d < time.Minute {
		bad.add("TOUCHSTONE_BACKUP_EVERY", "%q is no time between backups; write one such as 24h, of a minute or more, or 0 for never", text)
		return 24 * time.Hour
	}
	return d
}

func backupKeep(text string, bad *SettingsError) int {
	text = strings.TrimSpace(text)
	if text == "" {
		return 7
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 10_000 {
		bad.add("TOUCHSTONE_BACKUP_KEEP", "%q is no number of backups to keep; choose 1 to 10000", text)
		return 7
	}
	return n
}

// testSettings reads what is for tests only: both let the fetcher reach what it must never reach in earnest.
func (f ServerFlags) testSettings(s *Server, bad *SettingsError) {
	switch text := strings.TrimSpace(f.Dev); text {
	case "", "0":
	case "1":
		s.Dev = true
	default:
		bad.add("TOUCHSTONE_DEV", "%q means nothing; it is 1 or absent", text)
	}
	for _, one := range list(f.FetchAllow) {
		if _, port, err := net.SplitHostPort(one); err != nil || !isPort(port) {
			bad.add("TOUCHSTONE_FETCH_ALLOW", "%q is no HOST:PORT", one)
			continue
		}
		s.FetchAllow = append(s.FetchAllow, one)
	}
	s.Resolver = strings.TrimSpace(f.Resolver)
	if s.Resolver != "" {
		host, port, err := net.SplitHostPort(s.Resolver)
		if err != nil {
			host, port, s.Resolver = s.Resolver, "53", net.JoinHostPort(s.Resolver, "53")
		}
		if net.ParseIP(host) == nil || !isPort(port) {
			bad.add("TOUCHSTONE_RESOLVER", "%q is no address of a DNS server; write IP:PORT", f.Resolver)
		}
	}
	if s.Dev {
		return
	}
	if len(list(f.FetchAllow)) > 0 {
		bad.add("TOUCHSTONE_FETCH_ALLOW", "it is for tests only and needs TOUCHSTONE_DEV=1")
	}
	if s.Resolver != "" {
		bad.add("TOUCHSTONE_RESOLVER", "it is for tests only and needs TOUCHSTONE_DEV=1")
	}
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0
}

// list splits a setting at commas and spaces.
func list(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' })
}

// Unknown returns the TOUCHSTONE_ variables of an environment (of the form NAME=VALUE) that no setting is called, sorted:
// most likely somebody mistyped one. Those of the tests do not count.
func Unknown(environ []string) []string {
	known := append(names(reflect.TypeFor[Flags]()), names(reflect.TypeFor[ServerFlags]())...)
	var out []string
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, "TOUCHSTONE_") && !strings.HasPrefix(name, "TOUCHSTONE_TEST_") &&
			name != "TOUCHSTONE_REQUIRE_TEST_DATA" && !slices.Contains(known, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// names returns the environment's names of the settings in a struct of flags.
func names(flags reflect.Type) []string {
	var out []string
	for field := range flags.Fields() {
		if name := field.Tag.Get("env"); name != "" {
			out = append(out, name)
		}
	}
	return out
}
