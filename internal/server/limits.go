package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/problem"
)

// The limits of a connection. fasthttp's own are none: a header sent halfway would be held for ever.
const (
	headerTimeout  = 10 * time.Second // from connecting, or from the first byte of a later request, to the end of the header
	bodyTimeout    = 30 * time.Second // for the body, from the end of the header
	largeTimeout   = 2 * time.Minute  // for a body of more than maxBody
	writeTimeout   = 60 * time.Second // for sending the response
	idleTimeout    = 75 * time.Second // between requests; longer than the 60 s after which proxies give up theirs
	maxHeader      = 16 << 10         // request line and header together
	writeBuffer    = 16 << 10         // a finished page with its header leaves in one write
	maxBody        = 1 << 20
	restLimit      = 16 << 20 // of a body that is too large: how much is taken before it is refused
	restTime       = 5 * time.Second
	restPause      = 250 * time.Millisecond // without a byte, after which the client is taken to have stopped
	maxConnections = 16 << 10
	// requestTimeout is how long a handler may take. Longer work is a job; what waits on purpose sets its own.
	requestTimeout = 20 * time.Second
)

// noBody is the length that fasthttp gives a request that names none and sends no chunks: it has no body (RFC 9112 section 6.3).
const noBody = -2

func newFastServer(s *Server) *fasthttp.Server {
	return &fasthttp.Server{
		Handler:                      s.handle,
		ErrorHandler:                 s.handleReadError,
		HeaderReceived:               s.requestLimits,
		ReadTimeout:                  headerTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		ReadBufferSize:               maxHeader,
		WriteBufferSize:              writeBuffer,
		MaxRequestBodySize:           maxBody,
		Concurrency:                  maxConnections,
		CloseOnShutdown:              true,
		LazyRequestTime:              true, // handle looks at the clock itself
		DisablePreParseMultipartForm: true, // or uploads would be parsed, and spilled to disk, before anybody asked
		NoDefaultServerHeader:        true,
		NoDefaultContentType:         true,
		Logger:                       fastLogger{s.log},
	}
}

// requestLimits gives a request that has a body the time to send it, and one that Config.LargeBody vouches for the room
// too. Who may send how much is decided before any of it is read.
func (s *Server) requestLimits(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	n := h.ContentLength()
	if n == 0 || n == noBody {
		return fasthttp.RequestConfig{}
	}
	if n > maxBody || n < 0 {
		if limit := s.bodyLimit(h); limit > maxBody {
			return fasthttp.RequestConfig{ReadTimeout: largeTimeout, MaxRequestBodySize: limit}
		}
	}
	return fasthttp.RequestConfig{ReadTimeout: bodyTimeout}
}

// bodyLimit returns the most bytes that the body of a request may have.
func (s *Server) bodyLimit(h *fasthttp.RequestHeader) int {
	if s.cfg.LargeBody == nil {
		return maxBody
	}
	return max(maxBody, s.cfg.LargeBody(h))
}

// handleReadError answers a request that could not be read. The connection is closed behind it.
func (s *Server) handleReadError(ctx *fasthttp.RequestCtx, err error) {
	var (
		small *fasthttp.ErrSmallBuffer
		net   net.Error
	)
	status, detail := http.StatusBadRequest, "the request is not HTTP that this server understands"
	switch {
	case errors.As(err, &small):
		status, detail = http.StatusRequestHeaderFieldsTooLarge, fmt.Sprintf("address and header together are limited to %d KiB", maxHeader>>10)
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		status, detail = http.StatusRequestEntityTooLarge, fmt.Sprintf("a request's body is limited to %d MiB here", s.bodyLimit(&ctx.Request.Header)>>20)
	case errors.As(err, &net) && net.Timeout():
		status, detail = http.StatusRequestTimeout, "the request did not arrive in time"
	}
	if path := pathOf(err); path != "" {
		ctx.Request.SetRequestURI(path) // so that the answer is in the language of the address, and a document where it is the API's
	}
	info := s.identify(ctx)
	s.setSecurityHeaders(ctx)
	ctx.Response.Header.Set("X-Request-Id", info.ID)
	s.log.LogAttrs(ctx, slog.LevelDebug, "request not read", slog.String("request_id", info.ID), slog.Int("status", status),
		slog.String("client", info.Client.String()), slog.Any("error", err))
	if status == http.StatusRequestEntityTooLarge {
		takeRest(ctx)
	}
	s.fail(ctx, problem.New(status, detail))
}

// pathOf returns the beginning of the path of a request whose head was too long: fasthttp quotes the first bytes of what it read in
// its error, and nowhere else. Empty if it does not, or if that is no path of ours.
func pathOf(err error) string {
	found := quotedPath.FindStringSubmatch(err.Error())
	if found == nil {
		return ""
	}
	return found[1]
}

var quotedPath = regexp.MustCompile(`"(?:GET|HEAD|POST) (/[A-Za-z0-9/._-]*)`) //nolint:gochecknoglobals // a constant

// takeRest reads what is still coming of a body that is too large, and drops it: closing a connection with bytes unread resets it,
// and the client would see that and not the answer. It ends with the body, in a pause, or at a bound; who sends more is reset.
func takeRest(ctx *fasthttp.RequestCtx) {
	conn, left := ctx.Conn(), int64(restLimit)
	if n := ctx.Request.Header.ContentLength(); n >= 0 {
		left = min(left, int64(n))
	}
	buf := make([]byte, 32<<10)
	for end := time.Now().Add(restTime); left > 0 && time.Now().Before(end); {
		if err := conn.SetReadDeadline(time.Now().Add(restPause)); err != nil {
			return
		}
		n, err := conn.Read(buf)
		if left -= int64(n); err != nil {
			return
		}
	}
}

// fastLogger passes on what fasthttp has to say, which is about clients that go away.
type fastLogger struct{ log *slog.Logger }

// Printf implements fasthttp.Logger.
func (l fastLogger) Printf(format string, args ...any) {
	if l.log.Enabled(context.Background(), slog.LevelDebug) {
		l.log.Debug("connection", "error", fmt.Sprintf(format, args...))
	}
}
