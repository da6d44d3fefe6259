//go:build ignore

package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
)

type claim struct {
	Text, URL, Attribution, Licence string
	Verdicts                        []struct {
		State, Headline string
		Publisher       struct{ Name string }
		Rating          struct{ Label string }
	}
}

func main() {
	query := url.Values{"query": {"mayor resigned"}, "limit": {"1"}}
	resp, err := http.Get("http://localhost:8080/api/v1/claims?" + query.Encode())
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	var page struct{ Data []claim }
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil || resp.StatusCode != http.StatusOK {
		log.Fatal(resp.Status, err)
	}
	for _, c := range page.Data {
		show(c)
	}
}

// show prints the publisher's own label, in its words, and where it stands.
func show(c claim) {
	v := c.Verdicts[0]
	if v.State != "current" { // suspended, or retracted: show no rating
		fmt.Println("This check is under review or was taken back:", c.URL)
		return
	}
	fmt.Println("Claim:", c.Text)
	fmt.Printf("%s says: %s\n", v.Publisher.Name, v.Rating.Label)
	fmt.Printf("Source: %s (%s)\n", c.Attribution, c.Licence)
}
