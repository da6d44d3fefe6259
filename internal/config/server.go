package config

import (
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // so that TOUCHSTONE_TIME_ZONE means the same on a system without zone files

	"golang.org/x/text/language"

	"github.com/touchstone-factcheck/touchstone/internal/mail"
)

// The defaults that the front door promises.
const (
	DefaultAddr      = "127.0.0.1:8080"
	DefaultPublicURL = "http://localhost:8080"
)

// ServerFlags are the settings of what serves pages and works jobs.
type ServerFlags struct {
	Addr           string `name:"addr" env:"TOUCHSTONE_ADDR" placeholder:"HOST:PORT" help:"Where to listen; 127.0.0.1:8080 unless given. Plain HTTP is served on loopback and behind a trusted proxy only."`
	PublicURL      string `name:"public-url" env:"TOUCHSTONE_PUBLIC_URL" placeholder:"URL" help:"The address readers use, without a path; http://localhost:8080 unless given."`
	TrustedProxies string `name:"trusted-proxies" env:"TOUCHSTONE_TRUSTED_PROXIES" placeholder:"IP,…" help:"Addresses or networks of the proxies whose X-Forwarded headers are believed."`
	SMTPURL        string `name:"smtp-url" env:"TOUCHSTONE_SMTP_URL" placeholder:"URL" help:"Mail server: smtp://user:password@host:587 or smtps://user:password@host:465, with ?from=desk@house.example for the address mails come from. Without it, no mail is sent."`
	SecretKey      string `name:"secret-key" env:"TOUCHSTONE_SECRET_KEY" placeholder:"TEXT" help:"Seals what the database shall not know, such as the secrets of authenticator apps; every server of a newsroom needs the same. Without it, a key in the data directory."`
	TimeZone       string `name:"time-zone" env:"TOUCHSTONE_TIME_ZONE" placeholder:"ZONE" help:"The house's time zone, for display, such as Europe/Madrid; UTC unless given."`
	MetricsToken   string `name:"metrics-token" env:"TOUCHSTONE_METRICS_TOKEN" placeholder:"TOKEN" help:"Bearer token that opens /metrics to others than loopback."`
	RateLimit      string `name:"rate-limit" env:"TOUCHSTONE_RATE_LIMIT" placeholder:"on|off" help:"Whether the API limits how often it is asked; off is for measuring and behind a limiter of your own."`
	BackupEvery    string `name:"backup-every" env:"TOUCHSTONE_BACKUP_EVERY" placeholder:"DURATION" help:"How often to write a backup into the data directory; 24h unless given, 0 for never."`
	BackupKeep     string `name:"backup-keep" env:"TOUCHSTONE_BACKUP_KEEP" placeholder:"N" help:"How many automatic backups to keep; 7 unless given."`
	HouseName      string `name:"house-name" env:"TOUCHSTONE_HOUSE_NAME" placeholder:"NAME" help:"Name of the newsroom, for its first start."`
	HouseSite      string `name:"house-site" env:"TOUCHSTONE_HOUSE_SITE" placeholder:"HOST" help:"Host of the newsroom's verdicts, for its first start; that of the public URL unless given."`
	HouseLicence   string `name:"house-licence" env:"TOUCHSTONE_HOUSE_LICENCE" placeholder:"SPDX" help:"Licence of the newsroom's own text, for its first start; CC-BY-4.0 unless given."`
	HouseLanguage  string `name:"house-language" env:"TOUCHSTONE_HOUSE_LANGUAGE" placeholder:"TAG" help:"Language of the interface, for the first start; en unless given."`
	Dev            string `name:"dev" env:"TOUCHSTONE_DEV" placeholder:"1" help:"1 permits the settings that are for tests only."`
	FetchAllow     string `name:"fetch-allow" env:"TOUCHSTONE_FETCH_ALLOW" placeholder:"HOST:PORT,…" help:"For tests only: private addresses the fetcher may reach."`
	Resolver       string `name:"resolver" env:"TOUCHSTONE_RESOLVER" placeholder:"HOST:PORT" help:"For tests only: DNS server of the fetcher."`
}

// House is the newsroom as the settings name it, for the first start.
type House struct{ Name, Site, Licence, Language string }

