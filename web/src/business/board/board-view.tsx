import { useQuery } from '@tanstack/react-query'
import { Columns3, TriangleAlert } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { useProblemText } from '@/lib/i18n/hooks'
import { useSession } from '@/lib/session'
import { Button } from '@/ui/button'
import { Empty } from '@/ui/empty'
import { InlineSelect } from '@/ui/field'
import { Skeleton } from '@/ui/spinner'
import { notify } from '@/ui/toast'
import type { ViewProps } from '../list-page'
import { listQuery, readTotals } from '../model/api'
import { faultsOf, useChanges } from '../model/changes'
import { sumsOf } from '../model/list-state'
import { useRecordList } from '../model/record-list'
import { fieldOf, mayEdit, titleOf, type Condition, type Field, type Filter, type Kind, type Rec } from '../model/types'
import { useKinds, useLabel } from '../model/use-kinds'
import { setSettings, useSettings } from '../model/view-settings'
import { ownOrder } from '../parts/option-pickers'
import { BoardCard } from './board-card'
import { BoardColumnView } from './board-column'
import { cardsByColumn, columnsOfBoard, fieldsAfterMove, rankField, scopeOf, totalsByColumn, type BoardColumn } from './columns'
import { useDrag } from './use-drag'
import { useKeyboardMove } from './use-keyboard-move'

const MOST_CARDS = 2_000
const NO_KIND = { kind: '', conditions: [], sort: [] }

function BoardSkeleton() {
  const { t } = useTranslation('common')
  return (
    <div role="status" aria-label={t('loading')} className="flex gap-3 p-4">
      {[3, 2, 4, 1].map((cards) => (
        <div key={cards} className="flex w-72 shrink-0 flex-col gap-2">
          <Skeleton className="h-6 w-32" />
          {Array.from({ length: cards }, (_, card) => (
            <Skeleton key={card} className="h-20 rounded-lg" />
          ))}
        </div>
      ))}
    </div>
  )
}

/** Which pipeline is looked at: the one that was looked at last, or the first. */
function useScope(kind: Kind) {
  const kinds = useKinds()
  const settings = useSettings(kind)
  const scope = useMemo(() => scopeOf(kinds, kind), [kinds, kind])
  const target = kinds.find(({ name }) => name === scope?.to)
  const { data, isPending } = useQuery({ ...listQuery(target ? { ...NO_KIND, kind: target.name, sort: ownOrder(target) } : NO_KIND, 200), enabled: target !== undefined })
  const options = data?.items ?? []
  const chosen = options.find(({ id }) => id === settings.scope) ?? options[0]
  return { scope, target, options, chosen, isPending: target !== undefined && isPending }
}

/** Records as cards in columns. */
export default function BoardView(props: ViewProps) {
  const { kind } = props
  const { t } = useTranslation('business')
  const label = useLabel()
  const field = fieldOf(kind, kind.board ?? '')
  const scope = useScope(kind)
  if (!field) return null
  if (scope.isPending) return <BoardSkeleton />
  if (scope.scope && scope.target && !scope.chosen) {
    return (
      <Empty icon={Columns3} title={t('board.no_scope', { kind: label(scope.target.plural) })} text={t('board.no_scope_text', { kind: label(scope.target.label), columns: label(field.label) })}>
        <Link to="/business/$kind" params={{ kind: scope.target.name }} search={{}} className="inline-flex h-8 items-center rounded-md bg-accent px-3 font-medium text-accent-fg hover:bg-accent-hover">
          {t('empty.create', { kind: label(scope.target.label) })}
        </Link>
      </Empty>
    )
  }
  const narrowed: Condition[] = scope.scope && scope.chosen ? [{ field: scope.scope.field.name, op: 'is', value: scope.chosen.id }] : []
  const narrowedColumns: Condition[] = scope.scope && scope.chosen ? [{ field: scope.scope.inner.name, op: 'is', value: scope.chosen.id }] : []
  const given = scope.scope && scope.chosen ? { [scope.scope.field.name]: scope.chosen.id } : {}
  return (
    <div className="flex h-full flex-col">
      {scope.options.length > 1 && scope.target && (
        <div className="flex shrink-0 items-center gap-1 border-b px-3 py-1 sm:px-4">
          <span className="text-xs text-fg-3">{label(scope.target.label)}</span>
          <InlineSelect aria-label={label(scope.target.label)} value={scope.chosen?.id ?? ''} onChange={(event) => setSettings(kind.name, { scope: event.target.value })}>
            {scope.options.map((option) => (
              <option key={option.id} value={option.id}>
                {scope.target ? titleOf(scope.target, option) : ''}
              </option>
            ))}
          </InlineSelect>
        </div>
      )}
      <Board {...props} key={scope.chosen?.id} field={field} narrowed={narrowed} narrowedColumns={narrowedColumns} given={given} />
    </div>
  )
}

type BoardProps = ViewProps & { field: Field; narrowed: Condition[]; narrowedColumns: Condition[]; given: Record<string, string> }

/** The records that the columns of the board stand for, live as well. */
function useTargets(field: Field, narrowed: Condition[], target: Kind) {
  const kinds = useKinds()
  const to = field.type === 'link' ? (kinds.find(({ name }) => name === field.to) ?? null) : null
  const kind = to ?? target
  const { state } = useRecordList(kind, { kind: kind.name, conditions: narrowed, sort: ownOrder(kind) }, { limit: 200, off: to === null })
  return { to: to ?? undefined, targets: to ? state.items : [], ready: to === null || (state.status !== 'loading' && !state.old) }
}

