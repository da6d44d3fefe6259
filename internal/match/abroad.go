package match

// A claim in another language than the text's is related if the names and numbers that both have are as rare together as this
// many that one claim alone has; there must be two at least, one a name unless there are three numbers. A year says less than
// another number.
const (
	abroadRare    = 1.5
	abroadNumbers = 3
	yearShare     = 0.4
)

// abroadProbability is how likely it is that a claim in another language than the text's is the same, by the names and numbers
// that both have: never enough to say so without a person. It is a rule, for there is nothing to learn it from.
func (q *question) abroadProbability(d *doc) float32 {
	q.mark++
	for _, t := range q.texts[d.first:d.last] {
		for _, n := range t.words {
			if m := &q.known.all[n]; m.item >= 0 {
				q.items[m.item].mark = q.mark
			}
		}
	}
	shared := q.mark
	q.mark++
	var rare, all, name float32 // name: of the name at hand, which may be of several words
	names, numbers := 0, 0
	for _, p := range q.dense {
		x := &q.items[p.item]
		switch {
		case x.number:
			if name, all = 0, all+q.numberRarity(x); x.mark == shared {
				rare += q.numberRarity(x)
				numbers++
			}
		case !x.proper:
			name = 0
		case x.mark != shared:
			all += x.rarity
		default:
			if name == 0 {
				names++
			}
			if more := max(0, x.rarity-name); more > 0 {
				rare, all, name = rare+more, all+more, name+more
			}
		}
		if x.mark == shared {
			x.mark = q.mark // each counts once
		}
	}
	if names == 0 && numbers < abroadNumbers || names+numbers < 2 || rare < abroadRare {
		return 0
	}
	return q.related + (q.same-q.related)*.99*rare/(all+.5)
}

// numberRarity is how rare a number is, less for what may be a year.
func (q *question) numberRarity(x *item) float32 {
	if w := q.arena[x.from:x.until]; len(w) == 4 && (w[0] == '1' && w[1] == '9' || w[0] == '2' && w[1] == '0') {
		return yearShare * x.rarity
	}
	return x.rarity
}
