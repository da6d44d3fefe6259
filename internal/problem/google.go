package problem

import (
	"encoding/json"
	"net/http"
)

// GoogleContentType is the media type of an error in Google's form.
const GoogleContentType = "application/json; charset=UTF-8"

// ErrorInfo is the machine-readable reason of an error in Google's form (google.rpc.ErrorInfo).
type ErrorInfo struct {
	Reason   string            // such as API_KEY_INVALID
	Domain   string            // whose reason it is
	Metadata map[string]string // such as the service
}

// googleError is the envelope of Google's JSON interfaces (AIP-193), with the members of the problem document beside it: its
// clients read error alone, and whoever knows RFC 9457 reads the rest.
type googleError struct {
	*Problem

	Error googleStatus `json:"error"`
}

// googleStatus is google.rpc.Status as JSON, as Google's front end writes it.
type googleStatus struct {
	Code    int          `json:"code"`
	Message string       `json:"message"`
	Status  string       `json:"status"`
	Details []googleInfo `json:"details,omitempty"`
}

type googleInfo struct {
	Type     string            `json:"@type"`
	Reason   string            `json:"reason"`
	Domain   string            `json:"domain"`
	Metadata map[string]string `json:"metadata,omitempty"`
}

// GoogleJSON returns the document in the form that clients of Google's interfaces understand.
func (p *Problem) GoogleJSON() []byte {
	e := googleError{Problem: p, Error: googleStatus{Code: p.Status, Message: p.Detail, Status: googleCode(p.Status)}}
	if i := p.Info; i != nil {
		e.Error.Details = []googleInfo{{"type.googleapis.com/google.rpc.ErrorInfo", i.Reason, i.Domain, i.Metadata}}
	}
	b, err := json.Marshal(e)
	if err != nil { // strings and numbers only: it cannot be
		return []byte(`{"error":{"code":500,"message":"something went wrong here","status":"INTERNAL"}}`)
	}
	return b
}

// googleCode returns the name of the google.rpc.Code that stands for an HTTP status (google/rpc/code.proto). Statuses that
// no code maps to are those of the nearest.
func googleCode(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "UNAUTHENTICATED"
	case http.StatusForbidden:
		return "PERMISSION_DENIED"
	case http.StatusNotFound, http.StatusGone:
		return "NOT_FOUND"
	case http.StatusConflict:
		return "ABORTED"
	case http.StatusPreconditionFailed:
		return "FAILED_PRECONDITION"
	case http.StatusTooManyRequests:
		return "RESOURCE_EXHAUSTED"
	case http.StatusNotImplemented:
		return "UNIMPLEMENTED"
	case http.StatusServiceUnavailable:
		return "UNAVAILABLE"
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return "DEADLINE_EXCEEDED"
	}
	if status >= http.StatusInternalServerError {
		return "INTERNAL"
	}
	return "INVALID_ARGUMENT"
}
