package newsroom

// KeyPage shows one API key.
type KeyPage struct {
	Shell
	Key     KeyItem
	Fresh   string // a new secret, shown this once
	OldUsed string // of the secret before it while it is valid: when it was last used; empty: there is none

	Expires, Burst, Daily, Overlap, Told, Error, Field string // as typed
}

func (p KeyPage) wrong(field string) string {
	if p.Error != "" && p.Field == field {
		return p.Error
	}
	return ""
}

func (p KeyPage) act(name string) string { return "/newsroom/house/keys/" + p.Key.ID + "/" + name }

func (p KeyPage) overlaps() []option {
	return options(p.Overlap, "0", "ends at once", "1", "stays valid for a day", "7", "stays valid for a week", "30", "stays valid for 30 days", "90", "stays valid for 90 days")
}
