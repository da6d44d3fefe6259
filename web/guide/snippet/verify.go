//go:build ignore

package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var digits = regexp.MustCompile(`^[0-9]{1,12}$`)

// verify returns an error unless the body is from who knows the secret, and was sent within five minutes of now.
func verify(secret string, header http.Header, body []byte, now time.Time) error {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return err
	}
	id, timestamp := header.Get("Webhook-Id"), header.Get("Webhook-Timestamp")
	if id == "" || !digits.MatchString(timestamp) {
		return errors.New("no message of a webhook")
	}
	sent, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || now.Sub(time.Unix(sent, 0)).Abs() > 5*time.Minute {
		return errors.New("too old, or from the future")
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	want := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	for _, signature := range strings.Fields(header.Get("Webhook-Signature")) { // two while the secret is changed
		if hmac.Equal([]byte(signature), want) {
			return nil
		}
	}
	return errors.New("forged")
}

func main() {
	// A message of http://localhost:8080; in your handler these are r.Header and the body as it came.
	header := http.Header{
		"Webhook-Id":        {"delivery_01h455vb4pex5vsknk084sn02q"},
		"Webhook-Timestamp": {"1749314400"},
		"Webhook-Signature": {"v1,SpYWirGcGLjAxK7eVRaQyTnc7Z7Fl/orBogLbyjvwiY="},
	}
	body := []byte(`{"type":"verdict.corrected","timestamp":"2025-06-07T16:40:00Z","data":{"seq":1043}}`)
	if err := verify("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", header, body, time.Unix(1749314460, 0)); err != nil {
		log.Fatal(err) // answer 400
	}
	fmt.Println("genuine") // keep it, answer 204, and then do the work
}
