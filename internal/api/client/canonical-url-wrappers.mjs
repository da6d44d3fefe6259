// Rule 7 of the canonical form: addresses that carry another one inside and lead to it.
import { PLAIN_PATH, cut, cutWeb, endsInNumber, fromBytes, joinParams, params, portOf, read, resolve, siteHost, trim, trimLeft, trimRight, unescape, value, worldwide } from './canonical-url.mjs'

const isDefense = (site) => ['urldefense.com', 'urldefense.us', 'urldefense.proofpoint.com'].includes(site)

function rulesFor(site, data) {
  if (data.wrappers.has(site)) return data.wrappers.get(site)
  const name = worldwide(site, data)
  if (name !== site) return data.wrappers.get(name) ?? []
  return data.wrappers.get('*.' + cut(site, '.')[1]) ?? []
}

// isWrapper says whether a host passes readers on to other addresses.
export const isWrapper = (site, data) => rulesFor(site, data).length > 0 || specialFor(site, data) !== null

// opaque says whether the query is part of a wrapped address that could not be made out.
export function opaque(p, site, data) {
  if (portOf(p) || p.ip) return false
  return isDefense(site) || (data.wrappers.get(site) ?? []).some((r) => r.how === 'query')
}

// unwrap returns the address that p carries, null if it carries none.
export function unwrap(p, data) {
  if (portOf(p) || p.ip) return null
  const site = siteHost(p.host, data)
  for (const rule of rulesFor(site, data)) {
    const target = byRule(rule, p)
    const inner = target === null ? null : readTarget(target)
    if (inner) return inner
  }
  const special = specialFor(site, data)
  const target = special && special(p, resolve(p.path, PLAIN_PATH), data)
  return typeof target === 'string' ? readTarget(target) : null
}

