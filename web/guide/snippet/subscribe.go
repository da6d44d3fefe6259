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
	hook := `{"url": "https://partner.example/hooks/touchstone", "types": ["verdict.published", "verdict.corrected", "verdict.suspended"]}`
	req, err := http.NewRequest("POST", "http://localhost:8080/api/v1/webhooks", bytes.NewBufferString(hook))
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
	var made struct{ ID, Secret, State string }
	if err := json.NewDecoder(resp.Body).Decode(&made); err != nil || resp.StatusCode != http.StatusCreated {
		log.Fatal(resp.Status, err)
	}
	fmt.Println(made.ID, made.State) // keep made.Secret: it is shown this once
}
