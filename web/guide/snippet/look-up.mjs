const response = await fetch('http://localhost:8080/api/v1/lookup', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${process.env.TOUCHSTONE_KEY}` },
  body: JSON.stringify({
    urls: [
      'https://plaza.example/posts/mayor-out-7712?utm_source=app',
      'https://wire.example/regions/resignation-rumour-in-exampleville',
      'https://unheard-of.example/',
    ],
    texts: ['They say the mayor of Exampleville has resigned over the harbour contract!'],
  }),
})
if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
for (const { input, status, matches } of (await response.json()).data) {
  let says = 'no verdict: that is not “true”'
  if (status === 'match') {
    const [best] = matches
    says = best.applies ? best.claim.verdicts[0].rating.label : 'known, and the verdict is not about it' // it disputes the rumour, say
  }
  console.log(`${input}\n  ${says}`)
}
