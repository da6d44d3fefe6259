package fetch

// Hosts returns how many hosts are remembered.
func (f *Fetcher) Hosts() int {
	f.manners.mu.Lock()
	defer f.manners.mu.Unlock()
	return len(f.manners.hosts)
}
