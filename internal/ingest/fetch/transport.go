package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"time"
)

// Roots are the certificate authorities that are trusted.
type Roots = *x509.CertPool

// newTransport returns a transport that connects through the gate alone.
func newTransport(g *gate, cfg Config) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  nil, // HTTP_PROXY and its like would have another program open the connection
		DialContext:            g.dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: cfg.Roots},
		TLSHandshakeTimeout:    cfg.Limits.Connect,
		ResponseHeaderTimeout:  cfg.Limits.Header,
		MaxResponseHeaderBytes: cfg.Limits.HeaderBytes,
		DisableCompression:     true, // unpacked here, with a limit
		// A connection serves one request: nothing is kept that was judged for another, nothing is sent twice because a kept
		// connection had gone, and nobody writes into the log by talking on one that is idle.
		DisableKeepAlives: true,
		MaxConnsPerHost:   4,
		Protocols:         protocols,
	}
}

// trace returns a context whose request notes its progress in p.
func trace(ctx context.Context, p *progress) context.Context {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			addr := info.Conn.RemoteAddr().String()
			p.remote.Store(&addr)
			p.connected.Store(true)
		},
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) { p.tlsFailed.Store(err != nil) },
	})
	return withProgress(ctx, p)
}

// classify says what an error of the transport means. Before there was a connection everything means the same.
func classify(err error, p *progress, host string, since time.Time) *Failure {
	if refused, ok := errors.AsType[*connectError](err); ok {
		return unreachable(since, host, refused.refused, refused.detail)
	}
	if !p.connected.Load() {
		return unreachable(since, host, false, err.Error())
	}
	failure := broken(err)
	if record, ok := errors.AsType[tls.RecordHeaderError](err); failure.Cause != CauseTimeout && (ok || p.tlsFailed.Load() || isSchemeMismatch(err)) {
		failure = fail(CauseTLS, "no secure connection to the site could be made", err.Error()+" "+record.Msg)
	}
	failure.Host = host
	return failure
}

// isSchemeMismatch reports whether a site spoke plain HTTP where TLS was expected.
func isSchemeMismatch(err error) bool {
	return errors.Is(err, http.ErrSchemeMismatch)
}

// broken says what an error after the connection means, be it in the header or in the body.
func broken(err error) *Failure {
	if timeout, ok := errors.AsType[net.Error](err); errors.Is(err, context.DeadlineExceeded) || ok && timeout.Timeout() {
		return fail(CauseTimeout, "the site took too long to answer", err.Error())
	}
	return fail(CauseProtocol, "the site's answer broke off or cannot be understood", err.Error())
}
