package server

import (
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/web"
)

// headerField is a header of every response, its name already in canonical form.
type headerField struct{ name, value []byte }

// securityHeaders returns the headers of every response. They are constant, so that pages can be finished once and stored;
// a route that needs others (an embed that may be framed) sets them itself.
func securityHeaders(publicURL string) []headerField {
	fields := [][2]string{
		{"Content-Security-Policy", web.Policy},
		{"X-Content-Type-Options", "nosniff"},
		{"Referrer-Policy", "strict-origin-when-cross-origin"},
		{"X-Frame-Options", "DENY"}, // for what does not know frame-ancestors
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Permissions-Policy", "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"},
	}
	if strings.HasPrefix(publicURL, "https://") {
		fields = append(fields, [2]string{"Strict-Transport-Security", "max-age=31536000"})
	}
	out := make([]headerField, len(fields))
	for i, f := range fields {
		out[i] = headerField{[]byte(f[0]), []byte(f[1])}
	}
	return out
}

func (s *Server) setSecurityHeaders(ctx *fasthttp.RequestCtx) {
	for _, f := range s.secure {
		ctx.Response.Header.SetCanonical(f.name, f.value)
	}
}
