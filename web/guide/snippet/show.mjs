// show prints the publisher's own label, in its words, and where it stands.
function show({ text, url, attribution, licence, verdicts: [verdict] }) {
  if (verdict.state !== 'current') { // suspended, or retracted: show no rating
    console.log(`This check is under review or was taken back: ${url}`)
    return
  }
  console.log(`Claim: ${text}`)
  console.log(`${verdict.publisher.name} says: ${verdict.rating.label}`)
  console.log(`Source: ${attribution} (${licence})`)
}

const response = await fetch(`http://localhost:8080/api/v1/claims?${new URLSearchParams({ query: 'mayor resigned', limit: 1 })}`)
if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
for (const claim of (await response.json()).data) show(claim)
