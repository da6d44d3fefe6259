address=https://plaza.example/posts/mayor-out-7712
hash=$(printf %s "$address" | sha256sum | cut -d' ' -f1)
curl -s "http://localhost:8080/api/v1/url-hashes/$(printf %.4s "$hash")" | grep -o "\"hash\":\"$hash\""
