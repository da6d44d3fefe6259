package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/config"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/newsroom"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// userCmd groups what is done about people. They are disabled, never deleted.
type userCmd struct {
	Add           userAddCmd      `cmd:"" help:"Add a person."`
	List          userListCmd     `cmd:"" help:"List everybody who is or was in the newsroom."`
	Role          userRoleCmd     `cmd:"" help:"Give a person another role."`
	Disable       userDisableCmd  `cmd:"" help:"Take a person's rights and those of their keys away."`
	Enable        userEnableCmd   `cmd:"" help:"Give a disabled person their rights back."`
	ResetPassword userPasswordCmd `cmd:"" name:"reset-password" help:"Set a person's password."`
}

// passwordFlags say where a password comes from: never from the command line, which everybody on the machine can read.
type passwordFlags struct {
	PasswordStdin bool `name:"password-stdin" xor:"password" help:"Read the password from standard input."`
	Generate      bool `name:"generate" xor:"password" help:"Make a password up and print it, alone, on standard output."`
}

// password returns the password and its hash; both are empty when neither flag was given.
func (f passwordFlags) password(ctx context.Context, a *app, about ...string) (password, hash string, err error) {
	switch {
	case f.Generate:
		password = auth.NewPassword()
	case f.PasswordStdin:
		if password, err = a.readPassword(); err != nil {
			return "", "", err
		}
	default:
		return "", "", nil
	}
	hash, err = auth.NewPasswords(1).Hash(ctx, password, about...)
	return password, hash, err
}

// readPassword reads the first line of standard input, without showing it if somebody types it. Spaces belong to a password,
// the end of the line does not.
func (a *app) readPassword() (string, error) {
	if f, ok := a.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		_ = say(a.stderr, "password, and Enter:") // without the question it works all the same
		text, err := term.ReadPassword(int(f.Fd()))
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		return string(text), nil
	}
	line, err := bufio.NewReader(io.LimitReader(a.stdin, 64<<10)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", factcheck.Invalid("password", "there is none on standard input")
	}
	return line, nil
}

type userAddCmd struct {
	Email string `name:"email" required:"" placeholder:"E" help:"Address the person signs in with."`
	Name  string `name:"name" required:"" placeholder:"N" help:"Name of the person."`
	Role  string `name:"role" required:"" placeholder:"R" enum:"checker,editor,admin" help:"One of checker, editor and admin."`
	passwordFlags
	JSON bool `name:"json" help:"Print {\"id\",\"email\",\"role\"} for machines."`
}

// Run adds a person.
func (c *userAddCmd) Run(ctx context.Context, a *app) error {
	if c.JSON && c.Generate {
		return wrongUse("--generate prints the password alone, so it does not go with --json")
	}
	password, hash, err := c.password(ctx, a, c.Email, c.Name)
	if err != nil {
		return err
	}
	return a.withStore(ctx, func(db *store.DB) error {
		who, err := db.AddPerson(ctx, factcheck.Operator(), store.PersonInput{Email: c.Email, Name: c.Name, Role: factcheck.Role(c.Role), PasswordHash: hash})
		if err != nil {
			return err
		}
		switch {
		case c.Generate:
			return say(a.stdout, "%s", password)
		case c.JSON:
			return printJSON(a.stdout, map[string]any{"id": who.Person, "email": strings.ToLower(c.Email), "role": who.Role})
		case hash == "":
			return say(a.stdout, "added %s (%s); nobody can sign in before touchstone user reset-password %s", printable(who.Name), who.Role, c.Email)
		}
		return say(a.stdout, "added %s (%s)", printable(who.Name), who.Role)
	})
}

type userListCmd struct {
	JSON bool `name:"json" help:"Print an array for machines."`
}

// Run lists the people.
func (c *userListCmd) Run(ctx context.Context, a *app) error {
	return a.withStore(ctx, func(db *store.DB) error {
		people, err := db.Persons(ctx, factcheck.Operator())
		if err != nil {
			return err
		}
		if c.JSON {
			out := make([]map[string]any, 0, len(people))
			for _, p := range people {
				out = append(out, map[string]any{
					"id": p.ID, "email": p.Email, "name": p.Name, "byline": p.Byline, "role": p.Role,
					"has_password": p.HasPassword, "second_factor": p.SecondFactor(), "last_sign_in_at": p.SignedInAt, "disabled_at": p.DisabledAt, "created_at": p.CreatedAt,
				})
			}
			return printJSON(a.stdout, out)
		}
		rows := [][]string{{"EMAIL", "NAME", "ROLE", "STATE", "SECOND FACTOR", "LAST SIGN-IN"}}
		for _, p := range people {
			state := ""
			switch {
			case p.DisabledAt != nil:
				state = "disabled " + moment(p.DisabledAt)
			case !p.HasPassword:
				state = "no password"
			}
			signedIn, factor := "never", p.SecondFactor()
			if p.SignedInAt != nil {
				signedIn = moment(p.SignedInAt)
			}
			if factor == "" {
				factor = "none"
			}
			rows = append(rows, []string{p.Email, p.Name, string(p.Role), state, factor, signedIn})
		}
		return table(a.stdout, rows)
	})
}