// Server is what serve, worker and demo need to know.
type Server struct {
	Addr           string // host:port; the host is an IP address or localhost
	PublicURL      string // origin: scheme, host and port, without a slash at the end
	PublicURLGiven bool   // it was set, and not made up from Addr
	TrustedProxies []netip.Prefix
	SMTP           *mail.Server // nil: no mail is sent
	SecretKey      string       // empty: that of the data directory
	TimeZone       *time.Location
	MetricsToken   string // empty: /metrics is for loopback only
	RateLimit      bool
	BackupEvery    time.Duration // 0: no automatic backups
	BackupKeep     int
	House          House
	HouseGiven     bool     // at least one of the house's settings was set
	Dev            bool     // development mode: settings for tests are taken, and /developers/components is there
	FetchAllow     []string // host:port
	Resolver       string   // host:port; empty: the system's
}

// Admits reports whether plain HTTP may be spoken with the peer of a connection: somebody on this machine, or a trusted
// proxy, which has the reader's HTTPS behind it.
func (s Server) Admits(peer netip.Addr) bool { return peer.Unmap().IsLoopback() || s.Trusts(peer) }

// Trusts reports whether the X-Forwarded headers of a peer are believed.
func (s Server) Trusts(peer netip.Addr) bool {
	for _, p := range s.TrustedProxies {
		if p.Contains(peer.Unmap()) {
			return true
		}
	}
	return false
}

// Check reads the flags. The error is of type SettingsError.
func (f ServerFlags) Check() (Server, error) {
	var bad SettingsError
	s := f.check(&bad)
	return s, bad.err()
}

// CheckAll reads both sets of flags and tells all problems in one error of type SettingsError.
func CheckAll(common Flags, server ServerFlags, level slog.Level) (Config, Server, error) {
	var bad SettingsError
	c := common.check(level, &bad)
	s := server.check(&bad)
	return c, s, bad.err()
}

func (f ServerFlags) check(bad *SettingsError) Server {
	s := Server{
		TrustedProxies: trustedProxies(f.TrustedProxies, bad),
		SecretKey:      secretKey(f.SecretKey, bad),
		TimeZone:       timeZone(f.TimeZone, bad),
		MetricsToken:   metricsToken(f.MetricsToken, bad),
		RateLimit:      onOff(f.RateLimit, "TOUCHSTONE_RATE_LIMIT", bad),
		BackupEvery:    backupEvery(f.BackupEvery, bad),
		BackupKeep:     backupKeep(f.BackupKeep, bad),
	}
	s.Addr = listenAddr(f.Addr, f.TrustedProxies, bad)
	s.PublicURL = publicURL(f.PublicURL, s.Addr, bad)
	s.PublicURLGiven = strings.TrimSpace(f.PublicURL) != ""
	s.House, s.HouseGiven = f.house(s.PublicURL, bad)
	s.SMTP = smtpURL(f.SMTPURL, s.House.Site, bad)
	f.testSettings(&s, bad)
	return s
}

// listenAddr checks where to listen. Plain HTTP on another interface than loopback would carry passwords and keys in the
// clear, so there must be a proxy in front.
func listenAddr(text, proxies string, bad *SettingsError) string {
	text = strings.TrimSpace(text)
	if text == "" {
		text = DefaultAddr
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		bad.add("TOUCHSTONE_ADDR", "%q is no place to listen; write HOST:PORT, such as %s", text, DefaultAddr)
		return text
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || port != strconv.FormatUint(n, 10) {
		bad.add("TOUCHSTONE_ADDR", "%q is no port; choose a number up to 65535", port)
	}
	if _, err := netip.ParseAddr(host); err != nil && host != "localhost" && host != "" {
		bad.add("TOUCHSTONE_ADDR", "%q is no address of this machine; write an IP address or localhost", host)
		return text
	}
	if !IsLoopback(host) && strings.TrimSpace(proxies) == "" {
		bad.add("TOUCHSTONE_ADDR", "%s is open to the network, and plain HTTP is served on loopback and behind a trusted proxy only; "+
			"listen on 127.0.0.1, or name the proxy that serves HTTPS in TOUCHSTONE_TRUSTED_PROXIES", text)
	}
	return text
}

// IsLoopback reports whether a host, as written in TOUCHSTONE_ADDR, is reached from this machine only.
func IsLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// publicURL checks the address readers use. Without one it is that of a browser on this machine.
func publicURL(text, addr string, bad *SettingsError) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return localURL(addr)
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Opaque != "":
		bad.add("TOUCHSTONE_PUBLIC_URL", "it is no address; write https://HOST")
	case u.Scheme != "http" && u.Scheme != "https":
		bad.add("TOUCHSTONE_PUBLIC_URL", "it must begin with https:// or http://")
	case u.User != nil:
		bad.add("TOUCHSTONE_PUBLIC_URL", "it must hold no user name")
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(text, "#"):
		bad.add("TOUCHSTONE_PUBLIC_URL", "it must end after the host: Touchstone has an origin to itself, without a path; write %s://%s", u.Scheme, u.Host)
	case strings.ContainsFunc(u.Host, func(r rune) bool { return r > 126 || r <= ' ' || strings.ContainsRune(`"<>\^{|}'`, r) }):
		bad.add("TOUCHSTONE_PUBLIC_URL", "write the host in ASCII (xn--…)")
	default:
		return origin(u)
	}
	return localURL(addr)
}

