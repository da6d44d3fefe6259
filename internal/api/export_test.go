package api

import "time"

// Waiting returns how many requests wait for a change.
func (a *API) Waiting() int { return a.waiting.now() }

// Kept returns how many single claims are kept in memory.
func (a *API) Kept() int { return a.claims.Len() }

// Hurry sets how often streams show that they live, and how long they wait for their clients.
func (a *API) Hurry(beat, patience time.Duration) { a.beat, a.patience = beat, patience }

// Exporting returns how many exports are being sent.
func (a *API) Exporting() int { return a.exports.now() }