// person returns the person with an address, disabled or not.
func person(ctx context.Context, db *store.DB, email string) (store.Person, error) {
	people, err := db.Persons(ctx, factcheck.Operator())
	if err != nil {
		return store.Person{}, err
	}
	for _, p := range people {
		if strings.EqualFold(p.Email, strings.TrimSpace(email)) {
			return p, nil
		}
	}
	return store.Person{}, factcheck.NotFound("nobody here has the address %s; touchstone user list shows everybody", printable(email))
}

type userRoleCmd struct {
	Email string `arg:"" help:"Address of the person."`
	Role  string `arg:"" enum:"checker,editor,admin" help:"One of checker, editor and admin."`
}

// Run changes a role.
func (c *userRoleCmd) Run(ctx context.Context, a *app) error {
	return a.withPerson(ctx, c.Email, func(db *store.DB, p store.Person) error {
		if err := db.ChangeRole(ctx, factcheck.Operator(), p.ID, p.Revision, factcheck.Role(c.Role)); err != nil {
			return err
		}
		return say(a.stdout, "%s is %s now", printable(p.Name), c.Role)
	})
}

type userDisableCmd struct {
	Email string `arg:"" help:"Address of the person."`
}

// Run disables a person.
func (c *userDisableCmd) Run(ctx context.Context, a *app) error {
	return a.withPerson(ctx, c.Email, func(db *store.DB, p store.Person) error {
		if err := db.DisablePerson(ctx, factcheck.Operator(), p.ID); err != nil {
			return err
		}
		return say(a.stdout, "%s is disabled", printable(p.Name))
	})
}

type userEnableCmd struct {
	Email string `arg:"" help:"Address of the person."`
}

// Run enables a person again.
func (c *userEnableCmd) Run(ctx context.Context, a *app) error {
	return a.withPerson(ctx, c.Email, func(db *store.DB, p store.Person) error {
		if err := db.EnablePerson(ctx, factcheck.Operator(), p.ID); err != nil {
			return err
		}
		return say(a.stdout, "%s has their rights back", printable(p.Name))
	})
}

type userPasswordCmd struct {
	Email string `arg:"" help:"Address of the person."`
	passwordFlags
	Link             bool   `name:"link" xor:"password" help:"Print a link, alone, with which they set a password themselves, once, within 24 hours."`
	DropSecondFactor bool   `name:"drop-second-factor" help:"Take their authenticator app, passkeys and recovery codes away too."`
	PublicURL        string `name:"public-url" env:"TOUCHSTONE_PUBLIC_URL" placeholder:"URL" help:"With --link: the address readers use; http://localhost:8080 unless given."`
}

// Run sets a password, or makes a link with which its person does.
func (c *userPasswordCmd) Run(ctx context.Context, a *app) error {
	if !c.PasswordStdin && !c.Generate && !c.Link {
		return wrongUse("say --password-stdin, --generate to have a password made up, or --link to let them set it")
	}
	return a.withPerson(ctx, c.Email, func(db *store.DB, p store.Person) error {
		if c.Link {
			return c.link(ctx, a, db, p)
		}
		password, hash, err := c.password(ctx, a, p.Email, p.Name)
		if err != nil {
			return err
		}
		if c.DropSecondFactor {
			if err := db.DropFactors(ctx, factcheck.Operator(), p.ID); err != nil {
				return err
			}
		}
		if err := db.SetPassword(ctx, factcheck.Operator(), p.ID, hash); err != nil {
			return err
		}
		if c.Generate {
			return say(a.stdout, "%s", password)
		}
		return say(a.stderr, "the password of %s is set", printable(p.Name))
	})
}

func (c *userPasswordCmd) link(ctx context.Context, a *app, db *store.DB, p store.Person) error {
	set, err := config.ServerFlags{PublicURL: c.PublicURL}.Check()
	if err != nil {
		return err
	}
	_, token, err := db.ResetLink(ctx, factcheck.Operator(), p.ID, c.DropSecondFactor)
	if err != nil {
		return err
	}
	return say(a.stdout, "%s", newsroom.LinkURL(set.PublicURL, token))
}

// withPerson finds a person and lends them to fn.
func (a *app) withPerson(ctx context.Context, email string, fn func(*store.DB, store.Person) error) error {
	return a.withStore(ctx, func(db *store.DB) error {
		p, err := person(ctx, db, email)
		if err != nil {
			return err
		}
		return fn(db, p)
	})
}
