//go:build ignore

package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"
)

func main() {
	resp, err := get("http://localhost:8080/api/v1/claims?colour=red")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return
	}
	var problem struct {
		Detail string
		Errors []struct{ Location string }
	}
	if err := json.NewDecoder(resp.Body).Decode(&problem); err != nil {
		log.Fatal(err)
	}
	for _, wrong := range problem.Errors {
		fmt.Println(resp.StatusCode, wrong.Location)
	}
}

// get asks again when the newsroom says so, and as late as it says.
func get(address string) (*http.Response, error) {
	for tries := 0; ; tries++ {
		req, err := http.NewRequest("GET", address, nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "Bearer "+os.Getenv("TOUCHSTONE_KEY"))
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return nil, err
		}
		again := resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable
		if !again || tries == 5 {
			return resp, nil
		}
		resp.Body.Close()
		seconds, err := strconv.Atoi(resp.Header.Get("Retry-After"))
		if err != nil {
			seconds = 1 << tries
		}
		fmt.Println("later")
		time.Sleep(time.Duration(seconds) * time.Second)
	}
}
