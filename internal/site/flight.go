package site

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/singleflight"
)

// flightTime bounds the making of an answer that several wait for: it goes on when the one who asked first leaves.
const flightTime = 20 * time.Second

// flights have an answer made once for all who ask for it at the same time. The zero value is ready.
type flights struct{ group singleflight.Group }

// do returns what build makes, built by one of those who ask for the key now. Who stops waiting leaves the others theirs.
func (f *flights) do(ctx context.Context, key string, build func(context.Context) (*answer, error)) (*answer, error) {
	done := f.group.DoChan(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flightTime)
		defer cancel()
		return build(ctx)
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case got := <-done:
		if got.Err != nil {
			return nil, got.Err
		}
		a, ok := got.Val.(*answer)
		if !ok {
			return nil, fmt.Errorf("the answer for %s is of another kind", key)
		}
		return a, nil
	}
}
