//go:build ignore

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"time"
)

func main() {
	last := "" // id of the last event that was done; keep it where a restart finds it
	for {
		err := follow(&last)
		log.Println("comes back in two seconds:", err)
		time.Sleep(2 * time.Second)
	}
}

// follow reads events until the connection ends, and leaves in last where to go on.
func follow(last *string) error {
	req, err := http.NewRequest("GET", "http://localhost:8080/api/v1/changes/stream", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("TOUCHSTONE_KEY"))
	if *last != "" {
		req.Header.Set("Last-Event-ID", *last)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusGone: // another feed, after a restore
		*last = "" // forget what you hold, and begin again
		return nil
	default:
		return fmt.Errorf("the newsroom answers %s", resp.Status)
	}
	silence := time.AfterFunc(45*time.Second, func() { resp.Body.Close() }) // a heart-beat comes every 15 seconds
	defer silence.Stop()
	lines, id := bufio.NewReader(resp.Body), ""
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return err
		}
		silence.Reset(45 * time.Second)
		line = strings.TrimRight(line, "\n")
		if value, ok := strings.CutPrefix(line, "id: "); ok {
			id = value
		} else if data, ok := strings.CutPrefix(line, "data: "); ok {
			var change struct {
				Seq   int64
				Type  string
				Claim *struct{ Text string } // nil: the claim is no longer public
			}
			if err := json.Unmarshal([]byte(data), &change); err != nil {
				return err
			}
			fmt.Println(change.Seq, change.Type)
			*last = id // only now is it done
		}
	}
}
