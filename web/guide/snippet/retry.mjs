import { setTimeout } from 'node:timers/promises'

// get asks again when the newsroom says so, and as late as it says.
async function get(address) {
  for (let tries = 0; ; tries++) {
    const response = await fetch(address, { headers: { Authorization: `Bearer ${process.env.TOUCHSTONE_KEY}` } })
    if (![429, 503].includes(response.status) || tries === 5) return response
    console.log('later')
    await setTimeout(1000 * (response.headers.get('Retry-After') ?? 2 ** tries))
  }
}

const response = await get('http://localhost:8080/api/v1/claims?colour=red')
if (!response.ok) {
  const problem = await response.json()
  for (const wrong of problem.errors) console.log(response.status, wrong.location)
}
