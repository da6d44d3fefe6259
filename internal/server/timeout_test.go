package server_test

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/server"
)

func listen(t *testing.T) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

// TestSlowClientsAreDropped sends halves of requests and nothing more. The whole takes as long as the header's time limit.
func TestSlowClientsAreDropped(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits for the header's time limit, ten seconds")
	}
	s := start(t, server.Config{Mounts: []server.Mounter{routes(hello)}})
	for name, half := range map[string]string{
		"nothing at all":        "",
		"half a request line":   "GET /hel",
		"half a header":         "GET /hello HTTP/1.1\r\nHost: x\r\nX-A: ",
		"a second half request": "GET /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /hel",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", s.addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close() //nolint:errcheck // the test is over with it
			if _, err := io.WriteString(conn, half); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			if err := conn.SetReadDeadline(began.Add(15 * time.Second)); err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(conn)
			if err != nil {
				t.Fatalf("still held after %v: %v", time.Since(began), err)
			}
			if strings.Contains(string(got), "hello") != strings.HasPrefix(half, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n") {
				t.Errorf("got %q", got)
			}
		})
	}
}
