package site

import "testing"

func TestCurlIsMadeOfTheOperation(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		op   Operation
		want string
	}{
		{"all that is required, whatever the values hold", Operation{Method: "GET", Path: "/api/v1/a/{id}", Parameters: []Field{
			{Name: "id", In: "path", Required: true, Example: "x/y'z", Limits: "for instance something else"},
			{Name: "url", In: "query", Required: true, Example: "https://news.example/?a=b&c=for instance d;e'"},
			{Name: "format", In: "query", Required: true, Example: "csv"},
			{Name: "limit", In: "query", Example: "5"},
		}}, "curl 'https://desk.example/api/v1/a/x%2Fy%27z?url=https%3A%2F%2Fnews.example%2F%3Fa%3Db%26c%3Dfor+instance+d%3Be%27&format=csv'"},
		{"a body with the key", Operation{Method: "POST", Path: "/api/v1/a", Keyed: true, Bodies: []OperationBody{{Kind: "application/json", Example: `{"text":"It's $HOME"}`}}},
			"curl 'https://desk.example/api/v1/a' \\\n  -H \"Authorization: Bearer $TOUCHSTONE_KEY\" \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"text\":\"It'\\''s $HOME\"}'"},
		{"a change of what was seen", Operation{Method: "PATCH", Path: "/api/v1/a", Parameters: []Field{{Name: "If-Match", In: "header", Required: true, Example: `"c1"`}}},
			"curl -X PATCH 'https://desk.example/api/v1/a' \\\n  -H \"If-Match: $ETAG\""},
		{"a POST without a body", Operation{Method: "POST", Path: "/api/v1/a"}, "curl -X POST 'https://desk.example/api/v1/a'"},
	} {
		if got := (OperationPage{Operation: tt.op, Origin: "https://desk.example"}).curl(); got != tt.want {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}
