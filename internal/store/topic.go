package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/clause"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// topicModel maps the table topics.
type topicModel struct {
	ID        factcheck.TopicID `gorm:"primaryKey"`
	Slug      string
	Name      string
	Names     map[string]string `gorm:"serializer:json;type:jsonb"`
	CreatedAt time.Time
	Version   int32
}

// TableName names the table.
func (topicModel) TableName() string { return "topics" }

// Topic is a subject that claims are filed under.
type Topic struct {
	ID       factcheck.TopicID
	Slug     string
	Name     string
	Names    map[string]string // in other languages, by BCP 47 tag
	Claims   int               // public ones
	Revision int               // guards edits: pass it back
}

// AddTopic adds a topic. Its slug is made of its name and never changes. CodeConflict if a topic of this name is there, case
// aside. Editors and above, and their keys with the scope manage.
func (db *DB) AddTopic(ctx context.Context, actor factcheck.Actor, in factcheck.TopicInput) (factcheck.TopicID, error) {
	var id factcheck.TopicID
	err := db.write(ctx, actor, factcheck.ManageTopics, "add a topic", func(t *tx) error {
		in, err := in.Clean()
		if err != nil {
			return err
		}
		id = factcheck.TopicID(newID(t))
		slug, err := t.freeSlug(topicSlugs, id, in.Name, "topic")
		if err != nil {
			return err
		}
		if err := t.checkTopicName(id, in.Name); err != nil {
			return err
		}
		row := topicModel{ID: id, Slug: slug, Name: in.Name, Names: in.Names, CreatedAt: t.now, Version: 1}
		if err := t.db.Create(&row).Error; err != nil {
			return fmt.Errorf("write the topic: %w", err)
		}
		return t.audit("topic.add", id, map[string]any{"name": in.Name})
	})
	return id, err
}

// RenameTopic gives a topic other names. Its slug stays. The documents of all public claims under it are rebuilt in the same
// transaction, each with its change entry: the cost grows with their number. CodeConflict if somebody saved meanwhile, or if
// another topic has the name. Editors and above, and their keys with the scope manage.
func (db *DB) RenameTopic(ctx context.Context, actor factcheck.Actor, id factcheck.TopicID, revision int, in factcheck.TopicInput) error {
	return db.write(ctx, actor, factcheck.ManageTopics, "rename "+id.String(), func(t *tx) error {
		in, err := in.Clean()
		if err != nil {
			return err
		}
		// Locked also against claims that are filed under it now and would be published under the old name.
		var old topicModel
		if err := t.db.Clauses(clause.Locking{Strength: "UPDATE"}).Select("id", "name").Where("id = ?", id).Take(&old).Error; err != nil {
			return fmt.Errorf("read %s: %w", id, err)
		}
		if err := t.checkTopicName(id, in.Name); err != nil {
			return err
		}
		res := t.db.Model(&topicModel{}).Where("id = ? AND version = ?", id, revision).Select("name", "names", "version").
			Updates(&topicModel{Name: in.Name, Names: in.Names, Version: int32(revision) + 1})
		if err := one(res, "this topic"); err != nil {
			return err
		}
		claims, err := t.lockClaimsOf(`SELECT claim_id FROM claim_topics WHERE topic_id = $1`, id)
		if err != nil {
			return err
		}
		note := fmt.Sprintf("The topic “%s” is now called “%s”.", old.Name, in.Name)
		if err := t.changeIfMoved(factcheck.ChangeVerdictUpdated, note, claims...); err != nil {
			return err
		}
		return t.audit("topic.rename", id, map[string]any{"before": old.Name, "after": in.Name, "claims": len(t.changes)})
	})
}

// TopicNames returns what a topic is called in other languages, by BCP 47 tag. Checkers and above, and keys with the scope
// file. One query.
func (db *DB) TopicNames(ctx context.Context, actor factcheck.Actor, id factcheck.TopicID) (map[string]string, error) {
	var names map[string]string
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read the names of "+id.String(), func(t *tx) error {
		var raw []byte
		if err := t.pgx.QueryRow(ctx, `SELECT names FROM topics WHERE id = $1`, id).Scan(&raw); err != nil {
			return err
		}
		return decodeJSON(raw, &names)
	})
	return names, err
}

// checkTopicName returns a CodeConflict error if another topic has the name. The lock makes two who want it wait in turn.
func (t *tx) checkTopicName(id factcheck.TopicID, name string) error {
	var taken bool
	batch := &pgx.Batch{}
	batch.Queue(`SELECT pg_advisory_xact_lock(hashtextextended('topic ' || lower($1), 0))`, name)
	batch.Queue(`SELECT EXISTS (SELECT FROM topics WHERE lower(name) = lower($1) AND id <> $2)`, name, id).
		QueryRow(func(row pgx.Row) error { return row.Scan(&taken) })
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return fmt.Errorf("look for the topic's name: %w", err)
	}
	if taken {
		return factcheck.Conflict("a topic with this name is there already")
	}
	return nil
}

// NewsroomTopics returns up to limit (at most MaxPage) topics, those without a public claim included, in the order of their
// slugs, beginning after a slug. Checkers and above, and keys with the scope file. One query.
func (db *DB) NewsroomTopics(ctx context.Context, actor factcheck.Actor, after string, limit int) ([]Topic, error) {
	var out []Topic
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "list topics", func(t *tx) error {
		if err := checkPage(limit); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, `SELECT id, slug, name, names, version,
				(SELECT count(DISTINCT ct.claim_id) FROM claim_topics ct JOIN claim_documents d ON d.claim_id = ct.claim_id WHERE ct.topic_id = t.id AND `+shownTopic+`)
			FROM topics t WHERE slug > $1 ORDER BY slug LIMIT $2`, after, limit)
		if err != nil {
			return fmt.Errorf("read the topics: %w", err)
		}
		out, err = pgx.CollectRows(rows, scanTopic)
		return err
	})
	return out, err
}

// MaxTopicChoices is how many topics a form offers to choose from.
const MaxTopicChoices = 500

// TopicChoices returns the topics to choose from when filing, by name, at most MaxTopicChoices, without counts. Checkers and above,
// and keys with the scope file. One query.
func (db *DB) TopicChoices(ctx context.Context, actor factcheck.Actor) ([]Topic, error) {
	var out []Topic
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "list topics to choose from", func(t *tx) error {
		rows, err := t.pgx.Query(ctx, `SELECT id, slug, name, names, version, 0 FROM topics ORDER BY lower(name), id LIMIT $1`, MaxTopicChoices)
		if err != nil {
			return fmt.Errorf("read the topics: %w", err)
		}
		out, err = pgx.CollectRows(rows, scanTopic)
		return err
	})
	return out, err
}

func scanTopic(row pgx.CollectableRow) (Topic, error) {
	var topic Topic
	var names []byte
	if err := row.Scan(&topic.ID, &topic.Slug, &topic.Name, &names, &topic.Revision, &topic.Claims); err != nil {
		return topic, err
	}
	return topic, decodeJSON(names, &topic.Names)
}
