address="http://localhost:8080/api/v1/claims?truth=false&limit=5"
curl -s --etag-save newest.etag -o newest.json "$address" || rm -f newest.etag # cut off
curl -s --etag-compare newest.etag -o fresh.json -w '%{http_code}\n' "$address" # 304: newest.json still holds
