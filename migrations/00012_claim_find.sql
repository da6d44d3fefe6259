-- The newsroom finds a claim by its words whatever its stage. What readers may find stands in claim_words.

-- +goose Up
CREATE INDEX claims_words ON claims USING gin (to_tsvector('simple', text));
