package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/webhook"
	"github.com/touchstone-factcheck/touchstone/web/guide"
)

// arrived is a message as a receiver has it: a header that is missing is not in Headers.
type arrived struct {
	Secret  string            `json:"secret"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	Now     int64             `json:"now"`
	name    string
	genuine bool
}

// arrivals are messages that were sent by us, and everything that others may put in their place.
func arrivals() []arrived {
	const id, sent = "delivery_01h455vb4pex5vsknk084sn02q", 1749314400
	const ours, other = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
	const body = `{"text":"«¿de verdad?» نعم","data":{"seq":1043}}`
	sign := func(id string, at int64, body, key string) string {
		return webhook.Sign(id, time.Unix(at, 0), []byte(body), []byte(key))
	}
	good := sign(id, sent, body, "0123456789abcdef0123456789abcdef")
	foreign := sign(id, sent, body, "fedcba9876543210fedcba9876543210")
	mac := strings.TrimPrefix(good, "v1,")
	var out []arrived
	add := func(name string, genuine bool, change func(*arrived)) {
		a := arrived{name: name, genuine: genuine, Secret: ours, Body: body, Now: sent + 60,
			Headers: map[string]string{"webhook-id": id, "webhook-timestamp": "1749314400", "webhook-signature": good}}
		change(&a)
		out = append(out, a)
	}
	header := func(name, value string) func(*arrived) {
		return func(a *arrived) { a.Headers["webhook-"+name] = value }
	}
	add("as sent", true, func(*arrived) {})
	add("while the secret is changed", true, header("signature", foreign+" "+good))
	add("several spaces between signatures", true, header("signature", " "+foreign+" \t "+good+" "))
	add("a kind of signature of tomorrow beside ours", true, header("signature", "v2,AAAA "+good))
	add("just young enough", true, func(a *arrived) { a.Now = sent + 300 })
	add("a clock that is behind", true, func(a *arrived) { a.Now = sent - 300 })
	add("at the beginning of time", true, func(a *arrived) {
		a.Now, a.Headers["webhook-timestamp"], a.Headers["webhook-signature"] = 0, "0", sign(id, 0, body, "0123456789abcdef0123456789abcdef")
	})
	add("too old", false, func(a *arrived) { a.Now = sent + 301 })
	add("from the future", false, func(a *arrived) { a.Now = sent - 301 })
	add("another secret", false, func(a *arrived) { a.Secret = other })
	add("another body", false, func(a *arrived) { a.Body += " " })
	add("no body", false, func(a *arrived) { a.Body = "" })
	add("another id", false, header("id", "delivery_01h455vb4pex5vsknk084sn02r"))
	add("another time", false, header("timestamp", "1749314401"))
	for _, name := range []string{"id", "timestamp", "signature"} {
		add("no "+name, false, func(a *arrived) { delete(a.Headers, "webhook-"+name) })
		add("an empty "+name, false, header(name, ""))
		add("a doubled "+name, false, func(a *arrived) {
			a.Headers["webhook-"+name] += "," + a.Headers["webhook-"+name]
		})
		add("a strange "+name, false, header(name, "é\u2028*[a-z]$(id)`id`\\"))
		add("a long "+name, false, header(name, strings.Repeat("9", 5000)))
	}
	for _, timestamp := range []string{"-1749314400", "+1749314400", " 1749314400", "1749314400 ", "01749314400", "1749314400.0", "1_749_314_400", "0x6844", "١٧٤٩٣١٤٤٠٠",
		"NaN", "Infinity", "1e9", "1749314400\n", "9999999999999", "id[$(id)]"} {
		add("the time "+timestamp, false, header("timestamp", timestamp))
	}
	for _, signature := range []string{mac, "v1", "v1,", "v1a," + mac, "v2," + mac, "V1," + mac, good[:len(good)-1], good + "=", good + ",", "v1," + good, "x" + good, "v1,*", "*", "v1,é"} {
		add("the signature "+signature, false, header("signature", signature))
	}
	return out
}

// TestGuidesRefuseForgeries runs the function that the guide on webhooks gives to partners, in each language, over messages that are
// genuine, and over everything that a stranger can send instead: it says which is which and fails on none.
func TestGuidesRefuseForgeries(t *testing.T) {
	t.Parallel()
	messages := arrivals()
	in, err := json.Marshal(messages)
	if err != nil {
		t.Fatal(err)
	}
	tools := interpreters(t)
	tools["go"] = "go"
	ran := 0
	for _, task := range guide.Tasks() {
		for _, code := range task.Codes {
			if task.Name != "verify" {
				continue
			}
			ran++
			t.Run(code.File, func(t *testing.T) {
				t.Parallel()
				if tools[code.Lang] == "" {
					t.Skipf("there is nothing here that runs %s", code.Label)
				}
				function, _, found := strings.Cut(code.Text, askOf(code.Lang))
				if !found {
					t.Fatalf("%q is not in the program", askOf(code.Lang))
				}
				if code.Lang == "go" {
					function = strings.Replace(function, "import (", "import (\n\"encoding/json\"\n\"os\"\n", 1)
				}
				file := filepath.Join(t.TempDir(), code.File)
				if err := os.WriteFile(file, []byte(function+askAll(code.Lang, messages)), 0o600); err != nil {
					t.Fatal(err)
				}
				args := []string{file}
				if code.Lang == "go" {
					args = []string{"run", file}
				}
				var said bytes.Buffer
				cmd := exec.CommandContext(t.Context(), tools[code.Lang], args...) //nolint:gosec // a program of ours
				cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &said
				out, err := cmd.Output()
				if err != nil || said.Len() > 0 {
					t.Fatalf("%v: %s", err, said.String())
				}
				answers := strings.Fields(string(out))
				if len(answers) != len(messages) {
					t.Fatalf("%d answers to %d messages: %s", len(answers), len(messages), out)
				}
				for i, m := range messages {
					want := map[bool]string{true: "genuine", false: "forged"}[m.genuine]
					if answers[i] != want {
						t.Errorf("%s: got %s, want %s", m.name, answers[i], want)
					}
				}
			})
		}
	}
	if ran != 4 {
		t.Errorf("%d programs verify, want 4", ran)
	}
}

// askOf is where the function of a program ends and its one message begins.
func askOf(lang string) string {
	if lang == "go" {
		return "\nfunc main() {"
	}
	return " A message of "
}

// askAll is a program after that function: it asks of each message and prints genuine or forged.
func askAll(lang string, messages []arrived) string {
	switch lang {
	case "go":
		return `
type message struct {
	Secret  string
	Headers map[string]string
	Body    string
	Now     int64
}

func main() {
	var messages []message
	if err := json.NewDecoder(os.Stdin).Decode(&messages); err != nil {
		log.Fatal(err)
	}
	for _, m := range messages {
		header := http.Header{}
		for name, value := range m.Headers {
			header.Set(name, value)
		}
		if verify(m.Secret, header, []byte(m.Body), time.Unix(m.Now, 0)) != nil {
			fmt.Println("forged")
		} else {
			fmt.Println("genuine")
		}
	}
}
`
	case "python":
		return `
import json, sys
for m in json.load(sys.stdin):
    print("genuine" if verify(m["secret"], m["headers"], m["body"].encode(), now=m["now"]) else "forged")
`
	case "javascript":
		return `
import { readFileSync } from 'node:fs'
for (const m of JSON.parse(readFileSync(0))) console.log(verify(m.secret, m.headers, m.body, m.now) ? 'genuine' : 'forged')
`
	}
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
	out := "\n"
	for _, m := range messages {
		words := []string{m.Secret, m.Headers["webhook-id"], m.Headers["webhook-timestamp"], m.Headers["webhook-signature"], strconv.FormatInt(m.Now, 10)}
		for i := range words {
			words[i] = quote(words[i])
		}
		out += "if printf %s " + quote(m.Body) + " | verify " + strings.Join(words, " ") + "; then echo genuine; else echo forged; fi\n"
	}
	return out
}
