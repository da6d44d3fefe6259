package store_test

import (
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Invariant 4 for what articles brought: a link goes only as a noted mistake, a claim has one first appearance, and what was
// kept of a page stays what it was.

func TestInvariant04LinksGoOnlyAsNotedMistakes(t *testing.T) {
	t.Parallel()
	b := printed(t)
	const grow = "appearances_only_grow"
	noted := `INSERT INTO appearance_events (appearance_id, kind, stance, quote, at, recorded_at, actor_id, before)
		SELECT id, 'unlinked', stance, quote, now(), now(), {by_author}, to_jsonb(ap) FROM appearances ap WHERE id = {appearance}`
	gone := `DELETE FROM appearances WHERE id = {appearance}`
	seen := both(off("appearances", "appearances_guard"), off("appearances", "unlinked_have_change"))
	b.run(t, []attack{
		{"it is deleted", []string{gone}, grow, seen, ""},
		{"it is deleted with a note that forgets what it was", []string{`INSERT INTO appearance_events (appearance_id, kind, stance, quote, at, recorded_at, actor_id, before)
			SELECT id, 'unlinked', stance, quote, now(), now(), {by_author}, to_jsonb(ap) || '{"stance": "disputes"}' FROM appearances ap WHERE id = {appearance}`, gone}, grow, seen, ""},
		{"it is deleted by another note", []string{`INSERT INTO appearance_events (appearance_id, kind, stance, quote, at, recorded_at, actor_id, before)
			SELECT id, 'stance', stance, quote, now(), now(), {by_author}, to_jsonb(ap) FROM appearances ap WHERE id = {appearance}`, gone}, grow, seen, ""},
		{"it is unlinked unseen by the feed", []string{noted, gone}, "appearances_have_change", off("appearances", "unlinked_have_change"), ""},
		{"it is called unlinked and stays", []string{noted}, "appearance_events_are_true", off("appearance_events", "unlinked_is_gone"), ""},
		{"something happens to an appearance that is not there", []string{`INSERT INTO appearance_events (appearance_id, article_id, claim_id, kind, stance, quote, at, recorded_at, actor_id)
			VALUES (gen_random_uuid(), {article}, {claim}, 'linked', 'makes', '', now(), now(), {by_author})`}, "appearance_events_are_true", off("appearance_events", "appearance_events_are_true"), ""},
		{"an act is taken back twice", []string{`INSERT INTO appearance_events (appearance_id, kind, stance, quote, at, recorded_at, actor_id, undoes)
			SELECT ap.id, 'undone', ap.stance, ap.quote, now(), now(), {by_author}, (SELECT min(id) FROM appearance_events e WHERE e.appearance_id = ap.id)
			FROM appearances ap, generate_series(1, 2) WHERE ap.id = {appearance}`}, "appearance_events_undoes_key", dropped("appearance_events", "appearance_events_undoes_key"), ""},
		{"a taking back takes nothing back", []string{`INSERT INTO appearance_events (appearance_id, kind, stance, quote, at, recorded_at, actor_id)
			SELECT ap.id, 'undone', ap.stance, ap.quote, now(), now(), {by_author} FROM appearances ap WHERE ap.id = {appearance}`},
			"appearance_events_undo_something", dropped("appearance_events", "appearance_events_undo_something"), ""},
	})
}

func TestInvariant04OneFirstAppearance(t *testing.T) {
	t.Parallel()
	b := printed(t)
	second := linked(t, b.Env, b.claim, "https://news.example/2", factcheck.StanceMakes)
	disputes := linked(t, b.Env, b.claim, "https://news.example/3", factcheck.StanceDisputes)
	b.values["second_appearance"], b.values["disputes"] = second.UUID(), disputes.UUID()
	ok(t, b.DB.MarkFirst(t.Context(), b.Checker, b.appearance, 1, true, ""))
	unseen := off("appearances", "appearances_have_change_of_first")
	b.run(t, []attack{
		{"a second first one", []string{`UPDATE appearances SET is_first = true, version = version + 1 WHERE id = {second_appearance}`}, "appearances_one_first",
			both(statement("the index appearances_one_first", `DROP INDEX appearances_one_first`), unseen), ""},
		{"a first one that disputes the claim", []string{`UPDATE appearances SET is_first = true, version = version + 1 WHERE id = {disputes}`}, "appearances_first_asserts",
			both(dropped("appearances", "appearances_first_asserts"), both(statement("the index appearances_one_first", `DROP INDEX appearances_one_first`), unseen)), ""},
		{"the mark goes unseen by the feed", []string{`UPDATE appearances SET is_first = false, version = version + 1 WHERE id = {appearance}`}, "appearances_have_change", unseen, ""},
		{"the mark goes unseen by who has it open", []string{`UPDATE appearances SET is_first = false WHERE id = {appearance}`}, "appearances_no_lost_update",
			both(off("appearances", "appearances_guard"), unseen), ""},
	})
}

func TestInvariant04WhatWasKeptStays(t *testing.T) {
	t.Parallel()
	b := printed(t)
	for _, body := range []string{"one", "two", "three"} {
		kept(t, b.Env, "https://news.example/1", body)
	}
	const only, first = "snapshots_only_grow", "snapshots_keep_first_and_last"
	guard := off("snapshots", "snapshots_guard")
	oldest := `(SELECT min(id) FROM snapshots)`
	b.run(t, []attack{
		{"a content is rewritten", []string{`UPDATE snapshot_contents SET body = 'x', size = 1, sha256 = sha256('x')`}, "snapshot_contents_only_grow",
			both(off("snapshot_contents", "snapshot_contents_guard"), dropped("snapshot_contents", "snapshot_contents_sha256_key")), ""},
		{"a content is called another", []string{`INSERT INTO snapshot_contents (sha256, body, size, created_at) VALUES (sha256('x'), 'y', 1, now())`},
			"snapshot_contents_are_their_hash", dropped("snapshot_contents", "snapshot_contents_are_their_hash"), ""},
		{"the first snapshot is deleted", []string{`DELETE FROM snapshots WHERE id = ` + oldest}, first, guard, ""},
		{"the last snapshot is deleted", []string{`DELETE FROM snapshots WHERE id = (SELECT max(id) FROM snapshots)`}, first, guard, ""},
		{"all snapshots are deleted", []string{`DELETE FROM snapshots`}, first, guard, ""},
		{"a snapshot is put on another day", []string{`UPDATE snapshots SET taken_at = now() - interval '1 year' WHERE id = ` + oldest}, only, guard, ""},
		{"a snapshot shows another content", []string{`UPDATE snapshots SET content_id = (SELECT max(content_id) FROM snapshots) WHERE id = ` + oldest}, only, guard, ""},
		{"a snapshot is taken down by nobody", []string{`UPDATE snapshots SET content_id = NULL, taken_down_at = now() WHERE id = ` + oldest}, "snapshots_have_content",
			dropped("snapshots", "snapshots_have_content"), ""},
		{"an article gets another page", []string{`UPDATE articles SET slug = 'other' WHERE id = {article}`}, "articles_stay", off("articles", "articles_guard"), ""},
		{"an article is edited unseen by who has it open", []string{`UPDATE articles SET title = 'other' WHERE id = {article}`}, "articles_no_lost_update", off("articles", "articles_guard"), ""},
		{"an article is known by nothing", []string{`UPDATE articles SET url = NULL, url_key = NULL, url_hash = NULL WHERE id = {article}`}, "articles_are_known",
			both(dropped("articles", "articles_are_known"), dropped("articles", "articles_without_address_were_given")), ""},
		{"two articles have one key", []string{`INSERT INTO articles (id, slug, url, url_key, url_hash, kind, added_by, created_at)
			SELECT gen_random_uuid(), 'second', url || '?', url_key, url_hash, kind, added_by, now() FROM articles WHERE id = {article}`}, "articles_url_key_key", dropped("articles", "articles_url_key_key"), ""},
	})
	b.silent = true
	b.run(t, []attack{
		{"a snapshot goes unaudited", []string{`DELETE FROM snapshots WHERE id = (SELECT min(id) FROM snapshots WHERE id > ` + oldest + `)`}, "acts_are_audited", off("snapshots", "acts_are_audited"), ""},
		{"an article is edited unaudited", []string{`UPDATE articles SET title = 'other', version = version + 1 WHERE id = {article}`}, "acts_are_audited", off("articles", "acts_are_audited"), ""},
	})
}
