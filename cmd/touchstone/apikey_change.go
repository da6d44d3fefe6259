package main

import (
	"context"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// apikeyTerms are when a key ends and how much it may ask.
type apikeyTerms struct {
	Expires string `name:"expires" placeholder:"TIME" help:"When it ends by itself: a day as 2027-01-31, which is then its last (UTC), or a time as 2027-01-31T12:00:00Z. Without it: never."`
	Burst   int    `name:"burst" placeholder:"N" help:"Calls it may make in a minute. Without it: as the house allows."`
	Daily   int    `name:"daily" placeholder:"N" help:"Calls it may make in a day. Without it: as the house allows."`
}

func (c apikeyTerms) change() (store.KeyChange, error) {
	to := store.KeyChange{Burst: c.Burst, Daily: c.Daily}
	if c.Expires == "" {
		return to, nil
	}
	if day, err := time.Parse(time.DateOnly, c.Expires); err == nil {
		to.ExpiresAt = day.AddDate(0, 0, 1)
		return to, nil
	}
	at, err := time.Parse(time.RFC3339, c.Expires)
	if err != nil {
		return to, wrongUse("--expires takes a day as 2027-01-31 or a time as 2027-01-31T12:00:00Z")
	}
	to.ExpiresAt = at
	return to, nil
}

// keyID reads the id of a key.
func keyID(text string) (factcheck.KeyID, error) {
	var id factcheck.KeyID
	if err := id.UnmarshalText([]byte(text)); err != nil || id.IsZero() {
		return id, wrongUse("that is no id of a key: one looks like key_01h455vb4pex5vsknk084sn02q; touchstone apikey list shows them")
	}
	return id, nil
}

type apikeyChangeCmd struct {
	ID string `arg:"" help:"Id of the key, as touchstone apikey list shows it."`
	apikeyTerms
}

// Run sets when a key ends and how much it may ask; what is not given is as the house has it.
func (c *apikeyChangeCmd) Run(ctx context.Context, a *app) error {
	id, err := keyID(c.ID)
	if err != nil {
		return err
	}
	to, err := c.change()
	if err != nil {
		return err
	}
	return a.withStore(ctx, func(db *store.DB) error {
		if err := db.ChangeKey(ctx, factcheck.Operator(), id, to); err != nil {
			return err
		}
		return say(a.stdout, "changed %s", id)
	})
}

type apikeyRotateCmd struct {
	ID      string        `arg:"" help:"Id of the key, as touchstone apikey list shows it."`
	Overlap time.Duration `name:"overlap" default:"168h" placeholder:"D" help:"How long the old secret stays valid, at most 2160h; 0s ends it at once."`
	JSON    bool          `name:"json" help:"Print {\"id\",\"key\",\"old_valid_until\"} for machines."`
}

// Run gives a key a new secret.
func (c *apikeyRotateCmd) Run(ctx context.Context, a *app) error {
	id, err := keyID(c.ID)
	if err != nil {
		return err
	}
	return a.withStore(ctx, func(db *store.DB) error {
		secret, err := db.RotateKey(ctx, factcheck.Operator(), id, c.Overlap)
		if err != nil {
			return err
		}
		if !c.JSON {
			return say(a.stdout, "%s", secret)
		}
		k, err := db.Key(ctx, factcheck.Operator(), id)
		if err != nil {
			return err
		}
		return printJSON(a.stdout, map[string]any{"id": id, "key": secret, "old_valid_until": k.OldUntil})
	})
}
