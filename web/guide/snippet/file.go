//go:build ignore

package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
)

// receipt is what filing something came to.
type receipt struct {
	ID, State, ETag string
	Problems        []struct{ Field, Message string }
}

// file sends one request. Send the same Idempotency-Key again with a request whose answer was lost.
func file(method, path string, body map[string]any, ifMatch string) receipt {
	sent, err := json.Marshal(body)
	if err != nil {
		log.Fatal(err)
	}
	req, err := http.NewRequest(method, "http://localhost:8080/api/v1"+path, bytes.NewReader(sent))
	if err != nil {
		log.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+os.Getenv("TOUCHSTONE_KEY"))
	req.Header.Set("Idempotency-Key", rand.Text())
	if ifMatch != "" {
		req.Header.Set("If-Match", ifMatch)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	var out receipt
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil || resp.StatusCode >= 300 {
		log.Fatal(resp.Status, err)
	}
	return out
}

func main() {
	claim := file("POST", "/claims", map[string]any{"text": "The tram to the harbour stops running in August.", "language": "en"}, "")
	draft := file("POST", "/verdicts", map[string]any{
		"claim_id": claim.ID, "label": "False", "headline": "The tram keeps running",
		"answer": "The timetable for August lists it every ten minutes.", "body": "We read the timetable and asked the operator.",
		"sources": []map[string]string{
			{"url": "https://trams.example/timetable", "title": "Timetable", "origin": "City Trams", "kind": "primary", "bearing": "against",
				"quote": "Line 4: every ten minutes", "read_at": "2026-11-20", "archive_url": "https://archive.example/timetable"},
			{"document": "Council file 12-88", "title": "Letter", "origin": "City council", "kind": "primary", "bearing": "against",
				"quote": "No line ends.", "read_at": "2026-11-20"},
		},
		"replies": []map[string]string{{"asked": "City Trams", "asked_at": "2026-11-19", "answered_at": "2026-11-20", "answer": "It runs."}},
	}, "")
	for _, problem := range draft.Problems { // what the house still asks for
		fmt.Println(problem.Field, problem.Message)
	}
	fmt.Println(file("PATCH", "/verdicts/"+draft.ID, map[string]any{"state": "submitted"}, draft.ETag).State)
}
