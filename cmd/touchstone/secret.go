package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/newsroom"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// secretFile holds the key that seals what the database shall not know: it stands beside the database and in no backup.
const secretFile = "secret.key"

// sealer returns what seals the secrets of authenticator apps: with the key of the settings, or with that of the data
// directory, which is made at the first start. Where no file can be kept, it seals until the next start only.
func (d *database) sealer(setting string) (*auth.Sealer, error) {
	if setting != "" {
		return auth.NewSealer(sha256.Sum256([]byte(setting))), nil
	}
	path := filepath.Join(d.cfg.DataDir, secretFile)
	key, err := readSecret(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeSecret(path); err != nil {
			d.log.Warn("no key can be kept, so no authenticator app can be set up; set TOUCHSTONE_SECRET_KEY", "file", path, "error", err)
			return auth.NewPassingSealer(), nil
		}
		key, err = readSecret(path)
	}
	if err != nil {
		return nil, err
	}
	return auth.NewSealer(key), nil
}

// readSecret reads a key as makeSecret writes it.
func readSecret(path string) (key [auth.KeySize]byte, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return key, fmt.Errorf("read the key: %w", err)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != len(key) {
		return key, factcheck.Conflict("%s is damaged: it holds no key of 64 hexadecimal digits. Put the right one back; without it, people who use an authenticator app need their recovery codes", path)
	}
	return [auth.KeySize]byte(raw), nil
}

// makeSecret writes a fresh key, whole or not at all. Of two processes at once, the first one's stays.
func makeSecret(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	var key [auth.KeySize]byte
	rand.Read(key[:])                                               // crypto/rand.Read never returns an error (Go 1.24)
	file, err := os.CreateTemp(filepath.Dir(path), secretFile+".*") // 0600
	if err != nil {
		return fmt.Errorf("write the key: %w", err)
	}
	defer os.Remove(file.Name()) //nolint:errcheck // the name that stays is another
	_, err = file.WriteString(hex.EncodeToString(key[:]) + "\n")
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("write the key: %w", err)
	}
	if err := os.Link(file.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("keep the key: %w", err)
	}
	return nil
}

// offerFirstAdmin prints the link that makes the first admin, if there is nobody yet. There is no other way in from a browser.
func (a *app) offerFirstAdmin(ctx context.Context, db *store.DB, publicURL string) error {
	token, err := db.FirstAdminLink(ctx, factcheck.Operator())
	if err != nil || token == "" {
		return err
	}
	return say(a.stdout, "\n  Nobody is in this newsroom yet. This link makes the first admin, once, within %.0f hours:\n\n  %s\n\n  Or on this machine: touchstone user add --role admin --email E --name N --password-stdin\n",
		store.FirstAdminLife.Hours(), newsroom.LinkURL(publicURL, token))
}
