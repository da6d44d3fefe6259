const address = 'http://localhost:8080/api/v1/claims?truth=false&limit=5'
const kept = {}

async function refresh() {
  const response = await fetch(address, { headers: kept.etag ? { 'If-None-Match': kept.etag } : {} })
  if (response.status === 200) {
    const { data } = await response.json() // first: of a body that was cut off no validator is kept
    Object.assign(kept, { etag: response.headers.get('ETag'), claims: data })
  } else if (response.status !== 304) { // 304: what is kept still holds
    throw new Error(`${response.status}: ${await response.text()}`)
  }
  return response.status
}

console.log(await refresh())
console.log(await refresh())
