import { createHmac, timingSafeEqual } from 'node:crypto'

// verify tells whether the body is from who knows the secret, and was sent within five minutes of now.
function verify(secret, headers, body, now = Date.now() / 1000) {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => String(headers[`webhook-${name}`] ?? ''))
  if (!id || !/^[0-9]{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > 300) return false
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body)
  const want = Buffer.from('v1,' + mac.digest('base64'))
  return signatures.split(/\s+/).some((signature) => { // two while the secret is changed
    const got = Buffer.from(signature)
    return got.length === want.length && timingSafeEqual(got, want)
  })
}

// A message of http://localhost:8080; in your handler these are request.headers and the body as it came.
const headers = {
  'webhook-id': 'delivery_01h455vb4pex5vsknk084sn02q',
  'webhook-timestamp': '1749314400',
  'webhook-signature': 'v1,SpYWirGcGLjAxK7eVRaQyTnc7Z7Fl/orBogLbyjvwiY=',
}
const body = '{"type":"verdict.corrected","timestamp":"2025-06-07T16:40:00Z","data":{"seq":1043}}'
const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
console.log(verify(secret, headers, body, 1749314460) ? 'genuine' : 'forged')
