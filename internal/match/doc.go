// Package match finds which known claims a text makes: a sentence, a post or a whole article goes in, candidate claims come
// out, each with a score, a probability, a reading of it (same, related, none), the passage, and why.
//
// A Collection holds the claims as numbered words. A text is cleaned (Clean), its words are looked up by BM25 over claim,
// variants, title and answer together, and the best 60 are ranked anew by a linear model over some hundred and eighty
// features: word, n-gram, order, name, number and author overlap, word vectors learnt from how headlines word a claim, and
// each of them against the best of the other candidates. The model's numbers are the committed file weights.bin; it holds no
// text. They were made by
//
//	touchstone match train --claims claims.jsonl --queries queries.tsv --qrels train.qrels.tsv --output internal/match/weights.bin
//
// and Evaluate, behind touchstone match eval, says how good they are. Everything is pure: no database, no clock.
package match
