import { useInfiniteQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Skeleton } from '@/ui/spinner'
import { commentsQuery } from '../model/talk'
import { type Kind, type Rec } from '../model/types'
import { RelatedPanel, useRelations } from './related-panel'

const HistoryPanel = lazy(() => import('./history-panel'))
const TalkPanel = lazy(() => import('./talk-panel'))

type Tab = 'related' | 'talk' | 'history'

/** Beside the fields: what belongs to the record, what is said about it, and what has happened to it. */
export function SidePanel({ kind, record, seq }: { kind: Kind; record: Rec; seq?: number }) {
  const { t } = useTranslation('business')
  const relations = useRelations(kind)
  const comments = useInfiniteQuery(commentsQuery(kind.name, record.id))
  const count = comments.data?.pages.reduce((sum, page) => sum + page.items.length, 0) ?? 0
  const [asked, setAsked] = useState<Tab | null>(null)
  const tabs: Tab[] = relations.length > 0 ? ['related', 'talk', 'history'] : ['talk', 'history']
  const tab = asked ?? (seq ? 'history' : (tabs[0] ?? 'talk'))
  return (
    <div>
      <div role="tablist" aria-label={t('record.tab.side')} className="sticky top-0 z-10 flex gap-1 border-b bg-bg px-3 py-2">
        {tabs.map((name) => (
          <button key={name} type="button" role="tab" aria-selected={tab === name} onClick={() => setAsked(name)} className="flex h-7 items-center gap-1.5 rounded-md px-2.5 font-medium text-fg-2 hover:bg-hover aria-selected:bg-selected aria-selected:text-accent-text">
            {t(`side.${name}`)}
            {name === 'talk' && count > 0 && <span className="text-xs tnum opacity-80">{comments.hasNextPage ? `${count}+` : count}</span>}
          </button>
        ))}
      </div>
      {tab === 'related' && <RelatedPanel record={record} relations={relations} readOnly={seq !== undefined} />}
      <Suspense fallback={<Skeleton className="m-4 h-24" />}>
        {tab === 'history' && <HistoryPanel kind={kind} record={record} seq={seq} />}
        {tab === 'talk' && <TalkPanel kind={kind} record={record} readOnly={seq !== undefined} />}
      </Suspense>
    </div>
  )
}
