//go:build ignore

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	call := `{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "look_up",
		"arguments": {"text": "They say the mayor of Exampleville has resigned over the harbour contract!"}}}`
	req, err := http.NewRequest("POST", "http://localhost:8080/mcp", bytes.NewBufferString(call))
	if err != nil {
		log.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	req.Header.Set("Authorization", "Bearer "+os.Getenv("TOUCHSTONE_KEY"))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		Result struct {
			StructuredContent struct {
				Status  string
				Matches []struct {
					Claim struct {
						Conclusion string
						Verdicts   []struct{ Rating string }
					}
				}
			}
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || resp.StatusCode != http.StatusOK {
		log.Fatal(resp.Status, err)
	}
	found := answer.Result.StructuredContent
	best := found.Matches[0].Claim
	fmt.Println(found.Status, best.Conclusion, best.Verdicts[0].Rating)
}
