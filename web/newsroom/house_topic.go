package newsroom

import "net/url"

// TopicsPage lists the topics that claims are filed under.
type TopicsPage struct {
	Shell
	May   bool // add, rename and mark
	List  []TopicItem
	Next  string
	Later bool

	Name, Told, Error, Field string
}

// TopicItem is a topic.
type TopicItem struct {
	ID, Name, Slug string
	Public         int // claims that readers see under it
	Revision       int
	Sensitive      bool // its claims take two approvals
}

func (it TopicItem) listURL() string {
	return "/newsroom/claims?" + url.Values{"stage": {AnyStage}, "topic": {it.ID}}.Encode()
}

func (p TopicsPage) nextURL() string {
	return "/newsroom/house/topics?" + url.Values{"after": {p.Next}}.Encode()
}

func (p TopicsPage) wrong() string {
	if p.Field == "name" {
		return p.Error
	}
	return ""
}
