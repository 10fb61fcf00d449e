import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Kind, type Rec } from '../model/types'
import { HistoryPanel } from './history-panel'
import { RelatedPanel, useRelations } from './related-panel'

/** Beside the fields: what belongs to the record, and what has happened to it. */
export function SidePanel({ kind, record, seq }: { kind: Kind; record: Rec; seq?: number }) {
  const { t } = useTranslation('business')
  const relations = useRelations(kind)
  const [asked, setAsked] = useState<'related' | 'history' | null>(null)
  const tab = relations.length === 0 ? 'history' : (asked ?? (seq ? 'history' : 'related'))
  return (
    <div>
      <div role="tablist" aria-label={t('record.tab.side')} className="sticky top-0 z-10 flex gap-1 border-b bg-bg px-3 py-2">
        {(['related', 'history'] as const)
          .filter((name) => name === 'history' || relations.length > 0)
          .map((name) => (
            <button key={name} type="button" role="tab" aria-selected={tab === name} onClick={() => setAsked(name)} className="h-7 rounded-md px-2.5 font-medium text-fg-2 hover:bg-hover aria-selected:bg-selected aria-selected:text-accent-text">
              {t(`side.${name}`)}
            </button>
          ))}
      </div>
      {tab === 'related' ? <RelatedPanel record={record} relations={relations} readOnly={seq !== undefined} /> : <HistoryPanel kind={kind} record={record} seq={seq} />}
    </div>
  )
}
