package extract

func quotations(text string, blocks []Block) []Quotation { return nil }
