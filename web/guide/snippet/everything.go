//go:build ignore

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	req, err := http.NewRequest("GET", "http://localhost:8080/api/v1/export?format=ndjson", nil)
	if err != nil {
		log.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("TOUCHSTONE_KEY"))
	resp, err := http.DefaultClient.Do(req) // unpacks gzip by itself
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		log.Fatal(resp.Status)
	}
	lines := bufio.NewReaderSize(resp.Body, 1<<20)
	got := 0
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			log.Fatal("it was broken off: ", err) // go on with after, the last id that came
		}
		var entry struct {
			Epoch  string
			Seq    int64
			End    bool
			Claims int
			ID     string
		}
		if err := json.Unmarshal(line, &entry); err != nil {
			log.Fatal(err)
		}
		switch {
		case entry.End && entry.Claims == got:
			fmt.Printf("all %d claims; follow changes after %s:%d\n", got, entry.Epoch, entry.Seq)
			return
		case entry.End:
			log.Fatal("the last line tells of ", entry.Claims, " claims, and ", got, " came")
		case entry.ID != "":
			got++ // keep the claim
		}
	}
}
