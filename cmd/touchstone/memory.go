package main

import (
	"context"
	"runtime/debug"
	"time"
)

// settleEvery is how often memory that nothing used lately is given back.
const settleEvery = 2 * time.Minute

// settle gives back memory that serving does not need, until ctx is done: soon after the start, which reads most of the program's file
// and fills a heap three times as large as what stays; when the first jobs are done; and now and then. It takes some 10 ms.
func settle(ctx context.Context) {
	for _, wait := range []time.Duration{10 * time.Second, 50 * time.Second} {
		if !pause(ctx, wait) {
			return
		}
		giveBack()
	}
	for pause(ctx, settleEvery) {
		giveBack()
	}
}

func giveBack() {
	debug.FreeOSMemory()
	releaseProgram()
}

// pause waits and reports whether ctx is still going on.
func pause(ctx context.Context, wait time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(wait):
		return true
	}
}
