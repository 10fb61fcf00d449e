import { Plus, RotateCcw, SearchX, Trash2, TriangleAlert } from 'lucide-react'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useProblemText } from '@/lib/i18n/hooks'
import { Button } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { Skeleton } from '@/ui/spinner'
import { useChanges } from '../model/changes'
import { nextSort } from '../model/filters'
import { useRecordList, type RecordList, type Shown } from '../model/record-list'
import type { Ask, Rec } from '../model/types'
import { useLabel } from '../model/use-kinds'
import { KindIcon } from '../parts/kind-icon'
import { usePhone } from '../parts/use-phone'
import type { ViewProps } from '../list-page'
import { ColumnMenu, useColumns } from './columns'
import { groupNames, orderedBy, sumNames, type GroupTotal } from './groups'
import { useGroupTotals } from './use-totals'
import { PhoneList } from './phone-list'
import { RecordGrid } from './record-grid'

const GatherMenus = lazy(() => import('./gather-menus'))
const SumText = lazy(() => import('./sum-text'))

const ROWS = [64, 48, 72, 40, 56, 68, 44, 60]

function TableSkeleton() {
  const { t } = useTranslation('common')
  return (
    <div role="status" aria-label={t('loading')} className="flex flex-col">
      {ROWS.map((width) => (
        <div key={width} className="flex h-10 items-center gap-4 border-b px-4">
          <Skeleton className="size-4" />
          <div style={{ width: `${width / 3}%` }}>
            <Skeleton className="h-4" />
          </div>
          <Skeleton className="h-4 w-20" />
          <Skeleton className="h-4 w-28" />
        </div>
      ))}
    </div>
  )
}

function Nothing({ kind, search, conditions, onSearch, onNew }: ViewProps) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const plural = label(kind.plural)
  if (search.trash) return <Empty icon={Trash2} title={t('trash.empty')} text={t('trash.empty_text')} />
  if (search.q || conditions.length > 0) {
    return (
      <Empty icon={SearchX} title={t('nothing.title')} text={t('nothing.text')}>
        <Button onClick={() => onSearch({ q: undefined, filter: undefined })}>{t('filter.clear')}</Button>
      </Empty>
    )
  }
  if (search.when) return <Empty icon={SearchX} title={t('as_of.nothing')} text={t('as_of.nothing_text')} />
  return (
    <div className="flex flex-col items-center px-6 py-16 text-center">
      <span className="mb-4 flex size-12 items-center justify-center rounded-xl bg-accent-soft text-accent-text">
        <KindIcon icon={kind.icon} size={22} />
      </span>
      <h2 className="text-lg font-semibold">{t('empty.title', { kind: plural })}</h2>
      <p className="mt-1 max-w-sm text-base text-pretty text-fg-3">{kind.custom ? kind.help || t('empty.text') : label(kind.help ?? '') || t('empty.text')}</p>
      {kind.access.create && (
        <Button tone="primary" className="mt-5" onClick={() => onNew()}>
          <Plus aria-hidden size={16} strokeWidth={2} />
          {t('empty.create', { kind: label(kind.label) })}
        </Button>
      )}
    </div>
  )
}

type FootProps = { view: ViewProps; state: Shown; selected: readonly Rec[]; list: RecordList; onClear: () => void; phone: boolean; group: string | null; sums: readonly string[]; whole: GroupTotal | undefined }

