import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useMemo, useRef, useState, type Dispatch, type KeyboardEvent, type SetStateAction } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { useProblemText } from '@/lib/i18n/hooks'
import { useSession } from '@/lib/session'
import { faultsOf, useChanges } from '../model/changes'
import type { RecordList, Shown } from '../model/record-list'
import { isReadOnly, mayDelete, mayEdit, type Kind, type Rec } from '../model/types'
import { useLabel } from '../model/use-kinds'
import { ColumnHead, type Column } from './columns'
import { GridRow, type CellFault } from './grid-row'
import { entriesOf, type GroupTotal } from './groups'

const GroupHead = lazy(() => import('./group-head'))

const ROW = 40
const HEAD = 36
const NEAR_ROWS = 30
const PAGE_ROWS = 12

type GridProps = {
  kind: Kind
  list: RecordList
  state: Shown
  columns: readonly Column[]
  sort: readonly string[]
  onSort: ((name: string) => void) | null
  /** The field whose values make the groups, what they add up to, and which sums are shown. */
  group?: string | null
  totals?: ReadonlyMap<string, GroupTotal>
  sums?: readonly string[]
  readOnly: boolean
  at?: string
  selected: ReadonlySet<string>
  onSelected: Dispatch<SetStateAction<ReadonlySet<string>>>
}

const NO_SUMS: readonly string[] = []

type Place = { row: number; column: number }
/** What is edited, and the version that the person has seen when they began. */
type Editing = { id: string; column: string; base: number } | null

const MOVES: Record<string, [number, number]> = {
  ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageDown: [PAGE_ROWS, 0], PageUp: [-PAGE_ROWS, 0],
}

const clamp = (value: number, last: number) => Math.min(Math.max(0, value), Math.max(0, last))

function useEditing({ kind, list, readOnly }: GridProps, refocus: () => void) {
  const { user } = useSession()
  const problemText = useProblemText()
  const { change } = useChanges(kind)
  const [editing, setEditing] = useState<Editing>(null)
  const [fault, setFault] = useState<CellFault | null>(null)
  const editable = (record: Rec, column: Column) => {
    if (readOnly || !mayEdit(kind, record, user.id)) return false
    return column.name === 'owner' || (column.field !== null && !isReadOnly(kind, column.name))
  }
  function begin(record: Rec, column: Column) {
    setFault(null)
    if (!editable(record, column)) return false
    setEditing({ id: record.id, column: column.name, base: record.version })
    return true
  }
  async function commit(record: Rec, column: Column, value: unknown) {
    const base = editing?.base
    const set = column.name === 'owner' ? { owner: value as string | null } : { fields: { [column.name]: value } }
    try {
      await change(record, set, { base, list })
    } catch (error) {
      const faults = faultsOf(error)
      setFault({ id: record.id, column: column.name, text: faults[column.name] ?? Object.values(faults)[0] ?? problemText(error) })
    }
  }
  function end() {
    setEditing(null)
    refocus()
  }
  return { editing, fault, begin, commit, end, clearFault: () => setFault(null) }
}

