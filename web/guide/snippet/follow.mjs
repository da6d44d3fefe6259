import { readFile, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'

let position = (await readFile('position.txt', 'utf8').catch(() => '0')).trim() // epoch:number of what was done last
while (true) {
  let response, page
  try {
    response = await fetch(`http://localhost:8080/api/v1/changes?${new URLSearchParams({ after: position, wait: 30 })}`, {
      headers: { Authorization: `Bearer ${process.env.TOUCHSTONE_KEY}` },
      signal: AbortSignal.timeout(60_000),
    })
    page = await response.json()
  } catch {
    await setTimeout(5000)
    continue
  }
  if (response.status === 410) { // another feed, after a restore
    position = '0' // forget what you hold, and begin again
    continue
  }
  if (response.status === 429 || response.status >= 500) {
    await setTimeout(5000)
    continue
  }
  if (!response.ok) throw new Error(`${response.status}: ${page.detail}`)
  for (const { seq, type, claim_id, claim } of page.data) {
    console.log(seq, type, claim?.text ?? `forget ${claim_id}`) // null: the claim is no longer public
  }
  position = `${page.epoch}:${page.next_cursor}`
  await writeFile('position.txt', position) // only now is it done
}
