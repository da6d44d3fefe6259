package server

import (
	"errors"
	"net"
	"os"
	"testing"
	"time"
)

func TestLimitsReachTheRuntimeWhereSomebodyMayWait(t *testing.T) {
	t.Parallel()
	var set []time.Time
	l := limit{set: func(at time.Time) error {
		set = append(set, at)
		return nil
	}}
	now := time.Now()
	for i, step := range []struct {
		name  string
		after time.Duration // of the limit; 0: none
		times int           // that the runtime was told so far
	}{
		{"no limit at first", 0, 0},
		{"the first", time.Minute, 1},
		{"much the same", time.Minute + slack/2, 1},
		{"later by more than the slack", time.Minute + 2*slack, 2},
		{"earlier", 10 * time.Second, 3},
		{"none again", 0, 4},
		{"a short one", 250 * time.Millisecond, 5},
		{"a short one, moved on", 450 * time.Millisecond, 6},
	} {
		at := time.Time{}
		if step.after > 0 {
			at = now.Add(step.after)
		}
		if err := errors.Join(l.want(at), l.begin()); err != nil {
			t.Fatal(err)
		}
		l.end()
		if len(set) != step.times {
			t.Fatalf("step %d, %s: the runtime was told %d times, want %d", i, step.name, len(set), step.times)
		}
		if len(set) > 0 && step.after > 0 && set[len(set)-1].After(at) {
			t.Errorf("step %d, %s: the limit ends at %v, want no later than %v", i, step.name, set[len(set)-1], at)
		}
	}
	before := len(set)
	if err := l.want(now.Add(time.Hour)); err != nil || len(set) != before {
		t.Errorf("nobody waits: the runtime was told %d times more with error %v, want none", len(set)-before, err)
	}
}

func TestLimitEndsAReadThatWaitsAlready(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close() //nolint:errcheck // the test is over with it
	far, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close() //nolint:errcheck // the test is over with it
	conn, err := calmListener{ln}.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // the test is over with it
	if err := conn.SetDeadline(time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := conn.Read(make([]byte, 1))
		ended <- err
	}()
	if err := conn.SetReadDeadline(time.Now()); err != nil { // whether the read waits already or is still to come
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("got %v, want the limit", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("the read still waits")
	}
}
