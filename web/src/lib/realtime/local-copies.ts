import { readSetting, writeSetting } from '../storage'

// Free of Yjs: the shell needs this when somebody signs out, long before it needs an editor.
const UNSYNCED = 'unsynced'
const prefixOf = (userId: string) => `kontor:${userId}:`

/** Names carry the user: two people who share a browser never see each other's copies. */
export const localCopyName = (userId: string, documentId: string) => prefixOf(userId) + documentId

function readUnsynced(): Record<string, true> {
  try {
    return JSON.parse(readSetting(UNSYNCED) ?? '{}') as Record<string, true>
  } catch {
    return {}
  }
}

/** Remembers across tabs and restarts which local copies hold edits the server has not stored. */
export function markUnsynced(name: string, unsynced: boolean) {
  const names = readUnsynced()
  if (unsynced === name in names) return
  if (unsynced) names[name] = true
  else delete names[name]
  writeSetting(UNSYNCED, Object.keys(names).length > 0 ? JSON.stringify(names) : null)
}

export const isUnsynced = (name: string) => name in readUnsynced()

export const countUnsynced = (userId: string) =>
  Object.keys(readUnsynced()).filter((name) => name.startsWith(prefixOf(userId))).length

export function forgetLocalCopy(name: string) {
  markUnsynced(name, false)
  return new Promise<void>((resolve) => {
    const request = indexedDB.deleteDatabase(name)
    request.addEventListener('success', () => resolve())
    request.addEventListener('error', () => resolve())
    request.addEventListener('blocked', () => resolve())
  })
}

/** On sign-out nothing of the person's documents stays in the browser. */
export async function forgetLocalCopies(userId: string) {
  const databases = (await indexedDB.databases?.().catch(() => [])) ?? []
  const names = databases.flatMap(({ name }) => (name?.startsWith(prefixOf(userId)) ? [name] : []))
  await Promise.all(names.map(forgetLocalCopy))
}
