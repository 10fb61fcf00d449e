import { useInfiniteQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Skeleton } from '@/ui/spinner'
import { commentsQuery } from '../model/talk'
import { type Kind, type Rec } from '../model/types'
import { RelatedPanel, useRelations } from './related-panel'

const FilesPanel = lazy(() => import('./files-panel'))
const HistoryPanel = lazy(() => import('./history-panel'))
const TalkPanel = lazy(() => import('./talk-panel'))

export type SideTab = 'related' | 'talk' | 'files' | 'history'

type PanelProps = { kind: Kind; record: Rec; seq?: number; editable: boolean; asked: SideTab | null; onAsk: (tab: SideTab) => void }

/** Beside the fields: what belongs to the record, what is said about it, its files, and what has happened to it. */
export function SidePanel({ kind, record, seq, editable, asked, onAsk }: PanelProps) {
  const { t } = useTranslation('business')
  const relations = useRelations(kind)
  const comments = useInfiniteQuery(commentsQuery(kind.name, record.id))
  const count = comments.data?.pages.reduce((sum, page) => sum + page.items.length, 0) ?? 0
  const tabs: SideTab[] = relations.length > 0 ? ['related', 'talk', 'files', 'history'] : ['talk', 'files', 'history']
  const tab = asked ?? (seq ? 'history' : (tabs[0] ?? 'talk'))
  return (
    <div>
      <div role="tablist" aria-label={t('record.tab.side')} className="sticky top-0 z-10 flex gap-1 border-b bg-bg px-3 py-2">
        {tabs.map((name) => (
          <button key={name} type="button" role="tab" aria-selected={tab === name} onClick={() => onAsk(name)} className="flex h-7 items-center gap-1.5 rounded-md px-2.5 font-medium text-fg-2 hover:bg-hover aria-selected:bg-selected aria-selected:text-accent-text">
            {t(`side.${name}`)}
            {name === 'talk' && count > 0 && <span className="text-xs tnum opacity-80">{comments.hasNextPage ? `${count}+` : count}</span>}
          </button>
        ))}
      </div>
      {tab === 'related' && <RelatedPanel record={record} relations={relations} readOnly={seq !== undefined} />}
      <Suspense fallback={<Skeleton className="m-4 h-24" />}>
        {tab === 'history' && <HistoryPanel kind={kind} record={record} seq={seq} />}
        {tab === 'talk' && <TalkPanel kind={kind} record={record} readOnly={seq !== undefined} />}
        {tab === 'files' && <FilesPanel kind={kind} record={record} editable={editable} />}
      </Suspense>
    </div>
  )
}