function readTarget(target) {
  const rest = cutWeb(target)
  if (rest === null) return null
  const authority = trimLeft(rest, '/\\').split(/[/\\?#]/)[0]
  if (/[ +]/.test(authority)) return null
  try { return read(target) } catch { return null }
}

function byRule(r, p) {
  const path = resolve(p.path, PLAIN_PATH)
  if (r.how === 'path') return path.startsWith(r.path) ? embedded(path.slice(r.path.length), p) : null
  if (r.path && trimRight(path, '/') !== trimRight(r.path, '/')) return null
  if (r.how === 'query') return whole(p.query)
  const list = params(p.query)
  for (const name of r.names) {
    let text = value(list, name) ?? null
    if (text !== null && r.how !== 'param') text = decode64(text, r.how)
    if (text !== null && cutWeb(text) !== null) return text
  }
  return null
}

// base64 of either alphabet, as bytes; null for what is none.
function fromBase64(text) {
  text = text.replaceAll('-', '+').replaceAll('_', '/')
  if (!/^[A-Za-z0-9+/]*$/.test(text) || text.length % 4 === 1) return null
  return atob(text)
}

function decode64(text, how) {
  if (how === 'a1') {
    if (!text.startsWith('a1')) return null
    text = text.slice(2)
  }
  return fromBase64(trimRight(text, '=').replaceAll(' ', '-').replace(/[\r\n]/g, ''))
}

const embedded = (rest, p) => whole(rest) + (p.query && '?' + p.query) + (p.fragment && '#' + p.fragment)

function whole(text) {
  const rest = cutWeb(unescape(text.slice(0, 14)))
  const i = text.indexOf('%')
  return rest !== null && rest.startsWith('/') && i >= 0 && i <= 6 ? unescape(text) : text
}

function embeddedBare(rest, p) {
  const target = embedded(rest, p)
  if (cutWeb(target) !== null) return target
  const authority = trim(target.split(/[/\\?#]/)[0], '.')
  return !authority.includes('.') || endsInNumber(authority) ? null : 'https://' + target
}

const WAYBACK = new Set(['web.archive.org', 'archive.org', 'wayback.archive.org', 'web-beta.archive.org', 'webarchive.loc.gov', 'arquivo.pt', 'wayback.archive-it.org', 'webarchive.nationalarchives.gov.uk'])

function specialFor(site, data) {
  if (WAYBACK.has(site)) return wayback
  if (site === 'archive.today') return archiveToday
  if (site === 'webcache.googleusercontent.com') return cache
  if (isDefense(site)) return defense
  if (site === 'r.search.yahoo.com') return yahoo
  if (site === 'bing.com') return viewer
  if (/(^|\.)cdn\.ampproject\.org$/.test(site) || site.endsWith('.bing-amp.com')) return ampCache
  if (site.endsWith('.translate.goog')) return translate
  if (worldwide(site, data) === 'google.*') return (p, path) => (trimRight(path, '/') === '/search' ? cache(p, path) : viewer(p, path))
  return null
}

function isTimestamp(s) {
  if (s.length >= 3 && s.endsWith('_')) s = s.slice(0, -3)
  return s === '*' || /^\d{1,14}\*?$/.test(s)
}

function wayback(p, path, data) {
  if (siteHost(p.host, data) === 'archive.org' && !path.startsWith('/web/') && !path.startsWith('/wayback/')) return null
  let rest = path.slice(1)
  for (let n = 0; n < 4; n++) {
    const [segment, after, more] = cut(rest, '/')
    if (cutWeb(unescape(segment)) !== null) return n > 0 ? embedded(rest, p) : null
    if (!more) return null
    rest = after
    if ((isTimestamp(segment) && n > 0) || (segment === 'save' && n === 0)) {
      const target = embeddedBare(rest, p)
      if (target !== null) return target
    }
  }
  return null
}

function archiveToday(p, path) {
  let [segment, rest] = cut(path.slice(1), '/')
  if (segment === 'o') {
    rest = cut(rest, '/')[1]
    if (!rest) return null
  } else if (!['newest', 'oldest', 'timegate', 'timemap'].includes(segment) && !(segment.length >= 4 && /^[\d.-]+$/.test(segment))) {
    return cutWeb(unescape(segment)) !== null ? embedded(path.slice(1), p) : null
  }
  return embeddedBare(rest, p)
}

function ampCache(p, path) {
  for (const kind of ['/c/', '/v/', '/wp/']) if (path.startsWith(kind)) return ampTarget(path.slice(kind.length), p)
  return null
}

const viewer = (p, path) => (path.startsWith('/amp/') ? ampTarget(path.slice(5), p) : null)

function ampTarget(rest, p) {
  const secure = rest.startsWith('s/')
  const target = embeddedBare(secure ? rest.slice(2) : rest, p)
  return target !== null && !secure && target.startsWith('https:') ? 'http:' + target.slice(6) : target
}

function cache(p, path) {
  const q = value(params(p.query), 'q') ?? ''
  if (!q.startsWith('cache:') || trimRight(path, '/') !== '/search') return null
  let text = q.slice(6).split(/[ +]/)[0]
  const [id, rest, ok] = cut(text, ':')
  if (ok && id.length === 12 && !id.includes('.')) text = rest
  return embeddedBare(text, { query: '', fragment: '' })
}

function yahoo(p, path) {
  const segment = path.split('/').find((s) => s.startsWith('RU='))
  return segment === undefined ? null : unescape(segment.slice(3))
}

function translate(p, path, data) {
  const label = siteHost(p.host, data).replace(/\.translate\.goog$/, '')
  const list = params(p.query)
  if (value(list, '_x_tr_enc') !== undefined || label.includes('.') || label.includes('---')) return null
  const host = label.replace(/--|-/g, (m) => (m === '--' ? '-' : '.'))
  const scheme = value(list, '_x_tr_sch') === 'http' ? 'http' : 'https'
  const kept = joinParams(list.filter(([n]) => !n.startsWith('_x_tr_')))
  return host.includes('.') ? embedded(scheme + '://' + host + path, { ...p, query: kept }) : null
}

const LENGTHS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function defense(p, path) {
  if (trimRight(path, '/') === '/v2/url') {
    const u = value(params(p.query), 'u')
    return u === undefined ? null : unescape(u.replace(/[-_]/g, (c) => (c === '-' ? '%' : '/')))
  }
  if (!path.startsWith('/v3/__')) return null
  const [target, after, ok] = cut(path.slice(6) + (p.query && '?' + p.query), '__;')
  const [codes, , ended] = cut(after, '!')
  return ok && ended ? fillStars(target, codes) : null
}

function fillStars(target, codes) {
  const raw = fromBase64(trimRight(unescape(codes), '='))
  let left
  try { left = [...fromBytes(raw ?? '\xff')] } catch { return null }
  let out = ''
  for (let i = 0; i < target.length; i++) {
    if (target[i] !== '*') { out += target[i]; continue }
    let n = 1
    if (i + 2 < target.length && target[i + 1] === '*') { n = 2 + LENGTHS.indexOf(target[i + 2]); i += 2 }
    if (n < 1 || n > left.length) return null
    for (const c of left.splice(0, n)) for (const b of new TextEncoder().encode(c)) out += String.fromCharCode(b)
  }
  return out
}
