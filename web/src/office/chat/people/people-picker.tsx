import { Search, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/ui/cn'
import { controlClass } from '@/ui/field'
import { usePeople } from '../model/directory'
import { PersonAvatar } from './person-avatar'

const MOST = 8

type PeoplePickerProps = { label: string; chosen: readonly string[]; hidden?: ReadonlySet<string>; onChange: (ids: string[]) => void; autoFocus?: boolean }

/** Several people, found by name or address. */
export function PeoplePicker({ label, chosen, hidden, onChange, autoFocus }: PeoplePickerProps) {
  const { t } = useTranslation('chat')
  const people = usePeople()
  const [query, setQuery] = useState('')
  const text = query.trim().toLowerCase()
  const found = [...people.values()]
    .filter(({ id, name, email }) => !chosen.includes(id) && !hidden?.has(id) && (name.toLowerCase().includes(text) || email.includes(text)))
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .slice(0, MOST)
  const add = (id: string) => {
    onChange([...chosen, id])
    setQuery('')
  }
  return (
    <div>
      <span className="mb-1.5 block font-medium">{label}</span>
      {chosen.length > 0 && (
        <ul className="mb-2 flex flex-wrap gap-1.5">
          {chosen.map((id) => (
            <li key={id} className="flex h-7 items-center gap-1.5 rounded-full bg-press pr-1 pl-1 text-xs font-medium">
              <PersonAvatar id={id} size="xs" />
              {people.get(id)?.name}
              <button type="button" aria-label={t('remove_person', { name: people.get(id)?.name ?? '' })} onClick={() => onChange(chosen.filter((other) => other !== id))} className="rounded-full p-1 hover:bg-hover"><X size={12} /></button>
            </li>
          ))}
        </ul>
      )}
      <div className="relative">
        <Search aria-hidden size={15} className="pointer-events-none absolute top-2.5 left-2.5 text-fg-3" />
        <input
          autoFocus={autoFocus}
          aria-label={t('find_people')}
          placeholder={t('find_people')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && found[0] && text) {
              event.preventDefault()
              add(found[0].id)
            }
          }}
          className={cn(controlClass, 'pl-8')}
        />
      </div>
      <ul aria-label={t('people_found')} className="mt-1.5 max-h-52 overflow-y-auto">
        {found.map(({ id, name, email }) => (
          <li key={id}>
            <button type="button" onClick={() => add(id)} className="flex h-10 w-full items-center gap-2.5 rounded-md px-2 text-left hover:bg-hover">
              <PersonAvatar id={id} presence />
              <span className="truncate font-medium">{name}</span>
              <span className="min-w-0 truncate text-fg-3">{email}</span>
            </button>
          </li>
        ))}
        {found.length === 0 && <li className="px-2 py-3 text-center text-fg-3">{t('nobody_found')}</li>}
      </ul>
    </div>
  )
}
