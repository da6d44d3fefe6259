// Package match finds which known claims a text makes: a sentence, a post or a whole article goes in, candidate claims come
// out, each with a score, a probability, a reading of it (same, related, none), the passage, and why.
//
// A Matcher holds no claims: it reads them in snapshots of the index (package search), the public one first, private ones after
// it, and all words weigh by the first. A text is cleaned (Clean), its words are looked up by BM25 over all fields together,
// names and numbers in every language, and the best 24 are ranked anew by a linear model over some hundred and seventy
// features: word, n-gram, order, name, number and author overlap with claim or variant, headline and answer, words that mean
// nearly the same (learnt from how headlines word a claim; English alone), and each of them against the best of the others.
// What is compared stands in the index already, so a match costs look-ups in arrays and no lock.
//
// The model's numbers are the committed file weights.bin; it holds no text. They were made by
//
//	touchstone match train --claims claims.jsonl --queries queries.tsv --qrels train.qrels.tsv \
//		--transcripts transcripts --output internal/match/weights.bin
//
// and Evaluate and EvaluateTranscripts, behind touchstone match eval and eval-transcripts, say how good they are.
//
// # Why the thresholds are where they are
//
// Of a post, "same" is told from the probability that 1.5 % of the training posts reach when their claim is taken away, and
// "related" from that which 20 % reach: in cross-validation 2 % and 22 % of posts whose claim is not there, and 53 % and 77 % of
// those whose claim is.
//
// A passage of an article needs more, for it is shorter, and most passages make no known claim. Its thresholds are set on
// transcripts, where 0.8 % of the lines are linked to the claim that was checked of them: "same" from the least probability at
// which three of ten lines have the link, "related" from that which one in twenty lines without a link reaches; those whose
// figures differ are kept too, which makes it 6.1 %. With the
// transcript at hand left out that is a precision of .26 and a recall of .09 for "same" (from .95 to .97), and of .02 and .17
// for "related" (from .71 to .72); see transcripts.svg. Links are few: of forty lines without one that are told "same", drawn
// at random and read, thirty-six do make the claim, said again or in another debate, so that about nine in ten are right. Below
// .95 this turns: "Make America great again" is not the claim about the hats.
//
// Everything is pure: no database, no clock.
package match
