package newsroom

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
	"github.com/touchstone-factcheck/touchstone/web/ui"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// ErrorPage renders the page for an error. It is what server.ErrorPage is: the context is the request's own.
type ErrorPage = func(ctx context.Context, status int, message, requestID string, retryAfter time.Duration) ([]byte, error)

// visitorKey is where the guard leaves who makes the request, for the page of an error that comes after it.
type visitorKey struct{}

// ErrorPage returns the pages for errors: those under /newsroom, /sign-in and /sign-out in the newsroom's frame, with who is
// signed in, and all others as readers get them. It answers without the database, because the database may be the reason;
// only for an address that no route of the newsroom has, it asks who is signed in, and does without the answer.
func (n *Newsroom) ErrorPage(readers ErrorPage) ErrorPage {
	return func(ctx context.Context, status int, message, requestID string, retryAfter time.Duration) ([]byte, error) {
		req, ok := ctx.(*fasthttp.RequestCtx)
		if !ok || !ours(string(req.Path())) {
			return readers(ctx, status, message, requestID, retryAfter)
		}
		page := pages.ErrorPage{
			Shell:  pages.Shell{Locale: ui.Locale{Lang: text.Default, Zone: n.cfg.Zone}, Path: string(req.Path())},
			Status: status, Message: sentence(message), RetryAfter: int(retryAfter.Seconds()),
		}
		if h := n.house.Load(); h != nil {
			page.HouseName, page.Logo = h.name, h.logo
		}
		if in, ok := n.whoFailed(req, status); ok {
			page.Person, page.Role, page.FormToken = in.Actor.Name, string(in.Actor.Role), in.formToken
		}
		if status >= http.StatusInternalServerError {
			page.RequestID = requestID
		}
		var buf bytes.Buffer
		err := pages.Error(page).Render(ctx, &buf)
		return buf.Bytes(), err
	}
}

// ours reports whether a path belongs to the newsroom.
func ours(path string) bool {
	return path == "/newsroom" || strings.HasPrefix(path, "/newsroom/") || path == "/sign-in" || path == "/sign-out" || strings.HasPrefix(path, "/sign-in/")
}

// whoFailed returns who made the request of an error: as the guard knew them, or by one question where no guard stood.
func (n *Newsroom) whoFailed(req *fasthttp.RequestCtx, status int) (visitor, bool) {
	if in, ok := req.UserValue(visitorKey{}).(visitor); ok {
		return in, true
	}
	token := string(req.Request.Header.Cookie(sessionCookie))
	if token == "" || status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
		return visitor{}, false
	}
	ctx, cancel := timeout()
	defer cancel()
	in, err := n.cfg.Store.SessionActor(ctx, token)
	if err != nil {
		return visitor{}, false // signed out, or it cannot be asked: the page is the same without a name
	}
	return visitor{SignedIn: in, formToken: auth.FormToken(token)}, true
}
