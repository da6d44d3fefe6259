package demo

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
)

//go:embed content/*.json
var embedded embed.FS

// Load returns the content that is built into the program: read strictly, linked, every verdict complete. An error is a
// mistake in the content files, which the tests of this package find.
func Load() (*Content, error) { return load(embedded) }

// load reads content/*.json of fsys.
func load(fsys fs.FS) (*Content, error) {
	names, err := fs.Glob(fsys, "content/*.json")
	if err != nil {
		return nil, fmt.Errorf("list demonstration content: %w", err)
	}
	c := &Content{}
	for _, name := range names {
		part, err := decode(fsys, name)
		if err != nil {
			return nil, err
		}
		if err := c.add(part); err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(name), err)
		}
	}
	if c.House == nil {
		return nil, errors.New("demonstration content has no house")
	}
	if err := c.link(); err != nil {
		return nil, err
	}
	return c, nil
}

// decode reads one file and refuses fields it does not know and anything after the value.
func decode(fsys fs.FS, name string) (Content, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return Content{}, fmt.Errorf("open demonstration content: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	dec := json.NewDecoder(f)
	dec.DisallowUnknownFields()
	var part Content
	if err := dec.Decode(&part); err != nil {
		return Content{}, fmt.Errorf("%s: %w", path.Base(name), err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Content{}, fmt.Errorf("%s: something follows the content", path.Base(name))
	}
	return part, nil
}

// add appends a part.
func (c *Content) add(part Content) error {
	if part.House != nil {
		if c.House != nil {
			return errors.New("a second house")
		}
		c.House = part.House
	}
	c.People = append(c.People, part.People...)
	c.Topics = append(c.Topics, part.Topics...)
	c.Outlets = append(c.Outlets, part.Outlets...)
	c.Claimants = append(c.Claimants, part.Claimants...)
	c.Publishers = append(c.Publishers, part.Publishers...)
	c.Articles = append(c.Articles, part.Articles...)
	c.Claims = append(c.Claims, part.Claims...)
	c.Imports = append(c.Imports, part.Imports...)
	c.Tips = append(c.Tips, part.Tips...)
	c.Policies = append(c.Policies, part.Policies...)
	return nil
}

// Article returns the article with the key, and whether there is one.
func (c *Content) Article(key string) (Article, bool) {
	i := slices.IndexFunc(c.Articles, func(a Article) bool { return a.Key == key })
	if i < 0 {
		return Article{}, false
	}
	return c.Articles[i], true
}
