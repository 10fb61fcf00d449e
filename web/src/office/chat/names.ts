import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { RoomState } from './api-types'
import type { Names } from './composer/tokens'
import { plainText } from './markdown/plain'
import { useChat } from './model/chat-state'
import { useGroups, usePeople, type Person } from './model/directory'

export function others(room: Pick<RoomState, 'members'>, userId: string) {
  const rest = room.members.filter((id) => id !== userId)
  return rest.length > 0 ? rest : room.members
}

const first = (name: string) => name.split(' ')[0] ?? name

export function roomTitle(room: Pick<RoomState, 'kind' | 'name' | 'members'>, people: ReadonlyMap<string, Person>, userId: string, someone: string): string {
  if (room.kind === 'channel') return room.name ?? ''
  const names = others(room, userId).map((id) => people.get(id)?.name ?? someone)
  if (room.kind === 'direct') return names[0] ?? someone
  return room.name ?? names.map(first).join(', ')
}

export function useRoomTitle() {
  const { t } = useTranslation('chat')
  const people = usePeople()
  const userId = useChat((state) => state.userId)
  const someone = t('someone')
  return useCallback(
    (room: Pick<RoomState, 'kind' | 'name' | 'members'>) => roomTitle(room, people, userId, someone),
    [people, userId, someone],
  )
}

/** Everybody and everything that a text may name. */
export function useNames(): Names {
  const people = usePeople()
  const groups = useGroups()
  const rooms = useChat((state) => state.rooms)
  return useMemo(
    () => ({
      users: new Map([...people].map(([id, { name }]) => [id, name])),
      groups: new Map(groups.map(({ id, handle }) => [id, handle])),
      rooms: new Map(Object.values(rooms).flatMap(({ id, kind, name }) => (kind === 'channel' && name ? [[id, name]] : []))),
    }),
    [people, groups, rooms],
  )
}

/** Turns a message into one line. */
export function usePlainText() {
  const { t } = useTranslation('chat')
  const { users, groups, rooms } = useNames()
  const someone = t('someone')
  return useCallback(
    (text: string) =>
      plainText(text, {
        user: (id) => users.get(id) ?? someone,
        group: (id) => groups.get(id) ?? someone,
        room: (id) => rooms.get(id) ?? '…',
      }),
    [users, groups, rooms, someone],
  )
}
