// Fails when the script a page needs grows past its budget. Sizes are gzip, read from the Vite manifest.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const KB = 1000
const PAGE = (route) => `src/routes/${route}.tsx?tsr-split=component`
// What stands on the screen after signing in: the entry, the shell and the home page.
const FIRST_LOAD = ['index.html', PAGE('_app'), PAGE('_app.index')]
const BUDGETS = [
  { name: 'first load', entries: FIRST_LOAD, limit: 165 },
  { name: 'documents editor', entries: [PAGE('_app.documents.$documentId')], limit: 220 },
  { name: 'chat room', entries: [PAGE('_app.chat'), PAGE('_app.chat.$roomId')], limit: 220 },
  { name: 'chat unread', entries: [PAGE('_app.chat'), PAGE('_app.chat.index')], limit: 120 },
  { name: 'live connection', entries: ['src/app/live.ts'], limit: 20 },
  { name: 'notifications', entries: [PAGE('_app.notifications.preferences')], limit: 60 },
  { name: 'documents list', entries: [PAGE('_app.documents.index')], limit: 60 },
  { name: 'business table', entries: [PAGE('_app.business'), PAGE('_app.business.$kind.index')], limit: 90 },
  { name: 'business record', entries: [PAGE('_app.business'), PAGE('_app.business.$kind.$recordId')], limit: 80 },
  { name: 'people', entries: [PAGE('_app.admin'), PAGE('_app.admin.people')], limit: 60 },
  { name: 'moderation', entries: [PAGE('_app.admin'), PAGE('_app.admin.moderation')], limit: 220 },
  { name: 'holds', entries: [PAGE('_app.admin'), PAGE('_app.admin.holds')], limit: 220 },
  { name: 'actors', entries: [PAGE('_app.admin'), PAGE('_app.admin.actors')], limit: 60 },
  { name: 'api docs', entries: [PAGE('_app.api-docs')], limit: 60 },
  { name: 'command palette', entries: ['src/app/palette.tsx'], limit: 60 },
]

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))

/** A chunk with everything it imports statically; on-demand imports are not part of a page's load. */
function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const next of manifest[key]?.imports ?? []) closure(next, seen)
  return seen
}

const gzipBytes = (key) => gzipSync(readFileSync(new URL(manifest[key].file, dist)), { level: 9 }).length

const firstLoad = new Set(FIRST_LOAD.flatMap((key) => [...closure(key)]))
let failed = false
for (const { name, entries, limit } of BUDGETS) {
  const missing = entries.filter((key) => !(key in manifest))
  if (missing.length > 0) {
    console.error(`${name}: the manifest has no ${missing.join(', ')}`)
    failed = true
    continue
  }
  const chunks = new Set(entries.flatMap((key) => [...closure(key)]))
  if (entries !== FIRST_LOAD) for (const key of firstLoad) chunks.delete(key)
  const bytes = [...chunks].filter((key) => manifest[key].file.endsWith('.js')).reduce((sum, key) => sum + gzipBytes(key), 0)
  const over = bytes > limit * KB
  failed ||= over
  console.log(`${over ? 'OVER' : 'ok  '}  ${name.padEnd(18)} ${(bytes / KB).toFixed(1).padStart(7)} / ${limit} KB gz`)
}
process.exit(failed ? 1 : 0)
