const response = await fetch('http://localhost:8080/mcp', {
  method: 'POST',
  headers: {
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    Authorization: `Bearer ${process.env.TOUCHSTONE_KEY}`,
  },
  body: JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      name: 'look_up',
      arguments: { text: 'They say the mayor of Exampleville has resigned over the harbour contract!' },
    },
  }),
})
if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
const { status, matches } = (await response.json()).result.structuredContent
const [{ claim }] = matches
console.log(status, claim.conclusion, claim.verdicts[0].rating)
