package main

import (
	"context"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// apikeyCmd groups what is done about API keys.
type apikeyCmd struct {
	Create apikeyCreateCmd `cmd:"" help:"Make a key and print it, alone, on standard output. It is shown this once."`
	List   apikeyListCmd   `cmd:"" help:"List the keys, revoked ones included. The keys themselves are stored nowhere."`
	Rotate apikeyRotateCmd `cmd:"" help:"Give a key a new secret and print it, alone, on standard output; the old one stays valid for a while."`
	Change apikeyChangeCmd `cmd:"" help:"Change when a key ends and how much it may ask."`
	Revoke apikeyRevokeCmd `cmd:"" help:"End a key at once."`
}

type apikeyCreateCmd struct {
	Name      string   `name:"name" required:"" placeholder:"N" help:"What the key is for."`
	Scope     []string `name:"scope" required:"" placeholder:"S,…" help:"read, file (which includes read) or manage (which includes file)."`
	Publisher string   `name:"publisher" placeholder:"SITE" help:"The publisher whose key it is."`
	Owner     string   `name:"owner" placeholder:"EMAIL" help:"The person a key acts for; one that writes needs one."`
	apikeyTerms
	JSON bool `name:"json" help:"Print {\"id\",\"key\",\"scopes\"} for machines."`
}

// Run makes a key.
func (c *apikeyCreateCmd) Run(ctx context.Context, a *app) error {
	scopes, err := factcheck.ParseScopes(c.Scope)
	if err != nil {
		return wrongUse("%s", explain(err))
	}
	terms, err := c.change()
	if err != nil {
		return err
	}
	return a.withStore(ctx, func(db *store.DB) error {
		id, key, err := db.CreateKey(ctx, factcheck.Operator(), store.KeyInput{
			Name: c.Name, Scopes: scopes, Publisher: c.Publisher, Owner: c.Owner, ExpiresAt: terms.ExpiresAt, Burst: terms.Burst, Daily: terms.Daily,
		})
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(a.stdout, map[string]any{"id": id, "key": key, "scopes": scopes})
		}
		return say(a.stdout, "%s", key)
	})
}

type apikeyListCmd struct {
	JSON bool `name:"json" help:"Print an array for machines."`
}

// Run lists the keys.
func (c *apikeyListCmd) Run(ctx context.Context, a *app) error {
	return a.withStore(ctx, func(db *store.DB) error {
		keys, err := db.Keys(ctx, factcheck.Operator())
		if err != nil {
			return err
		}
		if c.JSON {
			out := make([]map[string]any, 0, len(keys))
			for _, k := range keys {
				out = append(out, map[string]any{
					"id": k.ID, "name": k.Name, "hint": k.Hint, "scopes": k.Scopes, "owner": k.Owner, "publisher": k.Publisher,
					"created_at": k.CreatedAt, "revoked_at": k.RevokedAt, "last_used_at": k.LastUsedAt, "owner_disabled": k.Disabled,
					"expires_at": k.ExpiresAt, "rotated_at": k.RotatedAt, "old_valid_until": k.OldUntil, "burst": k.Burst, "daily": k.Daily,
				})
			}
			return printJSON(a.stdout, out)
		}
		rows := [][]string{{"ID", "NAME", "BEGINS", "SCOPES", "FOR", "LAST USED", "STATE"}}
		for _, k := range keys {
			rows = append(rows, []string{k.ID.String(), k.Name, k.Hint + "…", scopesOf(k), ownerOf(k), moment(k.LastUsedAt), stateOf(k)})
		}
		return table(a.stdout, rows)
	})
}

func scopesOf(k store.Key) string {
	var names []string
	for _, s := range k.Scopes {
		names = append(names, string(s))
	}
	return strings.Join(names, ",")
}

func ownerOf(k store.Key) string {
	return strings.TrimSpace(k.Owner + " " + k.Publisher)
}

func stateOf(k store.Key) string {
	switch {
	case k.RevokedAt != nil:
		return "revoked " + moment(k.RevokedAt)
	case k.Disabled:
		return "its owner is disabled"
	case k.Ended:
		return "ended " + moment(k.ExpiresAt)
	case k.OldValid:
		return "old secret until " + moment(k.OldUntil)
	case k.ExpiresAt != nil:
		return "until " + moment(k.ExpiresAt)
	}
	return ""
}

type apikeyRevokeCmd struct {
	ID []string `arg:"" help:"Ids of the keys, as touchstone apikey list shows them."`
}

// Run revokes keys.
func (c *apikeyRevokeCmd) Run(ctx context.Context, a *app) error {
	var ids []factcheck.KeyID
	for _, text := range c.ID {
		id, err := keyID(text)
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	return a.withStore(ctx, func(db *store.DB) error {
		for _, id := range ids {
			if err := db.RevokeKey(ctx, factcheck.Operator(), id); err != nil {
				return err
			}
			if err := say(a.stdout, "revoked %s", id); err != nil {
				return err
			}
		}
		return nil
	})
}
