package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/backup"
	"github.com/touchstone-factcheck/touchstone/internal/config"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/mail"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

type doctorCmd struct {
	config.ServerFlags
	JSON bool `name:"json" help:"Print {\"ok\",\"findings\":[…]} for machines."`
}

// grade says how much a finding matters.
type grade string

const (
	good  grade = "ok"
	note  grade = "note"
	wrong grade = "wrong" // the program ends with 1
)

// finding is one thing doctor looked at.
type finding struct {
	Grade grade  `json:"grade"`
	About string `json:"about"`
	Text  string `json:"text"`
}

// doctor gathers findings.
type doctor struct {
	app      *app
	findings []finding
}

func (d *doctor) find(g grade, about, format string, args ...any) {
	d.findings = append(d.findings, finding{Grade: g, About: about, Text: printable(oneLine(fmt.Sprintf(format, args...)))})
}

// Run looks at everything and says what it found. It changes nothing; a private server that does not run is started for as
// long as it takes to look.
func (c *doctorCmd) Run(ctx context.Context, a *app) error {
	d := &doctor{app: a}
	cfg, set, err := config.CheckAll(a.common, c.ServerFlags, slog.LevelError)
	d.settings(cfg, set, err)
	d.mail(ctx, set)
	if cfg.DataDir != "" {
		a.setLog(cfg)
		d.disk(cfg)
		d.database(ctx, cfg, set)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return d.report(c.JSON)
}

// report prints the findings. It ends the program with 1 when something is wrong.
func (d *doctor) report(asJSON bool) error {
	ok := true
	for _, f := range d.findings {
		ok = ok && f.Grade != wrong
	}
	if asJSON {
		if err := printJSON(d.app.stdout, map[string]any{"ok": ok, "findings": d.findings}); err != nil {
			return err
		}
	} else {
		var rows [][]string
		for _, f := range d.findings {
			rows = append(rows, []string{string(f.Grade), f.About, f.Text})
		}
		if err := table(d.app.stdout, rows); err != nil {
			return err
		}
	}
	if !ok {
		return errSaid
	}
	return nil
}

// settings looks at flags and environment.
func (d *doctor) settings(cfg config.Config, set config.Server, err error) {
	if bad, ok := err.(config.SettingsError); ok { //nolint:errorlint // Check returns it as it is
		for _, p := range bad {
			d.find(wrong, p.Setting, "%s", p.Text)
		}
	}
	for _, name := range config.Unknown(os.Environ()) {
		d.find(note, name, "no setting is called so; is it mistyped?")
	}
	public := "made up for a browser on this machine; set TOUCHSTONE_PUBLIC_URL to the address readers use"
	if set.PublicURLGiven {
		public = "the address readers use"
	}
	d.find(good, "address", "listens on %s; %s: %s", set.Addr, set.PublicURL, public)
	if strings.HasPrefix(set.PublicURL, "https:") && len(set.TrustedProxies) == 0 {
		d.find(note, "proxy", "the public URL is HTTPS, so there is a proxy in front, and TOUCHSTONE_TRUSTED_PROXIES does not name it: every reader counts as that proxy")
	}
	if set.SecretKey != "" {
		d.find(good, "key", "secrets of authenticator apps are sealed with TOUCHSTONE_SECRET_KEY, which no backup holds")
	} else {
		d.find(good, "key", "secrets of authenticator apps are sealed with %s, which no backup holds: keep a copy elsewhere", filepath.Join(cfg.DataDir, secretFile))
	}
	if cfg.Private() {
		d.find(good, "data", "private PostgreSQL in %s", cfg.DataDir)
	} else {
		d.find(good, "data", "DATABASE_URL; automatic backups in %s", cfg.DataDir)
	}
}

// mail looks whether the mail server answers and lets us in. Nothing is sent.
func (d *doctor) mail(ctx context.Context, set config.Server) {
	if set.SMTP == nil {
		d.find(note, "mail", "no TOUCHSTONE_SMTP_URL: no mail is sent")
		return
	}
	sender, err := mail.NewSender(*set.SMTP)
	if err == nil {
		looking, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		err = sender.Check(looking)
	}
	if err != nil {
		d.find(wrong, "mail", "%v", err)
		return
	}
	d.find(good, "mail", "%s answers; mails come from %s", set.SMTP, set.SMTP.From)
}

// disk looks at the room in the data directory.
func (d *doctor) disk(cfg config.Config) {
	free, total, err := diskRoom(cfg.DataDir)
	switch {
	case err != nil:
		d.find(note, "disk", "cannot be asked: %v", err)
	case free < 200<<20:
		d.find(wrong, "disk", "only %s free of %s at %s", size(free), size(total), cfg.DataDir)
	case free < 2<<30 || free < total/20:
		d.find(note, "disk", "%s free of %s at %s", size(free), size(total), cfg.DataDir)
	default:
		d.find(good, "disk", "%s free of %s at %s", size(free), size(total), cfg.DataDir)
	}
}

// database looks into the database.
func (d *doctor) database(ctx context.Context, cfg config.Config, set config.Server) {
	err := d.app.withDatabase(ctx, cfg, pgserver.Attach, func(db *database) error {
		schema, err := store.SchemaOf(ctx, db.ownerURL())
		if err != nil {
			return err
		}
		if db.pg != nil && db.pg.Owned() {
			d.find(note, "serve", "does not run on this data directory; the database was started to be looked at")
		}
		if schema.Fresh || schema.Pending > 0 {
			d.find(wrong, "schema", "%s", standing(schema))
			return nil
		}
		d.find(good, "schema", "%s", standing(schema))
		if schema.Demo {
			d.find(note, "demonstration", "this database is a demonstration's")
		}
		s, err := db.store(ctx, storeOptions{})
		if err != nil {
			return err
		}
		defer s.Close()
		d.vitals(ctx, s)
		d.newsroom(ctx, s)
		d.snapshots(ctx, s)
		d.backups(ctx, db, s, schema.Demo || set.BackupEvery == 0)
		return nil
	})
	if err != nil {
		d.find(wrong, "database", "%s", explain(err))
	}
}

// vitals looks at the server, the jobs and the sizes.
func (d *doctor) vitals(ctx context.Context, s *store.DB) {
	v, err := s.Vitals(ctx)
	if err != nil {
		d.find(wrong, "database", "%s", explain(err))
		return
	}
	d.find(good, "database", "PostgreSQL %s; %d public claims; change feed at %s:%d", v.Version, v.Claims, v.Epoch, v.Seq)
	switch v.Separation {
	case store.SeparatedRoles:
		d.find(good, "roles", "the program cannot switch the ledger's guards off")
	case store.LaidAsideRights:
		d.find(note, "roles", "the program signs in as the owner of the tables and lays those rights aside; a second role that cannot take them up again is safer (TOUCHSTONE_MIGRATE_URL)")
	case store.OneRole:
		d.find(note, "roles", "the program works as the owner of the tables, who could switch the ledger's guards off; give it a role of its own (TOUCHSTONE_MIGRATE_URL)")
	}
	switch {
	case v.StuckJobs > 0:
		d.find(wrong, "jobs", "%d have failed for good or do not end; the log says why", v.StuckJobs)
	case v.OldestJob > 10*time.Minute:
		d.find(wrong, "jobs", "the first one has been waiting for %s; does serve or worker run?", ago(v.OldestJob))
	default:
		d.find(good, "jobs", "%d waiting, %d to be tried again", v.Jobs["available"], v.Jobs["retryable"])
	}
	if v.Unmapped > 0 {
		d.find(note, "labels", "%d labels of imported publishers are read on no scale, and their verdicts show the label alone: %s", v.Unmapped, some(v.Labels))
	}
	var large []string
	for _, t := range v.Tables {
		large = append(large, t.Name+" "+size(t.Bytes))
	}
	d.find(good, "size", "%s; the largest tables: %s", size(v.Bytes), strings.Join(large, ", "))
}

// some lists labels for a person, shortened.
func some(labels []string) string {
	var out []string
	for _, l := range labels {
		if runes := []rune(l); len(runes) > 40 {
			l = string(runes[:40]) + "…"
		}
		out = append(out, l)
	}
	return strings.Join(out, ", ")
}

// newsroom looks at the house and its people.
func (d *doctor) newsroom(ctx context.Context, s *store.DB) {
	p, err := s.Publication(ctx)
	switch {
	case err != nil:
		d.find(wrong, "house", "%s", explain(err))
	case p.Name == "":
		d.find(note, "house", "it has no name yet; serve gives it one at its first start")
	default:
		d.find(good, "house", "%s (%s), %s", p.Name, p.Site, p.Licence)
	}
	people, err := s.Persons(ctx, factcheck.Operator())
	if err != nil {
		d.find(wrong, "people", "%s", explain(err))
		return
	}
	roles := map[factcheck.Role]int{}
	for _, one := range people {
		if one.DisabledAt == nil {
			roles[one.Role]++
		}
	}
	g := good
	text := fmt.Sprintf("%d checkers, %d editors, %d admins", roles[factcheck.RoleChecker], roles[factcheck.RoleEditor], roles[factcheck.RoleAdmin])
	if roles[factcheck.RoleEditor]+roles[factcheck.RoleAdmin] == 0 {
		g, text = note, text+"; nobody can approve a verdict: touchstone user add --role editor"
	}
	d.find(g, "people", "%s", text)
}

// snapshots looks at what the kept pages of articles take, and how fast that grows.
func (d *doctor) snapshots(ctx context.Context, s *store.DB) {
	v, err := s.SnapshotVitals(ctx)
	if err != nil {
		d.find(wrong, "snapshots", "%s", explain(err))
		return
	}
	rules, _, err := s.ArticleRules(ctx, factcheck.Operator())
	if err != nil {
		d.find(wrong, "snapshots", "%s", explain(err))
		return
	}
	g, kept := good, "all of them are kept"
	switch {
	case rules.KeepDays > 0:
		kept = fmt.Sprintf("kept for %d days", rules.KeepDays)
	case rules.KeepPerArticle > 0:
		kept = fmt.Sprintf("the newest %d of an article are kept", rules.KeepPerArticle)
	case v.Last30Days > 5<<30:
		g, kept = note, kept+"; touchstone article rules sets a limit"
	}
	d.find(g, "snapshots", "%d of articles' pages, %s in %s; %s more in the last 30 days; %s", v.Snapshots, size(v.Bytes), size(v.Stored), size(v.Last30Days), kept)
}

// backups looks at how much work could be lost. unneeded says that none are expected.
func (d *doctor) backups(ctx context.Context, db *database, s *store.DB, unneeded bool) {
	const old, tooOld = 26 * time.Hour, 7 * 24 * time.Hour
	since, err := s.BackedUpSince(ctx)
	last, lastErr := s.LastBackup(ctx)
	age := time.Since(since)
	switch {
	case err != nil:
		d.find(wrong, "backup", "%s", explain(err))
	case lastErr != nil && unneeded:
		d.find(note, "backup", "never, and none are to be made automatically")
	case lastErr != nil:
		d.find(gradeOf(age, old, tooOld), "backup", "never; this database was set up %s ago, and touchstone backup FILE writes one", ago(age))
	default:
		g := gradeOf(age, old, tooOld)
		if unneeded && g == wrong {
			g = note
		}
		d.find(g, "backup", "the last one is %s old: %s (%s)", ago(age), last.File, size(last.Bytes))
		if _, err := os.Stat(last.File); err != nil {
			d.find(note, "backup", "the last one is not where it was written; was it moved to a safer place?")
		}
	}
	srv, err := db.server()
	if err != nil {
		d.find(wrong, "backup", "%s", explain(err))
		return
	}
	if err := backup.CheckTools(ctx, srv); err != nil {
		d.find(wrong, "backup", "%s", explain(err))
	}
	if kept, err := backup.KeptDatabases(ctx, srv); err == nil {
		for _, k := range kept {
			d.find(note, "restore", "%s (%s) is what a restore has replaced; touchstone restore --drop-old drops it", k.Name, size(k.Bytes))
		}
	}
}

func gradeOf(age, old, tooOld time.Duration) grade {
	switch {
	case age > tooOld:
		return wrong
	case age > old:
		return note
	}
	return good
}
