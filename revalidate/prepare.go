package revalidate

// Prepare computes what a page looks like on the wire. A [Store] that decodes
// pages calls it once for each, before others see the page; one that does not
// is served as well, but has it computed for every request.
func (p *Page) Prepare() { p.prepare() }

// prepared is the page ready to be served.
func (p *Page) prepared() *Page {
	if len(p.answer.fields) > 0 {
		return p
	}
	ready := *p // the page is shared
	ready.prepare()
	return &ready
}
