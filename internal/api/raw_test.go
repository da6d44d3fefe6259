package api_test

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/api"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// exchange sends bytes to a host and reads one response to req.
func exchange(t testing.TB, req *http.Request, host, request string) answer {
	t.Helper()
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // it was read
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	if err != nil {
		t.Fatalf("%.80q: %v", request, err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%.80q: %v", request, err)
	}
	return answer{resp, body}
}

func withPublicURL(u string) func(*api.Config) { return func(c *api.Config) { c.PublicURL = u } }

// reopened returns env with its database opened once more, through another address.
func reopened(t testing.TB, env *storetest.Env, dsn string) *storetest.Env {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{URL: dsn, Now: env.Clock.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	other := *env
	other.DB = db
	return &other
}
