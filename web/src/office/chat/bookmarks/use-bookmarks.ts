import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useProblemText } from '@/lib/i18n/hooks'
import { usePermission } from '@/lib/session'
import type { ChatBookmarks } from '@/lib/api/types'
import { notify } from '@/ui/toast'
import type { RoomState } from '../api-types'
import { bookmarksQuery } from '../queries'
import { changeBookmark, removeBookmark } from './api'

/** Whether the person may manage the room: who rules over the business manages its public channels. */
export function useManages(room: RoomState) {
  const rules = usePermission('people.manage')
  return room.membership?.role === 'owner' || (rules && room.kind === 'channel' && !room.private)
}

export function useBookmarks(room: RoomState) {
  const client = useQueryClient()
  const problemText = useProblemText()
  const manages = useManages(room)
  const muted = room.membership === null || room.archived
  const query = bookmarksQuery(room.id)
  const { data } = useQuery(query)
  const bookmarks = data?.bookmarks ?? []
  const may = data !== undefined && !muted && (manages || !data.managers_only)

  async function run(change: Promise<ChatBookmarks>) {
    try {
      const all = await change
      // The event may have told more meanwhile: what is read now is the truth.
      client.setQueryData(query.queryKey, all)
    } catch (error) {
      notify(problemText(error), { tone: 'bad' })
    }
    await client.invalidateQueries({ queryKey: query.queryKey })
  }

  return {
    bookmarks,
    may,
    run,
    /** Moves a bookmark to a place among the others; it is shown there at once. */
    move(id: string, place: number) {
      const from = bookmarks.findIndex((bookmark) => bookmark.id === id)
      const moved = bookmarks[from]
      if (!moved || !data || place === from || place < 0 || place >= bookmarks.length) return
      const next = bookmarks.filter((bookmark) => bookmark.id !== id)
      next.splice(place, 0, moved)
      client.setQueryData(query.queryKey, { ...data, bookmarks: next })
      void run(changeBookmark(room.id, id, { place }))
    },
    remove: (id: string) => void run(removeBookmark(room.id, id)),
  }
}
