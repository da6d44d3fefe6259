-- +goose Up
-- Each process keeps the addresses of public articles in memory, for looking them up. What is published moves with the change
-- feed; a further spelling of an address that is public already has no entry there, and is found by when it was seen.
CREATE INDEX article_urls_seen_at ON article_urls (seen_at);
