position=0 # or epoch:number, the id of the last event you have
curl -sN "http://localhost:8080/api/v1/changes/stream?after=$position" \
  -H "Authorization: Bearer $TOUCHSTONE_KEY" | grep --line-buffered -o '^id: .*'
