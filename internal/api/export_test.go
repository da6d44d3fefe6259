package api

// Waiting returns how many requests wait for a change.
func (a *API) Waiting() int { return a.waiting.now() }

// Kept returns how many single claims are kept in memory.
func (a *API) Kept() int { return a.claims.Len() }
