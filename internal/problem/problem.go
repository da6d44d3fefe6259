// Package problem is the form in which errors leave the program for machines: RFC 9457 problem documents. The codes of
// factcheck become HTTP statuses here and nowhere else.
//
// A request that cannot be understood is 400: an unknown or malformed parameter, broken JSON. Well-formed input that
// breaks a rule of the newsroom is 422. Reads have no such rules, so everything wrong with a read is 400.
package problem

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// ContentType is the media type of a problem document.
const ContentType = "application/problem+json"

// Problem is a problem document, and an error that a handler may return.
type Problem struct { //nolint:errname // RFC 9457 calls it a problem
	Type      string   `json:"type" doc:"What kind of problem it is; about:blank says what its status says" format:"uri-reference" example:"about:blank"`
	Title     string   `json:"title" doc:"The kind of problem in words, always the same for a type and status" example:"Bad Request"`
	Status    int      `json:"status" doc:"The HTTP status" example:"400"`
	Detail    string   `json:"detail" doc:"What is wrong and what would be right, for a person"`
	RequestID string   `json:"request_id,omitempty" doc:"Names the request in the server's log; give it when you report the problem"`
	Errors    []Detail `json:"errors,omitempty" doc:"One entry for each thing that is wrong with the request"`

	ViolatedPolicies []string `json:"violated-policies,omitempty" doc:"With 429: the policies of RateLimit-Policy that were exceeded"`
	Epoch            string   `json:"epoch,omitempty" doc:"With 410 on the change feed: the epoch there is now"`
	Head             *int64   `json:"head,omitempty" doc:"With 410 on the change feed: its newest number"`

	Existing []Existing `json:"existing,omitempty" doc:"With 409 on filing: what is there already"`

	RetryAfter time.Duration `json:"-"` // becomes the header
	Info       *ErrorInfo    `json:"-"` // the reason in Google's form, where that is spoken
}

// Detail is one thing that is wrong with a request.
type Detail struct {
	Location string `json:"location" doc:"Where: query.limit, path.id, header.Authorization, body.sources[2].quote" example:"query.limit"`
	Message  string `json:"message" doc:"What is wrong there"`
}

// Existing is something that stands in the way because it is there already.
type Existing struct {
	ID  string `json:"id" example:"claim_01h455vb4pex5vsknk084sn02q"`
	URL string `json:"url" doc:"Its page in the newsroom, for people" format:"uri"`
}

// New returns a problem with a status and a sentence for a person.
func New(status int, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
}

// BadRequest returns a 400 that names everything wrong with the request.
func BadRequest(errs ...Detail) *Problem {
	p := New(http.StatusBadRequest, "the request cannot be understood")
	p.Errors = errs
	if len(errs) == 1 {
		p.Detail = errs[0].Message
	}
	return p
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// From returns the problem document of an error. read says that the request only reads. What has no code is a 500 that
// tells nothing of its cause.
func From(err error, read bool) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var e *factcheck.Error
	if !errors.As(err, &e) || e.Code == factcheck.CodeInternal {
		return New(http.StatusInternalServerError, "something went wrong here; it was logged")
	}
	p = New(Status(e.Code, read), e.Message)
	p.RetryAfter = e.RetryAfter
	if e.Code == factcheck.CodeUnavailable && p.RetryAfter == 0 {
		p.RetryAfter = time.Second
	}
	if e.Field != "" {
		place := "body."
		if read {
			place = "query."
		}
		p.Errors = []Detail{{Location: place + e.Field, Message: e.Message}}
	}
	return p
}

// Status returns the HTTP status of a code.
func Status(code factcheck.Code, read bool) int {
	switch code {
	case factcheck.CodeInvalid:
		if read {
			return http.StatusBadRequest
		}
		return http.StatusUnprocessableEntity
	case factcheck.CodeUnauthenticated:
		return http.StatusUnauthorized
	case factcheck.CodeForbidden:
		return http.StatusForbidden
	case factcheck.CodeNotFound:
		return http.StatusNotFound
	case factcheck.CodeConflict:
		return http.StatusConflict
	case factcheck.CodeGone:
		return http.StatusGone
	case factcheck.CodeRateLimited:
		return http.StatusTooManyRequests
	case factcheck.CodeUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// JSON returns the document as bytes.
func (p *Problem) JSON() []byte {
	b, err := json.Marshal(p)
	if err != nil { // strings and numbers only: it cannot be
		return []byte(`{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"something went wrong here"}`)
	}
	return b
}
