// Keeps the app itself, never data: documents live in IndexedDB, and the server answers for the rest.
const SHELL = 'kontor-shell-1'
const ASSETS = 'kontor-assets-1'
const MOST_ASSETS = 300

// A worker that may not fetch (its own content security policy) would break every page: it must not start.
self.addEventListener('install', (event) => {
  event.waitUntil(fetch('/theme.js').then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldCaches().then(() => self.clients.claim()))
})

async function dropOldCaches() {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name.startsWith('kontor-') && name !== SHELL && name !== ASSETS).map((name) => caches.delete(name)))
}

/** A page comes from the server whenever it answers, so that nobody works with yesterday's app. */
async function page(request) {
  const shell = await caches.open(SHELL)
  try {
    const fresh = await fetch(request)
    if (fresh.ok) await shell.put('/', fresh.clone())
    return fresh
  } catch (error) {
    const kept = await shell.match('/')
    if (kept) return kept
    throw error
  }
}

/** The name of an asset carries a hash of its content: what is kept is right. */
async function asset(request) {
  const cache = await caches.open(ASSETS)
  const kept = await cache.match(request)
  if (kept) return kept
  const fresh = await fetch(request)
  if (fresh.ok) await cache.put(request, fresh.clone())
  return fresh
}

async function small(request) {
  const cache = await caches.open(SHELL)
  try {
    const fresh = await fetch(request)
    if (fresh.ok) await cache.put(request, fresh.clone())
    return fresh
  } catch (error) {
    const kept = await cache.match(request)
    if (kept) return kept
    throw error
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate' && !url.pathname.startsWith('/api/')) event.respondWith(page(request))
  else if (url.pathname.startsWith('/assets/')) event.respondWith(asset(request))
  else if (url.pathname === '/theme.js' || url.pathname === '/favicon.svg') event.respondWith(small(request))
})

async function keep(urls) {
  const cache = await caches.open(ASSETS)
  for (const url of urls) if (!(await cache.match(url))) await cache.add(url).catch(() => {})
  const entries = await cache.keys()
  await Promise.all(entries.slice(0, Math.max(0, entries.length - MOST_ASSETS)).map((entry) => cache.delete(entry)))
  const shell = await caches.open(SHELL)
  for (const path of ['/', '/theme.js', '/favicon.svg']) if (!(await shell.match(path))) await shell.add(path).catch(() => {})
}

self.addEventListener('message', (event) => {
  if (Array.isArray(event.data?.assets)) event.waitUntil(keep(event.data.assets))
})

// Push messages: shown as they come, and opened where they lead. Nothing else is read from them.
const innerPath = (link) => (typeof link === 'string' && /^\/(?![/\\])/.test(link) ? link : '/')

function pushed(event) {
  try {
    return event.data?.json() ?? {}
  } catch {
    return {}
  }
}

self.addEventListener('push', (event) => {
  const { title, body, link, id } = pushed(event)
  const options = { body: body ?? '', tag: id, icon: '/favicon.svg', data: { link: innerPath(link) } }
  event.waitUntil(self.registration.showNotification(title ?? 'Kontor', options))
})

async function openLink(link) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const [known] = windows
  if (!known) return self.clients.openWindow(link)
  await known.focus()
  known.postMessage({ open: link })
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(openLink(innerPath(event.notification.data?.link)))
})
