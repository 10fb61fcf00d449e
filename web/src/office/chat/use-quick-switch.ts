import { useMemo } from 'react'
import type { RoomState } from './api-types'
import { useChat, wantsAttention } from './model/chat-state'
import { usePeople, type Person } from './model/directory'
import { useRoomTitle } from './names'

const MOST_ROOMS = 6
const MOST_PEOPLE = 5

export type QuickRoom = { id: string; title: string; room: RoomState; strong: boolean }

const latest = (a: RoomState, b: RoomState) => (b.last_message?.created_at ?? '').localeCompare(a.last_message?.created_at ?? '')

/** Rooms and people whose names fit; without words the rooms that have news. */
export function useQuickSwitch(text: string): { rooms: QuickRoom[]; people: Person[] } {
  const known = useChat((state) => state.rooms)
  const userId = useChat((state) => state.userId)
  const everybody = usePeople()
  const titleOf = useRoomTitle()
  return useMemo(() => {
    const query = text.toLowerCase().replace(/^[#@]/, '')
    const all = Object.values(known).filter((room) => room.membership !== null && !room.archived)
    const fitting = query === '' ? all.filter(wantsAttention) : all.filter((room) => titleOf(room).toLowerCase().includes(query))
    const rooms = fitting.toSorted(latest).slice(0, MOST_ROOMS).map((room) => ({ id: room.id, title: titleOf(room), room, strong: wantsAttention(room) }))
    const direct = new Set(rooms.filter(({ room }) => room.kind === 'direct').flatMap(({ room }) => room.members))
    const people = query === '' ? [] : [...everybody.values()].filter(({ id, name, email }) => id !== userId && !direct.has(id) && (name.toLowerCase().includes(query) || email.startsWith(query)))
    return { rooms, people: people.slice(0, MOST_PEOPLE) }
  }, [text, known, userId, everybody, titleOf])
}
