# verify SECRET ID TIMESTAMP SIGNATURES NOW < BODY succeeds if the body is from who knows the secret, and was sent within five
# minutes of now. It is for a look by hand: programs that serve compare in constant time.
verify() {
  local key want
  [[ $2 && $3 =~ ^[0-9]{1,12}$ ]] || return 1
  ((10#$3 >= $5 - 300 && 10#$3 <= $5 + 300)) || return 1
  key=$(printf %s "${1#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \n')
  want=v1,$({ printf %s "$2.$3." && cat; } | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)
  [[ " ${4//[[:space:]]/ } " == *" $want "* ]] # there are two while the secret is changed
}

# A message of http://localhost:8080; yours are the headers of a request, the bytes of its body as they came, and $(date +%s).
id=delivery_01h455vb4pex5vsknk084sn02q                       # webhook-id
timestamp=1749314400                                         # webhook-timestamp
signatures='v1,SpYWirGcGLjAxK7eVRaQyTnc7Z7Fl/orBogLbyjvwiY=' # webhook-signature
body='{"type":"verdict.corrected","timestamp":"2025-06-07T16:40:00Z","data":{"seq":1043}}'
secret=whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
if printf %s "$body" | verify "$secret" "$id" "$timestamp" "$signatures" 1749314460; then echo genuine; else echo forged; fi
