# A receiver is a program of yours; this checks one message that was sent to it by http://localhost:8080.
secret=whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
id=delivery_01h455vb4pex5vsknk084sn02q # webhook-id
timestamp=1749314400                   # webhook-timestamp
signatures='v1,SpYWirGcGLjAxK7eVRaQyTnc7Z7Fl/orBogLbyjvwiY=' # webhook-signature
body='{"type":"verdict.corrected","timestamp":"2025-06-07T16:40:00Z","data":{"seq":1043}}' # the bytes as they came

key=$(printf %s "${secret#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \n')
want=v1,$(printf %s "$id.$timestamp.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)
case " $signatures " in
*" $want "*) echo genuine ;;
*) echo forged ;;
esac
