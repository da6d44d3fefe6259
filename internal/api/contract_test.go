package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// contract returns a validator of the document the server serves.
func contract(t *testing.T, p *partner) validator.Validator {
	t.Helper()
	doc, err := libopenapi.NewDocument(p.do("GET", "/openapi.json").body)
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(doc)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if ok, errs := v.ValidateDocument(); !ok {
		t.Fatalf("the document is not OpenAPI: %v", errs)
	}
	return v
}

// hold fails if a response is not what the contract says of its request.
func hold(t *testing.T, v validator.Validator, a answer) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), a.Request.Method, public+a.Request.URL.RequestURI(), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp := *a.Response
	resp.Body = io.NopCloser(bytes.NewReader(a.body))
	if ok, errs := v.ValidateHttpResponse(req, &resp); !ok {
		for _, e := range errs {
			t.Errorf("%s: %s: %s", a.Request.URL.RequestURI(), e.Message, e.Reason)
			for _, s := range e.SchemaValidationErrors {
				t.Errorf("  %s at %s", s.Reason, s.FieldPath)
			}
		}
	}
}

func TestAnswersKeepTheContract(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	env.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "We had the wrong day.")
	others := []string{"Misleading", "Satire", "True"}
	for i, label := range others {
		env.Published(t, "Claim number "+string(rune('1'+i))+".", label)
	}
	suspended := env.Published(t, "The bridge is closed.", "False")
	if err := env.DB.SuspendVerdict(t.Context(), env.Editor, suspended.Verdict, "A source was withdrawn."); err != nil {
		t.Fatal(err)
	}
	retracted := env.Published(t, "The river is dry.", "False")
	env.Corrected(t, retracted.Verdict, factcheck.CorrectionRetraction, "We take it back.")
	merged := env.Published(t, "The mayor resigned.", "False")
	env.Corrected(t, merged.Verdict, factcheck.CorrectionRetraction, "It is told elsewhere.")
	if err := env.DB.MergeClaims(t.Context(), env.Editor, merged.Claim, v.Claim, "The same."); err != nil {
		t.Fatal(err)
	}
	p := serve(t, env)
	check := contract(t, p)
	for _, path := range []string{
		"/claims", "/claims?limit=2", "/claims?limit=0", "/claims?foo=1", "/claims?truth=false&sort=updated&publisher=any",
		"/claims/" + v.Claim.String(), "/claims/" + v.Claim.String() + "?as_of=2025-06-07", "/claims/" + v.Claim.String() + "?as_of=1999-01-01",
		"/claims/" + suspended.Claim.String(), "/claims/" + retracted.Claim.String(), "/claims/" + merged.Claim.String(),
		"/claims/" + factcheck.ClaimID(factcheck.NewUUID(time.Now())).String(), "/claims/" + v.Claim.String() + "/versions",
		"/claims/" + retracted.Claim.String() + "/versions", "/changes", "/changes?after=3&limit=2", "/changes?after=99999", "/changes?after=x", "/status",
	} {
		hold(t, check, p.get(path))
		hold(t, check, p.get(path, "Authorization", "Bearer wrong"))
	}
}

func TestContractRefusesWhatIsNotInIt(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Published(t, "The mayor has resigned.", "False")
	p := serve(t, env)
	check := contract(t, p)
	a := p.get("/claims/" + v.Claim.String())
	for old, fresh := range map[string]string{`"seq":1`: `"seq":"1"`, `"state":"current"`: `"state":"lost"`, `"topics":[]`: `"topics":null`, `"slug":`: `"slig":`} {
		if !bytes.Contains(a.body, []byte(old)) {
			t.Fatalf("no %s in %s", old, a.body)
		}
		resp := *a.Response
		resp.Body = io.NopCloser(bytes.NewReader(bytes.Replace(a.body, []byte(old), []byte(fresh), 1)))
		req, err := http.NewRequestWithContext(t.Context(), "GET", public+a.Request.URL.RequestURI(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if ok, _ := check.ValidateHttpResponse(req, &resp); ok {
			t.Errorf("an answer with %s is taken for right", fresh)
		}
	}
}

func TestOpenAPIDocument(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	p := serve(t, env)
	a := p.do("GET", "/openapi.json")
	var doc struct {
		OpenAPI string
		Servers []struct{ URL string }
		Paths   map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Responses   map[string]any
			Parameters  []struct{ Name, Description string }
		}
		Components struct {
			Schemas         map[string]any
			SecuritySchemes map[string]any
		}
	}
	if err := json.Unmarshal(a.body, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" || len(doc.Servers) != 1 || doc.Servers[0].URL != public || len(doc.Components.SecuritySchemes) != 1 {
		t.Errorf("got %s at %+v, want 3.1.0 at the public address with a key", doc.OpenAPI, doc.Servers)
	}
	if strings.Contains(string(a.body), "localhost") || strings.Contains(string(a.body), "127.0.0.1") || strings.Contains(string(a.body), "ErrorModel") {
		t.Error("the document names this machine, or errors we do not send")
	}
	for path, ops := range doc.Paths {
		for method, op := range ops {
			if op.OperationID == "" || op.Responses["200"] == nil && op.Responses["201"] == nil && op.Responses["202"] == nil && op.Responses["204"] == nil || op.Responses["400"] == nil || op.Responses["401"] == nil || op.Responses["429"] == nil {
				t.Errorf("%s %s: got %+v, want an id and its answers", method, path, op)
			}
			for _, param := range op.Parameters {
				if param.Description == "" {
					t.Errorf("%s %s: %s is not described", method, path, param.Name)
				}
			}
			if !strings.Contains(path, "{") && method == "get" && path != "/api/v1/articles" && path != "/api/v1/changes/stream" && path != "/api/v1/export" && path != "/api/v1/webhooks" && p.do("GET", path).StatusCode != 200 {
				t.Errorf("%s is in the document and not served", path)
			}
		}
	}
	want := []string{
		"/api/v1/appearances", "/api/v1/appearances/{id}", "/api/v1/articles", "/api/v1/articles/{id}", "/api/v1/batch", "/api/v1/changes", "/api/v1/changes/stream", "/api/v1/claimants", "/api/v1/claims", "/api/v1/claims/{id}", "/api/v1/claims/{id}/versions", "/api/v1/drafts/{id}", "/api/v1/export", "/api/v1/exports",
		"/api/v1/lookup", "/api/v1/publishers", "/api/v1/scales", "/api/v1/status", "/api/v1/tips", "/api/v1/topics", "/api/v1/url-hashes/{prefix}",
		"/api/v1/verdicts", "/api/v1/verdicts/{id}",
		"/api/v1/webhooks", "/api/v1/webhooks/{id}", "/api/v1/webhooks/{id}/deliveries", "/api/v1/webhooks/{id}/deliveries/{delivery}/replay", "/api/v1/webhooks/{id}/replay", "/api/v1/webhooks/{id}/rotate", "/api/v1/webhooks/{id}/test",
	}
	got := []string{}
	for path := range doc.Paths {
		got = append(got, path)
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if again := serve(t, env).do("GET", "/openapi.json"); !bytes.Equal(again.body, a.body) {
		t.Error("another start gives other bytes")
	}
}
