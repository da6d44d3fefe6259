import { createHash } from 'node:crypto'

// In canonical form already; for any spelling use the client.
const hash = createHash('sha256').update('https://plaza.example/posts/mayor-out-7712').digest('hex')
const response = await fetch(`http://localhost:8080/api/v1/url-hashes/${hash.slice(0, 4)}`) // no more leaves this machine
if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
const { data } = await response.json()
const mine = data.find((entry) => entry.hash === hash) // the others are somebody else's addresses
for (const claim of mine?.claims ?? []) {
  if (claim.applies) console.log(claim.verdicts[0].rating.label)
}
