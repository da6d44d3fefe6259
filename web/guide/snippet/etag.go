//go:build ignore

package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
)

// kept is what was answered last, and its validator.
type kept struct {
	etag string
	body []byte
}

func main() {
	var newest kept
	for range 2 {
		status, err := newest.refresh("http://localhost:8080/api/v1/claims?truth=false&limit=5")
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(status)
	}
}

func (k *kept) refresh(address string) (status int, err error) {
	req, err := http.NewRequest("GET", address, nil)
	if err != nil {
		return 0, err
	}
	if k.etag != "" {
		req.Header.Set("If-None-Match", k.etag)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusNotModified: // what is kept still holds
	case http.StatusOK:
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return 0, err // cut off: what was kept stays, with its validator
		}
		k.etag, k.body = resp.Header.Get("ETag"), body
	default:
		err = fmt.Errorf("the newsroom answers %s", resp.Status)
	}
	return resp.StatusCode, err
}
