import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Skeleton } from '@/ui/spinner'
import { type Kind, type Rec } from '../model/types'
import { HistoryPanel } from './history-panel'
import { RelatedPanel, useRelations } from './related-panel'

const FilesPanel = lazy(() => import('./files-panel'))

export type SideTab = 'related' | 'files' | 'history'

type PanelProps = { kind: Kind; record: Rec; seq?: number; editable: boolean; asked: SideTab | null; onAsk: (tab: SideTab) => void }

/** Beside the fields: what belongs to the record, and what has happened to it. */
export function SidePanel({ kind, record, seq, editable, asked, onAsk }: PanelProps) {
  const { t } = useTranslation('business')
  const relations = useRelations(kind)
  const tab = asked ?? (seq || relations.length === 0 ? 'history' : 'related')
  return (
    <div>
      <div role="tablist" aria-label={t('record.tab.side')} className="sticky top-0 z-10 flex gap-1 border-b bg-bg px-3 py-2">
        {(['related', 'files', 'history'] as const)
          .filter((name) => name !== 'related' || relations.length > 0)
          .map((name) => (
            <button key={name} type="button" role="tab" aria-selected={tab === name} onClick={() => onAsk(name)} className="h-7 rounded-md px-2.5 font-medium text-fg-2 hover:bg-hover aria-selected:bg-selected aria-selected:text-accent-text">
              {t(`side.${name}`)}
            </button>
          ))}
      </div>
      {tab === 'related' && <RelatedPanel record={record} relations={relations} readOnly={seq !== undefined} />}
      {tab === 'history' && <HistoryPanel kind={kind} record={record} seq={seq} />}
      <Suspense fallback={<Skeleton className="m-4 h-24" />}>{tab === 'files' && <FilesPanel kind={kind} record={record} editable={editable} />}</Suspense>
    </div>
  )
}
