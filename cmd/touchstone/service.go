package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/riverqueue/river/rivertype"

	"github.com/touchstone-factcheck/touchstone/internal/api"
	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/config"
	"github.com/touchstone-factcheck/touchstone/internal/courier"
	"github.com/touchstone-factcheck/touchstone/internal/export"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/googlecompat"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
	"github.com/touchstone-factcheck/touchstone/internal/jobs"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/mcp"
	"github.com/touchstone-factcheck/touchstone/internal/newsroom"
	"github.com/touchstone-factcheck/touchstone/internal/observe"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/internal/site"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/webhook"
	"github.com/touchstone-factcheck/touchstone/web"
)

const (
	// drainPatience is how long running requests may take to finish at the end.
	drainPatience = 10 * time.Second
	// stopPatience is how long running jobs may; River breaks them off after ten seconds.
	stopPatience = 12 * time.Second
	// closePatience is how long connections may be in use after that. What they were doing is rolled back.
	closePatience = 3 * time.Second
)

// service is a process that serves or works jobs, with all its parts.
type service struct {
	app      *app
	d        *database
	db       *store.DB
	set      config.Server
	log      *slog.Logger
	metrics  *observe.Metrics
	live     *live.Live
	finder   *finder.Finder
	courier  *courier.Courier // nil: no mail is sent
	site     *site.Site
	desk     *newsroom.Newsroom
	partners *api.API // set with the server
	hooks    *webhook.Hooks
}

// newService wires what every service has. Nothing runs yet.
func (a *app) newService(d *database, db *store.DB, set config.Server) *service {
	s := &service{app: a, d: d, db: db, set: set, log: a.log, metrics: observe.NewMetrics(a.build)}
	s.metrics.Ask("database", func(ctx context.Context) ([]observe.Sample, error) { return pulse(ctx, db) })
	s.metrics.Ask("pool", func(context.Context) ([]observe.Sample, error) { return pool(db), nil })
	return s
}

// furnishSite makes the readers' site and the newsroom, which know the public URL.
func (s *service) furnishSite() error {
	s.live = live.New(s.db, s.log)
	var err error
	if s.finder, err = finder.New(finder.Config{Store: s.db, Live: s.live, Dir: finder.Directory(s.d.cfg.DataDir), Logger: s.log}); err != nil {
		return err
	}
	s.metrics.Ask("search", func(context.Context) ([]observe.Sample, error) { return indexed(s.finder), nil })
	sealer, err := s.d.sealer(s.set.SecretKey)
	if err != nil {
		return err
	}
	if s.courier, err = s.d.courier(s.db, s.set, sealer); err != nil {
		return err
	}
	s.site = site.New(site.Config{
		Store: s.db, Live: s.live, Finder: s.finder, Sealer: sealer, Courier: s.courier, PublicURL: s.set.PublicURL, Zone: s.set.TimeZone, Version: s.app.build.Short(), Logger: s.log, Dev: s.set.Dev,
		Limits: api.Limits(), Document: func() []byte { return s.partners.Document() },
	})
	fetcher, err := fetch.New(fetch.Config{
		UserAgent: fetch.UserAgent(s.app.build.Short(), s.set.PublicURL), Allow: s.set.FetchAllow, Resolver: s.set.Resolver, Log: s.log,
	})
	if err != nil {
		return err
	}
	if err := s.furnishWebhooks(sealer); err != nil {
		return err
	}
	s.desk = newsroom.New(newsroom.Config{
		Store: s.db, Finder: s.finder, Intake: ingest.New(s.db, fetcher, s.log), PublicURL: s.set.PublicURL, Zone: s.set.TimeZone, Logger: s.log, Sealer: sealer, Webhooks: s.hooks, Mail: s.courier != nil, Preview: s.site.PreviewClaim,
		PreviewCard: s.site.PreviewCard,
	})
	return nil
}

// furnishWebhooks makes what sends webhooks, with a fetcher of its own: slow receivers must not keep articles waiting.
func (s *service) furnishWebhooks(sealer *auth.Sealer) error {
	fetcher, err := fetch.New(fetch.Config{
		UserAgent: fetch.UserAgent(s.app.build.Short(), s.set.PublicURL), Allow: s.set.FetchAllow, Resolver: s.set.Resolver, Log: s.log, Limits: webhook.Limits(),
	})
	if err != nil {
		return err
	}
	s.hooks = webhook.New(webhook.Config{Store: s.db, Sealer: sealer, Fetcher: fetcher, PublicURL: s.set.PublicURL, Logger: s.log})
	s.live.OnMove(func(store.Moved) { s.hooks.Wake() })
	return nil
}

