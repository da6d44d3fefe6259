package factcheck

import (
	"crypto/rand"
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// A kind is a tag type that gives each sort of id a Go type and a prefix of its own.
type kind interface{ prefix() string }

type (
	claimKind      struct{}
	verdictKind    struct{}
	versionKind    struct{}
	sourceKind     struct{}
	articleKind    struct{}
	appearanceKind struct{}
	claimantKind   struct{}
	outletKind     struct{}
	topicKind      struct{}
	publisherKind  struct{}
	scaleKind      struct{}
	tipKind        struct{}
	personKind     struct{}
	keyKind        struct{}
	actorKind      struct{}
	importKind     struct{}
	mediaKind      struct{}
	proposalKind   struct{}
	redactionKind  struct{}
	sessionKind    struct{}
	entryLinkKind  struct{}
	passkeyKind    struct{}
	suggestionKind struct{}
	complaintKind  struct{}
	webhookKind    struct{}
	deliveryKind   struct{}
)

func (claimKind) prefix() string      { return "claim" }
func (verdictKind) prefix() string    { return "verdict" }
func (versionKind) prefix() string    { return "version" }
func (sourceKind) prefix() string     { return "source" }
func (articleKind) prefix() string    { return "article" }
func (appearanceKind) prefix() string { return "appearance" }
func (claimantKind) prefix() string   { return "claimant" }
func (outletKind) prefix() string     { return "outlet" }
func (topicKind) prefix() string      { return "topic" }
func (publisherKind) prefix() string  { return "publisher" }
func (scaleKind) prefix() string      { return "scale" }
func (tipKind) prefix() string        { return "tip" }
func (personKind) prefix() string     { return "person" }
func (keyKind) prefix() string        { return "key" }
func (actorKind) prefix() string      { return "actor" }
func (importKind) prefix() string     { return "import" }
func (mediaKind) prefix() string      { return "media" }
func (proposalKind) prefix() string   { return "proposal" }
func (redactionKind) prefix() string  { return "redaction" }
func (sessionKind) prefix() string    { return "session" }
func (entryLinkKind) prefix() string  { return "link" }
func (passkeyKind) prefix() string    { return "passkey" }
func (suggestionKind) prefix() string { return "suggestion" }
func (complaintKind) prefix() string  { return "complaint" }
func (webhookKind) prefix() string    { return "webhook" }
func (deliveryKind) prefix() string   { return "delivery" }

// One Go type for each sort of id, so that a claim's id cannot be passed where a verdict's is wanted.
type (
	// ClaimID identifies a claim, for ever.
	ClaimID = ID[claimKind]
	// VerdictID identifies a publisher's verdict on a claim: the chain, not a version of it.
	VerdictID = ID[verdictKind]
	// VersionID identifies one version of a verdict.
	VersionID = ID[versionKind]
	// SourceID identifies a source of a version.
	SourceID = ID[sourceKind]
	// ArticleID identifies an article.
	ArticleID = ID[articleKind]
	// AppearanceID identifies the link of an article to a claim.
	AppearanceID = ID[appearanceKind]
	// ClaimantID identifies who made claims.
	ClaimantID = ID[claimantKind]
	// OutletID identifies an outlet.
	OutletID = ID[outletKind]
	// TopicID identifies a topic.
	TopicID = ID[topicKind]
	// PublisherID identifies a publisher, the house included.
	PublisherID = ID[publisherKind]
	// ScaleID identifies one version of a scale.
	ScaleID = ID[scaleKind]
	// TipID identifies a tip.
	TipID = ID[tipKind]
	// PersonID identifies a person of the newsroom.
	PersonID = ID[personKind]
	// KeyID identifies an API key; it is not the key.
	KeyID = ID[keyKind]
	// ActorID identifies whoever an act is written down for.
	ActorID = ID[actorKind]
	// ImportID identifies a run of an import.
	ImportID = ID[importKind]
	// MediaID identifies an image, video or recording.
	MediaID = ID[mediaKind]
	// ProposalID identifies an act that waits for a second person.
	ProposalID = ID[proposalKind]
	// RedactionID identifies one redacted place.
	RedactionID = ID[redactionKind]
	// SessionID identifies a session of a person who is signed in; it is not the token.
	SessionID = ID[sessionKind]
	// EntryLinkID identifies a link that lets somebody in once; it is not the token in it.
	EntryLinkID = ID[entryLinkKind]
	// PasskeyID identifies a passkey of a person.
	PasskeyID = ID[passkeyKind]
	// SuggestionID identifies a suggested appearance: an article, a claim and what was decided.
	SuggestionID = ID[suggestionKind]
	// ComplaintID identifies a dispute of a verdict or a complaint about the house's work.
	ComplaintID = ID[complaintKind]
	// WebhookID identifies an address that is told of changes.
	WebhookID = ID[webhookKind]
	// DeliveryID identifies what is sent to a webhook, over all attempts.
	DeliveryID = ID[deliveryKind]
)

// ID is a TypeID (github.com/jetify-com/typeid, spec 0.3): a prefix, "_", and 26 characters of Crockford base32 over a
// UUIDv7. It is stored as a uuid and shown as text. The zero ID means none; it is stored as NULL and written as "".
type ID[K kind] [16]byte

// NewUUID returns fresh bytes for an id of any kind: ClaimID(NewUUID(now)).
func NewUUID(at time.Time) [16]byte { return NewID[claimKind](at) }

// NewID returns a fresh id whose first 48 bits are at in milliseconds (UUIDv7, RFC 9562), so that ids sort by age.
func NewID[K kind](at time.Time) ID[K] {
	var id ID[K]
	rand.Read(id[:]) // crypto/rand.Read never returns an error (Go 1.24)
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(at.UnixMilli())<<16) // times before 1970 do not occur
	copy(id[:6], ms[:6])
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}

