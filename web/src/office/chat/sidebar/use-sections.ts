import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { RoomState } from '../api-types'
import { useChat } from '../model/chat-state'
import { useRoomTitle } from '../names'

export type Section = { key: string; title: string; own: string | null; drop: 'star' | 'section' | 'rest' | null; rooms: RoomState[] }

const MOST_DIRECT = 40

const newest = (a: RoomState, b: RoomState) => (b.last_message?.created_at ?? b.created_at).localeCompare(a.last_message?.created_at ?? a.created_at)

/** The rooms of the sidebar: starred, the person's own sections, channels, conversations. */
export function useSections(): Section[] {
  const { t } = useTranslation('chat')
  const rooms = useChat((state) => state.rooms)
  const names = useChat((state) => state.sections)
  const titleOf = useRoomTitle()
  return useMemo(() => {
    const byTitle = (a: RoomState, b: RoomState) => titleOf(a).localeCompare(titleOf(b))
    const joined = Object.values(rooms).filter((room) => room.membership !== null && !room.archived)
    const left = new Set(joined)
    const take = (pick: (room: RoomState) => boolean) => {
      const taken = [...left].filter(pick)
      for (const room of taken) left.delete(room)
      return taken
    }
    const starred = take(({ membership }) => membership?.starred === true).toSorted(byTitle)
    const own = names.map((name): Section => ({
      key: `section-${name}`, title: name, own: name, drop: 'section', rooms: take(({ membership }) => membership?.section === name).toSorted(byTitle),
    }))
    const channels = take(({ kind }) => kind === 'channel').toSorted(byTitle)
    const direct = [...left].toSorted(newest).slice(0, MOST_DIRECT)
    return [
      ...(starred.length > 0 ? [{ key: 'starred', title: t('section.starred'), own: null, drop: 'star' as const, rooms: starred }] : []),
      ...own,
      { key: 'channels', title: t('section.channels'), own: null, drop: 'rest', rooms: channels },
      { key: 'direct', title: t('section.direct'), own: null, drop: null, rooms: direct },
    ]
  }, [rooms, names, titleOf, t])
}
