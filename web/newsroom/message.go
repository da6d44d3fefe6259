package newsroom

// ErrorPage stands in the place of the page that was asked for. It is shown in the newsroom's frame; Person is empty when
// nobody is signed in, or when that cannot be asked because the database is the reason.
type ErrorPage struct {
	Shell
	Status     int    // HTTP status
	Message    string // one sentence safe to show; empty takes the usual words
	RequestID  string // of errors of ours, so that they can be reported
	RetryAfter int    // seconds; 0 leaves it out
}

// title says in a few words what happened.
func (p ErrorPage) title() string {
	switch p.Status {
	case 403:
		return "This is not for you to do"
	case 404:
		return "There is nothing here"
	case 405:
		return "This address takes forms only"
	case 410:
		return "This is gone"
	case 413:
		return "This is too large"
	case 429:
		return "Too many at once"
	case 503:
		return "This cannot be answered now"
	}
	if p.Status < 500 {
		return "This could not be read"
	}
	return "Something went wrong here"
}

// lead says what to do about it.
func (p ErrorPage) lead() string {
	switch {
	case p.Message != "":
		return p.Message
	case p.Status == 404:
		return "It never was, or it is gone, or the address has a mistake in it. The search field finds claims by their words and articles by their address."
	case p.Status == 405:
		return "Go back to the page that the form is on and send it from there."
	case p.Status == 503:
		return "Nothing is lost that was saved. If you were sending a form, go back: what you typed should still be in it. Try again in a moment."
	case p.Status >= 500:
		return "It is written in the log. If you were sending a form, go back: what you typed should still be in it."
	}
	return "Go back and try it another way."
}
