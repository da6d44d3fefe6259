package api

import "sync"

// perClient is how many requests of one client may wait at once.
const perClient = 100

// waiting counts the requests that wait for a change, and the streams. It is safe for concurrent use.
type waiting struct {
	mu     sync.Mutex
	most   int
	each   int // of one client
	all    int
	client map[string]int
}

func newWaiting(most, each int) *waiting {
	return &waiting{most: most, each: each, client: map[string]int{}}
}

// enter reports whether one more may wait; leave must follow if so. A client without a name is not counted by itself.
func (w *waiting) enter(client string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all >= w.most || client != "" && w.client[client] >= w.each {
		return false
	}
	w.all++
	if client != "" {
		w.client[client]++
	}
	return true
}

func (w *waiting) leave(client string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all--
	if client == "" {
		return
	}
	if w.client[client]--; w.client[client] == 0 {
		delete(w.client, client)
	}
}

// full reports whether a client waits as often as one may.
func (w *waiting) full(client string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return client != "" && w.client[client] >= w.each
}

// now returns how many wait.
func (w *waiting) now() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all
}
