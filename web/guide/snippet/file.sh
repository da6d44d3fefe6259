# file METHOD PATH BODY [IF-MATCH] sends one request. The same Idempotency-Key is sent again with a request whose answer was lost.
file() {
  curl -s --fail-with-body --retry 3 -X "$1" "http://localhost:8080/api/v1$2" -H "Authorization: Bearer $TOUCHSTONE_KEY" \
    -H 'Content-Type: application/json' -H "Idempotency-Key: $(date +%s%N)-$RANDOM" ${4:+-H "If-Match: $4"} -d "$3"
}
# field NAME prints a field of the answer.
field() { python3 -c "import json, sys; print(json.load(sys.stdin)['$1'])"; }

claim=$(file POST /claims '{"text": "The tram to the harbour stops running in May.", "language": "en"}' | field id)
draft=$(file POST /verdicts '{
  "claim_id": "'"$claim"'", "label": "False", "headline": "The tram keeps running", "answer": "The timetable for May lists it every ten minutes.",
  "body": "We read the timetable and asked the operator.",
  "sources": [
    {"url": "https://trams.example/timetable", "title": "Timetable", "origin": "City Trams", "kind": "primary", "bearing": "against",
     "quote": "Line 4: every ten minutes", "read_at": "2026-11-20", "archive_url": "https://archive.example/timetable"},
    {"document": "Council file 12-88", "title": "Letter", "origin": "City council", "kind": "primary", "bearing": "against",
     "quote": "No line ends.", "read_at": "2026-11-20"}
  ],
  "replies": [{"asked": "City Trams", "asked_at": "2026-11-19", "answered_at": "2026-11-20", "answer": "It runs."}]
}')
verdict=$(printf %s "$draft" | field id) etag=$(printf %s "$draft" | field etag)
file PATCH "/verdicts/$verdict" '{"state": "submitted"}' "$etag" | field state
