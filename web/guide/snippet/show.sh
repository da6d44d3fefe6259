curl -s "http://localhost:8080/api/v1/claims?query=mayor+resigned&limit=1&fields=url,attribution,licence,verdicts.state,verdicts.rating.label"
echo
curl -s "http://localhost:8080/oembed?url=http://localhost:8080/claims/the-mayor-of-exampleville-has-resigned-over-the-harbour-contract"
