//go:build ignore

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
)

func main() {
	// In canonical form already; for any spelling use the client.
	sum := sha256.Sum256([]byte("https://plaza.example/posts/mayor-out-7712"))
	hash := hex.EncodeToString(sum[:])
	resp, err := http.Get("http://localhost:8080/api/v1/url-hashes/" + hash[:4]) // no more leaves this machine
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		Data []struct {
			Hash   string
			Claims []struct {
				Applies  bool
				Verdicts []struct{ Rating struct{ Label string } }
			}
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || resp.StatusCode != http.StatusOK {
		log.Fatal(resp.Status, err)
	}
	for _, entry := range answer.Data {
		if entry.Hash != hash {
			continue // somebody else's address
		}
		for _, claim := range entry.Claims {
			if claim.Applies {
				fmt.Println(claim.Verdicts[0].Rating.Label)
			}
		}
	}
}
