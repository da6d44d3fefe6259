curl -s -H "X-Goog-Api-Key: $TOUCHSTONE_KEY" \
  "http://localhost:8080/v1alpha1/claims:search?query=mayor+resigned&pageSize=1&fields=claims(text,claimReview/textualRating)"
