//go:build ignore

package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

type page struct {
	Epoch string
	Data  []struct {
		Seq     int64
		Type    string
		ClaimID string                 `json:"claim_id"`
		Claim   *struct{ Text string } // nil: the claim is no longer public
	}
	NextCursor string `json:"next_cursor"`
}

func main() {
	position := "0" // epoch:number of what was done last
	if saved, err := os.ReadFile("position.txt"); err == nil {
		position = strings.TrimSpace(string(saved))
	}
	for {
		changes, status, err := ask(position)
		switch {
		case err != nil || status >= 500 || status == http.StatusTooManyRequests:
			time.Sleep(5 * time.Second)
			continue
		case status == http.StatusGone: // another feed, after a restore
			position = "0" // forget what you hold, and begin again
			continue
		case status != http.StatusOK:
			log.Fatal("the newsroom answers ", status)
		}
		for _, c := range changes.Data {
			if c.Claim == nil {
				fmt.Println(c.Seq, c.Type, "forget", c.ClaimID)
				continue
			}
			fmt.Println(c.Seq, c.Type, c.Claim.Text)
		}
		position = changes.Epoch + ":" + changes.NextCursor
		if err := os.WriteFile("position.txt", []byte(position), 0o600); err != nil { // only now is it done
			log.Fatal(err)
		}
	}
}

// ask waits up to half a minute for something new.
func ask(position string) (p page, status int, err error) {
	query := url.Values{"after": {position}, "wait": {"30"}}
	req, err := http.NewRequest("GET", "http://localhost:8080/api/v1/changes?"+query.Encode(), nil)
	if err != nil {
		return p, 0, err
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("TOUCHSTONE_KEY"))
	client := http.Client{Timeout: time.Minute}
	resp, err := client.Do(req)
	if err != nil {
		return p, 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		err = json.NewDecoder(resp.Body).Decode(&p)
	}
	return p, resp.StatusCode, err
}
