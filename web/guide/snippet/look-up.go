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
	question, err := json.Marshal(map[string][]string{
		"urls": {
			"https://plaza.example/posts/mayor-out-7712?utm_source=app",
			"https://wire.example/regions/resignation-rumour-in-exampleville",
			"https://unheard-of.example/",
		},
		"texts": {"They say the mayor of Exampleville has resigned over the harbour contract!"},
	})
	if err != nil {
		log.Fatal(err)
	}
	req, err := http.NewRequest("POST", "http://localhost:8080/api/v1/lookup", bytes.NewReader(question))
	if err != nil {
		log.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+os.Getenv("TOUCHSTONE_KEY"))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		Data []struct {
			Input, Status string
			Matches       []struct {
				Claim struct {
					Verdicts []struct{ Rating struct{ Label string } }
				}
				Applies bool
			}
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || resp.StatusCode != http.StatusOK {
		log.Fatal(resp.Status, err)
	}
	for _, item := range answer.Data {
		says := "no verdict: that is not “true”"
		if item.Status == "match" {
			says = "known, and the verdict is not about it" // it disputes the rumour, say
			if best := item.Matches[0]; best.Applies {
				says = best.Claim.Verdicts[0].Rating.Label
			}
		}
		fmt.Printf("%s\n  %s\n", item.Input, says)
	}
}
