package factcheck

import "maps"

// Limits of topics.
const (
	MaxTopicName  = 120 // characters
	MaxTopicNames = 100 // languages
)

// TopicInput is what is said of a topic.
type TopicInput struct {
	Name  string
	Names map[string]string // the name in other languages, by BCP 47 tag
}

// Clean returns the input trimmed, after checking it; the error is CodeInvalid and names the field.
func (in TopicInput) Clean() (TopicInput, error) {
	in.Name = CleanLine(in.Name)
	if !visible(in.Name) {
		return in, Invalid("name", "a topic needs a name")
	}
	if err := CheckText("name", in.Name, MaxTopicName); err != nil {
		return in, err
	}
	if len(in.Names) > MaxTopicNames {
		return in, Invalid("names", "%d languages are too many; the limit is %d", len(in.Names), MaxTopicNames)
	}
	in.Names = maps.Clone(in.Names)
	if in.Names == nil {
		in.Names = map[string]string{}
	}
	for language, name := range in.Names {
		if !ValidLanguage(language) {
			return in, Invalid("names", "%q is not a language tag; write en, pt-BR or ar", clip(language, 40))
		}
		name = CleanLine(name)
		if !visible(name) {
			return in, Invalid("names."+language, "write the name in this language, or remove the line")
		}
		if err := CheckText("names."+language, name, MaxTopicName); err != nil {
			return in, err
		}
		in.Names[language] = name
	}
	return in, nil
}
