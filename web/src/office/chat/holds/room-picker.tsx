import { useInfiniteQuery } from '@tanstack/react-query'
import { Search, X } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/ui/cn'
import { controlClass } from '@/ui/field'
import { useChat } from '../model/chat-state'
import { useRoomTitle } from '../names'
import { roomsQuery } from '../queries'
import { RoomIcon } from '../sidebar/room-icon'

const MOST = 6

/** Several rooms: public channels, and those that the person is in. */
export function RoomPicker({ label, chosen, onChange }: { label: string; chosen: readonly string[]; onChange: (ids: string[]) => void }) {
  const { t } = useTranslation('chat')
  const [query, setQuery] = useState('')
  const text = useDeferredValue(query.trim().toLowerCase())
  const titleOf = useRoomTitle()
  const own = useChat((state) => state.rooms)
  const { data } = useInfiniteQuery(roomsQuery(text, false))
  const all = new Map([...(data?.pages.flatMap(({ items }) => items) ?? []), ...Object.values(own)].map((room) => [room.id, room]))
  const found = [...all.values()].filter((room) => !chosen.includes(room.id) && titleOf(room).toLowerCase().includes(text)).slice(0, MOST)
  return (
    <div>
      <span className="mb-1.5 block font-medium">{label}</span>
      {chosen.length > 0 && (
        <ul className="mb-2 flex flex-wrap gap-1.5">
          {chosen.map((id) => {
            const room = all.get(id)
            const name = room ? titleOf(room) : '…'
            return (
              <li key={id} className="flex h-7 items-center gap-1.5 rounded-full bg-press pr-1 pl-2.5 text-xs font-medium">
                {name}
                <button type="button" aria-label={t('remove_person', { name })} onClick={() => onChange(chosen.filter((other) => other !== id))} className="rounded-full p-1 hover:bg-hover"><X size={12} /></button>
              </li>
            )
          })}
        </ul>
      )}
      <div className="relative">
        <Search aria-hidden size={15} className="pointer-events-none absolute top-2.5 left-2.5 text-fg-3" />
        <input aria-label={t('hold.find_rooms')} placeholder={t('hold.find_rooms')} value={query} onChange={(event) => setQuery(event.target.value)} className={cn(controlClass, 'pl-8')} />
      </div>
      {query.trim() !== '' && (
        <ul aria-label={t('hold.rooms_found')} className="mt-1.5 max-h-44 overflow-y-auto">
          {found.map((room) => (
            <li key={room.id}>
              <button
                type="button"
                onClick={() => {
                  onChange([...chosen, room.id])
                  setQuery('')
                }}
                className="flex h-9 w-full items-center gap-2.5 rounded-md px-2 text-left hover:bg-hover"
              >
                <RoomIcon room={room} />
                <span className="truncate">{titleOf(room)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
