package pgserver

import "errors"

// The kinds of failure that callers of Open and FindBinaries tell apart with
// errors.Is. The error that wraps one carries the text for a person.
var (
	// ErrHeld means that another process owns the server of the data
	// directory. The error is a *HeldError.
	ErrHeld = errors.New("data directory held by another process")
	// ErrNoBinaries means that PostgreSQL's programs, or the user it runs as,
	// are not on this machine.
	ErrNoBinaries = errors.New("no PostgreSQL programs found")
	// ErrTooOld means that PostgreSQL is older than MinVersion.
	ErrTooOld = errors.New("PostgreSQL too old")
	// ErrVersionMismatch means that the cluster was made by another major
	// version than the programs that were found. Nothing was touched.
	ErrVersionMismatch = errors.New("cluster of another PostgreSQL version")
	// ErrDirectory means that the data directory cannot be used: not writable,
	// not reachable for the server's user, path too long, or holding something
	// else.
	ErrDirectory = errors.New("data directory not usable")
)

// problem is an error whose text is complete without that of its kind.
type problem struct {
	kind  error
	text  string
	cause error
}

func (p *problem) Error() string { return p.text }

func (p *problem) Unwrap() []error {
	if p.cause == nil {
		return []error{p.kind}
	}
	return []error{p.kind, p.cause}
}
