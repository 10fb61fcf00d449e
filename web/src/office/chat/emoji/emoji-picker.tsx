import { Search } from 'lucide-react'
import { useEffect, useMemo, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { VList } from 'virtua'
import { useLanguage } from '@/lib/i18n/hooks'
import { cn } from '@/ui/cn'
import { emojiUrl } from '../api'
import { useChat } from '../model/chat-state'
import { loadEmoji, noteEmoji, recentEmoji, searchEmoji, type EmojiEntry } from './data'

const COLUMNS = 9
const GROUPS = [0, 1, 3, 4, 5, 6, 7, 8, 9] as const
const MOST_FOUND = 90

type Choice = { value: string; label: string; own?: boolean }
type Row = { heading: string } | { choices: Choice[] }

const rowsOf = (heading: string, choices: Choice[]): Row[] => {
  const rows: Row[] = choices.length > 0 ? [{ heading }] : []
  for (let from = 0; from < choices.length; from += COLUMNS) rows.push({ choices: choices.slice(from, from + COLUMNS) })
  return rows
}

const choiceOf = ({ unicode, label }: EmojiEntry): Choice => ({ value: unicode, label })

function useRows(query: string): Row[] {
  const { t } = useTranslation('chat')
  const language = useLanguage()
  const own = useChat((state) => state.emoji)
  const [all, setAll] = useState<EmojiEntry[]>([])
  useEffect(() => {
    void loadEmoji(language).then(setAll, () => {})
  }, [language])
  return useMemo(() => {
    const ownChoices = own.filter(({ name }) => name.includes(query.trim().toLowerCase())).map(({ name }) => ({ value: `:${name}:`, label: name, own: true }))
    if (query.trim()) return rowsOf(t('emoji.found'), [...ownChoices, ...searchEmoji(all, query, MOST_FOUND).map(choiceOf)])
    const recent = recentEmoji().map((value) => ({ value, label: all.find(({ unicode }) => unicode === value)?.label ?? value }))
    return [
      ...rowsOf(t('emoji.recent'), recent),
      ...rowsOf(t('emoji.own'), ownChoices),
      ...GROUPS.flatMap((group) => rowsOf(t(`emoji.group.${group}`), all.filter((entry) => entry.group === group).map(choiceOf))),
    ]
  }, [all, own, query, t])
}

/** Arrow keys walk through what is drawn. */
function walk(event: KeyboardEvent<HTMLElement>) {
  const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }
  const step = steps[event.key]
  if (!step) return
  const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('[data-emoji]')]
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
  const inField = document.activeElement instanceof HTMLInputElement
  if (inField && event.key !== 'ArrowDown') return
  event.preventDefault()
  const next = buttons[inField ? 0 : at + step]
  if (next) next.focus()
  else if (at + step < 0) event.currentTarget.querySelector('input')?.focus()
}

export default function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useTranslation('chat')
  const [query, setQuery] = useState('')
  const [near, setNear] = useState<string | null>(null)
  const rows = useRows(query)
  function pick(value: string) {
    noteEmoji(value)
    onPick(value)
  }
  return (
    <div onKeyDown={walk}>
      <div className="relative border-b p-2">
        <Search aria-hidden size={15} className="pointer-events-none absolute top-[1.1rem] left-4.5 text-fg-3" />
        <input
          autoFocus
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            const first = rows.find((row) => 'choices' in row)
            if (event.key === 'Enter' && first && 'choices' in first && first.choices[0]) {
              event.preventDefault()
              pick(first.choices[0].value)
            }
          }}
          aria-label={t('emoji.search')}
          placeholder={t('emoji.search')}
          className="h-8 w-full rounded-md bg-sunken pr-2 pl-8 outline-none focus:ring-2 focus:ring-accent/40"
        />
      </div>
      <VList className="h-72! px-2 pb-2" key={query}>
        {rows.map((row) =>
          'heading' in row ? (
            <h2 key={row.heading} className="px-1 pt-2.5 pb-1 text-xs font-medium text-fg-3">{row.heading}</h2>
          ) : (
            <div key={row.choices[0]?.value} className="flex">
              {row.choices.map(({ value, label, own }) => (
                <button
                  key={value}
                  type="button"
                  data-emoji
                  aria-label={label}
                  onClick={() => pick(value)}
                  onPointerEnter={() => setNear(label)}
                  onFocus={() => setNear(label)}
                  className="flex size-9 items-center justify-center rounded-md text-xl hover:bg-hover focus-visible:bg-hover"
                >
                  {own ? <img src={emojiUrl(label)} alt="" className="size-6" /> : value}
                </button>
              ))}
            </div>
          ),
        )}
      </VList>
      <p aria-hidden className={cn('h-8 truncate border-t px-3 py-1.5 text-xs text-fg-3', !near && 'text-transparent')}>{near ?? '·'}</p>
    </div>
  )
}
