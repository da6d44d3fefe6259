import base64, hashlib, hmac, re, time


def verify(secret, headers, body, now=None):
    """Tells whether the body is from who knows the secret, and was sent within five minutes of now."""
    now = time.time() if now is None else now
    id, timestamp, signatures = (headers.get(f"webhook-{name}") or "" for name in ("id", "timestamp", "signature"))
    if not id or not re.fullmatch("[0-9]{1,12}", timestamp) or abs(now - int(timestamp)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{id}.{timestamp}.".encode(errors="replace") + body
    want = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    # There are two signatures while the secret is changed.
    return any(hmac.compare_digest(want, got.encode(errors="replace")) for got in signatures.split())


# A message of http://localhost:8080; in your handler these are the headers and the body as it came.
headers = {
    "webhook-id": "delivery_01h455vb4pex5vsknk084sn02q",
    "webhook-timestamp": "1749314400",
    "webhook-signature": "v1,SpYWirGcGLjAxK7eVRaQyTnc7Z7Fl/orBogLbyjvwiY=",
}
body = b'{"type":"verdict.corrected","timestamp":"2025-06-07T16:40:00Z","data":{"seq":1043}}'
secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
print("genuine" if verify(secret, headers, body, now=1749314460) else "forged")
