-- What feeds are read by where a million changes stand: the moment of a change, and the newest of what the house itself found among
-- many claims of other publishers.

-- +goose Up
CREATE INDEX changes_at ON changes (at);
CREATE INDEX claim_documents_house_updated_at ON claim_documents (updated_at DESC, claim_id DESC) WHERE house;
-- The newest correction of a claim, without its other changes.
CREATE INDEX changes_claim_corrections ON changes (claim_id, seq) WHERE type IN ('verdict.updated', 'verdict.clarified', 'verdict.corrected', 'verdict.retracted');