// serve serves until ctx ends or something breaks, and then stops in good order: /readyz says so, requests are drained,
// jobs finish. ready, if not nil, is called once it serves.
func (s *service) serve(ctx context.Context, ready func() error) error {
	ln, err := listen(ctx, s.set.Addr)
	if err != nil {
		return err
	}
	s.nameAddress(ln.Addr())
	if err := s.furnishSite(); err != nil {
		return errors.Join(err, ln.Close())
	}
	if err := s.db.KeepStaticFiles(ctx, web.Files()); err != nil {
		s.log.Warn("the static files of this version could not be kept for others", "error", err)
	}
	front := s.server()
	stopWork, err := s.work(ctx)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	served := make(chan error, 1)
	go func() { served <- front.Serve(ln) }()
	s.log.Info("serving", "address", ln.Addr().String(), "public_url", s.set.PublicURL, "database", s.d.name())
	if ready != nil {
		err = ready()
	}
	debug.FreeOSMemory() // hashing and migrating took much that serving does not need
	settling, settled := context.WithCancel(ctx)
	defer settled()
	go settle(settling)
	if err == nil {
		err = s.wait(ctx, served)
	}
	s.log.Info("stopping")
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainPatience)
	defer cancel()
	if derr := front.Shutdown(drain); derr != nil {
		s.log.Warn("requests were broken off", "error", derr)
	}
	err = errors.Join(err, stopWork())
	s.log.Info("stopped")
	return err
}

// wait returns nil when ctx ends, and an error when serving or the database does.
func (s *service) wait(ctx context.Context, served <-chan error) error {
	var gone <-chan struct{}
	if s.d.pg != nil {
		gone = s.d.pg.Done()
	}
	select {
	case <-ctx.Done():
		return nil
	case err := <-served:
		return err
	case <-gone:
		return fmt.Errorf("the private PostgreSQL is gone: %w", s.d.pg.Err())
	}
}

// server wires the HTTP server.
func (s *service) server() *server.Server {
	limits := ratelimit.Policy{}
	if !s.set.RateLimit {
		limits = ratelimit.Policy{Name: "none", Quota: 1_000_000_000, Window: time.Minute, Local: true}
	}
	s.partners = api.New(api.Config{
		Store: s.db, Live: s.live, Finder: s.finder, PublicURL: s.set.PublicURL, Version: s.app.build.Short(), Logger: s.log,
		KeyHolder: s.db.KeyHolder, Webhooks: s.hooks, Anonymous: limits, Key: limits, Daily: limits,
	})
	google := googlecompat.New(googlecompat.Config{Store: s.db, Finder: s.finder, PublicURL: s.set.PublicURL, Admit: s.partners.Admit})
	assistants := mcp.New(mcp.Config{Store: s.db, Finder: s.finder, PublicURL: s.set.PublicURL, Version: s.app.build.Short(), Logger: s.log, Admit: s.partners.Admit})
	return server.New(server.Config{
		PublicURL: s.set.PublicURL, TrustedProxies: s.set.TrustedProxies, Logger: s.log, Metrics: s.metrics, MetricsToken: s.set.MetricsToken,
		Checks: []server.Check{{Name: "database", Run: s.db.Ping}, {Name: "migrations", Run: s.db.CheckSchema}, {Name: "jobs", Run: s.db.CheckQueue}},
		Fast:   []server.FastPath{{Route: "/claims/:slug", Serve: s.site.FastClaim}, {Route: "pages", Serve: s.site.FastPage}, {Route: api.FastRoute, Serve: s.partners.Fast}}, ErrorPage: s.desk.ErrorPage(s.site.RenderError), Mounts: []server.Mounter{s.site, s.desk, s.partners, google, assistants}, LargeBody: s.desk.LargeBody, Count: s.partners.Count, OnDrain: s.live.Release,
	})
}

// work begins to follow the feed and to work jobs, and returns the function that ends both.
func (s *service) work(ctx context.Context) (stop func() error, err error) {
	workers, err := jobs.New(s.db.Pool(), jobs.Config{
		Tell: s.tellFollowers, SendMail: s.mailer(), Render: s.site.RenderClaim, Backup: s.backupIfDue, BackupLook: min(s.set.BackupEvery, time.Hour), Logger: s.log, Observe: s.metrics.ObserveJob,
		PublishDue: func(ctx context.Context, submission int64) error {
			return s.db.PublishDue(ctx, factcheck.System(), submission)
		},
		ExpireTips: func(ctx context.Context) error { // each for itself: one that fails keeps no address from being erased by another
			me := factcheck.System()
			_, tips := s.db.ExpireTips(ctx, me)
			_, complaints := s.db.ExpireComplaints(ctx, me)
			return errors.Join(tips, complaints, s.db.TendImports(ctx, me), s.db.TendFollowers(ctx, me), s.db.TendBudgets(ctx), s.db.TendFiled(ctx), s.db.TendWebhooks(ctx, me), s.db.TendUsage(ctx))
		},
		Import: s.db.RunImport,
		PruneSnapshots: func(ctx context.Context) error {
			_, err := s.db.PruneSnapshots(ctx, factcheck.System())
			return errors.Join(err, s.db.KeepStaticFiles(ctx, web.Files())) // for this node runs for months, perhaps
		},
		TendEditions: func(ctx context.Context) error {
			_, err := s.db.CountMonths(ctx, factcheck.System())
			return errors.Join(err, export.Tend(ctx, s.db, s.set.PublicURL, s.log))
		},
		Suggest: func(ctx context.Context, article factcheck.ArticleID) error {
			_, err := s.finder.Suggest(ctx, factcheck.System(), article)
			return err
		},
	})
	if err != nil {
		return nil, err
	}
	following, unfollow := context.WithCancel(context.WithoutCancel(ctx))
	followed := make(chan error, 1)
	go func() {
		found := make(chan error, 1)
		go func() { found <- s.finder.Run(following) }()
		sent := make(chan error, 1)
		go func() { sent <- s.hooks.Run(following) }()
		followed <- errors.Join(s.live.Run(following), <-found, <-sent)
	}()
	if err := workers.Start(ctx); err != nil {
		unfollow()
		return nil, errors.Join(err, <-followed)
	}
	return func() error {
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
		defer cancel()
		err := workers.Stop(patience)
		unfollow()
		return errors.Join(err, <-followed)
	}, nil
}

