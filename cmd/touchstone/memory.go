package main

import (
	"context"
	"runtime/debug"
	"time"
)

// settle gives back the heap that serving does not need, until ctx is done: soon after the start, which fills three times as much
// as stays, and when the first jobs are done. From then on the runtime does so by itself. Each time takes some 10 ms.
func settle(ctx context.Context) {
	for _, wait := range []time.Duration{10 * time.Second, 50 * time.Second} {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
			debug.FreeOSMemory()
		}
	}
}
