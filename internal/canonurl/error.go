package canonurl

import "errors"

// The kinds of error Parse returns, for errors.Is. Each comes inside an *Error,
// whose message tells a person what is wrong and what would be right.
var (
	// ErrEmpty means that there was nothing but white space.
	ErrEmpty = errors.New("canonurl: empty address")
	// ErrTooLong means more than MaxLength bytes, as given or once written out in full.
	ErrTooLong = errors.New("canonurl: address too long")
	// ErrScheme means that it is an address, but not one of the web (mailto:, ftp:, javascript:).
	ErrScheme = errors.New("canonurl: not a web address")
	// ErrHost means that the host is missing, or that no such host can exist.
	ErrHost = errors.New("canonurl: bad host")
	// ErrPort means a port that is not a number up to 65535.
	ErrPort = errors.New("canonurl: bad port")
	// ErrNested means more than MaxWrappers redirectors or archives inside each other.
	ErrNested = errors.New("canonurl: wrapped too deeply")
)

// Error is what Parse returns: a kind (one of the Err values) and a message that
// is safe to show; the message never repeats the address, which may hold secrets.
type Error struct {
	Kind    error
	Message string
}

// Error returns the message for a person.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the kind, so that errors.Is(err, canonurl.ErrHost) works.
func (e *Error) Unwrap() error { return e.Kind }

func fail(kind error, message string) error { return &Error{Kind: kind, Message: message} }
