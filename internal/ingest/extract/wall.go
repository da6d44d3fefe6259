package extract

func (p *page) wall(r Reading, b body) Wall { return Wall{} }
