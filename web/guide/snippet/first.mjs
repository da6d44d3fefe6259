const query = new URLSearchParams({ query: 'mayor resigned', limit: 1, fields: 'text,verdicts.rating.label' })
const response = await fetch(`http://localhost:8080/api/v1/claims?${query}`, {
  headers: { Authorization: `Bearer ${process.env.TOUCHSTONE_KEY}` }, // leave it out if you have none
})
if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
for (const claim of (await response.json()).data) {
  console.log(`${claim.verdicts[0].rating.label}: ${claim.text}`)
}
