// The canonical form of web addresses, version 1, as canonical-url.txt beside this file on your newsroom's server sets it out.
// Rules by their numbers there. No dependencies: browsers, Deno, Node 18 and later. data is canonical-url.json from there.
//
// Texts are handled as bytes: strings in which each character is one byte of UTF-8.
import { siteKey } from './canonical-url-sites.mjs'
import { isWrapper, opaque, unwrap } from './canonical-url-wrappers.mjs'

export const VERSION = 1
const MAX_LENGTH = 8192
const MAX_WRAPPERS = 8

const encoder = new TextEncoder()
export const toBytes = (text) => { let out = ''; for (const b of encoder.encode(text)) out += String.fromCharCode(b); return out }
export const fromBytes = (bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0)))
const fail = (message) => { throw new TypeError(message) }
export const trimLeft = (s, set) => { let i = 0; while (i < s.length && set.includes(s[i])) i++; return s.slice(i) }
export const trimRight = (s, set) => { let n = s.length; while (n > 0 && set.includes(s[n - 1])) n--; return s.slice(0, n) }
export const trim = (s, set) => trimLeft(trimRight(s, set), set)
export const cut = (s, sep) => { const i = s.indexOf(sep); return i < 0 ? [s, '', false] : [s.slice(0, i), s.slice(i + sep.length), true] }
const cutFold = (s, prefix) => s.slice(0, prefix.length).toLowerCase() === prefix ? s.slice(prefix.length) : null
export const cutWeb = (s) => cutFold(s, 'https:') ?? cutFold(s, 'http:')

// Data of the form, as canonical-url.json has it, ready for use.
export function readData(json) {
  if (json.version !== VERSION) fail(`this program knows version ${VERSION} of the canonical form, the newsroom uses ${json.version}: fetch a newer program`)
  const lines = (text) => text.split('\n').map((l) => cut(l, '#')[0].trim()).filter(Boolean)
  const words = (l) => l.split(/\s+/)
  const tracking = new Map()
  let current = []
  for (const line of lines(json.tracking)) {
    if (line[0] === '[') {
      current = words(line.slice(1, -1).trim()).map((host) => {
        if (!tracking.has(host)) tracking.set(host, { exact: new Set(), keyOnly: new Set(), prefixes: [] })
        return tracking.get(host)
      })
      continue
    }
    for (const w of words(line.toLowerCase())) for (const set of current) {
      if (w.endsWith('*')) set.prefixes.push(w.slice(0, -1))
      else if (w[0] === '~') set.keyOnly.add(w.slice(1))
      else set.exact.add(w)
    }
  }
  const wrappers = new Map()
  for (const line of lines(json.wrappers)) {
    const [host, path, how, ...names] = words(line)
    if (!wrappers.has(host)) wrappers.set(host, [])
    wrappers.get(host).push({ path: path === '*' ? '' : path, how, names })
  }
  const suffixes = new Map()
  for (const [kind, list] of [[true, json.suffixes_icann], [false, json.suffixes_private]]) for (const rule of list.split(' ')) suffixes.set(rule, kind)
  return { tracking, wrappers, suffixes }
}

// publicSuffix of a host, by publicsuffix.org's algorithm, and whether ICANN's part of the list has it.
function publicSuffix(host, data) {
  const labels = host.split('.')
  for (let i = 0; i < labels.length; i++) {
    const name = labels.slice(i).join('.')
    if (data.suffixes.has('!' + name)) return [labels.slice(i + 1).join('.'), data.suffixes.get('!' + name)]
    if (data.suffixes.has(name)) return [name, data.suffixes.get(name)]
    const wild = '*.' + labels.slice(i + 1).join('.')
    if (data.suffixes.has(wild)) return [name, data.suffixes.get(wild)]
  }
  return [labels[labels.length - 1], false]
}
const isPublicSuffix = (name, data) => !name.includes('.') || publicSuffix(name, data)[0] === name

// canonicalURL returns the one spelling of an address, whose SHA-256 is looked up. It throws for what is no web address.
export function canonicalURL(raw, data) {
  const text = toBytes(String(raw))
  if (text.length > MAX_LENGTH) fail('the address is too long')
  let p = read(text)
  for (let depth = 0; ; depth++) {
    const inner = unwrap(p, data)
    if (!inner) break
    if (depth === MAX_WRAPPERS) fail('the address is wrapped too deeply')
    p = inner
  }
  const key = keyOf(p, data)
  if (key.length > MAX_LENGTH) fail('the address is too long')
  return key
}

