package jsonscan

// bitStack holds one bit for each level. It has room for as many levels as usual texts have, and grows for deeper ones.
type bitStack struct {
	first [16]uint64
	more  []uint64
}

// set puts the bit of a level, which is at most one above those that were set before.
func (b *bitStack) set(level int, bit bool) {
	word, mask := b.word(level), uint64(1)<<(level%64)
	if bit {
		*word |= mask
	} else {
		*word &^= mask
	}
}

// get returns the bit of a level that was set.
func (b *bitStack) get(level int) bool {
	return *b.word(level)>>(level%64)&1 == 1
}

func (b *bitStack) word(level int) *uint64 {
	n := level / 64
	if n < len(b.first) {
		return &b.first[n]
	}
	if n -= len(b.first); n == len(b.more) {
		b.more = append(b.more, 0)
	}
	return &b.more[n]
}
