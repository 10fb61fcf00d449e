import { ChevronDown, Ellipsis } from 'lucide-react'
import { useState, type DragEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { readSetting, writeSetting } from '@/lib/storage'
import { IconButton } from '@/ui/button'
import { cn } from '@/ui/cn'
import { Menu, MenuItem } from '@/ui/menu'
import { wantsAttention } from '../model/chat-state'
import { useActiveRoom } from '../use-active-room'
import { setPreferencesOf } from './move-room'
import { RoomLink } from './room-link'
import { ROOM_TYPE } from './room-type'
import { SectionDialog } from './section-dialog'
import { useSectionChange } from './use-section-change'
import type { Section } from './use-sections'

function SectionMenu({ name }: { name: string }) {
  const { t } = useTranslation('chat')
  const [renaming, setRenaming] = useState(false)
  const { move, remove } = useSectionChange()
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('section.menu', { name })} size="sm" className="size-6 opacity-0 group-hover/section:opacity-100 focus-visible:opacity-100 data-[state=open]:opacity-100">
            <Ellipsis size={14} />
          </IconButton>
        }
      >
        <MenuItem onSelect={() => setRenaming(true)}>{t('section.rename')}</MenuItem>
        <MenuItem onSelect={() => void move(name, -1)}>{t('section.up')}</MenuItem>
        <MenuItem onSelect={() => void move(name, 1)}>{t('section.down')}</MenuItem>
        <MenuItem danger onSelect={() => void remove(name)}>{t('section.delete')}</MenuItem>
      </Menu>
      {renaming && <SectionDialog name={name} onClose={() => setRenaming(false)} />}
    </>
  )
}

export function RoomSection({ section }: { section: Section }) {
  const { t } = useTranslation('chat')
  const key = `chat-folded-${section.key}`
  const [folded, setFolded] = useState(() => readSetting(key) === 'yes')
  const [over, setOver] = useState(false)
  const active = useActiveRoom()
  // A folded section still shows what asks for attention, and where the person is.
  const shown = folded ? section.rooms.filter((room) => wantsAttention(room) || room.id === active) : section.rooms
  const takes = (event: DragEvent) => section.drop !== null && event.dataTransfer.types.includes(ROOM_TYPE)
  function toggle() {
    writeSetting(key, folded ? null : 'yes')
    setFolded(!folded)
  }
  function drop(event: DragEvent) {
    setOver(false)
    const room = event.dataTransfer.getData(ROOM_TYPE)
    if (!room || section.drop === null) return
    event.preventDefault()
    if (section.drop === 'star') void setPreferencesOf(room, { starred: true })
    else void setPreferencesOf(room, { starred: false, section: section.own })
  }
  return (
    <section
      aria-label={section.title}
      className={cn('mt-3 rounded-md', over && 'bg-selected')}
      onDragOver={(event) => {
        if (!takes(event)) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <div className="group/section flex h-7 items-center">
        <button type="button" aria-expanded={!folded} onClick={toggle} className="flex min-w-0 flex-1 items-center gap-1 rounded-md px-1.5 text-left text-xs font-medium text-fg-3 hover:text-fg">
          <ChevronDown aria-hidden size={13} className={cn('transition-transform', folded && '-rotate-90')} />
          <span className="truncate">{section.title}</span>
        </button>
        {section.own !== null && <SectionMenu name={section.own} />}
      </div>
      <ul className="flex flex-col gap-px">
        {shown.map((room) => (
          <li key={room.id}><RoomLink room={room} /></li>
        ))}
        {section.rooms.length === 0 && !folded && <li className="px-2.5 py-1 text-xs text-fg-3">{section.own === null ? t('section.empty') : t('section.drop')}</li>}
      </ul>
    </section>
  )
}
