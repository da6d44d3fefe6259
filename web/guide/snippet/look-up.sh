curl -s http://localhost:8080/api/v1/lookup \
  -H "Authorization: Bearer $TOUCHSTONE_KEY" -H 'Content-Type: application/json' \
  -d '{"urls": ["https://plaza.example/posts/mayor-out-7712?utm_source=app"], "fields": "text"}'
