import { Link } from '@tanstack/react-router'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtualizer } from 'virtua'
import { hasStates, titleOf, type Kind, type Rec } from '../model/types'
import type { RecordList, Shown } from '../model/record-list'
import { PersonName, StatePill } from '../parts/value-view'
import { CellValue } from './cell-value'
import type { Column } from './columns'

const MOST_VALUES = 3
const NEAR = 20

function PhoneRow({ kind, record, columns, seq }: { kind: Kind; record: Rec; columns: readonly Column[]; seq?: number }) {
  const { t } = useTranslation('business')
  const values = columns.filter(({ name, field }) => field && name !== kind.title && record.fields[name] !== undefined).slice(0, MOST_VALUES)
  return (
    <Link to="/business/$kind/$recordId" params={{ kind: kind.name, recordId: record.id }} search={seq ? { seq } : {}} className="flex min-h-16 flex-col justify-center gap-1 border-b px-4 py-2.5 outline-offset-[-2px] active:bg-press">
      <span className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate text-base font-medium">{titleOf(kind, record) || t('untitled')}</span>
        {hasStates(kind) && <StatePill kind={kind} state={record.state} />}
        {record.owner && <PersonName id={record.owner} iconOnly />}
      </span>
      {values.length > 0 && (
        <span className="flex min-w-0 items-center gap-2.5 overflow-hidden text-sm text-fg-2">
          {values.map((column) => (
            <span key={column.name} className="flex min-w-0 items-center">
              <CellValue kind={kind} record={record} column={column} />
            </span>
          ))}
        </span>
      )}
    </Link>
  )
}

type ListProps = { kind: Kind; list: RecordList; state: Shown; columns: readonly Column[]; at?: string }

export function PhoneList({ kind, list, state, columns, at }: ListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  return (
    <div ref={scroller} className="h-full overflow-y-auto">
      <Virtualizer
        scrollRef={scroller}
        onScroll={(offset) => {
          const { clientHeight = 0, scrollHeight = 0 } = scroller.current ?? {}
          if (offset + clientHeight > scrollHeight - NEAR * 64) void list.more()
        }}
      >
        {state.items.map((record) => (
          <PhoneRow key={record.id} kind={kind} record={record} columns={columns} seq={at ? record.seq : undefined} />
        ))}
      </Virtualizer>
    </div>
  )
}