function TableFoot({ view, state, selected, list, onClear, phone, group, sums, whole }: FootProps) {
  const { kind, search, columns, onColumns, onSearch } = view
  const trash = Boolean(search.trash)
  const { t } = useTranslation('business')
  const { remove, restore } = useChanges(kind)
  const [busy, setBusy] = useState(false)
  async function run(what: () => Promise<unknown>) {
    setBusy(true)
    await what()
    setBusy(false)
    onClear()
  }
  return (
    <footer className="flex h-10 shrink-0 items-center gap-3 border-t px-3 text-xs text-fg-3 sm:px-4">
      {selected.length > 0 ? (
        <>
          <span className="font-medium text-fg">{t('selected', { count: selected.length })}</span>
          {trash ? (
            <Button size="sm" busy={busy} onClick={() => void run(() => restore(selected, list))}>
              <RotateCcw aria-hidden size={14} />
              {t('restore')}
            </Button>
          ) : (
            <Button size="sm" busy={busy} className="text-bad" onClick={() => void run(() => remove(selected, list))}>
              <Trash2 aria-hidden size={14} />
              {t('delete')}
            </Button>
          )}
          <Button size="sm" tone="quiet" onClick={onClear}>
            {t('select.none')}
          </Button>
        </>
      ) : (
        <>
          <span aria-live="polite" className="tnum">
            {state.count === null ? t('count.here', { count: state.items.length }) : t('count', { count: state.count })}
          </span>
          <span data-sums className="flex min-w-0 gap-3 overflow-x-auto">
            <Suspense>
              {sums.map((name) => (
                <SumText key={name} kind={kind} name={name} sums={whole?.sums.get(name)} />
              ))}
            </Suspense>
          </span>
        </>
      )}
      {!phone && (
        <div className="ml-auto flex items-center">
          <Suspense>{!trash && !search.when && <GatherMenus kind={kind} group={group} sums={sums} onGroup={(name) => onSearch({ group: name ?? undefined })} onSums={(names) => onSearch({ sums: names.join(',') || undefined })} />}</Suspense>
          <ColumnMenu kind={kind} shown={columns} onChange={onColumns} />
        </div>
      )}
    </footer>
  )
}

/** A list as a table, or as rows to tap on a phone. */
export function TableView(props: ViewProps) {
  const { kind, search, conditions, also, columns: names, onSearch } = props
  const { t } = useTranslation(['business', 'common'])
  const problemText = useProblemText()
  const phone = usePhone()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const readOnly = Boolean(search.trash || search.when)
  const group = readOnly || !search.group || !groupNames(kind).includes(search.group) ? null : search.group
  const sums = useMemo(() => (readOnly || !search.sums ? [] : search.sums.split(',').filter((name) => sumNames(kind).includes(name))), [readOnly, search.sums, kind])
  const sort = useMemo(() => orderedBy(group, search.sort ? search.sort.split(',') : ['-created_at']), [search.sort, group])
  // What was deleted is in no index: it is listed whole, the latest first.
  const ask: Ask = search.trash ? { kind: kind.name, conditions: [], sort: ['-updated_at'], deleted: true } : { kind: kind.name, conditions, also, q: search.q, sort, at: search.when }
  const { list, state } = useRecordList(kind, ask)
  const columns = useColumns(kind, names)
  const chosen = state.items.filter(({ id }) => selected.has(id))
  const asked = { conditions, also, q: search.q ?? '', sums, off: state.status !== 'ready' }
  const totals = useGroupTotals(kind, state.items, { ...asked, group })
  const whole = useGroupTotals(kind, state.items, { ...asked, group: null }).get('')
  const shared = { kind, list, state, readOnly, at: search.when, selected, onSelected: setSelected }
  const isEmpty = state.status === 'ready' && !state.old && state.items.length === 0
  return (
    <div className="flex h-full flex-col">
      <div className="min-h-0 flex-1">
        {state.status === 'loading' && <TableSkeleton />}
        {state.status === 'failed' && (
          <Empty icon={TriangleAlert} title={t('common:error.title')} text={problemText(state.error)}>
            <Button onClick={() => void list.reload()}>{t('common:retry')}</Button>
          </Empty>
        )}
        {isEmpty && <Nothing {...props} />}
        {state.status === 'ready' && state.items.length > 0 && phone && <PhoneList columns={columns} {...shared} />}
        {state.status === 'ready' && state.items.length > 0 && !phone && (
          <RecordGrid columns={columns} sort={search.sort && !search.trash ? search.sort.split(',') : []} onSort={search.trash ? null : (name) => onSearch({ sort: nextSort(search.sort ? search.sort.split(',') : [], name).join(',') || undefined })} group={group} totals={totals} sums={sums} {...shared} />
        )}
      </div>
      {state.status === 'ready' && !isEmpty && (
        <TableFoot view={props} state={state} selected={chosen} list={list} phone={phone} group={group} sums={sums} whole={whole} onClear={() => setSelected(new Set())} />
      )}
    </div>
  )
}
