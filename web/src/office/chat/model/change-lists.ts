import { Problem } from '@/lib/api/problem'
import { changeMe, readOverview } from '../api'
import { chat, takeLists } from './chat-state'

export type Lists = { sections: string[]; keywords: string[] }

const TRIES = 5

const listsOf = (): Lists => ({ sections: [...chat.get().sections], keywords: [...chat.get().me.keywords] })
const isStale = (error: unknown) => error instanceof Problem && error.code === 'changed_meanwhile'

/** Changes sections or keywords. When another device was faster, the change is made again of what that one has written. */
export async function changeLists(change: (now: Lists) => Partial<Lists>): Promise<void> {
  for (let left = TRIES; ; left -= 1) {
    const before = { ...listsOf(), version: chat.get().me.version }
    const next = change(before)
    const shown = { ...before, ...next }
    takeLists(shown)
    try {
      const { version } = await changeMe({ ...next, version: before.version })
      return takeLists({ ...shown, version })
    } catch (error) {
      if (!isStale(error) || left <= 1) {
        if (chat.get().me.version === before.version) takeLists(before)
        throw error
      }
      const { sections, me } = await readOverview()
      takeLists({ sections, keywords: me.keywords, version: me.version })
    }
  }
}
