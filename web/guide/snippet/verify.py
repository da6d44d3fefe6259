import base64, hashlib, hmac, time


def verify(secret, headers, body, now=None):
    """Tells whether the body is from who knows the secret, and was sent within five minutes of now."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    timestamp = headers["webhook-timestamp"]
    if abs((now or time.time()) - int(timestamp)) > 300:
        return False
    signed = f"{headers['webhook-id']}.{timestamp}.".encode() + body
    want = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # There are two signatures while the secret is changed.
    return any(hmac.compare_digest(want, got) for got in headers["webhook-signature"].split())


# A message of http://localhost:8080; in your handler these are the headers and the body as it came.
headers = {
    "webhook-id": "delivery_01h455vb4pex5vsknk084sn02q",
    "webhook-timestamp": "1749314400",
    "webhook-signature": "v1,SpYWirGcGLjAxK7eVRaQyTnc7Z7Fl/orBogLbyjvwiY=",
}
body = b'{"type":"verdict.corrected","timestamp":"2025-06-07T16:40:00Z","data":{"seq":1043}}'
secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
print("genuine" if verify(secret, headers, body, now=1749314460) else "forged")
