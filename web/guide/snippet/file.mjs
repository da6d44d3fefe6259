// file sends one request. Send the same Idempotency-Key again with a request whose answer was lost.
async function file(method, path, body, ifMatch) {
  const headers = {
    'Content-Type': 'application/json',
    Authorization: `Bearer ${process.env.TOUCHSTONE_KEY}`,
    'Idempotency-Key': crypto.randomUUID(),
  }
  if (ifMatch) headers['If-Match'] = ifMatch
  const response = await fetch(`http://localhost:8080/api/v1${path}`, { method, headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
  return response.json()
}

const claim = await file('POST', '/claims', { text: 'The tram to the harbour stops running in July.', language: 'en' })
const draft = await file('POST', '/verdicts', {
  claim_id: claim.id, label: 'False', headline: 'The tram keeps running',
  answer: 'The timetable for July lists it every ten minutes.', body: 'We read the timetable and asked the operator.',
  sources: [
    { url: 'https://trams.example/timetable', title: 'Timetable', origin: 'City Trams', kind: 'primary', bearing: 'against',
      quote: 'Line 4: every ten minutes', read_at: '2026-11-20', archive_url: 'https://archive.example/timetable' },
    { document: 'Council file 12-88', title: 'Letter', origin: 'City council', kind: 'primary', bearing: 'against',
      quote: 'No line ends.', read_at: '2026-11-20' },
  ],
  replies: [{ asked: 'City Trams', asked_at: '2026-11-19', answered_at: '2026-11-20', answer: 'It runs.' }],
})
for (const problem of draft.problems) console.log(problem.field, problem.message) // what the house still asks for
console.log((await file('PATCH', `/verdicts/${draft.id}`, { state: 'submitted' }, draft.etag)).state)
