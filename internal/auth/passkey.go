package auth

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Passkeys registers passkeys and checks their answers (W3C Web Authentication, Level 3), for one origin. Only those are taken
// that ask their person for a PIN, finger or face: such a passkey is two factors by itself. Who made the authenticator is
// neither asked nor known (attestation "none").
type Passkeys struct {
	origin, host string
}

// NewPasskeys returns the passkeys of an origin, and nil where browsers offer none: without HTTPS, but for localhost, and at
// an IP address.
func NewPasskeys(origin string) *Passkeys {
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Hostname() != "localhost" {
		return nil
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return nil
	}
	return &Passkeys{origin: u.Scheme + "://" + u.Host, host: u.Hostname()}
}

// KnownPasskey is what is kept of a passkey to check its answers by.
type KnownPasskey struct {
	Credential []byte
	PublicKey  []byte // COSE
	SignCount  int64
	BackedUp   bool // it may be on several devices ("backup eligible")
	Transports []string
	User       []byte // the handle of whose it is
}

// PasskeyUser is who registers a passkey, as their authenticator shows it.
type PasskeyUser struct {
	Handle      []byte
	Name, Title string
}

// algorithms are those of signatures that are taken, the best first: EdDSA, ES256, RS256.
func algorithms() []protocol.CredentialParameter {
	var out []protocol.CredentialParameter
	for _, alg := range []webauthncose.COSEAlgorithmIdentifier{webauthncose.AlgEdDSA, webauthncose.AlgES256, webauthncose.AlgRS256} {
		out = append(out, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: alg})
	}
	return out
}

// CreateOptions returns the options of navigator.credentials.create as JSON, binary values in base64url. have are the
// credentials the person has already: no authenticator makes a second one.
func (p *Passkeys) CreateOptions(house, challenge string, user PasskeyUser, have [][]byte) (string, error) {
	return encode(map[string]any{
		"rp":                     map[string]string{"id": p.host, "name": house},
		"user":                   map[string]string{"id": base64.RawURLEncoding.EncodeToString(user.Handle), "name": user.Name, "displayName": user.Title},
		"challenge":              challenge,
		"pubKeyCredParams":       algorithms(),
		"timeout":                300_000,
		"excludeCredentials":     descriptors(have),
		"authenticatorSelection": map[string]any{"residentKey": "required", "requireResidentKey": true, "userVerification": "required"},
		"attestation":            "none",
	})
}

// GetOptions returns the options of navigator.credentials.get as JSON. allowed are the credentials that will do; none means
// whichever the person chooses.
func (p *Passkeys) GetOptions(challenge string, allowed [][]byte) (string, error) {
	return encode(map[string]any{
		"challenge": challenge, "rpId": p.host, "timeout": 300_000, "userVerification": "required", "allowCredentials": descriptors(allowed),
	})
}

func descriptors(ids [][]byte) []map[string]string {
	out := []map[string]string{}
	for _, id := range ids {
		out = append(out, map[string]string{"type": "public-key", "id": base64.RawURLEncoding.EncodeToString(id)})
	}
	return out
}

func encode(v any) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("write the options of a passkey: %w", err)
	}
	return string(raw), nil
}

// maxAnswer is the most bytes of an answer of an authenticator.
const maxAnswer = 64 << 10

// Register checks what an authenticator answered to CreateOptions and returns the passkey. CodeInvalid about the field passkey
// if it is not an answer to the challenge, from this origin, with the person's consent.
func (p *Passkeys) Register(challenge string, user []byte, answer string) (KnownPasskey, error) {
	if len(answer) > maxAnswer {
		return KnownPasskey{}, badPasskey(nil)
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return KnownPasskey{}, badPasskey(err)
	}
	w, err := p.library()
	if err != nil {
		return KnownPasskey{}, err
	}
	session := webauthn.SessionData{Challenge: challenge, UserID: user, UserVerification: protocol.VerificationRequired, CredParams: algorithms()}
	c, err := w.CreateCredential(passkeyUser{id: user}, session, parsed)
	if err != nil {
		return KnownPasskey{}, badPasskey(err)
	}
	out := KnownPasskey{
		Credential: c.ID, PublicKey: c.PublicKey, SignCount: int64(c.Authenticator.SignCount), BackedUp: c.Flags.BackupEligible, User: user,
	}
	for _, t := range c.Transport {
		if len(out.Transports) < 8 && len(t) <= 20 {
			out.Transports = append(out.Transports, string(t))
		}
	}
	return out, nil
}

// Verify checks what an authenticator answered to GetOptions and returns its counter. find returns the passkey with an id;
// an error of it comes back as it is. CodeInvalid about the field passkey if it is no answer of that passkey to the challenge,
// from this origin, with its person verified.
func (p *Passkeys) Verify(challenge, answer string, find func(credential []byte) (KnownPasskey, error)) (int64, error) {
	if len(answer) > maxAnswer {
		return 0, badPasskey(nil)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return 0, badPasskey(err)
	}
	known, err := find(parsed.RawID)
	if err != nil {
		return 0, err
	}
	w, err := p.library()
	if err != nil {
		return 0, err
	}
	credential := webauthn.Credential{
		ID: known.Credential, PublicKey: known.PublicKey, Flags: webauthn.CredentialFlags{BackupEligible: known.BackedUp},
		Authenticator: webauthn.Authenticator{SignCount: uint32(known.SignCount)},
	}
	session := webauthn.SessionData{Challenge: challenge, UserID: known.User, UserVerification: protocol.VerificationRequired}
	user := passkeyUser{id: known.User, credentials: []webauthn.Credential{credential}}
	if _, err := w.ValidateLogin(user, session, parsed); err != nil {
		return 0, badPasskey(err)
	}
	return int64(parsed.Response.AuthenticatorData.Counter), nil
}

// library returns the checks for the origin. What nobody asked for in an answer is left aside.
func (p *Passkeys) library() (*webauthn.WebAuthn, error) {
	w, err := webauthn.New(&webauthn.Config{
		RPID: p.host, RPDisplayName: p.host, RPOrigins: []string{p.origin}, ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil, fmt.Errorf("prepare to check a passkey: %w", err)
	}
	return w, nil
}

func badPasskey(cause error) error {
	return &factcheck.Error{Code: factcheck.CodeInvalid, Field: "passkey", Message: "the passkey's answer does not fit what was asked; try again", Err: cause}
}

// passkeyUser is whose passkey is checked, as the library wants to see them.
type passkeyUser struct {
	id          []byte
	credentials []webauthn.Credential
}

// WebAuthnID returns the handle.
func (u passkeyUser) WebAuthnID() []byte { return u.id }

// WebAuthnName returns a name that is shown nowhere.
func (u passkeyUser) WebAuthnName() string { return "-" }

// WebAuthnDisplayName returns a name that is shown nowhere.
func (u passkeyUser) WebAuthnDisplayName() string { return "-" }

// WebAuthnCredentials returns the passkeys.
func (u passkeyUser) WebAuthnCredentials() []webauthn.Credential { return u.credentials }

// HashChallenge returns the SHA-256 by which a challenge that was answered is remembered.
func HashChallenge(challenge string) [32]byte { return sha256.Sum256([]byte(challenge)) }
