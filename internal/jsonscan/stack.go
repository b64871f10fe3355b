package jsonscan

// bitStack holds one bit per level.
type bitStack struct {
	first [16]uint64
	more  []uint64
}

func (b *bitStack) push(level int, set bool) {
	word, mask := level/64, uint64(1)<<(level%64)
	p := b.word(word)
	if set {
		*p |= mask
	} else {
		*p &^= mask
	}
}

func (b *bitStack) top(level int) bool {
	return *b.word(level / 64)>>(level%64)&1 == 1
}

func (b *bitStack) word(n int) *uint64 {
	if n < len(b.first) {
		return &b.first[n]
	}
	n -= len(b.first)
	for n >= len(b.more) {
		b.more = append(b.more, 0)
	}
	return &b.more[n]
}
