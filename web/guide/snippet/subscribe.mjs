const response = await fetch('http://localhost:8080/api/v1/webhooks', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${process.env.TOUCHSTONE_KEY}` },
  body: JSON.stringify({
    url: 'https://partner.example/hooks/touchstone',
    types: ['verdict.published', 'verdict.corrected', 'verdict.suspended'],
  }),
})
if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
const made = await response.json()
console.log(made.id, made.state) // keep made.secret: it is shown this once
