import { Link } from '@tanstack/react-router'
import { Maximize2 } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { cn } from '@/ui/cn'
import { FieldControl } from '../parts/field-control'
import { titleOf, type Field, type Kind, type Rec } from '../model/types'
import { useKinds } from '../model/use-kinds'
import { narrowing } from '../parts/option-pickers'
import { CellValue } from './cell-value'
import type { Column } from './columns'

export type CellFault = { id: string; column: string; text: string }

const OWNER: Field = { name: 'owner', label: 'Owner', type: 'person', required: false, indexed: true, custom: false }

type RowProps = {
  kind: Kind
  record: Rec
  index: number
  columns: readonly Column[]
  template: string
  activeColumn: number
  selected: boolean
  editing: string | null
  fault: CellFault | null
  /** The event up to which the past is looked at. */
  seq?: number
  onToggle: () => void
  onActive: (column: number) => void
  onBegin: (column: number) => void
  onCommit: (record: Rec, column: Column, value: unknown) => Promise<void>
  onDone: (by: 'enter' | 'escape' | 'away') => void
}

function Row(props: RowProps) {
  const { kind, record, index, columns, template, activeColumn, selected, fault, onToggle } = props
  const { t } = useTranslation('business')
  const title = titleOf(kind, record) || t('untitled')
  const bg = selected ? 'bg-[color-mix(in_oklab,var(--accent)_9%,var(--surface))]' : 'bg-surface group-hover/row:bg-[color-mix(in_oklab,var(--fg)_3%,var(--surface))]'
  return (
    <div role="row" aria-rowindex={index + 2} aria-selected={selected} data-record={record.id} className="group/row grid h-10 border-b" style={{ gridTemplateColumns: template }}>
      <div role="gridcell" className={cn('sticky left-0 z-[5] flex items-center justify-center', bg)}>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={t('select.one', { title })}
          checked={selected}
          onChange={onToggle}
          className={cn('size-3.5 accent-(--accent)', !selected && 'opacity-40 group-hover/row:opacity-100')}
        />
      </div>
      {columns.map((column, at) => (
        <Cell key={column.name} {...props} column={column} at={at} active={at === activeColumn} bg={bg} faultText={fault?.column === column.name ? fault.text : null} />
      ))}
    </div>
  )
}

type CellProps = RowProps & { column: Column; at: number; active: boolean; bg: string; faultText: string | null }

function Cell({ kind, record, column, at, active, bg, faultText, editing, seq, onActive, onBegin, onCommit, onDone }: CellProps) {
  const { t } = useTranslation('business')
  const first = at === 0
  const isEditing = editing === column.name
  return (
    <div
      role="gridcell"
      tabIndex={-1}
      id={`cell-${record.id}-${column.name}`}
      data-column={column.name}
      data-active-cell={active || undefined}
      aria-invalid={faultText !== null || undefined}
      onClick={() => !isEditing && onActive(at)}
      onDoubleClick={() => !isEditing && onBegin(at)}
      className={cn(
        'relative flex min-w-0 items-center border-r outline-none',
        bg,
        first && 'sticky left-10 z-[5] font-medium',
        column.end && !isEditing && 'justify-end',
        isEditing ? 'z-10 p-0.5' : 'px-2.5',
        active && !isEditing && 'group-focus/grid:ring-2 group-focus/grid:ring-accent group-focus/grid:ring-inset',
        faultText !== null && 'ring-2 ring-bad ring-inset',
      )}
    >
      {isEditing ? (
        <CellEditor kind={kind} record={record} column={column} onCommit={onCommit} onDone={onDone} />
      ) : first ? (
        <>
          <Link
            to="/business/$kind/$recordId"
            params={{ kind: kind.name, recordId: record.id }}
            search={seq ? { seq } : {}}
            tabIndex={-1}
            onDoubleClick={(event) => event.stopPropagation()}
            className="min-w-0 truncate rounded-sm hover:underline hover:decoration-fg-3 hover:underline-offset-4"
          >
            {titleOf(kind, record) || t('untitled')}
          </Link>
          <Maximize2 aria-hidden size={13} className="ml-auto shrink-0 text-fg-3 opacity-0 group-hover/row:opacity-100" />
        </>
      ) : (
        <CellValue kind={kind} record={record} column={column} />
      )}
      {faultText !== null && (
        <span role="alert" className="absolute top-full left-0 z-30 mt-1 w-max max-w-72 rounded-md bg-bad-soft px-2 py-1 text-xs font-normal text-bad shadow-2">
          {faultText}
        </span>
      )}
    </div>
  )
}

function CellEditor({ kind, record, column, onCommit, onDone }: Pick<CellProps, 'kind' | 'record' | 'column' | 'onCommit' | 'onDone'>) {
  const kinds = useKinds()
  const field = column.field ?? OWNER
  const value = column.field ? record.fields[column.name] : record.owner
  return (
    <FieldControl
      field={field}
      value={value}
      look="cell"
      autoOpen
      narrowed={narrowing(kinds, kind, field, record.fields)}
      onCommit={(next) => void onCommit(record, column, next)}
      onDone={onDone}
    />
  )
}

export const GridRow = memo(Row, (one, other) =>
  one.record === other.record && one.activeColumn === other.activeColumn && one.selected === other.selected && one.editing === other.editing
  && one.fault === other.fault && one.columns === other.columns && one.kind === other.kind && one.index === other.index && one.seq === other.seq && one.editing === null,
)
