# curl waits as long as Retry-After says, after 429 and 503 alike.
curl -s --retry 5 -H "Authorization: Bearer $TOUCHSTONE_KEY" \
  "http://localhost:8080/api/v1/claims?colour=red" | grep -o '"location":"[^"]*"'
