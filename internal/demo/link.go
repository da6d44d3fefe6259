package demo

import (
	"errors"
	"fmt"
	"slices"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// keys are the keys of one kind of thing.
type keys map[string]bool

// keysOf collects the keys of list; an empty or repeated key is an error.
func keysOf[T any](kind string, list []T, key func(T) string) (keys, error) {
	set := make(keys, len(list))
	for _, item := range list {
		k := key(item)
		if k == "" || set[k] {
			return nil, fmt.Errorf("%s %q: the key is empty or taken", kind, k)
		}
		set[k] = true
	}
	return set, nil
}

// index holds the keys of everything that is referred to.
type index struct {
	people, topics, outlets, claimants, publishers, articles, claims, tips keys
}

func (c *Content) index() (index, error) {
	var x index
	var errs [9]error
	x.people, errs[0] = keysOf("person", c.People, func(p Person) string { return p.Key })
	x.topics, errs[1] = keysOf("topic", c.Topics, func(t Topic) string { return t.Key })
	x.outlets, errs[2] = keysOf("outlet", c.Outlets, func(o Outlet) string { return o.Key })
	x.claimants, errs[3] = keysOf("claimant", c.Claimants, func(cl Claimant) string { return cl.Key })
	x.publishers, errs[4] = keysOf("publisher", c.Publishers, func(p Publisher) string { return p.Key })
	x.articles, errs[5] = keysOf("article", c.Articles, func(a Article) string { return a.Key })
	x.claims, errs[6] = keysOf("claim", c.Claims, func(cl Claim) string { return cl.Key })
	x.tips, errs[7] = keysOf("tip", c.Tips, func(t Tip) string { return t.Key })
	_, errs[8] = keysOf("import", c.Imports, func(i Import) string { return i.Key })
	for _, err := range errs {
		if err != nil {
			return index{}, err
		}
	}
	return x, nil
}

// need returns an error unless key is in set; optional allows the empty key.
func need(set keys, kind, key string, optional bool) error {
	if set[key] || optional && key == "" {
		return nil
	}
	return fmt.Errorf("there is no %s %q", kind, key)
}

// link checks that every reference leads somewhere and completes the verdicts.
func (c *Content) link() error {
	x, err := c.index()
	if err != nil {
		return err
	}
	for _, a := range c.Articles {
		if err := a.link(x); err != nil {
			return fmt.Errorf("article %s: %w", a.Key, err)
		}
	}
	for i := range c.Claims {
		if err := c.Claims[i].link(x); err != nil {
			return fmt.Errorf("claim %s: %w", c.Claims[i].Key, err)
		}
	}
	for _, im := range c.Imports {
		if err := im.link(x); err != nil {
			return fmt.Errorf("import %s: %w", im.Key, err)
		}
	}
	for _, t := range c.Tips {
		if t.Dismissed == nil {
			continue
		}
		if err := need(x.people, "person", t.Dismissed.By, false); err != nil {
			return fmt.Errorf("tip %s: %w", t.Key, err)
		}
	}
	return nil
}

func (cl *Claim) link(x index) error {
	if err := need(x.claimants, "claimant", cl.Claimant, false); err != nil {
		return err
	}
	if err := need(x.tips, "tip", cl.FromTip, true); err != nil {
		return err
	}
	for _, t := range cl.Topics {
		if err := need(x.topics, "topic", t, false); err != nil {
			return err
		}
	}
	var last *Verdict
	for i := range cl.Steps {
		s := &cl.Steps[i]
		if err := s.link(x); err != nil {
			return fmt.Errorf("step %d (%s): %w", i+1, s.Do, err)
		}
		if s.Verdict == nil {
			continue
		}
		if last != nil {
			full := s.Verdict.over(*last, s.Kind != factcheck.CorrectionNone)
			s.Verdict = &full
		}
		last = s.Verdict
	}
	return nil
}

func (s *Step) link(x index) error {
	if !slices.Contains(Dos(), s.Do) {
		return fmt.Errorf("nobody knows how to %q", s.Do)
	}
	if s.At.IsZero() {
		return errors.New("it has no time")
	}
	if err := need(x.people, "person", s.By, false); err != nil {
		return err
	}
	if err := need(x.articles, "article", s.Article, !s.Do.OnArticle()); err != nil {
		return err
	}
	if err := need(x.claims, "claim", s.Into, s.Do != DoMerge); err != nil {
		return err
	}
	if (s.Do == DoDraft) != (s.Verdict != nil) {
		return errors.New("a draft has a verdict, and nothing else has")
	}
	return nil
}

// link checks what an article refers to, and that its steps are in order: it is taken in before it changes.
func (a Article) link(x index) error {
	if err := need(x.outlets, "outlet", a.Outlet, true); err != nil {
		return err
	}
	for i, s := range a.Steps {
		if err := need(x.people, "person", s.By, false); err != nil {
			return fmt.Errorf("step %d (%s): %w", i+1, s.Do, err)
		}
		switch {
		case s.At.IsZero():
			return fmt.Errorf("step %d (%s): it has no time", i+1, s.Do)
		case !slices.Contains(ArticleDos(), s.Do):
			return fmt.Errorf("step %d: nobody knows how to %q an article", i+1, s.Do)
		case (s.Do == ArticleChange) != (len(s.Text) > 0):
			return fmt.Errorf("step %d (%s): a changed page has a text, and nothing else has", i+1, s.Do)
		case s.Do == ArticleAccept && a.Check == nil:
			return fmt.Errorf("step %d: the page states no check to accept", i+1)
		}
	}
	return nil
}

func (im Import) link(x index) error {
	if err := need(x.publishers, "publisher", im.Publisher, false); err != nil {
		return err
	}
	if err := need(x.claims, "claim", im.Claim, true); err != nil {
		return err
	}
	for _, t := range im.Topics {
		if err := need(x.topics, "topic", t, false); err != nil {
			return err
		}
	}
	return nil
}
