package main

import (
	"bufio"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// releaseProgram tells the kernel that the pages of the program's own file are not needed: of some 40 MB that starting read, serving
// needs a quarter, and what it needs comes back from the page cache when it is touched. Only pages are named that nothing was written
// to, so that nothing can be lost; where that cannot be told, none are.
func releaseProgram() {
	for _, m := range programPages() {
		// Advice: where it is not taken the pages stay.
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, m.start, m.end-m.start, unix.MADV_DONTNEED)
	}
}

// pages are a range of addresses.
type pages struct{ start, end uintptr }

// programPages returns where the program's file is mapped, without what may be or was written to.
func programPages() []pages {
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return nil
	}
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		return nil
	}
	defer f.Close() //nolint:errcheck // it was only read
	var out []pages
	var now *pages // the mapping whose lines are being read, if it is one of ours
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		switch {
		case len(fields) >= 6 && strings.Contains(fields[0], "-") && !strings.HasSuffix(fields[0], ":"):
			now = mapped(fields, self)
		case now != nil && len(fields) >= 2 && fields[0] == "Anonymous:" && fields[1] == "0":
			out = append(out, *now)
		}
	}
	return out
}

// mapped reads the first line of a mapping; nil for one that is not the program's file, or is open to writing.
func mapped(fields []string, self string) *pages {
	if strings.Join(fields[5:], " ") != self || strings.Contains(fields[1], "w") || !strings.HasSuffix(fields[1], "p") {
		return nil
	}
	from, to, _ := strings.Cut(fields[0], "-")
	start, err := strconv.ParseUint(from, 16, 64)
	if err != nil {
		return nil
	}
	end, err := strconv.ParseUint(to, 16, 64)
	if err != nil {
		return nil
	}
	return &pages{uintptr(start), uintptr(end)}
}
