import { setTimeout as sleep } from 'node:timers/promises'

let last // id of the last event that was done; keep it where a restart finds it
while (true) {
  const cut = new AbortController()
  const headers = { Authorization: `Bearer ${process.env.TOUCHSTONE_KEY}` }
  if (last) headers['Last-Event-ID'] = last
  let silence
  try {
    const response = await fetch('http://localhost:8080/api/v1/changes/stream', { headers, signal: cut.signal })
    if (response.status === 410) last = undefined // another feed, after a restore: forget what you hold, and begin again
    else if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
    else {
      let rest = '', id
      for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
        clearTimeout(silence)
        silence = setTimeout(() => cut.abort(), 45_000) // a heart-beat comes every 15 seconds
        const lines = (rest + text).split('\n')
        rest = lines.pop()
        for (const line of lines) {
          if (line.startsWith('id: ')) id = line.slice(4)
          else if (line.startsWith('data: ')) {
            const change = JSON.parse(line.slice(6))
            console.log(change.seq, change.type)
            last = id // only now is it done
          }
        }
      }
    }
  } catch (error) {
    console.error(error.message)
  } finally {
    clearTimeout(silence)
  }
  await sleep(2000)
}