/** A list as a table: cells that are moved through and edited with the keyboard. */
export function RecordGrid(props: GridProps) {
  const { kind, list, state, columns, sort, onSort, at, readOnly, selected, onSelected, group = null, totals, sums = NO_SUMS } = props
  const { t } = useTranslation('business')
  const label = useLabel()
  const navigate = useNavigate()
  const { user } = useSession()
  const { remove } = useChanges(kind)
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useRef<VirtualizerHandle>(null)
  const [active, setActive] = useState<Place>({ row: 0, column: 0 })
  const cells = useEditing(props, () => scroller.current?.focus({ preventScroll: true }))
  const { items } = state
  const entries = useMemo(() => entriesOf(kind, items, group), [kind, items, group])
  const place = { row: clamp(active.row, items.length - 1), column: clamp(active.column, columns.length - 1) }
  const record = items[place.row]
  const column = columns[place.column]
  const width = 40 + columns.reduce((sum, one) => sum + one.width, 0)
  const template = useMemo(() => ['40px', ...columns.map((one, index) => (index === columns.length - 1 ? `minmax(${one.width}px, 1fr)` : `${one.width}px`))].join(' '), [columns])
  useEffect(() => {
    // The list opens ready for the keyboard, unless somebody is doing something else.
    if (document.activeElement === document.body) scroller.current?.focus({ preventScroll: true })
  }, [])
  function open(one: Rec) {
    void navigate({ to: '/business/$kind/$recordId', params: { kind: kind.name, recordId: one.id }, search: at ? { seq: one.seq } : {} })
  }
  function move(next: Place) {
    const to = { row: clamp(next.row, items.length - 1), column: clamp(next.column, columns.length - 1) }
    setActive(to)
    cells.clearFault()
    rows.current?.scrollToIndex(group ? entries.findIndex((entry) => 'index' in entry && entry.index === to.row) : to.row, { align: 'nearest' })
    if (to.row > items.length - NEAR_ROWS) void list.more()
    requestAnimationFrame(() => scroller.current?.querySelector('[data-active-cell]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }))
  }
  function toggle(id: string) {
    onSelected((known) => {
      const next = new Set(known)
      if (!next.delete(id)) next.add(id)
      return next
    })
  }
  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    if (event.target !== event.currentTarget || !record || !column) return
    const step = MOVES[event.key]
    if (step) move({ row: place.row + step[0], column: place.column + step[1] })
    else if (event.key === 'Home') move({ row: event.ctrlKey ? 0 : place.row, column: 0 })
    else if (event.key === 'End') move({ row: event.ctrlKey ? items.length - 1 : place.row, column: columns.length - 1 })
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) open(record)
    else if (event.key === 'Enter' || event.key === 'F2') {
      if (!cells.begin(record, column)) open(record)
    } else if (event.key === ' ') toggle(record.id)
    else if (event.key === 'o' && !event.ctrlKey && !event.metaKey) open(record)
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) onSelected(new Set(items.map(({ id }) => id)))
    else if (event.key === 'Delete' && !readOnly) {
      const chosen = selected.size > 0 ? items.filter(({ id }) => selected.has(id)) : [record]
      void remove(chosen.filter((one) => mayDelete(kind, one, user.id)), list)
      onSelected(new Set())
    } else if (event.key === 'Escape') {
      onSelected(new Set())
      cells.clearFault()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  const all = items.length > 0 && items.every(({ id }) => selected.has(id))
  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label={label(kind.plural)}
      aria-rowcount={state.count ?? -1}
      aria-colcount={columns.length + 1}
      aria-multiselectable
      aria-activedescendant={record && column ? `cell-${record.id}-${column.name}` : undefined}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget }) => {
        if (currentTarget.scrollTop + currentTarget.clientHeight > currentTarget.scrollHeight - NEAR_ROWS * ROW) void list.more()
      }}
      className="group/grid relative h-full overflow-auto outline-none"
      style={{ opacity: state.old ? 0.6 : 1 }}
    >
      <div style={{ minWidth: width }}>
        <div role="rowgroup" className="sticky top-0 z-20 border-b bg-surface">
          <div role="row" className="grid" style={{ gridTemplateColumns: template, height: HEAD }}>
            <div role="columnheader" className="sticky left-0 z-10 flex h-full items-center justify-center bg-surface">
              <input type="checkbox" tabIndex={-1} aria-label={t('select.all')} checked={all} onChange={() => onSelected(all ? new Set() : new Set(items.map(({ id }) => id)))} className="size-3.5 accent-(--accent)" />
            </div>
            {columns.map((one, index) => (
              <ColumnHead key={one.name} column={one} sort={sort} first={index === 0} onSort={onSort} />
            ))}
          </div>
        </div>
        <div role="rowgroup">
          <Virtualizer ref={rows} scrollRef={scroller} startMargin={HEAD} itemSize={ROW}>
            {entries.map((entry) => {
              if ('group' in entry) return <Suspense key={`group ${entry.group}`} fallback={<div className="h-10 border-b" />}><GroupHead kind={kind} group={group ?? ''} first={entry.first} total={totals?.get(entry.group)} sums={sums} columns={columns.length + 1} /></Suspense>
              const { record: one, index } = entry
              return (
              <GridRow
                key={one.id}
                kind={kind}
                record={one}
                index={index}
                columns={columns}
                template={template}
                activeColumn={index === place.row ? place.column : -1}
                selected={selected.has(one.id)}
                editing={cells.editing?.id === one.id ? cells.editing.column : null}
                fault={cells.fault?.id === one.id ? cells.fault : null}
                seq={at ? one.seq : undefined}
                onToggle={() => toggle(one.id)}
                onActive={(at_) => {
                  setActive({ row: index, column: at_ })
                  scroller.current?.focus({ preventScroll: true })
                }}
                onBegin={(at_) => {
                  const target = columns[at_]
                  if (target) cells.begin(one, target)
                }}
                onCommit={cells.commit}
                onDone={(by) => {
                  cells.end()
                  if (by === 'enter') move({ row: place.row + 1, column: place.column })
                }}
              />
              )
            })}
          </Virtualizer>
        </div>
      </div>
    </div>
  )
}
