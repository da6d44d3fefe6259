// Package config reads the program's settings: a flag first, then the environment, then a default. Everything that is
// wrong is collected and told in one message, so that nobody mends one setting only to be told of the next.
//
// The structs of flags carry tags for the command-line parser, which fills them with text; Check turns text into values.
// A setting that is given but empty counts as absent.
package config

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
)

// Flags are the settings that every subcommand takes.
type Flags struct {
	DataDir     string `name:"data-dir" env:"TOUCHSTONE_DATA_DIR" placeholder:"DIR" help:"Directory of the private database, and of automatic backups."`
	Demo        bool   `name:"demo" help:"Work on the demonstration's data directory, unless --data-dir names one."`
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" placeholder:"URL" help:"PostgreSQL database to use. Without it a private server is run in the data directory."`
	MigrateURL  string `name:"migrate-url" env:"TOUCHSTONE_MIGRATE_URL" placeholder:"URL" help:"The same database as the role that owns its tables, for migrations, backup and restore. Without it, the database URL."`
	LogLevel    string `name:"log-level" env:"TOUCHSTONE_LOG_LEVEL" placeholder:"LEVEL" help:"Least level to log: debug, info, warn or error."`
	LogFormat   string `name:"log-format" env:"TOUCHSTONE_LOG_FORMAT" placeholder:"FORMAT" help:"text, json or auto: text on a terminal, JSON elsewhere."`
}

// Config is what every subcommand needs to know.
type Config struct {
	DataDir     string // absolute
	Demo        bool   // the demonstration's data directory was asked for
	DatabaseURL string // empty: the private server of DataDir
	MigrateURL  string // empty: the same as DatabaseURL
	LogLevel    slog.Level
	LogFormat   string // text, json or auto
}

// Private reports whether the program runs on the private server of its data directory.
func (c Config) Private() bool { return c.DatabaseURL == "" }

// OwnerURL returns the URL that migrations use when there is no private server.
func (c Config) OwnerURL() string {
	if c.MigrateURL != "" {
		return c.MigrateURL
	}
	return c.DatabaseURL
}

// Problem is one setting that is wrong. Text is for a person and holds no secret.
type Problem struct {
	Setting string `json:"setting"` // as it is called in the environment
	Text    string `json:"text"`
}

// SettingsError is all settings that are wrong, as one error.
type SettingsError []Problem

// Error returns one line for one problem, and a heading with a line each for more.
func (p SettingsError) Error() string {
	if len(p) == 1 {
		return p[0].Setting + ": " + p[0].Text
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d settings are wrong:", len(p))
	for _, one := range p {
		fmt.Fprintf(&b, "\n  %s: %s", one.Setting, one.Text)
	}
	return b.String()
}

// err returns the problems as an error, or nil when there are none.
func (p SettingsError) err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// add notes a problem.
func (p *SettingsError) add(setting, format string, args ...any) {
	*p = append(*p, Problem{Setting: setting, Text: fmt.Sprintf(format, args...)})
}

// Check reads the flags. level is what is logged when nothing is said about it. The error is of type SettingsError.
func (f Flags) Check(level slog.Level) (Config, error) {
	var bad SettingsError
	c := f.check(level, &bad)
	return c, bad.err()
}

func (f Flags) check(level slog.Level, bad *SettingsError) Config {
	c := Config{
		Demo:        f.Demo,
		DatabaseURL: databaseURL(f.DatabaseURL, "DATABASE_URL", bad),
		MigrateURL:  databaseURL(f.MigrateURL, "TOUCHSTONE_MIGRATE_URL", bad),
		LogLevel:    level,
		LogFormat:   "auto",
	}
	if c.MigrateURL != "" && strings.TrimSpace(f.DatabaseURL) == "" {
		bad.add("TOUCHSTONE_MIGRATE_URL", "it goes with DATABASE_URL, which is not set")
	}
	dir, err := dataDir(f.DataDir, f.Demo)
	if err != nil {
		bad.add("TOUCHSTONE_DATA_DIR", "%v", err)
	}
	c.DataDir = dir
	if text := strings.TrimSpace(f.LogLevel); text != "" {
		if err := c.LogLevel.UnmarshalText([]byte(text)); err != nil {
			bad.add("TOUCHSTONE_LOG_LEVEL", "%q is no level; choose debug, info, warn or error", text)
		}
	}
	if text := strings.ToLower(strings.TrimSpace(f.LogFormat)); text != "" {
		c.LogFormat = text
		if text != "text" && text != "json" && text != "auto" {
			bad.add("TOUCHSTONE_LOG_FORMAT", "%q is no format; choose text, json or auto", text)
		}
	}
	return c
}

// dataDir returns the absolute data directory: the one given, which holds for every subcommand, else the usual one, which
// the demonstration has for itself.
func dataDir(given string, demo bool) (string, error) {
	if given == "" {
		return pgserver.DefaultDataDir(demo)
	}
	dir, err := filepath.Abs(given)
	if err != nil {
		return "", fmt.Errorf("find the directory %s: %w", given, err)
	}
	return dir, nil
}

// databaseURL checks the form of a connection string. Its text is never repeated: it may hold a password.
func databaseURL(text, setting string, bad *SettingsError) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	if !strings.Contains(text, "://") && !strings.Contains(text, "=") {
		bad.add(setting, "it is no address of a database; write postgres://user:password@host/database")
		return ""
	}
	if scheme, _, found := strings.Cut(text, "://"); found && scheme != "postgres" && scheme != "postgresql" && !strings.Contains(scheme, "=") {
		bad.add(setting, "Touchstone works on PostgreSQL only; write postgres://user:password@host/database")
		return ""
	}
	cfg, err := pgxpool.ParseConfig(text)
	if err != nil {
		bad.add(setting, "it cannot be read; write postgres://user:password@host/database")
		return ""
	}
	if cfg.ConnConfig.Database == "" {
		bad.add(setting, "it names no database; write postgres://user:password@host/database")
	}
	return text
}
