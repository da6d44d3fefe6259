package search

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestALoadedIndexAnswersAsBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 11, 900)
	w.change(t, 50)
	path := filepath.Join(t.TempDir(), "index")
	if err := w.x.SaveFile(path); err != nil {
		t.Fatal(err)
	}
	want := w.x.Stats()
	x, err := LoadFile(path, w.x.opts)
	if err != nil {
		t.Fatal(err)
	}
	if got := x.Stats(); got.Docs != want.Docs || got.Seq != want.Seq || got.Average != want.Average || got.Deleted != want.Deleted {
		t.Errorf("got %+v, want %+v", got, want)
	}
	w.x = x
	w.agree(t, 60)
	w.change(t, 50)
	w.agree(t, 30)
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 1 {
		t.Errorf("got %d files (%v), want the index alone", len(files), err)
	}
}

func TestAnEmptyIndexIsSavedAndLoaded(t *testing.T) {
	t.Parallel()
	x, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := x.Save(&b); err != nil {
		t.Fatal(err)
	}
	y, err := Load(&b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := y.Stats().Docs; got != 0 {
		t.Errorf("got %d documents, want none", got)
	}
}

func TestDamagedAndForeignFilesAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 12, 40)
	w.change(t, 10)
	var b bytes.Buffer
	if err := w.x.Save(&b); err != nil {
		t.Fatal(err)
	}
	good := b.Bytes()
	refused := func(name string, data []byte, opts Options) {
		t.Helper()
		if _, err := Load(bytes.NewReader(data), opts); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: got %v, want ErrDamaged", name, err)
		}
	}
	refused("empty", nil, w.x.opts)
	refused("foreign", []byte(strings.Repeat("PK\x03\x04 something else", 100)), w.x.opts)
	refused("longer", append(bytes.Clone(good), 0), w.x.opts)
	refused("other facets", good, Options{FilterOnly: []string{"outlet"}})
	refused("other version", bytes.Replace(good, []byte(`"Version":3`), []byte(`"Version":1`), 1), w.x.opts)
	// The weights of grams are a megabyte of mostly zeros: steps are chosen to hit all parts around them.
	for at := 0; at < len(good); at += 1 + len(good)/100 {
		refused("cut", good[:at], w.x.opts)
		bad := bytes.Clone(good)
		bad[at] ^= 0x10
		refused("one bit", bad, w.x.opts)
	}
	for at := len(good) - 64; at < len(good); at++ {
		bad := bytes.Clone(good)
		bad[at] ^= 1
		refused("one bit near the end", bad, w.x.opts)
	}
	if _, err := Load(bytes.NewReader(good), w.x.opts); err != nil {
		t.Errorf("got %v for the file as written, want none", err)
	}
	if _, err := LoadFile(filepath.Join(t.TempDir(), "none"), Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v for a missing file, want os.ErrNotExist", err)
	}
}

// TestFilesOfOthersEndNothing changes a file all over and makes its sum fit, as nobody but an attacker would.
func TestFilesOfOthersEndNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 13, 20)
	w.change(t, 8)
	var b bytes.Buffer
	if err := w.x.Save(&b); err != nil {
		t.Fatal(err)
	}
	good := b.Bytes()
	grams := bytes.Index(good, []byte(`"Segments"`))
	refused := 0
	rest := len(good) - 4*gramBuckets
	for at := 0; at < len(good)-4; at += 1 + rest*slower/250 {
		if at > grams+2000 && at < grams+4*gramBuckets { // the weights of grams are all right whatever they are
			at = grams + 4*gramBuckets
		}
		bad := bytes.Clone(good)
		bad[at] ^= 1 << (at % 8)
		binary.LittleEndian.PutUint32(bad[len(bad)-4:], crc32.Checksum(bad[:len(bad)-4], castagnoli))
		if _, err := Load(bytes.NewReader(bad), w.x.opts); err != nil {
			refused++
		}
	}
	if refused < 20/slower {
		t.Errorf("got %d files refused, want those whose parts no longer fit", refused)
	}
}
