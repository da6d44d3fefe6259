// Rule 15 of the canonical form: services where one post has many addresses.
import { keyParams, trim, trimLeft, value } from './canonical-url.mjs'

const isWord = (s) => /^[A-Za-z0-9_-]+$/.test(s ?? '')
const isNumber = (s) => /^\d{1,20}$/.test(s ?? '')
const segments = (path) => trim(path, '/').split('/')
const param = (name, v) => [name, v, true]

function become(k, host, path, ...list) {
  Object.assign(k, { host, path, list: keyParams(list), fragment: '' })
}

const comments = (k, ...names) => k.list.filter(([n, v]) => names.includes(n) && v)

function youtube(k) {
  const s = segments(k.path)
  let id = ''
  if (k.host === 'youtu.be') id = s.length === 1 ? s[0] : ''
  else if (s.length === 1 && s[0] === 'watch') id = value(k.list, 'v') ?? ''
  else if (s.length === 2 && ['shorts', 'embed', 'live', 'v', 'e', 'watch'].includes(s[0])) id = s[1]
  if (id.length !== 11 || !isWord(id) || id === 'videoseries' || id === 'live_stream') return
  become(k, 'youtube.com', '/watch', ...comments(k, 'lc'), param('v', id))
}

function x(k) {
  const path = k.path === '/' && k.fragment.startsWith('!/') ? '/' + k.fragment.slice(2) : k.path
  let s = segments(path)
  if (s.length > 2 && s[0] === 'i' && s[1] === 'web') s = s.slice(1)
  if (s.length < 3 || !['status', 'statuses'].includes(s[1]) || !isNumber(s[2])) return
  if (s.length > 3 && (s.length !== 5 || !['photo', 'video'].includes(s[3]) || !isNumber(s[4]))) return
  become(k, 'x.com', '/i/status/' + s[2])
}

function facebook(k) {
  const s = segments(k.path)
  const get = (name) => value(k.list, name)
  const post = (path, ...list) => become(k, k.host, path, ...comments(k, 'comment_id', 'reply_comment_id'), ...list)
  const video = (id) => { if (isNumber(id)) post('/watch', param('v', id)) }
  if (k.path === '/story.php' || k.path === '/permalink.php') {
    if (isWord(get('story_fbid')) && isNumber(get('id'))) post('/permalink.php', param('id', get('id')), param('story_fbid', get('story_fbid')))
  } else if (['/watch', '/video.php', '/watch/live'].includes(k.path)) video(get('v'))
  else if (s.length >= 3 && s.length <= 4 && s[1] === 'videos') video(s[s.length - 1])
  else if (k.path === '/photo' || k.path === '/photo.php') {
    if (isNumber(get('fbid'))) post('/photo', param('fbid', get('fbid')))
  } else if (s.length === 4 && s[0] === 'groups' && ['permalink', 'posts'].includes(s[2]) && isNumber(s[3])) post(`/groups/${s[1]}/posts/${s[3]}`)
}

function reddit(k) {
  let s = segments(k.path)
  if (k.host === 'redd.it') {
    if (s.length === 1 && isWord(s[0])) become(k, 'reddit.com', '/comments/' + s[0])
    return
  }
  if (s.length > 2 && ['r', 'user', 'u'].includes(s[0])) s = s.slice(2)
  if (s.length < 2 || s.length > 4 || s[0] !== 'comments' || !isWord(s[1]) || (s.length === 4 && !isWord(s[3]))) return
  become(k, 'reddit.com', '/comments/' + s[1] + (s.length === 4 ? '/comment/' + s[3] : ''))
}

function instagram(k) {
  let s = segments(k.path)
  const n = s.length
  if (n >= 3 && s[n - 1] === 'embed') s = s.slice(0, -1)
  else if (n >= 4 && s[n - 2] === 'embed' && s[n - 1] === 'captioned') s = s.slice(0, -2)
  if (s.length === 3) s = s.slice(1)
  if (s.length === 2 && isWord(s[1]) && s[1].length >= 5 && ['p', 'reel', 'tv', 'reels'].includes(s[0])) become(k, k.host, '/p/' + s[1])
}

function tiktok(k) {
  const s = segments(k.path)
  let id = s[s.length - 1]
  if (s.length === 2 && s[0] === 'v') id = id.replace(/\.html$/, '')
  else if (!(s.length === 3 && s[0].startsWith('@') && ['video', 'photo'].includes(s[1])) && !(s.length === 2 && s[0] === 'embed') && !(s.length === 3 && s[0] === 'embed' && s[1] === 'v2')) return
  if (isNumber(id)) become(k, k.host, '/@i/video/' + id)
}

function telegram(k) {
  if (!k.path.startsWith('/s/')) return
  const rest = trimLeft(k.path.slice(3), '/')
  if (rest && !rest.startsWith('s/')) k.path = '/' + rest
}

const RULES = {
  'youtube.com': youtube, 'music.youtube.com': youtube, 'gaming.youtube.com': youtube, 'youtube-nocookie.com': youtube, 'youtu.be': youtube,
  'x.com': x, 'fxtwitter.com': x, 'vxtwitter.com': x, 'fixupx.com': x, 'fixvx.com': x, 'nitter.net': x,
  'facebook.com': facebook, 'reddit.com': reddit, 'redd.it': reddit, 'instagram.com': instagram, 'tiktok.com': tiktok, 't.me': telegram,
}

// siteKey rewrites the parts of a key where the service is known.
export function siteKey(k) {
  if (Object.hasOwn(RULES, k.host)) RULES[k.host](k)
}
