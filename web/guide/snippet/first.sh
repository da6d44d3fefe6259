# TOUCHSTONE_KEY holds your key; without one leave the header out.
curl -s "http://localhost:8080/api/v1/claims?query=mayor+resigned&limit=1&fields=text,verdicts.rating.label" \
  -H "Authorization: Bearer $TOUCHSTONE_KEY"
