import { Link } from '@tanstack/react-router'
import { LayoutGrid, TriangleAlert } from 'lucide-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { Skeleton } from '@/ui/spinner'
import type { ViewProps } from '../list-page'
import { useRecordList } from '../model/record-list'
import { hasStates, titleOf, type Kind, type Rec } from '../model/types'
import { KindIcon } from '../parts/kind-icon'
import { PersonName, StatePill } from '../parts/value-view'
import { CellValue } from '../table/cell-value'
import { useColumns, type Column } from '../table/columns'

const MOST_LINES = 6
const NEAR_PX = 800
const GRID = 'grid grid-cols-[repeat(auto-fill,minmax(min(100%,17rem),1fr))] gap-3 p-3 sm:p-4'

function Card({ kind, record, columns }: { kind: Kind; record: Rec; columns: readonly Column[] }) {
  const { t } = useTranslation('business')
  const lines = columns.filter(({ name, field }) => field && name !== kind.title && record.fields[name] !== undefined && record.fields[name] !== null).slice(0, MOST_LINES)
  return (
    <li className="min-w-0">
      <Link to="/business/$kind/$recordId" params={{ kind: kind.name, recordId: record.id }} search={{}} data-record={record.id} className="flex h-full flex-col rounded-lg bg-surface p-3.5 shadow-1 transition-shadow hover:shadow-2 dark:bg-raised">
        <span className="flex items-start gap-2">
          <span className="min-w-0 flex-1 text-base leading-snug font-medium text-pretty">{titleOf(kind, record) || t('untitled')}</span>
          {hasStates(kind) && <StatePill kind={kind} state={record.state} />}
        </span>
        <dl className="mt-2.5 flex flex-1 flex-col gap-1.5">
          {lines.map((column) => (
            <div key={column.name} className="flex min-w-0 items-baseline gap-2">
              <dt className="w-24 shrink-0 truncate text-xs text-fg-3">{column.label}</dt>
              <dd className="min-w-0 flex-1 truncate text-fg-2">
                <CellValue kind={kind} record={record} column={column} />
              </dd>
            </div>
          ))}
        </dl>
        {record.owner && (
          <span className="mt-2.5 flex min-w-0 items-center text-xs text-fg-3">
            <PersonName id={record.owner} />
          </span>
        )}
      </Link>
    </li>
  )
}

function CardsSkeleton() {
  const { t } = useTranslation('common')
  return (
    <div role="status" aria-label={t('loading')} className={GRID}>
      {Array.from({ length: 12 }, (_, card) => (
        <Skeleton key={card} className="h-36 rounded-lg" />
      ))}
    </div>
  )
}

/** Records as cards side by side, with the fields that the list shows. */
export default function CardsView({ kind, search, conditions, also, columns: names, onSearch }: ViewProps) {
  const { t } = useTranslation(['business', 'common'])
  const problemText = useProblemText()
  const sort = useMemo(() => (search.sort ? search.sort.split(',') : ['-created_at']), [search.sort])
  const { list, state } = useRecordList(kind, { kind: kind.name, conditions, also, q: search.q, sort })
  const columns = useColumns(kind, names)
  if (state.status === 'loading') return <CardsSkeleton />
  if (state.status === 'failed') {
    return (
      <Empty icon={TriangleAlert} title={t('common:error.title')} text={problemText(state.error)}>
        <Button onClick={() => void list.reload()}>{t('common:retry')}</Button>
      </Empty>
    )
  }
  if (state.items.length === 0) {
    const isFiltered = Boolean(search.q) || conditions.length > 0
    return (
      <Empty icon={LayoutGrid} title={t('nothing.title')} text={isFiltered ? t('nothing.text') : kind.help || t('empty.text')}>
        {isFiltered && <Button onClick={() => onSearch({ q: undefined, filter: undefined })}>{t('filter.clear')}</Button>}
      </Empty>
    )
  }
  return (
    <div
      className="h-full overflow-y-auto"
      style={{ opacity: state.old ? 0.6 : 1 }}
      onScroll={({ currentTarget }) => {
        if (currentTarget.scrollTop + currentTarget.clientHeight > currentTarget.scrollHeight - NEAR_PX) void list.more()
      }}
    >
      <p className="flex items-center gap-1.5 px-3 pt-2.5 text-xs text-fg-3 sm:px-4">
        <KindIcon icon={kind.icon} size={13} />
        <span aria-live="polite" className="tnum">
          {state.count === null ? t('count.here', { count: state.items.length }) : t('count', { count: state.count })}
        </span>
      </p>
      <ul className={GRID}>
        {state.items.map((record) => (
          <Card key={record.id} kind={kind} record={record} columns={columns} />
        ))}
      </ul>
    </div>
  )
}