// nameAddress makes the public URL fit the listener when none was given: a browser on this machine must get by with it.
func (s *service) nameAddress(addr net.Addr) {
	tcp, ok := addr.(*net.TCPAddr)
	if ok && !s.set.PublicURLGiven && tcp.IP.IsLoopback() {
		s.set.PublicURL = config.LocalURL(tcp.Port)
	}
}

// listen takes the address, or says who to ask for it.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, factcheck.Conflict("another program listens on %s already; stop it, or choose another place with --addr", addr)
	case errors.Is(err, syscall.EACCES):
		return nil, factcheck.Forbidden("this user may not listen on %s; choose a port from 1024 with --addr", addr)
	case err != nil:
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return ln, nil
}

// closeStore closes the connections, and gives up on those that are still in use: the server rolls back what they did.
func closeStore(db *store.DB) {
	closed := make(chan struct{})
	go func() {
		db.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(closePatience):
	}
}

// conns is how many connections a service may open: enough for its requests, and for the five that the queue and the feed
// keep. pool_max_conns in DATABASE_URL says otherwise.
func (d *database) conns() int32 {
	if strings.Contains(d.cfg.DatabaseURL, "pool_max_conns") {
		return 0
	}
	return 24
}

// pulse returns what the database says of itself.
func pulse(ctx context.Context, db *store.DB) ([]observe.Sample, error) {
	p, err := db.Pulse(ctx)
	if err != nil {
		return nil, err
	}
	out := []observe.Sample{{Name: "feed_seq", Help: "Head of the change feed.", Value: float64(p.Seq), Counter: true}}
	for _, state := range rivertype.JobStates() { // all of them: a rule that watches one must find it
		out = append(out, observe.Sample{Name: "jobs", Help: "Background jobs by state.", Label: "state", Of: string(state), Value: float64(p.Jobs[string(state)])})
	}
	return out, nil
}

// pool returns the state of the connections.
func pool(db *store.DB) []observe.Sample {
	s := db.Pool().Stat()
	return []observe.Sample{
		{Name: "db_connections", Help: "Connections to the database.", Label: "state", Of: "in_use", Value: float64(s.AcquiredConns())},
		{Name: "db_connections", Help: "Connections to the database.", Label: "state", Of: "idle", Value: float64(s.IdleConns())},
		{Name: "db_connections", Help: "Connections to the database.", Label: "state", Of: "opening", Value: float64(s.ConstructingConns())},
		{Name: "db_connections_max", Help: "Most connections at a time.", Value: float64(s.MaxConns())},
		{Name: "db_acquires_total", Help: "Connections that were asked for.", Value: float64(s.AcquireCount()), Counter: true},
		{Name: "db_waits_total", Help: "Times somebody had to wait for a connection.", Value: float64(s.EmptyAcquireCount()), Counter: true},
		{Name: "db_wait_seconds_total", Help: "Time spent waiting for connections.", Value: s.AcquireDuration().Seconds(), Counter: true},
	}
}

// indexed returns how the search index stands.
func indexed(f *finder.Finder) []observe.Sample {
	st := f.State()
	ready := 0.0
	if st.Ready {
		ready = 1
	}
	return []observe.Sample{
		{Name: "search_ready", Help: "1 when the search index answers, 0 while the database answers in its place.", Value: ready},
		{Name: "search_claims", Help: "Claims in the search index.", Label: "index", Of: "public", Value: float64(st.Claims)},
		{Name: "search_claims", Help: "Claims in the search index.", Label: "index", Of: "unpublished", Value: float64(st.Unpublished)},
		{Name: "search_bytes", Help: "Memory the search index takes, about.", Value: float64(st.Bytes)},
		{Name: "search_seq", Help: "Number of the change feed the search index stands at.", Value: float64(st.Seq), Counter: true},
	}
}
