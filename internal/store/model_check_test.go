package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// The check that holds models to the schema is itself held to what it must see, on the table topics.
func TestModelCheckSeesEveryDifference(t *testing.T) {
	t.Parallel()
	type right struct {
		ID        factcheck.TopicID `gorm:"primaryKey"`
		Slug      string
		Name      string
		Names     map[string]string `gorm:"serializer:json;type:jsonb"`
		CreatedAt time.Time
		Version   int32
	}
	type width struct {
		ID        factcheck.TopicID `gorm:"primaryKey"`
		Slug      string
		Name      string
		Names     map[string]string `gorm:"serializer:json;type:jsonb"`
		CreatedAt time.Time
		Version   int64
	}
	type kind struct {
		ID        factcheck.TopicID `gorm:"primaryKey"`
		Slug      string
		Name      bool
		Names     string
		CreatedAt string
		Version   int32
	}
	type mayBeNull struct {
		ID        factcheck.TopicID `gorm:"primaryKey"`
		Slug      *string
		Name      string
		Names     map[string]string `gorm:"serializer:json;type:jsonb"`
		CreatedAt *time.Time
		Version   int32
	}
	type key struct {
		ID        factcheck.TopicID `gorm:"not null"`
		Slug      string            `gorm:"primaryKey"`
		Name      string
		Names     map[string]string `gorm:"serializer:json;type:jsonb"`
		CreatedAt time.Time
		Version   int32
	}
	type columns struct {
		ID        factcheck.TopicID `gorm:"primaryKey"`
		Slug      string
		Title     string
		CreatedAt time.Time
		Version   int32
	}
	type vague struct {
		Version int
	}
	env := storetest.Empty(t)
	have := columnsOf(t, env.OwnerURL)["topics"]
	for _, c := range []struct {
		name  string
		model any
		want  []string
	}{
		{"the right one", right{}, nil},
		{"integer width", width{}, []string{"version: the table has integer, the model bigint"}},
		{"types", kind{}, []string{
			"created_at: the table has timestamp with time zone, the model text",
			"name: the table has text, the model boolean", "names: the table has jsonb, the model text",
		}},
		{"NULL", mayBeNull{}, []string{"created_at: NULL allowed in the table false", "slug: NULL allowed in the table false"}},
		{"primary key", key{}, []string{"id: in the table's primary key true", "slug: in the table's primary key false"}},
		{"columns", columns{}, []string{"title: the table has no such column", "name: the model has no such column", "names: the model has no such column"}},
		{"int", vague{}, []string{"Version: no column type is known for int"}},
	} {
		_, want, err := wanted(c.model)
		got := differences(have, want)
		if err != nil {
			got = []string{err.Error()}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
			continue
		}
		for i := range got {
			if !strings.HasPrefix(got[i], c.want[i]) {
				t.Errorf("%s: got %q, want %q", c.name, got[i], c.want[i])
			}
		}
	}
}

// A column that allows NULL needs a model that can hold it, and a table's own key is in the check, on the table claims.
func TestModelCheckSeesNullableColumns(t *testing.T) {
	t.Parallel()
	type claim struct {
		ID         factcheck.ClaimID    `gorm:"primaryKey"`
		ClaimantID factcheck.ClaimantID `gorm:"not null"`
		Date       time.Time
		EditedBy   factcheck.ActorID
		TextKey    []byte
	}
	env := storetest.Empty(t)
	_, want, err := wanted(claim{})
	if err != nil {
		t.Fatal(err)
	}
	have := columnsOf(t, env.OwnerURL)["claims"]
	for name := range have {
		if _, ok := want[name]; !ok {
			delete(have, name)
		}
	}
	got := strings.Join(differences(have, want), "\n")
	for _, name := range []string{"claimant_id: NULL allowed in the table true", "date: NULL allowed in the table true", "edited_by: NULL allowed in the table false", "text_key: NULL allowed in the table false"} {
		if !strings.Contains(got, name) {
			t.Errorf("got %q, want %q among it", got, name)
		}
	}
}