const crockford = "0123456789abcdefghjkmnpqrstvwxyz"

// String returns the TypeID, or "" for the zero ID.
func (id ID[K]) String() string {
	if id.IsZero() {
		return ""
	}
	var k K
	p := k.prefix()
	b := make([]byte, 0, len(p)+27)
	b = append(append(b, p...), '_')
	hi, lo := binary.BigEndian.Uint64(id[:8]), binary.BigEndian.Uint64(id[8:])
	// 128 bits as 26 digits of 5 bits; the first digit carries the top 3 bits.
	for i := 25; i >= 0; i-- {
		shift := uint(i * 5)
		var v uint64
		switch {
		case shift >= 64:
			v = hi >> (shift - 64)
		case shift == 0:
			v = lo
		default:
			v = lo>>shift | hi<<(64-shift)
		}
		b = append(b, crockford[v&31])
	}
	return string(b)
}

// IsZero reports whether id is none.
func (id ID[K]) IsZero() bool { return id == ID[K]{} }

// ParseID reads a TypeID of the given kind. Anything else, a right id of another kind included, is CodeInvalid.
func ParseID[K kind](s string) (ID[K], error) {
	var id ID[K]
	var k K
	wrong := func() (ID[K], error) {
		return ID[K]{}, Invalid("id", "%q is not the id of a %s; it looks like %s_01h455vb4pex5vsknk084sn02q", clip(s, 60), k.prefix(), k.prefix())
	}
	digits, ok := strings.CutPrefix(s, k.prefix()+"_")
	if !ok || len(digits) != 26 || digits[0] > '7' {
		return wrong()
	}
	var hi, lo uint64
	for i := range 26 {
		v := strings.IndexByte(crockford, digits[i])
		if v < 0 {
			return wrong()
		}
		hi = hi<<5 | lo>>59
		lo = lo<<5 | uint64(v)
	}
	binary.BigEndian.PutUint64(id[:8], hi)
	binary.BigEndian.PutUint64(id[8:], lo)
	if id.IsZero() {
		return wrong()
	}
	return id, nil
}

// MarshalText writes the TypeID.
func (id ID[K]) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads a TypeID; the empty text is the zero ID.
func (id *ID[K]) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID[K]{}
		return nil
	}
	got, err := ParseID[K](string(b))
	if err != nil {
		return err
	}
	*id = got
	return nil
}

// UUID returns the id in the form PostgreSQL prints a uuid.
func (id ID[K]) UUID() string {
	h := hex.EncodeToString(id[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Value stores the id as a uuid, the zero ID as NULL.
func (id ID[K]) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id.UUID(), nil
}

// Scan reads a uuid column; NULL becomes the zero ID.
func (id *ID[K]) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = ID[K]{}
		return nil
	case [16]byte:
		*id = v
		return nil
	case []byte:
		if len(v) == 16 {
			copy(id[:], v)
			return nil
		}
		return id.Scan(string(v))
	case string:
		raw, err := hex.DecodeString(strings.ReplaceAll(v, "-", ""))
		if err != nil || len(raw) != 16 {
			return fmt.Errorf("scan id: %q is not a uuid", v)
		}
		copy(id[:], raw)
		return nil
	}
	return fmt.Errorf("scan id: cannot read a %T", src)
}

// GormDataType names the column type, for the test that holds models to the schema.
func (ID[K]) GormDataType() string { return "uuid" }

// ParseVerdictID reads the TypeID of a verdict, see ParseID.
func ParseVerdictID(s string) (VerdictID, error) { return ParseID[verdictKind](s) }

// ParseClaimID reads the TypeID of a claim, see ParseID.
func ParseClaimID(s string) (ClaimID, error) { return ParseID[claimKind](s) }

// ParseArticleID reads the TypeID of an article, see ParseID.
func ParseArticleID(s string) (ArticleID, error) { return ParseID[articleKind](s) }

// ParseClaimantID reads the TypeID of a claimant, see ParseID.
func ParseClaimantID(s string) (ClaimantID, error) { return ParseID[claimantKind](s) }
