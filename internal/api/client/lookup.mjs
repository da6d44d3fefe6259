// A client for looking addresses up without telling them: only the first digits of a hash leave your machine.
//
//   import { PrivateLookup } from './lookup.mjs'
//   const lookup = await PrivateLookup.open('https://newsroom.example')
//   for (const claim of await lookup.find('https://news.example/2025/mayor')) {
//     if (claim.applies) console.log(claim.verdicts[0].rating.label, claim.url)
//   }
//
// Fetch all four .mjs files from /developers/client/ of the newsroom and keep them; the data is fetched once by open.
import { canonicalURL, readData } from './canonical-url.mjs'

export class PrivateLookup {
  constructor(base, data, { digits = 4, fetch: get = globalThis.fetch } = {}) {
    Object.assign(this, { base, data, digits, get })
  }

  // open reads the data of the canonical form from a newsroom.
  static async open(base, options = {}) {
    const get = options.fetch ?? globalThis.fetch
    return new PrivateLookup(base, readData(await json(await get(base + '/developers/client/canonical-url.json'))), options)
  }

  // hash returns the SHA-256 of the canonical form of an address, in hexadecimal. It throws for what is no web address.
  async hash(address) {
    const sum = await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(canonicalURL(address, this.data)))
    return [...new Uint8Array(sum)].map((b) => b.toString(16).padStart(2, '0')).join('')
  }

  // find returns the claims of the article at an address; none if the newsroom has it in none. Act on a claim whose applies is
  // true alone: an article may dispute or report a claim, too.
  async find(address) {
    const hash = await this.hash(address)
    // No cookies, no referrer, nothing but the digits.
    const answer = await json(await this.get(`${this.base}/api/v1/url-hashes/${hash.slice(0, this.digits)}`, { credentials: 'omit', referrerPolicy: 'no-referrer' }))
    return answer.data.find((entry) => entry.hash === hash)?.claims ?? []
  }
}

async function json(response) {
  if (!response.ok) throw new Error(`the newsroom answers ${response.status}`)
  return response.json()
}
