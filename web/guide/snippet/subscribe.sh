curl -s http://localhost:8080/api/v1/webhooks \
  -H "Authorization: Bearer $TOUCHSTONE_KEY" -H 'Content-Type: application/json' \
  -d '{"url": "https://partner.example/hooks/touchstone", "types": ["verdict.published", "verdict.corrected", "verdict.suspended"]}'
