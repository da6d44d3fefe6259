package googlecompat_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGooglesNodeClient runs @googleapis/factchecktools of npm, unchanged but for the endpoint: testdata/client.js.
func TestGooglesNodeClient(t *testing.T) {
	t.Parallel()
	modules, err := filepath.Abs("../../.tools/node/node_modules")
	must(t, err)
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(filepath.Join(modules, "@googleapis", "factchecktools"))
	}
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("Google's client for node is not here (%v): .ci/install node installs it", err)
		}
		t.Skipf("Google's client for node is not here (%v): .ci/install node installs it", err)
	}
	d := open(t)
	cmd := exec.CommandContext(t.Context(), node, "testdata/client.js", d.url, d.key)
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, stderr.String())
	}
	var got map[string]any
	must(t, json.Unmarshal(out, &got))
	if diff := cmp.Diff(got["all"], got["pages"]); diff != "" || len(got["pages"].([]any)) < 3 {
		t.Errorf("by pages (-all +by pages):\n%s", diff)
	}
	delete(got, "all")
	delete(got, "pages")
	for name, says := range map[string]string{"token": "pageToken", "badFields": "nothing", "noKey": "unregistered callers", "image": "not implemented", "page": "not implemented"} {
		e, _ := got[name].(map[string]any)
		if message, _ := e["message"].(string); !strings.Contains(message, says) {
			t.Errorf("%s: got %v, want it to say %q", name, got[name], says)
		}
		delete(e, "message")
	}
	desk := map[string]any{"publisher": map[string]any{"name": "Test Desk", "site": "desk.example"}, "url": "https://www.desk.example/claims/the-mayor-of-exampleville-resigned-on-12-january",
		"title": "What the records show", "reviewDate": "2025-06-07T12:00:00Z", "textualRating": "False", "languageCode": "en"}
	faits := map[string]any{"publisher": map[string]any{"name": "Checks of faits.example", "site": "faits.example"}, "url": "https://www.faits.example/maire",
		"title": "On maire", "reviewDate": "2025-06-03T00:00:00Z", "textualRating": "Faux", "languageCode": "fr"}
	claims := func(text string, reviews ...any) any {
		return map[string]any{"claims": []any{map[string]any{"text": text, "claimReview": reviews}}}
	}
	want := map[string]any{
		"whole": claims(mayor, desk, faits), "nothing": map[string]any{}, "site": []any{porto}, "age": []any{winter}, "offset": []any{ferries}, "header": []any{mayor}, "etag": 304.0,
		"fields":  claims(mayor, map[string]any{"url": desk["url"]}, map[string]any{"url": faits["url"]}),
		"neither": map[string]any{"status": 400.0, "said": "INVALID_ARGUMENT", "message": "Request contains an invalid argument."},
		"badKey":  map[string]any{"status": 400.0, "said": "INVALID_ARGUMENT", "message": "API key not valid. Please pass a valid API key."},
		"token":   map[string]any{"status": 400.0, "said": "INVALID_ARGUMENT"}, "badFields": map[string]any{"status": 400.0, "said": "INVALID_ARGUMENT"},
		"noKey": map[string]any{"status": 403.0, "said": "PERMISSION_DENIED"}, "image": map[string]any{"status": 501.0, "said": "UNIMPLEMENTED"}, "page": map[string]any{"status": 501.0, "said": "UNIMPLEMENTED"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
