package factcheck

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// The example of the TypeID spec: prefix, underscore, base32 of the UUID.
func TestIDIsATypeID(t *testing.T) {
	t.Parallel()
	for uuid, want := range map[string]string{
		"01890a5d-ac96-774b-bcce-b302099a8057": "claim_01h455vb4pex5vsknk084sn02q",
		"00000000-0000-0000-0000-000000000001": "claim_00000000000000000000000001",
		"00000000-0000-0000-0000-00000000000a": "claim_0000000000000000000000000a",
		"00000000-0000-0000-0000-000000000020": "claim_00000000000000000000000010",
		"ffffffff-ffff-ffff-ffff-ffffffffffff": "claim_7zzzzzzzzzzzzzzzzzzzzzzzzz",
	} {
		var id ClaimID
		if err := id.Scan(uuid); err != nil {
			t.Fatal(err)
		}
		if got := id.String(); got != want {
			t.Errorf("%s is written %s, want %s", uuid, got, want)
		}
		if got := id.UUID(); got != uuid {
			t.Errorf("got uuid %s, want %s", got, uuid)
		}
		back, err := ParseID[claimKind](want)
		if err != nil || back != id {
			t.Errorf("%s is read as %s, %v", want, back.UUID(), err)
		}
	}
}

func TestParseIDRefusesWhatIsNotOne(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"", "claim_", "claim", "01h455vb4pex5vsknk084sn02q", "_01h455vb4pex5vsknk084sn02q",
		"verdict_01h455vb4pex5vsknk084sn02q",      // another kind
		"claimant_01h455vb4pex5vsknk084sn02q",     // a longer prefix
		"claim_01h455vb4pex5vsknk084sn02",         // too short
		"claim_01h455vb4pex5vsknk084sn02q0",       // too long
		"claim_01H455VB4PEX5VSKNK084SN02Q",        // one spelling only
		"claim_01h455vb4pex5vsknk084sn02l",        // l, i, o, u are no digits
		"claim_8zzzzzzzzzzzzzzzzzzzzzzzzz",        // more than 128 bits
		"claim_00000000000000000000000000",        // none
		" claim_01h455vb4pex5vsknk084sn02q",       // space
		"claim_01h455vb4pex5vsknk084sn0é",         // 26 bytes
		"claim_" + strings.Repeat("0", 1_000_000), // long
	} {
		id, err := ParseID[claimKind](in)
		if CodeOf(err) != CodeInvalid || !id.IsZero() {
			t.Errorf("%.60q: got %s, %v; want %s", in, id, err, CodeInvalid)
		}
		if err != nil && len(err.Error()) > 300 {
			t.Errorf("the error repeats the whole input: %d bytes", len(err.Error()))
		}
	}
}

func TestIDsSortByAge(t *testing.T) {
	t.Parallel()
	at := time.Date(2025, 6, 7, 12, 0, 0, 0, time.UTC)
	var texts []string
	for i := range 50 {
		id := NewID[verdictKind](at.Add(time.Duration(i) * time.Millisecond))
		if id[6]>>4 != 7 || id[8]>>6 != 2 {
			t.Errorf("%s is not a UUIDv7 (RFC 9562)", id.UUID())
		}
		texts = append(texts, id.String())
	}
	if !slices.IsSorted(texts) {
		t.Error("ids made later do not sort later")
	}
	if one, other := NewUUID(at), NewUUID(at); one == other {
		t.Error("two ids of one moment are the same")
	}
}

func TestIDInJSON(t *testing.T) {
	t.Parallel()
	type row struct {
		Claim ClaimID `json:"claim"`
		None  TopicID `json:"none"`
	}
	in := row{Claim: ClaimID(NewUUID(time.UnixMilli(1)))}
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"claim":"` + in.Claim.String() + `","none":""}`; string(raw) != want {
		t.Errorf("got %s, want %s", raw, want)
	}
	var out row
	if err := json.Unmarshal(raw, &out); err != nil || out != in {
		t.Errorf("got %+v, %v; want %+v", out, err, in)
	}
	if err := json.Unmarshal([]byte(`{"claim":"topic_01h455vb4pex5vsknk084sn02q"}`), &out); CodeOf(err) != CodeInvalid {
		t.Errorf("an id of another kind: got %v", err)
	}
}

func TestIDInTheDatabase(t *testing.T) {
	t.Parallel()
	id := PersonID(NewUUID(time.UnixMilli(1_000)))
	for _, src := range []any{id.UUID(), [16]byte(id), id[:], []byte(id.UUID())} {
		var got PersonID
		if err := got.Scan(src); err != nil || got != id {
			t.Errorf("scan %T: got %s, %v", src, got, err)
		}
	}
	if v, err := id.Value(); err != nil || v != id.UUID() {
		t.Errorf("got value %v, %v", v, err)
	}
	var none PersonID
	if v, err := none.Value(); err != nil || v != nil {
		t.Errorf("none: got value %v, %v; want NULL", v, err)
	}
	got := id
	if err := got.Scan(nil); err != nil || !got.IsZero() {
		t.Errorf("NULL: got %s, %v", got, err)
	}
	for _, src := range []any{"", "x", "01890a5d", bytes.Repeat([]byte{1}, 15), 7, "01890a5d-ac96-774b-bcce-b302099a80zz"} {
		if err := got.Scan(src); err == nil {
			t.Errorf("scan of %v went through", src)
		}
	}
	if none.String() != "" || none.GormDataType() != "uuid" {
		t.Errorf("none is %q of type %q", none.String(), none.GormDataType())
	}
}

// A prefix of one kind must not be that of another: an id would be taken for something it is not.
func TestPrefixesDiffer(t *testing.T) {
	t.Parallel()
	kinds := []kind{
		claimKind{}, verdictKind{}, versionKind{}, sourceKind{}, articleKind{}, appearanceKind{}, claimantKind{}, outletKind{},
		topicKind{}, publisherKind{}, scaleKind{}, tipKind{}, personKind{}, keyKind{}, actorKind{}, importKind{}, mediaKind{},
		proposalKind{}, redactionKind{}, sessionKind{}, suggestionKind{}, webhookKind{}, deliveryKind{},
	}
	seen := map[string]string{}
	for _, k := range kinds {
		p, name := k.prefix(), reflect.TypeOf(k).Name()
		if other, taken := seen[p]; taken || p == "" || strings.ContainsAny(p, "_ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
			t.Errorf("%s has the prefix %q, as has %s", name, p, other)
		}
		seen[p] = name
		if want := strings.TrimSuffix(name, "Kind"); p != want {
			t.Errorf("%s has the prefix %q, want %q", name, p, want)
		}
	}
}

func FuzzParseID(f *testing.F) {
	f.Add("claim_01h455vb4pex5vsknk084sn02q")
	f.Add("claim_7zzzzzzzzzzzzzzzzzzzzzzzzz")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseID[claimKind](s)
		if err == nil && id.String() != s {
			t.Errorf("%q is read as %q: an id has one spelling", s, id)
		}
	})
}
