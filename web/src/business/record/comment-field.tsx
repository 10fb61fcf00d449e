import { useId, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '@/lib/session'
import { Avatar } from '@/ui/avatar'
import { Button } from '@/ui/button'
import type { Person } from '../model/api'
import { mentionAt, peopleFor } from '../model/mentions'
import { LONGEST_COMMENT } from '../model/talk'
import { usePeople } from '../model/use-kinds'

type FieldProps = { label: string; sendLabel: string; initial?: string; busy: boolean; onSend: (text: string) => void; onCancel?: () => void }

/** A text in which people are named with @, with the list of those who are meant. */
export function CommentField({ label, sendLabel, initial = '', busy, onSend, onCancel }: FieldProps) {
  const { t } = useTranslation(['business', 'common'])
  const { user } = useSession()
  const people = usePeople()
  const listId = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(initial)
  const [caret, setCaret] = useState(initial.length)
  const [chosen, setChosen] = useState(0)
  const [closed, setClosed] = useState<number | null>(null)
  const trigger = mentionAt(text, caret)
  const found = trigger && trigger.from !== closed ? peopleFor(trigger.query, people, user.id) : []
  const at = Math.min(chosen, Math.max(0, found.length - 1))

  function write(next: string, place: number) {
    setText(next)
    setCaret(place)
    setChosen(0)
  }
  function choose({ name }: Person) {
    if (!trigger) return
    const insert = `@${name} `
    const next = text.slice(0, trigger.from) + insert + text.slice(caret)
    const place = trigger.from + insert.length
    write(next, place)
    requestAnimationFrame(() => {
      area.current?.focus()
      area.current?.setSelectionRange(place, place)
    })
  }
  const send = () => text.trim() !== '' && !busy && onSend(text.trim())
  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return
    const person = found[at]
    if (person && (event.key === 'Enter' || event.key === 'Tab') && !event.ctrlKey && !event.metaKey) choose(person)
    else if (person && event.key === 'ArrowDown') setChosen((at + 1) % found.length)
    else if (person && event.key === 'ArrowUp') setChosen((at + found.length - 1) % found.length)
    else if (person && event.key === 'Escape') setClosed(trigger?.from ?? null)
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send()
    else if (event.key === 'Escape') {
      if (onCancel) onCancel()
      else area.current?.blur()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className="relative">
      <textarea
        ref={area}
        rows={2}
        autoFocus={onCancel !== undefined}
        aria-label={label}
        aria-autocomplete="list"
        aria-controls={found.length > 0 ? listId : undefined}
        aria-activedescendant={found.length > 0 ? `${listId}-${at}` : undefined}
        placeholder={label}
        maxLength={LONGEST_COMMENT}
        value={text}
        onChange={({ target }) => write(target.value, target.selectionStart)}
        onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        className="block max-h-72 min-h-16 w-full resize-none rounded-md border border-line-strong bg-surface px-2.5 py-2 outline-none [field-sizing:content] focus:border-accent focus:ring-2 focus:ring-accent/25"
      />
      {found.length > 0 && (
        <div id={listId} role="listbox" aria-label={t('talk.people')} className="absolute top-full left-0 z-30 mt-1 w-full max-w-xs rounded-lg bg-raised p-1 shadow-2">
          {found.map((person, index) => (
            <div
              key={person.id}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === at}
              onPointerDown={(event) => {
                event.preventDefault()
                choose(person)
              }}
              className="flex h-8 items-center gap-2 rounded-md px-2 hover:bg-hover aria-selected:bg-hover"
            >
              <Avatar id={person.id} name={person.name} size="xs" />
              <span className="truncate">{person.name}</span>
            </div>
          ))}
        </div>
      )}
      <div className="mt-2 flex items-center gap-2">
        <span className="min-w-0 flex-1 text-xs text-fg-3 max-sm:sr-only">{t('talk.hint')}</span>
        {onCancel && <Button size="sm" className="ml-auto" onClick={onCancel}>{t('common:cancel')}</Button>}
        <Button size="sm" tone="primary" className="max-sm:ml-auto" busy={busy} disabled={text.trim() === ''} onClick={send}>{sendLabel}</Button>
      </div>
    </div>
  )
}
