-- The dataset of all verdicts (/claimreview.json) and the feeds tell which claims were public once: by the changes that
-- ended them, of which there are few among all.

-- +goose Up
CREATE INDEX changes_endings ON changes (seq) WHERE type IN ('claim.merged', 'claim.withdrawn');
-- Parts of the dataset are told apart by the ids and numbers of their claims, without reading the documents.
CREATE INDEX claim_documents_seq ON claim_documents (claim_id, seq);
