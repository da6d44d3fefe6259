import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'

const response = await fetch('http://localhost:8080/api/v1/export?format=ndjson', { // fetch unpacks gzip by itself
  headers: { Authorization: `Bearer ${process.env.TOUCHSTONE_KEY}` },
})
if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
let got = 0, end
for await (const line of createInterface({ input: Readable.fromWeb(response.body) })) {
  const entry = JSON.parse(line)
  if (entry.end) end = entry
  else if (entry.id) got++ // keep the claim
}
if (end?.claims !== got) throw new Error('it was broken off') // go on with after, the last id that came
console.log(`all ${got} claims; follow changes after ${end.epoch}:${end.seq}`)
