// Benchmain is the program behind make bench and make soak.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/touchstone-factcheck/touchstone/internal/bench"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run measures (bench) or proves at length (soak).
func run(ctx context.Context, args []string) error {
	if len(args) == 0 || args[0] != "bench" && args[0] != "soak" {
		return errors.New("say bench or soak")
	}
	o := bench.Options{Out: os.Stdout}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.StringVar(&o.Program, "program", "bin/touchstone", "the program to measure")
	flags.StringVar(&o.Only, "only", "", "names of what to run, with commas between; all unless given")
	do := measure
	if args[0] == "soak" {
		do = bench.Soak
		flags.IntVar(&o.Claims, "claims", 1_000_000, "growth: claims in the large house; search: claims of the largest index")
		flags.IntVar(&o.Followers, "followers", 2000, "feed: followers at once")
		flags.IntVar(&o.Publications, "publications", 1000, "feed: publications while they follow")
		flags.IntVar(&o.Attacks, "attacks", 10_000, "attacks: hostile requests")
		flags.IntVar(&o.Kills, "kills", 20, "kills: of an import, and of a serving program")
	} else {
		flags.IntVar(&o.Claims, "claims", 20_000, "claims in the database")
		flags.IntVar(&o.Rounds, "rounds", 3, "rounds of each pair")
		flags.IntVar(&o.Seconds, "seconds", 4, "seconds of load in each round")
		flags.IntVar(&o.Conns, "conns", 64, "connections")
	}
	if err := flags.Parse(args[1:]); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("what is %q? settings begin with a dash, see %s -help", flags.Arg(0), args[0])
	}
	return do(ctx, o)
}

func measure(ctx context.Context, o bench.Options) (err error) {
	for _, inProcess := range []func(context.Context, bench.Options) (bool, error){bench.Search, bench.Match, bench.Newsroom, bench.Memory, bench.Followers} {
		if alone, err := inProcess(ctx, o); alone || err != nil {
			return err
		}
	}
	f, err := bench.NewFixture(ctx, o)
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	pairs, stop, err := bench.Pairs(ctx, f, o)
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	defer func() { err = errors.Join(err, stop()) }()
	results, err := bench.Run(ctx, o, pairs)
	if perr := bench.Print(os.Stdout, o, results); err == nil {
		err = perr
	}
	return err
}
