package match

// table maps hashes to small numbers: open-addressed, of a fixed size that is never full, used for text after text.
type table struct {
	keys   [tableSize]uint32
	values [tableSize]int16 // plus one, 0 where the slot is free
	used   []uint16
}

// tableSize is a power of two and four times as many as a text has words.
const tableSize = 1024

func (t *table) slot(key uint32) uint32 {
	slot := (key * 0x9e3779b1) >> 22
	for t.values[slot] != 0 && t.keys[slot] != key {
		slot = (slot + 1) & (tableSize - 1)
	}
	return slot
}

func (t *table) get(key uint32) (int, bool) {
	v := t.values[t.slot(key)]
	return int(v) - 1, v != 0
}

// put sets the value of a key that has none; a table that is half full takes no more.
func (t *table) put(key uint32, v int) {
	if len(t.used) >= tableSize/2 {
		return
	}
	slot := t.slot(key)
	if t.values[slot] == 0 {
		t.used = append(t.used, uint16(slot))
	}
	t.keys[slot], t.values[slot] = key, int16(v+1)
}

func (t *table) reset() {
	for _, slot := range t.used {
		t.values[slot] = 0
	}
	t.used = t.used[:0]
}

// nearTable maps hashes of stems to the item they are nearest to.
type nearTable struct {
	keys [nearSize]uint32
	item [nearSize]int16 // plus one
	like [nearSize]float32
	used []uint16
}

// nearSize is a power of two and more than twice what a text's words have neighbours, of which the first count.
const nearSize = 8192

func (t *nearTable) slot(key uint32) uint32 {
	slot := (key * 0x9e3779b1) >> 19
	for t.item[slot] != 0 && t.keys[slot] != key {
		slot = (slot + 1) & (nearSize - 1)
	}
	return slot
}

func (t *nearTable) put(key uint32, item int, like float32) {
	if len(t.used) >= nearSize/2 {
		return
	}
	slot := t.slot(key)
	if t.item[slot] == 0 {
		t.used = append(t.used, uint16(slot))
		t.keys[slot], t.like[slot] = key, -1
	}
	if like > t.like[slot] {
		t.item[slot], t.like[slot] = int16(item+1), like
	}
}

func (t *nearTable) get(key uint32) (int, float32) {
	slot := t.slot(key)
	return int(t.item[slot]) - 1, t.like[slot]
}

func (t *nearTable) reset() {
	for _, slot := range t.used {
		t.item[slot] = 0
	}
	t.used = t.used[:0]
}
