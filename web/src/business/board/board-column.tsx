import { Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useLocale } from '@/lib/i18n/hooks'
import { IconButton } from '@/ui/button'
import { cn } from '@/ui/cn'
import type { Field, Kind, Rec } from '../model/types'
import { useLabel } from '../model/use-kinds'
import { formatMoney } from '../model/values'
import { ChoicePill } from '../parts/value-view'
import { BoardCard } from './board-card'
import type { BoardColumn } from './columns'
import type { Drag, useDrag } from './use-drag'

type ColumnProps = {
  kind: Kind
  field: Field
  column: BoardColumn
  records: readonly Rec[]
  total?: { count: number; sums: { minor: number; currency: string }[] }
  drag: Drag | null
  lifted: string | null
  grip: ReturnType<typeof useDrag>['grip']
  onNew: ((column: BoardColumn) => void) | null
}

const Gap = () => <li aria-hidden className="h-16 shrink-0 rounded-lg border-2 border-dashed border-accent/40 bg-accent-soft/50" />

export function BoardColumnView({ kind, field, column, records, total, drag, lifted, grip, onNew }: ColumnProps) {
  const { t } = useTranslation('business')
  const label = useLabel()
  const locale = useLocale()
  const name = field.type === 'choice' && column.value ? label(column.label) : column.label
  const isOver = drag?.over === column.value
  const others = drag ? records.filter(({ id }) => id !== drag.id) : records
  const sums = (total?.sums ?? []).filter(({ minor }) => minor !== 0).map((sum) => formatMoney(sum, locale, true))
  return (
    <section data-drop={column.value} aria-label={t('board.column', { name, count: total?.count ?? records.length })} className={cn('flex w-72 shrink-0 snap-center flex-col rounded-xl bg-sunken transition-colors max-sm:w-[82vw]', isOver && 'bg-accent-soft')}>
      <header className="flex h-11 shrink-0 items-center gap-2 pr-1.5 pl-3">
        {field.type === 'choice' && column.value ? <ChoicePill options={field.options} value={column.value} /> : <h2 className={cn('truncate font-semibold', !column.value && 'font-medium text-fg-3')}>{name}</h2>}
        <span className="text-xs text-fg-3 tnum" data-count>
          {total?.count ?? records.length}
        </span>
        <span className="ml-auto truncate text-xs font-medium text-fg-2 tnum" data-sum>
          {sums.join(' + ')}
        </span>
        {onNew && (
          <IconButton label={t('board.new', { name })} size="sm" onClick={() => onNew(column)}>
            <Plus size={15} />
          </IconButton>
        )}
      </header>
      <ul data-drop-scroll className="flex min-h-24 flex-1 flex-col gap-2 overflow-y-auto px-2 pb-2">
        {others.map((record, index) => (
          <CardPlace key={record.id} gapBefore={isOver && drag !== null && drag.index === index}>
            <BoardCard kind={kind} record={record} field={field} grip={grip(record.id)} lifted={lifted === record.id} />
          </CardPlace>
        ))}
        {isOver && drag !== null && drag.index >= others.length && <Gap />}
      </ul>
    </section>
  )
}

function CardPlace({ gapBefore, children }: { gapBefore: boolean; children: React.ReactNode }) {
  return (
    <>
      {gapBefore && <Gap />}
      <li className="shrink-0">{children}</li>
    </>
  )
}
