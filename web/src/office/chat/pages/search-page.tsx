import { useInfiniteQuery } from '@tanstack/react-query'
import { Search, SearchX } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { PageSpinner } from '@/ui/spinner'
import type { Hit } from '../api-types'
import { usePlainText } from '../names'
import { searchQuery } from '../queries'
import { MessageCard } from './message-card'
import { PageFrame } from './page-frame'

const WAIT_MS = 250
const OPERATORS = ['from:@', 'from:me', 'in:#', 'has:file', 'has:link', 'before:', 'after:', 'on:'] as const

/** The server marks what it found with ⟦ ⟧. */
function Highlighted({ text }: { text: string }) {
  const plain = usePlainText()
  const parts: ReactNode[] = []
  for (const part of plain(text).split(/(⟦[^⟧]*⟧)/)) {
    parts.push(part.startsWith('⟦') ? <mark key={parts.length} className="rounded-sm bg-mark px-0.5 text-fg">{part.slice(1, -1)}</mark> : part)
  }
  return <p className="line-clamp-4 break-words">{parts}</p>
}

function Results({ q }: { q: string }) {
  const { t } = useTranslation('chat')
  const problemText = useProblemText()
  const { data, isPending, isError, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(searchQuery(q))
  if (isPending) return <PageSpinner label={t('loading')} />
  if (isError) return <p role="alert" className="py-8 text-center text-bad">{problemText(error)}</p>
  const hits: Hit[] = data.pages.flatMap(({ items }) => items)
  if (hits.length === 0) return <Empty icon={SearchX} title={t('search.none', { q })} text={t('search.none_text')} />
  return (
    <>
      <div role="feed" aria-label={t('search.results')}>
        {hits.map(({ message, highlight }) => (
          <MessageCard key={`${message.room}/${message.seq}`} message={message} text={<Highlighted text={highlight} />} />
        ))}
      </div>
      {hasNextPage && <Button className="mt-3 w-full" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t('show_more')}</Button>}
    </>
  )
}

export function SearchPage({ q, onQuery }: { q: string; onQuery: (q: string) => void }) {
  const { t } = useTranslation('chat')
  const [text, setText] = useState(q)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const timer = setTimeout(() => text.trim() !== q && onQuery(text.trim()), WAIT_MS)
    return () => clearTimeout(timer)
  }, [text, q, onQuery])
  function add(operator: string) {
    setText((old) => `${old.trim()} ${operator}`.trimStart())
    field.current?.focus()
  }
  return (
    <PageFrame icon={Search} title={t('view.search')}>
      <div className="relative">
        <Search aria-hidden size={17} className="pointer-events-none absolute top-3 left-3 text-fg-3" />
        <input
          ref={field}
          type="search"
          autoFocus
          value={text}
          onChange={(event) => setText(event.target.value)}
          aria-label={t('search.label')}
          placeholder={t('search.placeholder')}
          className="h-10 w-full rounded-lg border border-line-strong bg-surface pr-3 pl-9.5 text-base outline-none focus:border-accent focus:ring-2 focus:ring-accent/25"
        />
      </div>
      <ul aria-label={t('search.operators')} className="mt-2 mb-3 flex flex-wrap gap-1.5">
        {OPERATORS.map((operator) => (
          <li key={operator}>
            <button type="button" onClick={() => add(operator)} className="h-6 rounded-full bg-press px-2.5 font-mono text-2xs text-fg-2 hover:bg-selected hover:text-accent-text">{operator}</button>
          </li>
        ))}
      </ul>
      {q ? <Results q={q} /> : <Empty icon={Search} title={t('search.start')} text={t('search.start_text')} />}
    </PageFrame>
  )
}