// origin returns scheme and host in lower case, with the port unless it is the scheme's own.
func origin(u *url.URL) string {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	scheme := strings.ToLower(u.Scheme)
	if port == "" || scheme == "http" && port == "80" || scheme == "https" && port == "443" {
		return scheme + "://" + host
	}
	return scheme + "://" + host + ":" + port
}

// localURL returns the address of a browser on this machine. Named localhost rather than by number, because a security
// key cannot be bound to a number.
func localURL(addr string) string {
	_, port, err := net.SplitHostPort(addr)
	if err != nil || port == "0" || port == "" {
		return DefaultPublicURL
	}
	return origin(&url.URL{Scheme: "http", Host: "localhost:" + port})
}

// LocalURL returns the public URL for a server that listens on port without having been given one.
func LocalURL(port int) string { return localURL("localhost:" + strconv.Itoa(port)) }

func trustedProxies(text string, bad *SettingsError) []netip.Prefix {
	var out []netip.Prefix
	for _, one := range list(text) {
		prefix, err := netip.ParsePrefix(one)
		if err != nil {
			ip, iperr := netip.ParseAddr(one)
			if iperr != nil || ip.Zone() != "" {
				bad.add("TOUCHSTONE_TRUSTED_PROXIES", "%q is neither an IP address nor a network such as 10.0.0.0/8", one)
				continue
			}
			prefix = netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen())
		}
		if prefix.Bits() == 0 {
			bad.add("TOUCHSTONE_TRUSTED_PROXIES", "%s would believe everybody; name the proxies", one)
			continue
		}
		out = append(out, prefix.Masked())
	}
	return out
}

func timeZone(text string, bad *SettingsError) *time.Location {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.UTC
	}
	zone, err := time.LoadLocation(text)
	if err != nil || strings.EqualFold(text, "local") {
		bad.add("TOUCHSTONE_TIME_ZONE", "%q is no time zone; write one of the IANA names, such as Europe/Madrid", text)
		return time.UTC
	}
	return zone
}

// house returns the newsroom as the settings name it, and whether they say anything of it.
func (f ServerFlags) house(public string, bad *SettingsError) (House, bool) {
	h := House{Name: strings.TrimSpace(f.HouseName), Site: strings.ToLower(strings.TrimSpace(f.HouseSite)),
		Licence: strings.TrimSpace(f.HouseLicence), Language: strings.TrimSpace(f.HouseLanguage)}
	given := h != House{}
	if h.Name == "" {
		h.Name = "Touchstone"
	}
	if strings.ContainsAny(h.Site, "/:@ ") {
		bad.add("TOUCHSTONE_HOUSE_SITE", "%q is no host; write it without https:// and path", h.Site)
	}
	if h.Site == "" {
		h.Site = hostOf(public)
	}
	h.Site = strings.TrimPrefix(h.Site, "www.")
	if h.Licence == "" {
		h.Licence = "CC-BY-4.0"
	}
	if h.Language == "" {
		h.Language = "en"
	}
	if _, err := language.Parse(h.Language); err != nil {
		bad.add("TOUCHSTONE_HOUSE_LANGUAGE", "%q is no language tag; write one such as en or pt-BR", h.Language)
	}
	return h, given
}

// HouseFromEnvironment returns the house as the environment names it, for a subcommand that is the first to use a database
// and takes no settings of the server itself. What is wrong there is for serve to complain of.
func HouseFromEnvironment(env func(string) string) House {
	f := ServerFlags{
		Addr: env("TOUCHSTONE_ADDR"), PublicURL: env("TOUCHSTONE_PUBLIC_URL"), HouseName: env("TOUCHSTONE_HOUSE_NAME"),
		HouseSite: env("TOUCHSTONE_HOUSE_SITE"), HouseLicence: env("TOUCHSTONE_HOUSE_LICENCE"), HouseLanguage: env("TOUCHSTONE_HOUSE_LANGUAGE"),
	}
	return f.check(new(SettingsError)).House
}

func hostOf(origin string) string {
	u, err := url.Parse(origin)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
