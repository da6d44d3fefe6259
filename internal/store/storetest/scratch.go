package storetest

import (
	"os"

	"golang.org/x/sys/unix"
)

const (
	// memoryDir is where Linux keeps files in memory.
	memoryDir = "/dev/shm"
	// scratchRoom is what the clusters of all tests together may come to, with much to spare. Containers are given 64 MB there
	// unless somebody asks for more.
	scratchRoom = 6 << 30
)

// Scratch returns the directory below which tests put databases that nobody needs afterwards: in memory where there is room for
// it, the directory for temporary files (TMPDIR) otherwise. Making, copying and dropping
// a database is making and deleting hundreds of small files, which takes a busy disk ten times as long.
func Scratch() string {
	var fs unix.Statfs_t
	if unix.Statfs(memoryDir, &fs) != nil || fs.Type != unix.TMPFS_MAGIC {
		return os.TempDir()
	}
	if free := fs.Bavail * uint64(fs.Bsize); free < scratchRoom || unix.Access(memoryDir, unix.W_OK) != nil {
		return os.TempDir()
	}
	return memoryDir
}
