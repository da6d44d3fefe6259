package api_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/api"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// BenchmarkHandler measures the whole server without the network: what a request costs before a byte is on the wire.
func BenchmarkHandler(b *testing.B) {
	env := storetest.New(b)
	first := ""
	for i := range 25 {
		v := env.Published(b, fmt.Sprintf("Claim number %d.", i), "False")
		first = v.Claim.String()
	}
	quiet := slog.New(slog.DiscardHandler)
	l := live.New(env.DB, quiet)
	a := api.New(api.Config{Store: env.DB, Live: l, PublicURL: public, Logger: quiet})
	handle := server.New(server.Config{PublicURL: public, Logger: quiet, Mounts: []server.Mounter{a}, Fast: []server.FastPath{{Route: api.FastRoute, Serve: a.Fast}}}).Handler()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	go l.Run(ctx) //nolint:errcheck // it ends with the benchmark
	l.Wait(ctx, "", 0)
	for name, path := range map[string]string{
		"claim before routing": "/api/v1/claims/" + first, "claim in memory": "/api/v1/claims/" + first + "?&", "list in memory": "/api/v1/claims?limit=20",
		"changes in memory": "/api/v1/changes?after=5", "claim as of (database)": "/api/v1/claims/" + first + "?as_of=2999-01-01", "404": "/api/v1/nothing",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var req fasthttp.Request
			req.SetRequestURI(path)
			req.Header.SetHost("localhost")
			var c fasthttp.RequestCtx
			c.Init(&req, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, nil)
			for b.Loop() {
				c.Response.Reset()
				c.ResetUserValues()
				handle(&c)
				if c.Response.StatusCode() != 200 && name != "404" {
					b.Fatalf("got %d: %s", c.Response.StatusCode(), c.Response.Body())
				}
			}
		})
	}
}