function Board({ kind, search, conditions, also, onNew, field, narrowed, narrowedColumns, given }: BoardProps) {
  const { t } = useTranslation('business')
  const problemText = useProblemText()
  const label = useLabel()
  const { user } = useSession()
  const { change } = useChanges(kind)
  const rank = rankField(kind)
  const all = useMemo(() => [...conditions, ...narrowed], [conditions, narrowed])
  const ask = { kind: kind.name, conditions: all, also, q: search.q, sort: rank ? [rank.name, '-created_at'] : ['-created_at'] }
  const { list, state } = useRecordList(kind, ask, { limit: 500, all: MOST_CARDS })
  const { to, targets, ready } = useTargets(field, narrowedColumns, kind)
  const columns = columnsOfBoard(field, to, targets, state.items, t('board.none', { field: label(field.label) }))
  // A card that has just been moved takes its new place before the server has answered.
  const ordered = rank ? state.items.toSorted((one, other) => Number(one.fields[rank.name] ?? 1e12) - Number(other.fields[rank.name] ?? 1e12)) : state.items
  const cards = cardsByColumn(field, columns, ordered)
  const totals = useTotals(kind, field, all, also, search.q ?? '', state.cursor !== null, cards)
  async function move(id: string, value: string, index: number) {
    const record = state.items.find((one) => one.id === id)
    if (!record || !mayEdit(kind, record, user.id)) return
    const others = (cards.get(value) ?? []).filter((one) => one.id !== id)
    const fields = fieldsAfterMove(kind, record, value, others, index)
    if (!fields) return
    try {
      await change(record, { fields }, { list, quiet: Object.keys(fields).length === 1 && rank !== undefined && rank.name in fields })
    } catch (error) {
      const [fault] = Object.values(faultsOf(error))
      notify(fault ?? problemText(error), { tone: 'bad' })
    }
  }
  const { drag, grip } = useDrag((id, over, index) => void move(id, over, index))
  const keyboard = useKeyboardMove({ columns, cards, titleOf: (record) => titleOf(kind, record), onMove: (id, value, index) => void move(id, value, index) })
  const dragged = drag ? state.items.find(({ id }) => id === drag.id) : undefined
  if (state.status === 'failed') {
    return (
      <Empty icon={TriangleAlert} title={t('board.failed')} text={problemText(state.error)}>
        <Button onClick={() => void list.reload()}>{t('retry')}</Button>
      </Empty>
    )
  }
  if (state.status === 'loading' || !ready) return <BoardSkeleton />
  const create = kind.access.create ? (column: BoardColumn) => onNew({ ...given, ...(column.value ? { [field.name]: column.value } : {}) }) : null
  return (
    <div data-drop-scroll className="flex min-h-0 flex-1 snap-x gap-3 overflow-x-auto p-3 max-sm:snap-mandatory sm:p-4" onKeyDown={keyboard.onKeyDown}>
      {columns.map((column) => (
        <BoardColumnView
          key={column.value}
          kind={kind}
          field={field}
          column={column}
          records={cards.get(column.value) ?? []}
          total={totals.get(column.value)}
          drag={drag}
          lifted={keyboard.lifted}
          grip={grip}
          onNew={create}
        />
      ))}
      {columns.length === 0 && <Empty icon={Columns3} title={t('board.no_columns')} text={t('board.no_columns_text', { columns: label(field.label) })} />}
      <p id="board-keys" hidden>
        {t('board.keys')}
      </p>
      <div aria-live="assertive" className="sr-only">
        {keyboard.said}
      </div>
      {drag && dragged && (
        <div className="pointer-events-none fixed top-0 left-0 z-50 rotate-1 opacity-95" style={{ width: drag.width, transform: `translate(${drag.x - drag.dx}px, ${drag.y - drag.dy}px) rotate(1.2deg)` }}>
          <BoardCard kind={kind} record={dragged} field={field} floating />
        </div>
      )}
    </div>
  )
}

type Total = { count: number; sums: { minor: number; currency: string }[] }

/** Counts and sums of the columns: of what is here when everything is, else asked of the server. */
function useTotals(kind: Kind, field: Field, conditions: readonly Condition[], also: readonly Filter[], q: string, partial: boolean, cards: Map<string, Rec[]>): Map<string, Total> {
  const money = kind.fields.find(({ type }) => type === 'money')?.name ?? null
  const [moment, setMoment] = useState(0)
  const size = [...cards.values()].map((records) => records.length).join()
  useEffect(() => {
    const timer = setTimeout(() => setMoment((count) => count + 1), 400)
    return () => clearTimeout(timer)
  }, [size])
  const { data } = useQuery({
    queryKey: ['records', 'totals', kind.name, field.name, conditions, also, q, moment],
    queryFn: () => readTotals(kind.name, conditions, also, q, field.name, money),
    enabled: partial,
    placeholderData: (known) => known,
  })
  if (partial && data) return totalsByColumn(field, data)
  return new Map([...cards].map(([value, records]) => [value, { count: records.length, sums: money ? sumsOf(records, money) : [] }]))
}
