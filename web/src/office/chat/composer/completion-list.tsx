import { AtSign, Hash, SquareSlash, Users } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { PersonAvatar } from '../people/person-avatar'
import { EmojiFace } from '../emoji/emoji-face'
import type { Completion } from './use-completion'

function Sign({ kind, sign }: Completion) {
  if (kind === 'user') return <PersonAvatar id={sign} presence />
  if (kind === 'emoji') return <span className="flex size-6 items-center justify-center text-lg"><EmojiFace emoji={sign} /></span>
  const Icon = { group: Users, everybody: AtSign, room: Hash, command: SquareSlash }[kind]
  return <span className="flex size-6 items-center justify-center rounded-md bg-press text-fg-2"><Icon aria-hidden size={14} /></span>
}

type CompletionListProps = { id: string; items: Completion[]; chosen: number; onChoose: (index: number) => void; onHover: (index: number) => void }

export function CompletionList({ id, items, chosen, onChoose, onHover }: CompletionListProps) {
  const { t } = useTranslation('chat')
  const list = useRef<HTMLDivElement>(null)
  // What it returns is a promise in some browsers, and no clean-up.
  useEffect(() => void list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' }), [chosen])
  return (
    <div ref={list} id={id} role="listbox" aria-label={t('suggestions')} className="absolute bottom-full left-0 z-30 mb-1.5 max-h-80 w-full max-w-md overflow-y-auto rounded-lg bg-raised p-1 shadow-2">
      {items.map((item, index) => (
        <div
          key={item.key}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          onPointerDown={(event) => {
            event.preventDefault()
            onChoose(index)
          }}
          onPointerEnter={() => onHover(index)}
          className="flex h-9 items-center gap-2.5 rounded-md px-2 aria-selected:bg-selected"
        >
          <Sign {...item} />
          <span className="truncate font-medium">{item.label}</span>
          {item.hint && <span className="shrink-0 text-fg-3">{item.hint}</span>}
          <span className="min-w-0 truncate text-fg-3">{item.detail}</span>
        </div>
      ))}
    </div>
  )
}
