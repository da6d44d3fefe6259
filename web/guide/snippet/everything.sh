curl -s --compressed "http://localhost:8080/api/v1/export?format=ndjson" \
  -H "Authorization: Bearer $TOUCHSTONE_KEY" -o claims.ndjson
tail -n 1 claims.ndjson # without this line something is missing
curl -s "http://localhost:8080/api/v1/export?format=csv" | head -n 1
