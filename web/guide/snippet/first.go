//go:build ignore

package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
)

func main() {
	query := url.Values{"query": {"mayor resigned"}, "limit": {"1"}, "fields": {"text,verdicts.rating.label"}}
	req, err := http.NewRequest("GET", "http://localhost:8080/api/v1/claims?"+query.Encode(), nil)
	if err != nil {
		log.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("TOUCHSTONE_KEY")) // leave it out if you have none
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	var page struct {
		Data []struct {
			Text     string
			Verdicts []struct{ Rating struct{ Label string } }
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil || resp.StatusCode != http.StatusOK {
		log.Fatal(resp.Status, err)
	}
	for _, claim := range page.Data {
		fmt.Println(claim.Verdicts[0].Rating.Label+":", claim.Text)
	}
}
