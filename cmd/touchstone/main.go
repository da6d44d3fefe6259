// Touchstone is a claim tracker for fact-checking newsrooms. This command is all of it: the server, its background work,
// and what an operator does from a terminal; touchstone --help lists the subcommands.
//
// It ends with 0 when all went well, 1 when something did not, 2 when it was called the wrong way or a setting is wrong, and
// 130 when it was interrupted. What a machine reads goes to standard output, everything else to standard error.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/touchstone-factcheck/touchstone/internal/config"
	"github.com/touchstone-factcheck/touchstone/internal/observe"
)

func main() {
	os.Exit(run(os.Args[1:]))
}

// cli is the command line. Flags at its top are taken by every subcommand.
type cli struct {
	config.Flags `embed:"" group:"Flags of every command:"`

	Serve     serveCmd     `cmd:"" help:"Serve pages and API and work the background jobs."`
	Worker    workerCmd    `cmd:"" help:"Work the background jobs only."`
	Demo      demoCmd      `cmd:"" name:"demo" help:"Serve the demonstration newsroom; prints its sign-ins."`
	Migrate   migrateCmd   `cmd:"" help:"Bring the database's schema up to date, or look at it."`
	User      userCmd      `cmd:"" help:"The people of the newsroom."`
	APIKey    apikeyCmd    `cmd:"" name:"apikey" help:"Keys of partners and programs."`
	Publisher publisherCmd `cmd:"" help:"Publishers whose checks were imported."`
	Import    importCmd    `cmd:"" help:"Take fact-checks in from files."`
	Article   articleCmd   `cmd:"" help:"Articles: take one in, write out what was kept."`
	Match     matchCmd     `cmd:"" help:"Which known claims does a text make? And how well that is found out."`
	Export    exportCmd    `cmd:"" help:"Write everything that is public to a file."`
	Backup    backupCmd    `cmd:"" help:"Write the whole database into one file."`
	Restore   restoreCmd   `cmd:"" help:"Restore a backup, or prove that it can be."`
	Mail      mailCmd      `cmd:"" help:"Mails to readers: how they do, one to try it out, erasing an address."`
	Doctor    doctorCmd    `cmd:"" help:"Say what is configured, reachable, wrong, old and large."`
	Version   versionCmd   `cmd:"" help:"Say which program this is."`
}

// app is what the subcommands share.
type app struct {
	common config.Flags
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	log    *slog.Logger
	build  observe.Build
}

// run is the program. The first signal ends the context of whatever runs; a second one kills the process.
func run(args []string) int {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup means what it says
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	defer stop()
	context.AfterFunc(ctx, stop)

	a := &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, build: observe.ReadBuild()}
	a.log = observe.NewLogger(a.stderr, observe.LogOptions{Format: "auto", Level: slog.LevelWarn})
	return a.run(ctx, args)
}

func (a *app) run(ctx context.Context, args []string) int {
	var line cli
	helped := false
	parser, err := kong.New(&line, kong.Name("touchstone"), kong.Writers(a.stdout, a.stderr), kong.Exit(func(int) { helped = true }),
		kong.Description("A claim tracker for fact-checking newsrooms. Settings are taken by flag, then from the environment."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(a))
	if err != nil {
		fmt.Fprintln(a.stderr, "touchstone:", err)
		return 1
	}
	if len(args) == 0 {
		return a.wrongUse("touchstone", "say what to do, such as touchstone serve")
	}
	chosen, err := parser.Parse(args)
	if helped {
		return 0
	}
	if err != nil {
		return a.wrongUse(commandOf(err), err.Error())
	}
	a.common = line.Flags
	return a.exitCode(ctx, "touchstone "+wordsOf(chosen), chosen.Run())
}

// commandOf returns the command that was being called when its parsing failed, as it is typed.
func commandOf(err error) string {
	if wrong, ok := errors.AsType[*kong.ParseError](err); ok && wrong.Context != nil {
		return strings.TrimSpace("touchstone " + wordsOf(wrong.Context))
	}
	return "touchstone"
}

// wordsOf returns the subcommand's words, without arguments.
func wordsOf(c *kong.Context) string {
	var words []string
	for _, step := range c.Path {
		if step.Command != nil {
			words = append(words, step.Command.Name)
		}
	}
	return strings.Join(words, " ")
}