// Rules 1 to 3 and 6.
export function read(raw) {
  const text = clean(raw)
  if (!text) fail('the address is empty')
  let [scheme, rest, bare] = cutScheme(text)
  const end = rest.search(/[/\\?#]/)
  const authority = end < 0 ? rest : rest.slice(0, end)
  const p = { scheme, ...readAuthority(authority, bare) }
  if (p.portScheme) p.scheme = p.portScheme
  const [tail, fragment] = cut(end < 0 ? '' : rest.slice(end), '#')
  const [path, query] = cut(tail, '?')
  p.path = normalPath(path)
  p.query = normal(query, QUERY)
  p.fragment = normal(fragment, FRAGMENT)
  return p
}

function clean(raw) {
  let text = trimEdges(raw)
  if (text.length > 1 && text[0] === '<' && text.endsWith('>')) text = trimEdges(text.slice(1, -1))
  return /[\t\n\r]/.test(text) ? trimEdges(text.replace(/[\t\n\r]/g, '')) : text
}

const EDGE = /^[\u0000-\u0020\p{White_Space}\p{Cf}\p{Cc}]$/u
function trimEdges(s) {
  const isEdge = (bytes) => { try { return EDGE.test(fromBytes(bytes)) } catch { return false } }
  for (let cutOne = true; cutOne;) {
    cutOne = false
    for (let n = 1; n <= 4 && n <= s.length; n++) {
      if (isEdge(s.slice(0, n))) { s = s.slice(n); cutOne = true; break }
      if (isEdge(s.slice(-n))) { s = s.slice(0, -n); cutOne = true; break }
    }
  }
  return s
}

function cutScheme(text) {
  for (let after; (after = cutFold(text, 'view-source:')) !== null;) text = after
  for (const scheme of ['https', 'http']) {
    const rest = cutFold(text, scheme + ':')
    if (rest !== null) return [scheme, trimLeft(rest, '/\\'), false]
  }
  if (text.startsWith('//') || text.startsWith('\\\\')) return ['https', trimLeft(text, '/\\'), true]
  const [name, after, ok] = cut(text, ':')
  const port = after.split(/[/\\?#]/)[0]
  if (ok && /^[a-z][a-z0-9+.-]*$/i.test(name) && !(name.includes('.') && /^\d*$/.test(port))) fail('only addresses that begin with https:// or http:// can be used')
  return ['https', text, true]
}

function readAuthority(authority, bare) {
  const at = authority.lastIndexOf('@')
  if (at >= 0 && bare) fail('this looks like an e-mail address')
  if (at >= 0) authority = authority.slice(at + 1)
  const out = { port: '' }
  let host = authority
  const colon = authority.lastIndexOf(':')
  if (colon > authority.lastIndexOf(']')) {
    host = authority.slice(0, colon)
    const port = authority.slice(colon + 1)
    if (port) {
      const n = Number(port)
      if (!/^\d+$/.test(port) || n > 65535) fail('the port is not one from 0 to 65535')
      if (n === 443) out.portScheme = 'https'
      else out.port = String(n)
      out.eighty = n === 80
    }
  }
  if (!host) fail('the address names no host');
  [out.host, out.ip] = readHost(host)
  if ((bare && !out.ip && !out.host.includes('.')) || (bare && out.ip && out.host !== host)) fail('this is not a web address')
  out.bare = bare
  return out
}

// Rule 4.
function readHost(raw) {
  if (raw[0] === '[') {
    if (!raw.endsWith(']') || raw.includes('%') || !/^\[[0-9a-f:.]*\]$/i.test(raw)) fail('the host in brackets is no IPv6 address')
    return [new URL('http://' + raw).hostname, true]
  }
  let name = unescape(raw)
  if (name.length > 1024) fail('the host name is too long')
  if (/[^\x00-\x7f]/.test(name) || name.toLowerCase().includes('xn--')) {
    const text = fromBytes(name)
    if (/[\u0000-\u0020"#%/:<>?@[\\\]^`{|}\u007f]/.test(text)) fail('no host name can hold this')
    name = new URL('http://' + text).hostname
  } else name = name.toLowerCase()
  if (name.endsWith('.')) name = name.slice(0, -1)
  if (!name) fail('the address names no host')
  if (endsInNumber(name)) return [readIPv4(name), true]
  if (name.length > 253 || name.split('.').some((l) => !/^[a-z0-9_-]{1,63}$/.test(l))) fail('no such host can exist')
  return [name, false]
}

export const endsInNumber = (name) => /(^|\.)(\d+|0x[0-9a-f]*)$/.test(name)

function readIPv4(name) {
  const parts = name.split('.')
  if (parts.length > 4) fail('this is no IPv4 address')
  let ip = 0
  parts.forEach((part, i) => {
    const m = /^(?:0x([0-9a-f]*)|0([0-7]+)|([1-9]\d*|0))$/.exec(part)
    const n = !m ? NaN : m[1] !== undefined ? parseInt(m[1] || '0', 16) : m[2] !== undefined ? parseInt(m[2], 8) : Number(m[3])
    const last = i === parts.length - 1
    if (!(n < (last ? 2 ** (8 * (5 - parts.length)) : 256))) fail('this is no IPv4 address')
    ip += last ? n : n * 2 ** (8 * (3 - i))
  })
  return [24, 16, 8, 0].map((s) => Math.floor(ip / 2 ** s) % 256).join('.')
}

// Rule 5.
const UNRESERVED = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~'
const QUERY = UNRESERVED + '!$&()*+,;=:@/?'
const FRAGMENT = UNRESERVED + "!$&'()*+,;=:@/?"
const PATH = UNRESERVED + "!$&'()*+,;=:@/"
export const PLAIN_PATH = "!'()*,:@"
const PLAIN_QUERY = '!()*,:@/?'
const escapeOf = (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')
const normal = (s, keep) => s.replace(/%([0-9a-fA-F]{2})|[^]/g, (all, hex) => {
  const c = hex ? String.fromCharCode(parseInt(hex, 16)) : all
  return (hex ? UNRESERVED : keep).includes(c) ? c : escapeOf(c)
})
export const resolve = (s, plain) => s.replace(/%([0-9a-fA-F]{2})/g, (all, hex) => {
  const c = String.fromCharCode(parseInt(hex, 16))
  return plain === null || plain.includes(c) ? c : all
})
export const unescape = (s) => resolve(s, null)

function normalPath(raw) {
  const path = normal(raw.replaceAll('\\', '/'), PATH) || '/'
  if (!path.includes('/.')) return path
  const out = []
  const segments = path.slice(1).split('/')
  segments.forEach((s, i) => {
    const dots = s === '.' || s === '..'
    if (s === '..') out.pop()
    if (!dots) out.push(s)
    else if (i === segments.length - 1) out.push('')
  })
  return '/' + out.join('/')
}

// Rules 7 and 10: the host of the key.
const VARIANTS = new Set(['www', 'm', 'mobile', 'amp', 'touch'])
const ALIASES = { 'twitter.com': 'x.com', 'fb.com': 'facebook.com', 'telegram.me': 't.me', 'telegram.dog': 't.me', 'threads.net': 'threads.com', 'web.facebook.com': 'facebook.com', 'mbasic.facebook.com': 'facebook.com', 'old.reddit.com': 'reddit.com', 'np.reddit.com': 'reddit.com', 'new.reddit.com': 'reddit.com' }
for (const tld of ['ph', 'is', 'li', 'vn', 'fo', 'md']) ALIASES['archive.' + tld] = 'archive.today'
const WIKIS = new Set(['pedia', 'media', 'news', 'quote', 'source', 'versity', 'voyage', 'books', 'data'].map((n) => `wiki${n}.org`).concat('wiktionary.org'))

export function siteHost(host, data) {
  for (;;) {
    const [label, rest, ok] = cut(host, '.')
    if (!ok || !VARIANTS.has(label) || isPublicSuffix(rest, data)) break
    host = rest
  }
  if (Object.hasOwn(ALIASES, host)) return ALIASES[host]
  const [language, wiki, ok] = cut(host, '.m.')
  if (ok && WIKIS.has(wiki) && !language.includes('.')) return language + '.' + wiki
  if (/^.{2}-.{2}\.facebook\.com$/.test(host)) return 'facebook.com'
  return host
}

export function worldwide(host, data) {
  for (const name of ['google', 'amazon', 'translate.google']) {
    if (!host.startsWith(name + '.')) continue
    const rest = host.slice(name.length + 1)
    if (rest !== 'com' && rest.split('.').pop().length !== 2) continue
    const [suffix, icann] = publicSuffix(host, data)
    if (icann && suffix === rest) return name + '.*'
  }
  return host
}

// Rule 8. Parameters are [name, value, whether there is an equals sign].
export const params = (query) => query.split('&').map((piece) => cut(piece.replace(/^(amp;)+/, ''), '=')).filter(([n, v]) => n || v)
export const joinParams = (list) => list.map(([n, v, eq]) => n + (eq ? '=' + v : '')).join('&')
export const value = (list, name) => { const p = list.find(([n]) => n === name); return p && unescape(p[1]) }

function untracked(site, list, data) {
  const sets = [data.tracking.get('*'), data.tracking.get(worldwide(site, data))]
  for (let rest = site, ok = true; ok; [, rest, ok] = cut(rest, '.')) sets.push(data.tracking.get(rest))
  const known = sets.filter(Boolean).slice(0, 8)
  return list.filter(([n]) => {
    const name = unescape(n).toLowerCase()
    return !known.some((s) => s.exact.has(name) || s.keyOnly.has(name) || s.prefixes.some((prefix) => name.startsWith(prefix)))
  })
}

// Rules 9 to 16.
const compareBytes = (a, b) => (a < b ? -1 : a > b ? 1 : 0)
const keyText = (s) => resolve(s.replaceAll('+', '%20'), PLAIN_QUERY)
export const keyParams = (list) => list.map(([n, v]) => [keyText(n), keyText(v), keyText(v) !== '']).sort((a, b) => compareBytes(a[0], b[0]))
const AMP_PARAMS = { amp: ['', '1', 'true'], _amp: ['', '1', 'true'], outputtype: ['amp', 'default-amp'], output: ['amp'], view: ['amp'] }
const AMP_STARTS = { 'cbsnews.com': ['/amp/', '/'], 'bbc.com': ['/news/amp/', '/news/'], 'bbc.co.uk': ['/news/amp/', '/news/'], 'reuters.com': ['/article/amp/', '/article/'] }

function keyOf(p, data) {
  const site = p.ip ? p.host : siteHost(p.host, data)
  const wrapper = !portOf(p) && isWrapper(site, data)
  const k = { host: site, port: portOf(p), path: keyPath(p.path, site, !wrapper), fragment: '', list: [] }
  const wiki = WIKIS.has(site) || WIKIS.has(cut(site, '.')[1])
  const fragment = cut(p.fragment, ':~:')[0]
  if (!wiki && /^[!/]/.test(fragment) && trim(fragment, '!/')) k.fragment = fragment
  if (opaque(p, site, data)) k.list = p.query ? [[p.query, '', false]] : []
  else {
    k.list = keyParams(untracked(site, params(p.query), data))
    if (!wrapper) k.list = k.list.filter(([n, v]) => !(Object.hasOwn(AMP_PARAMS, n.toLowerCase()) && AMP_PARAMS[n.toLowerCase()].includes(v.toLowerCase())))
    if (!k.port) siteKey(k)
  }
  const query = joinParams(k.list)
  return 'https://' + k.host + (k.port && ':' + k.port) + k.path + (query && '?' + query) + (k.fragment && '#' + k.fragment)
}

function keyPath(raw, site, amp) {
  let path = resolve(raw, PLAIN_PATH)
  if (amp && Object.hasOwn(AMP_STARTS, site)) {
    const [from, to] = AMP_STARTS[site]
    const rest = path.startsWith(from) ? path.slice(from.length) : ''
    if (trim(rest, '/') && !rest.startsWith('amp/') && !rest.startsWith('/')) path = to + rest
  }
  for (;;) {
    let short = trimRight(path, '/')
    if (amp) short = cutAMPEnd(short)
    if (short === path) return path || '/'
    path = short
  }
}

function cutAMPEnd(path) {
  if (path.endsWith('/amp') && trim(path.slice(0, -4), '/')) return path.slice(0, -4)
  const ending = path.endsWith('.html') ? '.html' : ''
  const stem = ending ? path.slice(0, -5) : path
  let short = stem
  while (/[.!]amp$/.test(short)) {
    const s = short.slice(0, -4)
    if (!s || s.endsWith('/')) break
    short = s
  }
  return short === stem ? path : short + ending
}

// The port as the key has it: the scheme's own is none.
export function portOf(p) {
  if (p.eighty && (p.bare || p.scheme === 'http')) return ''
  return p.port
}
